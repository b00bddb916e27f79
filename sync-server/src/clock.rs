//! Time and randomness as values, so that tests can set them.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng as _};
use shared_model::time::Timestamp;
use uuid::Uuid;

/// Where the present comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.as_millis())))
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(millis) => Timestamp(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the machine's stays as it is.
    pub fn advance(&self, millis: i64) {
        if let Self::Manual(clock) = self {
            clock.fetch_add(millis, Ordering::SeqCst);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the server reads the machine's clock"
)]
fn system_now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// Where randomness comes from: a cipher seeded once.
#[derive(Debug, Clone)]
pub struct Entropy(Arc<Mutex<StdRng>>);

impl Entropy {
    /// Seeded by the operating system.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn system() -> Result<Self, rand::rngs::SysError> {
        let rng = StdRng::try_from_rng(&mut SysRng)?;
        Ok(Self(Arc::new(Mutex::new(rng))))
    }

    /// The same sequence for the same `seed`: for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// A generator of its own for one request.
    #[must_use]
    pub fn fork(&self) -> StdRng {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        StdRng::from_rng(&mut *source)
    }
}

/// A new id: UUID version 7 of `now` and `rng`.
pub fn new_id(now: Timestamp, rng: &mut impl Rng) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
