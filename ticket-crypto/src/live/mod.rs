//! Rotating codes: what a screen adds to a token so that a screenshot grows old.
//!
//! Time is cut into steps of 30 seconds; a code shows its step, and a gate
//! accepts steps from two behind its own to one ahead. Three forms:
//! a [`chain`] of hashes, checked with public data only; a [`keyed`] MAC, or in a
//! wallet pass digits, under a secret that gates share; a signature of the
//! holder's [`device`].
//!
//! What always holds: an older code never gives a newer one; checking is bounded
//! by one chain. It deliberately does not say what an old or missing code means:
//! the check-in list does. A live code relayed within the window still passes;
//! the duplicate check remains the defence against that.
//!
//! Source: docs/formats/token.md

pub mod chain;
pub mod device;
pub mod keyed;
mod part;
mod skew;

pub use part::{Digits, LivePart};
pub use skew::SkewEstimate;

use crate::token::{Kind, Token};
use keyed::EventLiveKey;

/// Length of a step in milliseconds.
pub const STEP_MS: i64 = 30_000;
/// Steps behind the gate's own that still count as now.
pub const STEPS_BEHIND: i64 = 2;
/// Steps ahead of the gate's own that already count as now.
pub const STEPS_AHEAD: i64 = 1;

/// How the rotating part of a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiveCheck {
    /// The token shows none: a static one, or one on paper.
    Absent,
    /// Genuine and of now.
    Fresh {
        /// Steps that the code is ahead of the gate's clock; negative for behind.
        ahead: i64,
    },
    /// Genuine, and older or newer than now.
    Stale {
        /// Steps that the code is ahead of the gate's clock; negative for behind.
        ahead: i64,
    },
    /// Not made by the holder of this ticket.
    Forged,
    /// A keyed code, and the gate has no key to check it.
    NoKey,
}

impl LiveCheck {
    fn genuine(ahead: i64) -> Self {
        if (-STEPS_BEHIND..=STEPS_AHEAD).contains(&ahead) {
            Self::Fresh { ahead }
        } else {
            Self::Stale { ahead }
        }
    }
}

/// Checks the rotating part of a token against corrected time.
///
/// The token itself has to be genuine: check that first. `key` is the event's
/// key for the keyed form, where the gate has one.
#[must_use]
pub fn check(token: &Token, now_ms: i64, key: Option<&EventLiveKey>) -> LiveCheck {
    let body = token.body();
    let ahead = match (&body.kind, token.live()) {
        (_, None) => return LiveCheck::Absent,
        (Kind::Chain { anchor }, Some(LivePart::Chain { step, link })) => {
            chain::check(body, anchor, *step, link, now_ms)
        }
        (Kind::Device { key }, Some(LivePart::Device { step, signature })) => {
            device::check(token, key, *step, signature, now_ms)
        }
        (Kind::Mac, Some(part)) => match key {
            Some(key) => key.check(token, part, now_ms),
            None => return LiveCheck::NoKey,
        },
        // `Token` holds no part of another type.
        (_, Some(_)) => None,
    };
    ahead.map_or(LiveCheck::Forged, LiveCheck::genuine)
}

/// The step since 1970 at an instant.
const fn step_since_1970(now_ms: i64) -> i64 {
    now_ms.div_euclid(STEP_MS)
}

/// The step nearest to now whose low 16 bits are `low`, and how far ahead it is.
///
/// A code is signed for its whole step, so one from 22 days ago is not taken
/// for one of today.
fn nearest_step(low: u16, now_ms: i64) -> (i64, i64) {
    let now = step_since_1970(now_ms);
    let ahead = i64::from(low.wrapping_sub(now as u16).cast_signed());
    (now.saturating_add(ahead), ahead)
}
