//! The reader libraries behind a guard: every call into one may fail or panic,
//! and neither leaves this module.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, SampleMQR, SampleQR, SampleRMQR};
use rxing::qrcode::detector::QRCodeDetectorResult;

use crate::finders::Finder;
use crate::geometry::Point;
use crate::grid::{Grid, READINGS};
use crate::sets::FinderSet;
use crate::symbol::Symbol;

/// Runs foreign code; a panic in it counts as nothing found.
pub(crate) fn guarded<T>(foreign: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(foreign)).ok().flatten()
}

/// Reads the symbol of three finder patterns from black and white pixels.
pub(crate) fn read_set(matrix: &BitMatrix, set: &FinderSet) -> Option<Symbol> {
    let set = FinderPatternSet {
        bl: pattern(set.below),
        tl: pattern(set.corner),
        tr: pattern(set.right),
    };
    guarded(|| decode_sampled(&SampleQR(matrix, &set).ok()?))
}

/// Reads the Micro QR or rectangular Micro QR symbol of one finder pattern.
pub(crate) fn read_micro(matrix: &BitMatrix, finder: Finder) -> Option<Symbol> {
    let micro = || decode_sampled(&SampleMQR(matrix, pattern(finder)).ok()?);
    let rectangular = || decode_sampled(&SampleRMQR(matrix, pattern(finder)).ok()?);
    guarded(micro).or_else(|| guarded(rectangular))
}

/// Reads a symbol from its modules' shades, in every way worth trying.
pub(crate) fn read_grid(grid: &Grid) -> Option<Symbol> {
    READINGS.iter().find_map(|reading| {
        let matrix = grid.matrix(*reading)?;
        guarded(|| decode(&matrix, grid.corners))
    })
}

fn pattern(finder: Finder) -> ConcentricPattern {
    ConcentricPattern {
        p: rxing::point(finder.at.x, finder.at.y),
        size: finder.size.round() as i32,
    }
}

fn decode_sampled(sampled: &QRCodeDetectorResult) -> Option<Symbol> {
    let points = sampled.getPoints();
    let corner = |i: usize| {
        points
            .get(i)
            .map_or(Point::default(), |p| Point::new(p.x, p.y))
    };
    // The library gives upper left, upper right, lower left, lower right.
    decode(
        sampled.getBits(),
        [corner(0), corner(1), corner(3), corner(2)],
    )
}

fn decode(modules: &BitMatrix, corners: [Point; 4]) -> Option<Symbol> {
    let decoded = Decode(modules).ok()?;
    decoded.isValid().then(|| Symbol {
        text: decoded.text(),
        bytes: decoded.content().bytes().to_vec(),
        corners: corners.map(|corner| (corner.x, corner.y)),
    })
}
