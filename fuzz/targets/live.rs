//! Any token at any time (eight bytes, then the token's): no panic, and no keyed
//! code is taken for a genuine one.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::live::{self, LiveCheck};
use ticket_crypto::token::Kind;
use ticket_crypto::{Token, base45};

static KEY: LazyLock<EventLiveKey> = LazyLock::new(|| EventLiveKey::from_bytes(&[1; 32]));

fuzz_target!(|bytes: &[u8]| {
    let Some((now_ms, bytes)) = bytes.split_first_chunk() else {
        return;
    };
    let text = format!("TK1:{}", base45::encode(bytes));
    let Ok(token) = Token::parse(&text) else {
        return;
    };
    let check = live::check(&token, i64::from_be_bytes(*now_ms), Some(&KEY));
    assert_eq!(check == LiveCheck::Absent, token.live().is_none());
    if matches!(token.body().kind, Kind::Mac) {
        assert!(matches!(check, LiveCheck::Absent | LiveCheck::Forged));
    }
});
