//! Money: whole minor units of a currency.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// An amount in minor units (cents, or whole units where a currency has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units of `currency`; negative for money that goes back.
    pub minor: i64,
    /// ISO 4217 currency.
    pub currency: Currency,
}

/// Why two amounts could not be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The amounts are of different currencies.
    #[error("amounts in {0:?} and {1:?} cannot be added")]
    Currencies(Currency, Currency),
    /// The result is larger than an amount can be.
    #[error("the amount is too large")]
    Overflow,
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// An amount in the currency that `code` (ISO 4217) names; none for an unknown one.
    #[must_use]
    pub fn of_code(minor: i64, code: &str) -> Option<Self> {
        Some(Self::new(minor, Currency::from_code(code)?))
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::Currencies`] for different currencies, [`MoneyError::Overflow`] past `i64`.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// This amount `count` times.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] past `i64`.
    pub fn checked_mul(self, count: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(count).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }
}

/// The amount with the decimals of its currency, then the currency's code.
impl core::fmt::Display for Money {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let places = usize::from(self.currency.exponent().unwrap_or_default());
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if places > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{part} {}", self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_with_its_currencys_decimals() {
        let text = |minor, code| Money::of_code(minor, code).map(|money| money.to_string());
        assert_eq!(text(1250, "EUR").as_deref(), Some("12.50 EUR"));
        assert_eq!(text(-5, "EUR").as_deref(), Some("-0.05 EUR"));
        assert_eq!(text(700, "JPY").as_deref(), Some("700 JPY"));
        assert_eq!(text(1, "KWD").as_deref(), Some("0.001 KWD"));
        assert_eq!(text(1, "none"), None);
    }
}
