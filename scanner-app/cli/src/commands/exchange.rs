//! `sync`: exchange everything that is new with the server or with another device, once or for good.

use std::net::SocketAddr;
use std::sync::Arc;

use scanner_core::lan::Lan;
use scanner_core::scanner::Scanner;
use scanner_core::sync::Exchange;
use scanner_core::sync::http::Error;
use serde_json::json;
use shared_model::ids::EventNo;

use super::{contact, runtime, server};
use crate::args::{Args, SyncArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &SyncArgs, output: &Output) -> Result<u8, Failure> {
    if let Some(peer) = &command.peer {
        check_peer(peer)?;
    }
    let scanner = Arc::new(home::open(args)?);
    let runtime = runtime()?;
    let address = command.server.as_deref();
    runtime.block_on(server::change(&scanner, address, &command.trust))?;
    if command.stay {
        return contact::stay(&scanner, output);
    }
    match &command.peer {
        Some(peer) => runtime.block_on(with_peer(args, &scanner, peer, output))?,
        None => runtime.block_on(with_server(args, &scanner, output))?,
    }
    scanner.remember(&mut now::rng())?;
    if scanner.is_over(now::wall())? {
        drop(scanner);
        end(args, output)?;
    }
    Ok(0)
}

/// Nothing stays on a device whose enrolment has ended, once everything is handed in.
fn end(args: &Args, output: &Output) -> Result<(), Failure> {
    Scanner::wipe(&home::folder(args)?, &home::keys(args)?)?;
    output.say(
        &json!({ "wiped": true }),
        "the organizer has ended this device's enrolment: everything was handed in, and is deleted here",
    )
}

/// A host with a port; what is behind it shows when it is called.
fn check_peer(peer: &str) -> Result<(), Failure> {
    let is_host = |host: &str| !host.is_empty() && !host.contains(|sign| ":/ ".contains(sign));
    let named = peer
        .rsplit_once(':')
        .is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok());
    if named || peer.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    let why = format!("{peer:?} is no address of a device: host:port, as `serve-lan` prints it");
    Err(Failure::Usage(why))
}

async fn with_peer(
    args: &Args,
    scanner: &Arc<Scanner>,
    peer: &str,
    output: &Output,
) -> Result<(), Failure> {
    let lan = Lan::new(scanner)?;
    for event in events(args, scanner)? {
        let exchanged = lan.sync(scanner, peer, event, &now::wall, now::rng());
        show(event, &exchanged.await?, output)?;
    }
    Ok(())
}

/// Events that the server does not have any more keep no other from its exchange.
async fn with_server(args: &Args, scanner: &Scanner, output: &Output) -> Result<(), Failure> {
    let http = server::of(scanner)?;
    http.learn_duties(scanner, &mut now::rng()).await?;
    let mut gone = None;
    for event in events(args, scanner)? {
        match http.sync(scanner, event, &now::wall, now::rng()).await {
            Err(error @ Error::EventGone(_)) => gone = Some(error),
            exchanged => show(event, &exchanged?, output)?,
        }
    }
    gone.map_or(Ok(()), |error| Err(error.into()))
}

/// The event that was named, or all of them.
fn events(args: &Args, scanner: &Scanner) -> Result<Vec<EventNo>, Failure> {
    match args.event {
        Some(_) => Ok(vec![super::event(args, scanner)?]),
        None => {
            let events = scanner.store().read(|tx| tx.list_events())?;
            Ok(events.iter().map(|event| event.event).collect())
        }
    }
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
