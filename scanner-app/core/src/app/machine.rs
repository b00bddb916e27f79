//! The real clocks and real randomness, for programs that run for people.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand::rngs::StdRng;
use shared_model::time::Timestamp;

/// The clocks of the machine and its randomness, read by nobody else.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    /// What the device's clock says.
    pub wall: fn() -> Timestamp,
    /// A clock that only rises.
    pub rising: fn() -> Duration,
    /// Randomness of the operating system.
    pub rng: fn() -> StdRng,
}

impl Machine {
    /// This machine's own.
    #[must_use]
    pub fn real() -> Self {
        Self {
            wall,
            rising,
            rng: rand::make_rng,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: everything below takes the time as an argument"
)]
fn wall() -> Timestamp {
    let now = SystemTime::now();
    let millis = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    Timestamp(match now.duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: everything below takes the time as an argument"
)]
fn rising() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
