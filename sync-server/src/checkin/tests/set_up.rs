//! Lists, gates, zones, questions and operators.

use shared_model::book::{EntryMode, Role};

use super::*;

#[tokio::test]
async fn what_the_organizer_sets_up_is_in_the_book() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let add = async |kind: &str, body| {
            place
                .organizer
                .post(&place.path(kind), body)
                .await
                .expect(201)
        };
        let zone = add("zones", json!({"name": "Dvorana", "capacity": 800})).await;
        assert_eq!(zone["zone"], 0);
        let list = add(
            "lists",
            json!({"name": "Backstage", "entries": {"per_day": 2}, "zone": 0,
            "active": {"from": "2026-06-20T18:00:00Z", "until": null}}),
        )
        .await;
        assert_eq!(list["list"], 2);
        assert_eq!(list["active"]["from"], "2026-06-20T18:00:00Z");
        add("gates", json!({"name": "Jug", "lists": [2]})).await;
        add("questions", json!({"text": "Alergije?", "required": true})).await;
        let person = add(
            "operators",
            json!({"name": "Ana", "role": "supervisor", "pin": "483920"}),
        )
        .await;
        assert_eq!(person["pin"], true);

        let scanner = place.scanner("A").await;
        let book = scanner.book().await;
        assert_eq!(book.lists[1].entries, EntryMode::PerDay(2));
        assert_eq!(book.lists[1].active.unwrap().from, place.test.now());
        assert_eq!(book.gates[1].name, "Jug");
        assert_eq!(book.zones[0].capacity, Some(800));
        assert_eq!(book.questions.len(), 1);
        let ana = &book.roster.operators[0];
        assert_eq!(ana.role, Role::Supervisor);
        assert!(ana.pin.as_ref().unwrap().starts_with("$argon2id$"));

        place
            .organizer
            .patch(&place.path("lists/2"), json!({"name": "VIP"}))
            .await
            .expect(200);
        let newer = scanner.book().await;
        assert_eq!(newer.number, book.number + 1);
        assert_eq!(newer.lists[1].name, "VIP");
        assert_eq!(newer.lists[1].entries, EntryMode::PerDay(2));
        assert_eq!(scanner.book().await.number, newer.number);

        place
            .organizer
            .delete(&place.path("gates/2"))
            .await
            .expect(204);
        let again = add("gates", json!({"name": "Sever"})).await;
        assert_eq!(again["gate"], 3);
        assert_eq!(
            place
                .organizer
                .get(&place.path("gates"))
                .await
                .expect(200)
                .as_array()
                .unwrap()
                .len(),
            2
        );
    })
    .await;
}

#[tokio::test]
async fn a_device_is_told_where_to_stand_until_the_gate_is_gone() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let gate = json!({"name": "Sever"});
        let gate = place.organizer.post(&place.path("gates"), gate).await;
        assert_eq!(gate.expect(201)["gate"], 2);
        let scanner = place.scanner("A").await;
        let told = async || {
            let book = scanner.book().await;
            let own = book.roster.device(scanner.enrolled.device);
            own.expect("the device is on the roster").gate
        };
        assert_eq!(told().await, None);
        let assign = place.path(&format!("devices/{}/gate", scanner.enrolled.device_id));
        let body = json!({"gate": 2});
        let answer = place.organizer.json("PUT", &assign, body).await;
        answer.expect(204);
        assert_eq!(told().await, Some(shared_model::ids::GateNo(2)));
        place
            .organizer
            .delete(&place.path("gates/2"))
            .await
            .expect(204);
        assert_eq!(told().await, None);
    })
    .await;
}

#[tokio::test]
async fn what_no_device_could_use_is_refused() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let post = async |kind: &str, body| place.organizer.post(&place.path(kind), body).await;
        post("lists", json!({"name": "A", "zone": 7}))
            .await
            .expect_problem(422, "invalid");
        post(
            "lists",
            json!({"name": "A", "rule": "{\"frobnicate\": []}"}),
        )
        .await
        .expect_problem(422, "invalid");
        post("lists", json!({"name": "A", "surprise": 1}))
            .await
            .expect_problem(422, "invalid");
        post("lists", json!({"name": "A", "list": 9}))
            .await
            .expect_problem(422, "invalid");
        post("lists", json!({"name": 5}))
            .await
            .expect_problem(422, "invalid");
        post("lists", json!([]))
            .await
            .expect_problem(422, "invalid");
        post("gates", json!({"name": "A", "lists": [9]}))
            .await
            .expect_problem(422, "invalid");
        for pin in [
            json!("12345"),
            json!("1234567890123"),
            json!("12345a"),
            json!("111111"),
            json!(123_456),
        ] {
            post("operators", json!({"name": "A", "pin": pin}))
                .await
                .expect_problem(422, "invalid");
        }
        place
            .organizer
            .patch(&place.path("lists/9"), json!({}))
            .await
            .expect_problem(404, "not-found");
        place
            .organizer
            .delete(&place.path("lists/9"))
            .await
            .expect_problem(404, "not-found");
        let book = place.scanner("A").await.book().await;
        assert_eq!((book.lists.len(), book.gates.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_cannot_be_used_is_told_with_its_place() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let rule = json!({"and": [{"!": [{"var": "gate"}]}, {"foo": 1}]});
        let body = json!({"name": "A", "rule": rule});
        let refused = place.organizer.post(&place.path("lists"), body).await;
        let problem = refused.expect_problem(422, "invalid");
        assert_eq!(problem["field"], "/rule");
        let told = problem["faults"][0].as_str().unwrap();
        assert!(told.contains("at and[") && told.contains('`'), "{told}");
        let foo = json!({"name": "A", "rule": {"foo": 1}});
        let refused = place.organizer.post(&place.path("lists"), foo).await;
        let problem = refused.expect_problem(422, "invalid");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("no operator `foo` here"), "{detail}");
    })
    .await;
}

#[tokio::test]
async fn what_people_should_recognize_has_a_name() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let long = "x".repeat(201);
        for (kind, title) in [
            ("lists", "name"),
            ("gates", "name"),
            ("zones", "name"),
            ("operators", "name"),
            ("questions", "text"),
        ] {
            let refused = place.organizer.post(&place.path(kind), json!({})).await;
            let problem = refused.expect_problem(422, "invalid");
            assert_eq!(problem["field"], format!("/{title}"), "{kind}");
            for name in ["", "  ", "two\nlines", long.as_str()] {
                let refused = place
                    .organizer
                    .post(&place.path(kind), json!({title: name}))
                    .await;
                refused.expect_problem(422, "invalid");
            }
            let made = place
                .organizer
                .post(&place.path(kind), json!({title: " A "}))
                .await;
            assert_eq!(made.expect(201)[title], "A");
        }
        let list = place.path("lists/1");
        let refused = place.organizer.patch(&list, json!({"name": " "})).await;
        refused.expect_problem(422, "invalid");
        place
            .organizer
            .patch(&list, json!({"zone": 0}))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_rule_of_pretix_is_taken_over_whole_or_not_at_all() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let path = place.path("lists/1/pretix-rule");
        let rule = json!({"inList": [{"var": "product"}, {"objectList": [
            {"lookup": ["product", "1201", "Regular"]}, {"lookup": ["product", "1202", "VIP"]}]}]});
        let half = json!({"rule": rule, "ids": {"products": {"1201": 1}}});
        let refused = place.organizer.post(&path, half).await;
        let refused = refused.expect_problem(422, "invalid");
        let vip = json!({"kind": "product", "id": "1202", "name": "VIP"});
        assert_eq!(refused["unmapped"][0]["what"], vip);
        let unchanged = place.organizer.get(&place.path("lists")).await.expect(200);
        assert!(unchanged[0]["rule"].is_null());

        let whole = json!({"rule": rule, "ids": {"products": {"1201": 1, "1202": 1}}});
        let list = place.organizer.post(&path, whole).await.expect(200);
        let text = list["rule"].as_str().unwrap();
        assert!(text.contains(r#"["product","1","VIP"]"#), "{text}");
        // A number of here that the event does not have makes no book.
        let beyond = json!({"rule": rule, "ids": {"products": {"1201": 1, "1202": 9}}});
        let beyond = place.organizer.post(&path, beyond).await;
        beyond.expect_problem(422, "invalid");
    })
    .await;
}
