//! `enrol`: become one of the organizer's devices, and fetch what is needed at the door.

use scanner_core::scanner::{Enrolling, Server};
use scanner_core::store::{self, Store};
use scanner_core::sync::http::Http;
use serde_json::json;

use super::{exchange, runtime};
use crate::args::{Args, EnrolArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &EnrolArgs, output: &Output) -> Result<u8, Failure> {
    let server = Server::parse(&command.server)
        .ok_or_else(|| Failure::Usage(format!("{:?} is no address of a server", command.server)))?;
    let folder = home::folder(args)?;
    if Store::exists(&folder) {
        return Err(store::Error::Exists(folder).into());
    }
    let keys = home::keys(args)?;
    if let scanner_core::keys::KeyStore::System(_) = &keys {
        scanner_core::keys::KeyStore::system_available()?;
    }
    let runtime = runtime()?;
    let http = Http::new(server.clone())?;
    let enrolling = Enrolling::new(&command.name, &mut now::rng());
    let answer = runtime.block_on(http.enrol(&enrolling.request(&command.code)))?;
    home::tell_about_keys(&keys, output);
    let scanner = enrolling.finish(
        &folder,
        keys,
        &server,
        &answer,
        now::wall(),
        &mut now::rng(),
    )?;
    let events: Vec<String> = answer
        .events
        .iter()
        .map(|event| format!("{} ({})", event.event, event.name))
        .collect();
    output.say(
        &json!({
            "enrolled": true,
            "device": answer.device,
            "device_id": answer.device_id,
            "organizer": answer.organizer,
            "fact_key": scanner.fact_key(),
            "events": answer.events,
        }),
        &format!(
            "enrolled as device {} of {}, for {}",
            answer.device,
            answer.organizer,
            events.join(", ")
        ),
    )?;
    for event in &answer.events {
        let exchanged = runtime.block_on(http.sync(&scanner, event.event, &now::wall, now::rng()));
        exchange::show(event.event, &exchanged?, output)?;
    }
    scanner.remember(&mut now::rng())?;
    Ok(0)
}
