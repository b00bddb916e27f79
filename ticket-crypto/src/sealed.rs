//! A person's data under the ticket's own code: who does not have the code cannot read it.
//!
//! The key is made of the code's signature, which nobody can compute without the ticket key
//! and which no device stores. What the rotating part of a code shows changes nothing. The
//! same data under the same code gives the same bytes, so whoever seals it again changes
//! nothing, and no randomness is needed: the nonce is a MAC of what is sealed.
//!
//! Source: docs/decisions/0085-names-under-the-code.md

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::label::Label;
use crate::token::Token;

/// Bytes that sealing adds.
pub const OVERHEAD: usize = NONCE + 16;

const NONCE: usize = 12;

/// These bytes were sealed under another code, or are damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this was sealed under another code")]
pub struct OtherCode;

/// Seals `data` under the code of `token`: nonce (12 bytes), then ChaCha20-Poly1305.
#[must_use]
pub fn seal(token: &Token, data: &[u8]) -> Vec<u8> {
    let keys = Keys::of(token);
    let nonce = keys.nonce(data);
    let mut sealed = nonce.to_vec();
    sealed.extend(
        keys.cipher()
            .encrypt(&Nonce::from(nonce), data)
            .expect("ChaCha20-Poly1305 takes up to 256 GiB, and no person's data is so long"),
    );
    sealed
}

/// Opens what was sealed under the code of `token`.
///
/// # Errors
/// It was sealed under another code: another ticket's, or another generation's.
pub fn open(token: &Token, sealed: &[u8]) -> Result<Vec<u8>, OtherCode> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or(OtherCode)?;
    let cipher = Keys::of(token).cipher();
    cipher
        .decrypt(&Nonce::from(*nonce), text)
        .map_err(|_| OtherCode)
}

/// The key that seals, then the key that makes nonces.
struct Keys(Zeroizing<[u8; 64]>);

impl Keys {
    fn of(token: &Token) -> Self {
        let body = token.body();
        let (event, serial) = (body.event.0.to_be_bytes(), body.serial.0.to_be_bytes());
        let info: [&[u8]; 4] = [
            Label::PERSON.as_bytes(),
            &event,
            &serial,
            &[body.generation.0],
        ];
        let mut keys = Zeroizing::new([0; 64]);
        Hkdf::<Sha256>::new(None, token.signature())
            .expand_multi_info(&info, keys.as_mut())
            .expect("HKDF-SHA256 gives up to 8160 bytes");
        Self(keys)
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        let (key, _) = self.halves();
        ChaCha20Poly1305::new(&Key::from(*key))
    }

    fn nonce(&self, data: &[u8]) -> [u8; NONCE] {
        let (_, key) = self.halves();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(data);
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&full[..NONCE]);
        nonce
    }

    fn halves(&self) -> (&[u8; 32], &[u8; 32]) {
        let (halves, _) = self.0.as_chunks::<32>();
        (&halves[0], &halves[1])
    }
}
