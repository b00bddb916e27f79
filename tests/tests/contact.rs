//! A door in lasting contact with the server, and one whose network allows none.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use journeys::api::Api;
use journeys::scanner::{Live, Scanner};
use journeys::server::Server;
use journeys::stage::{self, Ticket};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

struct Night {
    folder: tempfile::TempDir,
    server: Server,
    organizer: Api,
    event: String,
    tickets: Vec<Ticket>,
}

async fn night() -> Night {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::new(&folder.path().join("server"), None).unwrap();
    stage::found(&mut server).unwrap();
    let api = Api::new(&server.url());
    let organizer = stage::log_in(&api).await.unwrap();
    let event = stage::set_up(&organizer).await.unwrap();
    let tickets = stage::buy(&api, &event, 3, folder.path()).await.unwrap();
    Night {
        folder,
        server,
        organizer,
        event,
        tickets,
    }
}

impl Night {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    async fn door(&self) -> Scanner {
        let (server, event) = (&self.server, &self.event);
        stage::enrol(&self.organizer, server, event, self.path(), "Door")
            .await
            .unwrap()
    }

    async fn post(&self, path: &str, body: Value) {
        self.organizer.post(path, &body).await.unwrap();
    }

    /// Ends the enrolment of the device of that name.
    async fn revoke(&self, name: &str) {
        let path = format!("/api/v1/events/{}/devices", self.event);
        let devices = self.organizer.get(&path).await.unwrap();
        let devices = stage::list(&devices, "devices").unwrap();
        let mut devices = devices.iter();
        let device = devices.find(|device| device["name"] == name).unwrap();
        let revoke = format!("/api/v1/devices/{}/revoke", device["id"].as_str().unwrap());
        self.post(&revoke, json!({})).await;
    }

    /// Admissions that the server knows.
    async fn admitted(&self) -> usize {
        let path = format!("/api/v1/events/{}/entries", self.event);
        let entries = self.organizer.get(&path).await.unwrap();
        let entries = stage::list(&entries, "entries").unwrap().to_vec();
        entries
            .iter()
            .filter(|entry| entry["outcome"] == "admitted")
            .count()
    }
}

fn contact(state: &Value) -> &Value {
    &state["events"][0]
}

/// Waits until the door is in contact, and everything is here.
fn in_contact(door: &mut Live, way: &str) -> Value {
    let here = |state: &Value| {
        let contact = contact(state);
        contact["way"] == way && contact["book"] != 0 && contact["revision"] != 0
    };
    let state = door.wait("the door is in contact", here).unwrap();
    contact(&state).clone()
}

#[tokio::test]
async fn what_changes_at_the_server_reaches_a_connected_door_at_once() {
    let mut night = night().await;
    let door = night.door().await;
    let mut live = door.live(&["sync", "--stay"]).unwrap();
    let before = in_contact(&mut live, "link");

    let refunded = format!("/api/v1/positions/{}/cancel", night.tickets[0].position);
    night.post(&refunded, json!({})).await;
    let known = before["revision"].as_u64();
    live.wait("a refund is here", |state| {
        contact(state)["revision"].as_u64() > known
    })
    .unwrap();

    let reissued = format!("/api/v1/positions/{}/reissue", night.tickets[1].position);
    night.post(&reissued, json!({})).await;
    live.wait("a new ticket is here", |state| {
        contact(state)["revision"].as_u64() > known.map(|known| known + 1)
    })
    .unwrap();

    let rule = format!("/api/v1/events/{}/lists", night.event);
    night.post(&rule, json!({ "name": "Balcony" })).await;
    let known = before["book"].as_u64();
    live.wait("a new rule is here", |state| {
        contact(state)["book"].as_u64() > known
    })
    .unwrap();

    drop(live);
    night.server.stop();
    let scan = |ticket: &Ticket| {
        let picture = ticket.picture.to_string_lossy();
        door.run(&["scan", &picture, "--list", "1"]).unwrap()
    };
    let refused = scan(&night.tickets[0])
        .expect(10, "a refunded ticket")
        .unwrap();
    assert_eq!(
        refused.first()["verdict"]["refuse"]["reason"],
        "cancelled",
        "{refused:?}"
    );
    let refused = scan(&night.tickets[1]).expect(10, "an old code").unwrap();
    assert_eq!(
        refused.first()["verdict"]["refuse"]["reason"],
        "superseded",
        "{refused:?}"
    );
    scan(&night.tickets[2]).expect(0, "a good ticket").unwrap();
}

#[tokio::test]
async fn a_revoked_door_hears_so_at_once_hands_in_what_it_holds_and_admits_nobody() {
    let mut night = night().await;
    let door = night.door().await;
    let picture = night.tickets[0].picture.to_string_lossy().into_owned();
    door.run(&["scan", &picture])
        .unwrap()
        .expect(0, "a good ticket")
        .unwrap();
    let mut live = door.live(&["sync", "--stay"]).unwrap();
    in_contact(&mut live, "link");

    night.revoke("Door").await;
    live.wait("the door knows", |state| {
        contact(state)["trouble"]["kind"] == "revoked"
    })
    .unwrap();
    live.wait("all is handed in", |state| contact(state)["unsent"] == 0)
        .unwrap();
    assert_eq!(night.admitted().await, 1);

    drop(live);
    night.server.stop();
    let good = night.tickets[1].picture.to_string_lossy().into_owned();
    let refused = door.run(&["scan", &good]).unwrap();
    let refused = refused.expect(10, "a good ticket").unwrap();
    assert_eq!(
        refused.first()["verdict"]["refuse"]["reason"],
        "device_not_authorised",
        "{refused:?}"
    );
}

#[tokio::test]
async fn nothing_stays_on_a_revoked_door_that_handed_everything_in() {
    let night = night().await;
    let door = night.door().await;
    let picture = night.tickets[0].picture.to_string_lossy().into_owned();
    let scan = door.run(&["scan", &picture]).unwrap();
    scan.expect(0, "a good ticket").unwrap();
    night.revoke("Door").await;
    let synced = door.run(&["sync"]).unwrap();
    let told = synced.expect(0, "the last exchange").unwrap();
    assert!(
        told.lines.iter().any(|line| line["wiped"] == true),
        "{told:?}"
    );
    let status = door.run(&["status"]).unwrap();
    status.expect(5, "no store is left").unwrap();
    assert_eq!(night.admitted().await, 1);
}

#[tokio::test]
async fn what_a_door_admits_goes_up_as_it_happens_and_waits_for_a_server_that_is_away() {
    let mut night = night().await;
    let door = night.door().await;
    let seen = night.path().join("seen");
    std::fs::create_dir(&seen).unwrap();
    let show = |ticket: &Ticket| {
        let name = ticket.picture.file_name().unwrap();
        std::fs::copy(&ticket.picture, seen.join(name)).unwrap();
    };
    let mut live = door.live(&["watch", &seen.to_string_lossy()]).unwrap();
    let mut until = async |night: &Night, count: usize| {
        live.wait("the ticket is admitted", |line| {
            line["verdict"]["admit"].is_object()
        })
        .unwrap();
        while night.admitted().await < count {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    show(&night.tickets[0]);
    until(&night, 1).await;

    night.server.stop();
    show(&night.tickets[1]);
    night.server.start().unwrap();
    night.organizer = night.organizer.with_fresh_connections();
    until(&night, 2).await;
}

/// Passes on everything but what asks for a lasting link.
async fn stubborn_proxy(server: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let server = server.clone();
            tokio::spawn(async move {
                // A client that hangs up early is no failure of the proxy.
                let _ = pass_on(stream, &server).await;
            });
        }
    });
    format!("http://{address}")
}

/// One request, one connection.
async fn pass_on(mut client: TcpStream, server: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    if text.to_ascii_lowercase().contains("upgrade: websocket") {
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return client.write_all(answer).await;
    }
    let mut upstream = TcpStream::connect(server).await?;
    let text = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    upstream.write_all(text.as_bytes()).await?;
    tokio::io::copy_bidirectional(&mut client, &mut upstream)
        .await
        .map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_lasting_links_are_refused_requests_do() {
    let night = night().await;
    let door = night.door().await;
    let server = night.server.url().trim_start_matches("http://").to_owned();
    let proxy = stubborn_proxy(server).await;
    let picture = night.tickets[0].picture.to_string_lossy().into_owned();
    door.run(&["scan", &picture])
        .unwrap()
        .expect(0, "a good ticket")
        .unwrap();
    let mut live = door.live(&["sync", "--stay", "--server", &proxy]).unwrap();
    live.wait("all is handed in by requests", |state| {
        let contact = contact(state);
        contact["way"] == "requests" && contact["unsent"] == 0
    })
    .unwrap();
    assert_eq!(night.admitted().await, 1);
}
