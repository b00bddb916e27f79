//! Devices and the server, through the door.

use serde_json::json;
use shared_model::sync::{ErrorCode, Frame};

use crate::organizers;
use crate::testing::{Keys, Scanner, TestApp, on_both};

mod enrolment;
mod exchange;

/// An organizer with an event that is on sale.
struct Place {
    test: TestApp,
    organizer: crate::testing::Api,
    event: String,
}

impl Place {
    async fn open(test: TestApp) -> Self {
        let mut rng = test.app.rng();
        organizers::create(
            &test.app.db,
            &test.app.master_key,
            ("Dom", "dom@example.org", "correct horse"),
            test.now(),
            &mut rng,
        )
        .await
        .expect("an organizer");
        let session = test
            .anyone()
            .post(
                "/api/v1/sessions",
                json!({"email": "dom@example.org", "password": "correct horse"}),
            )
            .await
            .expect(201);
        let organizer = test.bearer(session["token"].as_str().expect("a token"));
        let event = organizer
            .post(
                "/api/v1/events",
                json!({"name": "Koncert", "time_zone": "Europe/Belgrade", "currency": "EUR", "state": "on_sale"}),
            )
            .await
            .expect(201);
        Self {
            event: event["id"].as_str().expect("an id").to_owned(),
            organizer,
            test,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/events/{}/{rest}", self.event)
    }

    async fn code(&self) -> String {
        let code = self
            .organizer
            .post(&self.path("enrolment-codes"), json!({}))
            .await
            .expect(201);
        code["code"].as_str().expect("a code").to_owned()
    }

    async fn scanner(&self, name: &str) -> Scanner {
        Scanner::enrol(&self.test, &self.code().await, name).await
    }
}

/// Error codes among frames.
fn errors(frames: &[Frame]) -> Vec<ErrorCode> {
    frames
        .iter()
        .filter_map(|frame| match frame {
            Frame::Error { code, .. } | Frame::Refused { code, .. } => Some(*code),
            _ => None,
        })
        .collect()
}
