//! Certificates against the key above them.

use serde_json::{Value, json};
use ticket_crypto::certificate::{BoxOfficeCertificate, EventCertificate, Limits};
use ticket_crypto::ids::{EventNo, Kid, Serial, TierNo, Zones};
use ticket_crypto::{Label, SigningKey, base45, signature};

use super::outcome::outcome;
use super::{DOORS_MS, Vector, box_office_key, event_key, public, root_key, ticket_key};

pub fn all() -> Vec<Vector> {
    [events(), box_offices()].concat()
}

fn signed(body: &[u8], key: &SigningKey, label: &Label) -> Vec<u8> {
    [body, &signature::sign(key, label, body)].concat()
}

fn good(check: &str, name: &str, about: &str, input: Value) -> Vector {
    let expect = outcome(check, &input);
    assert!(expect.get("error").is_none(), "{name}: {expect}");
    Vector::new(check, name, about, input, expect)
}

fn event_input(bytes: &[u8]) -> Value {
    json!({ "root_key": public(&root_key()), "bytes": hex::encode(bytes) })
}

fn events() -> Vec<Vector> {
    let issued = EventCertificate {
        event: EventNo(42),
        number: 3,
        key: event_key().verifying_key(),
        not_before_ms: DOORS_MS - 86_400_000,
        not_after_ms: i64::MAX,
    }
    .issue(&root_key())
    .unwrap();
    let refused = |name: &str, about: &str, bytes: &[u8], code: &str| {
        Vector::refused("event_certificate", name, about, event_input(bytes), code)
    };
    let label = Label::EVENT_CERTIFICATE;
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = issued[..57].to_vec();
        change(&mut body);
        signed(&body, &root_key(), &label)
    };
    let mut flipped = issued.clone();
    flipped[10] ^= 1;
    vec![
        good(
            "event_certificate",
            "event-certificate",
            "the root key vouches for an event key",
            event_input(&issued),
        ),
        refused("event-certificate-empty", "no bytes", &[], "length"),
        refused(
            "event-certificate-cut",
            "a byte is missing",
            &issued[..120],
            "length",
        ),
        refused(
            "event-certificate-too-long",
            "a byte too many, rightly signed",
            &changed(&|b| b.push(0)),
            "length",
        ),
        refused(
            "event-certificate-version-2",
            "a later version",
            &changed(&|b| b[0] = 2),
            "unknown_version",
        ),
        refused(
            "event-certificate-bit-flipped",
            "one bit of the key differs",
            &flipped,
            "bad_signature",
        ),
        refused(
            "event-certificate-other-root",
            "signed by another organizer",
            &signed(&issued[..57], &ticket_key(), &label),
            "bad_signature",
        ),
        refused(
            "event-certificate-of-itself",
            "signed by the key it certifies",
            &signed(&issued[..57], &event_key(), &label),
            "bad_signature",
        ),
        refused(
            "event-certificate-other-purpose",
            "the root key under the label of a book",
            &signed(&issued[..57], &root_key(), &Label::BOOK),
            "bad_signature",
        ),
        refused(
            "event-certificate-weak-key",
            "vouches for a key of small order",
            &changed(&|b| b[9..41].fill(0)),
            "key_weak",
        ),
        refused(
            "event-certificate-validity-reversed",
            "ends before it begins",
            &changed(&|b| b[49..57].fill(0)),
            "empty_validity",
        ),
    ]
}

fn box_office() -> BoxOfficeCertificate {
    BoxOfficeCertificate {
        event: EventNo(42),
        kid: Kid(3),
        key: box_office_key().verifying_key(),
        first_serial: Serial(200_000),
        last_serial: Serial(200_499),
        limits: Limits {
            tiers: vec![TierNo(7), TierNo(8)],
            zones: Zones(0b111),
            group: 2,
            entries: 3,
        },
        not_before_ms: DOORS_MS - 3_600_000,
        not_after_ms: DOORS_MS + 3_600_000,
    }
}

fn box_offices() -> Vec<Vector> {
    let issued = box_office().issue(&event_key()).unwrap();
    let body = issued[..issued.len() - 64].to_vec();
    let text = |bytes: &[u8]| BoxOfficeCertificate::text(bytes);
    let input = |text: &str| json!({ "event_key": public(&event_key()), "text": text });
    let refused = |name: &str, about: &str, text: &str, code: &str| {
        Vector::refused("box_office_certificate", name, about, input(text), code)
    };
    let label = Label::BOX_OFFICE_CERTIFICATE;
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = body.clone();
        change(&mut body);
        text(&signed(&body, &event_key(), &label))
    };
    let every_tier = BoxOfficeCertificate {
        limits: Limits {
            tiers: Vec::new(),
            zones: Zones::ALL,
            group: 0,
            entries: 0,
        },
        ..box_office()
    };
    let many = |count: u16| {
        changed(&move |b| {
            b.truncate(69);
            b.extend((1..=count).flat_map(u16::to_be_bytes));
        })
    };
    vec![
        good(
            "box_office_certificate",
            "box-office-certificate",
            "the event key vouches for a box office",
            input(&text(&issued)),
        ),
        good(
            "box_office_certificate",
            "box-office-certificate-every-tier",
            "no tiers named: all of them",
            input(&text(&every_tier.issue(&event_key()).unwrap())),
        ),
        good(
            "box_office_certificate",
            "box-office-certificate-32-tiers",
            "as many tiers as there may be",
            input(&many(32)),
        ),
        refused(
            "box-office-certificate-33-tiers",
            "a tier too many",
            &many(33),
            "length",
        ),
        refused(
            "box-office-certificate-other-prefix",
            "the text of a ticket",
            &format!("TK1:{}", base45::encode(&issued)),
            "not_a_certificate",
        ),
        refused(
            "box-office-certificate-lower-case",
            "lower case",
            &format!("BOX1:{}", base45::encode(&issued).to_lowercase()),
            "base45_character",
        ),
        refused(
            "box-office-certificate-empty",
            "nothing after the prefix",
            "BOX1:",
            "length",
        ),
        refused(
            "box-office-certificate-no-fields",
            "a version and a signature, nothing between",
            &changed(&|b| b.truncate(1)),
            "length",
        ),
        refused(
            "box-office-certificate-half-a-tier",
            "the last tier is cut",
            &changed(&|b| {
                b.pop();
            }),
            "length",
        ),
        refused(
            "box-office-certificate-version-0",
            "no version has number 0",
            &changed(&|b| b[0] = 0),
            "unknown_version",
        ),
        refused(
            "box-office-certificate-bit-flipped",
            "one bit of the last serial differs",
            &{
                let mut flipped = issued.clone();
                flipped[46] ^= 1;
                text(&flipped)
            },
            "bad_signature",
        ),
        refused(
            "box-office-certificate-by-root",
            "signed by the root key instead of the event key",
            &text(&signed(&body, &root_key(), &label)),
            "bad_signature",
        ),
        refused(
            "box-office-certificate-of-itself",
            "signed by the key it certifies",
            &text(&signed(&body, &box_office_key(), &label)),
            "bad_signature",
        ),
        refused(
            "box-office-certificate-other-purpose",
            "the event key under the label of an event certificate",
            &text(&signed(&body, &event_key(), &Label::EVENT_CERTIFICATE)),
            "bad_signature",
        ),
        refused(
            "box-office-certificate-weak-key",
            "vouches for a key of small order",
            &changed(&|b| b[7..39].fill(0)),
            "key_weak",
        ),
        refused(
            "box-office-certificate-range-reversed",
            "the last serial lies before the first",
            &changed(&|b| b[43..47].fill(0)),
            "empty_range",
        ),
        refused(
            "box-office-certificate-validity-reversed",
            "ends before it begins",
            &changed(&|b| b[55..63].fill(0)),
            "empty_validity",
        ),
        refused(
            "box-office-certificate-tiers-unordered",
            "tiers in falling order",
            &changed(&|b| b[69..].copy_from_slice(&[0, 8, 0, 7])),
            "tiers",
        ),
        refused(
            "box-office-certificate-tier-repeated",
            "a tier twice",
            &changed(&|b| b[69..].copy_from_slice(&[0, 7, 0, 7])),
            "tiers",
        ),
    ]
}
