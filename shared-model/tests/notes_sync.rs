//! Shift notes between devices and the server.

mod common;

use common::network::{End, Weather, meet};
use common::{EVENT, NOON, STAFF, Store, book};
use proptest::prelude::*;
use shared_model::ids::{Incarnation, OperatorNo};
use shared_model::notes::Refused;
use shared_model::sync::{Frame, Hello, Input, Mode, NotesFrame, Replica, Role, Session, drive};
use uuid::Uuid;

fn sync(device: &mut Store, server: &mut Store, mode: Mode) {
    let opener = End {
        store: device,
        role: Role::Device,
        clock: NOON,
    };
    let other = End {
        store: server,
        role: Role::Server { revoked: false },
        clock: NOON,
    };
    meet(opener, other, mode, Weather::default());
}

fn meet_peer(one: &mut Store, other: &mut Store, mode: Mode) {
    let [opener, other] = [one, other].map(|store| End {
        store,
        role: Role::Peer,
        clock: NOON,
    });
    meet(opener, other, mode, Weather::default());
}

fn three() -> (Store, Store, Store) {
    let book = book(2);
    let (a, b) = (Store::new(1, &book, 1, NOON), Store::new(2, &book, 2, NOON));
    (a, b, Store::server(&book, NOON))
}

#[test]
fn two_devices_write_offline_and_both_see_both() {
    for mode in [Mode::Turns, Mode::Stream] {
        let (mut a, mut b, mut server) = three();
        a.notes.write(1, STAFF, "queue at the north gate");
        a.notes.write(1, STAFF, "gone again");
        b.notes.write(2, STAFF, "wristbands run out");
        sync(&mut a, &mut server, mode);
        sync(&mut b, &mut server, mode);
        sync(&mut a, &mut server, mode);
        for store in [&a, &b, &server] {
            assert_eq!(store.notes.texts().len(), 3, "{mode:?}");
            assert_eq!(store.notes.status().pending, 0, "{mode:?}");
        }
        let seen = [&a, &b, &server].map(|store| store.notes.document().notes().unwrap());
        assert!(seen.iter().all(|notes| *notes == seen[0]));
    }
}

#[test]
fn a_stream_brings_notes_at_once() {
    let (mut device, _, mut server) = three();
    let mut here = Session::new(EVENT, Role::Device, Mode::Stream);
    let mut there = Session::new(EVENT, Role::Server { revoked: false }, Mode::Stream);
    let frames = drive(&mut here, &mut device, Input::Opened, NOON).unwrap();
    talk(&mut here, &mut device, &mut there, &mut server, frames);
    device.notes.write(1, STAFF, "the lift is stuck");
    let frames = drive(&mut here, &mut device, Input::Changed, NOON).unwrap();
    talk(&mut here, &mut device, &mut there, &mut server, frames);
    assert_eq!(server.notes.texts(), ["the lift is stuck"]);
    assert_eq!(device.notes.status().pending, 0);
}

fn talk(
    here: &mut Session,
    device: &mut Store,
    there: &mut Session,
    server: &mut Store,
    mut frames: Vec<Frame>,
) {
    for _ in 0..8 {
        let inputs: Vec<Input> = frames
            .drain(..)
            .map(Input::Frame)
            .chain([Input::Pause])
            .collect();
        let mut answer = Vec::new();
        for input in inputs {
            answer.extend(drive(there, server, input, NOON).unwrap());
        }
        for input in answer.into_iter().map(Input::Frame).chain([Input::Pause]) {
            frames.extend(drive(here, device, input, NOON).unwrap());
        }
    }
    assert!(frames.is_empty(), "they do not come to an end: {frames:?}");
}

#[test]
fn devices_pass_on_what_the_server_countersigned_and_nothing_else() {
    for mode in [Mode::Turns, Mode::Stream] {
        let (mut a, mut b, mut server) = three();
        for n in 0..5 {
            a.notes.write(1, STAFF, &format!("note {n}"));
        }
        meet_peer(&mut a, &mut b, mode);
        assert_eq!(b.notes.texts().len(), 0, "not countersigned, {mode:?}");
        sync(&mut a, &mut server, mode);
        b.memory.incarnation = a.memory.incarnation;
        meet_peer(&mut a, &mut b, mode);
        assert_eq!(b.notes.texts().len(), 5, "{mode:?}");
        assert_eq!(b.notes.status().pending, 0);
    }
}

#[test]
fn what_is_refused_stays_with_its_writer_and_holds_up_nothing() {
    let (mut a, _, mut server) = three();
    let nobody = a.notes.write(1, OperatorNo(77), "who am I");
    sync(&mut a, &mut server, Mode::Turns);
    assert_eq!(a.notes.refused, [(nobody.hash, Refused::UnknownOperator)]);
    assert_eq!(a.notes.status().pending, 0);
    assert_eq!(server.notes.texts().len(), 0);
}

#[test]
fn a_restored_server_gets_its_notes_back() {
    let (mut a, mut b, mut server) = three();
    a.notes.write(1, STAFF, "first");
    sync(&mut a, &mut server, Mode::Turns);
    let backup = server.clone();
    b.notes.write(2, STAFF, "second");
    sync(&mut b, &mut server, Mode::Turns);
    sync(&mut a, &mut server, Mode::Turns);

    let mut server = backup;
    server.memory.incarnation = Some(Incarnation(Uuid::from_u128(2)));
    server.disk = server.memory.clone();
    // What was countersigned in the other life is worth nothing in this one.
    server
        .notes
        .countersign_again(Incarnation(Uuid::from_u128(2)));
    sync(&mut a, &mut server, Mode::Turns);
    assert_eq!(server.notes.texts(), ["first", "second"]);
    sync(&mut b, &mut server, Mode::Turns);
    assert_eq!(b.notes.status().have, 2);
    assert_eq!(a.notes.status().pending + b.notes.status().pending, 0);
}

#[test]
fn a_side_that_does_not_know_notes_hears_nothing_of_them() {
    let (mut old, _, mut server) = three();
    server.notes.write(100, STAFF, "from the office");
    let status = old.status().unwrap();
    let hello = |protocol| {
        Frame::Hello(Hello {
            protocol,
            event: EVENT,
            incarnation: status.incarnation,
            marks: status.marks.clone(),
            forks: status.forks.clone(),
            revision: 0,
            book: 0,
            clock: NOON,
        })
    };
    let letter = server.notes.pending().remove(0);
    server
        .notes
        .admit_own(&letter, server.memory.incarnation.unwrap());
    for (protocol, expected) in [(1, 0), (2, 1)] {
        let mut session = Session::new(EVENT, Role::Server { revoked: false }, Mode::Turns);
        let mut answer = Vec::new();
        for input in [Input::Frame(hello(protocol)), Input::Pause] {
            answer.extend(drive(&mut session, &mut server, input, NOON).unwrap());
        }
        let notes = answer
            .iter()
            .filter(|frame| matches!(frame, Frame::Notes(_)));
        assert_eq!(notes.count(), expected, "protocol {protocol}");
    }
}

#[test]
fn a_revoked_device_writes_and_reads_no_notes() {
    let (mut device, _, mut server) = three();
    let letter = device.notes.write(1, STAFF, "let me in");
    let mut session = Session::new(EVENT, Role::Server { revoked: true }, Mode::Turns);
    let status = device.status().unwrap();
    let frames = [
        Frame::Hello(Hello {
            protocol: 2,
            event: EVENT,
            incarnation: status.incarnation,
            marks: status.marks,
            forks: status.forks,
            revision: 0,
            book: 0,
            clock: NOON,
        }),
        Frame::Notes(NotesFrame::Letter {
            event: EVENT,
            letter,
        }),
        Frame::Notes(NotesFrame::Want {
            event: EVENT,
            have: 0,
        }),
    ];
    let mut answer = Vec::new();
    for frame in frames {
        answer.extend(drive(&mut session, &mut server, Input::Frame(frame), NOON).unwrap());
    }
    assert!(!answer.iter().any(|frame| matches!(frame, Frame::Notes(_))));
    assert_eq!(server.notes.texts().len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the link does to messages: nothing is lost and everybody agrees at last.
    #[test]
    fn notes_survive_the_weather(
        steps in prop::collection::vec((0..2_usize, any::<bool>(), prop::option::of(0..20_u16), 0..3_u8, 0..3_u8), 1..12),
        streams: bool,
    ) {
        let mode = if streams { Mode::Stream } else { Mode::Turns };
        let (a, b, mut server) = three();
        let mut devices = [a, b];
        let mut written = 0;
        for (at, writes, cut_after, double_every, swap_every) in steps {
            let device = &mut devices[at];
            if writes {
                written += 1;
                device.notes.write(device.device, STAFF, &format!("note {written}"));
            }
            let opener = End { store: device, role: Role::Device, clock: NOON };
            let other = End { store: &mut server, role: Role::Server { revoked: false }, clock: NOON };
            meet(opener, other, mode, Weather { cut_after, double_every, swap_every });
        }
        for _ in 0..2 {
            for device in &mut devices {
                sync(device, &mut server, mode);
            }
        }
        for store in devices.iter().chain([&server]) {
            prop_assert_eq!(store.notes.texts().len(), written);
            prop_assert_eq!(store.notes.status().pending, 0);
        }
    }
}
