//! The hybrid logical clock that orders facts of devices whose clocks differ.
//!
//! Source: Kulkarni et al., "Logical Physical Clocks" (2014).

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A point of the hybrid clock: 48 bits of milliseconds, 16 bits of counter.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Hlc(pub u64);

impl Hlc {
    /// How far ahead of the true time a hybrid time may be, in milliseconds.
    pub const MAX_AHEAD_MS: i64 = 60_000;

    /// The physical part.
    #[must_use]
    pub const fn time(self) -> Timestamp {
        Timestamp((self.0 >> 16) as i64)
    }

    /// The counter within one millisecond.
    #[must_use]
    pub const fn counter(self) -> u16 {
        self.0 as u16
    }

    /// The first point at `now`; an instant before 1970 or past the year 10889 is moved to the end it passed.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millis())
            .unwrap_or(0)
            .min((1 << 48) - 1);
        Self(millis << 16)
    }

    /// The last point within the millisecond of `now`.
    #[must_use]
    pub fn last_of(now: Timestamp) -> Self {
        Self(Self::at(now).0 | 0xffff)
    }

    /// What `self` becomes when a fact with `seen` arrives: the later of both.
    ///
    /// One that is further ahead of `now` than [`Self::MAX_AHEAD_MS`] is passed over,
    /// so that a wrong clock cannot drag along the clocks of others.
    #[must_use]
    pub fn observe(self, seen: Self, now: Timestamp) -> Self {
        if seen > Self::last_of(now.plus_millis(Self::MAX_AHEAD_MS)) {
            return self;
        }
        self.max(seen)
    }

    /// The next point to write after `self`, all that was seen being folded into `self`.
    ///
    /// Strictly greater than `self` as long as the clock's range is not used up,
    /// and not below `now`.
    #[must_use]
    pub fn next(self, now: Timestamp) -> Self {
        Self(self.0.saturating_add(1).max(Self::at(now).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_written_after_all_that_was_seen() {
        let now = Timestamp(1_000_000);
        let seen = Hlc::at(now.plus_millis(5));
        let next = Hlc::default().observe(seen, now).next(now);
        assert!(next > seen);
        assert_eq!(next.time(), seen.time());
    }

    #[test]
    fn a_point_far_in_the_future_drags_nobody_along() {
        let now = Timestamp(1_000_000);
        let far = Hlc::at(now.plus_millis(Hlc::MAX_AHEAD_MS + 1));
        assert_eq!(Hlc::at(now).observe(far, now), Hlc::at(now));
        let near = Hlc::at(now.plus_millis(Hlc::MAX_AHEAD_MS));
        assert_eq!(Hlc::at(now).observe(near, now), near);
    }

    #[test]
    fn instants_outside_the_range_stop_at_its_ends() {
        assert_eq!(Hlc::at(Timestamp(-1)), Hlc(0));
        assert_eq!(Hlc::last_of(Timestamp(i64::MAX)), Hlc(u64::MAX));
        assert_eq!(Hlc(u64::MAX).next(Timestamp(0)), Hlc(u64::MAX));
    }
}
