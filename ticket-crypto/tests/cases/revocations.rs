//! Revocation lists against the event key.

use serde_json::{Value, json};
use ticket_crypto::ids::{EventNo, Generation, Serial};
use ticket_crypto::revocation::{RevocationList, RevocationSet};
use ticket_crypto::{Label, SigningKey, signature};

use super::{DOORS_MS, Vector, event_key, public, root_key};

fn input(bytes: &[u8]) -> Value {
    json!({ "event_key": public(&event_key()), "bytes": hex::encode(bytes) })
}

fn good(name: &str, about: &str, entries: &[(u32, u8)]) -> Vector {
    let list = RevocationList {
        event: EventNo(42),
        number: 17,
        issued_at_ms: DOORS_MS,
        set: entries
            .iter()
            .map(|(serial, minimum)| (Serial(*serial), Generation(*minimum)))
            .collect::<RevocationSet>(),
    };
    let expect = json!({
        "event": 42, "number": 17, "issued_at_ms": DOORS_MS, "entries": entries,
    });
    let bytes = list.issue(&event_key()).unwrap();
    Vector::new("revocations", name, about, input(&bytes), expect)
}

fn refused(name: &str, about: &str, bytes: &[u8], code: &str) -> Vector {
    Vector::refused("revocations", name, about, input(bytes), code)
}

/// A list of these entry bytes, rightly signed.
fn list(entries: &[u8]) -> Vec<u8> {
    signed(&unsigned(1, entries), &event_key(), &Label::REVOCATIONS)
}

fn unsigned(version: u8, entries: &[u8]) -> Vec<u8> {
    let mut bytes = vec![version];
    bytes.extend(42_u32.to_be_bytes());
    bytes.extend(17_u64.to_be_bytes());
    bytes.extend(DOORS_MS.to_be_bytes());
    bytes.extend(entries);
    bytes
}

fn signed(bytes: &[u8], key: &SigningKey, label: &Label) -> Vec<u8> {
    [bytes, &signature::sign(key, label, bytes)].concat()
}

pub fn all() -> Vec<Vector> {
    let one = [2, 1, 9];
    let mut flipped = list(&one);
    flipped[23] ^= 1;
    vec![
        good("revocations-none", "a list without entries", &[]),
        good(
            "revocations-mixed",
            "transfers, cancelled tickets, first and last serial, a large gap",
            &[
                (0, 255),
                (1, 2),
                (2, 2),
                (300, 3),
                (70_000, 255),
                (u32::MAX, 2),
            ],
        ),
        refused("revocations-empty", "no bytes", &[], "length"),
        refused(
            "revocations-cut",
            "the signature is cut",
            &list(&one)[..80],
            "bad_signature",
        ),
        refused(
            "revocations-version-2",
            "a later version",
            &signed(&unsigned(2, &one), &event_key(), &Label::REVOCATIONS),
            "unknown_version",
        ),
        refused(
            "revocations-bit-flipped",
            "one bit of a serial differs",
            &flipped,
            "bad_signature",
        ),
        refused(
            "revocations-by-root",
            "signed by the root key instead of the event key",
            &signed(&unsigned(1, &one), &root_key(), &Label::REVOCATIONS),
            "bad_signature",
        ),
        refused(
            "revocations-other-purpose",
            "the event key under the label of a page",
            &signed(&unsigned(1, &one), &event_key(), &Label::PAGE),
            "bad_signature",
        ),
        refused(
            "revocations-header-cut",
            "the header ends too soon, rightly signed",
            &signed(&unsigned(1, &[])[..20], &event_key(), &Label::REVOCATIONS),
            "length",
        ),
        refused(
            "revocations-minimum-0",
            "a minimum that refuses nothing",
            &list(&[0, 1, 9]),
            "entries",
        ),
        refused(
            "revocations-count-0",
            "a section without serials",
            &list(&[2, 0]),
            "entries",
        ),
        refused(
            "revocations-count-too-large",
            "more serials announced than there are",
            &list(&[2, 2, 9]),
            "entries",
        ),
        refused(
            "revocations-count-huge",
            "four billion serials announced",
            &list(&[2, 0xff, 0xff, 0xff, 0xff, 0x0f, 9]),
            "entries",
        ),
        refused(
            "revocations-section-cut",
            "a minimum and nothing more",
            &list(&[2]),
            "entries",
        ),
        refused(
            "revocations-sections-unordered",
            "minima in falling order",
            &list(&[3, 1, 9, 2, 1, 8]),
            "entries",
        ),
        refused(
            "revocations-section-repeated",
            "the same minimum twice",
            &list(&[2, 1, 8, 2, 1, 9]),
            "entries",
        ),
        refused(
            "revocations-serial-repeated",
            "a serial under two minima",
            &list(&[2, 1, 9, 3, 1, 9]),
            "entries",
        ),
        refused(
            "revocations-serial-beyond-u32",
            "the gaps add up to 2^32",
            &list(&[2, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
            "entries",
        ),
        refused(
            "revocations-number-beyond-u32",
            "a gap of more than 32 bits",
            &list(&[2, 1, 0xff, 0xff, 0xff, 0xff, 0x1f]),
            "entries",
        ),
        refused(
            "revocations-number-of-six-bytes",
            "a gap of six bytes",
            &list(&[2, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
            "entries",
        ),
        refused(
            "revocations-number-padded",
            "a gap with a needless byte",
            &list(&[2, 1, 0x89, 0]),
            "entries",
        ),
    ]
}
