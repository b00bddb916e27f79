//! Devices and a server that meet, part, crash, are cloned and restored.
//!
//! Whatever happens, once all have met again they hold the same facts, agree on
//! the state, have lost nothing that was durable, and name every double entry. A
//! failing plan is printed, shrunk, and kept as a seed beside this file.

mod common;

use std::collections::BTreeSet;

use common::network::{End, Weather, meet};
use common::{DOOR, NOON, STAGE, Store, book, scan};
use proptest::prelude::*;
use shared_model::book::Book;
use shared_model::fact::{Annul, Direction, Fact, Outcome, Resolution, Resolve, Scan};
use shared_model::ids::{ActorId, Generation, Hash, Incarnation, Serial};
use shared_model::log::fold::{ConflictKind, Event, Logged, ticket};
use shared_model::sync::{Mode, Role};
use shared_model::time::Timestamp;

const DEVICES: usize = 3;
const TICKETS: u32 = 4;

/// One thing that happens. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    /// A ticket is shown at a device.
    Scan {
        at: u8,
        serial: u32,
        stage: bool,
        exit: bool,
    },
    /// A device takes back the newest of its scans.
    Annul { at: u8, by_supervisor: bool },
    /// A person settles the first conflict that a device knows.
    Resolve { at: u8 },
    /// A device says that it is there.
    Heartbeat { at: u8 },
    /// The server changes a ticket.
    ChangeTicket { serial: u8, generation: u8 },
    /// The server issues a new book.
    IssueBook,
    /// A device writes so much that its log crosses the end of a stretch.
    Burst { at: u8, facts: u16 },
    /// Two meet.
    Meet {
        one: u8,
        other: u8,
        stream: bool,
        cut: Option<u16>,
        double: u8,
        swap: u8,
    },
    /// A device or the server is killed.
    Crash { at: u8 },
    /// Somebody sets a device's clock, in seconds off the true time.
    SetClock { at: u8, seconds: i64 },
    /// Time passes, in seconds.
    Wait { seconds: u16 },
    /// A device's store is copied and used twice.
    Clone { at: u8 },
    /// A device's or the server's store is copied aside.
    BackUp { at: u8 },
    /// That copy is put back.
    Restore { at: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let node = 0..8_u8;
    prop_oneof![
        8 => (node.clone(), 0..TICKETS, any::<bool>(), any::<bool>())
            .prop_map(|(at, serial, stage, exit)| Step::Scan { at, serial, stage, exit }),
        1 => (node.clone(), any::<bool>())
            .prop_map(|(at, by_supervisor)| Step::Annul { at, by_supervisor }),
        1 => node.clone().prop_map(|at| Step::Resolve { at }),
        1 => node.clone().prop_map(|at| Step::Heartbeat { at }),
        6 => (node.clone(), node.clone(), any::<bool>(), prop::option::of(0..12_u16), 0..4_u8, prop_oneof![3 => Just(0), 1 => 2..4_u8])
            .prop_map(|(one, other, stream, cut, double, swap)| Step::Meet { one, other, stream, cut, double, swap }),
        2 => (0..20_u8, any::<u8>())
            .prop_map(|(serial, generation)| Step::ChangeTicket { serial, generation }),
        1 => (node.clone(), 100..700_u16).prop_map(|(at, facts)| Step::Burst { at, facts }),
        1 => Just(Step::IssueBook),
        1 => node.clone().prop_map(|at| Step::Crash { at }),
        1 => (node.clone(), -300..300_i64).prop_map(|(at, seconds)| Step::SetClock { at, seconds }),
        2 => (0..1000_u16).prop_map(|seconds| Step::Wait { seconds }),
        1 => node.clone().prop_map(|at| Step::Clone { at }),
        1 => node.clone().prop_map(|at| Step::BackUp { at }),
        1 => node.prop_map(|at| Step::Restore { at }),
    ]
}

struct Node {
    store: Store,
    clock_off_ms: i64,
    backup: Option<Store>,
}

struct World {
    book: Book,
    /// The server is the first.
    nodes: Vec<Node>,
    now: Timestamp,
    /// Every fact that was made durable and not lost with a disk.
    durable: BTreeSet<(ActorId, u64, Hash)>,
    epochs: u8,
    requests: u64,
    incarnations: u128,
    books: u64,
}

impl World {
    fn new() -> Self {
        let book = book(DEVICES as u8);
        let mut stores = vec![Store::server(&book, NOON)];
        stores.extend((1..=DEVICES as u8).map(|device| Store::new(device, &book, device, NOON)));
        let mut world = Self {
            book,
            nodes: Vec::new(),
            now: NOON,
            durable: BTreeSet::new(),
            epochs: 10,
            requests: 0,
            incarnations: 1,
            books: 1,
        };
        for store in stores {
            world.durable.extend(store.set());
            world.nodes.push(Node {
                store,
                clock_off_ms: 0,
                backup: None,
            });
        }
        world
    }

    fn place(&self, at: u8) -> usize {
        usize::from(at) % self.nodes.len()
    }

    fn clock(&self, at: usize) -> Timestamp {
        self.now.plus_millis(self.nodes[at].clock_off_ms)
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Scan {
                at,
                serial,
                stage,
                exit,
            } => self.scan(self.place(at), serial, stage, exit),
            Step::Annul { at, by_supervisor } => self.annul(self.place(at), by_supervisor),
            Step::Resolve { at } => self.resolve(self.place(at)),
            Step::Heartbeat { at } => {
                let at = self.place(at);
                let clock = self.clock(at);
                self.nodes[at].store.heartbeat(clock);
            }
            Step::Meet {
                one,
                other,
                stream,
                cut,
                double,
                swap,
            } => {
                let mode = if stream { Mode::Stream } else { Mode::Turns };
                let weather = Weather {
                    cut_after: cut,
                    double_every: double,
                    swap_every: swap,
                };
                self.meet(self.place(one), self.place(other), mode, weather);
            }
            Step::Crash { at } => {
                let at = self.place(at);
                self.nodes[at].store.crash();
            }
            Step::Burst { at, facts } => {
                let at = self.place(at);
                let clock = self.clock(at);
                for _ in 0..facts {
                    self.nodes[at].store.heartbeat(clock);
                }
            }
            Step::ChangeTicket { serial, generation } => {
                let server = &mut self.nodes[0].store;
                server.change_ticket(Serial(serial.into()), Generation(generation));
            }
            Step::IssueBook => {
                self.books += 1;
                self.nodes[0].store.issue_book(self.books);
            }
            Step::SetClock { at, seconds } => {
                let at = self.place(at);
                self.nodes[at].clock_off_ms = seconds * 1000;
            }
            Step::Wait { seconds } => self.now = self.now.plus_millis(i64::from(seconds) * 1000),
            Step::Clone { at } => self.copy(self.place(at)),
            Step::BackUp { at } => {
                let at = self.place(at);
                self.nodes[at].backup = Some(self.nodes[at].store.clone());
            }
            Step::Restore { at } => self.restore(self.place(at)),
        }
        for node in &self.nodes {
            self.durable.extend(node.store.set());
        }
    }

    fn scan(&mut self, at: usize, serial: u32, stage: bool, exit: bool) {
        self.requests += 1;
        let (clock, list) = (self.clock(at), if stage { STAGE } else { DOOR });
        let direction = if exit {
            Direction::Exit
        } else {
            Direction::Entry
        };
        let store = &mut self.nodes[at].store;
        let known = ticket(&self.book, Serial(serial), None, &store.logged());
        let state = known.lists.get(&list).copied().unwrap_or_default();
        let used = if stage {
            state.inside > 0
        } else {
            state.entries > 0
        };
        let mut scan = scan(serial, list, direction, self.requests);
        if used && !exit {
            scan = Scan {
                outcome: Outcome::Refused(18),
                admitted: 0,
                ..scan
            };
        }
        store.scan(clock, scan);
    }

    fn annul(&mut self, at: usize, by_supervisor: bool) {
        let clock = self.clock(at);
        let store = &mut self.nodes[at].store;
        let actor = store.author.actor();
        let scans = store
            .logged()
            .into_iter()
            .filter(|logged| logged.actor == actor && matches!(logged.fact, Fact::Scan(_)));
        let Some(seq) = scans.map(|logged| logged.seq).max() else {
            return;
        };
        let operator = if by_supervisor {
            common::SUPERVISOR
        } else {
            common::STAFF
        };
        store.append(clock, |stamp| {
            Fact::Annul(Annul {
                stamp,
                actor,
                seq,
                operator,
            })
        });
    }

    fn resolve(&mut self, at: usize) {
        let clock = self.clock(at);
        let store = &mut self.nodes[at].store;
        let Some(first) = folded(&self.book, store.logged())
            .conflicts(&self.book)
            .into_iter()
            .next()
        else {
            return;
        };
        store.append(clock, |stamp| {
            Fact::Resolve(Resolve {
                stamp,
                actor: first.id.actor,
                seq: first.id.seq,
                outcome: Resolution::InnocentRescan,
                operator: common::SUPERVISOR,
            })
        });
    }

    fn copy(&mut self, at: usize) {
        if at > 0 && self.nodes.len() < DEVICES + 3 {
            let store = self.nodes[at].store.clone();
            self.nodes.push(Node {
                store,
                clock_off_ms: 0,
                backup: None,
            });
        }
    }

    /// A restored store begins a new epoch; a restored server also a new incarnation.
    fn restore(&mut self, at: usize) {
        let Some(backup) = self.nodes[at].backup.clone() else {
            return;
        };
        self.nodes[at].store = backup;
        self.begin_epoch(at);
        if at == 0 {
            self.incarnations += 1;
            let incarnation = Some(Incarnation(uuid::Uuid::from_u128(self.incarnations)));
            self.nodes[0].store.memory.incarnation = incarnation;
            self.nodes[0].store.disk.incarnation = incarnation;
        }
        self.durable = self
            .nodes
            .iter()
            .flat_map(|node| node.store.set())
            .collect();
    }

    fn begin_epoch(&mut self, at: usize) {
        self.epochs = self.epochs.wrapping_add(1);
        let clock = self.clock(at);
        self.nodes[at].store.new_epoch(self.epochs, clock);
    }

    fn meet(&mut self, one: usize, other: usize, mode: Mode, weather: Weather) {
        if one == other {
            return;
        }
        // The server never calls; between devices either does.
        let (opener, other) = if one == 0 { (other, one) } else { (one, other) };
        let clocks = (self.clock(opener), self.clock(other));
        let roles = match other {
            0 => (Role::Device, Role::Server { revoked: false }),
            _ => (Role::Peer, Role::Peer),
        };
        let [a, b] = self
            .nodes
            .get_disjoint_mut([opener, other])
            .expect("two different nodes");
        meet(
            End {
                store: &mut a.store,
                role: roles.0,
                clock: clocks.0,
            },
            End {
                store: &mut b.store,
                role: roles.1,
                clock: clocks.1,
            },
            mode,
            weather,
        );
        for at in [opener, other] {
            if self.nodes[at].store.is_overtaken() {
                self.begin_epoch(at);
            }
        }
    }

    /// All links work and everybody meets everybody until nothing is new.
    fn heal(&mut self) {
        let mut at_rest = false;
        for round in 0..12 {
            let before: Vec<_> = self.nodes.iter().map(|node| node.store.set()).collect();
            for one in 0..self.nodes.len() {
                for other in one + 1..self.nodes.len() {
                    let mode = if (one + other + round) % 2 == 0 {
                        Mode::Turns
                    } else {
                        Mode::Stream
                    };
                    self.meet(other, one, mode, Weather::default());
                }
            }
            let after = self.nodes.iter().map(|node| node.store.set());
            at_rest = after.eq(before);
            if at_rest {
                break;
            }
        }
        assert!(at_rest, "replicas do not come to rest");
    }
}

fn folded(book: &Book, facts: impl IntoIterator<Item = Logged>) -> Event {
    let mut event = Event::default();
    for logged in facts {
        event.insert(logged);
    }
    event.fold(book, &|_| None);
    event
}

fn check(world: &World) {
    let server = &world.nodes[0].store;
    let facts = server.set();
    let lost: Vec<_> = world.durable.difference(&facts).collect();
    assert!(lost.is_empty(), "durable facts were lost: {lost:?}");
    let reference = folded(&world.book, server.logged());
    let conflicts = reference.conflicts(&world.book);
    for (at, node) in world.nodes.iter().enumerate() {
        let missing: Vec<_> = facts
            .symmetric_difference(&node.store.set())
            .copied()
            .collect();
        assert!(
            missing.is_empty(),
            "node {at} differs from the server in {missing:?}"
        );
        let event = folded(&world.book, node.store.logged());
        for serial in (0..TICKETS).map(Serial) {
            assert_eq!(event.ticket(serial), reference.ticket(serial), "node {at}");
        }
        assert_eq!(event.conflicts(&world.book), conflicts, "node {at}");
        assert_eq!(node.store.records(), server.records(), "node {at}");
        let (number, _) = node.store.memory.sealed_book;
        assert!(
            number >= server.memory.sealed_book.0,
            "node {at} has an old book"
        );
        for (actor, acked) in &node.store.memory.acked {
            let held = server
                .memory
                .actors
                .get(actor)
                .map_or(0, |log| log.rows.len() as u64);
            assert!(
                *acked <= held,
                "node {at} was told that more is durable than is"
            );
        }
    }
    check_double_entries(&reference, &conflicts);
    check_fold(world, &reference);
}

/// Of the entries that count on a single-entry list, all but the first are conflicts.
fn check_double_entries(event: &Event, conflicts: &[shared_model::log::fold::Conflict]) {
    for serial in event.serials() {
        let scans = &event.ticket(serial).expect("it has facts").scans;
        let entries = scans
            .iter()
            .filter(|scan| scan.counts && scan.list == DOOR && scan.direction == Direction::Entry);
        let expected: BTreeSet<_> = entries.skip(1).map(|scan| (scan.actor, scan.seq)).collect();
        let named: BTreeSet<_> = conflicts
            .iter()
            .filter(|conflict| {
                conflict.kind == ConflictKind::DoubleEntry
                    && conflict.serial == Some(serial)
                    && conflict.list == Some(DOOR)
            })
            .map(|conflict| (conflict.id.actor, conflict.id.seq))
            .collect();
        assert_eq!(named, expected, "ticket {serial}");
    }
}

/// Fact by fact, backwards and twice over gives what all at once gives.
fn check_fold(world: &World, reference: &Event) {
    let facts = world.nodes[0].store.logged();
    let mut event = Event::default();
    for logged in facts.iter().rev().chain(&facts) {
        event.insert(logged.clone());
        event.fold(&world.book, &|_| None);
    }
    for serial in event.serials() {
        assert_eq!(event.ticket(serial), reference.ticket(serial));
        let alone = ticket(&world.book, serial, None, &facts);
        let kept = event.ticket(serial).expect("it has facts");
        assert_eq!(&alone, kept);
    }
    assert_eq!(
        event.conflicts(&world.book),
        reference.conflicts(&world.book)
    );
    let later = world.now.plus_millis(86_400_000);
    for zone in [0, 1] {
        assert_eq!(
            event.occupancy(zone, later),
            reference.occupancy(zone, later)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn replicas_that_have_met_agree_and_have_lost_nothing(
        plan in prop::collection::vec(step(), 1..60),
    ) {
        let mut world = World::new();
        for step in &plan {
            world.step(step);
        }
        world.heal();
        check(&world);
    }
}
