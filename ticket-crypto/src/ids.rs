//! The small numbers that a ticket carries.
//!
//! All are local to one event (an [`EventNo`] to one organizer's root key) and
//! never used twice, so that a gate needs no long identifiers.

use serde::{Deserialize, Serialize};

/// Declares numbers that must not be mixed up with each other.
#[macro_export]
macro_rules! number {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl $name {
            /// The bare number.
            #[must_use]
            pub const fn get(self) -> $int {
                self.0
            }
        }

        impl From<$int> for $name {
            fn from(number: $int) -> Self {
                Self(number)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&self.0, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = core::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

number! {
    /// An event, unique under one organizer's root key.
    EventNo(u32);
    /// A ticket within its event. Permuted, so that it does not show sales.
    Serial(u32);
    /// Which issue of a serial this is: a transfer or re-issue adds one.
    Generation(u8);
    /// A tier of the event; a variation is a tier of its own.
    TierNo(u16);
    /// One date of a series; 0 means the event has none.
    OccurrenceNo(u16);
    /// A ticket key in the event's signed key set.
    Kid(u16);
}

/// A set of up to 32 zones; bit `n` stands for zone `n`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Zones(pub u32);

impl Zones {
    /// No zone at all.
    pub const NONE: Self = Self(0);
    /// Every zone there can be.
    pub const ALL: Self = Self(u32::MAX);

    /// Whether zone `bit` is in the set; a bit above 31 never is.
    #[must_use]
    pub const fn contains(self, bit: u8) -> bool {
        bit < 32 && self.0 & (1 << bit) != 0
    }
}

/// Attributes that a ticket states of its holder or use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TicketFlags(pub u8);

impl TicketFlags {
    /// May enter again after an exit.
    pub const RE_ENTRY: u8 = 1;
    /// Identity is checked.
    pub const ID_CHECK: u8 = 2;
    /// The holder is a minor.
    pub const MINOR: u8 = 4;
    /// The holder accompanies someone.
    pub const COMPANION: u8 = 8;
    /// For rehearsals only.
    pub const TEST: u8 = 16;
    /// Every flag that has a meaning.
    pub const KNOWN: u8 = 31;

    /// Whether every bit of `flag` is set.
    #[must_use]
    pub const fn has(self, flag: u8) -> bool {
        self.0 & flag == flag
    }

    /// Whether only flags that have a meaning are set.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.0 & !Self::KNOWN == 0
    }
}
