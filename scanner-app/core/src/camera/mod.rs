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

mod error;
mod figures;
pub mod file;
mod inbox;
pub mod native;
pub mod push;
mod reader;

use decode::LumaImage;

pub use self::error::Error;
pub use self::figures::Figures;
pub use self::reader::{Camera, Clock, Event, Seen, Settings, State};

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
