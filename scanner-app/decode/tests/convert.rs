//! Colour pictures and camera frames become grey ones.

mod frames;

use frames::plain;
use scanner_decode::{Budget, FrameError, LumaFrame, LumaImage, decode_still};

#[test]
fn grey_colours_keep_their_shade() {
    let rgb = [0, 0, 0, 255, 255, 255, 90, 90, 90];
    let image = LumaImage::from_rgb8(3, 1, 9, &rgb).expect("three pixels");
    assert_eq!(image.bytes(), [0, 255, 90]);
}

#[test]
fn white_paper_shows_through_transparent_pixels() {
    let rgba = [0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 128, 200, 200, 200, 255];
    let image = LumaImage::from_rgba8(4, 1, 16, &rgba).expect("four pixels");
    assert_eq!(image.bytes(), [255, 0, 127, 200]);
    let image = LumaImage::from_grey_alpha8(2, 1, 4, &[0, 0, 7, 255]).expect("two pixels");
    assert_eq!(image.bytes(), [255, 7]);
}

#[test]
fn camera_frames_give_their_luma() {
    let yuyv = [10, 128, 20, 128, 0, 0, 30, 128, 40, 128, 0, 0];
    let image = LumaImage::from_yuyv(2, 2, 6, &yuyv).expect("two by two");
    assert_eq!(image.bytes(), [10, 20, 30, 40]);
    let nv12 = [10, 20, 30, 40, 128, 128];
    let frame = LumaFrame::from_nv12(2, 2, 2, &nv12).expect("two by two");
    assert_eq!(frame.row(1), [30, 40]);
    assert_eq!(frame.row(2), []);
}

#[test]
fn cut_off_camera_frames_are_refused() {
    let cut = LumaFrame::from_nv12(2, 2, 2, &[0; 5]).map(|_| ());
    assert_eq!(
        cut,
        Err(FrameError::BufferTooShort {
            needed: 6,
            actual: 5
        })
    );
    assert!(LumaImage::from_yuyv(2, 2, 4, &[0; 7]).is_err());
    assert!(LumaImage::from_rgb8(2, 2, 5, &[0; 12]).is_err());
    assert!(LumaImage::from_rgba8(usize::MAX, 1, usize::MAX, &[0; 12]).is_err());
}

#[test]
fn a_symbol_in_colour_is_read() {
    let grey = plain("COLOUR", 3, 4);
    let rgb: Vec<u8> = grey
        .bytes()
        .iter()
        .flat_map(|shade| {
            if *shade == 0 {
                [120, 20, 60]
            } else {
                [250, 240, 180]
            }
        })
        .collect();
    let image = LumaImage::from_rgb8(grey.width(), grey.height(), 3 * grey.width(), &rgb)
        .expect("the sides fit");
    let symbols = decode_still(&image.frame(), &mut Budget::still());
    assert_eq!(symbols[0].text, "COLOUR");
}
