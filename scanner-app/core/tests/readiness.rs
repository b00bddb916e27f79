//! What is looked at before the doors open, and what is said about it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::camera::{self, State};
use scanner_core::keys::Keeping;
use scanner_core::readiness::{Battery, Check, Finding, Readiness, Surroundings, Todo};
use scanner_core::scanner::Scanner;
use shared_model::time::Timestamp;
use support::{EVENT, NOON, Organizer, request};

const HOUR_MS: i64 = 60 * 60 * 1000;

fn look(scanner: &Scanner, surroundings: &Surroundings, wall: Timestamp) -> Readiness {
    scanner.readiness(EVENT, surroundings, wall).unwrap()
}

fn check(readiness: &Readiness, is: impl Fn(&Finding) -> bool) -> &Check {
    let found = readiness.checks.iter().find(|check| is(&check.finding));
    found.unwrap_or_else(|| panic!("{readiness:#?}"))
}

macro_rules! todo_of {
    ($readiness:expr, $finding:pat) => {
        check(&$readiness, |finding| matches!(finding, $finding)).todo
    };
}

#[test]
fn a_device_without_book_and_tickets_is_told_to_fetch_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    let none = Surroundings::default();
    let first = look(&scanner, &none, NOON);
    assert!(!first.ready);
    let tickets = todo_of!(
        first,
        Finding::Tickets {
            complete: false,
            ..
        }
    );
    assert_eq!(tickets, Some(Todo::FinishDownload));
    assert_eq!(
        todo_of!(first, Finding::Book { number: 0, .. }),
        Some(Todo::Sync)
    );
    organizer.give(&scanner, 10);
    let later = look(&scanner, &none, NOON);
    let tickets = todo_of!(
        later,
        Finding::Tickets {
            tickets: 10,
            complete: true,
            ..
        }
    );
    assert_eq!(tickets, None);
    assert_eq!(todo_of!(later, Finding::Book { .. }), None);
    // The keys of this test are in a plain file: everything else is well.
    let open: Vec<Todo> = later.checks.iter().filter_map(|check| check.todo).collect();
    assert_eq!(open, [Todo::KeepKeysBetter]);
    let keys = todo_of!(
        later,
        Finding::Keys {
            keeping: Keeping::File
        }
    );
    assert_eq!(keys, Some(Todo::KeepKeysBetter));
}

#[test]
fn what_grows_old_or_goes_wrong_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 10);
    let none = Surroundings::default();
    let tomorrow = look(&scanner, &none, NOON.plus_millis(13 * HOUR_MS));
    assert_eq!(
        todo_of!(tomorrow, Finding::Tickets { .. }),
        Some(Todo::Sync)
    );
    let next_month = look(&scanner, &none, NOON.plus_millis(30 * 24 * HOUR_MS));
    let clock = todo_of!(next_month, Finding::Clock { certain: false, .. });
    assert_eq!(clock, Some(Todo::Sync));
    let mut rng = StdRng::seed_from_u64(1);
    let token = organizer.token(1);
    scanner
        .scan(EVENT, &token, &request(1), NOON, &mut rng)
        .unwrap();
    let scanned = look(&scanner, &none, NOON);
    let queue = todo_of!(scanned, Finding::Queue { unsent: 2 });
    assert_eq!(
        queue,
        Some(Todo::Deliver),
        "the opening of the log and a scan"
    );
}

#[test]
fn what_is_around_the_device_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let south = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.enrol(south.path(), "South");
    organizer.give(&scanner, 10);
    let battery = |percent, on_mains| Battery { percent, on_mains };
    let bad = Surroundings {
        free_bytes: Some(100_000_000),
        battery: Some(battery(30, false)),
        camera: Some(State::Trouble(camera::Error::Busy)),
        near: Some(0),
    };
    let told = look(&scanner, &bad, NOON);
    assert_eq!(
        todo_of!(told, Finding::Storage { .. }),
        Some(Todo::FreeSpace)
    );
    assert_eq!(todo_of!(told, Finding::Battery(_)), Some(Todo::PlugIn));
    assert_eq!(
        todo_of!(told, Finding::Camera { .. }),
        Some(Todo::SeeToCamera)
    );
    let peers = todo_of!(
        told,
        Finding::Peers {
            others: 1,
            near: Some(0)
        }
    );
    assert_eq!(peers, Some(Todo::FindPeers));
    let good = Surroundings {
        free_bytes: Some(10_000_000_000),
        battery: Some(battery(30, true)),
        camera: Some(State::Running),
        near: Some(1),
    };
    let told = look(&scanner, &good, NOON);
    let open: Vec<Todo> = told.checks.iter().filter_map(|check| check.todo).collect();
    assert_eq!(open, [Todo::KeepKeysBetter]);
    let json = serde_json::to_value(&told).unwrap();
    assert_eq!(json["checks"][4]["check"], "storage");
    assert_eq!(json["checks"][4]["free_bytes"], 10_000_000_000_u64);
}
