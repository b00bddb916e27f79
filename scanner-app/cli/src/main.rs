//! `bilten-scan`: the headless scanner for kiosks, turnstiles, base stations and tests.
//!
//! Works with the server switched off. People read the output by default,
//! machines with `--json` (one document a line). The exit code tells the verdict:
//! 0 admit, 10 refuse, 11 ask, 12 confirm; or what went wrong: 2 usage, 3 store,
//! 4 the network was asked for and is absent, 5 not enrolled, 6 the camera or reader
//! that was named gives no codes. `decide` alone also knows 1: some case came out
//! otherwise than its file expects.

mod args;
mod bridge;
mod commands;
mod failure;
mod home;
mod input;
mod now;
mod output;
mod reads;
mod words;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::args::Args;
use crate::output::Output;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Nothing is left to tell when even this cannot be printed.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let filter = EnvFilter::try_from_env("BILTEN_SCAN_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let output = Output::new(args.json);
    match commands::run(&args, &output) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.code())
        }
    }
}
