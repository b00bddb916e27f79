//! The messages of the sync protocol, the same over HTTP, WebSocket and LAN.
//!
//! Every frame is `length u32 big-endian | flags u8 | postcard`, the body zstd
//! when bit 0 of the flags says so. Lengths are checked before anything is parsed.

use serde::{Deserialize, Serialize};

use crate::ids::{ActorId, EventNo, Hash, Incarnation, PublicKey, Serial};
use crate::time::Timestamp;

/// The version this code speaks; a peer one lower is understood.
pub const PROTOCOL: u16 = 1;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// First message of each side in every exchange.
    Hello(Hello),
    /// Facts of one actor, without gaps.
    Facts(Facts),
    /// Everything up to this vector is durable here.
    Ack {
        /// The event.
        event: EventNo,
        /// Last seq held of each actor.
        vector: VersionVector,
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
    /// Two different facts under one id.
    Fork(Fork),
    /// Four-timestamp clock exchange.
    Time(Time),
    /// The other side did something that cannot be answered.
    Error {
        /// What.
        code: ErrorCode,
        /// For the log, in English.
        detail: String,
    },
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
    /// Last seq held of each actor.
    pub vector: VersionVector,
    /// Revision of the manifest held.
    pub revision: u64,
    /// Number of the book held.
    pub book: u64,
    /// The sender's corrected time.
    pub clock: Timestamp,
}

/// Last seq held of each actor, ordered by actor.
pub type VersionVector = std::collections::BTreeMap<ActorId, u64>;

/// Facts of one actor, without gaps.
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
    /// A head at or after the last record's seq that covers them.
    pub head: SignedHead,
}

/// The newest head of an actor's chain, signed by its fact key.
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

/// A document in postcard and the signature over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Exactly the bytes that were signed.
    pub bytes: Vec<u8>,
    /// Ed25519 signature, 64 bytes.
    pub signature: Vec<u8>,
}

/// Two different facts under one id, each with a head that covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// One history.
    pub one: Facts,
    /// The other.
    pub other: Facts,
}

/// Four-timestamp clock exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// When the asking side sent.
    pub sent: Timestamp,
    /// When the answering side received; 0 in the question.
    pub received: Timestamp,
    /// When the answering side sent; 0 in the question.
    pub answered: Timestamp,
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
    /// More than the limits allow.
    TooLarge,
    /// A fault at the answering side; try again later.
    Internal,
}
