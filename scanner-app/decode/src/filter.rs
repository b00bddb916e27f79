//! Grey to grey: smoothing, sharpening, halving and doubling.
//!
//! Every loop runs over whole rows of equal length, so that the compiler turns
//! it into vector code; buffers are lent and keep their memory.

use crate::frame::{LumaFrame, LumaImage};

/// Buffers of the filters, kept between pictures.
#[derive(Debug, Default)]
pub(crate) struct FilterScratch {
    sums: Vec<u16>,
    smooth: Vec<u8>,
}

/// Smooths by the binomial 1 2 1 in both directions.
pub(crate) fn blur(frame: &LumaFrame<'_>, out: &mut LumaImage, scratch: &mut FilterScratch) {
    smooth(frame, 1, out, scratch);
}

/// Sharpens: adds `strength` times what smoothing over `radius` takes away.
pub(crate) fn unsharp(
    frame: &LumaFrame<'_>,
    radius: usize,
    strength: i16,
    out: &mut LumaImage,
    scratch: &mut FilterScratch,
) {
    smooth(frame, radius, out, scratch);
    for (y, smooth) in out.rows_mut().enumerate() {
        for (smooth, pixel) in smooth.iter_mut().zip(frame.row(y)) {
            let (pixel, mean) = (i16::from(*pixel), i16::from(*smooth));
            *smooth = (pixel + strength * (pixel - mean)).clamp(0, 255) as u8;
        }
    }
}

/// Binomial smoothing over 2 `radius` + 1 pixels, in `radius` small steps.
fn smooth(frame: &LumaFrame<'_>, radius: usize, out: &mut LumaImage, scratch: &mut FilterScratch) {
    out.reset(frame.width(), frame.height());
    smooth_once(|y| frame.row(y), out, &mut scratch.sums);
    for _ in 1..radius {
        scratch.smooth.clear();
        scratch.smooth.extend_from_slice(out.bytes());
        let (width, before) = (out.width(), &scratch.smooth);
        let row = |y: usize| before.get(y * width..(y + 1) * width).unwrap_or_default();
        smooth_once(row, out, &mut scratch.sums);
    }
}

fn smooth_once<'a>(row: impl Fn(usize) -> &'a [u8], out: &mut LumaImage, sums: &mut Vec<u16>) {
    let (width, height) = (out.width(), out.height());
    // One place more on both sides repeats the edge.
    sums.clear();
    sums.resize(width + 2, 0);
    for (y, target) in out.rows_mut().enumerate() {
        let above = row(y.saturating_sub(1));
        let below = row((y + 1).min(height - 1));
        let columns = sums.iter_mut().skip(1);
        for (((sum, a), b), c) in columns.zip(above).zip(row(y)).zip(below) {
            *sum = u16::from(*a) + 2 * u16::from(*b) + u16::from(*c);
        }
        sums[0] = sums[1];
        sums[width + 1] = sums[width];
        let left = sums.iter();
        let right = sums.iter().skip(2);
        for (((pixel, a), b), c) in target
            .iter_mut()
            .zip(left)
            .zip(sums.iter().skip(1))
            .zip(right)
        {
            *pixel = ((a + 2 * b + c + 8) >> 4) as u8;
        }
    }
}

/// Half the sides, each pixel the mean of four.
///
/// Does nothing and returns false when a side is shorter than two pixels.
pub(crate) fn halve(frame: &LumaFrame<'_>, out: &mut LumaImage) -> bool {
    let (width, height) = (frame.width() / 2, frame.height() / 2);
    if width == 0 || height == 0 {
        return false;
    }
    out.reset(width, height);
    for (y, target) in out.rows_mut().enumerate() {
        let (upper, _) = frame.row(2 * y).as_chunks::<2>();
        let (lower, _) = frame.row(2 * y + 1).as_chunks::<2>();
        for ((pixel, [a, b]), [c, d]) in target.iter_mut().zip(upper).zip(lower) {
            let sum = u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d);
            *pixel = ((sum + 2) >> 2) as u8;
        }
    }
    true
}

/// Twice the sides, interpolated between pixel centres.
pub(crate) fn double(frame: &LumaFrame<'_>, out: &mut LumaImage) {
    let (width, height) = (frame.width(), frame.height());
    out.reset(2 * width, 2 * height);
    let mut line = vec![0u16; width + 2];
    for (y, target) in out.rows_mut().enumerate() {
        let near = frame.row(y / 2);
        let other = if y % 2 == 0 {
            (y / 2).saturating_sub(1)
        } else {
            (y / 2 + 1).min(height - 1)
        };
        for ((sum, a), b) in line.iter_mut().skip(1).zip(near).zip(frame.row(other)) {
            *sum = 3 * u16::from(*a) + u16::from(*b);
        }
        line[0] = line[1];
        line[width + 1] = line[width];
        let (pairs, _) = target.as_chunks_mut::<2>();
        for (pair, around) in pairs.iter_mut().zip(line.windows(3)) {
            pair[0] = ((3 * around[1] + around[0] + 8) >> 4) as u8;
            pair[1] = ((3 * around[1] + around[2] + 8) >> 4) as u8;
        }
    }
}
