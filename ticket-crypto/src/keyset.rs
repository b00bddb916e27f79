//! The keys whose tickets are genuine at one event.
//!
//! A token names exactly one of them by its kid, so one signature check settles
//! it. A new key for each batch of sales lets an old one end without touching
//! tickets already sold: closing a leaked key's range at its last genuine serial
//! keeps those good and refuses what a thief signs above it.
//!
//! Source: docs/formats/token.md

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::certificate::{BoxOfficeCertificate, Limits};
use crate::ids::{EventNo, Kid, Serial};
use crate::keys::VerifyingKey;
use crate::token::Token;

/// A key that signs tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketKey {
    /// The number that its tickets name.
    pub kid: Kid,
    /// The public key.
    pub key: VerifyingKey,
    /// First serial it may sign.
    pub first_serial: Serial,
    /// Last serial it may sign.
    pub last_serial: Serial,
    /// First instant at which its tickets are accepted, milliseconds since 1970.
    pub not_before_ms: Option<i64>,
    /// Last instant at which its tickets are accepted, milliseconds since 1970.
    pub not_after_ms: Option<i64>,
    /// What its tickets may state at most; absent for the organizer's own keys.
    pub limits: Option<Limits>,
}

/// Why a key cannot join the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// The kid is taken by another key.
    #[error("key {0} is already there, as another one")]
    TakenKid(Kid),
    /// The last serial lies before the first.
    #[error("the range of serials is empty")]
    EmptyRange,
    /// The certificate is for another event.
    #[error("the certificate is for event {0}")]
    OtherEvent(EventNo),
}

/// Why a token is not a genuine ticket of this event now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotGenuine {
    /// It is for another event; whether it is genuine there is not known here.
    #[error("the ticket is for event {0}")]
    OtherEvent(EventNo),
    /// It names a key that the set does not have.
    #[error("ticket key {0} is unknown")]
    UnknownKey(Kid),
    /// Its key may not sign this serial.
    #[error("the serial is outside its key's range")]
    SerialOutOfRange,
    /// Its key did not sign it.
    #[error("the ticket is forged")]
    BadSignature,
    /// Its key is not accepted yet.
    #[error("the ticket key is not valid yet")]
    KeyNotYetValid,
    /// Its key is no longer accepted.
    #[error("the ticket key is no longer valid")]
    KeyExpired,
    /// It states more than its box office may sell.
    #[error("the ticket states more than its box office may sell")]
    OutsideLimits,
}

/// The ticket keys of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    event: EventNo,
    keys: BTreeMap<Kid, TicketKey>,
}

impl KeySet {
    /// An empty set, under which no ticket is genuine.
    #[must_use]
    pub const fn new(event: EventNo) -> Self {
        Self {
            event,
            keys: BTreeMap::new(),
        }
    }

    /// The event whose tickets these keys sign.
    #[must_use]
    pub const fn event(&self) -> EventNo {
        self.event
    }

    /// Adds a key; adding the same one again changes nothing.
    ///
    /// # Errors
    /// Its range is empty, or its kid belongs to another key.
    pub fn insert(&mut self, key: TicketKey) -> Result<(), KeySetError> {
        if key.first_serial > key.last_serial {
            return Err(KeySetError::EmptyRange);
        }
        match self.keys.entry(key.kid) {
            Entry::Vacant(place) => {
                place.insert(key);
                Ok(())
            }
            Entry::Occupied(held) if *held.get() == key => Ok(()),
            Entry::Occupied(_) => Err(KeySetError::TakenKid(key.kid)),
        }
    }

    /// Adds the key of a box office from its certificate.
    ///
    /// # Errors
    /// The certificate is for another event, or its kid belongs to another key.
    pub fn insert_box_office(
        &mut self,
        certificate: BoxOfficeCertificate,
    ) -> Result<(), KeySetError> {
        if certificate.event != self.event {
            return Err(KeySetError::OtherEvent(certificate.event));
        }
        self.insert(TicketKey {
            kid: certificate.kid,
            key: certificate.key,
            first_serial: certificate.first_serial,
            last_serial: certificate.last_serial,
            not_before_ms: Some(certificate.not_before_ms),
            not_after_ms: Some(certificate.not_after_ms),
            limits: Some(certificate.limits),
        })
    }

    /// The key of this number.
    #[must_use]
    pub fn get(&self, kid: Kid) -> Option<&TicketKey> {
        self.keys.get(&kid)
    }

    /// All keys, by kid.
    pub fn iter(&self) -> impl Iterator<Item = &TicketKey> {
        self.keys.values()
    }

    /// Says whether a token is a genuine ticket of this event, and by which key.
    ///
    /// Asks in this order, so that the answer names the first thing wrong: event,
    /// key, serial range, signature, the key's limits, the key's validity at
    /// `now_ms`. The only answers that depend on the clock come last:
    /// [`NotGenuine::KeyNotYetValid`] and [`NotGenuine::KeyExpired`]. Whether the
    /// ticket itself is valid now, revoked or used is not asked here.
    ///
    /// # Errors
    /// The first thing wrong.
    pub fn check(&self, token: &Token, now_ms: i64) -> Result<&TicketKey, NotGenuine> {
        let body = token.body();
        if body.event != self.event {
            return Err(NotGenuine::OtherEvent(body.event));
        }
        let key = self.get(body.kid).ok_or(NotGenuine::UnknownKey(body.kid))?;
        if !(key.first_serial..=key.last_serial).contains(&body.serial) {
            return Err(NotGenuine::SerialOutOfRange);
        }
        token
            .verify(&key.key)
            .map_err(|_| NotGenuine::BadSignature)?;
        if key
            .limits
            .as_ref()
            .is_some_and(|limits| !limits.allow(body))
        {
            return Err(NotGenuine::OutsideLimits);
        }
        if key.not_before_ms.is_some_and(|from| now_ms < from) {
            return Err(NotGenuine::KeyNotYetValid);
        }
        if key.not_after_ms.is_some_and(|until| until < now_ms) {
            return Err(NotGenuine::KeyExpired);
        }
        Ok(key)
    }
}
