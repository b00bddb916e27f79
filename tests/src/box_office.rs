//! A box office that is cut off: it sells from its lease, its tickets are good at every door
//! that met it, and the server makes orders of what it hears.

use std::path::Path;

use serde_json::{Value, json};

use crate::api::Api;
use crate::scanner::{Answer, Scanner};
use crate::server::Server;
use crate::stage::{enrol, found, list, log_in, set_up, text};
use crate::story::refused;
use crate::{Outcome, programs};

const WISH: &str = "000102030405060708090a0b0c0d0e0f";
const PLACES: u64 = 4;

/// Plays the whole path.
///
/// # Errors
/// At the first thing that is not as it should be.
pub async fn play(folder: &Path, database_url: Option<String>) -> Outcome {
    let mut server = Server::new(&folder.join("server"), database_url)?;
    found(&mut server)?;
    let organizer = log_in(&Api::new(&server.url())).await?;
    let event = set_up(&organizer).await?;
    let tier = open_till(&organizer, &event).await?;
    let office = enrol(&organizer, &server, &event, folder, "Box office").await?;
    let door = enrol(&organizer, &server, &event, folder, "Door").await?;
    offer(&organizer, &event, tier).await?;
    same(
        "the quota holds the lease",
        used(&organizer, &event).await?,
        PLACES,
    )?;
    office.run(&["sync"])?.expect(0, "claiming the lease")?;
    let till = office.run(&["till"])?.expect(0, "the till")?;
    same(
        "tickets to sell",
        &till.first()["on_offer"]["left"],
        &json!(PLACES),
    )?;

    server.stop();
    let codes = sell_alone(&office, tier)?;
    at_the_doors(&office, &door, &codes)?;
    run_out(&office, tier)?;

    server.start()?;
    let organizer = log_in(&Api::new(&server.url())).await?;
    for device in [&office, &door, &office] {
        device.run(&["sync"])?.expect(0, "a sync after the night")?;
    }
    reconcile(&organizer, &event, &office).await
}

/// A tier that only the box office sells, with its quota; gives the tier's number.
async fn open_till(organizer: &Api, event: &str) -> Outcome<u64> {
    let body = json!({ "name": "At the door", "price_minor": 1500 });
    let tier = organizer
        .post(&format!("/api/v1/events/{event}/tiers"), &body)
        .await?;
    let number = tier["tier"].as_u64().ok_or("a tier without a number")?;
    let body = json!({ "name": "Door", "size": 5, "tiers": [number] });
    organizer
        .post(&format!("/api/v1/events/{event}/quotas"), &body)
        .await?;
    Ok(number)
}

async fn offer(organizer: &Api, event: &str, tier: u64) -> Outcome {
    let devices = organizer
        .get(&format!("/api/v1/events/{event}/devices"))
        .await?;
    let office = list(&devices, "devices")?
        .iter()
        .find(|device| device["name"] == "Box office")
        .ok_or("the box office is not among the devices")?;
    let path = format!(
        "/api/v1/events/{event}/devices/{}/leases",
        text(office, "id")?
    );
    let places = json!([{ "tier": tier, "places": PLACES }]);
    let body = json!({ "tiers": places, "until": "2099-01-01T00:00:00Z" });
    organizer.post(&path, &body).await.map(drop)
}

/// What is taken of the door's quota.
async fn used(organizer: &Api, event: &str) -> Outcome<u64> {
    let quotas = organizer
        .get(&format!("/api/v1/events/{event}/quotas"))
        .await?;
    let quotas = list(&quotas, "quotas")?;
    let door = quotas.iter().find(|quota| quota["name"] == "Door");
    door.and_then(|quota| quota["used"].as_u64())
        .ok_or_else(|| format!("the quota is not shown: {quotas:?}"))
}

/// Two tickets for one wish, which brings the same two when it comes again.
fn sell_alone(office: &Scanner, tier: u64) -> Outcome<Vec<String>> {
    let tier = tier.to_string();
    let sell = [
        "sell",
        "--tier",
        &tier,
        "--count",
        "2",
        "--request-id",
        WISH,
    ];
    let sold = office.run(&sell)?.expect(0, "a sale with no network")?;
    let again = office.run(&sell)?.expect(0, "the same wish again")?;
    same(
        "the first says it is new",
        &sold.first()["repeated"],
        &json!(false),
    )?;
    same(
        "the second does not",
        &again.first()["repeated"],
        &json!(true),
    )?;
    let codes = codes(&sold)?;
    same("the same tickets", codes_of(&again), codes_of(&sold))?;
    Ok(codes)
}

fn codes(answer: &Answer) -> Outcome<Vec<String>> {
    answer
        .lines
        .iter()
        .map(|line| text(&line["sold"], "code"))
        .collect()
}

fn codes_of(answer: &Answer) -> Vec<&Value> {
    let lines = answer.lines.iter();
    lines.map(|line| &line["sold"]["code"]).collect()
}

fn at_the_doors(office: &Scanner, door: &Scanner, codes: &[String]) -> Outcome {
    let [one, two] = codes else {
        return Err(format!("two tickets were sold, not {}", codes.len()));
    };
    scan_code(office, one)?.expect(0, "a ticket at the door that sold it")?;
    refused(scan_code(door, two)?, "unknown_key")?;
    let address = format!("127.0.0.1:{}", programs::free_port()?);
    let hub = door.serve_lan(&address)?;
    let peer = ["sync", "--peer", &address];
    office.run(&peer)?.expect(0, "a sync between the two")?;
    drop(hub);
    scan_code(door, two)?.expect(0, "a ticket at a door that met the box office")?;
    refused(scan_code(door, one)?, "already_used")
}

/// More than is left sells nothing; what is left is sold; then there is nothing.
fn run_out(office: &Scanner, tier: u64) -> Outcome {
    let tier = tier.to_string();
    let sell = |count: &str| office.run(&["sell", "--tier", &tier, "--count", count]);
    sell("3")?.expect(2, "three where two are left")?;
    let till = office.run(&["till"])?.expect(0, "the till")?;
    same(
        "nothing was sold by halves",
        &till.first()["on_offer"]["left"],
        &json!(2),
    )?;
    sell("1")?.expect(0, "the third")?;
    Ok(())
}

async fn reconcile(organizer: &Api, event: &str, office: &Scanner) -> Outcome {
    let orders = organizer
        .get(&format!("/api/v1/events/{event}/orders"))
        .await?;
    let paid = list(&orders, "orders")?
        .iter()
        .filter(|order| order["state"] == "paid" && order["total_minor"] == 1500)
        .count();
    same("orders of what was sold", paid, 3)?;
    same(
        "the quota did not move",
        used(organizer, event).await?,
        PLACES,
    )?;
    let leases = organizer
        .get(&format!("/api/v1/events/{event}/leases"))
        .await?;
    let kid = &list(&leases, "leases")?[0]["kid"];
    organizer
        .post(
            &format!("/api/v1/events/{event}/leases/{kid}/end"),
            &json!({}),
        )
        .await?;
    same(
        "what was not sold went back",
        used(organizer, event).await?,
        3,
    )?;
    office.run(&["sync"])?.expect(0, "hearing of the end")?;
    let till = office.run(&["till"])?.expect(0, "the till")?;
    let offered = till.lines.iter().any(|line| line["on_offer"].is_object());
    same("an ended lease is not sold from", offered, false)?;
    let entries = organizer
        .get(&format!("/api/v1/events/{event}/entries"))
        .await?;
    let admitted = list(&entries, "entries")?
        .iter()
        .filter(|entry| entry["outcome"] == "admitted")
        .count();
    same("people let in", admitted, 2)
}

fn scan_code(scanner: &Scanner, code: &str) -> Outcome<Answer> {
    scanner.run(&["scan", code])
}

fn same<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    what: &str,
    found: T,
    expected: U,
) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:?} instead of {expected:?}"))
}
