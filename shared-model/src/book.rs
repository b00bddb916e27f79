//! The event book: everything about an event that a gate needs beside its tickets.
//!
//! A numbered document that the event key signs. Devices refuse a lower number
//! than they have. It carries its own UTC offsets, so no verdict reads a
//! device's time-zone database.

mod keys;
pub mod local;
mod validate;

pub use keys::{TicketKey, TicketKeyError, TicketKeys};
pub use validate::BookError;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::entry::rule::{Condition, RuleError};
use crate::ids::{
    DeviceNo, EventNo, GateNo, Kid, ListNo, OccurrenceNo, OperatorNo, PublicKey, QuestionNo,
    TierNo, Zones,
};
use crate::time::Timestamp;

/// Everything about an event that a gate needs beside its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Book {
    /// The event.
    pub event: EventNo,
    /// Rises with every change.
    pub number: u64,
    /// When this number was made.
    pub issued_at: Timestamp,
    /// The event's name.
    pub name: String,
    /// Begin of the event.
    pub starts_at: Option<Timestamp>,
    /// End of the event.
    pub ends_at: Option<Timestamp>,
    /// When doors open.
    pub admission_at: Option<Timestamp>,
    /// The event's offsets from UTC, ordered by `from`; the first holds before its time too.
    pub offsets: Vec<UtcOffset>,
    /// The event key, where keys of box offices have certificates of it.
    pub event_key: Option<PublicKey>,
    /// Keys whose tickets are genuine.
    pub keys: TicketKeys,
    /// Devices and people on duty.
    pub roster: Roster,
    /// What is sold.
    pub tiers: Vec<Tier>,
    /// Dates of a series.
    pub occurrences: Vec<Occurrence>,
    /// Check-in lists.
    pub lists: Vec<List>,
    /// Places where devices stand.
    pub gates: Vec<Gate>,
    /// Areas with a capacity.
    pub zones: Vec<Zone>,
    /// Questions for guests.
    pub questions: Vec<Question>,
    /// Key of the hash of foreign codes; absent when the event imported none.
    pub foreign_key: Option<PublicKey>,
    /// Secret of the keyed rotating codes, 32 bytes; absent where the event has none.
    pub live_key: Option<PublicKey>,
    /// A device whose clock is further off than this asks before time-dependent refusals.
    pub clock_limit_ms: i64,
    /// Whether devices hold names to search.
    pub search_on_devices: bool,
}

impl Book {
    /// The tier of that number.
    #[must_use]
    pub fn tier(&self, tier: TierNo) -> Option<&Tier> {
        self.tiers.iter().find(|known| known.tier == tier)
    }

    /// The date of that number; 0 is never one.
    #[must_use]
    pub fn occurrence(&self, occurrence: OccurrenceNo) -> Option<&Occurrence> {
        let mut known = self.occurrences.iter();
        known.find(|known| known.occurrence == occurrence && occurrence != OccurrenceNo(0))
    }

    /// The list of that number.
    #[must_use]
    pub fn list(&self, list: ListNo) -> Option<&List> {
        self.lists.iter().find(|known| known.list == list)
    }

    /// The gate of that number.
    #[must_use]
    pub fn gate(&self, gate: GateNo) -> Option<&Gate> {
        self.gates.iter().find(|known| known.gate == gate)
    }

    /// The zone of that bit.
    #[must_use]
    pub fn zone(&self, zone: u8) -> Option<&Zone> {
        self.zones.iter().find(|known| known.zone == zone)
    }

    /// The question of that number.
    #[must_use]
    pub fn question(&self, question: QuestionNo) -> Option<&Question> {
        let mut known = self.questions.iter();
        known.find(|known| known.question == question)
    }
}

impl Roster {
    /// The device whose facts this key signs.
    #[must_use]
    pub fn device_of(&self, fact_key: &PublicKey) -> Option<&RosterDevice> {
        self.devices
            .iter()
            .find(|known| known.fact_key == *fact_key)
    }

    /// The device of that number.
    #[must_use]
    pub fn device(&self, device: DeviceNo) -> Option<&RosterDevice> {
        self.devices.iter().find(|known| known.device == device)
    }

    /// The person of that number; 0 is nobody.
    #[must_use]
    pub fn operator(&self, operator: OperatorNo) -> Option<&Operator> {
        let mut known = self.operators.iter();
        known.find(|known| known.operator == operator && operator != OperatorNo(0))
    }
}

/// An offset from UTC that holds from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtcOffset {
    /// First instant of the offset.
    pub from: Timestamp,
    /// Seconds east of UTC.
    pub offset_secs: i32,
}

/// Who may write facts, and who works at the doors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Devices and server nodes.
    pub devices: Vec<RosterDevice>,
    /// People.
    pub operators: Vec<Operator>,
}

/// A device or server node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterDevice {
    /// Its number at this organizer.
    pub device: DeviceNo,
    /// What people call it.
    pub name: String,
    /// Key that its facts are signed with.
    pub fact_key: PublicKey,
    /// Key that it shows to peers.
    pub transport_key: PublicKey,
    /// When it counts; ordered, no overlaps.
    pub active: Vec<Interval>,
    /// A server node rather than a scanner.
    pub node: bool,
    /// The key number of the newest lease of serials that it was offered and that was not ended.
    pub sells_under: Option<Kid>,
    /// The gate where it is meant to stand, if the organizer said; staff may pick another.
    pub gate: Option<GateNo>,
}

/// A person on door duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Number that facts carry.
    pub operator: OperatorNo,
    /// Shown beside what they did.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they are on duty; empty for always.
    pub active: Vec<Interval>,
    /// Argon2id verifier of a PIN of six digits or more, in PHC form.
    pub pin: Option<String>,
}

/// What a person may do at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Scans.
    Staff,
    /// Scans, searches, overrides, resolves.
    Supervisor,
}

/// From `from` on, until before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it; absent while it lasts.
    pub until: Option<Timestamp>,
}

impl Interval {
    /// Whether `at` lies within.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Its number.
    pub tier: TierNo,
    /// Its name.
    pub name: String,
    /// The tier it is a variation of.
    pub product: Option<TierNo>,
    /// Its tickets admit before they are paid.
    pub valid_while_pending: bool,
    /// Staff should look at every guest.
    pub attention: bool,
}

/// A date of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Its number, from 1.
    pub occurrence: OccurrenceNo,
    /// Its name.
    pub name: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End; `starts_at` stands in where it is absent.
    pub ends_at: Option<Timestamp>,
    /// When doors open; `starts_at` stands in where it is absent.
    pub admission_at: Option<Timestamp>,
}

/// A check-in list: which tickets may enter where, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct List {
    /// Its number.
    pub list: ListNo,
    /// Its name.
    pub name: String,
    /// Tiers it takes; empty for all.
    pub tiers: Vec<TierNo>,
    /// The date it is for; absent for all.
    pub occurrence: Option<OccurrenceNo>,
    /// Tickets of unpaid orders may pass when staff confirm.
    pub include_pending: bool,
    /// How often a ticket may enter.
    pub entries: EntryMode,
    /// A guest inside has to exit before the next entry.
    pub exit_required: bool,
    /// An exit without an entry is refused.
    pub refuse_not_inside: bool,
    /// A condition on every entry.
    pub rule: Option<Rule>,
    /// Local minute of the day at which everybody counts as gone.
    pub auto_exit_minute: Option<u16>,
    /// The zone that an entry leads into.
    pub zone: Option<u8>,
    /// Scans are noted and use nothing up.
    pub non_consuming: bool,
    /// A main ticket stands for its add-on on this list.
    pub addon_match: bool,
    /// When the list is open; absent for always.
    pub active: Option<Interval>,
    /// What rotating codes mean here.
    pub live_code: LiveCode,
    /// Tickets that ask for attention need a confirmation.
    pub confirm_attention: bool,
}

/// How often a ticket may enter a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryMode {
    /// Once.
    #[default]
    Single,
    /// As often as it is shown.
    Multiple,
    /// Again after each exit.
    AfterExit,
    /// So many times on each local day.
    PerDay(u16),
    /// So many times in all.
    Total(u16),
}

/// What rotating codes mean on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveCode {
    /// Not looked at.
    #[default]
    Off,
    /// An old or missing one has to be confirmed.
    Prefer,
    /// An old or missing one is refused.
    Require,
}

/// A condition on entries: JsonLogic, kept as its JSON text and parsed once.
///
/// Written as a string everywhere; where JSON is read, the rule itself may stand in its place.
#[derive(Clone)]
pub struct Rule {
    text: String,
    parsed: OnceLock<Result<Condition, RuleError>>,
}

impl Rule {
    /// The rule that `text` states, whether it parses or not.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parsed: OnceLock::new(),
        }
    }

    /// The JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the rule states.
    ///
    /// # Errors
    /// [`RuleError`] where the text is no rule.
    pub fn condition(&self) -> Result<&Condition, &RuleError> {
        self.parsed
            .get_or_init(|| Condition::parse(&self.text))
            .as_ref()
    }
}

/// Two rules are equal when their texts are.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Rule {}

impl core::fmt::Debug for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Rule").field(&self.text).finish()
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return String::deserialize(deserializer).map(Self::new);
        }
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Self::new(text),
            rule => Self::new(rule.to_string()),
        })
    }
}

/// A place where devices stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Its number.
    pub gate: GateNo,
    /// Its name.
    pub name: String,
    /// Lists that its devices may use; empty for all.
    pub lists: Vec<ListNo>,
}

/// An area with a capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its bit, 0 to 31.
    pub zone: u8,
    /// Its name.
    pub name: String,
    /// People it holds; absent for no limit.
    pub capacity: Option<u32>,
    /// Zones that entering this one leaves.
    pub leaves: Zones,
}

/// A question for guests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its number.
    pub question: QuestionNo,
    /// What to ask.
    pub text: String,
    /// Tiers whose guests are asked; empty for all.
    pub tiers: Vec<TierNo>,
    /// An answer is needed.
    pub required: bool,
    /// Asked at the gate.
    pub at_checkin: bool,
    /// What an answer looks like.
    pub kind: AnswerKind,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// Free text of at most so many characters.
    Text(u16),
    /// A whole number within bounds.
    Number {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// Yes or no; a required one needs a yes.
    YesNo,
    /// One of these.
    OneOf(Vec<String>),
    /// Any of these, separated by line breaks.
    SomeOf(Vec<String>),
    /// A date, `YYYY-MM-DD`.
    Date,
}
