//! What a reader found: one QR symbol.

/// One QR symbol found in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// The content as text: by its declared character set, else guessed as
    /// UTF-8, Shift JIS or ISO 8859-1.
    pub text: String,
    /// The content's bytes before any character set was applied.
    pub bytes: Vec<u8>,
    /// The corners in pixels of the picture, clockwise from the symbol's own
    /// upper left; counter-clockwise when the symbol is mirrored.
    pub corners: [(f32, f32); 4],
}

impl Symbol {
    /// The middle of the corners.
    #[must_use]
    pub fn centre(&self) -> (f32, f32) {
        let sum = self
            .corners
            .iter()
            .fold((0.0, 0.0), |(x, y), corner| (x + corner.0, y + corner.1));
        (sum.0 / 4.0, sum.1 / 4.0)
    }

    /// Half the longer diagonal: no corner is farther from the centre.
    pub(crate) fn reach(&self) -> f32 {
        let (cx, cy) = self.centre();
        self.corners
            .iter()
            .map(|(x, y)| (x - cx).hypot(y - cy))
            .fold(0.0, f32::max)
    }

    /// Whether `other` is this same printed symbol, found again.
    pub(crate) fn is_same_print(&self, other: &Self) -> bool {
        let (ax, ay) = self.centre();
        let (bx, by) = other.centre();
        let near = (ax - bx).hypot(ay - by) < 0.5 * self.reach().min(other.reach()).max(4.0);
        near && self.bytes == other.bytes
    }

    /// Whether a place lies between the corners.
    pub(crate) fn contains(&self, x: f32, y: f32) -> bool {
        let mut turns = [false; 2];
        for (i, (ax, ay)) in self.corners.iter().enumerate() {
            let (bx, by) = self.corners[(i + 1) % 4];
            let cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
            turns[usize::from(cross > 0.0)] = true;
        }
        turns != [true, true]
    }

    /// Moves the corners from a scaled copy to the original picture.
    pub(crate) fn scaled(mut self, factor: f32) -> Self {
        for corner in &mut self.corners {
            *corner = (corner.0 * factor, corner.1 * factor);
        }
        self
    }
}
