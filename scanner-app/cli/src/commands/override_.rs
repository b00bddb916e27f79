//! `override`: a supervisor lets a ticket pass in spite of a refusal.

use scanner_core::scanner::sign_in_supervisor;
use shared_model::entry::{Override, Request};
use shared_model::verdict::Steps;

use super::{door, event, scan};
use crate::args::{Args, OverrideArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now, reads};

pub fn run(args: &Args, command: &OverrideArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let book = scanner.book(event)?;
    let at = door::corrected(&scanner)?;
    let pin = command.supervisor_pin.as_deref();
    sign_in_supervisor(&book, command.supervisor, pin, at)?;
    let codes: Vec<String> = reads::codes(&command.code)?.collect::<Result<_, _>>()?;
    let [code] = codes.as_slice() else {
        return Err(Failure::Usage("override one ticket at a time".into()));
    };
    let request = |steps: Steps, base: &Request| Request {
        id: now::request_id(),
        override_: Some(Override {
            supervisor: command.supervisor,
            steps,
            reason_code: command.reason,
        }),
        ..base.clone()
    };
    let base = door::request(&scanner, event, &command.door)?;
    let named = command
        .steps
        .iter()
        .fold(Steps::NONE, |steps, step| steps.with(*step));
    let steps = match command.steps.is_empty() {
        true => scanner.in_the_way(event, code, &base, command.supervisor, now::wall())?,
        false => named,
    };
    let answered = scanner.scan(
        event,
        code,
        &request(steps, &base),
        now::wall(),
        &mut now::rng(),
    )?;
    scan::show(&scanner, event, &answered, output)
}
