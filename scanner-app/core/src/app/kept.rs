//! What survives a restart beside the store: settings and the chosen station.
//!
//! One JSON file in the device's folder. Nothing secret and nothing that runs:
//! who can write it can make the program ugly, no more. A file that cannot be
//! read counts as absent.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::AppError;
use super::contract::{Choose, Settings};
use crate::store;

const FILE: &str = "app.json";

/// What survives a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// How it looks and behaves.
    pub(super) settings: Settings,
    /// Where it scans; rehearsals are not kept.
    pub(super) station: Option<Choose>,
    /// It was locked behind a PIN.
    pub(super) locked: bool,
    /// Other devices that somebody added, `host:port`.
    pub(super) peers: Vec<String>,
}

impl Kept {
    /// What `folder` keeps.
    pub(super) fn load(folder: &Path) -> Self {
        std::fs::read(path(folder))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Keeps this in `folder`: the old file stays whole until the new one is.
    pub(super) fn save(&self, folder: &Path) -> Result<(), AppError> {
        let write = || -> Result<(), std::io::Error> {
            std::fs::create_dir_all(folder)?;
            let fresh = folder.join(format!("{FILE}.new"));
            let mut file = std::fs::File::create(&fresh)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            std::fs::rename(fresh, path(folder))
        };
        write().map_err(|error| store::Error::from(error).into())
    }

    /// Forgets it.
    pub(super) fn delete(folder: &Path) -> Result<(), AppError> {
        match std::fs::remove_file(path(folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(store::Error::from(error).into())
            }
            _ => Ok(()),
        }
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_what_is_broken_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Kept::load(folder.path()), Kept::default());
        let mut kept = Kept::default();
        kept.settings.language = "de".into();
        kept.peers.push("10.0.0.7:7411".into());
        kept.save(folder.path()).unwrap();
        assert_eq!(Kept::load(folder.path()), kept);
        std::fs::write(path(folder.path()), "{\"settings\":{\"volume\":\"loud\"}}").unwrap();
        assert_eq!(Kept::load(folder.path()), Kept::default());
        std::fs::write(path(folder.path()), "{\"settings\":{\"volume\":3}}").unwrap();
        assert_eq!(Kept::load(folder.path()).settings.volume, 3);
        Kept::delete(folder.path()).unwrap();
        Kept::delete(folder.path()).unwrap();
    }
}
