//! `cargo xtask demo`: the whole path on this machine, told as it happens, then the
//! scanner's window beside a server that stays up.

use crate::postgres::Postgres;
use crate::screens;
use crate::setup;
use crate::shell::{self, Outcome};

/// How to play it.
#[derive(clap::Args)]
pub struct Arguments {
    /// End when the story is over; fails when anything is not as it should be.
    #[arg(long)]
    once: bool,
    /// Keep the server's data in a throw-away PostgreSQL instead of SQLite.
    #[arg(long)]
    postgres: bool,
}

/// Sets up, builds, plays; opens the window at the end unless it ends at once or has no screens.
pub fn run(arguments: &Arguments) -> Outcome {
    setup::debian(setup::BUILD)?;
    let no_window = match arguments.once {
        true => None,
        false => screens_built()?,
    };
    println!("── building (the first time takes some minutes)");
    shell::run(shell::cargo().args(["build", "--workspace", "--bins"]))?;
    let mut demo = shell::command(shell::target().join("debug").join("demo"));
    if arguments.once {
        demo.arg("--once");
    }
    if let Some(why) = no_window {
        demo.args(["--no-window", &why]);
    }
    if !arguments.postgres {
        return shell::run(&mut demo);
    }
    setup::debian(setup::POSTGRES)?;
    let postgres = Postgres::start(false)?;
    shell::run(demo.args(["--database-url", &postgres.admin_url()]))
}

/// Builds the window's screens; says why there are none where they cannot be built here.
fn screens_built() -> Outcome<Option<String>> {
    if let Err(why) = screens::can_be_built() {
        println!("── without the scanner's window: {why}");
        return Ok(Some(why));
    }
    screens::build().map(|()| None)
}
