//! What a device does at the door, with few and with many tickets.
//!
//! `BILTEN_BENCH_TICKETS=1000000`, as `cargo xtask bench` sets it, adds a store of that size. Besides criterion's
//! figures, the slowest verdicts are told: a queue is as slow as its worst guest.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench measures real time and tells what it found"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::Scanner;
use shared_model::ids::{Generation, Serial};
use shared_model::manifest::Page;
use shared_model::sync::{Replica as _, Role, Signed};
use support::{EVENT, NOON, Organizer, replica, request};
use tempfile::TempDir;
use ticket_crypto::revocation::RevocationSet;

/// Tickets of one page, as the server gives them.
const PAGE: u32 = 5000;

struct Device {
    _folder: TempDir,
    organizer: Organizer,
    scanner: Scanner,
    tickets: u32,
    next: u32,
}

impl Device {
    fn with(tickets: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut organizer = Organizer::new(NOON);
        let scanner = organizer.enrol(folder.path(), "North");
        organizer.give_book(&scanner);
        for page in pages(&organizer, 0, tickets) {
            take(&scanner, &page);
        }
        Self {
            _folder: folder,
            organizer,
            scanner,
            tickets,
            next: 0,
        }
    }

    /// The code of a guest who has not come yet, far from the last one in the store.
    fn guest(&mut self) -> (String, u64) {
        self.next += 1;
        let serial = self.next.wrapping_mul(2_654_435_761) % self.tickets;
        (self.organizer.token(serial), u64::from(self.next))
    }

    fn scan(&self, token: &str, id: u64) {
        let mut rng = StdRng::seed_from_u64(id);
        let answered = self
            .scanner
            .scan(EVENT, token, &request(id), NOON, &mut rng);
        assert!(answered.unwrap().fact.is_some());
    }
}

/// The signed pages of one download.
fn pages(organizer: &Organizer, since: u64, tickets: u32) -> Vec<Signed> {
    let mut after = None;
    let mut pages = Vec::new();
    for first in (0..tickets).step_by(PAGE as usize) {
        let end = tickets.min(first + PAGE);
        let rows = (first..end)
            .map(|serial| organizer.ticket(serial))
            .collect();
        let page = organizer.page(since, rows);
        let last = page.rows.last().unwrap().serial;
        let page = Page {
            after,
            next_after: (end < tickets).then_some(last),
            ..page
        };
        after = page.next_after;
        pages.push(organizer.seal(&page));
    }
    pages
}

fn take(scanner: &Scanner, page: &Signed) {
    let clock = || NOON;
    let taken = replica(scanner, Role::Device, &clock).save_page(page);
    assert!(taken.unwrap().is_some());
}

fn sizes() -> Vec<u32> {
    let more = std::env::var("BILTEN_BENCH_TICKETS").ok();
    let more = more.and_then(|tickets| tickets.parse().ok());
    [1_000, 100_000].into_iter().chain(more).collect()
}

/// What the disk alone takes, in the same minute: 4 KiB written and synced.
fn disk(_: &mut Criterion) {
    let mut file = tempfile::tempfile().unwrap();
    let samples = (0..2000).map(|_| {
        let begun = Instant::now();
        file.write_all(&[0; 4096]).unwrap();
        file.sync_data().unwrap();
        begun.elapsed()
    });
    tell("raw commits", samples.collect());
}

fn verdict(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verdict with durable fact");
    for tickets in sizes() {
        let mut device = Device::with(tickets);
        group.bench_function(BenchmarkId::from_parameter(tickets), |bencher| {
            bencher.iter_custom(|times| {
                let mut spent = Duration::ZERO;
                for _ in 0..times {
                    let (token, id) = device.guest();
                    let begun = Instant::now();
                    device.scan(&token, id);
                    spent += begun.elapsed();
                }
                spent
            });
        });
        let samples = sample(&mut device, 2000, || {});
        tell(&format!("verdict, {tickets} tickets"), samples);
    }
    group.finish();
}

/// What a verdict asks about withdrawn issues: the ticket's row, as it does, or a set in memory.
fn revocation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lowest good generation of a serial");
    for tickets in sizes() {
        let device = Device::with(tickets);
        let store = device.scanner.store();
        // One ticket in fifty was re-issued, many for any event.
        let reissued = (0..tickets).step_by(50);
        let revoked: RevocationSet = reissued.map(|it| (Serial(it), Generation(1))).collect();
        let mut serial = 0_u32;
        let mut next = || {
            serial = serial.wrapping_add(2_654_435_761) % tickets;
            Serial(serial)
        };
        group.bench_function(BenchmarkId::new("the row", tickets), |bencher| {
            bencher.iter(|| {
                let found = store.read(|tx| tx.find_ticket(EVENT, next()));
                found.unwrap().map(|ticket| ticket.min_generation)
            });
        });
        group.bench_function(BenchmarkId::new("in memory", tickets), |bencher| {
            bencher.iter(|| revoked.minimum(next()));
        });
    }
    group.finish();
}

/// Scans while another thread downloads all tickets again.
fn verdict_during_import(_: &mut Criterion) {
    for tickets in sizes() {
        let mut device = Device::with(tickets);
        let pages = pages(&device.organizer, 1, tickets);
        let done = AtomicBool::new(false);
        let mut samples = Vec::new();
        let organizer = Organizer::new(NOON);
        let scanner = &device.scanner;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                pages.iter().for_each(|page| take(scanner, page));
                done.store(true, Ordering::SeqCst);
            });
            let mut id = 0;
            while !done.load(Ordering::SeqCst) {
                id += 1;
                let token = organizer.token(id % tickets);
                let mut rng = StdRng::seed_from_u64(id.into());
                let begun = Instant::now();
                let answered = scanner.scan(EVENT, &token, &request(id.into()), NOON, &mut rng);
                samples.push(begun.elapsed());
                assert!(answered.unwrap().fact.is_some());
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        device.next = 0;
        tell(&format!("verdict during an import of {tickets}"), samples);
    }
}

fn sample(device: &mut Device, count: usize, mut beside: impl FnMut()) -> Vec<Duration> {
    (0..count)
        .map(|_| {
            beside();
            let (token, id) = device.guest();
            let begun = Instant::now();
            device.scan(&token, id);
            begun.elapsed()
        })
        .collect()
}

fn tell(what: &str, mut samples: Vec<Duration>) {
    samples.sort();
    let at = |share: f64| {
        let place = (samples.len() as f64 * share) as usize;
        samples
            .get(place.min(samples.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    };
    eprintln!(
        "{what}: {} scans, p50 {:?}, p99 {:?}, worst {:?}",
        samples.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn import(criterion: &mut Criterion) {
    const TICKETS: u32 = 20_000;
    let mut group = criterion.benchmark_group("import of signed pages");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(TICKETS.into()));
    group.bench_function(BenchmarkId::from_parameter(TICKETS), |bencher| {
        bencher.iter_batched(
            || {
                let folder = tempfile::tempdir().unwrap();
                let mut organizer = Organizer::new(NOON);
                let scanner = organizer.enrol(folder.path(), "North");
                organizer.give_book(&scanner);
                let pages = pages(&organizer, 0, TICKETS);
                (folder, scanner, pages)
            },
            |(folder, scanner, pages)| {
                pages.iter().for_each(|page| take(&scanner, page));
                (folder, scanner)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("name search, 50 hits");
    for tickets in sizes() {
        let device = Device::with(tickets);
        let find = |text: &str| {
            let read = |tx: &scanner_core::store::Read<'_>| tx.search_tickets(EVENT, text, 50);
            device.scanner.store().read(read).unwrap()
        };
        assert_eq!(find("miller guest").len(), 50);
        group.bench_function(BenchmarkId::new("everybody's name", tickets), |bencher| {
            bencher.iter(|| find("miller"));
        });
        group.bench_function(BenchmarkId::new("one guest", tickets), |bencher| {
            bencher.iter(|| find("K00077"));
        });
    }
    group.finish();
}

criterion_group!(
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = disk, verdict, disk, revocation, import, search, verdict_during_import
);
criterion_main!(benches);
