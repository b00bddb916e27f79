//! The changes made of letters are those that Automerge itself would have made.

use automerge::AutoCommit;
use automerge::transaction::{CommitOptions, Transactable};
use ticket_crypto::keys::SigningKey;

use super::*;
use crate::ids::{Epoch, EventNo};
use crate::notes::{Author, ShiftChange, Text, Writer, commit};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn write(document: &mut Document, seed: u8, at: i64, edit: Edit) -> Letter {
    let key = key(seed);
    let writer = Writer {
        event: EventNo(1),
        key: &key,
        epoch: Epoch([seed; 16]),
    };
    let author = Author {
        operator: OperatorNo(seed.into()),
        supervises: true,
        at: Timestamp(at),
    };
    writer.write(document, author, edit, None).unwrap()
}

fn plan(gate: u16) -> Edit {
    Edit::Plan(Shift {
        gate: GateNo(gate),
        person: OperatorNo(2),
        from: Timestamp(1_000),
        until: Timestamp(2_000),
    })
}

fn note(words: &str) -> Edit {
    let text = Text {
        salt: [7; 16],
        words: words.into(),
    };
    Edit::Note {
        commitment: commit(&text),
        len: words.len() as u16,
    }
}

fn gate(id: EntryId, gate: u16) -> Edit {
    let change = ShiftChange {
        gate: Some(GateNo(gate)),
        ..ShiftChange::default()
    };
    Edit::Replan(id, change)
}

fn until(id: EntryId, until: i64) -> Edit {
    let change = ShiftChange {
        until: Some(Timestamp(until)),
        ..ShiftChange::default()
    };
    Edit::Replan(id, change)
}

/// The same change, made by Automerge in a document of its own.
fn by_automerge(document: &mut AutoCommit, letter: &Letter) -> Hash {
    let opened = reopen(letter).unwrap();
    document.set_actor(automerge::ActorId::from(opened.writer.0));
    for (key, value) in puts(&opened.change) {
        document.put(ROOT, key, value).unwrap();
    }
    let hash = document.commit_with(CommitOptions::default().with_time(0));
    Hash(hash.unwrap().0)
}

#[test]
fn changes_are_those_that_automerge_makes() {
    let (mut ours, mut theirs) = (Document::default(), AutoCommit::new());
    let first = write(&mut ours, 1, 10, plan(1));
    let shift = reopen(&first).unwrap().change.id();
    let told = write(&mut ours, 2, 11, note("the north gate sticks"));
    let letters = [
        first,
        told.clone(),
        write(&mut ours, 2, 12, gate(shift, 4)),
        write(&mut ours, 1, 13, until(shift, 3_000)),
        write(
            &mut ours,
            1,
            14,
            Edit::Erase(reopen(&told).unwrap().change.id()),
        ),
        write(&mut ours, 2, 15, Edit::Cancel(shift)),
    ];
    for letter in &letters {
        assert_eq!(by_automerge(&mut theirs, letter), letter.hash);
    }

    // Two writers at once, then one who knows both.
    let mut one = ours.clone();
    let mut other = ours;
    let a = write(&mut one, 1, 20, gate(shift, 5));
    let b = write(&mut other, 2, 21, gate(shift, 6));
    one.apply(&reopen(&b).unwrap()).unwrap();
    let merged = write(&mut one, 3, 22, gate(shift, 7));
    let mut fork = theirs.fork();
    assert_eq!(by_automerge(&mut theirs, &a), a.hash);
    assert_eq!(by_automerge(&mut fork, &b), b.hash);
    theirs.merge(&mut fork).unwrap();
    assert_eq!(by_automerge(&mut theirs, &merged), merged.hash);
}

#[test]
fn the_hash_of_a_change_never_changes() {
    let mut document = Document::default();
    let first = write(&mut document, 1, 10, plan(1));
    let shift = reopen(&first).unwrap().change.id();
    let second = write(&mut document, 2, 11, gate(shift, 2));
    let third = write(&mut document, 1, 12, note("golden"));
    let hashes = [first, second, third].map(|letter| letter.hash.to_string());
    let golden = include_str!("../../../tests/golden/notes.txt");
    assert_eq!(
        hashes.join("\n"),
        golden.trim_end(),
        "see docs/formats/notes.md"
    );
}

#[test]
fn two_people_who_change_different_things_both_get_their_way() {
    let mut one = Document::default();
    let shift = reopen(&write(&mut one, 1, 10, plan(1)))
        .unwrap()
        .change
        .id();
    let mut other = one.clone();
    let a = write(&mut one, 1, 20, gate(shift, 5));
    let b = write(&mut other, 2, 20, until(shift, 9_000));
    one.apply(&reopen(&b).unwrap()).unwrap();
    other.apply(&reopen(&a).unwrap()).unwrap();
    let planned = one.plan().unwrap();
    assert_eq!(planned, other.plan().unwrap());
    assert_eq!(planned[0].shift.gate, GateNo(5));
    assert_eq!(planned[0].shift.until, Timestamp(9_000));
    assert!(!planned[0].disputed);
}

#[test]
fn of_two_who_change_the_same_one_holds_everywhere_and_people_are_told() {
    let mut one = Document::default();
    let shift = reopen(&write(&mut one, 1, 10, plan(1)))
        .unwrap()
        .change
        .id();
    let mut other = one.clone();
    let a = write(&mut one, 1, 20, gate(shift, 5));
    let b = write(&mut other, 2, 20, gate(shift, 6));
    one.apply(&reopen(&b).unwrap()).unwrap();
    other.apply(&reopen(&a).unwrap()).unwrap();
    assert_eq!(one.plan().unwrap(), other.plan().unwrap());
    assert!(one.plan().unwrap()[0].disputed);

    let settled = write(&mut one, 3, 30, gate(shift, 6));
    other.apply(&reopen(&settled).unwrap()).unwrap();
    assert_eq!(other.plan().unwrap()[0].shift.gate, GateNo(6));
    assert!(!other.plan().unwrap()[0].disputed);
}

#[test]
fn a_cancelled_shift_stays_out_whoever_changes_it_meanwhile() {
    let mut one = Document::default();
    let shift = reopen(&write(&mut one, 1, 10, plan(1)))
        .unwrap()
        .change
        .id();
    let mut other = one.clone();
    let a = write(&mut one, 1, 20, Edit::Cancel(shift));
    write(&mut other, 2, 21, gate(shift, 6));
    other.apply(&reopen(&a).unwrap()).unwrap();
    assert_eq!(other.plan().unwrap(), Vec::new());
}

#[test]
fn a_writer_who_forked_is_refused_and_the_document_goes_on() {
    let mut document = Document::default();
    let mut copy = document.clone();
    write(&mut document, 1, 10, plan(1));
    let twin = write(&mut copy, 1, 11, plan(2));
    assert_eq!(
        document.apply(&reopen(&twin).unwrap()),
        Err(Refused::Forked)
    );
    write(&mut document, 2, 12, plan(3));
    assert_eq!(document.plan().unwrap().len(), 2);
}

#[test]
fn a_document_of_many_heads_is_still_written_to() {
    let mut all = Document::default();
    let empty = all.clone();
    for seed in 1..=40 {
        let letter = write(&mut empty.clone(), seed, 10, plan(seed.into()));
        all.apply(&reopen(&letter).unwrap()).unwrap();
    }
    for seed in 1..=3 {
        let letter = write(&mut all, seed, 20, note("x"));
        assert!(reopen(&letter).unwrap().change.deps.len() <= MAX_DEPS);
    }
    assert_eq!(all.plan().unwrap().len(), 40);
    assert_eq!(all.notes().unwrap().len(), 3);
}

/// Letters of one writer, made as fast as they can be.
fn many(count: usize) -> (Document, Vec<Letter>) {
    let mut document = Document::default();
    let (key, epoch) = (key(1), Epoch([1; 16]));
    let fact_key = crate::ids::PublicKey(key.verifying_key().to_bytes());
    let writer = crate::notes::writer_id(&fact_key, &epoch);
    let mut letters = Vec::new();
    for seq in 1..=count as u32 {
        let first = EntryId { writer, seq: 1 };
        let edit = match seq % 3 {
            0 => gate(first, seq as u16),
            1 => plan(1),
            _ => note("x"),
        };
        let change = Change {
            event: EventNo(1),
            fact_key,
            epoch,
            seq,
            deps: document.deps(writer),
            operator: OperatorNo(1),
            at: Timestamp(seq.into()),
            edit,
        };
        let bytes = postcard::to_allocvec(&change).unwrap();
        let opened = Opened {
            change,
            writer,
            hash: Hash([0; 32]),
            supervises: true,
            size: bytes.len(),
        };
        let hash = document.put(&opened, None).unwrap();
        letters.push(Letter {
            bytes,
            hash,
            signature: Vec::new(),
            text: None,
        });
    }
    document.flush().unwrap();
    (document, letters)
}

#[test]
fn a_full_document_takes_no_more_and_is_read_at_once() {
    let (mut document, letters) = many(MAX_CHANGES);
    let key = key(1);
    let writer = Writer {
        event: EventNo(1),
        key: &key,
        epoch: Epoch([1; 16]),
    };
    let author = Author {
        operator: OperatorNo(1),
        supervises: true,
        at: Timestamp(1),
    };
    let one_more = writer.write(&mut document, author, plan(1), None);
    assert_eq!(one_more, Err(Refused::Full));
    let again = Document::of(&letters).unwrap();
    assert_eq!(again.plan().unwrap(), document.plan().unwrap());
    assert_eq!(again.notes().unwrap().len(), 1667);
}
