use shared_model::fact::{Fact, FactId, Heartbeat, Stamp};
use shared_model::hlc::Hlc;
use shared_model::ids::{
    ActorId, DeviceId, DeviceNo, Epoch, EventNo, ForeignHash, Generation, Hash, Incarnation, Kid,
    OccurrenceNo, PublicKey, QuestionNo, RequestId, Serial, TierNo, Zones,
};
use shared_model::log::{Flags, Row};
use shared_model::manifest::Position;
use shared_model::sync::Mark;
use shared_model::ticket::{Person, Stop, TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use shared_model::verdict::{Admission, Verdict};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::sync::trust::Trust;

const EVENT: EventNo = EventNo(7);
const KEY: Key = Key([3; 32]);

fn new_store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), &KEY).unwrap();
    store
        .write(|tx| tx.insert_event(EVENT, "Night", Epoch([1; 16]), ActorId([2; 16])))
        .unwrap();
    (folder, store)
}

fn ticket(serial: u32, name: &str) -> TicketRecord {
    TicketRecord {
        serial: Serial(serial),
        kid: Kid(1),
        min_generation: Generation(0),
        tier: TierNo(3),
        occurrence: OccurrenceNo(0),
        zones: Zones(5),
        valid_from: Some(Timestamp(-4)),
        valid_until: None,
        entries: 1,
        group: 2,
        state: TicketState::Pending,
        flags: TicketFlags(TicketFlags::MINOR),
        attention: true,
        addon_of: None,
        foreign: None,
        answered: Vec::new(),
        stops: Vec::new(),
        person: (!name.is_empty()).then(|| Person {
            name: name.into(),
            seat: "12 F".into(),
            notes: "wheelchair".into(),
            order_code: format!("ORD{serial}"),
        }),
        sealed: Vec::new(),
    }
}

const ACTOR: ActorId = ActorId([2; 16]);
const FACT_KEY: PublicKey = PublicKey([6; 32]);

fn fact(seq: u64) -> Row {
    let hlc = Hlc(seq);
    let stamp = Stamp {
        hlc,
        ..Stamp::default()
    };
    let fact = Fact::Heartbeat(Heartbeat { stamp });
    Row {
        seq,
        bytes: fact.to_bytes(),
        link: Hash([seq as u8; 32]),
        hlc,
        fact: Some(fact),
        flags: Flags::default(),
    }
}

fn write_fact(tx: &Write<'_>, seq: u64) -> Result<()> {
    tx.insert_fact(EVENT, ACTOR, &fact(seq), &FACT_KEY)
}

#[test]
fn tickets_come_back_as_they_were_given() {
    let (_folder, store) = new_store();
    let mut odd = ticket(u32::MAX, "");
    odd.addon_of = Some(Serial(0));
    odd.foreign = Some(ForeignHash([9; 16]));
    odd.answered = vec![QuestionNo(1), QuestionNo(300)];
    odd.state = TicketState::Revoked;
    odd.stops = vec![Stop {
        below: Generation(255),
        at: Timestamp(1),
    }];
    let tickets = [ticket(0, "Ana"), ticket(17, ""), odd];
    store
        .write_batch(|tx| tx.upsert_tickets(EVENT, &tickets))
        .unwrap();
    store
        .read(|tx| -> Result<()> {
            for expected in &tickets {
                assert_eq!(
                    tx.find_ticket(EVENT, expected.serial)?.as_ref(),
                    Some(expected)
                );
            }
            assert_eq!(tx.find_ticket(EVENT, Serial(1))?, None);
            assert_eq!(tx.find_ticket(EventNo(8), Serial(0))?, None);
            assert_eq!(
                tx.list_foreign(EVENT, ForeignHash([9; 16]))?,
                [tickets[2].clone()]
            );
            assert_eq!(tx.list_addons(EVENT, Serial(0))?, [tickets[2].clone()]);
            assert_eq!(tx.count_tickets(EVENT)?, 3);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_guest_is_found_by_any_part_of_any_word_under_the_latest_name() {
    let (_folder, store) = new_store();
    let found = |text: &str| -> Vec<u32> {
        store
            .read(|tx| tx.search_tickets(EVENT, text, 10))
            .unwrap()
            .iter()
            .map(|ticket| ticket.serial.0)
            .collect()
    };
    let give = |tickets: &[TicketRecord]| {
        store
            .write_batch(|tx| tx.upsert_tickets(EVENT, tickets))
            .unwrap();
    };
    give(&[ticket(1, "José Müller"), ticket(2, "Anna Müllerová")]);
    assert_eq!(found("mulle"), [1, 2]);
    assert_eq!(found("jose MÜL"), [1]);
    assert_eq!(found("ORD2"), [2]);
    assert_eq!(found("zzz"), [] as [u32; 0]);
    assert_eq!(found("a\" OR \"mul"), [] as [u32; 0]);
    give(&[ticket(1, "Carla Ruiz")]);
    give(&[ticket(1, "Carla Ruiz")]);
    assert_eq!(found("müll"), [2]);
    assert_eq!(found("ruiz"), [1]);
    store.write(|tx| tx.drop_tickets(EVENT)).unwrap();
    assert_eq!(found("ruiz"), [] as [u32; 0]);
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let (folder, store) = new_store();
    let verdict = Verdict::Admit(Admission::default());
    store
        .write(|tx| -> Result<()> {
            write_fact(tx, 1)?;
            write_fact(tx, 2)?;
            tx.insert_answered(EVENT, RequestId([5; 16]), &verdict, 2)?;
            tx.mark_hlc(EVENT, Hlc(77))?;
            tx.mark_hlc(EVENT, Hlc(3))
        })
        .unwrap();
    drop(store);
    let store = Store::open(folder.path(), &KEY).unwrap();
    store
        .read(|tx| -> Result<()> {
            let actor = ACTOR;
            assert_eq!(tx.list_facts(EVENT, actor, 2, 9)?, [fact(2)]);
            let id = |seq| FactId {
                event: EVENT,
                actor,
                seq,
            };
            assert_eq!(tx.find_fact(id(1))?, Some(fact(1)));
            assert_eq!(tx.find_fact(id(0))?, None);
            let mark = Mark::new(2, &fact(2).link);
            assert_eq!(tx.marks(EVENT)?, [(actor, mark)].into());
            assert_eq!(
                tx.find_answered(EVENT, RequestId([5; 16]))?,
                Some(verdict.clone())
            );
            let state = tx.find_event(EVENT)?.unwrap();
            assert_eq!(state.hlc, Hlc(77));
            assert_eq!((state.epoch, state.actor), (Epoch([1; 16]), actor));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    let (_folder, store) = new_store();
    let failed = store.write(|tx| -> Result<()> {
        write_fact(tx, 1)?;
        write_fact(tx, 1)
    });
    assert!(matches!(failed, Err(Error::Database(_))), "{failed:?}");
    let held = store.read(|tx| tx.count_facts(EVENT)).unwrap();
    assert_eq!(held, 0);
}

#[test]
fn a_second_process_is_refused_until_the_first_ends() {
    let (folder, store) = new_store();
    let second = Store::open(folder.path(), &KEY);
    assert!(matches!(second, Err(Error::InUse(_))));
    drop(store);
    Store::open(folder.path(), &KEY).unwrap();
}

#[test]
fn who_comes_while_the_first_ends_has_the_store() {
    let (folder, store) = new_store();
    thread::scope(|scope| {
        let next = scope.spawn(|| Store::open(folder.path(), &KEY).map(drop));
        thread::sleep(EVERY * 3);
        drop(store);
        next.join().unwrap().unwrap();
    });
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_is() {
    let (folder, store) = new_store();
    store
        .write(|tx| -> Result<()> {
            tx.0.0.pragma_update(None, "user_version", 99)?;
            Ok(())
        })
        .unwrap();
    drop(store);
    let path = folder.path().join(FILE);
    let before = std::fs::read(&path).unwrap();
    let refused = Store::open(folder.path(), &KEY).err().unwrap();
    assert!(matches!(refused, Error::Newer { found: 99, .. }));
    assert!(refused.to_string().contains("newer version"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn the_file_tells_nothing_without_its_key() {
    let (folder, store) = new_store();
    store
        .write(|tx| tx.upsert_tickets(EVENT, &[ticket(1, "Guadalupe")]))
        .unwrap();
    drop(store);
    let bytes = std::fs::read(folder.path().join(FILE)).unwrap();
    let shows = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    assert!(!shows(b"Guadalupe") && !shows(b"SQLite format 3"));
    let other = Store::open(folder.path(), &Key([4; 32]));
    assert!(matches!(other, Err(Error::WrongKey)));
    Store::open(folder.path(), &KEY).unwrap();
}

#[test]
fn a_store_is_made_once_and_never_by_opening() {
    let folder = tempfile::tempdir().unwrap();
    let absent = Store::open(folder.path(), &KEY);
    assert!(matches!(absent, Err(Error::Missing(_))));
    drop(Store::create(folder.path(), &KEY).unwrap());
    let again = Store::create(folder.path(), &KEY);
    assert!(matches!(again, Err(Error::Exists(_))));
    Store::wipe(folder.path()).unwrap();
    Store::create(folder.path(), &KEY).unwrap();
}

#[test]
fn a_full_disk_is_told_and_what_was_kept_stays_readable() {
    let (_folder, store) = new_store();
    store.write(|tx| write_fact(tx, 1)).unwrap();
    let limit = |pages: i64| {
        store
            .write(|tx| -> Result<()> {
                tx.0.0
                    .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
                Ok(())
            })
            .unwrap();
    };
    limit(1);
    let tickets: Vec<_> = (0..2000).map(|serial| ticket(serial, "Ana")).collect();
    let full = store.write_batch(|tx| tx.upsert_tickets(EVENT, &tickets));
    assert!(matches!(full, Err(Error::DiskFull)), "{full:?}");
    assert_eq!(store.read(|tx| tx.count_facts(EVENT)).unwrap(), 1);
    assert_eq!(store.read(|tx| tx.count_tickets(EVENT)).unwrap(), 0);
    limit(1_000_000);
    store
        .write_batch(|tx| tx.upsert_tickets(EVENT, &tickets))
        .unwrap();
}

#[test]
fn while_the_first_download_runs_only_what_came_is_covered() {
    let (_folder, store) = new_store();
    let highest = || {
        store
            .read(|tx| tx.highest_serial(EVENT, Kid(1)))
            .unwrap()
            .map(Serial::get)
    };
    let mark = |revision, after: Option<u32>| {
        let position = Position {
            since: revision,
            pass: Some(9),
            after: after.map(Serial),
        };
        store
            .write(|tx| tx.mark_position(EVENT, position, &[(Kid(1), Serial(500))]))
            .unwrap();
    };
    assert_eq!(highest(), None);
    mark(0, Some(120));
    assert_eq!(highest(), Some(120));
    mark(9, None);
    assert_eq!(highest(), Some(500));
}

#[test]
fn a_restored_server_is_asked_for_everything_again() {
    let (_folder, store) = new_store();
    let account = Account {
        trust: Trust::Authorities(vec![vec![1, 2, 3]]),
        server: "http://server".into(),
        organizer: "Us".into(),
        device_id: DeviceId(Uuid::from_bytes([1; 16])),
        device: DeviceNo(4),
        name: "North".into(),
        token: "secret".into(),
        root_key: PublicKey([8; 32]),
        incarnation: Incarnation(Uuid::from_bytes([2; 16])),
        enrolled_at: Timestamp(5),
        revoked: false,
        offset_ms: None,
        measured_at: None,
    };
    let actor = ActorId([2; 16]);
    let again = Incarnation(Uuid::from_bytes([3; 16]));
    store
        .write(|tx| -> Result<()> {
            tx.insert_account(&account)?;
            let position = Position {
                since: 40,
                ..Position::default()
            };
            tx.mark_position(EVENT, position, &[])?;
            tx.mark_acknowledged(EVENT, &[(actor, 9)].into())?;
            tx.mark_clock(-1500, Timestamp(6))?;
            tx.mark_incarnation(again)
        })
        .unwrap();
    store
        .read(|tx| -> Result<()> {
            let expected = Account {
                incarnation: again,
                offset_ms: Some(-1500),
                measured_at: Some(Timestamp(6)),
                ..account
            };
            assert_eq!(tx.account()?, expected);
            assert_eq!(tx.find_event(EVENT)?.unwrap().manifest, Position::default());
            assert_eq!(tx.acknowledged(EVENT)?, Default::default());
            Ok(())
        })
        .unwrap();
}
