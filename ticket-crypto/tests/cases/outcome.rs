//! The outcome of a vector, computed from its file alone.

use serde_json::{Value, json};
use ticket_crypto::base45::{self, Base45Error};
use ticket_crypto::certificate::{
    BoxOfficeCertificate, CertificateError, EventCertificate, Limits,
};
use ticket_crypto::ids::{EventNo, Kid, Serial, TierNo, Zones};
use ticket_crypto::keys::KeyError;
use ticket_crypto::keyset::{KeySet, NotGenuine, TicketKey};
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::live::{self, LiveCheck};
use ticket_crypto::permutation::Permutation;
use ticket_crypto::revocation::{RevocationError, RevocationList};
use ticket_crypto::token::{BodyError, Kind, ParseError};
use ticket_crypto::{Token, VerifyingKey, sealed};

/// What the code makes of a vector's input.
pub fn outcome(check: &str, input: &Value) -> Value {
    let answer = match check {
        "base45" => base45(input),
        "public_key" => public_key(input),
        "serials" => serials(input),
        "token" => token(input),
        "live" => live(input),
        "event_certificate" => event_certificate(input),
        "box_office_certificate" => box_office_certificate(input),
        "revocations" => revocations(input),
        "sealed" => sealed(input),
        other => panic!("no check is called {other}"),
    };
    answer.unwrap_or_else(|code| json!({ "error": code }))
}

type Answer = Result<Value, &'static str>;

fn base45(input: &Value) -> Answer {
    let bytes = base45::decode(text(input, "text")).map_err(base45_code)?;
    Ok(json!({ "bytes": hex::encode(bytes) }))
}

fn public_key(input: &Value) -> Answer {
    let bytes = array(input, "bytes");
    VerifyingKey::from_bytes(&bytes).map_err(key_code)?;
    Ok(json!({ "usable": true }))
}

fn serials(input: &Value) -> Answer {
    let key = array(input, "key");
    let size = number(input, "size");
    let permutation = Permutation::new(&key, Serial(number(input, "first")), size).unwrap();
    let serials: Vec<u32> = (0..size)
        .map(|count| permutation.serial(count).unwrap().0)
        .collect();
    Ok(json!({ "serials": serials }))
}

fn sealed(input: &Value) -> Answer {
    let token = Token::parse(text(input, "text")).map_err(parse_code)?;
    let bytes = hex::decode(text(input, "bytes")).unwrap();
    let opened = sealed::open(&token, &bytes).map_err(|_| "other_code")?;
    Ok(json!({ "data": hex::encode(opened) }))
}

fn token(input: &Value) -> Answer {
    let token = Token::parse(text(input, "text")).map_err(parse_code)?;
    let mut keys = KeySet::new(EventNo(number(input, "event")));
    for key in input["keys"].as_array().unwrap() {
        keys.insert(ticket_key(key)).unwrap();
    }
    let now_ms = input["now_ms"].as_i64().unwrap();
    keys.check(&token, now_ms).map_err(not_genuine_code)?;
    Ok(body(&token))
}

fn body(token: &Token) -> Value {
    let body = token.body();
    json!({
        "type": body.kind.type_byte(),
        "anchor": match &body.kind {
            Kind::Chain { anchor } => json!(hex::encode(anchor)),
            _ => Value::Null,
        },
        "device_key": match &body.kind {
            Kind::Device { key } => json!(hex::encode(key.to_bytes())),
            _ => Value::Null,
        },
        "flags": body.flags.0,
        "kid": body.kid.0,
        "event": body.event.0,
        "serial": body.serial.0,
        "generation": body.generation.0,
        "tier": body.tier.0,
        "occurrence": body.occurrence.0,
        "zones": body.zones.0,
        "valid_from_ms": body.valid_from.to_unix_ms(),
        "valid_until_ms": body.valid_until.to_unix_ms(),
        "entries": body.entries,
        "group": body.group,
        "live": token.live().is_some(),
    })
}

fn ticket_key(key: &Value) -> TicketKey {
    TicketKey {
        kid: Kid(number(key, "kid")),
        key: VerifyingKey::from_bytes(&array(key, "public_key")).unwrap(),
        first_serial: Serial(number(key, "first_serial")),
        last_serial: Serial(number(key, "last_serial")),
        not_before_ms: key["not_before_ms"].as_i64(),
        not_after_ms: key["not_after_ms"].as_i64(),
        limits: key["limits"].as_object().map(|_| limits(&key["limits"])),
    }
}

fn limits(value: &Value) -> Limits {
    let tiers = value["tiers"].as_array().unwrap();
    Limits {
        tiers: tiers
            .iter()
            .map(|tier| TierNo(tier.as_u64().unwrap().try_into().unwrap()))
            .collect(),
        zones: Zones(number(value, "zones")),
        group: number(value, "group"),
        entries: number(value, "entries"),
    }
}

fn live(input: &Value) -> Answer {
    let token = Token::parse(text(input, "text")).map_err(parse_code)?;
    let key = input["event_live_key"]
        .as_str()
        .map(|_| EventLiveKey::from_bytes(&array(input, "event_live_key")));
    let now_ms = input["now_ms"].as_i64().unwrap();
    Ok(match live::check(&token, now_ms, key.as_ref()) {
        LiveCheck::Absent => json!({ "live": "absent" }),
        LiveCheck::Fresh { ahead } => json!({ "live": "fresh", "ahead": ahead }),
        LiveCheck::Stale { ahead } => json!({ "live": "stale", "ahead": ahead }),
        LiveCheck::Forged => json!({ "live": "forged" }),
        LiveCheck::NoKey => json!({ "live": "no_key" }),
    })
}

fn event_certificate(input: &Value) -> Answer {
    let root = VerifyingKey::from_bytes(&array(input, "root_key")).unwrap();
    let certificate =
        EventCertificate::open(&bytes(input, "bytes"), &root).map_err(certificate_code)?;
    Ok(json!({
        "event": certificate.event.0,
        "number": certificate.number,
        "key": hex::encode(certificate.key.to_bytes()),
        "not_before_ms": certificate.not_before_ms,
        "not_after_ms": certificate.not_after_ms,
    }))
}

fn box_office_certificate(input: &Value) -> Answer {
    let key = VerifyingKey::from_bytes(&array(input, "event_key")).unwrap();
    let certificate =
        BoxOfficeCertificate::open_text(text(input, "text"), &key).map_err(certificate_code)?;
    let tiers: Vec<u16> = certificate.limits.tiers.iter().map(|tier| tier.0).collect();
    Ok(json!({
        "event": certificate.event.0,
        "kid": certificate.kid.0,
        "key": hex::encode(certificate.key.to_bytes()),
        "first_serial": certificate.first_serial.0,
        "last_serial": certificate.last_serial.0,
        "not_before_ms": certificate.not_before_ms,
        "not_after_ms": certificate.not_after_ms,
        "zones": certificate.limits.zones.0,
        "group": certificate.limits.group,
        "entries": certificate.limits.entries,
        "tiers": tiers,
    }))
}

fn revocations(input: &Value) -> Answer {
    let key = VerifyingKey::from_bytes(&array(input, "event_key")).unwrap();
    let list = RevocationList::open(&bytes(input, "bytes"), &key).map_err(revocation_code)?;
    let entries: Vec<(u32, u8)> = list
        .set
        .iter()
        .map(|(serial, minimum)| (serial.0, minimum.0))
        .collect();
    Ok(json!({
        "event": list.event.0,
        "number": list.number,
        "issued_at_ms": list.issued_at_ms,
        "entries": entries,
    }))
}

fn parse_code(error: ParseError) -> &'static str {
    match error {
        ParseError::NotAToken => "not_a_token",
        ParseError::UnknownVersion => "unknown_version",
        ParseError::Length => "length",
        ParseError::Base45(error) => base45_code(error),
        ParseError::UnknownType(_) => "unknown_type",
        ParseError::Reserved => "reserved",
        ParseError::Body(BodyError::UnknownFlag) => "unknown_flag",
        ParseError::Body(BodyError::EmptyValidity) => "empty_validity",
        ParseError::Body(BodyError::SpentGeneration) => "spent_generation",
        ParseError::DeviceKey(error) => key_code(error),
        ParseError::Digits => "digits",
    }
}

fn base45_code(error: Base45Error) -> &'static str {
    match error {
        Base45Error::Character => "base45_character",
        Base45Error::Length => "base45_length",
        Base45Error::Overflow => "base45_overflow",
    }
}

fn key_code(error: KeyError) -> &'static str {
    match error {
        KeyError::NotAPoint => "key_not_a_point",
        KeyError::NotCanonical => "key_not_canonical",
        KeyError::Weak => "key_weak",
    }
}

fn not_genuine_code(error: NotGenuine) -> &'static str {
    match error {
        NotGenuine::OtherEvent(_) => "other_event",
        NotGenuine::UnknownKey(_) => "unknown_key",
        NotGenuine::SerialOutOfRange => "serial_out_of_range",
        NotGenuine::BadSignature => "bad_signature",
        NotGenuine::KeyNotYetValid => "key_not_yet_valid",
        NotGenuine::KeyExpired => "key_expired",
        NotGenuine::OutsideLimits => "outside_limits",
    }
}

fn certificate_code(error: CertificateError) -> &'static str {
    match error {
        CertificateError::NotACertificate => "not_a_certificate",
        CertificateError::Base45(error) => base45_code(error),
        CertificateError::Length => "length",
        CertificateError::UnknownVersion(_) => "unknown_version",
        CertificateError::BadSignature => "bad_signature",
        CertificateError::Key(error) => key_code(error),
        CertificateError::EmptyValidity => "empty_validity",
        CertificateError::EmptyRange => "empty_range",
        CertificateError::Tiers => "tiers",
    }
}

fn revocation_code(error: RevocationError) -> &'static str {
    match error {
        RevocationError::Length => "length",
        RevocationError::UnknownVersion(_) => "unknown_version",
        RevocationError::BadSignature => "bad_signature",
        RevocationError::Entries => "entries",
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    hex::decode(text(value, field)).unwrap()
}

fn array<const N: usize>(value: &Value, field: &str) -> [u8; N] {
    bytes(value, field).try_into().unwrap()
}

fn number<T: TryFrom<u64, Error: core::fmt::Debug>>(value: &Value, field: &str) -> T {
    value[field].as_u64().unwrap().try_into().unwrap()
}
