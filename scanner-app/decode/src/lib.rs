//! Pictures in, QR texts out.
//!
//! [`decode_frame`] reads one frame of a video and gives up early, because the
//! next frame is due; [`decode_still`] reads one picture as thoroughly as is
//! known here and finds every symbol in it. Model 1 and 2, Micro QR and
//! rectangular Micro QR symbols are read, mirrored and inverted ones too.
//!
//! Always: equal pictures and budgets give equal answers; work is bounded by the
//! [`Budget`] whatever the picture shows; no input panics.
//!
//! Deliberately absent: cameras, files, clocks, threads, and any idea of what a
//! text means.

mod bits;
mod budget;
mod convert;
mod filter;
mod finders;
mod frame;
mod geometry;
mod grid;
mod layout;
mod reader;
mod search;
mod sets;
mod shades;
mod still;
mod symbol;
mod threshold;
mod video;

pub use budget::Budget;
pub use frame::{FrameError, LumaFrame, LumaImage, MAX_PIXELS, MAX_SIDE};
pub use still::decode_still;
pub use symbol::Symbol;
pub use video::{Passes, decode_frame};
