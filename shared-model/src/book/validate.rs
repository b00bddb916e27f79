//! What has to hold of a book before it is signed or used.

use std::collections::BTreeSet;

use super::{AnswerKind, Book, EntryMode, Interval, List, Rule, TicketKeyError};
use crate::entry::rule::{Condition, RuleError, Test, Word};
use crate::ids::{GateNo, Kid, OccurrenceNo, OperatorNo, TierNo};

/// Why a book cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// Two things of one kind have one number.
    #[error("two {what} have the number {number}")]
    Duplicate {
        /// The kind, in the plural.
        what: &'static str,
        /// The number.
        number: u32,
    },
    /// A number that stands for "none" was given to something.
    #[error("the number 0 means no {what}")]
    Zero {
        /// The kind.
        what: &'static str,
    },
    /// Something names a thing that the book does not have.
    #[error("{from} names the {what} {number}, which the book does not have")]
    Unknown {
        /// What names it.
        from: String,
        /// The kind of the thing.
        what: &'static str,
        /// Its number.
        number: String,
    },
    /// A rule that does not parse.
    #[error("the rule of {from} cannot be used")]
    Rule {
        /// Whose rule.
        from: String,
        /// Where and why.
        #[source]
        source: RuleError,
    },
    /// A ticket key that cannot be used, or not as the book says.
    #[error("ticket key {kid}: {source}")]
    TicketKey {
        /// Which.
        kid: Kid,
        /// Why.
        source: TicketKeyError,
    },
    /// A zone that is not a bit of 0 to 31.
    #[error("{from} has the zone {zone}; zones are 0 to 31")]
    ZoneBit {
        /// What has it.
        from: String,
        /// The number given.
        zone: u8,
    },
    /// A variation of a variation.
    #[error("tier {tier} is a variation of a tier that is a variation itself")]
    NestedVariation {
        /// The tier.
        tier: TierNo,
    },
    /// A time that ends before it begins, or intervals that overlap.
    #[error("{from} has times out of order")]
    Order {
        /// What has them.
        from: String,
    },
    /// A number outside of what it can be.
    #[error("{from}: {what} is out of range")]
    Range {
        /// What has it.
        from: String,
        /// Which number.
        what: &'static str,
    },
}

impl Book {
    /// Checks everything that the entry engine relies on, certificates included, and parses every rule.
    ///
    /// # Errors
    /// Every [`BookError`] found, in the order of the book.
    pub fn validate(&self) -> Result<(), Vec<BookError>> {
        let mut check = Check {
            book: self,
            errors: Vec::new(),
        };
        check.times();
        check.numbers();
        check.keys();
        check.roster();
        check.tiers();
        check.lists();
        check.gates();
        check.zones();
        check.questions();
        if check.errors.is_empty() {
            Ok(())
        } else {
            Err(check.errors)
        }
    }
}

struct Check<'a> {
    book: &'a Book,
    errors: Vec<BookError>,
}

/// A day: the largest offset that can be meant, and more than any in use.
const MAX_OFFSET_SECS: u32 = 86_400;
const MINUTES_OF_A_DAY: u16 = 1440;

impl Check<'_> {
    fn times(&mut self) {
        let offsets = &self.book.offsets;
        let rising = offsets.is_sorted_by(|one, next| one.from < next.from);
        self.require(rising, || order("the list of offsets"));
        let small = offsets
            .iter()
            .all(|offset| offset.offset_secs.unsigned_abs() <= MAX_OFFSET_SECS);
        self.require(small, || range("the list of offsets", "an offset"));
        self.require(self.book.clock_limit_ms >= 0, || {
            range("the book", "the clock limit")
        });
        self.in_order("the event", self.book.starts_at, self.book.ends_at);
        for date in &self.book.occurrences {
            let from = format!("date {}", date.occurrence);
            self.in_order(&from, Some(date.starts_at), date.ends_at);
        }
    }

    fn numbers(&mut self) {
        let book = self.book;
        self.unique("tiers", book.tiers.iter().map(|tier| tier.tier.get()));
        let dates = book.occurrences.iter();
        self.unique("dates", dates.map(|date| date.occurrence.get()));
        self.unique("lists", book.lists.iter().map(|list| list.list.get()));
        self.unique("gates", book.gates.iter().map(|gate| gate.gate.get()));
        self.unique("zones", book.zones.iter().map(|zone| zone.zone));
        self.unique("keys", book.keys.iter().map(|key| key.kid.get()));
        let questions = book.questions.iter();
        self.unique(
            "questions",
            questions.map(|question| question.question.get()),
        );
        let devices = book.roster.devices.iter();
        self.unique("devices", devices.map(|device| device.device.get()));
        let people = book.roster.operators.iter();
        self.unique("operators", people.map(|person| person.operator.get()));
        let zero = |what| BookError::Zero { what };
        let dates = book.occurrences.iter();
        let dated = dates
            .map(|date| date.occurrence)
            .all(|date| date != OccurrenceNo(0));
        self.require(dated, || zero("date"));
        let named = |person: &super::Operator| person.operator != OperatorNo(0);
        self.require(book.roster.operators.iter().all(named), || zero("operator"));
        let placed = book.gates.iter().all(|gate| gate.gate != GateNo(0));
        self.require(placed, || zero("gate"));
    }

    fn keys(&mut self) {
        let book = self.book;
        for key in book.keys.iter() {
            let from = format!("key {}", key.kid);
            self.require(key.first_serial <= key.last_serial, || {
                range(&from, "the range of serials")
            });
            self.in_order(&from, key.not_before, key.not_after);
            if let Err(source) = book.usable(key) {
                let kid = key.kid;
                self.errors.push(BookError::TicketKey { kid, source });
            }
        }
    }

    fn roster(&mut self) {
        let roster = &self.book.roster;
        let mut seen = BTreeSet::new();
        for device in &roster.devices {
            let from = format!("device {}", device.device);
            self.intervals(&from, &device.active);
            if let Some(gate) = device.gate {
                let known = self.book.gate(gate).is_some();
                self.require(known, || unknown(&from, "gate", gate));
            }
            self.require(seen.insert(device.fact_key), || BookError::Duplicate {
                what: "devices with one fact key",
                number: device.device.get().into(),
            });
        }
        for person in &roster.operators {
            self.intervals(&format!("operator {}", person.operator), &person.active);
        }
    }

    fn tiers(&mut self) {
        for tier in &self.book.tiers {
            let Some(product) = tier.product else {
                continue;
            };
            self.tier_known(&format!("tier {}", tier.tier), product);
            let nested = self.book.tier(product).is_some_and(|of| {
                let other = of.product.is_some_and(|further| further != of.tier);
                other && of.tier != tier.tier
            });
            self.require(!nested, || BookError::NestedVariation { tier: tier.tier });
        }
    }

    fn lists(&mut self) {
        for list in &self.book.lists {
            let from = format!("list {}", list.list);
            for tier in &list.tiers {
                self.tier_known(&from, *tier);
            }
            if let Some(date) = list.occurrence {
                let known = self.book.occurrence(date).is_some();
                self.require(known, || unknown(&from, "date", date));
            }
            self.list_zone(&from, list);
            self.list_bounds(&from, list);
            if let Some(rule) = &list.rule {
                self.rule(&from, rule);
            }
        }
    }

    fn list_zone(&mut self, from: &str, list: &List) {
        let Some(zone) = list.zone else {
            return;
        };
        if zone > 31 {
            let from = from.to_owned();
            self.errors.push(BookError::ZoneBit { from, zone });
        } else {
            let known = self.book.zone(zone).is_some();
            self.require(known, || unknown(from, "zone", zone));
        }
    }

    fn list_bounds(&mut self, from: &str, list: &List) {
        let minute = list.auto_exit_minute.unwrap_or(0);
        self.require(minute < MINUTES_OF_A_DAY, || {
            range(from, "the minute of the automatic exit")
        });
        let counted = !matches!(list.entries, EntryMode::PerDay(0) | EntryMode::Total(0));
        self.require(counted, || range(from, "the number of entries"));
        self.intervals(from, list.active.as_slice());
    }

    fn rule(&mut self, from: &str, rule: &Rule) {
        match rule.condition() {
            Ok(condition) => self.rule_ids(from, condition),
            Err(error) => self.errors.push(BookError::Rule {
                from: from.to_owned(),
                source: error.clone(),
            }),
        }
    }

    /// Every id that a rule looks up is one of the book's.
    fn rule_ids(&mut self, from: &str, condition: &Condition) {
        match condition {
            Condition::Constant(_) => {}
            Condition::Not(inner) => self.rule_ids(from, inner),
            Condition::All(inner) | Condition::Any(inner) => {
                inner.iter().for_each(|inner| self.rule_ids(from, inner));
            }
            Condition::Test(Test::OneOf { word, list }) => {
                for listed in list {
                    self.rule_id(from, word, &listed.id);
                }
            }
            Condition::Test(Test::Same { left, right }) => match (left, right) {
                (Word::Literal(id), word) | (word, Word::Literal(id)) => {
                    self.rule_id(from, word, id);
                }
                _ => {}
            },
            Condition::Test(Test::Numbers { .. })
            | Condition::Test(Test::Before { .. })
            | Condition::Test(Test::NotZero(_))
            | Condition::Test(Test::Present(_)) => {}
        }
    }

    fn rule_id(&mut self, from: &str, word: &Word, id: &str) {
        let number = id.parse().ok();
        let (what, known) = match word {
            Word::Product | Word::Variation => {
                let tier = number.and_then(|number| self.book.tier(TierNo(number)));
                ("tier", tier.is_some())
            }
            Word::Gate => {
                let gate = number.and_then(|number| self.book.gate(GateNo(number)));
                ("gate", gate.is_some())
            }
            Word::Literal(_) | Word::EntryStatus | Word::Number(_) => return,
        };
        let from = format!("the rule of {from}");
        self.require(known, || unknown(&from, what, id));
    }

    fn gates(&mut self) {
        for gate in &self.book.gates {
            let from = format!("gate {}", gate.gate);
            for list in &gate.lists {
                let known = self.book.list(*list).is_some();
                self.require(known, || unknown(&from, "list", list));
            }
        }
    }

    fn zones(&mut self) {
        for zone in &self.book.zones {
            let from = format!("zone {}", zone.zone);
            self.require(zone.zone <= 31, || BookError::ZoneBit {
                from: from.clone(),
                zone: zone.zone,
            });
            for left in 0..32 {
                let known = !zone.leaves.contains(left) || self.book.zone(left).is_some();
                self.require(known, || unknown(&from, "zone", left));
            }
        }
    }

    fn questions(&mut self) {
        for question in &self.book.questions {
            let from = format!("question {}", question.question);
            for tier in &question.tiers {
                self.tier_known(&from, *tier);
            }
            let answerable = match &question.kind {
                AnswerKind::Text(longest) => *longest > 0,
                AnswerKind::Number { min, max } => {
                    min.is_none_or(|min| max.is_none_or(|max| min <= max))
                }
                AnswerKind::OneOf(choices) | AnswerKind::SomeOf(choices) => !choices.is_empty(),
                AnswerKind::YesNo | AnswerKind::Date => true,
            };
            self.require(answerable, || range(&from, "what an answer may be"));
        }
    }

    fn require(&mut self, holds: bool, otherwise: impl FnOnce() -> BookError) {
        if !holds {
            self.errors.push(otherwise());
        }
    }

    fn unique<N: Into<u32>>(&mut self, what: &'static str, numbers: impl Iterator<Item = N>) {
        let mut seen = BTreeSet::new();
        for number in numbers.map(Into::into) {
            self.require(seen.insert(number), || BookError::Duplicate {
                what,
                number,
            });
        }
    }

    fn tier_known(&mut self, from: &str, tier: TierNo) {
        let known = self.book.tier(tier).is_some();
        self.require(known, || unknown(from, "tier", tier));
    }

    fn in_order<T: Ord>(&mut self, from: &str, begin: Option<T>, end: Option<T>) {
        let ordered = begin.is_none_or(|begin| end.is_none_or(|end| begin <= end));
        self.require(ordered, || order(from));
    }

    fn intervals(&mut self, from: &str, intervals: &[Interval]) {
        let forward = |interval: &Interval| interval.until.is_none_or(|end| interval.from < end);
        let apart =
            intervals.is_sorted_by(|one, next| one.until.is_some_and(|end| end <= next.from));
        self.require(apart && intervals.iter().all(forward), || order(from));
    }
}

fn unknown(from: &str, what: &'static str, number: impl ToString) -> BookError {
    BookError::Unknown {
        from: from.to_owned(),
        what,
        number: number.to_string(),
    }
}

fn order(from: &str) -> BookError {
    BookError::Order {
        from: from.to_owned(),
    }
}

fn range(from: &str, what: &'static str) -> BookError {
    BookError::Range {
        from: from.to_owned(),
        what,
    }
}
