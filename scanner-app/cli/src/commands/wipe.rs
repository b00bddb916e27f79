//! `wipe` and `forget`: delete everything, or everything about one event.

use scanner_core::keys;
use scanner_core::scanner::{self, EventStatus, Scanner};
use serde_json::json;

use crate::args::{Args, WipeArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &WipeArgs, output: &Output) -> Result<u8, Failure> {
    if command.rehearsal {
        home::open(args)?.wipe_rehearsal()?;
        return output
            .say(
                &json!({ "wiped": "rehearsal" }),
                "everything rehearsed is deleted",
            )
            .map(|()| 0);
    }
    if !command.force {
        match home::open(args) {
            Ok(scanner) => refuse_losses(&scanner.status(now::wall())?.events)?,
            // An earlier wipe was cut off: nobody can read what it left.
            Err(Failure::Scanner(scanner::Error::Keys(keys::Error::Missing))) => {}
            Err(failure) => return Err(failure),
        }
    }
    Scanner::wipe(&home::folder(args)?, &home::keys(args)?)?;
    output.say(
        &json!({ "wiped": true }),
        "everything on this device is deleted",
    )?;
    Ok(0)
}

pub fn forget(args: &Args, command: &WipeArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = super::event(args, &scanner)?;
    if !command.force {
        let mut events = scanner.status(now::wall())?.events;
        events.retain(|status| status.event == event);
        refuse_losses(&events)?;
    }
    scanner.forget_event(event)?;
    output.say(
        &json!({ "forgotten": event }),
        &format!("everything about event {event} on this device is deleted"),
    )?;
    Ok(0)
}

fn refuse_losses(events: &[EventStatus]) -> Result<(), Failure> {
    let unsent: u64 = events.iter().map(|event| event.unsent).sum();
    let notes: u64 = events.iter().map(|event| event.unsent_notes).sum();
    if (unsent, notes) == (0, 0) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{unsent} entries of the scan log and {notes} notes are not yet at the server: sync first, or give --force to lose them"
    )))
}
