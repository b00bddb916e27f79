//! Issues that no longer admit: for each serial the lowest generation that does.
//!
//! A cancelled ticket has the minimum 255, a transferred one the generation of
//! its new holder. In memory a [`RevocationSet`] answers "no entry" from a
//! bitmap and looks further only for the few serials that have one; on the wire
//! a [`RevocationList`] is numbered, signed and about one byte for each entry.
//!
//! What always holds: a minimum only rises within a set; a list in hand was
//! signed by the event key. It deliberately does not decide which of two lists
//! to keep: [`RevocationList::number`] tells, and its owner asks.
//!
//! Bytes: docs/formats/token.md

mod bitmap;
mod list;
mod varint;

use std::collections::BTreeMap;

use crate::ids::{Generation, Serial};
use bitmap::Bitmap;

pub use list::{RevocationError, RevocationList};

/// For each serial with an entry, the lowest generation that still admits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevocationSet {
    entered: Bitmap,
    minimum: BTreeMap<Serial, Generation>,
}

impl RevocationSet {
    /// The minimum of a cancelled ticket: no token has generation 255, so none is left.
    pub const CANCELLED: Generation = Generation(255);

    /// A set that refuses nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses generations below `minimum`; says whether that is news.
    ///
    /// A lower minimum than the one held changes nothing. Also called when a
    /// newer generation was seen at a gate: the older one is then superseded.
    pub fn insert(&mut self, serial: Serial, minimum: Generation) -> bool {
        if minimum == Generation(0) {
            return false;
        }
        self.entered.insert(serial.0);
        let held = self.minimum.entry(serial).or_default();
        let news = *held < minimum;
        *held = minimum.max(*held);
        news
    }

    /// The lowest generation of `serial` that admits, if it has an entry.
    #[must_use]
    pub fn minimum(&self, serial: Serial) -> Option<Generation> {
        if !self.entered.contains(serial.0) {
            return None;
        }
        self.minimum.get(&serial).copied()
    }

    /// Whether this issue no longer admits.
    #[must_use]
    pub fn refuses(&self, serial: Serial, generation: Generation) -> bool {
        self.minimum(serial)
            .is_some_and(|lowest| generation < lowest)
    }

    /// Number of serials that have an entry.
    #[must_use]
    pub fn len(&self) -> usize {
        self.minimum.len()
    }

    /// Whether nothing is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.minimum.is_empty()
    }

    /// All entries, by serial.
    pub fn iter(&self) -> impl Iterator<Item = (Serial, Generation)> {
        self.minimum
            .iter()
            .map(|(serial, minimum)| (*serial, *minimum))
    }
}

impl Extend<(Serial, Generation)> for RevocationSet {
    fn extend<I: IntoIterator<Item = (Serial, Generation)>>(&mut self, entries: I) {
        for (serial, minimum) in entries {
            self.insert(serial, minimum);
        }
    }
}

impl FromIterator<(Serial, Generation)> for RevocationSet {
    fn from_iter<I: IntoIterator<Item = (Serial, Generation)>>(entries: I) -> Self {
        let mut set = Self::new();
        set.extend(entries);
        set
    }
}
