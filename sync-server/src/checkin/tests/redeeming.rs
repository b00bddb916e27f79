//! Redeeming online, conflicts, entries and occupancy.

use super::*;

#[tokio::test]
async fn a_ticket_is_redeemed_once_and_the_same_wish_gets_the_same_answer() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let code = place.ticket(5, "Mina").await;
        let path = place.path("simulate");
        let body = json!({"code": code, "request_id": format!("{:032x}", 9)});
        let simulated = place.organizer.post(&path, body.clone()).await.expect(200);
        assert_eq!(
            (&simulated["outcome"], &simulated["fact"]),
            (&json!("admit"), &json!(null))
        );

        let first = place.redeem(&code, 1).await;
        assert_eq!(first["outcome"], "admit", "{first}");
        assert_eq!(first["person"], "Mina");
        let again = place.redeem(&code, 1).await;
        assert_eq!(again["repeated"], true);
        assert_eq!(
            (&again["outcome"], &again["fact"]),
            (&first["outcome"], &first["fact"])
        );
        assert_eq!(again["verdict"], first["verdict"]);
        place.test.advance(5000);
        let used = place.redeem(&code, 2).await;
        assert_eq!(
            (&used["outcome"], &used["reason"]),
            (&json!("refuse"), &json!("already_used"))
        );
        let forged = code.replace("TK1:", "TK1:A");
        assert_eq!(place.redeem(&forged, 3).await["outcome"], "refuse");
        assert_eq!(place.redeem("nonsense", 4).await["reason"], "malformed");

        let simulated = place.organizer.post(&path, body).await.expect(200);
        assert_eq!(simulated["reason"], "already_used");
        let place = Place {
            test: place.test.restart().await,
            ..place
        };
        let session = place
            .test
            .anyone()
            .post(
                "/api/v1/sessions",
                json!({"email": "dom@example.org", "password": "correct horse"}),
            )
            .await
            .expect(201);
        let organizer = place.test.bearer(session["token"].as_str().unwrap());
        let place = Place { organizer, ..place };
        assert_eq!(place.redeem(&code, 5).await["reason"], "already_used");
        assert_eq!(place.redeem(&code, 1).await["repeated"], true);
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_one_gets_in() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let code = place.ticket(5, "Mina").await;
        let wishes = (0..40).map(|request| place.redeem(&code, request));
        let answers = futures_util::future::join_all(wishes).await;
        let admitted = answers
            .iter()
            .filter(|answer| answer["outcome"] == "admit")
            .count();
        assert_eq!(admitted, 1);
        let entries = place
            .organizer
            .get(&place.path("entries"))
            .await
            .expect(200);
        assert_eq!(entries["entries"].as_array().unwrap().len(), 40);
    })
    .await;
}

#[tokio::test]
async fn two_servers_under_one_name_go_on_with_one_log() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let mut codes = Vec::new();
        for serial in 1..=4 {
            codes.push(place.ticket(serial, "Mina").await);
        }
        let login = json!({"email": "dom@example.org", "password": "correct horse"});
        let other = place.test.beside(8).await;
        let session = other.anyone().post("/api/v1/sessions", login).await;
        let token = format!(
            "Bearer {}",
            crate::testing::text(&session.expect(201)["token"])
        );
        let other = other.anyone().header("authorization", &token);

        let redeemed_there = async |code: &str, request: u64| {
            let body = json!({"code": code, "request_id": format!("{request:032x}")});
            let answer = other.post(&place.path("redeem"), body).await;
            answer.expect(200)["outcome"].clone()
        };
        assert_eq!(place.redeem(&codes[0], 1).await["outcome"], "admit");
        assert_eq!(redeemed_there(&codes[1], 2).await, "admit");
        // Who looks at the entries learns of the other's, and has not written them.
        let shown = place.organizer.get(&place.path("entries")).await;
        assert_eq!(shown.expect(200)["entries"].as_array().unwrap().len(), 2);
        assert_eq!(place.redeem(&codes[2], 3).await["outcome"], "admit");
        assert_eq!(place.redeem(&codes[1], 4).await["reason"], "already_used");
        assert_eq!(redeemed_there(&codes[2], 5).await, "refuse");
        assert_eq!(redeemed_there(&codes[3], 6).await, "admit");
        let shown = place.organizer.get(&place.path("entries")).await;
        assert_eq!(shown.expect(200)["entries"].as_array().unwrap().len(), 6);
    })
    .await;
}

#[tokio::test]
async fn what_the_other_side_of_a_fork_admitted_is_used_here_too() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let other_side = place.ticket(6, "Mina").await;
        let free = place.ticket(7, "Ana").await;
        let mut a = place.scanner("A").await;
        let mut clone = Scanner::cloned(&a);
        a.admit(5);
        clone.admit(6);
        a.exchange(a.facts(1).into_iter().map(Frame::Facts).collect())
            .await;
        // From here on this server has nothing to learn but the fork.
        assert_eq!(place.redeem(&free, 1).await["outcome"], "admit");
        clone
            .exchange(clone.facts(1).into_iter().map(Frame::Facts).collect())
            .await;
        assert_eq!(place.redeem(&other_side, 2).await["reason"], "already_used");
    })
    .await;
}

#[tokio::test]
async fn two_doors_that_could_not_know_make_a_conflict_that_a_person_settles() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        place.ticket(5, "Mina").await;
        let person = json!({"name": "Ana", "role": "supervisor", "pin": "483920"});
        place
            .organizer
            .post(&place.path("operators"), person)
            .await
            .expect(201);
        let mut a = place.scanner("Sever").await;
        let mut b = place.scanner("Jug").await;
        place.test.advance(60_000);
        a.set_clock(place.test.now());
        b.set_clock(place.test.now().plus_millis(1000));
        a.admit(5);
        b.admit(5);
        place.test.advance(5000);
        b.exchange(b.facts(1).into_iter().map(Frame::Facts).collect())
            .await;
        assert_eq!(
            place
                .organizer
                .get(&place.path("conflicts"))
                .await
                .expect(200),
            json!([])
        );
        a.exchange(a.facts(1).into_iter().map(Frame::Facts).collect())
            .await;
        let conflicts = place
            .organizer
            .get(&place.path("conflicts"))
            .await
            .expect(200);
        let conflict = &conflicts[0];
        assert_eq!(conflicts.as_array().unwrap().len(), 1, "{conflicts}");
        assert_eq!(conflict["kind"], "double_entry");
        assert_eq!(conflict["person"], "Mina");
        assert_eq!(conflict["first"]["device_name"], "Sever");
        assert_eq!(conflict["later"]["device_name"], "Jug");
        assert_eq!(conflict["first"]["gate_name"], "Main entrance");
        assert_eq!(conflict["resolved"], json!(null));

        let id = conflict["id"].as_str().unwrap();
        let path = place.path(&format!("conflicts/{id}/resolve"));
        let body = json!({"outcome": "shared_ticket", "operator": 1});
        place.organizer.post(&path, body.clone()).await.expect(204);
        let settled = place
            .organizer
            .get(&place.path("conflicts"))
            .await
            .expect(200);
        assert_eq!(settled[0]["resolved"], "shared_ticket");
        let down = a.exchange(Vec::new()).await;
        assert!(
            down.iter()
                .filter(|frame| matches!(frame, Frame::Facts(_)))
                .count()
                >= 2,
            "the others' facts come down"
        );
        let nowhere = place.path(&format!("conflicts/{}-9/resolve", "0".repeat(32)));
        place
            .organizer
            .post(&nowhere, body)
            .await
            .expect_problem(404, "not-found");

        let entries = place
            .organizer
            .get(&place.path("entries?limit=1"))
            .await
            .expect(200);
        assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
        assert!(entries["next"].is_number());
        let csv = place.organizer.get(&place.path("entries.csv")).await;
        let text = String::from_utf8(csv.body).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("Sever") && text.contains("Jug"));
    })
    .await;
}

#[tokio::test]
async fn a_full_zone_admits_nobody_and_people_are_counted() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        place
            .organizer
            .post(&place.path("zones"), json!({"name": "Sala", "capacity": 1}))
            .await
            .expect(201);
        place
            .organizer
            .patch(&place.path("lists/1"), json!({"zone": 0}))
            .await
            .expect(200);
        let first = place.ticket(5, "Mina").await;
        let second = place.ticket(6, "Vuk").await;
        assert_eq!(place.redeem(&first, 1).await["outcome"], "admit");
        assert_eq!(place.redeem(&second, 2).await["reason"], "capacity");
        let now = place
            .organizer
            .get(&place.path("occupancy"))
            .await
            .expect(200);
        assert_eq!(now["zones"][0]["people"], 1);
        assert_eq!(now["lists"][0]["inside"], 1);
    })
    .await;
}

#[tokio::test]
async fn another_organizer_sees_nothing() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let scanner = place.scanner("A").await;
        let mut rng = place.test.app.rng();
        organizers::create(
            &place.test.app.db,
            &place.test.app.master_key,
            ("Other", "other@example.org", "correct horse"),
            place.test.now(),
            &mut rng,
        )
        .await
        .unwrap();
        let session = place
            .test
            .anyone()
            .post(
                "/api/v1/sessions",
                json!({"email": "other@example.org", "password": "correct horse"}),
            )
            .await
            .expect(201);
        let other = place.test.bearer(session["token"].as_str().unwrap());
        for path in [
            "lists",
            "gates",
            "zones",
            "questions",
            "operators",
            "devices",
            "conflicts",
            "entries",
            "entries.csv",
            "occupancy",
        ] {
            other
                .get(&place.path(path))
                .await
                .expect_problem(404, "not-found");
        }
        for path in [
            "lists",
            "gates",
            "zones",
            "questions",
            "operators",
            "enrolment-codes",
        ] {
            other
                .post(&place.path(path), json!({}))
                .await
                .expect_problem(404, "not-found");
        }
        other
            .patch(&place.path("lists/1"), json!({"name": "x"}))
            .await
            .expect_problem(404, "not-found");
        other
            .delete(&place.path("lists/1"))
            .await
            .expect_problem(404, "not-found");
        let body = json!({"code": "x", "request_id": format!("{:032x}", 1)});
        other
            .post(&place.path("redeem"), body.clone())
            .await
            .expect_problem(404, "not-found");
        other
            .post(&place.path("simulate"), body)
            .await
            .expect_problem(404, "not-found");
        let device = scanner.enrolled.device_id;
        other
            .patch(&format!("/api/v1/devices/{device}"), json!({"name": "x"}))
            .await
            .expect_problem(404, "not-found");
        other
            .post(&format!("/api/v1/devices/{device}/revoke"), json!({}))
            .await
            .expect_problem(404, "not-found");
        let gate = place.path(&format!("devices/{device}/gate"));
        other
            .json("PUT", &gate, json!({"gate": 1}))
            .await
            .expect_problem(404, "not-found");
        place
            .organizer
            .json("PUT", &gate, json!({"gate": 9}))
            .await
            .expect_problem(422, "invalid");
        place
            .organizer
            .json("PUT", &gate, json!({"gate": 1}))
            .await
            .expect(204);
        let devices = place
            .organizer
            .get(&place.path("devices"))
            .await
            .expect(200);
        assert!(
            devices
                .as_array()
                .unwrap()
                .iter()
                .any(|device| device["gate"] == 1)
        );
    })
    .await;
}

#[tokio::test]
async fn imported_codes_admit_and_importing_again_changes_nothing() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let import = async |file: &str| {
            let body = file.as_bytes().to_vec();
            place
                .organizer
                .send("POST", &place.path("imports"), body, Some("text/csv"))
                .await
        };
        let file = "code,tier,name\nEB-1234567,1,Iva\nEB-7654321,1,Oto\n";
        assert_eq!(
            import(file).await.expect(200),
            json!({"added": 2, "updated": 0})
        );
        assert_eq!(
            import(file).await.expect(200),
            json!({"added": 0, "updated": 2})
        );
        let iva = place.redeem("EB-1234567", 1).await;
        assert_eq!(
            (&iva["outcome"], &iva["person"]),
            (&json!("admit"), &json!("Iva")),
            "{iva}"
        );
        assert_eq!(
            place.redeem("EB-1234567", 2).await["reason"],
            "already_used"
        );
        assert_eq!(
            place.redeem("EB-0000000", 3).await["reason"],
            "unknown_ticket"
        );
        assert!(place.scanner("A").await.book().await.foreign_key.is_some());

        let bad = [
            ("code,tier\nA,1\nA,1\n", 3),
            ("code,tier\nA,9\n", 2),
            ("code,tier\n,1\n", 2),
            ("code,tier\nTK1:ABC,1\n", 2),
            ("code,tier,colour\nA,1,red\n", 1),
            ("code,tier,code\nA,1,B\n", 1),
            ("code,name\nA,Iva\n", 1),
            ("A,1\n", 1),
            ("{}", 1),
            ("", 1),
            ("code,tier\n", 2),
            ("code,tier\nA,x\n", 2),
            ("code,tier\nB,1\n\u{fffd},1,2\n", 3),
        ];
        for (file, line) in bad {
            let problem = import(file).await.expect_problem(422, "invalid");
            assert_eq!(problem["line"], line, "{file}");
        }
        assert_eq!(place.redeem("B", 4).await["outcome"], "refuse");

        // As spreadsheets of half of Europe write it, and as the other half of the clipboard does.
        for (file, code) in [
            ("\u{feff}code;tier;name\r\nC;1;\"Ana, Mina\"\r\n", "C"),
            ("code\ttier\nD\t1\n", "D"),
        ] {
            assert_eq!(import(file).await.expect(200)["added"], 1);
            assert_eq!(
                place.redeem(code, code.bytes().map(u64::from).sum()).await["outcome"],
                "admit"
            );
        }
        for kind in [None, Some("application/json"), Some("text/plain")] {
            let file = b"code,tier\nE,1\n".to_vec();
            let answer = place
                .organizer
                .send("POST", &place.path("imports"), file, kind)
                .await;
            answer.expect_problem(415, "unsupported-media-type");
        }
        let kind = Some("Text/CSV; charset=utf-8");
        let file = b"code,tier\nE,1\n".to_vec();
        let answer = place
            .organizer
            .send("POST", &place.path("imports"), file, kind)
            .await;
        answer.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_gate_or_an_operator_that_there_is_not_admits_nobody() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let code = place.ticket(5, "Mina").await;
        let ask = async |route: &str, request: u64, field: &str, number: u16| {
            let mut body = json!({"code": code, "request_id": format!("{request:032x}")});
            body[field] = json!(number);
            place.organizer.post(&place.path(route), body).await
        };
        for route in ["redeem", "simulate"] {
            for field in ["gate", "operator"] {
                let refused = ask(route, 1, field, 99)
                    .await
                    .expect_problem(422, "invalid");
                assert_eq!(refused["field"], format!("/{field}"));
            }
        }
        for field in ["gate", "operator"] {
            let nobody = ask("simulate", 2, field, 0).await.expect(200);
            assert_eq!(nobody["outcome"], "admit");
        }
        place
            .organizer
            .delete(&place.path("gates/1"))
            .await
            .expect(204);
        assert_eq!(place.redeem(&code, 3).await["outcome"], "admit");
    })
    .await;
}
