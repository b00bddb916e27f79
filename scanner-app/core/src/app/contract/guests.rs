//! Finding a guest, and all that is known of a ticket.

use serde::{Deserialize, Serialize};
use shared_model::fact::Direction;
use shared_model::ids::{ListNo, Serial};
use shared_model::time::Timestamp;
use ts_rs::TS;

use super::{FactRef, TicketView, Told};

/// Finds guests by name, seat or order code. Answered with [`Found`]; `search_too_short`,
/// `search_off` and `supervisor_only` are its refusals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Search {
    /// Words of at least three letters each; parts of words find too.
    pub text: String,
}

/// Guests found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Found {
    /// The first of them.
    pub tickets: Vec<TicketView>,
    /// There are more: type more letters.
    pub more: bool,
}

/// All that is known of a ticket. Answered with [`TicketDetail`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShowTicket {
    /// Its number at the event.
    #[ts(type = "number")]
    pub serial: Serial,
}

/// A ticket, its history, and what the door would say now and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketDetail {
    /// The ticket.
    pub ticket: TicketView,
    /// First instant at which it admits.
    #[ts(type = "number | null")]
    pub valid_from: Option<Timestamp>,
    /// Last instant at which it admits.
    #[ts(type = "number | null")]
    pub valid_until: Option<Timestamp>,
    /// Where it stands on each list on which it was scanned.
    pub lists: Vec<ListStanding>,
    /// Its scans, oldest first.
    pub history: Vec<HistoryLine>,
    /// What this station would say to a genuine code of it now: every step that would refuse or ask,
    /// in order; empty where it would let the guest pass.
    pub why: Vec<Told>,
}

/// Where a ticket stands on one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListStanding {
    /// The list.
    #[ts(type = "number")]
    pub list: ListNo,
    /// Its name.
    pub name: String,
    /// People inside.
    pub inside: u32,
    /// Scans that let somebody in.
    pub entries: u32,
    /// Scans that let somebody out.
    pub exits: u32,
}

/// One scan of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryLine {
    /// Its entry in the log.
    pub fact: FactRef,
    /// When.
    #[ts(type = "number")]
    pub at: Timestamp,
    /// Name of the list.
    pub list: String,
    /// Name of the gate; empty for none.
    pub gate: String,
    /// Name of the device; empty where the roster does not know it.
    pub device: String,
    /// This device made it.
    pub own: bool,
    /// Name of who stood there; empty for nobody.
    pub operator: String,
    /// In or out.
    #[ts(type = "\"entry\" | \"exit\"")]
    pub direction: Direction,
    /// It let somebody pass and was not taken back.
    pub counts: bool,
    /// People it let pass.
    pub admitted: u8,
    /// The reason of a refusal.
    pub reason: Option<Told>,
    /// A supervisor let it pass: the name.
    pub overridden_by: Option<String>,
}
