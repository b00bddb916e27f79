//! The vectors: what each file holds, and how its outcome is computed from
//! nothing but the file.

mod certificates;
mod keys;
mod live;
mod outcome;
mod revocations;
mod sealed;
mod tokens;

pub use outcome::outcome;

use serde_json::{Value, json};
use ticket_crypto::SigningKey;
use ticket_crypto::ids::{
    EventNo, Generation, Kid, OccurrenceNo, Serial, TicketFlags, TierNo, Zones,
};
use ticket_crypto::token::{Body, Kind, Minute};

/// One way to be right or wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    /// File name without its ending.
    pub name: String,
    /// What is special about it.
    pub about: String,
    /// Which check it is for.
    pub check: String,
    /// What goes in.
    pub input: Value,
    /// What comes out.
    pub expect: Value,
}

impl Vector {
    fn new(check: &str, name: &str, about: &str, input: Value, expect: Value) -> Self {
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            check: check.to_owned(),
            input,
            expect,
        }
    }

    /// A vector that is refused with `code`.
    fn refused(check: &str, name: &str, about: &str, input: Value, code: &str) -> Self {
        Self::new(check, name, about, input, json!({ "error": code }))
    }

    pub fn to_json(&self) -> Value {
        json!({
            "about": self.about,
            "check": self.check,
            "input": self.input,
            "expect": self.expect,
        })
    }
}

/// All vectors.
pub fn all() -> Vec<Vector> {
    [
        keys::all(),
        tokens::all(),
        live::all(),
        certificates::all(),
        revocations::all(),
        sealed::all(),
    ]
    .concat()
}

/// 2026-07-01T18:00:00Z.
const DOORS_MS: i64 = 1_782_928_800_000;

fn ticket_key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn second_ticket_key() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

fn event_key() -> SigningKey {
    SigningKey::from_seed(&[3; 32])
}

fn root_key() -> SigningKey {
    SigningKey::from_seed(&[4; 32])
}

fn box_office_key() -> SigningKey {
    SigningKey::from_seed(&[5; 32])
}

fn device_key() -> SigningKey {
    SigningKey::from_seed(&[6; 32])
}

fn public(key: &SigningKey) -> String {
    hex::encode(key.verifying_key().to_bytes())
}

fn body() -> Body {
    Body {
        kind: Kind::Static,
        flags: TicketFlags(TicketFlags::RE_ENTRY),
        kid: Kid(1),
        event: EventNo(42),
        serial: Serial(1042),
        generation: Generation(1),
        tier: TierNo(7),
        occurrence: OccurrenceNo(2),
        zones: Zones(0b101),
        valid_from: Minute::floor(DOORS_MS),
        valid_until: Minute::ceil(DOORS_MS + 6 * 3_600_000),
        entries: 1,
        group: 1,
    }
}
