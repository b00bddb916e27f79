//! Version vectors: what a replica holds, and what another lacks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ActorId, Hash};

/// Last seq held of each actor.
pub type VersionVector = BTreeMap<ActorId, u64>;

/// What is held of each actor, as a [`super::Hello`] says it.
pub type Marks = BTreeMap<ActorId, Mark>;

/// The newest fact held of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// Its seq.
    pub seq: u64,
    /// The first eight bytes of its link: two logs of equal length that differ are found out.
    pub check: [u8; 8],
}

impl Mark {
    /// The mark of the fact `seq` with `link`.
    #[must_use]
    pub fn new(seq: u64, link: &Hash) -> Self {
        let mut check = [0; 8];
        check.copy_from_slice(&link.0[..8]);
        Self { seq, check }
    }
}

/// The seqs of `marks`.
#[must_use]
pub fn seqs(marks: &Marks) -> VersionVector {
    marks
        .iter()
        .map(|(actor, mark)| (*actor, mark.seq))
        .collect()
}

/// The first seq of each actor that a replica with `theirs` lacks and one with `ours` has.
///
/// An actor of which both hold the same number of facts with different links is
/// given from 1 on: whoever receives that finds where the two parted.
#[must_use]
pub fn lacking(ours: &Marks, theirs: &Marks) -> VersionVector {
    ours.iter()
        .filter_map(|(actor, our)| match theirs.get(actor) {
            None => Some((*actor, 1)),
            Some(their) if their.seq < our.seq => Some((*actor, their.seq + 1)),
            Some(their) if their.seq == our.seq && their.check != our.check => Some((*actor, 1)),
            Some(_) => None,
        })
        .collect()
}

/// Whether `durable` names every fact of `held`.
#[must_use]
pub fn covers(durable: &VersionVector, held: &VersionVector) -> bool {
    held.iter()
        .all(|(actor, seq)| durable.get(actor).is_some_and(|acked| acked >= seq))
}

/// Raises `vector` to what `other` names.
pub fn raise(vector: &mut VersionVector, other: &VersionVector) {
    for (actor, seq) in other {
        let held = vector.entry(*actor).or_default();
        *held = (*held).max(*seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(seq: u64, link: u8) -> Mark {
        Mark::new(seq, &Hash([link; 32]))
    }

    const A: ActorId = ActorId([1; 16]);
    const B: ActorId = ActorId([2; 16]);
    const C: ActorId = ActorId([3; 16]);

    #[test]
    fn a_replica_lacks_what_it_has_not_or_has_otherwise() {
        let ours = Marks::from([(A, mark(5, 1)), (B, mark(7, 1)), (C, mark(3, 1))]);
        let theirs = Marks::from([(A, mark(2, 9)), (B, mark(7, 2))]);
        assert_eq!(
            lacking(&ours, &theirs),
            VersionVector::from([(A, 3), (B, 1), (C, 1)])
        );
        assert_eq!(lacking(&ours, &ours), VersionVector::new());
        assert_eq!(lacking(&theirs, &ours), VersionVector::from([(B, 1)]));
    }

    #[test]
    fn a_vector_covers_what_it_reaches() {
        let mut durable = VersionVector::from([(A, 5)]);
        assert!(covers(&durable, &VersionVector::from([(A, 5)])));
        assert!(!covers(&durable, &VersionVector::from([(A, 6)])));
        assert!(!covers(&durable, &VersionVector::from([(B, 1)])));
        raise(&mut durable, &VersionVector::from([(A, 3), (B, 1)]));
        assert_eq!(durable, VersionVector::from([(A, 5), (B, 1)]));
    }
}
