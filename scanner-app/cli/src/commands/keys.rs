//! `keys`: where this device's keys are kept, and moving them.

use scanner_core::keys::{Keeping, KeyStore};
use serde_json::json;

use crate::args::{Args, KeysArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &KeysArgs, output: &Output) -> Result<u8, Failure> {
    let mut keys = home::keys(args)?;
    // Whoever may read or move keys has to have the device to itself.
    let scanner = home::open(args)?;
    if let Some(to) = destination(args, command)? {
        home::tell_about_keys(&to, output);
        keys.move_to(&to, &mut now::rng())?;
        keys = to;
    }
    drop(scanner);
    let keeping = keys.keeping();
    let text = match keeping {
        Keeping::System => "the system keeps the keys",
        Keeping::Sealed => "the keys are in a file that a passphrase opens",
        Keeping::File => "the keys are in a plain file",
        Keeping::Session => "the keys are in memory",
    };
    output.say(&json!({ "keeping": keeping }), text)?;
    Ok(0)
}

fn destination(args: &Args, command: &KeysArgs) -> Result<Option<KeyStore>, Failure> {
    if command.to_system {
        return Ok(Some(home::home(args)?.system_keys()));
    }
    if let Some(path) = &command.to_passphrase_file {
        let passphrase = home::read_passphrase(path)?;
        return Ok(Some(home::home(args)?.sealed_keys(passphrase)));
    }
    Ok(command.to_key_file.clone().map(KeyStore::File))
}
