//! Pictures are read back by an independent reader.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ticket_crypto::qr::{self, Ecc, QrError, Symbol};

/// Characters of a static ticket's text.
const STATIC: usize = 145;

fn ticket_like(length: usize) -> String {
    "TK1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
        .chars()
        .cycle()
        .take(length)
        .collect()
}

fn read_back(png: &[u8]) -> String {
    let picture = image::load_from_memory(png).unwrap().to_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn a_png_reads_back_at_every_level() {
    for ecc in [Ecc::L, Ecc::M, Ecc::Q, Ecc::H] {
        for length in [1, 4, STATIC, 292] {
            let text = ticket_like(length);
            assert_eq!(read_back(&qr::png(&text, ecc, 4).unwrap()), text);
        }
    }
}

#[test]
fn a_png_keeps_its_quiet_zone_and_scale() {
    for scale in [1, 3, 8] {
        let png = qr::png(&ticket_like(STATIC), Ecc::M, scale).unwrap();
        let picture = image::load_from_memory(&png).unwrap().to_luma8();
        assert_eq!(picture.dimensions(), ((41 + 8) * scale, (41 + 8) * scale));
        let symbol = Symbol::new(&ticket_like(STATIC), Ecc::M).unwrap();
        for (x, y, pixel) in picture.enumerate_pixels() {
            let module = |at: u32| (at / scale).checked_sub(4).map(|at| at as usize);
            let dark = module(x)
                .zip(module(y))
                .is_some_and(|(x, y)| symbol.is_dark(x, y));
            assert_eq!(pixel.0, [if dark { 0 } else { 255 }]);
        }
    }
}

/// Characters that fit in alphanumeric mode, from ISO/IEC 18004 table 7.
#[test]
fn the_symbol_is_the_smallest_that_fits() {
    for (ecc, capacities) in [
        (Ecc::L, [25, 47, 77, 114, 154, 195, 224, 279, 335, 395]),
        (Ecc::M, [20, 38, 61, 90, 122, 154, 178, 221, 262, 311]),
        (Ecc::Q, [16, 29, 47, 67, 87, 108, 125, 157, 189, 221]),
    ] {
        for (capacity, version) in capacities.into_iter().zip(1..) {
            let fits = Symbol::new(&ticket_like(capacity), ecc).unwrap();
            let exceeds = Symbol::new(&ticket_like(capacity + 1), ecc).unwrap();
            assert_eq!(fits.version(), version);
            assert_eq!(fits.side(), 17 + 4 * version);
            assert_eq!(exceeds.version(), version + 1);
        }
    }
}

#[test]
fn an_svg_draws_the_same_modules() {
    let text = ticket_like(STATIC);
    let svg = qr::svg(&text, Ecc::M).unwrap();
    let symbol = Symbol::new(&text, Ecc::M).unwrap();
    assert!(svg.contains("viewBox=\"0 0 49 49\""));
    let path = svg.split("<path d=\"").nth(1).unwrap();
    let mut dark = vec![vec![false; 41]; 41];
    for run in path.split('M').skip(1) {
        let (left, rest) = run.split_once(' ').unwrap();
        let (top, rest) = rest.split_once('h').unwrap();
        let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
        let left = left.parse::<usize>().unwrap() - 4;
        dark[top.parse::<usize>().unwrap() - 4][left..left + length].fill(true);
    }
    assert!(symbol.rows().eq(dark.iter().map(Vec::as_slice)));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    assert_eq!(qr::svg("", Ecc::M), Err(QrError::Empty));
    assert_eq!(qr::png("A", Ecc::M, 0), Err(QrError::ModuleSize));
    assert_eq!(qr::png("A", Ecc::M, 65), Err(QrError::ModuleSize));
    assert_eq!(qr::svg(&ticket_like(5000), Ecc::M), Err(QrError::TooLong));
}

#[test]
fn a_large_binary_text_still_reads_back() {
    let text = "Übergröße ".repeat(60);
    assert_eq!(read_back(&qr::png(&text, Ecc::L, 3).unwrap()), text);
}
