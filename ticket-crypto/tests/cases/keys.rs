//! Base45, public keys and the order of serials.

use serde_json::json;
use ticket_crypto::ids::Serial;
use ticket_crypto::permutation::Permutation;

use super::{Vector, public, ticket_key};

pub fn all() -> Vec<Vector> {
    [base45(), public_keys(), vec![serials()]].concat()
}

fn base45() -> Vec<Vector> {
    let good = |name: &str, about: &str, text: &str, bytes: &[u8]| {
        Vector::new(
            "base45",
            name,
            about,
            json!({ "text": text }),
            json!({ "bytes": hex::encode(bytes) }),
        )
    };
    let bad = |name: &str, about: &str, text: &str, code: &str| {
        Vector::refused("base45", name, about, json!({ "text": text }), code)
    };
    vec![
        good("base45-empty", "no bytes", "", b""),
        good("base45-rfc-ab", "RFC 9285, 4.3, example 1", "BB8", b"AB"),
        good(
            "base45-rfc-hello",
            "RFC 9285, 4.3, example 2: contains a space of the alphabet",
            "%69 VD92EX0",
            b"Hello!!",
        ),
        good(
            "base45-rfc-ietf",
            "RFC 9285, 4.4, example 1",
            "QED8WEX0",
            b"ietf!",
        ),
        good("base45-largest-pair", "65535", "FGW", &[0xff, 0xff]),
        good("base45-largest-single", "255", "U5", &[0xff]),
        bad(
            "base45-lower-case",
            "lower case would be a second spelling",
            "bb8",
            "base45_character",
        ),
        bad(
            "base45-outside-alphabet",
            "a character outside the alphabet",
            "BB!",
            "base45_character",
        ),
        bad(
            "base45-not-ascii",
            "a character of two bytes",
            "B\u{e9}",
            "base45_character",
        ),
        bad(
            "base45-left-over",
            "one character left over",
            "BB8B",
            "base45_length",
        ),
        bad("base45-pair-overflow", "65536", "GGW", "base45_overflow"),
        bad(
            "base45-pair-far-overflow",
            "the largest three characters",
            ":::",
            "base45_overflow",
        ),
        bad("base45-single-overflow", "256", "V5", "base45_overflow"),
    ]
}

fn public_keys() -> Vec<Vector> {
    let bad = |name: &str, about: &str, bytes: &str, code: &str| {
        Vector::refused("public_key", name, about, json!({ "bytes": bytes }), code)
    };
    let filled =
        |first: u8, middle: &str, last: &str| format!("{first:02x}{}{last}", middle.repeat(30));
    vec![
        Vector::new(
            "public_key",
            "key-good",
            "an ordinary key",
            json!({ "bytes": public(&ticket_key()) }),
            json!({ "usable": true }),
        ),
        bad(
            "key-weak-identity",
            "the neutral element, order 1",
            &filled(1, "00", "00"),
            "key_weak",
        ),
        bad(
            "key-weak-order-2",
            "order 2",
            &filled(0xec, "ff", "7f"),
            "key_weak",
        ),
        bad(
            "key-weak-order-4",
            "order 4",
            &filled(0, "00", "00"),
            "key_weak",
        ),
        bad(
            "key-weak-order-4-sign",
            "order 4, other sign",
            &filled(0, "00", "80"),
            "key_weak",
        ),
        bad(
            "key-weak-order-8",
            "order 8",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "key_weak",
        ),
        bad(
            "key-weak-order-8-other",
            "order 8, another point",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "key_weak",
        ),
        bad(
            "key-not-canonical-weak",
            "the neutral element, written as p + 1",
            &filled(0xee, "ff", "7f"),
            "key_not_canonical",
        ),
        bad(
            "key-not-canonical-sign",
            "the neutral element with the sign bit of a zero",
            &filled(1, "00", "80"),
            "key_not_canonical",
        ),
        bad(
            "key-not-canonical-full-order",
            "a point of large order, written as p + 3",
            &filled(0xf0, "ff", "7f"),
            "key_not_canonical",
        ),
        bad(
            "key-not-a-point",
            "no point has this coordinate",
            &filled(2, "00", "00"),
            "key_not_a_point",
        ),
    ]
}

fn serials() -> Vector {
    let permutation = Permutation::new(&[9; 32], Serial(1000), 20).unwrap();
    let serials: Vec<u32> = (0..20)
        .map(|count| permutation.serial(count).unwrap().0)
        .collect();
    Vector::new(
        "serials",
        "serials-of-a-small-range",
        "the order in which twenty serials from 1000 on are given out",
        json!({ "key": hex::encode([9; 32]), "first": 1000, "size": 20 }),
        json!({ "serials": serials }),
    )
}
