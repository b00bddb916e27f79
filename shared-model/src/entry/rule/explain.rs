//! Why a rule does not hold, and what would make it.
//!
//! Each comparison that fails has a price: how hard it is to change. Of an `or`
//! the cheapest branch is told, of an `and` all that fails, cheapest first. That
//! is the cheapest term of the rule's disjunctive form, found without writing
//! the form out, which can be exponentially long.

use super::explain_ids::{every_gate, words};
use super::{Condition, Facts, Listed, Moment, NoMoment, Number, Order, Test, Word};
use crate::book::local::{Local, Overlap};
use crate::entry::words::Key;
use crate::time::Timestamp;
use crate::verdict::{Arg, Explanation};

const MILLIS_PER_MINUTE: i64 = 60_000;

/// How hard it is to change: the kinds of change first, then the minutes to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::entry) struct Price {
    weight: u64,
    wait: u64,
}

impl Price {
    const TIME_TO_COME: u64 = 1;
    pub(super) const OTHER_GATE: u64 = 100;
    pub(super) const ENTRY_COUNT: u64 = 10_000;
    pub(super) const PRODUCT_OR_DATE: u64 = 1_000_000;
    const TIME_PASSED: u64 = 100_000_000;
    const NOT_KNOWN: u64 = 10_000_000_000;
    const NEVER: u64 = 1_000_000_000_000;

    pub(super) const fn of(weight: u64) -> Self {
        Self { weight, wait: 0 }
    }

    fn wait(millis: i64) -> Self {
        Self {
            weight: Self::TIME_TO_COME,
            wait: u64::try_from(millis / MILLIS_PER_MINUTE).unwrap_or(0),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            weight: self.weight.saturating_add(other.weight),
            wait: self.wait.saturating_add(other.wait),
        }
    }
}

/// The cheapest way to make a rule hold.
#[derive(Debug, Default)]
pub(in crate::entry) struct Miss {
    price: Price,
    /// What fails, cheapest first; empty when the rule holds.
    leaves: Vec<(Price, Explanation)>,
}

impl Miss {
    pub(super) fn leaf(price: Price, explanation: Explanation) -> Self {
        Self {
            price,
            leaves: vec![(price, explanation)],
        }
    }

    pub(super) fn never() -> Self {
        Self::leaf(
            Price::of(Price::NEVER),
            Explanation::new(Key::RuleNever.code()),
        )
    }

    /// What fails, cheapest first.
    pub fn explanations(self) -> Vec<Explanation> {
        self.leaves
            .into_iter()
            .map(|(_, explanation)| explanation)
            .collect()
    }
}

/// What it takes to make `condition` come out as `wanted`.
pub(in crate::entry) fn miss(facts: &Facts<'_>, condition: &Condition, wanted: bool) -> Miss {
    match condition {
        Condition::Constant(constant) if *constant == wanted => Miss::default(),
        Condition::Constant(_) => Miss::never(),
        Condition::Not(inner) => miss(facts, inner, !wanted),
        Condition::All(inner) if wanted => together(facts, inner, true),
        Condition::Any(inner) if !wanted => together(facts, inner, false),
        Condition::All(inner) | Condition::Any(inner) => inner
            .iter()
            .map(|inner| miss(facts, inner, wanted))
            .min_by_key(|miss| miss.price)
            .unwrap_or_else(Miss::never),
        Condition::Test(test) => match facts.test(test, wanted) {
            Ok(outcome) if outcome == wanted => Miss::default(),
            Ok(_) => failed(facts, test, wanted).unwrap_or_else(|NoMoment| missing(test)),
            Err(NoMoment) => missing(test),
        },
    }
}

/// Everything that fails, in order of price.
fn together(facts: &Facts<'_>, conditions: &[Condition], wanted: bool) -> Miss {
    let mut all = Miss::default();
    for condition in conditions {
        let one = miss(facts, condition, wanted);
        all.price = all.price.plus(one.price);
        all.leaves.extend(one.leaves);
    }
    all.leaves.sort_by_key(|(price, _)| *price);
    all
}

/// A comparison with a moment that neither event nor date has.
fn missing(test: &Test) -> Miss {
    let moment_of = |number: &Number| match number {
        Number::EntriesSince(moment)
        | Number::EntriesBefore(moment)
        | Number::EntriesDaysSince(moment)
        | Number::EntriesDaysBefore(moment) => Some(*moment),
        _ => None,
    };
    let moments = match test {
        Test::Before { earlier, later, .. } => vec![Some(*earlier), Some(*later)],
        Test::Numbers {
            left,
            right,
            between,
            ..
        } => vec![
            moment_of(left),
            moment_of(right),
            between.as_ref().and_then(moment_of),
        ],
        Test::NotZero(number) => vec![moment_of(number)],
        Test::Same { .. } | Test::OneOf { .. } | Test::Present(_) => Vec::new(),
    };
    let name = moments
        .into_iter()
        .flatten()
        .find_map(|moment| match moment {
            Moment::From => Some("date_from"),
            Moment::To => Some("date_to"),
            Moment::Admission => Some("date_admission"),
            Moment::Now | Moment::Custom(_) | Moment::CustomTime(_) => None,
        });
    let explanation = Explanation::new(Key::RuleMissing.code()).with(
        "variable",
        Arg::Text(name.unwrap_or("date_from").to_owned()),
    );
    Miss::leaf(Price::of(Price::NOT_KNOWN), explanation)
}

/// One comparison that came out as it should not.
fn failed(facts: &Facts<'_>, test: &Test, wanted: bool) -> Result<Miss, NoMoment> {
    if mentions_weekday(test) {
        return Ok(weekday(facts, test, wanted));
    }
    match test {
        Test::Before {
            earlier,
            later,
            tolerance,
        } => before(facts, *earlier, *later, *tolerance, wanted),
        Test::Numbers {
            order,
            left,
            right,
            between,
        } => {
            let (left, order, right) = match between {
                // The first pair that fails, or the last where all hold and should not.
                Some(upper) if order.holds(facts.number(left)?, facts.number(right)?) => {
                    (right, *order, upper)
                }
                _ => (left, *order, right),
            };
            numbers(facts, left, order, right, wanted)
        }
        Test::NotZero(number) => {
            numbers(facts, number, Order::NotEqual, &Number::Literal(0), wanted)
        }
        Test::Present(word) => Ok(words(facts, word, &every_gate(facts), wanted)),
        Test::OneOf { word, list } => Ok(words(facts, word, list, wanted)),
        Test::Same { left, right } => Ok(match (left, right) {
            (Word::Literal(id), word) | (word, Word::Literal(id)) => {
                let listed = Listed {
                    id: id.clone(),
                    name: String::new(),
                    kind: None,
                };
                words(facts, word, &[listed], wanted)
            }
            _ => Miss::never(),
        }),
    }
}

fn mentions_weekday(test: &Test) -> bool {
    let word = |word: &Word| matches!(word, Word::Number(number) if **number == Number::Weekday);
    match test {
        Test::Numbers {
            left,
            right,
            between,
            ..
        } => [Some(left), Some(right), between.as_ref()].contains(&Some(&Number::Weekday)),
        Test::NotZero(number) => *number == Number::Weekday,
        Test::Present(inner) | Test::OneOf { word: inner, .. } => word(inner),
        Test::Same { left, right } => word(left) || word(right),
        Test::Before { .. } => false,
    }
}

/// The days of the week that would do, found by trying the next seven.
fn weekday(facts: &Facts<'_>, test: &Test, wanted: bool) -> Miss {
    let today = facts.book.local(facts.now).day();
    let mut days = Vec::new();
    let mut first = None;
    for ahead in 1..=7 {
        let midnight = Local::new(today.saturating_add(ahead), 0);
        let then = Facts {
            now: facts.book.instant(midnight, Overlap::First),
            ..*facts
        };
        if then.test(test, wanted) == Ok(wanted) {
            days.push(midnight.isoweekday());
            first = first.or(Some(then.now));
        }
    }
    let Some(first) = first else {
        return Miss::never();
    };
    days.sort_unstable();
    let explanation = Explanation::new(Key::RuleWeekday.code()).with("days", Arg::Weekdays(days));
    Miss::leaf(Price::wait(first.millis_since(facts.now)), explanation)
}

fn before(
    facts: &Facts<'_>,
    earlier: Moment,
    later: Moment,
    tolerance: u32,
    wanted: bool,
) -> Result<Miss, NoMoment> {
    let widened = i64::from(tolerance) * MILLIS_PER_MINUTE;
    let (early, late) = facts.sides(earlier, later, wanted)?;
    Ok(match (earlier, later, wanted) {
        (Moment::Now, Moment::Now, _) => Miss::never(),
        (_, Moment::Now, true) => to_come(facts, early.plus_millis(-widened)),
        (_, Moment::Now, false) => passed(facts, early.plus_millis(-widened)),
        (Moment::Now, _, true) => passed(facts, late.plus_millis(widened)),
        (Moment::Now, _, false) => to_come(facts, late.plus_millis(widened)),
        _ => Miss::leaf(
            Price::of(Price::PRODUCT_OR_DATE),
            Explanation::new(Key::RuleDate.code())
                .with("earlier", Arg::Time(early))
                .with("later", Arg::Time(late)),
        ),
    })
}

fn to_come(facts: &Facts<'_>, at: Timestamp) -> Miss {
    let wait = at.millis_since(facts.now);
    Miss::leaf(
        Price::wait(wait),
        Explanation::new(Key::RuleFrom.code())
            .with("at", Arg::Time(at))
            .with("in", Arg::Minutes(wait / MILLIS_PER_MINUTE)),
    )
}

fn passed(facts: &Facts<'_>, at: Timestamp) -> Miss {
    let ago = facts.now.millis_since(at) / MILLIS_PER_MINUTE;
    Miss::leaf(
        Price::of(Price::TIME_PASSED),
        Explanation::new(Key::RuleUntil.code())
            .with("at", Arg::Time(at))
            .with("ago", Arg::Minutes(ago)),
    )
}

fn numbers(
    facts: &Facts<'_>,
    left: &Number,
    order: Order,
    right: &Number,
    wanted: bool,
) -> Result<Miss, NoMoment> {
    let order = if wanted { order } else { order.opposite() };
    // The variable to the left, what it is compared with to the right.
    let (left, order, right) = match (left, right) {
        (Number::Literal(_), Number::Literal(_)) => return Ok(Miss::never()),
        (Number::Literal(_), variable) => (variable, order.mirrored(), left),
        _ => (left, order, right),
    };
    let (have, want) = (facts.number(left)?, facts.number(right)?);
    let wait = match left {
        Number::MinutesSinceLast | Number::MinutesSinceFirst if have >= 0 => {
            minutes_to_wait(have, order, want)
        }
        _ => None,
    };
    let key = if wait.is_some() {
        Key::RuleWait
    } else {
        Key::RuleCount
    };
    let explanation = Explanation::new(key.code())
        .with("variable", Arg::Text(variable(left).to_owned()))
        .with("have", Arg::Number(have))
        .with("sign", Arg::Text(order.name().to_owned()))
        .with("want", Arg::Number(want));
    Ok(match wait {
        Some(minutes) => Miss::leaf(
            Price::wait(minutes.saturating_mul(MILLIS_PER_MINUTE)),
            explanation.with("in", Arg::Minutes(minutes)),
        ),
        None => Miss::leaf(Price::of(Price::ENTRY_COUNT), explanation),
    })
}

/// How long until growing minutes fit, if they ever do.
fn minutes_to_wait(have: i64, order: Order, want: i64) -> Option<i64> {
    let wait = match order {
        Order::Greater => want.checked_add(1)?.checked_sub(have)?,
        Order::GreaterOrEqual | Order::Equal => want.checked_sub(have)?,
        Order::NotEqual => 1,
        Order::Less | Order::LessOrEqual => return None,
    };
    (wait > 0).then_some(wait)
}

/// The variable that a number comes from, as rules write it.
pub(super) const fn variable(number: &Number) -> &'static str {
    match number {
        Number::Literal(_) => "literal",
        Number::Weekday => "now_isoweekday",
        Number::Entries => "entries_number",
        Number::EntriesToday => "entries_today",
        Number::EntriesDays => "entries_days",
        Number::MinutesSinceLast => "minutes_since_last_entry",
        Number::MinutesSinceFirst => "minutes_since_first_entry",
        Number::EntriesSince(_) => "entries_since",
        Number::EntriesBefore(_) => "entries_before",
        Number::EntriesDaysSince(_) => "entries_days_since",
        Number::EntriesDaysBefore(_) => "entries_days_before",
    }
}
