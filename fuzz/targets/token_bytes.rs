//! Any bytes behind the prefix: no panic, one encoding, and no signature by chance.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ticket_crypto::{SigningKey, Token, base45};

fuzz_target!(|bytes: &[u8]| {
    let text = format!("TK1:{}", base45::encode(bytes));
    if let Ok(token) = Token::parse(&text) {
        assert_eq!(token.text(), text);
        assert_eq!(token.body().to_bytes().as_deref(), Ok(token.body_bytes()));
        let key = SigningKey::from_seed(&[99; 32]).verifying_key();
        assert!(token.verify(&key).is_err());
    }
});
