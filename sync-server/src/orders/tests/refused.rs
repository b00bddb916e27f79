//! Orders that cannot be: each refused in its own words, and nothing changes.

use serde_json::{Value, json};

use super::used;
use crate::testing::{TestApp, on_both, text};
use crate::tiers;

#[tokio::test]
async fn nothing_is_sold_outside_its_window() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 2).await;
        let tier = event.path(&format!("/tiers/{}", event.tier));
        let window =
            json!({"sale_from": "2026-06-20T19:00:00Z", "sale_until": "2026-06-20T20:00:00Z"});
        organizer.api.patch(&tier, window).await.expect(200);
        let buy = async || {
            test.anyone()
                .post(&event.path("/orders"), event.order(1))
                .await
        };
        let early = buy().await.expect_problem(409, "not-on-sale");
        assert_eq!(early["from"], "2026-06-20T19:00:00Z");
        test.advance(60 * 60 * 1000);
        buy().await.expect(201);
        test.advance(60 * 60 * 1000);
        buy().await.expect_problem(409, "not-on-sale");
        organizer
            .api
            .patch(&event.path(""), json!({"state": "ended"}))
            .await
            .expect(200);
        buy().await.expect_problem(409, "not-on-sale");
        organizer
            .api
            .patch(&event.path(""), json!({"state": "draft"}))
            .await
            .expect(200);
        buy().await.expect_problem(404, "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_order_is_refused_with_a_pointer_to_what_is_wrong() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, tiers::HIGHEST_PRICE, 1000).await;
        let tier = event.tier;
        let many = || (0..=100).map(|_| "a").collect::<Vec<_>>();
        let lines = [
            (json!([]), "/positions"),
            (json!({}), "/positions"),
            (json!([3]), "/positions/0"),
            (json!([{"tier": tier}]), "/positions/0"),
            (
                json!([{"tier": tier, "quantity": 0}]),
                "/positions/0/quantity",
            ),
            (
                json!([{"tier": tier, "quantity": -1}]),
                "/positions/0/quantity",
            ),
            (
                json!([{"tier": tier, "quantity": 9_223_372_036_854_775_808_u64}]),
                "/positions/0/quantity",
            ),
            (
                json!([{"tier": tier, "quantity": 101}]),
                "/positions/0/quantity",
            ),
            (
                json!([{"tier": tier, "quantity": "2"}]),
                "/positions/0/quantity",
            ),
            (
                json!([{"tier": tier, "quantity": 1.5}]),
                "/positions/0/quantity",
            ),
            (
                json!([{"tier": tier, "quantity": null}]),
                "/positions/0/quantity",
            ),
            (json!([{"tier": 99, "quantity": 1}]), "/positions/0/tier"),
            (
                json!([{"tier": tier, "quantity": 1}, {"tier": 65_536, "quantity": 1}]),
                "/positions/1/tier",
            ),
            (
                json!([{"tier": tier, "quantity": 1}, {"tier": tier, "quantity": 0}]),
                "/positions/1/quantity",
            ),
            (json!([{"tier": tier, "quantity": 11}]), "/positions"),
            (
                json!([{"tier": tier, "quantity": 6}, {"tier": tier, "quantity": 6}]),
                "/positions",
            ),
            (
                json!([{"tier": tier, "quantity": 60}, {"tier": tier, "quantity": 60}]),
                "/positions",
            ),
            (
                json!([{"tier": tier, "quantity": 1, "price_minor": 1}]),
                "/positions/0/price_minor",
            ),
            (
                json!([{"tier": tier, "quantity": 1, "attendees": ["a", "b"]}]),
                "/positions/0/attendees",
            ),
            (
                json!([{"tier": tier, "quantity": 2, "attendees": ["a", 7]}]),
                "/positions/0/attendees/1",
            ),
            (
                json!([{"tier": tier, "quantity": 100, "attendees": many()}]),
                "/positions/0/attendees",
            ),
            (
                json!([{"tier": tier, "quantity": 2, "attendees": ["a", "b\u{7}"]}]),
                "/positions/0/attendees/1",
            ),
        ];
        for (positions, field) in lines {
            let mut body = json!({"positions": positions, "email": "a@example.org", "name": "A"});
            let refused = test
                .anyone()
                .post(&event.path("/orders"), body.clone())
                .await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], field, "order {body}: {problem}");
            let positions = body["positions"].take();
            let refused = test
                .anyone()
                .post(&event.path("/carts"), json!({"positions": positions}))
                .await;
            assert_eq!(
                refused.expect_problem(422, "invalid")["field"],
                field,
                "cart {positions}"
            );
        }
        assert_eq!(used(&organizer, &event).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_buyer_is_refused_with_a_pointer_to_what_is_wrong() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 100, 1000).await;
        let cart = json!({"positions": [{"tier": event.tier, "quantity": 1}]});
        let held = test
            .anyone()
            .post(&event.path("/carts"), cart.clone())
            .await
            .expect(201);
        let buyer = test.bearer(&text(&held["secret"]));
        let check_out = format!("/api/v1/orders/{}/checkout", text(&held["id"]));
        let cases = [
            (json!({"email": "nobody", "name": "A"}), "/email"),
            (json!({"email": "a@b@c", "name": "A"}), "/email"),
            (json!({"email": 5, "name": "A"}), "/email"),
            (json!({"email": "a@b", "name": ""}), "/name"),
            (json!({"email": "a@b", "name": "x".repeat(201)}), "/name"),
            (
                json!({"email": "a@b", "name": "A", "payment": "free"}),
                "/payment",
            ),
            (
                json!({"email": "a@b", "name": "A", "payment": "door_cash"}),
                "/payment",
            ),
            (
                json!({"email": "a@b", "name": "A", "payment": 1}),
                "/payment",
            ),
            (
                json!({"email": "a@b", "name": "A", "admin": true}),
                "/admin",
            ),
        ];
        for (who, field) in cases {
            let refused = buyer.post(&check_out, who.clone()).await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], field, "checkout {who}: {problem}");
            let mut body = who.clone();
            body["positions"] = cart["positions"].clone();
            let refused = test.anyone().post(&event.path("/orders"), body).await;
            assert_eq!(
                refused.expect_problem(422, "invalid")["field"],
                field,
                "order {who}"
            );
        }
        let still = buyer
            .get(&format!("/api/v1/orders/{}", text(&held["id"])))
            .await
            .expect(200);
        assert_eq!(still["state"], "held");
        assert_eq!(used(&organizer, &event).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_json_of_a_fitting_size_is_refused_before_it_is_looked_at() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 1000).await;
        let path = event.path("/orders");
        let send =
            async |body: &str, kind| test.anyone().send("POST", &path, body.into(), kind).await;
        send("{", Some("application/json"))
            .await
            .expect_problem(400, "malformed");
        send("{}", None)
            .await
            .expect_problem(415, "unsupported-media-type");
        let large = " ".repeat(2 << 20);
        send(&large, Some("application/json"))
            .await
            .expect_problem(413, "too-large");
        for key in [&"k".repeat(201), "", "ključ", "\u{a0}"] {
            let client = test.anyone().header("idempotency-key", key);
            let refused = client.post(&path, event.order(1)).await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], "Idempotency-Key", "{key}");
        }
        let twice = test
            .anyone()
            .header("idempotency-key", "a")
            .header("idempotency-key", "b");
        let refused = twice.post(&path, event.order(1)).await;
        refused.expect_problem(422, "invalid");
        assert_eq!(used(&organizer, &event).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_dearest_order_there_can_be_has_its_exact_sum() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, tiers::HIGHEST_PRICE, 1000).await;
        let tier = event.path(&format!("/tiers/{}", event.tier));
        organizer
            .api
            .patch(&tier, json!({"max_per_order": 100}))
            .await
            .expect(200);
        let most: Value = test
            .anyone()
            .post(&event.path("/orders"), event.order(100))
            .await
            .expect(201);
        assert_eq!(most["total_minor"], 100 * tiers::HIGHEST_PRICE);
        assert_eq!(
            most["payments"][0]["amount_minor"],
            100 * tiers::HIGHEST_PRICE
        );
    })
    .await;
}

#[tokio::test]
async fn a_tier_in_no_quota_is_not_sold_and_says_why() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let tier = json!({"name": "Balcony", "price_minor": 0});
        let tier = organizer
            .api
            .post(&event.path("/tiers"), tier)
            .await
            .expect(201);
        let positions = json!([{"tier": tier["tier"], "quantity": 1}]);
        let order = json!({"positions": positions, "email": "a@example.org", "name": "Ana"});
        for (path, body) in [
            ("/orders", order),
            ("/carts", json!({"positions": positions})),
        ] {
            let refused = test.anyone().post(&event.path(path), body).await;
            let problem = refused.expect_problem(409, "not-on-sale");
            assert_eq!(problem["tier"], tier["tier"]);
            assert!(
                text(&problem["detail"]).contains("in no quota"),
                "{problem}"
            );
        }
    })
    .await;
}
