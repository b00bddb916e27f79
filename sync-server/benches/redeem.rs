//! Online redeems per second, through the whole router, on SQLite with synced commits.
//!
//! `cargo bench -p sync-server --bench redeem --features testing`. Prints clients, redeems a
//! second and the slowest per cent, beside the rate of bare commits of the same run.
#![expect(clippy::print_stdout, reason = "a benchmark's result")]
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures the time that passes"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use shared_model::ids::{EventId, Generation, Kid, OccurrenceNo, Serial, TierNo, Zones};
use shared_model::ticket::{TicketFlags, TicketRecord, TicketState};
use sync_server::testing::{Api, TestApp, TestEvent, backends};
use sync_server::{events, keys, tickets};
use ticket_crypto::token::{Body, Kind, Minute};

const EACH: u32 = 4000;
const CLIENTS: [u32; 3] = [1, 8, 32];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    for backend in backends().await {
        let test = TestApp::start(backend).await;
        println!(
            "{}: {:.0} bare commits/s",
            test.app.db.kind(),
            commits(&test).await
        );
        let organizer = test.organizer("bench@example.org").await;
        let event = test.event(&organizer, 0, 1_000_000).await;
        let codes = Arc::new(codes(&test, &event).await);
        let mut from = 0;
        for clients in CLIENTS {
            let part = EACH / clients;
            let begun = Instant::now();
            let tasks: Vec<_> = (0..clients)
                .map(|client| {
                    let first = from + client * part;
                    let (api, path) = (organizer.api.clone(), event.path("/redeem"));
                    tokio::spawn(redeem(api, path, Arc::clone(&codes), first, part))
                })
                .collect();
            let mut times = Vec::new();
            for task in tasks {
                times.extend(task.await.expect("a client"));
            }
            let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
            times.sort_unstable();
            let p99 = times[times.len() * 99 / 100];
            println!("{clients:>3} clients: {rate:.0} redeems/s, p99 {p99:.1?}");
            from += EACH;
        }
    }
}

async fn redeem(
    api: Api,
    path: String,
    codes: Arc<Vec<String>>,
    first: u32,
    count: u32,
) -> Vec<Duration> {
    let mut times = Vec::new();
    for at in first..first + count {
        let body = json!({"code": codes[at as usize], "request_id": format!("{:032x}", at + 1)});
        let begun = Instant::now();
        let answer = api.post(&path, body).await.expect(200);
        times.push(begun.elapsed());
        assert_eq!(answer["outcome"], "admit", "{answer}");
    }
    times
}

async fn commits(test: &TestApp) -> f64 {
    let begun = Instant::now();
    for _ in 0..300 {
        let mut tx = test.app.db.begin().await.expect("a transaction");
        tx.sql(sync_server::sql!(
            "UPDATE server SET created_at = created_at + 1"
        ))
        .execute()
        .await
        .expect("an update");
        tx.commit().await.expect("a commit");
    }
    300.0 / begun.elapsed().as_secs_f64()
}

/// Tickets of the event, and their codes.
async fn codes(test: &TestApp, event: &TestEvent) -> Vec<String> {
    let id: EventId = event.id.parse().expect("an id");
    let mut tx = test.app.db.begin().await.expect("a transaction");
    let count = EACH * CLIENTS.len() as u32;
    let allotted = events::allot(&mut tx, id, count).await.expect("serials");
    let key = keys::ticket_signing_key(&mut tx, &test.app.master_key, id, keys::SERVER_KID);
    let key = key.await.expect("a key");
    let found = events::find_any(&mut tx, id).await.expect("an event");
    let number = found.event_no;
    let mut codes = Vec::new();
    for serial in allotted.serials {
        tickets::upsert(
            &mut tx,
            (found.organizer, id),
            &record(serial, event.tier),
            Generation(0),
            allotted.revision,
        )
        .await
        .expect("a ticket");
        let body = Body {
            kind: Kind::Static,
            flags: TicketFlags(0),
            kid: keys::SERVER_KID,
            event: number,
            serial,
            generation: Generation(0),
            tier: TierNo(event.tier),
            occurrence: OccurrenceNo(0),
            zones: Zones(0),
            valid_from: Minute::MIN,
            valid_until: Minute::MAX,
            entries: 0,
            group: 1,
        };
        codes.push(body.sign(&key).expect("a token").text());
    }
    tx.commit().await.expect("a commit");
    codes
}

fn record(serial: Serial, tier: u16) -> TicketRecord {
    TicketRecord {
        serial,
        kid: Kid(1),
        min_generation: Generation(0),
        tier: TierNo(tier),
        occurrence: OccurrenceNo(0),
        zones: Zones(0),
        valid_from: None,
        valid_until: None,
        entries: 0,
        group: 1,
        state: TicketState::Valid,
        flags: TicketFlags(0),
        attention: false,
        addon_of: None,
        foreign: None,
        answered: Vec::new(),
        stops: Vec::new(),
        person: None,
        sealed: Vec::new(),
    }
}
