//! A book that the entry engine cannot rely on is refused, and everything wrong with it is named.

use shared_model::book::{Book, BookError, EntryMode, TicketKey};
use shared_model::entry::cases;
use shared_model::entry::rule::{Condition, MAX_BYTES, MAX_DEPTH, MAX_NODES};
use shared_model::ids::{EventNo, Kid, PublicKey, Serial, TierNo, Zones};
use shared_model::time::Timestamp;
use ticket_crypto::certificate::{BoxOfficeCertificate, Limits};
use ticket_crypto::keys::SigningKey;

/// The default event of case files with these differences.
fn book(differences: &str) -> Book {
    let text = format!(
        r#"{{"format": "{}", "cases": [{{"book": {differences}}}]}}"#,
        cases::FORMAT
    );
    let (_, case) = cases::parse(&text).expect("a case file").remove(0);
    case.expect("a readable book").book
}

fn check(differences: &str, expected: &[&str]) {
    let errors = book(differences).validate().err().unwrap_or_default();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected, "{differences}");
}

#[test]
fn the_default_event_is_valid() {
    assert_eq!(book("{}").validate(), Ok(()));
}

#[test]
fn what_is_named_has_to_exist() {
    check(
        r#"{"tiers": {"5": {"product": 9}}}"#,
        &["tier 5 names the tier 9, which the book does not have"],
    );
    check(
        r#"{"lists": {"1": {"tiers": [9], "occurrence": 3, "zone": 7}}}"#,
        &[
            "list 1 names the tier 9, which the book does not have",
            "list 1 names the date 3, which the book does not have",
            "list 1 names the zone 7, which the book does not have",
        ],
    );
    check(
        r#"{"gates": {"1": {"lists": [8]}}, "zones": {"0": {"leaves": 8}}}"#,
        &[
            "gate 1 names the list 8, which the book does not have",
            "zone 0 names the zone 3, which the book does not have",
        ],
    );
    check(
        r#"{"questions": {"1": {"tiers": [6]}}}"#,
        &["question 1 names the tier 6, which the book does not have"],
    );
}

#[test]
fn ids_in_rules_have_to_exist() {
    check(
        r#"{"lists": {"1": {"rule": {"and": [
            {"inList": [{"var": "gate"}, {"objectList": [{"lookup": ["gate", 9, "?"]}]}]},
            {"!": {"==": [{"var": "product"}, "club"]}}]}}}}"#,
        &[
            "the rule of list 1 names the gate 9, which the book does not have",
            "the rule of list 1 names the tier club, which the book does not have",
        ],
    );
}

#[test]
fn numbers_are_given_once_and_within_bounds() {
    let mut twice = book("{}");
    twice.tiers.push(twice.tiers[0].clone());
    twice.roster.devices.push(twice.roster.devices[0].clone());
    let errors = twice.validate().expect_err("two tiers of one number");
    assert!(errors.contains(&BookError::Duplicate {
        what: "tiers",
        number: 1
    }));
    assert!(errors.contains(&BookError::Duplicate {
        what: "devices with one fact key",
        number: 1
    }));
    check(
        r#"{"zones": {"40": {}}, "lists": {"1": {"zone": 32}}}"#,
        &[
            "list 1 has the zone 32; zones are 0 to 31",
            "zone 40 has the zone 40; zones are 0 to 31",
        ],
    );
    check(
        r#"{"gates": {"0": {}}, "occurrences": {"0": {}}, "roster": {"operators": {"0": {}}}}"#,
        &[
            "the number 0 means no date",
            "the number 0 means no operator",
            "the number 0 means no gate",
        ],
    );
    check(
        r#"{"lists": {"1": {"auto_exit_minute": 1440, "entries": {"per_day": 0}}}}"#,
        &[
            "list 1: the minute of the automatic exit is out of range",
            "list 1: the number of entries is out of range",
        ],
    );
    check(
        r#"{"questions": {"1": {"kind": {"one_of": []}}, "2": {"kind": {"number": {"min": 2, "max": 1}}}}}"#,
        &[
            "question 1: what an answer may be is out of range",
            "question 2: what an answer may be is out of range",
        ],
    );
    check(
        r#"{"keys": {"1": {"first_serial": 9, "last_serial": 8}}, "clock_limit_ms": -1}"#,
        &[
            "the book: the clock limit is out of range",
            "key 1: the range of serials is out of range",
        ],
    );
}

#[test]
fn times_are_in_order() {
    check(
        r#"{"ends_at": "12:00", "keys": {"1": {"not_before": "13:00", "not_after": "12:00"}}}"#,
        &[
            "the event has times out of order",
            "key 1 has times out of order",
        ],
    );
    check(
        r#"{"roster": {"devices": {"1": {"active": [
            {"from": "12:00", "until": "14:00"}, {"from": "13:00", "until": null}]}}}}"#,
        &["device 1 has times out of order"],
    );
    check(
        r#"{"lists": {"1": {"active": {"from": "12:00", "until": "12:00"}}}}"#,
        &["list 1 has times out of order"],
    );
    check(
        r#"{"offsets": [{"from": 5, "offset_secs": 90000}, {"from": 5, "offset_secs": 0}]}"#,
        &[
            "the list of offsets has times out of order",
            "the list of offsets: an offset is out of range",
        ],
    );
}

#[test]
fn a_variation_has_no_variations() {
    check(
        r#"{"tiers": {"5": {"product": 3}}}"#,
        &["tier 5 is a variation of a tier that is a variation itself"],
    );
}

#[test]
fn rules_are_parsed_when_the_book_is_validated() {
    let errors = book(r#"{"lists": {"1": {"rule": {"and": [true, {"nor": []}]}}}}"#).validate();
    let errors = errors.expect_err("no such operator");
    let [BookError::Rule { from, source }] = errors.as_slice() else {
        unreachable!("{errors:?}")
    };
    assert_eq!(from, "list 1");
    assert_eq!(source.to_string(), "at and[1]: no operator `nor` here");
}

fn refused(rule: &str, expected: &str) {
    let error = Condition::parse(rule).expect_err(rule);
    assert_eq!(error.to_string(), expected, "{rule}");
}

#[test]
fn a_rule_that_does_not_parse_says_where_and_why() {
    refused(
        "[]",
        "at rule: an operation is an object with exactly one operator",
    );
    refused(
        "5",
        "at rule: an operation is an object with exactly one operator",
    );
    refused(
        r#"{"and": [], "or": []}"#,
        "at rule: an operation is an object with exactly one operator",
    );
    refused(
        r#"{"==": [{"var": "product"}]}"#,
        "at rule: `==` does not take this many operands",
    );
    refused(
        r#"{">": [1, {"var": "entries_number"}, 3]}"#,
        "at rule: `>` does not take this many operands",
    );
    refused(
        r#"{"<": [{"var": "entries_number"}, 1.5]}"#,
        "at <[1]: expected a whole number",
    );
    refused(
        r#"{"<": [{"var": "entries_number"}, "many"]}"#,
        "at <[1]: expected a number",
    );
    refused(
        r#"{"==": [{"var": "now_isoweekday"}, {"var": "gate"}]}"#,
        "at rule: expected a number",
    );
    refused(
        r#"{"isAfter": [{"var": "gate"}, {"buildTime": ["date_from"]}]}"#,
        "at isAfter[0]: expected a time",
    );
    refused(
        r#"{"isAfter": [{"var": "now"}, {"buildTime": ["date_from"]}, -5]}"#,
        "at isAfter[2]: expected whole minutes, not negative",
    );
    refused(
        r#"{"isAfter": [{"var": "now"}, {"buildTime": ["custom", "noon"]}]}"#,
        "at isAfter[1]: expected a date and time",
    );
    refused(
        r#"{"isAfter": [{"var": "now"}, {"buildTime": ["moonrise"]}]}"#,
        "at isAfter[1]: no time `moonrise`",
    );
    refused(
        r#"{"inList": [{"var": "gate"}, {"objectList": [{"lookup": ["product", 1, "x"]}]}]}"#,
        "at rule: expected ids of the kind that is looked for",
    );
    refused(
        r#"{"inList": [{"var": "gate"}, [1, {"var": "gate"}]]}"#,
        "at inList[1].list[1]: expected `lookup` or an id",
    );
    refused(
        r#"{"or": [{"==": [{"var": "colour"}, 1]}]}"#,
        "at or[0].==[0]: no variable `colour`",
    );
    refused(
        r#"{"!": [true, false]}"#,
        "at rule: `!` does not take this many operands",
    );
}

#[test]
fn rules_are_bounded() {
    let deep = |depth: usize| format!("{}true{}", r#"{"!":"#.repeat(depth), "}".repeat(depth));
    assert!(Condition::parse(&deep(MAX_DEPTH)).is_ok());
    let error = Condition::parse(&deep(MAX_DEPTH + 1)).expect_err("too deep");
    assert!(
        error.to_string().ends_with("nested deeper than 24"),
        "{error}"
    );
    assert!(Condition::parse(&deep(2000)).is_err());
    let wide = |count: usize| format!(r#"{{"and": [{}]}}"#, vec!["true"; count].join(","));
    assert!(Condition::parse(&wide(MAX_NODES - 1)).is_ok());
    assert!(Condition::parse(&wide(MAX_NODES)).is_err());
    let long = format!("{}true", " ".repeat(MAX_BYTES));
    assert!(Condition::parse(&long).is_err());
}

#[test]
fn a_rule_travels_as_text_and_is_read_as_itself() {
    let list =
        &book(r#"{"lists": {"1": {"rule": {"and": []}, "entries": {"total": 3}}}}"#).lists[0];
    assert_eq!(list.entries, EntryMode::Total(3));
    let rule = list.rule.as_ref().expect("the list has a rule");
    assert_eq!(rule.text(), r#"{"and":[]}"#);
    let json = serde_json::to_string(rule).expect("JSON");
    assert_eq!(json, r#""{\"and\":[]}""#);
    let bytes = postcard::to_stdvec(rule).expect("postcard");
    let back = postcard::from_bytes(&bytes).expect("postcard");
    assert_eq!(*rule, back);
}

const EVENT_KEY: u8 = 1;
const BOX_OFFICE: u8 = 2;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// What a book says of a key with this certificate, after `change` of the key and the book.
fn check_delegation(
    issuer: u8,
    change: impl FnOnce(&mut BoxOfficeCertificate, &mut TicketKey, &mut Book),
    expected: &[&str],
) {
    let mut certificate = BoxOfficeCertificate {
        event: EventNo(1),
        kid: Kid(2),
        key: key(BOX_OFFICE).verifying_key(),
        first_serial: Serial(100),
        last_serial: Serial(199),
        limits: Limits {
            tiers: vec![TierNo(1)],
            zones: Zones::ALL,
            group: 1,
            entries: 0,
        },
        not_before_ms: 1_000,
        not_after_ms: 2_000,
    };
    let mut stated = TicketKey {
        kid: certificate.kid,
        public_key: PublicKey(certificate.key.to_bytes()),
        first_serial: certificate.first_serial,
        last_serial: certificate.last_serial,
        not_before: None,
        not_after: None,
        certificate: None,
    };
    let mut book = book("{}");
    book.event_key = Some(PublicKey(key(EVENT_KEY).verifying_key().to_bytes()));
    change(&mut certificate, &mut stated, &mut book);
    stated.certificate = Some(certificate.issue(&key(issuer)).expect("a certificate"));
    let kid = stated.kid;
    book.keys = vec![stated].into();
    let errors = book.validate().err().unwrap_or_default();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
    let usable = book.key_set().get(kid).is_some();
    assert_eq!(usable, expected.is_empty(), "{expected:?}");
}

#[test]
fn a_box_office_has_what_its_certificate_gives_or_less() {
    check_delegation(EVENT_KEY, |_, _, _| {}, &[]);
    check_delegation(EVENT_KEY, |_, key, _| key.last_serial = Serial(120), &[]);
    check_delegation(
        EVENT_KEY,
        |_, key, _| key.not_after = Some(Timestamp(1_500)),
        &[],
    );
    let wider = ["ticket key 2: the book gives what the certificate does not"];
    let more: [fn(&mut TicketKey); 4] = [
        |key| key.first_serial = Serial(99),
        |key| key.last_serial = Serial(200),
        |key| key.not_before = Some(Timestamp(999)),
        |key| key.not_after = Some(Timestamp(2_001)),
    ];
    for change in more {
        check_delegation(EVENT_KEY, |_, key, _| change(key), &wider);
    }
}

#[test]
fn a_certificate_is_the_event_keys_word_for_this_key() {
    check_delegation(
        BOX_OFFICE,
        |_, _, _| {},
        &["ticket key 2: the certificate cannot be used"],
    );
    check_delegation(
        EVENT_KEY,
        |_, _, book| book.event_key = None,
        &["ticket key 2: the book names no usable event key"],
    );
    check_delegation(
        EVENT_KEY,
        |certificate, _, _| certificate.event = EventNo(2),
        &["ticket key 2: the book gives what the certificate does not"],
    );
    check_delegation(
        EVENT_KEY,
        |_, key, _| key.kid = Kid(3),
        &["ticket key 3: the certificate is for another key"],
    );
    check_delegation(
        EVENT_KEY,
        |_, stated, _| stated.public_key = PublicKey(key(9).verifying_key().to_bytes()),
        &["ticket key 2: the certificate is for another key"],
    );
}

#[test]
fn a_ticket_key_can_verify() {
    check(
        r#"{"keys": {"1": {"public_key": "0000000000000000000000000000000000000000000000000000000000000000"}}}"#,
        &["ticket key 1: the public key is unusable"],
    );
}
