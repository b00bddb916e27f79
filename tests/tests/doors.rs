//! What a door without network keeps apart: evenings of a series, live codes and photographs.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use std::path::Path;

use journeys::api::Api;
use journeys::databases;
use journeys::scanner::Scanner;
use journeys::server::Server;
use serde_json::{Value, json};

/// A server with an organizer who is logged in.
async fn open(folder: &Path, database_url: Option<String>) -> (Server, Api) {
    let mut server = Server::new(&folder.join("server"), database_url).unwrap();
    let create = [
        "organizer",
        "create",
        "--name",
        "Stage",
        "--email",
        "o@example.org",
    ];
    server.run(&create, "a long test password\n").unwrap();
    server.start().unwrap();
    let api = Api::new(&server.url());
    let who = json!({"email": "o@example.org", "password": "a long test password"});
    let session = api.post("/api/v1/sessions", &who).await.unwrap();
    let organizer = api.with_token(session["token"].as_str().unwrap());
    (server, organizer)
}

/// Two dates, each with a tier and a list; the event's path.
async fn set_up(organizer: &Api) -> String {
    let event = json!({"name": "Hamlet", "time_zone": "Europe/Belgrade", "currency": "EUR", "state": "on_sale"});
    let event = organizer.post("/api/v1/events", &event).await.unwrap();
    let path = format!("/api/v1/events/{}", event["id"].as_str().unwrap());
    let add = async |what: &str, body: Value| {
        organizer
            .post(&format!("{path}/{what}"), &body)
            .await
            .unwrap()
    };
    for (number, name, day) in [(1, "Friday", 19), (2, "Saturday", 20)] {
        let date = json!({"name": name, "starts_at": format!("2026-06-{day}T18:00:00Z")});
        assert_eq!(add("occurrences", date).await["occurrence"], number);
        let tier = json!({"name": name, "price_minor": 0, "occurrence": number});
        assert_eq!(add("tiers", tier).await["tier"], number);
        let list = json!({"name": name, "occurrence": number});
        add("lists", list).await;
    }
    add(
        "quotas",
        json!({"name": "Hall", "size": 100, "tiers": [1, 2]}),
    )
    .await;
    path
}

/// Buys a ticket of `tier`; the text of its code.
async fn buy(organizer: &Api, path: &str, tier: u16) -> String {
    let order = json!({"positions": [{"tier": tier, "quantity": 1}], "email": "g@example.org", "name": "Ana"});
    let order = organizer
        .post(&format!("{path}/orders"), &order)
        .await
        .unwrap();
    let position = order["positions"][0]["id"].as_str().unwrap();
    let ticket = format!("/api/v1/positions/{position}/ticket");
    let ticket = organizer.get(&ticket).await.unwrap();
    ticket["code"].as_str().unwrap().to_owned()
}

/// A scanner that is enrolled and holds everything.
async fn enrol(organizer: &Api, server: &Server, path: &str, folder: &Path) -> Scanner {
    let code = organizer
        .post(&format!("{path}/enrolment-codes"), &json!({}))
        .await
        .unwrap();
    let door = Scanner::new(&folder.join("door"), "Door");
    let enrol = [
        "enrol",
        "--server",
        &server.url(),
        "--code",
        code["code"].as_str().unwrap(),
        "--name",
        "Door",
    ];
    door.run(&enrol).unwrap().expect(0, "an enrolment").unwrap();
    door.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();
    door
}

async fn play_series(folder: &Path, database_url: Option<String>) {
    let (mut server, organizer) = open(folder, database_url).await;
    let path = set_up(&organizer).await;
    let shop = organizer
        .get(&path.replace("/events/", "/shop/"))
        .await
        .unwrap();
    assert_eq!(shop["dates"][1]["name"], "Saturday");
    assert_eq!(shop["tiers"][1]["occurrence"], 2);
    let friday = buy(&organizer, &path, 1).await;
    let saturday = buy(&organizer, &path, 2).await;

    let redeem = |code: &str, request: u8| json!({"code": code, "list": 2, "request_id": format!("{request:032x}")});
    let redeem_at = format!("{path}/redeem");
    let online = organizer
        .post(&redeem_at, &redeem(&saturday, 1))
        .await
        .unwrap();
    assert_eq!(online["reason"], "wrong_date", "{online}");

    let door = enrol(&organizer, &server, &path, folder).await;
    server.stop();

    let scan = |list: &str, code: &str| door.run(&["scan", "--list", list, code]).unwrap();
    let refused = scan("Friday", &saturday)
        .expect(10, "another evening")
        .unwrap();
    assert!(
        refused.first().to_string().contains("wrong_date"),
        "{:?}",
        refused.lines
    );
    scan("Friday", &friday)
        .expect(0, "the evening of the ticket")
        .unwrap();
    scan("Saturday", &saturday)
        .expect(0, "the evening of the ticket")
        .unwrap();
}

async fn play_live(folder: &Path, database_url: Option<String>) {
    let (mut server, organizer) = open(folder, database_url).await;
    let path = set_up(&organizer).await;
    let list = json!({"name": "Live", "live_code": "require"});
    let lists = format!("{path}/lists");
    organizer.post(&lists, &list).await.unwrap();
    let order =
        json!({"positions": [{"tier": 1, "quantity": 1}], "email": "g@example.org", "name": "Ana"});
    let order = organizer
        .post(&format!("{path}/orders"), &order)
        .await
        .unwrap();
    let position = order["positions"][0]["id"].as_str().unwrap();
    let position = format!("/api/v1/positions/{position}");
    let printed = organizer.get(&format!("{position}/ticket")).await.unwrap();
    let door = enrol(&organizer, &server, &path, folder).await;
    let live = organizer
        .get(&format!("{position}/live-code"))
        .await
        .unwrap();
    server.stop();

    let scan = |code: &Value| {
        let code = code.as_str().unwrap();
        door.run(&["scan", "--list", "Live", code]).unwrap()
    };
    let refused = scan(&printed["code"]).expect(10, "a photograph").unwrap();
    let words = refused.first().to_string();
    assert!(words.contains("live_code_required"), "{words}");
    scan(&live["code"]).expect(0, "the code of now").unwrap();
    let again = scan(&live["code"]).expect(10, "twice").unwrap();
    let words = again.first().to_string();
    assert!(words.contains("already_used"), "{words}");
}

#[tokio::test]
async fn a_ticket_admits_on_its_evening_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    play_series(folder.path(), None).await;
}

#[tokio::test]
async fn a_ticket_admits_on_its_evening_on_postgresql() {
    let Some(database) = databases::postgres("series").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    play_series(folder.path(), Some(database)).await;
}

#[tokio::test]
async fn a_door_without_network_tells_live_codes_from_photographs_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    play_live(folder.path(), None).await;
}

#[tokio::test]
async fn a_door_without_network_tells_live_codes_from_photographs_on_postgresql() {
    let Some(database) = databases::postgres("live").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    play_live(folder.path(), Some(database)).await;
}
