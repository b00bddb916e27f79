//! Rotating codes against a clock.

use serde_json::{Value, json};
use ticket_crypto::ids::Serial;
use ticket_crypto::live::chain::ChainSeed;
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::live::{Digits, LivePart, STEP_MS, device};
use ticket_crypto::token::{Body, Kind};
use ticket_crypto::{SigningKey, Token};

use super::{DOORS_MS, Vector, body, device_key, ticket_key};

/// An hour after doors, in the middle of a step.
const NOW_MS: i64 = DOORS_MS + 3_600_000 + 15_000;

pub fn all() -> Vec<Vector> {
    [chains(), keyed(), devices()].concat()
}

fn vector(name: &str, about: &str, token: &Token, now_ms: i64, expect: Value) -> Vector {
    let input = json!({
        "text": token.text(),
        "now_ms": now_ms,
        "event_live_key": hex::encode([11; 32]),
    });
    Vector::new("live", name, about, input, expect)
}

fn fresh(ahead: i64) -> Value {
    json!({ "live": "fresh", "ahead": ahead })
}

fn stale(ahead: i64) -> Value {
    json!({ "live": "stale", "ahead": ahead })
}

fn forged() -> Value {
    json!({ "live": "forged" })
}

fn seed() -> ChainSeed {
    ChainSeed::from_bytes(&[10; 16])
}

fn chained() -> Body {
    let body = body();
    Body {
        kind: seed().kind(body.event, body.serial),
        ..body
    }
}

fn showing(body: &Body, part: Option<LivePart>) -> Token {
    body.sign(&ticket_key()).unwrap().with_live(part).unwrap()
}

fn chains() -> Vec<Vector> {
    let body = chained();
    let shown = |steps: i64| seed().part_at(&body, NOW_MS + steps * STEP_MS);
    let at = |steps: i64| showing(&body, shown(steps));
    let case = |name: &str, about: &str, steps: i64, expect: Value| {
        vector(name, about, &at(steps), NOW_MS, expect)
    };
    let Some(LivePart::Chain { step, link }) = shown(0) else {
        panic!("the chain covers doors");
    };
    let part = |step: u16, link: [u8; 16]| showing(&body, Some(LivePart::Chain { step, link }));
    let Kind::Chain { anchor } = body.kind else {
        panic!("the body has a chain");
    };
    let other = Body {
        serial: Serial(1043),
        ..body.clone()
    };
    let mut flipped = link;
    flipped[15] ^= 1;
    vec![
        case("live-chain-now", "the code of this step", 0, fresh(0)),
        case(
            "live-chain-oldest",
            "two steps old: the oldest that counts as now",
            -2,
            fresh(-2),
        ),
        case(
            "live-chain-newest",
            "one step ahead: the newest that counts as now",
            1,
            fresh(1),
        ),
        case(
            "live-chain-too-old",
            "three steps old: a screenshot",
            -3,
            stale(-3),
        ),
        case(
            "live-chain-too-new",
            "two steps ahead: a clock that is off",
            2,
            stale(2),
        ),
        vector(
            "live-chain-first-step",
            "the first 30 seconds of validity show step 1",
            &showing(&body, seed().part_at(&body, DOORS_MS)),
            DOORS_MS,
            fresh(0),
        ),
        vector(
            "live-chain-last-step",
            "the last step shows the seed itself",
            &showing(&body, seed().part_at(&body, DOORS_MS + 2879 * STEP_MS)),
            DOORS_MS + 2880 * STEP_MS,
            fresh(-1),
        ),
        vector(
            "live-chain-on-paper",
            "no rotating part",
            &showing(&body, None),
            NOW_MS,
            json!({ "live": "absent" }),
        ),
        vector(
            "live-chain-link-flipped",
            "one bit of the link differs",
            &part(step, flipped),
            NOW_MS,
            forged(),
        ),
        vector(
            "live-chain-step-raised",
            "an old link under a newer step",
            &part(step + 1, link),
            NOW_MS,
            forged(),
        ),
        vector(
            "live-chain-step-0",
            "the anchor, which everybody can read, as a code",
            &part(0, anchor),
            DOORS_MS,
            forged(),
        ),
        vector(
            "live-chain-step-beyond-end",
            "a step that no chain has",
            &part(2881, link),
            NOW_MS,
            forged(),
        ),
        vector(
            "live-chain-of-another-ticket",
            "the link belongs to another serial",
            &showing(&other, shown(0)),
            NOW_MS,
            forged(),
        ),
    ]
}

fn keyed() -> Vec<Vector> {
    let body = Body {
        kind: Kind::Mac,
        ..body()
    };
    let other = Body {
        serial: Serial(1043),
        ..body.clone()
    };
    let key = EventLiveKey::from_bytes(&[11; 32]);
    let token = body.sign(&ticket_key()).unwrap();
    let mac = |steps: i64| {
        key.ticket_key(&body)
            .part_at(&token, NOW_MS + steps * STEP_MS)
    };
    let digits = |steps: i64| {
        key.wallet_secret(&body)
            .digits_at(NOW_MS + steps * STEP_MS)
            .unwrap()
    };
    let shows = |name: &str, about: &str, part: LivePart, expect: Value| {
        vector(name, about, &showing(&body, Some(part)), NOW_MS, expect)
    };
    let LivePart::Mac { step, mac: right } = mac(0) else {
        panic!("a keyed part is a MAC");
    };
    let mut wrong = right;
    wrong[0] ^= 0x80;
    let shown = digits(0);
    let next = (shown.code() + 1) % 100_000_000;
    let mut no_key = shows(
        "live-mac-no-key",
        "the gate has no key",
        mac(0),
        json!({ "live": "no_key" }),
    );
    no_key.input["event_live_key"] = Value::Null;
    vec![
        shows("live-mac-now", "the MAC of this step", mac(0), fresh(0)),
        shows("live-mac-oldest", "two steps old", mac(-2), fresh(-2)),
        shows("live-mac-too-old", "three steps old", mac(-3), stale(-3)),
        shows(
            "live-mac-from-22-days-ago",
            "the same 16 bits of the step, 65536 steps earlier",
            mac(-65_536),
            forged(),
        ),
        shows(
            "live-mac-flipped",
            "one bit of the MAC differs",
            LivePart::Mac { step, mac: wrong },
            forged(),
        ),
        shows(
            "live-mac-step-raised",
            "an old MAC under a newer step",
            LivePart::Mac {
                step: step.wrapping_add(1),
                mac: right,
            },
            forged(),
        ),
        vector(
            "live-mac-of-another-ticket",
            "the MAC belongs to another serial",
            &showing(&other, Some(mac(0))),
            NOW_MS,
            forged(),
        ),
        no_key,
        shows(
            "live-digits-now",
            "the digits of this step",
            LivePart::Digits(shown),
            fresh(0),
        ),
        shows(
            "live-digits-too-old",
            "digits of three steps ago",
            LivePart::Digits(digits(-3)),
            stale(-3),
        ),
        shows(
            "live-digits-wrong",
            "other digits",
            LivePart::Digits(Digits::new(next, shown.made_at_secs()).unwrap()),
            forged(),
        ),
        shows(
            "live-digits-time-raised",
            "old digits under a newer time",
            LivePart::Digits(Digits::new(shown.code(), shown.made_at_secs() + 30).unwrap()),
            forged(),
        ),
    ]
}

fn devices() -> Vec<Vector> {
    let body = Body {
        kind: Kind::Device {
            key: device_key().verifying_key(),
        },
        ..body()
    };
    let token = body.sign(&ticket_key()).unwrap();
    let by = |key: &SigningKey, steps: i64| {
        let part = device::part_at(key, &token, NOW_MS + steps * STEP_MS);
        showing(&body, Some(part))
    };
    vec![
        vector(
            "live-device-now",
            "the signature of this step",
            &by(&device_key(), 0),
            NOW_MS,
            fresh(0),
        ),
        vector(
            "live-device-too-old",
            "three steps old",
            &by(&device_key(), -3),
            NOW_MS,
            stale(-3),
        ),
        vector(
            "live-device-other-key",
            "signed by another device",
            &by(&ticket_key(), 0),
            NOW_MS,
            forged(),
        ),
    ]
}
