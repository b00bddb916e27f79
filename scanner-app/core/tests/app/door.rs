//! From a code to a verdict.

use super::*;

#[test]
fn a_guest_gets_in_once_and_everybody_hears_it() {
    let place = Place::new();
    let first = place.scan(1);
    assert_eq!(first.outcome, Outcome::Admit);
    assert_eq!(first.people, 1);
    assert!(first.fact.is_some());
    let ticket = first.ticket.unwrap();
    assert_eq!(
        (ticket.tier.as_str(), ticket.state.as_str()),
        ("Standing", "valid")
    );
    assert!(place.desk.did("(\"sound\", Admit, 80)"));
    assert!(place.desk.did("(\"feel\", Admit)"));
    assert!(place.desk.did("Changed { what: Log }"));

    let second = place.scan(1);
    assert_eq!(
        (second.outcome, code(&second)),
        (Outcome::Refuse, "already_used")
    );
    let reason = second.reason.unwrap();
    assert!(!reason.text.is_empty() && !second.todo.is_empty());
    assert!(!reason.parts[0].text.is_empty() && !reason.parts[0].fields.is_empty());
    assert!(place.desk.did("(\"sound\", Refuse, 80)"));
    assert!(!place.desk.did("relay"));

    let foreign = json!({ "do": "scan_text", "text": "hello" });
    let foreign: Shown = place.ask(foreign).unwrap();
    assert_eq!(
        (foreign.outcome, foreign.may_override),
        (Outcome::Refuse, false)
    );
}

#[test]
fn a_picture_and_a_frame_are_read_like_a_text() {
    let place = Place::new();
    let picture =
        |serial| ticket_crypto::qr::png(&place.organizer.token(serial), Ecc::M, 8).unwrap();
    let bytes = json!(scanner_core::app::contract::Bytes(picture(1)));
    let shown: Shown = place
        .ask(json!({ "do": "scan_image", "bytes": bytes }))
        .unwrap();
    assert_eq!(shown.outcome, Outcome::Admit);

    let luma = scanner_core::picture::parse(&picture(2)).unwrap();
    let (width, height) = (luma.frame().width(), luma.frame().height());
    let rows: Vec<u8> = luma.frame().rows().flatten().copied().collect();
    let rows = json!(scanner_core::app::contract::Bytes(rows));
    let frame = json!({ "do": "scan_frame", "width": width, "height": height, "luma": rows });
    let reads: Reads = place.ask(frame.clone()).unwrap();
    assert_eq!(reads.shown.len(), 1);
    assert_eq!(reads.shown[0].outcome, Outcome::Admit);
    let held: Reads = place.ask(frame).unwrap();
    assert_eq!((held.shown.len(), held.in_view), (0, 1));

    let nothing = json!({ "do": "scan_image", "bytes": "" });
    assert_eq!(place.refused(nothing), AppError::NoPicture);
    let short = json!({ "do": "scan_frame", "width": 9, "height": 9, "luma": "AAAA" });
    assert_eq!(place.refused(short), AppError::NoPicture);
}

#[test]
fn questions_are_asked_and_the_wish_goes_on() {
    let place = Place::at(|organizer| {
        organizer.book.questions = vec![Question {
            question: QuestionNo(1),
            text: "Allergies?".into(),
            tiers: Vec::new(),
            required: true,
            at_checkin: true,
            kind: AnswerKind::Text(20),
        }];
    });
    let asked = place.scan(1);
    assert_eq!(asked.outcome, Outcome::Ask);
    assert_eq!(asked.questions[0].text, "Allergies?");
    assert!(asked.fact.is_none());
    let go_on = |wish: &str, answer: &str| json!({ "do": "go_on", "wish": wish, "answers": [{ "question": 1, "text": answer }], "confirmed": [] });
    let other = go_on("00000000000000000000000000000000", "none");
    assert_eq!(place.refused(other), AppError::NothingWaiting);
    let shown: Shown = place.ask(go_on(&asked.wish, "none")).unwrap();
    assert_eq!((shown.outcome, &shown.wish), (Outcome::Admit, &asked.wish));
    let late = go_on(&asked.wish, "none");
    assert_eq!(place.refused(late), AppError::NothingWaiting);

    let asked = place.scan(2);
    place.ask::<()>(json!({ "do": "give_up" })).unwrap();
    assert_eq!(
        place.refused(go_on(&asked.wish, "none")),
        AppError::NothingWaiting
    );
}

#[test]
fn a_supervisor_overrides_one_of_the_last_refusals_once() {
    let place = Place::new();
    place.scan(1);
    let refused = place.scan(1);
    assert!(refused.may_override);
    let override_ = |wish: &str, supervisor: u16| json!({ "do": "override", "wish": wish, "supervisor": supervisor, "pin": "", "reason_code": 4 });
    assert_eq!(
        place.refused(override_(&refused.wish, 3)),
        AppError::NotOnDuty { operator: 3.into() }
    );
    let shown: Shown = place.ask(override_(&refused.wish, SUPERVISOR.0)).unwrap();
    assert_eq!((shown.outcome, shown.overridden), (Outcome::Admit, true));
    let again = override_(&refused.wish, SUPERVISOR.0);
    assert_eq!(place.refused(again), AppError::NothingToOverride);

    let refused = place.scan(1);
    assert_eq!(
        place.scan(2).outcome,
        Outcome::Admit,
        "while the PIN is typed"
    );
    let shown: Shown = place.ask(override_(&refused.wish, SUPERVISOR.0)).unwrap();
    assert_eq!(shown.ticket.unwrap().serial, refused.ticket.unwrap().serial);
    place.scan(1);
    let shown = place.scan(2);
    place.ask::<()>(json!({ "do": "give_up" })).unwrap();
    let late = override_(&shown.wish, SUPERVISOR.0);
    assert_eq!(place.refused(late), AppError::NothingToOverride);
}

#[test]
fn an_admission_is_taken_back_and_counts_no_more() {
    let place = Place::new();
    let shown = place.scan(1);
    let undone: Undone = place.ask(json!({ "do": "undo", "scan": null })).unwrap();
    assert_eq!(Some(undone.scan), shown.fact);
    assert_eq!(place.scan(1).outcome, Outcome::Admit);
    let unknown = FactRef {
        seq: 999,
        ..undone.scan
    };
    let unknown = json!({ "do": "undo", "scan": unknown });
    assert_eq!(place.refused(unknown), AppError::UnknownFact);
}
