//! Tokens against a key set.

use curve25519_dalek::Scalar;
use serde_json::{Value, json};
use ticket_crypto::ids::{Generation, Kid, Serial, TicketFlags, TierNo, Zones};
use ticket_crypto::live::chain::ChainSeed;
use ticket_crypto::live::device;
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::token::{Body, Kind, Minute};
use ticket_crypto::{Label, SigningKey, Token, base45, signature};

use super::outcome::outcome;
use super::{
    DOORS_MS, Vector, body, box_office_key, device_key, public, second_ticket_key, ticket_key,
};

pub fn all() -> Vec<Vector> {
    [
        good(),
        texts(),
        lengths(),
        fields(),
        digits(),
        signatures(),
        keys(),
    ]
    .concat()
}

/// A genuine token; what it states is taken from the code and read by people.
fn genuine(name: &str, about: &str, token: &Token) -> Vector {
    let input = input(&token.text());
    let expect = outcome("token", &input);
    assert!(expect.get("error").is_none(), "{name}: {expect}");
    Vector::new("token", name, about, input, expect)
}

fn refused(name: &str, about: &str, text: &str, code: &str) -> Vector {
    Vector::refused("token", name, about, input(text), code)
}

fn input(text: &str) -> Value {
    json!({
        "text": text,
        "event": 42,
        "now_ms": DOORS_MS,
        "keys": [
            {
                "kid": 1, "public_key": public(&ticket_key()),
                "first_serial": 1, "last_serial": 99_999,
            },
            {
                "kid": 2, "public_key": public(&second_ticket_key()),
                "first_serial": 100_000, "last_serial": 199_999,
                "not_before_ms": DOORS_MS - 86_400_000, "not_after_ms": DOORS_MS + 86_400_000,
            },
            {
                "kid": 3, "public_key": public(&box_office_key()),
                "first_serial": 200_000, "last_serial": 200_499,
                "not_before_ms": DOORS_MS - 3_600_000, "not_after_ms": DOORS_MS + 3_600_000,
                "limits": { "tiers": [7, 8], "zones": 0b111, "group": 2, "entries": 3 },
            },
        ],
    })
}

fn signed(body: &Body) -> Token {
    body.sign(&ticket_key()).unwrap()
}

fn with(change: impl FnOnce(&mut Body)) -> Body {
    let mut body = body();
    change(&mut body);
    body
}

/// The text of any bytes, rightly signed.
fn raw(body: &[u8]) -> String {
    let signature = signature::sign(&ticket_key(), &Label::TICKET, body);
    text_of(&[body, &signature].concat())
}

fn text_of(bytes: &[u8]) -> String {
    format!("TK1:{}", base45::encode(bytes))
}

fn bytes_of(token: &Token) -> Vec<u8> {
    base45::decode(&token.text()[4..]).unwrap()
}

fn changed(at: usize, to: u8) -> String {
    let mut bytes = body().to_bytes().unwrap();
    bytes[at] = to;
    raw(&bytes)
}

fn good() -> Vec<Vector> {
    let chain = ChainSeed::from_bytes(&[10; 16]);
    let chained = with(|b| b.kind = chain.kind(b.event, b.serial));
    let keyed = with(|b| b.kind = Kind::Mac);
    let device = with(|b| {
        b.kind = Kind::Device {
            key: device_key().verifying_key(),
        }
    });
    let live_key = EventLiveKey::from_bytes(&[11; 32]);
    let mac = live_key
        .ticket_key(&keyed)
        .part_at(&signed(&keyed), DOORS_MS);
    let shown = live_key.wallet_secret(&keyed).digits_at(DOORS_MS).unwrap();
    let proof = device::part_at(&device_key(), &signed(&device), DOORS_MS);
    let live = |body: &Body, part| signed(body).with_live(Some(part)).unwrap();
    vec![
        genuine("token-static", "an ordinary ticket", &signed(&body())),
        genuine(
            "token-static-all-fields-largest",
            "every field at its largest",
            &with(|b| {
                b.flags = TicketFlags(TicketFlags::KNOWN);
                b.serial = Serial(99_999);
                b.generation = Generation(254);
                b.tier = TierNo(u16::MAX);
                b.occurrence.0 = u16::MAX;
                b.zones = Zones::ALL;
                b.valid_from = Minute::MIN;
                b.valid_until = Minute::MAX;
                b.entries = u8::MAX;
                b.group = u8::MAX;
            })
            .sign(&ticket_key())
            .unwrap(),
        ),
        genuine(
            "token-second-key",
            "signed by a later key within its time",
            &with(|b| {
                b.kid = Kid(2);
                b.serial = Serial(100_000);
            })
            .sign(&second_ticket_key())
            .unwrap(),
        ),
        genuine(
            "token-box-office",
            "sold at a door, at its limits",
            &at_box_office(|b| {
                b.zones = Zones(0b111);
                b.group = 2;
                b.entries = 3;
            }),
        ),
        genuine(
            "token-chain-on-paper",
            "a chain ticket that shows no rotating part",
            &signed(&chained),
        ),
        genuine(
            "token-chain",
            "a chain ticket",
            &live(&chained, chain.part_at(&chained, DOORS_MS).unwrap()),
        ),
        genuine("token-mac", "a keyed ticket", &live(&keyed, mac)),
        genuine(
            "token-wallet-digits",
            "a keyed ticket in a wallet pass",
            &live(&keyed, ticket_crypto::live::LivePart::Digits(shown)),
        ),
        genuine("token-device", "a device ticket", &live(&device, proof)),
    ]
}

fn at_box_office(change: impl FnOnce(&mut Body)) -> Token {
    with(|b| {
        b.kid = Kid(3);
        b.serial = Serial(200_499);
        change(b);
    })
    .sign(&box_office_key())
    .unwrap()
}

fn texts() -> Vec<Vector> {
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

fn lengths() -> Vec<Vector> {
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

fn fields() -> Vec<Vector> {
    let from = body().valid_from.get().to_be_bytes();
    let validity = |until: u32| {
        let mut bytes = body().to_bytes().unwrap();
        bytes[24..27].copy_from_slice(&until.to_be_bytes()[1..]);
        raw(&bytes)
    };
    let from = u32::from_be_bytes(from);
    let device = |key: &str| {
        let mut bytes = body().to_bytes().unwrap();
        bytes[0] = 4;
        raw(&[bytes, hex::decode(key).unwrap()].concat())
    };
    vec![
        refused(
            "token-type-0",
            "no type has number 0",
            &changed(0, 0),
            "unknown_type",
        ),
        refused(
            "token-type-5",
            "a type of a later version",
            &changed(0, 5),
            "unknown_type",
        ),
        refused(
            "token-type-255",
            "a type of a later version",
            &changed(0, 255),
            "unknown_type",
        ),
        refused(
            "token-flag-5",
            "a flag without a meaning",
            &changed(1, 0x20),
            "unknown_flag",
        ),
        refused(
            "token-flag-7",
            "a flag without a meaning beside one that has",
            &changed(1, 0x81),
            "unknown_flag",
        ),
        refused(
            "token-generation-255",
            "the generation that stands for cancelled",
            &changed(12, 255),
            "spent_generation",
        ),
        refused(
            "token-reserved-1",
            "the reserved byte is set",
            &changed(29, 1),
            "reserved",
        ),
        refused(
            "token-validity-empty",
            "ends when it begins",
            &validity(from),
            "empty_validity",
        ),
        refused(
            "token-validity-reversed",
            "ends before it begins",
            &validity(from - 1),
            "empty_validity",
        ),
        refused(
            "token-device-key-weak",
            "a device key of small order",
            &device(&"00".repeat(32)),
            "key_weak",
        ),
        refused(
            "token-device-key-not-canonical",
            "a device key in another spelling",
            &device(&format!("f0{}7f", "ff".repeat(30))),
            "key_not_canonical",
        ),
        refused(
            "token-device-key-not-a-point",
            "a device key that is none",
            &device(&format!("02{}", "00".repeat(31))),
            "key_not_a_point",
        ),
        refused(
            "token-device-key-missing",
            "a device ticket without its key",
            &changed(0, 4),
            "length",
        ),
    ]
}

fn digits() -> Vec<Vector> {
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

fn signatures() -> Vec<Vector> {
    let bytes = bytes_of(&signed(&body()));
    let body_bytes = body().to_bytes().unwrap();
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        text_of(&bytes)
    };
    let with_signature = |signature: [u8; 64]| text_of(&[&body_bytes[..], &signature].concat());
    let label = |label: &Label| with_signature(signature::sign(&ticket_key(), label, &body_bytes));
    let forged = |name: &str, about: &str, text: &str| refused(name, about, text, "bad_signature");
    vec![
        forged(
            "token-body-bit-flipped",
            "one bit of the serial differs",
            &flipped(11),
        ),
        forged(
            "token-signature-bit-flipped",
            "one bit of the signature differs",
            &flipped(93),
        ),
        forged(
            "token-signature-zero",
            "a signature of zeros",
            &with_signature([0; 64]),
        ),
        forged(
            "token-signed-by-another-key",
            "signed by a key that is not this kid's",
            &body().sign(&second_ticket_key()).unwrap().text(),
        ),
        forged(
            "token-signed-by-event-key",
            "signed by a key above the ticket key",
            &body().sign(&super::event_key()).unwrap().text(),
        ),
        forged(
            "token-signed-for-another-purpose",
            "the right key under the label of a book",
            &label(&Label::BOOK),
        ),
        forged(
            "token-signature-malleated",
            "the scalar plus the group order: a second spelling",
            &with_signature(malleated()),
        ),
        forged(
            "token-signature-of-small-order",
            "a commitment of small order, which only strict checks refuse",
            &with_signature(small_order(&body_bytes)),
        ),
        forged(
            "token-signature-over-bare-body",
            "signed without a label",
            &with_signature(bare(&body_bytes)),
        ),
    ]
}

/// The signature with its scalar raised by the group order.
fn malleated() -> [u8; 64] {
    let order: [u8; 32] =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
            .unwrap()
            .try_into()
            .unwrap();
    let mut signature = *signed(&body()).signature();
    let mut carry = 0_u16;
    for (byte, add) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    signature
}

/// What the key's owner can make so that plain verification accepts it: R is the
/// neutral element and S = H(R, A, M) · a.
fn small_order(body: &[u8]) -> [u8; 64] {
    let key = ed25519_dalek::SigningKey::from_bytes(&ticket_key().to_seed());
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let message = [Label::TICKET.as_bytes().as_slice(), body].concat();
    let public = key.verifying_key();
    let hash = {
        use sha2::{Digest, Sha512};
        let mut hash = Sha512::new();
        hash.update(neutral);
        hash.update(public.as_bytes());
        hash.update(&message);
        hash.finalize()
    };
    let challenge = Scalar::from_bytes_mod_order_wide(&hash.into());
    let scalar = challenge * key.to_scalar();
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&neutral);
    signature[32..].copy_from_slice(scalar.as_bytes());
    assert!(accepted_by_plain_verification(
        &public, &message, &signature
    ));
    signature
}

#[expect(
    clippy::disallowed_methods,
    reason = "shows that plain verification accepts the forgery"
)]
fn accepted_by_plain_verification(
    key: &ed25519_dalek::VerifyingKey,
    message: &[u8],
    signature: &[u8; 64],
) -> bool {
    use ed25519_dalek::Verifier;
    key.verify(message, &ed25519_dalek::Signature::from_bytes(signature))
        .is_ok()
}

fn bare(body: &[u8]) -> [u8; 64] {
    use ed25519_dalek::Signer;
    ed25519_dalek::SigningKey::from_bytes(&ticket_key().to_seed())
        .sign(body)
        .to_bytes()
}

fn keys() -> Vec<Vector> {
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
