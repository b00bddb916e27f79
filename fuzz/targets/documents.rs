//! Any book and any page of the manifest that the event key signed (a byte, then its bytes or what
//! becomes different in a good one): no panic, bounded memory, and what is read survives being sent on.
//! A book that is found valid decides.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_model::book::Book;
use shared_model::entry::cases::{self, Case};
use shared_model::entry::simulate;
use shared_model::ids::{Incarnation, Kid, Serial};
use shared_model::manifest::{Page, Position};
use shared_model::sync::Signed;
use ticket_crypto::{Label, SigningKey, VerifyingKey, signature};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[1; 32]));
static PUBLIC: LazyLock<VerifyingKey> = LazyLock::new(|| KEY.verifying_key());
static CASE: LazyLock<Case> = LazyLock::new(default_case);
static BOOK: LazyLock<Vec<u8>> = LazyLock::new(|| to_bytes(&CASE.book));
static PAGE: LazyLock<Vec<u8>> = LazyLock::new(|| to_bytes(&page(&CASE)));

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    match kind % 4 {
        0 => use_book(bytes),
        1 => use_book(&changed(&BOOK, bytes)),
        2 => use_page(bytes),
        _ => use_page(&changed(&PAGE, bytes)),
    }
});

fn use_book(bytes: &[u8]) {
    let Some(book) = open::<Book>(bytes, &Label::BOOK) else {
        return;
    };
    if book.validate().is_ok() {
        let _ = simulate(&book, &CASE.known, &CASE.request);
    }
}

fn use_page(bytes: &[u8]) {
    if let Some(page) = open::<Page>(bytes, &Label::PAGE) {
        let _ = Position::default().after_page(&page);
    }
}

/// What the event key signed, read; it is signed again as what it is.
fn open<T>(bytes: &[u8], label: &Label) -> Option<T>
where
    T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug,
{
    let signed = Signed {
        signature: signature::sign(&KEY, label, bytes).to_vec(),
        bytes: bytes.to_vec(),
    };
    let document: T = signed.open(&PUBLIC, label).ok()?;
    let again = Signed::seal(&KEY, label, &document);
    assert_eq!(again.open::<T>(&PUBLIC, label).as_ref(), Ok(&document));
    Some(document)
}

/// A good document with single bytes changed: each change is a place (two bytes) and a byte.
fn changed(good: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for [high, low, new] in changes.as_chunks().0 {
        let place = usize::from(u16::from_be_bytes([*high, *low])) % bytes.len();
        bytes[place] = *new;
    }
    bytes
}

fn default_case() -> Case {
    let file = format!(
        r#"{{"format": "{}", "cases": [{{"name": "default"}}]}}"#,
        cases::FORMAT
    );
    let mut cases = cases::parse(&file).expect("this is a file of cases");
    let (_, case) = cases.pop().expect("with one case");
    case.expect("that can be read")
}

fn page(case: &Case) -> Page {
    Page {
        event: case.book.event,
        incarnation: Incarnation(Default::default()),
        since: 0,
        after: None,
        revision: 7,
        rows: case.known.tickets.clone(),
        next_after: Some(Serial(100)),
        highest: vec![(Kid(1), Serial(100))],
    }
}

fn to_bytes(document: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(document).expect("plain data")
}
