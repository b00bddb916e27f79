//! The demo: plays the story on this machine and tells it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the demo talks to the person who runs it"
)]

use std::process::ExitCode;

use clap::Parser;
use journeys::{Outcome, failed, story};

/// Sells, scans at two doors that cannot talk, and settles.
#[derive(Parser)]
struct Arguments {
    /// End when the story is over instead of staying up.
    #[arg(long)]
    once: bool,
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
    tokio::signal::ctrl_c()
        .await
        .map_err(failed("waiting for Ctrl-C"))
}
