//! The manifest: the tickets of an event, as devices download them.
//!
//! Rows carry the revision of their last change. A first download goes by
//! serial and fixes no snapshot; the changes since the revision at its start
//! follow. Every page is signed by the event key and usable on arrival.

use serde::{Deserialize, Serialize};

use crate::ids::{EventNo, Incarnation, Kid, Serial};
use crate::ticket::TicketRecord;

/// One page, as the event key signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The event.
    pub event: EventNo,
    /// The life of the server's database.
    pub incarnation: Incarnation,
    /// The revision that the request named.
    pub since: u64,
    /// The serial that the request named; the rows follow it.
    pub after: Option<Serial>,
    /// The revision the event was at when the page was made.
    pub revision: u64,
    /// Changed tickets, by serial.
    pub rows: Vec<TicketRecord>,
    /// The request goes on after this serial; absent when it is answered whole.
    pub next_after: Option<Serial>,
    /// Highest serial given out under each key.
    pub highest: Vec<(Kid, Serial)>,
}

/// Where a download of the manifest stands; stored in one transaction with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Position {
    /// Every change up to this revision is held.
    pub since: u64,
    /// The revision at which the pass in progress began; it becomes `since` at its end.
    pub pass: Option<u64>,
    /// The pass goes on after this serial; absent at its begin.
    pub after: Option<Serial>,
}

impl Position {
    /// The position once `page` is stored; none when the page does not go on from here.
    ///
    /// A page that came before, or answers an older question, changes nothing: its
    /// rows carry their own revisions and may be stored all the same.
    #[must_use]
    pub fn after_page(self, page: &Page) -> Option<Self> {
        let goes_on = page.since == self.since && page.after == self.after;
        let advances = page.next_after.is_none_or(|next| Some(next) > self.after);
        if !goes_on || !advances {
            return None;
        }
        let pass = self.pass.unwrap_or(page.revision);
        Some(match page.next_after {
            Some(after) => Self {
                since: self.since,
                pass: Some(pass),
                after: Some(after),
            },
            None => Self {
                since: pass,
                pass: None,
                after: None,
            },
        })
    }

    /// Whether tickets are still to come for a server at `revision`.
    #[must_use]
    pub const fn lacks(&self, revision: u64) -> bool {
        self.pass.is_some() || self.since < revision
    }
}
