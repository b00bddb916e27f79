//! The writer of an actor's own facts.
//!
//! It numbers, stamps and chains; the caller stores what it returns before it
//! shows anything, and drops the author when the store failed (what is stored is
//! the truth: [`Author::resume`]).

use ticket_crypto::keys::SigningKey;

use crate::fact::{Fact, Open, Stamp};
use crate::hlc::Hlc;
use crate::ids::{ActorId, Epoch, EventNo, PublicKey};
use crate::log::ingest::Base;
use crate::log::{Flags, MAX_SEQ, Row, Tip, actor_id, chain, head};
use crate::sync::SignedHead;
use crate::time::Timestamp;

/// The clocks of a device at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// What the device's clock says.
    pub wall: Timestamp,
    /// Milliseconds to add to it to get corrected time.
    pub offset_ms: i64,
    /// The correction has not been measured.
    pub uncertain: bool,
}

/// An actor's log has no seq left: a new epoch has to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this actor's log is full")]
pub struct Full;

/// The writer of an actor's own facts.
#[derive(Debug, Clone)]
pub struct Author {
    event: EventNo,
    actor: ActorId,
    key: SigningKey,
    tip: Tip,
    seen: Hlc,
}

impl Author {
    /// Begins a new actor, and returns its first row, to be stored before any other.
    ///
    /// `epoch` is fresh randomness; `seen` is the latest hybrid time in the store, if any.
    #[must_use]
    pub fn open(
        event: EventNo,
        key: SigningKey,
        epoch: Epoch,
        seen: Hlc,
        reading: Reading,
    ) -> (Self, Row) {
        let fact_key = PublicKey(key.verifying_key().to_bytes());
        let actor = actor_id(&fact_key, &epoch);
        let stamp = stamp(seen, reading);
        let fact = Fact::Open(Open {
            stamp,
            fact_key,
            epoch,
        });
        let row = row(actor, 1, None, fact);
        let tip = Tip {
            seq: 1,
            base: Base {
                link: row.link,
                hlc: row.hlc,
            },
            fact_key,
            forked_at: None,
        };
        let author = Self {
            event,
            actor,
            key,
            tip,
            seen: row.hlc,
        };
        (author, row)
    }

    /// Goes on with an actor whose newest stored fact is `tip`.
    ///
    /// `seen` is the latest hybrid time in the store.
    #[must_use]
    pub fn resume(event: EventNo, key: SigningKey, actor: ActorId, tip: Tip, seen: Hlc) -> Self {
        Self {
            event,
            actor,
            key,
            tip,
            seen: seen.max(tip.base.hlc),
        }
    }

    /// Whose facts it writes.
    #[must_use]
    pub const fn actor(&self) -> ActorId {
        self.actor
    }

    /// The newest fact written.
    #[must_use]
    pub const fn tip(&self) -> &Tip {
        &self.tip
    }

    /// Whether somebody else writes as this actor: what the store holds of it (`held`)
    /// is not what was written here, or has forked.
    ///
    /// To be asked whenever facts of this actor came in from another side. If so, this store was
    /// copied or restored: write nothing more and [`open`](Author::open) a new epoch.
    #[must_use]
    pub fn is_overtaken(&self, held: &Tip) -> bool {
        (held.seq, held.base.link) != (self.tip.seq, self.tip.base.link) || held.forked_at.is_some()
    }

    /// Notes the hybrid time of a fact of another: what is written next comes after it.
    pub fn observe(&mut self, seen: Hlc, reading: Reading) {
        let now = reading.wall.plus_millis(reading.offset_ms);
        self.seen = self.seen.observe(seen, now);
    }

    /// The stamp of the next fact.
    #[must_use]
    pub fn stamp(&self, reading: Reading) -> Stamp {
        stamp(self.seen.max(self.tip.base.hlc), reading)
    }

    /// Appends a fact, stamped with [`Author::stamp`], and returns its row.
    ///
    /// Store the [`head`](Author::head) with the last row of a transaction and with each row
    /// for which [`crate::log::keeps_head`] holds.
    ///
    /// # Errors
    /// The log is full.
    pub fn append(&mut self, fact: Fact) -> Result<Row, Full> {
        if self.tip.seq >= MAX_SEQ {
            return Err(Full);
        }
        let row = row(self.actor, self.tip.seq + 1, Some(self.tip.base), fact);
        self.tip.seq = row.seq;
        self.tip.base = Base {
            link: row.link,
            hlc: row.hlc,
        };
        self.seen = self.seen.max(row.hlc);
        Ok(row)
    }

    /// The signed head of all written so far.
    #[must_use]
    pub fn head(&self) -> SignedHead {
        head::sign(
            &self.key,
            self.event,
            self.actor,
            self.tip.seq,
            self.tip.base.link,
        )
    }
}

fn stamp(seen: Hlc, reading: Reading) -> Stamp {
    Stamp {
        hlc: seen.next(reading.wall.plus_millis(reading.offset_ms)),
        wall: reading.wall,
        offset_ms: reading.offset_ms,
        uncertain: reading.uncertain,
    }
}

fn row(actor: ActorId, seq: u64, base: Option<Base>, fact: Fact) -> Row {
    let bytes = fact.to_bytes();
    let hlc = fact.stamp().hlc;
    Row {
        seq,
        link: chain::link(actor, seq, base.map(|base| base.link), &bytes),
        hlc,
        flags: Flags::of(&fact, base.map(|base| base.hlc)),
        bytes,
        fact: Some(fact),
    }
}
