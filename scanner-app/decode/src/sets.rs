//! Three finder patterns that may belong to one symbol.
//!
//! Each triple has a right angle, more or less, legs and sizes that agree, more
//! or less, and a score that puts the likelier first. A pattern is joined only
//! with its nearest neighbours of like size, so the number of triples grows with
//! the number of patterns and not with its cube.

use crate::budget::Budget;
use crate::finders::Finder;
use crate::geometry::Point;

/// Three finder patterns: the corner one, and its neighbours clockwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FinderSet {
    /// The symbol's upper left pattern.
    pub corner: Finder,
    /// Its upper right pattern.
    pub right: Finder,
    /// Its lower left pattern.
    pub below: Finder,
    /// How unlikely the triple is; 0 is a perfect square.
    pub doubt: f32,
}

const NEIGHBOURS: usize = 14;

/// All plausible triples, the likeliest first.
pub(crate) fn triples(finders: &[Finder], budget: &mut Budget<'_>) -> Vec<FinderSet> {
    let mut sets = Vec::new();
    for corner in finders {
        let near = neighbours(corner, finders);
        let pairs = near.len() * near.len() / 2;
        if !budget.pay(1 + (finders.len() / 100 + pairs / 20) as u64) {
            break;
        }
        for (i, (a, _)) in near.iter().enumerate() {
            for (b, _) in near.iter().skip(i + 1) {
                sets.extend(set(*corner, **a, **b));
            }
        }
    }
    sets.sort_by(|a, b| a.doubt.total_cmp(&b.doubt));
    interleave_sizes(&mut sets);
    sets
}

/// Takes the likeliest set of each size in turn, so that the many small patterns
/// that noise makes do not come before the few that matter.
fn interleave_sizes(sets: &mut [FinderSet]) {
    let mut seen = [0usize; 24];
    let mut ranked: Vec<(usize, FinderSet)> = sets
        .iter()
        .map(|set| {
            let class = (2.0 * set.corner.size.max(1.0).log2()) as usize;
            let rank = &mut seen[class.min(23)];
            *rank += 1;
            (*rank, *set)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    for (place, (_, set)) in sets.iter_mut().zip(ranked) {
        *place = set;
    }
}

/// The nearest patterns that could be in the same symbol as `corner`.
fn neighbours<'a>(corner: &Finder, finders: &'a [Finder]) -> Vec<(&'a Finder, f32)> {
    let mut near: Vec<(&Finder, f32)> = finders
        .iter()
        .filter(|other| other.inverted == corner.inverted)
        .filter_map(|other| {
            let far = other.at.minus(corner.at).length();
            let module = (other.size + corner.size) / 14.0;
            let ratio = other.size.max(corner.size) / other.size.min(corner.size);
            let fits = ratio < 2.5 && (8.0..260.0).contains(&(far / module));
            fits.then_some((other, far))
        })
        .collect();
    if near.len() > NEIGHBOURS {
        near.select_nth_unstable_by(NEIGHBOURS, |a, b| a.1.total_cmp(&b.1));
        near.truncate(NEIGHBOURS);
    }
    near
}

fn set(corner: Finder, a: Finder, b: Finder) -> Option<FinderSet> {
    let (leg_a, leg_b) = (a.at.minus(corner.at), b.at.minus(corner.at));
    let (long_a, long_b) = (leg_a.length(), leg_b.length());
    let ratio = long_a.max(long_b) / long_a.min(long_b);
    let cosine = leg_a.dot(leg_b) / (long_a * long_b);
    if ratio > 2.5 || cosine.abs() > 0.6 {
        return None;
    }
    let sizes = [corner.size, a.size, b.size];
    let largest = sizes.iter().copied().fold(0.0, f32::max);
    let smallest = sizes.iter().copied().fold(f32::MAX, f32::min);
    // Distances between centres are at least 14 modules; slanted views look shorter.
    let module = (corner.size + a.size + b.size) / 21.0;
    let modules = (long_a + long_b) / (2.0 * module);
    if modules < 9.0 {
        return None;
    }
    let (right, below) = if leg_a.cross(leg_b) > 0.0 {
        (a, b)
    } else {
        (b, a)
    };
    let doubt = 2.0 * cosine.abs()
        + (ratio - 1.0)
        + (largest / smallest - 1.0)
        // Of two that fit, the smaller is likelier: the larger may span symbols.
        + modules / 100.0;
    Some(FinderSet {
        corner,
        right,
        below,
        doubt,
    })
}

impl FinderSet {
    /// The three patterns.
    pub fn finders(&self) -> [Finder; 3] {
        [self.corner, self.right, self.below]
    }

    /// The patterns' middles.
    pub fn middles(&self) -> [Point; 3] {
        [self.corner.at, self.right.at, self.below.at]
    }
}
