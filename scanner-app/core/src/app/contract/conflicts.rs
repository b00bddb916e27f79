//! What could not all have happened, and who settles it.

use serde::{Deserialize, Serialize};
use shared_model::fact::Resolution;
use shared_model::ids::{OperatorNo, Serial};
use shared_model::time::Timestamp;
use ts_rs::TS;

use super::{FactRef, TicketView};

/// Conflicts known here, in the order of the log. Answered with [`Conflicts`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListConflicts {
    /// Also those that are settled.
    pub all: bool,
}

/// Conflicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conflicts {
    /// The conflicts, the newest last.
    pub conflicts: Vec<ConflictView>,
    /// How many are open, shown or not.
    pub open: u32,
}

/// One conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConflictView {
    /// Its name: the later entry of the log.
    pub conflict: FactRef,
    /// `double_entry`, `after_revocation`, `over_capacity`, `override_without_rights`,
    /// `annul_without_rights`, `device_not_enrolled`, `clock_backwards` or `fork`.
    pub kind: String,
    /// The ticket, where it is about one.
    #[ts(type = "number | null")]
    pub serial: Option<Serial>,
    /// The ticket as far as it is known here.
    pub ticket: Option<TicketView>,
    /// Name of the list, where it is about one; empty else.
    pub list: String,
    /// The entries that contradict each other, the later first.
    pub sides: Vec<ConflictSide>,
    /// What a person found it to be; absent while it is open.
    #[ts(
        type = "\"innocent_rescan\" | \"shared_ticket\" | \"screenshot_fraud\" | \"staff_error\" | null"
    )]
    pub resolved: Option<Resolution>,
    /// Who settled it; empty while it is open.
    pub resolved_by: String,
}

/// One of the entries that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConflictSide {
    /// The entry.
    pub fact: FactRef,
    /// Name of the device; empty where the roster does not know it.
    pub device: String,
    /// This device made it.
    pub own: bool,
    /// Name of the gate; empty for none.
    pub gate: String,
    /// Name of who stood there; empty for nobody.
    pub operator: String,
    /// When; absent where the entry cannot be read here.
    #[ts(type = "number | null")]
    pub at: Option<Timestamp>,
}

/// Says what a conflict turned out to be. Answered with [`Conflicts`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resolve {
    /// The conflict.
    pub conflict: FactRef,
    /// What it was.
    #[ts(
        type = "\"innocent_rescan\" | \"shared_ticket\" | \"screenshot_fraud\" | \"staff_error\""
    )]
    pub outcome: Resolution,
    /// The supervisor who says so.
    #[ts(type = "number")]
    pub supervisor: OperatorNo,
    /// The supervisor's PIN; empty for somebody without one.
    pub pin: String,
}
