//! What a fact says was shown, where no ticket answers to it.

use shared_model::entry::cases::{self, Case};
use shared_model::entry::{Presented, decide, record};
use shared_model::fact::Subject;
use shared_model::foreign::foreign_hash;
use shared_model::ids::{ForeignHash, PublicKey};
use shared_model::verdict::Verdict;

/// The subject of the refusal of the code `text`, which led to no ticket.
fn subject(case: &Case, text: &str) -> Subject {
    let mut known = case.known.clone();
    known.tickets.clear();
    known.presented = shared_model::entry::read(&case.book, text, case.request.now);
    let verdict = decide(&case.book, &known, &case.request);
    assert!(matches!(verdict, Verdict::Refuse(_)), "{verdict:?}");
    let fact = record((&case.book, text), &known, &case.request, &verdict);
    fact.expect("a refusal leaves a fact").subject
}

fn case() -> Case {
    let text = format!(r#"{{"format": "{}", "cases": [{{}}]}}"#, cases::FORMAT);
    let (_, case) = cases::parse(&text).expect("a case file").remove(0);
    case.expect("the default case is readable")
}

#[test]
fn another_systems_code_is_named_by_its_keyed_hash_spaces_or_not() {
    let mut case = case();
    let key = PublicKey([7; 32]);
    case.book.foreign_key = Some(key);
    let named = Subject::Foreign(foreign_hash(&key, "AB-12"));
    assert_eq!(subject(&case, "AB-12"), named);
    assert_eq!(subject(&case, " AB-12\r\n"), named);
    assert_ne!(subject(&case, "ab-12"), named);
}

#[test]
fn what_is_no_code_of_ours_is_named_by_the_first_half_of_its_sha_256() {
    let mut case = case();
    case.book.foreign_key = None;
    // printf %s 'https://example.org' | sha256sum
    let hash = *b"\x50\xd7\xa9\x05\xe3\x04\x6b\x88\x63\x83\x62\xcc\x34\xa3\x1a\x1a";
    let unreadable = Subject::Unreadable(ForeignHash(hash));
    assert_eq!(subject(&case, "https://example.org"), unreadable);
}

#[test]
fn a_genuine_code_is_named_by_what_it_states_though_nothing_is_known_of_it() {
    let case = case();
    let Presented::Token(token) = case.known.presented.clone() else {
        panic!("the default case shows a ticket");
    };
    let mut known = case.known.clone();
    known.tickets.clear();
    known.highest_serial = None;
    let verdict = decide(&case.book, &known, &case.request);
    let fact = record((&case.book, "TX"), &known, &case.request, &verdict);
    let fact = fact.expect("a verdict leaves a fact");
    let stated = Subject::Ticket {
        serial: token.serial,
        generation: token.generation,
        kid: token.kid,
    };
    assert_eq!(fact.subject, stated);
}
