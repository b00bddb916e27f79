//! Who this device is, who stands at it, and where.

use serde::{Deserialize, Serialize};
use shared_model::book::Role;
use shared_model::fact::Direction;
use shared_model::ids::{DeviceNo, EventNo, GateNo, ListNo, OperatorNo};
use shared_model::time::Timestamp;
use ts_rs::TS;

use super::{Badge, LinkView, ReaderState, Settings};
use crate::app::AppError;

/// Everything a screen needs to begin: asked for at start and after every change of phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Overview {
    /// What can be done now.
    pub phase: Phase,
    /// Version of the program.
    pub version: String,
    /// How it looks and behaves.
    pub settings: Settings,
    /// This device; absent before enrolment and while its data are closed.
    pub device: Option<DeviceView>,
    /// Its events, by number; empty while its data are closed.
    pub events: Vec<EventView>,
    /// Where it scans; absent until chosen.
    pub station: Option<StationView>,
    /// Who is signed in; absent for nobody.
    pub operator: Option<OperatorView>,
    /// Who is on duty now at the event of the station, or at the first event: who may sign in or unlock.
    pub operators: Vec<OperatorView>,
    /// The calm line about network and log; absent while the data are closed.
    pub badge: Option<Badge>,
    /// The enrolment link that was opened or shown last; absent after enrolment.
    pub link: Option<LinkView>,
    /// The hand scanner on a serial line; absent where none is set.
    pub reader: Option<ReaderState>,
}

/// What can be done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Phase {
    /// Not enrolled: only `enrol`, `key_places` and settings answer.
    Fresh,
    /// Locked: only `unlock` and settings answer. The exchange with others goes on behind a PIN.
    Locked {
        /// What opens it.
        by: LockedBy,
    },
    /// Enrolled and open.
    Open,
    /// The server has ended the enrolment: tickets and names are gone. The own log is kept until it is
    /// delivered; then everything is wiped. Only `badge`, `sync_now`, `save_log`, `wipe` and settings answer.
    Revoked {
        /// Facts not yet delivered.
        #[ts(type = "number")]
        unsent: u64,
    },
    /// The data cannot be opened: another process, a newer format, a missing key, a damaged file.
    /// `reopen` tries it again.
    Failed {
        /// Why.
        error: AppError,
    },
}

/// What opens a locked device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LockedBy {
    /// The passphrase that seals the keys: nothing can be read before.
    Passphrase,
    /// The PIN of somebody on duty, or a finger where the phone offers it.
    Pin,
}

/// This device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceView {
    /// What people call it.
    pub name: String,
    /// Its number in rosters and conflicts.
    #[ts(type = "number")]
    pub device: DeviceNo,
    /// The organizer's name.
    pub organizer: String,
    /// Address of the server.
    pub server: String,
}

/// An event that this device works for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventView {
    /// Its number.
    #[ts(type = "number")]
    pub event: EventNo,
    /// Its name.
    pub name: String,
    /// Begin.
    #[ts(type = "number | null")]
    pub starts_at: Option<Timestamp>,
    /// When doors open.
    #[ts(type = "number | null")]
    pub admission_at: Option<Timestamp>,
    /// Seconds to add to an instant to show it by the event's clocks.
    pub utc_offset_secs: i32,
    /// Its set-up is here, so it can be chosen.
    pub has_book: bool,
    /// Guests can be searched by name on devices.
    pub search: bool,
    /// The server has deleted it: what is here stays, and nothing is delivered any more.
    pub gone: bool,
}

/// Opens a locked device. Answered with [`Overview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Unlock {
    /// By the passphrase of the keys.
    Passphrase {
        /// As typed.
        passphrase: String,
    },
    /// By the PIN of somebody on duty, who is signed in by it.
    Pin {
        /// Who.
        #[ts(type = "number")]
        operator: OperatorNo,
        /// As typed.
        pin: String,
    },
    /// By what the phone knows of its owner; the one who was signed in stays so.
    Biometrics {
        /// What the phone says while it asks.
        question: String,
        /// What its button for doing without is called.
        instead: String,
    },
}

/// Somebody who may work at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OperatorView {
    /// Number that the log carries.
    #[ts(type = "number")]
    pub operator: OperatorNo,
    /// Name.
    pub name: String,
    /// May search, override and settle without asking anybody.
    #[ts(type = "\"staff\" | \"supervisor\"")]
    pub role: Role,
    /// A PIN is asked for.
    pub has_pin: bool,
}

/// Changes who works at this device. Answered with [`Overview`]; `sign_out` leaves nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignIn {
    /// Who.
    #[ts(type = "number")]
    pub operator: OperatorNo,
    /// The PIN; empty for somebody without one.
    pub pin: String,
}

/// What can be chosen at an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Places {
    /// The event.
    #[ts(type = "number")]
    pub event: EventNo,
    /// Its check-in lists.
    pub lists: Vec<ListView>,
    /// Its gates; none where the organizer named none.
    pub gates: Vec<GateView>,
    /// Its zones.
    pub zones: Vec<ZoneView>,
}

/// A check-in list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListView {
    /// Its number.
    #[ts(type = "number")]
    pub list: ListNo,
    /// Its name.
    pub name: String,
    /// It is open now.
    pub open: bool,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GateView {
    /// Its number.
    #[ts(type = "number")]
    pub gate: GateNo,
    /// Its name.
    pub name: String,
    /// Lists that can be used there; empty for all.
    #[ts(type = "Array<number>")]
    pub lists: Vec<ListNo>,
}

/// An area with a capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ZoneView {
    /// Its number, 0 to 31.
    pub zone: u8,
    /// Its name.
    pub name: String,
    /// People it holds; absent for no limit.
    pub capacity: Option<u32>,
}

/// Chooses where this device scans from now on; kept over restarts. Answered with [`Overview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Choose {
    /// The event.
    #[ts(type = "number")]
    pub event: EventNo,
    /// The check-in list.
    #[ts(type = "number")]
    pub list: ListNo,
    /// The gate; 0 for none.
    #[ts(type = "number")]
    pub gate: GateNo,
    /// In or out.
    #[ts(type = "\"entry\" | \"exit\"")]
    pub direction: Direction,
}

/// Begins a rehearsal at the chosen station: test tickets are let in, and what is scanned goes to a log
/// of its own that nobody hears of. It ends with the program. Answered with [`Overview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Rehearse {
    /// The supervisor who begins it.
    #[ts(type = "number")]
    pub supervisor: OperatorNo,
    /// The supervisor's PIN; empty for somebody without one.
    pub pin: String,
}

/// Goes back to the real door. Answered with [`Overview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndRehearsal {
    /// Also forget what was rehearsed.
    pub wipe: bool,
}

/// Where this device scans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StationView {
    /// The event.
    #[ts(type = "number")]
    pub event: EventNo,
    /// Its name.
    pub event_name: String,
    /// The check-in list.
    #[ts(type = "number")]
    pub list: ListNo,
    /// Its name.
    pub list_name: String,
    /// The gate; 0 for none.
    #[ts(type = "number")]
    pub gate: GateNo,
    /// Its name; empty for none.
    pub gate_name: String,
    /// In or out.
    #[ts(type = "\"entry\" | \"exit\"")]
    pub direction: Direction,
    /// This is a rehearsal: show it on every screen.
    pub rehearsal: bool,
    /// Seconds to add to an instant to show it by the event's clocks.
    pub utc_offset_secs: i32,
}

/// Forgets the keys and deletes everything on this device. Answered with [`Overview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Wipe {
    /// Also where facts were not delivered; refused as `unsent_facts` otherwise.
    pub force: bool,
}
