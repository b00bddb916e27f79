//! For which events the device works, and what it was told of them.

use rand::CryptoRng;
use shared_model::book::Book;
use shared_model::enrol::Duties;
use shared_model::ids::{EventNo, GateNo};

use super::{Result, Scanner};
use crate::store::SignedBook;

impl Scanner {
    /// Takes on the events that the server names and the device does not have; gives them.
    ///
    /// An event that is not named stays: its facts may still have to go up, and an exchange
    /// about it tells why it is not named.
    ///
    /// # Errors
    /// The store failed.
    pub fn learn_duties<R: CryptoRng + ?Sized>(
        &self,
        duties: &Duties,
        rng: &mut R,
    ) -> Result<Vec<EventNo>> {
        let held = self.store.read(|tx| tx.list_events())?;
        let news = duties.events.iter().filter(|told| {
            let known = held.iter().find(|held| held.event == told.event);
            known.is_none_or(|known| known.gone || known.name != told.name)
        });
        let mut taken_on = Vec::new();
        for told in news {
            self.store.write(|tx| {
                if held.iter().all(|held| held.event != told.event) {
                    self.take_on(tx, told.event, &told.name, rng)?;
                    taken_on.push(told.event);
                }
                tx.mark_event(told.event, &told.name, false)?;
                Ok::<_, super::Error>(())
            })?;
        }
        Ok(taken_on)
    }

    /// Notes that the server does not have `event` any more. Its doors go on: who deleted it,
    /// or put an old copy of the server back, may not have meant them.
    ///
    /// # Errors
    /// The store failed.
    pub fn learn_gone(&self, event: EventNo) -> Result<()> {
        self.store.write(|tx| {
            let state = self.event_in(tx, event)?;
            if !state.gone {
                tx.mark_event(event, &state.name, true)?;
            }
            Ok(())
        })
    }

    /// Deletes everything about `event` on this device, also facts that nobody else holds.
    ///
    /// # Errors
    /// The device does not work for the event, or the store failed.
    pub fn forget_event(&self, event: EventNo) -> Result<()> {
        self.store.write(|tx| {
            self.event_in(tx, event)?;
            Ok::<_, super::Error>(tx.delete_event(event)?)
        })?;
        super::hold(&self.books).remove(&event);
        Ok(())
    }

    /// The gate where the organizer says that this device stands, if anywhere.
    ///
    /// # Errors
    /// Nothing is known of the event.
    pub fn assigned_gate(&self, event: EventNo) -> Result<Option<GateNo>> {
        let book = self.book(event)?;
        let own = book.roster.device_of(&self.fact_public);
        Ok(own.and_then(|device| device.gate))
    }

    /// Lets go of books that an older version of this program stored and this one cannot read:
    /// they are fetched anew, and the tickets stay.
    pub(super) fn let_go_of_unreadable_books(&self) -> Result<()> {
        for state in self.store.read(|tx| tx.list_events())? {
            let book = self.store.read(|tx| tx.find_book(state.event))?;
            if book.is_some_and(|book| read_book(&book).is_none()) {
                tracing::warn!(
                    event = state.event.get(),
                    "the event's book was stored by another version; it is fetched anew"
                );
                self.store.write(|tx| tx.forget_book(state.event))?;
            }
        }
        Ok(())
    }
}

/// A stored book, where this version can read it.
pub(super) fn read_book(stored: &SignedBook) -> Option<Book> {
    let (book, rest) = postcard::take_from_bytes::<Book>(&stored.book.bytes).ok()?;
    (rest.is_empty() && book.validate().is_ok()).then_some(book)
}
