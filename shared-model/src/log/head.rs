//! Signed heads: an actor's word for its chain up to a fact.

use ticket_crypto::keys::{SigningKey, VerifyingKey};
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use crate::ids::{ActorId, EventNo, Hash, PublicKey};
use crate::sync::SignedHead;

/// Signs the head of `actor` at fact `seq`, whose link is `link`.
#[must_use]
pub fn sign(key: &SigningKey, event: EventNo, actor: ActorId, seq: u64, link: Hash) -> SignedHead {
    SignedHead {
        actor,
        seq,
        hash: link,
        fact_key: PublicKey(key.verifying_key().to_bytes()),
        signature: signature::sign(key, &Label::HEAD, &message(event, actor, seq, &link)).to_vec(),
    }
}

/// Whether the key that a head names signed it for `event`.
#[must_use]
pub fn verifies(event: EventNo, head: &SignedHead) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&head.fact_key.0) else {
        return false;
    };
    let Ok(signature) = <&[u8; signature::LEN]>::try_from(&head.signature[..]) else {
        return false;
    };
    let message = message(event, head.actor, head.seq, &head.hash);
    signature::verify(&key, &Label::HEAD, &message, signature).is_ok()
}

/// The bytes that a head's signature covers: event (u32), actor, seq (u64) and link, big-endian.
fn message(event: EventNo, actor: ActorId, seq: u64, link: &Hash) -> [u8; 60] {
    let mut message = [0; 60];
    message[..4].copy_from_slice(&event.get().to_be_bytes());
    message[4..20].copy_from_slice(&actor.0);
    message[20..28].copy_from_slice(&seq.to_be_bytes());
    message[28..].copy_from_slice(&link.0);
    message
}
