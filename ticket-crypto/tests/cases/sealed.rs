//! Data under a code.

use serde_json::{Value, json};
use ticket_crypto::ids::{Generation, Serial};
use ticket_crypto::live::chain::ChainSeed;
use ticket_crypto::token::Body;
use ticket_crypto::{Token, sealed};

use super::{DOORS_MS, Vector, body, second_ticket_key, ticket_key};

const DATA: &[u8] = b"Ada Lovelace, row 1";

pub fn all() -> Vec<Vector> {
    let token = signed(&body());
    let own = sealed::seal(&token, DATA);
    let mut flipped = own.clone();
    flipped[20] ^= 1;
    let next = Body {
        generation: Generation(body().generation.0 + 1),
        ..body()
    };
    let other = Body {
        serial: Serial(body().serial.0 + 1),
        ..body()
    };
    let forged = body().sign(&second_ticket_key()).unwrap();
    vec![
        opens("sealed", "what the code opens", &token, &own, DATA),
        opens(
            "sealed-nothing",
            "no data at all",
            &token,
            &sealed::seal(&token, b""),
            b"",
        ),
        rotating(),
        refused(
            "sealed-next-generation",
            "under the code before a re-issue",
            &signed(&next),
            &own,
        ),
        refused(
            "sealed-other-ticket",
            "under the code of another ticket",
            &signed(&other),
            &own,
        ),
        refused(
            "sealed-forged-code",
            "a code with the right body and another key's signature",
            &forged,
            &own,
        ),
        refused("sealed-bit-flipped", "one bit changed", &token, &flipped),
        refused("sealed-short", "shorter than a nonce", &token, &own[..11]),
        refused("sealed-empty", "no bytes", &token, &[]),
    ]
}

/// Sealed under the ticket as it was signed, opened by a code that shows its rotating part.
fn rotating() -> Vector {
    let seed = ChainSeed::from_bytes(&[10; 16]);
    let chained = Body {
        kind: seed.kind(body().event, body().serial),
        ..body()
    };
    let token = signed(&chained);
    let bytes = sealed::seal(&token, DATA);
    let shown = seed.part_at(&chained, DOORS_MS + 60_000);
    let shown = token.with_live(shown).unwrap();
    opens(
        "sealed-rotating",
        "opened by whatever the code shows now",
        &shown,
        &bytes,
        DATA,
    )
}

fn signed(body: &Body) -> Token {
    body.sign(&ticket_key()).unwrap()
}

fn input(token: &Token, bytes: &[u8]) -> Value {
    json!({ "text": token.text(), "bytes": hex::encode(bytes) })
}

fn opens(name: &str, about: &str, token: &Token, bytes: &[u8], data: &[u8]) -> Vector {
    let expect = json!({ "data": hex::encode(data) });
    Vector::new("sealed", name, about, input(token, bytes), expect)
}

fn refused(name: &str, about: &str, token: &Token, bytes: &[u8]) -> Vector {
    Vector::refused("sealed", name, about, input(token, bytes), "other_code")
}
