//! Shades between the pixels of a picture.

use crate::frame::LumaFrame;
use crate::geometry::Point;

/// A picture to be read at any place; light ink is turned dark.
#[derive(Clone, Copy)]
pub(crate) struct Shades<'a> {
    /// The picture.
    pub frame: &'a LumaFrame<'a>,
    /// Whether the ink is lighter than the paper.
    pub inverted: bool,
}

impl Shades<'_> {
    /// The shade at a place, interpolated; outside the picture, of its edge.
    #[inline]
    pub fn at(&self, at: Point) -> f32 {
        let (bytes, stride) = self.frame.buffer();
        let x = (at.x - 0.5).clamp(0.0, (self.frame.width() - 1) as f32);
        let y = (at.y - 0.5).clamp(0.0, (self.frame.height() - 1) as f32);
        let left = (x as usize).min(self.frame.width().saturating_sub(2));
        let top = (y as usize).min(self.frame.height().saturating_sub(2));
        let (u, v) = (x - left as f32, y - top as f32);
        let start = top * stride + left;
        let shade = |i: usize| f32::from(bytes.get(i).copied().unwrap_or_default());
        let upper = shade(start) + (shade(start + 1) - shade(start)) * u;
        let next = start + stride;
        let lower = shade(next) + (shade(next + 1) - shade(next)) * u;
        let shade = upper + (lower - upper) * v;
        if self.inverted { 255.0 - shade } else { shade }
    }
}
