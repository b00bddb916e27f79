//! The server: organizers, sales, tickets, devices and check-in.
//!
//! Rooms are folders with a door (`mod.rs`); `docs/ARCHITECTURE.md` lists who may
//! call whom. The building itself: [`app`], [`config`], [`db`], [`gateway`],
//! [`problem`].

pub mod app;
pub mod checkin;
pub mod clock;
pub mod config;
pub mod db;
pub mod devices;
pub mod events;
pub mod gateway;
pub mod identity;
pub mod keys;
pub mod master_key;
pub mod notes;
pub mod orders;
pub mod organizers;
pub mod outbox;
pub mod paper;
pub mod payments;
pub mod problem;
pub mod relay;
pub mod serve;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tickets;
pub mod tiers;
pub mod upkeep;
