//! Every case in `tests/cases` comes out as it says, and together they leave nothing out.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use shared_model::entry::cases::{Outcome, replay};
use shared_model::entry::{Key, rule};
use shared_model::verdict::{Cause, Note, Reason, Verdict};

/// The text of every case file, by name.
fn files() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is part of the repository")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let texts = paths.into_iter();
    texts
        .map(|path| fs::read_to_string(path).expect("readable"))
        .collect()
}

/// What came out of every case, replayed once.
static OUTCOMES: LazyLock<Vec<Outcome>> = LazyLock::new(|| {
    let replayed = files().into_iter();
    replayed
        .flat_map(|text| replay(&text).expect("every file is a case file"))
        .collect()
});

#[test]
fn every_case_comes_out_as_it_says() {
    let outcomes = &*OUTCOMES;
    let failed: Vec<String> = outcomes
        .iter()
        .filter(|outcome| outcome.passed != Some(true))
        .map(ToString::to_string)
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(outcomes.len() >= 150, "only {} cases", outcomes.len());
}

#[test]
fn every_reason_cause_and_note_occurs() {
    let outcomes = &*OUTCOMES;
    let reasons: BTreeSet<Reason> = outcomes.iter().filter_map(|one| one.reason).collect();
    let causes: BTreeSet<Cause> = outcomes.iter().flat_map(|one| one.causes.clone()).collect();
    let notes: BTreeSet<Note> = outcomes.iter().flat_map(|one| one.notes.clone()).collect();
    assert_eq!(reasons, Reason::ALL.iter().copied().collect());
    assert_eq!(causes, Cause::ALL.iter().copied().collect());
    assert_eq!(notes, Note::ALL.iter().copied().collect());
}

/// Keys of explanations with their values, everywhere in a verdict.
fn explained(value: &serde_json::Value, found: &mut Vec<(String, Vec<String>)>) {
    if let (Some(key), Some(args)) = (
        value.get("key").and_then(|key| key.as_str()),
        value.get("args").and_then(|args| args.as_array()),
    ) {
        let names = args.iter().filter_map(|arg| arg.get(0)?.as_str());
        found.push((key.to_owned(), names.map(str::to_owned).collect()));
    }
    match value {
        serde_json::Value::Array(list) => list.iter().for_each(|one| explained(one, found)),
        serde_json::Value::Object(fields) => fields.values().for_each(|one| explained(one, found)),
        _ => {}
    }
}

#[test]
fn every_explanation_occurs_with_exactly_its_values() {
    let mut found = Vec::new();
    for outcome in &*OUTCOMES {
        let repeated = outcome.name.contains("repeat") || outcome.name.contains("again");
        if let (Some(verdict), false) = (&outcome.detail, repeated) {
            explained(
                &serde_json::to_value(verdict).expect("verdicts are JSON"),
                &mut found,
            );
        }
    }
    for (key, args) in &found {
        let known = Key::from_code(key).map(Key::args);
        assert_eq!(
            Some(args),
            known
                .map(|names| names.iter().map(|name| (*name).to_owned()).collect())
                .as_ref(),
            "{key}"
        );
    }
    let occurred: BTreeSet<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    let all: BTreeSet<&str> = Key::ALL.iter().map(|key| key.code()).collect();
    let missing: Vec<_> = all.difference(&occurred).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn every_variable_operator_and_time_of_rules_occurs() {
    let text = files().concat();
    let operators = rule::OPERATORS.iter().map(|name| format!("\"{name}\": "));
    let variables = rule::VARIABLES
        .iter()
        .map(|name| format!("{{\"var\": \"{name}\"}}"));
    let times = rule::TIMES.iter().map(|name| format!("[\"{name}\""));
    let missing: Vec<String> = operators
        .chain(variables)
        .chain(times)
        .filter(|wanted| !text.contains(wanted))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn verdicts_of_all_cases_travel_in_both_forms() {
    for outcome in &*OUTCOMES {
        let verdict = outcome.detail.clone().expect("a readable case");
        let json = serde_json::to_string(&verdict).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Verdict>(&json).expect("JSON"),
            verdict
        );
        let bytes = postcard::to_stdvec(&verdict).expect("postcard");
        let back: Verdict = postcard::from_bytes(&bytes).expect("postcard");
        assert_eq!(back, verdict);
    }
}

#[test]
fn a_bad_case_hides_no_other() {
    let text = r#"{"format": "bilten-entry-cases/1", "cases": [
        {"name": "misspelt", "request": {"gaet": 1}},
        {"name": "good", "expect": {"verdict": "admit"}},
        {"name": "no time", "request": {"now": "half past six"}},
        {"name": "no object", "book": {"roster": 5}},
        {"name": "unknown expectation", "expect": {"veredict": "admit"}},
        {"name": "nothing expected"}
    ]}"#;
    let outcomes = replay(text).expect("a case file");
    let errors: Vec<Option<&str>> = outcomes.iter().map(|one| one.error.as_deref()).collect();
    assert_eq!(
        errors,
        [
            Some("request.gaet: unknown field"),
            None,
            Some("request.now: no time"),
            Some("book.roster: expected an object"),
            Some("case.expect: unknown field `veredict`"),
            None
        ]
    );
    let passed: Vec<Option<bool>> = outcomes.iter().map(|one| one.passed).collect();
    assert_eq!(
        passed,
        [
            Some(false),
            Some(true),
            Some(false),
            Some(false),
            Some(false),
            None
        ]
    );
}

#[test]
fn what_is_no_case_file_is_an_error() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"format": "bilten-entry-cases/1"}"#,
        r#"{"format": "x", "cases": []}"#,
    ] {
        assert!(replay(text).is_err(), "{text}");
    }
}

#[test]
fn the_example_of_the_format_page_is_true() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/formats/entry-cases.md");
    let page = fs::read_to_string(page).expect("the page is part of the repository");
    let (_, after) = page
        .split_once("```json\n")
        .expect("the page has an example");
    let (example, _) = after.split_once("```").expect("the example ends");
    let outcomes = replay(example).expect("the example is a case file");
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        assert_eq!(outcome.passed, Some(true), "{outcome}");
    }
    for name in rule::OPERATORS
        .iter()
        .chain(rule::VARIABLES)
        .chain(rule::TIMES)
    {
        assert!(page.contains(name), "the page does not tell of {name}");
    }
}
