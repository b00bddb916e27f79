//! The event's offsets from UTC, so that no device needs a time-zone database.

use jiff::tz::TimeZone;
use shared_model::book::{Occurrence, UtcOffset};
use shared_model::time::Timestamp;

use super::Error;
use crate::events::Event;

/// Milliseconds before and after the event that the book covers.
const BEFORE_MS: i64 = 366 * 86_400_000;
const AFTER_MS: i64 = 2 * 366 * 86_400_000;
/// More changes than any zone makes in the years that an event can span.
const MOST: usize = 256;

/// The offsets that hold around `event` and the dates of its series, in order.
pub(super) fn offsets(event: &Event, dates: &[Occurrence]) -> Result<Vec<UtcOffset>, Error> {
    let unknown = || Error::TimeZone(event.time_zone.clone());
    let zone = TimeZone::get(&event.time_zone).map_err(|_| unknown())?;
    let times = [event.starts_at, event.ends_at, event.admission_at];
    let dates = dates.iter().map(|date| date.starts_at);
    let times = times.into_iter().flatten().chain([made_at(event)]);
    let times = times.chain(dates);
    let first = times.clone().min().unwrap_or_default();
    let last = times.max().unwrap_or_default().plus_millis(AFTER_MS);
    let first = first.plus_millis(-BEFORE_MS);

    let begin = jiff::Timestamp::from_millisecond(first.as_millis()).map_err(|_| unknown())?;
    let mut offsets = vec![UtcOffset {
        from: first,
        offset_secs: zone.to_offset(begin).seconds(),
    }];
    let changes = zone.following(begin).map(|change| UtcOffset {
        from: Timestamp(change.timestamp().as_millisecond()),
        offset_secs: change.offset().seconds(),
    });
    for change in changes.take_while(|change| change.from <= last).take(MOST) {
        if offsets
            .last()
            .is_some_and(|held| held.offset_secs != change.offset_secs)
        {
            offsets.push(change);
        }
    }
    Ok(offsets)
}

/// When the event was made: its id says it.
fn made_at(event: &Event) -> Timestamp {
    let stamp = event.id.0.get_timestamp();
    let (seconds, nanos) = stamp.map_or((0, 0), |stamp| stamp.to_unix());
    let millis = i64::from(nanos / 1_000_000);
    Timestamp::from_secs(i64::try_from(seconds).unwrap_or(0)).plus_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn event(zone: &str, starts_at: &str) -> Event {
        let starts_at = at(starts_at);
        let id = crate::clock::new_id(starts_at, &mut crate::clock::Entropy::seeded(1).fork());
        Event {
            id: shared_model::ids::EventId(id),
            organizer: shared_model::ids::OrganizerId(uuid::Uuid::nil()),
            event_no: shared_model::ids::EventNo(1),
            name: String::new(),
            place: String::new(),
            time_zone: zone.to_owned(),
            currency: "EUR".to_owned(),
            state: crate::events::State::OnSale,
            starts_at: Some(starts_at),
            ends_at: None,
            admission_at: None,
            search_on_devices: true,
        }
    }

    #[test]
    fn the_nights_of_change_are_in_the_book() {
        let offsets = offsets(&event("Europe/Belgrade", "2026-06-20T18:00:00Z"), &[]).unwrap();
        assert!(offsets.is_sorted_by(|a, b| a.from < b.from));
        let autumn = offsets
            .iter()
            .find(|offset| offset.from == at("2026-10-25T01:00:00Z"))
            .unwrap();
        assert_eq!(autumn.offset_secs, 3600);
        let spring = offsets
            .iter()
            .find(|offset| offset.from == at("2026-03-29T01:00:00Z"))
            .unwrap();
        assert_eq!(spring.offset_secs, 7200);
    }

    #[test]
    fn a_zone_without_changes_has_one_offset_and_an_unknown_one_is_an_error() {
        let utc = offsets(&event("UTC", "2026-06-20T18:00:00Z"), &[]).unwrap();
        assert_eq!(utc.len(), 1);
        assert!(matches!(
            offsets(&event("Moon/Tycho", "2026-06-20T18:00:00Z"), &[]),
            Err(Error::TimeZone(_))
        ));
    }
}
