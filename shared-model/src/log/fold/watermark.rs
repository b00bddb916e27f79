//! The watermark: up to where nothing can change any more.

use std::collections::BTreeMap;

use crate::book::Roster;
use crate::hlc::Hlc;
use crate::ids::PublicKey;
use crate::log::fold::Place;
use crate::time::Timestamp;

/// The time up to which every device active at `now` has been heard of; absent while one has not been heard of at all.
///
/// `heard` holds the latest [`crate::fact::Stamp::order`] of each fact key's newest
/// fact, heartbeats included.
#[must_use]
pub fn watermark(roster: &Roster, heard: &BTreeMap<PublicKey, Hlc>, now: Timestamp) -> Option<Hlc> {
    roster
        .devices
        .iter()
        .filter(|device| device.active.iter().any(|interval| interval.contains(now)))
        .map(|device| heard.get(&device.fact_key).copied())
        .min()
        .flatten()
}

/// Whether no fact can come before `place` any more.
#[must_use]
pub fn is_final(place: &Place, watermark: Option<Hlc>) -> bool {
    watermark.is_some_and(|watermark| place.order < watermark)
}
