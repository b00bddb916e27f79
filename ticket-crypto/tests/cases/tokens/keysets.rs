//! Genuine signatures under keys that may not sign this ticket, or not now.

use serde_json::json;
use ticket_crypto::SigningKey;
use ticket_crypto::ids::{Kid, Serial, TierNo, Zones};
use ticket_crypto::token::Body;

use super::{at_box_office, input, refused, with};
use crate::cases::{DOORS_MS, Vector, second_ticket_key, ticket_key};

pub fn keys() -> Vec<Vector> {
    let by = |key: &SigningKey, change: &dyn Fn(&mut Body)| {
        with(|b| change(b)).sign(key).unwrap().text()
    };
    let first = |change: &dyn Fn(&mut Body)| by(&ticket_key(), change);
    let second = |name: &str, about: &str, now_ms: i64, code: &str| {
        let text = by(&second_ticket_key(), &|b| {
            b.kid = Kid(2);
            b.serial = Serial(100_000);
        });
        let mut input = input(&text);
        input["now_ms"] = json!(now_ms);
        Vector::refused("token", name, about, input, code)
    };
    let sold = |name: &str, about: &str, change: fn(&mut Body)| {
        refused(name, about, &at_box_office(change).text(), "outside_limits")
    };
    vec![
        refused(
            "token-other-event",
            "a genuine ticket of another event",
            &first(&|b| b.event.0 = 43),
            "other_event",
        ),
        refused(
            "token-unknown-key",
            "a key that the set does not have",
            &first(&|b| b.kid = Kid(9)),
            "unknown_key",
        ),
        refused(
            "token-serial-0",
            "a serial below the key's range",
            &first(&|b| b.serial = Serial(0)),
            "serial_out_of_range",
        ),
        refused(
            "token-serial-above-range",
            "a serial above the key's range, as a thief of a closed key would sign",
            &first(&|b| b.serial = Serial(100_000)),
            "serial_out_of_range",
        ),
        second(
            "token-key-not-yet-valid",
            "a millisecond before the key's time",
            DOORS_MS - 86_400_001,
            "key_not_yet_valid",
        ),
        second(
            "token-key-expired",
            "a millisecond after the key's time",
            DOORS_MS + 86_400_001,
            "key_expired",
        ),
        sold(
            "token-box-office-other-tier",
            "a tier that the box office may not sell",
            |b| b.tier = TierNo(9),
        ),
        sold(
            "token-box-office-other-zone",
            "a zone that the box office may not open",
            |b| b.zones = Zones(0b1000),
        ),
        sold(
            "token-box-office-group-too-large",
            "more people than the box office may admit",
            |b| b.group = 3,
        ),
        sold(
            "token-box-office-too-many-entries",
            "more entries than the box office may sell",
            |b| b.entries = 4,
        ),
        sold(
            "token-box-office-entries-without-limit",
            "no limit where the box office has one",
            |b| b.entries = 0,
        ),
    ]
}
