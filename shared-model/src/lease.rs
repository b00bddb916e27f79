//! Leases of serials: what a box-office device may sell with no network.
//!
//! JSON bodies of `POST /device/v1/leases`. The organizer offers a block of serials and
//! places of tiers; the device claims it with a key that it made, and from then on signs
//! tickets of those tiers by itself. What a ticket of a leased tier states is here, so that
//! the device which sells and everybody who checks agree.

use serde::{Deserialize, Serialize};
use ticket_crypto::token::{Body, Kind, Minute};

use crate::ids::{
    DeviceId, EventNo, Generation, Kid, OccurrenceNo, PublicKey, Serial, TierNo, Zones,
};
use crate::ticket::TicketFlags;
use crate::time::Timestamp;

/// What a device sends to claim what it was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The event.
    pub event: EventNo,
    /// The key that will sign the tickets; the same one again gets the same lease.
    pub key: PublicKey,
    /// Signature of that key over [`claim_message`], 64 bytes in hexadecimal.
    pub proof: String,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leases {
    /// The lease that the key is good for from now on; absent where nothing was on offer.
    pub claimed: Option<Lease>,
    /// The device's leases that were not ended; it sells from no other.
    pub open: Vec<Kid>,
}

/// A block of serials under a key of the device's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The key number that its tickets name.
    pub kid: Kid,
    /// First serial.
    pub first_serial: Serial,
    /// Last serial.
    pub last_serial: Serial,
    /// Until when it may be sold from.
    pub until: Timestamp,
    /// ISO 4217 currency of the prices.
    pub currency: String,
    /// What may be sold.
    pub tiers: Vec<LeasedTier>,
}

/// A tier of a lease, as its tickets were to state it when the lease was claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeasedTier {
    /// Its number.
    pub tier: TierNo,
    /// Its name.
    pub name: String,
    /// Tickets that may be sold.
    pub places: u32,
    /// Price of one in minor units.
    pub price_minor: i64,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones that a ticket opens.
    pub zones: Zones,
    /// First instant at which it admits.
    pub valid_from: Option<Timestamp>,
    /// Last instant at which it admits.
    pub valid_until: Option<Timestamp>,
    /// Entries it allows; 0 for no limit.
    pub entries: u8,
    /// How many people it admits.
    pub group: u8,
    /// Attributes printed on it.
    pub flags: TicketFlags,
}

impl Lease {
    /// The tier of that number, if it may be sold.
    #[must_use]
    pub fn tier(&self, tier: TierNo) -> Option<&LeasedTier> {
        self.tiers.iter().find(|known| known.tier == tier)
    }

    /// What the ticket `serial` of `tier` states: the first issue of a code that never changes.
    #[must_use]
    pub fn body(&self, event: EventNo, serial: Serial, tier: &LeasedTier) -> Body {
        let from = tier.valid_from.map(|at| Minute::floor(at.as_millis()));
        let until = tier.valid_until.map(|at| Minute::ceil(at.as_millis()));
        Body {
            kind: Kind::Static,
            flags: tier.flags,
            kid: self.kid,
            event,
            serial,
            generation: Generation(0),
            tier: tier.tier,
            occurrence: tier.occurrence,
            zones: tier.zones,
            valid_from: from.unwrap_or(Minute::MIN),
            valid_until: until.unwrap_or(Minute::MAX),
            entries: tier.entries,
            group: tier.group,
        }
    }
}

/// The bytes that a box-office key signs when its lease is claimed: the device's id (16
/// bytes), the event (u32, big-endian) and the key.
#[must_use]
pub fn claim_message(device: DeviceId, event: EventNo, key: &PublicKey) -> Vec<u8> {
    [
        device.0.as_bytes().as_slice(),
        &event.get().to_be_bytes(),
        &key.0,
    ]
    .concat()
}
