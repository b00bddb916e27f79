//! A replica in memory, an event for it, and a network between two of them.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "tests: each binary uses its own part, and a broken fixture should stop it"
)]

mod event;
pub mod network;
pub mod notes;
mod replica;
mod store;

pub use event::*;
pub use store::*;
