//! Events: one occasion with one place and entry period.
//!
//! Owns the event, the dates of its series, its number at the door and its counters: the revision that
//! every change a device can see raises, and what was given out of serials,
//! tier numbers and kids. What always holds: a revision is taken in the
//! transaction that changes what it numbers, and stays locked until its commit,
//! so that revisions become visible in order. Not here: what is sold (tiers),
//! check-in lists and gates (checkin).

mod create;
mod routes;
mod series;
mod store;
#[cfg(test)]
mod tests;

use shared_model::ids::{EventId, EventNo, Kid, OrganizerId, Serial, TierNo};
use shared_model::time::Timestamp;

use crate::db::{self, Conn, Tx};
use crate::keys::{self, serials};

pub use create::{Draft, create, delete, update};
pub use routes::routes;
pub use series::{Date, add_date, change_date, list_dates};
pub use store::{find_by_no, list};

/// Why an event could not be made, found or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none, or it is another organizer's.
    #[error("there is no such event")]
    Unknown,
    /// A field that is not acceptable.
    #[error("{field} {reason}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It is on sale or over, or something of it was sold or given out.
    #[error("only a draft of which nothing was sold can be deleted")]
    InUse,
    /// Its keys could not be made.
    #[error("the event's keys could not be made")]
    Key(#[from] keys::Error),
    /// The store failed.
    #[error("the event store failed")]
    Store(#[from] db::Error),
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Whose it is.
    pub organizer: OrganizerId,
    /// Its number at the door.
    pub event_no: EventNo,
    /// Its name.
    pub name: String,
    /// Where it is; may be empty.
    pub place: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 currency of its prices.
    pub currency: String,
    /// Where its sale stands.
    pub state: State,
    /// Begin.
    pub starts_at: Option<Timestamp>,
    /// End.
    pub ends_at: Option<Timestamp>,
    /// When doors open.
    pub admission_at: Option<Timestamp>,
    /// Whether devices hold names to search.
    pub search_on_devices: bool,
}

/// Where an event's sale stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = EventState)]
pub enum State {
    /// Being prepared; nobody can buy.
    Draft,
    /// Can be bought.
    OnSale,
    /// Over; nobody can buy.
    Ended,
}

/// What an event has given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Of the newest change that a device can see.
    pub revision: u64,
    /// Tickets issued under the server's own key.
    pub issued: u32,
}

/// Serials given out, and the revision of the rows they become.
#[derive(Debug)]
pub struct Allotted {
    /// One serial for each ticket asked for.
    pub serials: Vec<Serial>,
    /// The event's revision after this change.
    pub revision: u64,
}

/// The event, if it is this organizer's.
///
/// # Errors
/// [`Error::Unknown`].
pub async fn find(conn: &mut Conn, organizer: OrganizerId, id: EventId) -> Result<Event, Error> {
    let event = store::find(conn, id).await?;
    event
        .filter(|event| event.organizer == organizer)
        .ok_or(Error::Unknown)
}

/// The event for whoever may see that it exists: not while it is a draft.
///
/// # Errors
/// [`Error::Unknown`].
pub async fn find_public(conn: &mut Conn, id: EventId) -> Result<Event, Error> {
    let event = store::find(conn, id).await?;
    event
        .filter(|event| event.state != State::Draft)
        .ok_or(Error::Unknown)
}

/// The event by its id alone: for rooms that already know who asks.
///
/// # Errors
/// [`Error::Unknown`].
pub async fn find_any(conn: &mut Conn, id: EventId) -> Result<Event, Error> {
    store::find(conn, id).await?.ok_or(Error::Unknown)
}

/// What the event has given out.
///
/// # Errors
/// When the store fails.
pub async fn counters(conn: &mut Conn, event: EventId) -> Result<Counters, db::Error> {
    let (revision, issued) = store::counters(conn, event).await?;
    Ok(Counters { revision, issued })
}

/// Raises the event's revision: for a change that devices can see. Locks the
/// event's counters until the commit, so it comes last in a transaction.
///
/// # Errors
/// When the store fails.
pub async fn bump(tx: &mut Tx, event: EventId) -> Result<u64, db::Error> {
    store::bump(tx, event).await
}

/// Gives out `count` serials of the server's own key and raises the revision.
/// Locks the event's counters until the commit, so it comes late in a transaction.
///
/// # Errors
/// When the store fails.
pub async fn allot(tx: &mut Tx, event: EventId, count: u32) -> Result<Allotted, db::Error> {
    let (revision, issued, seed) = store::allot(tx, event, count).await?;
    let first = issued.saturating_sub(count);
    Ok(Allotted {
        serials: (first..issued)
            .filter_map(|n| serials::nth(&seed, n))
            .collect(),
        revision,
    })
}

/// Gives out a block of `count` serials above the server's own, under a new kid:
/// for a box office. The first and last serial of the block.
///
/// # Errors
/// When the store fails.
pub async fn lease_serials(
    tx: &mut Tx,
    event: EventId,
    count: u32,
) -> Result<(Kid, Serial, Serial), db::Error> {
    let (kid, after) = store::lease(tx, event, count).await?;
    Ok((kid, Serial(after - count), Serial(after - 1)))
}

/// Takes the next tier number of the event.
pub(crate) async fn take_tier_no(tx: &mut Tx, event: EventId) -> Result<TierNo, db::Error> {
    store::take_tier_no(tx, event).await
}

/// After a restore: numbers that may have been given out since the backup are
/// never given out again.
pub(crate) async fn skip_ahead(tx: &mut Tx) -> Result<(), db::Error> {
    for (event, issued) in store::list_issued(tx).await? {
        store::skip_ahead(tx, event, serials::skip_ahead(issued)).await?;
    }
    Ok(())
}
