//! Box offices: leases of places, and sales that become orders.

use shared_model::fact::{Fact, Sale};
use shared_model::ids::{PublicKey, RequestId};
use ticket_crypto::certificate::BoxOfficeCertificate;
use ticket_crypto::label::Label;
use ticket_crypto::{SigningKey, signature};

use super::*;

fn sale(scanner: &Scanner, serial: u64, kid: u64) -> Fact {
    Fact::Sale(Sale {
        stamp: scanner.stamp(),
        serial: Serial(u32::try_from(serial).unwrap()),
        kid: Kid(u16::try_from(kid).unwrap()),
        tier: TierNo(1),
        occurrence: OccurrenceNo(0),
        zones: Zones(0),
        price_minor: 1500,
        cash: true,
        operator: shared_model::ids::OperatorNo(0),
        request: RequestId([u8::try_from(serial % 251).unwrap(); 16]),
    })
}

/// What a device asks for its lease with, and the key that it shows.
fn claim_of(place: &Place, office: &Scanner) -> (PublicKey, serde_json::Value) {
    let key = SigningKey::generate(&mut place.test.app.rng());
    let public = PublicKey(key.verifying_key().to_bytes());
    let message =
        shared_model::lease::claim_message(office.enrolled.device_id, office.event, &public);
    let proof = hex::encode(signature::sign(&key, &Label::PROOF, &message));
    (
        public,
        json!({"event": office.event, "key": public, "proof": proof}),
    )
}

#[tokio::test]
async fn a_lease_is_held_quota_until_its_sales_are_orders() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let quota = json!({"name": "Sala", "size": 10, "tiers": [1]});
        place.organizer.post(&place.path("quotas"), quota).await.expect(201);
        let used = async || place.organizer.get(&place.path("quotas")).await.expect(200)[0]["used"].as_u64().unwrap();
        let mut office = place.scanner("Blagajna").await;
        let device = office.enrolled.device_id;
        let leases = place.path(&format!("devices/{device}/leases"));
        let body = |places: u32| json!({"tiers": [{"tier": 1, "places": places}], "until": "2026-06-20T23:00:00Z"});
        place.organizer.post(&leases, body(11)).await.expect_problem(409, "sold-out");
        place.organizer.post(&leases, body(0)).await.expect_problem(422, "invalid");
        place.organizer.post(&leases, body(4)).await.expect(201);
        assert_eq!(used().await, 4);
        let later = json!({"name": "Kasnije", "size": 3, "tiers": [1]});
        let refused = place.organizer.post(&place.path("quotas"), later).await;
        refused.expect_problem(409, "quota-in-use");

        let (public, claim) = claim_of(&place, &office);
        let wrong = json!({"event": office.event, "key": public, "proof": "00".repeat(64)});
        office.api.post("/device/v1/leases", wrong).await.expect_problem(422, "invalid");
        let answer = office.api.post("/device/v1/leases", claim.clone()).await.expect(200);
        let again = office.api.post("/device/v1/leases", claim.clone()).await.expect(200);
        assert_eq!(answer, again, "an answer that was lost is given again");
        let claimed = &answer["claimed"];
        assert_eq!(answer["open"], json!([claimed["kid"]]));
        assert_eq!(claimed["tiers"][0]["places"], 4);
        let (first, kid) = (claimed["first_serial"].as_u64().unwrap(), claimed["kid"].as_u64().unwrap());
        let book = office.book().await;
        assert!(book.keys.iter().any(|known| u64::from(known.kid.0) == kid && known.public_key == public));
        let delegated = book.key_set().get(Kid(u16::try_from(kid).unwrap())).expect("a key by certificate");
        assert_eq!(delegated.limits.as_ref().unwrap().tiers, [TierNo(1)]);
        assert!(book.roster.devices.iter().any(|known| known.sells_under.is_some()));
        let mut conn = place.test.app.db.read();
        let event = shared_model::ids::EventId(place.event.parse().unwrap());
        let event_key = crate::keys::event_signing_key(&mut conn, &place.test.app.master_key, event).await.unwrap();
        let certificate = book.keys.iter().find_map(|known| known.certificate.clone()).unwrap();
        let certificate = BoxOfficeCertificate::open(&certificate, &event_key.verifying_key()).unwrap();
        assert_eq!(u64::from(certificate.first_serial.0), first);

        let (one, two) = (sale(&office, first, kid), sale(&office, first + 1, kid));
        office.write(one);
        office.write(two);
        let stray = sale(&office, 77, kid);
        office.write(stray);
        let frames: Vec<Frame> = office.facts(1).into_iter().map(Frame::Facts).collect();
        assert_eq!(errors(&office.exchange(frames.clone()).await), []);
        office.exchange(frames).await;
        assert_eq!(used().await, 4);
        let ticket = crate::tickets::find(&mut conn, event, Serial(u32::try_from(first).unwrap())).await.unwrap();
        let ticket = ticket.expect("a ticket of the sale");
        assert_eq!(ticket.record.kid.0, u16::try_from(kid).unwrap());
        assert!(crate::tickets::find(&mut conn, event, Serial(77)).await.unwrap().is_none());
        let orders = place.organizer.get(&place.path("orders")).await.expect(200);
        assert_eq!(orders.to_string().matches("\"paid\"").count(), 2, "{orders}");

        place.organizer.post(&place.path(&format!("leases/{kid}/end")), json!({})).await.expect(204);
        place.organizer.post(&place.path(&format!("leases/{kid}/end")), json!({})).await.expect(204);
        assert_eq!(used().await, 2);
        let answer = office.api.post("/device/v1/leases", claim).await.expect(200);
        assert_eq!(answer, json!({"claimed": null, "open": []}), "an ended lease is not sold from");
        let shown = place.organizer.get(&place.path("leases")).await.expect(200);
        assert!(shown[0]["ended_at"].is_string());
    })
    .await;
}

#[tokio::test]
async fn sales_of_an_ended_lease_take_the_places_that_are_left_and_give_back_no_others() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let quota = json!({"name": "Sala", "size": 3, "tiers": [1]});
        place.organizer.post(&place.path("quotas"), quota).await.expect(201);
        let used = async || place.organizer.get(&place.path("quotas")).await.expect(200)[0]["used"].as_u64().unwrap();
        let mut office = place.scanner("Blagajna").await;
        let leases = place.path(&format!("devices/{}/leases", office.enrolled.device_id));
        let three = json!({"tiers": [{"tier": 1, "places": 3}], "until": "2026-06-20T23:00:00Z"});
        place.organizer.post(&leases, three).await.expect(201);
        let (_, claim) = claim_of(&place, &office);
        let answer = office.api.post("/device/v1/leases", claim).await.expect(200);
        let first = answer["claimed"]["first_serial"].as_u64().unwrap();
        let kid = answer["claimed"]["kid"].as_u64().unwrap();
        place.organizer.post(&place.path(&format!("leases/{kid}/end")), json!({})).await.expect(204);
        let order = json!({"positions": [{"tier": 1, "quantity": 1}], "email": "mina@example.org", "name": "Mina"});
        place.test.anyone().post(&place.path("orders"), order.clone()).await.expect(201);
        assert_eq!(used().await, 1);

        for serial in first..first + 3 {
            let sold = sale(&office, serial, kid);
            office.write(sold);
        }
        let frames: Vec<Frame> = office.facts(1).into_iter().map(Frame::Facts).collect();
        assert_eq!(errors(&office.exchange(frames).await), []);
        assert_eq!(used().await, 3, "two took the places that were left, one had none");
        place.test.anyone().post(&place.path("orders"), order).await.expect_problem(409, "sold-out");

        let orders = place.organizer.get(&place.path("orders")).await.expect(200);
        let orders = orders.as_array().unwrap().clone();
        let at_the_door = orders.iter().filter(|order| order["email"] == "");
        for order in at_the_door {
            let cancel = format!("/api/v1/orders/{}/cancel", order["id"].as_str().unwrap());
            place.organizer.post(&cancel, json!({})).await.expect(200);
        }
        assert_eq!(used().await, 1);
    })
    .await;
}
