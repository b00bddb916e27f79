//! Logging in over HTTP.

use serde_json::json;

use crate::app::App;
use crate::clock::{Clock, Entropy};
use crate::config::{Config, Networks};
use crate::identity::{self, Limit};
use crate::testing::{BEGIN, TestApp, backends, on_both};

#[tokio::test]
async fn a_session_lasts_until_its_end_or_until_logged_out() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("Owner@Example.org").await;
        let me = organizer.api.get("/api/v1/organizer").await.expect(200);
        assert_eq!(me["id"], organizer.id.to_string());
        assert_eq!(me["root_key"].as_str().unwrap().len(), 64);

        let login = json!({"email": " owner@example.ORG", "password": "correct horse"});
        let second = test
            .anyone()
            .post("/api/v1/sessions", login)
            .await
            .expect(201);
        let second = test.bearer(second["token"].as_str().unwrap());
        second.get("/api/v1/organizer").await.expect(200);
        second.delete("/api/v1/sessions/current").await.expect(204);
        second
            .get("/api/v1/organizer")
            .await
            .expect_problem(401, "unauthenticated");

        test.advance(12 * 60 * 60 * 1000 - 1);
        organizer.api.get("/api/v1/organizer").await.expect(200);
        test.advance(1);
        organizer
            .api
            .get("/api/v1/organizer")
            .await
            .expect_problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_and_unknown_addresses_look_the_same_and_are_limited() {
    on_both(async |test: TestApp| {
        test.organizer("o@example.org").await;
        let log_in = async |email: &str, password: &str| {
            let body = json!({"email": email, "password": password});
            test.anyone().post("/api/v1/sessions", body).await
        };
        let wrong = log_in("o@example.org", "wrong horse")
            .await
            .expect_problem(401, "wrong-password");
        let unknown = log_in("nobody@example.org", "wrong horse").await;
        assert_eq!(unknown.expect_problem(401, "wrong-password"), wrong);
        for _ in 0..9 {
            log_in("o@example.org", "wrong horse")
                .await
                .expect_problem(401, "wrong-password");
        }
        let limited = log_in("o@example.org", "correct horse").await;
        assert_eq!(limited.headers["retry-after"], "30");
        limited.expect_problem(429, "too-many-attempts");
        test.advance(30_000);
        log_in("o@example.org", "correct horse").await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        organizer.api.get("/api/v1/organizer").await.expect(200);
        let hash = identity::hash_password("another horse", &mut test.app.rng())
            .await
            .unwrap();
        identity::set_password(&test.app.db, "o@example.org", &hash)
            .await
            .unwrap();
        // Another program gave it: this one finds out within that time.
        tokio::time::sleep(identity::TRUSTED).await;
        organizer
            .api
            .get("/api/v1/organizer")
            .await
            .expect_problem(401, "unauthenticated");
        let old = json!({"email": "o@example.org", "password": "correct horse"});
        test.anyone()
            .post("/api/v1/sessions", old)
            .await
            .expect_problem(401, "wrong-password");
        let new = json!({"email": "o@example.org", "password": "another horse"});
        test.anyone()
            .post("/api/v1/sessions", new)
            .await
            .expect(201);
    })
    .await;
}

#[tokio::test]
async fn secrets_are_not_in_the_database() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 1).await;
        let placed = test
            .anyone()
            .post(&event.path("/orders"), event.order(1))
            .await
            .expect(201);
        let master = test.app.master_key.to_text().to_string();
        let secrets = [
            organizer.token.as_str(),
            placed["secret"].as_str().unwrap(),
            "correct horse",
            &master,
        ];
        let Some(path) = test.app.db.path() else {
            return;
        };
        let copy = path.with_extension("copy");
        test.app
            .db
            .copy_file(&copy.to_string_lossy())
            .await
            .unwrap();
        let bytes = std::fs::read(copy).unwrap();
        for secret in secrets {
            let needle = secret.as_bytes();
            assert!(
                !bytes.windows(needle.len()).any(|part| part == needle),
                "{secret} is stored"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn one_network_address_cannot_try_many_people() {
    on_both(async |test: TestApp| {
        let body = json!({"email": "o@example.org", "password": "correct horse"});
        let from = identity::network("192.0.2.7".parse().unwrap());
        for _ in 0..100 {
            identity::take(&test.app, &[(Limit::LogInFrom, &from)])
                .await
                .unwrap();
        }
        let peer = test.anyone().from("192.0.2.7:5000");
        let refused = peer.post("/api/v1/sessions", body.clone()).await;
        assert_eq!(refused.headers["retry-after"], "30");
        refused.expect_problem(429, "too-many-attempts");
        // Nobody is trusted as a proxy here: what the header says counts for nothing.
        let pretending = peer.header("x-forwarded-for", "192.0.2.8");
        let refused = pretending.post("/api/v1/sessions", body.clone()).await;
        refused.expect_problem(429, "too-many-attempts");
        let neighbour = test.anyone().from("192.0.2.8:5000");
        neighbour
            .post("/api/v1/sessions", body)
            .await
            .expect_problem(401, "wrong-password");
    })
    .await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_tries_of_its_own() {
    for backend in backends().await {
        let config = Config {
            trusted_proxies: Networks::try_from("10.0.0.0/8".to_owned()).unwrap(),
            ..TestApp::config(&backend)
        };
        let app = App::start(config, Clock::manual(BEGIN), Entropy::seeded(7)).await;
        let test = TestApp::around(app.unwrap(), backend);
        let body = json!({"email": "o@example.org", "password": "correct horse"});
        let one = identity::network("192.0.2.7".parse().unwrap());
        for _ in 0..100 {
            identity::take(&test.app, &[(Limit::LogInFrom, &one)])
                .await
                .unwrap();
        }
        let log_in = async |peer: &str, seen: &str| {
            let client = test.anyone().from(peer).header("x-forwarded-for", seen);
            client.post("/api/v1/sessions", body.clone()).await
        };
        let refused = log_in("10.0.0.1:5000", "192.0.2.7").await;
        refused.expect_problem(429, "too-many-attempts");
        let lying = log_in("10.0.0.1:5000", "192.0.2.200, 192.0.2.7").await;
        lying.expect_problem(429, "too-many-attempts");
        let other = log_in("10.0.0.1:5000", "192.0.2.8").await;
        other.expect_problem(401, "wrong-password");
        let no_proxy = log_in("192.0.2.7:5000", "192.0.2.9").await;
        no_proxy.expect_problem(429, "too-many-attempts");
    }
}
