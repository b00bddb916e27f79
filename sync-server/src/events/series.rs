//! The dates of a series: one event, one set of doors, several evenings.
//!
//! Tickets, tiers and check-in lists name a date by its number, so a date can be
//! moved and never removed.

use shared_model::book::Occurrence;
use shared_model::ids::{EventId, OccurrenceNo, OrganizerId};
use shared_model::time::Timestamp;

use super::create::about;
use super::{Error, find, store};
use crate::db::{Conn, Db, Tx};
use crate::outbox;

/// What an organizer says of a date.
#[derive(Debug, Clone)]
pub struct Date {
    /// Its name; may be empty.
    pub name: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Option<Timestamp>,
    /// When doors open.
    pub admission_at: Option<Timestamp>,
}

impl Date {
    fn check(&self) -> Result<(), Error> {
        let invalid = |field, reason| Err(Error::Invalid { field, reason });
        let end = self.ends_at.unwrap_or(Timestamp(i64::MAX));
        if end <= self.starts_at {
            return invalid("ends_at", "must be after starts_at");
        }
        if self.admission_at.is_some_and(|doors| end <= doors) {
            return invalid("admission_at", "must be before ends_at");
        }
        Ok(())
    }

    fn under(self, occurrence: OccurrenceNo) -> Occurrence {
        Occurrence {
            occurrence,
            name: self.name,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            admission_at: self.admission_at,
        }
    }
}

/// Adds a date to the series.
///
/// # Errors
/// [`Error::Unknown`] for another's event, [`Error::Invalid`].
pub async fn add_date(
    db: &Db,
    (organizer, event): (OrganizerId, EventId),
    date: Date,
    now: Timestamp,
) -> Result<Occurrence, Error> {
    date.check()?;
    let mut tx = db.begin().await?;
    let last = lock(&mut tx, organizer, event).await?;
    let next = last.checked_add(1).ok_or(Error::Invalid {
        field: "occurrence",
        reason: "an event has at most 65535 dates",
    })?;
    let date = date.under(OccurrenceNo(next));
    store::insert_occurrence(&mut tx, (organizer, event), &date).await?;
    changed(&mut tx, organizer, event, &date, now).await?;
    tx.commit().await?;
    Ok(date)
}

/// Moves or renames a date; tickets for it stay for it.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Invalid`].
pub async fn change_date(
    db: &Db,
    (organizer, event): (OrganizerId, EventId),
    occurrence: OccurrenceNo,
    date: Date,
    now: Timestamp,
) -> Result<Occurrence, Error> {
    date.check()?;
    let mut tx = db.begin().await?;
    lock(&mut tx, organizer, event).await?;
    let date = date.under(occurrence);
    if !store::update_occurrence(&mut tx, event, &date).await? {
        return Err(Error::Unknown);
    }
    changed(&mut tx, organizer, event, &date, now).await?;
    tx.commit().await?;
    Ok(date)
}

/// The event's dates, by number.
///
/// # Errors
/// When the store fails.
pub async fn list_dates(
    conn: &mut Conn,
    event: EventId,
) -> Result<Vec<Occurrence>, crate::db::Error> {
    store::list_occurrences(conn, event).await
}

/// Waits for the turn to change the series; the highest number given out.
async fn lock(tx: &mut Tx, organizer: OrganizerId, event: EventId) -> Result<u16, Error> {
    find(tx, organizer, event).await?;
    super::bump(tx, event).await?;
    let dates = store::list_occurrences(tx, event).await?;
    Ok(dates.last().map_or(0, |date| date.occurrence.0))
}

async fn changed(
    tx: &mut Tx,
    organizer: OrganizerId,
    event: EventId,
    date: &Occurrence,
    now: Timestamp,
) -> Result<(), Error> {
    let about = about(organizer, event);
    let facts = serde_json::json!({"occurrence": date.occurrence.0});
    outbox::append(tx, "event.dates_changed", about, &facts, now).await?;
    Ok(())
}
