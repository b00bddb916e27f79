//! All SQL of events.

use shared_model::book::Occurrence;
use shared_model::ids::{EventId, EventNo, Kid, OccurrenceNo, OrganizerId, TierNo};
use shared_model::time::Timestamp;

use super::{Event, State};
use crate::db::{Column, Conn, Error, Row, Tx, Value};
use crate::keys::LAST_OWN_SERIAL;
use crate::{row, sql};

impl Column for State {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        let text = match self {
            Self::Draft => "draft",
            Self::OnSale => "on_sale",
            Self::Ended => "ended",
        };
        Value::Text(Some(text.to_owned()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        match String::read(row, column)?.as_str() {
            "draft" => Ok(Self::Draft),
            "on_sale" => Ok(Self::OnSale),
            "ended" => Ok(Self::Ended),
            _ => Err(Error::Value { column }),
        }
    }
}

row! {
    struct EventRow {
        id: EventId,
        organizer_id: OrganizerId,
        event_no: EventNo,
        name: String,
        place: String,
        time_zone: String,
        currency: String,
        state: State,
        starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>,
        admission_at: Option<Timestamp>,
        search_on_devices: bool,
    }
}

/// The statement that answers the events for which `$condition` holds, in the order that it ends with.
macro_rules! events_where {
    ($condition:literal) => {
        sql!(concat!(
            "SELECT id, organizer_id, event_no, name, place, time_zone, currency, state, starts_at, ends_at, admission_at, search_on_devices
             FROM events WHERE ",
            $condition
        ) => EventRow)
    };
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            organizer: row.organizer_id,
            event_no: row.event_no,
            name: row.name,
            place: row.place,
            time_zone: row.time_zone,
            currency: row.currency,
            state: row.state,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            admission_at: row.admission_at,
            search_on_devices: row.search_on_devices,
        }
    }
}

pub(super) async fn find(conn: &mut Conn, id: EventId) -> Result<Option<Event>, Error> {
    let row = conn
        .sql(events_where!("id = $1 AND deleted_at IS NULL"))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Event::from))
}

/// The event with this number at the door.
///
/// # Errors
/// When the store fails.
pub async fn find_by_no(
    conn: &mut Conn,
    organizer: OrganizerId,
    number: EventNo,
) -> Result<Option<Event>, Error> {
    let row = conn
        .sql(events_where!(
            "organizer_id = $1 AND event_no = $2 AND deleted_at IS NULL"
        ))
        .bind(organizer)
        .bind(number)
        .optional()
        .await?;
    Ok(row.map(Event::from))
}

/// The organizer's events, newest first: at most `limit` made before `before`.
///
/// # Errors
/// When the store fails.
pub async fn list(
    conn: &mut Conn,
    organizer: OrganizerId,
    before: Option<EventNo>,
    limit: u32,
) -> Result<Vec<Event>, Error> {
    let rows = conn
        .sql(events_where!(
            "organizer_id = $1 AND event_no < $2 AND deleted_at IS NULL ORDER BY event_no DESC LIMIT $3"
        ))
        .bind(organizer)
        .bind(before.map_or(i64::MAX, |number| i64::from(number.0)))
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// Hides the event from everybody.
pub(super) async fn delete(tx: &mut Tx, event: EventId, now: Timestamp) -> Result<(), Error> {
    tx.sql(sql!("UPDATE events SET deleted_at = $2 WHERE id = $1"))
        .bind(event)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    event: &Event,
    serial_seed: [u8; 32],
    now: Timestamp,
) -> Result<(), Error> {
    tx.sql(sql!(
        "INSERT INTO events (id, organizer_id, event_no, name, place, time_zone, currency, state, starts_at, ends_at, admission_at, search_on_devices, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    ))
    .bind(event.id)
    .bind(event.organizer)
    .bind(event.event_no)
    .bind(event.name.as_str())
    .bind(event.place.as_str())
    .bind(event.time_zone.as_str())
    .bind(event.currency.as_str())
    .bind(event.state)
    .bind(event.starts_at)
    .bind(event.ends_at)
    .bind(event.admission_at)
    .bind(event.search_on_devices)
    .bind(now)
    .execute()
    .await?;
    tx.sql(sql!(
        "INSERT INTO event_counters (event_id, revision, issued, serial_seed, next_tier_no, next_kid, next_lease, organizer_id)
         VALUES ($1, 0, 0, $2, 1, 2, $3, $4)"
    ))
    .bind(event.id)
    .bind(serial_seed)
    .bind(i64::from(LAST_OWN_SERIAL.0) + 1)
    .bind(event.organizer)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn update(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE events SET name = $2, place = $3, time_zone = $4, currency = $5, state = $6, starts_at = $7, ends_at = $8, admission_at = $9, search_on_devices = $10
         WHERE id = $1"
    ))
    .bind(event.id)
    .bind(event.name.as_str())
    .bind(event.place.as_str())
    .bind(event.time_zone.as_str())
    .bind(event.currency.as_str())
    .bind(event.state)
    .bind(event.starts_at)
    .bind(event.ends_at)
    .bind(event.admission_at)
    .bind(event.search_on_devices)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn has_orders(conn: &mut Conn, event: EventId) -> Result<bool, Error> {
    let row = conn
        .sql(sql!("SELECT code FROM orders WHERE event_id = $1 LIMIT 1" => (String,)))
        .bind(event)
        .optional()
        .await?;
    Ok(row.is_some())
}

pub(super) async fn counters(conn: &mut Conn, event: EventId) -> Result<(u64, u32), Error> {
    conn.sql(sql!("SELECT revision, issued FROM event_counters WHERE event_id = $1" => (u64, u32)))
        .bind(event)
        .one()
        .await
}

pub(super) async fn bump(tx: &mut Tx, event: EventId) -> Result<u64, Error> {
    let (revision,) = tx
        .sql(sql!(
            "UPDATE event_counters SET revision = revision + 1 WHERE event_id = $1 RETURNING revision" => (u64,)
        ))
        .bind(event)
        .one()
        .await?;
    Ok(revision)
}

/// Revision, tickets issued so far with these, and the seed of their serials.
pub(super) async fn allot(
    tx: &mut Tx,
    event: EventId,
    count: u32,
) -> Result<(u64, u32, [u8; 32]), Error> {
    tx.sql(sql!(
        "UPDATE event_counters SET revision = revision + 1, issued = issued + $2
         WHERE event_id = $1 RETURNING revision, issued, serial_seed" => (u64, u32, [u8; 32])
    ))
    .bind(event)
    .bind(count)
    .one()
    .await
}

/// The kid, and the serial after the block.
pub(super) async fn lease(tx: &mut Tx, event: EventId, count: u32) -> Result<(Kid, u32), Error> {
    tx.sql(sql!(
        "UPDATE event_counters SET next_kid = next_kid + 1, next_lease = next_lease + $2
         WHERE event_id = $1 RETURNING next_kid - 1, next_lease" => (Kid, u32)
    ))
    .bind(event)
    .bind(count)
    .one()
    .await
}

pub(super) async fn take_tier_no(tx: &mut Tx, event: EventId) -> Result<TierNo, Error> {
    let (next,) = tx
        .sql(sql!(
            "UPDATE event_counters SET next_tier_no = next_tier_no + 1
             WHERE event_id = $1 RETURNING next_tier_no - 1" => (TierNo,)
        ))
        .bind(event)
        .one()
        .await?;
    Ok(next)
}

pub(super) async fn list_issued(conn: &mut Conn) -> Result<Vec<(EventId, u32)>, Error> {
    conn.sql(sql!("SELECT event_id, issued FROM event_counters" => (EventId, u32)))
        .all()
        .await
}

/// Steps that no lost server can have taken between a backup and its end.
pub(super) async fn skip_ahead(tx: &mut Tx, event: EventId, issued: u32) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE event_counters SET revision = revision + 1000000, issued = $2,
            next_tier_no = next_tier_no + 100, next_kid = next_kid + 100, next_lease = next_lease + 1000000
         WHERE event_id = $1"
    ))
    .bind(event)
    .bind(issued)
    .execute()
    .await?;
    Ok(())
}

row! {
    struct OccurrenceRow {
        occurrence: OccurrenceNo,
        name: String,
        starts_at: Timestamp,
        ends_at: Option<Timestamp>,
        admission_at: Option<Timestamp>,
    }
}

impl From<OccurrenceRow> for Occurrence {
    fn from(row: OccurrenceRow) -> Self {
        Self {
            occurrence: row.occurrence,
            name: row.name,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            admission_at: row.admission_at,
        }
    }
}

pub(super) async fn list_occurrences(
    conn: &mut Conn,
    event: EventId,
) -> Result<Vec<Occurrence>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT occurrence, name, starts_at, ends_at, admission_at FROM occurrences WHERE event_id = $1 ORDER BY occurrence" => OccurrenceRow
        ))
        .bind(event)
        .all()
        .await?;
    Ok(rows.into_iter().map(Occurrence::from).collect())
}

pub(super) async fn insert_occurrence(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    date: &Occurrence,
) -> Result<(), Error> {
    tx.sql(sql!("INSERT INTO occurrences (event_id, occurrence, name, starts_at, ends_at, admission_at, organizer_id) VALUES ($1, $2, $3, $4, $5, $6, $7)"))
        .bind(event)
        .bind(date.occurrence)
        .bind(date.name.as_str())
        .bind(date.starts_at)
        .bind(date.ends_at)
        .bind(date.admission_at)
        .bind(organizer)
        .execute()
        .await?;
    Ok(())
}

/// Whether there was one to change.
pub(super) async fn update_occurrence(
    tx: &mut Tx,
    event: EventId,
    date: &Occurrence,
) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!("UPDATE occurrences SET name = $3, starts_at = $4, ends_at = $5, admission_at = $6 WHERE event_id = $1 AND occurrence = $2"))
        .bind(event)
        .bind(date.occurrence)
        .bind(date.name.as_str())
        .bind(date.starts_at)
        .bind(date.ends_at)
        .bind(date.admission_at)
        .execute()
        .await?;
    Ok(changed > 0)
}
