//! Who may call what, tried route by route.

use serde_json::json;

use super::access::{Caller, TABLE};
use crate::testing::{TestApp, on_both, text};

/// A path with every parameter filled in.
fn filled(path: &str, fill: impl Fn(&str) -> String) -> String {
    let parts = path.split('/').map(|part| {
        match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
            Some((name, suffix)) => format!("{}{suffix}", fill(name)),
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_route_that_asks_who_calls_refuses_nobody_and_impostors() {
    on_both(async |test: TestApp| {
        let nobody_knows = |_: &str| "019ee630-8500-7c42-a65c-79a0c20bc81d".to_owned();
        let impostors = ["bls_0000", "blo_0000", "bld_0000", "x"];
        for (method, path, caller) in TABLE
            .iter()
            .filter(|(_, _, caller)| *caller != Caller::Anyone)
        {
            let path = filled(path, nobody_knows);
            let status = test.anyone().json(method, &path, json!({})).await.status;
            assert_eq!(status, 401, "{method} {path} by nobody");
            for token in impostors {
                let status = test
                    .bearer(token)
                    .json(method, &path, json!({}))
                    .await
                    .status;
                // An unknown order's secret is as good as none, and says as little.
                let refused = status == 401
                    || (*caller == Caller::Buyer && status == 404)
                    || (*caller == Caller::Buyer && status == 422);
                assert!(refused, "{method} {path} by {token}: {status}");
            }
        }
    })
    .await;
}

/// What one organizer has, by the name of the path parameter that names it.
#[tokio::test]
async fn nothing_of_an_organizer_is_there_for_another() {
    on_both(async |test: TestApp| {
        let mine = test.organizer("mine@example.org").await;
        let other = test.organizer("other@example.org").await;
        let event = test.event(&mine, 0, 10).await;
        let placed = test
            .anyone()
            .post(&event.path("/orders"), event.order(1))
            .await
            .expect(201);
        let fill = |name: &str| match name {
            "event" => event.id.clone(),
            "tier" => event.tier.to_string(),
            "quota" => event.quota.clone(),
            "order" => text(&placed["id"]),
            "position" => text(&placed["positions"][0]["id"]),
            // Rooms with things of their own are tried with ids that nobody has.
            _ => "019ee630-8500-7c42-a65c-79a0c20bc81d".to_owned(),
        };
        let with_parameter = TABLE.iter().filter(|(_, path, _)| path.contains('{'));
        let mut tried = 0;
        for (method, path, caller) in with_parameter {
            if !matches!(caller, Caller::Organizer | Caller::Buyer) {
                continue;
            }
            let filled = filled(path, fill);
            let body = body_for(path);
            let answer = other.api.json(method, &filled, body).await;
            // Where the body is refused, nothing was looked up yet: the room's own tests go on from there.
            let refused_unread = answer.status == 422 && body_for(path) == json!({});
            if !refused_unread {
                let words = String::from_utf8_lossy(&answer.body);
                assert_eq!(answer.status, 404, "{method} {filled}: {words}");
                tried += 1;
            }
        }
        assert!(tried >= 40, "{tried} routes looked for something");
        let events = other.api.get("/api/v1/events").await.expect(200);
        assert_eq!(events, json!([]));
        // And the buyer of one order is nobody to another.
        let second = test
            .anyone()
            .post(&event.path("/orders"), event.order(1))
            .await
            .expect(201);
        let buyer = test.bearer(&text(&placed["secret"]));
        let path = format!("/api/v1/orders/{}", text(&second["id"]));
        buyer.get(&path).await.expect_problem(404, "not-found");
        buyer
            .get("/api/v1/events")
            .await
            .expect_problem(401, "unauthenticated");
    })
    .await;
}

/// A body that the route would take from the right caller; a route that needs one has a line here.
fn body_for(path: &str) -> serde_json::Value {
    match path.rsplit('/').next() {
        Some("tiers") => json!({"name": "x", "price_minor": 1}),
        Some("quotas") => json!({"name": "x", "tiers": [1]}),
        Some("{quota}") => json!({"size": 1}),
        Some("checkout") => json!({"email": "a@example.org", "name": "A"}),
        Some("{device}") => json!({"name": "x"}),
        _ => json!({}),
    }
}
