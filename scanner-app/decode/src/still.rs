//! One picture, every symbol.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::frame::LumaFrame;
use crate::reader::read_bits;
use crate::symbol::Symbol;
use crate::threshold::{ThresholdScratch, block};

/// Finds every symbol in `frame`, each print once, in the order they were found.
///
/// Runs all passes at all scales until they or `budget` are exhausted.
#[must_use]
pub fn decode_still(frame: &LumaFrame<'_>, budget: &mut Budget<'_>) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::new();
    let mut bits = Bits::default();
    block(frame, &mut bits, &mut ThresholdScratch::default());
    for _ in 0..2 {
        read_bits(&bits, budget, |symbol| {
            if !symbols.iter().any(|known| known.is_same_print(&symbol)) {
                symbols.push(symbol);
            }
            false
        });
        bits.invert();
    }
    symbols
}
