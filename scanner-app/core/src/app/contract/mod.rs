//! What screens ask for and what they are shown, as data.
//!
//! One struct for each thing asked and each thing shown; TypeScript types are
//! made from them (`scanner-app/ui/src/lib/api/types`). Always holds: no prose
//! but what an organizer wrote or `shared-model`'s sentences say; everything else is a
//! code and fields, and the screen has the words. Instants are milliseconds since 1970, UTC,
//! by corrected time; a screen adds the event's `utc_offset_secs` to show them.
//!
//! Decides nothing and reads nothing: handlers beside this module fill it.

mod account;
mod bytes;
mod camera;
mod conflicts;
mod door;
mod enrol;
mod guests;
mod night;
mod reader;
mod ready;
mod sale;
mod upkeep;

pub use account::{
    Choose, DeviceView, EndRehearsal, EventView, GateView, ListView, LockedBy, OperatorView,
    Overview, Phase, Places, Rehearse, SignIn, StationView, Unlock, Wipe, ZoneView,
};
pub use bytes::Bytes;
pub use camera::{CameraState, CameraTrouble, CameraView, Cameras, StartCamera, TuneCamera};
pub use conflicts::{ConflictSide, ConflictView, Conflicts, ListConflicts, Resolve};
pub use door::{
    ConfirmDue, FactRef, Field, FieldValue, GoOn, Look, Outcome, OverrideScan, QuestionView, Reads,
    ScanFrame, ScanImage, ScanText, Shown, TicketView, Told, Undo, Undone,
};
pub use enrol::{Enrol, KeyPlace, KeyPlaces, LinkView, OpenLink};
pub use guests::{Found, HistoryLine, ListStanding, Search, ShowTicket, TicketDetail};
pub use night::{Counted, DoorStats, HeadCount, ListStats, Refusals, Report, Saved, ZoneCount};
pub use reader::{ReaderState, ReaderTrouble};
pub use ready::{Check, CheckKind, CheckState, LookReady, Readiness, ScreenBattery, ScreenCamera};
pub use sale::{OnSale, Paid, Sell, Sold, SoldHere, SoldTicket, TierOnSale};
pub use upkeep::{
    AddPeer, Badge, Diagnostics, ForgetPeer, Hand, LogView, PeerState, PeerView, Peers,
    ServerAddress, Settings, SettingsView, Theme,
};
