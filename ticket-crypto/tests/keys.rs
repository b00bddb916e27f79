//! Keys, key sets, revocation and clock skew through their doors.

use ticket_crypto::certificate::{
    BoxOfficeCertificate, CertificateError, EventCertificate, Limits,
};
use ticket_crypto::ids::{EventNo, Generation, Kid, Serial, TierNo, Zones};
use ticket_crypto::keyset::{KeySet, KeySetError, TicketKey};
use ticket_crypto::live::SkewEstimate;
use ticket_crypto::live::chain::ChainSeed;
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::permutation::Permutation;
use ticket_crypto::revocation::{RevocationList, RevocationSet};
use ticket_crypto::{SigningKey, VerifyingKey};

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn ticket_key(kid: u16, number: u8) -> TicketKey {
    TicketKey {
        kid: Kid(kid),
        key: key(number).verifying_key(),
        first_serial: Serial(1),
        last_serial: Serial(1000),
        not_before_ms: None,
        not_after_ms: None,
        limits: None,
    }
}

fn box_office() -> BoxOfficeCertificate {
    BoxOfficeCertificate {
        event: EventNo(42),
        kid: Kid(3),
        key: key(5).verifying_key(),
        first_serial: Serial(1),
        last_serial: Serial(500),
        limits: Limits {
            tiers: vec![TierNo(7)],
            zones: Zones::ALL,
            group: 1,
            entries: 0,
        },
        not_before_ms: 0,
        not_after_ms: 10,
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let seed = [0xab; 32];
    let live = EventLiveKey::from_bytes(&seed);
    let shown = format!(
        "{:?} {:?} {live:?} {:?}",
        SigningKey::from_seed(&seed),
        ChainSeed::from_bytes(&[0xab; 16]),
        Permutation::new(&seed, Serial(0), 10),
    );
    assert!(
        !shown.contains("171") && !shown.to_lowercase().contains("abab"),
        "{shown}"
    );
}

#[test]
fn a_generated_key_comes_back_from_its_seed() {
    let mut source: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(1);
    let made = SigningKey::generate(&mut source);
    let again = SigningKey::from_seed(&made.to_seed());
    assert_eq!(made.verifying_key(), again.verifying_key());
    let other = SigningKey::generate(&mut source);
    assert_ne!(made.verifying_key(), other.verifying_key());
    let bytes = made.verifying_key().to_bytes();
    assert_eq!(VerifyingKey::from_bytes(&bytes), Ok(made.verifying_key()));
}

#[test]
fn a_kid_is_never_given_to_another_key() {
    let mut keys = KeySet::new(EventNo(42));
    keys.insert(ticket_key(1, 1)).unwrap();
    assert_eq!(keys.insert(ticket_key(1, 1)), Ok(()));
    assert_eq!(
        keys.insert(ticket_key(1, 2)),
        Err(KeySetError::TakenKid(Kid(1)))
    );
    assert_eq!(keys.insert(ticket_key(2, 2)), Ok(()));
    assert_eq!(keys.iter().count(), 2);
}

#[test]
fn a_key_without_serials_does_not_join() {
    let mut key = ticket_key(1, 1);
    key.first_serial = Serial(1001);
    let mut keys = KeySet::new(EventNo(42));
    assert_eq!(keys.insert(key), Err(KeySetError::EmptyRange));
}

#[test]
fn a_box_office_joins_its_own_event_only() {
    let mut keys = KeySet::new(EventNo(42));
    assert_eq!(keys.insert_box_office(box_office()), Ok(()));
    assert!(keys.get(Kid(3)).is_some_and(|key| key.limits.is_some()));
    let mut other = KeySet::new(EventNo(43));
    assert_eq!(
        other.insert_box_office(box_office()),
        Err(KeySetError::OtherEvent(EventNo(42)))
    );
}

#[test]
fn what_could_not_be_read_is_not_issued() {
    let reversed = BoxOfficeCertificate {
        last_serial: Serial(0),
        ..box_office()
    };
    assert_eq!(reversed.issue(&key(3)), Err(CertificateError::EmptyRange));
    let ended = EventCertificate {
        event: EventNo(42),
        number: 1,
        key: key(3).verifying_key(),
        not_before_ms: 1,
        not_after_ms: 0,
    };
    assert_eq!(ended.issue(&key(4)), Err(CertificateError::EmptyValidity));
}

#[test]
fn a_certificate_is_valid_at_both_ends_of_its_time() {
    let certificate = EventCertificate {
        event: EventNo(42),
        number: 1,
        key: key(3).verifying_key(),
        not_before_ms: 10,
        not_after_ms: 20,
    };
    let valid: Vec<i64> = (8..23).filter(|ms| certificate.is_valid_at(*ms)).collect();
    assert_eq!(valid, (10..=20).collect::<Vec<_>>());
}

#[test]
fn a_cancelled_serial_admits_no_generation_and_a_transferred_one_the_newer() {
    let mut set = RevocationSet::new();
    assert!(set.insert(Serial(5), RevocationSet::CANCELLED));
    assert!(set.insert(Serial(6), Generation(2)));
    assert!(!set.insert(Serial(6), Generation(1)));
    assert!((0..=254).all(|generation| set.refuses(Serial(5), Generation(generation))));
    assert!(set.refuses(Serial(6), Generation(1)));
    assert!(!set.refuses(Serial(6), Generation(2)));
    assert!(!set.refuses(Serial(7), Generation(0)));
}

/// The sizes of the design: about a byte and a quarter for each of 1000 entries
/// among 100,000 tickets, one byte for each of 20,000.
#[test]
fn a_revocation_list_takes_about_a_byte_for_each_entry() {
    for (every, most) in [(100, 1300), (20, 5100), (5, 20_100)] {
        let set: RevocationSet = (0..100_000)
            .step_by(every)
            .map(|serial| (Serial(serial), RevocationSet::CANCELLED))
            .collect();
        let list = RevocationList {
            event: EventNo(1),
            number: 1,
            issued_at_ms: 0,
            set,
        };
        let bytes = list.issue(&key(3)).unwrap();
        assert!(bytes.len() < most + 85, "{} for every {every}", bytes.len());
    }
}

#[test]
fn a_permutation_takes_only_ranges_that_exist() {
    assert!(Permutation::new(&[0; 32], Serial(0), 0).is_none());
    assert!(Permutation::new(&[0; 32], Serial(u32::MAX), 2).is_none());
    let last = Permutation::new(&[0; 32], Serial(u32::MAX), 1).unwrap();
    assert_eq!(last.serial(0), Some(Serial(u32::MAX)));
    let whole = Permutation::new(&[0; 32], Serial(0), u32::MAX).unwrap();
    let serial = whole.serial(12_345).unwrap();
    assert_eq!(whole.count(serial), Some(12_345));
}

#[test]
fn neighbours_in_sale_are_not_neighbours_in_serial() {
    let permutation = Permutation::new(&[1; 32], Serial(0), 100_000).unwrap();
    let serial = |count| i64::from(permutation.serial(count).unwrap().0);
    let near = (0..1000)
        .filter(|count| (serial(*count) - serial(count + 1)).abs() < 100)
        .count();
    assert!(near < 20, "{near} of 1000");
}

#[test]
fn a_gate_that_is_behind_learns_it_from_many_tickets_only() {
    let mut skew = SkewEstimate::default();
    for _ in 0..20 {
        skew.note(Serial(1), 3);
    }
    assert_eq!(skew.correction_ms(), 0, "one phone is no clock");
    for serial in 2..40 {
        skew.note(Serial(serial), 2);
    }
    assert_eq!(skew.correction_ms(), 60_000);
    for serial in 100..103 {
        skew.note(Serial(serial), -4);
    }
    assert_eq!(
        skew.correction_ms(),
        60_000,
        "screenshots do not turn it back"
    );
    for serial in 200..300 {
        skew.note(Serial(serial), 50);
    }
    assert_eq!(skew.correction_ms(), 60_000, "what is far off is no clock");
}
