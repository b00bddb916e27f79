//! Signing and checking bytes for one purpose.
//!
//! Only strict verification exists here: other forms accept a universal forgery
//! under a small-order key. There is no batch verification.
//!
//! Source: docs/decisions/0011-strict-verification.md

use ed25519_dalek::Signer;

use crate::keys::{SigningKey, VerifyingKey};
use crate::label::Label;

/// Length of a signature in bytes.
pub const LEN: usize = 64;

/// The signature was not made by this key for these bytes and this purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

/// Signs `bytes` for the purpose `label`; the same input gives the same signature.
#[must_use]
pub fn sign(key: &SigningKey, label: &Label, bytes: &[u8]) -> [u8; LEN] {
    key.inner().sign(&label.message(bytes)).to_bytes()
}

/// Checks that `key` signed `bytes` for the purpose `label`.
///
/// # Errors
/// It did not, or `signature` is malformed or malleated.
pub fn verify(
    key: &VerifyingKey,
    label: &Label,
    bytes: &[u8],
    signature: &[u8; LEN],
) -> Result<(), BadSignature> {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    key.inner()
        .verify_strict(&label.message(bytes), &signature)
        .map_err(|_| BadSignature)
}
