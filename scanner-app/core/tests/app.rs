//! The program behind the screens, driven as a screen does: requests in, answers and events out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "app/exchange.rs"]
mod exchange;
#[path = "app/ready.rs"]
mod ready;
mod support;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::app::contract::{
    Badge, Conflicts, DoorStats, FactRef, Found, HeadCount, Outcome, Overview, Phase, Reads,
    Report, Saved, Settings, SettingsView, Shown, TicketDetail, Undone,
};
use scanner_core::app::{App, AppError, Event, Feel, Machine, Notice, Request, Shell, Sound};
use scanner_core::home::Home;
use scanner_core::scanner::Scanner;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared_model::book::{AnswerKind, Question};
use shared_model::ids::QuestionNo;
use shared_model::time::Timestamp;
use support::{EVENT, GATE, LIST, NOON, Organizer, SUPERVISOR};
use tempfile::TempDir;
use ticket_crypto::qr::Ecc;

static SEED: AtomicU64 = AtomicU64::new(1);

fn machine() -> Machine {
    Machine {
        wall: || NOON,
        rising: || Duration::from_secs(1),
        rng: || StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::Relaxed)),
    }
}

/// A machine that remembers what it was asked to do.
#[derive(Default)]
struct Desk {
    done: Mutex<Vec<String>>,
    folder: PathBuf,
}

impl Desk {
    fn note(&self, what: impl std::fmt::Debug) {
        self.done.lock().unwrap().push(format!("{what:?}"));
    }

    fn did(&self, what: &str) -> bool {
        let mut done = self.done.lock().unwrap();
        let found = done.iter().any(|done| done.contains(what));
        done.retain(|done| !done.contains(what));
        found
    }
}

impl Shell for Desk {
    fn push(&self, event: &Event) {
        self.note(event);
    }
    fn sound(&self, sound: Sound, volume: u8) {
        self.note(("sound", sound, volume));
    }
    fn haptics(&self, feel: Feel) {
        self.note(("feel", feel));
    }
    fn has_haptics(&self) -> bool {
        true
    }
    fn notice(&self, notice: Notice) {
        self.note(("notice", notice));
    }
    fn full_screen(&self, on: bool) {
        self.note(("full screen", on));
    }
    fn keep_awake(&self, on: bool) {
        self.note(("awake", on));
    }
    fn relay(&self) {
        self.note("relay");
    }
    fn has_relay(&self) -> bool {
        true
    }
    fn has_biometrics(&self) -> bool {
        false
    }
    fn recognise(&self) -> Result<(), AppError> {
        Err(AppError::NotRecognised)
    }
    fn save(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
        scanner_core::saving::save_in(&self.folder, name, bytes)
    }
}

/// A program at a door of an event with ten tickets.
struct Place {
    folder: TempDir,
    organizer: Organizer,
    desk: Arc<Desk>,
    app: Arc<App>,
    runtime: tokio::runtime::Runtime,
}

impl Place {
    fn new() -> Self {
        Self::at(|_| {})
    }

    /// With a book that `change` made different.
    fn at(change: impl FnOnce(&mut Organizer)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut organizer = Organizer::new(NOON);
        change(&mut organizer);
        let scanner = organizer.enrol(folder.path(), "North");
        organizer.give(&scanner, 10);
        drop(scanner);
        let place = Self::open(folder, organizer);
        place.choose();
        place
    }

    fn open(folder: TempDir, organizer: Organizer) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let desk = Arc::new(Desk {
            folder: folder.path().join("saved"),
            ..Desk::default()
        });
        let app = start(folder.path(), &desk, &runtime);
        Self {
            folder,
            organizer,
            desk,
            app,
            runtime,
        }
    }

    fn choose(&self) {
        let choose = json!({ "do": "choose", "event": EVENT, "list": LIST, "gate": GATE, "direction": "entry" });
        let _: Overview = self.ask(choose).unwrap();
    }

    fn ask<T: DeserializeOwned>(&self, request: Value) -> Result<T, AppError> {
        let request: Request = serde_json::from_value(request).unwrap();
        let answer = self.app.answer(request)?;
        Ok(serde_json::from_value(answer).unwrap())
    }

    fn refused(&self, request: Value) -> AppError {
        self.ask::<Value>(request).unwrap_err()
    }

    fn scan(&self, serial: u32) -> Shown {
        let text = self.organizer.token(serial);
        self.ask(json!({ "do": "scan_text", "text": text }))
            .unwrap()
    }

    fn change(&self, settings: Settings) {
        let _: SettingsView = self.ask(request("change_settings", settings)).unwrap();
    }

    /// Starts the program anew, as after a crash.
    fn again(self) -> Self {
        let Self {
            folder,
            organizer,
            desk,
            app,
            runtime,
        } = self;
        drop((desk, app));
        // What runs in the background lets go of the store before another may open it.
        runtime.shutdown_timeout(Duration::from_secs(10));
        Self::open(folder, organizer)
    }
}

fn start(folder: &Path, desk: &Arc<Desk>, runtime: &tokio::runtime::Runtime) -> Arc<App> {
    let home = Home::new(folder.to_owned(), Some(folder.join("keys")));
    App::start(
        home,
        machine(),
        Arc::<Desk>::clone(desk),
        runtime.handle().clone(),
    )
}

/// The request `name` with these arguments.
fn request(name: &str, arguments: impl serde::Serialize) -> Value {
    let mut request = serde_json::to_value(arguments).unwrap();
    request["do"] = name.into();
    request
}

fn code(shown: &Shown) -> &str {
    shown.reason.as_ref().map_or("", |reason| &reason.code)
}

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
fn a_guest_gets_in_once_and_everybody_hears_it() {
    let place = Place::new();
    let first = place.scan(1);
    assert_eq!(first.outcome, Outcome::Admit);
    assert_eq!(first.people, 1);
    assert!(first.fact.is_some());
    let ticket = first.ticket.unwrap();
    assert_eq!(
        (ticket.tier.as_str(), ticket.state.as_str()),
        ("Standing", "valid")
    );
    assert!(place.desk.did("(\"sound\", Admit, 80)"));
    assert!(place.desk.did("(\"feel\", Admit)"));
    assert!(place.desk.did("Changed { what: Log }"));

    let second = place.scan(1);
    assert_eq!(
        (second.outcome, code(&second)),
        (Outcome::Refuse, "already_used")
    );
    let reason = second.reason.unwrap();
    assert!(!reason.text.is_empty() && !second.todo.is_empty());
    assert!(!reason.parts[0].text.is_empty() && !reason.parts[0].fields.is_empty());
    assert!(place.desk.did("(\"sound\", Refuse, 80)"));
    assert!(!place.desk.did("relay"));

    let foreign = json!({ "do": "scan_text", "text": "hello" });
    let foreign: Shown = place.ask(foreign).unwrap();
    assert_eq!(
        (foreign.outcome, foreign.may_override),
        (Outcome::Refuse, false)
    );
}

#[test]
fn a_picture_and_a_frame_are_read_like_a_text() {
    let place = Place::new();
    let picture =
        |serial| ticket_crypto::qr::png(&place.organizer.token(serial), Ecc::M, 8).unwrap();
    let bytes = json!(scanner_core::app::contract::Bytes(picture(1)));
    let shown: Shown = place
        .ask(json!({ "do": "scan_image", "bytes": bytes }))
        .unwrap();
    assert_eq!(shown.outcome, Outcome::Admit);

    let luma = scanner_core::picture::parse(&picture(2)).unwrap();
    let (width, height) = (luma.frame().width(), luma.frame().height());
    let rows: Vec<u8> = luma.frame().rows().flatten().copied().collect();
    let rows = json!(scanner_core::app::contract::Bytes(rows));
    let frame = json!({ "do": "scan_frame", "width": width, "height": height, "luma": rows });
    let reads: Reads = place.ask(frame.clone()).unwrap();
    assert_eq!(reads.shown.len(), 1);
    assert_eq!(reads.shown[0].outcome, Outcome::Admit);
    let held: Reads = place.ask(frame).unwrap();
    assert_eq!((held.shown.len(), held.in_view), (0, 1));

    let nothing = json!({ "do": "scan_image", "bytes": "" });
    assert_eq!(place.refused(nothing), AppError::NoPicture);
    let short = json!({ "do": "scan_frame", "width": 9, "height": 9, "luma": "AAAA" });
    assert_eq!(place.refused(short), AppError::NoPicture);
}

#[test]
fn questions_are_asked_and_the_wish_goes_on() {
    let place = Place::at(|organizer| {
        organizer.book.questions = vec![Question {
            question: QuestionNo(1),
            text: "Allergies?".into(),
            tiers: Vec::new(),
            required: true,
            at_checkin: true,
            kind: AnswerKind::Text(20),
        }];
    });
    let asked = place.scan(1);
    assert_eq!(asked.outcome, Outcome::Ask);
    assert_eq!(asked.questions[0].text, "Allergies?");
    assert!(asked.fact.is_none());
    let go_on = |wish: &str, answer: &str| json!({ "do": "go_on", "wish": wish, "answers": [{ "question": 1, "text": answer }], "confirmed": [] });
    let other = go_on("00000000000000000000000000000000", "none");
    assert_eq!(place.refused(other), AppError::NothingWaiting);
    let shown: Shown = place.ask(go_on(&asked.wish, "none")).unwrap();
    assert_eq!((shown.outcome, &shown.wish), (Outcome::Admit, &asked.wish));
    let late = go_on(&asked.wish, "none");
    assert_eq!(place.refused(late), AppError::NothingWaiting);

    let asked = place.scan(2);
    place.ask::<()>(json!({ "do": "give_up" })).unwrap();
    assert_eq!(
        place.refused(go_on(&asked.wish, "none")),
        AppError::NothingWaiting
    );
}

#[test]
fn a_supervisor_overrides_the_last_refusal_and_nothing_else() {
    let place = Place::new();
    place.scan(1);
    let refused = place.scan(1);
    assert!(refused.may_override);
    let override_ = |wish: &str, supervisor: u16| json!({ "do": "override", "wish": wish, "supervisor": supervisor, "pin": "", "reason_code": 4 });
    assert_eq!(
        place.refused(override_(&refused.wish, 3)),
        AppError::NotOnDuty { operator: 3.into() }
    );
    let shown: Shown = place.ask(override_(&refused.wish, SUPERVISOR.0)).unwrap();
    assert_eq!((shown.outcome, shown.overridden), (Outcome::Admit, true));
    let again = override_(&refused.wish, SUPERVISOR.0);
    assert_eq!(place.refused(again), AppError::NothingToOverride);
}

#[test]
fn an_admission_is_taken_back_and_counts_no_more() {
    let place = Place::new();
    let shown = place.scan(1);
    let undone: Undone = place.ask(json!({ "do": "undo", "scan": null })).unwrap();
    assert_eq!(Some(undone.scan), shown.fact);
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
    let unknown = FactRef {
        seq: 999,
        ..undone.scan
    };
    let unknown = json!({ "do": "undo", "scan": unknown });
    assert_eq!(place.refused(unknown), AppError::UnknownFact);
}

#[test]
fn supervisors_search_and_see_why() {
    let place = Place::new();
    let search = |text: &str| json!({ "do": "search", "text": text });
    assert_eq!(place.refused(search("miller")), AppError::SupervisorOnly);
    let sign_in = json!({ "do": "sign_in", "operator": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(sign_in).unwrap();
    assert_eq!(overview.operator.unwrap().name, "Sam");
    assert_eq!(
        place.refused(search("mi")),
        AppError::SearchTooShort { least: 3 }
    );
    let found: Found = place.ask(search("000004 miller")).unwrap();
    assert_eq!(found.tickets.len(), 1);
    assert_eq!(found.tickets[0].order_code, "K00004");

    let ticket = json!({ "do": "ticket", "serial": 4 });
    let fresh: TicketDetail = place.ask(ticket.clone()).unwrap();
    assert_eq!(fresh.why, []);
    place.scan(4);
    place.scan(4);
    let used: TicketDetail = place.ask(ticket).unwrap();
    assert_eq!(used.why[0].code, "already_used");
    let history: Vec<(bool, &str)> = used
        .history
        .iter()
        .map(|line| (line.counts, line.operator.as_str()))
        .collect();
    assert_eq!(history, [(true, "Sam"), (false, "Sam")]);
    assert_eq!(used.history[0].gate, "North");
    assert_eq!((used.lists[0].inside, used.lists[0].entries), (1, 1));
    let unknown = json!({ "do": "ticket", "serial": 77 });
    let serial = 77.into();
    assert_eq!(place.refused(unknown), AppError::UnknownTicket { serial });
}

#[test]
fn the_night_is_counted_and_reported() {
    let place = Place::new();
    place.scan(1);
    place.scan(2);
    place.scan(2);
    let stats: DoorStats = place.ask(json!({ "do": "door_stats" })).unwrap();
    assert_eq!((stats.own.entries, stats.own.refused), (2, 1));
    assert_eq!((stats.lists[0].inside, stats.last_quarter), (2, 2));
    assert_eq!(stats.refusals[0].reason.code, "already_used");
    place.scan(3);
    let stats: DoorStats = place.ask(json!({ "do": "door_stats" })).unwrap();
    assert_eq!((stats.own, stats.own.entries), (stats.all, 3));
    let heads: HeadCount = place.ask(json!({ "do": "head_count" })).unwrap();
    assert_eq!((heads.zones[0].people, heads.complete), (3, true));

    let report: Report = place.ask(json!({ "do": "report" })).unwrap();
    assert_eq!(report.csv.lines().count(), 5);
    assert!(report.csv.lines().all(|line| line.split(',').count() == 14));
    assert!(report.csv.contains("refused,already_used"));
    assert!(report.unsent >= 4);
    let saved: Saved = place.ask(json!({ "do": "save_report" })).unwrap();
    assert_eq!(std::fs::read_to_string(saved.path).unwrap(), report.csv);
    let log: Saved = place.ask(json!({ "do": "save_log" })).unwrap();
    assert!(std::fs::metadata(log.path).unwrap().len() > 0);
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
    let finger = json!({ "do": "unlock", "by": "biometrics" });
    assert_eq!(place.refused(finger), AppError::NotRecognised);
    let unlock = json!({ "do": "unlock", "by": "pin", "operator": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(unlock).unwrap();
    assert_eq!(overview.phase, Phase::Open);
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
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
    let second = start(place.folder.path(), &Arc::default(), &runtime);
    let overview = second.answer(Request::Overview).unwrap();
    let overview: Overview = serde_json::from_value(overview).unwrap();
    let error = AppError::StoreInUse;
    assert_eq!(overview.phase, Phase::Failed { error });
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
fn a_conflict_is_seen_and_settled() {
    let mut place = Place::new();
    let other_folder = tempfile::tempdir().unwrap();
    let other = place.organizer.enrol(other_folder.path(), "South");
    place.organizer.give(&other, 10);
    let token = place.organizer.token(1);
    let mut rng = StdRng::seed_from_u64(5);
    other
        .scan(
            EVENT,
            &token,
            &support::request(7),
            Timestamp(NOON.0 - 1000),
            &mut rng,
        )
        .unwrap();
    let mut log = Vec::new();
    scanner_core::archive::export(&other, EVENT, &|| NOON, rng, &mut log).unwrap();
    place.scan(1);

    // The logs meet while the program is closed: how they meet is not this test's matter.
    let Place {
        folder,
        organizer,
        desk,
        app,
        runtime,
    } = place;
    drop((desk, app));
    runtime.shutdown_timeout(Duration::from_secs(10));
    let own: Scanner = support::reopen(folder.path());
    organizer.give_book(&own);
    let rng = StdRng::seed_from_u64(6);
    scanner_core::archive::import(&own, EVENT, &|| NOON, rng, &mut log.as_slice()).unwrap();
    drop(own);
    let place = Place::open(folder, organizer);

    let conflicts: Conflicts = place
        .ask(json!({ "do": "conflicts", "all": false }))
        .unwrap();
    let [conflict] = conflicts.conflicts.as_slice() else {
        panic!("{conflicts:?}");
    };
    assert_eq!(
        (conflict.kind.as_str(), conflicts.open),
        ("double_entry", 1)
    );
    let devices: Vec<&str> = conflict
        .sides
        .iter()
        .map(|side| side.device.as_str())
        .collect();
    assert_eq!(devices, ["North", "South"]);
    assert_eq!(conflict.ticket.as_ref().unwrap().order_code, "K00001");
    let resolve = json!({ "do": "resolve", "conflict": conflict.conflict, "outcome": "shared_ticket", "supervisor": SUPERVISOR, "pin": "" });
    let left: Conflicts = place.ask(resolve).unwrap();
    assert_eq!((left.open, left.conflicts.len()), (0, 0));
    let all: Conflicts = place
        .ask(json!({ "do": "conflicts", "all": true }))
        .unwrap();
    assert_eq!(all.conflicts[0].resolved_by, "Sam");
}
