//! Following what happened: a cursor for each consumer, and nothing is skipped.
//!
//! On PostgreSQL the ids of rows become visible in another order than they were
//! given, so no reader may go by them. Rows that are visible are given positions, by
//! one transaction at a time; consumers go by positions, which become visible in
//! their order. What always holds: a consumer that commits has every position up to its
//! cursor behind it; one that fails sees the same again.
//!
//! Source: docs/decisions/0096-positions-in-the-outbox.md

use shared_model::ids::{EventId, OrganizerId};
use shared_model::time::Timestamp;
use uuid::Uuid;

use crate::db::{Db, Error, Tx};
use crate::{row, sql};

/// Most rows that get their position at once.
const STEP: u32 = 1000;

row! {
    /// Something that happened, as consumers see it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Followed {
        /// Where it stands among all that happened.
        pub position: u64,
        /// Whose.
        pub organizer_id: OrganizerId,
        /// The event, if it concerns one.
        pub event_id: Option<EventId>,
        /// `room.verb`.
        pub kind: String,
        /// The thing that changed.
        pub subject: Uuid,
        /// JSON.
        pub facts: String,
        /// When.
        pub created_at: Timestamp,
    }
}

/// Gives what is visible and has none its position, in a transaction of its own;
/// whether anything had none.
///
/// # Errors
/// When the database refuses.
pub async fn number(db: &Db) -> Result<bool, Error> {
    let mut conn = db.read();
    let new = sql!("SELECT id FROM outbox WHERE position IS NULL LIMIT 1" => (u64,));
    if conn.sql(new).optional().await?.is_none() {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    tx.sql(sql!(
        "INSERT INTO outbox_sequence (one, newest) VALUES (1, 0) ON CONFLICT (one) DO NOTHING"
    ))
    .execute()
    .await?;
    // Whoever comes second waits here, and then sees what the first has numbered.
    let (last,) = tx
        .sql(sql!("UPDATE outbox_sequence SET newest = newest WHERE one = 1 RETURNING newest" => (u64,)))
        .one()
        .await?;
    let numbered = tx
        .sql(sql!(
            "UPDATE outbox SET position = $1 + fresh.nth
             FROM (SELECT id AS fresh_id, ROW_NUMBER() OVER (ORDER BY id) AS nth
                   FROM outbox WHERE position IS NULL ORDER BY id LIMIT $2) AS fresh
             WHERE outbox.id = fresh.fresh_id"
        ))
        .bind(last)
        .bind(STEP)
        .execute()
        .await?;
    tx.sql(sql!(
        "UPDATE outbox_sequence SET newest = newest + $1 WHERE one = 1"
    ))
    .bind(numbered)
    .execute()
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// The next of what happened that `consumer` has not seen, at most `limit`, and moves
/// its cursor behind them: with the commit of `tx`, in which what the consumer does
/// belongs. Locks the cursor, so that a consumer follows at one place at a time.
///
/// # Errors
/// When the database refuses.
pub async fn take(tx: &mut Tx, consumer: &str, limit: u32) -> Result<Vec<Followed>, Error> {
    tx.sql(sql!(
        "INSERT INTO outbox_cursors (consumer, position) VALUES ($1, 0) ON CONFLICT (consumer) DO NOTHING"
    ))
    .bind(consumer)
    .execute()
    .await?;
    let (cursor,) = tx
        .sql(sql!(
            "UPDATE outbox_cursors SET position = position WHERE consumer = $1 RETURNING position" => (u64,)
        ))
        .bind(consumer)
        .one()
        .await?;
    let next = tx
        .sql(sql!(
            "SELECT position, organizer_id, event_id, kind, subject, facts, created_at
             FROM outbox WHERE position > $1 ORDER BY position LIMIT $2" => Followed
        ))
        .bind(cursor)
        .bind(limit)
        .all()
        .await?;
    if let Some(last) = next.last() {
        tx.sql(sql!(
            "UPDATE outbox_cursors SET position = $2 WHERE consumer = $1"
        ))
        .bind(consumer)
        .bind(last.position)
        .execute()
        .await?;
    }
    Ok(next)
}

/// Puts the cursor of `consumer` behind all that has a position, if it has none yet:
/// for a consumer that asks only for news.
///
/// # Errors
/// When the database refuses.
pub async fn begin_at_end(tx: &mut Tx, consumer: &str) -> Result<(), Error> {
    tx.sql(sql!(
        "INSERT INTO outbox_cursors (consumer, position)
         SELECT $1, COALESCE(MAX(newest), 0) FROM outbox_sequence WHERE TRUE
         ON CONFLICT (consumer) DO NOTHING"
    ))
    .bind(consumer)
    .execute()
    .await?;
    Ok(())
}
