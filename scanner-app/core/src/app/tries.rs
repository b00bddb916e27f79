//! Wrong PINs: after five in a row each further one makes the next try wait longer.

use std::collections::BTreeMap;
use std::time::Duration;

use shared_model::ids::OperatorNo;

use super::AppError;

/// Wrong tries that cost nothing.
const FREE: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Wrong tries of each person since the last right one.
#[derive(Debug, Default)]
pub(super) struct Tries(BTreeMap<OperatorNo, Wrong>);

#[derive(Debug, Clone, Copy, Default)]
struct Wrong {
    count: u32,
    until: Duration,
}

impl Tries {
    /// Whether `operator` may try at `now`, any clock that only rises.
    pub(super) fn may(&self, operator: OperatorNo, now: Duration) -> Result<(), AppError> {
        let until = self
            .0
            .get(&operator)
            .map_or(Duration::ZERO, |wrong| wrong.until);
        match until.saturating_sub(now) {
            Duration::ZERO => Ok(()),
            wait => Err(AppError::TooManyTries {
                wait_secs: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX) + 1,
            }),
        }
    }

    /// Notes how a try ended.
    pub(super) fn tried(&mut self, operator: OperatorNo, right: bool, now: Duration) {
        if right {
            self.0.remove(&operator);
            return;
        }
        let wrong = self.0.entry(operator).or_default();
        wrong.count = wrong.count.saturating_add(1);
        if wrong.count >= FREE {
            let doubled = FIRST_WAIT * (1 << (wrong.count - FREE).min(8));
            wrong.until = now + doubled.min(LONGEST_WAIT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAM: OperatorNo = OperatorNo(9);

    fn at(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn guessing_gets_slow_and_a_right_pin_forgives() {
        let mut tries = Tries::default();
        for _ in 0..4 {
            tries.tried(SAM, false, at(0));
            assert_eq!(tries.may(SAM, at(0)), Ok(()));
        }
        tries.tried(SAM, false, at(0));
        let waits = AppError::TooManyTries { wait_secs: 6 };
        assert_eq!(tries.may(SAM, at(0)), Err(waits));
        assert_eq!(tries.may(OperatorNo(1), at(0)), Ok(()));
        assert_eq!(tries.may(SAM, at(5)), Ok(()));
        for _ in 0..20 {
            tries.tried(SAM, false, at(5));
        }
        let waits = AppError::TooManyTries { wait_secs: 301 };
        assert_eq!(tries.may(SAM, at(5)), Err(waits));
        tries.tried(SAM, true, at(400));
        tries.tried(SAM, false, at(400));
        assert_eq!(tries.may(SAM, at(400)), Ok(()));
    }
}
