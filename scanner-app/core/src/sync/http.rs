//! The way to the server: enrolment, and exchanges as messages and their answers.

use std::time::Duration;

use rand::CryptoRng;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use shared_model::enrol::{Enrol, Enrolled};
use shared_model::ids::EventNo;
use shared_model::sync::session::Mode;
use shared_model::sync::{Role, Session, codec};

use super::{DeviceReplica, Exchange, MAX_REQUESTS, TurnError, Wall, opening, turn};
use crate::scanner::{self, Scanner, Server};

/// Why the server gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection, or it broke.
    #[error("the server cannot be reached; scanning goes on without it")]
    Unreachable(#[source] reqwest::Error),
    /// The code is wrong, used or over.
    #[error("the server does not accept this code: {0}")]
    CodeRefused(String),
    /// The token does not count any more.
    #[error("the server does not know this device any more; enrol it again")]
    NotEnrolled,
    /// Something else than an answer.
    #[error("the server answered {0}: {1}")]
    Unexpected(StatusCode, String),
    /// An answer that cannot be used.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// The exchange did not come to an end.
    #[error("the exchange with the server does not come to an end")]
    Endless,
}

impl From<scanner::Error> for Error {
    fn from(error: scanner::Error) -> Self {
        Self::Turn(error.into())
    }
}

impl From<crate::store::Error> for Error {
    fn from(error: crate::store::Error) -> Self {
        scanner::Error::from(error).into()
    }
}

/// A way to one server.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    server: Server,
}

/// A message and its answer may take so long.
const PATIENCE: Duration = Duration::from_secs(60);
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

impl Http {
    /// A way to `server`.
    ///
    /// # Errors
    /// TLS cannot be set up here.
    pub fn new(server: Server) -> Result<Self, Error> {
        // A provider that was installed before is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT_PATIENCE)
            .build()
            .map_err(Error::Unreachable)?;
        Ok(Self { client, server })
    }

    /// Sends a request to be enrolled.
    ///
    /// # Errors
    /// The server cannot be reached or does not accept it.
    pub async fn enrol(&self, request: &Enrol) -> Result<Enrolled, Error> {
        let url = format!("{}/device/v1/enrol", self.server.address());
        let answer = self.client.post(url).json(request).send().await;
        let answer = answer.map_err(Error::Unreachable)?;
        match answer.status() {
            status if status.is_success() => answer.json().await.map_err(Error::Unreachable),
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY => Err(Error::CodeRefused(words(answer).await)),
            status => Err(Error::Unexpected(status, words(answer).await)),
        }
    }

    /// Exchanges everything about `event` that is new on either side.
    ///
    /// # Errors
    /// The server cannot be reached, does not know the device, or the store failed. What was
    /// exchanged before that stays.
    pub async fn sync<R: CryptoRng + Send>(
        &self,
        scanner: &Scanner,
        event: EventNo,
        wall: Wall<'_>,
        rng: R,
    ) -> Result<Exchange, Error> {
        let token = scanner.store().read(|tx| tx.account())?.token;
        let mut replica = DeviceReplica::new(scanner, event, Role::Device, wall, rng);
        let mut session = Session::new(event, Role::Device, Mode::Turns);
        let mut exchange = Exchange::default();
        let mut next = opening(&mut session, &mut replica)?;
        while let Some(message) = next {
            if exchange.requests == MAX_REQUESTS {
                return Err(Error::Endless);
            }
            exchange.requests += 1;
            exchange.bytes_up += message.len() as u64;
            let answer = self.frames(&token, message).await?;
            exchange.bytes_down += answer.len() as u64;
            next = turn(&mut session, &mut replica, &answer)?;
        }
        exchange.delivered = session.is_delivered();
        exchange.revoked = replica.is_revoked();
        Ok(exchange)
    }

    async fn frames(&self, token: &str, message: Vec<u8>) -> Result<Vec<u8>, Error> {
        let url = format!("{}/device/v1/frames", self.server.address());
        let answer = self
            .client
            .post(url)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, codec::MEDIA_TYPE)
            .body(message)
            .send()
            .await
            .map_err(Error::Unreachable)?;
        match answer.status() {
            status if status.is_success() => {
                let bytes = answer.bytes().await.map_err(Error::Unreachable)?;
                Ok(bytes.to_vec())
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Error::NotEnrolled),
            status => Err(Error::Unexpected(status, words(answer).await)),
        }
    }
}

/// What a problem document says of itself.
async fn words(answer: reqwest::Response) -> String {
    let problem: Option<serde_json::Value> = answer.json().await.ok();
    let said = |field: &str| Some(problem.as_ref()?.get(field)?.as_str()?.to_owned());
    said("detail")
        .or_else(|| said("title"))
        .unwrap_or_else(|| "no reason given".into())
}
