//! The device itself: enrolling, locking, wiping, settings.

use scanner_core::app::contract::Peers;

use super::*;

#[test]
fn a_new_device_can_only_enrol() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(folder, Organizer::new(NOON));
    let overview: Overview = place.ask(json!({ "do": "overview" })).unwrap();
    assert_eq!(overview.phase, Phase::Fresh);
    let scan = json!({ "do": "scan_text", "text": "TK1:" });
    assert_eq!(place.refused(scan), AppError::NotEnrolled);
    let enrol = |server: &str, code: &str, name: &str| json!({ "do": "enrol", "server": server, "code": code, "name": name, "keys": { "in": "system" } });
    let unreachable = enrol("http://127.0.0.1:9", "7K3M-Q0ZT", "North");
    assert_eq!(place.refused(unreachable), AppError::ServerUnreachable);
    let nameless = enrol("http://127.0.0.1:9", "7K3M-Q0ZT", " ");
    assert_eq!(place.refused(nameless), AppError::NameMalformed);
    let ticket = enrol("", "TK1:ABC", "North");
    assert_eq!(place.refused(ticket), AppError::CodeMalformed);
}

#[test]
fn settings_and_station_survive_a_restart_and_the_person_does_not() {
    let place = Place::new();
    let view: SettingsView = place.ask(json!({ "do": "settings" })).unwrap();
    let mut settings = serde_json::to_value(&view.settings).unwrap();
    settings["volume"] = json!(200);
    settings["relay"] = json!(true);
    settings["kiosk"] = json!(true);
    settings["do"] = json!("change_settings");
    let view: SettingsView = place.ask(settings).unwrap();
    assert_eq!(view.settings.volume, 100);
    assert!(place.desk.did("(\"full screen\", true)"));
    let sign_in = json!({ "do": "sign_in", "operator": SUPERVISOR, "pin": "" });
    let _: Overview = place.ask(sign_in).unwrap();

    let place = place.again();
    let overview: Overview = place.ask(json!({ "do": "overview" })).unwrap();
    assert_eq!(overview.phase, Phase::Open);
    assert_eq!(overview.operator, None);
    assert!(overview.settings.kiosk);
    assert_eq!(overview.station.unwrap().list_name, "Main");
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
    assert!(place.desk.did("relay"));
}

#[test]
fn a_locked_device_answers_nothing_but_the_pin() {
    let place = Place::new();
    let overview: Overview = place.ask(json!({ "do": "lock" })).unwrap();
    assert!(matches!(overview.phase, Phase::Locked { .. }));
    assert_eq!(overview.operators[0].name, "Sam");
    for request in [
        json!({ "do": "scan_text", "text": "TK1:" }),
        json!({ "do": "door_stats" }),
        json!({ "do": "search", "text": "miller" }),
    ] {
        assert_eq!(place.refused(request), AppError::Locked);
    }
    let stranger = json!({ "do": "unlock", "by": "pin", "operator": 3, "pin": "1" });
    assert_eq!(
        place.refused(stranger),
        AppError::NotOnDuty { operator: 3.into() }
    );
    let unlock = json!({ "do": "unlock", "by": "pin", "operator": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(unlock).unwrap();
    assert_eq!(overview.phase, Phase::Open);
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
}

#[test]
fn an_event_that_the_server_deleted_is_told_and_its_doors_stay_open() {
    let (folder, organizer) = Place::new().close();
    let keys = scanner_core::keys::KeyStore::File(folder.path().join("keys"));
    let scanner = Scanner::open(folder.path(), keys, &mut StdRng::seed_from_u64(9)).unwrap();
    scanner.learn_gone(EVENT).unwrap();
    drop(scanner);
    let place = Place::open(folder, organizer);
    let overview: Overview = place.ask(json!({ "do": "overview" })).unwrap();
    assert!(overview.events[0].gone);
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
}

#[test]
fn an_address_that_was_typed_wrongly_is_forgotten() {
    let place = Place::new();
    let address = "127.0.0.1:1";
    let peers: Peers = place
        .ask(json!({ "do": "add_peer", "address": address }))
        .unwrap();
    assert_eq!(peers.peers[0].address, address);
    let forget = json!({ "do": "forget_peer", "address": address });
    let peers: Peers = place.ask(forget).unwrap();
    assert_eq!(peers.peers, []);
    let place = place.again();
    let peers: Peers = place.ask(json!({ "do": "peers" })).unwrap();
    assert_eq!(peers.peers, []);
}

#[test]
fn a_code_is_not_spent_where_keys_cannot_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    let place = Place::open(folder, Organizer::new(NOON));
    // Nobody listens there: whoever asked the server first would say so.
    let enrol = json!({ "do": "enrol", "server": "http://127.0.0.1:9", "code": "7K3M-Q0ZT-94AB", "name": "North", "keys": { "in": "system" } });
    let refused = place.refused(enrol);
    assert!(
        matches!(refused, AppError::KeyFile | AppError::FileFailed),
        "{refused:?}"
    );
}

#[test]
fn a_lock_outlives_the_program() {
    let place = Place::new();
    let _: Overview = place.ask(json!({ "do": "lock" })).unwrap();
    let place = place.again();
    let scan = json!({ "do": "scan_text", "text": place.organizer.token(1) });
    assert_eq!(place.refused(scan), AppError::Locked);
    let unlock = json!({ "do": "unlock", "by": "pin", "operator": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(unlock).unwrap();
    assert!(overview.station.is_some(), "where it stood");
    let place = place.again();
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
}

#[test]
fn a_known_finger_opens_a_locked_device_and_the_pin_still_does() {
    let place = Place::new();
    let sign_in = json!({ "do": "sign_in", "operator": SUPERVISOR, "pin": "" });
    let _: Overview = place.ask(sign_in).unwrap();
    let finger =
        json!({ "do": "unlock", "by": "biometrics", "question": "Unlock?", "instead": "PIN" });
    let offered = || {
        let view: SettingsView = place.ask(json!({ "do": "settings" })).unwrap();
        view.has_biometrics
    };

    let _: Overview = place.ask(json!({ "do": "lock" })).unwrap();
    assert!(!offered());
    assert_eq!(place.refused(finger.clone()), AppError::NotRecognised);
    assert_eq!(
        place.refused(json!({ "do": "door_stats" })),
        AppError::Locked
    );

    place.desk.knows.store(true, Ordering::Relaxed);
    assert!(offered());
    let overview: Overview = place.ask(finger).unwrap();
    assert!(place.desk.did(r#"("Unlock?", "PIN")"#));
    assert_eq!(overview.phase, Phase::Open);
    assert_eq!(overview.operator.unwrap().name, "Sam");

    let _: Overview = place.ask(json!({ "do": "lock" })).unwrap();
    let unlock = json!({ "do": "unlock", "by": "pin", "operator": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(unlock).unwrap();
    assert_eq!(overview.phase, Phase::Open);
}

#[test]
fn a_wipe_asks_for_what_was_not_delivered() {
    let place = Place::new();
    place.scan(1);
    let gentle = json!({ "do": "wipe", "force": false });
    let count = 2;
    assert_eq!(place.refused(gentle), AppError::UnsentFacts { count });
    let overview: Overview = place.ask(json!({ "do": "wipe", "force": true })).unwrap();
    assert_eq!(overview.phase, Phase::Fresh);
    assert!(!place.folder.path().join("keys").exists());
    assert!(!place.folder.path().join("store.db").exists());
}

#[test]
fn a_second_process_is_refused_with_its_reason() {
    let place = Place::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let second = start(place.folder.path(), machine(), &Arc::default(), &runtime);
    let overview = second.answer(Request::Overview).unwrap();
    let overview: Overview = serde_json::from_value(overview).unwrap();
    let error = AppError::StoreInUse;
    assert_eq!(overview.phase, Phase::Failed { error });

    let reopened =
        || -> Overview { serde_json::from_value(second.answer(Request::Reopen).unwrap()).unwrap() };
    let error = AppError::StoreInUse;
    assert_eq!(reopened().phase, Phase::Failed { error });
    let (_folder, _) = place.close();
    let overview = reopened();
    assert_eq!(overview.phase, Phase::Open);
    assert_eq!(overview.station.unwrap().list_name, "Main");
    assert_eq!(reopened().phase, Phase::Open);
}

#[test]
fn being_offline_is_a_badge_and_no_failure() {
    let place = Place::new();
    place.scan(1);
    assert_eq!(
        place.refused(json!({ "do": "sync_now" })),
        AppError::ServerUnreachable
    );
    let badge: Badge = place.ask(json!({ "do": "badge" })).unwrap();
    assert!(!badge.online && badge.unsent >= 1);
    assert_eq!(badge.trouble, Some(AppError::ServerUnreachable));
    assert_eq!((badge.tickets, badge.downloading), (10, false));
    assert_eq!(place.scan(2).outcome, Outcome::Admit);
}

#[test]
fn a_link_that_is_opened_is_followed_or_refused_in_words() {
    let link = "bilten:enrol/7K3M-Q0ZT-94AB/https://t.example";
    let folder = tempfile::tempdir().unwrap();
    let fresh = Place::open(folder, Organizer::new(NOON));
    fresh.app.opened(link.to_owned());
    assert!(fresh.desk.did("Link(LinkView"));
    let overview: Overview = fresh.ask(json!({ "do": "overview" })).unwrap();
    assert_eq!(overview.link.unwrap().text, link);
    fresh.app.opened("bilten:nonsense".to_owned());
    assert!(fresh.desk.did("LinkRefused { error: CodeMalformed }"));

    let enrolled = Place::new();
    enrolled.app.opened(link.to_owned());
    assert!(enrolled.desk.did("LinkRefused { error: AlreadyEnrolled }"));
}
