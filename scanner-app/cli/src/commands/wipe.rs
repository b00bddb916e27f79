//! `wipe`: forget the keys and delete everything.

use scanner_core::keys;
use scanner_core::scanner::{self, Scanner, Status};
use serde_json::json;

use crate::args::{Args, WipeArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &WipeArgs, output: &Output) -> Result<u8, Failure> {
    if !command.force {
        let unsent = match home::open(args) {
            Ok(scanner) => unsent(&scanner.status(now::wall())?),
            // An earlier wipe was cut off: nobody can read what it left.
            Err(Failure::Scanner(scanner::Error::Keys(keys::Error::Missing))) => 0,
            Err(failure) => return Err(failure),
        };
        if unsent > 0 {
            return Err(Failure::Usage(format!(
                "{unsent} entries of the scan log are not yet at the server: sync first, or give --force to lose them"
            )));
        }
    }
    Scanner::wipe(&home::folder(args)?, &home::keys(args)?)?;
    output.say(
        &json!({ "wiped": true }),
        "everything on this device is deleted",
    )?;
    Ok(0)
}

fn unsent(status: &Status) -> u64 {
    status.events.iter().map(|event| event.unsent).sum()
}
