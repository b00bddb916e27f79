//! How the contact with the server stands.

use serde::Serialize;
use shared_model::ids::EventNo;
use shared_model::time::Timestamp;

use crate::scanner::{Result, Scanner};
use crate::sync::TurnError;
use crate::sync::http::Error;
use crate::sync::trust::Doubt;

/// How the contact with the server stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct State {
    /// Milliseconds to add to the device's clock; absent before a measurement.
    pub clock_offset_ms: Option<i64>,
    /// Each event, by number.
    pub events: Vec<EventContact>,
}

/// How the contact about one event stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventContact {
    /// The event.
    pub event: EventNo,
    /// How frames reach the server now.
    pub way: Way,
    /// Facts held that the server has not acknowledged.
    pub unsent: u64,
    /// When the server was last heard, by the device's clock; absent before the first time.
    pub heard_at: Option<Timestamp>,
    /// Number of the book held; 0 for none.
    pub book: u64,
    /// Every change up to this revision is held; 0 before a first download was whole.
    pub revision: u64,
    /// Tickets are on their way.
    pub downloading: bool,
    /// Why there is no contact, where there is none.
    pub trouble: Option<Trouble>,
}

/// How frames reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Not at all.
    #[default]
    None,
    /// Over a lasting link: both sides hear at once.
    Link,
    /// By requests, again and again: the lasting link is refused.
    Requests,
}

/// Why there is no contact. Words are the screen's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "doubt", rename_all = "snake_case")]
pub enum Trouble {
    /// No connection, or it broke.
    Unreachable,
    /// Whoever answers cannot prove to be the server.
    Certificate(Doubt),
    /// The server does not know the device any more.
    NotEnrolled,
    /// The organizer has ended the device's enrolment.
    Revoked,
    /// The server does not have the event any more.
    EventGone,
    /// Whatever answers is no server of this kind.
    Misunderstood,
    /// The device's own store or keys failed.
    Device,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        match error {
            Error::Unreachable(_) | Error::Broken(_) => Self::Unreachable,
            Error::Certificate(doubt) => Self::Certificate(*doubt),
            Error::NotEnrolled | Error::CodeRefused(_) => Self::NotEnrolled,
            Error::EventGone(_) => Self::EventGone,
            Error::NoServer(_)
            | Error::NoLink(_)
            | Error::Unexpected(..)
            | Error::Endless
            | Error::Turn(TurnError::Frame(_)) => Self::Misunderstood,
            Error::Tls(_) | Error::Turn(TurnError::Scanner(_)) => Self::Device,
        }
    }
}

impl EventContact {
    /// How `event` stands before the first attempt.
    pub(super) const fn new(event: EventNo) -> Self {
        Self {
            event,
            way: Way::None,
            unsent: 0,
            heard_at: None,
            book: 0,
            revision: 0,
            downloading: false,
            trouble: None,
        }
    }

    /// Reads anew what the store says.
    pub(super) fn look(&mut self, scanner: &Scanner) -> Result<()> {
        let (state, unsent) = scanner.store().read(|tx| {
            let state = scanner.event_in(tx, self.event)?;
            Ok::<_, crate::scanner::Error>((state, scanner.unsent_in(tx, self.event)?))
        })?;
        self.unsent = unsent;
        self.book = state.book_number;
        self.revision = state.manifest.since;
        self.downloading = state.manifest.pass.is_some();
        Ok(())
    }
}
