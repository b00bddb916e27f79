//! Tokens against a key set: the good ones, and what all of them are made from.

mod bodies;
mod keysets;
mod signatures;
mod texts;

use serde_json::{Value, json};
use ticket_crypto::ids::{Generation, Kid, Serial, TicketFlags, TierNo, Zones};
use ticket_crypto::live::chain::ChainSeed;
use ticket_crypto::live::device;
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::token::{Body, Kind, Minute};
use ticket_crypto::{Label, Token, base45, signature};

use super::outcome::outcome;
use super::{
    DOORS_MS, Vector, body, box_office_key, device_key, public, second_ticket_key, ticket_key,
};

pub fn all() -> Vec<Vector> {
    [
        good(),
        texts::texts(),
        texts::lengths(),
        texts::digits(),
        bodies::fields(),
        signatures::signatures(),
        keysets::keys(),
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
