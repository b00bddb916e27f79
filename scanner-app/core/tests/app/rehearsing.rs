//! A rehearsal on the screens: it decides like the door, and the real log cannot be touched.

use super::*;

fn rehearsing() -> Place {
    let place = Place::new();
    let begin = json!({ "do": "rehearse", "supervisor": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(begin).unwrap();
    assert!(overview.station.unwrap().rehearsal);
    place
}

fn report(place: &Place) -> Report {
    place.ask(json!({ "do": "report" })).unwrap()
}

#[test]
fn nothing_real_is_written_taken_back_or_sold_while_it_lasts() {
    let place = Place::new();
    let real = place.scan(1);
    let begin = json!({ "do": "rehearse", "supervisor": SUPERVISOR, "pin": "" });
    let _: Overview = place.ask(begin).unwrap();
    let before = report(&place);
    assert_eq!(place.scan(2).outcome, Outcome::Admit);
    let wish = "00000000000000000000000000000001";
    for request in [
        json!({ "do": "undo", "scan": null }),
        json!({ "do": "undo", "scan": real.fact }),
        json!({ "do": "sell", "wish": wish, "tier": 1, "count": 1, "paid": "cash", "pin": "" }),
        json!({ "do": "resolve", "conflict": real.fact, "outcome": "staff_error", "supervisor": SUPERVISOR, "pin": "" }),
    ] {
        assert_eq!(
            place.refused(request.clone()),
            AppError::Rehearsing,
            "{request}"
        );
    }
    assert_eq!(report(&place), before);

    let end = json!({ "do": "end_rehearsal", "wipe": true });
    let _: Overview = place.ask(end).unwrap();
    assert_eq!(code(&place.scan(1)), "already_used", "it still counts");
    let undo = json!({ "do": "undo", "scan": real.fact });
    let _: Undone = place.ask(undo).unwrap();
}

#[test]
fn a_refusal_offers_no_override_in_it() {
    let place = rehearsing();
    place.scan(1);
    let refused = place.scan(1);
    assert_eq!(code(&refused), "already_used");
    assert!(refused.rehearsal && !refused.may_override);
}

#[test]
fn it_goes_on_at_another_gate() {
    let place = rehearsing();
    let choose =
        json!({ "do": "choose", "event": EVENT, "list": LIST, "gate": 0, "direction": "entry" });
    let overview: Overview = place.ask(choose).unwrap();
    assert!(overview.station.unwrap().rehearsal);
    assert!(place.scan(1).rehearsal);
}
