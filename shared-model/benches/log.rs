//! What the log costs: links, checks, folds, and fifty devices that come back.

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;

use common::{DOOR, EVENT, NOON, Store, book, scan};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use shared_model::fact::Direction;
use shared_model::ids::{ActorId, Serial};
use shared_model::log::fold::Event;
use shared_model::log::{self, Manner, chain};
use shared_model::sync::codec::{decode_all, encode_all};
use shared_model::sync::{Frame, Replica};

const DEVICES: u8 = 50;

/// A device with `scans` scans, two thirds of them of tickets of its own.
fn device(number: u8, scans: u32) -> Store {
    let book = book(DEVICES);
    let mut store = Store::new(number, &book, number, NOON);
    for n in 0..scans {
        let serial = if n % 3 == 0 {
            n
        } else {
            u32::from(number) << 16 | n
        };
        let request = u64::from(number) << 32 | u64::from(n);
        let scan = scan(serial, DOOR, Direction::Entry, request);
        store.scan(NOON.plus_millis(i64::from(n) * 100), scan);
    }
    store
}

fn links(c: &mut Criterion) {
    let record = device(1, 1)
        .logged()
        .pop()
        .expect("it has a scan")
        .fact
        .to_bytes();
    let mut group = c.benchmark_group("chain");
    group.throughput(Throughput::Elements(1));
    group.bench_function("link", |b| {
        let mut tip = None;
        let mut seq = 0;
        b.iter(|| {
            seq += 1;
            tip = Some(chain::link(ActorId([1; 16]), seq, tip, black_box(&record)));
        });
    });
    group.finish();
}

fn checks(c: &mut Criterion) {
    let device = device(1, 499);
    let server = Store::server(&book(DEVICES), NOON);
    let facts = device.batches(device.author.actor(), 1).remove(0);
    let held = server.held(&facts);
    let roster = &server.book.roster;
    let mut group = c.benchmark_group("ingest");
    group.throughput(Throughput::Elements(500));
    group.bench_function("batch of 500", |b| {
        b.iter(|| log::ingest(EVENT, roster, &held, black_box(&facts), NOON, Manner::Facts));
    });
    let frame = [Frame::Facts(facts.clone())];
    let bytes = encode_all(&frame).expect("it fits");
    group.bench_function("encode 500", |b| b.iter(|| encode_all(black_box(&frame))));
    group.bench_function("decode 500", |b| b.iter(|| decode_all(black_box(&bytes))));
    group.finish();
}

fn folds(c: &mut Criterion) {
    let facts: Vec<_> = (1..=DEVICES)
        .flat_map(|number| device(number, 2000).logged())
        .collect();
    let book = book(DEVICES);
    let mut group = c.benchmark_group("fold");
    group.sample_size(10);
    group.throughput(Throughput::Elements(facts.len() as u64));
    let whole = || {
        let mut event = Event::default();
        for logged in &facts {
            event.insert(logged.clone());
        }
        event.fold(&book, &|_| None);
        event
    };
    group.bench_function("100k facts", |b| b.iter(|| black_box(whole())));
    group.bench_function("conflicts of 100k facts", |b| {
        let event = whole();
        b.iter(|| black_box(event.conflicts(&book)).len());
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("one more fact", |b| {
        let mut event = whole();
        let mut late = device(1, 2001).logged().pop().expect("it has scans");
        b.iter(|| {
            late.seq += 1;
            late.link.0[..8].copy_from_slice(&late.seq.to_be_bytes());
            if let shared_model::fact::Fact::Scan(scan) = &mut late.fact
                && let shared_model::fact::Subject::Ticket { serial, .. } = &mut scan.subject
            {
                *serial = Serial(late.seq as u32 % 60_000);
            }
            event.insert(late.clone());
            event.fold(&book, &|_| None);
        });
    });
    group.finish();
}

/// A zone with 20,000 people, who will all count as gone at one minute.
fn crowds(c: &mut Criterion) {
    let mut book = book(DEVICES);
    for list in &mut book.lists {
        list.auto_exit_minute = Some(0);
    }
    let mut event = Event::default();
    event.follow(&book);
    for number in 1..=10 {
        let mut store = Store::new(number, &book, number, NOON);
        for n in 0..2000 {
            let serial = u32::from(number) << 16 | n;
            let scan = scan(serial, DOOR, Direction::Entry, u64::from(serial));
            store.scan(NOON.plus_millis(i64::from(n) * 100), scan);
        }
        for logged in store.logged() {
            event.insert(logged);
        }
    }
    event.fold(&book, &|_| None);
    let now = NOON.plus_millis(3_600_000);
    let mut group = c.benchmark_group("crowd");
    group.bench_function("people in a zone of 20k", |b| {
        b.iter(|| assert_eq!(event.occupancy(black_box(0), now), 20_000));
    });
    let mut next = book.clone();
    group.bench_function("a book that enrols a device, 20k tickets", |b| {
        b.iter(|| {
            next.number += 1;
            next.roster.devices[40].fact_key.0[31] ^= 1;
            event.follow(&next);
            event.fold(&next, &|_| None)
        });
    });
    group.finish();
}

fn merges(c: &mut Criterion) {
    let batches: Vec<_> = (1..=DEVICES)
        .map(|number| device(number, 2000))
        .flat_map(|device| device.batches(device.author.actor(), 1))
        .collect();
    let book = book(DEVICES);
    let server = Store::server(&book, NOON);
    let mut group = c.benchmark_group("merge");
    group.sample_size(10);
    group.throughput(Throughput::Elements(100_000));
    group.bench_function("50 logs of 2000 facts", |b| {
        b.iter_batched(
            || server.clone(),
            |mut server| {
                for facts in &batches {
                    let _ = black_box(server.ingest(facts, Manner::Facts, NOON));
                }
                let mut event = Event::default();
                for logged in server.logged() {
                    event.insert(logged);
                }
                event.fold(&book, &|_| None);
                (server, event)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, links, checks, folds, crowds, merges);
criterion_main!(benches);
