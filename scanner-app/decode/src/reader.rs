//! The reader library behind a guard: every call into it may fail or panic, and
//! neither leaves this module.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};

use crate::bits::Bits;
use crate::budget::Budget;
use crate::symbol::Symbol;

/// Runs foreign code; a panic in it counts as nothing found.
pub(crate) fn guarded<T>(foreign: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(foreign)).ok().flatten()
}

/// Reads every symbol of `bits` whose finders were not used before.
pub(crate) fn read_bits(
    bits: &Bits,
    budget: &mut Budget<'_>,
    mut found: impl FnMut(Symbol) -> bool,
) {
    let Some(matrix) = bits.to_matrix() else {
        return;
    };
    let sets = guarded(|| {
        let mut finders = FindFinderPatterns(&matrix, false, 0);
        finders.sort_by_key(|finder| std::cmp::Reverse(finder.size));
        finders.truncate(64);
        Some(GenerateFinderPatternSets(&mut finders))
    })
    .unwrap_or_default();
    let mut used = Vec::new();
    for set in sets {
        if [set.bl, set.tl, set.tr].iter().any(|f| used.contains(f)) {
            continue;
        }
        if !budget.pay(100) {
            return;
        }
        if let Some(symbol) = guarded(|| read_set(&matrix, &set)) {
            used.extend([set.bl, set.tl, set.tr]);
            if found(symbol) {
                return;
            }
        }
    }
}

fn read_set(matrix: &BitMatrix, set: &FinderPatternSet) -> Option<Symbol> {
    let sampled = SampleQR(matrix, set).ok()?;
    let decoded = Decode(sampled.getBits()).ok()?;
    let points = sampled.getPoints();
    let corner = |i: usize| points.get(i).map_or((0.0, 0.0), |p| (p.x, p.y));
    decoded.isValid().then(|| Symbol {
        text: decoded.text(),
        bytes: decoded.content().bytes().to_vec(),
        // The library gives upper left, upper right, lower left, lower right.
        corners: [corner(0), corner(1), corner(3), corner(2)],
    })
}
