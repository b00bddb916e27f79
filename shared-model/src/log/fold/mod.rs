//! The state of an event: a pure fold over the set of its facts.
//!
//! Facts are ordered by [`Place`]; the state of a ticket depends on nothing but
//! the book, what the ticket allows and the facts about it, in whatever order
//! they came and however often. [`Event`] keeps the facts of a whole event and
//! folds only the tickets that a new fact touches; [`ticket()`] folds one ticket
//! for those who keep facts in a database. Everything here is a cache: it can be
//! dropped and made again.
//!
//! Auto-exit is no fact but follows from the list: who is inside at its minute is
//! out from then on.

mod allowance;
mod crowd;
mod event;
mod reads;
mod rights;
mod ticket;
mod watermark;

use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

pub use allowance::Allowance;
pub use event::Event;
pub use ticket::{ListState, Move, Ticket, ticket};
pub use watermark::{is_final, watermark};

use crate::fact::{Fact, Resolution, Subject};
use crate::hlc::Hlc;
use crate::ids::{ActorId, Hash, ListNo, OperatorNo, PublicKey, Serial};
use crate::log::{Flags, Row};

/// A readable fact with what the log knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Who wrote it.
    pub actor: ActorId,
    /// As which of its facts.
    pub seq: u64,
    /// Its link; tells the sides of a fork apart.
    pub link: Hash,
    /// The key that signs the actor's heads.
    pub fact_key: PublicKey,
    /// What was odd about it when it was stored.
    pub flags: Flags,
    /// What it says.
    pub fact: Fact,
}

impl Logged {
    /// The fact of a stored row of `actor`, where this version can read it.
    #[must_use]
    pub fn new(actor: ActorId, fact_key: PublicKey, row: &Row) -> Option<Self> {
        Some(Self {
            actor,
            seq: row.seq,
            link: row.link,
            fact_key,
            flags: row.flags,
            fact: row.fact.clone()?,
        })
    }

    /// Its place in the order of all facts.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            order: self.fact.stamp().order(),
            actor: self.actor,
            seq: self.seq,
            link: self.link,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn key(&self) -> FactKey {
        FactKey {
            actor: self.actor,
            seq: self.seq,
        }
    }

    /// The ticket that it is about, for a scan of one.
    #[must_use]
    pub const fn serial(&self) -> Option<Serial> {
        match &self.fact {
            Fact::Scan(scan) => match scan.subject {
                Subject::Ticket { serial, .. } => Some(serial),
                Subject::Foreign(_) | Subject::Unreadable(_) => None,
            },
            _ => None,
        }
    }

    const fn is_annul(&self) -> bool {
        matches!(self.fact, Fact::Annul(_))
    }

    /// The fact that it speaks of, for one that annuls or resolves.
    #[must_use]
    pub const fn target(&self) -> Option<FactKey> {
        match &self.fact {
            Fact::Annul(annul) => Some(FactKey {
                actor: annul.actor,
                seq: annul.seq,
            }),
            Fact::Resolve(resolve) => Some(FactKey {
                actor: resolve.actor,
                seq: resolve.seq,
            }),
            _ => None,
        }
    }
}

/// The name of a fact within its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactKey {
    /// Who wrote it.
    pub actor: ActorId,
    /// As which of its facts.
    pub seq: u64,
}

/// A fact's place in the order of all facts of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Its time: see [`crate::fact::Stamp::order`].
    pub order: Hlc,
    /// Who wrote it.
    pub actor: ActorId,
    /// As which of its facts.
    pub seq: u64,
    /// Its link, for the sides of a fork.
    pub link: Hash,
}

impl Place {
    /// Before all facts.
    pub const FIRST: Self = Self {
        order: Hlc(0),
        actor: ActorId([0; 16]),
        seq: 0,
        link: Hash([0; 32]),
    };

    /// The name of the fact at this place.
    #[must_use]
    pub const fn key(&self) -> FactKey {
        FactKey {
            actor: self.actor,
            seq: self.seq,
        }
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.order, self.actor, self.seq, self.link.0).cmp(&(
            other.order,
            other.actor,
            other.seq,
            other.link.0,
        ))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Facts that could not all have been admitted if all had been known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Its name: the later fact.
    pub id: FactKey,
    /// Where that fact stands in the order.
    pub place: Place,
    /// What is wrong.
    pub kind: ConflictKind,
    /// The fact that it contradicts, where there is one.
    pub against: Option<FactKey>,
    /// The ticket, where it is about one.
    pub serial: Option<Serial>,
    /// The list, where it is about one.
    pub list: Option<ListNo>,
    /// What a person found it to be.
    pub resolved: Option<Resolved>,
}

impl Conflict {
    /// In the order of facts; the rest only makes the order of all conflicts one.
    fn rank(
        &self,
    ) -> (
        Place,
        ConflictKind,
        Option<Serial>,
        Option<ListNo>,
        Option<FactKey>,
    ) {
        (self.place, self.kind, self.serial, self.list, self.against)
    }
}

/// What a person found a conflict to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// What it was.
    pub outcome: Resolution,
    /// Who says so.
    pub operator: OperatorNo,
    /// In which fact.
    pub by: FactKey,
}

/// What is wrong with a fact, seen beside all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// An entry that the ticket did not have any more.
    DoubleEntry,
    /// An entry with a code that had been stopped before.
    AfterRevocation,
    /// An entry into a zone that was full.
    OverCapacity,
    /// An override by somebody who may not.
    OverrideWithoutRights,
    /// A fact annulled by somebody who may not; it counts.
    AnnulWithoutRights,
    /// A fact of a device that was not enrolled, or no more.
    DeviceNotEnrolled,
    /// A fact whose clock is behind that of the device's fact before it.
    ClockBackwards,
    /// Two different facts under one id: two devices use one identity.
    Fork,
}
