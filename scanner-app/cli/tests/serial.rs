//! A hand scanner on a serial line, which a pseudo-terminal stands in for.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../../core/tests/support/mod.rs"]
mod support;
mod watching;

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use watching::Watching;

/// A line whose name stays when what it leads to is another one.
struct Line {
    folder: tempfile::TempDir,
    reader: Option<File>,
}

impl Line {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            reader: None,
        }
    }

    fn name(&self) -> PathBuf {
        self.folder.path().join("reader")
    }

    fn plug(&mut self) {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let reader = openpt(flags).unwrap();
        grantpt(&reader).unwrap();
        unlockpt(&reader).unwrap();
        let computer = ptsname(&reader, Vec::new()).unwrap();
        symlink(computer.to_str().unwrap(), self.name()).unwrap();
        self.reader = Some(reader.into());
    }

    fn unplug(&mut self) {
        std::fs::remove_file(self.name()).unwrap();
        self.reader = None;
    }

    fn reads(&mut self, code: &str) {
        let reader = self.reader.as_mut().unwrap();
        write!(reader, "{code}\r").unwrap();
    }

    fn watched(&self) -> Watching {
        let source = format!("serial:{}@115200", self.name().display());
        Watching::start(&[&source], |_| {})
    }
}

#[test]
fn every_code_of_a_hand_scanner_is_a_wish() {
    let mut line = Line::new();
    line.plug();
    let watching = line.watched();
    assert_eq!(watching.next()["reader"], "running");
    let token = watching.organizer.token(3);
    line.reads(&token);
    assert_eq!(watching.verdict()["outcome"], "admit");
    line.reads(&token);
    assert_eq!(watching.verdict()["reason"], "already_used");
    line.unplug();
    let trouble = watching.next();
    assert_eq!(trouble["trouble"]["code"], "reader_unplugged", "{trouble}");
    line.plug();
    assert_eq!(watching.next()["reader"], "running");
    line.reads(&watching.organizer.token(4));
    assert_eq!(watching.verdict()["outcome"], "admit");
}

#[test]
fn a_line_that_is_absent_or_taken_is_told_in_words() {
    let mut line = Line::new();
    let refused = |line: &Line, words: &str| {
        let mut watching = line.watched();
        let said = watching.next();
        assert!(said["error"].as_str().unwrap().contains(words), "{said}");
        assert_eq!(watching.ended(), Some(6));
    };
    refused(&line, "no such code reader");
    line.plug();
    let taken = serialport::new(line.name().to_string_lossy(), 9600);
    let _taken = taken.open_native().unwrap();
    refused(&line, "another program");
}
