//! `bridge`: the screens in a browser of this machine.

use serde_json::json;

use super::runtime;
use crate::args::{Args, BridgeArgs};
use crate::bridge::{Bridge, serve};
use crate::failure::Failure;
use crate::home;
use crate::output::Output;

pub fn run(args: &Args, command: &BridgeArgs, output: &Output) -> Result<u8, Failure> {
    let bridge = Bridge {
        home: home::home(args)?,
        screens: command.ui.clone(),
        relay: command.relay.clone(),
        listen: command.listen,
    };
    let mut told = Ok(());
    let served = runtime()?.block_on(serve(bridge, |address| {
        told = output.say(&json!({ "open": address }), &format!("open {address}"));
    }));
    told?;
    served.map_err(|error| Failure::Usage(crate::output::words(&error)))?;
    Ok(0)
}
