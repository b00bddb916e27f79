//! Files for people: saved whole, under a name that is free.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::app::AppError;
use crate::store;

/// Names tried before giving up.
const TRIES: u32 = 1000;

/// Saves `bytes` in `folder` as `name`, or as `name 2` and so on where that is taken.
///
/// # Errors
/// The folder cannot be written, or the disk is full.
pub fn save_in(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
    let failed = |error: std::io::Error| match store::Error::from(error) {
        store::Error::DiskFull => AppError::DiskFull,
        _ => AppError::FileFailed,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for number in 1..=TRIES {
        let path = folder.join(numbered(name, number));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    // Half a report is worse than none.
                    let _ = std::fs::remove_file(&path);
                    return Err(failed(error));
                }
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(AppError::FileFailed)
}

fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (number, Some((stem, ending))) => format!("{stem} {number}.{ending}"),
        (number, None) => format!("{name} {number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("Downloads");
        let first = save_in(&below, "night.csv", b"one").unwrap();
        let second = save_in(&below, "night.csv", b"two").unwrap();
        assert_eq!(second.file_name().unwrap(), "night 2.csv");
        assert_eq!(std::fs::read(first).unwrap(), b"one");
        assert_eq!(std::fs::read(second).unwrap(), b"two");
    }
}
