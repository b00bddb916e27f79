//! One file per command.

mod bridge;
mod cameras;
mod conflicts;
mod contact;
mod decide;
mod decode;
mod door;
mod enrol;
mod exchange;
mod export;
mod find;
mod keys;
mod lan;
mod notes;
mod override_;
mod ready;
mod scan;
mod sell;
mod server;
mod status;
mod undo;
mod watch;
mod wipe;

use scanner_core::scanner::Scanner;
use shared_model::ids::EventNo;
use shared_model::log::fold::FactKey;

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::output::Output;

/// Does what the command line asks for; gives the exit code.
pub fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    match &args.command {
        Command::Enrol(command) => enrol::run(args, command, output),
        Command::Sync(command) => exchange::run(args, command, output),
        Command::Scan(command) => scan::run(args, command, output),
        Command::Override(command) => override_::run(args, command, output),
        Command::Watch(command) => watch::run(args, command, output),
        Command::Cameras => cameras::run(output),
        Command::Decode(command) => decode::run(command, args.json, output),
        Command::Decide(command) => decide::run(command, output),
        Command::Ready(command) => ready::run(args, command, output),
        Command::Status => status::run(args, output),
        Command::Sell(command) => sell::run(args, command, output),
        Command::Till(command) => sell::till(args, command, output),
        Command::Find(command) => find::run(args, command, output),
        Command::Conflicts(command) => conflicts::run(args, command, output),
        Command::Undo(command) => undo::run(args, command, output),
        Command::Resolve(command) => conflicts::resolve(args, command, output),
        Command::Note(command) => notes::note(args, command, output),
        Command::Shift(command) => notes::shift(args, command, output),
        Command::Export(command) => export::run(args, command, output),
        Command::Import(command) => export::import(args, command, output),
        Command::ServeLan(command) => lan::run(args, command, output),
        Command::Keys(command) => keys::run(args, command, output),
        Command::Forget(command) => wipe::forget(args, command, output),
        Command::Bridge(command) => bridge::run(args, command, output),
        Command::Wipe(command) => wipe::run(args, command, output),
    }
}

/// A runtime for what goes over the network.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    runtime.map_err(Failure::Thread)
}

/// The event that was named, or the only one.
fn event(args: &Args, scanner: &Scanner) -> Result<EventNo, Failure> {
    let events = scanner.store().read(|tx| tx.list_events())?;
    let known = |event| events.iter().any(|known| known.event == event);
    match (args.event, events.as_slice()) {
        (Some(event), _) if known(event) => Ok(event),
        (Some(event), _) => Err(scanner_core::scanner::Error::UnknownEvent(event).into()),
        (None, [only]) => Ok(only.event),
        (None, []) => Err(Failure::Usage("this device works for no event yet".into())),
        (None, several) => {
            let names: Vec<String> = several
                .iter()
                .map(|event| format!("{} ({})", event.event, event.name))
                .collect();
            Err(Failure::Usage(format!(
                "this device works for several events, name one with --event: {}",
                names.join(", ")
            )))
        }
    }
}

/// The name of a fact as it is printed.
fn fact_name(key: FactKey) -> String {
    format!("{}:{}", key.actor, key.seq)
}

/// The fact that was named.
fn fact_key(text: &str) -> Result<FactKey, Failure> {
    let parsed = text
        .split_once(':')
        .and_then(|(actor, seq)| Some((actor.parse().ok()?, seq.parse().ok()?)));
    parsed
        .map(|(actor, seq)| FactKey { actor, seq })
        .ok_or_else(|| Failure::Usage(format!("{text:?} is no entry of a scan log: actor:seq")))
}
