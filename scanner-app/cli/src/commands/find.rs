//! `find`: a guest by name, seat, order or code.

use serde_json::json;
use shared_model::ticket::TicketRecord;

use super::event;
use crate::args::{Args, FindArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now, reads};

pub fn run(args: &Args, command: &FindArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let by = (command.operator, command.pin.as_deref());
    for text in reads::searches(&command.text)? {
        let found = scanner.find(event, &text?, command.limit, by, now::wall())?;
        for ticket in &found {
            let document = json!({ "event": event, "ticket": ticket });
            output.say(&document, &line(ticket))?;
        }
        if found.is_empty() {
            let none = json!({ "event": event, "tickets": [] });
            output.news(&none, "nobody found")?;
        }
    }
    Ok(0)
}

fn line(ticket: &TicketRecord) -> String {
    let person = ticket.person.clone().unwrap_or_default();
    let parts = [person.name, person.seat, person.order_code, person.notes];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{:>8}  {}", ticket.serial, parts.join(", "))
}
