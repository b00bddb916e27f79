//! Finding a guest by hand: by name, seat, order or code.
//!
//! Names are for people who may see them: where the event has operators, a supervisor
//! searches. Where devices hold no names, only a code finds somebody, and opens the data
//! that was sealed under it.

use shared_model::book::Book;
use shared_model::entry;
use shared_model::ids::{EventNo, OperatorNo};
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;

use super::scan::stated;
use super::{Error, Reading, Result, Scanner, sign_in_supervisor};
use crate::store::{Read, SHORTEST_SEARCH};

impl Scanner {
    /// Guests whose name, seat or order code contains every word of `text`, or whose code it
    /// is; at most `limit`.
    ///
    /// # Errors
    /// The person may not search, `text` has no word of [`SHORTEST_SEARCH`] letters, the event
    /// keeps names off devices, or the store failed.
    pub fn find(
        &self,
        event: EventNo,
        text: &str,
        limit: u32,
        (operator, pin): (OperatorNo, Option<&str>),
        wall: Timestamp,
    ) -> Result<Vec<TicketRecord>> {
        let (book, reading) = self.store.read(|tx| {
            let (book, state) = (self.book_in(tx, event)?, self.event_in(tx, event)?);
            let reading = Reading::under(&tx.account()?, state.hlc, &book, wall);
            Ok::<_, Error>((book, reading))
        })?;
        if !book.roster.operators.is_empty() {
            sign_in_supervisor(&book, operator, pin, reading.now())?;
        }
        self.look_up(event, text, limit, wall)
    }

    /// The same for somebody whose right to search was checked before.
    ///
    /// # Errors
    /// As [`Scanner::find`], but for the person.
    pub fn look_up(
        &self,
        event: EventNo,
        text: &str,
        limit: u32,
        wall: Timestamp,
    ) -> Result<Vec<TicketRecord>> {
        self.store.read(|tx| {
            let (book, state) = (self.book_in(tx, event)?, self.event_in(tx, event)?);
            let reading = Reading::under(&self.account_at_work(tx)?, state.hlc, &book, wall);
            let coded = by_code(tx, event, &book, text, reading.now())?;
            if !coded.is_empty() {
                return Ok(coded);
            }
            if !book.search_on_devices {
                return Err(Error::SearchOff);
            }
            let mut words = text.split_whitespace();
            if words.all(|word| word.chars().count() < SHORTEST_SEARCH) {
                return Err(Error::ShortSearch(SHORTEST_SEARCH));
            }
            Ok(tx.search_tickets(event, text, limit)?)
        })
    }
}

/// The tickets that answer to `text` as a code, with what it opens.
fn by_code(
    tx: &Read<'_>,
    event: EventNo,
    book: &Book,
    text: &str,
    now: Timestamp,
) -> Result<Vec<TicketRecord>> {
    let mut found = stated(tx, event, book, &entry::read(book, text, now))?;
    for ticket in &mut found {
        if ticket.person.is_none() {
            ticket.person = ticket.opened_by(text);
        }
    }
    Ok(found)
}
