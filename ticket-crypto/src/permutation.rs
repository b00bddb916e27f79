//! The order in which serials are given out: a secret shuffle of a dense range.
//!
//! The server counts 0, 1, 2, …; a [`Permutation`] turns each count into a
//! serial of its range, each serial once. Serials stay dense, so bitmaps stay
//! small, and two tickets do not tell how many were sold between them.
//!
//! A balanced Feistel network of ten rounds over the next even number of bits,
//! walked until it lands in the range (at most four steps on average). The key
//! hides order only; it is no protection against forging, which signatures are.

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ids::Serial;
use crate::label::Label;

const ROUNDS: u8 = 10;

/// A keyed bijection of `0..size` onto the serials from `first` on.
///
/// The key, the first serial and the size must not change once a serial was
/// given out: another range gets another permutation.
#[derive(Clone)]
pub struct Permutation {
    mac: Hmac<Sha256>,
    first: u32,
    size: u32,
    half_bits: u32,
}

impl Permutation {
    /// A shuffle of `size` serials from `first` on; nothing when they exceed `u32`
    /// or there are none.
    #[must_use]
    pub fn new(key: &[u8; 32], first: Serial, size: u32) -> Option<Self> {
        first.0.checked_add(size.checked_sub(1)?)?;
        let bits = u32::BITS - (size - 1).leading_zeros();
        Some(Self {
            mac: Hmac::new_from_slice(key).expect("HMAC takes a key of any length"),
            first: first.0,
            size,
            half_bits: bits.div_ceil(2).max(1),
        })
    }

    /// How many serials there are to give out.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// The serial given out as number `count`, from 0; nothing at `size` and above.
    #[must_use]
    pub fn serial(&self, count: u32) -> Option<Serial> {
        let mut value = Some(count).filter(|count| *count < self.size)?;
        loop {
            value = self.forward(value);
            if value < self.size {
                return Some(Serial(self.first + value));
            }
        }
    }

    /// As which number a serial is given out; nothing outside the range.
    #[must_use]
    pub fn count(&self, serial: Serial) -> Option<u32> {
        let offset = serial.0.checked_sub(self.first)?;
        let mut value = Some(offset).filter(|offset| *offset < self.size)?;
        loop {
            value = self.backward(value);
            if value < self.size {
                return Some(value);
            }
        }
    }

    fn forward(&self, value: u32) -> u32 {
        let (mut left, mut right) = self.split(value);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        self.join(left, right)
    }

    fn backward(&self, value: u32) -> u32 {
        let (mut left, mut right) = self.split(value);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        self.join(left, right)
    }

    const fn split(&self, value: u32) -> (u32, u32) {
        (value >> self.half_bits, value & self.mask())
    }

    const fn join(&self, left: u32, right: u32) -> u32 {
        left << self.half_bits | right
    }

    const fn mask(&self) -> u32 {
        (1 << self.half_bits) - 1
    }

    fn round(&self, round: u8, half: u32) -> u32 {
        let mut mac = self.mac.clone();
        mac.update(Label::SERIALS.as_bytes());
        mac.update(&self.first.to_be_bytes());
        mac.update(&self.size.to_be_bytes());
        mac.update(&[round]);
        mac.update(&half.to_be_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(mac.finalize().into_bytes());
        u32::from_be_bytes([a, b, c, d]) & self.mask()
    }
}

impl fmt::Debug for Permutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permutation")
            .field("first", &self.first)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
