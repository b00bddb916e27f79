//! Base45 (RFC 9285) with exactly one text for each byte string.
//!
//! Upper case only, no white space but the alphabet's own space, groups within
//! range, no dangling character. The alphabet is that of QR alphanumeric mode.
//!
//! Source: docs/decisions/0010-own-base45.md

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Value of each byte as a digit, 255 for none.
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut table = [255; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        table[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
}

/// Why a text is not Base45.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Base45Error {
    /// A character outside the alphabet, lower case included.
    #[error("a character is outside the alphabet")]
    Character,
    /// One character is left after the last group.
    #[error("a character is left over")]
    Length,
    /// A group of three exceeds 65535, or a group of two exceeds 255.
    #[error("a group stands for more than its bytes hold")]
    Overflow,
}

/// Encodes bytes: three characters for two bytes, two for a last single one.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    let (pairs, last) = bytes.as_chunks::<2>();
    for pair in pairs {
        let value = u32::from(u16::from_be_bytes(*pair));
        text.extend([value % 45, value / 45 % 45, value / 2025].map(character));
    }
    for byte in last {
        let value = u32::from(*byte);
        text.extend([value % 45, value / 45].map(character));
    }
    text
}

/// The character of a digit below 45.
fn character(digit: u32) -> char {
    ALPHABET
        .get(digit as usize)
        .map_or('0', |byte| char::from(*byte))
}

/// Decodes a text to the only bytes that encode to it.
///
/// # Errors
/// The text is not what [`encode`] gives for any bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, Base45Error> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    let (groups, last) = text.as_bytes().as_chunks::<3>();
    for [a, b, c] in groups {
        let value = digit(*a)? + 45 * digit(*b)? + 2025 * digit(*c)?;
        let pair = u16::try_from(value).map_err(|_| Base45Error::Overflow)?;
        bytes.extend(pair.to_be_bytes());
    }
    match last {
        [] => {}
        [a, b] => {
            let value = digit(*a)? + 45 * digit(*b)?;
            bytes.push(u8::try_from(value).map_err(|_| Base45Error::Overflow)?);
        }
        _ => return Err(Base45Error::Length),
    }
    Ok(bytes)
}

fn digit(character: u8) -> Result<u32, Base45Error> {
    match VALUES.get(usize::from(character)) {
        Some(&value) if value < 45 => Ok(u32::from(value)),
        _ => Err(Base45Error::Character),
    }
}
