//! `status`: how this device stands.

use scanner_core::scanner::{EventStatus, Status};

use crate::args::Args;
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let status = scanner.status(now::wall())?;
    output.say(&status, &text(&status))?;
    Ok(0)
}

fn text(status: &Status) -> String {
    let mut lines = vec![format!(
        "{} (device {}) of {}, server {}",
        status.name, status.device, status.organizer, status.server
    )];
    if status.revoked {
        lines.push("  the organizer has ended this device's enrolment".into());
    }
    lines.push(match status.clock_offset_ms {
        Some(offset) => format!("  clock: {offset} ms behind the server"),
        None => "  clock: never compared with the server's".into(),
    });
    lines.extend(status.events.iter().map(event_text));
    lines.join("\n")
}

fn event_text(event: &EventStatus) -> String {
    let mut lines = vec![format!(
        "  event {} {}: book {}, {} tickets, revision {}{}",
        event.event,
        event.name,
        event.book,
        event.tickets,
        event.revision,
        match event.downloading_after {
            Some(serial) => format!(", downloading after {serial}"),
            None => String::new(),
        }
    )];
    if event.gone {
        lines.push(
            "    the server does not have this event any more: ask the organizer; scanning goes on"
                .into(),
        );
    }
    if let Some(gate) = event.gate {
        lines.push(format!("    this device stands at gate {gate}"));
    }
    lines.push(format!(
        "    {} facts, {} not yet at the server, {} notes that wait, {} open conflicts{}",
        event.facts,
        event.unsent,
        event.unsent_notes,
        event.open_conflicts,
        if event.clock_trusted {
            ""
        } else {
            ", clock uncertain"
        }
    ));
    for list in &event.lists {
        lines.push(format!(
            "    list {} {}: {} tickets, {} people let in, {} inside",
            list.list, list.name, list.tickets, list.people, list.inside
        ));
    }
    for actor in &event.actors {
        let name = actor.device.as_deref().unwrap_or("unknown device");
        lines.push(format!(
            "    log {} of {name}{}: {} facts, {} at the server{}",
            actor.actor,
            if actor.own { " (this one)" } else { "" },
            actor.seq,
            actor.acknowledged,
            match actor.forked_at {
                Some(at) => format!(", two histories from {at} on: call the organizer"),
                None => String::new(),
            }
        ));
    }
    lines.join("\n")
}
