//! Shares of zones with a limit.

use shared_model::capacity::{SHARE_MS, Shares, SignedShares};
use shared_model::sync::Signed;
use ticket_crypto::label::Label;

use super::*;

const ROOM: u64 = 20;

/// A hall of twenty that list 1 leads into.
async fn hall(test: TestApp) -> Place {
    let place = Place::open(test).await.with_tier().await;
    let zone = json!({"name": "Dvorana", "capacity": ROOM});
    place
        .organizer
        .post(&place.path("zones"), zone)
        .await
        .expect(201);
    place
        .organizer
        .patch(&place.path("lists/1"), json!({"zone": 0}))
        .await
        .expect(200);
    place
}

/// The total that the device may let in, and how much of it is new.
async fn ask(place: &Place, scanner: &Scanner) -> (u64, u64) {
    let body = json!({"event": scanner.event, "actor": scanner.actor()});
    let answer = scanner
        .api
        .post("/device/v1/shares", body)
        .await
        .expect(200);
    let answer: SignedShares = serde_json::from_value(answer).expect("shares");
    let event = shared_model::ids::EventId(place.event.parse().expect("an id"));
    let mut conn = place.test.app.db.read();
    let key = crate::keys::event_signing_key(&mut conn, &place.test.app.master_key, event);
    let key = key.await.expect("an event key");
    let signed = Signed {
        bytes: answer.bytes,
        signature: answer.signature,
    };
    let shares: Shares = signed
        .open(&key.verifying_key(), &Label::LEASE)
        .expect("signed by the event key");
    assert_eq!(shares.actor, scanner.actor());
    assert_eq!(shares.until, place.test.now().plus_millis(SHARE_MS));
    let [share] = shares.zones.as_slice() else {
        panic!("one zone has a limit: {shares:?}");
    };
    (share.total, share.given)
}

async fn deliver(scanner: &Scanner) {
    let frames: Vec<Frame> = scanner.facts(1).into_iter().map(Frame::Facts).collect();
    assert_eq!(errors(&scanner.exchange(frames).await), []);
}

#[tokio::test]
async fn doors_are_never_promised_more_than_there_is_room_for() {
    on_both(async |test: TestApp| {
        let place = hall(test).await;
        let (mut a, b) = (place.scanner("A").await, place.scanner("B").await);
        assert_eq!(ask(&place, &a).await, (5, 5), "half of an equal part");
        let (total, _) = ask(&place, &b).await;
        assert_eq!(total, 3);
        assert_eq!(
            ask(&place, &a).await,
            (4, 4),
            "its own share is counted anew"
        );

        for serial in 1..=4 {
            place.ticket(serial, "Mina").await;
            a.admit(serial);
        }
        deliver(&a).await;
        let (mut total, mut given) = ask(&place, &a).await;
        assert_eq!((total, given), (4 + 3, 3), "four are inside, three are B's");
        let mut serial = 4;
        while given > 0 {
            while serial < u32::try_from(total).unwrap() {
                serial += 1;
                place.ticket(serial, "Mina").await;
                a.admit(serial);
            }
            deliver(&a).await;
            (total, given) = ask(&place, &a).await;
        }
        assert_eq!(total, ROOM - 3, "all but what B was promised");

        let code = place.ticket(100, "Ana").await;
        assert_eq!(place.redeem(&code, 1).await["reason"], "capacity");
        place.test.advance(SHARE_MS + 1);
        assert_eq!(
            place.redeem(&code, 2).await["reason"],
            "capacity",
            "nobody knows what B let in while it could"
        );
        let path = format!("/api/v1/devices/{}/revoke", b.enrolled.device_id);
        place.organizer.post(&path, json!({})).await.expect(204);
        assert_eq!(place.redeem(&code, 3).await["outcome"], "admit");
        let body = json!({"event": b.event, "actor": b.actor()});
        let answer = b.api.post("/device/v1/shares", body).await;
        assert_ne!(answer.status.as_u16(), 200, "off duty, and no share");
    })
    .await;
}
