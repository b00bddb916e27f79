//! `conflicts` and `resolve`: what could not all have happened, and what it was.

use scanner_core::scanner::{Scanner, sign_in_supervisor};
use serde_json::{Value, json};
use shared_model::book::Book;
use shared_model::fact::{Fact, FactId};
use shared_model::ids::EventNo;
use shared_model::log::fold::{Conflict, FactKey};

use super::{door, event, fact_key, fact_name};
use crate::args::{Args, ConflictsArgs, ResolveArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &ConflictsArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let book = scanner.book(event)?;
    let mut shown = 0;
    for conflict in scanner.conflicts(event)? {
        if conflict.resolved.is_some() && !command.all {
            continue;
        }
        shown += 1;
        let sides: Vec<Side> = [Some(conflict.id), conflict.against]
            .into_iter()
            .flatten()
            .map(|key| Side::of(&scanner, &book, event, key))
            .collect::<Result<_, _>>()?;
        let value = json!({
            "event": event,
            "conflict": fact_name(conflict.id),
            "kind": conflict.kind,
            "serial": conflict.serial,
            "list": conflict.list,
            "resolved": conflict.resolved,
            "facts": sides.iter().map(Side::value).collect::<Vec<_>>(),
        });
        output.say(&value, &text(&conflict, &sides))?;
    }
    if shown == 0 {
        let none = json!({ "event": event, "conflicts": [] });
        output.news(&none, "no open conflicts")?;
    }
    Ok(0)
}

pub fn resolve(args: &Args, command: &ResolveArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let conflict = fact_key(&command.conflict)?;
    let book = scanner.book(event)?;
    let at = door::corrected(&scanner)?;
    let pin = command.supervisor_pin.as_deref();
    sign_in_supervisor(&book, command.supervisor, pin, at)?;
    let id = scanner.resolve(
        event,
        conflict,
        command.outcome.into(),
        command.supervisor,
        now::wall(),
    )?;
    let by = FactKey {
        actor: id.actor,
        seq: id.seq,
    };
    output.say(
        &json!({ "event": event, "resolved": fact_name(conflict), "fact": fact_name(by) }),
        &format!("settled: {}", fact_name(conflict)),
    )?;
    Ok(0)
}

/// One of the facts that contradict each other, as people know it.
struct Side {
    key: FactKey,
    device: String,
    gate: String,
    at: Option<shared_model::time::Timestamp>,
}

impl Side {
    fn of(scanner: &Scanner, book: &Book, event: EventNo, key: FactKey) -> Result<Self, Failure> {
        let FactKey { actor, seq } = key;
        let (row, tip) = scanner.store().read(|tx| {
            Ok::<_, scanner_core::store::Error>((
                tx.find_fact(FactId { event, actor, seq })?,
                tx.find_tip(event, actor)?,
            ))
        })?;
        let device = tip.and_then(|tip| book.roster.device_of(&tip.fact_key));
        let fact = row.and_then(|row| row.fact);
        let gate = match &fact {
            Some(Fact::Scan(scan)) => book.gate(scan.gate),
            _ => None,
        };
        Ok(Self {
            key,
            device: device.map_or_else(|| "unknown device".into(), |device| device.name.clone()),
            gate: gate.map_or_else(String::new, |gate| gate.name.clone()),
            at: fact.map(|fact| fact.stamp().corrected()),
        })
    }

    fn value(&self) -> Value {
        json!({
            "fact": fact_name(self.key),
            "device": self.device,
            "gate": self.gate,
            "at": self.at,
        })
    }
}

fn text(conflict: &Conflict, sides: &[Side]) -> String {
    let kind = serde_json::to_value(conflict.kind).ok();
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or("conflict");
    let ticket = match conflict.serial {
        Some(serial) => format!(", ticket {serial}"),
        None => String::new(),
    };
    let mut lines = vec![format!("{} {kind}{ticket}", fact_name(conflict.id))];
    for side in sides {
        lines.push(format!(
            "  {} {} {}",
            side.device,
            side.gate,
            fact_name(side.key)
        ));
    }
    if let Some(resolved) = &conflict.resolved {
        lines.push(format!("  settled by operator {}", resolved.operator));
    }
    lines.join("\n")
}
