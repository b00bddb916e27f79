//! Serials: dense, so that devices hold bitmaps; permuted, so that they do not show sales.
//!
//! The n-th ticket gets a serial within its block of [`BLOCK`], at a place that
//! a keyed permutation picks. A serial therefore tells how many were sold only
//! to the nearest block. Only complete blocks count as given out: a device that
//! misses a serial of the open block decides from the token alone.
//!
//! Source: docs/decisions/0053-serials.md

use sha2::{Digest as _, Sha256};
use shared_model::ids::Serial;

/// Serials in a block.
pub const BLOCK: u32 = 1024;
/// Half of the bits of a place within a block.
const HALF: u32 = 5;
const MASK: u32 = (1 << HALF) - 1;
const ROUNDS: u8 = 6;

/// The serial of the ticket with this index, counted from 0.
#[must_use]
pub fn nth(seed: &[u8; 16], index: u32) -> Serial {
    let (block, place) = (index / BLOCK, index % BLOCK);
    let (mut left, mut right) = (place >> HALF, place & MASK);
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ mixed(seed, block, round, right));
    }
    Serial(1 + block * BLOCK + (left << HALF | right))
}

/// The highest serial below which every serial was given out, after `issued` tickets.
#[must_use]
pub const fn highest(issued: u32) -> Serial {
    Serial(issued / BLOCK * BLOCK)
}

/// The first index of a block that no ticket issued before `issued` can be in:
/// where a restored database goes on.
#[must_use]
pub const fn skip_ahead(issued: u32) -> u32 {
    (issued / BLOCK + 16) * BLOCK
}

fn mixed(seed: &[u8; 16], block: u32, round: u8, half: u32) -> u32 {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update(block.to_be_bytes());
    hash.update([round]);
    hash.update(half.to_be_bytes());
    u32::from(hash.finalize()[0]) & MASK
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_block_gives_out_each_of_its_serials_once() {
        let seed = [7; 16];
        for block in [0, 1, 4000] {
            let first = block * BLOCK;
            let serials: BTreeSet<_> = (first..first + BLOCK).map(|n| nth(&seed, n).0).collect();
            assert!(serials.into_iter().eq(first + 1..=first + BLOCK));
        }
    }

    #[test]
    fn order_within_a_block_does_not_show() {
        let seed = [7; 16];
        let rising = (1..BLOCK)
            .filter(|n| nth(&seed, *n) > nth(&seed, n - 1))
            .count();
        assert!((400..624).contains(&rising), "{rising} of 1023 rise");
        assert_ne!(nth(&seed, 0), nth(&[8; 16], 0));
    }

    #[test]
    fn only_complete_blocks_count_as_given_out() {
        assert_eq!(highest(0), Serial(0));
        assert_eq!(highest(BLOCK - 1), Serial(0));
        assert_eq!(highest(BLOCK), Serial(BLOCK));
        assert!(nth(&[1; 16], BLOCK - 1) <= highest(BLOCK));
        assert!(nth(&[1; 16], BLOCK) > highest(BLOCK));
    }
}
