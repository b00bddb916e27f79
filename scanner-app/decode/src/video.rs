//! One frame of a video: the first pass, and one extra pass a frame in turn.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::filter::{FilterScratch, blur, halve, unsharp};
use crate::frame::{LumaFrame, LumaImage};
use crate::search::{Effort, Harvest, search};
use crate::symbol::Symbol;
use crate::threshold::{ThresholdScratch, block, bradley, otsu};

const EFFORT: Effort = Effort {
    row_step: 3,
    finders: 40,
    failures: 40,
    bent: 1,
    micro: false,
};

/// Extra passes that take turns.
const EXTRA_PASSES: usize = 6;

/// What is kept from frame to frame: buffers, and whose turn it is.
#[derive(Debug)]
pub struct Passes {
    bits: Bits,
    thresholds: ThresholdScratch,
    filters: FilterScratch,
    filtered: LumaImage,
    turn: usize,
}

impl Default for Passes {
    fn default() -> Self {
        Self::new()
    }
}

impl Passes {
    /// Starts a video.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bits: Bits::default(),
            thresholds: ThresholdScratch::default(),
            filters: FilterScratch::default(),
            filtered: LumaImage::scratch(),
            turn: 0,
        }
    }

    /// Prepares the extra pass whose turn it is; returns its scale.
    fn prepare_extra(&mut self, frame: &LumaFrame<'_>) -> f32 {
        let turn = self.turn % EXTRA_PASSES;
        self.turn = turn + 1;
        match turn {
            0 => {
                if halve(frame, &mut self.filtered) {
                    block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
                    return 2.0;
                }
            }
            1 => {
                unsharp(frame, 2, 2, &mut self.filtered, &mut self.filters);
                block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
            }
            2 => {
                blur(frame, &mut self.filtered, &mut self.filters);
                block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
            }
            3 => {
                unsharp(frame, 6, 4, &mut self.filtered, &mut self.filters);
                block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
            }
            4 => bradley(frame, &mut self.bits, &mut self.thresholds),
            _ => otsu(frame, &mut self.bits, &mut self.thresholds),
        }
        1.0
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
    let mut harvest = Harvest::new(Some(wanted));
    block(frame, &mut passes.bits, &mut passes.thresholds);
    search(frame, &passes.bits, 1.0, EFFORT, budget, &mut harvest);
    if !harvest.is_done() && !budget.is_exhausted() {
        let scale = passes.prepare_extra(frame);
        let shades = if scale == 1.0 {
            *frame
        } else {
            passes.filtered.frame()
        };
        search(&shades, &passes.bits, scale, EFFORT, budget, &mut harvest);
    }
    harvest.into_symbols()
}
