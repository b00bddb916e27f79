//! Letters of shift notes, hostile ones too.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use shared_model::book::{Interval, Operator, Role, Roster, RosterDevice};
use shared_model::ids::{
    DeviceNo, Epoch, EventNo, GateNo, Hash, Incarnation, OperatorNo, PublicKey,
};
use shared_model::notes::{
    Author, Change, Countersigned, Document, Edit, EntryId, Letter, MAX_DEPS, MAX_LETTER, MAX_TEXT,
    Opened, Refused, Shift, ShiftChange, Text, Writer, commit, open,
};
use shared_model::time::Timestamp;
use ticket_crypto::keys::SigningKey;
use ticket_crypto::label::Label;
use ticket_crypto::signature;
use uuid::Uuid;

const EVENT: EventNo = EventNo(7);
const NOW: Timestamp = Timestamp(5_000_000);
const STAFF: OperatorNo = OperatorNo(1);
const SUPERVISOR: OperatorNo = OperatorNo(2);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn public(seed: u8) -> PublicKey {
    PublicKey(key(seed).verifying_key().to_bytes())
}

/// Devices 1 to 4 (4 is revoked), a server with key 9, staff 1 and supervisor 2.
fn roster() -> Roster {
    let device = |seed: u8, until: Option<i64>, node| RosterDevice {
        device: DeviceNo(seed.into()),
        name: format!("device {seed}"),
        fact_key: public(seed),
        transport_key: public(seed + 100),
        active: vec![Interval {
            from: Timestamp(0),
            until: until.map(Timestamp),
        }],
        node,
        sells_under: None,
        gate: None,
    };
    let operator = |operator, role| Operator {
        operator,
        name: "somebody".into(),
        role,
        active: Vec::new(),
        pin: None,
    };
    Roster {
        devices: vec![
            device(1, None, false),
            device(2, None, false),
            device(3, None, false),
            device(4, Some(1_000), false),
            device(9, None, true),
        ],
        operators: vec![
            operator(STAFF, Role::Staff),
            operator(SUPERVISOR, Role::Supervisor),
        ],
    }
}

fn author(operator: OperatorNo) -> Author {
    Author {
        operator,
        supervises: operator != STAFF,
        at: NOW,
    }
}

fn write(
    document: &mut Document,
    seed: u8,
    operator: OperatorNo,
    edit: Edit,
    text: Option<Text>,
) -> Letter {
    let key = key(seed);
    let writer = Writer {
        event: EVENT,
        key: &key,
        epoch: Epoch([seed; 16]),
    };
    writer
        .write(document, author(operator), edit, text)
        .unwrap()
}

fn text(words: &str) -> Text {
    Text {
        salt: [3; 16],
        words: words.into(),
    }
}

fn note(document: &mut Document, seed: u8, operator: OperatorNo, words: &str) -> Letter {
    let text = text(words);
    let edit = Edit::Note {
        commitment: commit(&text),
        len: words.len() as u16,
    };
    write(document, seed, operator, edit, Some(text))
}

fn shift() -> Shift {
    Shift {
        gate: GateNo(1),
        person: STAFF,
        from: Timestamp(1_000),
        until: Timestamp(2_000),
    }
}

fn check(letter: &Letter) -> Result<Opened, Refused> {
    open(EVENT, &roster(), letter, NOW)
}

/// A letter of device 1 that says `change`, properly signed, whatever it says.
fn forge(change: &Change, hash: Hash, text: Option<Text>) -> Letter {
    let bytes = postcard::to_allocvec(change).unwrap();
    let message = [hash.0.as_slice(), &bytes].concat();
    let signature = signature::sign(&key(1), &Label::NOTE, &message).to_vec();
    Letter {
        bytes,
        hash,
        signature,
        text,
    }
}

fn change(seq: u32, deps: Vec<Hash>, operator: OperatorNo, edit: Edit) -> Change {
    Change {
        event: EVENT,
        fact_key: public(1),
        epoch: Epoch([1; 16]),
        seq,
        deps,
        operator,
        at: NOW,
        edit,
    }
}

#[test]
fn a_letter_of_the_staff_is_taken() {
    let mut document = Document::default();
    let letter = note(&mut document, 1, STAFF, "queue to the bridge");
    let mut other = Document::default();
    other.apply(&check(&letter).unwrap()).unwrap();
    let notes = other.notes().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].operator, STAFF);
    assert_eq!(notes[0].at, NOW);
    // Again changes nothing.
    other.apply(&check(&letter).unwrap()).unwrap();
    assert_eq!(other.notes().unwrap(), notes);
}

#[test]
fn letters_of_strangers_and_altered_ones_are_refused() {
    let mut document = Document::default();
    let good = note(&mut document, 1, STAFF, "all well");

    let mut altered = good.clone();
    altered.hash.0[0] ^= 1;
    assert_eq!(check(&altered), Err(Refused::BadSignature));
    let mut altered = good.clone();
    altered.signature.pop();
    assert_eq!(check(&altered), Err(Refused::BadSignature));
    let mut altered = good.clone();
    altered.bytes.push(0);
    assert_eq!(check(&altered), Err(Refused::Malformed));
    let mut altered = good.clone();
    altered.bytes = vec![0; MAX_LETTER + 1];
    assert_eq!(check(&altered), Err(Refused::TooLarge));
    let mut altered = good.clone();
    altered.text = Some(text("all lost"));
    assert_eq!(check(&altered), Err(Refused::WrongText));
    let mut altered = good.clone();
    altered.text.as_mut().unwrap().salt[0] ^= 1;
    assert_eq!(check(&altered), Err(Refused::WrongText));
    assert_eq!(
        open(EventNo(8), &roster(), &good, NOW),
        Err(Refused::WrongEvent)
    );

    let stranger = note(&mut Document::default(), 5, STAFF, "hello");
    assert_eq!(check(&stranger), Err(Refused::UnknownDevice));
    let stolen = note(&mut Document::default(), 4, STAFF, "hello");
    assert_eq!(check(&stolen), Err(Refused::Revoked));
    let nobody = note(&mut Document::default(), 1, OperatorNo(0), "hello");
    assert_eq!(check(&nobody), Err(Refused::UnknownOperator));
    let office = note(&mut Document::default(), 9, OperatorNo(0), "hello");
    assert!(check(&office).unwrap().supervises);
}

#[test]
fn another_device_cannot_write_in_ones_name() {
    let mut document = Document::default();
    let good = note(&mut document, 1, STAFF, "mine");
    // The same change, signed by device 2 under device 1's key name.
    let message = [good.hash.0.as_slice(), &good.bytes].concat();
    let forged = Letter {
        signature: signature::sign(&key(2), &Label::NOTE, &message).to_vec(),
        ..good
    };
    assert_eq!(check(&forged), Err(Refused::BadSignature));
}

#[test]
fn only_supervisors_plan_and_staff_erases_its_own_notes_only() {
    let plan = forge(
        &change(1, Vec::new(), STAFF, Edit::Plan(shift())),
        Hash([1; 32]),
        None,
    );
    assert_eq!(check(&plan), Err(Refused::NotAllowed));

    let mut document = Document::default();
    let of_supervisor = note(&mut document, 2, SUPERVISOR, "the cash is short");
    let of_staff = note(&mut document, 1, STAFF, "I lost the key");
    let erase = |letter: &Letter, operator| {
        let id = check(letter).unwrap().change.id();
        forge(
            &change(2, vec![of_staff.hash], operator, Edit::Erase(id)),
            Hash([1; 32]),
            None,
        )
    };
    let not_own = check(&erase(&of_supervisor, STAFF)).unwrap();
    assert_eq!(document.clone().apply(&not_own), Err(Refused::NotAllowed));
    for (letter, operator) in [(&of_staff, STAFF), (&of_staff, SUPERVISOR)] {
        // Allowed: what is left to say is that the hash was made up.
        let allowed = check(&erase(letter, operator)).unwrap();
        assert_eq!(document.clone().apply(&allowed), Err(Refused::WrongHash));
    }
}

#[test]
fn impossible_changes_are_refused() {
    let backwards = Shift {
        until: Timestamp(1_000),
        ..shift()
    };
    let unordered = vec![Hash([2; 32]), Hash([1; 32])];
    let many = (0..=MAX_DEPS as u8).map(|n| Hash([n; 32])).collect();
    let id = EntryId {
        writer: check(&note(&mut Document::default(), 1, STAFF, "x"))
            .unwrap()
            .writer,
        seq: 1,
    };
    for (change, expected) in [
        (
            change(1, Vec::new(), SUPERVISOR, Edit::Plan(backwards)),
            Refused::Malformed,
        ),
        (
            change(1, unordered, SUPERVISOR, Edit::Plan(shift())),
            Refused::Malformed,
        ),
        (
            change(0, Vec::new(), SUPERVISOR, Edit::Plan(shift())),
            Refused::Malformed,
        ),
        (
            change(1, many, SUPERVISOR, Edit::Plan(shift())),
            Refused::TooLarge,
        ),
        (
            change(
                1,
                Vec::new(),
                SUPERVISOR,
                Edit::Replan(id, ShiftChange::default()),
            ),
            Refused::Malformed,
        ),
        (
            change(
                1,
                Vec::new(),
                STAFF,
                Edit::Note {
                    commitment: Hash([0; 32]),
                    len: MAX_TEXT as u16 + 1,
                },
            ),
            Refused::TooLarge,
        ),
    ] {
        let letter = forge(&change, Hash([1; 32]), None);
        assert_eq!(check(&letter), Err(expected), "{change:?}");
    }
}

fn ordered(mut deps: [Hash; 2]) -> Vec<Hash> {
    deps.sort_unstable();
    deps.to_vec()
}

#[test]
fn changes_out_of_place_are_refused_before_automerge_sees_them() {
    let mut document = Document::default();
    let first = note(&mut document, 1, STAFF, "first");
    let plan = Edit::Plan(shift());
    let unknown = EntryId {
        writer: check(&first).unwrap().writer,
        seq: 99,
    };
    for (change, expected) in [
        // A gap panics in Automerge 0.12, a second first change blocks a document for good.
        (
            change(5, vec![first.hash], SUPERVISOR, plan),
            Refused::NotNext,
        ),
        (change(1, Vec::new(), SUPERVISOR, plan), Refused::Forked),
        (change(2, Vec::new(), SUPERVISOR, plan), Refused::NotNext),
        (
            change(2, ordered([first.hash, Hash([9; 32])]), SUPERVISOR, plan),
            Refused::Missing,
        ),
        (
            change(2, vec![first.hash], SUPERVISOR, Edit::Cancel(unknown)),
            Refused::UnknownEntry,
        ),
        (
            change(
                2,
                vec![first.hash],
                SUPERVISOR,
                Edit::Cancel(check(&first).unwrap().change.id()),
            ),
            Refused::UnknownEntry,
        ),
        (
            change(2, vec![first.hash], SUPERVISOR, plan),
            Refused::WrongHash,
        ),
    ] {
        let opened = check(&forge(&change, Hash([1; 32]), None)).unwrap();
        assert_eq!(document.apply(&opened), Err(expected), "{change:?}");
    }
    // None of it left a trace.
    note(&mut document, 1, STAFF, "second");
    assert_eq!(document.notes().unwrap().len(), 2);
}

#[test]
fn a_countersigned_letter_is_taken_with_its_text_or_without_and_no_other() {
    let incarnation = Incarnation(Uuid::from_u128(1));
    let server = key(50);
    let letter = note(&mut Document::default(), 1, STAFF, "call the caterer");
    let good = Countersigned::seal(&server, EVENT, incarnation, 1, letter);
    let of = |signed: &Countersigned| signed.open(&server.verifying_key(), EVENT, incarnation);
    assert!(of(&good).is_ok());
    let mut erased = good.clone();
    erased.letter.text = None;
    assert!(of(&erased).is_ok());

    let mut other = good.clone();
    other.no = 2;
    assert_eq!(of(&other), Err(Refused::BadSignature));
    let mut other = good.clone();
    other.letter.text = Some(text("call the police"));
    assert_eq!(of(&other), Err(Refused::WrongText));
    let mut other = good.clone();
    other.letter.hash.0[3] ^= 1;
    assert_eq!(of(&other), Err(Refused::BadSignature));
    let elsewhere = Incarnation(Uuid::from_u128(2));
    assert_eq!(
        good.open(&server.verifying_key(), EVENT, elsewhere),
        Err(Refused::BadSignature)
    );
    assert_eq!(
        good.open(&key(51).verifying_key(), EVENT, incarnation),
        Err(Refused::BadSignature)
    );
}

/// What a device does: write a note or change the shift, or hear of what another wrote.
#[derive(Debug, Clone)]
enum Step {
    Note,
    Plan,
    Move(u16),
    Hear(u8),
}

fn step() -> impl Strategy<Value = (u8, Step)> {
    let what = prop_oneof![
        Just(Step::Note),
        Just(Step::Plan),
        (1..9_u16).prop_map(Step::Move),
        (1..=3_u8).prop_map(Step::Hear),
    ];
    (1..=3_u8, what)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever was heard in which order: whoever holds the same letters shows the same.
    #[test]
    fn replicas_with_the_same_letters_agree(steps in prop::collection::vec(step(), 1..40)) {
        let mut replicas: [(Document, Vec<Letter>); 4] = Default::default();
        for (who, step) in steps {
            let heard = match step {
                Step::Hear(from) => replicas[usize::from(from)].1.clone(),
                _ => Vec::new(),
            };
            let (document, held) = &mut replicas[usize::from(who)];
            for letter in heard.into_iter().filter(|letter| !document.holds(&letter.hash)).collect::<Vec<_>>() {
                document.apply(&check(&letter).unwrap()).unwrap();
                held.push(letter);
            }
            let shift_id = document.plan().unwrap().first().map(|planned| planned.id);
            let made = match (step, shift_id) {
                (Step::Note, _) => note(document, who, STAFF, "n"),
                (Step::Plan, _) => write(document, who, SUPERVISOR, Edit::Plan(shift()), None),
                (Step::Move(gate), Some(id)) => {
                    let change = ShiftChange { gate: Some(GateNo(gate)), ..ShiftChange::default() };
                    write(document, who, SUPERVISOR, Edit::Replan(id, change), None)
                }
                (Step::Move(_) | Step::Hear(_), _) => continue,
            };
            held.push(made);
        }
        // The server hears everybody, in turn; each then hears the server.
        let mut server = Document::default();
        let mut order: Vec<Letter> = Vec::new();
        for (_, held) in &replicas {
            for letter in held.iter().filter(|letter| !server.holds(&letter.hash)).collect::<Vec<_>>() {
                server.apply(&check(letter).unwrap()).unwrap();
                order.push(letter.clone());
            }
        }
        for (document, _) in &mut replicas {
            for letter in &order {
                document.apply(&check(letter).unwrap()).unwrap();
            }
            prop_assert_eq!(document.notes().unwrap(), server.notes().unwrap());
            prop_assert_eq!(document.plan().unwrap(), server.plan().unwrap());
        }
        let again = Document::of(&order).unwrap();
        prop_assert_eq!(again.plan().unwrap(), server.plan().unwrap());
    }
}

#[test]
#[ignore = "writes the seeds of the fuzz target `notes`; run when the format is meant to change"]
fn write_fuzz_seeds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/notes");
    std::fs::create_dir_all(folder).unwrap();
    let id = EntryId {
        writer: check(&note(&mut Document::default(), 1, STAFF, "x"))
            .unwrap()
            .writer,
        seq: 1,
    };
    let moved = ShiftChange {
        gate: Some(GateNo(2)),
        ..ShiftChange::default()
    };
    let noted = Edit::Note {
        commitment: commit(&text("note")),
        len: 4,
    };
    for (name, edit) in [
        ("note", noted),
        ("erase", Edit::Erase(id)),
        ("plan", Edit::Plan(shift())),
        ("replan", Edit::Replan(id, moved)),
        ("cancel", Edit::Cancel(id)),
    ] {
        for (at, rest) in [("next", &b"\0note"[..]), ("first", &b"\x01note"[..])] {
            let change = change(1, Vec::new(), SUPERVISOR, edit);
            let bytes = [postcard::to_allocvec(&change).unwrap(), rest.to_vec()].concat();
            std::fs::write(format!("{folder}/{name}-{at}"), bytes).unwrap();
        }
    }
}
