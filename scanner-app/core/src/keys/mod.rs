//! The keys of a device, and where they are kept.
//!
//! Three secrets, never in the store that they open or speak for: the key of
//! the store's file, the key that signs facts, the key shown to peers. Beside
//! them the high-water marks: how far this device is known to have written, so
//! that a store put back from a copy is noticed.
//!
//! Kept by the operating system where it has a key store; else sealed under a
//! passphrase, in a plain file of mode 0600 that somebody asked for, or nowhere: for
//! as long as the program runs.

mod file;
mod sealed;
mod system;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hkdf::Hkdf;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use shared_model::ids::{ActorId, EventNo, PublicKey};
use ticket_crypto::keys::SigningKey;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::store;

/// Why keys could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system offers no key store here.
    #[error(
        "this system has no key store: choose a passphrase, or name a file for the keys (--key-file)"
    )]
    NoKeyStore(#[source] Source),
    /// There is a key store, and it has no place for new keys.
    #[error(
        "the system's key store was never set up: log in on this computer's screen once, or choose a passphrase"
    )]
    NoCollection(#[source] Source),
    /// Somebody has to unlock the key store first, and nobody did.
    #[error("the system's key store is locked: unlock it and try again")]
    Locked(#[source] Source),
    /// The key store is there and does not do what it should.
    #[error("the system's key store did not answer as it should")]
    KeyStore(#[source] Source),
    /// Nothing is kept under this name.
    #[error("the keys of this device are missing: enrol it again")]
    Missing,
    /// The passphrase does not open the keys.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Others may read the key file.
    #[error("others can read the key file {0}: set its mode to 0600")]
    Exposed(PathBuf),
    /// What is kept is not what this program keeps.
    #[error("the keys of this device are damaged: enrol it again")]
    Damaged,
    /// A file could not be read or written.
    #[error("cannot use the key file {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// What lies below a key error.
pub type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What a device must never show.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Secrets {
    #[serde(with = "hex::serde")]
    store: [u8; 32],
    #[serde(with = "hex::serde")]
    fact: [u8; 32],
    #[serde(with = "hex::serde")]
    transport: [u8; 32],
    #[zeroize(skip)]
    marks: BTreeMap<EventNo, Mark>,
}

const BOX_OFFICE: &[u8; 16] = b"bilten box off 1";

/// How far an actor is known to have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// As whom this device wrote.
    pub actor: ActorId,
    /// Its last fact, as far as was noted.
    pub seq: u64,
}

impl Secrets {
    /// Makes the keys of a new device.
    #[must_use]
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut key = || {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            bytes
        };
        Self {
            store: key(),
            fact: key(),
            transport: key(),
            marks: BTreeMap::new(),
        }
    }

    /// The key of the store's file.
    #[must_use]
    pub fn store_key(&self) -> store::Key {
        store::Key(self.store)
    }

    /// The key that signs this device's facts.
    #[must_use]
    pub fn fact_key(&self) -> SigningKey {
        SigningKey::from_seed(&self.fact)
    }

    /// The key that peers know this device by.
    #[must_use]
    pub fn transport_key(&self) -> SigningKey {
        SigningKey::from_seed(&self.transport)
    }

    /// The key that signs the tickets of one lease: made of the fact key's seed, so that the
    /// store alone, which holds the nonce, gives nobody a ticket.
    #[must_use]
    pub fn box_office_key(&self, event: EventNo, nonce: &[u8; 16]) -> SigningKey {
        let mut seed = Zeroizing::new([0; 32]);
        let info: [&[u8]; 3] = [BOX_OFFICE, &event.get().to_be_bytes(), nonce];
        Hkdf::<Sha256>::new(None, &self.fact)
            .expand_multi_info(&info, seed.as_mut())
            .expect("HKDF-SHA256 gives up to 8160 bytes");
        SigningKey::from_seed(&seed)
    }

    /// How far this device is known to have written for an event.
    #[must_use]
    pub fn mark(&self, event: EventNo) -> Option<Mark> {
        self.marks.get(&event).copied()
    }

    /// Notes how far this device has written; says whether that is news.
    pub fn set_mark(&mut self, event: EventNo, mark: Mark) -> bool {
        self.marks.insert(event, mark) != Some(mark)
    }

    fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        serde_json::to_vec(self)
            .map(Zeroizing::new)
            .map_err(|_| Error::Damaged)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(bytes).map_err(|_| Error::Damaged)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// The public half of `key`, as rosters and facts name it.
#[must_use]
pub fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

/// Where a device's keys are kept.
#[derive(Debug)]
pub enum KeyStore {
    /// By the operating system, under this name.
    System(String),
    /// In a file that a passphrase opens.
    Sealed(sealed::Sealed),
    /// In a plain file that only its owner may read.
    File(PathBuf),
    /// In memory: gone with the program, and with them everything that they open.
    Session(Session),
}

/// Keys that nothing but this program's memory holds.
#[derive(Debug, Default)]
pub struct Session(Mutex<Option<Secrets>>);

/// How well keys are kept, for whoever has to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// By the operating system.
    System,
    /// Sealed under a passphrase.
    Sealed,
    /// In a plain file: whoever can read it has them.
    File,
    /// Until the program ends.
    Session,
}

impl KeyStore {
    /// A file at `path` that `passphrase` opens.
    #[must_use]
    pub fn sealed(path: PathBuf, passphrase: Zeroizing<String>) -> Self {
        Self::Sealed(sealed::Sealed::new(path, passphrase))
    }

    /// Keys that end with the program.
    #[must_use]
    pub fn session() -> Self {
        Self::Session(Session::default())
    }

    /// How well keys are kept here.
    #[must_use]
    pub fn keeping(&self) -> Keeping {
        match self {
            Self::System(_) => Keeping::System,
            Self::Sealed(_) => Keeping::Sealed,
            Self::File(_) => Keeping::File,
            Self::Session(_) => Keeping::Session,
        }
    }

    /// Whether the operating system keeps keys here.
    ///
    /// # Errors
    /// [`Error::NoKeyStore`]: it does not.
    pub fn system_available() -> Result<(), Error> {
        system::available()
    }

    /// The keys kept here.
    ///
    /// # Errors
    /// There are none, or they cannot be had now; nothing was changed.
    pub fn load(&self) -> Result<Secrets, Error> {
        match self {
            Self::System(name) => Secrets::from_bytes(&system::load(name)?),
            Self::Sealed(sealed) => Secrets::from_bytes(&sealed.load()?),
            Self::File(path) => Secrets::from_bytes(&file::read_private(path)?),
            Self::Session(session) => session.hold().clone().ok_or(Error::Missing),
        }
    }

    /// Keeps `secrets` here in place of what was kept before.
    ///
    /// # Errors
    /// They could not be kept; what was kept before still is.
    pub fn save<R: CryptoRng + ?Sized>(&self, secrets: &Secrets, rng: &mut R) -> Result<(), Error> {
        let bytes = secrets.to_bytes()?;
        match self {
            Self::System(name) => system::save(name, &bytes),
            Self::Sealed(sealed) => sealed.save(&bytes, rng),
            Self::File(path) => file::write_private(path, &bytes),
            Self::Session(session) => {
                *session.hold() = Some(secrets.clone());
                Ok(())
            }
        }
    }

    /// Moves the keys to another place. Cut off in between, they are in both.
    ///
    /// # Errors
    /// They are where they were.
    pub fn move_to<R: CryptoRng + ?Sized>(&self, to: &Self, rng: &mut R) -> Result<(), Error> {
        let secrets = self.load()?;
        to.save(&secrets, rng)?;
        match self.place() == to.place() {
            true => Ok(()),
            false => self.delete(),
        }
    }

    /// What tells one place from another.
    fn place(&self) -> (Option<&str>, Option<&Path>) {
        match self {
            Self::System(name) => (Some(name), None),
            Self::Sealed(sealed) => (None, Some(sealed.path())),
            Self::File(path) => (None, Some(path)),
            Self::Session(_) => (None, None),
        }
    }

    /// Forgets the keys; what they sealed stays sealed for good. Nothing is wrong where there
    /// are none any more.
    ///
    /// # Errors
    /// They could not be forgotten.
    pub fn delete(&self) -> Result<(), Error> {
        match self {
            Self::System(name) => system::delete(name),
            Self::Sealed(sealed) => {
                sealed.forget();
                file::delete(sealed.path())
            }
            Self::File(path) => file::delete(path),
            Self::Session(session) => {
                *session.hold() = None;
                Ok(())
            }
        }
    }
}

impl Session {
    fn hold(&self) -> MutexGuard<'_, Option<Secrets>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn check(store: &KeyStore) {
        let mut rng = StdRng::seed_from_u64(1);
        assert!(matches!(store.load(), Err(Error::Missing)));
        let mut secrets = Secrets::generate(&mut rng);
        let mark = Mark {
            actor: ActorId([1; 16]),
            seq: 9,
        };
        assert!(secrets.set_mark(EventNo(3), mark));
        store.save(&secrets, &mut rng).unwrap();
        let loaded = store.load().unwrap();
        assert_eq!(loaded.store, secrets.store);
        assert_eq!(public(&loaded.fact_key()), public(&secrets.fact_key()));
        assert_eq!(loaded.mark(EventNo(3)), Some(mark));
        let later = Mark { seq: 10, ..mark };
        secrets.set_mark(EventNo(3), later);
        store.save(&secrets, &mut rng).unwrap();
        assert_eq!(store.load().unwrap().mark(EventNo(3)), Some(later));
        store.delete().unwrap();
        assert!(matches!(store.load(), Err(Error::Missing)));
        store.delete().unwrap();
    }

    #[test]
    fn a_file_keeps_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        check(&KeyStore::File(folder.path().join("keys")));
    }

    #[test]
    fn keys_move_and_a_passphrase_changes() {
        let folder = tempfile::tempdir().unwrap();
        let mut rng = StdRng::seed_from_u64(5);
        let file = KeyStore::File(folder.path().join("plain"));
        let sealed =
            |word: &str| KeyStore::sealed(folder.path().join("keys"), word.to_owned().into());
        let secrets = Secrets::generate(&mut rng);
        file.save(&secrets, &mut rng).unwrap();
        file.move_to(&sealed("first"), &mut rng).unwrap();
        assert!(matches!(file.load(), Err(Error::Missing)));
        sealed("first")
            .move_to(&sealed("second"), &mut rng)
            .unwrap();
        assert!(matches!(
            sealed("first").load(),
            Err(Error::WrongPassphrase)
        ));
        assert_eq!(sealed("second").load().unwrap().store, secrets.store);
    }

    #[test]
    fn a_session_keeps_the_keys() {
        check(&KeyStore::session());
    }

    #[test]
    fn half_written_keys_go_with_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let left = folder.path().join("keys.new");
        std::fs::write(&left, b"secret").unwrap();
        KeyStore::File(path).delete().unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn a_passphrase_keeps_the_keys_and_no_other_opens_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let store = |word: &str| KeyStore::sealed(path.clone(), word.to_owned().into());
        check(&store("correct horse"));
        let secrets = Secrets::generate(&mut StdRng::seed_from_u64(2));
        store("correct horse")
            .save(&secrets, &mut StdRng::seed_from_u64(3))
            .unwrap();
        assert!(matches!(
            store("battery").load(),
            Err(Error::WrongPassphrase)
        ));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..20]).unwrap();
        assert!(matches!(store("correct horse").load(), Err(Error::Damaged)));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let store = KeyStore::File(path.clone());
        let secrets = Secrets::generate(&mut StdRng::seed_from_u64(2));
        store.save(&secrets, &mut StdRng::seed_from_u64(3)).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(store.load(), Err(Error::Exposed(_))));
    }
}
