//! Signatures that do not count.

use curve25519_dalek::Scalar;
use ticket_crypto::{Label, signature};

use super::{bytes_of, refused, signed, text_of};
use crate::cases::{Vector, body, event_key, second_ticket_key, ticket_key};

pub fn signatures() -> Vec<Vector> {
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
            &body().sign(&event_key()).unwrap().text(),
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
