//! Any small picture, or a good symbol with pixels changed: no panic, no more work than its budget, and the same
//! answer again. A symbol that nothing was done to is read, letter by letter.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scanner_decode::{Budget, LumaImage, Passes, decode_frame, decode_still};
use ticket_crypto::qr::{Ecc, Symbol};

/// Pixels of a module, and modules of quiet paper around the symbol.
const MODULE: usize = 3;
const QUIET: usize = 4;
/// Letters of the longest text in a symbol.
const LETTERS: usize = 32;
/// Less than a still is worth at a door: small pictures, many of them.
const UNITS: u64 = 50_000;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    match kind % 2 {
        0 => use_any(bytes),
        _ => use_symbol(bytes),
    }
});

/// A byte for the width, then shades.
fn use_any(bytes: &[u8]) {
    let Some((width, shades)) = bytes.split_first() else {
        return;
    };
    let width = usize::from(*width).max(1);
    let rows = shades.len() / width;
    if let Ok(picture) = LumaImage::new(width, rows, shades[..width * rows].to_vec()) {
        look(&picture);
    }
}

/// A byte for the number of letters, the letters, then changes: each a place (two bytes) and a shade.
fn use_symbol(bytes: &[u8]) {
    let Some((count, bytes)) = bytes.split_first() else {
        return;
    };
    let count = (usize::from(*count) % LETTERS + 1).min(bytes.len());
    let (letters, changes) = bytes.split_at(count);
    let text: String = letters
        .iter()
        .map(|letter| char::from(letter % 95 + 32))
        .collect();
    let Ok(symbol) = Symbol::new(&text, Ecc::M) else {
        return;
    };
    let (mut shades, side) = draw(&symbol);
    let changes = changes.as_chunks().0;
    for [high, low, shade] in changes {
        let place = usize::from(u16::from_be_bytes([*high, *low])) % shades.len();
        shades[place] = *shade;
    }
    let picture = LumaImage::new(side, side, shades).expect("a square of its side");
    look(&picture);
    if changes.is_empty() {
        let read = decode_still(&picture.frame(), &mut Budget::still());
        let texts: Vec<_> = read.iter().map(|symbol| symbol.text.as_str()).collect();
        assert_eq!(texts, [text]);
    }
}

fn look(picture: &LumaImage) {
    let mut budget = Budget::units(UNITS);
    let read = decode_still(&picture.frame(), &mut budget);
    assert!(budget.spent() <= UNITS);
    assert_eq!(
        read,
        decode_still(&picture.frame(), &mut Budget::units(UNITS))
    );
    let mut budget = Budget::video();
    let _ = decode_frame(&picture.frame(), &mut Passes::new(), "TK1:", &mut budget);
    assert!(budget.spent() <= Budget::VIDEO_UNITS);
}

/// Its shades on white paper, and the pixels of a side.
fn draw(symbol: &Symbol) -> (Vec<u8>, usize) {
    let modules = symbol.rows().count();
    let side = (modules + 2 * QUIET) * MODULE;
    let mut shades = vec![255; side * side];
    for (y, row) in symbol.rows().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            for line in 0..MODULE {
                let begin = ((y + QUIET) * MODULE + line) * side + (x + QUIET) * MODULE;
                shades[begin..begin + MODULE].fill(0);
            }
        }
    }
    (shades, side)
}
