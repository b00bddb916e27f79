//! The program behind the screens: every request handled, every event pushed.
//!
//! Knows no window: a [`Shell`] is the machine around it, be it a window, a browser
//! bridge or a test. Screens send a [`Request`] and get its answer or an [`AppError`];
//! what happens by itself reaches them as an [`Event`]. The shape is written down in
//! `docs/formats/app-requests.md`.

pub mod contract;
mod error;
mod event;
mod request;
mod shell;
#[cfg(test)]
mod types;

pub use error::AppError;
pub use event::{Changed, Event, Feel, Sound};
pub use request::{OfEvent, Request};
pub use shell::{Notice, Shell};
