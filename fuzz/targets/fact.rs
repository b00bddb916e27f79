//! Any bytes: no panic, and one encoding for each fact.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shared_model::fact::{Decoded, decode};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Decoded::Known(fact)) = decode(bytes) {
        assert_eq!(fact.to_bytes(), bytes);
    }
});
