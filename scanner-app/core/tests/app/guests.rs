//! What is known of guests, and what cannot all have happened.

use super::*;

#[test]
fn supervisors_search_and_see_why() {
    let place = Place::new();
    let search = |text: &str| json!({ "do": "search", "text": text });
    assert_eq!(place.refused(search("miller")), AppError::SupervisorOnly);
    let sign_in = json!({ "do": "sign_in", "operator": SUPERVISOR, "pin": "" });
    let overview: Overview = place.ask(sign_in).unwrap();
    assert_eq!(overview.operator.unwrap().name, "Sam");
    assert_eq!(
        place.refused(search("mi")),
        AppError::SearchTooShort { least: 3 }
    );
    let found: Found = place.ask(search("000004 miller")).unwrap();
    assert_eq!(found.tickets.len(), 1);
    assert_eq!(found.tickets[0].order_code, "K00004");

    let ticket = json!({ "do": "ticket", "serial": 4 });
    let fresh: TicketDetail = place.ask(ticket.clone()).unwrap();
    assert_eq!(fresh.why, []);
    place.scan(4);
    place.scan(4);
    let used: TicketDetail = place.ask(ticket).unwrap();
    assert_eq!(used.why[0].code, "already_used");
    let history: Vec<(bool, &str)> = used
        .history
        .iter()
        .map(|line| (line.counts, line.operator.as_str()))
        .collect();
    assert_eq!(history, [(true, "Sam"), (false, "Sam")]);
    assert_eq!(used.history[0].gate, "North");
    assert_eq!((used.lists[0].inside, used.lists[0].entries), (1, 1));
    let unknown = json!({ "do": "ticket", "serial": 77 });
    let serial = 77.into();
    assert_eq!(place.refused(unknown), AppError::UnknownTicket { serial });
}

#[test]
fn a_conflict_is_seen_and_settled() {
    let mut place = Place::new();
    let other_folder = tempfile::tempdir().unwrap();
    let other = place.organizer.enrol(other_folder.path(), "South");
    place.organizer.give(&other, 10);
    let token = place.organizer.token(1);
    let mut rng = StdRng::seed_from_u64(5);
    other
        .scan(
            EVENT,
            &token,
            &support::request(7),
            Timestamp(NOON.0 - 1000),
            &mut rng,
        )
        .unwrap();
    let mut log = Vec::new();
    scanner_core::archive::export(&other, EVENT, &|| NOON, rng, &mut log).unwrap();
    place.scan(1);

    // The logs meet while the program is closed: how they meet is not this test's matter.
    let (folder, organizer) = place.close();
    let own: Scanner = support::reopen(folder.path());
    organizer.give_book(&own);
    let rng = StdRng::seed_from_u64(6);
    scanner_core::archive::import(&own, EVENT, &|| NOON, rng, &mut log.as_slice()).unwrap();
    drop(own);
    let place = Place::open(folder, organizer);

    let conflicts: Conflicts = place
        .ask(json!({ "do": "conflicts", "all": false }))
        .unwrap();
    let [conflict] = conflicts.conflicts.as_slice() else {
        panic!("{conflicts:?}");
    };
    assert_eq!(
        (conflict.kind.as_str(), conflicts.open),
        ("double_entry", 1)
    );
    let devices: Vec<&str> = conflict
        .sides
        .iter()
        .map(|side| side.device.as_str())
        .collect();
    assert_eq!(devices, ["North", "South"]);
    assert_eq!(conflict.ticket.as_ref().unwrap().order_code, "K00001");
    let resolve = json!({ "do": "resolve", "conflict": conflict.conflict, "outcome": "shared_ticket", "supervisor": SUPERVISOR, "pin": "" });
    let left: Conflicts = place.ask(resolve).unwrap();
    assert_eq!((left.open, left.conflicts.len()), (0, 0));
    let all: Conflicts = place
        .ask(json!({ "do": "conflicts", "all": true }))
        .unwrap();
    assert_eq!(all.conflicts[0].resolved_by, "Sam");
}
