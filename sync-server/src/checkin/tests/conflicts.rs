//! Every kind of conflict, from a device's log to the organizer's page.

use serde_json::Value;
use shared_model::entry::Override;
use shared_model::fact::{Annul, Fact, Scan, Stamp};
use shared_model::hlc::Hlc;
use shared_model::ids::OperatorNo;
use shared_model::verdict::Steps;

use super::*;

impl Place {
    /// Sells one ticket; its serial and the path of its position.
    async fn sold(&self) -> (u32, String) {
        let order = json!({"positions": [{"tier": 1, "quantity": 1}], "email": "mina@example.org", "name": "Mina"});
        let order = self.test.anyone().post(&self.path("orders"), order).await;
        let order = order.expect(201);
        let position = format!(
            "/api/v1/positions/{}",
            crate::testing::text(&order["positions"][0]["id"])
        );
        let ticket = self.organizer.get(&format!("{position}/ticket")).await;
        let serial = ticket.expect(200)["serial"].as_u64().expect("a serial");
        (u32::try_from(serial).expect("a small serial"), position)
    }

    /// The conflicts as the organizer sees them.
    async fn conflicts(&self) -> Vec<Value> {
        let shown = self.organizer.get(&self.path("conflicts")).await;
        serde_json::from_value(shown.expect(200)).expect("a list")
    }

    async fn kinds(&self) -> Vec<String> {
        let conflicts = self.conflicts().await;
        let kinds = conflicts.iter().map(|conflict| &conflict["kind"]);
        kinds.map(crate::testing::text).collect()
    }

    /// Hands in what `scanner` wrote, now.
    async fn take(&self, scanner: &Scanner) {
        let frames = scanner.facts(1).into_iter().map(Frame::Facts).collect();
        scanner.exchange(frames).await;
    }

    /// Lets time pass, for `scanner` too.
    fn pass(&self, scanner: &mut Scanner, millis: i64) {
        self.test.advance(millis);
        scanner.set_clock(self.test.now());
    }
}

#[tokio::test]
async fn an_entry_after_the_ticket_was_cancelled_is_a_conflict_and_one_before_is_not() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let mut a = place.scanner("A").await;
        let (early, early_position) = place.sold().await;
        let (late, late_position) = place.sold().await;
        let (kept, _) = place.sold().await;
        place.pass(&mut a, 60_000);
        a.admit(early);
        place.pass(&mut a, 60_000);
        for position in [&early_position, &late_position] {
            let cancel = format!("{position}/cancel");
            place.organizer.post(&cancel, json!({})).await.expect(200);
        }
        place.pass(&mut a, 60_000);
        a.admit(late);
        a.admit(kept);
        place.take(&a).await;
        let conflicts = place.conflicts().await;
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert_eq!(conflicts[0]["kind"], "after_revocation");
        assert_eq!(conflicts[0]["serial"], late);
        assert_eq!(conflicts[0]["later"]["device_name"], "A");
    })
    .await;
}

#[tokio::test]
async fn an_entry_with_a_code_that_was_replaced_before_is_a_conflict() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let mut a = place.scanner("A").await;
        let (serial, position) = place.sold().await;
        let reissue = format!("{position}/reissue");
        place.organizer.post(&reissue, json!({})).await.expect(200);
        place.pass(&mut a, 60_000);
        a.admit(serial);
        place.take(&a).await;
        assert_eq!(place.kinds().await, ["after_revocation"]);

        let b = place.scanner("B").await;
        let want = Frame::Manifest {
            event: b.event,
            since: 0,
            after_serial: None,
        };
        let pages = b.exchange(vec![want]).await;
        let page = pages.iter().find_map(|frame| match frame {
            Frame::Page(page) => {
                postcard::from_bytes::<shared_model::manifest::Page>(&page.bytes).ok()
            }
            _ => None,
        });
        let rows = page.expect("a page").rows;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].stops.len(), 1, "devices learn when it was stopped");
        assert_eq!(rows[0].stops[0].below, Generation(1));
    })
    .await;
}

#[tokio::test]
async fn a_stop_that_becomes_known_later_makes_a_conflict_of_what_was_folded_before() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let mut a = place.scanner("A").await;
        let (serial, position) = place.sold().await;
        // The scanner's clock is ahead, less than it may be.
        place.pass(&mut a, 60_000);
        a.set_clock(place.test.now().plus_millis(30_000));
        a.admit(serial);
        place.take(&a).await;
        assert_eq!(place.kinds().await, [] as [&str; 0]);
        let cancel = format!("{position}/cancel");
        place.organizer.post(&cancel, json!({})).await.expect(200);
        assert_eq!(place.kinds().await, ["after_revocation"]);
    })
    .await;
}

#[tokio::test]
async fn entries_of_a_revoked_device_are_conflicts_whatever_time_they_claim() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let mut a = place.scanner("A").await;
        for serial in [5, 6, 7] {
            place.ticket(serial, "Mina").await;
        }
        place.pass(&mut a, 60_000);
        a.admit(5);
        place.take(&a).await;
        place.test.advance(60_000);
        let path = format!("/api/v1/devices/{}/revoke", a.enrolled.device_id);
        place.organizer.post(&path, json!({})).await.expect(204);
        // By its clock before the revocation, and handed in too late to be believed.
        a.admit(6);
        place.pass(&mut a, 600_000);
        a.admit(7);
        place.take(&a).await;
        let conflicts = place.conflicts().await;
        let serials: Vec<_> = conflicts
            .iter()
            .map(|conflict| &conflict["serial"])
            .collect();
        assert_eq!(serials, [6, 7]);
        assert!(
            conflicts
                .iter()
                .all(|conflict| conflict["kind"] == "device_not_enrolled")
        );
    })
    .await;
}

#[tokio::test]
async fn an_override_in_the_name_of_somebody_who_may_not_is_a_conflict() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        for (name, role) in [("Ana", "supervisor"), ("Iva", "staff")] {
            let person = json!({"name": name, "role": role, "pin": "483920"});
            let added = place.organizer.post(&place.path("operators"), person).await;
            added.expect(201);
        }
        let mut a = place.scanner("A").await;
        let overridden = |supervisor| {
            move |scan| Scan {
                override_: Some(Override {
                    supervisor: OperatorNo(supervisor),
                    steps: Steps::of(2),
                    reason_code: 1,
                }),
                ..scan
            }
        };
        for (serial, supervisor) in [(5, 1), (6, 2), (7, 9)] {
            place.ticket(serial, "Mina").await;
            a.admit_with(serial, overridden(supervisor));
        }
        place.take(&a).await;
        assert_eq!(
            place.kinds().await,
            ["override_without_rights", "override_without_rights"]
        );
        assert_eq!(place.conflicts().await[0]["serial"], 6);
    })
    .await;
}

#[tokio::test]
async fn taking_back_the_scan_of_another_device_without_rights_is_a_conflict() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        place.ticket(5, "Mina").await;
        let mut a = place.scanner("A").await;
        let mut b = place.scanner("B").await;
        let seq = a.admit(5);
        let annul = Fact::Annul(Annul {
            stamp: b.stamp(),
            actor: a.actor(),
            seq,
            operator: OperatorNo(0),
        });
        b.write(annul);
        place.take(&a).await;
        place.take(&b).await;
        assert_eq!(place.kinds().await, ["annul_without_rights"]);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_ran_backwards_is_a_conflict() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        place.ticket(5, "Mina").await;
        let mut a = place.scanner("A").await;
        place.pass(&mut a, 120_000);
        a.admit(6);
        a.admit_with(5, |scan| Scan {
            stamp: Stamp {
                hlc: Hlc::at(scan.stamp.wall.plus_millis(-60_000)),
                ..scan.stamp
            },
            ..scan
        });
        place.take(&a).await;
        assert_eq!(place.kinds().await, ["clock_backwards"]);
    })
    .await;
}

#[tokio::test]
async fn two_doors_that_fill_a_zone_beyond_its_capacity_make_a_conflict() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let zone = json!({"name": "Sala", "capacity": 1});
        place
            .organizer
            .post(&place.path("zones"), zone)
            .await
            .expect(201);
        let list = json!({"zone": 0});
        place
            .organizer
            .patch(&place.path("lists/1"), list)
            .await
            .expect(200);
        let mut a = place.scanner("A").await;
        let mut b = place.scanner("B").await;
        for (scanner, serial) in [(&mut a, 5), (&mut b, 6)] {
            place.ticket(serial, "Mina").await;
            place.pass(scanner, 1000);
            scanner.admit(serial);
            place.take(scanner).await;
        }
        let conflicts = place.conflicts().await;
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert_eq!(conflicts[0]["kind"], "over_capacity");
        assert_eq!(conflicts[0]["serial"], 6);

        let more = json!({"capacity": 2});
        place
            .organizer
            .patch(&place.path("zones/0"), more)
            .await
            .expect(200);
        assert_eq!(place.kinds().await, [] as [&str; 0]);
    })
    .await;
}

#[tokio::test]
async fn two_devices_under_one_identity_are_a_conflict_that_a_person_settles() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let person = json!({"name": "Ana", "role": "supervisor", "pin": "483920"});
        place
            .organizer
            .post(&place.path("operators"), person)
            .await
            .expect(201);
        let mut a = place.scanner("A").await;
        let mut clone = Scanner::cloned(&a);
        a.admit(5);
        clone.admit(6);
        place.take(&a).await;
        place.take(&clone).await;
        let conflicts = place.conflicts().await;
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert_eq!(conflicts[0]["kind"], "fork");
        assert_eq!(conflicts[0]["later"]["device_name"], "A");
        let id = crate::testing::text(&conflicts[0]["id"]);
        let settle = place.path(&format!("conflicts/{id}/resolve"));
        let word = json!({"outcome": "staff_error", "operator": 1});
        place.organizer.post(&settle, word).await.expect(204);
        assert_eq!(place.conflicts().await[0]["resolved"], "staff_error");
    })
    .await;
}
