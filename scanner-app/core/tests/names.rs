//! Names on devices: found by those who may, or opened by the ticket's own code alone.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::{Answered, Error, Scanner};
use shared_model::ids::{OperatorNo, Serial};
use shared_model::sync::{Replica as _, Role};
use shared_model::ticket::TicketRecord;
use shared_model::verdict::Verdict;
use support::{EVENT, NOON, Organizer, SUPERVISOR, replica, request};
use ticket_crypto::Token;

struct Door {
    _folder: tempfile::TempDir,
    organizer: Organizer,
    scanner: Scanner,
}

fn door() -> Door {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 10);
    Door {
        _folder: folder,
        organizer,
        scanner,
    }
}

impl Door {
    /// The organizer keeps names off devices; the server sends every row again.
    fn names_off(&mut self) {
        self.organizer.book.search_on_devices = false;
        self.organizer.book.number += 1;
        self.organizer.give_book(&self.scanner);
        let rows = (0..10).map(|serial| self.sealed(serial, 0)).collect();
        let page = self.organizer.seal(&self.organizer.page(0, rows));
        let clock = || NOON;
        let saved = replica(&self.scanner, Role::Device, &clock).save_page(&page);
        assert!(saved.unwrap().is_some(), "the download begins anew");
    }

    fn sealed(&self, serial: u32, generation: u8) -> TicketRecord {
        let ticket = self.organizer.ticket(serial);
        let code = self.organizer.token_of(serial, generation);
        let token = Token::parse(&code).unwrap();
        TicketRecord {
            sealed: ticket.person.iter().map(|it| it.seal(&token)).collect(),
            person: None,
            ..ticket
        }
    }

    fn find(&self, text: &str, operator: OperatorNo) -> Result<Vec<TicketRecord>, Error> {
        self.scanner.find(EVENT, text, 10, (operator, None), NOON)
    }

    fn scan(&self, text: &str, id: u64) -> Answered {
        let mut rng = StdRng::seed_from_u64(id);
        let answered = self.scanner.scan(EVENT, text, &request(id), NOON, &mut rng);
        answered.unwrap()
    }
}

fn name(ticket: Option<TicketRecord>) -> Option<String> {
    Some(ticket?.person?.name)
}

#[test]
fn a_supervisor_finds_guests_by_name_order_and_code() {
    let door = door();
    let code = door.organizer.token(3);
    for text in ["000003", "miller 000003", "K00003", &code] {
        let found = door.find(text, SUPERVISOR).unwrap();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].serial, Serial(3));
    }
    assert_eq!(door.find("miller", SUPERVISOR).unwrap().len(), 10);
    assert!(matches!(
        door.find("mi", SUPERVISOR),
        Err(Error::ShortSearch(3))
    ));
    assert!(matches!(
        door.find("miller", OperatorNo(0)),
        Err(Error::UnknownOperator(_))
    ));
}

#[test]
fn where_names_are_off_only_the_tickets_own_code_shows_its_guest() {
    let mut door = door();
    door.names_off();
    let held = door
        .scanner
        .store()
        .read(|tx| tx.find_ticket(EVENT, Serial(3)));
    assert!(held.unwrap().unwrap().person.is_none());
    assert!(matches!(
        door.find("miller", SUPERVISOR),
        Err(Error::SearchOff)
    ));
    let words = door
        .scanner
        .store()
        .read(|tx| tx.search_tickets(EVENT, "miller", 5));
    assert_eq!(words.unwrap(), [], "no name was left in the index");

    let code = door.organizer.token(3);
    let answered = door.scan(&code, 1);
    assert!(matches!(answered.verdict, Verdict::Admit(_)));
    assert_eq!(
        name(answered.ticket).as_deref(),
        Some("Guest 000003 Miller")
    );
    let again = door.scan(&code, 2);
    assert!(matches!(again.verdict, Verdict::Refuse(_)));
    assert!(
        name(again.ticket).is_some(),
        "whose it is matters most when it is used"
    );
    let found = door.find(&code, SUPERVISOR).unwrap();
    assert_eq!(
        name(found.into_iter().next()).as_deref(),
        Some("Guest 000003 Miller")
    );

    let mut forged = code.clone();
    let last = if forged.ends_with('0') { "1" } else { "0" };
    forged.replace_range(forged.len() - 1.., last);
    assert_eq!(name(door.scan(&forged, 3).ticket), None);
}

#[test]
fn names_come_back_when_the_event_allows_them_again() {
    let mut door = door();
    door.names_off();
    door.organizer.book.search_on_devices = true;
    door.organizer.book.number += 1;
    door.organizer.give(&door.scanner, 10);
    assert_eq!(door.find("000003", SUPERVISOR).unwrap().len(), 1);
    let held = door
        .scanner
        .store()
        .read(|tx| tx.find_ticket(EVENT, Serial(3)));
    assert!(held.unwrap().unwrap().sealed.is_empty());
}
