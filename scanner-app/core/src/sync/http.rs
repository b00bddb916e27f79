//! The way to the server: enrolment, exchanges as messages and their answers, lasting links.

use std::time::Duration;

use rand::CryptoRng;
use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{StatusCode, Upgraded};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_model::enrol::{Duties, Enrol, Enrolled};
use shared_model::ids::EventNo;
use shared_model::sync::session::Mode;
use shared_model::sync::{ErrorCode, Role, Session, codec};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role as Side, WebSocketConfig};

use super::trust::Doubt;
use super::{DeviceReplica, Exchange, MAX_REQUESTS, TurnError, Wall, opening, turn};
use crate::scanner::{self, Scanner, Server};

/// Why the server gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever answers there cannot prove to be the server.
    #[error("the server's certificate is not believed: {0}")]
    Certificate(Doubt),
    /// No connection, or it broke.
    #[error("the server cannot be reached; scanning goes on without it")]
    Unreachable(#[source] reqwest::Error),
    /// A lasting link broke.
    #[error("the connection to the server broke; scanning goes on without it")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What the device was told to trust cannot be used.
    #[error("the certificates that this device was told to trust cannot be used")]
    Tls(#[source] rustls::Error),
    /// What is kept as the server's address is none.
    #[error("{0:?} is no address of a server")]
    NoServer(String),
    /// The code is wrong, used or over.
    #[error("the server does not accept this code: {0}")]
    CodeRefused(String),
    /// The token does not count any more.
    #[error("the server does not know this device any more; enrol it again")]
    NotEnrolled,
    /// The server has no such event any more.
    #[error("the server does not have event {0} any more")]
    EventGone(EventNo),
    /// Something between here and the server, or the server itself, refuses lasting links.
    #[error("no lasting link: the server answered {0}")]
    NoLink(StatusCode),
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
        let mut client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT_PATIENCE)
            .http1_only();
        if let Some(config) = server.trust().config().map_err(Error::Tls)? {
            client = client.tls_backend_preconfigured(config);
        }
        let client = client.build().map_err(failed)?;
        Ok(Self { client, server })
    }

    /// Sends a request to be enrolled.
    ///
    /// # Errors
    /// The server cannot be reached or does not accept it.
    pub async fn enrol(&self, request: &Enrol) -> Result<Enrolled, Error> {
        let url = format!("{}/device/v1/enrol", self.server.address());
        let answer = self.client.post(url).json(request).send().await;
        let answer = answer.map_err(failed)?;
        match answer.status() {
            status if status.is_success() => answer.json().await.map_err(failed),
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY => Err(Error::CodeRefused(words(answer).await)),
            status => Err(Error::Unexpected(status, words(answer).await)),
        }
    }

    /// Asks for which events the device works, and takes on those that are new; gives these.
    ///
    /// # Errors
    /// The server cannot be reached, does not know the device, or the store failed.
    pub async fn learn_duties<R: CryptoRng>(
        &self,
        scanner: &Scanner,
        rng: &mut R,
    ) -> Result<Vec<EventNo>, Error> {
        let token = scanner.store().read(|tx| tx.account())?.token;
        let url = format!("{}/device/v1/duties", self.server.address());
        let answer = self.client.get(url).bearer_auth(token).send().await;
        let answer = answer.map_err(failed)?;
        let duties: Duties = match answer.status() {
            status if status.is_success() => answer.json().await.map_err(failed)?,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(Error::NotEnrolled),
            status => return Err(Error::Unexpected(status, words(answer).await)),
        };
        Ok(scanner.learn_duties(&duties, rng)?)
    }

    /// Exchanges everything about `event` that is new on either side, and claims what this
    /// device was offered to sell.
    ///
    /// # Errors
    /// The server cannot be reached, does not know the device, or the store failed. What was
    /// exchanged before that stays.
    pub async fn sync<R: CryptoRng + Send>(
        &self,
        scanner: &Scanner,
        event: EventNo,
        wall: Wall<'_>,
        mut rng: R,
    ) -> Result<Exchange, Error> {
        let mut exchange = Exchange::default();
        self.exchange(scanner, event, wall, &mut rng, &mut exchange)
            .await?;
        if exchange.revoked {
            return Ok(exchange);
        }
        if self.claim_leases(scanner, event, &mut rng).await? {
            self.exchange(scanner, event, wall, &mut rng, &mut exchange)
                .await?;
        }
        self.renew_shares(scanner, event, wall).await?;
        Ok(exchange)
    }

    async fn exchange<R: CryptoRng + Send>(
        &self,
        scanner: &Scanner,
        event: EventNo,
        wall: Wall<'_>,
        rng: &mut R,
        exchange: &mut Exchange,
    ) -> Result<(), Error> {
        let token = scanner.store().read(|tx| tx.account())?.token;
        let mut replica = DeviceReplica::new(scanner, event, Role::Device, wall, rng);
        let mut session = Session::new(event, Role::Device, Mode::Turns);
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
        let checked = check(&session, event);
        if let Err(Error::EventGone(_)) = checked {
            scanner.learn_gone(event)?;
        }
        checked?;
        exchange.delivered = session.is_delivered();
        exchange.revoked = replica.is_revoked();
        Ok(())
    }

    /// Asks something as this device, in JSON.
    pub(super) async fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        scanner: &Scanner,
        path: &str,
        question: &Q,
    ) -> Result<A, Error> {
        let token = scanner.store().read(|tx| tx.account())?.token;
        let url = format!("{}{path}", self.server.address());
        let request = self.client.post(url).bearer_auth(token).json(question);
        let answer = request.send().await.map_err(failed)?;
        match answer.status() {
            status if status.is_success() => answer.json().await.map_err(failed),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Error::NotEnrolled),
            status => Err(Error::Unexpected(status, words(answer).await)),
        }
    }

    /// Opens a lasting link: each binary message is a run of frames.
    pub(super) async fn open_link(&self, token: &str) -> Result<WebSocketStream<Upgraded>, Error> {
        let key = generate_key();
        let answer = self
            .client
            .get(format!("{}/device/v1/socket", self.server.address()))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key)
            .send()
            .await
            .map_err(failed)?;
        let status = answer.status();
        let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
        let ours = accepted.is_some_and(|accept| *accept == derive_accept_key(key.as_bytes()));
        match status {
            StatusCode::SWITCHING_PROTOCOLS if ours => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(Error::NotEnrolled),
            status => return Err(Error::NoLink(status)),
        }
        let stream = answer.upgrade().await.map_err(failed)?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(codec::MAX_MESSAGE))
            .max_frame_size(Some(codec::MAX_MESSAGE));
        Ok(WebSocketStream::from_raw_socket(stream, Side::Client, Some(limits)).await)
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
            .map_err(failed)?;
        match answer.status() {
            status if status.is_success() => {
                let bytes = answer.bytes().await.map_err(failed)?;
                Ok(bytes.to_vec())
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Error::NotEnrolled),
            status => Err(Error::Unexpected(status, words(answer).await)),
        }
    }
}

/// Whether the server ended the exchange by an error that the device has to act on.
pub(super) fn check(session: &Session, event: EventNo) -> Result<(), Error> {
    match session.told_error() {
        Some(ErrorCode::UnknownEvent) => Err(Error::EventGone(event)),
        Some(ErrorCode::NotEnrolled) => Err(Error::NotEnrolled),
        _ => Ok(()),
    }
}

/// Tells an unreachable server from one that cannot prove to be the server.
fn failed(error: reqwest::Error) -> Error {
    match Doubt::behind(&error) {
        Some(doubt) => Error::Certificate(doubt),
        None => Error::Unreachable(error),
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
