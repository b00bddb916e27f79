//! What devices say and hear: one message of frames in, one out.
//!
//! `shared_model::sync::Session` says what to do; this is the server's store as it
//! sees it. Each batch of facts is stored and
//! committed on its own, so a fault in one loses none of the others, and is
//! acknowledged only then.

use std::collections::VecDeque;
use std::sync::Arc;

use shared_model::ids::EventId;
use shared_model::log::{self as scan_log, Manner, Refused};
use shared_model::manifest::Position;
use shared_model::sync::{
    Effect, ErrorCode, Facts, Frame, Input, Mode, NotesStatus, Role, Session, Status, Stored, Time,
};
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::{Error, Published, doors, log, manifest, sales};
use crate::app::App;
use crate::db::Conn;
use crate::devices::{self, Device, Standing};
use crate::{events, notes};

/// Answers one message of `device`.
pub(super) async fn answer(
    app: &App,
    device: &Device,
    frames: Vec<Frame>,
) -> Result<Vec<Frame>, Error> {
    let mut side = match Side::open(app, device, &frames, Mode::Turns).await? {
        Ok(side) => side,
        Err(refusal) => return Ok(vec![refusal]),
    };
    let mut answers = Vec::new();
    for frame in frames {
        side.take(Input::Frame(frame), &mut answers).await?;
    }
    side.take(Input::Pause, &mut answers).await?;
    Ok(answers)
}

/// The server's side of an exchange about one event.
pub(super) struct Side<'a> {
    app: &'a App,
    session: Session,
    published: Arc<Published>,
}

impl<'a> Side<'a> {
    /// Opens the side that the hello in `frames` asks for, or the frame that says why not.
    pub(super) async fn open(
        app: &'a App,
        device: &Device,
        frames: &[Frame],
        mode: Mode,
    ) -> Result<Result<Self, Frame>, Error> {
        let Some(Frame::Hello(hello)) = frames.first() else {
            return Ok(Err(refusal(ErrorCode::Malformed, "hello comes first")));
        };
        let mut conn = app.db.read();
        let event = events::find_by_no(&mut conn, device.organizer_id, hello.event).await?;
        let Some(event) = event else {
            return Ok(Err(refusal(ErrorCode::UnknownEvent, "no such event")));
        };
        let standing = devices::standing(&mut conn, device.id, event.id, app.now()).await?;
        if standing == Standing::Stranger {
            let words = "this device was not enrolled for the event";
            return Ok(Err(refusal(ErrorCode::NotEnrolled, words)));
        }
        devices::note_seen(app, device).await?;
        let published = doors::book(app, event).await?;
        let role = Role::Server {
            revoked: standing == Standing::Revoked,
        };
        Ok(Ok(Self {
            app,
            session: Session::new(published.book.event, role, mode),
            published,
        }))
    }

    /// The event.
    pub(super) fn event(&self) -> EventId {
        self.published.event.id
    }

    /// Whether the exchange ended by an error.
    pub(super) const fn is_closed(&self) -> bool {
        self.session.is_closed()
    }

    /// Looks for a newer book.
    pub(super) async fn refresh(&mut self) -> Result<(), Error> {
        self.published = doors::book(self.app, self.published.event.clone()).await?;
        Ok(())
    }

    /// Gives `input` to the session and does what it asks for; frames to send go to `send`.
    pub(super) async fn take(&mut self, input: Input, send: &mut Vec<Frame>) -> Result<(), Error> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.session.handle(input, self.app.now()) {
                match effect {
                    Effect::Send(frame) => send.push(frame),
                    other => inputs.extend(self.perform(other, send).await?),
                }
            }
        }
        Ok(())
    }

    async fn perform(
        &mut self,
        effect: Effect,
        send: &mut Vec<Frame>,
    ) -> Result<Option<Input>, Error> {
        let mut conn = self.app.db.read();
        let ids = (self.published.event.id, self.published.book.event);
        Ok(match effect {
            Effect::LoadStatus => Some(Input::Status(self.status(&mut conn).await?)),
            Effect::LoadMissing { from, budget } => {
                let batches = log::missing(&mut conn, ids, &from, budget).await?;
                Some(Input::Missing(batches))
            }
            Effect::LoadEvidence(actor) => {
                let batches = log::evidence(&mut conn, ids, actor).await?;
                Some(Input::Evidence(batches))
            }
            Effect::Ingest { facts, manner } => Some(Input::Ingested {
                actor: facts.actor,
                mark: facts.head.mark(),
                result: self.store(&facts, manner).await?,
            }),
            Effect::LoadPage { since, after } => {
                let page = manifest::page(self.app, &self.published, since, after).await?;
                Some(Input::Page {
                    since,
                    page: Some(page),
                })
            }
            Effect::LoadBook { have } if self.published.book.number > have => Some(Input::Book {
                certificate: self.published.certificate.clone(),
                book: self.published.signed.clone(),
            }),
            Effect::TellTime(question) => {
                send.push(Frame::Time(self.tell_time(&question)));
                None
            }
            Effect::LoadNotes { have } => {
                let (count, letters) =
                    notes::after(self.app, &mut conn, &self.published, have).await?;
                Some(Input::Notes(count, letters))
            }
            Effect::TakeLetter(letter) => {
                let taken = notes::admit(self.app, &self.published, &letter).await;
                let refused = taken.map_err(Box::new)?.err();
                refused.map(|code| Input::LetterRefused {
                    hash: letter.hash,
                    code,
                })
            }
            Effect::Failed { code, detail } => {
                tracing::info!(?code, detail, "a device's message cannot be answered");
                None
            }
            // Committed already, or the other side's matter.
            Effect::Commit
            | Effect::LoadBook { .. }
            | Effect::Send(_)
            | Effect::Acked(_)
            | Effect::Reset(_)
            | Effect::SavePage(_)
            | Effect::SaveBook { .. }
            | Effect::SaveNotes(_)
            | Effect::LoadLetters
            | Effect::LetterRefused { .. }
            | Effect::Clock { .. } => None,
        })
    }

    async fn status(&self, conn: &mut Conn) -> Result<Status, Error> {
        let event = self.published.event.id;
        let since = events::counters(conn, event).await?.revision;
        Ok(Status {
            incarnation: Some(self.app.incarnation),
            marks: log::marks(conn, event).await?,
            forks: log::forks(conn, event).await?,
            acked: shared_model::sync::VersionVector::new(),
            manifest: Position {
                since,
                ..Position::default()
            },
            book: self.published.book.number,
            notes: NotesStatus {
                have: notes::count(conn, event).await?,
                pending: 0,
            },
            clock: self.app.now(),
        })
    }

    async fn store(&self, facts: &Facts, manner: Manner) -> Result<Result<Stored, Refused>, Error> {
        let (event, now) = (&self.published.event, self.app.now());
        let (mut tx, mut turn) = log::turn(&self.app.db, event.id, 0).await?;
        let held = log::held(&mut tx, event.id, facts).await?;
        let roster = &self.published.book.roster;
        let accepted = match scan_log::ingest(event.event_no, roster, &held, facts, now, manner) {
            Ok(accepted) => accepted,
            Err(refused) => return Ok(Err(refused)),
        };
        log::store(&mut tx, &mut turn, (facts, &held), &accepted, now).await?;
        let published = &self.published;
        let sold = sales::settle(
            &mut tx,
            self.app,
            published,
            accepted.device,
            &accepted.rows,
        );
        let sold = sold.await?;
        tx.commit().await?;
        if sold {
            self.app.announce(event.id);
        }
        if !accepted.rows.is_empty() || !accepted.branch.is_empty() {
            self.app.announce_facts(event.id);
        }
        Ok(Ok(Stored {
            have: accepted.tip.seq,
            forked: !accepted.branch.is_empty(),
        }))
    }

    fn tell_time(&self, question: &Time) -> Time {
        let mut time = Time {
            answered: self.app.now(),
            ..question.clone()
        };
        let message = time.message(self.published.book.event);
        time.signature = signature::sign(&self.published.key, &Label::TIME, &message).to_vec();
        time
    }
}

pub(super) fn refusal(code: ErrorCode, words: &str) -> Frame {
    Frame::Error {
        code,
        detail: words.to_owned(),
    }
}
