//! The one check that facts from another side pass, at the server and on devices.
//!
//! Pure: the caller loads what it holds of the actor ([`Held`]), and stores what
//! comes out in one transaction. What passes is complete, in order, chained to
//! what is held, signed by a key of the roster, and small. Facts are never
//! refused for what they say: that is flagged, kept and judged by the fold.

use std::collections::BTreeSet;

use crate::book::{Roster, RosterDevice};
use crate::fact::{self, Decoded, Fact, MAX_BYTES};
use crate::hlc::Hlc;
use crate::ids::{ActorId, DeviceNo, EventNo, Hash, PublicKey};
use crate::log::{MAX_SEQ, STRETCH, actor_id, chain, head, stretch_end};
use crate::sync::{Facts, Mark};
use crate::time::Timestamp;

/// Branches that are tried for one batch: more come from a hostile device only.
const MAX_BASES: usize = 8;

/// What is held of an actor where its facts arrive.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// The newest fact of its log; absent for an actor not heard of.
    pub tip: Option<Tip>,
    /// Every fact held with seq `facts.from - 1`: that of the log first, then those of branches.
    pub before: Vec<Base>,
    /// Links of its log from `facts.from` on, in order: those of the batch's seqs that are held.
    pub links: Vec<Hash>,
    /// Links of branch facts within the batch's seqs, in any order.
    pub branches: BTreeSet<Hash>,
}

/// The newest fact of an actor's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its seq.
    pub seq: u64,
    /// Its link and time.
    pub base: Base,
    /// The key that signs the actor's heads.
    pub fact_key: PublicKey,
    /// The first seq at which the actor is known to have forked.
    pub forked_at: Option<u64>,
}

/// What the next fact of a chain is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// The link.
    pub link: Hash,
    /// [`Row::hlc`] of the fact.
    pub hlc: Hlc,
}

impl Tip {
    /// What a [`crate::sync::Hello`] says of the actor.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark::new(self.seq, &self.base.link)
    }
}

/// In which frame facts came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As facts: a frozen actor's are refused.
    Facts,
    /// As evidence of a fork: kept.
    Evidence,
}

/// Facts that may be stored, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The device that wrote them.
    pub device: DeviceNo,
    /// What continues the log, in order, without what is held already.
    pub rows: Vec<Row>,
    /// What does not fit the log: keep the frame as evidence, and these beside the log.
    pub branch: Vec<Row>,
    /// The newest fact of the log afterwards. `forked_at` says whether the actor is frozen now.
    pub tip: Tip,
}

/// One fact to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its seq.
    pub seq: u64,
    /// Its bytes as they came.
    pub bytes: Vec<u8>,
    /// Its link.
    pub link: Hash,
    /// Its hybrid time; for a fact that this version cannot read, that of the one before.
    pub hlc: Hlc,
    /// What it says, where this version can read it.
    pub fact: Option<Fact>,
    /// What was odd about it.
    pub flags: Flags,
}

/// What was odd about a fact when it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// Its hybrid time is not after that of the actor's fact before it.
    pub const BACKWARDS: Self = Self(1);
    /// Its hybrid time is further ahead of its own corrected time than allowed; see [`fact::Stamp::order`].
    pub const CLAMPED: Self = Self(2);
    /// Its hybrid time was further ahead of this replica's time than allowed.
    pub const AHEAD: Self = Self(4);
    /// It arrived here after its device was revoked.
    pub const LATE: Self = Self(8);
    /// A kind or version of a later program; not folded.
    pub const OPAQUE: Self = Self(16);
    /// A known kind that does not read, or an opening that is not the first; not folded.
    pub const UNREADABLE: Self = Self(32);

    /// Whether every flag of `other` is set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags that follow from a fact and the one before it, wherever it is stored.
    pub(super) fn of(fact: &Fact, before: Option<Hlc>) -> Self {
        let mut flags = Self::default();
        let hlc = fact.stamp().hlc;
        flags.set(Self::BACKWARDS, before.is_some_and(|before| hlc <= before));
        flags.set(Self::CLAMPED, fact.stamp().order() < hlc);
        flags
    }

    fn set(&mut self, other: Self, on: bool) {
        self.0 |= if on { other.0 } else { 0 };
    }
}

/// Why facts are not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Facts of another event.
    #[error("facts of event {0}")]
    WrongEvent(EventNo),
    /// No records, too many, too long ones, or a batch that leaves its stretch.
    #[error("a batch has 1 to {STRETCH} records of one stretch, of 2 to {MAX_BYTES} bytes each")]
    Limits,
    /// A head of another actor or of another seq than the last record's.
    #[error("the head is not that of the last record")]
    WrongHead,
    /// The roster does not name the fact key.
    #[error("no device of the roster has this fact key")]
    UnknownDevice,
    /// The actor was opened with another fact key.
    #[error("the actor belongs to another fact key")]
    WrongKey,
    /// The first record is not the opening of this actor.
    #[error("the first record does not open this actor")]
    NotOpen,
    /// Facts before these are missing here; `have` is the last one held.
    #[error("facts after {have} are missing")]
    Gap {
        /// Last seq held, 0 for none.
        have: u64,
    },
    /// The signature of the head does not fit.
    #[error("the head's signature does not fit")]
    BadSignature,
    /// A genuine head, but not of these records after what is held: the logs part
    /// earlier, or the relay altered the records. Facts from 1 on tell which.
    #[error("the records do not lead from what is held to the signed head")]
    Diverged,
    /// The actor forked and takes no more facts.
    #[error("the actor forked at {at} and is frozen")]
    Frozen {
        /// First seq with two different facts.
        at: u64,
    },
}

/// Checks facts of `event` that arrived at `now` against what is `held` and who is on the roster.
///
/// Facts held already are passed over, so that sending again changes nothing.
/// A fork is no error: see [`Accepted::branch`].
///
/// # Errors
/// Nothing of the batch may be stored.
pub fn ingest(
    event: EventNo,
    roster: &Roster,
    held: &Held,
    facts: &Facts,
    now: Timestamp,
    manner: Manner,
) -> Result<Accepted, Refused> {
    check_shape(event, facts)?;
    let device = roster
        .device_of(&facts.head.fact_key)
        .ok_or(Refused::UnknownDevice)?;
    check_start(held, facts)?;
    if !head::verifies(event, &facts.head) {
        return Err(Refused::BadSignature);
    }
    let (base, on_log, links) = find_base(held, facts).ok_or(Refused::Diverged)?;
    let mut rows = read_rows(facts, base, &links, device, now);

    let same = match on_log {
        true => rows
            .iter()
            .zip(&held.links)
            .take_while(|(row, link)| row.link == **link)
            .count(),
        false => 0,
    };
    let parts = !on_log || same < held.links.len().min(rows.len());
    let mut fresh = rows.split_off(same);
    if parts {
        fresh.retain(|row| !held.branches.contains(&row.link));
    }
    let (rows, branch) = if parts {
        (Vec::new(), fresh)
    } else {
        (fresh, Vec::new())
    };

    let parted_at = parts.then_some(facts.from + same as u64);
    let tip = next_tip(held, facts, &rows, parted_at).ok_or(Refused::Gap { have: 0 })?;
    let frozen = held.tip.and_then(|tip| tip.forked_at);
    let nothing_new = rows.is_empty() && branch.is_empty();
    if let (Manner::Facts, false, Some(at)) = (manner, nothing_new, frozen) {
        return Err(Refused::Frozen { at });
    }
    Ok(Accepted {
        device: device.device,
        rows,
        branch,
        tip,
    })
}

/// Whether `device` was on duty before `at` and is no more.
#[must_use]
pub fn is_revoked(device: &RosterDevice, at: Timestamp) -> bool {
    device
        .active
        .last()
        .is_none_or(|interval| interval.until.is_some_and(|until| until <= at))
}

fn check_shape(event: EventNo, facts: &Facts) -> Result<(), Refused> {
    if facts.event != event {
        return Err(Refused::WrongEvent(facts.event));
    }
    let count = facts.records.len() as u64;
    let last = facts
        .from
        .checked_add(count)
        .ok_or(Refused::Limits)?
        .saturating_sub(1);
    let fits = (1..=STRETCH).contains(&count)
        && (1..=MAX_SEQ).contains(&facts.from)
        && last <= stretch_end(facts.from).min(MAX_SEQ)
        && facts
            .records
            .iter()
            .all(|record| (2..=MAX_BYTES).contains(&record.len()));
    if !fits {
        return Err(Refused::Limits);
    }
    if facts.head.actor != facts.actor || facts.head.seq != last {
        return Err(Refused::WrongHead);
    }
    Ok(())
}

fn check_start(held: &Held, facts: &Facts) -> Result<(), Refused> {
    if held
        .tip
        .is_some_and(|tip| tip.fact_key != facts.head.fact_key)
    {
        return Err(Refused::WrongKey);
    }
    if facts.from > 1 {
        let have = held.tip.map_or(0, |tip| tip.seq);
        return match held.before.is_empty() {
            true => Err(Refused::Gap { have }),
            false => Ok(()),
        };
    }
    let first = facts.records.first().map(|bytes| fact::decode(bytes));
    let Some(Ok(Decoded::Known(Fact::Open(open)))) = first else {
        return Err(Refused::NotOpen);
    };
    let opens = open.fact_key == facts.head.fact_key
        && actor_id(&open.fact_key, &open.epoch) == facts.actor;
    if opens { Ok(()) } else { Err(Refused::NotOpen) }
}

/// The held fact from which the records lead to the head, whether it is on the log, and the links.
fn find_base(held: &Held, facts: &Facts) -> Option<(Option<Base>, bool, Vec<Hash>)> {
    let leads = |base: Option<Base>| {
        let records = facts.records.iter().map(Vec::as_slice);
        let links = chain::links(facts.actor, facts.from, base.map(|base| base.link), records);
        (links.last() == Some(&facts.head.hash)).then_some(links)
    };
    if facts.from == 1 {
        return leads(None).map(|links| (None, true, links));
    }
    let on_log = held.tip.is_some_and(|tip| facts.from <= tip.seq + 1);
    held.before
        .iter()
        .enumerate()
        .take(MAX_BASES)
        .find_map(|(place, base)| {
            leads(Some(*base)).map(|links| (Some(*base), on_log && place == 0, links))
        })
}

fn read_rows(
    facts: &Facts,
    base: Option<Base>,
    links: &[Hash],
    device: &RosterDevice,
    now: Timestamp,
) -> Vec<Row> {
    let late = is_revoked(device, now);
    let ahead = Hlc::last_of(now.plus_millis(Hlc::MAX_AHEAD_MS));
    let mut before = base.map(|base| base.hlc);
    (facts.from..)
        .zip(facts.records.iter().zip(links))
        .map(|(seq, (bytes, link))| {
            let mut flags = Flags::default();
            flags.set(Flags::LATE, late);
            let fact = match fact::decode(bytes) {
                Ok(Decoded::Known(Fact::Open(_))) if seq > 1 => {
                    flags.set(Flags::UNREADABLE, true);
                    None
                }
                Ok(Decoded::Known(fact)) => Some(fact),
                Ok(Decoded::Opaque { .. }) => {
                    flags.set(Flags::OPAQUE, true);
                    None
                }
                Err(_) => {
                    flags.set(Flags::UNREADABLE, true);
                    None
                }
            };
            let hlc = fact.as_ref().map(|fact| fact.stamp().hlc);
            if let (Some(fact), Some(hlc)) = (&fact, hlc) {
                flags.0 |= Flags::of(fact, before).0;
                flags.set(Flags::AHEAD, hlc > ahead);
            }
            let hlc = hlc.or(before).unwrap_or_default();
            before = Some(hlc);
            Row {
                seq,
                bytes: bytes.clone(),
                link: *link,
                hlc,
                fact,
                flags,
            }
        })
        .collect()
}

fn next_tip(held: &Held, facts: &Facts, rows: &[Row], parted_at: Option<u64>) -> Option<Tip> {
    let known = held.tip.and_then(|tip| tip.forked_at);
    let forked_at = match (known, parted_at) {
        (Some(known), Some(parted)) => Some(known.min(parted)),
        (known, parted) => known.or(parted),
    };
    let newest = rows.last().map(|row| Tip {
        seq: row.seq,
        base: Base {
            link: row.link,
            hlc: row.hlc,
        },
        fact_key: facts.head.fact_key,
        forked_at,
    });
    newest.or(held.tip.map(|tip| Tip { forked_at, ..tip }))
}

/// The actor that facts are of and the seqs of them that a caller loads links of for [`Held`].
#[must_use]
pub fn needs(facts: &Facts) -> (ActorId, core::ops::RangeInclusive<u64>) {
    let last = facts
        .from
        .saturating_add(facts.records.len() as u64)
        .saturating_sub(1);
    (facts.actor, facts.from.saturating_sub(1)..=last)
}
