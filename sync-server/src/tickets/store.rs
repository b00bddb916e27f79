//! All SQL of tickets.

use shared_model::ids::{
    EventId, ForeignHash, Generation, Kid, OccurrenceNo, OrganizerId, PositionId, QuestionNo,
    Serial, TierNo, Zones,
};
use shared_model::ticket::{Person, Stop, TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;

use super::{NewTicket, Ticket};
use crate::db::{Column, Conn, Error, Row, Tx, Value};
use crate::{row, sql};

/// A ticket's state as a column.
struct StateColumn(TicketState);

const STATES: [(TicketState, &str); 8] = [
    (TicketState::Valid, "valid"),
    (TicketState::Pending, "pending"),
    (TicketState::Unapproved, "unapproved"),
    (TicketState::Blocked, "blocked"),
    (TicketState::Cancelled, "cancelled"),
    (TicketState::Expired, "expired"),
    (TicketState::Disputed, "disputed"),
    (TicketState::Revoked, "revoked"),
];

impl Column for StateColumn {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        let named = STATES.iter().find(|(state, _)| *state == self.0);
        Value::Text(named.map(|(_, name)| (*name).to_owned()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        let text = String::read(row, column)?;
        let named = STATES.iter().find(|(_, name)| *name == text);
        named
            .map(|(state, _)| Self(*state))
            .ok_or(Error::Value { column })
    }
}

/// Numbers of questions as a column.
struct Answered(Vec<QuestionNo>);

impl Column for Answered {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        let numbers: Vec<_> = self.0.iter().map(QuestionNo::to_string).collect();
        Value::Text(Some(numbers.join(",")))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        let text = String::read(row, column)?;
        let numbers = text.split(',').filter(|number| !number.is_empty());
        let numbers: Result<_, _> = numbers.map(str::parse).collect();
        numbers.map(Self).map_err(|_| Error::Value { column })
    }
}

/// Stops as a column: each `generation@milliseconds;`, so that one more is appended by SQL.
struct Stops(Vec<Stop>);

impl Column for Stops {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        let stops = self.0.iter();
        let stops = stops.map(|stop| format!("{}@{};", stop.below, stop.at.as_millis()));
        Value::Text(Some(stops.collect()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        let text = String::read(row, column)?;
        let stops = text.split_terminator(';').map(|stop| {
            let (below, at) = stop.split_once('@')?;
            Some(Stop {
                below: below.parse().ok()?,
                at: Timestamp(at.parse().ok()?),
            })
        });
        let stops: Option<_> = stops.collect();
        stops.map(Self).ok_or(Error::Value { column })
    }
}

row! {
    struct TicketRow {
        serial: Serial,
        kid: Kid,
        generation: Generation,
        min_generation: Generation,
        tier_no: TierNo,
        occurrence: OccurrenceNo,
        zones: Zones,
        valid_from: Option<Timestamp>,
        valid_until: Option<Timestamp>,
        entries: u8,
        group_size: u8,
        flags: u8,
        state: StateColumn,
        attention: bool,
        addon_of: Option<Serial>,
        foreign_hash: Option<ForeignHash>,
        answered: Answered,
        stops: Stops,
        person_name: String,
        seat: String,
        notes: String,
        order_code: String,
        revision: u64,
    }
}

/// The statement that answers the whole tickets for which `$condition` holds, in the order that it ends with.
macro_rules! tickets_where {
    ($condition:literal) => {
        sql!(concat!(
            "SELECT serial, kid, generation, min_generation, tier_no, occurrence, zones, valid_from, valid_until, entries, group_size, flags,
                state, attention, addon_of, foreign_hash, answered, stops, person_name, seat, notes, order_code, revision
             FROM tickets WHERE ",
            $condition
        ) => TicketRow)
    };
}

impl From<TicketRow> for Ticket {
    fn from(row: TicketRow) -> Self {
        let person = Person {
            name: row.person_name,
            seat: row.seat,
            notes: row.notes,
            order_code: row.order_code,
        };
        Self {
            record: TicketRecord {
                serial: row.serial,
                kid: row.kid,
                min_generation: row.min_generation,
                tier: row.tier_no,
                occurrence: row.occurrence,
                zones: row.zones,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
                entries: row.entries,
                group: row.group_size,
                state: row.state.0,
                flags: TicketFlags(row.flags),
                attention: row.attention,
                addon_of: row.addon_of,
                foreign: row.foreign_hash,
                answered: row.answered.0,
                stops: row.stops.0,
                person: (person != Person::default()).then_some(person),
                sealed: Vec::new(),
            },
            generation: row.generation,
            revision: row.revision,
        }
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    kid: Kid,
    tickets: &[(Serial, &NewTicket)],
    revision: u64,
) -> Result<(), Error> {
    let mut insert = tx.sql(sql!(
        "INSERT INTO tickets (event_id, serial, kid, position_id, generation, min_generation, tier_no, occurrence, zones, valid_from, valid_until,
            entries, group_size, flags, state, attention, answered, person_name, seat, notes, order_code, revision, organizer_id)
         VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, '', '', $16, $17, $18)"
    ));
    for (serial, ticket) in tickets {
        insert = insert
            .bind(event)
            .bind(*serial)
            .bind(kid)
            .bind(ticket.position)
            .bind(ticket.tier)
            .bind(ticket.occurrence)
            .bind(ticket.zones)
            .bind(ticket.valid_from)
            .bind(ticket.valid_until)
            .bind(ticket.entries)
            .bind(ticket.group)
            .bind(ticket.flags.0)
            .bind(StateColumn(ticket.state))
            .bind(ticket.attention)
            .bind(ticket.person_name.as_str())
            .bind(ticket.order_code.as_str())
            .bind(revision)
            .bind(organizer);
    }
    insert.insert_rows().await?;
    Ok(())
}

/// Writes a row of the manifest as it is, over the one of the same serial: for
/// imported tickets and for sales made offline. `revision` is the transaction's own.
///
/// # Errors
/// When the store fails.
pub async fn upsert(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    record: &TicketRecord,
    generation: Generation,
    revision: u64,
) -> Result<(), Error> {
    let person = record.person.clone().unwrap_or_default();
    tx.sql(sql!(
        "INSERT INTO tickets (event_id, serial, kid, generation, min_generation, tier_no, occurrence, zones, valid_from, valid_until,
            entries, group_size, flags, state, attention, addon_of, foreign_hash, answered, stops, person_name, seat, notes, order_code, revision, organizer_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
         ON CONFLICT (event_id, serial) DO UPDATE SET
            kid = excluded.kid, generation = excluded.generation, min_generation = excluded.min_generation, tier_no = excluded.tier_no,
            occurrence = excluded.occurrence, zones = excluded.zones, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
            entries = excluded.entries, group_size = excluded.group_size, flags = excluded.flags, state = excluded.state,
            attention = excluded.attention, addon_of = excluded.addon_of, foreign_hash = excluded.foreign_hash, answered = excluded.answered,
            stops = excluded.stops, person_name = excluded.person_name, seat = excluded.seat, notes = excluded.notes, order_code = excluded.order_code,
            revision = excluded.revision"
    ))
    .bind(event)
    .bind(record.serial)
    .bind(record.kid)
    .bind(generation)
    .bind(record.min_generation)
    .bind(record.tier)
    .bind(record.occurrence)
    .bind(record.zones)
    .bind(record.valid_from)
    .bind(record.valid_until)
    .bind(record.entries)
    .bind(record.group)
    .bind(record.flags.0)
    .bind(StateColumn(record.state))
    .bind(record.attention)
    .bind(record.addon_of)
    .bind(record.foreign)
    .bind(Answered(record.answered.clone()))
    .bind(Stops(record.stops.clone()))
    .bind(person.name)
    .bind(person.seat)
    .bind(person.notes)
    .bind(person.order_code)
    .bind(revision)
    .bind(organizer)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &mut Tx,
    position: PositionId,
    state: TicketState,
    stop: Option<Stop>,
    revision: u64,
) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE tickets SET state = $2, min_generation = COALESCE($3, min_generation), stops = stops || $4, revision = $5 WHERE position_id = $1"
    ))
    .bind(position)
    .bind(StateColumn(state))
    .bind(stop.map(|stop| stop.below))
    .bind(Stops(stop.into_iter().collect()))
    .bind(revision)
    .execute()
    .await?;
    Ok(())
}

/// Gives the position's ticket the generation below which codes are stopped.
pub(super) async fn set_generation(
    tx: &mut Tx,
    position: PositionId,
    stop: Stop,
    revision: u64,
) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE tickets SET generation = $2, min_generation = $2, stops = stops || $3, revision = $4 WHERE position_id = $1"
    ))
    .bind(position)
    .bind(stop.below)
    .bind(Stops(vec![stop]))
    .bind(revision)
    .execute()
    .await?;
    Ok(())
}

/// Frees the position from a serial whose generations are used up.
pub(super) async fn retire(
    tx: &mut Tx,
    event: EventId,
    serial: Serial,
    stop: Stop,
    revision: u64,
) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE tickets SET position_id = NULL, state = 'revoked', min_generation = $3, stops = stops || $4, revision = $5 WHERE event_id = $1 AND serial = $2"
    ))
    .bind(event)
    .bind(serial)
    .bind(stop.below)
    .bind(Stops(vec![stop]))
    .bind(revision)
    .execute()
    .await?;
    Ok(())
}

/// Takes dead tickets from a position, so that it can get a new one: their
/// serials stay dead for ever.
///
/// # Errors
/// When the store fails.
pub async fn detach(tx: &mut Tx, position: PositionId) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE tickets SET position_id = NULL WHERE position_id = $1 AND min_generation = 255"
    ))
    .bind(position)
    .execute()
    .await?;
    Ok(())
}

/// The ticket with this serial.
///
/// # Errors
/// When the store fails.
pub async fn find(
    conn: &mut Conn,
    event: EventId,
    serial: Serial,
) -> Result<Option<Ticket>, Error> {
    let row = conn
        .sql(tickets_where!("event_id = $1 AND serial = $2"))
        .bind(event)
        .bind(serial)
        .optional()
        .await?;
    Ok(row.map(Ticket::from))
}

/// Serials of one trip of [`find_each`].
const SERIALS: usize = 8;

/// The tickets with these serials, in no order.
///
/// # Errors
/// When the store fails.
pub async fn find_each(
    conn: &mut Conn,
    event: EventId,
    serials: &[Serial],
) -> Result<Vec<Ticket>, Error> {
    let mut found = Vec::with_capacity(serials.len());
    for few in serials.chunks(SERIALS) {
        let mut query = conn.sql(tickets_where!(
            "event_id = $1 AND serial IN ($2, $3, $4, $5, $6, $7, $8, $9)"
        ));
        query = query.bind(event);
        // Naming one again finds nothing more.
        for serial in few.iter().cycle().take(SERIALS) {
            query = query.bind(*serial);
        }
        found.extend(query.all().await?.into_iter().map(Ticket::from));
    }
    Ok(found)
}

/// The ticket that proves this position.
///
/// # Errors
/// When the store fails.
pub async fn find_by_position(
    conn: &mut Conn,
    position: PositionId,
) -> Result<Option<Ticket>, Error> {
    let row = conn
        .sql(tickets_where!("position_id = $1"))
        .bind(position)
        .optional()
        .await?;
    Ok(row.map(Ticket::from))
}

/// Rows of the manifest that changed after revision `since`, by serial, after
/// `after`: at most `limit`.
///
/// Each is one walk along an index: of a few changes along the revisions, of many along the
/// serials. What nothing hangs on is written `+ 0`, so that no planner takes the other index.
///
/// # Errors
/// When the store fails.
pub async fn list_changed(
    conn: &mut Conn,
    event: EventId,
    since: u64,
    after: Option<Serial>,
    limit: u32,
) -> Result<Vec<Ticket>, Error> {
    let after = after.map_or(-1, |serial| i64::from(serial.0));
    let rows = if since == 0 {
        // Every row: a walk along the primary key.
        conn.sql(tickets_where!(
            "event_id = $1 AND serial > $2 ORDER BY serial LIMIT $3"
        ))
        .bind(event)
        .bind(after)
        .bind(limit)
        .all()
        .await?
    } else if many_changed(conn, event, since).await? {
        conn.sql(tickets_where!(
            "event_id = $1 AND revision + 0 > $2 AND serial > $3 ORDER BY serial LIMIT $4"
        ))
        .bind(event)
        .bind(since)
        .bind(after)
        .bind(limit)
        .all()
        .await?
    } else {
        conn.sql(tickets_where!(
            "event_id = $1 AND revision > $2 AND serial + 0 > $3 ORDER BY serial + 0 LIMIT $4"
        ))
        .bind(event)
        .bind(since)
        .bind(after)
        .bind(limit)
        .all()
        .await?
    };
    Ok(rows.into_iter().map(Ticket::from).collect())
}

/// Changes that are sorted for each page; of more than these a page walks along the serials.
const FEW: u32 = 10_000;

async fn many_changed(conn: &mut Conn, event: EventId, since: u64) -> Result<bool, Error> {
    let beyond = conn
        .sql(sql!("SELECT revision FROM tickets WHERE event_id = $1 AND revision > $2 ORDER BY revision LIMIT 1 OFFSET $3" => (u64,)))
        .bind(event)
        .bind(since)
        .bind(FEW)
        .optional()
        .await?;
    Ok(beyond.is_some())
}

/// Tickets that answer to a foreign system's code: one, unless codes repeat.
///
/// # Errors
/// When the store fails.
pub async fn list_foreign(
    conn: &mut Conn,
    event: EventId,
    code: ForeignHash,
) -> Result<Vec<Ticket>, Error> {
    let rows = conn
        .sql(tickets_where!(
            "event_id = $1 AND foreign_hash = $2 ORDER BY serial LIMIT 8"
        ))
        .bind(event)
        .bind(code)
        .all()
        .await?;
    Ok(rows.into_iter().map(Ticket::from).collect())
}

/// Whether any ticket of the event has a foreign system's code.
///
/// # Errors
/// When the store fails.
pub async fn has_foreign(conn: &mut Conn, event: EventId) -> Result<bool, Error> {
    let found = conn
        .sql(sql!("SELECT serial FROM tickets WHERE event_id = $1 AND foreign_hash IS NOT NULL LIMIT 1" => (Serial,)))
        .bind(event)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// The add-ons of a ticket.
///
/// # Errors
/// When the store fails.
pub async fn list_addons(
    conn: &mut Conn,
    event: EventId,
    main: Serial,
) -> Result<Vec<Ticket>, Error> {
    let rows = conn
        .sql(tickets_where!(
            "event_id = $1 AND addon_of = $2 ORDER BY serial LIMIT 64"
        ))
        .bind(event)
        .bind(main)
        .all()
        .await?;
    Ok(rows.into_iter().map(Ticket::from).collect())
}
