//! A small grey picture of what a camera sees, for the eye only.

use decode::LumaImage;

/// Previews are made no larger than this: they only help to hold a code in the picture.
const WIDEST: usize = 480;
const HIGHEST: usize = 360;

/// A small grey picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    width: u16,
    height: u16,
    luma: Vec<u8>,
}

impl Preview {
    /// `picture`, made small: each of its pixels is the mean of a square.
    #[must_use]
    pub fn of(picture: &LumaImage) -> Self {
        let (width, height) = (picture.width(), picture.height());
        let side = width.div_ceil(WIDEST).max(height.div_ceil(HIGHEST)).max(1);
        let (across, down) = (width.div_ceil(side), height.div_ceil(side));
        let frame = picture.frame();
        let rows: Vec<&[u8]> = frame.rows().collect();
        let luma = rows
            .chunks(side)
            .flat_map(|rows| (0..across).map(move |at| mean(rows, at * side, side)));
        Self {
            luma: luma.collect(),
            // Both are at most what is above.
            width: u16::try_from(across).unwrap_or(u16::MAX),
            height: u16::try_from(down).unwrap_or(u16::MAX),
        }
    }

    /// Pixels in a row.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u16 {
        self.height
    }

    /// Brightness, one byte a pixel, rows from the top.
    #[must_use]
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// How screens are sent it: width and height, two bytes each, lowest first; then the brightness.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let sides = [self.width.to_le_bytes(), self.height.to_le_bytes()];
        [sides.as_flattened(), &self.luma].concat()
    }
}

/// The mean of the pixels of `rows` from `left` on.
fn mean(rows: &[&[u8]], left: usize, side: usize) -> u8 {
    let pixels = rows
        .iter()
        .flat_map(|row| row.iter().skip(left).take(side).copied());
    let (sum, count) = pixels.fold((0_usize, 0_usize), |(sum, count), pixel| {
        (sum + usize::from(pixel), count + 1)
    });
    u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_small_and_of_the_same_shape() {
        let bytes = (0..1280 * 720).map(|at| (at / 1280 / 3) as u8).collect();
        let preview = Preview::of(&LumaImage::new(1280, 720, bytes).unwrap());
        assert_eq!((preview.width(), preview.height()), (427, 240));
        assert_eq!(preview.luma().len(), 427 * 240);
        assert_eq!(preview.luma()[100 * 427 + 426], 100);
        assert_eq!(
            preview.to_bytes()[..4],
            [427_u16.to_le_bytes(), [240, 0]].concat()
        );
        let small = LumaImage::new(2, 1, vec![7, 9]).unwrap();
        assert_eq!(Preview::of(&small).to_bytes(), [2, 0, 1, 0, 7, 9]);
    }

    #[test]
    fn its_pixels_are_means() {
        let half = |at: usize| if at.is_multiple_of(2) { 0 } else { 200 };
        let picture = LumaImage::new(960, 2, (0..1920).map(half).collect()).unwrap();
        let preview = Preview::of(&picture);
        assert_eq!((preview.width(), preview.height()), (480, 1));
        assert!(preview.luma().iter().all(|pixel| *pixel == 100));
    }
}
