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
    finders: 2000,
    failures: 150,
    bent: 8,
    micro: true,
};

/// Finds every symbol in `frame`, each print once, in the order they were found.
///
/// Runs all passes at all scales until they or `budget` are exhausted. The finer
/// ones are left out when something was read and no finder pattern is left over.
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
    let smaller = pyramid(frame);
    let mut levels = vec![(*frame, 1.0)];
    let mut scale = 1.0;
    for image in &smaller {
        scale *= 2.0;
        levels.push((image.frame(), scale));
    }
    for (level, scale) in &levels {
        still.plain(level, *scale);
    }
    still.sharpened(frame, 1.0);
    if still.harvest.is_settled() {
        return still.harvest.into_symbols();
    }
    for (level, scale) in &levels {
        still.finer(level, *scale);
    }
    if frame.width().max(frame.height()) <= ENLARGE_BELOW {
        let mut larger = LumaImage::scratch();
        double(frame, &mut larger);
        still.plain(&larger.frame(), 0.5);
        still.sharpened(&larger.frame(), 0.5);
    }
    search_leftovers(frame, EFFORT.failures, still.budget, &mut still.harvest);
    still.harvest.into_symbols()
}

/// The picture at half its sides, at a quarter and so on.
fn pyramid(frame: &LumaFrame<'_>) -> Vec<LumaImage> {
    let mut levels: Vec<LumaImage> = Vec::new();
    loop {
        let last = levels.last().map_or(*frame, LumaImage::frame);
        if last.width().min(last.height()) < 2 * SMALLEST_SIDE {
            return levels;
        }
        let mut half = LumaImage::scratch();
        halve(&last, &mut half);
        levels.push(half);
    }
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
    fn plain(&mut self, frame: &LumaFrame<'_>, scale: f32) {
        if self.budget.is_exhausted() {
            return;
        }
        block(frame, &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, true);
    }

    fn sharpened(&mut self, frame: &LumaFrame<'_>, scale: f32) {
        if self.budget.is_exhausted() {
            return;
        }
        unsharp(frame, 2, 2, &mut self.filtered, &mut self.filters);
        block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
    }

    /// All other thresholds and filters.
    fn finer(&mut self, frame: &LumaFrame<'_>, scale: f32) {
        if scale > 1.0 {
            self.sharpened(frame, scale);
        }
        if self.budget.is_exhausted() {
            return;
        }
        unsharp(frame, 6, 4, &mut self.filtered, &mut self.filters);
        block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
        blur(frame, &mut self.filtered, &mut self.filters);
        block(&self.filtered.frame(), &mut self.bits, &mut self.thresholds);
        self.search(frame, scale, false);
        bradley(frame, &mut self.bits, &mut self.thresholds);
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
