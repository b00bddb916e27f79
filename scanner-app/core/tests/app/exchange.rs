//! Two programs of one event that keep in touch by themselves.

use scanner_core::app::Changed;
use scanner_core::app::contract::{CheckKind, CheckState, PeerState, Peers, Readiness, Settings};

use super::*;

const TRIES: u32 = 1500;

/// The true time, to the second: TLS looks at the system's clock.
fn today() -> Timestamp {
    let now = rustls::pki_types::UnixTime::now();
    Timestamp::from_secs(i64::try_from(now.as_secs()).unwrap())
}

/// A program, and what it was asked to do.
struct Side {
    app: Arc<App>,
    desk: Arc<Desk>,
}

impl Side {
    fn start(folder: &Path, runtime: &tokio::runtime::Runtime) -> Self {
        let desk = Arc::new(Desk::default());
        let machine = Machine {
            wall: today,
            ..machine()
        };
        let home = Home::new(folder.to_owned(), Some(folder.join("keys")));
        let shell = Arc::<Desk>::clone(&desk);
        let app = App::start(home, machine, shell, runtime.handle().clone());
        let side = Self { app, desk };
        let choose = json!({ "do": "choose", "event": EVENT, "list": LIST, "gate": GATE, "direction": "entry" });
        let _: Overview = side.ask(choose);
        side
    }

    fn ask<T: DeserializeOwned>(&self, request: Value) -> T {
        let request: Request = serde_json::from_value(request).unwrap();
        serde_json::from_value(self.app.answer(request).unwrap()).unwrap()
    }

    /// Looks until it is so.
    fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        for _ in 0..TRIES {
            if so(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{what}");
    }
}

#[test]
fn another_device_is_added_and_what_it_scans_is_pushed() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut organizer = Organizer::new(today());
    for (folder, name) in folders.iter().zip(["North", "South"]) {
        organizer.enrol(folder.path(), name);
    }
    for folder in &folders {
        organizer.give(&support::reopen(folder.path()), 10);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let [north, south] = [0, 1].map(|at: usize| Side::start(folders[at].path(), &runtime));
    let peers = json!({ "do": "peers" });
    south.until("it listens", |south| {
        !south.ask::<Peers>(peers.clone()).listening.is_empty()
    });
    let listening = south.ask::<Peers>(peers).listening.remove(0);
    let (_, port) = listening.rsplit_once(':').unwrap();
    let address = format!("127.0.0.1:{port}");
    let shown: Peers = north.ask(json!({ "do": "add_peer", "address": address }));
    let added = shown.peers.iter().find(|peer| peer.added).unwrap();
    assert_eq!(added.state, PeerState::Connected, "{shown:?}");
    let near: Badge = north.ask(json!({ "do": "badge" }));
    assert!(near.peers >= 1);
    let ready: Readiness = north.ask(json!({ "do": "ready" }));
    let mut checks = ready.checks.iter();
    let check = checks.find(|check| check.what == CheckKind::Peers).unwrap();
    assert_eq!(check.state, CheckState::Good);

    let pushed = format!("{:?}", Event::Changed { what: Changed::Log });
    while south.desk.did(&pushed) {}
    let scan = json!({ "do": "scan_text", "text": organizer.token(3) });
    assert_eq!(north.ask::<Shown>(scan.clone()).outcome, Outcome::Admit);
    south.until("it hears", |south| south.desk.did(&pushed));
    assert_eq!(south.ask::<Shown>(scan).outcome, Outcome::Refuse);

    let settings: SettingsView = south.ask(json!({ "do": "settings" }));
    let alone = Settings {
        lan: false,
        ..settings.settings
    };
    let _: SettingsView = south.ask(request("change_settings", alone));
    let peers: Peers = south.ask(json!({ "do": "peers" }));
    assert_eq!(peers.listening, [""; 0]);
}
