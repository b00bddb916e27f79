//! A hand scanner on a serial line, through a pair of terminals.

use std::io::Write as _;

use serialport::{SerialPort as _, TTYPort};

use super::*;

fn wait(place: &Place, what: &str) {
    for _ in 0..2_000 {
        if place.desk.did(what) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} never came");
}

/// A hand scanner, and the line that it is on: nobody else has that open.
fn plugged_in() -> (TTYPort, String) {
    let (scanner, line) = TTYPort::pair().unwrap();
    (scanner, line.name().unwrap())
}

fn listen(place: &Place, line: &str) {
    place.change(Settings {
        reader: line.into(),
        ..Settings::default()
    });
}

#[test]
fn each_code_of_a_hand_scanner_on_a_serial_line_is_a_verdict() {
    let place = Place::new();
    let (mut scanner, name) = plugged_in();
    listen(&place, &name);
    wait(&place, "trouble: None");
    for outcome in ["outcome: Admit", "outcome: Refuse"] {
        writeln!(scanner, "{}\r", place.organizer.token(1)).unwrap();
        wait(&place, outcome);
    }
    let overview: Overview = place.ask(json!({ "do": "overview" })).unwrap();
    let reader = overview.reader.unwrap();
    assert_eq!((reader.line, reader.trouble), (name, None));

    drop(scanner);
    wait(&place, "Some(Unplugged)");
    listen(&place, "");
    let overview: Overview = place.ask(json!({ "do": "overview" })).unwrap();
    assert_eq!(overview.reader, None);
}

#[test]
fn a_line_that_is_not_there_is_told() {
    let place = Place::new();
    listen(&place, "/dev/ttyNONE");
    wait(&place, "Some(Absent)");
}

#[test]
fn nothing_is_read_behind_a_lock() {
    let place = Place::new();
    let (mut scanner, name) = plugged_in();
    listen(&place, &name);
    wait(&place, "trouble: None");
    let _: Overview = place.ask(json!({ "do": "lock" })).unwrap();
    writeln!(scanner, "{}\r", place.organizer.token(1)).unwrap();
    wait(&place, "Undecided { error: None }");
    let unlock = json!({ "do": "unlock", "by": "pin", "operator": SUPERVISOR, "pin": "" });
    let _: Overview = place.ask(unlock).unwrap();
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
}
