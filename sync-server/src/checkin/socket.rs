//! The lasting link: frames both ways over a WebSocket, and what is new as soon as it is.
//!
//! A binary message is a run of frames, as in the body of a request. The server keeps the
//! session for as long as the link lasts and says by itself what changed: facts of others,
//! and that there is a newer book or revision. Who is revoked meanwhile hears that and is
//! cut off; what it still holds goes up by requests. Not here: what frames mean.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use shared_model::ids::EventId;
use shared_model::sync::codec::{decode_all, encode_all};
use shared_model::sync::{ErrorCode, Frame, Input, Mode};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval_at};

use super::Error;
use super::frames::{Side, refusal};
use crate::app::{App, AppState};
use crate::devices::{self, Device, Standing};

/// How often a link looks for what other servers on the database changed.
const LOOK: Duration = Duration::from_secs(2);
/// How long the other side may be silent, pings unanswered.
const SILENCE: Duration = Duration::from_secs(60);

/// Serves `device` until the link ends.
pub(super) async fn serve(app: AppState, device: Device, mut socket: WebSocket) {
    let changes = app.changes.subscribe();
    let ended = match open(&app, &device, &mut socket).await {
        Ok(Some(link)) => link.run(socket, changes).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        tracing::warn!(
            cause = crate::problem::chain(&error),
            "a device's link failed"
        );
    }
}

/// Reads the first message, and opens the session that its hello asks for.
async fn open<'a>(
    app: &'a App,
    device: &'a Device,
    socket: &mut WebSocket,
) -> Result<Option<Link<'a>>, Error> {
    let Ok(Some(Ok(Message::Binary(first)))) = tokio::time::timeout(SILENCE, socket.recv()).await
    else {
        return Ok(None);
    };
    let Some(frames) = decode(socket, &first).await else {
        return Ok(None);
    };
    let side = match Side::open(app, device, &frames, Mode::Stream).await? {
        Ok(side) => side,
        Err(refusal) => {
            send(socket, &[refusal]).await;
            return Ok(None);
        }
    };
    let mut link = Link {
        app,
        device,
        event: side.event(),
        side,
        over: false,
    };
    let answers = link.answer(frames).await?;
    Ok(send(socket, &answers).await.then_some(link))
}

struct Link<'a> {
    app: &'a App,
    device: &'a Device,
    event: EventId,
    side: Side<'a>,
    /// The device was revoked.
    over: bool,
}

impl Link<'_> {
    async fn run(
        mut self,
        mut socket: WebSocket,
        mut changes: broadcast::Receiver<EventId>,
    ) -> Result<(), Error> {
        let mut look = interval_at(Instant::now() + LOOK, LOOK);
        let mut heard = Instant::now();
        loop {
            let answers = tokio::select! {
                message = socket.recv() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(Message::Binary(bytes))) => match decode(&mut socket, &bytes).await {
                            Some(frames) => self.answer(frames).await?,
                            None => return Ok(()),
                        },
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                        Some(Ok(Message::Text(_) | Message::Close(_)) | Err(_)) | None => return Ok(()),
                    }
                }
                event = changes.recv() => match event {
                    Ok(event) if event != self.event => continue,
                    Ok(_) | Err(RecvError::Lagged(_)) => self.look().await?,
                    Err(RecvError::Closed) => return Ok(()),
                },
                _ = look.tick() => {
                    let asked = socket.send(Message::Ping(Vec::new().into())).await;
                    if asked.is_err() || heard.elapsed() > SILENCE {
                        return Ok(());
                    }
                    self.look().await?
                }
            };
            if !send(&mut socket, &answers).await || self.over || self.side.is_closed() {
                return Ok(());
            }
        }
    }

    async fn answer(&mut self, frames: Vec<Frame>) -> Result<Vec<Frame>, Error> {
        let mut answers = Vec::new();
        for frame in frames {
            self.side.take(Input::Frame(frame), &mut answers).await?;
        }
        self.side.take(Input::Pause, &mut answers).await?;
        Ok(answers)
    }

    /// What is new since the device was told.
    async fn look(&mut self) -> Result<Vec<Frame>, Error> {
        let mut conn = self.app.db.read();
        let now = self.app.now();
        let standing = devices::standing(&mut conn, self.device.id, self.event, now).await?;
        if standing != Standing::OnDuty {
            self.over = true;
            return Ok(vec![refusal(
                ErrorCode::Revoked,
                "hand in what is left and wipe",
            )]);
        }
        self.side.refresh().await?;
        let mut answers = Vec::new();
        self.side.take(Input::Changed, &mut answers).await?;
        Ok(answers)
    }
}

/// The frames of a message; none, and the reason sent, when they are none.
async fn decode(socket: &mut WebSocket, bytes: &[u8]) -> Option<Vec<Frame>> {
    match decode_all(bytes) {
        Ok(frames) => Some(frames),
        Err(error) => {
            send(socket, &[refusal(ErrorCode::Malformed, &error.to_string())]).await;
            None
        }
    }
}

/// Sends frames as one message; false when the link is gone.
async fn send(socket: &mut WebSocket, frames: &[Frame]) -> bool {
    if frames.is_empty() {
        return true;
    }
    match encode_all(frames) {
        Ok(bytes) => socket.send(Message::Binary(bytes.into())).await.is_ok(),
        Err(error) => {
            tracing::error!(%error, "an answer does not fit a frame");
            false
        }
    }
}
