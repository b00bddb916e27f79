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
use crate::events::Counters;
use crate::tickets::{Sealer, Ticket};
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
    let Counters { revision, issued } = events::counters(&mut conn, event).await?;
    let found = tickets::list_changed(&mut conn, event, since, after, ROWS).await?;
    let complete = u32::try_from(found.len()).is_ok_and(|count| count < ROWS);
    let records: Vec<TicketRecord> = if published.book.search_on_devices {
        found.into_iter().map(|ticket| ticket.record).collect()
    } else {
        sealed(app, &mut conn, published, found).await?
    };
    let (rows, cut) = fitting(records.into_iter());
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
        highest: tickets::highest(issued),
    };
    let signed = Signed::seal(&published.key, &Label::PAGE, &page);
    Ok((signed, next_after))
}

/// The rows with each person under the ticket's own code, which takes a signature each.
async fn sealed(
    app: &App,
    conn: &mut Conn,
    published: &Published,
    found: Vec<Ticket>,
) -> Result<Vec<TicketRecord>, Error> {
    let ids = (published.event.id, published.book.event);
    let rotating = published.book.live_key.is_some();
    let sealer = Sealer::open(conn, &app.master_key, ids, rotating)
        .await
        .map_err(|error| Error::Damaged(ids.1, error.to_string()))?;
    let sealing = move || {
        found
            .into_iter()
            .map(|ticket| sealer.seal(ticket))
            .collect()
    };
    let sealed = tokio::task::spawn_blocking(sealing).await;
    sealed.map_err(|_| Error::NotStored)
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
    let sealed = row.sealed.iter().map(|sealed| sealed.len() + 3);
    let sealed: usize = sealed.sum();
    72 + person + sealed + 3 * row.answered.len() + 12 * row.stops.len()
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
