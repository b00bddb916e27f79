//! `watch`: scan every picture that appears in a folder.
//!
//! A file is read once it has kept its size for one look; files that were there
//! are read first, by name. Files are left where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use scanner_core::controller::Controller;
use scanner_core::scanner::Scanner;
use shared_model::ids::EventNo;

use super::{door, event, lan, runtime, scan};
use crate::args::{Args, WatchArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now, reads};

const LOOK_EVERY: Duration = Duration::from_millis(100);
const KINDS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "bmp", "gif"];

pub fn run(args: &Args, command: &WatchArgs, output: &Output) -> Result<u8, Failure> {
    if !command.source.is_dir() {
        return Err(Failure::Usage(format!(
            "{} is no folder; cameras cannot be watched by this program yet",
            command.source.display()
        )));
    }
    let scanner = Arc::new(home::open(args)?);
    let event = event(args, &scanner)?;
    let station = door::request(&scanner, event, &command.door)?;
    let mut controller = Controller::new(Arc::clone(&scanner), event, station);
    let runtime = runtime()?;
    runtime.block_on(async {
        let watching = watch(&scanner, event, &mut controller, command, output);
        tokio::select! {
            code = watching => code,
            () = lan::keep_in_touch(args, &scanner, command.sync_every, *output) => Ok(0),
            _ = tokio::signal::ctrl_c() => Ok(0),
        }
    })
}

async fn watch(
    scanner: &Scanner,
    event: EventNo,
    controller: &mut Controller,
    command: &WatchArgs,
    output: &Output,
) -> Result<u8, Failure> {
    let mut known: BTreeMap<PathBuf, Seen> = BTreeMap::new();
    let mut last = 0;
    loop {
        for path in ready(&command.source, &mut known)? {
            last = one(scanner, event, controller, &path, output)?;
        }
        let waiting = known.values().any(|seen| !seen.read);
        if command.once && !waiting {
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
        let kind = path.extension().and_then(|kind| kind.to_str());
        let kind = kind.map(str::to_ascii_lowercase);
        if !kind.is_some_and(|kind| KINDS.contains(&kind.as_str())) {
            continue;
        }
        let Ok(metadata) = std::fs::metadata(&path) else {
            continue;
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

fn one(
    scanner: &Scanner,
    event: EventNo,
    controller: &mut Controller,
    path: &Path,
    output: &Output,
) -> Result<u8, Failure> {
    let code = match reads::of_picture(path) {
        Ok(code) => code,
        Err(failure) => {
            output.hint(&failure.to_string());
            return Ok(failure.code());
        }
    };
    let answered = controller.read(&code, now::wall(), &mut now::rng())?;
    scan::show(scanner, event, &answered, output)
}
