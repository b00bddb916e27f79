//! The device signature: the holder's phone signs each step with a key of its own.
//!
//! Stops even a copied secret where the phone keeps its key in hardware. A lost
//! phone needs a new generation with a new key.

use super::{LivePart, nearest_step, step_since_1970};
use crate::keys::{SigningKey, VerifyingKey};
use crate::label::Label;
use crate::signature;
use crate::token::Token;

/// The code that the holder's device shows at `now_ms`.
///
/// The key serves this one ticket and nothing else.
#[must_use]
pub fn part_at(key: &SigningKey, token: &Token, now_ms: i64) -> LivePart {
    let step = step_since_1970(now_ms);
    LivePart::Device {
        step: step as u16,
        signature: signature::sign(key, &Label::LIVE_DEVICE, &message(token, step)),
    }
}

/// How many steps ahead of now a genuine code is; nothing for a forged one.
pub(super) fn check(
    token: &Token,
    key: &VerifyingKey,
    step: u16,
    signature: &[u8; 64],
    now_ms: i64,
) -> Option<i64> {
    let (step, ahead) = nearest_step(step, now_ms);
    let message = message(token, step);
    signature::verify(key, &Label::LIVE_DEVICE, &message, signature).ok()?;
    Some(ahead)
}

fn message(token: &Token, step: i64) -> Vec<u8> {
    [token.body_bytes(), &step.to_be_bytes()].concat()
}
