//! Tells this server's devices what other servers on the database changed.
//!
//! A change made here is announced by whoever made it, at once; this room follows the outbox
//! for those made elsewhere, so that a device hears of a ticket sold at another
//! server within a moment. Announcing again is harmless. With SQLite there is no other server.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use shared_model::ids::EventId;

use crate::app::App;
use crate::db::{Db, Error};
use crate::outbox;

/// Most happenings in one step.
const STEP: u32 = 500;

/// Announces what happens at other servers, looking every `pause`, for ever.
pub async fn run(app: Arc<App>, pause: Duration) {
    if matches!(app.db, Db::Sqlite(_)) {
        return;
    }
    loop {
        if let Err(error) = pass(&app).await {
            tracing::error!(cause = crate::problem::chain(&error), "relaying failed");
        }
        tokio::time::sleep(pause).await;
    }
}

/// Announces all that happened since the last pass; which events it concerned.
///
/// # Errors
/// When the database refuses; the next pass begins where this one failed.
pub async fn pass(app: &App) -> Result<BTreeSet<EventId>, Error> {
    let consumer = format!("relay/{}", app.config.node);
    while outbox::number(&app.db).await? {}
    let mut tx = app.db.begin().await?;
    outbox::begin_at_end(&mut tx, &consumer).await?;
    tx.commit().await?;
    let mut concerned = BTreeSet::new();
    loop {
        let mut tx = app.db.begin().await?;
        let happened = outbox::take(&mut tx, &consumer, STEP).await?;
        // Told before the cursor moves: better twice than never.
        let events: BTreeSet<_> = happened.iter().filter_map(|one| one.event_id).collect();
        events.iter().for_each(|event| app.announce(*event));
        tx.commit().await?;
        concerned.extend(events);
        if happened.is_empty() {
            return Ok(concerned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, on_both};

    #[tokio::test]
    async fn what_another_server_sold_is_announced_here() {
        on_both(async |test: TestApp| {
            let organizer = test.organizer("o@example.org").await;
            let event = test.event(&organizer, 0, 10).await;
            let id: EventId = event.id.parse().unwrap();
            assert!(
                pass(&test.app).await.unwrap().is_empty(),
                "a new server asks for news only"
            );
            let other = test.beside(9).await;
            let order = other
                .anyone()
                .post(&event.path("/orders"), event.order(1))
                .await;
            order.expect(201);
            let mut changes = test.app.changes.subscribe();
            assert_eq!(pass(&test.app).await.unwrap(), BTreeSet::from([id]));
            assert_eq!(changes.try_recv().unwrap(), id);
            assert!(pass(&test.app).await.unwrap().is_empty(), "once");
        })
        .await;
    }
}
