//! Any text: no panic, and one text for each byte string.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ticket_crypto::base45;

fuzz_target!(|text: &str| {
    if let Ok(bytes) = base45::decode(text) {
        assert_eq!(base45::encode(&bytes), text);
    }
});
