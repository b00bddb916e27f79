//! The demo: plays the story on this machine and tells it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the demo talks to the person who runs it"
)]

use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Parser;
use journeys::api::Api;
use journeys::programs::{self, Running};
use journeys::stage::{invite, text};
use journeys::story::Ending;
use journeys::{Outcome, failed, story};
use serde_json::json;

/// Sells, scans at two doors that cannot talk, and settles.
#[derive(Parser)]
struct Arguments {
    /// End when the story is over instead of staying up.
    #[arg(long)]
    once: bool,
    /// Why the scanner's window is not to be opened.
    #[arg(long, value_name = "WHY")]
    no_window: Option<String>,
    /// A PostgreSQL in which the server may keep its data; SQLite without it.
    #[arg(long)]
    database_url: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nThe demo stopped: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Outcome {
    let folder = tempfile::Builder::new()
        .prefix("bilten-demo-")
        .tempdir()
        .map_err(failed("making a folder for the demo"))?;
    let mut step = 0;
    let ending = story::play(folder.path(), arguments.database_url, &mut |sentence| {
        if sentence.starts_with(' ') {
            println!("{sentence}");
        } else {
            step += 1;
            println!("{step:>3}. {sentence}");
        }
    })
    .await?;
    println!("\nEverything happened as it should.");
    if arguments.once {
        return Ok(());
    }
    println!(
        "\nThe server stays up until you press Ctrl-C.\n  API docs  {}/api/docs\n  Events    curl -H 'Authorization: Bearer {}' {}/api/v1/events\n  Files     {}",
        ending.server.url(),
        ending.token,
        ending.server.url(),
        folder.path().display(),
    );
    let _window = match arguments.no_window {
        Some(why) => {
            println!("\nThe scanner's window is not opened: {why}");
            None
        }
        None => window(folder.path(), &ending).await?,
    };
    tokio::signal::ctrl_c()
        .await
        .map_err(failed("waiting for Ctrl-C"))
}

/// Opens the scanner's window beside the server, with a code that enrols it; says how where there is no display.
async fn window(folder: &Path, ending: &Ending) -> Outcome<Option<Running>> {
    let organizer = Api::new(&ending.server.url()).with_token(&ending.token);
    let code = invite(&organizer, &ending.event, &json!({})).await?;
    let link = format!(
        "bilten:enrol/{}/{}",
        text(&code, "code")?,
        ending.server.url()
    );
    let program = programs::path("bilten-scanner")?;
    let home = folder.join("window");
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].map(std::env::var_os);
    if cfg!(target_os = "linux") && display.iter().flatten().all(|name| name.is_empty()) {
        println!(
            "\nThere is no display here. Where there is one (or after `Xvfb :9 & export DISPLAY=:9`), this opens the scanner's window:\n  {} --home {} '{link}'",
            program.display(),
            home.display(),
        );
        return Ok(None);
    }
    println!(
        "\nThe scanner's window is open. Its enrolment code is filled in; the pictures of the tickets are in\n  {}",
        folder.display()
    );
    let window = Command::new(&program)
        .arg("--home")
        .arg(&home)
        .arg("--key-file")
        .arg(home.join("keys"))
        .arg(link)
        .spawn()
        .map_err(failed("opening the window"))?;
    Ok(Some(Running(window)))
}
