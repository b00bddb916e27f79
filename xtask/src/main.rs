//! The tasks of the workspace: `cargo xtask demo`, `cargo xtask test`.
//!
//! Each sets up what it needs, says what it does, and fails loudly.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the person who runs it"
)]

mod bench;
mod demo;
mod dependencies;
mod fuzz;
mod package;
mod postgres;
mod screens;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The tasks of the workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up and play the whole path: sell, scan at two doors, merge, settle.
    Demo(demo::Arguments),
    /// Set up and run every check and every test, on SQLite and on PostgreSQL.
    Test,
    /// Measure functions and the server under load, as tables.
    Bench(bench::Arguments),
    /// Make a Debian package of server, scanner and window, and sign it.
    Package(package::Arguments),
    /// Feed every decoder of foreign bytes with inputs that look for new paths.
    Fuzz(fuzz::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Test => test::run(),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Package(arguments) => package::run(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}
