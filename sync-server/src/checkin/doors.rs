//! What this process keeps at hand of each event's doors: its newest book.
//!
//! A change made here is seen at once, one made by another server within
//! [`TRUSTED`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared_model::ids::EventId;
use tokio::time::Instant;

use super::Error;
use super::book::{Published, publish};
use crate::app::App;
use crate::events::Event;

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
}

impl Doors {
    /// Forgets what is at hand of `event`.
    pub fn forget(&self, event: EventId) {
        self.with(event, |door| {
            door.changes += 1;
            door.book = None;
        });
    }

    fn with<T>(&self, event: EventId, act: impl FnOnce(&mut Door) -> T) -> T {
        let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(doors.entry(event).or_default())
    }
}

/// The newest book of the event.
pub(super) async fn book(app: &App, event: Event) -> Result<Arc<Published>, Error> {
    let id = event.id;
    let (at_hand, changes) = app.doors.with(id, |door| {
        let fresh = door
            .book
            .as_ref()
            .filter(|(_, looked_at, changes)| {
                looked_at.elapsed() < TRUSTED && *changes == door.changes
            })
            .map(|(book, ..)| Arc::clone(book));
        (fresh, door.changes)
    });
    if let Some(book) = at_hand {
        return Ok(book);
    }
    let book = publish(app, event).await?;
    app.doors.with(id, |door| {
        door.book = Some((Arc::clone(&book), Instant::now(), changes));
    });
    Ok(book)
}
