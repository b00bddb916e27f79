//! Pictures made to keep a reader busy or to break it.

mod frames;

use std::cell::Cell;
use std::time::Duration;

use frames::{Kind, finder_poster, plain, sample};
use proptest::prelude::*;
use scanner_decode::{
    Budget, FrameError, LumaFrame, LumaImage, Passes, decode_frame, decode_still,
};

#[test]
fn posters_of_finder_patterns_stay_within_the_budget() {
    for (module, step) in [(2, 16), (2, 18), (3, 24), (4, 36), (8, 64)] {
        let poster = finder_poster(1280, 720, module, step);
        let mut budget = Budget::video();
        let _ = decode_frame(&poster.frame(), &mut Passes::new(), "TK1:", &mut budget);
        assert!(budget.spent() <= Budget::VIDEO_UNITS);
        let mut budget = Budget::still();
        let _ = decode_still(&poster.frame(), &mut budget);
        assert!(budget.spent() <= Budget::STILL_UNITS);
    }
}

#[test]
fn a_poster_costs_a_video_little_more_than_a_ticket() {
    let poster = finder_poster(1280, 720, 2, 16);
    let mut budget = Budget::units(u64::MAX);
    let _ = decode_frame(&poster.frame(), &mut Passes::new(), "TK1:", &mut budget);
    assert!(
        budget.spent() < 2 * Budget::VIDEO_UNITS,
        "{}",
        budget.spent()
    );
}

#[test]
fn a_ticket_between_finder_patterns_is_still_read() {
    let mut poster = finder_poster(640, 480, 2, 16).bytes().to_vec();
    let ticket = plain("TK1:HELLO", 5, 4);
    for (y, row) in ticket.bytes().chunks(ticket.width()).enumerate() {
        poster[(y + 100) * 640 + 200..][..row.len()].copy_from_slice(row);
    }
    let picture = LumaImage::new(640, 480, poster).expect("the sides fit");
    let symbols = decode_frame(
        &picture.frame(),
        &mut Passes::new(),
        "TK1:",
        &mut Budget::video(),
    );
    assert_eq!(symbols.last().map(|s| s.text.as_str()), Some("TK1:HELLO"));
}

#[test]
fn no_work_is_done_without_a_budget() {
    let ticket = plain("TK1:HELLO", 4, 4);
    assert_eq!(decode_still(&ticket.frame(), &mut Budget::units(0)), []);
}

#[test]
fn equal_pictures_cost_the_same() {
    let sample = sample(Kind::Noise, 0);
    let cost = || {
        let mut budget = Budget::still();
        let _ = decode_still(&sample.image.frame(), &mut budget);
        budget.spent()
    };
    assert_eq!(cost(), cost());
}

#[test]
fn a_deadline_ends_the_search() {
    let ticks = Cell::new(0u64);
    let clock = || {
        ticks.set(ticks.get() + 1);
        Duration::from_millis(ticks.get())
    };
    let poster = finder_poster(1280, 720, 2, 16);
    let mut budget = Budget::still().with_deadline(&clock, Duration::from_millis(50));
    let _ = decode_still(&poster.frame(), &mut budget);
    assert!(budget.is_exhausted());
    assert!(
        ticks.get() < 1000,
        "the clock was asked {} times",
        ticks.get()
    );
}

#[test]
fn buffers_that_are_no_pictures_are_refused() {
    let bytes = [0; 100];
    let new = |w, h, s| LumaFrame::new(w, h, s, &bytes).map(|_| ()).unwrap_err();
    assert_eq!(
        new(0, 5, 5),
        FrameError::Empty {
            width: 0,
            height: 5
        }
    );
    assert_eq!(
        new(5, 0, 5),
        FrameError::Empty {
            width: 5,
            height: 0
        }
    );
    assert_eq!(
        new(9, 5, 8),
        FrameError::StrideTooShort {
            row_bytes: 9,
            stride: 8
        }
    );
    assert_eq!(
        new(10, 11, 10),
        FrameError::BufferTooShort {
            needed: 110,
            actual: 100
        }
    );
    assert!(matches!(
        new(40_000, 1, 40_000),
        FrameError::TooLarge { .. }
    ));
    assert!(matches!(
        new(usize::MAX, usize::MAX, 1),
        FrameError::TooLarge { .. }
    ));
    assert!(matches!(
        new(2, 2, usize::MAX),
        FrameError::BufferTooShort { .. }
    ));
}

#[test]
fn pictures_of_one_row_or_column_are_searched_in_vain() {
    for (width, height) in [(1, 1), (1, 10_000), (10_000, 1), (2, 2), (7, 3), (63, 65)] {
        for shade in [0, 128, 255] {
            let image =
                LumaImage::new(width, height, vec![shade; width * height]).expect("the sides fit");
            assert_eq!(decode_still(&image.frame(), &mut Budget::still()), []);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_pixels_never_panic(
        width in 1usize..200,
        height in 1usize..120,
        extra in 0usize..9,
        seed in prop::collection::vec(any::<u8>(), 64),
        dark in 0usize..4,
    ) {
        let stride = width + extra;
        let bytes: Vec<u8> = (0..stride * height)
            .map(|i| {
                let mixed = seed[i % 64] ^ seed[i / 64 % 64].rotate_left(i as u32 % 7);
                if usize::from(mixed) % 4 < dark { 0 } else { mixed }
            })
            .collect();
        let frame = LumaFrame::new(width, height, stride, &bytes).expect("the sides fit");
        let _ = decode_still(&frame, &mut Budget::units(50_000));
        let _ = decode_frame(&frame, &mut Passes::new(), "", &mut Budget::video());
    }

    #[test]
    fn blocks_of_random_modules_never_panic(
        modules in prop::collection::vec(any::<bool>(), 21 * 21),
        scale in 1usize..5,
    ) {
        // A symbol's finder patterns and timing around random data.
        let code = fast_qr::QRBuilder::new("X").build().expect("one letter fits");
        let side = 29 * scale;
        let bytes: Vec<u8> = (0..side * side)
            .map(|i| {
                let (x, y) = (i % side / scale, i / side / scale);
                if !(4..25).contains(&x) || !(4..25).contains(&y) {
                    return 255;
                }
                let (x, y) = (x - 4, y - 4);
                let middle = 9..13;
                let corner =
                    !middle.contains(&x) && !middle.contains(&y) && (x < 9 || y < 9);
                let fixed = corner || x == 6 || y == 6;
                let ink = if fixed { code[y][x].value() } else { modules[y * 21 + x] };
                if ink { 0 } else { 255 }
            })
            .collect();
        let image = LumaImage::new(side, side, bytes).expect("the sides fit");
        let _ = decode_still(&image.frame(), &mut Budget::units(50_000));
    }

    #[test]
    fn the_stride_does_not_matter(extra in 0usize..70, filler in any::<u8>()) {
        let tight = plain("STRIDE", 3, 4);
        let bytes: Vec<u8> = tight
            .bytes()
            .chunks(tight.width())
            .flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(filler, extra)))
            .collect();
        let frame = LumaFrame::new(tight.width(), tight.height(), tight.width() + extra, &bytes)
            .expect("the sides fit");
        let read = |frame: &LumaFrame<'_>| decode_still(frame, &mut Budget::still());
        prop_assert_eq!(read(&frame), read(&tight.frame()));
    }
}
