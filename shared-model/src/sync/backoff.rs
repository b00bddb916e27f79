//! How long to wait before the next attempt at a link.

use core::time::Duration;

use rand::{Rng, RngExt};

const FIRST_MS: u64 = 500;
const CAP_MS: u64 = 30_000;

/// Doubling waits with jitter, at most 30 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure: between half of the doubled wait and all of it.
    pub fn failed(&mut self, rng: &mut impl Rng) -> Duration {
        let doubled = FIRST_MS << self.failures.min(8);
        self.failures = self.failures.saturating_add(1);
        let wait = doubled.min(CAP_MS);
        Duration::from_millis(rng.random_range(wait / 2..=wait))
    }

    /// Forgets failures: an exchange went through, the network changed, or somebody pressed the button.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_start_over_after_a_reset() {
        let mut rng = SmallRng::seed_from_u64(1);
        let mut backoff = Backoff::default();
        let waits: Vec<Duration> = (0..200).map(|_| backoff.failed(&mut rng)).collect();
        assert!(waits[0] <= Duration::from_millis(FIRST_MS));
        assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(30)));
        assert!(
            waits[20..]
                .iter()
                .all(|wait| *wait >= Duration::from_secs(15))
        );
        assert!(waits[20..].windows(2).any(|pair| pair[0] != pair[1]));
        backoff.reset();
        assert!(backoff.failed(&mut rng) <= Duration::from_millis(FIRST_MS));
    }
}
