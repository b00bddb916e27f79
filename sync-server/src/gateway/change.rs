//! Optional fields of a change: absent leaves, `null` clears.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What a change says of an optional field; fields of it are `#[serde(default)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Nothing: it stays as it was.
    #[default]
    Leave,
    /// `null`: it is absent from then on.
    Clear,
    /// A value.
    Set(T),
}

impl<T> Change<T> {
    /// The field after the change.
    pub fn over<U: From<T>>(self, before: Option<U>) -> Option<U> {
        match self {
            Self::Leave => before,
            Self::Clear => None,
            Self::Set(value) => Some(value.into()),
        }
    }
}

impl<T> Change<T> {
    /// The same with another form of the value.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Leave => Change::Leave,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(form(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let said = Option::deserialize(deserializer)?;
        Ok(said.map_or(Self::Clear, Self::Set))
    }
}

/// Reads a field that may be absent and is never `null`: `#[serde(default, deserialize_with = …)]`.
///
/// # Errors
/// When it is `null`, or the value has another type.
pub fn set<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let said = Option::deserialize(deserializer)?;
    said.map(Some)
        .ok_or_else(|| D::Error::custom("must not be null"))
}
