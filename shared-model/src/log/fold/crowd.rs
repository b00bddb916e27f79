//! How many people are in each zone, kept up to date move by move.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::Move;
use crate::hlc::Hlc;
use crate::time::Timestamp;

/// People in the zones, by when they came and went.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowd(BTreeMap<u8, Zone>);

#[derive(Debug, Clone, Default)]
struct Zone {
    /// All moves there are, foreseen ones too.
    people: i64,
    /// The same by time; what comes to nothing is left out.
    moves: BTreeMap<Hlc, i64>,
}

impl Crowd {
    pub(super) fn add(&mut self, change: &Move) {
        self.count(change, change.people);
    }

    pub(super) fn remove(&mut self, change: &Move) {
        self.count(change, -change.people);
    }

    /// People in `zone` at `now`: all of them, but for the few instants that are to come.
    pub(super) fn people(&self, zone: u8, now: Timestamp) -> u32 {
        let Some(zone) = self.0.get(&zone) else {
            return 0;
        };
        let later = (Bound::Excluded(Hlc::last_of(now)), Bound::Unbounded);
        let later: i64 = zone.moves.range(later).map(|(_, people)| people).sum();
        u32::try_from(zone.people - later).unwrap_or_default()
    }

    fn count(&mut self, change: &Move, people: i64) {
        let zone = self.0.entry(change.zone).or_default();
        zone.people += people;
        let at = zone.moves.entry(change.place.order).or_default();
        *at += people;
        if *at == 0 {
            zone.moves.remove(&change.place.order);
        }
    }
}
