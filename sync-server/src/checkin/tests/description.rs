//! The description of the API and the book say the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::checkin::described;
use crate::checkin::parts::Part;
use shared_model::book::{Gate, List, Operator, Question, Zone};
use shared_model::ids::QuestionNo;
use shared_model::verdict::{
    Admission, Arg, Cause, ConfirmationDue, Explanation, Note, QuestionDue, Reason, Refusal,
    Remark, Steps, Verdict,
};

async fn document(test: &TestApp) -> Value {
    test.anyone().get("/api/v1/openapi.json").await.expect(200)
}

fn schema<'d>(document: &'d Value, name: &str) -> &'d Value {
    let schema = &document["components"]["schemas"][name];
    assert!(schema.is_object(), "{name} is described");
    schema
}

fn properties(document: &Value, name: &str) -> BTreeSet<String> {
    let properties = schema(document, name)["properties"].as_object();
    properties.expect("fields").keys().cloned().collect()
}

fn fields(value: &impl serde::Serialize) -> BTreeSet<String> {
    let value = serde_json::to_value(value).expect("JSON");
    value
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect()
}

#[tokio::test]
async fn every_part_of_the_set_up_is_described_field_for_field() {
    on_both(async |test: TestApp| {
        let document = document(&test).await;
        assert_eq!(properties(&document, "CheckinList"), fields(&List::new()));
        assert_eq!(properties(&document, "Gate"), fields(&Gate::new()));
        assert_eq!(properties(&document, "Zone"), fields(&Zone::new()));
        assert_eq!(properties(&document, "Question"), fields(&Question::new()));
        assert_eq!(properties(&document, "Operator"), fields(&Operator::new()));
        assert_eq!(
            properties(&document, "ShownOperator"),
            fields(&Operator::new())
        );
        let keys = Keys::generate(&mut test.app.rng());
        assert_eq!(
            properties(&document, "Enrol"),
            fields(&keys.enrol("CODE", "A"))
        );
        let place = Place::open(test).await;
        let scanner = place.scanner("A").await;
        assert_eq!(properties(&document, "Enrolled"), fields(&scanner.enrolled));
        let duties = scanner.api.get("/device/v1/duties").await.expect(200);
        assert_eq!(properties(&document, "Duties"), fields(&duties));
        assert_eq!(
            properties(&document, "EnrolledEvent"),
            fields(&scanner.enrolled.events[0])
        );
        let lists = place.organizer.get(&place.path("lists")).await.expect(200);
        assert_eq!(properties(&document, "CheckinList"), fields(&lists[0]));
    })
    .await;
}

#[tokio::test]
async fn whoever_sends_the_examples_has_set_up_the_doors() {
    on_both(async |test: TestApp| {
        let document = document(&test).await;
        let place = Place::open(test).await.with_tier().await;
        for (kind, name) in [
            ("zones", "Zone"),
            ("lists", "CheckinList"),
            ("gates", "Gate"),
            ("questions", "Question"),
            ("operators", "Operator"),
        ] {
            let example = schema(&document, name)["example"].clone();
            let path = format!("/api/v1/events/{{event}}/{kind}");
            let body = &document["paths"][&path]["post"]["requestBody"]["content"];
            let described = &body["application/json"]["schema"]["$ref"];
            assert_eq!(*described, format!("#/components/schemas/{name}"));
            let added = place
                .organizer
                .post(&place.path(kind), example.clone())
                .await;
            let added = added.expect(201);
            for (field, value) in example.as_object().expect("an object") {
                if !matches!(field.as_str(), "rule" | "pin") {
                    assert_eq!(added[field], *value, "{kind} {field}");
                }
            }
        }
        let book = place.scanner("A").await.book().await;
        let rule = book.lists[1].rule.as_ref().expect("the example's rule");
        rule.condition().expect("it parses");
    })
    .await;
}

/// No body of the API is an object about which nothing is said.
#[tokio::test]
async fn no_body_is_left_undescribed() {
    on_both(async |test: TestApp| {
        let document = document(&test).await;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                let sent = &operation["requestBody"]["content"]["application/json"]["schema"];
                let answers = operation["responses"].as_object().expect("responses");
                let shown = answers
                    .values()
                    .map(|answer| &answer["content"]["application/json"]["schema"]);
                for schema in shown.chain([sent]) {
                    let said = schema.is_null()
                        || schema.get("$ref").is_some()
                        || schema["items"].get("$ref").is_some()
                        || schema.get("properties").is_some();
                    assert!(said, "{method} {path}: {schema}");
                }
            }
        }
    })
    .await;
}

#[test]
fn verdicts_of_every_kind_are_as_described() {
    let explanation = Explanation {
        parts: vec![Explanation::new("part")],
        ..Explanation::new("whole")
            .with("number", Arg::Number(2))
            .with("time", Arg::Time(shared_model::time::Timestamp(1)))
            .with("minutes", Arg::Minutes(-3))
            .with("text", Arg::Text("Ana".into()))
            .with("names", Arg::Names(vec!["North".into()]))
            .with("days", Arg::Weekdays(vec![1, 7]))
    };
    let due = |cause: &Cause| ConfirmationDue {
        cause: *cause,
        explanation: explanation.clone(),
    };
    let confirm: Vec<_> = Cause::ALL.iter().map(due).collect();
    let mut verdicts = vec![
        Verdict::Admit(Admission {
            notes: Note::ALL
                .iter()
                .map(|note| Remark {
                    note: *note,
                    explanation: explanation.clone(),
                })
                .collect(),
            admitted_of: Some((3, 4)),
            overridden: Steps::of(8),
            ..Admission::default()
        }),
        Verdict::Ask {
            questions: vec![QuestionDue {
                question: QuestionNo(1),
                problem: Some(explanation.clone()),
            }],
            confirm: confirm.clone(),
        },
        Verdict::Confirm { why: confirm },
    ];
    verdicts.extend(Reason::ALL.iter().map(|reason| {
        Verdict::Refuse(Refusal {
            reason: *reason,
            explanation: explanation.clone(),
            step: 8,
            ticket: Some(shared_model::ticket::TicketRef::default()),
        })
    }));
    for verdict in verdicts {
        let told = serde_json::to_value(&verdict).expect("JSON");
        let read: described::verdict::Verdict =
            serde_json::from_value(told.clone()).expect("a verdict as described");
        assert_eq!(serde_json::to_value(read).expect("JSON"), told);
    }
}

#[tokio::test]
async fn every_code_of_a_verdict_is_listed() {
    on_both(async |test: TestApp| {
        let document = document(&test).await;
        let listed = |name: &str| {
            schema(&document, name)["enum"]
                .as_array()
                .expect("codes")
                .len()
        };
        assert_eq!(listed("ReasonCode"), Reason::ALL.len());
        assert_eq!(listed("CauseCode"), Cause::ALL.len());
        assert_eq!(listed("NoteCode"), Note::ALL.len());
    })
    .await;
}
