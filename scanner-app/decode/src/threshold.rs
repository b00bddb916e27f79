//! Grey to black and white, three ways.
//!
//! [`block`] is the work-horse: a threshold for each 8 x 8 block, smoothed over
//! its neighbours. [`bradley`] compares with the mean of a window and follows
//! shadows more finely. [`otsu`] uses one threshold for the whole picture.

use crate::bits::{Bits, pack_row};
use crate::frame::LumaFrame;

const BLOCK: usize = 8;

/// The threshold of rows of blocks without any contrast.
const FLAT: u8 = 127;

/// Buffers of the thresholds, kept between pictures.
#[derive(Debug, Default)]
pub(crate) struct ThresholdScratch {
    levels: Vec<u8>,
    sums: Vec<u32>,
    line: Vec<u8>,
    columns: Vec<u32>,
}

/// How many pixels have each shade, from every fourth row.
pub(crate) fn histogram(frame: &LumaFrame<'_>) -> [u32; 256] {
    let mut lanes = [[0u32; 256]; 2];
    let step = if frame.height() >= 64 { 4 } else { 1 };
    for row in frame.rows().step_by(step) {
        let (pairs, rest) = row.as_chunks::<2>();
        for [a, b] in pairs {
            lanes[0][usize::from(*a)] += 1;
            lanes[1][usize::from(*b)] += 1;
        }
        for a in rest {
            lanes[0][usize::from(*a)] += 1;
        }
    }
    std::array::from_fn(|shade| lanes[0][shade] + lanes[1][shade])
}

/// The shades that one and ninety-nine per cent of the pixels do not exceed.
pub(crate) fn spread(histogram: &[u32; 256]) -> (u8, u8) {
    let total: u64 = histogram.iter().map(|count| u64::from(*count)).sum();
    let shade_at = |share: u64| {
        let mut seen = 0;
        for (shade, count) in histogram.iter().enumerate() {
            seen += u64::from(*count);
            if seen * 100 >= total * share {
                return shade as u8;
            }
        }
        255
    };
    (shade_at(1), shade_at(99))
}

/// Block threshold. A block whose shades differ by no more than a floor counts
/// as flat; the floor follows the contrast of the whole picture, so that pale
/// and dark prints are not taken for paper.
pub(crate) fn block(frame: &LumaFrame<'_>, out: &mut Bits, scratch: &mut ThresholdScratch) {
    let (low, high) = spread(&histogram(frame));
    let floor = (u32::from(high - low.min(high)) * 14 / 100).clamp(5, 24);
    let columns = frame.width().div_ceil(BLOCK);
    let rows = frame.height().div_ceil(BLOCK);
    block_levels(frame, columns, rows, floor, &mut scratch.levels);
    out.reset(frame.width(), frame.height());
    scratch.line.clear();
    scratch.line.resize(columns * BLOCK, 0);
    for block_y in 0..rows {
        smooth_levels(&scratch.levels, columns, rows, block_y, &mut scratch.line);
        for y in block_y * BLOCK..((block_y + 1) * BLOCK).min(frame.height()) {
            pack_row(out.row_mut(y), frame.row(y), &scratch.line);
        }
    }
}

/// One level for each block: halfway between its extremes where it has contrast,
/// else 0, which says nothing.
fn block_levels(
    frame: &LumaFrame<'_>,
    columns: usize,
    rows: usize,
    floor: u32,
    levels: &mut Vec<u8>,
) {
    levels.clear();
    let mut extremes = vec![(u8::MAX, u8::MIN); columns];
    for block_y in 0..rows {
        extremes.fill((u8::MAX, u8::MIN));
        // The last blocks overlap those before, so that every block is whole.
        let bottom = ((block_y + 1) * BLOCK).min(frame.height());
        for y in bottom.saturating_sub(BLOCK)..bottom {
            let row = frame.row(y);
            let (whole, rest) = row.as_chunks::<BLOCK>();
            for ((low, high), pixels) in extremes.iter_mut().zip(whole) {
                *low = pixels.iter().fold(*low, |low, pixel| low.min(*pixel));
                *high = pixels.iter().fold(*high, |high, pixel| high.max(*pixel));
            }
            if let Some((low, high)) = extremes.last_mut().filter(|_| !rest.is_empty()) {
                for pixel in row.iter().rev().take(BLOCK) {
                    *low = (*low).min(*pixel);
                    *high = (*high).max(*pixel);
                }
            }
        }
        levels.extend(extremes.iter().map(|(low, high)| {
            let contrast = u32::from(high - low) > floor;
            let middle = (u16::from(*low) + u16::from(*high)) / 2;
            if contrast { middle.max(1) as u8 } else { 0 }
        }));
    }
}

/// The thresholds of one row of blocks, repeated over the block's pixels: each
/// the mean of the 5 x 5 levels around it that say something, its own counted
/// thrice. Where none does, the last threshold goes on.
fn smooth_levels(levels: &[u8], columns: usize, rows: usize, block_y: usize, line: &mut [u8]) {
    let window = |at: usize, count: usize| {
        let first = at.saturating_sub(2).min(count.saturating_sub(5));
        first..(first + 5).min(count)
    };
    let lines = window(block_y, rows);
    // Sums and counts of each column of five blocks.
    let mut columns_of_five = vec![(0u32, 0u32); columns];
    for y in lines {
        for ((sum, count), level) in columns_of_five.iter_mut().zip(&levels[y * columns..]) {
            *sum += u32::from(*level);
            *count += u32::from(*level > 0);
        }
    }
    let mut last = None;
    for block_x in 0..columns {
        let own = u32::from(levels[block_y * columns + block_x]);
        let (mut sum, mut count) = (2 * own, 2 * u32::from(own > 0));
        for (column_sum, column_count) in &columns_of_five[window(block_x, columns)] {
            sum += column_sum;
            count += column_count;
        }
        let threshold = (sum.checked_div(count)).map(|mean| mean as u8).or(last);
        // Blocks before the first that says anything take its threshold.
        let first = last.is_none() && threshold.is_some();
        let start = if first { 0 } else { block_x };
        line[start * BLOCK..(block_x + 1) * BLOCK].fill(threshold.unwrap_or_default());
        last = threshold;
    }
    if last.is_none() {
        line.fill(FLAT);
    }
}

/// Mean of a window an eighth of the picture wide, less 12 per cent.
pub(crate) fn bradley(frame: &LumaFrame<'_>, out: &mut Bits, scratch: &mut ThresholdScratch) {
    let (width, height) = (frame.width(), frame.height());
    let radius = (width.max(height) / 16).clamp(7, 512);
    out.reset(width, height);
    scratch.columns.clear();
    scratch.columns.resize(width, 0);
    scratch.sums.clear();
    scratch.sums.resize(width + 1, 0);
    scratch.line.clear();
    scratch.line.resize(width, 0);
    for y in 0..radius.min(height) {
        add_row(&mut scratch.columns, frame.row(y));
    }
    for y in 0..height {
        if y + radius < height {
            add_row(&mut scratch.columns, frame.row(y + radius));
        }
        if y > radius {
            for (column, pixel) in scratch.columns.iter_mut().zip(frame.row(y - radius - 1)) {
                *column -= u32::from(*pixel);
            }
        }
        let mut sum = 0u32;
        for (total, column) in scratch.sums.iter_mut().skip(1).zip(&scratch.columns) {
            sum = sum.wrapping_add(*column);
            *total = sum;
        }
        let lines = (y + radius).min(height - 1) + 1 - y.saturating_sub(radius);
        for (x, threshold) in scratch.line.iter_mut().enumerate() {
            let left = x.saturating_sub(radius);
            let right = (x + radius + 1).min(width);
            let sum = scratch.sums[right].wrapping_sub(scratch.sums[left]);
            let mean = sum / (lines * (right - left)) as u32;
            *threshold = (mean * 225 / 256) as u8;
        }
        pack_row(out.row_mut(y), frame.row(y), &scratch.line);
    }
}

fn add_row(columns: &mut [u32], row: &[u8]) {
    for (column, pixel) in columns.iter_mut().zip(row) {
        *column += u32::from(*pixel);
    }
}

/// One threshold for all: the one that parts the shades best (Otsu).
pub(crate) fn otsu(frame: &LumaFrame<'_>, out: &mut Bits, scratch: &mut ThresholdScratch) {
    let threshold = otsu_threshold(&histogram(frame));
    out.reset(frame.width(), frame.height());
    scratch.line.clear();
    scratch.line.resize(frame.width(), threshold);
    for y in 0..frame.height() {
        pack_row(out.row_mut(y), frame.row(y), &scratch.line);
    }
}

fn otsu_threshold(histogram: &[u32; 256]) -> u8 {
    let total: f64 = histogram.iter().map(|count| f64::from(*count)).sum();
    let all: f64 = (0u8..=255)
        .zip(histogram)
        .map(|(shade, count)| f64::from(shade) * f64::from(*count))
        .sum();
    let (mut below, mut below_sum) = (0.0, 0.0);
    let (mut best, mut best_parting) = (127, -1.0);
    for (shade, count) in (0u8..=255).zip(histogram) {
        below += f64::from(*count);
        below_sum += f64::from(shade) * f64::from(*count);
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = below_sum / below - (all - below_sum) / above;
        let parting = below * above * apart * apart;
        if parting > best_parting {
            (best, best_parting) = (shade, parting);
        }
    }
    best
}
