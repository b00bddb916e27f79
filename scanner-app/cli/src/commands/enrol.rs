//! `enrol`: become one of the organizer's devices, and fetch what is needed at the door.

use scanner_core::scanner::{Enrolling, Server};
use scanner_core::sync::http::Http;
use scanner_core::sync::trust::Trust;
use serde_json::json;

use super::{exchange, runtime, server};
use crate::args::{Args, EnrolArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &EnrolArgs, output: &Output) -> Result<u8, Failure> {
    let (server, code) = told(command)?;
    if command.name.trim().is_empty() {
        let why = "give the device a name that people will know it by: --name 'North 2'";
        return Err(Failure::Usage(why.into()));
    }
    let (folder, keys) = (home::folder(args)?, home::keys(args)?);
    home::tell_about_keys(&keys, output);
    let runtime = runtime()?;
    let http = Http::new(server.clone())?;
    let enrolling = Enrolling::begin(&command.name, &folder, keys, &mut now::rng())?;
    let answer = runtime.block_on(http.enrol(&enrolling.request(&code)))?;
    let scanner = enrolling.finish(&server, &answer, now::wall(), &mut now::rng())?;
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

/// The server and the code that the command line names.
fn told(command: &EnrolArgs) -> Result<(Server, String), Failure> {
    let (address, code, certificate) = match &command.invitation {
        Some(told) => (&*told.server, &told.code, told.certificate),
        None => {
            let address = command.server.as_deref().unwrap_or_default();
            let code = command.code.as_ref();
            let code = code.ok_or_else(|| Failure::Usage("give the one-time code".into()))?;
            (address, code, None)
        }
    };
    let trust = match certificate {
        Some(certificate) => Some(Trust::Certificate(certificate)),
        None => server::trust(&command.trust)?,
    };
    Ok((
        server::named(address, trust.unwrap_or_default())?,
        code.clone(),
    ))
}
