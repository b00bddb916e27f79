//! The fold: who is inside, what is wrong, and who may say otherwise.

mod common;

use common::{DOOR, NOON, STAFF, STAGE, SUPERVISOR, Store, book, scan};
use shared_model::book::{Book, EntryMode};
use shared_model::entry::Override;
use shared_model::fact::{Annul, Direction, Fact, Outcome, Resolution, Resolve, Scan, Stamp};
use shared_model::hlc::Hlc;
use shared_model::ids::{Generation, ListNo, OperatorNo, PublicKey, RequestId, Serial};
use shared_model::log::fold::{
    Allowance, Conflict, ConflictKind, Event, Ticket, is_final, ticket, watermark,
};
use shared_model::ticket::Stop;
use shared_model::time::Timestamp;
use shared_model::verdict::Steps;

const SERIAL: Serial = Serial(1);
const MINUTE: i64 = 60_000;

/// Devices 1 to 3 of one event, whose facts are folded together.
struct Doors {
    book: Book,
    stores: Vec<Store>,
    requests: u64,
}

impl Doors {
    fn new() -> Self {
        let book = book(3);
        let stores = (1..=3)
            .map(|device| Store::new(device, &book, device, NOON))
            .collect();
        Self {
            book,
            stores,
            requests: 0,
        }
    }

    fn list(&mut self, list: ListNo) -> &mut shared_model::book::List {
        let lists = &mut self.book.lists;
        lists
            .iter_mut()
            .find(|known| known.list == list)
            .expect("the test's own list")
    }

    /// Device `at` lets `SERIAL` pass `minutes` after noon; gives the fact's seq.
    fn pass(&mut self, at: usize, minutes: i64, list: ListNo, direction: Direction) -> u64 {
        self.pass_with(at, minutes, list, direction, |scan| scan)
    }

    fn pass_with(
        &mut self,
        at: usize,
        minutes: i64,
        list: ListNo,
        direction: Direction,
        with: impl FnOnce(Scan) -> Scan,
    ) -> u64 {
        self.requests += 1;
        let scan = with(scan(SERIAL.get(), list, direction, self.requests));
        self.stores[at - 1].scan(NOON.plus_millis(minutes * MINUTE), scan)
    }

    fn enter(&mut self, at: usize, minutes: i64) -> u64 {
        self.pass(at, minutes, DOOR, Direction::Entry)
    }

    fn annul(&mut self, at: usize, minutes: i64, of: (usize, u64), operator: OperatorNo) -> u64 {
        let actor = self.stores[of.0 - 1].author.actor();
        let annul = |stamp: Stamp| {
            Fact::Annul(Annul {
                stamp,
                actor,
                seq: of.1,
                operator,
            })
        };
        self.stores[at - 1].append(NOON.plus_millis(minutes * MINUTE), annul)
    }

    fn resolve(&mut self, at: usize, of: (usize, u64), outcome: Resolution, operator: OperatorNo) {
        let actor = self.stores[of.0 - 1].author.actor();
        let resolve = |stamp: Stamp| {
            Fact::Resolve(Resolve {
                stamp,
                actor,
                seq: of.1,
                outcome,
                operator,
            })
        };
        self.stores[at - 1].append(NOON.plus_millis(60 * MINUTE), resolve);
    }

    fn ticket(&self) -> Ticket {
        self.ticket_with(&Allowance {
            group: 1,
            ..Allowance::default()
        })
    }

    fn ticket_with(&self, allowance: &Allowance) -> Ticket {
        let facts: Vec<_> = self.stores.iter().flat_map(Store::logged).collect();
        ticket(&self.book, SERIAL, Some(allowance), &facts)
    }

    fn event(&self) -> Event {
        let mut event = Event::default();
        for logged in self.stores.iter().flat_map(Store::logged) {
            event.insert(logged);
        }
        event.fold(&self.book, &|_| None);
        event
    }

    fn id(&self, at: usize, seq: u64) -> (shared_model::ids::ActorId, u64) {
        (self.stores[at - 1].author.actor(), seq)
    }
}

fn kinds(conflicts: &[Conflict]) -> Vec<ConflictKind> {
    conflicts.iter().map(|conflict| conflict.kind).collect()
}

fn overriding(supervisor: OperatorNo, step: u8) -> Option<Override> {
    Some(Override {
        supervisor,
        steps: Steps::of(step),
        reason_code: 1,
    })
}

#[test]
fn the_first_entry_holds_and_the_later_one_is_the_conflict_whoever_came_in_first() {
    let mut doors = Doors::new();
    let late = doors.enter(2, 7);
    let first = doors.enter(1, 3);
    let ticket = doors.ticket();
    assert_eq!(kinds(&ticket.conflicts), [ConflictKind::DoubleEntry]);
    let conflict = &ticket.conflicts[0];
    assert_eq!((conflict.id.actor, conflict.id.seq), doors.id(2, late));
    let against = conflict.against.expect("it contradicts an entry");
    assert_eq!((against.actor, against.seq), doors.id(1, first));
    let state = ticket.lists[&DOOR];
    assert_eq!((state.inside, state.entries), (1, 2));
    assert_eq!(state.first_entry.map(|place| place.seq), Some(first));
    assert_eq!(ticket.scans.len(), 2);
    assert_eq!(ticket.scans[0].hlc.time(), NOON.plus_millis(3 * MINUTE));
}

#[test]
fn refused_scans_are_history_and_count_for_nothing() {
    let mut doors = Doors::new();
    doors.enter(1, 1);
    doors.pass_with(2, 2, DOOR, Direction::Entry, |scan| Scan {
        outcome: Outcome::Refused(18),
        admitted: 0,
        ..scan
    });
    let ticket = doors.ticket();
    assert!(ticket.conflicts.is_empty());
    assert_eq!(ticket.scans.iter().filter(|scan| scan.counts).count(), 1);
    assert_eq!(ticket.lists[&DOOR].entries, 1);
}

#[test]
fn lists_are_independent() {
    let mut doors = Doors::new();
    doors.enter(1, 1);
    doors.pass(2, 2, STAGE, Direction::Entry);
    assert!(doors.ticket().conflicts.is_empty());
}

#[test]
fn entry_after_exit_is_no_conflict_where_the_list_has_it() {
    let mut doors = Doors::new();
    doors.pass(1, 1, STAGE, Direction::Entry);
    doors.pass(2, 2, STAGE, Direction::Exit);
    doors.pass(3, 3, STAGE, Direction::Entry);
    assert!(doors.ticket().conflicts.is_empty());
    doors.pass(2, 4, STAGE, Direction::Entry);
    assert_eq!(
        kinds(&doors.ticket().conflicts),
        [ConflictKind::DoubleEntry]
    );
    assert_eq!(doors.ticket().lists[&STAGE].inside, 1);
}

#[test]
fn entries_per_day_and_in_total_are_counted() {
    let day = 24 * 60;
    let mut doors = Doors::new();
    doors.list(DOOR).entries = EntryMode::PerDay(1);
    doors.enter(1, 0);
    doors.enter(2, day);
    assert!(doors.ticket().conflicts.is_empty());
    doors.enter(3, day + 1);
    assert_eq!(
        kinds(&doors.ticket().conflicts),
        [ConflictKind::DoubleEntry]
    );

    doors.list(DOOR).entries = EntryMode::Total(3);
    assert!(doors.ticket().conflicts.is_empty());
    doors.list(DOOR).entries = EntryMode::Total(2);
    assert_eq!(doors.ticket().conflicts.len(), 1);
    doors.list(DOOR).entries = EntryMode::Multiple;
    assert!(doors.ticket().conflicts.is_empty());
    let two = Allowance {
        group: 1,
        entries: 2,
        ..Allowance::default()
    };
    assert_eq!(
        doors.ticket_with(&two).conflicts.len(),
        1,
        "the ticket narrows the list"
    );
    doors.list(DOOR).non_consuming = true;
    assert!(doors.ticket_with(&two).conflicts.is_empty());
}

#[test]
fn with_re_entry_coming_back_uses_none_of_the_ticket_s_entries() {
    let mut doors = Doors::new();
    doors.list(DOOR).entries = EntryMode::Multiple;
    doors.enter(1, 1);
    doors.pass(1, 2, DOOR, Direction::Exit);
    doors.enter(2, 3);
    let one = Allowance {
        group: 1,
        entries: 1,
        ..Allowance::default()
    };
    assert_eq!(doors.ticket_with(&one).conflicts.len(), 1);
    let back = Allowance {
        re_entry: true,
        ..one
    };
    assert!(doors.ticket_with(&back).conflicts.is_empty());
    doors.enter(3, 4);
    assert_eq!(doors.ticket_with(&back).conflicts.len(), 1);
}

#[test]
fn a_group_enters_in_parts_up_to_its_size() {
    let group = Allowance {
        group: 5,
        ..Allowance::default()
    };
    let mut doors = Doors::new();
    let people = |admitted| move |scan| Scan { admitted, ..scan };
    doors.pass_with(1, 1, DOOR, Direction::Entry, people(3));
    doors.pass_with(2, 2, DOOR, Direction::Entry, people(2));
    let ticket = doors.ticket_with(&group);
    assert!(ticket.conflicts.is_empty());
    assert_eq!(
        (ticket.lists[&DOOR].inside, ticket.lists[&DOOR].people),
        (5, 5)
    );
    doors.pass_with(3, 3, DOOR, Direction::Entry, people(1));
    assert_eq!(
        kinds(&doors.ticket_with(&group).conflicts),
        [ConflictKind::DoubleEntry]
    );
}

#[test]
fn a_device_takes_back_its_own_for_a_quarter_of_an_hour_and_a_supervisor_always() {
    let mut doors = Doors::new();
    let first = doors.enter(1, 0);
    doors.annul(1, 15, (1, first), STAFF);
    doors.enter(2, 20);
    let ticket = doors.ticket();
    assert!(ticket.conflicts.is_empty());
    assert!(!ticket.scans[0].counts && ticket.scans[1].counts);

    for (at, minutes) in [(1, 16), (2, 1)] {
        let mut doors = Doors::new();
        let first = doors.enter(1, 0);
        let annul = doors.annul(at, minutes, (1, first), STAFF);
        let ticket = doors.ticket();
        assert!(ticket.scans[0].counts);
        assert_eq!(kinds(&ticket.conflicts), [ConflictKind::AnnulWithoutRights]);
        assert_eq!(
            (ticket.conflicts[0].id.actor, ticket.conflicts[0].id.seq),
            doors.id(at, annul)
        );
    }

    let mut doors = Doors::new();
    let first = doors.enter(1, 0);
    doors.annul(3, 600, (1, first), SUPERVISOR);
    assert!(!doors.ticket().scans[0].counts);
}

#[test]
fn an_override_counts_with_rights_and_is_a_conflict_without() {
    for (supervisor, expected) in [
        (SUPERVISOR, vec![]),
        (
            STAFF,
            vec![
                ConflictKind::DoubleEntry,
                ConflictKind::OverrideWithoutRights,
            ],
        ),
        (
            OperatorNo(99),
            vec![
                ConflictKind::DoubleEntry,
                ConflictKind::OverrideWithoutRights,
            ],
        ),
    ] {
        let mut doors = Doors::new();
        doors.enter(1, 0);
        doors.pass_with(2, 1, DOOR, Direction::Entry, |scan| Scan {
            override_: overriding(supervisor, 8),
            ..scan
        });
        assert_eq!(kinds(&doors.ticket().conflicts), expected);
    }
    let mut doors = Doors::new();
    doors.enter(1, 0);
    doors.pass_with(2, 1, DOOR, Direction::Entry, |scan| Scan {
        override_: overriding(SUPERVISOR, 5),
        ..scan
    });
    assert_eq!(
        kinds(&doors.ticket().conflicts),
        [ConflictKind::DoubleEntry],
        "another step"
    );
}

#[test]
fn an_entry_after_the_code_was_stopped_is_a_conflict_and_one_before_is_not() {
    let mut doors = Doors::new();
    doors.pass(1, 10, STAGE, Direction::Entry);
    let stop = |minutes| Allowance {
        group: 1,
        stops: vec![Stop {
            below: Generation(1),
            at: NOON.plus_millis(minutes * MINUTE),
        }],
        ..Allowance::default()
    };
    assert_eq!(
        kinds(&doors.ticket_with(&stop(9)).conflicts),
        [ConflictKind::AfterRevocation]
    );
    assert!(doors.ticket_with(&stop(11)).conflicts.is_empty());
    doors.pass(1, 12, STAGE, Direction::Exit);
    assert!(
        doors.ticket_with(&stop(11)).conflicts.is_empty(),
        "a guest may leave"
    );
}

#[test]
fn facts_of_a_device_outside_its_enrolment_are_kept_counted_and_named() {
    let mut doors = Doors::new();
    doors.enter(1, 10);
    let active = &mut doors.book.roster.devices[0].active[0];
    active.until = Some(NOON.plus_millis(5 * MINUTE));
    let ticket = doors.ticket();
    assert_eq!(kinds(&ticket.conflicts), [ConflictKind::DeviceNotEnrolled]);
    assert_eq!(ticket.lists[&DOOR].entries, 1);
    doors.book.roster.devices.remove(0);
    assert_eq!(
        kinds(&doors.ticket().conflicts),
        [ConflictKind::DeviceNotEnrolled]
    );
    assert_eq!(doors.ticket().scans[0].device, None);
}

#[test]
fn one_wish_written_twice_by_one_device_is_one_entry_and_by_two_devices_two() {
    let wish = RequestId([9; 16]);
    let same = |scan| Scan {
        request: wish,
        ..scan
    };
    let mut doors = Doors::new();
    doors.pass_with(1, 0, DOOR, Direction::Entry, same);
    doors.stores[0].new_epoch(50, NOON);
    doors.pass_with(1, 1, DOOR, Direction::Entry, same);
    let ticket = doors.ticket();
    assert!(ticket.conflicts.is_empty());
    assert_eq!(ticket.lists[&DOOR].entries, 1);
    doors.pass_with(2, 2, DOOR, Direction::Entry, same);
    assert_eq!(
        kinds(&doors.ticket().conflicts),
        [ConflictKind::DoubleEntry]
    );
}

#[test]
fn conflicts_are_settled_by_supervisors_and_the_last_word_holds() {
    let mut doors = Doors::new();
    doors.enter(1, 0);
    let late = doors.enter(2, 1);
    doors.resolve(3, (2, late), Resolution::SharedTicket, STAFF);
    assert_eq!(doors.ticket().conflicts[0].resolved, None);
    doors.resolve(3, (2, late), Resolution::SharedTicket, SUPERVISOR);
    doors.resolve(3, (2, late), Resolution::ScreenshotFraud, SUPERVISOR);
    let resolved = doors.ticket().conflicts[0]
        .resolved
        .expect("a supervisor spoke");
    assert_eq!(resolved.outcome, Resolution::ScreenshotFraud);
    assert_eq!(
        doors.event().conflicts(&doors.book)[0].resolved,
        Some(resolved)
    );
}

#[test]
fn a_clock_that_ran_backwards_is_named() {
    let mut doors = Doors::new();
    doors.enter(1, 0);
    let mut facts = doors.stores[0].logged();
    facts[1].flags = shared_model::log::Flags::BACKWARDS;
    let ticket = ticket(&doors.book, SERIAL, None, &facts);
    assert_eq!(kinds(&ticket.conflicts), [ConflictKind::ClockBackwards]);
}

#[test]
fn a_hybrid_time_far_ahead_of_its_own_clock_gains_little() {
    let stamp = Stamp {
        hlc: Hlc::at(NOON.plus_millis(3_600_000)),
        wall: NOON,
        offset_ms: 0,
        uncertain: false,
    };
    assert_eq!(stamp.order().time(), NOON.plus_millis(Hlc::MAX_AHEAD_MS));
}

#[test]
fn entering_a_zone_leaves_those_that_the_book_says() {
    let mut doors = Doors::new();
    doors.enter(1, 0);
    let at = |minutes| NOON.plus_millis(minutes * MINUTE);
    assert_eq!(doors.event().occupancy(0, at(1)), 1);
    doors.pass(2, 2, STAGE, Direction::Entry);
    let event = doors.event();
    assert_eq!(
        (event.occupancy(0, at(1)), event.occupancy(1, at(1))),
        (1, 0)
    );
    assert_eq!(
        (event.occupancy(0, at(3)), event.occupancy(1, at(3))),
        (0, 1)
    );
    doors.pass(3, 4, STAGE, Direction::Exit);
    assert_eq!(doors.event().occupancy(1, at(5)), 0);
}

#[test]
fn the_entry_that_overfills_a_zone_is_a_conflict() {
    let mut doors = Doors::new();
    for serial in 1..=4_u32 {
        let scan = scan(serial, DOOR, Direction::Entry, serial.into());
        doors.stores[serial as usize % 3].scan(NOON.plus_millis(serial.into()), scan);
    }
    let conflicts = doors.event().conflicts(&doors.book);
    assert_eq!(kinds(&conflicts), [ConflictKind::OverCapacity]);
    assert_eq!(conflicts[0].serial, Some(Serial(4)));
    assert_eq!(doors.event().occupancy(0, NOON.plus_millis(10)), 4);
}

#[test]
fn at_the_list_s_minute_everybody_is_out() {
    let midnight_utc = 24 * 60 - NOON.as_millis() / MINUTE % (24 * 60);
    let mut doors = Doors::new();
    doors.list(STAGE).auto_exit_minute = Some(0);
    doors.pass(1, 1, STAGE, Direction::Entry);
    let before = NOON.plus_millis((midnight_utc - 1) * MINUTE);
    let after = NOON.plus_millis(midnight_utc * MINUTE);
    let event = doors.event();
    assert_eq!(
        (event.occupancy(1, before), event.occupancy(1, after)),
        (1, 0)
    );
    assert_eq!(doors.ticket().lists[&STAGE].leaves_at, Some(after));

    doors.pass(2, midnight_utc + 60, STAGE, Direction::Entry);
    let ticket = doors.ticket();
    assert!(ticket.conflicts.is_empty());
    assert_eq!(ticket.lists[&STAGE].inside, 1);
    let event = doors.event();
    assert_eq!(
        event.occupancy(1, NOON.plus_millis((midnight_utc + 61) * MINUTE)),
        1
    );
}

#[test]
fn a_state_is_final_once_every_active_device_was_heard_of_past_it() {
    let mut doors = Doors::new();
    let ended = doors.book.roster.devices.len() - 1;
    doors.book.roster.devices[ended].active.clear();
    doors.enter(1, 5);
    let place = doors.ticket().lists[&DOOR].first_entry.expect("it entered");
    let now = NOON.plus_millis(20 * MINUTE);
    let mark = |doors: &Doors| watermark(&doors.book.roster, doors.event().heard(), now);
    assert!(!is_final(&place, mark(&doors)));
    for store in &mut doors.stores {
        store.heartbeat(NOON.plus_millis(6 * MINUTE));
    }
    assert!(is_final(&place, mark(&doors)));
    doors.book.roster.devices[0].fact_key = PublicKey([1; 32]);
    assert_eq!(mark(&doors), None, "one device was never heard of");
    assert!(!is_final(&place, mark(&doors)));
}

#[test]
fn times_before_the_epoch_and_at_the_ends_of_the_range_fold() {
    for wall in [i64::MIN, -1, 0, i64::MAX] {
        let mut doors = Doors::new();
        doors.list(DOOR).auto_exit_minute = Some(1439);
        let scan = scan(SERIAL.get(), DOOR, Direction::Entry, 1);
        doors.stores[0].scan(Timestamp(wall), scan);
        assert_eq!(doors.ticket().lists[&DOOR].entries, 1);
    }
}
