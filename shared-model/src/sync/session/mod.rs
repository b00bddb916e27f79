//! One side of an exchange: events in, effects out.
//!
//! The same machine runs on a device towards the server, between devices, and at
//! the server. It owns what it knows of the other side and nothing else; clock,
//! storage, keys and network are its caller's, who answers [`Effect`]s with
//! [`Input`]s ([`super::drive`] does, for a [`super::Replica`]).
//!
//! What always holds: facts count as sent only once the other side has said that
//! they are durable there; what is refused is not sent again in the same session, unless
//! the other side did not know the device and has another book since;
//! whatever arrives, in whatever order, the session ends or waits, and never turns
//! in a circle.
//!
//! Over HTTP ([`Mode::Turns`]) the opening side sends a message, reads the whole
//! answer and goes on until [`Input::Pause`] gives it nothing more to send; the
//! answering side keeps nothing between messages. Over a lasting link
//! ([`Mode::Stream`]) both sides keep their session, and [`Input::Changed`] pushes
//! what is new.

mod book;
mod facts;
mod hello;
mod manifest;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use self::facts::send_evidence;
use self::hello::Turn;
pub use self::terms::{Effect, Input, Mode, Role, Status};
use super::notes::Talk;
use super::{
    ErrorCode, Facts, Frame, Hello, Mark, Marks, NotesFrame, PROTOCOL, Sample, Signed, Stored,
    Time, VersionVector, vector,
};
use crate::ids::{ActorId, EventNo};
use crate::log::Manner;
use crate::manifest::Position;
use crate::time::Timestamp;

/// Bytes of records that are sent before their acknowledgement is awaited.
pub const BUDGET: usize = 1 << 20;

/// Bytes of pages that answer one question.
const PAGE_BUDGET: usize = 1 << 20;

/// Actors and forks that one hello may name.
const MAX_MARKS: usize = 10_000;

/// Hellos that a side may send within one session.
const MAX_HELLOS: u8 = 16;

/// One side of an exchange about one event.
#[derive(Debug, Clone)]
pub struct Session {
    event: EventNo,
    role: Role,
    mode: Mode,
    budget: usize,
    opener: bool,
    closed: bool,
    told_error: Option<ErrorCode>,
    hello_due: bool,
    status_due: bool,
    commit_due: bool,
    ours: Status,
    /// The other side's hello; its marks are kept up to date by what it says later.
    theirs: Option<Hello>,
    /// Marks and forks as the hello named them.
    hello: Option<(Marks, BTreeMap<ActorId, u64>)>,
    /// The most that was ever acknowledged.
    delivered: VersionVector,
    sent: VersionVector,
    /// Actors whose facts the other side does not take, and why.
    refused: BTreeMap<ActorId, ErrorCode>,
    restarted: BTreeSet<ActorId>,
    /// Actors to leave out of the next hello, so that they come from the first fact on.
    from_start: BTreeSet<ActorId>,
    gaps: BTreeMap<ActorId, u8>,
    hellos: u8,
    evidence_sent: BTreeMap<ActorId, u64>,
    acks: VersionVector,
    asked_book: Option<u64>,
    asked_page: Option<(Position, u64)>,
    asked_time: Option<Timestamp>,
    /// Answers that wait for the hello of the next message.
    held: Vec<Frame>,
    /// The number of the book that the other side was given.
    given_book: Option<u64>,
    /// Revision and book that the other side was told of.
    told: (u64, u64),
    /// What was refused in an answer: said after the next message's hello, if there is one.
    refusals: Vec<Frame>,
    /// What was served since the last pause: one message gets so much and no more.
    served: Served,
    talk: Talk,
    last_turn: Option<Turn>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Served {
    page_bytes: usize,
    book: bool,
    time: bool,
}

impl Session {
    /// A session about `event`. The side that opens the link gives it [`Input::Opened`].
    #[must_use]
    pub fn new(event: EventNo, role: Role, mode: Mode) -> Self {
        Self {
            event,
            role,
            mode,
            budget: BUDGET,
            opener: false,
            closed: false,
            told_error: None,
            hello_due: true,
            status_due: false,
            commit_due: false,
            ours: Status::default(),
            theirs: None,
            hello: None,
            delivered: VersionVector::new(),
            sent: VersionVector::new(),
            refused: BTreeMap::new(),
            restarted: BTreeSet::new(),
            from_start: BTreeSet::new(),
            gaps: BTreeMap::new(),
            hellos: 0,
            evidence_sent: BTreeMap::new(),
            acks: VersionVector::new(),
            asked_book: None,
            asked_page: None,
            asked_time: None,
            held: Vec::new(),
            given_book: None,
            told: (0, 0),
            refusals: Vec::new(),
            served: Served::default(),
            talk: Talk::default(),
            last_turn: None,
        }
    }

    /// The same session, sending at most so many bytes of records before they are
    /// acknowledged: for a link that broke under more.
    #[must_use]
    pub fn with_budget(mut self, bytes: usize) -> Self {
        self.budget = bytes.clamp(1, BUDGET);
        self
    }

    /// Whether the exchange ended by an error: the link should be closed.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// What the other side said that it cannot do, last.
    #[must_use]
    pub const fn told_error(&self) -> Option<ErrorCode> {
        self.told_error
    }

    /// Whether the other side holds every fact held here, as far as it said and takes them, and of
    /// a device whether the server has answered every note.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        let notes_wait = self.role == Role::Device && self.ours.notes.pending > 0;
        self.theirs.is_some() && self.to_send().is_empty() && !notes_wait
    }

    /// Takes one event in; `now` is the own clock as it is.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        if self.closed {
            return Vec::new();
        }
        match input {
            Input::Opened => {
                self.opener = true;
                vec![Effect::LoadStatus]
            }
            Input::Frame(frame) => self.frame(frame, now),
            Input::Pause => self.pause(),
            Input::Changed => vec![Effect::LoadStatus],
            Input::AskTime => self.ask_time(now),
            Input::Status(status) => self.status(status, now),
            Input::Missing(batches) => self.send_facts(batches),
            Input::Evidence(batches) => send_evidence(batches),
            Input::Ingested {
                actor,
                mark,
                result,
            } => self.ingested(actor, mark, result),
            Input::Page { since, page } => self.send_page(since, page),
            Input::PageSaved(position) => {
                self.ours.manifest = position;
                Vec::new()
            }
            Input::Book { certificate, book } => {
                vec![Effect::Send(Frame::Book { certificate, book })]
            }
            Input::Notes(count, letters) => self.answer(Frame::Notes(NotesFrame::Given {
                event: self.event,
                count,
                letters,
            })),
            Input::Letters(letters) => {
                let (event, role, ours) = (self.event, self.role, self.ours.notes);
                self.talk.hand_over(event, role, ours, letters)
            }
            Input::NotesSaved(status) => {
                self.ours.notes = status;
                match self.is_turning() {
                    // The next message begins with a hello.
                    true => Vec::new(),
                    false => self.notes_due(),
                }
            }
            Input::LetterRefused { hash, code } => self.answer(Frame::Notes(NotesFrame::Refused {
                event: self.event,
                hash,
                code,
            })),
        }
    }

    fn frame(&mut self, frame: Frame, now: Timestamp) -> Vec<Effect> {
        if let Some(event) = frame.event()
            && event != self.event
        {
            return self.fail(ErrorCode::UnknownEvent, "a frame of another event");
        }
        if self.theirs.is_none() && !matches!(frame, Frame::Hello(_) | Frame::Error { .. }) {
            return self.fail(ErrorCode::Malformed, "hello comes first");
        }
        match frame {
            Frame::Hello(hello) => self.hello(hello),
            Frame::Facts(facts) => self.ingest(facts, Manner::Facts),
            Frame::Fork(facts) => self.ingest(facts, Manner::Evidence),
            Frame::Ack { vector, .. } => self.ack(vector),
            Frame::Refused { actor, code, .. } => self.facts_refused(actor, code),
            Frame::Manifest {
                since,
                after_serial,
                ..
            } => self.load_page(since, after_serial).into_iter().collect(),
            Frame::WantBook { have, .. } => self.load_book(have).into_iter().collect(),
            Frame::Page(page) if self.role == Role::Device => vec![Effect::SavePage(page)],
            Frame::Book { certificate, book } if !self.is_server() => {
                // What this side may do with facts changes with it.
                self.status_due = true;
                vec![Effect::SaveBook { certificate, book }]
            }
            Frame::Page(_) | Frame::Book { .. } => Vec::new(),
            Frame::Changes { revision, book, .. } => {
                self.changes(revision, book);
                Vec::new()
            }
            Frame::Time(time) => self.time(time, now),
            Frame::Notes(frame) => {
                let effects = self.talk.take(frame, self.role, self.ours.notes);
                match self.is_turning() && effects == [Effect::LoadStatus] {
                    // Asked at the pause, after the next hello.
                    true => Vec::new(),
                    false => effects,
                }
            }
            Frame::Error { code, detail } => {
                self.closed = code != ErrorCode::Revoked;
                self.told_error = Some(code);
                vec![Effect::Failed { code, detail }]
            }
        }
    }

    fn notes_due(&mut self) -> Vec<Effect> {
        self.talk.due(self.event, self.role, self.ours.notes)
    }

    /// Sends an answer: with the next message where this side begins those with a hello.
    fn answer(&mut self, frame: Frame) -> Vec<Effect> {
        if self.is_turning() {
            self.held.push(frame);
            return Vec::new();
        }
        vec![Effect::Send(frame)]
    }

    fn ask_time(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.hello_due || self.is_server() {
            return Vec::new();
        }
        self.asked_time = Some(now);
        vec![Effect::Send(Frame::Time(Time::ask(now)))]
    }

    fn time(&mut self, mut time: Time, now: Timestamp) -> Vec<Effect> {
        if time.is_question() {
            time.received = now;
            return match std::mem::replace(&mut self.served.time, true) {
                true => Vec::new(),
                false => vec![Effect::TellTime(time)],
            };
        }
        if self
            .asked_time
            .take_if(|asked| *asked == time.sent)
            .is_none()
        {
            return Vec::new();
        }
        let sample = Sample::of(&time, now);
        sample
            .map(|sample| Effect::Clock {
                answer: time,
                sample,
            })
            .into_iter()
            .collect()
    }

    fn fail(&mut self, code: ErrorCode, detail: &str) -> Vec<Effect> {
        self.closed = true;
        let failed = Effect::Failed {
            code,
            detail: detail.to_owned(),
        };
        vec![self.error(code, detail), failed]
    }

    fn error(&self, code: ErrorCode, detail: &str) -> Effect {
        Effect::Send(Frame::Error {
            code,
            detail: detail.to_owned(),
        })
    }

    const fn is_revoked(&self) -> bool {
        matches!(self.role, Role::Server { revoked: true })
    }

    const fn is_server(&self) -> bool {
        matches!(self.role, Role::Server { .. })
    }

    /// Whether this side is there for the answers to what it asks: the one that answers
    /// messages keeps nothing between them.
    fn remembers(&self) -> bool {
        self.opener || self.mode == Mode::Stream
    }

    /// Whether this side sends messages and waits for their answers.
    fn is_turning(&self) -> bool {
        self.opener && self.mode == Mode::Turns
    }
}
