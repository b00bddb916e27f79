//! One picture, every symbol.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::filter::{FilterScratch, blur, double, halve, unsharp};
use crate::frame::{LumaFrame, LumaImage};
use crate::search::{Effort, Harvest, search, search_leftovers};
use crate::symbol::Symbol;
use crate::threshold::{ThresholdScratch, block, bradley, otsu};

/// Pictures wider or higher than this are not enlarged.
const ENLARGE_BELOW: usize = 1400;

/// Pictures are not halved below this.
const SMALLEST_SIDE: usize = 120;

const EFFORT: Effort = Effort {
    row_step: 2,
    finders: 4000,
    sets: 3000,
    micro: true,
};

/// Finds every symbol in `frame`, each print once, in the order they were found.
///
/// Runs all passes at all scales until they or `budget` are exhausted.
#[must_use]
pub fn decode_still(frame: &LumaFrame<'_>, budget: &mut Budget<'_>) -> Vec<Symbol> {
    let mut still = Still {
        bits: Bits::default(),
        thresholds: ThresholdScratch::default(),
        filters: FilterScratch::default(),
        filtered: LumaImage::scratch(),
        budget,
        harvest: Harvest::new(None),
    };
    still.passes(frame, 1.0);
    let mut smaller = LumaImage::scratch();
    let mut scale = 2.0;
    let mut current = LumaImage::scratch();
    if halve(frame, &mut smaller) {
        loop {
            still.passes(&smaller.frame(), scale);
            if smaller.width().min(smaller.height()) < 2 * SMALLEST_SIDE {
                break;
            }
            std::mem::swap(&mut smaller, &mut current);
            halve(&current.frame(), &mut smaller);
            scale *= 2.0;
        }
    }
    if frame.width().max(frame.height()) <= ENLARGE_BELOW {
        double(frame, &mut smaller);
        still.passes(&smaller.frame(), 0.5);
    }
    search_leftovers(frame, 300, still.budget, &mut still.harvest);
    still.harvest.into_symbols()
}

struct Still<'a, 'b> {
    bits: Bits,
    thresholds: ThresholdScratch,
    filters: FilterScratch,
    filtered: LumaImage,
    budget: &'a mut Budget<'b>,
    harvest: Harvest<'static>,
}

impl Still<'_, '_> {
    /// All thresholds and filters at one scale.
    fn passes(&mut self, frame: &LumaFrame<'_>, scale: f32) {
        block(frame, &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, true);
        bradley(frame, &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
        blur(frame, &mut self.filtered, &mut self.filters);
        block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
        unsharp(frame, 2, 2, &mut self.filtered, &mut self.filters);
        block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
        otsu(frame, &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
    }

    fn search(&mut self, frame: &LumaFrame<'_>, scale: f32, micro: bool) {
        let effort = Effort { micro, ..EFFORT };
        search(
            frame,
            &self.bits,
            scale,
            effort,
            self.budget,
            &mut self.harvest,
        );
    }
}
