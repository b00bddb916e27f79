//! What stands at the door: list, gate, direction, person.

use std::sync::Arc;

use scanner_core::scanner::{Rehearsal, Scanner, sign_in};
use shared_model::book::{Book, Gate, List};
use shared_model::entry::{Answer, Confirmed, Request};
use shared_model::ids::{EventNo, GateNo, ListNo, OperatorNo, QuestionNo, RequestId};
use shared_model::time::Timestamp;
use shared_model::verdict::Cause;

use crate::args::{DoorArgs, RehearsalArgs};
use crate::failure::Failure;
use crate::now;

/// The wish that the command line describes; its id and time are set for each code.
pub fn request(scanner: &Scanner, event: EventNo, door: &DoorArgs) -> Result<Request, Failure> {
    let book = scanner.book(event)?;
    let now = corrected(scanner)?;
    let assigned = scanner.assigned_gate(event)?;
    let gate = gate(&book, door.gate.as_deref(), assigned)?;
    let list = list(&book, gate, door.list.as_deref())?;
    if door.operator != OperatorNo(0) {
        sign_in(&book, door.operator, door.pin.as_deref(), now)?;
    }
    Ok(Request {
        id: RequestId([0; 16]),
        list: list.list,
        gate: gate.map_or(GateNo(0), |gate| gate.gate),
        direction: door.direction.into(),
        operator: door.operator,
        answers: door
            .answers
            .iter()
            .map(|text| answer(text))
            .collect::<Result<_, _>>()?,
        confirmed: door
            .confirmed
            .iter()
            .map(|text| confirmed(text))
            .collect::<Result<_, _>>()?,
        override_: None,
        can_ask: !door.unattended,
        rehearsal: false,
        now,
    })
}

/// The rehearsal that was asked for, if one was.
pub fn rehearsal(
    scanner: &Arc<Scanner>,
    event: EventNo,
    asked: &RehearsalArgs,
) -> Result<Option<Rehearsal>, Failure> {
    let Some(supervisor) = asked.supervisor.filter(|_| asked.rehearse) else {
        return Ok(None);
    };
    let by = (supervisor, asked.supervisor_pin.as_deref());
    Ok(Some(scanner.rehearse(
        event,
        by,
        now::wall(),
        &mut now::rng(),
    )?))
}

/// Corrected time.
pub fn corrected(scanner: &Scanner) -> Result<Timestamp, Failure> {
    let account = scanner.store().read(|tx| tx.account())?;
    Ok(now::wall().plus_millis(account.offset_ms.unwrap_or_default()))
}

fn gate<'b>(
    book: &'b Book,
    named: Option<&str>,
    assigned: Option<GateNo>,
) -> Result<Option<&'b Gate>, Failure> {
    let Some(named) = named else {
        let assigned = book.gates.iter().find(|gate| Some(gate.gate) == assigned);
        if assigned.is_some() {
            return Ok(assigned);
        }
        return Ok(match book.gates.as_slice() {
            [only] => Some(only),
            _ => None,
        });
    };
    let number: Option<GateNo> = named.parse().ok();
    let found = book
        .gates
        .iter()
        .find(|gate| Some(gate.gate) == number || gate.name == named);
    found.map(Some).ok_or_else(|| {
        let names = book
            .gates
            .iter()
            .map(|gate| format!("{} ({})", gate.gate, gate.name));
        unknown("gate", named, names.collect())
    })
}

fn list<'b>(book: &'b Book, gate: Option<&Gate>, named: Option<&str>) -> Result<&'b List, Failure> {
    let open = |list: &&List| {
        gate.is_none_or(|gate| gate.lists.is_empty() || gate.lists.contains(&list.list))
    };
    let names = || {
        let names = book
            .lists
            .iter()
            .map(|list| format!("{} ({})", list.list, list.name));
        names.collect()
    };
    let Some(named) = named else {
        let mut lists = book.lists.iter().filter(open);
        return match (lists.next(), lists.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(Failure::Usage("the event has no check-in list yet".into())),
            _ => Err(unknown("list", "", names())),
        };
    };
    let number: Option<ListNo> = named.parse().ok();
    let found = book
        .lists
        .iter()
        .find(|list| Some(list.list) == number || list.name == named);
    found.ok_or_else(|| unknown("list", named, names()))
}

fn unknown(what: &str, named: &str, names: Vec<String>) -> Failure {
    let names = names.join(", ");
    Failure::Usage(match named {
        "" => format!("name the {what} with --{what}: {names}"),
        named => format!("the event has no {what} {named:?}: {names}"),
    })
}

fn answer(text: &str) -> Result<Answer, Failure> {
    let parsed = text.split_once('=').and_then(|(question, text)| {
        Some(Answer {
            question: question.trim().parse::<QuestionNo>().ok()?,
            text: text.to_owned(),
        })
    });
    parsed.ok_or_else(|| Failure::Usage(format!("an answer is question=text, not {text:?}")))
}

fn confirmed(text: &str) -> Result<Confirmed, Failure> {
    let (cause, count) = match text.split_once('=') {
        Some((cause, count)) => (cause, Some(count)),
        None => (text, None),
    };
    let known = Cause::ALL.iter().find(|known| known.code() == cause.trim());
    let count = count.map(|count| count.trim().parse::<u8>()).transpose();
    match (known, count) {
        (Some(cause), Ok(count)) => Ok(Confirmed {
            cause: *cause,
            count,
        }),
        _ => {
            let codes: Vec<&str> = Cause::ALL.iter().map(|cause| cause.code()).collect();
            Err(Failure::Usage(format!(
                "{text:?} cannot be confirmed: {}",
                codes.join(", ")
            )))
        }
    }
}
