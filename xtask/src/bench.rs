//! `cargo xtask bench`: every measurement, as tables and lines.
//!
//! Medians of one run on one machine: compare them with each other, not with
//! another day's.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::postgres::Postgres;
use crate::screens;
use crate::setup;
use crate::shell::{self, Outcome};

/// Tickets of the largest event that a device is measured with.
const MILLION: &str = "1000000";

/// The function that the others are told against: a ticket is parsed and its signature checked.
const CHECK: &str = "token/parse_and_check";

/// What to measure.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only the server under load, not the functions.
    #[arg(long)]
    load_only: bool,
}

/// Builds with optimisation, measures functions, then the server under load.
pub fn run(arguments: &Arguments) -> Outcome {
    setup::debian(setup::BUILD)?;
    setup::debian(setup::POSTGRES)?;
    screens::build()?;
    println!("── building with optimisation");
    // With the feature that a bench asks for: without it the server would be built twice.
    let testing = ["--features", "sync-server/testing"];
    let build = ["build", "--release", "--workspace", "--bins"];
    shell::run(shell::cargo().args(build).args(testing))?;
    if !arguments.load_only {
        println!("── functions");
        written()?;
        let results = shell::target().join("criterion");
        // What an earlier run left would be listed as if it were of this one.
        let _ = fs::remove_dir_all(&results);
        let mut functions = shell::cargo();
        functions.args(["bench", "--workspace", "--bench", "*"]);
        functions.args(testing).args(["--", "--noplot"]);
        shell::run(functions.env("BILTEN_BENCH_TICKETS", MILLION))?;
        table(&results)?;
        println!("── 2,000 guests through one window");
        screens::soak()?;
    }
    println!("── the server under load");
    written()?;
    let load = shell::target().join("release").join("load");
    shell::run(&mut shell::command(&load))?;
    println!("── a server with an event of 100,000 tickets");
    written()?;
    shell::run(shell::command(&load).args(["--tickets", "100000", "--requests", "1500"]))?;
    println!("── the server on PostgreSQL");
    let postgres = Postgres::start(true)?;
    written()?;
    shell::run(shell::command(&load).args(["--database-url", &postgres.admin_url()]))
}

/// Waits until the disk has written what came before: a measurement that waits for the disk
/// must not wait for that.
fn written() -> Outcome {
    shell::run(&mut shell::command("sync"))
}

/// Prints the medians that criterion left, by name.
fn table(results: &Path) -> Outcome {
    let mut rows = Vec::new();
    for folder in measured(results) {
        let name = text(&read(&folder.join("benchmark.json"))?["full_id"]);
        let median = read(&folder.join("estimates.json"))?["median"]["point_estimate"].as_f64();
        rows.push((name, median.unwrap_or(f64::NAN)));
    }
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let checks = rows.iter().find(|(name, _)| name == CHECK);
    let check = checks.map_or(f64::NAN, |(_, nanoseconds)| *nanoseconds);
    println!("| function | median µs | of checking a ticket |\n|---|---|---|");
    for (name, nanoseconds) in rows {
        let ratio = nanoseconds / check;
        println!("| {name} | {:.3} | {ratio:.4} |", nanoseconds / 1000.0);
    }
    Ok(())
}

/// The folders of the newest measurement of each function.
fn measured(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.ends_with("new") {
                found.push(path);
            } else {
                found.extend(measured(&path));
            }
        }
    }
    found
}

fn read(path: &Path) -> Outcome<Value> {
    let text = fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
    serde_json::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
