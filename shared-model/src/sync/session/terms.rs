//! The terms between a session and its caller: what it is told, and what it wants done.

use std::collections::BTreeMap;

use crate::ids::{ActorId, Hash, Incarnation, Serial};
use crate::log::{Manner, Refused};
use crate::manifest::Position;
use crate::notes::{self, Countersigned, Letter};
use crate::sync::{
    ErrorCode, Facts, Frame, Mark, Marks, NotesStatus, Sample, Signed, Stored, Time, VersionVector,
};
use crate::time::Timestamp;

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
    /// Over a lasting link: the clock is to be measured again.
    AskTime,
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
    /// Tell [`Input::Notes`]: letters after number `have`, of some [`crate::sync::notes::GIVE_BYTES`].
    LoadNotes {
        /// The last number that the other side has.
        have: u32,
    },
    /// Check letters in the server's order, store them, tell [`Input::NotesSaved`].
    SaveNotes(Vec<Countersigned>),
    /// Tell [`Input::Letters`]: those that the server has neither admitted nor refused, oldest
    /// first, at most [`crate::sync::notes::HAND_OVER`].
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
