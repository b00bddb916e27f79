//! Shift notes and the shift plan of an event.
//!
//! Owns the letters that were admitted, their order and their texts. What always holds:
//! a letter is checked by `shared_model::notes` before it is stored, its number is the
//! next one, and devices are given it countersigned by the event key; the text of an
//! erased note is gone from the database. Not here: how frames travel, the roster.

mod desk;
mod office;
mod routes;
mod store;

#[cfg(test)]
mod tests;

use shared_model::ids::EventId;
use shared_model::notes::{Countersigned, Edit, Letter, Opened, Refused, open};
use shared_model::sync::notes::GIVE_BYTES;

use crate::app::App;
use crate::checkin::{self, Published};
use crate::db::{self, Conn, Tx};
use crate::{devices, events};

pub use desk::Desks;
pub use routes::routes;

/// Why notes could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The document does not take it.
    #[error("the note was not taken")]
    Refused(#[from] Refused),
    /// The event is not there, or another organizer's.
    #[error("the event cannot be used")]
    Event(#[from] events::Error),
    /// The event's book cannot be had.
    #[error("the event's book cannot be used")]
    Book(#[from] checkin::Error),
    /// This server cannot write in its own name.
    #[error("this server cannot write notes")]
    Node(#[from] devices::Error),
    /// The store failed.
    #[error("the note store failed")]
    Store(#[from] db::Error),
}

/// How many letters were admitted.
///
/// # Errors
/// When the store fails.
pub async fn count(conn: &mut Conn, event: EventId) -> Result<u32, db::Error> {
    store::count(conn, event).await
}

/// How many letters there are, and those after number `have`, countersigned, of some
/// [`GIVE_BYTES`].
///
/// # Errors
/// When the store fails.
pub async fn after(
    app: &App,
    conn: &mut Conn,
    published: &Published,
    have: u32,
) -> Result<(u32, Vec<Countersigned>), db::Error> {
    let event = published.event.id;
    let count = store::count(conn, event).await?;
    let mut letters = Vec::new();
    let mut bytes = 0;
    for (no, letter) in store::list(conn, event, have).await? {
        bytes += letter.bytes.len() + letter.text.as_ref().map_or(0, |text| text.words.len());
        if bytes > GIVE_BYTES && !letters.is_empty() {
            break;
        }
        let number = published.book.event;
        letters.push(Countersigned::seal(
            &published.key,
            number,
            app.incarnation,
            no,
            letter,
        ));
    }
    Ok((count, letters))
}

/// Admits a letter, or says why not. One that was admitted before changes nothing.
///
/// # Errors
/// When the store fails; a refusal is an answer.
pub async fn admit(
    app: &App,
    published: &Published,
    letter: &Letter,
) -> Result<Result<(), Refused>, Error> {
    let roster = &published.book.roster;
    let opened = match open(published.book.event, roster, letter, app.now()) {
        Ok(opened) => opened,
        Err(refused) => return Ok(Err(refused)),
    };
    let event = published.event.id;
    let desk = app.notes.of(event);
    let mut desk = desk.lock().await;
    let mut tx = app.db.begin().await?;
    let mut document = desk.take(&mut tx, event).await?;
    if document.holds(&letter.hash) {
        desk.put_back(document);
        return Ok(Ok(()));
    }
    if let Err(refused) = document.apply(&opened) {
        if refused != Refused::Broken {
            desk.put_back(document);
        }
        return Ok(Err(refused));
    }
    keep(app, &mut tx, event, letter, &opened).await?;
    tx.commit().await?;
    desk.put_back(document);
    app.announce_facts(event);
    Ok(Ok(()))
}

/// Stores an admitted letter as the next one, and erases what it erases.
async fn keep(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    letter: &Letter,
    opened: &Opened,
) -> Result<(), db::Error> {
    store::insert(tx, event, letter, opened, app.now()).await?;
    if let Edit::Erase(note) = &opened.change.edit {
        store::erase(tx, event, *note).await?;
    }
    Ok(())
}
