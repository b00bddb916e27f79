//! The master key: 32 random bytes under which every other secret is sealed.
//!
//! It lives in a file of mode 0600 or in the environment, never in the database.
//! Keys for single purposes are derived from it, so that none serves two.
//!
//! Source: docs/decisions/0052-key-sealing.md

use std::io::Write as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use rand::Rng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// First byte of a sealed secret.
const VERSION: u8 = 1;
/// Bytes of the nonce that follows it.
const NONCE: usize = 24;
/// What [`MasterKey::derivation_for`] seals for.
const DERIVATION: &str = "derivation";

/// The key under which every other secret is sealed.
#[derive(Clone)]
pub struct MasterKey {
    key: Zeroizing<[u8; 32]>,
    /// What secrets are derived from, where that is an earlier master key.
    derivation: Option<Zeroizing<[u8; 32]>>,
    /// How often the master key of the database had been changed when this one was read.
    changes: u64,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Why the master key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("the master key file {path} cannot be used")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others may read the file.
    #[error("the master key file {0} may be read by others: chmod 600 it")]
    Open(String),
    /// Not 64 hexadecimal digits.
    #[error("the master key is not 64 hexadecimal digits")]
    Malformed,
    /// The master key was changed since this process read it.
    #[error("the master key was changed: start this server again")]
    Stale,
    /// A sealed secret does not open: another master key, or a damaged row.
    #[error("a sealed secret does not open with this master key")]
    Sealed,
}

impl MasterKey {
    /// The key written as 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), &mut *key).map_err(|_| Error::Malformed)?;
        Ok(Self::new(key))
    }

    const fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self {
            key,
            derivation: None,
            changes: 0,
        }
    }

    /// The same key after so many changes, deriving from what `derivation` sealed.
    ///
    /// # Errors
    /// [`Error::Sealed`].
    pub fn after_changes(mut self, changes: u64, derivation: Option<&[u8]>) -> Result<Self, Error> {
        self.changes = changes;
        if let Some(sealed) = derivation {
            let opened = self.open(DERIVATION, sealed)?;
            let mut key = Zeroizing::new([0; 32]);
            key.copy_from_slice(opened.get(..32).ok_or(Error::Sealed)?);
            self.derivation = Some(key);
        }
        Ok(self)
    }

    /// How often the master key of the database had been changed when this one was read.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    /// What secrets are derived from, sealed by the key that comes after this one.
    pub fn derivation_for(&self, next: &Self, rng: &mut impl Rng) -> Vec<u8> {
        let derivation = self.derivation.as_ref().unwrap_or(&self.key);
        next.seal(DERIVATION, &**derivation, rng)
    }

    /// The key as 64 hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(*self.key))
    }

    /// A new key.
    pub fn generate(rng: &mut impl Rng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *key);
        Self::new(key)
    }

    /// Reads the key from `path`; `None` when there is no such file.
    ///
    /// # Errors
    /// When others may read the file, or it holds no key.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let failed = |source| Error::File {
            path: path.display().to_string(),
            source,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(path)
                .map_err(failed)?
                .permissions()
                .mode();
            if mode & 0o077 != 0 {
                return Err(Error::Open(path.display().to_string()));
            }
        }
        Self::parse(&text).map(Some)
    }

    /// Writes the key to a new file that only the owner may read: whole, or not at all, whenever
    /// the program is killed.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn write_new(&self, path: &Path) -> Result<(), Error> {
        let failed = |source| Error::File {
            path: path.display().to_string(),
            source,
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(self.to_text().as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let placed = file.persist_noclobber(path);
        placed.map_err(|refused| failed(refused.error))?;
        // The name of a file is its folder's to keep.
        #[cfg(unix)]
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Ok(())
    }

    /// Puts this key, which [`pending`] of `path` holds, in the place of the one in `path`; that one
    /// is kept beside it, and its path returned.
    ///
    /// # Errors
    /// When a file cannot be moved. Starting the server again goes on with it.
    pub fn take_place(path: &Path, changes: u64) -> Result<PathBuf, Error> {
        let before = beside(path, &format!("before-{changes}"));
        let moved = |from: &Path, to: &Path| {
            std::fs::rename(from, to).map_err(|source| Error::File {
                path: from.display().to_string(),
                source,
            })
        };
        if path.exists() {
            moved(path, &before)?;
        }
        moved(&pending(path), path)?;
        Ok(before)
    }

    /// Seals `secret` for `purpose`; opens only for the same purpose.
    pub fn seal(&self, purpose: &str, secret: &[u8], rng: &mut impl Rng) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let payload = Payload {
            msg: secret,
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a secret of some bytes is far below the cipher's limit of 256 GiB");
        [&[VERSION][..], &nonce, &sealed].concat()
    }

    /// Opens what [`MasterKey::seal`] sealed for the same `purpose`.
    ///
    /// # Errors
    /// [`Error::Sealed`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (version, rest) = sealed.split_first().ok_or(Error::Sealed)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or(Error::Sealed)?;
        if *version != VERSION {
            return Err(Error::Sealed);
        }
        let payload = Payload {
            msg: text,
            aad: purpose.as_bytes(),
        };
        self.cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| Error::Sealed)
    }

    /// 32 bytes for `purpose` that nobody can compute without the key; the same after the master
    /// key was changed.
    #[must_use]
    pub fn derive(&self, purpose: &str, input: &[u8]) -> [u8; 32] {
        derive(
            self.derivation.as_ref().unwrap_or(&self.key),
            purpose,
            input,
        )
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let key = Zeroizing::new(derive(&self.key, "seal", &[]));
        XChaCha20Poly1305::new(&(*key).into())
    }
}

/// Where the next master key waits while the database is sealed again.
#[must_use]
pub fn pending(path: &Path) -> PathBuf {
    beside(path, "next")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn derive(key: &[u8; 32], purpose: &str, input: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key)
        .expect("HMAC takes keys of every length");
    mac.update(&u64::try_from(purpose.len()).unwrap_or(0).to_be_bytes());
    mac.update(purpose.as_bytes());
    mac.update(input);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Entropy;

    #[test]
    fn a_sealed_secret_opens_only_whole_and_for_its_purpose() {
        let mut rng = Entropy::seeded(1).fork();
        let key = MasterKey::generate(&mut rng);
        let sealed = key.seal("root", b"secret", &mut rng);
        assert_eq!(&**key.open("root", &sealed).unwrap(), b"secret");
        assert!(key.open("event", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(key.open("root", &damaged).is_err(), "byte {at}");
            assert!(key.open("root", &sealed[..at]).is_err(), "cut at {at}");
        }
        assert!(MasterKey::generate(&mut rng).open("root", &sealed).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let key = MasterKey::generate(&mut Entropy::seeded(2).fork());
        assert!(MasterKey::read(&path).unwrap().is_none());
        key.write_new(&path).unwrap();
        assert_eq!(MasterKey::read(&path).unwrap().unwrap().key, key.key);
        assert!(key.write_new(&path).is_err(), "a key is never overwritten");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(MasterKey::read(&path), Err(Error::Open(_))));
    }
}
