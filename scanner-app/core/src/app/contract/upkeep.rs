//! The device itself: exchange with others, its insides, its settings.

use serde::{Deserialize, Serialize};
use shared_model::ids::ActorId;
use shared_model::time::Timestamp;
use ts_rs::TS;

use crate::app::AppError;

/// The calm line at the edge of every screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Badge {
    /// The server answers.
    pub online: bool,
    /// An exchange is running.
    pub busy: bool,
    /// When the server last answered.
    #[ts(type = "number | null")]
    pub last_contact_at: Option<Timestamp>,
    /// What kept the last exchange from ending well; absent where it did.
    pub trouble: Option<AppError>,
    /// Facts of this device not yet delivered.
    #[ts(type = "number")]
    pub unsent: u64,
    /// Tickets held for the event.
    #[ts(type = "number")]
    pub tickets: u64,
    /// The first download of tickets is not whole yet; codes are decided from what they state.
    pub downloading: bool,
    /// Conflicts that nobody has settled.
    #[ts(type = "number")]
    pub open_conflicts: u64,
    /// The clock may be believed.
    pub clock_trusted: bool,
    /// Other devices in reach.
    pub peers: u32,
}

/// Everything about the device, for somebody who looks for a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagnostics {
    /// The calm line.
    pub badge: Badge,
    /// Number of the event's set-up held; 0 for none.
    #[ts(type = "number")]
    pub book: u64,
    /// When that was made.
    #[ts(type = "number | null")]
    pub book_at: Option<Timestamp>,
    /// Every change of tickets up to this number is held.
    #[ts(type = "number")]
    pub revision: u64,
    /// Facts held, of all devices.
    #[ts(type = "number")]
    pub facts: u64,
    /// Logs held.
    pub logs: Vec<LogView>,
    /// Milliseconds to add to the clock; absent before a measurement.
    #[ts(type = "number | null")]
    pub clock_offset_ms: Option<i64>,
    /// Bytes of this device's files.
    #[ts(type = "number")]
    pub store_bytes: u64,
    /// Camera frames looked at in the last second.
    pub frames_per_second: u16,
    /// Median microseconds of the last frames' decoding; 0 before any.
    pub decode_us: u32,
    /// Median microseconds of the last verdicts, the disk included; 0 before any.
    pub decide_us: u32,
    /// Folder of this device's files.
    pub folder: String,
    /// Version of the program.
    pub version: String,
}

/// One log held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogView {
    /// Its name, 32 hexadecimal digits.
    #[ts(type = "string")]
    pub actor: ActorId,
    /// Name of the device that writes it; empty where the roster does not know it.
    pub device: String,
    /// This device writes it.
    pub own: bool,
    /// Its last entry held.
    #[ts(type = "number")]
    pub seq: u64,
    /// Its last entry that the server holds.
    #[ts(type = "number")]
    pub acknowledged: u64,
    /// Two histories begin in it: call the organizer.
    pub forked: bool,
}

/// Other devices of the organizer on the local network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Peers {
    /// This device listens for others at these addresses; empty where it does not.
    pub listening: Vec<String>,
    /// Devices found or added.
    pub peers: Vec<PeerView>,
}

/// Another device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PeerView {
    /// Its name, once known to be one of the organizer's; empty before.
    pub name: String,
    /// `host:port`.
    pub address: String,
    /// How it stands.
    pub state: PeerState,
    /// When the last exchange with it ended well.
    #[ts(type = "number | null")]
    pub last_contact_at: Option<Timestamp>,
    /// What kept the last exchange from ending well.
    pub trouble: Option<AppError>,
    /// It was typed in rather than found.
    pub added: bool,
}

/// How another device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PeerState {
    /// Found, nothing exchanged yet.
    Found,
    /// The last exchange ended well.
    Connected,
    /// It does not answer.
    Unreachable,
    /// One of the two is not in the other's roster.
    Refused,
}

/// Exchanges with the device at an address, and again from now on. Answered with [`Peers`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddPeer {
    /// `host:port`.
    pub address: String,
}

/// Exchanges no more with a device whose address was typed in. Answered with [`Peers`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForgetPeer {
    /// As it was added.
    pub address: String,
}

/// The server has another address. Answered with [`Badge`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ServerAddress {
    /// `http://` or `https://`.
    pub address: String,
}

/// How the program looks and behaves; kept over restarts. `change_settings` takes it whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// Language tag of words and sentences; empty until a screen has set it from the system's.
    pub language: String,
    /// Colours.
    pub theme: Theme,
    /// Where the controls lie.
    pub hand: Hand,
    /// Sounds of verdicts.
    pub sound: bool,
    /// 0 to 100.
    pub volume: u8,
    /// Vibration at verdicts, where there is any.
    pub haptics: bool,
    /// Seconds until an admission makes way for the next code; 0 for a tap.
    pub admit_secs: u8,
    /// The same for a refusal.
    pub refuse_secs: u8,
    /// The camera, by its id; empty for the first.
    pub camera: String,
    /// The camera sleeps between guests.
    pub camera_sleeps: bool,
    /// The serial line of a hand scanner, as the system names it; empty for none.
    pub reader: String,
    /// The screen stays on while scanning.
    pub keep_awake: bool,
    /// Minutes without a touch until a PIN is asked for; 0 for never.
    pub lock_minutes: u8,
    /// Full screen, and nothing but scanning can be reached without a supervisor.
    pub kiosk: bool,
    /// Nobody is there to ask: questions and confirmations are refusals.
    pub unattended: bool,
    /// The relay is switched at admissions, where the machine's owner set one up.
    pub relay: bool,
    /// Other devices on the local network may exchange logs with this one.
    pub lan: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: String::new(),
            theme: Default::default(),
            hand: Default::default(),
            sound: true,
            volume: 80,
            haptics: true,
            admit_secs: 2,
            refuse_secs: 0,
            camera: String::new(),
            camera_sleeps: false,
            reader: String::new(),
            keep_awake: true,
            lock_minutes: 0,
            kiosk: false,
            unattended: false,
            relay: false,
            lan: true,
        }
    }
}

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Black and white.
    Contrast,
    /// Dark red on black: eyes stay used to the dark.
    DarkRoom,
}

/// Where the controls lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// For the right hand.
    #[default]
    Right,
    /// For the left hand.
    Left,
}

/// Settings, and what can be set on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsView {
    /// How it is set.
    pub settings: Settings,
    /// Languages that have sentences for verdicts.
    pub languages: Vec<String>,
    /// Serial lines that a hand scanner may be on.
    pub readers: Vec<String>,
    /// The machine's owner set up a relay command.
    pub has_relay: bool,
    /// This machine can vibrate.
    pub has_haptics: bool,
    /// This machine knows its owner by finger or face.
    pub has_biometrics: bool,
}
