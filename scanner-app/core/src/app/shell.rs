//! What the controller needs of the machine it runs on.
//!
//! A window, a kiosk's browser bridge and a test each implement it. Nothing here
//! may wait but where it says so: verdicts are shown while it runs.

use std::path::PathBuf;

use super::{AppError, Event, Feel, Sound};
use crate::camera::Preview;

/// The machine around the controller.
pub trait Shell: Send + Sync + 'static {
    /// Pushes an event to every screen.
    fn push(&self, event: &Event);

    /// Whether screens can be sent what a camera of this program sees; where they cannot, they hold
    /// the camera themselves.
    fn has_preview(&self) -> bool {
        false
    }

    /// Sends what the camera sees to every screen, some times a second.
    fn preview(&self, _picture: &Preview) {}

    /// Plays a sound, `volume` from 0 to 100.
    fn sound(&self, sound: Sound, volume: u8);

    /// Vibrates, where it can.
    fn haptics(&self, feel: Feel);

    /// Whether it can vibrate.
    fn has_haptics(&self) -> bool;

    /// Tells somebody who looks elsewhere.
    fn notice(&self, notice: Notice);

    /// Fills the screen, or gives it back.
    fn full_screen(&self, on: bool);

    /// Keeps the screen lit, or lets it go dark.
    fn keep_awake(&self, on: bool);

    /// Opens the turnstile, once; nothing happens where none was set up.
    fn relay(&self);

    /// Whether a relay was set up by the machine's owner.
    fn has_relay(&self) -> bool;

    /// Whether it knows its owner by finger or face.
    fn has_biometrics(&self) -> bool;

    /// Asks `question` for finger or face, with a button `instead` for doing without. Waits for the
    /// person, so nothing may be held meanwhile and no screen be drawn by this thread.
    ///
    /// # Errors
    /// [`AppError::NotRecognised`].
    fn recognise(&self, question: &str, instead: &str) -> Result<(), AppError>;

    /// Saves a file where people find it, under `name` or one like it.
    ///
    /// # Errors
    /// [`AppError::FileFailed`] or [`AppError::DiskFull`].
    fn save(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError>;
}

/// What is told to somebody who looks elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The server has ended this device's enrolment.
    Revoked,
    /// A conflict that this device has a part in became known.
    Conflict,
}
