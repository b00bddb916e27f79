//! Shift notes on a device: what it wrote, what the server said of it, and what is not genuine.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::scanner::Scanner;
use shared_model::ids::{Incarnation, OperatorNo};
use shared_model::notes::{Countersigned, Document, Edit, Refused, Shift, open};
use shared_model::sync::{Replica as _, Role};
use shared_model::time::Timestamp;
use support::{EVENT, GATE, NOON, Organizer, SUPERVISOR, replica};
use ticket_crypto::SigningKey;
use uuid::Uuid;

fn note(scanner: &Scanner, words: &str, at: i64) {
    let mut rng = StdRng::seed_from_u64(at as u64);
    let wall = NOON.plus_millis(at);
    scanner
        .add_note(EVENT, SUPERVISOR, words, wall, &mut rng)
        .unwrap();
}

fn texts(scanner: &Scanner) -> Vec<String> {
    let notes = scanner.notes(EVENT).unwrap().notes;
    notes.into_iter().filter_map(|shown| shown.text).collect()
}

/// Countersigns what `scanner` has to hand over, as the server would; what it refuses is an error.
fn admit(organizer: &Organizer, scanner: &Scanner, document: &mut Document) -> Vec<Countersigned> {
    let incarnation = scanner.store().read(|tx| tx.account()).unwrap().incarnation;
    let letters = replica(scanner, Role::Device, &|| NOON).letters().unwrap();
    letters
        .into_iter()
        .map(|letter| {
            let opened = open(EVENT, &organizer.book.roster, &letter, NOON).unwrap();
            document.apply(&opened).unwrap();
            let no = document.len() as u32;
            Countersigned::seal(organizer.event_key(), EVENT, incarnation, no, letter)
        })
        .collect()
}

fn door() -> (tempfile::TempDir, Organizer, Scanner) {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give_book(&scanner);
    (folder, organizer, scanner)
}

#[test]
fn a_note_waits_until_the_server_has_it() {
    let (_folder, organizer, scanner) = door();
    note(&scanner, "  the tap drips ", 0);
    note(&scanner, "fixed", 1);
    assert_eq!(texts(&scanner), ["the tap drips", "fixed"]);
    let shown = scanner.notes(EVENT).unwrap().notes;
    assert!(shown.iter().all(|shown| !shown.delivered));

    let admitted = admit(&organizer, &scanner, &mut Document::default());
    let mut replica = replica(&scanner, Role::Device, &|| NOON);
    // The second before the first leaves a gap, and is not taken.
    let status = replica.save_notes(&admitted[1..]).unwrap();
    assert_eq!((status.have, status.pending), (0, 2));
    let status = replica.save_notes(&admitted).unwrap();
    assert_eq!((status.have, status.pending), (2, 0));
    assert_eq!(replica.notes(1).unwrap(), (2, vec![admitted[1].clone()]));
    let shown = scanner.notes(EVENT).unwrap().notes;
    assert!(shown.iter().all(|shown| shown.delivered));
}

#[test]
fn what_the_event_key_did_not_sign_for_this_database_is_passed_over() {
    let (_folder, organizer, scanner) = door();
    let mut other = organizer;
    let elsewhere = tempfile::tempdir().unwrap();
    let south = other.enrol(elsewhere.path(), "South");
    other.give_book(&south);
    other.give_book(&scanner);
    note(&south, "genuine", 0);
    let genuine = admit(&other, &south, &mut Document::default()).remove(0);
    let letter = &genuine.letter;
    let stranger = SigningKey::from_seed(&[77; 32]);
    let incarnation = scanner.store().read(|tx| tx.account()).unwrap().incarnation;
    let old = Incarnation(Uuid::from_u128(99));
    let mut reworded = genuine.clone();
    reworded.letter.text.as_mut().unwrap().words = "altered".into();
    let hostile = [
        Countersigned::seal(&stranger, EVENT, incarnation, 1, letter.clone()),
        Countersigned::seal(other.event_key(), EVENT, old, 1, letter.clone()),
        reworded,
    ];
    let mut replica = replica(&scanner, Role::Peer, &|| NOON);
    for letter in hostile {
        assert_eq!(replica.save_notes(&[letter]).unwrap().have, 0);
    }
    assert_eq!(replica.save_notes(&[genuine]).unwrap().have, 1);
    assert_eq!(texts(&scanner), ["genuine"]);
}

#[test]
fn one_refused_note_holds_up_none_after_it() {
    let (_folder, organizer, scanner) = door();
    for (at, words) in ["first", "refused", "third"].into_iter().enumerate() {
        note(&scanner, words, at as i64);
    }
    let mut replica = replica(&scanner, Role::Device, &|| NOON);
    let refused = replica.letters().unwrap()[1].hash;
    for passing in [Refused::Missing, Refused::NotNext, Refused::Broken] {
        assert_eq!(
            replica.letter_refused(&refused, passing).unwrap().pending,
            3
        );
    }
    let status = replica.letter_refused(&refused, Refused::Full).unwrap();
    assert_eq!(status.pending, 2);
    // What is left is taken by a server that never had the refused one.
    let admitted = admit(&organizer, &scanner, &mut Document::default());
    assert_eq!(replica.save_notes(&admitted).unwrap().pending, 0);
    assert_eq!(texts(&scanner), ["first", "third"]);
    let kept = scanner.notes(EVENT).unwrap().refused;
    assert_eq!(kept, [(Some("refused".to_owned()), Refused::Full)]);
}

#[test]
fn a_device_that_was_copied_writes_its_note_again() {
    let (_folder, organizer, scanner) = door();
    note(&scanner, "mine", 0);
    let mut replica = replica(&scanner, Role::Device, &|| NOON);
    let letter = replica.letters().unwrap().remove(0);
    let status = replica.letter_refused(&letter.hash, Refused::Forked);
    assert_eq!(status.unwrap().pending, 1);
    let again = replica.letters().unwrap().remove(0);
    assert_ne!(
        again.change().unwrap().writer(),
        letter.change().unwrap().writer()
    );
    admit(&organizer, &scanner, &mut Document::default());
    assert_eq!(texts(&scanner), ["mine"]);
}

#[test]
fn a_server_with_another_life_is_handed_everything_again() {
    let (_folder, organizer, scanner) = door();
    note(&scanner, "kept", 0);
    let admitted = admit(&organizer, &scanner, &mut Document::default());
    let mut replica = replica(&scanner, Role::Device, &|| NOON);
    replica.save_notes(&admitted).unwrap();
    replica.reset(Incarnation(Uuid::from_u128(5))).unwrap();
    let status = replica.status().unwrap().notes;
    assert_eq!((status.have, status.pending), (0, 1));
    assert_eq!(texts(&scanner), ["kept"]);
}

#[test]
fn who_may_not_writes_nothing() {
    let (_folder, _organizer, scanner) = door();
    let mut rng = StdRng::seed_from_u64(1);
    let stranger = scanner.add_note(EVENT, OperatorNo(4), "x", NOON, &mut rng);
    assert!(stranger.is_err());
    let backwards = Shift {
        gate: GATE,
        person: SUPERVISOR,
        from: Timestamp(2),
        until: Timestamp(1),
    };
    let plan = scanner.edit_notes(EVENT, SUPERVISOR, Edit::Plan(backwards), NOON, &mut rng);
    assert!(plan.is_err());
    let long = scanner.add_note(EVENT, SUPERVISOR, &"x".repeat(1001), NOON, &mut rng);
    assert!(long.is_err());
    assert_eq!(scanner.notes(EVENT).unwrap(), Default::default());
}
