//! The scan log: one chained list of facts for each actor, merged by union.
//!
//! An actor is one life of one device's store. It numbers its facts from 1 and
//! chains them ([`chain`]); its fact key signs the newest link ([`head`]), which
//! covers all before it. [`mod@ingest`] is the one check that anything from another
//! side passes, at the server and on devices alike; [`fold`] makes the state of
//! the event out of the facts. No bytes of another side reach automerge other
//! than as the value of a change that is built here.

pub mod author;
pub mod chain;
pub mod fold;
pub mod head;
pub mod ingest;

use sha2::{Digest, Sha256};

use crate::ids::{ActorId, Epoch, Hash, PublicKey};

pub use author::{Author, Full, Reading};
pub use ingest::{Accepted, Flags, Held, Manner, Refused, Row, Tip, ingest};

/// Seqs in one stretch: a batch of facts stays within one, and the head at its end is kept.
pub const STRETCH: u64 = 500;

/// The last seq an actor may reach: room for eight facts a second over eight years.
pub const MAX_SEQ: u64 = (1 << 31) - 1;

const ACTOR_LABEL: &[u8; 16] = b"bilten actor v1\0";

/// The id of the actor that `fact_key` opens with `epoch`.
#[must_use]
pub fn actor_id(fact_key: &PublicKey, epoch: &Epoch) -> ActorId {
    opened(ACTOR_LABEL, fact_key, epoch)
}

/// The id of what `fact_key` opens with `epoch`; the label says what that is.
pub(crate) fn opened(label: &[u8; 16], fact_key: &PublicKey, epoch: &Epoch) -> ActorId {
    let hash = Sha256::new()
        .chain_update(label)
        .chain_update(fact_key.0)
        .chain_update(epoch.0)
        .finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    ActorId(id)
}

/// The last seq of the stretch that `seq` is in.
#[must_use]
pub const fn stretch_end(seq: u64) -> u64 {
    seq.saturating_sub(1) / STRETCH * STRETCH + STRETCH
}

/// The runs in which the seqs `from..=to` are sent, each within one stretch.
pub fn stretches(from: u64, to: u64) -> impl Iterator<Item = core::ops::RangeInclusive<u64>> {
    let mut next = from.max(1);
    core::iter::from_fn(move || {
        let first = next;
        let last = stretch_end(first).min(to);
        next = last + 1;
        (first <= last).then_some(first..=last)
    })
}

/// Whether the head at `seq` is kept once a newer one is there: it ends a stretch.
#[must_use]
pub const fn keeps_head(seq: u64) -> bool {
    seq.is_multiple_of(STRETCH)
}

/// The digest of the evidence held about a forked actor, compared in [`crate::sync::Hello`].
///
/// `links` are those of every fact held of it from the fork on, in the log and in
/// branches, in any order.
#[must_use]
pub fn evidence_digest<'a>(links: impl IntoIterator<Item = &'a Hash>) -> u64 {
    links.into_iter().fold(0, |digest, link| {
        let mut first = [0; 8];
        first.copy_from_slice(&link.0[..8]);
        digest ^ u64::from_be_bytes(first)
    })
}
