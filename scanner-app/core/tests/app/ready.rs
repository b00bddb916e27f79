//! The doors-ready check, as a screen asks for it.

use scanner_core::app::contract::{Check, CheckKind, CheckState, FieldValue, Readiness};

use super::*;

fn look(place: &Place) -> Readiness {
    place.ask(json!({ "do": "ready" })).unwrap()
}

fn of(readiness: &Readiness, what: CheckKind) -> &Check {
    let mut checks = readiness.checks.iter();
    checks.find(|check| check.what == what).unwrap()
}

fn state(readiness: &Readiness, what: CheckKind) -> CheckState {
    of(readiness, what).state
}

#[test]
fn doors_can_open_and_somebody_may_look_at_the_rest() {
    let place = Place::new();
    place.scan(1);
    let looked = look(&place);
    assert!(looked.ready, "{looked:#?}");
    let tickets = of(&looked, CheckKind::Manifest);
    assert_eq!(tickets.fields[0].value, FieldValue::Number(10));
    assert_eq!(state(&looked, CheckKind::Book), CheckState::Good);
    assert_eq!(state(&looked, CheckKind::Station), CheckState::Good);
    assert_eq!(state(&looked, CheckKind::Keys), CheckState::Warn, "a file");
    assert_eq!(state(&looked, CheckKind::Unsent), CheckState::Warn);
    let disk = of(&looked, CheckKind::Storage);
    assert_ne!(disk.state, CheckState::Unknown, "this machine says so");
    assert!(matches!(disk.fields[0].value, FieldValue::Number(free) if free > 0));
    let peers = state(&looked, CheckKind::Peers);
    assert_eq!(peers, CheckState::Unknown, "nobody looks");
    let states: Vec<CheckState> = looked.checks.iter().map(|check| check.state).collect();
    assert!(states.is_sorted(), "the worst first");
}

#[test]
fn a_list_that_is_closed_now_is_told() {
    let place = Place::at(|organizer| {
        organizer.book.lists[0].active = Some(shared_model::book::Interval {
            from: NOON.plus_millis(3_600_000),
            until: None,
        });
    });
    let looked = look(&place);
    assert_eq!(state(&looked, CheckKind::Station), CheckState::Warn);
    assert!(looked.ready, "it opens in an hour");
}

#[test]
fn doors_stay_shut_without_tickets_and_station() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(NOON);
    drop(organizer.enrol(folder.path(), "North"));
    let place = Place::open(folder, organizer);
    let looked = look(&place);
    assert!(!looked.ready);
    assert_eq!(state(&looked, CheckKind::Manifest), CheckState::Bad);
    assert_eq!(state(&looked, CheckKind::Book), CheckState::Bad);
    assert_eq!(state(&looked, CheckKind::Station), CheckState::Bad);
}

#[test]
fn what_only_the_screen_can_find_out_counts() {
    let place = Place::new();
    let with = |seen: Value| -> Readiness {
        let mut request = json!({ "do": "ready" });
        request
            .as_object_mut()
            .unwrap()
            .extend(seen.as_object().unwrap().clone());
        place.ask(request).unwrap()
    };
    assert_eq!(state(&look(&place), CheckKind::Camera), CheckState::Unknown);
    let runs = with(json!({ "camera": { "trouble": null } }));
    assert_eq!(state(&runs, CheckKind::Camera), CheckState::Good);
    let denied = with(json!({ "camera": { "trouble": "denied" } }));
    assert_eq!(state(&denied, CheckKind::Camera), CheckState::Warn);
    // A machine that tells of a battery of its own knows better.
    if state(&look(&place), CheckKind::Battery) == CheckState::Unknown {
        let empty = with(json!({ "battery": { "percent": 9, "charging": false } }));
        assert_eq!(state(&empty, CheckKind::Battery), CheckState::Bad);
        assert!(!empty.ready);
        let plugged = with(json!({ "battery": { "percent": 9, "charging": true } }));
        assert_eq!(state(&plugged, CheckKind::Battery), CheckState::Good);
    }
}
