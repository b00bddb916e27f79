//! Modules read straight from the shades of a picture.
//!
//! The reader library samples a thresholded picture, one pixel a module. Here
//! each module is the mean of several interpolated shades, its threshold comes
//! from the modules around it, and a symbol that bends is followed by its
//! alignment patterns. That reads blurred, noisy, small and curved symbols whose
//! finder patterns were found by any pass.

use rxing::common::BitMatrix;

use crate::frame::LumaFrame;
use crate::geometry::{Point, Projection};
use crate::sets::FinderSet;

/// A symbol's modules as shades, and where they lie.
pub(crate) struct Grid {
    side: usize,
    shades: Vec<f32>,
    /// The symbol's corners in pixels, clockwise from its own upper left.
    pub corners: [Point; 4],
}

/// A way to tell ink from paper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// How much of the neighbours' light is taken back out of a module.
    sharpen: f32,
    /// How far around a module its threshold is taken from.
    radius: usize,
}

/// The readings worth trying, in this order.
pub(crate) const READINGS: [Reading; 4] = [
    Reading {
        sharpen: 0.0,
        radius: 5,
    },
    Reading {
        sharpen: 0.2,
        radius: 5,
    },
    Reading {
        sharpen: 0.5,
        radius: 4,
    },
    Reading {
        sharpen: 0.0,
        radius: 200,
    },
];

/// Shades between the pixels of a picture; light ink is turned dark.
#[derive(Clone, Copy)]
struct Shades<'a> {
    frame: &'a LumaFrame<'a>,
    inverted: bool,
}

/// Where a symbol's modules lie: a projection, corrected between alignment patterns.
struct Layout {
    side: usize,
    flat: Projection,
    /// Module coordinates of the alignment grid; empty without one.
    anchors: Vec<f32>,
    /// How far the picture lies off the projection at each anchor, row by row.
    shifts: Vec<Point>,
}

/// Flat layouts that the shades bear out, the likeliest first.
pub(crate) struct Candidates(Vec<(f32, usize, Projection)>);

/// How far above chance the timing modules must alternate, in standard deviations.
const TIMING: f32 = 2.4;

/// Lays out `set` by its finder patterns alone, and keeps what its timing
/// modules do not contradict.
pub(crate) fn candidates(frame: &LumaFrame<'_>, set: &FinderSet) -> Candidates {
    let shades = Shades {
        frame,
        inverted: set.corner.inverted,
    };
    let mut layouts = flat_layouts(shades, set);
    layouts.sort_by(|a, b| b.0.total_cmp(&a.0));
    layouts.dedup_by(|a, b| a.1 == b.1);
    layouts.truncate(2);
    layouts.retain(|(score, side, flat)| *score >= TIMING && shows_finders(shades, *side, flat));
    Candidates(layouts)
}

impl Candidates {
    /// Whether nothing looks like a symbol.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The modules of all candidates, which is what reading them costs.
    pub fn modules(&self) -> usize {
        self.0.iter().map(|(_, side, _)| side * side).sum()
    }

    /// Reads the modules of each candidate.
    pub fn grids(&self, frame: &LumaFrame<'_>, set: &FinderSet) -> impl Iterator<Item = Grid> {
        let shades = Shades {
            frame,
            inverted: set.corner.inverted,
        };
        self.0
            .iter()
            .filter_map(move |(_, side, flat)| layout(shades, set, *side, *flat))
            .map(move |layout| read(shades, &layout))
    }
}

/// Side lengths and projections by the three finder patterns alone, scored by
/// how well the timing modules alternate.
fn flat_layouts(shades: Shades<'_>, set: &FinderSet) -> Vec<(f32, usize, Projection)> {
    let [corner, right, below] = set.middles();
    let (across, down) = (right.minus(corner), below.minus(corner));
    let module = |finder: f32| finder / 7.0;
    let size = (module(set.corner.size) + module(set.right.size) + module(set.below.size)) / 3.0;
    let modules = (across.length() + down.length()) / (2.0 * size) + 7.0;
    let opposites = [corner.plus(across).plus(down), opposite_in_perspective(set)];
    let mut layouts = Vec::new();
    // A slanted view shortens the legs, and a blurred finder pattern looks larger or smaller.
    let low = ((modules * 0.75 - 17.0) / 4.0).floor().max(1.0) as usize;
    let high = ((modules * 1.35 - 17.0) / 4.0).ceil().clamp(1.0, 40.0) as usize;
    for version in low..=high {
        let side = 17 + 4 * version;
        for opposite in opposites {
            let Some(flat) = from_middles(side, corner, right, opposite, below) else {
                continue;
            };
            layouts.push((timing_score(shades, side, &flat), side, flat));
        }
    }
    layouts
}

/// The fourth corner when the finder patterns' sizes tell how far each is away.
fn opposite_in_perspective(set: &FinderSet) -> Point {
    let nearness = |finder: f32| finder.max(1.0).sqrt().recip();
    let (c, r, b) = (
        nearness(set.corner.size),
        nearness(set.right.size),
        nearness(set.below.size),
    );
    let w = (r + b - c).max(0.3 * c);
    let [corner, right, below] = set.middles();
    right
        .times(r)
        .plus(below.times(b))
        .minus(corner.times(c))
        .times(w.recip())
}

fn from_middles(
    side: usize,
    corner: Point,
    right: Point,
    opposite: Point,
    below: Point,
) -> Option<Projection> {
    let far = side as f32 - 3.5;
    let modules = [
        Point::new(3.5, 3.5),
        Point::new(far, 3.5),
        Point::new(far, far),
        Point::new(3.5, far),
    ];
    Projection::between(modules, [corner, right, opposite, below])
}

/// How far above chance neighbouring timing modules differ the right way round,
/// in standard deviations.
fn timing_score(shades: Shades<'_>, side: usize, flat: &Projection) -> f32 {
    let mut right = 0;
    let mut rows = [
        shades.at(flat.apply(7.5, 6.5)),
        shades.at(flat.apply(6.5, 7.5)),
    ];
    for i in 8..side - 7 {
        let at = i as f32 + 0.5;
        let next = [
            shades.at(flat.apply(at, 6.5)),
            shades.at(flat.apply(6.5, at)),
        ];
        for (before, next) in rows.iter().zip(next) {
            // Even modules are ink.
            let differs = if i % 2 == 0 {
                before - next
            } else {
                next - before
            };
            right += usize::from(differs > 0.0);
        }
        rows = next;
    }
    let count = (2 * (side - 15)) as f32;
    (2.0 * right as f32 - count) / count.sqrt()
}

/// Share of a finder pattern's modules that must be what they should be.
const FINDER_SHARE: f32 = 0.76;

/// Whether all three finder patterns lie where the layout says.
fn shows_finders(shades: Shades<'_>, side: usize, flat: &Projection) -> bool {
    let far = (side - 7) as f32;
    [(0.0, 0.0), (far, 0.0), (0.0, far)]
        .into_iter()
        .all(|(left, top)| finder_share(shades, flat, left, top) >= FINDER_SHARE)
}

fn finder_share(shades: Shades<'_>, flat: &Projection, left: f32, top: f32) -> f32 {
    let mut modules = [(false, 0.0f32); 49];
    let (mut ink, mut paper) = (0.0, 0.0);
    for (i, module) in modules.iter_mut().enumerate() {
        let (x, y) = (i % 7, i / 7);
        let ring = (x as i32 - 3).abs().max((y as i32 - 3).abs());
        let shade = shades.at(flat.apply(left + x as f32 + 0.5, top + y as f32 + 0.5));
        *module = (ring != 2, shade);
        if ring == 2 {
            paper += shade / 16.0;
        } else {
            ink += shade / 33.0;
        }
    }
    let middle = (ink + paper) / 2.0;
    let right = modules
        .iter()
        .filter(|(is_ink, shade)| *is_ink == (*shade < middle));
    if paper > ink {
        right.count() as f32 / 49.0
    } else {
        0.0
    }
}

/// Fits a layout to the alignment patterns, as far as there are any.
fn layout(shades: Shades<'_>, set: &FinderSet, side: usize, flat: Projection) -> Option<Layout> {
    let version = (side - 17) / 4;
    let centres = alignment_centres(version);
    let mut layout = Layout {
        side,
        flat,
        anchors: Vec::new(),
        shifts: Vec::new(),
    };
    let Some(last) = centres.last().copied() else {
        return Some(layout);
    };
    let [corner, right, below] = set.middles();
    let affine = from_middles(side, corner, right, right.plus(below).minus(corner), below)?;
    let best = [flat, affine]
        .iter()
        .filter_map(|guess| find_alignment(shades, guess, Point::new(last, last), 4.0))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((found, _)) = best {
        let far = side as f32 - 3.5;
        let modules = [
            Point::new(3.5, 3.5),
            Point::new(far, 3.5),
            Point::new(last, last),
            Point::new(3.5, far),
        ];
        layout.flat = Projection::between(modules, [corner, right, found, below])?;
    }
    if version >= 7 {
        layout.shifts = follow_alignment(shades, &layout.flat, &centres);
        layout.anchors = centres;
    }
    Some(layout)
}

/// Finds each alignment pattern near where its neighbours suggest it.
fn follow_alignment(shades: Shades<'_>, flat: &Projection, centres: &[f32]) -> Vec<Point> {
    let count = centres.len();
    let mut shifts: Vec<Option<Point>> = vec![None; count * count];
    for y in 0..count {
        for x in 0..count {
            let last = count - 1;
            let at_finder = [(0, 0), (0, last), (last, 0)].contains(&(x, y));
            if at_finder {
                shifts[y * count + x] = Some(Point::default());
                continue;
            }
            let guess = neighbour_shift(&shifts, count, x, y);
            let module = Point::new(centres[x], centres[y]);
            let on_flat = flat.apply(module.x, module.y);
            let shifted = shift_near(shades, flat, module, guess);
            shifts[y * count + x] = shifted.map(|found| found.minus(on_flat));
        }
    }
    (0..count * count)
        .map(|i| shifts[i].unwrap_or_else(|| neighbour_shift(&shifts, count, i % count, i / count)))
        .collect()
}

fn neighbour_shift(shifts: &[Option<Point>], count: usize, x: usize, y: usize) -> Point {
    let mut sum = Point::default();
    let mut known = 0;
    for (dx, dy) in [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (1, -1)] {
        let (x, y) = (x as i32 + dx, y as i32 + dy);
        if x < 0 || y < 0 || x as usize >= count || y as usize >= count {
            continue;
        }
        if let Some(shift) = shifts[y as usize * count + x as usize] {
            sum = sum.plus(shift);
            known += 1;
        }
    }
    if known == 0 {
        sum
    } else {
        sum.times(1.0 / known as f32)
    }
}

fn shift_near(shades: Shades<'_>, flat: &Projection, module: Point, guess: Point) -> Option<Point> {
    search_alignment(shades, flat, module, guess, 2.0).map(|(found, _)| found)
}

fn find_alignment(
    shades: Shades<'_>,
    flat: &Projection,
    module: Point,
    reach: f32,
) -> Option<(Point, f32)> {
    search_alignment(shades, flat, module, Point::default(), reach)
}

/// The place within `reach` modules of the expected one that looks most like an
/// alignment pattern, if any looks enough like one.
fn search_alignment(
    shades: Shades<'_>,
    flat: &Projection,
    module: Point,
    shift: Point,
    reach: f32,
) -> Option<(Point, f32)> {
    let middle = flat.apply(module.x, module.y).plus(shift);
    let right = flat
        .apply(module.x + 0.5, module.y)
        .minus(flat.apply(module.x - 0.5, module.y));
    let down = flat
        .apply(module.x, module.y + 0.5)
        .minus(flat.apply(module.x, module.y - 0.5));
    let look = |around: Point, step: f32, steps: i32, places: &[(i32, i32)]| {
        let mut best = (around, f32::MIN);
        for j in -steps..=steps {
            for i in -steps..=steps {
                let at = around
                    .plus(right.times(i as f32 * step))
                    .plus(down.times(j as f32 * step));
                let far = 0.01 * (i * i + j * j) as f32 * step * step;
                let score = alignment_score(shades, at, right, down, places) - far;
                if score > best.1 {
                    best = (at, score);
                }
            }
        }
        best
    };
    let coarse = look(middle, 0.5, (reach * 2.0) as i32, &ALIGNMENT_CROSS);
    let fine = look(coarse.0, 0.17, 2, &ALIGNMENT);
    (fine.1 > 0.45).then_some(fine)
}

/// The modules of an alignment pattern, from its middle.
const ALIGNMENT: [(i32, i32); 25] = {
    let mut places = [(0, 0); 25];
    let mut i = 0;
    while i < 25 {
        places[i] = (i as i32 % 5 - 2, i as i32 / 5 - 2);
        i += 1;
    }
    places
};

/// Those on its middle row and column, enough for a first look.
const ALIGNMENT_CROSS: [(i32, i32); 9] = [
    (0, 0),
    (1, 0),
    (2, 0),
    (-1, 0),
    (-2, 0),
    (0, 1),
    (0, 2),
    (0, -1),
    (0, -2),
];

/// How much the place looks like an alignment pattern: the contrast between its
/// ink and paper, over the contrast of all its modules; at most 1.
fn alignment_score(
    shades: Shades<'_>,
    at: Point,
    right: Point,
    down: Point,
    places: &[(i32, i32)],
) -> f32 {
    let (mut ink, mut paper) = ((0.0, 0.0), (0.0, 0.0));
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    for (i, j) in places {
        let shade = shades.at(at.plus(right.times(*i as f32)).plus(down.times(*j as f32)));
        low = low.min(shade);
        high = high.max(shade);
        let kind = if i.abs().max(j.abs()) == 1 {
            &mut paper
        } else {
            &mut ink
        };
        *kind = (kind.0 + shade, kind.1 + 1.0);
    }
    if high - low < 4.0 {
        return 0.0;
    }
    (paper.0 / paper.1 - ink.0 / ink.1) / (high - low)
}

/// The centres of a version's alignment patterns along one side, in modules.
fn alignment_centres(version: usize) -> Vec<f32> {
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = if version == 32 {
        26
    } else {
        (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
    };
    let last = version * 4 + 10;
    (0..count)
        .map(|i| {
            let at = if i == 0 {
                6
            } else {
                last - (count - 1 - i) * step
            };
            at as f32 + 0.5
        })
        .collect()
}

impl Layout {
    /// Where a place on the symbol lies in the picture.
    fn apply(&self, x: f32, y: f32) -> Point {
        self.flat.apply(x, y).plus(self.shift(x, y))
    }

    fn shift(&self, x: f32, y: f32) -> Point {
        let count = self.anchors.len();
        if count < 2 {
            return Point::default();
        }
        let cell = |at: f32| {
            let i = self
                .anchors
                .partition_point(|anchor| *anchor <= at)
                .clamp(1, count - 1)
                - 1;
            let share = (at - self.anchors[i]) / (self.anchors[i + 1] - self.anchors[i]);
            (i, share)
        };
        let ((i, u), (j, v)) = (cell(x), cell(y));
        let shift = |i: usize, j: usize| self.shifts[j * count + i];
        shift(i, j)
            .times((1.0 - u) * (1.0 - v))
            .plus(shift(i + 1, j).times(u * (1.0 - v)))
            .plus(shift(i, j + 1).times((1.0 - u) * v))
            .plus(shift(i + 1, j + 1).times(u * v))
    }
}

fn read(shades: Shades<'_>, layout: &Layout) -> Grid {
    let side = layout.side;
    let end = side as f32;
    let corners = [(0.0, 0.0), (end, 0.0), (end, end), (0.0, end)].map(|(x, y)| layout.apply(x, y));
    let module = corners[1].minus(corners[0]).length() / end;
    let offsets: &[f32] = match module {
        m if m < 2.5 => &[0.0],
        m if m < 5.0 => &[-0.17, 0.17],
        _ => &[-0.25, 0.0, 0.25],
    };
    let mut values = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let mut sum = 0.0;
            for dy in offsets {
                for dx in offsets {
                    sum += shades.at(layout.apply(x as f32 + 0.5 + dx, y as f32 + 0.5 + dy));
                }
            }
            values.push(sum / (offsets.len() * offsets.len()) as f32);
        }
    }
    Grid {
        side,
        shades: values,
        corners,
    }
}

impl Shades<'_> {
    /// The shade at a place, interpolated; outside the picture, of its edge.
    fn at(&self, at: Point) -> f32 {
        let x = (at.x - 0.5).clamp(0.0, (self.frame.width() - 1) as f32);
        let y = (at.y - 0.5).clamp(0.0, (self.frame.height() - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (u, v) = (x - left as f32, y - top as f32);
        let mix = |row: &[u8]| {
            let a = row.get(left).copied().unwrap_or_default();
            let b = row.get(left + 1).copied().unwrap_or(a);
            f32::from(a) * (1.0 - u) + f32::from(b) * u
        };
        let upper = mix(self.frame.row(top));
        let lower = if top + 1 < self.frame.height() {
            mix(self.frame.row(top + 1))
        } else {
            upper
        };
        let shade = upper * (1.0 - v) + lower * v;
        if self.inverted { 255.0 - shade } else { shade }
    }
}

impl Grid {
    /// The modules in black and white.
    pub fn matrix(&self, reading: Reading) -> Option<BitMatrix> {
        let side = self.side;
        let sharp: Vec<f32> = if reading.sharpen > 0.0 {
            (0..side * side)
                .map(|i| self.sharpened(i, reading.sharpen))
                .collect()
        } else {
            self.shades.clone()
        };
        let means = window_means(&sharp, side, reading.radius);
        let mut matrix = BitMatrix::new(side as u32, side as u32).ok()?;
        for (i, (shade, mean)) in sharp.iter().zip(&means).enumerate() {
            if shade < mean {
                matrix.set((i % side) as u32, (i / side) as u32);
            }
        }
        Some(matrix)
    }

    fn sharpened(&self, i: usize, amount: f32) -> f32 {
        let (x, y) = (i % self.side, i / self.side);
        let own = self.shades[i];
        let shade = |inside: bool, at: usize| {
            if inside {
                self.shades.get(at).copied().unwrap_or(own)
            } else {
                own
            }
        };
        let around = shade(x > 0, i.wrapping_sub(1))
            + shade(x + 1 < self.side, i + 1)
            + shade(y > 0, i.wrapping_sub(self.side))
            + shade(y + 1 < self.side, i + self.side);
        own + amount * (4.0 * own - around)
    }
}

/// The mean of the modules within `radius` of each, by a table of sums.
fn window_means(values: &[f32], side: usize, radius: usize) -> Vec<f32> {
    let wide = side + 1;
    let mut sums = vec![0.0f64; wide * wide];
    for y in 0..side {
        let mut line = 0.0;
        for x in 0..side {
            line += f64::from(values[y * side + x]);
            sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + line;
        }
    }
    let span = |at: usize| (at.saturating_sub(radius), (at + radius + 1).min(side));
    (0..side * side)
        .map(|i| {
            let ((left, right), (top, bottom)) = (span(i % side), span(i / side));
            let sum = sums[bottom * wide + right] + sums[top * wide + left]
                - sums[top * wide + right]
                - sums[bottom * wide + left];
            (sum / ((right - left) * (bottom - top)) as f64) as f32
        })
        .collect()
}
