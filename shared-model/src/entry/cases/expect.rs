//! What a case expects, and where the outcome differs.

use serde_json::{Value, json};

use super::build::known_fields;
use super::{CaseError, Outcome};
use crate::verdict::{Arg, Explanation, Verdict};

const FIELDS: [&str; 15] = [
    "verdict",
    "reason",
    "explanation",
    "parts",
    "args",
    "step",
    "causes",
    "questions",
    "problems",
    "notes",
    "people",
    "admitted_of",
    "attention",
    "overridden",
    "serial",
];

/// Refuses expectations that have no meaning.
pub(super) fn check_fields(expect: &Value) -> Result<(), CaseError> {
    if expect.is_null() {
        return Ok(());
    }
    known_fields(expect, &FIELDS, "case.expect")
}

/// One sentence for each expectation that was not met.
pub(super) fn differences(expect: &Value, outcome: &Outcome, verdict: &Verdict) -> Vec<String> {
    FIELDS
        .iter()
        .filter_map(|name| {
            let expected = expect.get(*name)?;
            let found = found(name, outcome, verdict);
            let met = match *name {
                "args" => contains(&found, expected),
                _ => found == *expected,
            };
            (!met).then(|| format!("{name}: expected {expected}, found {found}"))
        })
        .collect()
}

/// Whether every field of `part` is a field of `whole` with the same value.
fn contains(whole: &Value, part: &Value) -> bool {
    let fields = part.as_object();
    fields.is_some_and(|fields| {
        let same = |(name, value): (&String, &Value)| whole.get(name) == Some(value);
        fields.iter().all(same)
    })
}

fn found(name: &str, outcome: &Outcome, verdict: &Verdict) -> Value {
    let explanation = outcome.explanation.as_ref();
    match (name, verdict) {
        ("verdict", _) => json!(outcome.verdict),
        ("reason", _) => json!(outcome.reason),
        ("explanation", _) => json!(explanation.map(|told| &told.key)),
        ("parts", _) => explanation.map_or(Value::Null, |told| keys(&told.parts)),
        ("args", _) => explanation.map_or(Value::Null, args),
        ("causes", _) => json!(outcome.causes),
        ("notes", _) => json!(outcome.notes),
        ("step", Verdict::Refuse(refusal)) => json!(refusal.step),
        ("serial", Verdict::Refuse(refusal)) => json!(refusal.ticket.map(|ticket| ticket.serial)),
        ("serial", Verdict::Admit(admission)) => json!(admission.ticket.serial),
        ("people", Verdict::Admit(admission)) => json!(admission.people),
        ("admitted_of", Verdict::Admit(admission)) => json!(admission.admitted_of),
        ("attention", Verdict::Admit(admission)) => json!(admission.attention),
        ("overridden", Verdict::Admit(admission)) => json!(admission.overridden),
        ("questions", Verdict::Ask { questions, .. }) => {
            questions.iter().map(|due| json!(due.question)).collect()
        }
        ("problems", Verdict::Ask { questions, .. }) => {
            let named = questions.iter().filter_map(|due| {
                let problem = due.problem.as_ref()?;
                Some((due.question.to_string(), json!(problem.key)))
            });
            Value::Object(named.collect())
        }
        _ => Value::Null,
    }
}

fn keys(parts: &[Explanation]) -> Value {
    parts.iter().map(|part| json!(part.key)).collect()
}

/// The values of an explanation and its parts by name, the first of each name, without types.
fn args(explanation: &Explanation) -> Value {
    let mut named = serde_json::Map::new();
    let parts = explanation.parts.iter();
    for told in std::iter::once(explanation).chain(parts) {
        for (name, value) in &told.args {
            let plain = match value {
                Arg::Number(number) | Arg::Minutes(number) => json!(number),
                Arg::Time(at) => json!(at),
                Arg::Text(text) => json!(text),
                Arg::Names(names) => json!(names),
                Arg::Weekdays(days) => json!(days),
            };
            named.entry(name.clone()).or_insert(plain);
        }
    }
    Value::Object(named)
}
