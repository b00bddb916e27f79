//! Typed ids.
//!
//! Long ids (UUID version 7) belong to the server and never reach a door; the
//! small numbers belong to one event and are what tickets and facts carry.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use ticket_crypto::ids::{EventNo, Generation, Kid, OccurrenceNo, Serial, TierNo, Zones};

ticket_crypto::number! {
    /// A check-in list of the event.
    ListNo(u16);
    /// A place of the event where devices stand.
    GateNo(u16);
    /// A person on door duty; 0 means nobody signed in.
    OperatorNo(u16);
    /// A question asked of a guest.
    QuestionNo(u16);
    /// A device of the organizer, as the roster lists it.
    DeviceNo(u16);
}

macro_rules! uuids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&self.0, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

uuids! {
    /// An account that runs events.
    OrganizerId;
    /// A person who can log in.
    UserId;
    /// One occasion with one place and entry period.
    EventId;
    /// One purchase by one buyer.
    OrderId;
    /// One unit of a tier within an order.
    PositionId;
    /// One attempt to move money.
    PaymentId;
    /// Money that goes back.
    RefundId;
    /// An enrolled scanner.
    DeviceId;
    /// The life of one server database: `restore` begins a new one.
    Incarnation;
}

/// Declares byte strings of fixed length, hexadecimal where people read them.
macro_rules! bytes {
    ($($(#[$doc:meta])* $name:ident[$len:literal];)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl core::str::FromStr for $name {
            type Err = hex::FromHexError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut bytes = [0; $len];
                hex::decode_to_slice(text, &mut bytes)?;
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    <[u8; $len]>::serialize(&self.0, serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    <[u8; $len]>::deserialize(deserializer).map(Self)
                }
            }
        }
    )*};
}

bytes! {
    /// Who writes facts: the first 16 bytes of SHA-256(label, fact key, epoch).
    ActorId[16];
    /// Made once for each thing a person does at a gate; the same id gets the same answer.
    RequestId[16];
    /// The random part of an actor: new with every new or restored store.
    Epoch[16];
    /// The keyed hash of a foreign system's code.
    ForeignHash[16];
    /// An Ed25519 public key.
    PublicKey[32];
    /// A SHA-256 hash.
    Hash[32];
}
