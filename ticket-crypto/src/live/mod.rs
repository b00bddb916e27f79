//! Rotating codes: what a screen adds to a token so that a screenshot grows old.

mod part;

pub use part::{Digits, LivePart};
