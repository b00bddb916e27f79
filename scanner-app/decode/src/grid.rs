//! Modules read straight from the shades of a picture.
//!
//! The reader library samples a thresholded picture, one pixel a module. Here
//! each module is the mean of several interpolated shades, and its threshold
//! comes from the modules around it. That reads blurred, noisy, small and curved
//! symbols whose finder patterns were found by any pass.

use rxing::common::BitMatrix;

use crate::geometry::Point;
use crate::layout::Layout;
use crate::shades::Shades;

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
pub(crate) const READINGS: [Reading; 6] = [
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
    Reading {
        sharpen: 1.0,
        radius: 4,
    },
    Reading {
        sharpen: 0.2,
        radius: 2,
    },
];

impl Grid {
    /// Reads the modules of a layout.
    pub fn read(shades: Shades<'_>, layout: &Layout) -> Self {
        let side = layout.sheet.side;
        let end = side as f32;
        let corners =
            [(0.0, 0.0), (end, 0.0), (end, end), (0.0, end)].map(|(x, y)| layout.apply(x, y));
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
        Self {
            side,
            shades: values,
            corners,
        }
    }

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
