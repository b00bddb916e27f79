//! Pictures of codes: the smallest QR symbol for a text, as PNG, SVG or modules.
//!
//! A text of upper-case letters, digits and the other characters of Base45 goes
//! into alphanumeric mode, so a static ticket is version 6 at level M. A quiet
//! zone of four modules is always part of the picture.
//!
//! Source: docs/decisions/0012-png-writer.md

use core::fmt::Write;

use fast_qr::{ECL, QRBuilder};

/// Light modules around the symbol, as the standard asks.
const QUIET: usize = 4;

/// How much of a symbol may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ecc {
    /// 7 %: for screens.
    L,
    /// 15 %: for print and screens.
    #[default]
    M,
    /// 25 %: for print that goes outdoors.
    Q,
    /// 30 %.
    H,
}

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// There is nothing to show.
    #[error("there is no text to show")]
    Empty,
    /// The text exceeds the largest symbol.
    #[error("the text does not fit into a QR code")]
    TooLong,
    /// A module has to be 1 to 64 pixels wide.
    #[error("a module has to be 1 to 64 pixels wide")]
    ModuleSize,
    /// The PNG could not be written.
    #[error("the PNG could not be written")]
    Png,
}

/// A QR symbol without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    side: usize,
    dark: Vec<bool>,
}

impl Symbol {
    /// The smallest symbol for `text` at this level.
    ///
    /// # Errors
    /// The text is empty or too long.
    pub fn new(text: &str, ecc: Ecc) -> Result<Self, QrError> {
        if text.is_empty() {
            return Err(QrError::Empty);
        }
        let level = match ecc {
            Ecc::L => ECL::L,
            Ecc::M => ECL::M,
            Ecc::Q => ECL::Q,
            Ecc::H => ECL::H,
        };
        let code = QRBuilder::new(text)
            .ecl(level)
            .build()
            .map_err(|_| QrError::TooLong)?;
        let modules = code.data.iter().take(code.size * code.size);
        Ok(Self {
            side: code.size,
            dark: modules.map(|module| module.value()).collect(),
        })
    }

    /// Modules on each side: 17 and four for each version.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// The version, 1 to 40.
    #[must_use]
    pub const fn version(&self) -> usize {
        self.side.saturating_sub(17) / 4
    }

    /// Whether the module in column `x` of row `y` is dark; light outside the symbol.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }

    /// The rows from the top, each from the left, true for dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side.max(1))
    }

    /// A black and white PNG with quiet zone, each module `module_px` pixels wide.
    ///
    /// # Errors
    /// `module_px` is not 1 to 64.
    pub fn png(&self, module_px: u32) -> Result<Vec<u8>, QrError> {
        let scale = usize::try_from(module_px)
            .ok()
            .filter(|scale| (1..=64).contains(scale))
            .ok_or(QrError::ModuleSize)?;
        let width = (self.side + 2 * QUIET) * scale;
        let quiet = vec![0xff; width.div_ceil(8)];
        let mut pixels = quiet.repeat(QUIET * scale);
        for row in self.rows() {
            pixels.extend(self.pixel_row(row, scale, width).repeat(scale));
        }
        pixels.extend(quiet.repeat(QUIET * scale));
        write_png(width, &pixels).ok_or(QrError::Png)
    }

    /// One row of pixels, a bit each, 1 for light.
    fn pixel_row(&self, row: &[bool], scale: usize, width: usize) -> Vec<u8> {
        let mut bytes = vec![0xff; width.div_ceil(8)];
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            let start = (x + QUIET) * scale;
            for pixel in start..start + scale {
                if let Some(byte) = bytes.get_mut(pixel / 8) {
                    *byte &= !(0x80 >> (pixel % 8));
                }
            }
        }
        bytes
    }

    /// A black and white SVG with quiet zone, one unit for each module.
    #[must_use]
    pub fn svg(&self) -> String {
        let full = self.side + 2 * QUIET;
        let mut path = String::new();
        for (y, row) in self.rows().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                }
                x += run.len();
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {full} {full}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{full}v{full}H0z\"/>\
             <path d=\"{path}\"/></svg>"
        )
    }
}

/// A PNG of the smallest symbol for `text`; see [`Symbol::png`].
///
/// # Errors
/// The text is empty or too long, or `module_px` is not 1 to 64.
pub fn png(text: &str, ecc: Ecc, module_px: u32) -> Result<Vec<u8>, QrError> {
    Symbol::new(text, ecc)?.png(module_px)
}

/// An SVG of the smallest symbol for `text`; see [`Symbol::svg`].
///
/// # Errors
/// The text is empty or too long.
pub fn svg(text: &str, ecc: Ecc) -> Result<String, QrError> {
    Ok(Symbol::new(text, ecc)?.svg())
}

/// Square, one bit a pixel, 1 for white.
fn write_png(width: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    let side = u32::try_from(width).ok()?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    Some(file)
}
