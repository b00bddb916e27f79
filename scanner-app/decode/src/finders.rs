//! Finder patterns: the three squares in a symbol's corners.
//!
//! One scan of the rows looks for runs of 1:1:3:1:1 in ink and paper, dark on
//! light and light on dark alike, and checks each along the column and both
//! diagonals. What was found is kept in a coarse map, so that the cost is linear
//! in the rows and candidates however many patterns a picture holds.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::geometry::Point;

/// One finder pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Finder {
    /// Its middle in pixels.
    pub at: Point,
    /// The length of its seven modules in pixels.
    pub size: f32,
    /// Light ink on dark paper.
    pub inverted: bool,
}

impl Finder {
    /// The pattern in a picture whose sides are multiplied.
    pub fn scaled(self, factor: f32) -> Self {
        Self {
            at: self.at.times(factor),
            size: self.size * factor,
            inverted: self.inverted,
        }
    }
}

/// Pixels a check may walk for one budget unit.
const PIXELS_PER_UNIT: u32 = 400;

/// Finds all finder patterns of `bits`, up to `cap` of each kind of ink,
/// looking at every `step`th row.
pub(crate) fn find(bits: &Bits, step: usize, cap: usize, budget: &mut Budget<'_>) -> Vec<Finder> {
    let mut known = Known::new(bits.width(), bits.height());
    let mut edges: Vec<u32> = Vec::new();
    let mut counts = [0usize; 2];
    let mut walked = 0;
    for y in (step / 2..bits.height()).step_by(step.max(1)) {
        list_edges(bits, y, &mut edges);
        for (i, window) in edges.windows(6).enumerate() {
            // The row starts as paper, so even edges begin dark runs.
            let inverted = i % 2 == 1;
            let runs: [u32; 5] = std::array::from_fn(|j| window[j + 1] - window[j]);
            if !is_finder_row(&runs) {
                continue;
            }
            let middle = (window[2] + window[3]) / 2;
            if known.covers(middle, y as u32, inverted) || counts[usize::from(inverted)] >= cap {
                continue;
            }
            let width = window[5] - window[0];
            walked += 32 + 4 * width;
            if walked >= PIXELS_PER_UNIT {
                if !budget.pay(u64::from(walked / PIXELS_PER_UNIT)) {
                    return known.finders;
                }
                walked %= PIXELS_PER_UNIT;
            }
            if let Some(finder) = confirm(bits, middle as i32, y as i32, width, inverted) {
                known.add(finder);
                counts[usize::from(inverted)] += 1;
            }
        }
    }
    known.finders
}

/// Lists where the colour of a row changes, the left and right ends included.
/// The first entry begins a dark run.
fn list_edges(bits: &Bits, y: usize, edges: &mut Vec<u32>) {
    edges.clear();
    let mut before = 0u64;
    for (i, word) in bits.row(y).iter().enumerate() {
        let mut changes = word ^ (word << 1 | before);
        before = word >> 63;
        while changes != 0 {
            edges.push((i * 64) as u32 + changes.trailing_zeros());
            changes &= changes - 1;
        }
    }
    if edges
        .last()
        .is_none_or(|last| (*last as usize) < bits.width())
    {
        edges.push(bits.width() as u32);
    }
}

fn is_finder_row(runs: &[u32; 5]) -> bool {
    let [a, b, c, d, e] = *runs;
    c >= 3 && c >= 2 * a.max(e) && c >= b.max(d) && is_finder(runs)
}

/// Whether five runs are 1:1:3:1:1, ink and paper judged apart, because light
/// spreads from one into the other.
fn is_finder(runs: &[u32; 5]) -> bool {
    let [a, b, c, d, e] = runs.map(|run| run as f32);
    let ink = (a + c + e) / 5.0;
    let paper = (b + d) / 2.0;
    if ink.max(paper) > 4.0 * ink.min(paper) {
        return false;
    }
    let ink_slack = ink * 0.75 + 0.5;
    let paper_slack = paper / 3.0 + 0.5;
    (a - ink).abs() <= ink_slack
        && (c - 3.0 * ink).abs() <= ink_slack
        && (e - ink).abs() <= ink_slack
        && (b - paper).abs() <= paper_slack
        && (d - paper).abs() <= paper_slack
}

/// Checks a candidate along the column, its row again, and both diagonals.
fn confirm(bits: &Bits, x: i32, y: i32, width: u32, inverted: bool) -> Option<Finder> {
    let reach = width * 3;
    let down = cross(bits, (x, y), (0, 1), reach, inverted)?;
    let y = y + down.shift;
    let across = cross(bits, (x, y), (1, 0), reach, inverted)?;
    let x = x + across.shift;
    let down = cross(bits, (x, y), (0, 1), reach, inverted)?;
    let falling = cross(bits, (x, y), (1, 1), reach, inverted)?;
    let rising = cross(bits, (x, y), (1, -1), reach, inverted)?;
    let lengths = [down.length, across.length, falling.length, rising.length];
    let (least, most) = (
        lengths.iter().min().copied()?,
        lengths.iter().max().copied()?,
    );
    let slack = 0.12 * most as f32 + 1.0;
    let middles = [down.middle, across.middle, falling.middle, rising.middle];
    if most > 4 * least || middles.iter().any(|middle| middle.abs() > slack) {
        return None;
    }
    // The diagonals say where the middle lies along x + y and x - y.
    let along = (falling.middle + rising.middle) / 2.0;
    let against = (falling.middle - rising.middle) / 2.0;
    let at = Point::new(
        x as f32 + 0.5 + (across.middle + along) / 2.0,
        y as f32 + 0.5 + (down.middle + against) / 2.0,
    );
    Some(Finder {
        at,
        size: (least + most) as f32 / 2.0,
        inverted,
    })
}

/// A finder pattern seen along one line.
struct Cross {
    /// Steps from edge to edge.
    length: u32,
    /// Whole steps from the start to the middle of the inner square.
    shift: i32,
    /// Steps from the start to the middle of all three squares.
    middle: f32,
}

fn cross(
    bits: &Bits,
    from: (i32, i32),
    (dx, dy): (i32, i32),
    reach: u32,
    inverted: bool,
) -> Option<Cross> {
    let ahead = arm(bits, from, (dx, dy), reach, inverted)?;
    let behind = arm(bits, from, (-dx, -dy), reach, inverted)?;
    // Both arms count the starting pixel.
    let runs = [
        behind[2],
        behind[1],
        behind[0] + ahead[0] - 1,
        ahead[1],
        ahead[2],
    ];
    if !is_finder(&runs) {
        return None;
    }
    let length: u32 = runs.iter().sum();
    let ends = |steps: usize| {
        let sum = |arm: [u32; 3]| arm.iter().take(steps).sum::<u32>() as f32;
        (sum(ahead) - sum(behind)) / 2.0
    };
    // All three squares share one middle, slanted views aside.
    let apart = (ends(1) - ends(3)).abs().max((ends(2) - ends(3)).abs());
    (apart <= 0.06 * length as f32 + 1.0).then(|| Cross {
        length,
        shift: (ahead[0] as i32 - behind[0] as i32) / 2,
        middle: (2.0 * ends(1) + ends(2) + ends(3)) / 4.0,
    })
}

/// The lengths of ink, paper and ink from a starting pixel outward.
fn arm(
    bits: &Bits,
    (mut x, mut y): (i32, i32),
    (dx, dy): (i32, i32),
    reach: u32,
    inverted: bool,
) -> Option<[u32; 3]> {
    let mut lengths = [0; 3];
    let mut left = reach;
    let mut ink = !inverted;
    let inside =
        |x: i32, y: i32| (x as u32 as usize) < bits.width() && (y as u32 as usize) < bits.height();
    for length in &mut lengths {
        while inside(x, y) && bits.get(x, y) == ink {
            *length += 1;
            left = left.checked_sub(1)?;
            (x, y) = (x + dx, y + dy);
        }
        if *length == 0 {
            return None;
        }
        ink = !ink;
    }
    Some(lengths)
}

/// Found patterns, and which cells of the picture they lie over.
struct Known {
    finders: Vec<Finder>,
    columns: usize,
    cells: Vec<Vec<u32>>,
}

const CELL: f32 = 32.0;

impl Known {
    fn new(width: usize, height: usize) -> Self {
        let columns = width / CELL as usize + 1;
        let rows = height / CELL as usize + 1;
        Self {
            finders: Vec::new(),
            columns,
            cells: vec![Vec::new(); columns * rows],
        }
    }

    fn covers(&self, x: u32, y: u32, inverted: bool) -> bool {
        let cell = y as usize / CELL as usize * self.columns + x as usize / CELL as usize;
        let at = Point::new(x as f32, y as f32);
        self.cells.get(cell).is_some_and(|cell| {
            cell.iter()
                .filter_map(|i| self.finders.get(*i as usize))
                .any(|known| {
                    known.inverted == inverted && known.at.minus(at).length() < known.size / 2.0
                })
        })
    }

    fn add(&mut self, finder: Finder) {
        let cells = |middle: f32| {
            let low = ((middle - finder.size / 2.0) / CELL).max(0.0) as usize;
            let high = ((middle + finder.size / 2.0) / CELL).max(0.0) as usize;
            low..high + 1
        };
        for row in cells(finder.at.y) {
            for column in cells(finder.at.x).filter(|column| *column < self.columns) {
                if let Some(cell) = self.cells.get_mut(row * self.columns + column) {
                    cell.push(self.finders.len() as u32);
                }
            }
        }
        self.finders.push(finder);
    }
}
