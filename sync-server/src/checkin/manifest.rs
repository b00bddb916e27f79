//! Pages of the manifest: tickets as devices download them, signed, by serial.
//!
//! A page can be asked for again, and the download goes on after any of them. The
//! revision is read before the rows: what changes meanwhile comes with the next request.

use shared_model::ids::{EventId, Serial};
use shared_model::manifest::Page;
use shared_model::sync::Signed;
use shared_model::ticket::TicketRecord;
use ticket_crypto::label::Label;

use super::{Error, Published};
use crate::app::App;
use crate::db::{self, Conn};
use crate::{events, tickets};

/// Most rows of a page.
const ROWS: u32 = 5000;
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
    let revision = events::counters(&mut conn, event).await?.revision;
    let found = tickets::list_changed(&mut conn, event, since, after, ROWS).await?;
    let complete = u32::try_from(found.len()).is_ok_and(|count| count < ROWS);
    let names = published.book.search_on_devices;
    let records = found.into_iter().map(|ticket| TicketRecord {
        person: ticket.record.person.filter(|_| names),
        ..ticket.record
    });
    let (rows, cut) = fitting(records);
    let next_after = rows
        .last()
        .filter(|_| cut || !complete)
        .map(|row| row.serial);
    let page = Page {
        event: published.book.event,
        incarnation: app.incarnation,
        since,
        after,
        revision,
        rows,
        next_after,
        highest: tickets::highest(&mut conn, event).await?,
    };
    let signed = Signed::seal(&published.key, &Label::PAGE, &page);
    Ok((signed, next_after))
}

/// As many rows as a page takes, and whether some were left.
fn fitting(rows: impl Iterator<Item = TicketRecord>) -> (Vec<TicketRecord>, bool) {
    let mut bytes = 0;
    let mut taken = Vec::new();
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
    72 + person + 3 * row.answered.len() + 12 * row.stops.len()
}

/// The ticket with this serial, if there is one.
pub(super) async fn find_ticket(
    conn: &mut Conn,
    event: EventId,
    serial: Serial,
) -> Result<Option<TicketRecord>, db::Error> {
    let ticket = tickets::find(conn, event, serial).await?;
    Ok(ticket.map(|ticket| ticket.record))
}
