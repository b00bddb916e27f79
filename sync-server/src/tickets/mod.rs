//! Tickets: issued, signed, re-issued, cancelled, printed.
//!
//! Owns the rows of the manifest. What always holds: every change of a row takes
//! the event's revision of its transaction; a serial is never used twice; a code
//! is signed from its row each time it is shown, so nothing that admits lies in
//! the database; a re-issued code is one generation higher and the older ones
//! are dead. Not here: who may enter (checkin), who bought (orders).

mod live;
mod render;
mod sealed;
mod store;
#[cfg(test)]
mod tests;

use shared_model::ids::{
    EventId, EventNo, Generation, Kid, OccurrenceNo, OrganizerId, PositionId, Serial, TierNo, Zones,
};
use shared_model::ticket::{Stop, TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use ticket_crypto::qr::QrError;
use ticket_crypto::token::{Body, BodyError, Kind, Minute};

use crate::db::{self, Conn, Tx};
use crate::events;
use crate::keys::{self, SERVER_KID, serials};
use crate::master_key::MasterKey;

pub use live::{LiveCode, live_code};
pub use render::{png, svg};
pub use sealed::Sealer;
pub use store::{
    detach, find, find_by_position, find_each, has_foreign, list_addons, list_changed,
    list_foreign, upsert,
};

/// The generation whose every predecessor is refused: nothing of a serial admits.
pub const DEAD: Generation = Generation(255);
/// The highest generation that a code may have.
const LAST_GENERATION: Generation = Generation(254);

/// Why a ticket could not be issued or shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such ticket.
    #[error("there is no such ticket")]
    Unknown,
    /// Its state has no code: cancelled, imported, or not paid yet.
    #[error("this ticket has no code")]
    NoCode,
    /// The signing key cannot be had.
    #[error("the ticket key cannot be used")]
    Key(#[from] keys::Error),
    /// What the row says cannot be signed.
    #[error("the ticket cannot be signed")]
    Body(#[from] BodyError),
    /// The code could not be drawn.
    #[error("the code could not be drawn")]
    Drawing(#[from] QrError),
    /// The store failed.
    #[error("the ticket store failed")]
    Store(#[from] db::Error),
}

/// What a new ticket states.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// The position it proves.
    pub position: PositionId,
    /// What was bought.
    pub tier: TierNo,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones it opens.
    pub zones: Zones,
    /// First instant at which it admits.
    pub valid_from: Option<Timestamp>,
    /// Last instant at which it admits.
    pub valid_until: Option<Timestamp>,
    /// Entries it allows; 0 for no limit.
    pub entries: u8,
    /// How many people it admits.
    pub group: u8,
    /// Attributes printed on it.
    pub flags: TicketFlags,
    /// Where its order stands.
    pub state: TicketState,
    /// Staff should look at the guest.
    pub attention: bool,
    /// Who holds it.
    pub person_name: String,
    /// The order's code.
    pub order_code: String,
}

/// A ticket and the position it proves.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// The row of the manifest.
    pub record: TicketRecord,
    /// The generation of its newest code.
    pub generation: Generation,
    /// The event's revision at its last change.
    pub revision: u64,
}

/// Writes down a ticket that a box office issued under its own key. Locks the
/// event's counters until the commit, so it comes last in a transaction.
///
/// # Errors
/// When the store fails.
pub async fn adopt(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    (serial, kid): (Serial, Kid),
    ticket: &NewTicket,
) -> Result<(), db::Error> {
    let revision = events::bump(tx, event).await?;
    store::insert(tx, (organizer, event), kid, &[(serial, ticket)], revision).await
}

/// Issues tickets under the server's own key. Locks the event's counters until
/// the commit, so it comes last in a transaction.
///
/// # Errors
/// When the store fails.
pub async fn issue(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    tickets: &[NewTicket],
) -> Result<(), db::Error> {
    let Some(count) = u32::try_from(tickets.len()).ok().filter(|count| *count > 0) else {
        return Ok(());
    };
    let allotted = events::allot(tx, event, count).await?;
    let rows: Vec<_> = allotted.serials.into_iter().zip(tickets).collect();
    let whose = (organizer, event);
    store::insert(tx, whose, SERVER_KID, &rows, allotted.revision).await
}

/// Gives the position's ticket another state; nothing happens where there is no ticket.
/// A state that no order comes back from stops every code at `now`.
///
/// # Errors
/// When the store fails.
pub async fn set_state(
    tx: &mut Tx,
    event: EventId,
    positions: &[PositionId],
    state: TicketState,
    now: Timestamp,
) -> Result<(), db::Error> {
    let dead = matches!(
        state,
        TicketState::Cancelled | TicketState::Expired | TicketState::Revoked
    );
    let revision = events::bump(tx, event).await?;
    for position in positions {
        let stop = dead.then_some(Stop {
            below: DEAD,
            at: now,
        });
        store::set_state(tx, *position, state, stop, revision).await?;
    }
    Ok(())
}

/// Gives the position a new code: one generation higher, or a new serial when
/// the generations are used up. Older codes are stopped at `now`.
///
/// # Errors
/// [`Error::NoCode`] where there is nothing to replace.
pub async fn reissue(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    position: PositionId,
    now: Timestamp,
) -> Result<(), Error> {
    let ticket = find_by_position(tx, position).await?;
    let ticket = ticket.ok_or(Error::NoCode)?;
    if !has_code(&ticket.record) {
        return Err(Error::NoCode);
    }
    if ticket.generation < LAST_GENERATION {
        let revision = events::bump(tx, event).await?;
        let next = Generation(ticket.generation.0.saturating_add(1));
        let stop = Stop {
            below: next,
            at: now,
        };
        store::set_generation(tx, position, stop, revision).await?;
        return Ok(());
    }
    let allotted = events::allot(tx, event, 1).await?;
    for serial in allotted.serials {
        let stop = Stop {
            below: DEAD,
            at: now,
        };
        store::retire(tx, event, ticket.record.serial, stop, allotted.revision).await?;
        let again = again(&ticket.record, position);
        let row = [(serial, &again)];
        let whose = (organizer, event);
        store::insert(tx, whose, SERVER_KID, &row, allotted.revision).await?;
    }
    Ok(())
}

/// The text of the ticket's newest code.
///
/// # Errors
/// [`Error::NoCode`] where it has none.
pub async fn code(
    conn: &mut Conn,
    master: &MasterKey,
    (event, number): (EventId, EventNo),
    ticket: &Ticket,
) -> Result<String, Error> {
    if !has_code(&ticket.record) {
        return Err(Error::NoCode);
    }
    let key = keys::ticket_signing_key(conn, master, event, ticket.record.kid).await?;
    Ok(body(number, ticket, Kind::Static).sign(&key)?.text())
}

/// The highest serial of each of the server's kids below which all `issued` ones were
/// given out: what the manifest states. Box offices' blocks are not among them, because
/// what they sold offline is not known here in full.
#[must_use]
pub fn highest(issued: u32) -> Vec<(Kid, Serial)> {
    vec![(SERVER_KID, serials::highest(issued))]
}

fn has_code(record: &TicketRecord) -> bool {
    record.kid.0 != 0
        && matches!(
            record.state,
            TicketState::Valid | TicketState::Pending | TicketState::Blocked
        )
}

fn body(event: EventNo, ticket: &Ticket, kind: Kind) -> Body {
    let record = &ticket.record;
    let valid_from = record
        .valid_from
        .map_or(Minute::MIN, |at| Minute::floor(at.as_millis()));
    let valid_until = record
        .valid_until
        .map_or(Minute::MAX, |at| Minute::ceil(at.as_millis()));
    Body {
        kind,
        flags: record.flags,
        kid: record.kid,
        event,
        serial: record.serial,
        generation: ticket.generation,
        tier: record.tier,
        occurrence: record.occurrence,
        zones: record.zones,
        valid_from,
        valid_until,
        entries: record.entries,
        group: record.group,
    }
}

/// The same ticket, to be issued under another serial.
fn again(record: &TicketRecord, position: PositionId) -> NewTicket {
    let person = record.person.clone().unwrap_or_default();
    NewTicket {
        position,
        tier: record.tier,
        occurrence: record.occurrence,
        zones: record.zones,
        valid_from: record.valid_from,
        valid_until: record.valid_until,
        entries: record.entries,
        group: record.group,
        flags: record.flags,
        state: record.state,
        attention: record.attention,
        person_name: person.name,
        order_code: person.order_code,
    }
}
