//! A station: held codes are one read, and a wish goes on with what was answered.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::controller::Controller;
use scanner_core::scanner::{Answered, Scanner};
use shared_model::book::{AnswerKind, Question};
use shared_model::entry::Answer;
use shared_model::ids::QuestionNo;
use shared_model::verdict::{Reason, Verdict};
use support::{EVENT, NOON, Organizer, request};

fn station(change: impl FnOnce(&mut Organizer)) -> (tempfile::TempDir, Organizer, Arc<Scanner>) {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    change(&mut organizer);
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, 10);
    (folder, organizer, Arc::new(scanner))
}

fn is_used(answered: &Answered) -> bool {
    matches!(&answered.verdict, Verdict::Refuse(refusal) if refusal.reason == Reason::AlreadyUsed)
}

#[test]
fn a_code_held_before_the_camera_is_answered_once_and_refused_when_it_comes_back() {
    let (_folder, organizer, scanner) = station(|_| {});
    let mut rng = StdRng::seed_from_u64(1);
    let mut controller = Controller::new(scanner, EVENT, request(0));
    let token = organizer.token(3);
    let mut show = |texts: &[&str], ms: u64| {
        let clock = Duration::from_millis(ms);
        controller.frame(texts, clock, NOON, &mut rng).unwrap()
    };
    let first = show(&[&token], 0);
    assert!(matches!(first[0].verdict, Verdict::Admit(_)));
    for ms in (33..5000).step_by(33) {
        assert_eq!(show(&[&token], ms), []);
    }
    assert_eq!(show(&[], 5500), []);
    assert!(is_used(&show(&[&token], 6500)[0]));
}

#[test]
fn a_wish_goes_on_with_the_answers_it_asked_for() {
    let (_folder, organizer, scanner) = station(|organizer| {
        organizer.book.questions.push(Question {
            question: QuestionNo(4),
            text: "Size of your shirt?".into(),
            tiers: Vec::new(),
            required: true,
            at_checkin: true,
            kind: AnswerKind::Text(10),
        });
    });
    let mut rng = StdRng::seed_from_u64(1);
    let mut controller = Controller::new(scanner, EVENT, request(0));
    let asked = controller
        .read(&organizer.token(3), NOON, &mut rng)
        .unwrap();
    assert!(matches!(asked.verdict, Verdict::Ask { .. }) && asked.fact.is_none());
    let answer = Answer {
        question: QuestionNo(4),
        text: "XL".into(),
    };
    let mut go_on = || {
        let answers = std::slice::from_ref(&answer);
        controller.go_on(answers, &[], NOON, &mut rng).unwrap()
    };
    let passed = go_on().unwrap();
    assert!(
        matches!(passed.verdict, Verdict::Admit(_)),
        "{:?}",
        passed.verdict
    );
    assert!(passed.fact.is_some());
    assert_eq!(go_on(), None, "nothing waits any more");
}
