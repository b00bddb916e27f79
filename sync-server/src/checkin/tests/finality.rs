//! When what happened can change no more.

use shared_model::fact::{Fact, Heartbeat};
use shared_model::log::Flags;
use shared_model::log::fold::{Logged, Place as Spot, is_final, watermark};
use shared_model::log::{Held, Manner, ingest};

use super::*;
use crate::checkin::show_life;

impl Place {
    /// Whether the organizer is told that each entry may still change.
    async fn provisional(&self) -> Vec<bool> {
        let shown = self.organizer.get(&self.path("entries")).await.expect(200);
        let entries = shown["entries"].as_array().expect("a list");
        let provisional = entries.iter().map(|entry| entry["provisional"].as_bool());
        provisional.map(|known| known.expect("a flag")).collect()
    }

    async fn hand_in(&self, scanner: &Scanner) {
        let frames = scanner.facts(1).into_iter().map(Frame::Facts).collect();
        assert_eq!(errors(&scanner.exchange(frames).await), []);
    }

    fn beat(&self, scanner: &mut Scanner) {
        scanner.set_clock(self.test.now());
        let stamp = scanner.stamp();
        scanner.write(Fact::Heartbeat(Heartbeat { stamp }));
    }
}

/// All facts that the server hands down to `scanner`, checked as a device checks them.
async fn facts_at(scanner: &Scanner, now: shared_model::time::Timestamp) -> Vec<Logged> {
    let book = scanner.book().await;
    let mut all = Vec::new();
    for frame in scanner.exchange(Vec::new()).await {
        let Frame::Facts(facts) = frame else { continue };
        let held = Held::default();
        let accepted = ingest(book.event, &book.roster, &held, &facts, now, Manner::Facts);
        let accepted = accepted.expect("a device takes what the server hands down");
        let key = facts.head.fact_key;
        all.extend(
            accepted
                .rows
                .iter()
                .filter_map(|row| Logged::new(facts.actor, key, row)),
        );
    }
    assert!(all.iter().all(|logged| logged.flags == Flags::default()));
    all
}

/// Whether a device that holds what the server holds calls `spot` final.
async fn is_final_at(scanner: &Scanner, spot: &Spot, now: shared_model::time::Timestamp) -> bool {
    let mut event = shared_model::log::fold::Event::default();
    for logged in facts_at(scanner, now).await {
        event.insert(logged);
    }
    let roster = scanner.book().await.roster;
    is_final(spot, watermark(&roster, event.heard(), now))
}

#[tokio::test]
async fn an_entry_becomes_final_once_every_device_and_the_server_were_heard_of() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        place.ticket(5, "Mina").await;
        let mut a = place.scanner("A").await;
        let mut b = place.scanner("B").await;
        place.test.advance(60_000);
        a.set_clock(place.test.now());
        a.admit(5);
        place.hand_in(&a).await;
        assert_eq!(place.provisional().await, [true], "B was not heard of");

        place.test.advance(60_000);
        place.beat(&mut a);
        place.beat(&mut b);
        place.hand_in(&a).await;
        place.hand_in(&b).await;
        assert_eq!(place.provisional().await, [false]);

        let now = place.test.now();
        let entry = facts_at(&b, now)
            .await
            .into_iter()
            .find(|logged| logged.serial().is_some());
        let spot = entry.expect("the entry of A").place();
        assert!(
            !is_final_at(&b, &spot, now).await,
            "the server was not heard of"
        );
        assert_eq!(show_life(&place.test.app).await.expect("a heartbeat"), 1);
        assert!(is_final_at(&b, &spot, now).await);

        assert_eq!(show_life(&place.test.app).await.expect("no news"), 0);
        place.test.advance(60_000);
        place.beat(&mut a);
        place.hand_in(&a).await;
        assert_eq!(
            show_life(&place.test.app).await.expect("no news"),
            0,
            "signs of life are no news"
        );
    })
    .await;
}

#[tokio::test]
async fn a_redeem_at_the_server_is_news_to_devices_too() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let code = place.ticket(5, "Mina").await;
        let a = place.scanner("A").await;
        assert_eq!(place.redeem(&code, 1).await["outcome"], "admit");
        assert_eq!(show_life(&place.test.app).await.expect("a heartbeat"), 1);
        let facts = facts_at(&a, place.test.now()).await;
        let kinds = facts
            .iter()
            .map(|logged| matches!(logged.fact, Fact::Heartbeat(_)));
        assert_eq!(kinds.collect::<Vec<_>>(), [false, false, true]);
        let place = Place {
            test: place.test.restart().await,
            ..place
        };
        assert_eq!(
            show_life(&place.test.app).await.expect("no news"),
            0,
            "what was shown is known"
        );
    })
    .await;
}

#[tokio::test]
async fn another_server_keeps_entries_provisional_until_it_is_revoked() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        place.ticket(5, "Mina").await;
        let mut a = place.scanner("A").await;
        place.test.advance(60_000);
        a.set_clock(place.test.now());
        a.admit(5);
        place.test.advance(1000);
        place.beat(&mut a);
        place.hand_in(&a).await;
        assert_eq!(place.provisional().await, [false]);

        let event = shared_model::ids::EventId(place.event.parse().expect("an id"));
        let mut tx = place.test.app.db.begin().await.expect("a transaction");
        let found = crate::events::find_any(&mut tx, event)
            .await
            .expect("an event");
        crate::devices::node(&mut tx, &place.test.app, "second", found.organizer, event)
            .await
            .expect("a node");
        tx.commit().await.expect("a commit");
        place.test.app.announce(event);
        assert_eq!(place.provisional().await, [true]);

        let devices = place
            .organizer
            .get(&place.path("devices"))
            .await
            .expect(200);
        let id = |name: &str| {
            let mut devices = devices.as_array().expect("a list").iter();
            let device = devices.find(|device| device["name"] == name);
            crate::testing::text(&device.expect("the device")["id"])
        };
        let revoke = |id: String| format!("/api/v1/devices/{id}/revoke");
        let own = revoke(id(&place.test.app.config.node));
        let refused = place.organizer.post(&own, json!({})).await;
        refused.expect_problem(404, "not-found");
        place
            .organizer
            .post(&revoke(id("second")), json!({}))
            .await
            .expect(204);
        place.test.advance(1);
        assert_eq!(place.provisional().await, [false]);
    })
    .await;
}
