//! The ticket: its bytes, its signature and the keys behind it.
//!
//! Pure: no clock, no randomness source, no input or output of its own. What a
//! ticket means at a gate is decided in `shared-model`; this crate only says
//! whether it is genuine and what it states.

pub mod ids;
