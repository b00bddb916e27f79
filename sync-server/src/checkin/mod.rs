//! Check-in: what the doors are set up with, what happened at them, and who may enter.
//!
//! Owns the event book (lists, gates, zones, questions, operators, and its numbers
//! and signatures), the log of facts and everything derived from it, the frames that
//! devices exchange with the server, and redeeming online. What always holds: facts are
//! appended in turn, one event at a time, and never changed; an answer that says
//! "stored" is given after the commit; a verdict comes from `shared_model::entry`
//! and state from `shared_model::log::fold`, never from SQL. Not here: devices and
//! their keys, tickets and their sale.

mod answered;
mod author;
mod book;
mod capacity;
mod conflicts;
mod described;
mod doors;
mod entries;
mod frames;
mod import;
mod life;
mod live;
mod log;
mod manifest;
mod parts;
mod pin;
mod pretix;
mod redeem;
mod routes;
mod sales;
mod setup;
mod socket;
mod stated;
mod time_zone;

#[cfg(test)]
mod tests;

use shared_model::ids::EventNo;

use crate::{db, devices, events, keys, notes, orders};

pub(crate) use author::epoch;
pub use book::Published;
pub use doors::Doors;
pub(crate) use doors::book;
pub use life::{keep_alive, show_life};
pub use routes::routes;

impl From<events::Error> for Error {
    fn from(error: events::Error) -> Self {
        match error {
            events::Error::Store(error) => Self::Store(error),
            events::Error::Key(error) => Self::Key(error),
            events::Error::Unknown | events::Error::Invalid { .. } | events::Error::InUse => {
                Self::NoEvent
            }
        }
    }
}

/// What may be wrong with a request about check-in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such event, or another organizer's.
    #[error("no such event")]
    NoEvent,
    /// No such list, gate, zone, question or operator.
    #[error("no such {0}")]
    NoPart(&'static str),
    /// What is asked for would make a book that no device accepts.
    #[error("the event book would not hold: {}", .faults.join("; "))]
    Book {
        /// What is wrong, each with its place.
        faults: Vec<String>,
        /// The field of the body that it is about, where it is one.
        field: Option<&'static str>,
    },
    /// A PIN is too short, too long or has other characters than digits.
    #[error("a PIN has 6 to 12 digits")]
    Pin,
    /// All numbers are given out.
    #[error("there is no number left for another {0}")]
    Full(&'static str),
    /// The event's time zone is not known to this server.
    #[error("the time zone {0} is unknown")]
    TimeZone(String),
    /// The event has no key, or a stored document of it does not read: a damaged database.
    #[error("event {0} is damaged: {1}")]
    Damaged(EventNo, String),
    /// A key of the event is missing or does not open.
    #[error("a key of the event cannot be used")]
    Key(#[from] keys::Error),
    /// A row of an imported file that cannot be taken.
    #[error("line {0}: {1}")]
    Line(usize, String),
    /// An order could not be made of a sale.
    #[error("a sale at the door could not become an order")]
    Sale(#[source] Box<orders::Error>),
    /// The commit failed, and nothing was written.
    #[error("it could not be stored; try again")]
    NotStored,
    /// A note could not be stored.
    #[error("a shift note could not be stored")]
    Note(#[from] Box<notes::Error>),
    /// A device is the matter.
    #[error("a device's request failed")]
    Device(#[from] devices::Error),
    /// The database refused.
    #[error("the check-in store failed")]
    Store(#[from] db::Error),
}

/// After a restore: the next book gets a number above every one that the lost
/// server can have published since the backup.
pub(crate) async fn skip_ahead(tx: &mut db::Tx) -> Result<(), db::Error> {
    tx.sql(crate::sql!(
        "UPDATE doors SET book_number = book_number + 10000, book_hash = $1"
    ))
    .bind([0; 32])
    .execute()
    .await?;
    Ok(())
}
