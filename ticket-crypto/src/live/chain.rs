//! The hash chain: gates check it with nothing but the token.
//!
//! The holder keeps a seed of 16 bytes, the last link. Each link is the hash of
//! the next, and the first, the anchor, stands in the signed body. The code of
//! step `t` shows link `t`; from it nobody gets link `t + 1`. Steps count from
//! the token's first valid minute, beginning with 1, and end after 24 hours: a
//! longer event issues the next generation with a new chain.

use core::fmt;

use rand::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{LivePart, STEP_MS};
use crate::ids::{EventNo, Serial};
use crate::label::Label;
use crate::token::{Body, Kind};

/// Steps of a chain: 24 hours.
pub const STEPS: u16 = 2880;

/// The holder's secret; wiped when dropped, never printed.
#[derive(Clone)]
pub struct ChainSeed(Zeroizing<[u8; 16]>);

impl ChainSeed {
    /// Makes a new seed from `rng`.
    #[must_use]
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut seed = Zeroizing::new([0; 16]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// The seed of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The bytes to hand to the holder, over a private channel.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 16]> {
        self.0.clone()
    }

    /// The type of a token whose codes come from this seed.
    ///
    /// The anchor binds event and serial: it is of no use for another ticket.
    #[must_use]
    pub fn kind(&self, event: EventNo, serial: Serial) -> Kind {
        Kind::Chain {
            anchor: self.link(event, serial, 0),
        }
    }

    /// The code to show at `now_ms`: nothing before the ticket's first valid
    /// minute, and nothing after the chain's last step.
    #[must_use]
    pub fn part_at(&self, body: &Body, now_ms: i64) -> Option<LivePart> {
        let step = u16::try_from(step_at(body, now_ms)).ok()?;
        (1..=STEPS).contains(&step).then(|| LivePart::Chain {
            step,
            link: self.link(body.event, body.serial, step),
        })
    }

    fn link(&self, event: EventNo, serial: Serial, step: u16) -> [u8; 16] {
        (step + 1..=STEPS)
            .rev()
            .fold(*self.0, |link, step| before(event, serial, step, &link))
    }
}

impl fmt::Debug for ChainSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainSeed(..)")
    }
}

/// How many steps ahead of now a genuine code is; nothing for a forged one.
pub(super) fn check(
    body: &Body,
    anchor: &[u8; 16],
    step: u16,
    link: &[u8; 16],
    now_ms: i64,
) -> Option<i64> {
    if !(1..=STEPS).contains(&step) {
        return None;
    }
    let first = (1..=step).rev().fold(*link, |link, step| {
        before(body.event, body.serial, step, &link)
    });
    (first == *anchor).then(|| i64::from(step) - step_at(body, now_ms))
}

/// The step at an instant: 1 in the first 30 seconds of validity.
const fn step_at(body: &Body, now_ms: i64) -> i64 {
    now_ms
        .saturating_sub(body.valid_from.to_unix_ms())
        .div_euclid(STEP_MS)
        + 1
}

/// The link before that of `step`.
fn before(event: EventNo, serial: Serial, step: u16, link: &[u8; 16]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(Label::LIVE_CHAIN.as_bytes());
    hash.update(event.0.to_be_bytes());
    hash.update(serial.0.to_be_bytes());
    hash.update(step.to_be_bytes());
    hash.update(link);
    let digest: [u8; 32] = hash.finalize().into();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}
