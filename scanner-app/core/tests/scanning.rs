//! A device alone: from a code to a durable verdict, through the door of the crate.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::path::Path;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::{Answered, Error, Scanner};
use shared_model::entry::{Override, Request};
use shared_model::fact::{Direction, Fact, Outcome, Resolution};
use shared_model::ids::{EventNo, OperatorNo, Serial};
use shared_model::log::fold::FactKey;
use shared_model::ticket::TicketState;
use shared_model::time::Timestamp;
use shared_model::verdict::{Note, Reason, Steps, Verdict};
use support::{EVENT, NOON, Organizer, SUPERVISOR, reopen, request};
use tempfile::TempDir;

struct Door {
    folder: TempDir,
    organizer: Organizer,
    scanner: Scanner,
}

impl Door {
    /// A device with tickets 0 to 99.
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut organizer = Organizer::new(NOON);
        let scanner = organizer.enrol(folder.path(), "North");
        organizer.give(&scanner, 100);
        Self {
            folder,
            organizer,
            scanner,
        }
    }

    fn scan(&self, text: &str, request: &Request, wall: Timestamp) -> Answered {
        let mut rng = StdRng::seed_from_u64(5);
        self.scanner
            .scan(EVENT, text, request, wall, &mut rng)
            .unwrap()
    }

    fn ticket(&self, serial: u32, id: u64) -> Answered {
        self.scan(&self.organizer.token(serial), &request(id), NOON)
    }

    fn facts(&self) -> Vec<Fact> {
        facts(&self.scanner)
    }

    fn restart(self) -> Self {
        let Self {
            folder,
            organizer,
            scanner,
        } = self;
        drop(scanner);
        let scanner = reopen(folder.path());
        Self {
            folder,
            organizer,
            scanner,
        }
    }
}

fn facts(scanner: &Scanner) -> Vec<Fact> {
    scanner
        .store()
        .read(|tx| {
            let actor = tx.find_event(EVENT)?.unwrap().actor;
            let rows = tx.list_facts(EVENT, actor, 1, 1000)?;
            Ok::<_, scanner_core::store::Error>(
                rows.into_iter().filter_map(|row| row.fact).collect(),
            )
        })
        .unwrap()
}

fn reason(answered: &Answered) -> Option<Reason> {
    match &answered.verdict {
        Verdict::Refuse(refusal) => Some(refusal.reason),
        _ => None,
    }
}

fn admits(answered: &Answered) -> bool {
    matches!(answered.verdict, Verdict::Admit(_))
}

fn key(answered: &Answered) -> FactKey {
    let id = answered.fact.unwrap();
    FactKey {
        actor: id.actor,
        seq: id.seq,
    }
}

#[test]
fn a_ticket_enters_once_and_both_answers_are_in_the_log() {
    let door = Door::open();
    let first = door.ticket(5, 1);
    assert!(admits(&first), "{:?}", first.verdict);
    assert_eq!(first.ticket.as_ref().unwrap().serial, Serial(5));
    let second = door.ticket(5, 2);
    assert_eq!(reason(&second), Some(Reason::AlreadyUsed));
    let facts = door.facts();
    assert!(matches!(facts[0], Fact::Open(_)));
    let outcomes: Vec<Outcome> = facts[1..]
        .iter()
        .map(|fact| match fact {
            Fact::Scan(scan) => scan.outcome,
            other => panic!("{other:?}"),
        })
        .collect();
    let used = Outcome::Refused(Reason::AlreadyUsed.number());
    assert_eq!(outcomes, [Outcome::Admitted, used]);
}

#[test]
fn what_was_admitted_stays_used_after_a_restart() {
    let door = Door::open();
    let actor = key(&door.ticket(5, 1)).actor;
    let door = door.restart();
    let again = door.ticket(5, 2);
    assert_eq!(reason(&again), Some(Reason::AlreadyUsed));
    assert_eq!(key(&again).actor, actor, "a restart is no new actor");
}

#[test]
fn a_restart_before_the_first_scan_is_no_new_actor_either() {
    let actor = |door: &Door| {
        let read = |tx: &scanner_core::store::Read<'_>| tx.find_event(EVENT);
        door.scanner.store().read(read).unwrap().unwrap().actor
    };
    let door = Door::open();
    let before = actor(&door);
    assert_eq!(actor(&door.restart()), before);
}

#[test]
fn the_same_wish_gets_the_same_answer_and_no_second_fact() {
    let door = Door::open();
    let first = door.ticket(5, 1);
    let held = door.facts().len();
    let door = door.restart();
    let again = door.ticket(5, 1);
    assert_eq!(again.verdict, first.verdict);
    assert!(again.repeated && again.fact.is_none());
    assert_eq!(door.facts().len(), held);
}

#[test]
fn forged_foreign_and_unknown_codes_are_refused_and_noted() {
    let door = Door::open();
    let genuine = door.organizer.token(5);
    let last = if genuine.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{last}", &genuine[..genuine.len() - 1]);
    let refused = |text: &str, id| reason(&door.scan(text, &request(id), NOON));
    assert_eq!(refused(&forged, 1), Some(Reason::BadSignature));
    assert_eq!(refused("https://example.org", 2), Some(Reason::Malformed));
    assert_eq!(refused("", 3), Some(Reason::Malformed));
    let stranger = Organizer::new(NOON);
    assert!(
        admits(&door.scan(&stranger.token(5), &request(4), NOON)),
        "same keys"
    );
    assert_eq!(door.facts().len(), 5);
}

#[test]
fn a_genuine_ticket_that_has_not_been_downloaded_yet_is_decided_from_itself() {
    let door = Door::open();
    let answered = door.ticket(5000, 1);
    let Verdict::Admit(admission) = &answered.verdict else {
        panic!("{:?}", answered.verdict);
    };
    let dataless = admission
        .notes
        .iter()
        .any(|remark| remark.note == Note::Dataless);
    assert!(dataless, "{admission:?}");
    assert_eq!(reason(&door.ticket(5000, 2)), Some(Reason::AlreadyUsed));
}

#[test]
fn an_older_issue_is_superseded_once_a_newer_one_was_seen() {
    let door = Door::open();
    let newer = door.organizer.token_of(5, 1);
    assert!(admits(&door.scan(&newer, &request(1), NOON)));
    assert_eq!(reason(&door.ticket(5, 2)), Some(Reason::Superseded));
}

#[test]
fn a_cancelled_ticket_is_refused_until_a_supervisor_overrides() {
    let door = Door::open();
    let mut ticket = door.organizer.ticket(5);
    ticket.state = TicketState::Cancelled;
    door.scanner
        .store()
        .write_batch(|tx| tx.upsert_tickets(EVENT, &[ticket]))
        .unwrap();
    let refused = door.ticket(5, 1);
    assert_eq!(reason(&refused), Some(Reason::Cancelled));
    let overriding = Request {
        override_: Some(Override {
            supervisor: SUPERVISOR,
            steps: Steps::of(2),
            reason_code: 4,
        }),
        ..request(2)
    };
    let passed = door.scan(&door.organizer.token(5), &overriding, NOON);
    assert!(admits(&passed), "{:?}", passed.verdict);
    let Some(Fact::Scan(scan)) = door.facts().pop() else {
        panic!("the override is a scan");
    };
    assert_eq!(scan.override_, overriding.override_);
}

#[test]
fn a_guest_may_leave_and_the_count_of_people_follows() {
    let door = Door::open();
    let inside = |door: &Door| {
        let status = door.scanner.status(NOON).unwrap();
        let list = &status.events[0].lists[0];
        (list.tickets, list.inside)
    };
    door.ticket(5, 1);
    door.ticket(6, 2);
    assert_eq!(inside(&door), (2, 2));
    let occupancy = |door: &Door| {
        let read = |tx: &scanner_core::store::Read<'_>| tx.occupancy(EVENT, 0, NOON);
        door.scanner.store().read(read).unwrap()
    };
    assert_eq!(occupancy(&door), 2);
    let leave = Request {
        direction: Direction::Exit,
        ..request(3)
    };
    assert!(admits(&door.scan(&door.organizer.token(5), &leave, NOON)));
    assert_eq!(inside(&door), (2, 1));
    assert_eq!(occupancy(&door), 1);
}

#[test]
fn a_scan_taken_back_counts_no_more_and_only_those_who_may_take_it_back() {
    let door = Door::open();
    let first = door.ticket(5, 1);
    let undo = |operator, wall| {
        door.scanner
            .undo(EVENT, key(&first), OperatorNo(operator), wall)
    };
    let late = NOON.plus_millis(16 * 60_000);
    assert!(matches!(undo(0, late), Err(Error::MayNotUndo)));
    assert_eq!(
        door.facts().len(),
        2,
        "what was not allowed leaves no trace"
    );
    assert_eq!(
        door.scanner.last_admitted(EVENT).unwrap(),
        Some(key(&first))
    );
    undo(0, NOON.plus_millis(60_000)).unwrap();
    assert!(matches!(undo(0, NOON), Err(Error::UnknownFact)));
    assert_eq!(door.scanner.last_admitted(EVENT).unwrap(), None);
    assert!(admits(&door.scan(
        &door.organizer.token(5),
        &request(2),
        NOON.plus_millis(61_000)
    )));
}

#[test]
fn a_supervisor_may_take_a_scan_back_later() {
    let door = Door::open();
    let first = door.ticket(5, 1);
    let late = NOON.plus_millis(16 * 60_000);
    door.scanner
        .undo(EVENT, key(&first), SUPERVISOR, late)
        .unwrap();
}

#[test]
fn nothing_can_be_settled_where_there_is_no_conflict() {
    let door = Door::open();
    let first = door.ticket(5, 1);
    let settled =
        door.scanner
            .resolve(EVENT, key(&first), Resolution::StaffError, SUPERVISOR, NOON);
    assert!(matches!(settled, Err(Error::MayNotResolve)));
    assert_eq!(door.facts().len(), 2);
}

#[test]
fn an_idle_device_shows_that_it_lives_and_a_busy_one_need_not() {
    let door = Door::open();
    let show = |minutes: i64| {
        let wall = NOON.plus_millis(minutes * 60_000);
        door.scanner.show_life(EVENT, 5 * 60_000, wall).unwrap();
        door.facts().len()
    };
    assert_eq!(show(0), 2, "an opening and a sign of life");
    assert_eq!(show(4), 2);
    assert_eq!(show(5), 3);
    let token = door.organizer.token(1);
    door.scan(&token, &request(1), NOON.plus_millis(9 * 60_000));
    assert_eq!(show(11), 4);
}

#[test]
fn a_trial_leaves_no_trace() {
    let door = Door::open();
    let token = door.organizer.token(5);
    let trial = door
        .scanner
        .simulate(EVENT, &token, &request(1), NOON)
        .unwrap();
    assert!(admits(&trial) && trial.fact.is_none());
    assert_eq!(door.facts(), []);
    assert!(admits(&door.ticket(5, 1)));
}

#[test]
fn an_event_that_is_not_known_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    let mut rng = StdRng::seed_from_u64(5);
    let mut scan = |event| scanner.scan(event, &organizer.token(1), &request(1), NOON, &mut rng);
    assert!(matches!(scan(EVENT), Err(Error::NoBook(_))));
    assert!(matches!(scan(EventNo(99)), Err(Error::UnknownEvent(_))));
}

#[test]
fn a_clock_years_off_still_scans_and_its_facts_keep_their_order() {
    let door = Door::open();
    const YEAR: i64 = 365 * 24 * 60 * 60 * 1000;
    for (id, shift) in [(1, 0), (2, 3 * YEAR), (3, -3 * YEAR), (4, 0)] {
        let token = door.organizer.token(id);
        let answered = door.scan(&token, &request(id.into()), NOON.plus_millis(shift));
        assert!(
            !matches!(answered.verdict, Verdict::Refuse(_)),
            "{answered:?}"
        );
    }
    let stamps: Vec<_> = door.facts().iter().map(|fact| *fact.stamp()).collect();
    assert!(stamps.is_sorted_by(|one, next| one.hlc < next.hlc));
    assert!(!stamps[1].uncertain);
    assert!(stamps[2..4].iter().all(|stamp| stamp.uncertain));
}

#[test]
fn a_store_that_was_put_back_writes_on_as_another() {
    let door = Door::open();
    let old = key(&door.ticket(5, 1)).actor;
    let copy = |from: &Path, to: &Path| {
        for name in ["store.db", "store.db-wal"] {
            if from.join(name).exists() {
                std::fs::copy(from.join(name), to.join(name)).unwrap();
            }
        }
    };
    let kept = tempfile::tempdir().unwrap();
    let door = door.restart();
    copy(door.folder.path(), kept.path());
    door.ticket(6, 2);
    // Opening notes with the keys how far the log is.
    let Door {
        folder,
        organizer,
        scanner,
    } = door.restart();
    drop(scanner);
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    copy(kept.path(), folder.path());
    let scanner = reopen(folder.path());
    let door = Door {
        folder,
        organizer,
        scanner,
    };
    let answered = door.ticket(7, 3);
    assert!(admits(&answered));
    assert_ne!(key(&answered).actor, old);
    assert_eq!(key(&answered).seq, 2, "a new log with its own opening");
    assert_eq!(reason(&door.ticket(5, 4)), Some(Reason::AlreadyUsed));
}
