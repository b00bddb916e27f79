//! Organizers and events of a test, made through the doors that users take.

use serde_json::{Value, json};

use super::{Api, TestApp};
use crate::organizers;

/// An organizer who is logged in.
#[derive(Debug)]
pub struct TestOrganizer {
    /// Requests in their name.
    pub api: Api,
    /// Their session token.
    pub token: String,
    /// Their organizer's id.
    pub id: shared_model::ids::OrganizerId,
}

/// An event with one tier under one quota.
#[derive(Debug, Clone)]
pub struct TestEvent {
    /// Its id.
    pub id: String,
    /// Its number at the door.
    pub event_no: u32,
    /// Its tier's number.
    pub tier: u16,
    /// Its quota's id.
    pub quota: String,
}

impl TestApp {
    /// A new organizer, made as the command line makes it and logged in.
    ///
    /// # Panics
    /// When that fails.
    pub async fn organizer(&self, email: &str) -> TestOrganizer {
        let who = ("Organizer", email, "correct horse");
        let app = &self.app;
        let made = organizers::create(&app.db, &app.master_key, who, app.now(), &mut app.rng())
            .await
            .expect("the address is free");
        let body = json!({"email": email, "password": "correct horse"});
        let session = self
            .anyone()
            .post("/api/v1/sessions", body)
            .await
            .expect(201);
        let token = session["token"].as_str().expect("a token").to_owned();
        TestOrganizer {
            api: self.bearer(&token),
            token,
            id: made.id,
        }
    }

    /// An event on sale in nine days, with a tier at `price_minor` and `places`.
    ///
    /// # Panics
    /// When that fails.
    pub async fn event(
        &self,
        organizer: &TestOrganizer,
        price_minor: i64,
        places: u32,
    ) -> TestEvent {
        let api = &organizer.api;
        let event = json!({"name": "Summer Night", "place": "Town hall", "time_zone": "Europe/Belgrade",
            "currency": "EUR", "state": "on_sale",
            "starts_at": "2026-06-29T18:00:00Z", "ends_at": "2026-06-30T02:00:00Z"});
        let event = api.post("/api/v1/events", event).await.expect(201);
        let id = text(&event["id"]);
        let path = format!("/api/v1/events/{id}");
        let tier = json!({"name": "Standing", "price_minor": price_minor});
        let tier = api.post(&format!("{path}/tiers"), tier).await.expect(201);
        let quota = json!({"name": "Hall", "size": places, "tiers": [tier["tier"]]});
        let quota = api.post(&format!("{path}/quotas"), quota).await.expect(201);
        TestEvent {
            id,
            event_no: number(&event["event_no"]),
            tier: u16::try_from(number(&tier["tier"])).expect("a tier's number"),
            quota: text(&quota["id"]),
        }
    }
}

impl TestEvent {
    /// The path of the event, or of something below it.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/events/{}{below}", self.id)
    }

    /// The body of an order for `quantity` units.
    #[must_use]
    pub fn order(&self, quantity: u32) -> Value {
        json!({"positions": [{"tier": self.tier, "quantity": quantity}], "email": "guest@example.org", "name": "Ana Guest"})
    }
}

/// The text of a JSON value.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn number(value: &Value) -> u32 {
    let number = value.as_u64().expect("a number");
    u32::try_from(number).expect("a small number")
}
