//! How rows of the manifest are found.

use shared_model::ids::{EventId, Serial};

use super::list_changed;
use crate::db::Registered;
use crate::testing::{TestApp, on_both};

const COUNT: u32 = 30_000;

/// Many tickets, the n-th of which changed at revision n.
async fn fill(test: &TestApp, event: EventId) {
    let mut tx = test.app.db.begin().await.unwrap();
    tx.sql(crate::sql!(
        "INSERT INTO tickets (event_id, serial, kid, generation, min_generation, tier_no, occurrence, zones, entries, group_size, flags,
            state, attention, answered, person_name, seat, notes, order_code, revision, organizer_id)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         SELECT e.id, n.i, 1, 0, 0, 1, 0, 1, 0, 1, 0, 'valid', FALSE, '', '', '', '', '', n.i, e.organizer_id FROM n, events e WHERE e.id = $1"
    ))
    .bind(event)
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn plan(test: &TestApp, part: &str, values: &str) -> String {
    let statements = inventory::iter::<Registered>.into_iter();
    let found: Vec<_> = statements
        .filter(|known| known.text.contains("FROM tickets") && known.text.contains(part))
        .collect();
    assert_eq!(found.len(), 1, "one statement with {part}");
    let plan = test.app.db.explain(found[0].text, values).await.unwrap();
    let scans = ["SCAN tickets", "Seq Scan"];
    assert!(!scans.iter().any(|scan| plan.contains(scan)), "{plan}");
    plan
}

#[tokio::test]
async fn a_page_is_one_walk_along_an_index_on_either_database() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let event: EventId = event.id.parse().unwrap();
        fill(&test, event).await;

        let keys = ["sqlite_autoindex_tickets_1", "tickets_pkey"];
        let revisions = ["tickets_revision"];
        for (part, values, indexes, sorts) in [
            (
                "serial > $2 ORDER BY serial LIMIT $3",
                "0, 5000",
                &keys[..],
                false,
            ),
            (
                "revision + 0 > $2 AND serial > $3",
                "5, 0, 5000",
                &keys[..],
                false,
            ),
            (
                "serial + 0 > $3 ORDER BY serial + 0",
                "29990, 0, 5000",
                &revisions[..],
                true,
            ),
            (
                "ORDER BY revision LIMIT 1 OFFSET",
                "5, 10000",
                &revisions[..],
                false,
            ),
        ] {
            let values = format!("'{event}', {values}");
            let plan = plan(&test, part, &values).await;
            assert!(
                indexes.iter().any(|index| plan.contains(index)),
                "{part}: {plan}"
            );
            let sorted = plan.contains("TEMP B-TREE") || plan.contains("Sort");
            assert_eq!(sorted, sorts, "{part}: {plan}");
        }

        let mut conn = test.app.db.read();
        for since in [0, u64::from(COUNT) - 3, 20_001, 19_999, 5] {
            let after = Some(Serial(29_000));
            let page = list_changed(&mut conn, event, since, after, 700)
                .await
                .unwrap();
            let serials: Vec<u64> = page.iter().map(|row| row.record.serial.0.into()).collect();
            let first = 29_001.max(since + 1);
            let last = (first + 699).min(COUNT.into());
            assert_eq!(serials, (first..=last).collect::<Vec<_>>(), "since {since}");
        }
    })
    .await;
}
