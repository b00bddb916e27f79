//! Codes of other systems, as devices know them: by a keyed hash.
//!
//! A device that is lost gives away no code that would open a door elsewhere.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ids::{ForeignHash, PublicKey};

/// The hash of another system's `code` under the event's `key` (see
/// [`crate::book::Book::foreign_key`]): the first 16 bytes of HMAC-SHA-256.
///
/// White space around the code does not count; everything else does, case included.
#[must_use]
pub fn foreign_hash(key: &PublicKey, code: &str) -> ForeignHash {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    mac.update(code.trim().as_bytes());
    let mut hash = [0; 16];
    hash.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    ForeignHash(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_hash_under_one_key() {
        let one = foreign_hash(&PublicKey([1; 32]), "AB12");
        assert_eq!(one, foreign_hash(&PublicKey([1; 32]), " AB12\n"));
        assert_ne!(one, foreign_hash(&PublicKey([1; 32]), "ab12"));
        assert_ne!(one, foreign_hash(&PublicKey([2; 32]), "AB12"));
    }
}
