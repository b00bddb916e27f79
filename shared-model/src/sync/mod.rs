//! The messages of the sync protocol, the same over HTTP, WebSocket and LAN.
//!
//! Every frame is `length u32 big-endian | flags u8 | postcard`, the body zstd
//! when bit 0 of the flags says so ([`codec`]). Lengths are checked before
//! anything is parsed. Bytes: `docs/formats/frames.md`.
//!
//! The messages are here; how they are exchanged is in the machines below, which
//! reach clock, randomness, storage and network through their callers only.

pub mod backoff;
pub mod codec;
pub mod notes;
pub mod offset;
pub mod replica;
pub mod session;
pub mod signed;
pub mod vector;

use serde::{Deserialize, Serialize};

use crate::ids::{ActorId, EventNo, Hash, Incarnation, PublicKey, Serial};
use crate::time::Timestamp;

pub use backoff::Backoff;
pub use notes::{NotesFrame, NotesStatus};
pub use offset::{ClockOffset, Sample};
pub use replica::{Replica, Stored, drive};
pub use session::{Effect, Input, Mode, Role, Session, Status};
pub use vector::{Mark, Marks, VersionVector};

/// The version this code speaks; a peer one lower is understood.
///
/// 2 added [`Frame::Notes`], which a peer of version 1 is never sent.
pub const PROTOCOL: u16 = 2;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// First message of each side in every exchange.
    Hello(Hello),
    /// Facts of one actor, without gaps.
    Facts(Facts),
    /// Of the actors named, this is what is durable here: no more and no less.
    Ack {
        /// The event.
        event: EventNo,
        /// Last seq held of each actor; 0 asks for its facts from the first on.
        vector: VersionVector,
    },
    /// Facts of an actor were not taken; sending them again now is no use.
    Refused {
        /// The event.
        event: EventNo,
        /// Whose.
        actor: ActorId,
        /// Why.
        code: ErrorCode,
    },
    /// Asks for tickets that changed.
    Manifest {
        /// The event.
        event: EventNo,
        /// Changes after this revision.
        since: u64,
        /// Goes on after this serial.
        after_serial: Option<Serial>,
    },
    /// A [`crate::manifest::Page`] in postcard, signed by the event key.
    Page(Signed),
    /// Asks for the book when it is newer than this number.
    WantBook {
        /// The event.
        event: EventNo,
        /// The number held; 0 for none.
        have: u64,
    },
    /// The book, signed by the event key.
    Book {
        /// The organizer root's certificate for the event key, as `ticket-crypto` encodes it.
        certificate: Vec<u8>,
        /// A [`crate::book::Book`] in postcard.
        book: Signed,
    },
    /// There is something new: a revision, a book.
    Changes {
        /// The event.
        event: EventNo,
        /// Newest revision of the manifest.
        revision: u64,
        /// Newest number of the book.
        book: u64,
    },
    /// Facts of an actor that is known to have forked: one side of the evidence.
    Fork(Facts),
    /// Four-timestamp clock exchange.
    Time(Time),
    /// The other side did something that cannot be answered.
    Error {
        /// What.
        code: ErrorCode,
        /// For the log, in English.
        detail: String,
    },
    /// About shift notes.
    Notes(NotesFrame),
}

impl Frame {
    /// The event that it is about, for a frame that names one.
    #[must_use]
    pub const fn event(&self) -> Option<EventNo> {
        match self {
            Self::Hello(hello) => Some(hello.event),
            Self::Facts(facts) | Self::Fork(facts) => Some(facts.event),
            Self::Ack { event, .. }
            | Self::Refused { event, .. }
            | Self::Manifest { event, .. }
            | Self::WantBook { event, .. }
            | Self::Changes { event, .. } => Some(*event),
            Self::Notes(frame) => Some(frame.event()),
            Self::Page(_) | Self::Book { .. } | Self::Time(_) | Self::Error { .. } => None,
        }
    }
}

/// First message of each side in every exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Highest protocol version spoken.
    pub protocol: u16,
    /// The event.
    pub event: EventNo,
    /// The server database known here; absent before any contact.
    pub incarnation: Option<Incarnation>,
    /// What is held of each actor.
    pub marks: Marks,
    /// Actors known to have forked, and a digest of the evidence held: see
    /// [`crate::log::evidence_digest`].
    pub forks: std::collections::BTreeMap<ActorId, u64>,
    /// Revision of the manifest held.
    pub revision: u64,
    /// Number of the book held.
    pub book: u64,
    /// The sender's corrected time.
    pub clock: Timestamp,
}

/// Facts of one actor, without gaps, within one stretch of
/// [`crate::log::STRETCH`] seqs: 1 to 500, 501 to 1000 and so on.
///
/// So whoever holds a whole stretch also holds a signed head at its end, and can
/// pass on any part of a log with heads that others made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The event.
    pub event: EventNo,
    /// Who wrote them.
    pub actor: ActorId,
    /// Seq of the first record.
    pub from: u64,
    /// The facts as first written.
    pub records: Vec<Vec<u8>>,
    /// The head at the last record.
    pub head: SignedHead,
}

/// A head of an actor's chain, signed by its fact key; it covers all before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// The actor.
    pub actor: ActorId,
    /// Seq of the newest fact covered.
    pub seq: u64,
    /// Chain hash of that fact.
    pub hash: Hash,
    /// Key that signed.
    pub fact_key: PublicKey,
    /// Ed25519 signature, 64 bytes.
    pub signature: Vec<u8>,
}

impl SignedHead {
    /// The mark of the fact that it is the head of.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark::new(self.seq, &self.hash)
    }
}

/// A document in postcard and the signature over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Exactly the bytes that were signed.
    pub bytes: Vec<u8>,
    /// Ed25519 signature, 64 bytes.
    pub signature: Vec<u8>,
}

/// Four-timestamp clock exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// When the asking side sent.
    pub sent: Timestamp,
    /// When the answering side received; 0 in the question.
    pub received: Timestamp,
    /// When the answering side sent; 0 in the question.
    pub answered: Timestamp,
    /// The event key's signature over [`Time::message`], 64 bytes; empty in the question and between peers.
    pub signature: Vec<u8>,
}

impl Time {
    /// The question of a side whose clock shows `now`.
    #[must_use]
    pub const fn ask(now: Timestamp) -> Self {
        Self {
            sent: now,
            received: Timestamp(0),
            answered: Timestamp(0),
            signature: Vec::new(),
        }
    }

    /// Whether it asks rather than answers.
    #[must_use]
    pub const fn is_question(&self) -> bool {
        self.received.0 == 0 && self.answered.0 == 0
    }

    /// The bytes that the server signs under the label `time`: the event (u32) and the
    /// three times (i64), big-endian.
    #[must_use]
    pub fn message(&self, event: EventNo) -> [u8; 28] {
        let mut message = [0; 28];
        message[..4].copy_from_slice(&event.get().to_be_bytes());
        message[4..12].copy_from_slice(&self.sent.as_millis().to_be_bytes());
        message[12..20].copy_from_slice(&self.received.as_millis().to_be_bytes());
        message[20..].copy_from_slice(&self.answered.as_millis().to_be_bytes());
        message
    }
}

/// What cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorCode {
    /// A frame that does not parse.
    Malformed,
    /// A protocol version too far apart.
    Version,
    /// An event that the other side does not have.
    UnknownEvent,
    /// A sender that the roster does not name.
    NotEnrolled,
    /// A sender that may send facts and nothing else.
    Revoked,
    /// A signature that does not fit.
    BadSignature,
    /// Facts that leave a gap.
    Gap,
    /// Facts of an actor that is frozen because it forked.
    Frozen,
    /// More than the limits allow.
    TooLarge,
    /// A fault at the answering side; try again later.
    Internal,
}
