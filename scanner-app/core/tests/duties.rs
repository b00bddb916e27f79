//! What a device learns of its events: new ones, vanished ones, its gate, and tickets that are no more.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::{Error, Scanner};
use shared_model::enrol::{Duties, EnrolledEvent};
use shared_model::ids::{DeviceNo, EventNo, GateNo, Serial};
use shared_model::sync::{Replica as _, Role};
use shared_model::verdict::Verdict;
use support::{EVENT, GATE, NOON, Organizer, reopen, replica, request};

const OTHER: EventNo = EventNo(8);

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

fn duties(events: &[(EventNo, &str)]) -> Duties {
    Duties {
        device: DeviceNo(1),
        name: "North".into(),
        organizer: "Us".into(),
        events: events
            .iter()
            .map(|(event, name)| EnrolledEvent {
                event: *event,
                name: (*name).into(),
            })
            .collect(),
    }
}

fn events(scanner: &Scanner) -> Vec<(EventNo, String, bool)> {
    let events = scanner.store().read(|tx| tx.list_events()).unwrap();
    let events = events.into_iter();
    events
        .map(|state| (state.event, state.name, state.gone))
        .collect()
}

#[test]
fn a_new_event_is_taken_on_once_and_a_vanished_one_keeps_its_doors() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 3);
    let told = duties(&[(EVENT, "Night"), (OTHER, "Matinee")]);
    assert_eq!(scanner.learn_duties(&told, &mut rng()).unwrap(), [OTHER]);
    assert_eq!(scanner.learn_duties(&told, &mut rng()).unwrap(), []);
    let actors = scanner.store().read(|tx| tx.list_events()).unwrap();
    assert_ne!(actors[0].actor, actors[1].actor);

    scanner.learn_gone(EVENT).unwrap();
    let night = (EVENT, "Night".to_owned(), true);
    let matinee = (OTHER, "Matinee".to_owned(), false);
    assert_eq!(events(&scanner), [night, matinee]);
    assert!(scanner.status(NOON).unwrap().events[0].gone);
    let token = organizer.token(1);
    let answered = scanner.scan(EVENT, &token, &request(1), NOON, &mut rng());
    assert!(matches!(answered.unwrap().verdict, Verdict::Admit(_)));

    let back = duties(&[(EVENT, "Late night"), (OTHER, "Matinee")]);
    assert_eq!(scanner.learn_duties(&back, &mut rng()).unwrap(), []);
    assert_eq!(events(&scanner)[0], (EVENT, "Late night".into(), false));
}

#[test]
fn an_event_is_forgotten_whole_and_no_other_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 3);
    let told = duties(&[(EVENT, "Night"), (OTHER, "Matinee")]);
    scanner.learn_duties(&told, &mut rng()).unwrap();
    let token = organizer.token(1);
    scanner
        .scan(EVENT, &token, &request(1), NOON, &mut rng())
        .unwrap();
    scanner.forget_event(EVENT).unwrap();
    assert_eq!(events(&scanner), [(OTHER, "Matinee".into(), false)]);
    let left = scanner.store().read(|tx| {
        Ok::<_, scanner_core::store::Error>((
            tx.count_facts(EVENT)?,
            tx.count_tickets(EVENT)?,
            tx.search_tickets(EVENT, "Miller", 5)?.len(),
        ))
    });
    assert_eq!(left.unwrap(), (0, 0, 0));
    let scanned = scanner.scan(EVENT, &token, &request(2), NOON, &mut rng());
    assert!(matches!(scanned, Err(Error::UnknownEvent(EVENT))));
}

#[test]
fn the_book_says_at_which_gate_a_device_stands() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give_book(&scanner);
    assert_eq!(scanner.assigned_gate(EVENT).unwrap(), None);
    organizer.book.roster.devices[0].gate = Some(GATE);
    organizer.book.number += 1;
    organizer.give_book(&scanner);
    assert_eq!(scanner.assigned_gate(EVENT).unwrap(), Some(GATE));
    let gate: Option<GateNo> = scanner.status(NOON).unwrap().events[0].gate;
    assert_eq!(gate, Some(GATE));
}

#[test]
fn a_book_that_another_version_stored_is_let_go_and_fetched_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 3);
    scanner
        .store()
        .write(|tx| {
            let mut held = tx.find_book(EVENT)?.unwrap();
            held.book.bytes.truncate(40);
            tx.forget_book(EVENT)?;
            tx.mark_book(EVENT, organizer.book.number, "Night", &held)?;
            Ok::<_, scanner_core::store::Error>(())
        })
        .unwrap();
    drop(scanner);

    let scanner = reopen(folder.path());
    assert!(matches!(scanner.book(EVENT), Err(Error::NoBook(EVENT))));
    assert_eq!(scanner.status(NOON).unwrap().events[0].book, 0);
    let clock = || NOON;
    let status = replica(&scanner, Role::Device, &clock).status().unwrap();
    assert_eq!(status.book, 0, "it asks for the book");

    let number = organizer.book.number;
    organizer.book.number = number - 1;
    organizer.give_book(&scanner);
    assert!(
        matches!(scanner.book(EVENT), Err(Error::NoBook(EVENT))),
        "not an older one"
    );
    organizer.book.number = number;
    organizer.give_book(&scanner);
    assert_eq!(scanner.book(EVENT).unwrap().number, number);
    assert_eq!(scanner.status(NOON).unwrap().events[0].tickets, 3);
}

#[test]
fn tickets_that_a_restored_server_does_not_have_vanish_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 9);
    let clock = || NOON;
    let mut device = replica(&scanner, Role::Device, &clock);
    let incarnation = shared_model::ids::Incarnation(uuid::Uuid::from_bytes([6; 16]));
    device.reset(incarnation).unwrap();

    let row = |serial| organizer.ticket(serial);
    let mut first = organizer.page(0, [0, 1, 3].map(row).into());
    first.incarnation = incarnation;
    first.next_after = Some(Serial(3));
    device.save_page(&organizer.seal(&first)).unwrap().unwrap();
    let held = |serial| {
        let found = scanner
            .store()
            .read(|tx| tx.find_ticket(EVENT, Serial(serial)));
        found.unwrap().is_some()
    };
    let all = |serials: std::ops::Range<u32>| serials.filter(|n| held(*n)).collect::<Vec<_>>();
    assert_eq!(
        all(0..9),
        [0, 1, 3, 4, 5, 6, 7, 8],
        "what is to come stays usable"
    );

    let mut last = organizer.page(0, [5, 8].map(row).into());
    last.incarnation = incarnation;
    last.after = Some(Serial(3));
    device.save_page(&organizer.seal(&last)).unwrap().unwrap();
    assert_eq!(all(0..9), [0, 1, 3, 5, 8]);
    let found = scanner
        .store()
        .read(|tx| tx.search_tickets(EVENT, "Miller", 20));
    assert_eq!(found.unwrap().len(), 5);

    let changes = organizer.page(1, [8].map(row).into());
    let changes = shared_model::manifest::Page {
        incarnation,
        ..changes
    };
    device
        .save_page(&organizer.seal(&changes))
        .unwrap()
        .unwrap();
    assert_eq!(
        all(0..9),
        [0, 1, 3, 5, 8],
        "a page of changes names only changes"
    );
}
