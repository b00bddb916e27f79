//! The checks, one file for each place that a check looks at.
//!
//! A check never decides: it says what is due, and whether another time could
//! change that. Overrides, confirmations and the uncertain clock are applied to
//! what is due in one place, [`super::decide()`].

mod code;
mod device;
mod list;
mod questions;
mod ticket;
mod used;
mod zone;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub(super) use code::{check_token, not_genuine};
pub(super) use device::{Duty, device, supervisor};
pub(super) use list::{list, open, rule, tier_on_list};
pub(super) use questions::questions;
pub(super) use ticket::{attention, paid, state, validity, wants_attention};
pub(super) use used::{entries, group_people, left, not_inside};
pub(super) use zone::capacity;

use super::history::Standing;
use super::{Clock, Key, Knowledge, LiveState, Request};
use crate::book::{Book, List, Tier};
use crate::ids::{Generation, QuestionNo, TierNo, Zones};
use crate::ticket::{TicketFlags, TicketRef, TicketState};
use crate::time::Timestamp;
use crate::verdict::{Arg, ConfirmationDue, Explanation, QuestionDue, Reason};

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The step of the check, 0 to 9.
    pub step: u8,
    /// At another time it could be found otherwise.
    pub timed: bool,
    /// What is due.
    pub due: Due,
}

/// What is due before the guest may pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Nothing helps at this gate, a supervisor's override apart.
    Refuse {
        /// The stable code.
        reason: Reason,
        /// What was compared and what would make it true.
        explanation: Explanation,
    },
    /// A confirmation.
    Confirm(ConfirmationDue),
    /// Answers.
    Ask(Vec<QuestionDue>),
}

impl Finding {
    /// A refusal that holds at any time.
    pub(super) fn refuse(step: u8, reason: Reason, explanation: Explanation) -> Self {
        Self {
            step,
            timed: false,
            due: Due::Refuse {
                reason,
                explanation,
            },
        }
    }

    /// The same, but another time could change it.
    pub(super) fn timed(self) -> Self {
        Self {
            timed: true,
            ..self
        }
    }

    /// The same, and another time could change it if `timed`.
    pub(super) fn timed_if(self, timed: bool) -> Self {
        Self { timed, ..self }
    }
}

/// What all checks look at.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub book: &'a Book,
    pub known: &'a Knowledge,
    pub request: &'a Request,
    /// The list asked for; one that takes everybody once where the book has none.
    pub list: Cow<'a, List>,
}

impl<'a> Context<'a> {
    pub fn new(book: &'a Book, known: &'a Knowledge, request: &'a Request) -> Self {
        let strict = || {
            Cow::Owned(List {
                list: request.list,
                name: request.list.to_string(),
                ..List::default()
            })
        };
        Self {
            book,
            known,
            request,
            list: book.list(request.list).map_or_else(strict, Cow::Borrowed),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.request.now
    }

    pub fn clock_uncertain(&self) -> bool {
        self.known.clock == Clock::Uncertain
    }

    pub fn standing(&self, ticket: &Shown<'_>) -> Standing<'a> {
        let whose = (ticket.reference.serial, ticket.people());
        let history = &self.known.history;
        Standing::of(self.book, &self.list, whose, history, self.now())
    }

    /// A tier's name, or its number where the book has no name.
    pub fn tier_name(&self, tier: TierNo) -> String {
        let known = self.book.tier(tier);
        known.map_or_else(|| tier.to_string(), |tier| tier.name.clone())
    }

    /// `at`, and the whole minutes until then.
    pub fn until(&self, explanation: Explanation, at: Timestamp) -> Explanation {
        explanation
            .with("at", Arg::Time(at))
            .with("in", Arg::Minutes(minutes(at.millis_since(self.now()))))
    }

    /// `at`, and the whole minutes since then.
    pub fn since(&self, explanation: Explanation, at: Timestamp) -> Explanation {
        explanation
            .with("at", Arg::Time(at))
            .with("ago", Arg::Minutes(minutes(self.now().millis_since(at))))
    }
}

/// A ticket as the code, the manifest or both state it.
#[derive(Debug, Clone)]
pub(super) struct Shown<'a> {
    pub reference: TicketRef,
    pub tier: TierNo,
    pub zones: Zones,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub entries: u8,
    pub group: u8,
    pub flags: TicketFlags,
    pub state: TicketState,
    pub attention: bool,
    /// Codes below are superseded.
    pub min_generation: Generation,
    pub answered: &'a [QuestionNo],
    /// How the rotating part stands; absent where another ticket's code was shown.
    pub live: Option<LiveState>,
    /// The manifest says nothing about it.
    pub dataless: bool,
    /// Its code has no signature.
    pub unsigned: bool,
    /// It was found by the code of its main ticket.
    pub add_on: bool,
}

impl Shown<'_> {
    /// How many people it admits: one at least.
    pub fn people(&self) -> u32 {
        u32::from(self.group.max(1))
    }

    pub fn tier_in<'b>(&self, book: &'b Book) -> Option<&'b Tier> {
        book.tier(self.tier)
    }
}

/// The sentence `key`.
pub(super) fn say(key: Key) -> Explanation {
    Explanation::new(key)
}

/// Whole minutes, rounded down, never below 0.
fn minutes(millis: i64) -> i64 {
    (millis / 60_000).max(0)
}

/// Whether a choice of tiers takes `tier`: by its own number, or that of its product; none takes all.
fn takes(choice: &[TierNo], tier: TierNo, book: &Book) -> bool {
    let product = book.tier(tier).and_then(|tier| tier.product);
    choice.is_empty()
        || choice.contains(&tier)
        || product.is_some_and(|product| choice.contains(&product))
}
