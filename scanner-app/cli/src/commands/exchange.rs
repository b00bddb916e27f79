//! `sync`: exchange everything that is new with the server or with another device.

use std::sync::Arc;

use scanner_core::lan::Lan;
use scanner_core::scanner::{Scanner, Server};
use scanner_core::sync::Exchange;
use scanner_core::sync::http::Http;
use serde_json::json;
use shared_model::ids::EventNo;

use super::runtime;
use crate::args::{Args, SyncArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &SyncArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = Arc::new(home::open(args)?);
    if let Some(server) = &command.server {
        let server = Server::parse(server)
            .ok_or_else(|| Failure::Usage(format!("{server:?} is no address of a server")))?;
        scanner
            .store()
            .write(|tx| tx.mark_server(server.address()))?;
    }
    let runtime = runtime()?;
    for event in events(args, &scanner)? {
        let exchanged = match &command.peer {
            Some(peer) => runtime.block_on(Lan::new(&scanner)?.sync(
                &scanner,
                peer,
                event,
                &now::wall,
                now::rng(),
            ))?,
            None => runtime.block_on(with_server(&scanner, event))?,
        };
        show(event, &exchanged, output)?;
    }
    scanner.remember(&mut now::rng())?;
    Ok(0)
}

/// The event that was named, or all of them.
pub fn events(args: &Args, scanner: &Scanner) -> Result<Vec<EventNo>, Failure> {
    match args.event {
        Some(_) => Ok(vec![super::event(args, scanner)?]),
        None => {
            let events = scanner.store().read(|tx| tx.list_events())?;
            Ok(events.iter().map(|event| event.event).collect())
        }
    }
}

/// One exchange with the server of this device.
pub async fn with_server(scanner: &Scanner, event: EventNo) -> Result<Exchange, Failure> {
    let account = scanner.store().read(|tx| tx.account())?;
    let server = Server::parse(&account.server)
        .ok_or_else(|| Failure::Usage(format!("{:?} is no address of a server", account.server)))?;
    let http = Http::new(server)?;
    Ok(http.sync(scanner, event, &now::wall, now::rng()).await?)
}

/// Prints what an exchange came to.
pub fn show(event: EventNo, exchange: &Exchange, output: &Output) -> Result<(), Failure> {
    let Exchange {
        requests,
        bytes_up,
        bytes_down,
        delivered,
        revoked,
    } = exchange;
    let mut text = format!(
        "event {event}: {requests} requests, {bytes_up} bytes up, {bytes_down} bytes down, {}",
        if *delivered {
            "everything delivered"
        } else {
            "not everything was taken"
        }
    );
    if *revoked {
        text.push_str("; this device no longer counts: its tickets and names were dropped");
    }
    output.say(&json!({ "event": event, "exchange": exchange }), &text)
}
