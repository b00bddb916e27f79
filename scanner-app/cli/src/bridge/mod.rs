//! The screens in a browser of this machine: kiosks, and tests in a real browser.
//!
//! Exactly `POST /request` and the WebSocket `/events` over the same program as the window's, beside the
//! files of the screens. Loopback only; whoever holds the one-time token that is printed at start gets in,
//! once, and nothing but its own pages is listened to.

mod files;
mod gate;
mod shell;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{DefaultBodyLimit, State, WebSocketUpgrade};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use scanner_core::app::{App, AppError, Machine, Request};
use scanner_core::home::Home;
use scanner_core::relay::Relay;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use self::files::Files;
use self::gate::Gate;
use self::shell::BridgeShell;

/// A picture of the largest size that is read, as base64, and what stands around it.
const LARGEST_REQUEST: usize = 48 * 1024 * 1024;

/// What the bridge serves.
pub struct Bridge {
    /// This device's files and keys.
    pub home: Home,
    /// The built screens.
    pub screens: PathBuf,
    /// What opens the turnstile.
    pub relay: Option<Relay>,
    /// Where to listen.
    pub listen: SocketAddr,
}

/// Why the bridge cannot be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Other machines could reach it.
    #[error(
        "{0} can be reached from other machines: the bridge listens on this one only, like 127.0.0.1:0"
    )]
    NotLoopback(SocketAddr),
    /// There are no screens.
    #[error("there are no screens in {0}: run `npm ci && npm run build` in scanner-app/ui")]
    NoScreens(PathBuf),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
}

#[derive(Clone)]
struct Served {
    app: Arc<App>,
    shell: Arc<BridgeShell>,
}

/// Serves until the process ends; `tell` is given the address to open, with its one-time token.
///
/// # Errors
/// Before it listens: see [`Error`].
pub async fn serve(bridge: Bridge, tell: impl FnOnce(&str)) -> Result<(), Error> {
    if !bridge.listen.ip().is_loopback() {
        return Err(Error::NotLoopback(bridge.listen));
    }
    if !bridge.screens.join("index.html").is_file() {
        return Err(Error::NoScreens(bridge.screens));
    }
    let failed = |error| Error::Listen(bridge.listen, error);
    let listener = TcpListener::bind(bridge.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let machine = Machine::real();
    let (gate, token) = Gate::new(address, &mut (machine.rng)());
    let shell = Arc::new(BridgeShell::new(
        bridge.home.folder().to_owned(),
        bridge.relay,
    ));
    let runtime = tokio::runtime::Handle::current();
    let app = App::start(
        bridge.home,
        machine,
        Arc::<BridgeShell>::clone(&shell),
        runtime,
    );
    let router = Router::new()
        .route("/request", post(request))
        .route("/events", any(events))
        .with_state(Served { app, shell })
        .fallback_service(Files::new(bridge.screens).router())
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(middleware::from_fn_with_state(Arc::new(gate), gate::admit));
    tell(&format!("http://{address}/?token={token}"));
    axum::serve(listener, router).await.map_err(failed)
}

async fn request(State(served): State<Served>, body: Bytes) -> Response {
    let work = move || {
        let request: Request =
            serde_json::from_slice(&body).map_err(|_| AppError::MalformedRequest)?;
        served.app.answer(request)
    };
    let answer = tokio::task::spawn_blocking(work).await;
    answered(answer.unwrap_or(Err(AppError::StoreFailed)))
}

fn answered(answer: Result<Value, AppError>) -> Response {
    let plain = [(header::CACHE_CONTROL, "no-store")];
    match answer {
        Ok(answer) => (plain, axum::Json(answer)).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, plain, axum::Json(error)).into_response(),
    }
}

async fn events(State(served): State<Served>, upgrade: WebSocketUpgrade) -> Response {
    // Before the answer: a screen counts on hearing everything from then on.
    let events = served.shell.listen();
    upgrade.on_upgrade(move |socket| tell_events(socket, events))
}

async fn tell_events(mut socket: WebSocket, mut events: Receiver<Arc<String>>) {
    loop {
        let message = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => event,
                // A screen that could not follow asks again when it sees the next one.
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            },
            said = socket.recv() => match said {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        if socket
            .send(Message::Text(message.as_str().into()))
            .await
            .is_err()
        {
            return;
        }
    }
}
