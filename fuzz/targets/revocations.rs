//! Any bytes that the event key signed: no panic, and one encoding.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use ticket_crypto::revocation::RevocationList;
use ticket_crypto::{Label, SigningKey, VerifyingKey, signature};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[1; 32]));
static PUBLIC: LazyLock<VerifyingKey> = LazyLock::new(|| KEY.verifying_key());

fuzz_target!(|entries: &[u8]| {
    let mut bytes = vec![1];
    bytes.extend([0; 20]);
    bytes.extend(entries);
    bytes.extend(signature::sign(&KEY, &Label::REVOCATIONS, &bytes));
    if let Ok(list) = RevocationList::open(&bytes, &PUBLIC) {
        assert_eq!(list.issue(&KEY), Ok(bytes));
    }
    let _ = RevocationList::open(entries, &PUBLIC);
});
