//! A rehearsal decides like the door and leaves nothing behind at it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::sync::Arc;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::controller::Controller;
use scanner_core::scanner::{Answered, Error, Rehearsal, Scanner};
use scanner_core::store;
use shared_model::entry::Request;
use shared_model::ids::{OperatorNo, Serial};
use shared_model::sync::{Replica as _, Role};
use shared_model::ticket::TicketFlags;
use shared_model::verdict::{Reason, Verdict};
use support::{EVENT, NOON, Organizer, SUPERVISOR, reopen, replica, request};

struct Door {
    folder: tempfile::TempDir,
    organizer: Organizer,
    scanner: Arc<Scanner>,
}

/// A device with ten tickets, of which number 9 is a test ticket.
fn door() -> Door {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 10);
    let mut test = organizer.ticket(9);
    test.flags = TicketFlags(TicketFlags::TEST);
    let clock = || NOON;
    let page = organizer.seal(&organizer.page(1, vec![test]));
    let saved = replica(&scanner, Role::Device, &clock).save_page(&page);
    assert!(saved.unwrap().is_some());
    Door {
        folder,
        organizer,
        scanner: Arc::new(scanner),
    }
}

impl Door {
    fn rehearsal(&self) -> Rehearsal {
        let mut rng = StdRng::seed_from_u64(5);
        let by = (SUPERVISOR, None);
        self.scanner.rehearse(EVENT, by, NOON, &mut rng).unwrap()
    }

    fn test_token(&self) -> String {
        self.organizer
            .token_with(9, 0, TicketFlags(TicketFlags::TEST))
    }

    fn scan(&self, text: &str, request: &Request) -> Answered {
        let mut rng = StdRng::seed_from_u64(6);
        self.scanner
            .scan(EVENT, text, request, NOON, &mut rng)
            .unwrap()
    }

    /// Facts in the real log, and what another side would be sent of it.
    fn real_log(&self) -> (u64, usize, u64) {
        let clock = || NOON;
        let mut replica = replica(&self.scanner, Role::Device, &clock);
        let marks = replica.status().unwrap().marks.len();
        let open = self.scanner.status(NOON).unwrap().events[0].lists[0].people;
        let count = self.scanner.store().read(|tx| tx.count_facts(EVENT));
        (count.unwrap(), marks, open)
    }
}

fn rehearse(rehearsal: &Rehearsal, text: &str, id: u64) -> Answered {
    let mut rng = StdRng::seed_from_u64(7);
    rehearsal.scan(text, &request(id), NOON, &mut rng).unwrap()
}

fn is_admitted(answered: &Answered) -> bool {
    matches!(answered.verdict, Verdict::Admit(_))
}

fn is_refused(answered: &Answered, reason: Reason) -> bool {
    matches!(&answered.verdict, Verdict::Refuse(refusal) if refusal.reason == reason)
}

#[test]
fn test_tickets_are_admitted_in_a_rehearsal_only() {
    let door = door();
    let token = door.test_token();
    let pretended = Request {
        rehearsal: true,
        ..request(1)
    };
    assert!(is_refused(&door.scan(&token, &pretended), Reason::Blocked));
    let rehearsal = door.rehearsal();
    let answered = rehearse(&rehearsal, &token, 2);
    assert!(is_admitted(&answered) && answered.rehearsal);
    assert!(is_refused(
        &rehearse(&rehearsal, &token, 3),
        Reason::AlreadyUsed
    ));
    assert!(is_refused(&door.scan(&token, &request(4)), Reason::Blocked));
}

#[test]
fn nothing_rehearsed_reaches_the_real_log_also_after_a_restart() {
    let mut door = door();
    let token = door.organizer.token(3);
    let rehearsal = door.rehearsal();
    let answered = rehearse(&rehearsal, &token, 1);
    assert!(is_admitted(&answered));
    let person = answered.ticket.unwrap().person.unwrap();
    assert!(person.name.contains("000003"), "names are shown as ever");
    assert!(is_refused(
        &rehearse(&rehearsal, &token, 2),
        Reason::AlreadyUsed
    ));
    assert_eq!(rehearsal.counts().unwrap()[0].people, 1);
    assert_eq!(door.real_log(), (0, 0, 0));

    drop(rehearsal);
    let Door { scanner, .. } = door;
    drop(scanner);
    door = Door {
        scanner: Arc::new(reopen(door.folder.path())),
        ..door
    };
    assert_eq!(door.real_log(), (0, 0, 0));
    let rehearsal = door.rehearsal();
    assert!(
        is_refused(&rehearse(&rehearsal, &token, 3), Reason::AlreadyUsed),
        "a rehearsal goes on where it was left"
    );
    assert!(
        is_admitted(&door.scan(&token, &request(4))),
        "the ticket was never used"
    );
    let real = door.real_log();
    rehearse(&rehearsal, &door.organizer.token(4), 5);
    assert_eq!(door.real_log(), real);
    rehearsal.wipe().unwrap();
    assert_eq!(door.real_log(), real);
    assert!(is_admitted(&rehearse(&door.rehearsal(), &token, 6)));
}

#[test]
fn the_log_of_a_rehearsal_knows_no_names_and_goes_with_the_enrolment() {
    let mut door = door();
    rehearse(&door.rehearsal(), &door.organizer.token(3), 1);
    let by = OperatorNo(0);
    let mut rng = StdRng::seed_from_u64(5);
    assert!(matches!(
        door.scanner.rehearse(EVENT, (by, None), NOON, &mut rng),
        Err(Error::UnknownOperator(OperatorNo(0)))
    ));
    let rehearsed = door.folder.path().join("rehearsal");
    let keys = scanner_core::keys::KeyStore::File(door.folder.path().join("keys"));
    let key = keys.load().unwrap().store_key();
    let log = store::Store::open(&rehearsed, &key).unwrap();
    let ticket = log.read(|tx| tx.find_ticket(EVENT, Serial(3))).unwrap();
    assert!(ticket.unwrap().person.is_none());
    assert_eq!(log.read(|tx| tx.account()).unwrap().token, "");
    drop(log);
    door.organizer.revoke("North");
    door.organizer.give_book(&door.scanner);
    assert!(!store::Store::exists(&rehearsed));
}

#[test]
fn a_station_rehearses_and_goes_back_to_the_door() {
    let door = door();
    let mut rng = StdRng::seed_from_u64(1);
    let mut controller = Controller::new(Arc::clone(&door.scanner), EVENT, request(0));
    let token = door.organizer.token(3);
    assert!(controller.rehearse(Some(door.rehearsal())).is_none());
    let mut read = |controller: &mut Controller| controller.read(&token, NOON, &mut rng).unwrap();
    let answered = read(&mut controller);
    assert!(is_admitted(&answered) && answered.rehearsal);
    assert!(controller.rehearse(None).is_some());
    let answered = read(&mut controller);
    assert!(is_admitted(&answered) && !answered.rehearsal);
    assert!(is_refused(&read(&mut controller), Reason::AlreadyUsed));
}
