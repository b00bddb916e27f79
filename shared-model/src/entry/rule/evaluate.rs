//! What a [`Condition`] says of one ticket at one moment.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Condition, Moment, Number, Test, Word};
use crate::book::local::{Local, Overlap};
use crate::book::{Book, Occurrence};
use crate::ids::{GateNo, TierNo};
use crate::time::Timestamp;

const MILLIS_PER_MINUTE: i64 = 60_000;

/// Everything that a rule can ask about.
#[derive(Debug)]
pub(in crate::entry) struct Facts<'a> {
    /// Names and offsets.
    pub book: &'a Book,
    /// Corrected time.
    pub now: Timestamp,
    /// The ticket's tier.
    pub tier: TierNo,
    /// The tier it is a variation of, or the tier itself.
    pub product: TierNo,
    /// Where the device stands; 0 for nowhere.
    pub gate: GateNo,
    /// The date that the ticket is for.
    pub occurrence: Option<&'a Occurrence>,
    /// Counted entries on the list, in the order of the log.
    pub entries: &'a [Timestamp],
    /// Somebody is inside on this ticket.
    pub present: bool,
    /// Being inside ends by itself, so it depends on the time.
    pub present_ends: bool,
}

/// A moment that neither event nor date has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::entry) struct NoMoment;

impl Facts<'_> {
    /// Whether `condition` comes out as `wanted`.
    ///
    /// With `any_time`, comparisons that read the clock count as coming out either way, so
    /// `false` means that no other time would help.
    pub fn holds(&self, condition: &Condition, wanted: bool, any_time: bool) -> bool {
        match condition {
            Condition::Constant(constant) => *constant == wanted,
            Condition::Not(inner) => self.holds(inner, !wanted, any_time),
            Condition::All(inner) if wanted => {
                inner.iter().all(|inner| self.holds(inner, true, any_time))
            }
            Condition::Any(inner) if !wanted => {
                inner.iter().all(|inner| self.holds(inner, false, any_time))
            }
            Condition::All(inner) | Condition::Any(inner) => inner
                .iter()
                .any(|inner| self.holds(inner, wanted, any_time)),
            Condition::Test(test) => match self.test(test, wanted) {
                Err(NoMoment) => false,
                Ok(outcome) => outcome == wanted || (any_time && self.reads_clock(test)),
            },
        }
    }

    /// The outcome of one comparison that should come out as `wanted`.
    pub fn test(&self, test: &Test, wanted: bool) -> Result<bool, NoMoment> {
        Ok(match test {
            Test::Numbers {
                order,
                left,
                right,
                between,
            } => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                order.holds(left, right)
                    && match between {
                        None => true,
                        Some(upper) => order.holds(right, self.number(upper)?),
                    }
            }
            Test::NotZero(number) => self.number(number)? != 0,
            Test::Present(word) => !self.word(word)?.is_empty(),
            Test::Same { left, right } => self.word(left)? == self.word(right)?,
            Test::OneOf { word, list } => {
                let word = self.word(word)?;
                list.iter().any(|listed| listed.id == word)
            }
            Test::Before {
                earlier,
                later,
                tolerance,
            } => {
                let (earlier, later) = self.sides(*earlier, *later, wanted)?;
                earlier < later.plus_millis(i64::from(*tolerance) * MILLIS_PER_MINUTE)
            }
        })
    }

    /// Both sides of `Before`, where a clock time that occurs twice is read in the guest's
    /// favour: the first for what bounds the other side from below, the second from above.
    pub fn sides(
        &self,
        earlier: Moment,
        later: Moment,
        wanted: bool,
    ) -> Result<(Timestamp, Timestamp), NoMoment> {
        let (below, above) = if wanted {
            (Overlap::First, Overlap::Second)
        } else {
            (Overlap::Second, Overlap::First)
        };
        Ok((self.moment(earlier, below)?, self.moment(later, above)?))
    }

    /// The instant of `moment`.
    pub fn moment(&self, moment: Moment, overlap: Overlap) -> Result<Timestamp, NoMoment> {
        let event = self.book;
        let starts = || match self.occurrence {
            Some(date) => Some(date.starts_at),
            None => event.starts_at,
        };
        let found = match moment {
            Moment::Now => Some(self.now),
            Moment::Custom(written) => Some(written.instant(event, overlap)),
            Moment::CustomTime(clock) => {
                let today = Local::new(event.local(self.now).day(), 0);
                let local = Local(today.0.saturating_add(clock.0));
                Some(event.instant(local, overlap))
            }
            Moment::From => starts(),
            Moment::To => match self.occurrence {
                Some(date) => date.ends_at,
                None => event.ends_at,
            }
            .or_else(starts),
            Moment::Admission => match self.occurrence {
                Some(date) => date.admission_at,
                None => event.admission_at,
            }
            .or_else(starts),
        };
        found.ok_or(NoMoment)
    }

    /// The value of a number.
    pub fn number(&self, number: &Number) -> Result<i64, NoMoment> {
        let day = |at: &Timestamp| self.book.local(*at).day();
        let today = || self.book.local(self.now).day();
        Ok(match number {
            Number::Literal(literal) => *literal,
            Number::Weekday => i64::from(self.book.local(self.now).isoweekday()),
            Number::Entries => self.entries.len().try_into().unwrap_or(i64::MAX),
            Number::EntriesToday => self.count(|at| day(at) == today()),
            Number::EntriesDays => self.days(|_| true),
            Number::MinutesSinceLast => self.minutes_since(self.entries.last()),
            Number::MinutesSinceFirst => self.minutes_since(self.entries.first()),
            Number::EntriesSince(moment) => {
                let since = self.moment(*moment, Overlap::First)?;
                self.count(|at| *at >= since)
            }
            Number::EntriesBefore(moment) => {
                let before = self.moment(*moment, Overlap::Second)?;
                self.count(|at| *at < before)
            }
            Number::EntriesDaysSince(moment) => {
                let since = self.moment(*moment, Overlap::First)?;
                self.days(|at| *at >= since)
            }
            Number::EntriesDaysBefore(moment) => {
                let before = self.moment(*moment, Overlap::Second)?;
                self.days(|at| *at < before)
            }
        })
    }

    /// The value of an id or word; empty for a gate where the device stands at none.
    pub fn word<'w>(&self, word: &'w Word) -> Result<Cow<'w, str>, NoMoment> {
        Ok(match word {
            Word::Literal(literal) => Cow::Borrowed(literal.as_str()),
            Word::Product => Cow::Owned(self.product.to_string()),
            Word::Variation => Cow::Owned(self.tier.to_string()),
            Word::Gate if self.gate == GateNo(0) => Cow::Borrowed(""),
            Word::Gate => Cow::Owned(self.gate.to_string()),
            Word::EntryStatus if self.present => Cow::Borrowed("present"),
            Word::EntryStatus => Cow::Borrowed("absent"),
            Word::Number(number) => Cow::Owned(self.number(number)?.to_string()),
        })
    }

    /// Whether another time could change the outcome of `test`.
    fn reads_clock(&self, test: &Test) -> bool {
        let number = |number: &Number| match number {
            Number::Weekday
            | Number::EntriesToday
            | Number::MinutesSinceLast
            | Number::MinutesSinceFirst => true,
            Number::EntriesSince(moment)
            | Number::EntriesBefore(moment)
            | Number::EntriesDaysSince(moment)
            | Number::EntriesDaysBefore(moment) => moves(*moment),
            Number::Literal(_) | Number::Entries | Number::EntriesDays => false,
        };
        let word = |word: &Word| match word {
            Word::EntryStatus => self.present_ends,
            Word::Number(inner) => number(inner),
            Word::Literal(_) | Word::Product | Word::Variation | Word::Gate => false,
        };
        match test {
            Test::Numbers {
                left,
                right,
                between,
                ..
            } => number(left) || number(right) || between.as_ref().is_some_and(number),
            Test::NotZero(inner) => number(inner),
            Test::Present(inner) | Test::OneOf { word: inner, .. } => word(inner),
            Test::Same { left, right } => word(left) || word(right),
            Test::Before { earlier, later, .. } => moves(*earlier) || moves(*later),
        }
    }

    fn count(&self, counts: impl Fn(&Timestamp) -> bool) -> i64 {
        let count = self.entries.iter().filter(|at| counts(at)).count();
        count.try_into().unwrap_or(i64::MAX)
    }

    /// Local days with an entry that counts.
    fn days(&self, counts: impl Fn(&Timestamp) -> bool) -> i64 {
        let days: BTreeSet<i64> = self
            .entries
            .iter()
            .filter(|at| counts(at))
            .map(|at| self.book.local(*at).day())
            .collect();
        days.len().try_into().unwrap_or(i64::MAX)
    }

    /// Whole minutes since `entry`; 0 for one ahead of the clock, −1 for none.
    fn minutes_since(&self, entry: Option<&Timestamp>) -> i64 {
        entry.map_or(-1, |at| {
            (self.now.millis_since(*at) / MILLIS_PER_MINUTE).max(0)
        })
    }
}

/// Whether `moment` lies elsewhere at another time.
fn moves(moment: Moment) -> bool {
    matches!(moment, Moment::Now | Moment::CustomTime(_))
}
