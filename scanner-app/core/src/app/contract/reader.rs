//! A hand scanner on a serial line.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the line of a hand scanner stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReaderState {
    /// As the system names it.
    pub line: String,
    /// Why no codes come; absent while they can.
    pub trouble: Option<ReaderTrouble>,
}

/// Why a hand scanner on a serial line gives no codes; it is tried again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReaderTrouble {
    /// There is no such line.
    Absent,
    /// Another program has it.
    Busy,
    /// The system does not allow it.
    Denied,
    /// It was unplugged.
    Unplugged,
    /// Something else.
    Failed,
}
