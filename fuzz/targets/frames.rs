//! Any bytes: no panic, bounded memory, and what is read survives being sent on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shared_model::sync::codec;

fuzz_target!(|bytes: &[u8]| {
    let _ = codec::decode_first(bytes);
    if let Ok(frames) = codec::decode_all(bytes) {
        let again = codec::encode_all(&frames).and_then(|sent| codec::decode_all(&sent));
        assert_eq!(again, Ok(frames));
    }
});
