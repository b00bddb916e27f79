//! Times as a token carries them: whole minutes since 2020-01-01T00:00:00Z in 24 bits.

const EPOCH_MS: i64 = 1_577_836_800_000;
const MINUTE_MS: i64 = 60_000;

/// A minute from 2020-01-01T00:00Z to 2051-11-24T20:15Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u32);

impl Minute {
    /// The first one; stands for "from ever".
    pub const MIN: Self = Self(0);
    /// The last one; stands for "for ever".
    pub const MAX: Self = Self(0x00ff_ffff);

    /// The minute of this number, if it fits 24 bits.
    #[must_use]
    pub const fn new(minutes: u32) -> Option<Self> {
        if minutes <= Self::MAX.0 {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// The last minute that begins at or before `unix_ms`; the nearest end outside the range.
    #[must_use]
    pub fn floor(unix_ms: i64) -> Self {
        Self::clamped(unix_ms.saturating_sub(EPOCH_MS).div_euclid(MINUTE_MS))
    }

    /// The first minute that begins at or after `unix_ms`; the nearest end outside the range.
    #[must_use]
    pub fn ceil(unix_ms: i64) -> Self {
        let whole = unix_ms.saturating_sub(EPOCH_MS);
        let rest = i64::from(whole.rem_euclid(MINUTE_MS) != 0);
        Self::clamped(whole.div_euclid(MINUTE_MS).saturating_add(rest))
    }

    fn clamped(minutes: i64) -> Self {
        let bounded = minutes.clamp(0, i64::from(Self::MAX.0));
        Self(u32::try_from(bounded).unwrap_or(0))
    }

    /// Minutes since 2020-01-01T00:00:00Z.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Its beginning in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn to_unix_ms(self) -> i64 {
        EPOCH_MS + self.0 as i64 * MINUTE_MS
    }
}
