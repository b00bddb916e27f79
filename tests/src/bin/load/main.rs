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

mod device;
mod shop;
mod table;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use journeys::api::Api;
use journeys::server::Server;
use journeys::{Outcome, failed};
use serde_json::json;

use self::device::{device, enrolled};
use self::shop::{event, fill, import, orders, redeems, rush};
use self::table::{many, row};

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
