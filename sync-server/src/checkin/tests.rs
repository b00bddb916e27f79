//! Devices and the server, through the door.

use serde_json::json;
use shared_model::ids::{Generation, Kid, OccurrenceNo, Serial, TierNo, Zones};
use shared_model::sync::{ErrorCode, Frame};
use shared_model::ticket::{Person, TicketFlags, TicketRecord, TicketState};
use ticket_crypto::token::{Body, Kind, Minute};

use crate::organizers;
use crate::testing::{Keys, Scanner, TestApp, on_both};

mod conflicts;
mod description;
mod enrolment;
mod exchange;
mod finality;
mod leasing;
mod live_codes;
mod names;
mod pages;
mod redeeming;
mod set_up;
mod sharing;

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

impl Place {
    /// A ticket as the sale would make it; its code.
    async fn ticket(&self, serial: u32, name: &str) -> String {
        let event = shared_model::ids::EventId(self.event.parse().expect("an id"));
        let mut tx = self.test.app.db.begin().await.expect("a transaction");
        let revision = crate::events::bump(&mut tx, event)
            .await
            .expect("a revision");
        let record = TicketRecord {
            serial: Serial(serial),
            kid: Kid(1),
            min_generation: Generation(0),
            tier: TierNo(1),
            occurrence: OccurrenceNo(0),
            zones: Zones(1),
            valid_from: None,
            valid_until: None,
            entries: 0,
            group: 1,
            state: TicketState::Valid,
            flags: TicketFlags(0),
            attention: false,
            addon_of: None,
            foreign: None,
            answered: Vec::new(),
            stops: Vec::new(),
            person: Some(Person {
                name: name.to_owned(),
                ..Person::default()
            }),
            sealed: Vec::new(),
        };
        let found = crate::events::find_any(&mut tx, event)
            .await
            .expect("an event");
        crate::tickets::upsert(
            &mut tx,
            (found.organizer, event),
            &record,
            Generation(0),
            revision,
        )
        .await
        .expect("a ticket");
        let key = crate::keys::ticket_signing_key(
            &mut tx,
            &self.test.app.master_key,
            event,
            crate::keys::SERVER_KID,
        )
        .await
        .expect("a key");
        tx.commit().await.expect("a commit");
        Body {
            kind: Kind::Static,
            flags: TicketFlags(0),
            kid: Kid(1),
            event: found.event_no,
            serial: Serial(serial),
            generation: Generation(0),
            tier: TierNo(1),
            occurrence: OccurrenceNo(0),
            zones: Zones(1),
            valid_from: Minute::MIN,
            valid_until: Minute::MAX,
            entries: 0,
            group: 1,
        }
        .sign(&key)
        .expect("a token")
        .text()
    }

    /// An event with one tier.
    async fn with_tier(self) -> Self {
        let tier = json!({"name": "Parter", "price_minor": 0});
        self.organizer
            .post(&self.path("tiers"), tier)
            .await
            .expect(201);
        self
    }

    /// The same with places to sell.
    async fn with_places(self) -> Self {
        let place = self.with_tier().await;
        let quota = json!({"name": "Hall", "size": 100, "tiers": [1]});
        let quota = place.organizer.post(&place.path("quotas"), quota).await;
        quota.expect(201);
        place
    }

    async fn redeem(&self, code: &str, request: u64) -> serde_json::Value {
        let body = json!({"code": code, "request_id": format!("{request:032x}")});
        self.organizer
            .post(&self.path("redeem"), body)
            .await
            .expect(200)
    }
}
