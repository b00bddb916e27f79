//! What the bodies of the set-up look like, for the description of the API.
//!
//! The parts of the book are documents whose fields the book defines; these types say
//! the same to readers and to generators of clients. A test holds field for field
//! against the book and sends every example to the server.

pub(super) mod verdict;

use serde::Serialize;
use utoipa::ToSchema;

use crate::gateway::time::Instant;

/// A check-in list: which tickets may enter where, how often, and by which rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckinList, example = json!({
    "name": "Backstage", "tiers": [1], "entries": {"per_day": 2}, "zone": 0,
    "rule": {"or": [
        {"inList": [{"var": "product"}, {"objectList": [{"lookup": ["product", "1", "Standing"]}]}]},
        {"isAfter": [{"var": "now"}, {"buildTime": ["customtime", "18:00"]}]}]},
    "active": {"from": "2026-06-20T18:00:00Z", "until": null}, "live_code": "off"}))]
pub(super) struct List {
    /// Its number; given by the server, never sent.
    #[schema(read_only)]
    list: Option<u16>,
    /// Its name, 1 to 200 characters; needed for a new one.
    name: Option<String>,
    /// Tiers it takes, by number; empty for all.
    tiers: Option<Vec<u16>>,
    /// The date of the series that it is for, by number; `null` for all.
    occurrence: Option<u16>,
    /// Tickets of unpaid orders may pass when staff confirm.
    include_pending: Option<bool>,
    /// How often a ticket may enter.
    entries: Option<EntryMode>,
    /// A guest inside has to exit before the next entry.
    exit_required: Option<bool>,
    /// An exit without an entry is refused.
    refuse_not_inside: Option<bool>,
    /// A condition on every entry, as JsonLogic; `null` for none. Shown as its text; the object or its
    /// text may be sent.
    ///
    /// Operators: `and`, `or`, `!`, `!!`, `var`, `==`, `!=`, `<`, `<=`, `>`, `>=` (three operands of `<` mean
    /// between), `inList`, `objectList`, `lookup` (`["product", number, name]`, likewise `variation` and `gate`),
    /// `buildTime` (`["custom", instant]`, `["customtime", "18:00"]` of the event's local day, `["date_from"]`,
    /// `["date_to"]`, `["date_admission"]`), `isBefore`, `isAfter` (a third operand is a tolerance in minutes).
    /// Variables: `product` (the tier, or the one it is a variation of), `variation`, `gate`, `now`,
    /// `now_isoweekday`, `entries_number`, `entries_today`, `entries_days`, `minutes_since_last_entry`,
    /// `minutes_since_first_entry` (−1 for none), `entry_status` (`present`, `absent`); of a time:
    /// `entries_since`, `entries_before`, `entries_days_since`, `entries_days_before`.
    #[schema(value_type = Option<Object>)]
    rule: Option<()>,
    /// Local minute of the day, 0 to 1439, at which everybody inside counts as gone; `null` for never.
    auto_exit_minute: Option<u16>,
    /// The zone that an entry leads into, by number; `null` for none.
    zone: Option<u8>,
    /// Scans are noted and use nothing up.
    non_consuming: Option<bool>,
    /// A main ticket stands for its add-on on this list.
    addon_match: Option<bool>,
    /// When the list is open; `null` for always.
    active: Option<Interval>,
    /// What codes that change every 30 seconds mean here.
    live_code: Option<LiveCodes>,
    /// Tickets that ask for attention need a confirmation.
    confirm_attention: Option<bool>,
}

/// How often a ticket may enter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described")]
pub(super) enum EntryMode {
    /// Once.
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

/// What live codes mean on a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described")]
pub(super) enum LiveCodes {
    /// Not looked at.
    Off,
    /// An old or missing one has to be confirmed.
    Prefer,
    /// An old or missing one is refused.
    Require,
}

/// From an instant on, until before another.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Interval {
    /// First instant.
    from: Instant,
    /// First instant after it; `null` while it lasts.
    until: Option<Instant>,
}

/// What a guest answered to a question.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GivenAnswer {
    /// The question's number.
    question: u16,
    /// What was answered.
    text: String,
}

/// What staff confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GivenConfirmation {
    /// `unpaid`, `attention`, `group`, `clock_untrusted`, `live_code_stale` or `lease_over`, as the verdict asked.
    #[schema(example = "unpaid")]
    cause: String,
    /// For `group`, how many people go in.
    count: Option<u8>,
}

/// A supervisor's decision to let a guest pass all the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Overriding {
    /// The supervisor's number among the operators.
    supervisor: u16,
    /// The steps to pass over, 2 to 9: those that refused, as verdicts name them.
    #[schema(example = json!([8]))]
    steps: Vec<u8>,
    /// Why, as a number of the organizer's own list of reasons.
    reason_code: u8,
}

/// A place where devices stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "North", "lists": [1]}))]
pub(super) struct Gate {
    /// Its number; given by the server, never sent.
    #[schema(read_only)]
    gate: Option<u16>,
    /// Its name, 1 to 200 characters; needed for a new one.
    name: Option<String>,
    /// Lists that its devices may use, by number; empty for all.
    lists: Option<Vec<u16>>,
}

/// An area with a capacity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "Hall", "capacity": 800, "leaves": 0}))]
pub(super) struct Zone {
    /// Its number, 0 to 31; given by the server, never sent.
    #[schema(read_only)]
    zone: Option<u8>,
    /// Its name, 1 to 200 characters; needed for a new one.
    name: Option<String>,
    /// People it holds; `null` for no limit.
    capacity: Option<u32>,
    /// Zones that entering this one leaves: bit n for zone n.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    leaves: Option<u32>,
}

/// A question for guests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"text": "Allergies?", "required": false, "kind": {"text": 200}}))]
pub(super) struct Question {
    /// Its number; given by the server, never sent.
    #[schema(read_only)]
    question: Option<u16>,
    /// What to ask, 1 to 200 characters; needed for a new one.
    text: Option<String>,
    /// Tiers whose guests are asked, by number; empty for all.
    tiers: Option<Vec<u16>>,
    /// An answer is needed.
    required: Option<bool>,
    /// Asked at the gate.
    at_checkin: Option<bool>,
    /// What an answer looks like.
    kind: Option<AnswerKind>,
}

/// What an answer looks like.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described")]
pub(super) enum AnswerKind {
    /// Free text of at most so many characters.
    Text(u16),
    /// A whole number within bounds.
    Number {
        /// Smallest; `null` for any.
        min: Option<i64>,
        /// Largest; `null` for any.
        max: Option<i64>,
    },
    /// Yes or no; a required one needs a yes.
    YesNo,
    /// One of these.
    OneOf(Vec<String>),
    /// Any of these.
    SomeOf(Vec<String>),
    /// A date, `YYYY-MM-DD`.
    Date,
}

/// A person on door duty, as sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "Ana", "role": "supervisor", "pin": "483920"}))]
pub(super) struct Operator {
    /// Its number; given by the server, never sent.
    #[schema(read_only)]
    operator: Option<u16>,
    /// Shown beside what they did, 1 to 200 characters; needed for a new one.
    name: Option<String>,
    /// What they may do.
    role: Option<Role>,
    /// When they are on duty; empty for always.
    active: Option<Vec<Interval>>,
    /// 6 to 12 digits, not all the same; `null` for none. Kept as an argon2id verifier.
    pin: Option<String>,
}

/// A person on door duty, as shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"operator": 1, "name": "Ana", "role": "supervisor", "active": [], "pin": true}))]
pub(super) struct ShownOperator {
    /// Its number: what overrides and resolutions name.
    operator: u16,
    /// Shown beside what they did.
    name: String,
    /// What they may do.
    role: Role,
    /// When they are on duty; empty for always.
    active: Vec<Interval>,
    /// Whether they have a PIN.
    pin: bool,
}

/// What a person may do at a door.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described")]
pub(super) enum Role {
    /// Scans.
    Staff,
    /// Scans, searches, overrides, resolves.
    Supervisor,
}

/// A device that asks for its shares of zones with a limit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShareAsk {
    /// The event's number.
    event: u32,
    /// As whom the device writes, 16 bytes in hexadecimal.
    #[schema(min_length = 32, max_length = 32)]
    actor: String,
}

/// A device's shares, signed by the event key under the label for leases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignedShares {
    /// The shares in postcard, in hexadecimal.
    bytes: String,
    /// Ed25519 signature, 64 bytes in hexadecimal.
    #[schema(min_length = 128, max_length = 128)]
    signature: String,
}
