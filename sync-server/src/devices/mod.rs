//! Devices: how scanners become the organizer's, and who may write facts.
//!
//! Owns enrolment codes, devices with their keys and tokens, and the roster that
//! the event book shows; also this server's own keys as a writer of facts. What
//! always holds: a code enrols one device, a device proved that it holds both of
//! its keys, tokens are kept as hashes, and no device row is ever deleted, because
//! its facts name it. Not here: the book, and what devices say.

mod code;
mod described;
mod duty;
mod enrol;
mod lease;
mod node;
mod roster;
mod routes;
mod store;

use shared_model::ids::{DeviceId, DeviceNo, EventId, OrganizerId, PublicKey};
use shared_model::time::Timestamp;

use crate::db;

pub use code::Code;
pub use duty::{duties, put_on_duty};
pub use enrol::enrol;
pub use lease::{
    Lease, claim_lease, end_lease, find_lease, held, held_units, list_leases, offer_lease,
    use_place,
};
pub(crate) use node::reseal;
pub use node::{Node, node};
pub use roster::{Standing, roster, standing};
pub use routes::{Calling, routes};
pub use store::{
    assign_gate, authenticate, find_device, list_devices, note_seen, on_duty, rename, revoke,
};

/// What may be wrong with a request about devices.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The code was used, ran out or was never given out.
    #[error("this code was used, has expired or was never given out")]
    Code,
    /// A key is unusable.
    #[error("{field} is not a usable key: {source}")]
    Key {
        /// Which.
        field: &'static str,
        /// Why.
        #[source]
        source: ticket_crypto::keys::KeyError,
    },
    /// A proof of possession does not fit its key.
    #[error("{0} was not made by the key it belongs to")]
    Proof(&'static str),
    /// One key for two purposes.
    #[error("fact key and transport key must differ")]
    SameKey,
    /// The fact key is known with another transport key.
    #[error("a device with this fact key and another transport key is enrolled")]
    KeyTaken,
    /// Empty or too long.
    #[error("a device's name has 1 to {MAX_NAME} characters")]
    Name,
    /// No such device of this organizer.
    #[error("no such device")]
    NotFound,
    /// All numbers are given out.
    #[error("an organizer has at most {} devices", u16::MAX)]
    TooMany,
    /// Tried too often.
    #[error("the code cannot be tried")]
    Tries(#[from] crate::identity::Error),
    /// A sealed key of this server does not open.
    #[error("the server's fact key does not open")]
    Sealed(#[from] crate::master_key::Error),
    /// A lease that cannot be given.
    #[error("{0}")]
    Lease(&'static str),
    /// A tier does not exist or has not enough places.
    #[error("the places cannot be leased")]
    Tier(#[from] crate::tiers::Error),
    /// The event cannot be had.
    #[error("the event cannot be used")]
    Event(#[from] crate::events::Error),
    /// The organizer has no root key: a damaged database.
    #[error("the organizer's root key cannot be used")]
    Root(#[from] crate::keys::Error),
    /// The database refused.
    #[error("the device store failed")]
    Store(#[from] db::Error),
}

/// Longest name of a device in characters.
pub const MAX_NAME: usize = 80;

/// How long an enrolment code lives when nothing else is asked for, in minutes.
pub const CODE_MINUTES: u16 = 15;

crate::row! {
    /// A device.
    #[derive(Debug, Clone)]
    pub struct Device {
        /// The server's name for it.
        pub id: DeviceId,
        /// Whose it is.
        pub organizer_id: OrganizerId,
        /// Its number in rosters.
        pub device_no: DeviceNo,
        /// What people call it.
        pub name: String,
        /// A server rather than a scanner.
        pub node: bool,
        /// Key that its facts are signed with.
        pub fact_key: PublicKey,
        /// Key that it shows to peers.
        pub transport_key: PublicKey,
        /// When it enrolled.
        pub created_at: Timestamp,
        /// When it was last heard of, to the minute.
        pub last_seen_at: Option<Timestamp>,
    }
}

/// Cleans a device's name.
///
/// # Errors
/// [`Error::Name`].
pub(crate) fn clean_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let fits =
        (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Error::Name)
    }
}

/// The purpose under which this server's fact keys are sealed.
fn node_purpose(organizer: OrganizerId, node: &str) -> String {
    format!("node fact key {organizer} {node}")
}

/// The event and organizer that a code or a device belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Whose.
    pub organizer: OrganizerId,
    /// Which event.
    pub event: EventId,
}

/// After a restore: device numbers that may have been given out since the backup
/// are never given out again.
pub(crate) async fn skip_ahead(tx: &mut db::Tx) -> Result<(), db::Error> {
    tx.sql(crate::sql!(
        "UPDATE device_counters SET next_device_no = next_device_no + 100"
    ))
    .execute()
    .await?;
    Ok(())
}
