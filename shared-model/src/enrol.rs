//! Enrolment: how a device becomes one of the organizer's.
//!
//! JSON bodies of `POST /device/v1/enrol`. The device makes its keys, proves
//! that it holds both, and is written into the roster.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, DeviceNo, EventNo, Incarnation, PublicKey};
use crate::time::Timestamp;

/// What a device sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// The one-time code.
    pub code: String,
    /// What people will call the device.
    pub name: String,
    /// Key that will sign its facts.
    pub fact_key: PublicKey,
    /// Key that it will show to peers.
    pub transport_key: PublicKey,
    /// Signature of the fact key over [`proof_message`], 64 bytes in hexadecimal.
    pub fact_proof: String,
    /// Signature of the transport key over the same message.
    pub transport_proof: String,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The server's name for the device.
    pub device_id: DeviceId,
    /// Its number in the roster.
    pub device: DeviceNo,
    /// Bearer token of all later requests; shown once.
    pub token: String,
    /// The organizer's name.
    pub organizer: String,
    /// The organizer's root key, to be pinned.
    pub root_key: PublicKey,
    /// The life of the server's database.
    pub incarnation: Incarnation,
    /// The server's time.
    pub now: Timestamp,
    /// Events that the device may work for.
    pub events: Vec<EnrolledEvent>,
}

/// An event that a device may work for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledEvent {
    /// Its number.
    pub event: EventNo,
    /// Its name.
    pub name: String,
}

/// The bytes that both keys sign at enrolment: the code and both keys.
#[must_use]
pub fn proof_message(code: &str, fact_key: &PublicKey, transport_key: &PublicKey) -> Vec<u8> {
    [code.as_bytes(), &fact_key.0, &transport_key.0].concat()
}
