//! A token through its door: sign, print, read, check.

use ticket_crypto::ids::{
    EventNo, Generation, Kid, OccurrenceNo, Serial, TicketFlags, TierNo, Zones,
};
use ticket_crypto::token::{Body, BodyError, Kind, Minute, ParseError};
use ticket_crypto::{SigningKey, Token};

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn body() -> Body {
    Body {
        kind: Kind::Static,
        flags: TicketFlags(TicketFlags::RE_ENTRY),
        kid: Kid(3),
        event: EventNo(42),
        serial: Serial(100_001),
        generation: Generation(1),
        tier: TierNo(5),
        occurrence: OccurrenceNo(0),
        zones: Zones(0b101),
        valid_from: Minute::MIN,
        valid_until: Minute::MAX,
        entries: 1,
        group: 1,
    }
}

#[test]
fn a_signed_body_comes_back_from_its_text_and_verifies() {
    let token = body().sign(&key()).unwrap();
    let text = token.text();
    assert_eq!(text.len(), 145);
    let read = Token::parse(&text).unwrap();
    assert_eq!(read, token);
    assert_eq!(read.body(), &body());
    assert_eq!(read.verify(&key().verifying_key()), Ok(()));
}

#[test]
fn another_key_does_not_verify() {
    let token = body().sign(&key()).unwrap();
    let other = SigningKey::from_seed(&[8; 32]).verifying_key();
    assert!(token.verify(&other).is_err());
}

#[test]
fn a_body_that_ends_before_it_begins_is_not_signed() {
    let mut body = body();
    body.valid_until = body.valid_from;
    assert_eq!(body.sign(&key()), Err(BodyError::EmptyValidity));
}

#[test]
fn the_code_of_another_system_is_told_from_a_later_version() {
    assert_eq!(Token::parse("ABC123"), Err(ParseError::NotAToken));
    assert_eq!(Token::parse("TK2:ABC"), Err(ParseError::UnknownVersion));
}
