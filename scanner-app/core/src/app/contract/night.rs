//! The night in numbers: the door now, the heads inside, the report at the end.

use serde::{Deserialize, Serialize};
use shared_model::ids::ListNo;
use shared_model::time::Timestamp;
use ts_rs::TS;

use super::Told;

/// The door now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoorStats {
    /// When this was counted.
    #[ts(type = "number")]
    pub at: Timestamp,
    /// By list.
    pub lists: Vec<ListStats>,
    /// What this device did tonight.
    pub own: Counted,
    /// What all devices known here did.
    pub all: Counted,
    /// People let in by this device in the last 15 minutes.
    pub last_quarter: u32,
    /// Tickets held that admit somebody, used or not.
    #[ts(type = "number")]
    pub tickets: u64,
    /// Refusals of this device by reason, the most frequent first.
    pub refusals: Vec<Refusals>,
}

/// Scans counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Counted {
    /// Scans that let somebody in.
    pub entries: u32,
    /// People they let in.
    pub people: u32,
    /// Scans that let somebody out.
    pub exits: u32,
    /// Scans that were refused.
    pub refused: u32,
    /// Scans that a supervisor let pass.
    pub overridden: u32,
    /// Scans that were taken back.
    pub undone: u32,
}

/// Refusals for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Refusals {
    /// The reason.
    pub reason: Told,
    /// How often.
    pub count: u32,
}

/// One list, as far as all devices known here say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListStats {
    /// The list.
    #[ts(type = "number")]
    pub list: ListNo,
    /// Its name.
    pub name: String,
    /// Tickets that entered at least once.
    #[ts(type = "number")]
    pub tickets: u64,
    /// People let in, each time anew.
    #[ts(type = "number")]
    pub people: u64,
    /// People inside.
    #[ts(type = "number")]
    pub inside: u64,
}

/// How many people are inside, for an evacuation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeadCount {
    /// When this was counted.
    #[ts(type = "number")]
    pub at: Timestamp,
    /// By zone.
    pub zones: Vec<ZoneCount>,
    /// By list.
    pub lists: Vec<ListStats>,
    /// Every device of the event was heard of within two minutes; otherwise the numbers are what was last known.
    pub complete: bool,
    /// Names of devices that were not heard of for longer.
    pub missing: Vec<String>,
}

/// People in a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ZoneCount {
    /// The zone, 0 to 31.
    pub zone: u8,
    /// Its name.
    pub name: String,
    /// People in it, as far as all devices known here say.
    pub people: u32,
    /// People it holds; absent for no limit.
    pub capacity: Option<u32>,
}

/// The report at the end of the night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Report {
    /// Name of the event.
    pub event_name: String,
    /// Name of this device.
    pub device: String,
    /// When it was made.
    #[ts(type = "number")]
    pub at: Timestamp,
    /// The door.
    pub stats: DoorStats,
    /// Conflicts, settled or not.
    pub conflicts: u32,
    /// Conflicts that nobody has settled.
    pub open_conflicts: u32,
    /// Facts of this device not yet delivered.
    #[ts(type = "number")]
    pub unsent: u64,
    /// Tickets sold here and the money taken, in minor units; absent where nothing was sold.
    pub sold: Option<u32>,
    /// All scans known here as CSV (RFC 4180, UTF-8 with a header line).
    pub csv: String,
}

/// A file that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Saved {
    /// Where it is, for people.
    pub path: String,
}
