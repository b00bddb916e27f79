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
    /// The revision the event was at when the page was made.
    pub revision: u64,
    /// Changed tickets, by serial.
    pub rows: Vec<TicketRecord>,
    /// The request goes on after this serial; absent when it is answered whole.
    pub next_after: Option<Serial>,
    /// Highest serial given out under each key.
    pub highest: Vec<(Kid, Serial)>,
}
