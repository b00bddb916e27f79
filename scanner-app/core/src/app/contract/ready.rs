//! Whether doors can open.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CameraTrouble, Field};

/// Asks whether doors can open, with what only the screen can find out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct LookReady {
    /// The battery, where the screen's system tells it; the program's own reading goes before.
    pub battery: Option<ScreenBattery>,
    /// What became of a try of the camera that the screen holds.
    pub camera: Option<ScreenCamera>,
}

/// A battery that the screen's system tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScreenBattery {
    /// How full, in hundredths.
    pub percent: u8,
    /// It is being charged, or full and on mains.
    pub charging: bool,
}

/// A camera that the screen holds, and that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScreenCamera {
    /// Why it gave no picture; absent where it gave one.
    pub trouble: Option<CameraTrouble>,
}

/// Whether this device can open its door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Readiness {
    /// Nothing is bad: doors can open, though something may need to be looked at.
    pub ready: bool,
    /// Each thing looked at, the worst first.
    pub checks: Vec<Check>,
}

/// One thing looked at. The screen's words are `check-<what>-<state>`, filled from the fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Check {
    /// What.
    pub what: CheckKind,
    /// How it stands.
    pub state: CheckState,
    /// The numbers behind it, by name.
    pub fields: Vec<Field>,
}

/// What is looked at before doors open, and its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// The tickets are all here: `tickets`, `minutes` since the last contact.
    Manifest,
    /// The event's set-up: `number`, `minutes` of age.
    Book,
    /// The clock: `offset_ms`, which is added to it.
    Clock,
    /// Room on the disk: `free_mb`.
    Storage,
    /// The battery: `percent`, `charging` (0 or 1).
    Battery,
    /// Other devices in reach: `peers`.
    Peers,
    /// The camera: `cameras`.
    Camera,
    /// Sound: `volume`.
    Sound,
    /// Where the keys are.
    Keys,
    /// List and gate are chosen and open.
    Station,
    /// Facts not yet delivered: `facts`.
    Unsent,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Doors should not open like this.
    Bad,
    /// Doors can open; somebody should look at it.
    Warn,
    /// This machine does not say.
    Unknown,
    /// As it should be.
    Good,
}
