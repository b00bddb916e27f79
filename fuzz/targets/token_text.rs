//! Any text: no panic, and what is read is the text that is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ticket_crypto::Token;

fuzz_target!(|text: &str| {
    if let Ok(token) = Token::parse(text) {
        assert_eq!(token.text(), text);
    }
});
