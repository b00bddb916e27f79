//! The exchange: how many messages it takes, and what no other side can make it do.

mod common;

use common::network::{End, Weather, meet};
use common::{DOOR, EVENT, NOON, PAGE, Store, book, scan};
use proptest::prelude::*;
use shared_model::fact::Direction;
use shared_model::ids::{ActorId, EventNo, Generation, Hash, Incarnation, Serial};
use shared_model::sync::codec::{MAX_MESSAGE, encode_all};
use shared_model::sync::vector::seqs;
use shared_model::sync::{
    Effect, ErrorCode, Facts, Frame, Hello, Input, Mark, Mode, Replica, Role, Session, Signed,
    SignedHead, Time, VersionVector, drive,
};
use shared_model::time::Timestamp;

fn device_and_server(scans: u32) -> (Store, Store) {
    let book = book(2);
    let mut device = Store::new(1, &book, 1, NOON);
    for serial in 0..scans {
        device.scan(NOON, scan(serial, DOOR, Direction::Entry, serial.into()));
    }
    (device, Store::server(&book, NOON))
}

fn sync(device: &mut Store, server: &mut Store, mode: Mode) -> usize {
    let role = Role::Device;
    let opener = End {
        store: device,
        role,
        clock: NOON,
    };
    let role = Role::Server { revoked: false };
    let other = End {
        store: server,
        role,
        clock: NOON,
    };
    meet(opener, other, mode, Weather::default()).messages
}

fn hello(server: &mut Store) -> Hello {
    let status = server.status().unwrap();
    Hello {
        protocol: 1,
        event: EVENT,
        incarnation: status.incarnation,
        marks: status.marks,
        forks: status.forks,
        revision: status.manifest.since,
        book: status.book,
        clock: NOON,
    }
}

/// What one request of these frames brings, from a server that keeps nothing else.
fn ask(server: &mut Store, revoked: bool, frames: Vec<Frame>) -> Vec<Frame> {
    let mut session = Session::new(EVENT, Role::Server { revoked }, Mode::Turns);
    let mut answer = Vec::new();
    let inputs = frames.into_iter().map(Input::Frame).chain([Input::Pause]);
    for input in inputs {
        answer.extend(drive(&mut session, server, input, NOON).unwrap());
    }
    answer
}

#[test]
fn ten_thousand_facts_are_durable_after_a_handful_of_requests() {
    let (mut device, mut server) = device_and_server(10_000);
    let requests = sync(&mut device, &mut server, Mode::Turns);
    assert!(requests <= 5, "{requests} requests");
    assert!(device.set().is_subset(&server.set()));
    let held = seqs(&server.status().unwrap().marks);
    assert_eq!(device.memory.acked, held);
    let again = sync(&mut device, &mut server, Mode::Turns);
    assert_eq!(again, 1, "nothing is new");
}

#[test]
fn a_known_server_gets_new_facts_in_the_first_request() {
    let (mut device, mut server) = device_and_server(10);
    sync(&mut device, &mut server, Mode::Turns);
    device.heartbeat(NOON);
    assert_eq!(sync(&mut device, &mut server, Mode::Turns), 1);
    assert!(device.set().is_subset(&server.set()));
}

#[test]
fn nothing_is_acknowledged_before_it_is_durable() {
    let (mut device, mut server) = device_and_server(10);
    let facts = device.batches(device.author.actor(), 1).remove(0);
    let mut session = Session::new(EVENT, Role::Server { revoked: false }, Mode::Turns);
    let hello = Input::Frame(Frame::Hello(hello(&mut device)));
    drive(&mut session, &mut server, hello, NOON).unwrap();
    let effects = session.handle(Input::Frame(Frame::Facts(facts.clone())), NOON);
    assert!(matches!(&effects[..], [Effect::Ingest { .. }]));
    let ingested = Input::Ingested {
        actor: facts.actor,
        mark: facts.head.mark(),
        result: server
            .ingest(&facts, shared_model::log::Manner::Facts, NOON)
            .unwrap(),
    };
    assert!(session.handle(ingested, NOON).is_empty());
    let effects = session.handle(Input::Pause, NOON);
    let vector = VersionVector::from([(facts.actor, 11)]);
    let ack = Frame::Ack {
        event: EVENT,
        vector,
    };
    assert_eq!(effects, [Effect::Commit, Effect::Send(ack)]);
}

#[test]
fn a_stream_pushes_what_is_new_without_another_hello() {
    let (mut device, mut server) = device_and_server(1);
    let mut here = Session::new(EVENT, Role::Device, Mode::Stream);
    let mut there = Session::new(EVENT, Role::Server { revoked: false }, Mode::Stream);
    let mut frames = drive(&mut here, &mut device, Input::Opened, NOON).unwrap();
    for _ in 0..6 {
        let inputs = frames.drain(..).map(Input::Frame).chain([Input::Pause]);
        let mut answer = Vec::new();
        for input in inputs.collect::<Vec<_>>() {
            answer.extend(drive(&mut there, &mut server, input, NOON).unwrap());
        }
        let inputs = answer.into_iter().map(Input::Frame).chain([Input::Pause]);
        for input in inputs {
            frames.extend(drive(&mut here, &mut device, input, NOON).unwrap());
        }
    }
    assert!(frames.is_empty() && here.is_delivered() && there.is_delivered());

    device.heartbeat(NOON);
    let pushed = drive(&mut here, &mut device, Input::Changed, NOON).unwrap();
    assert!(matches!(&pushed[..], [Frame::Facts(facts)] if facts.from == 3));
    server.issue_book(2);
    let changes = Frame::Changes {
        event: EVENT,
        revision: 0,
        book: 2,
    };
    let mut asked = drive(&mut here, &mut device, Input::Frame(changes), NOON).unwrap();
    asked.extend(drive(&mut here, &mut device, Input::Pause, NOON).unwrap());
    assert_eq!(
        asked,
        [Frame::WantBook {
            event: EVENT,
            have: 0
        }]
    );
}

#[test]
fn a_manifest_comes_in_pages_and_a_download_goes_on_where_it_broke() {
    let (mut device, mut server) = device_and_server(0);
    for serial in 0..10 * PAGE as u32 {
        server.change_ticket(Serial(serial), Generation(0));
    }
    let weather = Weather {
        cut_after: Some(18),
        ..Weather::default()
    };
    let opener = End {
        store: &mut device,
        role: Role::Device,
        clock: NOON,
    };
    let role = Role::Server { revoked: false };
    let other = End {
        store: &mut server,
        role,
        clock: NOON,
    };
    meet(opener, other, Mode::Turns, weather);
    let kept = device.memory.position;
    assert!(
        kept.after.is_some() && !device.memory.tickets.is_empty(),
        "{kept:?}"
    );

    server.change_ticket(Serial(0), Generation(3));
    sync(&mut device, &mut server, Mode::Turns);
    assert_eq!(device.records(), server.records());
    assert_eq!(device.memory.position, server.memory.position);
}

#[test]
fn a_forged_page_or_book_is_passed_over() {
    let (mut device, mut server) = device_and_server(0);
    server.change_ticket(Serial(1), Generation(0));
    server.issue_book(5);
    let (mut page, _) = server.page(0, None).unwrap().unwrap();
    let (_, mut sealed) = server.book(0).unwrap().unwrap();
    page.bytes[20] ^= 1;
    sealed.signature[3] ^= 1;
    device.reset(server.memory.incarnation.unwrap()).unwrap();
    assert_eq!(device.save_page(&page), Ok(None));
    device.save_book(&[], &sealed).unwrap();
    assert_eq!(
        (device.memory.tickets.len(), device.memory.sealed_book.0),
        (0, 0)
    );
}

#[test]
fn a_restored_server_gets_everything_again_and_gives_everything_again() {
    let (mut device, mut server) = device_and_server(3);
    let empty = server.clone();
    server.change_ticket(Serial(1), Generation(0));
    sync(&mut device, &mut server, Mode::Turns);
    let mut restored = empty;
    let incarnation = Some(Incarnation(uuid::Uuid::from_u128(2)));
    restored.memory.incarnation = incarnation;
    restored.disk.incarnation = incarnation;
    restored.new_epoch(77, NOON);
    restored.change_ticket(Serial(2), Generation(0));
    sync(&mut device, &mut restored, Mode::Turns);
    assert!(device.set().is_subset(&restored.set()));
    assert_eq!(device.records(), restored.records());
    assert_eq!(device.memory.incarnation, incarnation);
}

#[test]
fn a_revoked_device_hands_in_its_facts_and_gets_nothing() {
    let (mut device, mut server) = device_and_server(3);
    server.change_ticket(Serial(1), Generation(0));
    let mut other = Store::new(2, &book(2), 1, NOON);
    sync(&mut other, &mut server, Mode::Turns);
    let roles = (Role::Device, Role::Server { revoked: true });
    let opener = End {
        store: &mut device,
        role: roles.0,
        clock: NOON,
    };
    let end = End {
        store: &mut server,
        role: roles.1,
        clock: NOON,
    };
    meet(opener, end, Mode::Turns, Weather::default());
    let own = device.author.actor();
    assert_eq!(device.memory.actors.keys().collect::<Vec<_>>(), [&own]);
    assert!(device.memory.tickets.is_empty());
    assert_eq!(server.memory.actors[&own].rows.len(), 4);

    let asked = vec![
        Frame::Hello(hello(&mut device)),
        Frame::Manifest {
            event: EVENT,
            since: 0,
            after_serial: None,
        },
        Frame::WantBook {
            event: EVENT,
            have: 0,
        },
    ];
    let answer = ask(&mut server, true, asked);
    let revoked = |frame: &Frame| {
        matches!(
            frame,
            Frame::Error {
                code: ErrorCode::Revoked,
                ..
            }
        )
    };
    assert!(matches!(answer[0], Frame::Hello(_)) && revoked(&answer[1]));
    assert_eq!(answer.len(), 2);
}

#[test]
fn a_clock_s_offset_is_measured_in_each_exchange() {
    let (mut device, mut server) = device_and_server(0);
    let behind = NOON.plus_millis(-5000);
    let opener = End {
        store: &mut device,
        role: Role::Device,
        clock: behind,
    };
    let role = Role::Server { revoked: false };
    let other = End {
        store: &mut server,
        role,
        clock: NOON,
    };
    meet(opener, other, Mode::Turns, Weather::default());
    assert_eq!(
        device.clock.best().map(|sample| sample.offset_ms),
        Some(5000)
    );
}

#[test]
fn an_answer_to_a_question_that_was_not_asked_measures_nothing() {
    let (mut device, mut server) = device_and_server(0);
    let mut session = Session::new(EVENT, Role::Device, Mode::Turns);
    drive(&mut session, &mut device, Input::Opened, NOON).unwrap();
    let hello = Frame::Hello(hello(&mut server));
    drive(&mut session, &mut device, Input::Frame(hello), NOON).unwrap();
    let answer = |sent: Timestamp| {
        Input::Frame(Frame::Time(Time {
            sent,
            received: NOON,
            answered: NOON,
            signature: Vec::new(),
        }))
    };
    drive(&mut session, &mut device, answer(NOON.plus_millis(1)), NOON).unwrap();
    assert_eq!(device.clock.best(), None);
    for _ in 0..2 {
        drive(&mut session, &mut device, answer(NOON), NOON).unwrap();
    }
    assert!(device.clock.best().is_some());
}

#[test]
fn hello_comes_first_and_speaks_of_this_event() {
    let (mut device, mut server) = device_and_server(1);
    let facts = device.batches(device.author.actor(), 1).remove(0);
    let code = |answer: Vec<Frame>| match &answer[..] {
        [Frame::Error { code, .. }] => *code,
        other => panic!("one error, not {other:?}"),
    };
    let answer = ask(&mut server, false, vec![Frame::Facts(facts)]);
    assert_eq!(code(answer), ErrorCode::Malformed);
    let mut elsewhere = hello(&mut device);
    elsewhere.event = EventNo(8);
    let answer = ask(&mut server, false, vec![Frame::Hello(elsewhere)]);
    assert_eq!(code(answer), ErrorCode::UnknownEvent);
    let mut old = hello(&mut device);
    old.protocol = 0;
    assert_eq!(
        code(ask(&mut server, false, vec![Frame::Hello(old)])),
        ErrorCode::Version
    );
}

#[test]
fn one_message_is_answered_by_no_more_than_one_message_s_worth() {
    let (mut device, mut server) = device_and_server(14_000);
    sync(&mut device, &mut server, Mode::Turns);
    for serial in 0..400 {
        server.change_ticket(Serial(serial), Generation(0));
    }
    server.issue_book(5);
    let empty = Hello {
        marks: Default::default(),
        ..hello(&mut device)
    };
    let flood: Vec<Frame> = (0..1000)
        .flat_map(|_| {
            [
                Frame::Hello(empty.clone()),
                Frame::Manifest {
                    event: EVENT,
                    since: 0,
                    after_serial: None,
                },
                Frame::WantBook {
                    event: EVENT,
                    have: 0,
                },
                Frame::Time(Time::ask(NOON)),
            ]
        })
        .collect();
    let answer = ask(&mut server, false, flood);
    let bytes = encode_all(&answer).unwrap().len();
    assert!(bytes <= MAX_MESSAGE, "{bytes} bytes");
    let count = |wanted: fn(&Frame) -> bool| answer.iter().filter(|frame| wanted(frame)).count();
    assert_eq!(count(|frame| matches!(frame, Frame::Book { .. })), 1);
    assert_eq!(count(|frame| matches!(frame, Frame::Time(_))), 1);
}

#[test]
fn a_relay_that_alters_records_is_told_and_left() {
    let (mut device, mut server) = device_and_server(5);
    let actor = device.author.actor();
    let mut lie = device.batches(actor, 1).remove(0);
    lie.records[2][9] ^= 1;
    let frames = || {
        vec![
            Frame::Hello(hello(&mut device.clone())),
            Frame::Facts(lie.clone()),
        ]
    };
    let answer = ask(&mut server, false, frames());
    let gap = Frame::Refused {
        event: EVENT,
        actor,
        code: ErrorCode::Gap,
    };
    assert!(answer.contains(&gap));
    let mut twice = frames();
    twice.push(Frame::Facts(lie.clone()));
    let answer = ask(&mut server, false, twice);
    let refused = Frame::Refused {
        event: EVENT,
        actor,
        code: ErrorCode::BadSignature,
    };
    assert!(answer.contains(&refused));
    sync(&mut device, &mut server, Mode::Turns);
    assert!(
        device.set().is_subset(&server.set()),
        "the device itself is believed"
    );
}

#[test]
fn facts_of_a_stranger_do_not_stop_an_exchange() {
    let (mut device, mut server) = device_and_server(2);
    server.book.roster.devices.remove(1);
    let mut stranger = Store::new(2, &book(2), 9, NOON);
    let opener = End {
        store: &mut device,
        role: Role::Peer,
        clock: NOON,
    };
    let other = End {
        store: &mut stranger,
        role: Role::Peer,
        clock: NOON,
    };
    meet(opener, other, Mode::Stream, Weather::default());
    for mode in [Mode::Turns, Mode::Stream] {
        sync(&mut device, &mut server, mode);
        assert_eq!(server.memory.actors[&device.author.actor()].rows.len(), 3);
        assert!(!server.memory.actors.contains_key(&stranger.author.actor()));
    }
}

fn frame() -> impl Strategy<Value = Frame> {
    let actor = prop_oneof![Just(ActorId([1; 16])), any::<[u8; 16]>().prop_map(ActorId)];
    let vector = prop::collection::btree_map(actor.clone(), any::<u64>(), 0..4);
    let marks = prop::collection::btree_map(
        actor.clone(),
        (any::<u64>(), any::<[u8; 8]>()).prop_map(|(seq, check)| Mark { seq, check }),
        0..4,
    );
    let facts = (
        actor.clone(),
        any::<u64>(),
        prop::collection::vec(any::<[u8; 4]>(), 0..4),
    )
        .prop_map(|(actor, from, records)| Facts {
            event: EVENT,
            actor,
            from,
            records: records.into_iter().map(|record| record.to_vec()).collect(),
            head: SignedHead {
                actor,
                seq: from,
                hash: Hash([0; 32]),
                fact_key: common::public(1),
                signature: vec![0; 64],
            },
        });
    let signed = || Signed {
        bytes: vec![1, 2, 3],
        signature: vec![0; 64],
    };
    prop_oneof![
        (marks, vector.clone(), any::<[u64; 2]>(), any::<i64>()).prop_map(
            |(marks, forks, numbers, clock)| Frame::Hello(Hello {
                protocol: 1,
                event: EVENT,
                incarnation: Some(Incarnation(uuid::Uuid::from_u128(numbers[0].into()))),
                marks,
                forks,
                revision: numbers[0],
                book: numbers[1],
                clock: Timestamp(clock),
            })
        ),
        facts.clone().prop_map(Frame::Facts),
        facts.prop_map(Frame::Fork),
        vector.prop_map(|vector| Frame::Ack {
            event: EVENT,
            vector
        }),
        actor.prop_map(|actor| Frame::Refused {
            event: EVENT,
            actor,
            code: ErrorCode::Gap
        }),
        any::<u64>().prop_map(|since| Frame::Manifest {
            event: EVENT,
            since,
            after_serial: None
        }),
        any::<u64>().prop_map(|have| Frame::WantBook { event: EVENT, have }),
        any::<[u64; 2]>().prop_map(|numbers| Frame::Changes {
            event: EVENT,
            revision: numbers[0],
            book: numbers[1],
        }),
        any::<[i64; 3]>().prop_map(|times| Frame::Time(Time {
            sent: Timestamp(times[0]),
            received: Timestamp(times[1]),
            answered: Timestamp(times[2]),
            signature: Vec::new(),
        })),
        Just(Frame::Page(signed())),
        Just(Frame::Book {
            certificate: Vec::new(),
            book: signed()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_the_other_side_says_the_session_answers_within_bounds_and_keeps_its_facts(
        frames in prop::collection::vec(prop::option::weighted(0.8, frame()), 0..40),
        role in prop_oneof![Just(Role::Device), Just(Role::Peer), Just(Role::Server { revoked: false })],
        stream in any::<bool>(),
    ) {
        let (mut device, mut server) = device_and_server(3);
        let is_server = role != Role::Device && role != Role::Peer;
        let store = if is_server { &mut server } else { &mut device };
        let before = store.set();
        let mode = if stream { Mode::Stream } else { Mode::Turns };
        let mut session = Session::new(EVENT, role, mode);
        let mut sent = Vec::new();
        if !is_server {
            sent.extend(drive(&mut session, store, Input::Opened, NOON).unwrap());
        }
        for frame in &frames {
            let input = frame.clone().map_or(Input::Pause, Input::Frame);
            sent.extend(drive(&mut session, store, input, NOON).unwrap());
        }
        prop_assert_eq!(store.set(), before);
        prop_assert!(sent.len() <= 20 * (frames.len() + 1), "{} frames", sent.len());
    }
}
