//! `serve-lan`: the base station that other devices exchange their logs with.

use std::sync::Arc;

use serde_json::json;

use super::{contact, runtime};
use crate::args::{Args, ServeLanArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &ServeLanArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = Arc::new(home::open(args)?);
    let neighbours = contact::neighbours(&scanner, command.listen)?;
    let contact = contact::with_server(&scanner, command.alone)?;
    let address = neighbours.address();
    output.say(
        &json!({ "listening": address }),
        &format!("other devices can sync with this one: bilten-scan sync --peer {address}"),
    )?;
    runtime()?.block_on(contact::tell_neighbours(&neighbours, output))?;
    drop((contact, neighbours));
    scanner.remember(&mut now::rng())?;
    Ok(0)
}
