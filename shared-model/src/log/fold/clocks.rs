//! The event's wall clock, as far as the fold needs it.

use crate::book::Book;
use crate::time::Timestamp;

const MILLIS_PER_MINUTE: i64 = 60_000;
const MILLIS_PER_DAY: i64 = 86_400_000;

/// The local day of an instant, in days since 1970-01-01.
pub(super) fn day(book: &Book, at: Timestamp) -> i64 {
    local(book, at).div_euclid(MILLIS_PER_DAY)
}

/// The first instant after `after` at which clocks show `minute` of the day. One that
/// does not exist that night moves forward, of one that exists twice the second counts.
pub(super) fn next_minute_of_day(book: &Book, after: Timestamp, minute: u16) -> Timestamp {
    let today = day(book, after);
    (-1..=2)
        .map(|days| {
            let midnight = today.saturating_add(days).saturating_mul(MILLIS_PER_DAY);
            instant(
                book,
                midnight.saturating_add(i64::from(minute) * MILLIS_PER_MINUTE),
            )
        })
        .find(|at| *at > after)
        .unwrap_or(Timestamp(i64::MAX))
}

fn local(book: &Book, at: Timestamp) -> i64 {
    let offset = book
        .offsets
        .iter()
        .rfind(|offset| offset.from <= at)
        .or(book.offsets.first());
    let secs = offset.map_or(0, |offset| i64::from(offset.offset_secs));
    at.plus_millis(secs * 1000).as_millis()
}

fn instant(book: &Book, local: i64) -> Timestamp {
    let mut found = None;
    let mut skipped = None;
    for (index, offset) in book.offsets.iter().enumerate() {
        let at = Timestamp(local).plus_millis(-i64::from(offset.offset_secs) * 1000);
        let begins = index == 0 || offset.from <= at;
        let until = book.offsets.get(index + 1).map(|next| next.from);
        if begins && until.is_none_or(|until| at < until) {
            found = Some(at);
        } else if begins {
            skipped = Some(at);
        }
    }
    found.or(skipped).unwrap_or(Timestamp(local))
}
