//! Where a symbol's modules lie in a picture.
//!
//! Three finder patterns give a projection for each side length they allow; the
//! timing modules tell which of them is right and whether the paper is bent like
//! a bow; the alignment patterns correct the rest.

use crate::geometry::{Point, Projection};
use crate::sets::FinderSet;
use crate::shades::Shades;

/// Paper with a symbol of `side` modules, flat or bent, as a picture shows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// Modules along one side of the symbol.
    pub side: usize,
    flat: Projection,
    /// How many modules the middle of a row hangs down, and the middle of a
    /// column to the right, between the finder patterns.
    bow: (f32, f32),
}

/// A sheet, corrected between alignment patterns.
pub(crate) struct Layout {
    /// The sheet as a whole.
    pub sheet: Sheet,
    /// Module coordinates of the alignment grid; empty without one.
    anchors: Vec<f32>,
    /// How far the picture lies off the sheet at each anchor, row by row.
    shifts: Vec<Point>,
}

/// How far above chance the timing modules must alternate, in standard deviations.
const TIMING: f32 = 2.4;

/// Modules from one bow tried to the next.
const BOW_STEP: f32 = 0.5;

/// [`TIMING`] where the bow was chosen to suit the timing modules.
const BENT_TIMING: f32 = 4.0;

/// Flat sheets by the finder patterns of `set`, the likeliest first, at most two;
/// only those that timing modules and finder patterns bear out.
pub(crate) fn flat_sheets(shades: Shades<'_>, set: &FinderSet) -> Vec<Sheet> {
    let mut scored: Vec<(f32, Sheet)> = Vec::new();
    for opposite in [opposite_on_plane(set), opposite_in_perspective(set)] {
        scored.extend(sheets(set, opposite).map(|sheet| (sheet.timing_score(shades), sheet)));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.dedup_by_key(|(_, sheet)| sheet.side);
    scored
        .into_iter()
        .take(2)
        .filter(|(score, sheet)| *score >= TIMING && sheet.shows_finders(shades))
        .map(|(_, sheet)| sheet)
        .collect()
}

/// The bent sheet that suits the timing modules best, if one does.
pub(crate) fn bent_sheet(shades: Shades<'_>, set: &FinderSet) -> Option<Sheet> {
    sheets(set, opposite_on_plane(set))
        .map(|sheet| {
            let bent = sheet.bent_to_timing(shades);
            (bent.timing_score(shades), bent)
        })
        .filter(|(score, sheet)| *score >= BENT_TIMING && sheet.shows_finders(shades))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, sheet)| sheet)
}

/// Flat sheets of every side length the finder patterns allow.
fn sheets(set: &FinderSet, opposite: Point) -> impl Iterator<Item = Sheet> + use<> {
    let [corner, right, below] = set.middles();
    let legs = right.minus(corner).length() + below.minus(corner).length();
    let module = (set.corner.size + set.right.size + set.below.size) / 21.0;
    let modules = legs / (2.0 * module) + 7.0;
    // A slanted view shortens the legs, and a blurred finder pattern looks larger or smaller.
    let low = ((modules * 0.75 - 17.0) / 4.0).floor().max(1.0) as usize;
    let high = ((modules * 1.35 - 17.0) / 4.0).ceil().clamp(1.0, 40.0) as usize;
    let unit = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| Point::new(x, y));
    let unit = Projection::between(unit, [corner, right, opposite, below]);
    unit.into_iter().flat_map(move |unit| {
        (low..=high).map(move |version| {
            let side = 17 + 4 * version;
            Sheet {
                side,
                flat: unit.scaled_input((side - 7) as f32, 3.5),
                bow: (0.0, 0.0),
            }
        })
    })
}

fn opposite_on_plane(set: &FinderSet) -> Point {
    let [corner, right, below] = set.middles();
    right.plus(below).minus(corner)
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

impl Sheet {
    /// Where a place on the symbol, in modules, lies in the picture.
    #[inline]
    pub fn apply(&self, x: f32, y: f32) -> Point {
        let flat = self.unbent(x, y);
        self.flat.apply(flat.x, flat.y)
    }

    /// Where a place on the bent symbol would lie on a flat one.
    fn unbent(&self, x: f32, y: f32) -> Point {
        let share = |at: f32| {
            let share = (at - 3.5) / (self.side - 7) as f32;
            4.0 * share * (1.0 - share)
        };
        Point::new(x + self.bow.1 * share(y), y + self.bow.0 * share(x))
    }

    /// Bends rows and columns until their timing modules alternate best.
    fn bent_to_timing(mut self, shades: Shades<'_>) -> Self {
        let most = (self.side as f32 * 0.1).min(6.0);
        let steps = (most / BOW_STEP) as i32;
        let best = |score: &dyn Fn(f32) -> usize| {
            (-steps..=steps)
                .map(|step| step as f32 * BOW_STEP)
                .max_by_key(|bow| (score(*bow), -(bow.abs() * 10.0) as i32))
                .unwrap_or_default()
        };
        let flat = self;
        let down = best(&|bow| {
            Self {
                bow: (bow, 0.0),
                ..flat
            }
            .timing_row(shades)
        });
        let right = best(&|bow| {
            Self {
                bow: (0.0, bow),
                ..flat
            }
            .timing_column(shades)
        });
        self.bow = (down, right);
        self
    }

    /// How far above chance neighbouring timing modules differ the right way
    /// round, in standard deviations.
    fn timing_score(&self, shades: Shades<'_>) -> f32 {
        let pairs = self.side - 15;
        let row = self.timing_row(shades);
        if 2 * row < pairs {
            return 0.0;
        }
        let count = (2 * pairs) as f32;
        (2.0 * (row + self.timing_column(shades)) as f32 - count) / count.sqrt()
    }

    fn timing_row(&self, shades: Shades<'_>) -> usize {
        timing_matches(self.side, |at| shades.at(self.apply(at, 6.5)))
    }

    fn timing_column(&self, shades: Shades<'_>) -> usize {
        timing_matches(self.side, |at| shades.at(self.apply(6.5, at)))
    }

    /// Whether all three finder patterns lie where the sheet says.
    fn shows_finders(&self, shades: Shades<'_>) -> bool {
        let far = (self.side - 7) as f32;
        [(0.0, 0.0), (far, 0.0), (0.0, far)]
            .into_iter()
            .all(|(left, top)| finder_share(shades, self, left, top) >= FINDER_SHARE)
    }

    /// The sheet laid through the alignment pattern nearest the fourth corner.
    fn through_alignment(self, shades: Shades<'_>, set: &FinderSet, last: f32) -> Option<Self> {
        let [corner, right, below] = set.middles();
        let module = Point::new(last, last);
        let plane = sheets(set, opposite_on_plane(set))
            .find(|sheet| sheet.side == self.side)
            .map(|sheet| Self {
                bow: self.bow,
                ..sheet
            });
        let (found, _) = [Some(self), plane]
            .into_iter()
            .flatten()
            .filter_map(|guess| search_alignment(shades, &guess, module, Point::default(), 4.0))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        let far = self.side as f32 - 3.5;
        let modules = [
            Point::new(3.5, 3.5),
            Point::new(far, 3.5),
            self.unbent(last, last),
            Point::new(3.5, far),
        ];
        let flat = Projection::between(modules, [corner, right, found, below])?;
        Some(Self { flat, ..self })
    }
}

/// How many of a line's timing modules differ the right way from the one before.
fn timing_matches(side: usize, shade: impl Fn(f32) -> f32) -> usize {
    let mut before = shade(7.5);
    let mut matches = 0;
    for i in 8..side - 7 {
        let next = shade(i as f32 + 0.5);
        // Even modules are ink.
        matches += usize::from(if i % 2 == 0 {
            next < before
        } else {
            next > before
        });
        before = next;
    }
    matches
}

/// Share of a finder pattern's modules that must be what they should be.
const FINDER_SHARE: f32 = 0.76;

fn finder_share(shades: Shades<'_>, sheet: &Sheet, left: f32, top: f32) -> f32 {
    let mut modules = [(false, 0.0f32); 49];
    let (mut ink, mut paper) = (0.0, 0.0);
    for (i, module) in modules.iter_mut().enumerate() {
        let (x, y) = (i % 7, i / 7);
        let ring = (x as i32 - 3).abs().max((y as i32 - 3).abs());
        let shade = shades.at(sheet.apply(left + x as f32 + 0.5, top + y as f32 + 0.5));
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

impl Layout {
    /// Fits a sheet to the alignment patterns, as far as there are any.
    pub fn fit(shades: Shades<'_>, set: &FinderSet, sheet: Sheet) -> Self {
        let version = (sheet.side - 17) / 4;
        let centres = alignment_centres(version);
        let sheet = centres
            .last()
            .and_then(|last| sheet.through_alignment(shades, set, *last))
            .unwrap_or(sheet);
        let mut layout = Self {
            sheet,
            anchors: Vec::new(),
            shifts: Vec::new(),
        };
        if version >= 7 {
            layout.shifts = follow_alignment(shades, &sheet, &centres);
            layout.anchors = centres;
        }
        layout
    }

    /// Where a place on the symbol lies in the picture.
    pub fn apply(&self, x: f32, y: f32) -> Point {
        self.sheet.apply(x, y).plus(self.shift(x, y))
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

/// Finds each alignment pattern near where its neighbours suggest it.
fn follow_alignment(shades: Shades<'_>, sheet: &Sheet, centres: &[f32]) -> Vec<Point> {
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
            let expected = sheet.apply(module.x, module.y);
            let found = search_alignment(shades, sheet, module, guess, 2.0);
            shifts[y * count + x] = found.map(|(at, _)| at.minus(expected));
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

/// The place within `reach` modules of the expected one that looks most like an
/// alignment pattern, if any looks enough like one.
fn search_alignment(
    shades: Shades<'_>,
    sheet: &Sheet,
    module: Point,
    shift: Point,
    reach: f32,
) -> Option<(Point, f32)> {
    let middle = sheet.apply(module.x, module.y).plus(shift);
    let right = sheet
        .apply(module.x + 0.5, module.y)
        .minus(sheet.apply(module.x - 0.5, module.y));
    let down = sheet
        .apply(module.x, module.y + 0.5)
        .minus(sheet.apply(module.x, module.y - 0.5));
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
