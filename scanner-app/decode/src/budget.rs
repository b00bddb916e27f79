//! How much work a picture may cause.
//!
//! Every step that a picture can multiply (passes, finder candidates, triples of
//! finders) pays here before it runs, so a hostile picture ends the search
//! instead of holding the gate. The count needs no clock; a caller that has one
//! may add a deadline.

use std::time::Duration;

/// Units of work left, and optionally a moment to stop at.
///
/// One unit is roughly a microsecond on a slow core; the prices are fixed, so
/// equal pictures always cost the same.
pub struct Budget<'a> {
    left: u64,
    spent: u64,
    deadline: Option<(&'a dyn Fn() -> Duration, Duration)>,
}

impl<'a> Budget<'a> {
    /// For one frame of a video: about 20 ms on a slow core at the very worst.
    pub const VIDEO_UNITS: u64 = 20_000;
    /// For one still picture, read as thoroughly as is known here.
    pub const STILL_UNITS: u64 = 600_000;

    /// At most `units` of work.
    #[must_use]
    pub fn units(units: u64) -> Self {
        Self {
            left: units,
            spent: 0,
            deadline: None,
        }
    }

    /// The budget of one video frame, [`Self::VIDEO_UNITS`].
    #[must_use]
    pub fn video() -> Self {
        Self::units(Self::VIDEO_UNITS)
    }

    /// The budget of one still picture, [`Self::STILL_UNITS`].
    #[must_use]
    pub fn still() -> Self {
        Self::units(Self::STILL_UNITS)
    }

    /// Also stops once `clock`, any clock that only rises, has reached `until`.
    #[must_use]
    pub fn with_deadline(mut self, clock: &'a dyn Fn() -> Duration, until: Duration) -> Self {
        self.deadline = Some((clock, until));
        self
    }

    /// Units paid so far.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Whether no more work may begin.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.left == 0
            || self
                .deadline
                .as_ref()
                .is_some_and(|(clock, until)| clock() >= *until)
    }

    /// Pays for a step about to run; false means it must not run.
    pub(crate) fn pay(&mut self, units: u64) -> bool {
        if units > self.left || self.is_exhausted() {
            self.left = 0;
            return false;
        }
        self.left -= units;
        self.spent += units;
        true
    }
}
