//! What a ticket costs: to make, to print, to read and to check.
//!
//! `cargo bench -p ticket-crypto`; figures go to docs/performance.md.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ticket_crypto::ids::{
    EventNo, Generation, Kid, OccurrenceNo, Serial, TicketFlags, TierNo, Zones,
};
use ticket_crypto::keyset::{KeySet, TicketKey};
use ticket_crypto::live::chain::{ChainSeed, STEPS};
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::live::{self, STEP_MS};
use ticket_crypto::permutation::Permutation;
use ticket_crypto::qr::{Ecc, Symbol};
use ticket_crypto::revocation::{RevocationList, RevocationSet};
use ticket_crypto::token::{Body, Kind, Minute};
use ticket_crypto::{SigningKey, Token, VerifyingKey};

const DOORS_MS: i64 = 1_782_928_800_000;

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn body(kind: Kind) -> Body {
    Body {
        kind,
        flags: TicketFlags(0),
        kid: Kid(1),
        event: EventNo(42),
        serial: Serial(7),
        generation: Generation(0),
        tier: TierNo(1),
        occurrence: OccurrenceNo(0),
        zones: Zones::ALL,
        valid_from: Minute::floor(DOORS_MS),
        valid_until: Minute::MAX,
        entries: 1,
        group: 1,
    }
}

fn token(kind: Kind) -> Token {
    body(kind)
        .sign(&key())
        .expect("the body states only what it may")
}

fn keys() -> KeySet {
    let mut keys = KeySet::new(EventNo(42));
    keys.insert(TicketKey {
        kid: Kid(1),
        key: key().verifying_key(),
        first_serial: Serial(0),
        last_serial: Serial(u32::MAX),
        not_before_ms: None,
        not_after_ms: None,
        limits: None,
    })
    .expect("the set is empty");
    keys
}

fn tokens(c: &mut Criterion) {
    let mut group = c.benchmark_group("token");
    let (key, keys, token) = (key(), keys(), token(Kind::Static));
    let text = token.text();
    let public = key.verifying_key().to_bytes();
    group.bench_function("sign", |b| b.iter(|| body(Kind::Static).sign(&key)));
    group.bench_function("text", |b| b.iter(|| token.text()));
    group.bench_function("parse", |b| b.iter(|| Token::parse(black_box(&text))));
    group.bench_function("parse_and_check", |b| {
        b.iter(|| {
            let token = Token::parse(black_box(&text)).ok()?;
            keys.check(&token, DOORS_MS).map(|key| key.kid).ok()
        });
    });
    group.bench_function("refuse_foreign_code", |b| {
        b.iter(|| Token::parse(black_box("4bk3p8d6nqsn")));
    });
    group.bench_function("load_public_key", |b| {
        b.iter(|| VerifyingKey::from_bytes(black_box(&public)));
    });
}

fn live_codes(c: &mut Criterion) {
    let mut group = c.benchmark_group("live");
    let seed = ChainSeed::from_bytes(&[10; 16]);
    let secret = EventLiveKey::from_bytes(&[11; 32]);
    let chained = token(seed.kind(EventNo(42), Serial(7)));
    let last_ms = DOORS_MS + i64::from(STEPS - 1) * STEP_MS;
    let shown = chained
        .clone()
        .with_live(seed.part_at(chained.body(), last_ms))
        .expect("a link fits a chain");
    let keyed = token(Kind::Mac);
    let mac = secret.ticket_key(keyed.body()).part_at(&keyed, DOORS_MS);
    let keyed = keyed
        .with_live(Some(mac))
        .expect("a MAC fits a keyed token");
    group.bench_function("check_last_link_of_a_day", |b| {
        b.iter(|| live::check(black_box(&shown), last_ms, None));
    });
    group.bench_function("check_mac", |b| {
        b.iter(|| live::check(black_box(&keyed), DOORS_MS, Some(&secret)));
    });
    group.bench_function("make_chain", |b| {
        b.iter(|| seed.kind(black_box(EventNo(42)), Serial(7)));
    });
}

fn revocations(c: &mut Criterion) {
    let mut group = c.benchmark_group("revocations_of_100k_tickets");
    for (name, every) in [("1000", 100), ("20000", 5)] {
        let set: RevocationSet = (0..100_000)
            .step_by(every)
            .map(|serial| (Serial(serial), RevocationSet::CANCELLED))
            .collect();
        let list = RevocationList {
            event: EventNo(42),
            number: 1,
            issued_at_ms: DOORS_MS,
            set,
        };
        let bytes = list.issue(&key()).expect("the list is short enough");
        let public = key().verifying_key();
        group.bench_function(format!("issue_{name}"), |b| b.iter(|| list.issue(&key())));
        group.bench_function(format!("open_{name}"), |b| {
            b.iter(|| RevocationList::open(black_box(&bytes), &public));
        });
        group.bench_function(format!("look_up_clear_in_{name}"), |b| {
            b.iter(|| list.set.refuses(black_box(Serial(77_777)), Generation(0)));
        });
        group.bench_function(format!("look_up_revoked_in_{name}"), |b| {
            b.iter(|| list.set.refuses(black_box(Serial(77_700)), Generation(0)));
        });
    }
}

fn pictures(c: &mut Criterion) {
    let mut group = c.benchmark_group("qr");
    let text = token(Kind::Static).text();
    group.bench_function("symbol", |b| b.iter(|| Symbol::new(&text, Ecc::M)));
    let symbol = Symbol::new(&text, Ecc::M).expect("a ticket fits");
    group.bench_function("png_8px", |b| b.iter(|| symbol.png(8)));
    group.bench_function("svg", |b| b.iter(|| symbol.svg()));
}

fn serials(c: &mut Criterion) {
    let permutation =
        Permutation::new(&[9; 32], Serial(0), 100_000).expect("the range is within bounds");
    c.bench_function("serial_of_100k", |b| {
        let mut count = 0;
        b.iter(|| {
            count = (count + 1) % permutation.size();
            permutation.serial(black_box(count))
        });
    });
}

criterion_group!(benches, tokens, live_codes, revocations, pictures, serials);
criterion_main!(benches);
