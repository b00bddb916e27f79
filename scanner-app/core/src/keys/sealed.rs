//! Keys in a file that a passphrase opens: argon2id, then XChaCha20-Poly1305.
//!
//! File: `version u8 = 1 | salt 16 | nonce 24 | sealed bytes`. 64 MiB and three
//! passes for each guess.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::{Error, file};

const VERSION: u8 = 1;
const SALT: usize = 16;
const NONCE: usize = 24;

type Derived = ([u8; SALT], Zeroizing<[u8; 32]>);

/// A sealed file and the passphrase that opens it.
pub struct Sealed {
    path: PathBuf,
    passphrase: Zeroizing<String>,
    /// The derived key is slow to make, and marks are saved often.
    derived: Mutex<Option<Derived>>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealed")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Sealed {
    pub(super) fn new(path: PathBuf, passphrase: Zeroizing<String>) -> Self {
        Self {
            path,
            passphrase,
            derived: Mutex::new(None),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Forgets the key that was derived.
    pub(super) fn forget(&self) {
        *hold(&self.derived) = None;
    }

    pub(super) fn load(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let bytes = file::read_private(&self.path)?;
        let (&version, rest) = bytes.split_first().ok_or(Error::Damaged)?;
        let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(Error::Damaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Error::Damaged)?;
        if version != VERSION {
            return Err(Error::Damaged);
        }
        let key = self.derive(salt)?;
        cipher(&key)
            .decrypt(&XNonce::from(*nonce), sealed)
            .map(Zeroizing::new)
            .map_err(|_| Error::WrongPassphrase)
    }

    pub(super) fn save<R: CryptoRng + ?Sized>(
        &self,
        bytes: &[u8],
        rng: &mut R,
    ) -> Result<(), Error> {
        let known = hold(&self.derived).as_ref().map(|(salt, _)| *salt);
        let salt = known.unwrap_or_else(|| {
            let mut salt = [0; SALT];
            rng.fill_bytes(&mut salt);
            salt
        });
        let key = self.derive(&salt)?;
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let sealed = cipher(&key)
            .encrypt(&XNonce::from(nonce), bytes)
            .map_err(|_| Error::Damaged)?;
        file::write_private(
            &self.path,
            &[&[VERSION][..], &salt, &nonce, &sealed].concat(),
        )
    }

    fn derive(&self, salt: &[u8; SALT]) -> Result<Zeroizing<[u8; 32]>, Error> {
        let mut derived = hold(&self.derived);
        if let Some((known, key)) = derived.as_ref()
            && known == salt
        {
            return Ok(key.clone());
        }
        let params = Params::new(64 * 1024, 3, 1, Some(32)).map_err(|_| Error::Damaged)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.passphrase.as_bytes(), salt, key.as_mut())
            .map_err(|_| Error::Damaged)?;
        *derived = Some((*salt, key.clone()));
        Ok(key)
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key).into())
}

fn hold(derived: &Mutex<Option<Derived>>) -> std::sync::MutexGuard<'_, Option<Derived>> {
    derived.lock().unwrap_or_else(PoisonError::into_inner)
}
