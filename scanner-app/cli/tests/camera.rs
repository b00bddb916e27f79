//! A camera from its driver to the verdict: the program reads `/dev/video0`, which
//! `tests/v4l2-shim` stands in for. No real camera is touched.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../../core/tests/support/mod.rs"]
mod support;
mod watching;

use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use support::shim::Shim;
use watching::Watching;

/// A code is gone after a second out of view; frames come fifteen times a second.
const OUT_OF_VIEW: Duration = Duration::from_millis(1600);

fn watched(shim: &Shim) -> Watching {
    Watching::start(&["camera"], |command| shim.before(command))
}

#[test]
fn cameras_are_listed() {
    let shim = Shim::new();
    let list = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bilten-scan"));
        shim.before(&mut command);
        let output = command.args(["--json", "cameras"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    let listed: Value = serde_json::from_str(&list()).unwrap();
    assert_eq!(
        (&listed["camera"], &listed["name"]),
        (&0.into(), &"Door camera".into())
    );
    shim.unplug();
    assert_eq!(list(), "{\"cameras\":[]}\n");
}

#[test]
fn a_code_before_the_camera_is_one_read_until_it_was_away() {
    let shim = Shim::new();
    shim.show(None);
    let watching = watched(&shim);
    assert_eq!(watching.next()["camera"], "running");
    let first = watching.organizer.token(3);
    shim.show(Some(&first));
    let admitted = watching.verdict();
    assert_eq!(
        (&admitted["outcome"], &admitted["serial"]),
        (&"admit".into(), &3.into())
    );
    watching.silent(Duration::from_millis(2500));
    shim.show(None);
    watching.silent(OUT_OF_VIEW);
    shim.show(Some(&first));
    assert_eq!(watching.verdict()["reason"], "already_used");
    shim.show(Some(&watching.organizer.token(4)));
    assert_eq!(watching.verdict()["outcome"], "admit");
}

#[test]
fn a_camera_that_is_unplugged_comes_back_by_itself() {
    let shim = Shim::new();
    shim.show(None);
    let watching = watched(&shim);
    assert_eq!(watching.next()["camera"], "running");
    let token = watching.organizer.token(5);
    shim.show(Some(&token));
    assert_eq!(watching.verdict()["outcome"], "admit");
    shim.unplug();
    let trouble = watching.next();
    assert_eq!(trouble["trouble"]["code"], "unplugged", "{trouble}");
    watching.silent(Duration::from_millis(2500));
    shim.plug();
    assert_eq!(watching.next()["camera"], "running");
    assert_eq!(watching.verdict()["reason"], "already_used", "it was away");
    shim.show(Some(&watching.organizer.token(6)));
    assert_eq!(watching.verdict()["outcome"], "admit");
}

#[test]
fn a_driver_that_panics_when_it_is_closed_does_not_end_the_scanner() {
    let shim = Shim::new();
    shim.show(None);
    let watching = watched(&shim);
    assert_eq!(watching.next()["camera"], "running");
    // EIO for a frame, and for the end of the stream, at which v4l panics.
    shim.put("trouble", b"frame 5\nstop 5");
    assert_eq!(watching.next()["trouble"]["code"], "failed");
    shim.put("trouble", b"");
    assert_eq!(watching.next()["camera"], "running");
    shim.show(Some(&watching.organizer.token(1)));
    assert_eq!(watching.verdict()["outcome"], "admit");
}

#[test]
fn what_is_wrong_when_a_camera_is_opened_is_told_in_words() {
    let shim = Shim::new();
    let troubles = [
        ("open 16", "another program"),
        ("buffers 16", "another program"),
        ("open 13", "may not use the camera"),
    ];
    for (trouble, words) in troubles {
        shim.put("trouble", trouble.as_bytes());
        let mut watching = watched(&shim);
        let said = watching.next();
        assert!(
            said["error"].as_str().unwrap().contains(words),
            "{trouble}: {said}"
        );
        assert_eq!(watching.ended(), Some(6), "{trouble}");
    }
    shim.unplug();
    let mut watching = watched(&shim);
    assert!(
        watching.next()["error"]
            .as_str()
            .unwrap()
            .contains("no such camera")
    );
    assert_eq!(watching.ended(), Some(6));
}
