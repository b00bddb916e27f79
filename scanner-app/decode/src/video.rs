//! One frame of a video: the first pass, and one extra pass a frame in turn.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::frame::LumaFrame;
use crate::reader::read_bits;
use crate::symbol::Symbol;
use crate::threshold::{ThresholdScratch, block};

/// What is kept from frame to frame: buffers, and whose turn it is.
#[derive(Debug, Default)]
pub struct Passes {
    bits: Bits,
    thresholds: ThresholdScratch,
}

impl Passes {
    /// Starts a video.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// Finds symbols in one frame, and stops at the first whose text starts with
/// `wanted` (any symbol when `wanted` is empty).
///
/// The answer holds what was found on the way as well, in the order it was found.
#[must_use]
pub fn decode_frame(
    frame: &LumaFrame<'_>,
    passes: &mut Passes,
    wanted: &str,
    budget: &mut Budget<'_>,
) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::new();
    block(frame, &mut passes.bits, &mut passes.thresholds);
    for _ in 0..2 {
        let mut done = false;
        read_bits(&passes.bits, budget, |symbol| {
            done |= symbol.text.starts_with(wanted);
            if !symbols.iter().any(|known| known.is_same_print(&symbol)) {
                symbols.push(symbol);
            }
            done
        });
        if done {
            break;
        }
        passes.bits.invert();
    }
    symbols
}
