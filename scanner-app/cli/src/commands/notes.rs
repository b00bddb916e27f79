//! `note` and `shift`: what the team tells each other beside the scans.

use scanner_core::scanner::{Notes, Scanner, sign_in, sign_in_supervisor};
use serde_json::json;
use shared_model::book::Book;
use shared_model::book::local::{Overlap, Written};
use shared_model::ids::{EventNo, GateNo, OperatorNo};
use shared_model::notes::{Edit, EntryId, Planned, Shift, ShiftChange};
use shared_model::time::Timestamp;

use super::{door, event};
use crate::args::{Args, NoteCommand, PersonArgs, ShiftCommand};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

/// Digits of a writer's name that are shown.
const SHOWN: usize = 8;

pub fn note(args: &Args, command: &NoteCommand, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    match command {
        NoteCommand::Add { text, person } => {
            signed_in(&scanner, event, person, false)?;
            let (wall, rng) = (now::wall(), &mut now::rng());
            let id = scanner.add_note(event, person.operator, text, wall, rng)?;
            output.say(
                &json!({ "event": event, "note": id.to_string() }),
                &format!("noted: {}", short(id)),
            )?;
        }
        NoteCommand::List => list_notes(&scanner, event, output)?,
        NoteCommand::Erase { note, person } => {
            signed_in(&scanner, event, person, false)?;
            let notes = scanner.notes(event)?.notes;
            let id = named(note, notes.iter().map(|shown| shown.note.id))?;
            edit(&scanner, event, person, Edit::Erase(id))?;
            output.say(
                &json!({ "event": event, "erased": id.to_string() }),
                &format!("erased: {}", short(id)),
            )?;
        }
    }
    Ok(0)
}

fn list_notes(scanner: &Scanner, event: EventNo, output: &Output) -> Result<(), Failure> {
    let book = scanner.book(event)?;
    let Notes { notes, refused, .. } = scanner.notes(event)?;
    for shown in &notes {
        let note = shown.note;
        let name = person(&book, note.operator);
        let text = shown.text.as_deref().unwrap_or("(erased)");
        let waits = if shown.delivered {
            ""
        } else {
            "  (not delivered yet)"
        };
        output.say(
            &json!({ "event": event, "note": note.id.to_string(), "operator": note.operator,
                "name": name, "at": note.at, "text": shown.text, "delivered": shown.delivered }),
            &format!(
                "{}  {}  {name}: {text}{waits}",
                short(note.id),
                book.local(note.at)
            ),
        )?;
    }
    for (text, why) in &refused {
        let words = text.as_deref().unwrap_or("a change");
        output.say(
            &json!({ "event": event, "refused": why, "text": text }),
            &format!("not taken by the server ({why}): {words}"),
        )?;
    }
    if notes.is_empty() && refused.is_empty() {
        output.hint("nothing is noted yet");
    }
    Ok(())
}

pub fn shift(args: &Args, command: &ShiftCommand, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let book = scanner.book(event)?;
    match command {
        ShiftCommand::Add {
            gate,
            who,
            from,
            until,
            person,
        } => {
            signed_in(&scanner, event, person, true)?;
            let shift = Shift {
                gate: known_gate(&book, *gate)?,
                person: known_person(&book, *who)?,
                from: instant(&book, from)?,
                until: instant(&book, until)?,
            };
            let id = edit(&scanner, event, person, Edit::Plan(shift))?;
            say_shift(event, "planned", id, output)?;
        }
        ShiftCommand::List => list_plan(&scanner, &book, event, output)?,
        ShiftCommand::Change {
            shift,
            gate,
            who,
            from,
            until,
            person,
        } => {
            signed_in(&scanner, event, person, true)?;
            let change = ShiftChange {
                gate: gate.map(|gate| known_gate(&book, gate)).transpose()?,
                person: who.map(|who| known_person(&book, who)).transpose()?,
                from: from.as_ref().map(|at| instant(&book, at)).transpose()?,
                until: until.as_ref().map(|at| instant(&book, at)).transpose()?,
            };
            if change == ShiftChange::default() {
                return Err(Failure::Usage("say what is to be different".into()));
            }
            let id = planned(&scanner, event, shift)?;
            edit(&scanner, event, person, Edit::Replan(id, change))?;
            say_shift(event, "changed", id, output)?;
        }
        ShiftCommand::Cancel { shift, person } => {
            signed_in(&scanner, event, person, true)?;
            let id = planned(&scanner, event, shift)?;
            edit(&scanner, event, person, Edit::Cancel(id))?;
            say_shift(event, "cancelled", id, output)?;
        }
    }
    Ok(0)
}

fn list_plan(
    scanner: &Scanner,
    book: &Book,
    event: EventNo,
    output: &Output,
) -> Result<(), Failure> {
    let plan = scanner.notes(event)?.plan;
    for Planned {
        id,
        shift,
        disputed,
    } in &plan
    {
        let gate = book.gate(shift.gate);
        let gate = gate.map_or_else(|| shift.gate.to_string(), |gate| gate.name.clone());
        let name = person(book, shift.person);
        let note = if *disputed {
            "  (two people planned this differently)"
        } else {
            ""
        };
        output.say(
            &json!({ "event": event, "shift": id.to_string(), "gate": shift.gate,
                "person": shift.person, "name": name, "from": shift.from, "until": shift.until,
                "disputed": disputed }),
            &format!(
                "{}  {} to {}  {gate}: {name}{note}",
                short(*id),
                book.local(shift.from),
                book.local(shift.until)
            ),
        )?;
    }
    if plan.is_empty() {
        output.hint("nothing is planned yet");
    }
    Ok(())
}

fn say_shift(event: EventNo, what: &str, id: EntryId, output: &Output) -> Result<(), Failure> {
    output.say(
        &json!({ "event": event, "shift": id.to_string(), "done": what }),
        &format!("{what}: {}", short(id)),
    )
}

fn edit(
    scanner: &Scanner,
    event: EventNo,
    person: &PersonArgs,
    edit: Edit,
) -> Result<EntryId, Failure> {
    let (wall, rng) = (now::wall(), &mut now::rng());
    Ok(scanner.edit_notes(event, person.operator, edit, wall, rng)?)
}

fn signed_in(
    scanner: &Scanner,
    event: EventNo,
    person: &PersonArgs,
    supervisor: bool,
) -> Result<(), Failure> {
    let book = scanner.book(event)?;
    let at = door::corrected(scanner)?;
    let pin = person.pin.as_deref();
    match supervisor {
        true => sign_in_supervisor(&book, person.operator, pin, at)?,
        false => sign_in(&book, person.operator, pin, at)?,
    };
    Ok(())
}

fn planned(scanner: &Scanner, event: EventNo, text: &str) -> Result<EntryId, Failure> {
    let plan = scanner.notes(event)?.plan;
    named(text, plan.iter().map(|planned| planned.id))
}

fn known_gate(book: &Book, gate: GateNo) -> Result<GateNo, Failure> {
    let known = book.gate(gate).map(|known| known.gate);
    known.ok_or_else(|| Failure::Usage(format!("the event has no gate {gate}")))
}

fn known_person(book: &Book, person: OperatorNo) -> Result<OperatorNo, Failure> {
    let known = book.roster.operator(person).map(|known| known.operator);
    known.ok_or_else(|| Failure::Usage(format!("nobody on the roster has number {person}")))
}

fn instant(book: &Book, text: &str) -> Result<Timestamp, Failure> {
    let written = Written::parse(text);
    let written = written.ok_or_else(|| {
        Failure::Usage(format!(
            "{text:?} is no time: 2026-06-20T18:00, on the event's clocks"
        ))
    })?;
    Ok(written.instant(book, Overlap::First))
}

/// What people call somebody.
fn person(book: &Book, operator: OperatorNo) -> String {
    match book.roster.operator(operator) {
        Some(person) => person.name.clone(),
        None if operator == OperatorNo(0) => "the office".into(),
        None => format!("operator {operator}"),
    }
}

/// An entry as it is shown: the first digits of the writer's name, and the number.
fn short(id: EntryId) -> String {
    let writer: String = id.writer.to_string().chars().take(SHOWN).collect();
    format!("{writer}-{}", id.seq)
}

/// The one entry of `ids` that `text` names, whole or as shown.
fn named(text: &str, ids: impl Iterator<Item = EntryId>) -> Result<EntryId, Failure> {
    let unknown = || Failure::Usage(format!("there is no entry {text:?}: see the list"));
    let (writer, seq) = text.split_once('-').ok_or_else(unknown)?;
    let seq: u32 = seq.parse().map_err(|_| unknown())?;
    let fits = |id: &EntryId| id.seq == seq && id.writer.to_string().starts_with(writer);
    let found: Vec<EntryId> = ids.filter(fits).collect();
    match found[..] {
        [only] if writer.len() >= SHOWN => Ok(only),
        _ => Err(unknown()),
    }
}
