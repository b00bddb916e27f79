//! Upright symbols without any flaw, down to a pixel a module.

mod frames;

use frames::plain;
use scanner_decode::{Budget, LumaImage, Passes, decode_frame, decode_still};

fn texts(image: &LumaImage) -> Vec<String> {
    decode_still(&image.frame(), &mut Budget::still())
        .into_iter()
        .map(|symbol| symbol.text)
        .collect()
}

#[test]
fn a_plain_symbol_is_read_in_both_ways() {
    let image = plain("TK1:HELLO", 4, 4);
    assert_eq!(texts(&image), ["TK1:HELLO"]);
    let frame = decode_frame(
        &image.frame(),
        &mut Passes::new(),
        "TK1:",
        &mut Budget::video(),
    );
    assert_eq!(frame[0].text, "TK1:HELLO");
}

#[test]
fn every_scale_and_margin_is_read() {
    let long = "TK1:".to_owned() + &"AB12".repeat(35);
    for text in ["A", "TK1:HELLO", &long] {
        for scale in [1, 2, 3, 5, 9, 20] {
            for margin in [0, 1, 4] {
                let found = texts(&plain(text, scale, margin));
                assert_eq!(found, [text], "{scale} pixels a module, margin {margin}");
            }
        }
    }
}

/// Draws modules written as `#` and `.`, `scale` pixels each, with a margin of three.
fn drawn(modules: &[&str], scale: usize) -> LumaImage {
    let (columns, rows) = (modules[0].len() + 6, modules.len() + 6);
    let mut bytes = vec![255; columns * scale * rows * scale];
    for (y, row) in bytes.chunks_mut(columns * scale).enumerate() {
        let line = (y / scale).checked_sub(3).and_then(|y| modules.get(y));
        for (x, pixel) in row.iter_mut().enumerate() {
            let module = (x / scale)
                .checked_sub(3)
                .and_then(|x| line?.as_bytes().get(x));
            if module == Some(&b'#') {
                *pixel = 0;
            }
        }
    }
    LumaImage::new(columns * scale, rows * scale, bytes).expect("the sides fit")
}

#[test]
fn micro_symbols_are_read() {
    let image = drawn(
        &[
            "#######.#.#.#",
            "#.....#.#####",
            "#.###.#....##",
            "#.###.#..###.",
            "#.###.#.#.###",
            "#.....#.#####",
            "#######...#..",
            ".........#..#",
            "##.#....#....",
            "..#...##..###",
            "#.##.#..###..",
            ".##..#..#..##",
            "####.###...#.",
        ],
        5,
    );
    assert_eq!(texts(&image), ["GATE 7"]);
}

#[test]
fn rectangular_micro_symbols_are_read() {
    let image = drawn(
        &[
            "#######.#.#.#.#.#.#.#.#.###",
            "#.....#....##.#..#.#...#..#",
            "#.###.#.##......#.##.##...#",
            "#.###.#..##..##...##.#..#..",
            "#.###.#.####....#.#.#.##..#",
            "#.....#...##..#..#.#..#..#.",
            "#######.##.##..##.##.#...##",
            "........##..######.#...##..",
            "######...#####.#..##..#####",
            ".##..#...##..#....#...#...#",
            "#.##.##..#.##...#...#.#.#.#",
            "#.....##.##...###.....#...#",
            "###.#.#.#.#.#.#.#.#.#.#####",
        ],
        5,
    );
    assert_eq!(texts(&image), ["ROW 12 SEAT 40"]);
}
