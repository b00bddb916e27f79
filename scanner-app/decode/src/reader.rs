//! The reader libraries behind a guard: every call into one may fail or panic,
//! and neither leaves this module, nor says anything on the way.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

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

thread_local! {
    /// This thread runs foreign code whose panics are caught.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs foreign code; a panic in it counts as nothing found.
pub(crate) fn guarded<T>(foreign: impl FnOnce() -> Option<T>) -> Option<T> {
    keep_quiet_while_guarded();
    let before = GUARDED.replace(true);
    let found = catch_unwind(AssertUnwindSafe(foreign)).ok().flatten();
    GUARDED.set(before);
    found
}

/// Puts a panic hook before the program's, once: panics that are caught here are ordinary, dozens
/// in a bad picture, and would bury whatever else is said. All others reach the program's hook.
fn keep_quiet_while_guarded() {
    static PUT: Once = Once::new();
    // A panicking thread may not change hooks, and says enough already.
    if std::thread::panicking() {
        return;
    }
    PUT.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                hook(panic);
            }
        }));
    });
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "BILTEN_TEST_PANICS";

    /// In a process of its own, because hooks belong to the process.
    #[test]
    fn caught_panics_say_nothing_and_others_are_heard() {
        if std::env::var_os(CHILD).is_some() {
            assert_eq!(guarded::<()>(|| panic!("a symbol that is none")), None);
            assert_eq!(guarded(|| Some(guarded(|| Some(1)))), Some(Some(1)));
            assert_eq!(guarded::<()>(|| panic!("a symbol that is none")), None);
            let elsewhere = std::thread::spawn(|| panic!("a fault of the program"));
            assert!(elsewhere.join().is_err());
            return;
        }
        let name = "reader::tests::caught_panics_say_nothing_and_others_are_heard";
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stderr);
        assert!(child.status.success(), "{said}");
        assert!(!said.contains("a symbol that is none"), "{said}");
        assert!(said.contains("a fault of the program"), "{said}");
    }
}
