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
use std::ops::RangeInclusive;

use crate::certificate::{BoxOfficeCertificate, Limits};
use crate::ids::{EventNo, Kid, Serial, TierNo, Zones};
use crate::keys::VerifyingKey;
use crate::token::{Body, Token};

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

impl TicketKey {
    /// The key that a certificate delegates to, with all that the certificate gives it.
    #[must_use]
    pub fn of_box_office(certificate: BoxOfficeCertificate) -> Self {
        Self {
            kid: certificate.kid,
            key: certificate.key,
            first_serial: certificate.first_serial,
            last_serial: certificate.last_serial,
            not_before_ms: Some(certificate.not_before_ms),
            not_after_ms: Some(certificate.not_after_ms),
            limits: Some(certificate.limits),
        }
    }

    /// Takes away serials and time, as after a loss; absent bounds of time stay as they are.
    ///
    /// # Errors
    /// [`KeySetError::Wider`] where this would add some; the key is then unchanged.
    pub fn narrow(
        &mut self,
        serials: RangeInclusive<Serial>,
        not_before_ms: Option<i64>,
        not_after_ms: Option<i64>,
    ) -> Result<(), KeySetError> {
        let earlier = not_before_ms.is_some_and(|from| !self.has_begun(from));
        let later = not_after_ms.is_some_and(|until| self.has_ended(until));
        let fewer = self.first_serial <= *serials.start() && *serials.end() <= self.last_serial;
        if earlier || later || !fewer {
            return Err(KeySetError::Wider);
        }
        (self.first_serial, self.last_serial) = serials.into_inner();
        self.not_before_ms = not_before_ms.or(self.not_before_ms);
        self.not_after_ms = not_after_ms.or(self.not_after_ms);
        Ok(())
    }

    /// Checks that tickets of this key are accepted at `now_ms`, both ends included.
    ///
    /// # Errors
    /// [`NotGenuine::KeyNotYetValid`] or [`NotGenuine::KeyExpired`].
    pub fn check_at(&self, now_ms: i64) -> Result<(), NotGenuine> {
        if !self.has_begun(now_ms) {
            return Err(NotGenuine::KeyNotYetValid);
        }
        if self.has_ended(now_ms) {
            return Err(NotGenuine::KeyExpired);
        }
        Ok(())
    }

    fn check_limits(&self, claim: &Claim) -> Result<(), NotGenuine> {
        match &self.limits {
            Some(limits) if !limits.allow(claim) => Err(NotGenuine::OutsideLimits),
            _ => Ok(()),
        }
    }

    fn has_begun(&self, now_ms: i64) -> bool {
        self.not_before_ms.is_none_or(|from| from <= now_ms)
    }

    fn has_ended(&self, now_ms: i64) -> bool {
        self.not_after_ms.is_some_and(|until| until < now_ms)
    }
}

/// What a ticket states that its key has to answer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The event it is for.
    pub event: EventNo,
    /// The key that it names.
    pub kid: Kid,
    /// Identity within the event.
    pub serial: Serial,
    /// What was bought.
    pub tier: TierNo,
    /// Zones it opens.
    pub zones: Zones,
    /// Entries it allows; 0 for no limit.
    pub entries: u8,
    /// How many people it admits at most; 0 and 1 both mean one.
    pub group: u8,
}

impl From<&Body> for Claim {
    fn from(body: &Body) -> Self {
        Self {
            event: body.event,
            kid: body.kid,
            serial: body.serial,
            tier: body.tier,
            zones: body.zones,
            entries: body.entries,
            group: body.group,
        }
    }
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
    /// More serials or time than the key has.
    #[error("this is more than the key may sign")]
    Wider,
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
        self.insert(TicketKey::of_box_office(certificate))
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
        let key = self.check_signed(token)?;
        key.check_at(now_ms)?;
        Ok(key)
    }

    /// Does what [`KeySet::check`] does, without its clock.
    ///
    /// # Errors
    /// The first thing wrong.
    pub fn check_signed(&self, token: &Token) -> Result<&TicketKey, NotGenuine> {
        let claim = Claim::from(token.body());
        let key = self.signer(&claim)?;
        token
            .verify(&key.key)
            .map_err(|_| NotGenuine::BadSignature)?;
        key.check_limits(&claim)?;
        Ok(key)
    }

    /// Does what [`KeySet::check_signed`] does, for what was read off a token whose
    /// signature was checked then: keys may have changed since.
    ///
    /// # Errors
    /// The first thing wrong.
    pub fn check_claim(&self, claim: &Claim) -> Result<&TicketKey, NotGenuine> {
        let key = self.signer(claim)?;
        key.check_limits(claim)?;
        Ok(key)
    }

    /// The key that has to have signed a ticket of that event, key and serial.
    fn signer(&self, claim: &Claim) -> Result<&TicketKey, NotGenuine> {
        if claim.event != self.event {
            return Err(NotGenuine::OtherEvent(claim.event));
        }
        let key = self
            .get(claim.kid)
            .ok_or(NotGenuine::UnknownKey(claim.kid))?;
        if !(key.first_serial..=key.last_serial).contains(&claim.serial) {
            return Err(NotGenuine::SerialOutOfRange);
        }
        Ok(key)
    }
}
