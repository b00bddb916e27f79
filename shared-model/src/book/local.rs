//! Local time at the event, from the offsets that the book carries.
//!
//! A wall-clock reading that a change of offset skips is read with the offset
//! before the change, so it moves forward by what was skipped. One that occurs
//! twice is taken as the caller says. No time-zone database is read.

use core::fmt;

use super::Book;
use crate::time::Timestamp;

const MILLIS_PER_MINUTE: i64 = 60_000;
const MILLIS_PER_DAY: i64 = 86_400_000;

/// A wall-clock reading: milliseconds since 1970-01-01T00:00 on the event's own clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local(pub i64);

/// Which instant is meant by a wall-clock reading that occurs twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// The earlier one.
    First,
    /// The later one.
    Second,
}

impl Book {
    /// The event's clocks at an instant.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> Local {
        let offset = self
            .offsets
            .iter()
            .rfind(|offset| offset.from <= at)
            .or(self.offsets.first());
        let secs = offset.map_or(0, |offset| i64::from(offset.offset_secs));
        Local(at.plus_millis(secs * 1000).as_millis())
    }

    /// The instant at which the event's clocks show `local`.
    #[must_use]
    pub fn instant(&self, local: Local, overlap: Overlap) -> Timestamp {
        let mut first = None;
        let mut second = None;
        let mut skipped = None;
        for (index, offset) in self.offsets.iter().enumerate() {
            let at = Timestamp(local.0).plus_millis(-i64::from(offset.offset_secs) * 1000);
            let begins = index == 0 || offset.from <= at;
            let until = self.offsets.get(index + 1).map(|next| next.from);
            if begins && until.is_none_or(|until| at < until) {
                first = first.or(Some(at));
                second = Some(at);
            } else if begins {
                // Past the end of this offset; if no other one fits, the change skipped it.
                skipped = Some(at);
            }
        }
        let chosen = match overlap {
            Overlap::First => first,
            Overlap::Second => second,
        };
        chosen.or(skipped).unwrap_or(Timestamp(local.0))
    }

    /// The first instant after `after` at which the event's clocks show `minute` of the day;
    /// of a minute that occurs twice in one night, only the second counts.
    #[must_use]
    pub fn next_minute_of_day(&self, after: Timestamp, minute: u16) -> Timestamp {
        let today = self.local(after).day();
        let on = |day: i64| self.instant(Local::new(day, i64::from(minute)), Overlap::Second);
        (-1..=2)
            .map(|days| on(today.saturating_add(days)))
            .find(|at| *at > after)
            .unwrap_or(Timestamp(i64::MAX))
    }
}

impl Local {
    /// Midnight at the start of `day` (days since 1970-01-01) and `minutes` more on the clock.
    #[must_use]
    pub const fn new(day: i64, minutes: i64) -> Self {
        Self(
            day.saturating_mul(MILLIS_PER_DAY)
                .saturating_add(minutes.saturating_mul(MILLIS_PER_MINUTE)),
        )
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(MILLIS_PER_DAY)
    }

    /// Minutes since midnight on the clock, 0 to 1439.
    #[must_use]
    pub const fn minute(self) -> i64 {
        self.0.rem_euclid(MILLIS_PER_DAY) / MILLIS_PER_MINUTE
    }

    /// Day of the week, 1 for Monday to 7 for Sunday.
    #[must_use]
    pub const fn isoweekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (self.day().saturating_add(3).rem_euclid(7) + 1) as u8
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    #[must_use]
    pub const fn date(self) -> (i64, u8, u8) {
        let days = self.day() + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month as u8, day as u8)
    }

    /// The day of a calendar date, if there is one.
    #[must_use]
    pub fn of_date(year: i64, month: u8, day: u8) -> Option<Self> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let years = if month <= 2 { year - 1 } else { year };
        let era = years.div_euclid(400);
        let year_of_era = years.rem_euclid(400);
        let month_of_year = (i64::from(month) + 9) % 12;
        let day_of_year = (153 * month_of_year + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let local = Self::new(era * 146_097 + day_of_era - 719_468, 0);
        // The 31st of a short month comes out as a day of the next one.
        (local.date() == (year, month, day)).then_some(local)
    }
}

/// `2026-06-20T18:05`: date and clock, to the minute.
impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let (hour, minute) = (self.minute() / 60, self.minute() % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    }
}

/// A date and time as people write it: of the event's clocks, or with its own offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// No offset given.
    Local(Local),
    /// An offset or `Z` given.
    Instant(Timestamp),
}

impl Written {
    /// Reads `YYYY-MM-DDTHH:MM[:SS[.fff]]` with `Z`, `+HH:MM`, `+HHMM` or nothing behind it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, clock) = text.split_at_checked(10)?;
        let date = parse_date(date)?;
        let clock = clock.strip_prefix(['T', ' '])?;
        let zone_at = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
        let (clock, zone) = clock.split_at_checked(zone_at)?;
        let local = Local(date.0 + parse_clock(clock)?);
        Some(match zone {
            "" => Self::Local(local),
            "Z" => Self::Instant(Timestamp(local.0)),
            _ => Self::Instant(Timestamp(local.0 - parse_offset(zone)?)),
        })
    }

    /// The instant that is meant.
    #[must_use]
    pub fn instant(self, book: &Book, overlap: Overlap) -> Timestamp {
        match self {
            Self::Instant(at) => at,
            Self::Local(local) => book.instant(local, overlap),
        }
    }
}

/// Reads `YYYY-MM-DD`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Local> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    Local::of_date(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// Reads `HH:MM[:SS[.fff]]` as milliseconds since midnight.
#[must_use]
pub fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (digits(seconds, 2)?, 0),
            Some((second, fraction)) => (digits(second, 2)?, parse_fraction(fraction)?),
        },
    };
    (hour < 24 && minute < 60 && second < 60)
        .then_some(((hour * 60 + minute) * 60 + second) * 1000 + fraction)
}

/// Milliseconds of a fraction of a second with one to nine digits.
fn parse_fraction(text: &str) -> Option<i64> {
    if text.len() > 9 {
        return None;
    }
    digits(text, text.len())?;
    let thousandths: String = text.chars().chain("000".chars()).take(3).collect();
    digits(&thousandths, 3)
}

/// Milliseconds east of UTC in `+HH:MM`, `-HH:MM`, `+HHMM` or `-HHMM`.
fn parse_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hour, minute) = rest.split_at_checked(2)?;
    let minute = digits(minute.strip_prefix(':').unwrap_or(minute), 2)?;
    let hour = digits(hour, 2)?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 60 + minute) * MILLIS_PER_MINUTE)
}

/// Exactly `count` decimal digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() == count && all_digits).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::UtcOffset;

    /// Central Europe in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    fn berlin() -> Book {
        let offset = |written: &str, hours: i32| UtcOffset {
            from: at(written),
            offset_secs: hours * 3600,
        };
        Book {
            offsets: vec![
                offset("2026-01-01T00:00Z", 1),
                offset("2026-03-29T01:00Z", 2),
                offset("2026-10-25T01:00Z", 1),
            ],
            ..Book::default()
        }
    }

    fn at(written: &str) -> Timestamp {
        Written::parse(written)
            .expect("test times are well-formed")
            .instant(&Book::default(), Overlap::First)
    }

    fn clock(written: &str, overlap: Overlap) -> Timestamp {
        Written::parse(written)
            .expect("test times are well-formed")
            .instant(&berlin(), overlap)
    }

    #[test]
    fn a_skipped_time_moves_forward() {
        let half_past_two = clock("2026-03-29T02:30", Overlap::First);
        assert_eq!(half_past_two, at("2026-03-29T01:30Z"));
        assert_eq!(
            berlin().local(half_past_two).to_string(),
            "2026-03-29T03:30"
        );
        assert_eq!(half_past_two, clock("2026-03-29T02:30", Overlap::Second));
    }

    #[test]
    fn a_repeated_time_is_the_one_asked_for() {
        assert_eq!(
            clock("2026-10-25T02:30", Overlap::First),
            at("2026-10-25T00:30Z")
        );
        assert_eq!(
            clock("2026-10-25T02:30", Overlap::Second),
            at("2026-10-25T01:30Z")
        );
    }

    #[test]
    fn times_before_the_first_offset_use_it() {
        assert_eq!(
            clock("2020-06-01T12:00", Overlap::First),
            at("2020-06-01T11:00Z")
        );
        assert_eq!(
            berlin().local(at("2020-06-01T11:00Z")).to_string(),
            "2020-06-01T12:00"
        );
    }

    #[test]
    fn a_daily_minute_that_is_skipped_comes_later_that_night_only() {
        let book = berlin();
        let skipped = book.next_minute_of_day(at("2026-03-28T12:00Z"), 150);
        assert_eq!(skipped, at("2026-03-29T01:30Z"));
        assert_eq!(
            book.next_minute_of_day(skipped, 150),
            at("2026-03-30T00:30Z")
        );
    }

    #[test]
    fn a_daily_minute_that_repeats_counts_the_second_time() {
        let book = berlin();
        assert_eq!(
            book.next_minute_of_day(at("2026-10-24T12:00Z"), 150),
            at("2026-10-25T01:30Z")
        );
    }

    #[test]
    fn written_times_are_read_strictly() {
        assert_eq!(at("1970-01-01T00:00:01.5Z"), Timestamp(1500));
        assert_eq!(at("2026-06-20T18:00+02:00"), at("2026-06-20T16:00:00Z"));
        assert_eq!(at("2026-06-20T18:00-0130"), at("2026-06-20T19:30Z"));
        for bad in [
            "2026-02-29T10:00",
            "2026-13-01T10:00",
            "2026-06-20",
            "2026-06-20T24:00",
            "2026-06-20T10",
            "2026-06-20T10:00+2",
            "2026-06-20T10:00:00.Z",
            "٢٠٢٦-06-20T10:00",
            "+026-06-20T10:00",
        ] {
            assert_eq!(Written::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_and_days_agree_for_four_centuries() {
        for day in -80_000..80_000 {
            let local = Local::new(day, 0);
            let (year, month, date) = local.date();
            assert_eq!(Local::of_date(year, month, date), Some(local));
        }
        assert_eq!(Local::new(20_624, 0).isoweekday(), 6);
        assert_eq!(Local::new(20_624, 0).to_string(), "2026-06-20T00:00");
    }
}
