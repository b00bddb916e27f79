//! The night in numbers.

use super::*;

#[test]
fn the_night_is_counted_and_reported() {
    let place = Place::new();
    place.scan(1);
    place.scan(2);
    place.scan(2);
    let stats: DoorStats = place.ask(json!({ "do": "door_stats" })).unwrap();
    assert_eq!((stats.own.entries, stats.own.refused), (2, 1));
    assert_eq!((stats.lists[0].inside, stats.last_quarter), (2, 2));
    assert_eq!(stats.refusals[0].reason.code, "already_used");
    place.scan(3);
    let stats: DoorStats = place.ask(json!({ "do": "door_stats" })).unwrap();
    assert_eq!((stats.own, stats.own.entries), (stats.all, 3));
    let heads: HeadCount = place.ask(json!({ "do": "head_count" })).unwrap();
    assert_eq!((heads.zones[0].people, heads.complete), (3, true));

    let report: Report = place.ask(json!({ "do": "report" })).unwrap();
    assert_eq!(report.csv.lines().count(), 5);
    assert!(report.csv.lines().all(|line| line.split(',').count() == 14));
    assert!(report.csv.contains("refused,already_used"));
    assert!(report.unsent >= 4);
    let saved: Saved = place.ask(json!({ "do": "save_report" })).unwrap();
    assert_eq!(std::fs::read_to_string(saved.path).unwrap(), report.csv);
    let log: Saved = place.ask(json!({ "do": "save_log" })).unwrap();
    assert!(std::fs::metadata(log.path).unwrap().len() > 0);
}
