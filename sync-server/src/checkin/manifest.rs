//! Pages of the manifest: tickets as devices download them, signed, by serial.
//!
//! A page can be asked for again, and the download goes on after any of them. The
//! revision is read before the rows: what changes meanwhile comes with the next request.

use shared_model::ids::{
    EventId, ForeignHash, Generation, Kid, OccurrenceNo, Serial, TierNo, Zones,
};
use shared_model::manifest::Page;
use shared_model::sync::Signed;
use shared_model::ticket::{Person, TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;

use super::{Error, Published};
use crate::app::App;
use crate::db::{self, Conn};
use crate::{events, keys, row, sql};

/// Most rows of a page.
const ROWS: i64 = 5000;
/// Bytes of rows after which a page ends, well below the limit of a frame.
const BYTES: usize = 900_000;

/// The page of tickets changed since `since`, after serial `after`.
pub(super) async fn page(
    app: &App,
    published: &Published,
    since: u64,
    after: Option<Serial>,
) -> Result<(Signed, Option<Serial>), Error> {
    let mut conn = app.db.read();
    let event = published.event.id;
    let counters = events::counters(&mut conn, event).await?;
    let found = changed(&mut conn, event, since, after).await?;
    let complete = i64::try_from(found.len()).is_ok_and(|count| count < ROWS);
    let (rows, cut) = fitting(found);
    let next_after = rows
        .last()
        .filter(|_| cut || !complete)
        .map(|row| row.serial);
    let page = Page {
        event: published.book.event,
        incarnation: app.incarnation,
        since,
        after,
        revision: counters.revision,
        rows,
        next_after,
        highest: highest(counters.issued),
    };
    let signed = Signed::seal(&published.key, &Label::PAGE, &page);
    Ok((signed, next_after))
}

fn highest(issued: u32) -> Vec<(Kid, Serial)> {
    vec![(keys::SERVER_KID, keys::serials::highest(issued))]
}

/// As many rows as a page takes, and whether some were left.
fn fitting(rows: Vec<TicketRecord>) -> (Vec<TicketRecord>, bool) {
    let mut bytes = 0;
    let mut taken = Vec::with_capacity(rows.len());
    for row in rows {
        bytes += size(&row);
        if bytes > BYTES && !taken.is_empty() {
            return (taken, true);
        }
        taken.push(row);
    }
    (taken, false)
}

/// More than the row takes in a page.
fn size(row: &TicketRecord) -> usize {
    let person = row.person.as_ref().map_or(0, |person| {
        person.name.len() + person.seat.len() + person.notes.len() + person.order_code.len() + 12
    });
    72 + person + 3 * row.answered.len()
}

row! {
    #[derive(Debug)]
    struct TicketRow {
        serial: Serial,
        kid: Kid,
        min_generation: Generation,
        tier_no: TierNo,
        occurrence: OccurrenceNo,
        zones: Zones,
        valid_from: Option<Timestamp>,
        valid_until: Option<Timestamp>,
        entries: u8,
        group_size: u8,
        flags: u8,
        state: String,
        attention: bool,
        addon_of: Option<Serial>,
        foreign_hash: Option<ForeignHash>,
        person_name: String,
        seat: String,
        notes: String,
        order_code: String,
    }
}

impl TicketRow {
    fn record(self) -> TicketRecord {
        TicketRecord {
            serial: self.serial,
            kid: self.kid,
            min_generation: self.min_generation,
            tier: self.tier_no,
            occurrence: self.occurrence,
            zones: self.zones,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            entries: self.entries,
            group: self.group_size,
            state: state(&self.state),
            flags: TicketFlags(self.flags),
            attention: self.attention,
            addon_of: self.addon_of,
            foreign: self.foreign_hash,
            answered: Vec::new(),
            person: Some(Person {
                name: self.person_name,
                seat: self.seat,
                notes: self.notes,
                order_code: self.order_code,
            }),
        }
    }
}

/// The state that a row names; one that this program does not know admits nobody.
fn state(name: &str) -> TicketState {
    match name {
        "valid" => TicketState::Valid,
        "pending" => TicketState::Pending,
        "unapproved" => TicketState::Unapproved,
        "cancelled" => TicketState::Cancelled,
        "expired" => TicketState::Expired,
        "disputed" => TicketState::Disputed,
        "revoked" => TicketState::Revoked,
        _ => TicketState::Blocked,
    }
}

async fn changed(
    conn: &mut Conn,
    event: EventId,
    since: u64,
    after: Option<Serial>,
) -> Result<Vec<TicketRecord>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT serial, kid, min_generation, tier_no, occurrence, zones, valid_from, valid_until, entries, group_size, flags, state, attention, addon_of, foreign_hash, person_name, seat, notes, order_code FROM tickets WHERE event_id = $1 AND revision > $2 AND serial > $3 ORDER BY serial LIMIT $4" => TicketRow))
        .bind(event)
        .bind(since)
        .bind(after.unwrap_or(Serial(0)))
        .bind(ROWS)
        .all()
        .await?;
    Ok(rows.into_iter().map(TicketRow::record).collect())
}

/// The ticket with this serial, if there is one.
pub(super) async fn find_ticket(
    conn: &mut Conn,
    event: EventId,
    serial: Serial,
) -> Result<Vec<TicketRecord>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT serial, kid, min_generation, tier_no, occurrence, zones, valid_from, valid_until, entries, group_size, flags, state, attention, addon_of, foreign_hash, person_name, seat, notes, order_code FROM tickets WHERE event_id = $1 AND serial = $2" => TicketRow))
        .bind(event)
        .bind(serial)
        .all()
        .await?;
    Ok(rows.into_iter().map(TicketRow::record).collect())
}

/// The tickets with this foreign code.
pub(super) async fn find_foreign(
    conn: &mut Conn,
    event: EventId,
    code: ForeignHash,
) -> Result<Vec<TicketRecord>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT serial, kid, min_generation, tier_no, occurrence, zones, valid_from, valid_until, entries, group_size, flags, state, attention, addon_of, foreign_hash, person_name, seat, notes, order_code FROM tickets WHERE event_id = $1 AND foreign_hash = $2 ORDER BY serial LIMIT 8" => TicketRow))
        .bind(event)
        .bind(code)
        .all()
        .await?;
    Ok(rows.into_iter().map(TicketRow::record).collect())
}

/// The add-ons of a ticket.
pub(super) async fn find_addons(
    conn: &mut Conn,
    event: EventId,
    main: Serial,
) -> Result<Vec<TicketRecord>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT serial, kid, min_generation, tier_no, occurrence, zones, valid_from, valid_until, entries, group_size, flags, state, attention, addon_of, foreign_hash, person_name, seat, notes, order_code FROM tickets WHERE event_id = $1 AND addon_of = $2 ORDER BY serial LIMIT 64" => TicketRow))
        .bind(event)
        .bind(main)
        .all()
        .await?;
    Ok(rows.into_iter().map(TicketRow::record).collect())
}

/// All tickets changed since a revision.
pub(super) async fn all_since(
    conn: &mut Conn,
    event: EventId,
    since: u64,
) -> Result<Vec<TicketRecord>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT serial, kid, min_generation, tier_no, occurrence, zones, valid_from, valid_until, entries, group_size, flags, state, attention, addon_of, foreign_hash, person_name, seat, notes, order_code FROM tickets WHERE event_id = $1 AND revision > $2" => TicketRow))
        .bind(event)
        .bind(since)
        .all()
        .await?;
    Ok(rows.into_iter().map(TicketRow::record).collect())
}

/// The serial up to which every one was given out.
pub(super) async fn highest_issued(conn: &mut Conn, event: EventId) -> Result<Serial, db::Error> {
    let issued = events::counters(conn, event).await?.issued;
    Ok(keys::serials::highest(issued))
}
