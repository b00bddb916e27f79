//! Tiers and quotas over HTTP.

use serde_json::{Value, json};

use crate::testing::{TestApp, on_both};

const TIMES: [&str; 4] = ["sale_from", "sale_until", "valid_from", "valid_until"];

#[tokio::test]
async fn null_clears_what_may_be_absent_and_absence_leaves_it() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let main = json!({"name": "Main", "price_minor": 1});
        let main = organizer.api.post(&event.path("/tiers"), main).await.expect(201);
        let path = event.path(&format!("/tiers/{}", event.tier));
        let all = json!({"sale_from": "2026-06-01T00:00:00Z", "sale_until": "2026-07-01T00:00:00Z",
            "valid_from": "2026-06-29T00:00:00Z", "valid_until": "2026-06-30T00:00:00Z", "product": main["tier"]});
        for field in TIMES.into_iter().chain(["product"]) {
            let before = organizer.api.patch(&path, all.clone()).await.expect(200);
            assert!(!before[field].is_null(), "{field}");
            let left = organizer.api.patch(&path, json!({"name": "Other"})).await.expect(200);
            assert_eq!(left[field], before[field], "{field} stays");
            let cleared = organizer.api.patch(&path, json!({field: null})).await.expect(200);
            assert_eq!(cleared[field], Value::Null);
            for other in TIMES.into_iter().filter(|other| *other != field) {
                assert_eq!(cleared[other], before[other], "{other} stays when {field} goes");
            }
            let listed = organizer.api.get(&event.path("/tiers")).await.expect(200);
            assert_eq!(listed[0], cleared);
        }
        let blank = json!({"name": "Blank", "price_minor": 0, "sale_from": null, "product": null});
        let blank = organizer.api.post(&event.path("/tiers"), blank).await.expect(201);
        assert_eq!(blank["sale_from"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_tier_is_refused_with_a_pointer_to_what_is_wrong() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let tiers = event.path("/tiers");
        let cases = [
            (json!({"price_minor": 1}), "/name"),
            (json!({"name": "x"}), "/price_minor"),
            (json!({"name": "x", "price_minor": -1}), "/price_minor"),
            (json!({"name": "x", "price_minor": 1.5}), "/price_minor"),
            (json!({"name": "x", "price_minor": "1"}), "/price_minor"),
            (json!({"name": "x", "price_minor": crate::tiers::HIGHEST_PRICE + 1}), "/price_minor"),
            (json!({"name": "x", "price_minor": i64::MAX}), "/price_minor"),
            (json!({"name": "x", "price_minor": 9_223_372_036_854_775_808_u64}), "/price_minor"),
            (json!({"name": "x\u{0}", "price_minor": 1}), "/name"),
            (json!({"name": "x".repeat(201), "price_minor": 1}), "/name"),
            (json!({"name": "x", "price_minor": 1, "min_per_order": 0}), "/min_per_order"),
            (json!({"name": "x", "price_minor": 1, "min_per_order": 5, "max_per_order": 4}), "/max_per_order"),
            (json!({"name": "x", "price_minor": 1, "max_per_order": 101}), "/max_per_order"),
            (json!({"name": "x", "price_minor": 1, "group_size": 0}), "/group_size"),
            (json!({"name": "x", "price_minor": 1, "entries": 256}), "/entries"),
            (json!({"name": "x", "price_minor": 1, "zones": -1}), "/zones"),
            (json!({"name": "x", "price_minor": 1, "product": 99}), "/product"),
            (json!({"name": "x", "price_minor": 1, "sale_from": "2026-07-01T00:00:00Z", "sale_until": "2026-06-01T00:00:00Z"}), "/sale_until"),
            (json!({"name": "x", "price_minor": 1, "valid_until": "2199-06-01T00:00:00Z"}), "/valid_until"),
            (json!({"name": "x", "price_minor": 1, "sale_from": 5}), "/sale_from"),
            (json!({"name": "x", "price_minor": 1, "discount": 5}), "/discount"),
        ];
        for (body, field) in cases {
            let refused = organizer.api.post(&tiers, body.clone()).await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], field, "{body}: {problem}");
        }
        let listed = organizer.api.get(&tiers).await.expect(200);
        assert_eq!(listed.as_array().unwrap().len(), 1, "nothing was made");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_quota_is_refused_with_a_pointer_to_what_is_wrong() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let quotas = event.path("/quotas");
        let cases = [
            (json!({"name": "", "tiers": [1]}), "/name"),
            (json!({"name": "x", "tiers": []}), "/tiers"),
            (json!({"name": "x", "tiers": [9]}), "/tiers"),
            (json!({"name": "x", "tiers": [1, "2"]}), "/tiers/1"),
            (json!({"name": "x", "tiers": [1], "size": -1}), "/size"),
            (
                json!({"name": "x", "tiers": [1], "size": 4_294_967_296_u64}),
                "/size",
            ),
            (json!({"name": "x", "tiers": [1], "used": 0}), "/used"),
        ];
        for (body, field) in cases {
            let refused = organizer.api.post(&quotas, body.clone()).await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], field, "{body}: {problem}");
        }
        let quota = event.path(&format!("/quotas/{}", event.quota));
        let refused = organizer.api.patch(&quota, json!({"size": 1.5})).await;
        assert_eq!(refused.expect_problem(422, "invalid")["field"], "/size");
        test.anyone()
            .post(&event.path("/orders"), event.order(3))
            .await
            .expect(201);
        let smaller = organizer.api.patch(&quota, json!({"size": 2})).await;
        smaller.expect_problem(409, "quota-in-use");
    })
    .await;
}
