//! What may stand in the way of a dependency: its licence, its source, a ban, a known flaw, or that nobody uses it.
//!
//! Source: docs/decisions/0120-known-flaws-of-dependencies.md

use std::path::Path;
use std::process::Stdio;

use crate::setup;
use crate::shell::{self, Outcome};

/// Seconds that the database of known flaws may take to come.
const PATIENCE: &str = "30";

/// Licences, sources and bans; known flaws too, where their database can be reached.
pub fn check() -> Outcome {
    let deny = setup::tool("cargo-deny", "0.20.2", &["--no-default-features"])?;
    let told = ["--log-level", "error"];
    let check = ["check", "bans", "licenses", "sources"];
    shell::run(shell::command(&deny).args(told).args(check))?;
    if !flaws_came(&deny) {
        println!("known flaws were not looked up: their database cannot be reached");
        return Ok(());
    }
    let check = ["--offline", "check", "advisories"];
    shell::run(shell::command(&deny).args(told).args(check))
}

/// Whether the newest known flaws are on this machine now.
fn flaws_came(deny: &Path) -> bool {
    // A network that swallows everything would hold git for minutes.
    let mut fetch = shell::command("timeout");
    fetch.arg(PATIENCE).arg(deny);
    fetch.args(["--log-level", "off", "fetch", "db"]);
    shell::output(fetch.env("GIT_TERMINAL_PROMPT", "0")).is_ok()
}

/// Dependencies that a crate names and does not use.
pub fn check_used() -> Outcome {
    let machete = setup::tool("cargo-machete", "0.9.2", &[])?;
    shell::run(shell::command(machete).stdout(Stdio::null()))
}
