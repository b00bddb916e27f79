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

    /// The next point to write after `self`, all that was seen being folded into `self`.
    ///
    /// Strictly greater than `self` as long as the clock's range is not used up,
    /// and not below `now`.
    #[must_use]
    pub fn next(self, now: Timestamp) -> Self {
        Self(self.0.saturating_add(1).max(Self::at(now).0))
    }
}
