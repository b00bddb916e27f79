//! Buying, as buyers and organizers do it over HTTP.

mod money;
mod refused;
mod together;

use serde_json::{Value, json};
use ticket_crypto::{Token, VerifyingKey};

use crate::testing::{Answer, TestApp, TestEvent, TestOrganizer, on_both, text};
use crate::{events, keys, tickets};
use shared_model::ids::{EventId, Generation};

fn event_id(event: &TestEvent) -> EventId {
    event.id.parse().unwrap()
}

async fn ticket_key(test: &TestApp, event: &TestEvent) -> VerifyingKey {
    let keys = keys::list_ticket_keys(&mut test.app.db.read(), event_id(event))
        .await
        .unwrap();
    VerifyingKey::from_bytes(&keys[0].public_key.0).unwrap()
}

async fn used(organizer: &TestOrganizer, event: &TestEvent) -> u64 {
    let quotas = organizer.api.get(&event.path("/quotas")).await.expect(200);
    let mut quotas = quotas.as_array().unwrap().iter();
    let own = quotas.find(|quota| quota["id"] == event.quota.as_str());
    own.unwrap()["used"].as_u64().unwrap()
}

async fn revision(test: &TestApp, event: &TestEvent) -> u64 {
    events::counters(&mut test.app.db.read(), event_id(event))
        .await
        .unwrap()
        .revision
}

async fn order(test: &TestApp, event: &TestEvent, quantity: u32) -> Value {
    let placed = test
        .anyone()
        .post(&event.path("/orders"), event.order(quantity))
        .await;
    placed.expect(201)
}

fn position(order: &Value, at: usize) -> String {
    format!("/api/v1/positions/{}", text(&order["positions"][at]["id"]))
}

#[tokio::test]
async fn a_free_order_is_paid_at_once_and_its_ticket_is_genuine() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let before = revision(&test, &event).await;
        let placed = order(&test, &event, 2).await;
        assert_eq!(placed["state"], "paid");
        assert_eq!(placed["payments"][0]["provider"], "free");
        assert_eq!(revision(&test, &event).await, before + 1);

        let buyer = test.bearer(&text(&placed["secret"]));
        let ticket = buyer
            .get(&format!("{}/ticket", position(&placed, 0)))
            .await
            .expect(200);
        let token = Token::parse(ticket["code"].as_str().unwrap()).unwrap();
        token.verify(&ticket_key(&test, &event).await).unwrap();
        assert_eq!(token.body().event.0, event.event_no);
        assert_eq!(
            u64::from(token.body().serial.0),
            ticket["serial"].as_u64().unwrap()
        );
        assert_eq!(token.body().generation, Generation(0));
        assert_eq!(ticket["name"], "Ana Guest");

        let mut conn = test.app.db.read();
        let rows = tickets::list_changed(&mut conn, event_id(&event), before, None, 10).await;
        assert_eq!(rows.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn pictures_of_a_code_are_pictures_and_private() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let placed = order(&test, &event, 1).await;
        let buyer = test.bearer(&text(&placed["secret"]));
        let png = buyer
            .get(&format!("{}/ticket.png", position(&placed, 0)))
            .await;
        assert_eq!(png.headers["content-type"], "image/png");
        assert_eq!(png.headers["cache-control"], "private, no-store");
        assert_eq!(&png.body[1..4], b"PNG");
        let svg = buyer
            .get(&format!("{}/ticket.svg", position(&placed, 0)))
            .await;
        assert!(String::from_utf8(svg.body).unwrap().contains("<svg"));
        let pdf = buyer
            .get(&format!("{}/ticket.pdf", position(&placed, 0)))
            .await;
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        assert!(pdf.body.starts_with(b"%PDF-"));
        let all = format!("/api/v1/orders/{}/tickets.pdf", text(&placed["id"]));
        assert!(buyer.get(&all).await.body.starts_with(b"%PDF-"));
    })
    .await;
}

#[tokio::test]
async fn a_paid_ticket_appears_when_the_organizer_confirms_the_money() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 2500, 10).await;
        let placed = order(&test, &event, 2).await;
        assert_eq!(placed["state"], "pending");
        assert_eq!(placed["total_minor"], 5000);
        let path = format!("/api/v1/orders/{}", text(&placed["id"]));
        let buyer = test.bearer(&text(&placed["secret"]));
        let ticket = format!("{}/ticket", position(&placed, 0));
        buyer.get(&ticket).await.expect_problem(409, "conflict");

        let confirm = format!("{path}/confirm-payment");
        buyer
            .post(&confirm, json!({}))
            .await
            .expect_problem(401, "unauthenticated");
        let paid = organizer
            .api
            .post(&confirm, json!({"reference": "stmt 7"}))
            .await
            .expect(200);
        assert_eq!(paid["state"], "paid");
        assert_eq!(paid["payments"][0]["reference"], "stmt 7");
        assert_eq!(paid["secret"], Value::Null, "the secret is the buyer's");
        let at = revision(&test, &event).await;
        organizer.api.post(&confirm, json!({})).await.expect(200);
        assert_eq!(
            revision(&test, &event).await,
            at,
            "confirming again changes nothing"
        );
        buyer.get(&ticket).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_last_place_sells_once() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 1).await;
        let (anyone, path) = (test.anyone(), event.path("/orders"));
        let (one, other) = tokio::join!(
            anyone.post(&path, event.order(1)),
            anyone.post(&path, event.order(1))
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let late = anyone.post(&path, event.order(1)).await;
        assert_eq!(late.expect_problem(409, "sold-out")["tier"], event.tier);
    })
    .await;
}

#[tokio::test]
async fn a_rush_never_oversells() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 20).await;
        let rush: Vec<_> = (0..80)
            .map(|n| {
                let (anyone, path, body) =
                    (test.anyone(), event.path("/orders"), event.order(1 + n % 3));
                tokio::spawn(async move { (1 + n % 3, anyone.post(&path, body).await) })
            })
            .collect();
        let mut sold = 0;
        for request in rush {
            let (quantity, answer) = request.await.unwrap();
            match answer.status.as_u16() {
                201 => sold += quantity,
                _ => drop(answer.expect_problem(409, "sold-out")),
            }
        }
        assert_eq!(u64::from(sold), used(&organizer, &event).await);
        assert_eq!(sold, 20, "single places fill what is left");
        let mut conn = test.app.db.read();
        let rows = tickets::list_changed(&mut conn, event_id(&event), 0, None, 100)
            .await
            .unwrap();
        assert_eq!(rows.len(), 20);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_gets_the_same_order_and_another_request_is_refused() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let client = test.anyone().header("idempotency-key", "k-1");
        let path = event.path("/orders");
        let first = client.post(&path, event.order(1)).await.expect(201);
        let again = client.post(&path, event.order(1)).await.expect(200);
        assert_eq!(first["id"], again["id"]);
        assert_eq!(first["secret"], again["secret"]);
        let other = client.post(&path, event.order(2)).await;
        other.expect_problem(409, "idempotency-mismatch");
        let racing = test.anyone().header("idempotency-key", "k-2");
        let (one, two) = tokio::join!(
            racing.post(&path, event.order(1)),
            racing.post(&path, event.order(1))
        );
        let id =
            |answer: Answer| serde_json::from_slice::<Value>(&answer.body).unwrap()["id"].clone();
        assert_eq!(id(one), id(two));
        assert_eq!(used(&organizer, &event).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_cart_holds_its_places_until_its_time_is_over() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 2).await;
        let cart = json!({"positions": [{"tier": event.tier, "quantity": 2}]});
        let held = test
            .anyone()
            .post(&event.path("/carts"), cart)
            .await
            .expect(201);
        assert_eq!(held["state"], "held");
        let sold_out = test
            .anyone()
            .post(&event.path("/orders"), event.order(1))
            .await;
        sold_out.expect_problem(409, "sold-out");

        test.advance(10 * 60 * 1000);
        let check_out = format!("/api/v1/orders/{}/checkout", text(&held["id"]));
        let buyer = test.bearer(&text(&held["secret"]));
        let who = json!({"email": "a@example.org", "name": "Ana"});
        buyer
            .post(&check_out, who.clone())
            .await
            .expect_problem(410, "hold-expired");
        order(&test, &event, 2).await;
        buyer
            .post(&check_out, who)
            .await
            .expect_problem(410, "hold-expired");
        assert_eq!(used(&organizer, &event).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_cart_becomes_an_order_once() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 2).await;
        let cart = json!({"positions": [{"tier": event.tier, "quantity": 1, "attendees": ["Bo"]}]});
        let held = test
            .anyone()
            .post(&event.path("/carts"), cart)
            .await
            .expect(201);
        let check_out = format!("/api/v1/orders/{}/checkout", text(&held["id"]));
        let buyer = test.bearer(&text(&held["secret"]));
        let who = json!({"email": "a@example.org", "name": "Ana"});
        let paid = buyer.post(&check_out, who.clone()).await.expect(200);
        assert_eq!(paid["state"], "paid");
        let again = buyer.post(&check_out, who).await.expect(200);
        assert_eq!(again["payments"].as_array().unwrap().len(), 1);
        let ticket = buyer
            .get(&format!("{}/ticket", position(&paid, 0)))
            .await
            .expect(200);
        assert_eq!(ticket["name"], "Bo");
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_order_gives_its_places_back_and_its_codes_die() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 2).await;
        let placed = order(&test, &event, 2).await;
        let cancel = format!("/api/v1/orders/{}/cancel", text(&placed["id"]));
        let buyer = test.bearer(&text(&placed["secret"]));
        buyer
            .post(&cancel, json!({}))
            .await
            .expect_problem(403, "forbidden");
        let before = revision(&test, &event).await;
        organizer.api.post(&cancel, json!({})).await.expect(200);
        assert_eq!(used(&organizer, &event).await, 0);
        let mut conn = test.app.db.read();
        let rows = tickets::list_changed(&mut conn, event_id(&event), before, None, 10)
            .await
            .unwrap();
        assert_eq!(rows.len(), 2);
        assert!(
            rows.iter()
                .all(|row| row.record.min_generation == tickets::DEAD)
        );
        let at = revision(&test, &event).await;
        organizer.api.post(&cancel, json!({})).await.expect(200);
        assert_eq!(revision(&test, &event).await, at);
        buyer
            .get(&format!("{}/ticket", position(&placed, 0)))
            .await
            .expect_problem(409, "conflict");
        order(&test, &event, 2).await;
    })
    .await;
}

#[tokio::test]
async fn one_position_can_be_cancelled_and_the_last_takes_the_order_along() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 2).await;
        let placed = order(&test, &event, 2).await;
        let first = format!("{}/cancel", position(&placed, 0));
        let left = organizer.api.post(&first, json!({})).await.expect(200);
        assert_eq!(left["state"], "paid");
        assert_eq!(left["positions"][0]["cancelled"], true);
        organizer.api.post(&first, json!({})).await.expect(200);
        assert_eq!(used(&organizer, &event).await, 1);
        let second = format!("{}/cancel", position(&placed, 1));
        let none = organizer.api.post(&second, json!({})).await.expect(200);
        assert_eq!(none["state"], "cancelled");
        assert_eq!(used(&organizer, &event).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_reissued_ticket_is_one_generation_higher_and_the_old_one_is_dead() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 2).await;
        let placed = order(&test, &event, 1).await;
        let old = organizer
            .api
            .get(&format!("{}/ticket", position(&placed, 0)))
            .await
            .expect(200);
        let reissue = format!("{}/reissue", position(&placed, 0));
        let new = organizer.api.post(&reissue, json!({})).await.expect(200);
        assert_eq!(new["serial"], old["serial"]);
        assert_eq!(new["generation"], 1);
        assert_ne!(new["code"], old["code"]);
        let mut conn = test.app.db.read();
        let rows = tickets::list_changed(&mut conn, event_id(&event), 0, None, 10)
            .await
            .unwrap();
        assert_eq!(rows[0].record.min_generation, Generation(1));
        // The generations of one serial end; the position then gets another serial.
        for _ in 0..253 {
            organizer.api.post(&reissue, json!({})).await.expect(200);
        }
        let last = organizer.api.post(&reissue, json!({})).await.expect(200);
        assert_eq!(last["generation"], 0);
        assert_ne!(last["serial"], old["serial"]);
        let rows = tickets::list_changed(&mut conn, event_id(&event), 0, None, 10)
            .await
            .unwrap();
        let dead = rows
            .iter()
            .find(|row| u64::from(row.record.serial.0) == old["serial"]);
        assert_eq!(dead.unwrap().record.min_generation, tickets::DEAD);
    })
    .await;
}

#[tokio::test]
async fn an_unpaid_order_expires_and_late_money_takes_free_places() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 100, 1).await;
        let tier = event.path(&format!("/tiers/{}", event.tier));
        organizer
            .api
            .patch(&tier, json!({"valid_while_pending": true}))
            .await
            .expect(200);
        let placed = order(&test, &event, 1).await;
        let ticket = format!("{}/ticket", position(&placed, 0));
        let first = organizer.api.get(&ticket).await.expect(200);
        assert_eq!(first["state"], "pending");

        test.advance(7 * 24 * 60 * 60 * 1000);
        assert_eq!(super::expire_overdue(&test.app, None).await.unwrap(), 1);
        assert_eq!(super::expire_overdue(&test.app, None).await.unwrap(), 0);
        let available = test
            .anyone()
            .get(&format!("/api/v1/shop/{}", event.id))
            .await
            .expect(200);
        assert_eq!(available["tiers"][0]["available"], 1);
        // The session has ended meanwhile.
        let session = json!({"email": "o@example.org", "password": "correct horse"});
        let session = test
            .anyone()
            .post("/api/v1/sessions", session)
            .await
            .expect(201);
        let organizer = test.bearer(&text(&session["token"]));
        let confirm = format!("/api/v1/orders/{}/confirm-payment", text(&placed["id"]));
        let paid = organizer.post(&confirm, json!({})).await.expect(200);
        assert_eq!(paid["state"], "paid");
        let again = organizer.get(&ticket).await.expect(200);
        assert_ne!(again["serial"], first["serial"], "a dead serial stays dead");
        assert_eq!(again["state"], "valid");
    })
    .await;
}

#[tokio::test]
async fn what_several_people_do_to_one_order_at_once_happens_once() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let placed = order(&test, &event, 2).await;
        let other = order(&test, &event, 3).await;
        let everybody = async |path: &str| {
            let work = (0..6).map(|_| {
                let (api, path) = (organizer.api.clone(), path.to_owned());
                tokio::spawn(async move { api.post(&path, json!({})).await.status.as_u16() })
            });
            for answer in work.collect::<Vec<_>>() {
                assert_eq!(answer.await.unwrap(), 200, "{path}");
            }
        };
        let reissue = format!("{}/reissue", position(&placed, 0));
        everybody(&reissue).await;
        let ticket = organizer
            .api
            .get(&format!("{}/ticket", position(&placed, 0)))
            .await;
        assert_eq!(
            ticket.expect(200)["generation"],
            6,
            "every new code is another one"
        );

        everybody(&format!("{}/cancel", position(&placed, 0))).await;
        assert_eq!(used(&organizer, &event).await, 4);
        let (one, rest) = (position(&other, 0), position(&other, 1));
        let cancel = async |path: &str| {
            organizer
                .api
                .post(&format!("{path}/cancel"), json!({}))
                .await
                .expect(200)
        };
        let last = position(&other, 2);
        tokio::join!(cancel(&one), cancel(&rest), cancel(&last));
        let path = format!("/api/v1/orders/{}", text(&other["id"]));
        assert_eq!(
            organizer.api.get(&path).await.expect(200)["state"],
            "cancelled"
        );
        everybody(&format!("/api/v1/orders/{}/cancel", text(&placed["id"]))).await;
        assert_eq!(used(&organizer, &event).await, 0);
    })
    .await;
}
