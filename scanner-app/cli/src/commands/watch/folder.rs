//! Every picture that appears in a folder.
//!
//! A file is read once it has kept its size for one look; files that were there
//! are read first, by name. Files are left where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Door;
use crate::commands::scan;
use crate::failure::Failure;
use crate::{now, reads};

const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Answers every picture that appears; with `once`, ends when all that are there were answered.
pub async fn watch(mut door: Door, folder: &Path, once: bool) -> Result<u8, Failure> {
    let mut known: BTreeMap<PathBuf, Seen> = BTreeMap::new();
    let mut last = 0;
    loop {
        for path in ready(folder, &mut known)? {
            last = one(&mut door, &path)?;
        }
        let waiting = known.values().any(|seen| !seen.read);
        if once && !waiting {
            return Ok(last);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

struct Seen {
    bytes: u64,
    read: bool,
}

/// Pictures that have come to rest and were not read yet, by name.
fn ready(folder: &Path, known: &mut BTreeMap<PathBuf, Seen>) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::File(format!("cannot read {}", folder.display()), error);
    let mut ready = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() && reads::is_picture(&path) => metadata,
            _ => continue,
        };
        let bytes = metadata.len();
        match known.get_mut(&path) {
            Some(seen) if seen.read => {}
            Some(seen) if seen.bytes == bytes && bytes > 0 => {
                seen.read = true;
                ready.push(path);
            }
            Some(seen) => seen.bytes = bytes,
            None => {
                known.insert(path, Seen { bytes, read: false });
            }
        }
    }
    ready.sort();
    Ok(ready)
}

fn one(door: &mut Door, path: &Path) -> Result<u8, Failure> {
    let code = match reads::of_picture(path) {
        Ok(code) => code,
        Err(failure) => {
            door.output.hint(&failure.to_string());
            return Ok(failure.code());
        }
    };
    let answered = door.controller.read(&code, now::wall(), &mut now::rng())?;
    scan::show(&door.scanner, door.event, &answered, &door.output)
}
