//! Devices that meet: logs merge over the exchange, files and TLS, and nobody else gets in.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::sync::Arc;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::archive;
use scanner_core::lan::{Error, Lan};
use scanner_core::scanner::Scanner;
use shared_model::fact::Resolution;
use shared_model::ids::Generation;
use shared_model::log::fold::{ConflictKind, FactKey};
use shared_model::sync::session::Mode;
use shared_model::sync::{Input, Replica as _, Role, Session, drive};
use shared_model::ticket::{Stop, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use shared_model::verdict::{Reason, Verdict};
use support::{EVENT, NOON, Organizer, SUPERVISOR, replica, request};
use tempfile::TempDir;
use tokio::net::TcpListener;

struct Pair {
    _folders: [TempDir; 2],
    organizer: Organizer,
    a: Arc<Scanner>,
    b: Arc<Scanner>,
}

fn pair_at(now: Timestamp) -> Pair {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut organizer = Organizer::new(now);
    let a = organizer.enrol(folders[0].path(), "North");
    let b = organizer.enrol(folders[1].path(), "South");
    organizer.give(&a, 50);
    organizer.give(&b, 50);
    Pair {
        _folders: folders,
        organizer,
        a: Arc::new(a),
        b: Arc::new(b),
    }
}

fn pair() -> Pair {
    pair_at(NOON)
}

fn scan(scanner: &Scanner, organizer: &Organizer, serial: u32, id: u64) -> Verdict {
    let mut rng = StdRng::seed_from_u64(id);
    let token = organizer.token(serial);
    let answered = scanner.scan(EVENT, &token, &request(id), NOON, &mut rng);
    answered.unwrap().verdict
}

fn is_used(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refuse(refusal) if refusal.reason == Reason::AlreadyUsed)
}

fn facts(scanner: &Scanner) -> u64 {
    scanner.store().read(|tx| tx.count_facts(EVENT)).unwrap()
}

/// An exchange over a pipe in memory: `one` asks, `other` answers. Gives the number of questions.
fn meet(one: &Scanner, other: &Scanner) -> usize {
    let clock = || NOON;
    let mut ours = replica(one, Role::Peer, &clock);
    let mut session = Session::new(EVENT, Role::Peer, Mode::Turns);
    let mut message = drive(&mut session, &mut ours, Input::Opened, NOON).unwrap();
    for asked in 0..100 {
        if message.is_empty() {
            return asked;
        }
        let mut theirs = replica(other, Role::Peer, &clock);
        let mut answering = Session::new(EVENT, Role::Peer, Mode::Turns);
        let mut answer = Vec::new();
        for input in message.drain(..).map(Input::Frame).chain([Input::Pause]) {
            answer.extend(drive(&mut answering, &mut theirs, input, NOON).unwrap());
        }
        for input in answer.into_iter().map(Input::Frame).chain([Input::Pause]) {
            message.extend(drive(&mut session, &mut ours, input, NOON).unwrap());
        }
    }
    panic!("the exchange turns in a circle");
}

#[test]
fn a_device_learns_that_a_code_it_let_in_was_stopped_before() {
    let Pair {
        organizer,
        a,
        _folders,
        ..
    } = pair();
    let conflicts = || -> Vec<ConflictKind> {
        let conflicts = a.conflicts(EVENT).unwrap();
        conflicts.iter().map(|conflict| conflict.kind).collect()
    };
    for serial in [5, 6] {
        assert!(matches!(
            scan(&a, &organizer, serial, u64::from(serial)),
            Verdict::Admit(_)
        ));
    }
    let stopped = |serial, after_ms| TicketRecord {
        min_generation: Generation(255),
        state: TicketState::Cancelled,
        stops: vec![Stop {
            below: Generation(255),
            at: NOON.plus_millis(after_ms),
        }],
        ..organizer.ticket(serial)
    };
    let page = organizer.page(1, vec![stopped(5, -1), stopped(6, 60_000), stopped(7, -1)]);
    let clock = || NOON;
    let saved = replica(&a, Role::Device, &clock).save_page(&organizer.seal(&page));
    assert!(saved.unwrap().is_some());
    assert_eq!(conflicts(), [ConflictKind::AfterRevocation]);
    assert_eq!(a.conflicts(EVENT).unwrap()[0].serial.map(|s| s.0), Some(5));
    assert_eq!(
        a.status(NOON).unwrap().events[0].open_conflicts,
        1,
        "what was folded before is folded again"
    );
}

#[test]
fn two_devices_that_meet_know_what_the_other_admitted() {
    let Pair {
        organizer,
        a,
        b,
        _folders,
    } = pair();
    assert!(matches!(scan(&a, &organizer, 5, 1), Verdict::Admit(_)));
    assert!(
        matches!(scan(&b, &organizer, 5, 2), Verdict::Admit(_)),
        "b cannot know"
    );
    assert!(matches!(scan(&a, &organizer, 6, 3), Verdict::Admit(_)));
    meet(&b, &a);
    assert_eq!((facts(&a), facts(&b)), (5, 5));
    assert!(is_used(&scan(&b, &organizer, 6, 4)));
    assert!(is_used(&scan(&a, &organizer, 5, 5)));

    for scanner in [&a, &b] {
        let conflicts = scanner.conflicts(EVENT).unwrap();
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert!(conflicts[0].against.is_some());
        assert_eq!(scanner.status(NOON).unwrap().events[0].open_conflicts, 1);
    }
    let id: FactKey = b.conflicts(EVENT).unwrap()[0].id;
    b.resolve(EVENT, id, Resolution::SharedTicket, SUPERVISOR, NOON)
        .unwrap();
    meet(&a, &b);
    let settled = a.conflicts(EVENT).unwrap()[0].resolved.unwrap();
    assert_eq!(settled.outcome, Resolution::SharedTicket);
    assert_eq!(a.status(NOON).unwrap().events[0].open_conflicts, 0);
}

#[test]
fn meeting_again_changes_nothing() {
    let Pair {
        organizer,
        a,
        b,
        _folders,
    } = pair();
    scan(&a, &organizer, 5, 1);
    meet(&a, &b);
    let marks = |scanner: &Scanner| scanner.store().read(|tx| tx.marks(EVENT)).unwrap();
    let before = marks(&b);
    meet(&a, &b);
    meet(&b, &a);
    assert_eq!(marks(&b), before);
    assert_eq!(marks(&a), before);
}

#[test]
fn thousands_of_facts_pass_in_whole_stretches_and_on_to_a_third() {
    let Pair {
        mut organizer,
        a,
        b,
        _folders,
    } = pair();
    for serial in 0..1203 {
        scan(&a, &organizer, serial, u64::from(serial) + 1);
    }
    let asked = meet(&b, &a);
    assert!(asked <= 2, "{asked} questions for 1204 facts");
    assert_eq!(facts(&b), 1204);
    let folder = tempfile::tempdir().unwrap();
    let c = organizer.enrol(folder.path(), "West");
    organizer.give_book(&c);
    meet(&c, &b);
    assert_eq!(facts(&c), 1204, "relayed with the heads that a signed");
    assert!(is_used(&scan(&c, &organizer, 1202, 9999)));
}

#[test]
fn a_new_book_travels_from_device_to_device() {
    let Pair {
        mut organizer,
        a,
        b,
        _folders,
    } = pair();
    organizer.book.number += 1;
    organizer.book.name = "Long Night".into();
    organizer.give_book(&a);
    meet(&b, &a);
    assert_eq!(b.book(EVENT).unwrap().name, "Long Night");
}

#[test]
fn a_book_or_page_that_the_organizer_did_not_sign_is_not_taken() {
    let Pair {
        mut organizer,
        a,
        _folders,
        ..
    } = pair();
    let clock = || NOON;
    let mut store = replica(&a, Role::Device, &clock);
    organizer.book.number += 5;
    let (certificate, mut book) = organizer.signed_book();
    book.bytes[3] ^= 1;
    store.save_book(&certificate, &book).unwrap();
    assert!(a.book(EVENT).unwrap().number < organizer.book.number);
    let mut page = organizer.seal(&organizer.page(1, vec![organizer.ticket(77)]));
    page.signature[0] ^= 1;
    assert_eq!(store.save_page(&page).unwrap(), None);
    let older = organizer.seal(&organizer.page(0, vec![organizer.ticket(77)]));
    assert_eq!(store.save_page(&older).unwrap(), None, "a replayed page");
    let count = a.store().read(|tx| tx.count_tickets(EVENT)).unwrap();
    assert_eq!(count, 50);
}

#[test]
fn an_older_book_is_refused() {
    let Pair {
        organizer,
        a,
        _folders,
        ..
    } = pair();
    let held = a.book(EVENT).unwrap().number;
    let mut old = organizer;
    old.book.number = held - 1;
    old.book.name = "Old".into();
    old.give_book(&a);
    assert_eq!(a.book(EVENT).unwrap().number, held);
}

#[test]
fn a_log_leaves_and_comes_as_a_file() {
    let Pair {
        organizer,
        a,
        b,
        _folders,
    } = pair();
    scan(&a, &organizer, 5, 1);
    scan(&a, &organizer, 6, 2);
    let rng = || StdRng::seed_from_u64(1);
    let mut file = Vec::new();
    let written = archive::export(&a, EVENT, &|| NOON, rng(), &mut file).unwrap();
    assert_eq!(written, 3);
    let import = |bytes: &[u8]| {
        let mut bytes = bytes;
        archive::import(&b, EVENT, &|| NOON, rng(), &mut bytes)
    };
    let cut = import(&file[..file.len() - 3]);
    assert!(matches!(cut, Err(archive::Error::Contents)), "{cut:?}");
    assert!(matches!(
        import(b"no log at all"),
        Err(archive::Error::Contents)
    ));
    import(&file).unwrap();
    import(&file).unwrap();
    assert_eq!(facts(&b), 3);
    assert!(is_used(&scan(&b, &organizer, 6, 3)));
}

#[test]
fn two_lives_of_one_device_are_found_out_and_others_go_on() {
    let Pair {
        organizer,
        a,
        b,
        _folders,
    } = pair();
    scan(&a, &organizer, 1, 1);
    // A copy of a that writes on under the same name: same keys, same store.
    let folder = tempfile::tempdir().unwrap();
    let from = a.folder();
    for name in ["store.db", "store.db-wal", "keys"] {
        std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    let copy = support::reopen(folder.path());
    scan(&a, &organizer, 2, 2);
    scan(&copy, &organizer, 3, 3);
    meet(&b, &a);
    meet(&b, &copy);
    let conflicts = b.conflicts(EVENT).unwrap();
    assert!(
        conflicts
            .iter()
            .any(|conflict| conflict.kind == ConflictKind::Fork),
        "{conflicts:?}"
    );
    assert!(matches!(scan(&b, &organizer, 9, 9), Verdict::Admit(_)));
}

#[test]
fn the_projection_can_be_dropped_and_made_again() {
    let Pair {
        organizer,
        a,
        b,
        _folders,
    } = pair();
    for serial in 0..20 {
        scan(&a, &organizer, serial, u64::from(serial) + 1);
        scan(&b, &organizer, serial + 10, u64::from(serial) + 101);
    }
    let last = a.last_admitted(EVENT).unwrap().unwrap();
    a.undo(EVENT, last, SUPERVISOR, NOON).unwrap();
    meet(&a, &b);
    let state = |scanner: &Scanner| {
        scanner
            .store()
            .read(|tx| {
                let counts = tx.list_counts(EVENT)?;
                let open = tx.count_open_conflicts(EVENT)?;
                let people = tx.occupancy(EVENT, 0, NOON.plus_millis(60_000))?;
                Ok::<_, scanner_core::store::Error>((counts, open, people))
            })
            .unwrap()
    };
    let before = state(&a);
    assert_eq!(before, state(&b), "both saw the same facts");
    assert!(before.1 > 0 && before.2 > 0);
    a.store().write(|tx| tx.forget_projection(EVENT)).unwrap();
    assert_ne!(state(&a), before);
    a.fold_again(EVENT).unwrap();
    assert_eq!(state(&a), before);
}

#[test]
fn a_revoked_device_drops_tickets_and_names_and_keeps_its_log() {
    let Pair {
        mut organizer,
        a,
        _folders,
        ..
    } = pair();
    scan(&a, &organizer, 5, 1);
    organizer.revoke("North");
    organizer.give_book(&a);
    let status = a.status(NOON).unwrap();
    assert!(status.revoked);
    assert_eq!(status.events[0].tickets, 0);
    assert_eq!(facts(&a), 2);
    let refused = scan(&a, &organizer, 6, 2);
    assert!(
        matches!(&refused, Verdict::Refuse(refusal) if refusal.reason == Reason::DeviceNotAuthorised),
        "{refused:?}"
    );
}

/// The true time, to the second: TLS looks at the system's clock.
fn today() -> Timestamp {
    let now = rustls::pki_types::UnixTime::now();
    Timestamp::from_secs(i64::try_from(now.as_secs()).unwrap())
}

async fn hub(scanner: &Arc<Scanner>) -> String {
    let lan = Lan::new(scanner).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let scanner = Arc::clone(scanner);
    tokio::spawn(async move { lan.serve(scanner, listener, today).await });
    address
}

async fn over_tls(scanner: &Arc<Scanner>, address: &str) -> Result<bool, Error> {
    let rng = StdRng::seed_from_u64(8);
    let lan = Lan::new(scanner).unwrap();
    let exchange = lan.sync(scanner, address, EVENT, &today, rng).await?;
    Ok(exchange.delivered)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_exchange_their_logs_over_tls() {
    let Pair {
        organizer,
        a,
        b,
        _folders,
    } = pair_at(today());
    let mut rng = StdRng::seed_from_u64(1);
    for (serial, scanner) in [(5, &a), (6, &b)] {
        let id = request(u64::from(serial));
        let token = organizer.token(serial);
        scanner.scan(EVENT, &token, &id, today(), &mut rng).unwrap();
    }
    let address = hub(&a).await;
    assert!(over_tls(&b, &address).await.unwrap());
    assert_eq!((facts(&a), facts(&b)), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_refused_on_either_side() {
    let Pair {
        mut organizer,
        a,
        _folders,
        ..
    } = pair_at(today());
    let folder = tempfile::tempdir().unwrap();
    let stranger = Arc::new(organizer.enrol(folder.path(), "Stranger"));
    // The stranger knows the event; a's book does not know the stranger.
    organizer.give_book(&stranger);
    let refused = over_tls(&stranger, &hub(&a).await).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    let refused = over_tls(&a, &hub(&stranger).await).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(facts(&stranger), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_refused() {
    let Pair {
        mut organizer,
        a,
        b,
        _folders,
    } = pair_at(today());
    organizer.revoke("South");
    organizer.give_book(&a);
    let refused = over_tls(&b, &hub(&a).await).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_on_the_port_harms_nobody() {
    use tokio::io::AsyncWriteExt as _;

    let Pair { a, b, _folders, .. } = pair_at(today());
    let address = hub(&a).await;
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0x16, 3, 1, 0xff, 0xff],
        &[],
    ] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
    }
    assert!(over_tls(&b, &address).await.unwrap());
}
