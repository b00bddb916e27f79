//! Shift notes on two devices and in the office.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use journeys::databases;
use journeys::place::Place;
use journeys::scanner::Scanner;
use serde_json::{Value, json};

#[tokio::test]
async fn notes_written_offline_reach_everybody_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    reach_everybody(Place::open(folder.path(), None, 0).await.unwrap()).await;
}

#[tokio::test]
async fn notes_written_offline_reach_everybody_on_postgresql() {
    let Some(database) = databases::postgres("notes").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(folder.path(), Some(database), 0).await;
    reach_everybody(place.unwrap()).await;
}

async fn reach_everybody(mut place: Place) {
    for (name, role) in [("Ana", "staff"), ("Vera", "supervisor")] {
        let body = json!({"name": name, "role": role});
        let path = place.path("operators");
        place.organizer.post(&path, &body).await.unwrap();
    }
    let north = place.enrol("North door").await.unwrap();
    let south = place.enrol("South door").await.unwrap();

    place.server.stop();
    note(&north, "1", "Queue to the bridge");
    note(&south, "2", "Wristbands run out at nine");
    let shift = [
        "shift",
        "add",
        "--gate",
        "1",
        "--who",
        "1",
        "--operator",
        "2",
    ];
    let times = ["--from", "2026-06-20T18:00", "--until", "2026-06-20T23:00"];
    let planned = south.run(&[&shift[..], &times].concat()).unwrap();
    planned.expect(0, "planning a shift").unwrap();
    // Who is no supervisor plans nothing, and nobody writes in the name of nobody.
    let shift = [
        "shift",
        "add",
        "--gate",
        "1",
        "--who",
        "1",
        "--operator",
        "1",
    ];
    north
        .run(&[&shift[..], &times].concat())
        .unwrap()
        .expect(2, "staff plans")
        .unwrap();
    let nobody = ["note", "add", "x", "--operator", "9"];
    north
        .run(&nobody)
        .unwrap()
        .expect(2, "a stranger writes")
        .unwrap();
    assert_eq!(texts(&north), ["Queue to the bridge"]);
    assert_eq!(texts(&south), ["Wristbands run out at nine"]);

    let wiped = north.run(&["wipe"]).unwrap();
    wiped.expect(2, "a wipe that would lose a note").unwrap();
    place.server.start().unwrap();
    place.log_in(journeys::place::OWNER.1).await.unwrap();
    let office = json!({"text": "The band is late"});
    place
        .organizer
        .post(&place.path("notes"), &office)
        .await
        .unwrap();
    for scanner in [&north, &south, &north] {
        scanner.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();
    }
    let mut expected = vec![
        "Queue to the bridge".to_owned(),
        "The band is late".to_owned(),
        "Wristbands run out at nine".to_owned(),
    ];
    expected.sort();
    for scanner in [&north, &south] {
        let mut seen = texts(scanner);
        seen.sort();
        assert_eq!(seen, expected, "{}", scanner.name);
        let plan = scanner.run(&["shift", "list"]).unwrap();
        assert_eq!(plan.first()["name"], "Ana", "{plan:?}");
        assert_eq!(plan.lines.len(), 1);
    }
    let shown = place.organizer.get(&place.path("notes")).await.unwrap();
    assert_eq!(shown.as_array().unwrap().len(), 3);

    // The writer erases; the text is gone here, in the office and at the other door.
    let own = north.run(&["note", "list"]).unwrap().lines;
    let own = own.iter().find(|line| line["operator"] == 1).unwrap();
    let erase = [
        "note",
        "erase",
        own["note"].as_str().unwrap(),
        "--operator",
        "1",
    ];
    north.run(&erase).unwrap().expect(0, "erasing").unwrap();
    for scanner in [&north, &south] {
        scanner.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();
        assert!(!texts(scanner).contains(&"Queue to the bridge".to_owned()));
    }
    let shown = place.organizer.get(&place.path("notes")).await.unwrap();
    assert!(!shown.to_string().contains("bridge"), "{shown}");
}

fn note(scanner: &Scanner, operator: &str, words: &str) {
    let written = scanner.run(&["note", "add", words, "--operator", operator]);
    written.unwrap().expect(0, "a note").unwrap();
}

fn texts(scanner: &Scanner) -> Vec<String> {
    let listed = scanner.run(&["note", "list"]).unwrap();
    let listed = listed.expect(0, "listing notes").unwrap().lines;
    let text = |line: &Value| line["text"].as_str().map(str::to_owned);
    listed.iter().filter_map(text).collect()
}
