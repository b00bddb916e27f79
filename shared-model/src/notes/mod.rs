//! Shift notes and the shift plan: what several people write together, beside the facts.
//!
//! One small Automerge document per event, merged with the crate's own API. What travels
//! is a [`Letter`]: a typed edit, signed by the writer's fact key, under a writer's name
//! that is bound to that key. Each side makes the Automerge change of it
//! ([`Document`]), so no bytes of another side reach the parser. The server admits
//! letters in an order of its own and countersigns them ([`Countersigned`]); devices
//! take in what it countersigned, and what they wrote themselves.
//!
//! What always holds: replicas with the same letters show the same notes and shifts, in
//! whatever order they came; no text is in the document or under a signature, only a
//! salted commitment to it, so that erasing a note breaks nothing. Not here: the scan
//! log, which no note can touch.
//!
//! Bytes: `docs/formats/notes.md`.

mod document;
mod letter;

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{ActorId, GateNo, Hash, OperatorNo};
use crate::time::Timestamp;

pub use document::{Document, Note, Planned};
pub use letter::{
    Author, Change, Countersigned, Letter, Opened, Text, Writer, commit, open, writer_id,
};

/// Changes that one event's document may have.
pub const MAX_CHANGES: usize = 5_000;

/// Bytes of signed changes and their texts that one event's document may have.
pub const MAX_BYTES: usize = 1 << 20;

/// Bytes of one signed change.
pub const MAX_LETTER: usize = 1024;

/// Bytes of one note's text.
pub const MAX_TEXT: usize = 1000;

/// Changes that one change may name as those it builds on.
pub const MAX_DEPS: usize = 16;

/// A note or a shift: the change that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId {
    /// The writer.
    pub writer: ActorId,
    /// Number of the change among the writer's.
    pub seq: u32,
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.writer, self.seq)
    }
}

/// Text that names no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry is named by 32 hexadecimal digits, a hyphen and a number")]
pub struct NoEntryId;

impl FromStr for EntryId {
    type Err = NoEntryId;

    fn from_str(text: &str) -> Result<Self, NoEntryId> {
        let (writer, seq) = text.split_once('-').ok_or(NoEntryId)?;
        Ok(Self {
            writer: writer.parse().map_err(|_| NoEntryId)?,
            seq: seq.parse().map_err(|_| NoEntryId)?,
        })
    }
}

/// Who stands where, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The place.
    pub gate: GateNo,
    /// The person.
    pub person: OperatorNo,
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
}

/// What is to be different about a shift; what is absent stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShiftChange {
    /// Another place.
    pub gate: Option<GateNo>,
    /// Another person.
    pub person: Option<OperatorNo>,
    /// Another begin.
    pub from: Option<Timestamp>,
    /// Another end.
    pub until: Option<Timestamp>,
}

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// Adds a note. Its text travels beside the signed bytes.
    Note {
        /// [`commit`] of the text.
        commitment: Hash,
        /// Bytes of the text.
        len: u16,
    },
    /// Erases the text of a note, for good.
    Erase(EntryId),
    /// Adds a shift.
    Plan(Shift),
    /// Changes a shift.
    Replan(EntryId, ShiftChange),
    /// Takes a shift out, for good.
    Cancel(EntryId),
}

impl Edit {
    /// Whether it is about the plan, which supervisors make.
    #[must_use]
    pub const fn is_plan(&self) -> bool {
        matches!(self, Self::Plan(_) | Self::Replan(..) | Self::Cancel(_))
    }
}

/// Why a letter is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Larger than [`MAX_LETTER`], [`MAX_TEXT`] or [`MAX_DEPS`] allow.
    #[error("the letter is larger than allowed")]
    TooLarge,
    /// Bytes that are no change, or one that says nothing possible.
    #[error("the letter cannot be read")]
    Malformed,
    /// A change of another event.
    #[error("the letter is about another event")]
    WrongEvent,
    /// The roster does not name the key.
    #[error("no device of the roster has this key")]
    UnknownDevice,
    /// The device was revoked.
    #[error("the device is no longer on duty")]
    Revoked,
    /// The signature does not fit.
    #[error("the letter's signature does not fit")]
    BadSignature,
    /// Nobody of that number is on the roster.
    #[error("nobody of that number is on the roster")]
    UnknownOperator,
    /// Only a supervisor may, or whoever wrote the note.
    #[error("only a supervisor may do this")]
    NotAllowed,
    /// The text is not the one that the change commits to.
    #[error("the text is not the one that was signed")]
    WrongText,
    /// Changes that it builds on are missing here.
    #[error("changes that it builds on are missing")]
    Missing,
    /// Not the writer's next change: one is missing, or it does not build on the one before.
    #[error("it is not the writer's next change")]
    NotNext,
    /// The writer has another change of that number: its store was copied or put back.
    #[error("the writer has another change of this number")]
    Forked,
    /// The change that comes of it is not the one that was signed.
    #[error("the change that comes of it is not the one that was signed")]
    WrongHash,
    /// There is no such note or shift.
    #[error("there is no such note or shift")]
    UnknownEntry,
    /// The document has as many changes or bytes as it may have.
    #[error("the notes of this event are full")]
    Full,
    /// The document failed; it has to be made again from the letters.
    #[error("the document failed and has to be made again")]
    Broken,
}

impl Refused {
    /// Whether sending the letter again could never change the answer. Others come of letters that
    /// arrived out of order, or of a fault on the refusing side.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Missing | Self::NotNext | Self::Broken)
    }
}
