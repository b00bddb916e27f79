//! The keys whose tickets are genuine, as the book states them.
//!
//! Owns their form in the book; what a key may sign is for [`KeySet`] to say. What
//! always holds: a key of a box office is in the set only with a certificate that
//! the event key signed, and never with more than that certificate gives. The book
//! may give it less, which is how a lost device's serials end at its last sale.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ticket_crypto::certificate::{BoxOfficeCertificate, CertificateError};
use ticket_crypto::keys::{KeyError, VerifyingKey};
use ticket_crypto::keyset::{self, KeySet, KeySetError};

use super::Book;
use crate::ids::{Kid, PublicKey, Serial};
use crate::time::Timestamp;

/// A key that signs tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketKey {
    /// Its number in the event.
    pub kid: Kid,
    /// Ed25519 public key.
    pub public_key: PublicKey,
    /// First serial it may sign.
    pub first_serial: Serial,
    /// Last serial it may sign.
    pub last_serial: Serial,
    /// First instant at which its tickets are accepted; absent for no bound beside the certificate's.
    pub not_before: Option<Timestamp>,
    /// Last instant at which its tickets are accepted; absent for no bound beside the certificate's.
    pub not_after: Option<Timestamp>,
    /// Of a box office's key: the event key's certificate for it, as [`BoxOfficeCertificate`]
    /// is issued; hexadecimal where people read it. Absent for keys that the server holds.
    #[serde(with = "certificate")]
    pub certificate: Option<Vec<u8>>,
}

/// Why a ticket key of the book cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketKeyError {
    /// The public key is unusable.
    #[error("the public key is unusable")]
    Key(#[from] KeyError),
    /// There is a certificate, and no usable event key to check it with.
    #[error("the book names no usable event key")]
    NoEventKey,
    /// The event key did not issue the certificate.
    #[error("the certificate cannot be used")]
    Certificate(#[from] CertificateError),
    /// The certificate is for another key or kid.
    #[error("the certificate is for another key")]
    OtherKey,
    /// The certificate is for another event, or the book gives more than it does.
    #[error("the book gives what the certificate does not")]
    Set(#[from] KeySetError),
}

/// The ticket keys of a book; what the gate checks tokens with is made of them once.
#[derive(Default)]
pub struct TicketKeys {
    stated: Vec<TicketKey>,
    set: OnceLock<KeySet>,
}

impl Book {
    /// The keys that the gate checks tokens with; those that [`Book::validate`] complains of are
    /// left out, so that their tickets are of an unknown key.
    #[must_use]
    pub fn key_set(&self) -> &KeySet {
        self.keys.set.get_or_init(|| {
            let mut set = KeySet::new(self.event);
            for key in &*self.keys {
                // Left out, as promised: of one kid the first counts, and an empty range is none.
                let _ = self.usable(key).map(|key| set.insert(key));
            }
            set
        })
    }

    /// The key as it may be used.
    pub(super) fn usable(&self, key: &TicketKey) -> Result<keyset::TicketKey, TicketKeyError> {
        let not_before_ms = key.not_before.map(Timestamp::as_millis);
        let not_after_ms = key.not_after.map(Timestamp::as_millis);
        let Some(bytes) = &key.certificate else {
            return Ok(keyset::TicketKey {
                kid: key.kid,
                key: VerifyingKey::from_bytes(&key.public_key.0)?,
                first_serial: key.first_serial,
                last_serial: key.last_serial,
                not_before_ms,
                not_after_ms,
                limits: None,
            });
        };
        let certificate = BoxOfficeCertificate::open(bytes, &self.certifying_key()?)?;
        if certificate.event != self.event {
            return Err(KeySetError::OtherEvent(certificate.event).into());
        }
        if certificate.kid != key.kid || certificate.key.to_bytes() != key.public_key.0 {
            return Err(TicketKeyError::OtherKey);
        }
        let mut usable = keyset::TicketKey::of_box_office(certificate);
        let serials = key.first_serial..=key.last_serial;
        usable.narrow(serials, not_before_ms, not_after_ms)?;
        Ok(usable)
    }

    fn certifying_key(&self) -> Result<VerifyingKey, TicketKeyError> {
        let key = self.event_key.ok_or(TicketKeyError::NoEventKey)?;
        VerifyingKey::from_bytes(&key.0).map_err(|_| TicketKeyError::NoEventKey)
    }
}

impl From<Vec<TicketKey>> for TicketKeys {
    fn from(stated: Vec<TicketKey>) -> Self {
        Self {
            stated,
            set: OnceLock::new(),
        }
    }
}

impl Deref for TicketKeys {
    type Target = [TicketKey];

    fn deref(&self) -> &[TicketKey] {
        &self.stated
    }
}

/// A copy makes its own set, because it may get another event or event key.
impl Clone for TicketKeys {
    fn clone(&self) -> Self {
        self.stated.clone().into()
    }
}

impl PartialEq for TicketKeys {
    fn eq(&self, other: &Self) -> bool {
        self.stated == other.stated
    }
}

impl Eq for TicketKeys {}

impl core::fmt::Debug for TicketKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.stated.fmt(f)
    }
}

impl Serialize for TicketKeys {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.stated.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TicketKeys {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

/// Bytes of a certificate: hexadecimal where people read them.
mod certificate {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    pub fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            bytes.as_ref().map(hex::encode).serialize(serializer)
        } else {
            bytes.serialize(serializer)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        if !deserializer.is_human_readable() {
            return Option::deserialize(deserializer);
        }
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| hex::decode(text).map_err(de::Error::custom))
            .transpose()
    }
}
