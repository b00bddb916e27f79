//! Rules of pretix, taken over by cases in files (`tests/pretix`), and what becomes of them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde::Deserialize;
use serde_json::{Value, json};
use shared_model::entry::rule::{Condition, IdMap, ImportError, Unmapped, import};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    rule: Value,
    expect: Option<Value>,
    unmapped: Option<Vec<Unmapped>>,
    not_a_rule: Option<String>,
}

fn cases(text: &str) -> Vec<Case> {
    serde_json::from_str(text).unwrap()
}

/// The numbers that the cases' map names.
fn ids() -> IdMap {
    let ids = json!({
        "products": {"1201": 1, "1202": 2},
        "variations": {"7": 3},
        "gates": {"7": 2},
    });
    serde_json::from_value(ids).unwrap()
}

#[test]
fn rules_are_taken_over_with_the_numbers_of_here() {
    for case in cases(include_str!("pretix/taken_over.json")) {
        let ours = import(&case.rule.to_string(), &ids()).expect(&case.name);
        let read: Value = serde_json::from_str(&ours).unwrap();
        assert_eq!(read, case.expect.unwrap(), "{}", case.name);
        Condition::parse(&ours).expect(&case.name);
    }
}

#[test]
fn what_has_no_counterpart_is_named_all_at_once() {
    for case in cases(include_str!("pretix/refused.json")) {
        let refused = import(&case.rule.to_string(), &ids()).expect_err(&case.name);
        match (refused, case.unmapped, case.not_a_rule) {
            (ImportError::Unmapped(found), Some(expected), None) => {
                assert_eq!(found, expected, "{}", case.name);
            }
            (ImportError::Rule(found), None, Some(expected)) => {
                assert_eq!(found.to_string(), expected, "{}", case.name);
            }
            (found, ..) => panic!("{}: {found:?}", case.name),
        }
    }
}

#[test]
fn text_that_is_no_rule_is_refused() {
    let long = format!("{{\"and\": [{}]}}", "true,".repeat(10_000));
    for text in ["", "{", "[1", &long, &"[".repeat(10_000)] {
        assert!(matches!(import(text, &ids()), Err(ImportError::Rule(_))));
    }
}
