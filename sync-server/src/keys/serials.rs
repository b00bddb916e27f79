//! Serials: dense, so that devices hold bitmaps; permuted, so that they do not show sales.
//!
//! The n-th ticket gets a serial within its block of [`BLOCK`], at a place that
//! a keyed permutation picks. A serial therefore tells how many were sold only
//! to the nearest block. Only complete blocks count as given out: a device that
//! misses a serial of the open block decides from the token alone.
//!
//! Source: docs/decisions/0053-serials.md

use shared_model::ids::Serial;
use ticket_crypto::permutation::Permutation;

/// Serials in a block.
pub const BLOCK: u32 = 1024;

/// The serial of the ticket with this index, counted from 0; `None` past the
/// last block that fits the server's range.
#[must_use]
pub fn nth(seed: &[u8; 32], index: u32) -> Option<Serial> {
    let (block, place) = (index / BLOCK, index % BLOCK);
    let first = Serial(block.checked_mul(BLOCK)?.checked_add(1)?);
    Permutation::new(seed, first, BLOCK)?.serial(place)
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
    (issued / BLOCK).saturating_add(16).saturating_mul(BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_block_gives_out_each_of_its_serials_once() {
        let seed = [7; 32];
        for block in [0, 1, 4000] {
            let first = block * BLOCK;
            let serials: BTreeSet<_> = (first..first + BLOCK)
                .map(|n| nth(&seed, n).unwrap().0)
                .collect();
            assert!(serials.into_iter().eq(first + 1..=first + BLOCK));
        }
    }

    #[test]
    fn order_within_a_block_does_not_show() {
        let seed = [7; 32];
        let rising = (1..BLOCK)
            .filter(|n| nth(&seed, *n) > nth(&seed, n - 1))
            .count();
        assert!((400..624).contains(&rising), "{rising} of 1023 rise");
        assert_ne!(nth(&seed, 0), nth(&[8; 32], 0));
    }

    #[test]
    fn only_complete_blocks_count_as_given_out() {
        assert_eq!(highest(0), Serial(0));
        assert_eq!(highest(BLOCK - 1), Serial(0));
        assert_eq!(highest(BLOCK), Serial(BLOCK));
        assert!(nth(&[1; 32], BLOCK - 1).unwrap() <= highest(BLOCK));
        assert!(nth(&[1; 32], BLOCK).unwrap() > highest(BLOCK));
        assert_eq!(nth(&[1; 32], u32::MAX), None);
    }
}
