//! `export` and `import`: the scan log as a file.

use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind};

use scanner_core::archive;
use serde_json::json;

use super::event;
use crate::args::{Args, ExportArgs, ImportArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &ExportArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let path = command.file.display();
    let failed = |error| Failure::File(format!("cannot write {path}"), error);
    let opened = match command.force {
        true => File::create(&command.file),
        false => File::create_new(&command.file),
    };
    let file = opened.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Usage(format!(
            "{path} is there already: name another file, or give --force to replace it"
        )),
        _ => failed(error),
    })?;
    let mut file = BufWriter::new(file);
    let facts = archive::export(&scanner, event, &now::wall, now::rng(), &mut file)?;
    let file = file
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    // Notes go to the server only: it alone gives them their order.
    let notes = scanner.store().read(|tx| tx.notes_status(event))?.pending;
    let left_out = match notes {
        0 => String::new(),
        _ => format!("; {notes} notes are not part of it and wait for the server"),
    };
    output.say(
        &json!({ "event": event, "facts": facts, "file": path.to_string(), "notes_left_out": notes }),
        &format!("{facts} entries of the scan log written to {path}{left_out}"),
    )?;
    Ok(0)
}

pub fn import(args: &Args, command: &ImportArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let path = command.file.display();
    let file = File::open(&command.file)
        .map_err(|error| Failure::File(format!("cannot read {path}"), error))?;
    let before = scanner.store().read(|tx| tx.count_facts(event))?;
    let mut file = BufReader::new(file);
    archive::import(&scanner, event, &now::wall, now::rng(), &mut file)?;
    let facts = scanner.store().read(|tx| tx.count_facts(event))? - before;
    output.say(
        &json!({ "event": event, "facts": facts, "file": path.to_string() }),
        &format!("{facts} new entries of the scan log taken in from {path}"),
    )?;
    Ok(0)
}
