//! Facts: everything done at a door that changes state.
//!
//! Stored and relayed exactly as first written: `version u8 | kind u8 |
//! postcard`, at most [`MAX_BYTES`]. A fact's id is (event, actor, seq). No
//! personal data ever enters one: what guests answer lives beside the log, and
//! a fact holds [`commit`] of it.
//!
//! The order of fields and variants here is the wire format: a kind never
//! changes, a new need is a new kind. Bytes: `docs/formats/facts.md`.

use serde::{Deserialize, Serialize};

pub use answers::commit;
pub use codec::{DecodeError, Decoded, VERSION, decode};

use crate::hlc::Hlc;
use crate::ids::{
    ActorId, Epoch, EventNo, ForeignHash, GateNo, Generation, Hash, Kid, ListNo, OccurrenceNo,
    OperatorNo, PublicKey, RequestId, Serial, TierNo, Zones,
};
use crate::time::Timestamp;

mod answers;
mod codec;

/// Longest fact in bytes.
pub const MAX_BYTES: usize = 256;

/// In or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into the list's zone.
    #[default]
    Entry,
    /// Out of it.
    Exit,
}

/// A fact's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactId {
    /// The event whose log it is in.
    pub event: EventNo,
    /// Who wrote it.
    pub actor: ActorId,
    /// Which of the actor's facts, from 1 without gaps.
    pub seq: u64,
}

/// A fact of a kind that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// First record of an actor.
    Open(Open),
    /// A code was read and answered.
    Scan(Scan),
    /// An earlier fact no longer counts.
    Annul(Annul),
    /// A person settled a conflict.
    Resolve(Resolve),
    /// A sign of life that moves the watermark.
    Heartbeat(Heartbeat),
    /// A ticket sold at a door.
    Sale(Sale),
}

impl Fact {
    /// When it was written, by every clock the writer had.
    #[must_use]
    pub const fn stamp(&self) -> &Stamp {
        match self {
            Self::Open(fact) => &fact.stamp,
            Self::Scan(fact) => &fact.stamp,
            Self::Annul(fact) => &fact.stamp,
            Self::Resolve(fact) => &fact.stamp,
            Self::Heartbeat(fact) => &fact.stamp,
            Self::Sale(fact) => &fact.stamp,
        }
    }
}

/// First record of an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// When.
    pub stamp: Stamp,
    /// Key that signs the actor's heads.
    pub fact_key: PublicKey,
    /// The random part of the actor's id.
    pub epoch: Epoch,
}

/// The times of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Order among all facts.
    pub hlc: Hlc,
    /// What the device's clock said.
    pub wall: Timestamp,
    /// Milliseconds that were added to it to get corrected time.
    pub offset_ms: i64,
    /// The correction had not been measured.
    pub uncertain: bool,
}

impl Stamp {
    /// What the writer took for the true time: its clock and the measured correction.
    #[must_use]
    pub const fn corrected(&self) -> Timestamp {
        self.wall.plus_millis(self.offset_ms)
    }

    /// The place in the order of all facts.
    ///
    /// It is the hybrid time, but at most [`Hlc::MAX_AHEAD_MS`] past the writer's own
    /// corrected time. It depends on nothing but the fact, so all replicas agree.
    #[must_use]
    pub fn order(&self) -> Hlc {
        self.hlc.min(Hlc::last_of(
            self.corrected().plus_millis(Hlc::MAX_AHEAD_MS),
        ))
    }
}

/// What a scanned code stood for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A ticket of the event.
    Ticket {
        /// Its serial.
        serial: Serial,
        /// The issue shown.
        generation: Generation,
        /// The key that signed it; 0 for none.
        kid: Kid,
    },
    /// A foreign code that no ticket here answers to.
    Foreign(ForeignHash),
    /// No code of ours; the first bytes of its SHA-256.
    Unreadable(ForeignHash),
}

/// A code was read and answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// When.
    pub stamp: Stamp,
    /// What was shown.
    pub subject: Subject,
    /// On which list.
    pub list: ListNo,
    /// Where.
    pub gate: GateNo,
    /// For which date; 0 for none.
    pub occurrence: OccurrenceNo,
    /// In or out.
    pub direction: Direction,
    /// By whom; 0 for nobody.
    pub operator: OperatorNo,
    /// What was shown to the doorkeeper.
    pub outcome: Outcome,
    /// The supervisor's decision that let it pass.
    pub override_: Option<crate::entry::Override>,
    /// People let pass; 0 unless admitted.
    pub admitted: u8,
    /// The wish it answered.
    pub request: RequestId,
    /// Salted hash of the answers, which live beside the log.
    pub answers: Option<Hash>,
}

/// The verdict as a fact carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Let pass.
    Admitted,
    /// Refused; the number of a [`crate::verdict::Reason`], known to this version or not.
    Refused(u8),
}

/// An earlier fact no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annul {
    /// When.
    pub stamp: Stamp,
    /// Whose.
    pub actor: ActorId,
    /// Which.
    pub seq: u64,
    /// By whom.
    pub operator: OperatorNo,
}

/// A person settled a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolve {
    /// When.
    pub stamp: Stamp,
    /// The later fact of the conflict: whose.
    pub actor: ActorId,
    /// And which.
    pub seq: u64,
    /// What it was.
    pub outcome: Resolution,
    /// By whom.
    pub operator: OperatorNo,
}

/// What a conflict turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The same guest, read twice.
    InnocentRescan,
    /// One ticket, several people who know each other.
    SharedTicket,
    /// A copy was passed on.
    ScreenshotFraud,
    /// Staff did something wrong.
    StaffError,
}

/// A sign of life that moves the watermark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// When.
    pub stamp: Stamp,
}

/// A ticket sold at a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// When.
    pub stamp: Stamp,
    /// The serial, out of the device's lease.
    pub serial: Serial,
    /// The key that signed it.
    pub kid: Kid,
    /// What was sold.
    pub tier: TierNo,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones it opens.
    pub zones: Zones,
    /// Price in minor units of the event's currency.
    pub price_minor: i64,
    /// Paid in cash; otherwise by card.
    pub cash: bool,
    /// By whom.
    pub operator: OperatorNo,
    /// The wish it answered.
    pub request: RequestId,
}
