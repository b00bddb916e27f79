//! What the device takes for the true time, and whether it may.

use shared_model::book::Book;
use shared_model::entry::Clock;
use shared_model::fact::Stamp;
use shared_model::hlc::Hlc;
use shared_model::time::Timestamp;

use crate::store::Account;

/// A measurement counts for a week: a quartz clock loses some seconds in it.
const MEASURED_FOR_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// One reading of the device's clock, corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What the clock says.
    pub wall: Timestamp,
    /// Milliseconds to add.
    pub offset_ms: i64,
    /// Whether the sum may be believed.
    pub clock: Clock,
}

impl Reading {
    /// Corrects what the clock says by what was measured last.
    ///
    /// Uncertain: never measured, measured long ago or later than now, further off
    /// than `limit_ms`, or behind what was already written (`hlc`).
    #[must_use]
    pub fn of(account: &Account, hlc: Hlc, limit_ms: i64, wall: Timestamp) -> Self {
        let offset_ms = account.offset_ms.unwrap_or_default();
        let now = wall.plus_millis(offset_ms);
        let measured = account
            .measured_at
            .is_some_and(|at| (0..=MEASURED_FOR_MS).contains(&wall.millis_since(at)));
        let within = offset_ms.saturating_abs() <= limit_ms;
        let forward = now.millis_since(hlc.time()) >= -limit_ms;
        Self {
            wall,
            offset_ms,
            clock: if measured && within && forward {
                Clock::Trusted
            } else {
                Clock::Uncertain
            },
        }
    }

    /// The same with the limit of a book.
    #[must_use]
    pub fn under(account: &Account, hlc: Hlc, book: &Book, wall: Timestamp) -> Self {
        Self::of(account, hlc, book.clock_limit_ms, wall)
    }

    /// Corrected time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.wall.plus_millis(self.offset_ms)
    }

    /// The times of a fact written now, after everything up to `after`.
    #[must_use]
    pub fn stamp(&self, after: Hlc) -> Stamp {
        Stamp {
            hlc: after.next(self.now()),
            wall: self.wall,
            offset_ms: self.offset_ms,
            uncertain: self.clock == Clock::Uncertain,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared_model::ids::{DeviceId, DeviceNo, Incarnation, PublicKey};
    use uuid::Uuid;

    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1000;
    const NOON: Timestamp = Timestamp(1_800_000_000_000);

    fn clock(offset_ms: i64, measured_days_ago: i64, written: Timestamp) -> Clock {
        let account = Account {
            server: String::new(),
            trust: Default::default(),
            organizer: String::new(),
            device_id: DeviceId(Uuid::nil()),
            device: DeviceNo(1),
            name: String::new(),
            token: String::new(),
            root_key: PublicKey([0; 32]),
            incarnation: Incarnation(Uuid::nil()),
            enrolled_at: NOON,
            revoked: false,
            offset_ms: Some(offset_ms),
            measured_at: Some(NOON.plus_millis(-measured_days_ago * DAY)),
        };
        Reading::of(&account, Hlc::at(written), 120_000, NOON).clock
    }

    #[test]
    fn a_clock_is_trusted_while_its_measurement_holds() {
        assert_eq!(clock(500, 0, NOON), Clock::Trusted);
        assert_eq!(clock(-500, 6, NOON), Clock::Trusted);
        assert_eq!(clock(500, 8, NOON), Clock::Uncertain);
    }

    #[test]
    fn a_clock_years_off_is_not_trusted() {
        assert_eq!(clock(3 * 365 * DAY, 0, NOON), Clock::Uncertain);
        assert_eq!(clock(0, 3 * 365, NOON), Clock::Uncertain);
        assert_eq!(clock(0, -3 * 365, NOON), Clock::Uncertain);
    }

    #[test]
    fn a_clock_behind_what_was_written_is_not_trusted() {
        assert_eq!(clock(0, 1, NOON.plus_millis(DAY)), Clock::Uncertain);
        assert_eq!(clock(0, 1, NOON.plus_millis(1000)), Clock::Trusted);
    }
}
