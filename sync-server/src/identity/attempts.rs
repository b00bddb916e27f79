//! How often somebody may try a password.
//!
//! So many tries at once, then one more every half minute, for each key: an e-mail
//! address or a network address. Kept in memory and bounded: a restart forgives, and under a flood the oldest are forgotten first.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shared_model::time::Timestamp;

/// Milliseconds that each later try costs.
const EACH_MS: i64 = 30_000;
/// Most addresses remembered.
const MOST: usize = 50_000;

/// Remembered tries: for each address, when all of them will be forgiven.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<String, Timestamp>>);

impl Attempts {
    /// Takes one try of `address`, which has `burst` of them at once.
    ///
    /// # Errors
    /// The seconds to wait when there is none left.
    pub fn take(&self, address: &str, burst: i64, now: Timestamp) -> Result<(), u64> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let forgiven = known.get(address).copied().unwrap_or(now).max(now);
        let next = forgiven.plus_millis(EACH_MS);
        let over = next.millis_since(now) - burst * EACH_MS;
        if over > 0 {
            return Err(u64::try_from(over).unwrap_or(0).div_ceil(1000));
        }
        if known.len() >= MOST {
            known.retain(|_, forgiven| *forgiven > now);
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(address.to_owned(), next);
        Ok(())
    }

    /// Forgives everything: the password was right.
    pub fn forget(&self, address: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_waits_and_time_forgives() {
        let attempts = Attempts::default();
        let now = Timestamp::from_secs(1_000_000);
        for _ in 0..10 {
            attempts.take("a", 10, now).unwrap();
        }
        assert_eq!(attempts.take("a", 10, now), Err(30));
        attempts.take("b", 10, now).unwrap();
        attempts.take("a", 10, now.plus_millis(30_000)).unwrap();
        assert!(attempts.take("a", 10, now.plus_millis(30_000)).is_err());
        attempts.forget("a");
        attempts.take("a", 10, now).unwrap();
    }
}
