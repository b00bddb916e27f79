//! Any bytes that the right key signed: no panic, and one encoding.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use ticket_crypto::{
    BoxOfficeCertificate, EventCertificate, Label, SigningKey, VerifyingKey, signature,
};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[1; 32]));
static PUBLIC: LazyLock<VerifyingKey> = LazyLock::new(|| KEY.verifying_key());

fuzz_target!(|bytes: &[u8]| {
    let _ = EventCertificate::open(bytes, &PUBLIC);
    let _ = BoxOfficeCertificate::open(bytes, &PUBLIC);
    if let Ok(text) = core::str::from_utf8(bytes) {
        let _ = BoxOfficeCertificate::open_text(text, &PUBLIC);
    }
    let signed = |label: &Label| [bytes, &signature::sign(&KEY, label, bytes)].concat();
    let event = signed(&Label::EVENT_CERTIFICATE);
    if let Ok(certificate) = EventCertificate::open(&event, &PUBLIC) {
        assert_eq!(certificate.issue(&KEY), Ok(event));
    }
    let box_office = signed(&Label::BOX_OFFICE_CERTIFICATE);
    if let Ok(certificate) = BoxOfficeCertificate::open(&box_office, &PUBLIC) {
        assert_eq!(certificate.issue(&KEY), Ok(box_office));
    }
});
