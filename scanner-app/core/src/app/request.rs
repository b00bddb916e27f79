//! Everything that a screen can ask for: one closed list.

use serde::{Deserialize, Serialize};
use shared_model::ids::EventNo;
use ts_rs::TS;

use super::contract::{
    AddPeer, Badge, CameraState, Cameras, Choose, Conflicts, Diagnostics, DoorStats, EndRehearsal,
    Enrol, Found, GoOn, HeadCount, KeyPlaces, ListConflicts, OnSale, OverrideScan, Overview, Peers,
    Places, Readiness, Reads, Rehearse, Report, Resolve, Saved, ScanFrame, ScanImage, ScanText,
    Search, Sell, ServerAddress, Settings, SettingsView, ShowTicket, Shown, SignIn, Sold,
    StartCamera, TicketDetail, TuneCamera, Undo, Undone, Unlock, Wipe,
};

/// Declares the requests and what each is answered with.
macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident $(($arguments:ty))? -> $answer:ty;)*) => {
        /// Something that a screen asks for: an object whose `do` names the request, beside its arguments.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(tag = "do", rename_all = "snake_case")]
        pub enum Request { $($(#[$doc])* $name $(($arguments))?,)* }

        /// The TypeScript type of each answer, by the name of its request.
        #[cfg(test)]
        pub(super) fn answers(config: &ts_rs::Config) -> Vec<(&'static str, String)> {
            vec![$((stringify!($name), <$answer as TS>::name(config)),)*]
        }

        /// Writes the types of all answers, and what they are made of.
        #[cfg(test)]
        pub(super) fn export_answers(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $(match <$answer as TS>::export_all(config) {
                // Nothing to say is `null`, which every language has.
                Ok(()) | Err(ts_rs::ExportError::CannotBeExported(_)) => {}
                Err(error) => return Err(error),
            })*
            Ok(())
        }
    };
}

/// The event to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfEvent {
    /// Its number.
    #[ts(type = "number")]
    pub event: EventNo,
}

requests! {
    /// Everything a screen needs to begin.
    Overview -> Overview;
    /// Where keys can be kept on this machine.
    KeyPlaces -> KeyPlaces;
    /// Becomes one of the organizer's devices.
    Enrol(Enrol) -> Overview;
    /// Opens a locked device.
    Unlock(Unlock) -> Overview;
    /// Locks it behind a PIN.
    Lock -> Overview;
    /// Deletes everything on this device.
    Wipe(Wipe) -> Overview;

    /// What can be chosen at an event.
    Places(OfEvent) -> Places;
    /// Chooses where this device scans.
    Choose(Choose) -> Overview;
    /// Begins a rehearsal.
    Rehearse(Rehearse) -> Overview;
    /// Goes back to the real door.
    EndRehearsal(EndRehearsal) -> Overview;
    /// Changes who works here.
    SignIn(SignIn) -> Overview;
    /// Nobody works here.
    SignOut -> Overview;

    /// A code as text.
    ScanText(ScanText) -> Shown;
    /// A picture file.
    ScanImage(ScanImage) -> Shown;
    /// A frame of a camera that the screen holds.
    ScanFrame(ScanFrame) -> Reads;
    /// Goes on with the wish that waits.
    GoOn(GoOn) -> Shown;
    /// Drops the wish that waits.
    GiveUp -> ();
    /// A supervisor lets the last refused code pass.
    Override(OverrideScan) -> Shown;
    /// Takes a scan back.
    Undo(Undo) -> Undone;

    /// Finds guests.
    Search(Search) -> Found;
    /// All that is known of a ticket.
    Ticket(ShowTicket) -> TicketDetail;
    /// What could not all have happened.
    Conflicts(ListConflicts) -> Conflicts;
    /// Says what a conflict turned out to be.
    Resolve(Resolve) -> Conflicts;

    /// The door in numbers.
    DoorStats -> DoorStats;
    /// People inside.
    HeadCount -> HeadCount;
    /// The report at the end of the night.
    Report -> Report;
    /// Saves the report's CSV where people find it.
    SaveReport -> Saved;
    /// Saves the scan log as a file that the server or another device takes in.
    SaveLog -> Saved;

    /// What can be sold here.
    OnSale -> OnSale;
    /// Sells tickets.
    Sell(Sell) -> Sold;

    /// Whether doors can open.
    Readiness -> Readiness;
    /// The calm line.
    Badge -> Badge;
    /// Everything about the device.
    Diagnostics -> Diagnostics;
    /// Exchanges with the server now.
    SyncNow -> Badge;
    /// The server has another address.
    ServerAddress(ServerAddress) -> Badge;
    /// Other devices on the local network.
    Peers -> Peers;
    /// Exchanges with the device at an address, now and from now on.
    AddPeer(AddPeer) -> Peers;

    /// How it looks and behaves.
    Settings -> SettingsView;
    /// Changes that.
    ChangeSettings(Settings) -> SettingsView;
    /// Cameras of this machine.
    Cameras -> Cameras;
    /// Starts a camera of this machine.
    StartCamera(StartCamera) -> CameraState;
    /// Sets its light and zoom.
    TuneCamera(TuneCamera) -> CameraState;
    /// Stops it.
    StopCamera -> CameraState;
    /// Plays the test sound.
    TestSound -> ();
}
