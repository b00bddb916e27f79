//! Who may call what, tried route by route.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared_model::sync::Frame;

use super::access::{Caller, TABLE};
use crate::db::tests::strays;
use crate::testing::{Answer, Api, Scanner, TestApp, TestEvent, TestOrganizer, on_both, text};

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

/// What one organizer has: an event with something behind every parameter of a path.
struct Possessions {
    event: TestEvent,
    /// Values of the path parameters, by their names.
    ids: BTreeMap<&'static str, String>,
    /// What each kind of part is called, whose routes all say `number` or `entry`.
    numbers: BTreeMap<&'static str, String>,
    /// What the buyer of the order shows.
    secret: String,
}

impl Possessions {
    async fn of(test: &TestApp, mine: &TestOrganizer) -> Self {
        let event = test.event(mine, 500, 100).await;
        let order = async |key: &str| {
            let client = test.anyone().header("idempotency-key", key);
            let order = client.post(&event.path("/orders"), event.order(2)).await;
            let order = order.expect(201);
            let paid = format!("/api/v1/orders/{}/confirm-payment", text(&order["id"]));
            mine.api.post(&paid, json!({})).await.expect(200);
            order
        };
        let (order, cancelled) = (order("1").await, order("2").await);
        let cancel = format!("/api/v1/orders/{}/cancel", text(&cancelled["id"]));
        let cancelled = mine.api.post(&cancel, json!({})).await.expect(200);
        let mut numbers = BTreeMap::new();
        for (kind, body) in PARTS {
            let body = serde_json::from_str(body).expect("a body of this table");
            let part = mine
                .api
                .post(&event.path(&format!("/{kind}s")), body)
                .await
                .expect(201);
            let number = part[*kind].as_u64().map(|number| number.to_string());
            let number = number.or_else(|| part["id"].as_str().map(str::to_owned));
            numbers.insert(*kind, number.expect("what it is called"));
        }
        let (mut one, mut other) = (
            scanner(test, mine, &event).await,
            scanner(test, mine, &event).await,
        );
        let position = text(&order["positions"][0]["id"]);
        let ticket = mine
            .api
            .get(&format!("/api/v1/positions/{position}/ticket"))
            .await
            .expect(200);
        let serial = u32::try_from(ticket["serial"].as_u64().expect("a serial")).expect("a serial");
        for scanner in [&mut one, &mut other] {
            scanner.set_clock(test.now());
            scanner.admit(serial);
            let facts = scanner.facts(1).into_iter().map(Frame::Facts).collect();
            scanner.exchange(facts).await;
        }
        let list = event.path("/lists/1");
        mine.api.patch(&list, json!({"zone": 0})).await.expect(200);
        let share = json!({"event": one.event, "actor": one.actor()});
        one.api.post("/device/v1/shares", share).await.expect(200);
        mine.api
            .patch(&list, json!({"zone": null}))
            .await
            .expect(200);
        let conflicts = mine.api.get(&event.path("/conflicts")).await.expect(200);
        let device = one.enrolled.device_id.to_string();
        let lease =
            json!({"tiers": [{"tier": event.tier, "places": 2}], "until": "2026-06-29T23:00:00Z"});
        let gate = event.path(&format!("/devices/{device}/gate"));
        let here = mine.api.json("PUT", &gate, json!({"gate": 1})).await;
        here.expect(204);
        let leases = event.path(&format!("/devices/{device}/leases"));
        let lease = mine.api.post(&leases, lease).await.expect(201);
        let ids = [
            ("event", event.id.clone()),
            ("tier", event.tier.to_string()),
            ("quota", event.quota.clone()),
            ("order", text(&order["id"])),
            ("position", position),
            ("refund", text(&cancelled["refunds"][0]["id"])),
            ("device", device),
            ("kid", lease["kid"].to_string()),
            ("conflict", text(&conflicts[0]["id"])),
        ];
        Self {
            ids: ids.into_iter().collect(),
            numbers,
            secret: text(&order["secret"]),
            event,
        }
    }

    /// The path with everything of this organizer filled in, the event perhaps another.
    fn path(&self, path: &str, event: &str) -> String {
        let kind = PARTS
            .iter()
            .find(|(kind, _)| path.contains(&format!("/{kind}s/")));
        filled(path, |name| match (name, kind) {
            ("event", _) => event.to_owned(),
            ("number" | "entry", Some((kind, _))) => self.numbers[kind].clone(),
            _ => self
                .ids
                .get(name)
                .unwrap_or_else(|| panic!("say here what {{{name}}} of {path} is"))
                .clone(),
        })
    }
}

/// Parts of an event, and what makes one.
const PARTS: &[(&str, &str)] = &[
    ("list", r#"{"name": "Back door"}"#),
    ("gate", r#"{"name": "Back", "lists": [1]}"#),
    ("zone", r#"{"name": "Pit", "capacity": 100}"#),
    ("question", r#"{"text": "Allergies?"}"#),
    (
        "operator",
        r#"{"name": "Ana", "role": "supervisor", "pin": "483920"}"#,
    ),
    ("occurrence", r#"{"starts_at": "2026-06-29T18:00:00Z"}"#),
    ("note", r#"{"text": "Rain"}"#),
    (
        "shift",
        r#"{"gate": 1, "person": 1, "from": "2026-06-29T18:00:00Z", "until": "2026-06-29T20:00:00Z"}"#,
    ),
];

async fn scanner(test: &TestApp, mine: &TestOrganizer, event: &TestEvent) -> Scanner {
    let code = mine
        .api
        .post(&event.path("/enrolment-codes"), json!({}))
        .await
        .expect(201);
    Scanner::enrol(test, &text(&code["code"]), "Door").await
}

/// A body that the route takes from the right caller; a route that needs one has a line here.
fn body_for(method: &str, path: &str) -> Value {
    let last = path.rsplit('/').next().unwrap_or_default();
    match (method, last) {
        ("POST", "tiers") => json!({"name": "x", "price_minor": 1}),
        ("POST", "quotas") => json!({"name": "x", "tiers": [1]}),
        (_, "{quota}") => json!({"size": 50}),
        (_, "checkout") => json!({"email": "a@example.org", "name": "A"}),
        ("PATCH", "{device}") => json!({"name": "x"}),
        ("PATCH", "{number}") => json!({"name": "x"}),
        ("PATCH", "{entry}") => json!({"gate": 1}),
        (_, "pretix-rule") => {
            let one = json!({"lookup": ["product", "1", "Regular"]});
            let rule = json!({"inList": [{"var": "product"}, {"objectList": [one]}]});
            json!({"rule": rule, "ids": {"products": {"1": 1}}})
        }
        (_, "gate") => json!({"gate": 1}),
        (_, "leases") => {
            json!({"tiers": [{"tier": 1, "places": 1}], "until": "2026-06-29T23:00:00Z"})
        }
        (_, "resolve") => json!({"outcome": "shared_ticket", "operator": 1}),
        (_, "redeem" | "simulate") => {
            json!({"code": "x", "request_id": "0190b8f26a3e7cc18d5e2f6b3c4d5e6f"})
        }
        _ => PARTS
            .iter()
            .find(|(kind, _)| method == "POST" && last == format!("{kind}s"))
            .map_or_else(
                || json!({}),
                |(_, body)| serde_json::from_str(body).expect("a body"),
            ),
    }
}

async fn call(api: &Api, things: &Possessions, method: &str, pattern: &str, path: &str) -> Answer {
    if pattern.ends_with("/imports") {
        let file = b"code,tier,name,seat,notes,order\nA1,1,Ana,,,\n".to_vec();
        return api.send(method, path, file, Some("text/csv")).await;
    }
    let mut body = body_for(method, pattern);
    if pattern.contains("/questions/") && method == "PATCH" {
        body = json!({"text": "x"});
    }
    if pattern.ends_with("/devices") && method == "POST" {
        body = json!({"device": things.ids["device"]});
    }
    api.json(method, path, body).await
}

/// Routes that name something, those that end things last.
fn with_ids() -> Vec<(&'static str, &'static str)> {
    let named = TABLE.iter().filter(|(_, path, caller)| {
        path.contains('{') && matches!(caller, Caller::Organizer | Caller::Buyer)
    });
    let mut routes: Vec<_> = named.map(|(method, path, _)| (*method, *path)).collect();
    let ends = |method: &str, path: &str| {
        let last = path.rsplit('/').next().unwrap_or_default();
        method == "DELETE" || matches!(last, "cancel" | "revoke" | "end" | "reissue")
    };
    routes.sort_by_key(|(method, path)| (ends(method, path), path.contains("/devices/")));
    routes
}

#[tokio::test]
async fn nothing_of_an_organizer_is_there_for_another() {
    on_both(async |test: TestApp| {
        let mine = test.organizer("mine@example.org").await;
        let other = test.organizer("other@example.org").await;
        let things = Possessions::of(&test, &mine).await;
        assert_eq!(strays(&test.app.db).await, BTreeMap::new());
        let theirs = other.api.post(
            "/api/v1/events",
            json!({"name": "Theirs", "time_zone": "UTC", "currency": "EUR"}),
        );
        let theirs = text(&theirs.await.expect(201)["id"]);
        for (method, pattern) in with_ids() {
            let path = things.path(pattern, &things.event.id);
            let answer = call(&other.api, &things, method, pattern, &path).await;
            let words = String::from_utf8_lossy(&answer.body).into_owned();
            assert_eq!(answer.status, 404, "{method} {path} as another: {words}");
            // Nor is it there under an event of one's own.
            let mixed = things.path(pattern, &theirs);
            if pattern.contains("{event}") && pattern.matches('{').count() > 1 {
                let answer = call(&other.api, &things, method, pattern, &mixed).await;
                let words = String::from_utf8_lossy(&answer.body).into_owned();
                assert_eq!(answer.status, 404, "{method} {mixed} as another: {words}");
            }
        }
        let events = other.api.get("/api/v1/events").await.expect(200);
        assert_eq!(events.as_array().map(Vec::len), Some(1));
        // All of it is there for its owner, with the same requests: they were no nonsense.
        for (method, pattern) in with_ids() {
            let path = things.path(pattern, &things.event.id);
            let answer = call(&mine.api, &things, method, pattern, &path).await;
            let words = String::from_utf8_lossy(&answer.body).into_owned();
            let heard = answer.status.is_success() || answer.status == 409 || answer.status == 410;
            assert!(
                heard,
                "{method} {path} as its owner: {} {words}",
                answer.status
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_buyer_of_one_order_is_nobody_to_another() {
    on_both(async |test: TestApp| {
        let mine = test.organizer("mine@example.org").await;
        let one = Possessions::of(&test, &mine).await;
        let other = Possessions::of(&test, &mine).await;
        let buyer = test.bearer(&one.secret);
        for (method, pattern, _) in TABLE.iter().filter(|(.., caller)| *caller == Caller::Buyer) {
            let path = other.path(pattern, &other.event.id);
            let answer = call(&buyer, &other, method, pattern, &path).await;
            assert_eq!(answer.status, 404, "{method} {path}");
        }
        let own = format!("/api/v1/orders/{}", one.ids["order"]);
        buyer.get(&own).await.expect(200);
        buyer
            .get("/api/v1/events")
            .await
            .expect_problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_lists_values_without_their_names_is_refused_everywhere() {
    on_both(async |test: TestApp| {
        let mine = test.organizer("mine@example.org").await;
        let event = test.event(&mine, 0, 10).await;
        let id = "0".repeat(32);
        let redeem = json!({"code": "x", "request_id": id});
        let with = |name: &str, value: Value| {
            let mut body = redeem.clone();
            body[name] = value;
            body
        };
        let cases = [
            (
                "/api/v1/sessions".to_owned(),
                json!(["mine@example.org", "correct horse"]),
                "",
            ),
            (
                "/api/v1/events".to_owned(),
                json!(["Night", "", "Europe/Belgrade", "EUR"]),
                "",
            ),
            (event.path("/quotas"), json!(["Hall", 10, [1]]), ""),
            (
                event.path("/orders"),
                json!([[[1, 1, []]], "a@example.org", "Ana", null]),
                "",
            ),
            (
                event.path("/orders"),
                json!({"positions": [[1, 1, []]], "email": "a@example.org",
                "name": "Ana"}),
                "/positions/0",
            ),
            (
                event.path("/carts"),
                json!([[{"tier": 1, "quantity": 1}]]),
                "",
            ),
            (event.path("/redeem"), json!(["x", id]), ""),
            (
                event.path("/redeem"),
                with("answers", json!([[1, "no"]])),
                "/answers/0",
            ),
            (
                event.path("/redeem"),
                with("override", json!([1, [8], 1])),
                "/override",
            ),
            (
                event.path("/lists"),
                json!({"name": "A", "active": [0, 1]}),
                "/active",
            ),
            (
                event.path("/operators"),
                json!({"name": "A", "active": [[0, 1]]}),
                "/active/0",
            ),
            (
                event.path("/questions"),
                json!({"text": "A", "kind": {"number": [1, 2]}}),
                "/kind",
            ),
        ];
        for (path, body, field) in cases {
            let refused = mine.api.post(&path, body.clone()).await;
            let problem = refused.expect_problem(422, "invalid");
            let detail = text(&problem["detail"]);
            assert!(
                detail.contains("invalid type: sequence"),
                "{path} {body}: {detail}"
            );
            assert!(
                text(&problem["field"]).starts_with(field),
                "{path}: {problem}"
            );
        }
    })
    .await;
}
