//! What this process keeps at hand of each event's doors: its newest book, its state,
//! and the wishes that wait to be decided.
//!
//! A change made here is seen at once, one made by another server within
//! [`TRUSTED`].

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared_model::ids::{EventId, OrganizerId};
use tokio::time::Instant;

use super::Error;
use super::book::{Published, publish};
use super::live::Live;
use super::redeem::Waiting;
use crate::app::App;
use crate::events::{self, Event};

/// How long a book at hand is taken for the newest.
const TRUSTED: Duration = Duration::from_secs(1);

/// What this process keeps at hand of each event's doors.
#[derive(Debug, Default)]
pub struct Doors(Mutex<HashMap<EventId, Door>>);

#[derive(Debug, Default)]
struct Door {
    /// Rises with every change announced here.
    changes: u64,
    /// The book, when it was looked at, and after which change.
    book: Option<(Arc<Published>, Instant, u64)>,
    /// The state, folded from the log.
    live: Arc<tokio::sync::Mutex<Live>>,
    /// Wishes that wait to be decided.
    queue: VecDeque<Waiting>,
    /// A task is at the queue.
    served: bool,
}

impl Door {
    /// The book at hand, while it is taken for the newest.
    fn fresh_book(&self) -> Option<Arc<Published>> {
        let (book, looked_at, changes) = self.book.as_ref()?;
        let fresh = looked_at.elapsed() < TRUSTED && *changes == self.changes;
        fresh.then(|| Arc::clone(book))
    }
}

impl Doors {
    /// Forgets what is at hand of `event`.
    pub fn forget(&self, event: EventId) {
        self.with(event, |door| {
            door.changes += 1;
            door.book = None;
        });
    }

    /// The state of the event: lock it, bring it up to date, use it.
    pub(super) fn live(&self, event: EventId) -> Arc<tokio::sync::Mutex<Live>> {
        self.with(event, |door| Arc::clone(&door.live))
    }

    /// Forgets the state of the event: it is made again from the log.
    pub(super) fn drop_live(&self, event: EventId) {
        self.with(event, |door| door.live = Arc::default());
    }

    /// Adds a wish; true when somebody has to begin serving.
    pub(super) fn enqueue(&self, event: EventId, waiting: Waiting) -> bool {
        self.with(event, |door| {
            door.queue.push_back(waiting);
            !std::mem::replace(&mut door.served, true)
        })
    }

    /// Takes up to `most` wishes; none means that serving has ended.
    pub(super) fn dequeue(&self, event: EventId, most: usize) -> Vec<Waiting> {
        self.with(event, |door| {
            let count = door.queue.len().min(most);
            door.served = count > 0;
            door.queue.drain(..count).collect()
        })
    }

    /// The book at hand of `event`, which need not exist: nothing is kept of it.
    fn fresh_book(&self, event: EventId) -> Option<Arc<Published>> {
        let doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doors.get(&event)?.fresh_book()
    }

    fn with<T>(&self, event: EventId, act: impl FnOnce(&mut Door) -> T) -> T {
        let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(doors.entry(event).or_default())
    }
}

/// The newest book of the event, if it is this organizer's.
pub(super) async fn book_of(
    app: &App,
    organizer: OrganizerId,
    event: EventId,
) -> Result<Arc<Published>, Error> {
    let at_hand = app.doors.fresh_book(event);
    // Whose an event is never changes.
    if let Some(book) = at_hand.filter(|book| book.event.organizer == organizer) {
        return Ok(book);
    }
    let event = events::find(&mut app.db.read(), organizer, event).await?;
    book(app, event).await
}

/// The newest book of the event.
pub(crate) async fn book(app: &App, event: Event) -> Result<Arc<Published>, Error> {
    let id = event.id;
    let (at_hand, changes) = app.doors.with(id, |door| (door.fresh_book(), door.changes));
    if let Some(book) = at_hand {
        return Ok(book);
    }
    let book = publish(app, event).await?;
    app.doors.with(id, |door| {
        door.book = Some((Arc::clone(&book), Instant::now(), changes));
    });
    Ok(book)
}
