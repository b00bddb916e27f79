//! What enrolment says and hears, for the description of the API.
//!
//! The bodies are defined beside the devices that send them, in
//! `shared_model::enrol`; a test holds field for field against them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A device that holds a one-time code and makes itself known.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Enrol {
    /// The one-time code.
    #[schema(example = "7K3M-Q0ZT-94AB")]
    code: String,
    /// What people will call the device, 1 to 80 characters.
    #[schema(example = "North door")]
    name: String,
    /// Ed25519 key that will sign its facts, 32 bytes in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    fact_key: String,
    /// Ed25519 key that it will show to peers, another one, 32 bytes in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    transport_key: String,
    /// Signature of the fact key, 64 bytes in hexadecimal, over the 16 bytes `bilten/v1/dproof`, the code as
    /// text and both keys, fact key first, 32 bytes each.
    #[schema(min_length = 128, max_length = 128)]
    fact_proof: String,
    /// Signature of the transport key over the same.
    #[schema(min_length = 128, max_length = 128)]
    transport_proof: String,
}

/// What a device learns when it enrols.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Enrolled {
    /// The server's name for the device.
    device_id: Uuid,
    /// Its number in the roster.
    device: u16,
    /// `Authorization: Bearer …` of all later requests; shown once.
    token: String,
    /// The organizer's name.
    organizer: String,
    /// The organizer's Ed25519 root key, to be pinned, 32 bytes in hexadecimal.
    root_key: String,
    /// The life of the server's database.
    incarnation: Uuid,
    /// The server's time in milliseconds since 1970.
    now: i64,
    /// Events that the device may work for.
    events: Vec<EnrolledEvent>,
}

/// What a device that asks is told of itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Duties {
    /// Its number in the roster.
    device: u16,
    /// What people call it.
    name: String,
    /// The organizer's name.
    organizer: String,
    /// Events that it may work for.
    events: Vec<EnrolledEvent>,
}

/// An event that a device may work for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnrolledEvent {
    /// Its number.
    event: u32,
    /// Its name.
    name: String,
}

/// A key that is to sign tickets of an offline box office.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LeaseClaim {
    /// The event's number.
    event: u32,
    /// Ed25519 key that will sign the tickets, 32 bytes in hexadecimal; the same again gets the same lease.
    #[schema(min_length = 64, max_length = 64)]
    key: String,
    /// Signature of that key, 64 bytes in hexadecimal.
    #[schema(min_length = 128, max_length = 128)]
    proof: String,
}

/// What may be sold under the key, and which leases go on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Leases {
    /// The lease that the key is good for from now on; absent where nothing was on offer.
    claimed: Option<LentSerials>,
    /// Key numbers of the device's leases that were not ended.
    open: Vec<u8>,
}

/// A block of serials under a key of the device's own.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LentSerials {
    /// The key number that its tickets name.
    kid: u8,
    /// First serial.
    first_serial: u32,
    /// Last serial.
    last_serial: u32,
    /// Until when it may be sold from, milliseconds since 1970.
    until: i64,
    /// ISO 4217 currency of the prices.
    currency: String,
    /// What may be sold.
    tiers: Vec<LentTier>,
}

/// A tier of a lease, as its tickets state it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LentTier {
    /// Its number.
    tier: u16,
    /// Its name.
    name: String,
    /// Tickets that may be sold.
    places: u32,
    /// Price of one in minor units.
    price_minor: i64,
    /// The date it is for; 0 for none.
    occurrence: u16,
    /// Zones that a ticket opens, a bit each.
    zones: u32,
    /// First instant at which it admits, milliseconds since 1970.
    valid_from: Option<i64>,
    /// Last instant at which it admits, milliseconds since 1970.
    valid_until: Option<i64>,
    /// Entries it allows; 0 for no limit.
    entries: u8,
    /// How many people it admits.
    group: u8,
    /// Attributes printed on it.
    flags: u8,
}
