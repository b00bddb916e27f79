//! The real clock and real randomness, read here and nowhere else.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand::rngs::StdRng;
use scanner_core::camera::Clock;
use shared_model::ids::RequestId;
use shared_model::time::Timestamp;

/// What the device's clock says.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge: everything below takes the time as an argument"
)]
pub fn wall() -> Timestamp {
    let now = SystemTime::now();
    let millis = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    Timestamp(match now.duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    })
}

/// A clock that only rises, one for the whole program.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge: everything below takes the clock as an argument"
)]
pub fn rising() -> Clock {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Arc::new(|| START.elapsed())
}

/// Randomness of the operating system.
pub fn rng() -> StdRng {
    rand::make_rng()
}

/// A new name for one wish at the door.
pub fn request_id() -> RequestId {
    use rand::Rng as _;

    let mut id = [0; 16];
    rng().fill_bytes(&mut id);
    RequestId(id)
}

/// Processor time that this thread has used; wall time where the system does not tell.
pub fn cpu() -> Duration {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};

        let time = clock_gettime(ClockId::ThreadCPUTime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
        Duration::new(seconds, nanos)
    }
    #[cfg(not(unix))]
    {
        Duration::from_millis(wall().0.unsigned_abs())
    }
}
