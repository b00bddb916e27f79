//! Everything that a screen can ask for: one closed list.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared_model::ids::EventNo;
use ts_rs::TS;

use super::contract::{
    AddPeer, Badge, CameraState, Cameras, Choose, Conflicts, Diagnostics, DoorStats, EndRehearsal,
    Enrol, ForgetPeer, Found, GoOn, HeadCount, KeyPlaces, LinkView, ListConflicts, LookReady,
    OnSale, OpenLink, OverrideScan, Overview, Peers, Places, Readiness, Reads, Rehearse, Report,
    Resolve, Saved, ScanFrame, ScanImage, ScanText, Search, Sell, ServerAddress, Settings,
    SettingsView, ShowTicket, Shown, SignIn, Sold, SoldHere, StartCamera, TicketDetail, TuneCamera,
    Undo, Undone, Unlock, Wipe,
};
use super::{App, AppError};

/// Declares the requests: what each takes, who handles it, and what it is answered with.
macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident $(($arguments:ty))? => $handler:ident -> $answer:ty;)*) => {
        /// Something that a screen asks for: an object whose `do` names the request, beside its arguments.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(tag = "do", rename_all = "snake_case")]
        pub enum Request { $($(#[$doc])* $name $(($arguments))?,)* }

        impl App {
            /// Does what a screen asks for; blocks for as long as that takes.
            ///
            /// The answer is JSON of the type that `Answers` names for the request.
            ///
            /// # Errors
            /// What kept it from being done, for the screen to act on.
            pub fn answer(&self, request: Request) -> Result<Value, AppError> {
                match request {
                    $(requests!(@arm $name it $(($arguments))?) => {
                        let answer: $answer = requests!(@call self $handler it $(($arguments))?)?;
                        json(&answer)
                    })*
                }
            }
        }

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
    (@arm $name:ident $it:ident) => { Request::$name };
    (@arm $name:ident $it:ident ($arguments:ty)) => { Request::$name($it) };
    (@call $app:ident $handler:ident $it:ident) => { $app.$handler() };
    (@call $app:ident $handler:ident $it:ident ($arguments:ty)) => { $app.$handler($it) };
}

fn json(answer: &impl Serialize) -> Result<Value, AppError> {
    // Everything answered is plain data with text keys.
    serde_json::to_value(answer).map_err(|_| AppError::StoreFailed)
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
    Overview => overview -> Overview;
    /// Where keys can be kept on this machine.
    KeyPlaces => key_places -> KeyPlaces;
    /// Becomes one of the organizer's devices.
    Enrol(Enrol) => enrol -> Overview;
    /// Reads an enrolment link and offers it to every screen.
    OpenLink(OpenLink) => open_link -> LinkView;
    /// Opens a locked device.
    Unlock(Unlock) => unlock -> Overview;
    /// Tries to open data again that could not be opened.
    Reopen => reopen -> Overview;
    /// Locks it behind a PIN.
    Lock => lock -> Overview;
    /// Deletes everything on this device.
    Wipe(Wipe) => wipe -> Overview;

    /// What can be chosen at an event.
    Places(OfEvent) => places -> Places;
    /// Chooses where this device scans.
    Choose(Choose) => choose -> Overview;
    /// Begins a rehearsal.
    Rehearse(Rehearse) => rehearse -> Overview;
    /// Goes back to the real door.
    EndRehearsal(EndRehearsal) => end_rehearsal -> Overview;
    /// Changes who works here.
    SignIn(SignIn) => sign_in -> Overview;
    /// Nobody works here.
    SignOut => sign_out -> Overview;

    /// A code as text.
    ScanText(ScanText) => scan_text -> Shown;
    /// A picture file.
    ScanImage(ScanImage) => scan_image -> Shown;
    /// A frame of a camera that the screen holds.
    ScanFrame(ScanFrame) => scan_frame -> Reads;
    /// Goes on with the wish that waits.
    GoOn(GoOn) => go_on -> Shown;
    /// Drops the wish that waits.
    GiveUp => give_up -> ();
    /// A supervisor lets the last refused code pass.
    Override(OverrideScan) => override_scan -> Shown;
    /// Takes a scan back.
    Undo(Undo) => undo -> Undone;

    /// Finds guests.
    Search(Search) => search -> Found;
    /// All that is known of a ticket.
    Ticket(ShowTicket) => ticket -> TicketDetail;
    /// What could not all have happened.
    Conflicts(ListConflicts) => conflicts -> Conflicts;
    /// Says what a conflict turned out to be.
    Resolve(Resolve) => resolve -> Conflicts;

    /// The door in numbers.
    DoorStats => door_stats -> DoorStats;
    /// People inside.
    HeadCount => head_count -> HeadCount;
    /// The report at the end of the night.
    Report => report -> Report;
    /// Saves the report's CSV where people find it.
    SaveReport => save_report -> Saved;
    /// Saves the scan log as a file that the server or another device takes in.
    SaveLog => save_log -> Saved;

    /// What can be sold here.
    OnSale => on_sale -> OnSale;
    /// Sells tickets.
    Sell(Sell) => sell -> Sold;
    /// The tickets that were sold here, to show them again.
    ListSold => list_sold -> SoldHere;

    /// Whether doors can open.
    Ready(LookReady) => ready -> Readiness;
    /// The calm line.
    Badge => badge -> Badge;
    /// Everything about the device.
    Diagnostics => diagnostics -> Diagnostics;
    /// Exchanges with the server now.
    SyncNow => sync_now -> Badge;
    /// The server has another address.
    ServerAddress(ServerAddress) => server_address -> Badge;
    /// Other devices on the local network.
    Peers => peers -> Peers;
    /// Exchanges with the device at an address, now and from now on.
    AddPeer(AddPeer) => add_peer -> Peers;
    /// Exchanges no more with the device at an address that was added.
    ForgetPeer(ForgetPeer) => forget_peer -> Peers;

    /// How it looks and behaves.
    Settings => settings -> SettingsView;
    /// Changes that.
    ChangeSettings(Settings) => change_settings -> SettingsView;
    /// Cameras of this machine.
    Cameras => cameras -> Cameras;
    /// Starts a camera of this machine.
    StartCamera(StartCamera) => start_camera -> CameraState;
    /// Sets its light and zoom.
    TuneCamera(TuneCamera) => tune_camera -> CameraState;
    /// Stops it.
    StopCamera => stop_camera -> CameraState;
    /// Plays the test sound.
    TestSound => test_sound -> ();
}
