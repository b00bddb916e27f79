//! One side of an exchange: events in, effects out.
//!
//! The same machine runs on a device towards the server, between devices, and at
//! the server. It owns what it knows of the other side and nothing else; clock,
//! storage, keys and network are its caller's, who answers [`Effect`]s with
//! [`Input`]s ([`super::drive`] does, for a [`super::Replica`]).
//!
//! What always holds: facts count as sent only once the other side has said that
//! they are durable there; what is refused is not sent again in the same session;
//! whatever arrives, in whatever order, the session ends or waits, and never turns
//! in a circle.
//!
//! Over HTTP ([`Mode::Turns`]) the opening side sends a message, reads the whole
//! answer and goes on until [`Input::Pause`] gives it nothing more to send; the
//! answering side keeps nothing between messages. Over a lasting link
//! ([`Mode::Stream`]) both sides keep their session, and [`Input::Changed`] pushes
//! what is new.

use std::collections::{BTreeMap, BTreeSet};

use super::notes::Talk;
use super::vector::{lacking, raise, seqs};
use super::{
    ErrorCode, Facts, Frame, Hello, Mark, Marks, NotesFrame, NotesStatus, PROTOCOL, Sample, Signed,
    Stored, Time, VersionVector,
};
use crate::ids::{ActorId, EventNo, Hash, Incarnation, Serial};
use crate::log::{Manner, Refused};
use crate::manifest::Position;
use crate::notes::{self, Countersigned, Letter};
use crate::time::Timestamp;

/// Bytes of records that are sent before their acknowledgement is awaited.
pub const BUDGET: usize = 1 << 20;

/// Bytes of pages that answer one question.
const PAGE_BUDGET: usize = 1 << 20;

/// Actors and forks that one hello may name.
const MAX_MARKS: usize = 10_000;

/// Hellos that a side may send within one session.
const MAX_HELLOS: u8 = 16;

/// How often facts of one actor are sent again because the other side says that some are missing.
const MAX_GAPS: u8 = 3;

/// Forked actors of which evidence is sent at once.
const MAX_EVIDENCE: usize = 8;

/// Bytes of records in the evidence about one actor: some twenty thousand facts.
const EVIDENCE_BUDGET: usize = 2 << 20;

/// Who is at the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A device, towards the server.
    Device,
    /// A device, towards another.
    Peer,
    /// The server, towards a device.
    Server {
        /// The device may hand in facts and nothing else.
        revoked: bool,
    },
}

/// What kind of link there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Messages and their answers.
    Turns,
    /// Both sides send when they like.
    Stream,
}

/// What a store holds, as a session needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// The server database known here.
    pub incarnation: Option<Incarnation>,
    /// What is held of each actor.
    pub marks: Marks,
    /// Digests of the evidence about actors that forked.
    pub forks: BTreeMap<ActorId, u64>,
    /// What the server is known to hold; empty elsewhere.
    pub acked: VersionVector,
    /// Where the manifest stands: at the server, `since` is its newest revision.
    pub manifest: Position,
    /// Number of the book held; 0 for none.
    pub book: u64,
    /// Shift notes.
    pub notes: NotesStatus,
    /// Corrected time.
    pub clock: Timestamp,
}

/// What happens to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The link is there and this side opened it.
    Opened,
    /// A frame arrived.
    Frame(Frame),
    /// Nothing more has arrived for now: the end of a message, or a stream that is read empty.
    Pause,
    /// The store holds something new.
    Changed,
    /// Answers [`Effect::LoadStatus`].
    Status(Status),
    /// Answers [`Effect::LoadMissing`].
    Missing(Vec<Facts>),
    /// Answers [`Effect::LoadEvidence`].
    Evidence(Vec<Facts>),
    /// Answers [`Effect::Ingest`].
    Ingested {
        /// Whose facts.
        actor: ActorId,
        /// The mark of the batch's head.
        mark: Mark,
        /// What became of them.
        result: Result<Stored, Refused>,
    },
    /// Answers [`Effect::LoadPage`].
    Page {
        /// The revision that was asked for.
        since: u64,
        /// The page, and where the next one begins.
        page: Option<(Signed, Option<Serial>)>,
    },
    /// Answers [`Effect::SavePage`] when the page was genuine.
    PageSaved(Position),
    /// Answers [`Effect::LoadBook`] when there is a newer one.
    Book {
        /// Of the event key.
        certificate: Vec<u8>,
        /// The book.
        book: Signed,
    },
    /// Answers [`Effect::LoadNotes`]: how many letters there are in all, and those asked for.
    Notes(u32, Vec<Countersigned>),
    /// Answers [`Effect::SaveNotes`] and [`Effect::LetterRefused`].
    NotesSaved(NotesStatus),
    /// Answers [`Effect::LoadLetters`].
    Letters(Vec<Letter>),
    /// Answers [`Effect::TakeLetter`] when the letter was not admitted.
    LetterRefused {
        /// The letter's hash.
        hash: Hash,
        /// Why.
        code: notes::Refused,
    },
}

/// What a session wants done. Effects are done in order; what they bring is given back at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send a frame.
    Send(Frame),
    /// Tell [`Input::Status`].
    LoadStatus,
    /// Tell [`Input::Missing`]: facts from these seqs on, of at most so many bytes of records.
    LoadMissing {
        /// First seq of each actor.
        from: VersionVector,
        /// Bytes of records.
        budget: usize,
    },
    /// Tell [`Input::Evidence`] about a forked actor.
    LoadEvidence(ActorId),
    /// Check facts, store them, tell [`Input::Ingested`].
    Ingest {
        /// The facts.
        facts: Facts,
        /// In which frame they came.
        manner: Manner,
    },
    /// Make all that was ingested durable before anything more is sent.
    Commit,
    /// The server holds this of the actors named, durably, and no more.
    Acked(VersionVector),
    /// The server's database is another one than was known.
    Reset(Incarnation),
    /// Tell [`Input::Page`].
    LoadPage {
        /// Changes after this revision.
        since: u64,
        /// Tickets after this serial.
        after: Option<Serial>,
    },
    /// Check a page, store it, tell [`Input::PageSaved`].
    SavePage(Signed),
    /// Tell [`Input::Book`] when it is newer than `have`.
    LoadBook {
        /// The number that the other side has.
        have: u64,
    },
    /// Check a book and store it.
    SaveBook {
        /// Of the event key.
        certificate: Vec<u8>,
        /// The book.
        book: Signed,
    },
    /// Send the answer to this question for the time; `received` is filled in.
    TellTime(Time),
    /// The clock was measured.
    Clock {
        /// The answer, whose signature is to be checked where the server gave it.
        answer: Time,
        /// What it tells.
        sample: Sample,
    },
    /// Tell [`Input::Notes`]: letters after number `have`, of some [`super::notes::GIVE_BYTES`].
    LoadNotes {
        /// The last number that the other side has.
        have: u32,
    },
    /// Check letters in the server's order, store them, tell [`Input::NotesSaved`].
    SaveNotes(Vec<Countersigned>),
    /// Tell [`Input::Letters`]: those that the server has neither admitted nor refused, oldest
    /// first, at most [`super::notes::HAND_OVER`].
    LoadLetters,
    /// Admit a letter, or tell [`Input::LetterRefused`].
    TakeLetter(Letter),
    /// The server will not admit a letter: note why, tell [`Input::NotesSaved`].
    LetterRefused {
        /// The letter's hash.
        hash: Hash,
        /// Why.
        code: notes::Refused,
    },
    /// The other side cannot go on, or must not.
    Failed {
        /// Why.
        code: ErrorCode,
        /// Its words, for the log.
        detail: String,
    },
}

/// One side of an exchange about one event.
#[derive(Debug, Clone)]
pub struct Session {
    event: EventNo,
    role: Role,
    mode: Mode,
    budget: usize,
    opener: bool,
    closed: bool,
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
    refused: BTreeSet<ActorId>,
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

/// What a turn began with: two alike in a row, and nothing will change any more.
///
/// It holds what the other side said, not what it is taken to hold: that goes up
/// and down with each message.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Turn {
    ours: Status,
    hello: Option<(Marks, BTreeMap<ActorId, u64>)>,
    delivered: VersionVector,
    evidence_sent: BTreeMap<ActorId, u64>,
    notes_wanted: Option<u32>,
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
            hello_due: true,
            status_due: false,
            commit_due: false,
            ours: Status::default(),
            theirs: None,
            hello: None,
            delivered: VersionVector::new(),
            sent: VersionVector::new(),
            refused: BTreeSet::new(),
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

    /// Whether the other side holds every fact held here, as far as it said and takes them.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.theirs.is_some() && self.to_send().is_empty()
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
                let frame = Frame::Book { certificate, book };
                self.answer(frame)
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
                vec![Effect::SaveBook { certificate, book }]
            }
            Frame::Page(_) | Frame::Book { .. } => Vec::new(),
            Frame::Changes { revision, book, .. } => self.changes(revision, book),
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
                vec![Effect::Failed { code, detail }]
            }
        }
    }

    fn hello(&mut self, hello: Hello) -> Vec<Effect> {
        self.hellos = self.hellos.saturating_add(1);
        if self.hellos > MAX_HELLOS && !self.is_turning() {
            return self.fail(ErrorCode::TooLarge, "too many hellos");
        }
        if hello.protocol == 0 {
            return self.fail(ErrorCode::Version, "protocol 0");
        }
        if hello.marks.len() > MAX_MARKS || hello.forks.len() > MAX_MARKS {
            return self.fail(ErrorCode::TooLarge, "too many actors");
        }
        self.talk.greeted(hello.protocol);
        let mut effects = Vec::new();
        if self.role == Role::Device {
            if let Some(incarnation) = hello.incarnation
                && self.ours.incarnation != Some(incarnation)
            {
                effects.push(Effect::Reset(incarnation));
                self.talk.reset();
                self.asked_page = None;
                self.asked_book = None;
            }
            let named = self.ours.marks.keys().chain(hello.marks.keys());
            let durable = named.map(|actor| {
                let seq = hello.marks.get(actor).map_or(0, |mark| mark.seq);
                (*actor, seq)
            });
            effects.push(Effect::Acked(durable.collect()));
        }
        self.hello = Some((hello.marks.clone(), hello.forks.clone()));
        self.theirs = Some(hello);
        if !self.is_turning() {
            effects.push(Effect::LoadStatus);
        }
        effects
    }

    fn status(&mut self, status: Status, now: Timestamp) -> Vec<Effect> {
        self.ours = status;
        let mut effects = Vec::new();
        if self.is_turning() && self.theirs.is_some() {
            let turn = self.turn();
            if !self.has_more() || self.last_turn.as_ref() == Some(&turn) {
                return effects;
            }
            self.last_turn = Some(turn);
            self.hello_due = true;
        }
        if self.hello_due {
            self.hello_due = false;
            effects.push(Effect::Send(Frame::Hello(self.own_hello())));
            if self.is_revoked() {
                effects.push(self.error(ErrorCode::Revoked, "this device may hand in facts only"));
            }
            if !self.is_server() && self.remembers() {
                self.asked_time = Some(now);
                effects.push(Effect::Send(Frame::Time(Time::ask(now))));
            }
            effects.extend(self.held.drain(..).map(Effect::Send));
            effects.extend(self.refusals.drain(..).map(Effect::Send));
        }
        effects.extend(self.exchange());
        effects
    }

    /// Sends what the other side lacks and asks for what is lacking here.
    fn exchange(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.is_revoked() {
            return effects;
        }
        let from = self.to_send();
        if self.sent.is_empty() && !from.is_empty() {
            effects.push(Effect::LoadMissing {
                from,
                budget: self.budget,
            });
        }
        effects.extend(self.evidence_due());
        effects.extend(self.ask_book());
        effects.extend(self.ask_page());
        effects.extend(self.notes_due());
        effects
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

    fn pause(&mut self) -> Vec<Effect> {
        self.served = Served::default();
        self.talk.paused();
        let mut effects = Vec::new();
        if std::mem::take(&mut self.commit_due) {
            effects.push(Effect::Commit);
        }
        let vector = std::mem::take(&mut self.acks);
        if !vector.is_empty() && !self.is_turning() {
            let event = self.event;
            effects.push(Effect::Send(Frame::Ack { event, vector }));
        }
        if self.is_turning() {
            self.sent.clear();
            effects.push(Effect::LoadStatus);
        } else if std::mem::take(&mut self.status_due) || self.ours_lacks_pages() {
            effects.push(Effect::LoadStatus);
        }
        effects
    }

    fn ingest(&mut self, facts: Facts, manner: Manner) -> Vec<Effect> {
        self.commit_due = true;
        vec![Effect::Ingest { facts, manner }]
    }

    fn ingested(
        &mut self,
        actor: ActorId,
        mark: Mark,
        result: Result<Stored, Refused>,
    ) -> Vec<Effect> {
        let refused = match result {
            Ok(stored) => {
                self.acks.insert(actor, stored.have);
                self.status_due |= stored.forked;
                if let Some(theirs) = &mut self.theirs
                    && theirs
                        .marks
                        .get(&actor)
                        .is_none_or(|held| held.seq < mark.seq)
                {
                    theirs.marks.insert(actor, mark);
                }
                return Vec::new();
            }
            Err(refused) => refused,
        };
        let code = match refused {
            Refused::Gap { have } => {
                self.acks.insert(actor, have);
                ErrorCode::Gap
            }
            Refused::Diverged if self.restarted.insert(actor) => {
                self.acks.insert(actor, 0);
                self.from_start.insert(actor);
                ErrorCode::Gap
            }
            Refused::Diverged | Refused::BadSignature => ErrorCode::BadSignature,
            Refused::Frozen { .. } => ErrorCode::Frozen,
            Refused::UnknownDevice => ErrorCode::NotEnrolled,
            Refused::Limits => ErrorCode::TooLarge,
            Refused::WrongEvent(_) | Refused::WrongHead | Refused::WrongKey | Refused::NotOpen => {
                ErrorCode::Malformed
            }
        };
        let event = self.event;
        let frame = Frame::Refused { event, actor, code };
        if self.is_turning() {
            // The next message begins with a hello.
            self.refusals.push(frame);
            return Vec::new();
        }
        vec![Effect::Send(frame)]
    }

    fn ack(&mut self, vector: VersionVector) -> Vec<Effect> {
        if vector.len() > MAX_MARKS {
            return self.fail(ErrorCode::TooLarge, "too many actors");
        }
        for (actor, seq) in &vector {
            let our = self.ours.marks.get(actor).copied();
            let check = match our {
                Some(our) if our.seq == *seq => our.check,
                _ => [0; 8],
            };
            if let Some(theirs) = &mut self.theirs {
                theirs.marks.insert(*actor, Mark { seq: *seq, check });
            }
            if self.sent.get(actor).is_some_and(|sent| sent <= seq) {
                self.sent.remove(actor);
            }
        }
        raise(&mut self.delivered, &vector);
        let mut effects = Vec::new();
        if self.role == Role::Device {
            effects.push(Effect::Acked(vector));
        }
        if !self.is_turning() && self.sent.is_empty() {
            effects.push(Effect::LoadStatus);
        }
        effects
    }

    fn facts_refused(&mut self, actor: ActorId, code: ErrorCode) -> Vec<Effect> {
        self.sent.remove(&actor);
        let gaps = self.gaps.entry(actor).or_default();
        *gaps = gaps.saturating_add(1);
        if code == ErrorCode::Gap && *gaps <= MAX_GAPS {
            return Vec::new();
        }
        self.refused.insert(actor);
        if self.is_turning() {
            return Vec::new();
        }
        vec![Effect::LoadStatus]
    }

    fn send_facts(&mut self, batches: Vec<Facts>) -> Vec<Effect> {
        for facts in &batches {
            self.sent.insert(facts.actor, facts.head.seq);
        }
        batches
            .into_iter()
            .map(|facts| Effect::Send(Frame::Facts(facts)))
            .collect()
    }

    fn send_page(&mut self, since: u64, page: Option<(Signed, Option<Serial>)>) -> Vec<Effect> {
        let Some((page, next)) = page else {
            return Vec::new();
        };
        self.served.page_bytes = self.served.page_bytes.saturating_add(page.bytes.len());
        let mut effects = vec![Effect::Send(Frame::Page(page))];
        if next.is_some() && self.served.page_bytes < PAGE_BUDGET {
            effects.push(Effect::LoadPage { since, after: next });
        }
        effects
    }

    fn changes(&mut self, revision: u64, book: u64) -> Vec<Effect> {
        if let Some(theirs) = &mut self.theirs {
            theirs.revision = theirs.revision.max(revision);
            theirs.book = theirs.book.max(book);
        }
        if self.is_turning() {
            return Vec::new();
        }
        vec![Effect::LoadStatus]
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

    fn evidence_due(&mut self) -> Vec<Effect> {
        let Some(theirs) = &self.theirs else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        for (actor, digest) in &self.ours.forks {
            if effects.len() == MAX_EVIDENCE {
                break;
            }
            let known = theirs.forks.get(actor) == Some(digest);
            if !known && self.evidence_sent.insert(*actor, *digest) != Some(*digest) {
                effects.push(Effect::LoadEvidence(*actor));
            }
        }
        effects
    }

    fn ask_book(&mut self) -> Option<Effect> {
        let newest = self.theirs.as_ref().map_or(0, |theirs| theirs.book);
        if self.is_server() || newest <= self.ours.book || self.asked_book >= Some(newest) {
            return None;
        }
        self.asked_book = Some(newest);
        Some(Effect::Send(Frame::WantBook {
            event: self.event,
            have: self.ours.book,
        }))
    }

    fn ask_page(&mut self) -> Option<Effect> {
        let revision = self.theirs.as_ref()?.revision;
        let asked = (self.ours.manifest, revision);
        if !self.ours_lacks_pages() || self.asked_page == Some(asked) {
            return None;
        }
        self.asked_page = Some(asked);
        Some(Effect::Send(Frame::Manifest {
            event: self.event,
            since: self.ours.manifest.since,
            after_serial: self.ours.manifest.after,
        }))
    }

    fn ours_lacks_pages(&self) -> bool {
        let theirs = self.theirs.as_ref();
        self.role == Role::Device
            && theirs.is_some_and(|theirs| self.ours.manifest.lacks(theirs.revision))
    }

    /// First seqs of what the other side lacks, takes, and was not sent yet.
    fn to_send(&self) -> VersionVector {
        let mut from = match &self.theirs {
            Some(theirs) => lacking(&self.ours.marks, &theirs.marks),
            None if self.role == Role::Device => not_acked(&self.ours),
            None => VersionVector::new(),
        };
        from.retain(|actor, first| {
            let sent = self.sent.get(actor).copied().unwrap_or_default();
            *first = (*first).max(sent.saturating_add(1));
            let last = self.ours.marks.get(actor).map_or(0, |mark| mark.seq);
            *first <= last && !self.refused.contains(actor) && !self.both_know_fork(actor)
        });
        from
    }

    /// Then evidence travels instead of facts.
    fn both_know_fork(&self, actor: &ActorId) -> bool {
        let theirs = self.theirs.as_ref();
        self.ours.forks.contains_key(actor)
            && theirs.is_some_and(|theirs| theirs.forks.contains_key(actor))
    }

    /// Whether another turn could bring or take anything.
    fn has_more(&self) -> bool {
        let Some(theirs) = &self.theirs else {
            return true;
        };
        let mut lacking = lacking(&theirs.marks, &self.ours.marks);
        lacking.retain(|actor, _| !self.both_know_fork(actor));
        !self.to_send().is_empty()
            || !self.held.is_empty()
            || !lacking.is_empty()
            || theirs.forks != self.ours.forks
            || self.ours_lacks_pages()
            || (!self.is_server() && theirs.book > self.ours.book)
            || self.talk.has_more(self.role, self.ours.notes)
    }

    fn turn(&self) -> Turn {
        Turn {
            ours: Status {
                clock: Timestamp::default(),
                ..self.ours.clone()
            },
            hello: self.hello.clone(),
            delivered: self.delivered.clone(),
            evidence_sent: self.evidence_sent.clone(),
            notes_wanted: self.talk.wanted(),
        }
    }

    fn own_hello(&mut self) -> Hello {
        let mut marks = self.ours.marks.clone();
        for actor in std::mem::take(&mut self.from_start) {
            marks.remove(&actor);
        }
        Hello {
            protocol: PROTOCOL,
            event: self.event,
            incarnation: self.ours.incarnation,
            marks,
            forks: self.ours.forks.clone(),
            revision: self.ours.manifest.since,
            book: self.ours.book,
            clock: self.ours.clock,
        }
    }

    fn load_page(&self, since: u64, after: Option<Serial>) -> Option<Effect> {
        let may = !self.is_revoked() && self.served.page_bytes < PAGE_BUDGET;
        may.then_some(Effect::LoadPage { since, after })
    }

    fn load_book(&mut self, have: u64) -> Option<Effect> {
        let may = !self.is_revoked() && !std::mem::replace(&mut self.served.book, true);
        may.then_some(Effect::LoadBook { have })
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

/// Frames of evidence, as many as fit one message beside what else it carries.
fn send_evidence(batches: Vec<Facts>) -> Vec<Effect> {
    let mut bytes = 0;
    let fitting = batches.into_iter().take_while(|facts| {
        bytes += facts.records.iter().map(Vec::len).sum::<usize>();
        bytes <= EVIDENCE_BUDGET
    });
    fitting
        .map(|facts| Effect::Send(Frame::Fork(facts)))
        .collect()
}

/// First seqs of what the server is not known to hold.
fn not_acked(ours: &Status) -> VersionVector {
    let held = seqs(&ours.marks).into_iter();
    held.filter_map(|(actor, last)| {
        let acked = ours.acked.get(&actor).copied().unwrap_or_default();
        (acked < last).then_some((actor, acked + 1))
    })
    .collect()
}
