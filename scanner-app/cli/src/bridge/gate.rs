//! Who gets in: the holder of the one-time token, in one browser, from the bridge's own pages.
//!
//! The token buys a cookie and is void. A page of another site cannot send the cookie along
//! (`SameSite=Strict`), nor read an answer, nor reach the bridge by a name of its own: `Host` has
//! to be the bridge's address, `Origin`, where there is one, its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use rand::CryptoRng;

/// Who gets in.
pub struct Gate {
    host: String,
    /// Named after the port: a browser sends the cookies of every bridge of this machine to each.
    cookie: String,
    /// Void once somebody came with it.
    token: Mutex<Option<String>>,
    session: String,
}

impl Gate {
    /// A gate of the bridge at `address`, and the token that opens it once.
    pub fn new<R: CryptoRng + ?Sized>(address: SocketAddr, rng: &mut R) -> (Self, String) {
        let token = secret(rng);
        let gate = Self {
            host: address.to_string(),
            cookie: format!("bilten-{}", address.port()),
            token: Mutex::new(Some(token.clone())),
            session: secret(rng),
        };
        (gate, token)
    }

    /// Whether a browser at this machine, on a page of this bridge, sent it.
    fn is_own(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let host = text(header::HOST) == Some(&self.host);
        let origin =
            text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{}", self.host));
        host && origin
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).into_iter();
        cookies
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, value)| name == self.cookie && same(value, &self.session))
    }

    /// Takes the token; it is void afterwards.
    fn redeem(&self, offered: &str) -> bool {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let right = token.as_ref().is_some_and(|token| same(token, offered));
        if right {
            *token = None;
        }
        right
    }
}

/// Lets a request pass, or answers it.
pub async fn admit(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if !gate.is_own(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if gate.is_known(request.headers()) {
        return next.run(request).await;
    }
    let offered = request
        .uri()
        .query()
        .and_then(|query| query.strip_prefix("token="));
    match offered {
        Some(offered) if request.method() == Method::GET && gate.redeem(offered) => {
            let cookie = format!(
                "{}={}; Path=/; HttpOnly; SameSite=Strict",
                gate.cookie, gate.session
            );
            ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        _ => (
            StatusCode::UNAUTHORIZED,
            "Open the address that bilten-scan printed; it works once.\n",
        )
            .into_response(),
    }
}

fn secret<R: CryptoRng + ?Sized>(rng: &mut R) -> String {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// Compares without telling by its time where the texts differ.
fn same(one: &str, other: &str) -> bool {
    let differing = one
        .bytes()
        .zip(other.bytes())
        .fold(0, |bits, (a, b)| bits | (a ^ b));
    one.len() == other.len() && differing == 0
}
