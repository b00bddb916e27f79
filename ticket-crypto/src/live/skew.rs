//! How far a gate's clock is behind, learnt from the chain codes it accepts.
//!
//! Nobody but its holder can show a step of a chain before its time, so many
//! tickets ahead of the gate mean that the gate is behind. Old screenshots pull
//! the other way and single phones run ahead: hence the upper quantile over
//! distinct tickets, and a correction of at most two minutes, which the gate
//! shows to its operator.

use std::collections::VecDeque;

use super::STEP_MS;
use crate::ids::Serial;

const WINDOW: usize = 64;
const FEWEST: usize = 8;
const MOST_STEPS: i64 = 4;

/// The newest genuine codes of distinct tickets.
#[derive(Debug, Clone, Default)]
pub struct SkewEstimate {
    seen: VecDeque<(Serial, i64)>,
}

impl SkewEstimate {
    /// Notes how many steps a genuine chain code was ahead of this gate's own,
    /// uncorrected clock. A ticket counts once, with its newest code; codes more
    /// than two minutes off are not taken for a clock.
    pub fn note(&mut self, serial: Serial, ahead: i64) {
        if !(-MOST_STEPS..=MOST_STEPS).contains(&ahead) {
            return;
        }
        self.seen.retain(|(seen, _)| *seen != serial);
        if self.seen.len() == WINDOW {
            self.seen.pop_front();
        }
        self.seen.push_back((serial, ahead));
    }

    /// Milliseconds to add to the gate's clock, at most two minutes either way;
    /// 0 until eight tickets were seen, and for less than one step.
    #[must_use]
    pub fn correction_ms(&self) -> i64 {
        if self.seen.len() < FEWEST {
            return 0;
        }
        let mut steps: Vec<i64> = self.seen.iter().map(|(_, ahead)| *ahead).collect();
        steps.sort_unstable();
        let nine_tenths = steps.len() * 9 / 10;
        steps.get(nine_tenths).map_or(0, |ahead| ahead * STEP_MS)
    }
}
