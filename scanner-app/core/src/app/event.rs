//! What is pushed to screens without being asked for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AppError;
use super::contract::{Badge, CameraState, LinkView, ReaderState, Reads};

/// Something happened. Lost ones do no harm: a screen that connects asks for the overview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The program's own camera, or a serial scanner, read codes, or sees others than before.
    Reads(Reads),
    /// The calm line changed.
    Badge(Badge),
    /// Something that a screen may be showing changed: ask for it again.
    Changed {
        /// What.
        what: Changed,
    },
    /// The camera that this program drives changed its state.
    Camera(CameraState),
    /// The hand scanner on a serial line came or went.
    Reader(ReaderState),
    /// What the camera that this program drives, or a serial scanner, reads cannot be decided; absent when it can again.
    Undecided {
        /// Why.
        error: Option<AppError>,
    },
    /// An enrolment link was opened, or held before a camera.
    Link(LinkView),
    /// A link was opened that leads nowhere.
    LinkRefused {
        /// Why.
        error: AppError,
    },
    /// The screen shall play a sound: this shell has none of its own.
    Play {
        /// Which.
        sound: Sound,
        /// How loud, 0 to 100.
        volume: u8,
    },
    /// The screen shall vibrate: this shell cannot by itself.
    Vibrate {
        /// How.
        feel: Feel,
    },
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The phase: ask for the overview.
    Phase,
    /// Settings, the person signed in, or the station.
    Overview,
    /// The set-up of an event.
    Book,
    /// Tickets.
    Tickets,
    /// The log: counts, histories, conflicts.
    Log,
    /// Other devices in reach.
    Peers,
}

/// Sounds, told apart without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// May pass.
    Admit,
    /// May not pass.
    Refuse,
    /// Something is asked.
    Ask,
    /// For the doors-ready check: how loud it is.
    Test,
}

/// Vibrations, told apart in a pocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Feel {
    /// May pass: one short.
    Admit,
    /// May not pass: two long.
    Refuse,
    /// Something is asked: two short.
    Ask,
}
