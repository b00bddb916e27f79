//! What happened, written in the transaction in which it happened.
//!
//! Rooms append, consumers follow, each with a cursor of its own that skips nothing
//! (`follow`) and each safe to repeat. Rows state ids and numbers,
//! never personal data: a person is erased elsewhere.

mod follow;
#[cfg(test)]
mod tests;

use serde::Serialize;
use shared_model::ids::{EventId, OrganizerId};
use shared_model::time::Timestamp;
use uuid::Uuid;

use crate::db::{Error, Tx};
use crate::sql;

pub use follow::{Followed, begin_at_end, number, take};

/// Whose and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Whose.
    pub organizer: OrganizerId,
    /// The event, if it concerns one.
    pub event: Option<EventId>,
    /// The thing that changed.
    pub subject: Uuid,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Happened {
    /// `room.verb`.
    pub kind: &'static str,
    /// Whose and what.
    pub about: About,
    /// What followers need to know.
    pub facts: serde_json::Value,
}

/// Appends what happened: `kind` is `room.verb`, `facts` what followers need.
///
/// # Errors
/// When it cannot be written.
pub async fn append(
    tx: &mut Tx,
    kind: &'static str,
    about: About,
    facts: &impl Serialize,
    now: Timestamp,
) -> Result<(), Error> {
    let facts = serde_json::to_value(facts)
        .expect("facts are plain structs with string keys, which always serialize");
    append_all(tx, &[Happened { kind, about, facts }], now).await
}

/// Appends all that happened, in this order.
///
/// # Errors
/// When it cannot be written.
pub async fn append_all(tx: &mut Tx, happened: &[Happened], now: Timestamp) -> Result<(), Error> {
    let mut insert = tx.sql(sql!("INSERT INTO outbox (organizer_id, event_id, kind, subject, facts, created_at) VALUES ($1, $2, $3, $4, $5, $6)"));
    for Happened { kind, about, facts } in happened {
        insert = insert
            .bind(about.organizer)
            .bind(about.event)
            .bind(*kind)
            .bind(about.subject)
            .bind(facts.to_string())
            .bind(now);
    }
    insert.insert_rows().await?;
    Ok(())
}
