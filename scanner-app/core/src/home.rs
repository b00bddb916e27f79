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
        match passphrase {
            Some(passphrase) => self.sealed_keys(passphrase),
            // Deleting needs no passphrase, and reading fails as it should.
            None if self.is_sealed() => self.sealed_keys(Zeroizing::default()),
            None => self.system_keys(),
        }
    }

    /// A file that `passphrase` opens, beside the store.
    #[must_use]
    pub fn sealed_keys(&self, passphrase: Zeroizing<String>) -> KeyStore {
        KeyStore::sealed(self.folder.join(SEALED), passphrase)
    }

    /// The system's key store; a device is known there by its folder.
    ///
    /// On phones by one name: the store is the app's alone, and its folder moves when the app is updated.
    #[must_use]
    pub fn system_keys(&self) -> KeyStore {
        if cfg!(any(target_os = "android", target_os = "ios")) {
            return KeyStore::System("device".to_owned());
        }
        let name = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        KeyStore::System(name.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_where_somebody_said_else_sealed_else_with_the_system() {
        let folder = tempfile::tempdir().unwrap();
        let home = |key_file| Home::new(folder.path().to_owned(), key_file);
        let passphrase = || Some(Zeroizing::new("eight letters".to_owned()));
        let plain = home(Some(folder.path().join("keys")));
        assert!(matches!(plain.keys(passphrase()), KeyStore::File(_)));
        let open = home(None);
        assert!(matches!(open.keys(None), KeyStore::System(_)));
        assert!(matches!(open.keys(passphrase()), KeyStore::Sealed(_)));
        std::fs::write(folder.path().join(SEALED), "sealed").unwrap();
        assert!(open.is_sealed() && !plain.is_sealed());
        assert!(matches!(open.keys(None), KeyStore::Sealed(_)));
    }
}
