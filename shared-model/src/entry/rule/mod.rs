//! Rules: conditions on entries, a subset of JsonLogic with types.
//!
//! A rule is parsed once, when its book is validated or first used; whatever
//! does not parse never runs. Evaluation cannot fail and needs no recursion
//! deeper than [`MAX_DEPTH`]. A value that is missing makes the comparison it
//! stands in untrue, whichever way round it is asked, and so refuses unless
//! another branch allows.
//!
//! Operators and types are strict: nothing is coerced but ids, where `5` and
//! `"5"` are the same.

mod evaluate;
mod explain;
mod explain_ids;
mod import;
mod operands;
mod parse;

pub use import::{IdMap, ImportError, Missing, Named, Unmapped, import};

pub(super) use evaluate::Facts;
use evaluate::NoMoment;
pub(super) use explain::miss;

use crate::book::local::{Local, Written};

/// Longest rule in bytes.
pub const MAX_BYTES: usize = 16 * 1024;
/// Deepest nesting of operators.
pub const MAX_DEPTH: usize = 24;
/// Most operators, operands and listed ids in one rule.
pub const MAX_NODES: usize = 2000;

/// What a rule states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Always or never.
    Constant(bool),
    /// Every one of these.
    All(Vec<Condition>),
    /// One of these at least.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// One comparison.
    Test(Test),
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `== != < <= > >=` of numbers.
    Numbers {
        /// How they compare.
        order: Order,
        /// The left side; with `between` the lower bound.
        left: Number,
        /// The right side; with `between` the number in the middle.
        right: Number,
        /// The upper bound of `<` and `<=` with three operands.
        between: Option<Number>,
    },
    /// `==` of ids and words.
    Same {
        /// One.
        left: Word,
        /// The other.
        right: Word,
    },
    /// `inList`.
    OneOf {
        /// What is looked for.
        word: Word,
        /// Where, in canonical form, with the names that the rule gives them.
        list: Vec<Listed>,
    },
    /// `isBefore`, and `isAfter` with its sides exchanged.
    Before {
        /// What has to come earlier.
        earlier: Moment,
        /// What has to come later.
        later: Moment,
        /// So many minutes too late still do.
        tolerance: u32,
    },
    /// `!!` of a number: it is not 0.
    NotZero(Number),
    /// `!!` of an id or word: it is there and not empty.
    Present(Word),
}

/// An entry of a list of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id in canonical form.
    pub id: String,
    /// What the rule's editor called it; empty when it did not say.
    pub name: String,
    /// Which kind of id `lookup` declared it to be.
    pub kind: Option<Word>,
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Order {
    /// Whether `left` and `right` stand in this order.
    #[must_use]
    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }

    /// Its name in explanations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::NotEqual => "not_equal",
            Self::Less => "less",
            Self::LessOrEqual => "less_or_equal",
            Self::Greater => "greater",
            Self::GreaterOrEqual => "greater_or_equal",
        }
    }

    /// What holds exactly when this does not.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The same with the sides exchanged.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// A whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// Written in the rule.
    Literal(i64),
    /// `now_isoweekday`
    Weekday,
    /// `entries_number`
    Entries,
    /// `entries_today`
    EntriesToday,
    /// `entries_days`
    EntriesDays,
    /// `minutes_since_last_entry`
    MinutesSinceLast,
    /// `minutes_since_first_entry`
    MinutesSinceFirst,
    /// `entries_since`
    EntriesSince(Moment),
    /// `entries_before`
    EntriesBefore(Moment),
    /// `entries_days_since`
    EntriesDaysSince(Moment),
    /// `entries_days_before`
    EntriesDaysBefore(Moment),
}

/// An id or a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Written in the rule, in canonical form.
    Literal(String),
    /// `product`
    Product,
    /// `variation`
    Variation,
    /// `gate`
    Gate,
    /// `entry_status`
    EntryStatus,
    /// A number as an id.
    Number(Box<Number>),
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// `var: now`
    Now,
    /// `buildTime: custom`
    Custom(Written),
    /// `buildTime: customtime`, a time of today's local day; [`Local`] of day 0.
    CustomTime(Local),
    /// `buildTime: date_from`
    From,
    /// `buildTime: date_to`
    To,
    /// `buildTime: date_admission`
    Admission,
}

/// The names of all variables that rules may use.
pub const VARIABLES: &[&str] = &[
    "product",
    "variation",
    "gate",
    "now",
    "now_isoweekday",
    "entries_number",
    "entries_today",
    "entries_days",
    "minutes_since_last_entry",
    "minutes_since_first_entry",
    "entry_status",
];

/// The names of all operators that rules may use, functions of a time included.
pub const OPERATORS: &[&str] = &[
    "and",
    "or",
    "!",
    "!!",
    "var",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "inList",
    "objectList",
    "lookup",
    "buildTime",
    "isBefore",
    "isAfter",
    "entries_since",
    "entries_before",
    "entries_days_since",
    "entries_days_before",
];

/// The kinds of time that `buildTime` makes.
pub const TIMES: &[&str] = &[
    "custom",
    "customtime",
    "date_from",
    "date_to",
    "date_admission",
];

/// Where and why a rule does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {path}: {kind}")]
pub struct RuleError {
    /// The way from the top, such as `and[1].isAfter[0]`; `rule` for the top itself.
    pub path: String,
    /// What is wrong there.
    pub kind: RuleErrorKind,
}

/// Why a rule does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleErrorKind {
    /// More than [`MAX_BYTES`].
    #[error("the rule is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// Not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// More than [`MAX_DEPTH`] operators within each other.
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// More than [`MAX_NODES`].
    #[error("more than {MAX_NODES} operators, operands and ids")]
    TooLarge,
    /// An object that is not one operator with its operands.
    #[error("an operation is an object with exactly one operator")]
    NotOneOperator,
    /// An operator that there is not, or not here.
    #[error("no operator `{0}` here")]
    Operator(String),
    /// A variable that there is not.
    #[error("no variable `{0}`")]
    Variable(String),
    /// Too few or too many operands.
    #[error("`{0}` does not take this many operands")]
    Count(String),
    /// An operand of a type that does not fit.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A kind of time that there is not.
    #[error("no time `{0}`")]
    Time(String),
}

/// The form in which ids are compared: numbers lose their spelling, words their outer spaces.
#[must_use]
pub fn canonical(id: &str) -> String {
    let id = id.trim();
    id.parse::<i64>()
        .map_or_else(|_| id.to_owned(), |number| number.to_string())
}
