//! Consumers see everything that was committed, once, in one order.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::Rng as _;
use shared_model::ids::OrganizerId;
use uuid::Uuid;

use super::{About, Followed, append, number, take};
use crate::db::Db;
use crate::testing::{TestApp, on_both};

const NOW: shared_model::time::Timestamp = crate::testing::BEGIN;

async fn happen(db: &Db, subject: u128, pause: Duration, commits: bool) {
    let mut tx = db.begin().await.unwrap();
    let about = About {
        organizer: OrganizerId(Uuid::from_u128(7)),
        event: None,
        subject: Uuid::from_u128(subject),
    };
    append(&mut tx, "test.happened", about, &(), NOW)
        .await
        .unwrap();
    tokio::time::sleep(pause).await;
    if commits {
        tx.commit().await.unwrap();
    }
}

async fn follow(db: &Db, consumer: &str) -> Vec<Followed> {
    while number(db).await.unwrap() {}
    let mut tx = db.begin().await.unwrap();
    let next = take(&mut tx, consumer, 7).await.unwrap();
    tx.commit().await.unwrap();
    next
}

#[tokio::test]
async fn what_becomes_visible_late_is_not_skipped() {
    on_both(async |test: TestApp| {
        let db = test.app.db.clone();
        let mut rng = test.app.rng();
        let writers: Vec<_> = (0..60_u128)
            .map(|subject| {
                // Ids are given at once, commits come in any order, some never.
                let pause = Duration::from_micros(u64::from(rng.next_u32() % 4000));
                let db = db.clone();
                tokio::spawn(async move { happen(&db, subject, pause, subject % 10 != 3).await })
            })
            .collect();
        let mut seen: Vec<Followed> = Vec::new();
        while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
            seen.extend(follow(&db, "mail").await);
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        loop {
            let next = follow(&db, "mail").await;
            if next.is_empty() {
                break;
            }
            seen.extend(next);
        }
        let subjects: BTreeSet<_> = seen.iter().map(|one| one.subject.as_u128()).collect();
        let committed: BTreeSet<_> = (0..60).filter(|subject| subject % 10 != 3).collect();
        assert_eq!(subjects, committed, "{}", db.kind());
        assert_eq!(seen.len(), committed.len(), "each once");
        assert!(
            seen.windows(2)
                .all(|pair| pair[0].position < pair[1].position)
        );
    })
    .await;
}

#[tokio::test]
async fn on_postgres_the_later_id_may_come_first_and_the_earlier_still_comes() {
    on_both(async |test: TestApp| {
        let db = &test.app.db;
        if matches!(db, Db::Sqlite(_)) {
            return; // Its transactions take turns: ids become visible in their order.
        }
        let mut early = db.begin().await.unwrap();
        let about = About {
            organizer: OrganizerId(Uuid::from_u128(7)),
            event: None,
            subject: Uuid::from_u128(1),
        };
        append(&mut early, "test.happened", about, &(), NOW)
            .await
            .unwrap();
        happen(db, 2, Duration::ZERO, true).await;
        let first = follow(db, "mail").await;
        early.commit().await.unwrap();
        let then = follow(db, "mail").await;
        let subjects = first.iter().chain(&then).map(|one| one.subject.as_u128());
        assert_eq!(subjects.collect::<Vec<_>>(), [2, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_consumer_that_fails_sees_the_same_again_and_others_are_not_concerned() {
    on_both(async |test: TestApp| {
        let db = &test.app.db;
        for subject in 0..10 {
            happen(db, subject, Duration::ZERO, true).await;
        }
        number(db).await.unwrap();
        let mut failing = db.begin().await.unwrap();
        let taken = take(&mut failing, "mail", 7).await.unwrap();
        assert_eq!(taken.len(), 7);
        drop(failing);
        assert_eq!(
            follow(db, "mail").await,
            taken,
            "what was not committed comes again"
        );
        assert_eq!(follow(db, "mail").await.len(), 3);
        assert_eq!(follow(db, "mail").await, []);
        assert_eq!(follow(db, "search").await, taken);
    })
    .await;
}
