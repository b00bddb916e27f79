//! A picture in shades of grey: borrowed ([`LumaFrame`]) or owned ([`LumaImage`]).
//!
//! Both are checked when made, so that no later step meets a side of zero, a
//! row outside its buffer or a picture too large to search. Opening picture
//! files is not done here.

/// The longest side a picture may have, in pixels.
pub const MAX_SIDE: usize = 32_000;

/// The most pixels a picture may have.
pub const MAX_PIXELS: usize = 120_000_000;

/// Why a buffer is not a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// One side is zero.
    #[error("a picture of {width} x {height} pixels has nothing to read")]
    Empty {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// More than [`MAX_SIDE`] pixels in a row or column, or more than [`MAX_PIXELS`] in all.
    #[error("a picture of {width} x {height} pixels is too large")]
    TooLarge {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// Rows would overlap.
    #[error("rows of {row_bytes} bytes do not fit a stride of {stride} bytes")]
    StrideTooShort {
        /// Bytes of pixels in a row.
        row_bytes: usize,
        /// Bytes from the start of one row to the start of the next.
        stride: usize,
    },
    /// The buffer ends before the last row does.
    #[error("the picture needs {needed} bytes and has {actual}")]
    BufferTooShort {
        /// Bytes the sides and stride call for.
        needed: usize,
        /// Bytes given.
        actual: usize,
    },
}

/// One borrowed picture, a byte a pixel, 0 black and 255 white.
#[derive(Debug, Clone, Copy)]
pub struct LumaFrame<'a> {
    width: usize,
    height: usize,
    stride: usize,
    bytes: &'a [u8],
}

impl<'a> LumaFrame<'a> {
    /// Checks that `bytes` holds `height` rows of `width` pixels, `stride` bytes apart.
    ///
    /// # Errors
    /// [`FrameError`], one variant per way the sides and the buffer can disagree.
    pub fn new(
        width: usize,
        height: usize,
        stride: usize,
        bytes: &'a [u8],
    ) -> Result<Self, FrameError> {
        check_buffer(width, height, width, stride, bytes.len())?;
        Ok(Self {
            width,
            height,
            stride,
            bytes,
        })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixels of row `y`; empty below the picture.
    #[must_use]
    pub fn row(&self, y: usize) -> &'a [u8] {
        let start = y.saturating_mul(self.stride);
        self.bytes
            .get(start..start.saturating_add(self.width))
            .filter(|_| y < self.height)
            .unwrap_or_default()
    }

    /// The whole buffer, and the bytes from one row to the next.
    pub(crate) fn buffer(&self) -> (&'a [u8], usize) {
        (self.bytes, self.stride)
    }

    /// All rows from the top.
    pub fn rows(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let width = self.width;
        self.bytes
            .chunks(self.stride)
            .take(self.height)
            .map(move |row| row.get(..width).unwrap_or_default())
    }
}

/// One owned picture, rows without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LumaImage {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl LumaImage {
    /// Takes `bytes` as `height` rows of `width` pixels.
    ///
    /// # Errors
    /// [`FrameError`] when the sides and the buffer disagree.
    pub fn new(width: usize, height: usize, mut bytes: Vec<u8>) -> Result<Self, FrameError> {
        check_buffer(width, height, width, width, bytes.len())?;
        bytes.truncate(width * height);
        Ok(Self {
            width,
            height,
            bytes,
        })
    }

    /// Lends the picture.
    #[must_use]
    pub fn frame(&self) -> LumaFrame<'_> {
        LumaFrame {
            width: self.width,
            height: self.height,
            stride: self.width,
            bytes: &self.bytes,
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// One white pixel, to be given other sides.
    pub(crate) fn scratch() -> Self {
        Self {
            width: 1,
            height: 1,
            bytes: vec![u8::MAX],
        }
    }

    /// Gives the picture other sides, keeping its memory; the pixels are unspecified.
    pub(crate) fn reset(&mut self, width: usize, height: usize) {
        self.width = width;
        self.height = height;
        self.bytes.resize(width * height, 0);
    }

    /// All rows from the top, to be written.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.bytes.chunks_mut(self.width.max(1))
    }

    /// All pixels, row by row.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Checks sides and buffer; `row_bytes` is what one row of pixels takes.
pub(crate) fn check_buffer(
    width: usize,
    height: usize,
    row_bytes: usize,
    stride: usize,
    actual: usize,
) -> Result<(), FrameError> {
    if width == 0 || height == 0 {
        return Err(FrameError::Empty { width, height });
    }
    if width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS {
        return Err(FrameError::TooLarge { width, height });
    }
    if stride < row_bytes {
        return Err(FrameError::StrideTooShort { row_bytes, stride });
    }
    let needed = stride.saturating_mul(height - 1).saturating_add(row_bytes);
    if actual < needed {
        return Err(FrameError::BufferTooShort { needed, actual });
    }
    Ok(())
}
