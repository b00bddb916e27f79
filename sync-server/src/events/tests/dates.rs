//! Dates of a series, as organizers set them.

use serde_json::json;

use crate::testing::{Scanner, TestApp, on_both, text};

#[tokio::test]
async fn dates_are_numbered_changed_and_told_to_devices() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let dates = event.path("/occurrences");
        let api = &organizer.api;
        assert_eq!(api.get(&dates).await.expect(200), json!([]));
        let friday = json!({"name": "Friday", "starts_at": "2026-06-19T18:00:00Z"});
        let added = api.post(&dates, friday).await.expect(201);
        assert_eq!(
            (&added["occurrence"], &added["ends_at"]),
            (&json!(1), &json!(null))
        );
        let saturday =
            json!({"starts_at": "2026-06-20T18:00:00Z", "ends_at": "2026-06-20T20:00:00Z"});
        assert_eq!(
            api.post(&dates, saturday).await.expect(201)["occurrence"],
            2
        );
        let moved = json!({"starts_at": "2026-06-20T19:00:00Z", "name": "Saturday"});
        let moved = api
            .patch(&event.path("/occurrences/2"), moved)
            .await
            .expect(200);
        assert_eq!(moved["ends_at"], "2026-06-20T20:00:00Z");

        let code = api
            .post(&event.path("/enrolment-codes"), json!({}))
            .await
            .expect(201);
        let scanner = Scanner::enrol(&test, &text(&code["code"]), "A").await;
        let book = scanner.book().await;
        let names: Vec<_> = book
            .occurrences
            .iter()
            .map(|date| date.name.as_str())
            .collect();
        assert_eq!(names, ["Friday", "Saturday"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_date_is_refused() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let dates = event.path("/occurrences");
        let api = &organizer.api;
        for body in [
            json!({}),
            json!({"starts_at": "tomorrow"}),
            json!({"starts_at": "2026-06-19T18:00:00Z", "ends_at": "2026-06-19T18:00:00Z"}),
            json!({"starts_at": "2026-06-19T18:00:00Z", "ends_at": "2026-06-19T19:00:00Z",
                "admission_at": "2026-06-19T19:00:00Z"}),
            json!({"starts_at": "2026-06-19T18:00:00Z", "occurrence": 7}),
        ] {
            api.post(&dates, body).await.expect_problem(422, "invalid");
        }
        let nothing = api.patch(&event.path("/occurrences/1"), json!({})).await;
        nothing.expect_problem(404, "not-found");
        let tier = json!({"name": "Friday", "price_minor": 0, "occurrence": 1});
        let tier = api.post(&event.path("/tiers"), tier).await;
        tier.expect_problem(422, "invalid");
        let list = json!({"name": "Friday", "occurrence": 1});
        let list = api.post(&event.path("/lists"), list).await;
        list.expect_problem(422, "invalid");

        let other = test.organizer("other@example.org").await;
        let date = json!({"starts_at": "2026-06-19T18:00:00Z"});
        for answer in [
            other.api.get(&dates).await,
            other.api.post(&dates, date).await,
            other
                .api
                .patch(&event.path("/occurrences/1"), json!({}))
                .await,
        ] {
            answer.expect_problem(404, "not-found");
        }
    })
    .await;
}
