//! The real clock and real randomness, as commands take them.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use scanner_core::app::Machine;
use scanner_core::camera::Clock;
use shared_model::ids::RequestId;
use shared_model::time::Timestamp;

/// What the device's clock says.
pub fn wall() -> Timestamp {
    (Machine::real().wall)()
}

/// A clock that only rises, one for the whole program.
pub fn rising() -> Clock {
    Arc::new(Machine::real().rising)
}

/// Randomness of the operating system.
pub fn rng() -> StdRng {
    (Machine::real().rng)()
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
