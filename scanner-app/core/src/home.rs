//! Where a device's files are, and where its keys.
//!
//! The rule is the same for every program of the device: keys in the file that was named; else
//! in a sealed file where a passphrase is given or was given at enrolment; else with the system.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::keys::KeyStore;

const SEALED: &str = "keys.sealed";

/// Where a device's files and keys are.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
    key_file: Option<PathBuf>,
}

impl Home {
    /// Files in `folder`; keys in the plain file `key_file` where somebody asked for one.
    #[must_use]
    pub fn new(folder: PathBuf, key_file: Option<PathBuf>) -> Self {
        Self { folder, key_file }
    }

    /// The folder of an account's programs, where the system names one.
    #[must_use]
    pub fn default_folder() -> Option<PathBuf> {
        let base = std::env::var_os("XDG_DATA_HOME")
            .or_else(|| std::env::var_os("LOCALAPPDATA"))
            .map(PathBuf::from)
            .or_else(|| {
                let home = PathBuf::from(std::env::var_os("HOME")?);
                Some(match cfg!(target_os = "macos") {
                    true => home.join("Library/Application Support"),
                    false => home.join(".local/share"),
                })
            });
        base.map(|base| base.join("bilten-scan"))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The keys are in a plain file that somebody asked for.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.key_file.is_some()
    }

    /// The keys are sealed: without their passphrase nothing opens.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.key_file.is_none() && self.folder.join(SEALED).exists()
    }

    /// Where the keys are or shall be; sealed where there is a passphrase.
    #[must_use]
    pub fn keys(&self, passphrase: Option<Zeroizing<String>>) -> KeyStore {
        if let Some(path) = &self.key_file {
            return KeyStore::File(path.clone());
        }
        let sealed = self.folder.join(SEALED);
        if let Some(passphrase) = passphrase {
            return KeyStore::sealed(sealed, passphrase);
        }
        if sealed.exists() {
            // Deleting needs no passphrase, and reading fails as it should.
            return KeyStore::sealed(sealed, Zeroizing::default());
        }
        let name = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        KeyStore::System(name.display().to_string())
    }
}
