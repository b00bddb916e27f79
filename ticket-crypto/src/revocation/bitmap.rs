//! One bit for each serial that has an entry, in pages of 4096 serials.
//!
//! Pages exist only where an entry does: a dense event of 100,000 tickets takes
//! 12.5 kB, and one far-off serial takes 512 bytes rather than half a gigabyte.

use std::collections::BTreeMap;

const WORDS: usize = 64;
const PAGE_BITS: u32 = 12;

/// A set of serials.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bitmap(BTreeMap<u32, Box<[u64; WORDS]>>);

impl Bitmap {
    pub(super) fn insert(&mut self, serial: u32) {
        let page = self
            .0
            .entry(serial >> PAGE_BITS)
            .or_insert_with(|| Box::new([0; WORDS]));
        let (word, bit) = place(serial);
        if let Some(word) = page.get_mut(word) {
            *word |= bit;
        }
    }

    pub(super) fn contains(&self, serial: u32) -> bool {
        let (word, bit) = place(serial);
        self.0
            .get(&(serial >> PAGE_BITS))
            .and_then(|page| page.get(word))
            .is_some_and(|word| word & bit != 0)
    }
}

/// Word within its page, and bit within the word.
const fn place(serial: u32) -> (usize, u64) {
    let word = (serial >> 6) as usize % WORDS;
    (word, 1 << (serial & 63))
}
