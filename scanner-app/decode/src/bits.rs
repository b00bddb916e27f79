//! Black and white pictures, 64 pixels a word.

use rxing::common::{BIT_FIELD_BASE_BITS, BitArray, BitMatrix};

/// A black and white picture; a set bit is black. Bits past the width are clear.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bits {
    width: usize,
    height: usize,
    row_words: usize,
    words: Vec<u64>,
}

impl Bits {
    /// Makes this a white picture of the given sides, keeping its memory.
    pub fn reset(&mut self, width: usize, height: usize) {
        self.width = width;
        self.height = height;
        self.row_words = width.div_ceil(64);
        self.words.clear();
        self.words.resize(self.row_words * height, 0);
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn row(&self, y: usize) -> &[u64] {
        let start = y * self.row_words;
        self.words
            .get(start..start + self.row_words)
            .unwrap_or_default()
    }

    pub fn row_mut(&mut self, y: usize) -> &mut [u64] {
        let start = y * self.row_words;
        self.words
            .get_mut(start..start + self.row_words)
            .unwrap_or_default()
    }

    /// The pixel at `(x, y)`, white outside the picture.
    #[inline]
    pub fn get(&self, x: i32, y: i32) -> bool {
        // Negative coordinates become huge ones, which are outside as well.
        let (x, y) = (x as u32 as usize, y as u32 as usize);
        if x >= self.width || y >= self.height {
            return false;
        }
        self.words
            .get(y * self.row_words + x / 64)
            .is_some_and(|word| word >> (x % 64) & 1 == 1)
    }

    /// Swaps black and white.
    pub fn invert(&mut self) {
        let tail = self.width % 64;
        let mask = if tail == 0 { !0 } else { (1 << tail) - 1 };
        for row in self.words.chunks_mut(self.row_words.max(1)) {
            for word in row.iter_mut() {
                *word = !*word;
            }
            if let Some(last) = row.last_mut() {
                *last &= mask;
            }
        }
    }

    /// The same picture in the reader library's own type.
    pub fn to_matrix(&self) -> Option<BitMatrix> {
        let mut matrix = BitMatrix::new(self.width as u32, self.height as u32).ok()?;
        let mut line = BitArray::with_size(self.row_words * 64);
        for y in 0..self.height {
            for (i, word) in self.row(y).iter().enumerate() {
                let mut at = i * 64;
                while at < (i + 1) * 64 {
                    line.setBulk(at, (word >> (at % 64)) as usize);
                    at += BIT_FIELD_BASE_BITS;
                }
            }
            matrix.setRow(y as u32, &line);
        }
        Some(matrix)
    }
}

/// Packs one row: a bit is set where the pixel is at most its threshold.
pub(crate) fn pack_row(out: &mut [u64], pixels: &[u8], thresholds: &[u8]) {
    for ((word, pixels), thresholds) in out
        .iter_mut()
        .zip(pixels.chunks(64))
        .zip(thresholds.chunks(64))
    {
        // One flag a byte first, which the compiler vectorises.
        let mut flags = [0u8; 64];
        for ((flag, pixel), threshold) in flags.iter_mut().zip(pixels).zip(thresholds) {
            *flag = u8::from(pixel <= threshold);
        }
        let (groups, _) = flags.as_chunks::<8>();
        *word = groups.iter().rev().fold(0, |packed, group| {
            packed << 8 | gather(u64::from_le_bytes(*group))
        });
    }
}

/// Gathers eight bytes of 0 or 1 into eight bits, the first byte lowest.
fn gather(flags: u64) -> u64 {
    flags.wrapping_mul(0x0102_0408_1020_4080) >> 56
}
