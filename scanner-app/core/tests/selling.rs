//! The box office with no network: genuine tickets, each serial once, whatever breaks.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::collections::BTreeSet;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::{Error, Payment, Result, Scanner, Sold, Wish};
use shared_model::fact::{Fact, FactId};
use shared_model::ids::{OperatorNo, RequestId, TierNo};
use shared_model::lease::Leases;
use shared_model::time::Timestamp;
use shared_model::verdict::{Note, Verdict};
use support::{EVENT, NOON, Organizer, SUPERVISOR, reopen, request};

const DAY: i64 = 24 * 60 * 60 * 1000;

struct Office {
    folder: tempfile::TempDir,
    organizer: Organizer,
    scanner: Scanner,
}

/// A box office with the serials 5001 to 5010 under key number 2.
fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "Office");
    organizer.give(&scanner, 10);
    organizer.lease(&scanner, 2, 5001, 5010);
    organizer.give_book(&scanner);
    Office {
        folder,
        organizer,
        scanner,
    }
}

fn wish(id: u8, count: u16) -> Wish {
    Wish {
        id: RequestId([id; 16]),
        tier: TierNo(1),
        count,
        payment: Payment::Cash,
        operator: OperatorNo(0),
    }
}

fn sell_at(scanner: &Scanner, wish: &Wish, wall: Timestamp) -> Result<Sold> {
    scanner.sell(EVENT, wish, None, wall, &mut StdRng::seed_from_u64(4))
}

fn sell(scanner: &Scanner, wish: &Wish) -> Result<Sold> {
    sell_at(scanner, wish, NOON)
}

fn serials(sold: &Sold) -> Vec<u32> {
    let tickets = sold.tickets.iter();
    tickets.map(|ticket| ticket.serial.get()).collect()
}

fn sale(scanner: &Scanner, id: FactId) -> shared_model::fact::Sale {
    let row = scanner.store().read(|tx| tx.find_fact(id)).unwrap();
    match row.unwrap().fact {
        Some(Fact::Sale(sale)) => sale,
        other => panic!("no sale: {other:?}"),
    }
}

fn scan(scanner: &Scanner, code: &str, id: u64) -> Verdict {
    let mut rng = StdRng::seed_from_u64(id);
    let answered = scanner.scan(EVENT, code, &request(id), NOON, &mut rng);
    answered.unwrap().verdict
}

#[test]
fn a_ticket_sold_alone_is_admitted_here_and_where_the_book_names_the_key() {
    let mut office = office();
    let sold = sell(&office.scanner, &wish(1, 2)).unwrap();
    assert_eq!(serials(&sold), [5001, 5002]);
    assert_eq!((sold.total_minor, sold.currency.as_str()), (3000, "EUR"));
    let first = &sold.tickets[0];
    let fact = sale(&office.scanner, first.fact);
    assert_eq!((fact.serial, fact.kid), (first.serial, first.kid));
    assert!(fact.cash && fact.price_minor == 1500);
    let Verdict::Admit(admission) = scan(&office.scanner, &first.code, 1) else {
        panic!("the door that sold it refuses");
    };
    assert!(
        admission
            .notes
            .iter()
            .any(|note| note.note == Note::Dataless)
    );

    let folder = tempfile::tempdir().unwrap();
    let other = office.organizer.enrol(folder.path(), "Door");
    office.organizer.give(&other, 10);
    let code = &sold.tickets[1].code;
    assert!(matches!(scan(&other, code, 1), Verdict::Admit(_)));
    assert!(matches!(scan(&other, code, 2), Verdict::Refuse(_)));
}

#[test]
fn the_same_wish_brings_the_same_tickets_and_no_serial_is_sold_twice() {
    let Office {
        folder,
        mut scanner,
        organizer: _organizer,
    } = office();
    let mut seen = BTreeSet::new();
    for id in 1..=4 {
        let sold = sell(&scanner, &wish(id, 2)).unwrap();
        drop(scanner);
        scanner = reopen(folder.path());
        let again = sell(&scanner, &wish(id, 2)).unwrap();
        assert!(again.repeated && !sold.repeated);
        assert_eq!(again.tickets, sold.tickets);
        for serial in serials(&sold) {
            assert!(seen.insert(serial), "{serial} was sold twice");
        }
    }
    assert!(matches!(
        sell(&scanner, &wish(9, 3)),
        Err(Error::NothingToSell(TierNo(1)))
    ));
    assert_eq!(scanner.on_offer(EVENT, NOON).unwrap()[0].left, 2);
    assert_eq!(
        serials(&sell(&scanner, &wish(10, 2)).unwrap()),
        [5009, 5010]
    );
    assert!(matches!(
        sell(&scanner, &wish(11, 1)),
        Err(Error::NothingToSell(_))
    ));
    let newest = scanner.sold(EVENT, 1).unwrap();
    assert_eq!(newest[0].serial.get(), 5010);
}

#[test]
fn a_store_that_was_put_back_sells_nothing_that_was_sold_since() {
    let office = office();
    sell(&office.scanner, &wish(1, 1)).unwrap();
    drop(office.scanner);
    let store = |folder: &std::path::Path| folder.join("store.db");
    let copy = tempfile::tempdir().unwrap();
    // Opened and closed once, so that everything is in the one file.
    drop(reopen(office.folder.path()));
    std::fs::copy(store(office.folder.path()), store(copy.path())).unwrap();
    let scanner = reopen(office.folder.path());
    assert_eq!(serials(&sell(&scanner, &wish(2, 1)).unwrap()), [5002]);
    drop(scanner);

    std::fs::copy(store(copy.path()), store(office.folder.path())).unwrap();
    let scanner = reopen(office.folder.path());
    assert!(matches!(
        sell(&scanner, &wish(3, 1)),
        Err(Error::NothingToSell(_))
    ));
    let again = sell(&scanner, &wish(1, 1)).unwrap();
    assert!(again.repeated, "what is known to be sold is shown again");
    let mut organizer = office.organizer;
    organizer.lease(&scanner, 3, 6001, 6002);
    organizer.give_book(&scanner);
    assert_eq!(serials(&sell(&scanner, &wish(4, 1)).unwrap()), [6001]);
}

#[test]
fn nothing_is_sold_past_the_lease_after_its_end_or_off_duty() {
    let mut office = office();
    let late = NOON.plus_millis(DAY + 1);
    assert!(sell_at(&office.scanner, &wish(1, 1), late).is_err());
    assert!(sell_at(&office.scanner, &wish(1, 1), late.plus_millis(-1)).is_ok());
    assert!(matches!(
        sell(&office.scanner, &wish(2, 0)),
        Err(Error::Count(_))
    ));
    let other = Wish {
        tier: TierNo(7),
        ..wish(3, 1)
    };
    assert!(sell(&office.scanner, &other).is_err());
    let ended = Leases {
        claimed: None,
        open: Vec::new(),
    };
    office.scanner.take_leases(EVENT, &ended).unwrap();
    assert!(sell(&office.scanner, &wish(4, 1)).is_err());
    office.organizer.lease(&office.scanner, 3, 6001, 6002);
    assert!(
        matches!(
            sell(&office.scanner, &wish(5, 3)),
            Err(Error::LeaseNotInBook)
        ),
        "the book here does not name the key yet"
    );
    office.organizer.give_book(&office.scanner);
    assert!(sell(&office.scanner, &wish(5, 1)).is_ok());
    office.organizer.revoke("Office");
    office.organizer.give_book(&office.scanner);
    assert!(sell(&office.scanner, &wish(6, 1)).is_err());
}

#[test]
fn only_supervisors_give_tickets_out() {
    let office = office();
    let gift = |operator| Wish {
        payment: Payment::Gift,
        operator,
        ..wish(1, 1)
    };
    assert!(matches!(
        sell(&office.scanner, &gift(OperatorNo(0))),
        Err(Error::UnknownOperator(_))
    ));
    let given = sell(&office.scanner, &gift(SUPERVISOR)).unwrap();
    assert_eq!(given.total_minor, 0);
    let fact = sale(&office.scanner, given.tickets[0].fact);
    assert_eq!((fact.price_minor, fact.operator), (0, SUPERVISOR));
}
