//! Picture files: loaded here, read by `scanner-decode`.

use std::io::Cursor;
use std::path::Path;

use decode::{FrameError, LumaImage, Symbol};
use image::{DynamicImage, ImageError, ImageReader, Limits};

/// Why a file gives no picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("the picture cannot be opened: {0}")]
    Open(#[from] std::io::Error),
    /// Its contents are no picture of a known kind.
    #[error("this is no picture that can be read: {0}")]
    Contents(#[from] ImageError),
    /// It is too small or too large.
    #[error(transparent)]
    Size(#[from] FrameError),
}

/// Loads a PNG, JPEG, WebP, BMP or GIF file.
///
/// # Errors
/// The file is not there, no picture, or larger than [`decode::MAX_PIXELS`].
pub fn load(path: &Path) -> Result<LumaImage, Error> {
    parse(&std::fs::read(path)?)
}

/// Reads the bytes of a picture file.
///
/// # Errors
/// As [`load`].
pub fn parse(bytes: &[u8]) -> Result<LumaImage, Error> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(4 * decode::MAX_PIXELS as u64);
    reader.limits(limits);
    let picture = reader.decode()?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Ok(match picture {
        DynamicImage::ImageLuma8(grey) => LumaImage::new(width, height, grey.into_raw())?,
        DynamicImage::ImageLumaA8(grey) => {
            LumaImage::from_grey_alpha8(width, height, width * 2, grey.as_raw())?
        }
        DynamicImage::ImageRgba8(colour) => {
            LumaImage::from_rgba8(width, height, width * 4, colour.as_raw())?
        }
        other if other.color().has_alpha() => {
            LumaImage::from_rgba8(width, height, width * 4, other.to_rgba8().as_raw())?
        }
        other => LumaImage::from_rgb8(width, height, width * 3, other.to_rgb8().as_raw())?,
    })
}

/// How a token begins.
pub const TOKEN: &str = "TK1:";

/// The code that somebody who shows a picture means: the first that is a token, else the first.
#[must_use]
pub fn best(symbols: Vec<Symbol>) -> Option<String> {
    let token = symbols
        .iter()
        .position(|symbol| symbol.text.starts_with(TOKEN));
    symbols
        .into_iter()
        .nth(token.unwrap_or_default())
        .map(|symbol| symbol.text)
}
