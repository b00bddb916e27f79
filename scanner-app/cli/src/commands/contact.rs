//! Staying in contact with the server and the devices around, alone or beside another command.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use scanner_core::lan::{Neighbour, Neighbours};
use scanner_core::scanner::Scanner;
use scanner_core::sync::contact::{Contact, EventContact, State, Way};
use serde_json::json;

use super::runtime;
use crate::failure::Failure;
use crate::now;
use crate::output::Output;

/// Any port of any interface: others are told by mDNS which one it is.
const ANY_PORT: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));

/// What goes on beside another command, until it is dropped.
pub struct Background {
    _contact: Option<Contact>,
    _neighbours: Option<Neighbours>,
}

/// Begins to exchange with the server and the devices around; nothing of it for a device that
/// is to stay alone.
pub fn begin(scanner: &Arc<Scanner>, alone: bool, output: &Output) -> Result<Background, Failure> {
    let neighbours = match alone {
        true => None,
        false => match neighbours(scanner, ANY_PORT) {
            Ok(neighbours) => Some(neighbours),
            Err(failure) => {
                output.hint(&failure.to_string());
                None
            }
        },
    };
    Ok(Background {
        _contact: with_server(scanner, alone)?,
        _neighbours: neighbours,
    })
}

/// Keeps in contact with the server, until dropped.
pub fn with_server(scanner: &Arc<Scanner>, alone: bool) -> Result<Option<Contact>, Failure> {
    if alone {
        return Ok(None);
    }
    start(scanner).map(Some)
}

fn start(scanner: &Arc<Scanner>) -> Result<Contact, Failure> {
    let failed = |error| Failure::File("no contact with the server can be begun".into(), error);
    Contact::start(Arc::clone(scanner), now::wall, now::rng()).map_err(failed)
}

/// Exchanges with the devices around, until dropped.
pub fn neighbours(scanner: &Arc<Scanner>, listen: SocketAddr) -> Result<Neighbours, Failure> {
    let scanner = Arc::clone(scanner);
    Ok(Neighbours::start(scanner, listen, now::wall, now::rng())?)
}

/// Prints who is around whenever that changes, until interrupted.
pub async fn tell_neighbours(neighbours: &Neighbours, output: &Output) -> Result<(), Failure> {
    let mut lists = neighbours.subscribe();
    loop {
        tokio::select! {
            changed = lists.changed() => if changed.is_err() { return Ok(()) },
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
        let list = lists.borrow_and_update().clone();
        let names: Vec<String> = list.iter().map(neighbour_text).collect();
        output.say(&json!({ "neighbours": list }), &names.join("\n"))?;
    }
}

/// Stays in contact until interrupted, and prints how that stands whenever it changes.
pub fn stay(scanner: &Arc<Scanner>, output: &Output) -> Result<u8, Failure> {
    let contact = start(scanner)?;
    let mut states = contact.subscribe();
    runtime()?.block_on(async {
        loop {
            let state = states.borrow_and_update().clone();
            output.say(&state, &text(&state))?;
            tokio::select! {
                changed = states.changed() => if changed.is_err() { return Ok(0) },
                _ = tokio::signal::ctrl_c() => return Ok(0),
            }
        }
    })
}

fn neighbour_text(neighbour: &Neighbour) -> String {
    let reach = match neighbour.in_reach {
        true => "exchanged",
        false => "out of reach",
    };
    format!("{} (device {}): {reach}", neighbour.name, neighbour.device)
}

fn text(state: &State) -> String {
    let lines: Vec<String> = state.events.iter().map(event_text).collect();
    if lines.is_empty() {
        return "no contact yet".into();
    }
    lines.join("\n")
}

fn event_text(contact: &EventContact) -> String {
    let way = match contact.way {
        Way::Link => "in contact",
        Way::Requests => "asking now and then",
        Way::None => "no contact",
    };
    format!(
        "event {}: {way}{}, book {}, revision {}{}, {} facts to send",
        contact.event,
        match contact.trouble {
            Some(trouble) => format!(" ({trouble:?})"),
            None => String::new(),
        },
        contact.book,
        contact.revision,
        if contact.downloading {
            ", downloading"
        } else {
            ""
        },
        contact.unsent,
    )
}
