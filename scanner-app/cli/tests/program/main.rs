//! The program as its users run it: exit codes, lines, and what survives being killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../../../core/tests/support/mod.rs"]
mod support;

mod cut_off;
mod device;
mod pictures;
mod verdicts;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use shared_model::fact::{Fact, FactId, Outcome};
use shared_model::time::Timestamp;
use support::{EVENT, Organizer, SUPERVISOR, reopen};
use tempfile::TempDir;

/// An enrolled device and whose it is.
struct Device {
    folder: TempDir,
    organizer: Organizer,
}

/// An enrolled device with tickets 0 to `count`, closed.
fn device(count: u32) -> Device {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(today());
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, count);
    Device { folder, organizer }
}

fn today() -> Timestamp {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp(i64::try_from(now.as_millis()).unwrap())
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bilten-scan"));
    command
        .env_remove("BILTEN_SCAN_PASSPHRASE")
        .arg("--home")
        .arg(folder)
        .arg("--key-file")
        .arg(folder.join("keys"))
        .arg("--json");
    command
}

fn qr(text: &str) -> Vec<u8> {
    ticket_crypto::qr::png(text, ticket_crypto::qr::Ecc::M, 4).unwrap()
}

impl Device {
    fn run(&self, args: &[&str]) -> (i32, Vec<Value>) {
        let output = program(self.folder.path()).args(args).output().unwrap();
        (output.status.code().unwrap(), lines(&output))
    }

    /// What `arguments` answer when `input` is all of standard input.
    fn run_with(&self, arguments: &[&str], input: &[u8]) -> (i32, Vec<Value>) {
        let mut child = program(self.folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), lines(&output))
    }

    fn facts(&self) -> u64 {
        let (_, status) = self.run(&["status"]);
        status[0]["events"][0]["facts"].as_u64().unwrap()
    }
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
