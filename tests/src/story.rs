//! The whole path in one evening: a ticket is bought, scanned at two doors that
//! cannot talk, and everybody learns what happened.
//!
//! Every step checks its own outcome; the demo prints the steps, a test runs them.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::api::Api;
use crate::scanner::{Answer, Scanner};
use crate::server::Server;
use crate::stage::{Ticket, buy, enrol, found, list, log_in, set_up};
use crate::{Outcome, programs};

/// A well-formed code that nobody here signed.
const FOREIGN: &str = "HTTPS://TICKETS.EXAMPLE.ORG/8C1F";

/// Hears what happens, a sentence at a time.
pub type Teller<'a> = &'a mut dyn FnMut(&str);

/// What is left standing when the story is over.
pub struct Ending {
    /// The server, running.
    pub server: Server,
    /// The event's id.
    pub event: String,
    /// The organizer's session token.
    pub token: String,
}

/// Plays the story in `folder`, on PostgreSQL when `database_url` names one.
///
/// # Errors
/// At the first thing that is not as it should be.
pub async fn play(
    folder: &Path,
    database_url: Option<String>,
    tell: Teller<'_>,
) -> Outcome<Ending> {
    let mut server = Server::new(&folder.join("server"), database_url)?;
    found(&mut server)?;
    tell(&format!(
        "The server listens on {}. Demo Nights, an organizer, has been created.",
        server.url()
    ));

    let api = Api::new(&server.url());
    let organizer = log_in(&api).await?;
    let event = set_up(&organizer).await?;
    tell("The organizer made an event, \"Harbour Lights\", with 100 places at no charge.");

    let codes = pictures(buy(&api, &event, 4, folder).await?);
    tell("Four tickets were bought through the web API; their QR codes are pictures now:");
    for picture in &codes {
        tell(&format!("    {}", picture.display()));
    }

    let (a, b) = (
        enrol(&organizer, &server, &event, folder, "Door A").await?,
        enrol(&organizer, &server, &event, folder, "Door B").await?,
    );
    for scanner in [&a, &b] {
        scanner.run(&["sync"])?.expect(0, "a sync before doors")?;
    }
    tell("Two scanners were enrolled, Door A and Door B, and downloaded the event.");

    server.stop();
    tell("The server is switched off. From here on the doors are alone.");
    at_the_doors(&a, &b, &codes, tell)?;
    meet(&a, &b, &codes, tell)?;

    server.start()?;
    tell("The server is back.");
    for scanner in [&a, &b] {
        scanner.run(&["sync"])?.expect(0, "a sync after doors")?;
        tell(&format!("{} delivered what it saw.", scanner.name));
    }
    // The connections of before the power cut are gone.
    let organizer = organizer.with_fresh_connections();
    settle(&organizer, &event, tell).await?;
    Ok(Ending {
        server,
        event,
        token: organizer.token().unwrap_or_default().to_owned(),
    })
}

/// A door that opens late: the server has let a guest in before the device was enrolled.
///
/// # Errors
/// At the first thing that is not as it should be.
pub async fn come_late(folder: &Path, database_url: Option<String>) -> Outcome {
    let mut server = Server::new(&folder.join("server"), database_url)?;
    found(&mut server)?;
    let api = Api::new(&server.url());
    let organizer = log_in(&api).await?;
    let event = set_up(&organizer).await?;
    let pictures = pictures(buy(&api, &event, 3, folder).await?);
    let [one, two, ..] = pictures.as_slice() else {
        return Err("the story needs two tickets".into());
    };

    let reader = Scanner::new(&folder.join("reader"), "Reader");
    let read = reader
        .run(&["decode", &one.to_string_lossy()])?
        .expect(0, "decoding a picture")?;
    let wish = json!({ "code": read.first()["texts"][0], "request_id": "000102030405060708090a0b0c0d0e0f" });
    let answer = organizer
        .post(&format!("/api/v1/events/{event}/redeem"), &wish)
        .await?;
    if answer["outcome"] != "admit" {
        return Err(format!("the server did not admit: {answer}"));
    }
    let late = enrol(&organizer, &server, &event, folder, "Late door").await?;
    server.stop();
    refused(scan(&late, one)?, "already_used")?;
    scan(&late, two)?.expect(0, "a fresh ticket")?;
    Ok(())
}

fn pictures(tickets: Vec<Ticket>) -> Vec<PathBuf> {
    tickets.into_iter().map(|ticket| ticket.picture).collect()
}

/// What both doors do while nobody can reach anybody.
fn at_the_doors(a: &Scanner, b: &Scanner, codes: &[PathBuf], tell: Teller<'_>) -> Outcome {
    let [one, two, three, ..] = codes else {
        return Err("the story needs three tickets".into());
    };
    scan(a, one)?.expect(0, "the first scan")?;
    tell("Door A reads ticket 1: admitted.");
    refused(scan(a, one)?, "already_used")?;
    tell("Door A reads ticket 1 again: refused, already used.");
    scan(b, one)?.expect(0, "the same ticket at the other door")?;
    tell("Door B reads ticket 1: admitted. It cannot know.");
    scan(b, two)?.expect(0, "another ticket")?;
    tell("Door B reads ticket 2: admitted.");
    scan(a, three)?.expect(0, "a ticket at one door only")?;
    tell("Door A reads ticket 3: admitted.");

    let forged = forge(a, two)?;
    refused(a.run(&["scan", &forged])?, "bad_signature")?;
    tell("Door A reads ticket 2 with one character changed: refused, bad signature.");
    refused(a.run(&["scan", FOREIGN])?, "malformed")?;
    tell("Door A reads another system's code: refused, not a ticket.");
    Ok(())
}

/// The doors exchange logs with no server between them.
fn meet(a: &Scanner, b: &Scanner, codes: &[PathBuf], tell: Teller<'_>) -> Outcome {
    let [_, two, three, four] = codes else {
        return Err("the story needs four tickets".into());
    };
    let address = format!("127.0.0.1:{}", programs::free_port()?);
    let hub = b.serve_lan(&address)?;
    a.run(&["sync", "--peer", &address])?
        .expect(0, "a sync between the doors")?;
    drop(hub);
    tell("Door A and Door B met over the local network and exchanged their logs.");
    refused(scan(a, two)?, "already_used")?;
    tell("Door A reads ticket 2, which only Door B had seen: refused, already used.");
    refused(scan(b, three)?, "already_used")?;
    tell("Door B reads ticket 3, which only Door A had seen: refused, already used.");
    scan(a, four)?.expect(0, "a fresh ticket")?;
    tell("Door A reads ticket 4: admitted.");
    Ok(())
}

/// What the server says of the night.
async fn settle(organizer: &Api, event: &str, tell: Teller<'_>) -> Outcome {
    let entries = organizer
        .get(&format!("/api/v1/events/{event}/entries"))
        .await?;
    let entries = list(&entries, "entries")?;
    let admitted = entries
        .iter()
        .filter(|entry| entry["outcome"] == "admitted")
        .count();
    tell(&format!(
        "The server knows {} scans, {admitted} of them admissions.",
        entries.len()
    ));
    if admitted != 5 {
        return Err(format!(
            "five admissions were shown, the server knows {admitted}: {entries:?}"
        ));
    }
    let conflicts = organizer
        .get(&format!("/api/v1/events/{event}/conflicts"))
        .await?;
    let conflicts = list(&conflicts, "conflicts")?;
    let [conflict] = conflicts else {
        return Err(format!(
            "one conflict was made, the server knows {}: {conflicts:?}",
            conflicts.len()
        ));
    };
    let words = conflict.to_string();
    if !(words.contains("Door A") && words.contains("Door B")) {
        return Err(format!("the conflict does not name both doors: {words}"));
    }
    tell(
        "One conflict: ticket 1 was admitted at Door A and at Door B. A person settles it; nothing was lost.",
    );
    Ok(())
}

fn scan(scanner: &Scanner, picture: &Path) -> Outcome<Answer> {
    scanner.run(&["scan", &picture.to_string_lossy()])
}

pub(crate) fn refused(answer: Answer, reason: &str) -> Outcome {
    let answer = answer.expect(10, reason)?;
    if answer.first().to_string().contains(reason) {
        return Ok(());
    }
    Err(format!("refused, but not as {reason}: {:?}", answer.lines))
}

/// The text in `picture` with one character of its signature changed.
fn forge(scanner: &Scanner, picture: &Path) -> Outcome<String> {
    let read = scanner
        .run(&["decode", &picture.to_string_lossy()])?
        .expect(0, "decoding a picture")?;
    let text = read.first()["texts"][0]
        .as_str()
        .ok_or("the picture holds no text")?
        .to_owned();
    let at = text.len() - 8;
    let other = if text.as_bytes().get(at) == Some(&b'0') {
        "1"
    } else {
        "0"
    };
    let mut forged = text;
    forged.replace_range(at..=at, other);
    Ok(forged)
}
