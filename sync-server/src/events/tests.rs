//! Changing events over HTTP.

mod dates;

use serde_json::{Value, json};

use crate::testing::{TestApp, on_both};

#[tokio::test]
async fn null_clears_a_time_and_absence_leaves_it() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let times = json!({"starts_at": "2026-06-29T18:00:00Z", "ends_at": "2026-06-30T02:00:00Z", "admission_at": "2026-06-29T17:00:00Z"});
        for field in ["starts_at", "ends_at", "admission_at"] {
            let before = organizer.api.patch(&event.path(""), times.clone()).await.expect(200);
            assert!(before[field].is_string(), "{field}");
            let left = organizer.api.patch(&event.path(""), json!({"place": "Hall"})).await.expect(200);
            assert_eq!(left[field], before[field], "{field} stays");
            let cleared = organizer.api.patch(&event.path(""), json!({field: null})).await.expect(200);
            assert_eq!(cleared[field], Value::Null);
            let others = ["starts_at", "ends_at", "admission_at"].into_iter().filter(|other| *other != field);
            for other in others {
                assert_eq!(cleared[other], before[other], "{other} stays when {field} goes");
            }
            let read = organizer.api.get(&event.path("")).await.expect(200);
            assert_eq!(read, cleared);
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_event_is_refused_with_a_pointer_to_what_is_wrong() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let cases = [
            (json!({"name": ""}), "/name"),
            (json!({"name": "A", "place": 3}), "/place"),
            (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
            (json!({"currency": "XXY"}), "/currency"),
            (json!({"starts_at": "tomorrow"}), "/starts_at"),
            (json!({"ends_at": "2026-06-01T00:00:00Z"}), "/ends_at"),
            (json!({"state": "sold"}), "/state"),
            (json!({"search_on_devices": "yes"}), "/search_on_devices"),
            (json!({"owner": "me"}), "/owner"),
        ];
        for (body, field) in cases {
            let refused = organizer.api.patch(&event.path(""), body.clone()).await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], field, "{body}: {problem}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_draft_of_which_nothing_was_sold_can_be_deleted() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let sold = test.event(&organizer, 0, 10).await;
        test.anyone()
            .post(&sold.path("/orders"), sold.order(1))
            .await
            .expect(201);
        for state in ["on_sale", "draft"] {
            organizer
                .api
                .patch(&sold.path(""), json!({"state": state}))
                .await
                .expect(200);
            organizer
                .api
                .delete(&sold.path(""))
                .await
                .expect_problem(409, "conflict");
        }

        let draft = test.event(&organizer, 0, 10).await;
        organizer
            .api
            .patch(&draft.path(""), json!({"state": "draft"}))
            .await
            .expect(200);
        let other = test.organizer("other@example.org").await;
        other
            .api
            .delete(&draft.path(""))
            .await
            .expect_problem(404, "not-found");
        organizer.api.delete(&draft.path("")).await.expect(204);
        organizer
            .api
            .delete(&draft.path(""))
            .await
            .expect_problem(404, "not-found");
        organizer
            .api
            .get(&draft.path(""))
            .await
            .expect_problem(404, "not-found");
        test.anyone()
            .post(&draft.path("/orders"), draft.order(1))
            .await
            .expect_problem(404, "not-found");
        let left = organizer.api.get("/api/v1/events").await.expect(200);
        assert_eq!(left.as_array().map(Vec::len), Some(1));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_absent_cannot_be_cleared() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        for field in [
            "name",
            "place",
            "time_zone",
            "currency",
            "state",
            "search_on_devices",
        ] {
            let refused = organizer
                .api
                .patch(&event.path(""), json!({field: null}))
                .await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], format!("/{field}"));
        }
        let cleared = json!({"ends_at": null});
        let cleared = organizer
            .api
            .patch(&event.path(""), cleared)
            .await
            .expect(200);
        assert!(cleared["ends_at"].is_null());
        let tier = event.path("/tiers/1");
        let refused = organizer.api.patch(&tier, json!({"zones": null})).await;
        refused.expect_problem(422, "invalid");
        let document = test.anyone().get("/api/v1/openapi.json").await.expect(200);
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["EventChange"]["properties"]["name"]["type"],
            "string"
        );
        let zones = &schemas["Tier"]["properties"]["zones"];
        assert_eq!(zones["format"], "int64", "{zones}");
        assert_eq!(zones["maximum"].as_u64(), Some(u64::from(u32::MAX)));
    })
    .await;
}
