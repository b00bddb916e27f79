//! A scanner that watches a source, and what it says.

#![allow(dead_code, reason = "each test binary uses another part")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;
use shared_model::time::Timestamp;
use tempfile::TempDir;

use crate::support::Organizer;

/// What has to come comes within this long, however busy the computer.
const LONG: Duration = Duration::from_secs(60);

pub struct Watching {
    child: Child,
    lines: Receiver<Value>,
    _folder: TempDir,
    pub organizer: Organizer,
}

impl Watching {
    /// Enrols a device with tickets 0 to 9, and watches with it.
    pub fn start(arguments: &[&str], with: impl FnOnce(&mut Command)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
        let mut organizer = Organizer::new(Timestamp(i64::try_from(now).unwrap()));
        let scanner = organizer.enrol(folder.path(), "North");
        organizer.give(&scanner, 10);
        drop(scanner);
        let mut command = Command::new(env!("CARGO_BIN_EXE_bilten-scan"));
        command
            .env_remove("BILTEN_SCAN_PASSPHRASE")
            .args(["--json", "--home"])
            .arg(folder.path())
            .arg("--key-file")
            .arg(folder.path().join("keys"))
            .arg("watch")
            .args(arguments)
            .stdout(Stdio::piped());
        with(&mut command);
        let mut child = command.spawn().unwrap();
        let (tell, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self {
            child,
            lines,
            _folder: folder,
            organizer,
        }
    }

    pub fn next(&self) -> Value {
        self.lines.recv_timeout(LONG).unwrap()
    }

    pub fn verdict(&self) -> Value {
        let line = self.next();
        assert!(line["outcome"].is_string(), "{line}");
        line
    }

    pub fn silent(&self, during: Duration) {
        let said = self.lines.recv_timeout(during);
        assert_eq!(said, Err(RecvTimeoutError::Timeout));
    }

    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
