//! The fold that is kept up to date says what one from nothing says.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod common;

use common::{DOOR, NOON, STAFF, STAGE, SUPERVISOR, Store, book, scan};
use proptest::prelude::*;
use proptest::sample::select;
use shared_model::book::{Book, EntryMode, Gate, Role};
use shared_model::entry::Override;
use shared_model::fact::{Annul, Direction, Fact, Resolution, Resolve, Scan};
use shared_model::ids::{GateNo, ListNo, OperatorNo, Serial, Zones};
use shared_model::log::fold::{Allowance, Event, FactKey};
use shared_model::time::Timestamp;
use shared_model::verdict::Steps;

const MINUTE: i64 = 60_000;
const SERIALS: core::ops::Range<u32> = 1..5;

/// One thing that happens, at a door or in the organizer's office.
#[derive(Debug, Clone)]
enum Step {
    Scan {
        device: usize,
        serial: u32,
        list: ListNo,
        direction: Direction,
        by: Option<OperatorNo>,
    },
    /// A word about the fact so many facts back.
    Annul {
        device: usize,
        back: usize,
        by: OperatorNo,
    },
    Resolve {
        device: usize,
        back: usize,
        by: OperatorNo,
    },
    /// A device's duty ends, or goes on.
    Duty {
        device: usize,
    },
    Promote {
        operator: OperatorNo,
    },
    Entries {
        list: ListNo,
        entries: EntryMode,
    },
    AutoExit {
        list: ListNo,
        minute: Option<u16>,
    },
    ListZone {
        list: ListNo,
        zone: Option<u8>,
    },
    Leaves {
        zone: usize,
        leaves: u32,
    },
    Capacity {
        zone: usize,
        people: Option<u32>,
    },
    Gate,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let list = || select(vec![DOOR, STAGE]);
    let by = || select(vec![OperatorNo(0), STAFF, SUPERVISOR]);
    let device = || 0..3usize;
    let direction = select(vec![Direction::Entry, Direction::Exit]);
    let entries = select(vec![
        EntryMode::Single,
        EntryMode::Multiple,
        EntryMode::AfterExit,
        EntryMode::PerDay(1),
    ]);
    let scan = (device(), SERIALS, list(), direction, prop::option::of(by()));
    let scan = scan.prop_map(|(device, serial, list, direction, by)| Step::Scan {
        device,
        serial,
        list,
        direction,
        by,
    });
    prop::collection::vec(
        prop_oneof![
            8 => scan,
            1 => (device(), 0..4usize, by()).prop_map(|(device, back, by)| Step::Annul { device, back, by }),
            1 => (device(), 0..4usize, by()).prop_map(|(device, back, by)| Step::Resolve { device, back, by }),
            1 => device().prop_map(|device| Step::Duty { device }),
            1 => by().prop_map(|operator| Step::Promote { operator }),
            1 => (list(), entries).prop_map(|(list, entries)| Step::Entries { list, entries }),
            1 => (list(), prop::option::of(select(vec![0, 760, 1439])))
                .prop_map(|(list, minute)| Step::AutoExit { list, minute }),
            1 => (list(), prop::option::of(0..2u8)).prop_map(|(list, zone)| Step::ListZone { list, zone }),
            1 => (0..2usize, 0..4u32).prop_map(|(zone, leaves)| Step::Leaves { zone, leaves }),
            1 => (0..2usize, prop::option::of(0..3u32))
                .prop_map(|(zone, people)| Step::Capacity { zone, people }),
            1 => Just(Step::Gate),
        ],
        1..40,
    )
}

/// Three devices, the office, and the fold that is kept up to date.
struct World {
    book: Book,
    stores: Vec<Store>,
    written: Vec<(FactKey, usize)>,
    now: Timestamp,
    kept: Event,
}

impl World {
    fn new() -> Self {
        let book = book(3);
        let stores = (1..=3).map(|device| Store::new(device, &book, device, NOON));
        Self {
            stores: stores.collect(),
            book,
            written: Vec::new(),
            now: NOON,
            kept: Event::default(),
        }
    }

    fn step(&mut self, at: usize, step: &Step) {
        self.now = self.now.plus_millis(7 * MINUTE);
        let before = self.book.clone();
        self.act(at, step);
        if self.book != before {
            self.book.number += 1;
            self.kept.follow(&self.book);
        }
        for logged in self.stores.iter().flat_map(Store::logged) {
            self.kept.insert(logged);
        }
        self.kept.fold(&self.book, &allowance);
    }

    fn act(&mut self, at: usize, step: &Step) {
        match step.clone() {
            Step::Scan {
                device,
                serial,
                list,
                direction,
                by,
            } => {
                let override_ = by.map(|supervisor| Override {
                    supervisor,
                    steps: Steps::of(8),
                    reason_code: 1,
                });
                let scan = Scan {
                    override_,
                    ..scan(serial, list, direction, at as u64)
                };
                self.stores[device].scan(self.now, scan);
                self.note(device);
            }
            Step::Annul { device, back, by } => self.speak(device, back, |stamp, key| {
                Fact::Annul(Annul {
                    stamp,
                    actor: key.actor,
                    seq: key.seq,
                    operator: by,
                })
            }),
            Step::Resolve { device, back, by } => self.speak(device, back, |stamp, key| {
                Fact::Resolve(Resolve {
                    stamp,
                    actor: key.actor,
                    seq: key.seq,
                    outcome: Resolution::StaffError,
                    operator: by,
                })
            }),
            Step::Duty { device } => {
                let interval = &mut self.book.roster.devices[device].active[0];
                interval.until = match interval.until {
                    None => Some(self.now.plus_millis(-10 * MINUTE)),
                    Some(_) => None,
                };
            }
            Step::Promote { operator } => {
                let operators = &mut self.book.roster.operators;
                let person = operators
                    .iter_mut()
                    .find(|known| known.operator == operator);
                if let Some(person) = person {
                    person.role = match person.role {
                        Role::Staff => Role::Supervisor,
                        Role::Supervisor => Role::Staff,
                    };
                }
            }
            Step::Entries { list, entries } => self.list(list).entries = entries,
            Step::AutoExit { list, minute } => self.list(list).auto_exit_minute = minute,
            Step::ListZone { list, zone } => self.list(list).zone = zone,
            Step::Leaves { zone, leaves } => self.book.zones[zone].leaves = Zones(leaves),
            Step::Capacity { zone, people } => self.book.zones[zone].capacity = people,
            Step::Gate => self.book.gates.push(Gate {
                gate: GateNo(90),
                name: "Another".into(),
                lists: Vec::new(),
            }),
        }
    }

    fn speak(
        &mut self,
        device: usize,
        back: usize,
        fact: impl FnOnce(shared_model::fact::Stamp, FactKey) -> Fact,
    ) {
        let Some((key, _)) = self.written.iter().rev().nth(back).copied() else {
            return;
        };
        self.stores[device].append(self.now, |stamp| fact(stamp, key));
        self.note(device);
    }

    fn note(&mut self, device: usize) {
        let author = &self.stores[device].author;
        let key = FactKey {
            actor: author.actor(),
            seq: author.tip().seq,
        };
        self.written.push((key, device));
    }

    fn list(&mut self, list: ListNo) -> &mut shared_model::book::List {
        let mut lists = self.book.lists.iter_mut();
        lists.find(|known| known.list == list).unwrap()
    }

    /// The same facts, folded from nothing.
    fn fresh(&self) -> Event {
        let mut event = Event::default();
        for logged in self.stores.iter().flat_map(Store::logged) {
            event.insert(logged);
        }
        event.fold(&self.book, &allowance);
        event
    }
}

fn allowance(serial: Serial) -> Option<Allowance> {
    let group = u8::try_from(serial.get() % 3).unwrap();
    (serial != Serial(1)).then(|| Allowance {
        group,
        ..Allowance::default()
    })
}

/// People in a zone, summed over every move of every ticket.
fn summed(event: &Event, zone: u8, now: Timestamp) -> i64 {
    let moves = event.serials().filter_map(|serial| event.ticket(serial));
    let moves = moves.flat_map(|ticket| &ticket.moves);
    moves
        .filter(|change| change.zone == zone && change.place.order.time() <= now)
        .map(|change| change.people)
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn an_event_kept_up_to_date_is_one_folded_from_nothing(steps in steps()) {
        let mut world = World::new();
        for (at, step) in steps.iter().enumerate() {
            world.step(at, step);
            let fresh = world.fresh();
            for serial in SERIALS.map(Serial) {
                prop_assert_eq!(world.kept.ticket(serial), fresh.ticket(serial), "{:?}", step);
            }
            prop_assert_eq!(world.kept.conflicts(&world.book), fresh.conflicts(&world.book));
            for zone in 0..2 {
                for minutes in [-20, 0, 1, 24 * 60, 48 * 60] {
                    let at = world.now.plus_millis(minutes * MINUTE);
                    let people = i64::from(world.kept.occupancy(zone, at));
                    prop_assert_eq!(people, summed(&fresh, zone, at));
                }
            }
        }
    }
}

#[test]
fn a_book_refolds_only_what_it_may_change() {
    let mut world = World::new();
    for serial in 1..=20 {
        let list = if serial % 4 == 0 { STAGE } else { DOOR };
        let device = serial as usize % 3;
        let scan = scan(serial, list, Direction::Entry, serial.into());
        world.stores[device].scan(world.now, scan);
    }
    let mut event = Event::default();
    event.follow(&world.book);
    for logged in world.stores.iter().flat_map(Store::logged) {
        event.insert(logged);
    }
    let mut folded = |book: &Book| {
        event.follow(book);
        event.fold(book, &|_| None)
    };
    let mut book = world.book.clone();
    assert_eq!(folded(&book), 20);
    assert_eq!(folded(&book), 0);
    book.number += 1;
    book.name.push('!');
    book.gates.clear();
    book.tiers.clear();
    book.zones[0].capacity = Some(1);
    book.roster.operators[0].pin = None;
    let mut another = book.roster.devices[0].clone();
    another.fact_key.0[0] ^= 1;
    book.roster.devices.push(another);
    assert_eq!(folded(&book), 0, "nothing that a ticket's state reads");
    book.lists
        .iter_mut()
        .find(|list| list.list == STAGE)
        .unwrap()
        .entries = EntryMode::Multiple;
    assert_eq!(folded(&book), 5, "the tickets of that list");
    book.roster.devices[0].active[0].until = Some(NOON);
    assert_eq!(folded(&book), 6, "the tickets that this device scanned");
    book.zones[0].leaves = Zones(2);
    assert_eq!(folded(&book), 20);
}
