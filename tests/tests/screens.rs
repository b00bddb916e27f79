//! Screens beside a real server: what others change is pushed to them at once.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt as _;
use journeys::place::{Place, text};
use journeys::scanner::{Live, Scanner};
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Far more than it takes, and less than a device without a link waits between two questions.
const AT_ONCE: Duration = Duration::from_secs(20);
/// How long something that is bound to happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program behind screens, and one screen that listens.
struct Screen {
    client: reqwest::Client,
    cookie: String,
    base: String,
    events: WebSocketStream<MaybeTlsStream<TcpStream>>,
    _program: Live,
}

impl Screen {
    async fn open(door: &Scanner, folder: &Path) -> Self {
        std::fs::write(folder.join("index.html"), "the page").unwrap();
        let ui = folder.to_string_lossy();
        let mut program = door
            .live(&["bridge", "--listen", "127.0.0.1:0", "--ui", &ui])
            .unwrap();
        let told = program.wait("it listens", |line| line["open"].is_string());
        let open = text(&told.unwrap(), "open").unwrap();
        let base = open.split("/?").next().unwrap().to_owned();
        let client = reqwest::Client::builder().redirect(Policy::none());
        let client = client.build().unwrap();
        let entered = client.get(&open).send().await.unwrap();
        let cookie = entered.headers()[SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let url = format!("{}/events", base.replace("http://", "ws://"));
        let mut upgrade = url.into_client_request().unwrap();
        let headers = upgrade.headers_mut();
        headers.insert("cookie", cookie.parse().unwrap());
        headers.insert("origin", base.parse().unwrap());
        let (events, _) = tokio_tungstenite::connect_async(upgrade).await.unwrap();
        Self {
            client,
            cookie,
            base,
            events,
            _program: program,
        }
    }

    async fn ask(&self, request: Value) -> Value {
        let asked = self.client.post(format!("{}/request", self.base));
        let asked = asked.header(COOKIE, &self.cookie).body(request.to_string());
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{request}");
        let body = answer.bytes().await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Stands at the only event's list.
    async fn choose(&self) {
        let overview = self.ask(json!({ "do": "overview" })).await;
        let event = &overview["events"][0]["event"];
        let choose =
            json!({ "do": "choose", "event": event, "list": 1, "gate": 0, "direction": "entry" });
        self.ask(choose).await;
    }

    /// Hears until `wanted` is pushed.
    async fn hear(&mut self, wanted: &Value) {
        loop {
            let message = self.events.next().await.unwrap().unwrap();
            let event: Value = serde_json::from_slice(&message.into_data()).unwrap();
            if event == *wanted {
                return;
            }
        }
    }

    /// Waits until the program is in contact with the server.
    async fn online(&self) {
        let online = async {
            while self.ask(json!({ "do": "badge" })).await["online"] != true {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, online).await.unwrap();
    }
}

fn changed(what: &str) -> Value {
    json!({ "event": "changed", "what": what })
}

#[tokio::test]
async fn screens_are_told_what_others_changed_without_asking() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(folder.path(), None, 0).await.unwrap();
    let order = place.buy(4).await.unwrap();
    let code = place.code(&order).await.unwrap();
    let mut screens = Vec::new();
    for name in ["North", "South"] {
        let door = place.enrol(name).await.unwrap();
        let ui = folder.path().join(format!("ui-{name}"));
        std::fs::create_dir(&ui).unwrap();
        let screen = Screen::open(&door, &ui).await;
        screen.choose().await;
        screen.online().await;
        screens.push(screen);
    }
    let [north, south] = screens.as_mut_slice() else {
        unreachable!("two were opened");
    };

    for position in 1..4 {
        let position = text(&order["positions"][position], "id").unwrap();
        let cancel = format!("/api/v1/positions/{position}/cancel");
        place.organizer.post(&cancel, &json!({})).await.unwrap();
        timeout(AT_ONCE, north.hear(&changed("tickets")))
            .await
            .unwrap();
    }

    let admitted = south.ask(json!({ "do": "scan_text", "text": code })).await;
    assert_eq!(admitted["outcome"], "admit");
    timeout(PATIENCE, north.hear(&changed("log")))
        .await
        .unwrap();
    let again = north.ask(json!({ "do": "scan_text", "text": code })).await;
    assert_eq!(again["outcome"], "refuse");
}

#[tokio::test]
async fn a_revoked_device_delivers_what_it_holds_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(folder.path(), None, 0).await.unwrap();
    let order = place.buy(1).await.unwrap();
    let code = place.code(&order).await.unwrap();
    let door = place.enrol("North").await.unwrap();
    let ui = folder.path().join("ui");
    std::fs::create_dir(&ui).unwrap();
    let mut screen = Screen::open(&door, &ui).await;
    screen.choose().await;
    screen.online().await;
    screen.ask(json!({ "do": "scan_text", "text": code })).await;

    let devices = place.organizer.get(&place.path("devices")).await.unwrap();
    let devices = devices.as_array().unwrap();
    let device = devices
        .iter()
        .find(|device| device["name"] == "North")
        .unwrap();
    let revoke = format!("/api/v1/devices/{}/revoke", device["id"].as_str().unwrap());
    place.organizer.post(&revoke, &json!({})).await.unwrap();

    timeout(PATIENCE, screen.hear(&changed("phase")))
        .await
        .unwrap();
    let kept = door.home.join("store.db");
    let wiped = async {
        while kept.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, wiped).await.unwrap();
    timeout(PATIENCE, screen.hear(&changed("phase")))
        .await
        .unwrap();
    let ended = screen.ask(json!({ "do": "overview" })).await;
    assert_eq!(
        ended["phase"],
        json!({ "is": "revoked", "unsent": 0 }),
        "{ended}"
    );
    let entries = place.organizer.get(&place.path("entries")).await.unwrap();
    assert_eq!(
        entries["entries"].as_array().map(Vec::len),
        Some(1),
        "{entries}"
    );
    let anew = screen.ask(json!({ "do": "wipe", "force": false })).await;
    assert_eq!(anew["phase"], json!({ "is": "fresh" }), "{anew}");
}
