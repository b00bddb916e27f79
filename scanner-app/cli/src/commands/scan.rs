//! `scan`: decide about codes, one answer each.

use std::sync::Arc;

use scanner_core::scanner::{Answered, Scanner};
use serde_json::{Value, json};
use shared_model::entry::Request;
use shared_model::ids::EventNo;
use shared_model::log::fold::FactKey;
use shared_model::verdict::Verdict;

use super::{door, event, fact_name};
use crate::args::{Args, ScanArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::words::Words;
use crate::{home, now, reads};

/// Exit codes of verdicts.
const ADMIT: u8 = 0;
const REFUSE: u8 = 10;
const ASK: u8 = 11;
const CONFIRM: u8 = 12;

pub fn run(args: &Args, command: &ScanArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = Arc::new(home::open(args)?);
    let event = event(args, &scanner)?;
    let request = door::request(&scanner, event, &command.door)?;
    let rehearsal = door::rehearsal(&scanner, event, &command.rehearsal)?;
    let mut last = ADMIT;
    for code in reads::codes(&command.code)? {
        let request = Request {
            id: command.request_id.unwrap_or_else(now::request_id),
            ..request.clone()
        };
        let code = code?;
        let (wall, mut rng) = (now::wall(), now::rng());
        let answered = match &rehearsal {
            Some(rehearsal) => rehearsal.scan(&code, &request, wall, &mut rng)?,
            None if command.simulate => scanner.simulate(event, &code, &request, wall)?,
            None => scanner.scan(event, &code, &request, wall, &mut rng)?,
        };
        last = show(&scanner, event, &answered, output)?;
    }
    Ok(last)
}

/// Prints a verdict; gives its exit code.
pub fn show(
    scanner: &Scanner,
    event: EventNo,
    answered: &Answered,
    output: &Output,
) -> Result<u8, Failure> {
    let book = scanner.book(event)?;
    let words = Words::new(&book, answered.at);
    let mut text = words.verdict(&answered.verdict, answered.ticket.as_ref());
    if answered.rehearsal {
        text.insert(0, "REHEARSAL, nothing counts".into());
    }
    output.say(&document(event, answered, &text), &text.join("\n  "))?;
    Ok(match &answered.verdict {
        Verdict::Admit(_) => ADMIT,
        Verdict::Refuse(_) => REFUSE,
        Verdict::Ask { .. } => ASK,
        Verdict::Confirm { .. } => CONFIRM,
    })
}

fn document(event: EventNo, answered: &Answered, text: &[String]) -> Value {
    let (outcome, reason) = match &answered.verdict {
        Verdict::Admit(_) => ("admit", None),
        Verdict::Refuse(refusal) => ("refuse", Some(refusal.reason.code())),
        Verdict::Ask { .. } => ("ask", None),
        Verdict::Confirm { .. } => ("confirm", None),
    };
    let fact = answered.fact.map(|id| FactKey {
        actor: id.actor,
        seq: id.seq,
    });
    json!({
        "event": event,
        "outcome": outcome,
        "reason": reason,
        "verdict": answered.verdict,
        "text": text,
        "serial": answered.ticket.as_ref().map(|ticket| ticket.serial),
        "tier": answered.ticket.as_ref().map(|ticket| ticket.tier),
        "person": answered.ticket.as_ref().and_then(|ticket| ticket.person.as_ref()),
        "fact": fact.map(fact_name),
        "repeated": answered.repeated,
        "at": answered.at,
        "rehearsal": answered.rehearsal,
    })
}
