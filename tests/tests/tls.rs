//! The way to a server that speaks TLS: who is believed, and who is not.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

use journeys::api::Api;
use journeys::scanner::{Answer, Scanner};
use journeys::server::Server;
use journeys::stage;
use serde_json::{Value, json};

/// Certificates made for this test: an authority, what it vouches for, and a stranger.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tls").join(name)
}

struct Secured {
    folder: tempfile::TempDir,
    server: Server,
    organizer: Api,
    event: String,
}

/// A server that shows the certificate `name`.
async fn secured() -> Secured {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::new(&folder.path().join("server"), None)
        .unwrap()
        .secured(&file("server.pem"), &file("server-key.pem"));
    stage::found(&mut server).unwrap();
    let api = Api::trusting(&server.url(), &file("authority.pem")).unwrap();
    let organizer = stage::log_in(&api).await.unwrap();
    let event = stage::set_up(&organizer).await.unwrap();
    Secured {
        folder,
        server,
        organizer,
        event,
    }
}

impl Secured {
    fn scanner(&self, name: &str) -> Scanner {
        Scanner::new(&self.folder.path().join(name), name)
    }

    async fn invite(&self, wishes: Value) -> Value {
        stage::invite(&self.organizer, &self.event, &wishes)
            .await
            .unwrap()
    }

    async fn enrol(&self, scanner: &Scanner, trust: &[&str]) -> Answer {
        let code = self.invite(json!({})).await;
        let (url, code) = (self.server.url(), code["code"].as_str().unwrap().to_owned());
        let told = ["enrol", "--server", &url, "--code", &code, "--name", "Door"];
        scanner.run(&[&told, trust].concat()).unwrap()
    }

    /// The same server, showing another certificate from now on.
    fn show(&mut self, certificate: &str, key: &str) {
        self.server.stop();
        self.server.show(&file(certificate), &file(key));
        self.server.start().unwrap();
    }
}

/// Asserts that the certificate was doubted, in these words.
fn doubted(answer: Answer, words: &str) {
    let answer = answer.expect(4, "a certificate to doubt").unwrap();
    let told = answer.lines.last().unwrap();
    assert_eq!(told["kind"], "certificate", "{told}");
    assert!(told["error"].as_str().unwrap().contains(words), "{told}");
}

#[tokio::test]
async fn a_device_believes_the_authority_that_it_was_told_and_no_other() {
    let mut secured = secured().await;
    let door = secured.scanner("door");
    doubted(
        secured.enrol(&door, &[]).await,
        "an authority that this device does not know",
    );
    let stranger = file("another-authority.pem");
    let stranger = ["--ca", stranger.to_str().unwrap()];
    doubted(
        secured.enrol(&door, &stranger).await,
        "an authority that this device does not know",
    );
    let authority = file("authority.pem");
    let authority = ["--ca", authority.to_str().unwrap()];
    secured
        .enrol(&door, &authority)
        .await
        .expect(0, "an enrolment")
        .unwrap();
    door.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();
    let mut live = door.live(&["sync", "--stay"]).unwrap();
    live.wait("a lasting link", |state| {
        state["events"][0]["way"] == "link"
    })
    .unwrap();
    drop(live);

    secured.show("elsewhere.pem", "elsewhere-key.pem");
    doubted(
        door.run(&["sync"]).unwrap(),
        "it belongs to another address",
    );
    let mut live = door.live(&["sync", "--stay"]).unwrap();
    let state = live
        .wait("the doubt is told", |state| {
            state["events"][0]["trouble"]["kind"] == "certificate"
        })
        .unwrap();
    assert_eq!(state["events"][0]["trouble"]["doubt"], "other_address");
}

#[tokio::test]
async fn an_invitation_may_name_the_one_certificate_to_believe() {
    let mut secured = secured().await;
    let plain = secured.invite(json!({})).await;
    assert!(!plain["invitation"].as_str().unwrap().contains('+'));
    let told = secured.invite(json!({ "certificate": true })).await;
    let told = told["invitation"].as_str().unwrap();
    let address = format!("127.0.0.1:{}", secured.server.port());
    let (first, _) = told.rsplit_once("https://").unwrap();
    let told = format!("{first}https://{address}");

    let door = secured.scanner("door");
    let enrolled = door.run(&["enrol", &told, "--name", "Door"]).unwrap();
    enrolled.expect(0, "an enrolment").unwrap();
    door.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();

    secured.show("elsewhere.pem", "elsewhere-key.pem");
    doubted(
        door.run(&["sync"]).unwrap(),
        "not the one that this device was told",
    );
    let authority = file("authority.pem");
    secured.show("server.pem", "server-key.pem");
    let trust = ["sync", "--ca", authority.to_str().unwrap()];
    door.run(&trust)
        .unwrap()
        .expect(0, "a sync under another trust")
        .unwrap();
}

#[tokio::test]
async fn a_server_in_the_clear_has_no_certificate_to_believe() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::new(&folder.path().join("server"), None).unwrap();
    stage::found(&mut server).unwrap();
    let organizer = stage::log_in(&Api::new(&server.url())).await.unwrap();
    let event = stage::set_up(&organizer).await.unwrap();
    let path = format!("/api/v1/events/{event}/enrolment-codes");
    let (status, _) = organizer
        .try_post(&path, &json!({ "certificate": true }))
        .await
        .unwrap();
    assert_eq!(status, 422);
    let door = Scanner::new(&folder.path().join("door"), "Door");
    let authority = file("authority.pem");
    let trust = ["--ca", authority.to_str().unwrap()];
    let told = [
        "enrol",
        "--server",
        &server.url(),
        "--code",
        "ANY",
        "--name",
        "Door",
    ];
    door.run(&[&told[..], &trust].concat())
        .unwrap()
        .expect(2, "trust that means nothing")
        .unwrap();
}
