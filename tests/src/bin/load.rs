//! The load generator: what a server does under many clients, as a table.
//!
//! Everything runs on this machine, the generator included. Figures of one run
//! may be compared with each other, and with the raw commit rate beside them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is for the person who runs it"
)]
#![expect(clippy::disallowed_methods, reason = "measuring is reading the clock")]

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use clap::Parser;
use journeys::api::Api;
use journeys::scanner::Scanner;
use journeys::server::Server;
use journeys::{Outcome, failed};
use serde_json::{Value, json};

const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "a long load password";

/// Measures one server.
#[derive(Parser)]
struct Arguments {
    /// PostgreSQL to keep the data in; SQLite without it.
    #[arg(long)]
    database_url: Option<String>,
    /// Requests of each measurement.
    #[arg(long, default_value_t = 6000)]
    requests: usize,
    /// Tickets of the event that a device downloads.
    #[arg(long, default_value_t = 20_000)]
    tickets: usize,
    /// Facts that wait on a device for the server.
    #[arg(long, default_value_t = 10_000)]
    facts: usize,
}

/// What the disk takes in a second, measured first: each rate is told against it.
static RAW_COMMITS: OnceLock<f64> = OnceLock::new();

/// Requests that ten thousand facts may take.
const FACTS_IN: u64 = 20;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nThe measurement stopped: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Outcome {
    let folder = tempfile::Builder::new()
        .prefix("bilten-load-")
        .tempdir()
        .map_err(failed("making a folder"))?;
    let database = if arguments.database_url.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    println!(
        "### {database}\n\n| what | clients | a second | of raw commits | p50 ms | p99 ms | notes |\n|---|---|---|---|---|---|---|"
    );
    commits(folder.path())?;

    let mut server = Server::new(&folder.path().join("server"), arguments.database_url)?;
    server.run(
        &["organizer", "create", "--name", "Load", "--email", EMAIL],
        &format!("{PASSWORD}\n"),
    )?;
    let begun = Instant::now();
    server.start()?;
    let ready = begun.elapsed();
    row(
        "start to ready",
        1,
        None,
        &format!("{} ms", ready.as_millis()),
    );
    row(
        "memory of an idle server",
        0,
        None,
        &format!("{} MB", server.memory_mb()?),
    );

    let guest = Api::new(&server.url());
    let session = guest
        .post(
            "/api/v1/sessions",
            &json!({ "email": EMAIL, "password": PASSWORD }),
        )
        .await?;
    let organizer = guest.with_token(session["token"].as_str().ok_or("no token")?);

    let log_in = json!({ "email": EMAIL, "password": PASSWORD });
    many(8, 20, |_| {
        let (guest, log_in) = (guest.clone(), log_in.clone());
        async move {
            let (status, _) = guest.try_post("/api/v1/sessions", &log_in).await?;
            Ok(status == 201)
        }
    })
    .await?;
    row(
        "memory after logins",
        8,
        None,
        &format!("{} MB, 20 of them", server.memory_mb()?),
    );

    for clients in [1, 8, 32] {
        let event = event(&organizer, arguments.requests).await?;
        orders(&guest, &event, clients, arguments.requests).await?;
    }
    rush(&guest, &organizer).await?;

    let event = event(&organizer, arguments.requests).await?;
    let codes = fill(&guest, &event, arguments.requests).await?;
    let begun = Instant::now();
    import(&organizer, &event, codes.len()..arguments.tickets).await?;
    let words = format!(
        "{} tickets in {} ms",
        arguments.tickets.saturating_sub(codes.len()),
        begun.elapsed().as_millis()
    );
    row("import from another system", 1, None, &words);
    let memory = |when: &str| -> Outcome {
        let words = format!("{} MB, {} tickets", server.memory_mb()?, arguments.tickets);
        row(when, 0, None, &words);
        Ok(())
    };
    memory("memory with these tickets")?;
    let words = format!("{} tickets", arguments.tickets);
    enrolled(
        &organizer,
        &server,
        &event,
        &folder.path().join("first"),
        &words,
    )
    .await?;
    let mut parts = codes.chunks(arguments.requests / 3);
    for clients in [1, 8, 32] {
        let codes = parts.next().ok_or("too few tickets for the measurement")?;
        redeems(&organizer, &event, clients, codes).await?;
    }
    device(
        &organizer,
        &server,
        &event,
        folder.path(),
        (arguments.tickets, arguments.facts, &codes),
    )
    .await?;
    memory("memory after a device had them all")
}

/// How many commits the disk takes: a page written and synced, again and again.
fn commits(folder: &Path) -> Outcome {
    let mut file =
        std::fs::File::create(folder.join("commits")).map_err(failed("measuring the disk"))?;
    let mut times = Vec::new();
    for _ in 0..1000 {
        let begun = Instant::now();
        file.write_all(&[7; 4096])
            .and_then(|()| file.sync_data())
            .map_err(failed("measuring the disk"))?;
        times.push(begun.elapsed());
    }
    let whole = times.iter().sum();
    row(
        "raw commits: 4 KiB written and synced",
        1,
        Some((times, whole)),
        "",
    );
    Ok(())
}

/// An event on sale with one free tier of `places`.
async fn event(organizer: &Api, places: usize) -> Outcome<String> {
    let event = json!({ "name": "Load", "time_zone": "Europe/Belgrade", "currency": "EUR", "state": "on_sale" });
    let event = organizer.post("/api/v1/events", &event).await?;
    let event = event["id"].as_str().ok_or("no event id")?.to_owned();
    let path = format!("/api/v1/events/{event}");
    organizer
        .post(
            &format!("{path}/tiers"),
            &json!({ "name": "Standing", "price_minor": 0, "max_per_order": 100 }),
        )
        .await?;
    organizer
        .post(
            &format!("{path}/quotas"),
            &json!({ "name": "House", "size": places, "tiers": [1] }),
        )
        .await?;
    Ok(event)
}

fn order(quantity: usize) -> Value {
    json!({ "positions": [{ "tier": 1, "quantity": quantity }], "email": "guest@example.org", "name": "Guest" })
}

async fn orders(guest: &Api, event: &str, clients: usize, requests: usize) -> Outcome {
    let path = Arc::new(format!("/api/v1/events/{event}/orders"));
    let measured = many(clients, requests, |_| {
        let (guest, path) = (guest.clone(), path.clone());
        async move {
            guest
                .try_post(&path, &order(1))
                .await
                .map(|(status, _)| status == 201)
        }
    })
    .await?;
    row("orders from a limited quota", clients, Some(measured), "");
    Ok(())
}

/// 500 buyers at once for 100 places.
async fn rush(guest: &Api, organizer: &Api) -> Outcome {
    let event = event(organizer, 100).await?;
    let path = Arc::new(format!("/api/v1/events/{event}/orders"));
    let sold = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let (times, whole) = many(500, 500, |_| {
        let (guest, path, sold) = (guest.clone(), path.clone(), sold.clone());
        async move {
            let (status, _) = guest.try_post(&path, &order(1)).await?;
            sold.fetch_add(usize::from(status == 201), Ordering::Relaxed);
            Ok(status == 201 || status == 409)
        }
    })
    .await?;
    let all = begun.elapsed();
    let sold = sold.load(Ordering::Relaxed);
    if sold != 100 {
        return Err(format!("100 places, {sold} sold"));
    }
    row(
        "500 buyers at once for 100 places",
        500,
        Some((times, whole)),
        &format!("all answered after {} ms, 100 sold", all.as_millis()),
    );
    Ok(())
}

/// Sells `wanted` tickets; their codes.
async fn fill(guest: &Api, event: &str, wanted: usize) -> Outcome<Vec<String>> {
    let path = format!("/api/v1/events/{event}/orders");
    let mut codes = Vec::new();
    for begun in (0..wanted).step_by(100) {
        let (status, placed) = guest
            .try_post(&path, &order(100.min(wanted - begun)))
            .await?;
        if status != 201 {
            return Err(format!("filling the event: {status} {placed}"));
        }
        let buyer = guest.with_token(placed["secret"].as_str().ok_or("no secret")?);
        for position in placed["positions"].as_array().into_iter().flatten() {
            let id = position["id"].as_str().ok_or("no position id")?;
            let ticket = buyer.get(&format!("/api/v1/positions/{id}/ticket")).await?;
            codes.push(ticket["code"].as_str().ok_or("no code")?.to_owned());
        }
    }
    Ok(codes)
}

/// Fills the event with tickets of another system.
async fn import(organizer: &Api, event: &str, numbers: std::ops::Range<usize>) -> Outcome {
    let path = format!("/api/v1/events/{event}/imports");
    for first in numbers.clone().step_by(10_000) {
        let mut file = "code,tier,name,seat\n".to_owned();
        for number in first..numbers.end.min(first + 10_000) {
            let line = format!(
                "EX-{number:09},1,Guest {number},Row {} seat {}\n",
                number / 40,
                number % 40
            );
            file.push_str(&line);
        }
        organizer.post_file(&path, "text/csv", file).await?;
    }
    Ok(())
}

async fn redeems(organizer: &Api, event: &str, clients: usize, codes: &[String]) -> Outcome {
    let path = Arc::new(format!("/api/v1/events/{event}/redeem"));
    let codes: Arc<[String]> = codes.into();
    let measured = many(clients, codes.len(), |at| {
        let (organizer, path, codes) = (organizer.clone(), path.clone(), codes.clone());
        async move {
            let body = json!({ "code": codes.get(at), "list": 1, "gate": 1, "request_id": format!("{clients:016x}{at:016x}") });
            let (status, answer) = organizer.try_post(&path, &body).await?;
            Ok(status == 200 && answer.to_string().contains("admit"))
        }
    })
    .await?;
    row(
        "online redeems",
        clients,
        Some(measured),
        "each a fact, durable before its answer",
    );
    Ok(())
}

/// A new device that took in everything of the event.
async fn enrolled(
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

async fn device(
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
        Some(requests) if requests <= FACTS_IN => Ok(()),
        _ => Err(format!("{facts} facts took {requests:?} requests")),
    }
}

/// Sends `requests` requests from `clients` clients at once; each time and the whole time.
async fn many<F, R>(
    clients: usize,
    requests: usize,
    request: F,
) -> Outcome<(Vec<Duration>, Duration)>
where
    F: Fn(usize) -> R,
    R: Future<Output = Outcome<bool>> + Send + 'static,
{
    let mut work: Vec<Vec<R>> = (0..clients).map(|_| Vec::new()).collect();
    for at in 0..requests {
        if let Some(client) = work.get_mut(at % clients) {
            client.push(request(at));
        }
    }
    let begun = Instant::now();
    let tasks: Vec<_> = work
        .into_iter()
        .map(|requests| {
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(requests.len());
                for request in requests {
                    let begun = Instant::now();
                    if !request.await? {
                        return Err("a request was not answered as it should be".to_owned());
                    }
                    times.push(begun.elapsed());
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Vec::with_capacity(requests);
    for task in tasks {
        times.extend(task.await.map_err(failed("a client"))??);
    }
    Ok((times, begun.elapsed()))
}

fn row(what: &str, clients: usize, measured: Option<(Vec<Duration>, Duration)>, notes: &str) {
    let clients = if clients == 0 {
        String::new()
    } else {
        clients.to_string()
    };
    let Some((mut times, whole)) = measured else {
        println!("| {what} | {clients} | | | | | {notes} |");
        return;
    };
    times.sort_unstable();
    let at =
        |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let millis = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = times.len() as f64 / whole.as_secs_f64();
    let raw = RAW_COMMITS.get_or_init(|| rate);
    println!(
        "| {what} | {clients} | {rate:.0} | {:.2} | {:.2} | {:.2} | {notes} |",
        rate / raw,
        millis(at(50)),
        millis(at(99))
    );
}
