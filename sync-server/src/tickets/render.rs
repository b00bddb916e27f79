//! A ticket's code as a picture.

use ticket_crypto::qr::{self, Ecc, QrError};

/// Pixels of one module in pictures.
const MODULE_PX: u32 = 8;

/// The code as PNG.
///
/// # Errors
/// When it cannot be drawn.
pub fn png(code: &str) -> Result<Vec<u8>, QrError> {
    qr::png(code, Ecc::M, MODULE_PX)
}

/// The code as SVG.
///
/// # Errors
/// When it cannot be drawn.
pub fn svg(code: &str) -> Result<String, QrError> {
    qr::svg(code, Ecc::M)
}
