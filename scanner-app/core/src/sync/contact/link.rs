//! One lasting link: reads what comes, sends what is new, for as long as it holds.

use std::time::Duration;

use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use rand::rngs::StdRng;
use shared_model::ids::EventNo;
use shared_model::sync::session::Mode;
use shared_model::sync::{Backoff, Frame, Input, Role, Session, drive};
use shared_model::time::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout_at};
use tokio_tungstenite::tungstenite::{self, Message};

use super::event::LIFE_EVERY_MS;
use super::keep::Keeper;
use super::state::{Trouble, Way};
use crate::sync::http::{Error, check};
use crate::sync::{DeviceReplica, pack, take};

/// How long the server may be silent: it pings every two seconds.
const SILENCE: Duration = Duration::from_secs(20);
/// How often the clock is measured, and a sign of life considered.
const MEASURE_EVERY: Duration = Duration::from_secs(60);
/// A clock that moved so much against the time that passed was set.
const SET_MS: i64 = 500;

/// One lasting link about one event.
pub(super) struct Link<'k> {
    keeper: &'k Keeper,
    event: EventNo,
    session: Session,
    replica: DeviceReplica<'k, StdRng>,
    /// The device's clock, and one that only rises, when they were last compared.
    compared: (Timestamp, Instant),
}

impl<'k> Link<'k> {
    pub(super) fn new(keeper: &'k Keeper, event: EventNo, budget: usize) -> Self {
        let role = Role::Device;
        Self {
            keeper,
            event,
            session: Session::new(event, role, Mode::Stream).with_budget(budget),
            replica: DeviceReplica::new(&keeper.scanner, event, role, &keeper.wall, keeper.rng()),
            compared: ((keeper.wall)(), Instant::now()),
        }
    }

    /// Exchanges until the link ends.
    pub(super) async fn run<S>(mut self, socket: S, backoff: &mut Backoff) -> Result<(), Error>
    where
        S: Stream<Item = tungstenite::Result<Message>>
            + Sink<Message, Error = tungstenite::Error>
            + Unpin,
    {
        let (sink, stream) = socket.split();
        // Both sides may have much to say at once: reading never waits for writing.
        let (send, queue) = mpsc::unbounded_channel();
        let ended = tokio::select! {
            ended = write(sink, queue) => ended,
            ended = self.talk(stream, &send, backoff) => ended,
        };
        if let Err(Error::EventGone(event)) = ended {
            self.keeper.scanner.learn_gone(event)?;
        }
        self.keeper.remember();
        ended
    }

    async fn talk(
        &mut self,
        mut stream: impl Stream<Item = tungstenite::Result<Message>> + Unpin,
        send: &mpsc::UnboundedSender<Vec<u8>>,
        backoff: &mut Backoff,
    ) -> Result<(), Error> {
        let mut changes = self.keeper.scanner.store().changes();
        let mut measure = interval_at(Instant::now() + MEASURE_EVERY, MEASURE_EVERY);
        measure.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let opening = self.drive(Input::Opened)?;
        self.send(send, &opening)?;
        loop {
            let frames = tokio::select! {
                message = timeout_at(heard + SILENCE, stream.next()) => {
                    heard = Instant::now();
                    match message {
                        Ok(Some(Ok(Message::Binary(bytes)))) => {
                            backoff.reset();
                            self.heard(&bytes)?
                        }
                        Ok(Some(Ok(Message::Close(_))) | None) => {
                            return check(&self.session, self.event);
                        }
                        Ok(Some(Ok(_))) => continue,
                        Ok(Some(Err(error))) => return Err(Error::Broken(Box::new(error))),
                        Err(_) => return Err(Error::Broken("the server fell silent".into())),
                    }
                }
                changed = changes.changed() => match changed {
                    Ok(()) => self.drive(Input::Changed)?,
                    Err(_) => return Ok(()),
                },
                _ = measure.tick() => self.measure()?,
            };
            self.send(send, &frames)?;
            self.tell()?;
            check(&self.session, self.event)?;
        }
    }

    fn heard(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, Error> {
        let frames = take(&mut self.session, &mut self.replica, bytes)?;
        let now = (self.keeper.wall)();
        self.keeper
            .tell(self.event, |contact| contact.heard_at = Some(now))?;
        Ok(frames)
    }

    fn measure(&mut self) -> Result<Vec<Frame>, Error> {
        let (wall, clock) = ((self.keeper.wall)(), Instant::now());
        let passed = i64::try_from((clock - self.compared.1).as_millis()).unwrap_or(i64::MAX);
        let moved = wall.millis_since(self.compared.0).saturating_sub(passed);
        if moved.saturating_abs() > SET_MS {
            self.replica.clock_was_set();
        }
        self.compared = (wall, clock);
        self.keeper
            .scanner
            .show_life(self.event, LIFE_EVERY_MS, wall)?;
        self.keeper.remember();
        self.drive(Input::AskTime)
    }

    fn drive(&mut self, input: Input) -> Result<Vec<Frame>, Error> {
        let now = (self.keeper.wall)();
        Ok(drive(&mut self.session, &mut self.replica, input, now)?)
    }

    fn send(&self, send: &mpsc::UnboundedSender<Vec<u8>>, frames: &[Frame]) -> Result<(), Error> {
        if let Some(message) = pack(frames)? {
            // Without a writer the link is over, which it says itself.
            let _ = send.send(message);
        }
        Ok(())
    }

    fn tell(&self) -> Result<(), Error> {
        let revoked = self.replica.is_revoked();
        self.keeper.tell(self.event, |contact| {
            contact.way = Way::Link;
            contact.trouble = revoked.then_some(Trouble::Revoked);
        })?;
        Ok(())
    }
}

/// Writes what is queued, until the link breaks.
async fn write(
    mut sink: impl Sink<Message, Error = tungstenite::Error> + Unpin,
    mut queue: mpsc::UnboundedReceiver<Vec<u8>>,
) -> Result<(), Error> {
    while let Some(message) = queue.recv().await {
        let message = Message::Binary(message.into());
        let sent = sink.send(message).await;
        sent.map_err(|error| Error::Broken(Box::new(error)))?;
    }
    Ok(())
}
