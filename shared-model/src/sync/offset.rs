//! The offset of the own clock, from four-timestamp exchanges.
//!
//! Of the last eight exchanges the one with the smallest round trip counts: its
//! error is at most half of that round trip.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Time;
use crate::time::Timestamp;

const KEPT: usize = 8;

/// One measured exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Milliseconds to add to the own clock to get the other side's.
    pub offset_ms: i64,
    /// Milliseconds on the way, there and back.
    pub round_trip_ms: i64,
}

impl Sample {
    /// What an answer that arrived at `arrived` on the own clock tells; none when its
    /// times cannot be (the own clock was set meanwhile, or the other side lies).
    #[must_use]
    pub fn of(answer: &Time, arrived: Timestamp) -> Option<Self> {
        let elapsed = arrived.as_millis().checked_sub(answer.sent.as_millis())?;
        let held = answer
            .answered
            .as_millis()
            .checked_sub(answer.received.as_millis())?;
        let round_trip_ms = elapsed.checked_sub(held)?;
        let there = answer
            .received
            .as_millis()
            .checked_sub(answer.sent.as_millis())?;
        let back = answer
            .answered
            .as_millis()
            .checked_sub(arrived.as_millis())?;
        let offset_ms = there.checked_add(back)?.div_euclid(2);
        (held >= 0 && round_trip_ms >= 0).then_some(Self {
            offset_ms,
            round_trip_ms,
        })
    }
}

/// The last exchanges with a trusted clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClockOffset {
    samples: VecDeque<Sample>,
}

impl ClockOffset {
    /// Adds an exchange and forgets the ninth oldest.
    pub fn add(&mut self, sample: Sample) {
        if self.samples.len() == KEPT {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// The best measurement; none before the first exchange.
    #[must_use]
    pub fn best(&self) -> Option<Sample> {
        self.samples
            .iter()
            .copied()
            .min_by_key(|sample| sample.round_trip_ms)
    }

    /// Forgets all: the own clock was set.
    pub fn clear(&mut self) {
        self.samples.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(sent: i64, received: i64, answered: i64) -> Time {
        Time {
            sent: Timestamp(sent),
            received: Timestamp(received),
            answered: Timestamp(answered),
            signature: Vec::new(),
        }
    }

    #[test]
    fn an_exchange_gives_offset_and_round_trip() {
        let sample = Sample::of(&answer(1000, 6020, 6025), Timestamp(1045)).unwrap();
        assert_eq!((sample.offset_ms, sample.round_trip_ms), (5000, 40));
        let sample = Sample::of(&answer(1000, 20, 25), Timestamp(1045)).unwrap();
        assert_eq!(sample.offset_ms, -1000);
    }

    #[test]
    fn impossible_times_give_nothing() {
        assert_eq!(Sample::of(&answer(1000, 10, 5), Timestamp(1045)), None);
        assert_eq!(Sample::of(&answer(1000, 0, 100), Timestamp(1045)), None);
        assert_eq!(
            Sample::of(&answer(i64::MIN, i64::MAX, 0), Timestamp(1)),
            None
        );
    }

    #[test]
    fn the_smallest_round_trip_of_the_last_eight_counts() {
        let mut clock = ClockOffset::default();
        assert_eq!(clock.best(), None);
        for (offset_ms, round_trip_ms) in (0..9).map(|n| (n, if n == 0 { 1 } else { 50 - n })) {
            clock.add(Sample {
                offset_ms,
                round_trip_ms,
            });
        }
        assert_eq!(clock.best().unwrap().offset_ms, 8);
    }
}
