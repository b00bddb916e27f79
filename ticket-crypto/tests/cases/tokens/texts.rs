//! Texts that are no token's.

use serde_json::json;
use ticket_crypto::token::Kind;

use super::{bytes_of, outcome, raw, refused, signed, text_of, with};
use crate::cases::{Vector, body};

pub fn texts() -> Vec<Vector> {
    let text = signed(&body()).text();
    let coded = &text[4..];
    vec![
        refused("token-empty", "no text", "", "not_a_token"),
        refused(
            "token-other-system",
            "the code of another system",
            "4bk3p8d6nqsn",
            "not_a_token",
        ),
        refused(
            "token-no-prefix",
            "the prefix is missing",
            coded,
            "not_a_token",
        ),
        refused(
            "token-prefix-lower-case",
            "the prefix in lower case",
            &format!("tk1:{coded}"),
            "not_a_token",
        ),
        refused(
            "token-version-2",
            "a later version",
            &format!("TK2:{coded}"),
            "unknown_version",
        ),
        refused(
            "token-prefix-only",
            "nothing after the prefix",
            "TK1:",
            "length",
        ),
        refused(
            "token-leading-space",
            "a space before the prefix",
            &format!(" {text}"),
            "not_a_token",
        ),
        refused(
            "token-trailing-space",
            "a space after the end",
            &format!("{text} "),
            "base45_length",
        ),
        refused(
            "token-trailing-newline",
            "a line end after the end",
            &format!("{text}\n"),
            "base45_length",
        ),
        refused(
            "token-lower-case",
            "the whole code in lower case",
            &format!("TK1:{}", coded.to_lowercase()),
            "base45_character",
        ),
        refused(
            "token-not-ascii",
            "a character of another alphabet",
            &format!("TK1:\u{410}{}", &coded[2..]),
            "base45_character",
        ),
        refused(
            "token-group-overflow",
            "a group above 65535",
            &format!("TK1::::{}", &coded[3..]),
            "base45_overflow",
        ),
        refused(
            "token-cut-by-a-character",
            "the last character is missing",
            &text[..text.len() - 1],
            "base45_overflow_or_length",
        ),
        refused(
            "token-far-too-long",
            "longer than any token",
            &format!("TK1:{}", "0".repeat(3000)),
            "length",
        ),
    ]
    .into_iter()
    .map(settle)
    .collect()
}

/// A cut group is either too large for its bytes or leaves bytes over, depending on its value.
fn settle(mut vector: Vector) -> Vector {
    if vector.expect == json!({ "error": "base45_overflow_or_length" }) {
        vector.expect = outcome("token", &vector.input);
        assert!(["base45_overflow", "length"].contains(&vector.expect["error"].as_str().unwrap()));
    }
    vector
}

pub fn lengths() -> Vec<Vector> {
    let bytes = bytes_of(&signed(&body()));
    let mut longer = bytes.clone();
    longer.push(0);
    let body_bytes = body().to_bytes().unwrap();
    let mut long_body = body_bytes.clone();
    long_body.push(0);
    let chained = with(|b| b.kind = Kind::Chain { anchor: [12; 16] });
    let chained = bytes_of(&signed(&chained));
    let keyed = bytes_of(&signed(&with(|b| b.kind = Kind::Mac)));
    vec![
        refused(
            "token-cut-by-a-byte",
            "the last byte is missing",
            &text_of(&bytes[..93]),
            "length",
        ),
        refused(
            "token-cut-in-body",
            "the body ends too soon",
            &text_of(&bytes[..17]),
            "length",
        ),
        refused(
            "token-no-signature",
            "the signature is missing",
            &text_of(&bytes[..30]),
            "length",
        ),
        refused(
            "token-a-byte-too-long",
            "a byte after the end",
            &text_of(&longer),
            "length",
        ),
        refused(
            "token-body-too-long",
            "a body with a byte more, rightly signed",
            &raw(&long_body),
            "length",
        ),
        refused(
            "token-body-too-short",
            "a body with a byte less, rightly signed",
            &raw(&body_bytes[..29]),
            "length",
        ),
        refused(
            "token-static-with-live-part",
            "a static ticket with a rotating part",
            &text_of(&[&bytes[..], &[0; 18]].concat()),
            "length",
        ),
        refused(
            "token-chain-part-too-short",
            "the rotating part is a byte short",
            &text_of(&[&chained[..], &[0; 17]].concat()),
            "length",
        ),
        refused(
            "token-chain-with-mac",
            "the rotating part of another type",
            &text_of(&[&chained[..], &[0; 10]].concat()),
            "length",
        ),
        refused(
            "token-mac-with-chain-link",
            "the rotating part of another type",
            &text_of(&[&keyed[..], &[0; 18]].concat()),
            "length",
        ),
    ]
}

pub fn digits() -> Vec<Vector> {
    let keyed = signed(&with(|b| b.kind = Kind::Mac)).text();
    let plain = signed(&body()).text();
    let case = |name: &str, about: &str, suffix: &str| {
        refused(name, about, &format!("{keyed}{suffix}"), "digits")
    };
    vec![
        case(
            "token-digits-plus-sign",
            "a plus sign instead of a digit",
            ":+1234567:1782928800",
        ),
        case(
            "token-digits-space",
            "a space instead of a zero",
            ": 1234567:1782928800",
        ),
        case(
            "token-digits-no-separator",
            "a digit instead of the first separator",
            "012345678:1782928800",
        ),
        case(
            "token-digits-separator-moved",
            "seven digits and eleven",
            ":1234567:01782928800",
        ),
        case(
            "token-digits-time-too-small",
            "a time before 2001",
            ":12345678:0782928800",
        ),
        refused(
            "token-digits-on-static",
            "digits after a static ticket",
            &format!("{plain}:12345678:1782928800"),
            "digits",
        ),
    ]
}
