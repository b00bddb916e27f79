//! Colour pictures to grey ones.
//!
//! RGB becomes luma by the BT.601 weights in integers; where a picture is
//! transparent, white paper shows through. Camera formats already carry luma,
//! which is only picked out.

use crate::frame::{FrameError, LumaFrame, LumaImage, check_buffer};

impl LumaImage {
    /// From red, green, blue, 3 bytes a pixel, `stride` bytes a row.
    ///
    /// # Errors
    /// [`FrameError`] when the sides and the buffer disagree.
    pub fn from_rgb8(
        width: usize,
        height: usize,
        stride: usize,
        bytes: &[u8],
    ) -> Result<Self, FrameError> {
        from_pixels(width, height, stride, bytes, |[r, g, b]: [u8; 3]| {
            luma(r, g, b)
        })
    }

    /// From red, green, blue, opacity, 4 bytes a pixel, laid over white.
    ///
    /// # Errors
    /// [`FrameError`] when the sides and the buffer disagree.
    pub fn from_rgba8(
        width: usize,
        height: usize,
        stride: usize,
        bytes: &[u8],
    ) -> Result<Self, FrameError> {
        from_pixels(width, height, stride, bytes, |[r, g, b, a]: [u8; 4]| {
            over_white(luma(r, g, b), a)
        })
    }

    /// From grey and opacity, 2 bytes a pixel, laid over white.
    ///
    /// # Errors
    /// [`FrameError`] when the sides and the buffer disagree.
    pub fn from_grey_alpha8(
        width: usize,
        height: usize,
        stride: usize,
        bytes: &[u8],
    ) -> Result<Self, FrameError> {
        from_pixels(width, height, stride, bytes, |[y, a]: [u8; 2]| {
            over_white(y, a)
        })
    }

    /// From packed YUYV (YUY2) camera frames, 2 bytes a pixel.
    ///
    /// # Errors
    /// [`FrameError`] when the sides and the buffer disagree.
    pub fn from_yuyv(
        width: usize,
        height: usize,
        stride: usize,
        bytes: &[u8],
    ) -> Result<Self, FrameError> {
        from_pixels(width, height, stride, bytes, |[y, _]: [u8; 2]| y)
    }
}

impl<'a> LumaFrame<'a> {
    /// The luma plane of an NV12 camera frame, without copying it.
    ///
    /// # Errors
    /// [`FrameError`] when the sides and the buffer disagree; the colour plane
    /// must be there too, so that a truncated frame is noticed.
    pub fn from_nv12(
        width: usize,
        height: usize,
        stride: usize,
        bytes: &'a [u8],
    ) -> Result<Self, FrameError> {
        let frame = Self::new(width, height, stride, bytes)?;
        let colour_rows = height.div_ceil(2);
        let needed = stride
            .saturating_mul(height + colour_rows - 1)
            .saturating_add(width);
        if bytes.len() < needed {
            return Err(FrameError::BufferTooShort {
                needed,
                actual: bytes.len(),
            });
        }
        Ok(frame)
    }
}

fn from_pixels<const N: usize>(
    width: usize,
    height: usize,
    stride: usize,
    bytes: &[u8],
    grey: impl Fn([u8; N]) -> u8,
) -> Result<LumaImage, FrameError> {
    let row_bytes = width.saturating_mul(N);
    check_buffer(width, height, row_bytes, stride, bytes.len())?;
    let mut out = Vec::with_capacity(width * height);
    for row in bytes.chunks(stride).take(height) {
        let (pixels, _) = row.get(..row_bytes).unwrap_or_default().as_chunks::<N>();
        out.extend(pixels.iter().map(|pixel| grey(*pixel)));
    }
    LumaImage::new(width, height, out)
}

fn luma(r: u8, g: u8, b: u8) -> u8 {
    // The weights add up to 256, so the result is at most 255.
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b) + 128) >> 8) as u8
}

fn over_white(grey: u8, opacity: u8) -> u8 {
    let (grey, opacity) = (u32::from(grey), u32::from(opacity));
    ((grey * opacity + 255 * (255 - opacity) + 127) / 255) as u8
}
