//! Cameras that this program itself drives; on phones and in browsers the screen holds the camera and sends frames.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Cameras of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Cameras {
    /// The cameras; empty for none, and where the screen has to hold the camera.
    pub cameras: Vec<CameraView>,
    /// The screen holds the camera itself and sends `scan_frame`.
    pub in_screen: bool,
    /// How the chosen camera stands.
    pub state: CameraState,
}

/// A camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CameraView {
    /// What `start_camera` takes.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Starts a camera, or wakes it: its reads come as events, its picture as preview. Answered with [`CameraState`];
/// `stop_camera` ends it. Before enrolment it reads enrolment links, which come as the event `link`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartCamera {
    /// Which, by its `id`, which the settings then remember; empty for the one of the settings, else the first.
    pub id: String,
}

/// Sets light and zoom of the running camera. Answered with [`CameraState`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TuneCamera {
    /// The light beside the camera; absent to leave it.
    pub torch: Option<bool>,
    /// Zoom in percent of the range; absent to leave it.
    pub zoom: Option<u8>,
}

/// How the camera stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CameraState {
    /// It runs and its frames are read.
    pub running: bool,
    /// It sleeps until somebody touches the screen.
    pub asleep: bool,
    /// Its name; empty where none was started.
    pub name: String,
    /// The light can be switched.
    pub has_torch: bool,
    /// It can zoom.
    pub has_zoom: bool,
    /// The light is on.
    pub torch: bool,
    /// How far it zooms, in percent of its range.
    pub zoom: u8,
    /// Why it does not run, where it should.
    pub trouble: Option<CameraTrouble>,
}

/// Why a camera does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CameraTrouble {
    /// There is none.
    Missing,
    /// Another program has it.
    Busy,
    /// The system does not allow it.
    Denied,
    /// It was unplugged; it is looked for again.
    Gone,
    /// It stopped giving pictures; it is tried again.
    Silent,
    /// It gives nothing that can be read.
    Failed,
}
