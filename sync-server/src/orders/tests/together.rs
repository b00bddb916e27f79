//! Orders that are written together: each gets its own answer.

use serde_json::{Value, json};

use super::used;
use crate::testing::{Answer, TestApp, TestEvent, on_both};

/// The bodies and what each must be answered, if places are left.
fn mixed(event: &TestEvent, other: u16) -> Vec<(Value, u16)> {
    let order = |tier: u16, quantity: u32| json!({"positions": [{"tier": tier, "quantity": quantity}], "email": "g@example.org", "name": "G"});
    let mut both = order(event.tier, 2);
    let more = json!({"tier": other, "quantity": 3, "attendees": ["Ana"]});
    both["positions"].as_array_mut().unwrap().push(more);
    let mut bad_way = order(event.tier, 1);
    bad_way["payment"] = json!("manual");
    vec![
        (order(event.tier, 1), 201),
        (order(99, 1), 422),
        (order(other, 2), 201),
        (order(event.tier, 0), 422),
        (both, 201),
        (bad_way, 422),
        (order(other, 11), 422),
        (order(event.tier, 3), 201),
    ]
}

#[tokio::test]
async fn orders_that_arrive_together_are_each_answered_for_themselves() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 100).await;
        let dear = json!({"name": "Seat", "price_minor": 900});
        let dear = organizer
            .api
            .post(&event.path("/tiers"), dear)
            .await
            .expect(201);
        let quota = json!({"name": "Seats", "size": 100, "tiers": [dear["tier"], event.tier]});
        organizer
            .api
            .post(&event.path("/quotas"), quota)
            .await
            .expect(201);
        let other = u16::try_from(dear["tier"].as_u64().unwrap()).unwrap();
        let wishes = mixed(&event, other);
        let sent: Vec<_> = wishes
            .iter()
            .map(|(body, _)| {
                let (api, path, body) = (test.anyone(), event.path("/orders"), body.clone());
                tokio::spawn(async move { api.post(&path, body).await })
            })
            .collect();
        let mut placed = Vec::new();
        for ((body, status), answer) in wishes.iter().zip(sent) {
            let answer = answer.await.unwrap().expect(*status);
            if *status == 201 {
                assert_eq!(answer["positions"].as_array().unwrap().len(), units(body));
                placed.push(answer);
            }
        }
        assert_eq!(placed[1]["state"], "pending");
        assert_eq!(placed[2]["total_minor"], 2700);
        assert_eq!(placed[2]["positions"][2]["attendee"], "Ana");
        let mut codes: Vec<_> = placed
            .iter()
            .map(|order| order["code"].to_string())
            .collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(
            codes.len(),
            placed.len(),
            "every order has a code of its own"
        );
        for order in &placed {
            let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
            let mut read = organizer.api.get(&path).await.expect(200);
            read["secret"] = order["secret"].clone();
            assert_eq!(&read, order, "what was answered is what was written");
        }
        assert_eq!(used(&organizer, &event).await, 1 + 2 + 3);
    })
    .await;
}

fn units(body: &Value) -> usize {
    let positions = body["positions"].as_array().unwrap().iter();
    let units: u64 = positions
        .map(|line| line["quantity"].as_u64().unwrap())
        .sum();
    usize::try_from(units).unwrap()
}

#[tokio::test]
async fn keys_that_arrive_together_get_one_order_each_also_when_it_took_the_last_places() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 3).await;
        let sent: Vec<_> = (0..18)
            .map(|at| {
                let api = test
                    .anyone()
                    .header("idempotency-key", &format!("k-{}", at % 3));
                let (path, body) = (event.path("/orders"), event.order(1));
                tokio::spawn(async move { (at % 3, api.post(&path, body).await) })
            })
            .collect();
        let mut ids = vec![Vec::new(); 3];
        for answer in sent {
            let (key, answer): (usize, Answer) = answer.await.unwrap();
            let status = answer.status.as_u16();
            assert!(status == 201 || status == 200, "{status}");
            ids[key].push(answer.expect(status)["id"].to_string());
        }
        for ids in &mut ids {
            assert_eq!(ids.len(), 6);
            ids.dedup();
            assert_eq!(ids.len(), 1, "one key, one order");
        }
        assert_eq!(used(&organizer, &event).await, 3);
        let again = test.anyone().header("idempotency-key", "k-1");
        again
            .post(&event.path("/orders"), event.order(1))
            .await
            .expect(200);
        let other = again.post(&event.path("/orders"), event.order(2)).await;
        other.expect_problem(409, "idempotency-mismatch");
        let new = test.anyone().header("idempotency-key", "k-9");
        let new = new.post(&event.path("/orders"), event.order(1)).await;
        new.expect_problem(409, "sold-out");
    })
    .await;
}

#[tokio::test]
async fn two_servers_on_one_database_never_oversell() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 25).await;
        let other = test.beside(8).await;
        let sent: Vec<_> = (0..80_u32)
            .map(|at| {
                let api = if at % 2 == 0 {
                    test.anyone()
                } else {
                    other.anyone()
                };
                let (path, body) = (event.path("/orders"), event.order(1 + at % 2));
                tokio::spawn(async move { (1 + at % 2, api.post(&path, body).await) })
            })
            .collect();
        let mut sold = 0;
        for answer in sent {
            let (quantity, answer) = answer.await.unwrap();
            match answer.status.as_u16() {
                201 => sold += quantity,
                _ => drop(answer.expect_problem(409, "sold-out")),
            }
        }
        assert_eq!(sold, 25);
        assert_eq!(used(&organizer, &event).await, 25);
    })
    .await;
}
