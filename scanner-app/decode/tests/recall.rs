//! How much of each kind of synthetic picture is read; the pictures are made
//! from fixed seeds, so that a floor that holds once holds always.

mod frames;

use frames::{Kind, empty_scene, plain, sample};
use scanner_decode::{Budget, LumaImage, Passes, decode_frame, decode_still};

const PICTURES: u64 = 4;

/// Reads the first pictures of a kind; expects at least `floor` of their texts and no other.
fn check(kind: Kind, floor: usize) {
    let mut read = 0;
    for index in 0..PICTURES {
        let sample = sample(kind, index);
        let symbols = decode_still(&sample.image.frame(), &mut Budget::still());
        for symbol in &symbols {
            assert!(
                sample.texts.contains(&symbol.text),
                "{kind:?}-{index}: {:?} is not in the picture",
                symbol.text
            );
        }
        read += symbols.len();
    }
    assert!(read >= floor, "{kind:?}: {read} read, expected {floor}");
}

macro_rules! kinds {
    ($($name:ident: $kind:ident >= $floor:literal;)*) => {
        $(#[test]
        fn $name() {
            check(Kind::$kind, $floor);
        })*
    };
}

kinds! {
    clean_symbols_are_read: Clean >= 4;
    blurred_symbols_are_read: Blur >= 2;
    noisy_symbols_are_read: Noise >= 4;
    tilted_symbols_are_read: Tilt >= 4;
    symbols_on_bent_paper_are_read: Curved >= 3;
    symbols_beside_glare_are_read: Glare >= 3;
    half_shadowed_symbols_are_read: Shadow >= 4;
    pale_symbols_are_read: LowContrast >= 4;
    dark_symbols_are_read: Dark >= 4;
    inverted_symbols_are_read: Inverted >= 4;
    moving_symbols_are_read: Motion >= 4;
    small_symbols_are_read: Small >= 4;
    symbols_with_a_margin_of_one_module_are_read: ThinMargin >= 4;
    strongly_compressed_symbols_are_read: Compressed >= 4;
    mirrored_symbols_are_read: Mirrored >= 4;
    damaged_symbols_are_read: Damaged >= 4;
    symbols_under_moire_are_read: Moire >= 4;
    large_symbols_are_read: Dense >= 4;
}

#[test]
fn every_symbol_of_a_crowded_picture_is_read_once() {
    for index in 0..PICTURES {
        let sample = sample(Kind::Many, index);
        let mut texts: Vec<String> = decode_still(&sample.image.frame(), &mut Budget::still())
            .into_iter()
            .map(|symbol| symbol.text)
            .collect();
        texts.sort();
        let mut expected = sample.texts;
        expected.sort();
        assert_eq!(texts, expected);
    }
}

#[test]
fn a_sheet_of_two_hundred_symbols_is_read_whole() {
    let (columns, rows, cell) = (20, 10, 96);
    let mut bytes = vec![255; columns * cell * rows * cell];
    for i in 0..columns * rows {
        let symbol = plain(&format!("SEAT {i}"), 3, 4);
        let (left, top) = (i % columns * cell, i / columns * cell);
        for y in 0..symbol.height().min(cell) {
            let from = &symbol.bytes()[y * symbol.width()..][..symbol.width().min(cell)];
            bytes[(top + y) * columns * cell + left..][..from.len()].copy_from_slice(from);
        }
    }
    let sheet = LumaImage::new(columns * cell, rows * cell, bytes).expect("the sides fit");
    let symbols = decode_still(&sheet.frame(), &mut Budget::still());
    assert_eq!(symbols.len(), columns * rows);
}

#[test]
fn the_same_text_printed_twice_is_two_symbols() {
    let one = plain("TWICE", 4, 4);
    let bytes: Vec<u8> = one
        .bytes()
        .chunks(one.width())
        .flat_map(|row| [row, row].concat())
        .collect();
    let both = LumaImage::new(2 * one.width(), one.height(), bytes).expect("the sides fit");
    let symbols = decode_still(&both.frame(), &mut Budget::still());
    assert_eq!(symbols.len(), 2);
    assert_eq!(symbols[0].text, symbols[1].text);
}

#[test]
fn pictures_without_a_symbol_say_nothing() {
    for index in 0..6 {
        let symbols = decode_still(&empty_scene(index).frame(), &mut Budget::still());
        assert_eq!(symbols, []);
    }
}

#[test]
fn corners_frame_the_symbol() {
    let image = plain("CORNERS", 5, 4);
    let symbols = decode_still(&image.frame(), &mut Budget::still());
    let (low, high) = (20.0, image.width() as f32 - 20.0);
    let expected = [(low, low), (high, low), (high, high), (low, high)];
    for (corner, expected) in symbols[0].corners.iter().zip(expected) {
        let off = (corner.0 - expected.0).hypot(corner.1 - expected.1);
        assert!(off < 4.0, "{corner:?} is not {expected:?}");
    }
}

#[test]
fn raw_bytes_survive_a_text_that_is_not_utf8() {
    let bytes = [0x00, 0xff, 0xfe, 0x80, 0x41];
    let code = fast_qr::QRBuilder::new(bytes.to_vec())
        .mode(fast_qr::Mode::Byte)
        .build()
        .expect("five bytes fit");
    let symbol = frames::drawn(&code, 4, 4);
    let symbols = decode_still(&symbol.frame(), &mut Budget::still());
    assert_eq!(symbols[0].bytes, bytes);
}

#[test]
fn a_video_stops_at_the_wanted_text_and_tells_what_else_it_saw() {
    let (left, right) = (plain("https://example.org", 4, 4), plain("TK1:ABC", 4, 4));
    let height = left.height().max(right.height());
    let width = left.width() + right.width();
    let mut bytes = vec![255; width * height];
    for (image, offset) in [(&left, 0), (&right, left.width())] {
        for (y, row) in image.bytes().chunks(image.width()).enumerate() {
            bytes[y * width + offset..][..row.len()].copy_from_slice(row);
        }
    }
    let both = LumaImage::new(width, height, bytes).expect("the sides fit");
    let mut passes = Passes::new();
    let symbols = decode_frame(&both.frame(), &mut passes, "TK1:", &mut Budget::video());
    assert_eq!(symbols.last().map(|s| s.text.as_str()), Some("TK1:ABC"));
}

#[test]
fn a_still_camera_reads_in_later_frames_what_the_first_one_missed() {
    let mut passes = Passes::new();
    let (mut first, mut later) = (0, 0);
    for index in 0..3 {
        let sample = sample(Kind::Noise, index);
        let frame = sample.image.frame();
        let reads =
            |passes: &mut Passes| decode_frame(&frame, passes, "TK", &mut Budget::video()).len();
        first += reads(&mut passes).min(1);
        later += usize::from((0..6).any(|_| reads(&mut passes) > 0));
    }
    assert!(
        later >= first && later == 3,
        "{first} at first, {later} later"
    );
}
