//! How scanners become the organizer's, and stop being it.

use super::*;

#[tokio::test]
async fn a_device_enrols_and_is_in_the_book() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let scanner = place.scanner("Gate A").await;
        assert_eq!(scanner.enrolled.organizer, "Dom");
        assert_eq!(scanner.enrolled.events.len(), 1);
        assert_eq!(scanner.enrolled.incarnation, place.test.app.incarnation);

        let book = scanner.book().await;
        let devices = &book.roster.devices;
        let own = devices
            .iter()
            .find(|device| device.device == scanner.enrolled.device)
            .expect("the device is in the roster");
        assert_eq!(own.name, "Gate A");
        assert_eq!(own.active.len(), 1);
        assert!(devices.iter().any(|device| device.node));
        assert_eq!(book.lists.len(), 1);
        assert_eq!(book.lists[0].name, "Main entrance");
        assert_eq!(book.gates.len(), 1);
        assert!(book.offsets.len() > 4);

        let second = place.scanner("Gate B").await;
        assert!(second.enrolled.device > scanner.enrolled.device);
        assert!(scanner.book().await.number > book.number);
    })
    .await;
}

#[tokio::test]
async fn a_code_enrols_once_and_for_minutes() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let anyone = place.test.anyone();
        let code = place.code().await;
        let mut rng = place.test.app.rng();
        let keys = Keys::generate(&mut rng);
        anyone
            .post("/device/v1/enrol", keys.enrol(&code, "A"))
            .await
            .expect(200);
        let again = anyone
            .post("/device/v1/enrol", keys.enrol(&code, "A"))
            .await;
        again.expect_problem(410, "gone");

        let late = place.code().await;
        place.test.advance(15 * 60_000 + 1);
        let answer = anyone
            .post("/device/v1/enrol", keys.enrol(&late, "A"))
            .await;
        answer.expect_problem(410, "gone");
        let never = anyone
            .post("/device/v1/enrol", keys.enrol("AAAA-BBBB-CCCC", "A"))
            .await;
        never.expect_problem(410, "gone");
    })
    .await;
}

#[tokio::test]
async fn a_device_that_does_not_hold_its_keys_is_refused_and_the_code_stays_good() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let anyone = place.test.anyone();
        let code = place.code().await;
        let mut rng = place.test.app.rng();
        let keys = Keys::generate(&mut rng);
        let other = Keys::generate(&mut rng).enrol(&code, "A");
        for field in ["fact_proof", "transport_proof"] {
            let mut body = keys.enrol(&code, "A");
            body[field] = other[field].clone();
            let problem = anyone
                .post("/device/v1/enrol", body)
                .await
                .expect_problem(422, "invalid");
            assert_eq!(problem["field"], format!("/{field}"));
        }
        let mut weak = keys.enrol(&code, "A");
        weak["fact_key"] = json!("00".repeat(32));
        anyone
            .post("/device/v1/enrol", weak)
            .await
            .expect_problem(422, "invalid");
        let mut same = keys.clone();
        same.transport = same.fact.clone();
        anyone
            .post("/device/v1/enrol", same.enrol(&code, "A"))
            .await
            .expect_problem(422, "invalid");
        let mut unnamed = keys.enrol(&code, " \n");
        anyone
            .post("/device/v1/enrol", unnamed.clone())
            .await
            .expect_problem(422, "invalid");
        unnamed["extra"] = json!(1);
        anyone
            .post("/device/v1/enrol", unnamed)
            .await
            .expect_problem(422, "invalid");
        anyone
            .post("/device/v1/enrol", keys.enrol(&code, "A"))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_known_device_keeps_its_number_and_gets_another_event() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let anyone = place.test.anyone();
        let mut rng = place.test.app.rng();
        let keys = Keys::generate(&mut rng);
        let first = anyone
            .post("/device/v1/enrol", keys.enrol(&place.code().await, "A"))
            .await
            .expect(200);
        let other = place
            .organizer
            .post(
                "/api/v1/events",
                json!({"name": "Drugi", "time_zone": "UTC", "currency": "EUR"}),
            )
            .await
            .expect(201);
        let path = format!(
            "/api/v1/events/{}/enrolment-codes",
            other["id"].as_str().unwrap()
        );
        let code = place.organizer.post(&path, json!({})).await.expect(201);
        let body = keys.enrol(code["code"].as_str().unwrap(), "A2");
        let second = anyone.post("/device/v1/enrol", body).await.expect(200);
        assert_eq!(second["device"], first["device"]);
        assert_eq!(second["events"].as_array().unwrap().len(), 2);
        let old = place.test.bearer(first["token"].as_str().unwrap());
        let answer = old
            .send("POST", "/device/v1/frames", Vec::new(), None)
            .await;
        answer.expect_problem(401, "unauthenticated");

        let mut stolen = keys.clone();
        stolen.transport = Keys::generate(&mut rng).transport;
        let body = stolen.enrol(&place.code().await, "B");
        anyone
            .post("/device/v1/enrol", body)
            .await
            .expect_problem(409, "conflict");
    })
    .await;
}

#[tokio::test]
async fn the_organizer_sees_renames_and_revokes_devices() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let scanner = place.scanner("Gate A").await;
        let path = format!("/api/v1/devices/{}", scanner.enrolled.device_id);
        place
            .organizer
            .patch(&path, json!({"name": "North"}))
            .await
            .expect(204);
        place
            .organizer
            .patch(&path, json!({"name": ""}))
            .await
            .expect_problem(422, "invalid");
        assert!(
            scanner
                .book()
                .await
                .roster
                .devices
                .iter()
                .any(|device| device.name == "North")
        );

        let before = scanner.book().await.number;
        place.test.advance(1000);
        place
            .organizer
            .post(&format!("{path}/revoke"), json!({}))
            .await
            .expect(204);
        let listed = place
            .organizer
            .get(&place.path("devices"))
            .await
            .expect(200);
        let shown = listed
            .as_array()
            .unwrap()
            .iter()
            .find(|shown| shown["name"] == "North")
            .unwrap();
        assert!(shown["revoked_at"].is_string(), "{shown}");
        let want = Frame::WantBook {
            event: scanner.event,
            have: 0,
        };
        let answers = scanner.exchange(vec![want]).await;
        assert_eq!(errors(&answers), [ErrorCode::Revoked]);
        assert!(
            !answers
                .iter()
                .any(|frame| matches!(frame, Frame::Book { .. }))
        );

        let other = place.scanner("Gate B").await;
        let book = other.book().await;
        assert!(book.number > before);
        let revoked = book
            .roster
            .devices
            .iter()
            .find(|device| device.name == "North")
            .unwrap();
        assert!(revoked.active[0].until.is_some());
    })
    .await;
}

#[tokio::test]
async fn enrolment_is_limited_for_each_code_and_each_address() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let code = place.code().await;
        let keys = Keys::generate(&mut place.test.app.rng());
        let venue = place.test.anyone().from("192.0.2.7:4000");
        let mut wrong = keys.enrol(&code, "Door");
        wrong["fact_proof"] = json!("00".repeat(64));
        for _ in 0..10 {
            let refused = venue.post("/device/v1/enrol", wrong.clone()).await;
            refused.expect_problem(422, "invalid");
        }
        let right = keys.enrol(&code, "Door");
        // However it is typed, and from wherever: the code has no tries left.
        let typed = keys.enrol(&code.to_lowercase().replace('-', " "), "Door");
        let elsewhere = place.test.anyone().from("192.0.2.8:4000");
        let refused = elsewhere.post("/device/v1/enrol", typed).await;
        assert_eq!(refused.headers["retry-after"], "30");
        refused.expect_problem(429, "too-many-attempts");
        place.test.advance(30_000);
        venue.post("/device/v1/enrol", right).await.expect(200);

        // Of eleven tries of this address one is forgiven; other codes use up the rest.
        for at in 0..90 {
            let guess = keys.enrol(&format!("0000-0000-{at:04}"), "Door");
            let answer = venue.post("/device/v1/enrol", guess).await;
            answer.expect_problem(410, "gone");
        }
        let guess = keys.enrol("0000-0000-9999", "Door");
        let refused = venue.post("/device/v1/enrol", guess.clone()).await;
        assert!(refused.headers.contains_key("retry-after"));
        refused.expect_problem(429, "too-many-attempts");
        let answer = elsewhere.post("/device/v1/enrol", guess).await;
        answer.expect_problem(410, "gone");
    })
    .await;
}

#[tokio::test]
async fn a_device_is_told_its_duties_and_the_book_tells_its_gate() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let scanner = place.scanner("Gate A").await;
        let duties = scanner.api.get("/device/v1/duties").await.expect(200);
        assert_eq!(duties["name"], "Gate A");
        assert_eq!(duties["events"].as_array().unwrap().len(), 1);

        let other = json!({"name": "Drugi", "time_zone": "UTC", "currency": "EUR"});
        let other = place.organizer.post("/api/v1/events", other).await;
        let other = other.expect(201);
        let path = format!("/api/v1/events/{}/devices", other["id"].as_str().unwrap());
        let body = json!({ "device": scanner.enrolled.device_id });
        for _ in 0..2 {
            place.organizer.post(&path, body.clone()).await.expect(204);
        }
        let unknown = json!({ "device": uuid::Uuid::nil() });
        let answer = place.organizer.post(&path, unknown).await;
        answer.expect_problem(404, "not-found");
        let duties = scanner.api.get("/device/v1/duties").await.expect(200);
        assert_eq!(duties["events"][1]["name"], "Drugi");

        let number = scanner.book().await.number;
        let path = format!("devices/{}/gate", scanner.enrolled.device_id);
        let gate = json!({ "gate": 1 });
        let path = place.path(&path);
        place.organizer.json("PUT", &path, gate).await.expect(204);
        let book = scanner.book().await;
        assert!(book.number > number);
        let gate = |name: &str| {
            let mut devices = book.roster.devices.iter();
            devices.find(|device| device.name == name).unwrap().gate
        };
        assert_eq!(gate("Gate A"), Some(shared_model::ids::GateNo(1)));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_says_all_that_a_device_must_be_told() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let path = place.path("enrolment-codes");
        let shown = place.organizer.post(&path, json!({})).await.expect(201);
        let invitation: shared_model::enrol::Invitation =
            shown["invitation"].as_str().unwrap().parse().unwrap();
        assert_eq!(shown["code"], invitation.code.as_str());
        assert_eq!(shown["server"], invitation.server.as_str());
        assert_eq!(invitation.certificate, None);
        let answer = place
            .organizer
            .post(&path, json!({ "certificate": true }))
            .await;
        answer.expect_problem(422, "invalid");
    })
    .await;
}
