//! A scanner: its first download, its queue, and what reaches it while it is in contact.

use std::path::Path;
use std::time::Instant;

use journeys::Outcome;
use journeys::api::Api;
use journeys::scanner::Scanner;
use journeys::server::Server;
use serde_json::{Value, json};

use crate::table::row;

/// Requests that ten thousand facts may take.
const FACTS_IN: u64 = 20;

/// Changes that a device in contact hears of.
const CHANGES: usize = 50;

/// A new device that took in everything of the event.
pub async fn enrolled(
    organizer: &Api,
    server: &Server,
    event: &str,
    folder: &Path,
    what: &str,
) -> Outcome<Scanner> {
    let path = format!("/api/v1/events/{event}/enrolment-codes");
    let code = organizer.post(&path, &json!({})).await?;
    let code = code["code"].as_str().ok_or("no code")?;
    let server = server.url();
    let scanner = Scanner::new(folder, "Load");
    let enrol = [
        "enrol", "--server", &server, "--code", code, "--name", "Load",
    ];
    let begun = Instant::now();
    let told = scanner.run(&enrol)?.expect(0, "an enrolment")?;
    let words = format!(
        "{what} in {} ms, keys made; {}",
        begun.elapsed().as_millis(),
        told.lines.get(1).unwrap_or(&Value::Null)["exchange"]
    );
    row("enrolment and first download", 1, None, &words);
    Ok(scanner)
}

pub async fn device(
    organizer: &Api,
    server: &Server,
    event: &str,
    folder: &Path,
    (tickets, facts, codes): (usize, usize, &[String]),
) -> Outcome {
    let words = format!("{tickets} tickets and the log so far");
    let scanner = enrolled(organizer, server, event, &folder.join("device"), &words).await?;

    // A code that is shown again is refused, and that is a fact too.
    let shown = codes.iter().cycle().take(facts);
    let input: String = shown.flat_map(|code| [code, "\n"]).collect();
    let begun = Instant::now();
    let scanned = scanner.run_with_input(&["scan", "-"], &input)?;
    if scanned.lines.len() != facts {
        return Err(format!(
            "scanning ended early: {} {:?}",
            scanned.words,
            scanned.lines.last()
        ));
    }
    let words = format!(
        "{} facts in {} ms",
        scanned.lines.len(),
        begun.elapsed().as_millis()
    );
    row("scans of one device, each durable", 1, None, &words);
    let begun = Instant::now();
    let synced = scanner
        .run(&["sync"])?
        .expect(0, "the facts' way to the server")?;
    let words = format!(
        "{} facts in {} ms; {}",
        scanned.lines.len(),
        begun.elapsed().as_millis(),
        synced.first()["exchange"]
    );
    row("queued facts to the server", 1, None, &words);
    let requests = synced.first()["exchange"]["requests"].as_u64();
    match requests {
        Some(requests) if requests <= FACTS_IN => {}
        _ => return Err(format!("{facts} facts took {requests:?} requests")),
    }
    pushed(organizer, event, &scanner).await
}

/// Changes at the server, each timed from its request to the line in which a device in contact
/// tells that it has it.
async fn pushed(organizer: &Api, event: &str, scanner: &Scanner) -> Outcome {
    let revision = |state: &Value| state["events"][0]["revision"].as_u64().unwrap_or_default();
    let mut live = scanner.live(&["sync", "--stay"])?;
    let state = live.wait("the device is in contact", |state| {
        state["events"][0]["way"] == "link" && revision(state) > 0
    })?;
    let mut known = revision(&state);
    let mut times = Vec::with_capacity(CHANGES);
    let begun = Instant::now();
    for change in 0..CHANGES {
        let file = format!("code,tier,name,seat\nPUSHED-{change:06},1,Late guest {change},\n");
        let path = format!("/api/v1/events/{event}/imports");
        let begun = Instant::now();
        organizer.post_file(&path, "text/csv", file).await?;
        let state = live.wait("a ticket is there", |state| revision(state) > known)?;
        times.push(begun.elapsed());
        known = revision(&state);
    }
    row(
        "a new ticket to a device in contact",
        1,
        Some((times, begun.elapsed())),
        "from the organizer's request to the device's store",
    );
    Ok(())
}
