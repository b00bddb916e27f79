//! Where pictures come from, and how they become codes.
//!
//! A [`FrameSource`] gives pictures: a camera of this computer ([`native`]), files
//! ([`mod@file`]), or somebody who has them already, such as a webview ([`push`]).
//! A [`Camera`] reads one on threads of its own: at most one picture waits, a newer
//! one takes its place, and the work on each is bounded. What it finds it tells to
//! one listener, in order; [`crate::controller::Controller::frame`] is what makes
//! wishes of it.
//!
//! Always: trouble is told once, in words of its own, and the source is opened
//! again until it works; a source that panics is one that failed. Deliberately
//! absent: what a code means.

#[cfg(any(target_os = "linux", target_os = "macos", windows))]
mod controls;
mod error;
mod figures;
pub mod file;
mod getting;
mod inbox;
pub mod native;
mod preview;
pub mod push;
mod reader;
mod reading;
mod tuning;

use decode::LumaImage;

pub use self::error::Error;
pub use self::figures::Figures;
pub use self::preview::Preview;
pub use self::reader::{Camera, Clock, Event, Seen, Settings, State};
pub use self::tuning::Tuning;

/// The most pixels of one frame of a video: 4096 x 2304.
pub const MAX_FRAME_PIXELS: usize = 4096 * 2304;

/// Something that gives one picture after the other.
///
/// Opened, asked and dropped by one thread.
pub trait FrameSource {
    /// Waits for the next picture.
    ///
    /// # Errors
    /// No picture will come any more; the source is dropped and opened again.
    fn next(&mut self) -> Result<Next, Error>;

    /// Sets light and zoom as far as it has them, and says how they are now.
    fn tune(&mut self, _wish: Tuning) -> Tuning {
        Tuning::default()
    }
}

/// What a source gives when asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A picture.
    Picture(LumaImage),
    /// None came for a while; ask again.
    Nothing,
    /// There will be none any more, and that is well.
    Ended,
}
