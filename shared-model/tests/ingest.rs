//! Facts of another side: what passes the check, and what every way to be wrong is told.

mod common;

use common::{EVENT, NOON, Store, book, key, scan};
use proptest::prelude::*;
use shared_model::fact::Direction;
use shared_model::ids::{ActorId, EventNo, Hash};
use shared_model::log::{self, Flags, Manner, Refused, STRETCH, chain, head};
use shared_model::sync::{Facts, Replica, Stored};
use shared_model::time::Timestamp;

/// Device 1 with `scans` scans after its opening, and an empty server.
fn device_and_server(scans: u32) -> (Store, Store) {
    let book = book(2);
    let mut device = Store::new(1, &book, 1, NOON);
    for serial in 0..scans {
        let request = u64::from(serial);
        device.scan(NOON, scan(serial, common::DOOR, Direction::Entry, request));
    }
    (device, Store::server(&book, NOON))
}

fn first_batch(device: &Store) -> Facts {
    device.batches(device.author.actor(), 1).remove(0)
}

fn hand_in(store: &mut Store, facts: &Facts) -> Result<Stored, Refused> {
    let before = store.set();
    let answer = store.ingest(facts, Manner::Facts, NOON).unwrap();
    if answer.is_err() {
        assert_eq!(store.set(), before, "a refusal stores nothing");
    }
    answer
}

/// Signs the batch anew after it was altered, as its own device could.
fn sign_again(facts: &mut Facts) {
    let records = facts.records.iter().map(Vec::as_slice);
    let links = chain::links(facts.actor, facts.from, None, records);
    let last = facts.from + facts.records.len() as u64 - 1;
    facts.head = head::sign(
        &key(1),
        EVENT,
        facts.actor,
        last,
        *links.last().expect("a batch has records"),
    );
}

#[test]
fn a_batch_is_stored_and_sending_it_again_changes_nothing() {
    let (device, mut server) = device_and_server(10);
    let facts = first_batch(&device);
    assert_eq!(hand_in(&mut server, &facts).unwrap().have, 11);
    let once = server.set();
    assert_eq!(hand_in(&mut server, &facts).unwrap().have, 11);
    assert_eq!(server.set(), once);
    assert!(device.set().is_subset(&once));
}

#[test]
fn overlapping_batches_add_what_is_new() {
    let (mut device, mut server) = device_and_server(3);
    hand_in(&mut server, &first_batch(&device)).unwrap();
    device.heartbeat(NOON);
    let facts = device.batches(device.author.actor(), 3).remove(0);
    let stored = hand_in(&mut server, &facts).unwrap();
    assert_eq!((stored.have, stored.forked), (5, false));
}

#[test]
fn long_logs_go_stretch_by_stretch_and_are_passed_on_with_kept_heads() {
    let (device, mut server) = device_and_server(1200);
    let actor = device.author.actor();
    let batches = device.batches(actor, 1);
    assert_eq!(batches.len(), 3);
    for facts in &batches {
        hand_in(&mut server, facts).unwrap();
    }
    let book = book(2);
    let mut other = Store::new(2, &book, 1, NOON);
    for facts in server.batches(actor, 1) {
        hand_in(&mut other, &facts).unwrap();
    }
    assert!(device.set().is_subset(&other.set()));
    assert_eq!(other.batches(actor, 700), device.batches(actor, 700));
}

#[test]
fn a_gap_is_named() {
    let (device, mut server) = device_and_server(600);
    let batches = device.batches(device.author.actor(), 1);
    assert_eq!(
        hand_in(&mut server, &batches[1]),
        Err(Refused::Gap { have: 0 })
    );
    hand_in(&mut server, &batches[0]).unwrap();
    let late = device.batches(device.author.actor(), 503).remove(0);
    assert_eq!(hand_in(&mut server, &late), Err(Refused::Gap { have: 500 }));
}

#[test]
fn limits_hold() {
    let (device, mut server) = device_and_server(4);
    let good = first_batch(&device);
    let mut empty = good.clone();
    empty.records.clear();
    let mut long = good.clone();
    long.records[2] = vec![1; 257];
    let mut short = good.clone();
    short.records[2] = vec![1];
    let mut many = good.clone();
    many.records = vec![good.records[1].clone(); STRETCH as usize + 1];
    let mut crossing = good.clone();
    crossing.from = 498;
    let mut zero = good.clone();
    zero.from = 0;
    let mut end = good.clone();
    end.from = u64::MAX;
    for facts in [empty, long, short, many, crossing, zero, end] {
        assert_eq!(hand_in(&mut server, &facts), Err(Refused::Limits));
    }
}

#[test]
fn the_first_record_opens_the_actor() {
    let (device, mut server) = device_and_server(4);
    let mut headless = first_batch(&device);
    headless.records.remove(0);
    sign_again(&mut headless);
    assert_eq!(hand_in(&mut server, &headless), Err(Refused::NotOpen));

    let mut other = first_batch(&device);
    other.actor = ActorId([9; 16]);
    sign_again(&mut other);
    assert_eq!(hand_in(&mut server, &other), Err(Refused::NotOpen));
}

#[test]
fn nobody_writes_as_another() {
    let (device, mut server) = device_and_server(4);
    let mut forged = first_batch(&device);
    let last = forged.head.clone();
    forged.head = head::sign(&key(2), EVENT, forged.actor, last.seq, last.hash);
    assert_eq!(hand_in(&mut server, &forged), Err(Refused::NotOpen));

    hand_in(&mut server, &first_batch(&device)).unwrap();
    let mut device = device;
    device.heartbeat(NOON);
    let mut next = device.batches(device.author.actor(), 6).remove(0);
    next.head = head::sign(&key(2), EVENT, next.actor, next.head.seq, next.head.hash);
    assert_eq!(hand_in(&mut server, &next), Err(Refused::WrongKey));
}

#[test]
fn strangers_are_refused() {
    let (_, mut server) = device_and_server(0);
    let stranger = Store::new(50, &book(2), 1, NOON);
    let facts = first_batch(&stranger);
    assert_eq!(hand_in(&mut server, &facts), Err(Refused::UnknownDevice));
}

#[test]
fn a_weak_key_on_the_roster_signs_nothing() {
    let (device, mut server) = device_and_server(1);
    let mut facts = first_batch(&device);
    let weak = shared_model::ids::PublicKey([0; 32]);
    server.book.roster.devices[0].fact_key = weak;
    facts.head.fact_key = weak;
    assert!(hand_in(&mut server, &facts).is_err());
}

#[test]
fn records_cannot_be_altered_left_out_or_reordered_on_the_way() {
    let (device, mut server) = device_and_server(6);
    let good = first_batch(&device);
    let mut altered = good.clone();
    altered.records[3][10] ^= 1;
    let mut swapped = good.clone();
    swapped.records.swap(2, 3);
    let mut replaced = good.clone();
    replaced.records[2] = replaced.records[3].clone();
    for facts in [altered, swapped, replaced] {
        assert_eq!(hand_in(&mut server, &facts), Err(Refused::Diverged));
    }
    let mut cut = good.clone();
    cut.records.remove(3);
    assert_eq!(hand_in(&mut server, &cut), Err(Refused::WrongHead));
    let mut elsewhere = good.clone();
    elsewhere.event = EventNo(8);
    assert_eq!(
        hand_in(&mut server, &elsewhere),
        Err(Refused::WrongEvent(EventNo(8)))
    );
}

#[test]
fn a_head_is_good_for_its_event_only() {
    let (device, mut server) = device_and_server(2);
    let mut facts = first_batch(&device);
    let head = &facts.head;
    facts.head = head::sign(&key(1), EventNo(8), head.actor, head.seq, head.hash);
    assert_eq!(hand_in(&mut server, &facts), Err(Refused::BadSignature));
}

#[test]
fn unknown_and_unreadable_facts_are_kept_and_flagged() {
    let (device, server) = device_and_server(1);
    let mut facts = first_batch(&device);
    facts.records.push(vec![1, 99, 1, 2, 3]);
    facts.records.push(vec![2, 2, 0]);
    facts.records.push(vec![1, 2, 0]);
    facts.records.push(facts.records[0].clone());
    sign_again(&mut facts);
    let held = server.held(&facts);
    let roster = &server.book.roster;
    let accepted = log::ingest(EVENT, roster, &held, &facts, NOON, Manner::Facts).unwrap();
    let flags: Vec<Flags> = accepted.rows.iter().map(|row| row.flags).collect();
    assert_eq!(
        flags[2..],
        [
            Flags::OPAQUE,
            Flags::OPAQUE,
            Flags::UNREADABLE,
            Flags::UNREADABLE
        ]
    );
    assert!(accepted.rows[2..].iter().all(|row| row.fact.is_none()));
    assert!(
        accepted.rows[2..]
            .iter()
            .all(|row| row.hlc == accepted.rows[1].hlc)
    );
}

#[test]
fn clocks_that_run_back_or_ahead_are_kept_and_flagged() {
    let (mut device, server) = device_and_server(1);
    let ahead = NOON.plus_millis(3_600_000);
    device.heartbeat(ahead);
    let facts = first_batch(&device);
    let held = server.held(&facts);
    let roster = &server.book.roster;
    let accepted = log::ingest(EVENT, roster, &held, &facts, NOON, Manner::Facts).unwrap();
    assert!(accepted.rows[2].flags.has(Flags::AHEAD));
    assert!(!accepted.rows[2].flags.has(Flags::CLAMPED));

    let mut backwards = facts.clone();
    backwards.records[2] = backwards.records[1].clone();
    sign_again(&mut backwards);
    let accepted = log::ingest(EVENT, roster, &held, &backwards, NOON, Manner::Facts).unwrap();
    assert_eq!(accepted.rows[2].flags, Flags::BACKWARDS);
}

#[test]
fn facts_of_a_revoked_device_are_kept_and_flagged() {
    let (device, mut server) = device_and_server(2);
    let facts = first_batch(&device);
    server.book.roster.devices[0].active[0].until = Some(NOON.plus_millis(10));
    let held = server.held(&facts);
    let roster = &server.book.roster;
    let flags_at = |now: Timestamp| {
        let accepted = log::ingest(EVENT, roster, &held, &facts, now, Manner::Facts).unwrap();
        accepted.rows[2].flags
    };
    assert_eq!(flags_at(NOON), Flags::default());
    assert_eq!(flags_at(NOON.plus_millis(10)), Flags::LATE);
}

#[test]
fn two_facts_under_one_id_are_both_kept_and_freeze_the_actor() {
    let (mut device, mut server) = device_and_server(3);
    let mut clone = device.clone();
    device.heartbeat(NOON.plus_millis(1));
    clone.heartbeat(NOON.plus_millis(2));
    clone.heartbeat(NOON.plus_millis(3));
    let actor = device.author.actor();
    hand_in(&mut server, &first_batch(&device)).unwrap();
    let stored = hand_in(&mut server, &first_batch(&clone)).unwrap();
    assert_eq!((stored.have, stored.forked), (5, true));
    let log = &server.memory.actors[&actor];
    assert_eq!((log.forked_at, log.branches.len()), (Some(5), 2));

    device.heartbeat(NOON.plus_millis(4));
    let next = device.batches(actor, 6).remove(0);
    assert_eq!(hand_in(&mut server, &next), Err(Refused::Frozen { at: 5 }));
    let kept = server.ingest(&next, Manner::Evidence, NOON).unwrap();
    assert_eq!(kept.unwrap().have, 6);
    clone.heartbeat(NOON.plus_millis(5));
    let next = clone.batches(actor, 7).remove(0);
    assert_eq!(hand_in(&mut server, &next), Err(Refused::Frozen { at: 5 }));
    assert!(
        server
            .ingest(&next, Manner::Evidence, NOON)
            .unwrap()
            .unwrap()
            .forked
    );

    let mut other = Store::new(2, &book(2), 1, NOON);
    hand_in(&mut server, &first_batch(&other)).unwrap();
    other.heartbeat(NOON);
    let next = other.batches(other.author.actor(), 2).remove(0);
    assert_eq!(hand_in(&mut server, &next).unwrap().have, 2, "others go on");
}

#[test]
fn a_log_that_parted_earlier_is_told_from_the_first_fact_on() {
    let (mut device, mut server) = device_and_server(3);
    let mut clone = device.clone();
    device.heartbeat(NOON.plus_millis(1));
    clone.heartbeat(NOON.plus_millis(2));
    clone.heartbeat(NOON.plus_millis(3));
    let actor = device.author.actor();
    hand_in(&mut server, &first_batch(&device)).unwrap();
    let tail = clone.batches(actor, 6).remove(0);
    assert_eq!(hand_in(&mut server, &tail), Err(Refused::Diverged));
    assert!(hand_in(&mut server, &first_batch(&clone)).unwrap().forked);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_single_bit_flip_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let (device, mut server) = device_and_server(5);
        let mut facts = first_batch(&device);
        let record = at.index(facts.records.len());
        let byte = at.index(facts.records[record].len());
        facts.records[record][byte] ^= 1 << bit;
        prop_assert!(hand_in(&mut server, &facts).is_err());
        let mut facts = first_batch(&device);
        let byte = at.index(facts.head.signature.len());
        facts.head.signature[byte] ^= 1 << bit;
        prop_assert_eq!(hand_in(&mut server, &facts), Err(Refused::BadSignature));
        let mut facts = first_batch(&device);
        facts.head.hash.0[at.index(32)] ^= 1 << bit;
        prop_assert_eq!(hand_in(&mut server, &facts), Err(Refused::BadSignature));
    }

    #[test]
    fn arbitrary_batches_do_not_panic(
        from in prop_oneof![0..4_u64, any::<u64>()],
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..5),
        seq in any::<u64>(), hash in any::<[u8; 32]>(),
        signature in prop::collection::vec(any::<u8>(), 0..70),
        links in 0..5_usize,
    ) {
        let (device, server) = device_and_server(2);
        let mut facts = first_batch(&device);
        let mut held = server.held(&facts);
        held.links = vec![Hash(hash); links];
        facts.from = from;
        facts.records = records;
        facts.head.seq = seq;
        facts.head.hash = Hash(hash);
        facts.head.signature = signature;
        let roster = &server.book.roster;
        let answer = log::ingest(EVENT, roster, &held, &facts, NOON, Manner::Facts);
        prop_assert!(answer.is_err());
    }
}
