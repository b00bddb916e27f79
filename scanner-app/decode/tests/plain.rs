//! Upright symbols without any flaw.

mod frames;

use frames::plain;
use scanner_decode::{Budget, Passes, decode_frame, decode_still};

#[test]
fn a_plain_symbol_is_read_in_both_ways() {
    let image = plain("TK1:HELLO", 4, 4);
    let still = decode_still(&image.frame(), &mut Budget::still());
    assert_eq!(still[0].text, "TK1:HELLO");
    let frame = decode_frame(
        &image.frame(),
        &mut Passes::new(),
        "TK1:",
        &mut Budget::video(),
    );
    assert_eq!(frame[0].text, "TK1:HELLO");
}
