//! A device spends its share of a zone, and no more, whatever happens to it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::Scanner;
use shared_model::capacity::{SHARE_MS, Share, Shares};
use shared_model::fact::Direction;
use shared_model::ids::ActorId;
use shared_model::time::Timestamp;
use shared_model::verdict::{Cause, Reason, Verdict};
use support::{EVENT, NOON, Organizer, reopen, request};

struct Door {
    folder: tempfile::TempDir,
    organizer: Organizer,
    scanner: Scanner,
}

/// A door to a hall of a hundred.
fn door() -> Door {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    organizer.book.zones[0].capacity = Some(100);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 50);
    Door {
        folder,
        organizer,
        scanner,
    }
}

impl Door {
    fn give(&self, actor: ActorId, total: u64, given: u64, at: Timestamp) {
        let shares = Shares {
            event: EVENT,
            actor,
            given_at: at,
            until: at.plus_millis(SHARE_MS),
            zones: vec![Share {
                zone: 0,
                total,
                given,
            }],
        };
        let signed = self.organizer.signed_shares(&shares);
        self.scanner.take_shares(EVENT, &signed).unwrap();
    }

    fn actor(&self) -> ActorId {
        let ask = self.scanner.asks_for_shares(EVENT, NOON).unwrap();
        ask.map(|ask| ask.actor).unwrap()
    }

    fn asks(&self, wall: Timestamp) -> bool {
        self.scanner.asks_for_shares(EVENT, wall).unwrap().is_some()
    }

    fn scan(&self, serial: u32, direction: Direction, wall: Timestamp) -> Verdict {
        let id = u64::from(serial) * 2 + u64::from(direction == Direction::Exit);
        let mut rng = StdRng::seed_from_u64(id);
        let request = shared_model::entry::Request {
            direction,
            ..request(id)
        };
        let token = self.organizer.token(serial);
        let answered = self.scanner.scan(EVENT, &token, &request, wall, &mut rng);
        answered.unwrap().verdict
    }

    fn enter(&self, serial: u32) -> Verdict {
        self.scan(serial, Direction::Entry, NOON)
    }
}

fn is_full(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refuse(refusal) if refusal.reason == Reason::Capacity)
}

#[test]
fn a_share_is_spent_renewed_at_half_and_over_without_contact() {
    let mut door = door();
    let actor = door.actor();
    assert!(
        matches!(door.enter(1), Verdict::Admit(_)),
        "no share, no limit of one"
    );
    door.give(actor, 5, 4, NOON);
    assert!(!door.asks(NOON));
    assert!(matches!(door.enter(2), Verdict::Admit(_)));
    assert!(matches!(door.enter(3), Verdict::Admit(_)));
    assert!(door.asks(NOON), "half is spent");
    assert!(matches!(door.enter(4), Verdict::Admit(_)));

    let Door { scanner, .. } = door;
    drop(scanner);
    door = Door {
        scanner: reopen(door.folder.path()),
        ..door
    };
    assert!(matches!(door.enter(5), Verdict::Admit(_)));
    assert!(is_full(&door.enter(6)), "spent, also over a restart");
    let out = door.scan(2, Direction::Exit, NOON);
    assert!(matches!(out, Verdict::Admit(_)), "nobody is kept inside");
    assert!(
        is_full(&door.enter(7)),
        "who left makes room at the server's word only"
    );

    let late = NOON.plus_millis(SHARE_MS + 1);
    let verdict = door.scan(8, Direction::Entry, late);
    let Verdict::Confirm { why } = verdict else {
        panic!("past the end a person decides, not {verdict:?}");
    };
    assert_eq!(why[0].cause, Cause::LeaseOver);
    door.give(actor, 25, 20, late);
    let verdict = door.scan(9, Direction::Entry, late);
    assert!(matches!(verdict, Verdict::Admit(_)));
}

#[test]
fn shares_of_others_old_ones_and_forged_ones_change_nothing() {
    let door = door();
    let actor = door.actor();
    door.give(ActorId([9; 16]), 50, 50, NOON);
    assert!(door.asks(NOON));
    door.give(actor, 1, 1, NOON);
    door.give(actor, 90, 90, NOON.plus_millis(-1));
    assert!(matches!(door.enter(1), Verdict::Admit(_)));
    assert!(is_full(&door.enter(2)), "the older one came later");
    let mut forged = door.organizer.signed_shares(&Shares {
        event: EVENT,
        actor,
        given_at: NOON,
        until: NOON.plus_millis(SHARE_MS),
        zones: Vec::new(),
    });
    forged.signature[3] ^= 1;
    door.scanner.take_shares(EVENT, &forged).unwrap();
    assert!(is_full(&door.enter(3)));
}

#[test]
fn a_store_that_goes_on_under_another_name_asks_a_person() {
    let door = door();
    door.give(door.actor(), 50, 50, NOON);
    let mut rng = StdRng::seed_from_u64(1);
    door.scanner.renew(EVENT, &mut rng).unwrap();
    assert!(door.asks(NOON));
    assert!(matches!(door.enter(1), Verdict::Confirm { .. }));
}
