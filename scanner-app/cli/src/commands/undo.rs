//! `undo`: take a scan back.

use scanner_core::scanner::{Error, sign_in};
use serde_json::json;
use shared_model::ids::OperatorNo;
use shared_model::log::fold::FactKey;

use super::{door, event, fact_key, fact_name};
use crate::args::{Args, UndoArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &UndoArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    if command.operator != OperatorNo(0) {
        let book = scanner.book(event)?;
        let at = door::corrected(&scanner)?;
        sign_in(&book, command.operator, command.pin.as_deref(), at)?;
    }
    let scan = match &command.scan {
        Some(text) => fact_key(text)?,
        None => scanner.last_admitted(event)?.ok_or(Error::UnknownFact)?,
    };
    let id = scanner.undo(event, scan, command.operator, now::wall())?;
    let by = FactKey {
        actor: id.actor,
        seq: id.seq,
    };
    output.say(
        &json!({ "event": event, "undone": fact_name(scan), "fact": fact_name(by) }),
        &format!("taken back: {}", fact_name(scan)),
    )?;
    Ok(0)
}
