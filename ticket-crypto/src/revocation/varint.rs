//! Unsigned numbers in as few bytes as they need: seven bits each, low first.

use crate::reader::Reader;

pub(super) fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number > 0x7f {
        bytes.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number; nothing for an end too soon, 2^32 and more, or a needless byte.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<u32> {
    let mut number = 0_u32;
    for shift in [0, 7, 14, 21, 28] {
        let byte = reader.u8()?;
        let bits = u32::from(byte & 0x7f);
        if shift == 28 && bits > 0xf {
            return None;
        }
        number |= bits << shift;
        if byte < 0x80 {
            let needless = byte == 0 && shift > 0;
            return (!needless).then_some(number);
        }
    }
    None
}
