//! One pass: find finder patterns in a thresholded picture and read what they frame.

use rxing::common::BitMatrix;

use crate::bits::Bits;
use crate::budget::Budget;
use crate::finders::{Finder, find};
use crate::frame::LumaFrame;
use crate::geometry::Point;
use crate::grid::Grid;
use crate::layout::{Layout, Sheet, bent_sheet, flat_sheets};
use crate::reader::{read_grid, read_micro, read_set};
use crate::sets::{FinderSet, triples};
use crate::shades::Shades;
use crate::symbol::Symbol;

/// How much one pass may try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Rows from one scan line to the next.
    pub row_step: usize,
    /// Finder patterns kept, the largest; noise makes small ones.
    pub finders: usize,
    /// Triples tried in vain before the pass ends; each success allows some more.
    pub failures: usize,
    /// Triples, the likeliest, also tried as bent paper.
    pub bent: usize,
    /// Whether single finder patterns are tried as Micro QR symbols.
    pub micro: bool,
}

/// What all passes over one picture found, in pixels of that picture.
pub(crate) struct Harvest<'a> {
    wanted: Option<&'a str>,
    symbols: Vec<Symbol>,
    /// Every finder pattern seen by any pass, outside the symbols read.
    finders: Vec<Finder>,
    /// How many passes saw each of them.
    sightings: Vec<u32>,
    done: bool,
}

/// Finder patterns of each kind of ink at which a scan stops looking for more.
const FOUND_FINDERS: usize = 4000;

/// Further failures allowed for each finder pattern that belonged to a symbol.
const FAILURES_A_FINDER: usize = 8;

/// Triples given to the reader library though their timing modules look wrong.
const UNTIMED_SETS: usize = 8;

/// More finder patterns than this are not tried as Micro QR symbols one by one.
const MICRO_FINDERS: usize = 100;

/// What one attempt costs in budget units.
const SHEET_UNITS: u64 = 15;
const BENT_UNITS: u64 = 400;
const SET_UNITS: u64 = 100;
const GRID_UNITS: u64 = 100;
const MICRO_UNITS: u64 = 40;

impl<'a> Harvest<'a> {
    /// Collects everything, or stops at a text that starts with `wanted`.
    pub fn new(wanted: Option<&'a str>) -> Self {
        Self {
            wanted,
            symbols: Vec::new(),
            finders: Vec::new(),
            sightings: Vec::new(),
            done: false,
        }
    }

    pub fn is_done(&self) -> bool {
        self.done
    }

    pub fn into_symbols(self) -> Vec<Symbol> {
        self.symbols
    }

    /// Whether something was read and nothing hints at another symbol: specks of
    /// noise look like finder patterns too, but not to two passes.
    pub fn is_settled(&self) -> bool {
        let unread = self
            .finders
            .iter()
            .zip(&self.sightings)
            .filter(|(finder, seen)| **seen > 1 && !self.covers(finder.at));
        !self.symbols.is_empty() && unread.take(2).count() < 2
    }

    /// Takes a symbol; one found before is dropped.
    pub fn offer(&mut self, symbol: Symbol) {
        if self
            .symbols
            .iter()
            .any(|known| known.is_same_print(&symbol))
        {
            return;
        }
        self.done |= self
            .wanted
            .is_some_and(|wanted| symbol.text.starts_with(wanted));
        self.symbols.push(symbol);
    }

    /// Whether a place lies in a symbol already read.
    fn covers(&self, at: Point) -> bool {
        self.symbols
            .iter()
            .any(|symbol| symbol.contains(at.x, at.y))
    }

    fn remember(&mut self, finder: Finder) {
        let known = self.finders.iter().position(|known| {
            known.inverted == finder.inverted
                && known.at.minus(finder.at).length() < known.size.min(finder.size) / 2.0
        });
        if let Some(seen) = known.and_then(|i| self.sightings.get_mut(i)) {
            *seen += 1;
        } else if self.finders.len() < 1000 {
            self.finders.push(finder);
            self.sightings.push(1);
        }
    }
}

/// The black and white picture in the reader library's type, made when first needed.
struct Matrices<'a> {
    bits: &'a Bits,
    made: [Option<Option<BitMatrix>>; 2],
}

impl Matrices<'_> {
    fn get(&mut self, inverted: bool) -> Option<&BitMatrix> {
        let bits = self.bits;
        self.made[usize::from(inverted)]
            .get_or_insert_with(|| {
                if inverted {
                    let mut bits = bits.clone();
                    bits.invert();
                    bits.to_matrix()
                } else {
                    bits.to_matrix()
                }
            })
            .as_ref()
    }
}

/// Searches `bits`, which is `frame` thresholded; shades are taken from `frame`.
///
/// One pixel of them is `scale` pixels of the picture the harvest is of.
pub(crate) fn search(
    frame: &LumaFrame<'_>,
    bits: &Bits,
    scale: f32,
    effort: Effort,
    budget: &mut Budget<'_>,
    harvest: &mut Harvest<'_>,
) {
    // A threshold and a filter, about a nanosecond a pixel; the scan itself is less.
    if !budget.pay(1 + (bits.width() * bits.height() / 1000) as u64) {
        return;
    }
    let mut finders = find(bits, effort.row_step, FOUND_FINDERS, budget);
    finders.retain(|finder| !harvest.covers(finder.at.times(scale)));
    finders.sort_by(|a, b| b.size.total_cmp(&a.size));
    finders.truncate(effort.finders);
    for finder in &finders {
        harvest.remember(finder.scaled(scale));
    }
    let mut matrices = Matrices {
        bits,
        made: [None, None],
    };
    let used = read_sets(
        frame,
        &mut matrices,
        &finders,
        scale,
        effort,
        budget,
        harvest,
    );
    if effort.micro && !harvest.is_done() {
        finders.retain(|finder| !used.contains(finder));
        finders.truncate(MICRO_FINDERS);
        read_micros(&mut matrices, &finders, scale, budget, harvest);
    }
}

fn read_sets(
    frame: &LumaFrame<'_>,
    matrices: &mut Matrices<'_>,
    finders: &[Finder],
    scale: f32,
    effort: Effort,
    budget: &mut Budget<'_>,
    harvest: &mut Harvest<'_>,
) -> Vec<Finder> {
    let mut used: Vec<Finder> = Vec::new();
    let mut failures = 0;
    for set in triples(finders, budget) {
        if set.finders().iter().any(|finder| used.contains(finder)) {
            continue;
        }
        if failures >= effort.failures + used.len() * FAILURES_A_FINDER || !budget.pay(SHEET_UNITS)
        {
            break;
        }
        let shades = Shades {
            frame,
            inverted: set.corner.inverted,
        };
        let sheets = flat_sheets(shades, &set);
        let mut symbol = None;
        if (!sheets.is_empty() || failures < UNTIMED_SETS) && budget.pay(SET_UNITS) {
            symbol = matrices
                .get(set.corner.inverted)
                .and_then(|matrix| read_set(matrix, &set));
        }
        if symbol.is_none() {
            symbol = read_sheets(shades, &set, &sheets, budget);
        }
        if symbol.is_none() && failures < effort.bent && budget.pay(BENT_UNITS) {
            let bent = bent_sheet(shades, &set);
            symbol = read_sheets(shades, &set, bent.as_slice(), budget);
        }
        let Some(symbol) = symbol else {
            failures += 1;
            continue;
        };
        used.extend(set.finders());
        harvest.offer(symbol.scaled(scale));
        if harvest.is_done() {
            break;
        }
    }
    used
}

fn read_sheets(
    shades: Shades<'_>,
    set: &FinderSet,
    sheets: &[Sheet],
    budget: &mut Budget<'_>,
) -> Option<Symbol> {
    sheets.iter().find_map(|sheet| {
        let modules = (sheet.side * sheet.side) as u64;
        if !budget.pay(GRID_UNITS + modules / 5) {
            return None;
        }
        let layout = Layout::fit(shades, set, *sheet);
        read_grid(&Grid::read(shades, &layout))
    })
}

fn read_micros(
    matrices: &mut Matrices<'_>,
    finders: &[Finder],
    scale: f32,
    budget: &mut Budget<'_>,
    harvest: &mut Harvest<'_>,
) {
    for finder in finders {
        if harvest.covers(finder.at.times(scale)) {
            continue;
        }
        if !budget.pay(MICRO_UNITS) {
            return;
        }
        let symbol = matrices
            .get(finder.inverted)
            .and_then(|matrix| read_micro(matrix, *finder));
        if let Some(symbol) = symbol {
            harvest.offer(symbol.scaled(scale));
        }
    }
}

/// Tries the finder patterns of all passes together, on the picture's own shades.
pub(crate) fn search_leftovers(
    frame: &LumaFrame<'_>,
    failures: usize,
    budget: &mut Budget<'_>,
    harvest: &mut Harvest<'_>,
) {
    let mut finders = std::mem::take(&mut harvest.finders);
    finders.retain(|finder| !harvest.covers(finder.at));
    let mut used: Vec<Finder> = Vec::new();
    let mut failed = 0;
    for set in triples(&finders, budget) {
        if set.finders().iter().any(|finder| used.contains(finder)) {
            continue;
        }
        if failed >= failures || !budget.pay(SHEET_UNITS) {
            break;
        }
        let shades = Shades {
            frame,
            inverted: set.corner.inverted,
        };
        let sheets = flat_sheets(shades, &set);
        if let Some(symbol) = read_sheets(shades, &set, &sheets, budget) {
            used.extend(set.finders());
            harvest.offer(symbol);
        } else {
            failed += 1;
        }
    }
}
