//! Who may do what, as the book's roster says it of a fact's time.

use crate::book::{Book, Role, RosterDevice};
use crate::ids::{DeviceNo, OperatorNo, PublicKey};
use crate::log::fold::Logged;
use crate::time::Timestamp;

/// How long a device may annul its own facts by itself, in milliseconds.
const OWN_ANNUL_MS: i64 = 15 * 60 * 1000;

/// How much before its enrolment a device's clock may place a fact, in milliseconds.
const ENROLMENT_SLACK_MS: i64 = crate::hlc::Hlc::MAX_AHEAD_MS;

/// The roster's number of the device with `key`.
pub(super) fn device_no(book: &Book, key: &PublicKey) -> Option<DeviceNo> {
    book.roster.device_of(key).map(|device| device.device)
}

/// Whether the device that wrote `logged` was enrolled then, and the fact arrived in time.
pub(super) fn is_enrolled(book: &Book, logged: &Logged) -> bool {
    let at = logged.fact.stamp().order().time();
    let enrolled = |device: &RosterDevice| {
        device.active.iter().any(|interval| {
            interval.contains(at) || interval.contains(at.plus_millis(ENROLMENT_SLACK_MS))
        })
    };
    !logged.flags.has(crate::log::Flags::LATE)
        && book
            .roster
            .device_of(&logged.fact_key)
            .is_some_and(enrolled)
}

/// Whether `operator` was a supervisor on duty at `at`.
pub(super) fn is_supervisor(book: &Book, operator: OperatorNo, at: Timestamp) -> bool {
    book.roster.operator(operator).is_some_and(|person| {
        person.role >= Role::Supervisor
            && (person.active.is_empty()
                || person.active.iter().any(|interval| interval.contains(at)))
    })
}

/// Whether a server node wrote `logged`: it checked the person itself.
fn is_of_node(book: &Book, logged: &Logged) -> bool {
    book.roster
        .device_of(&logged.fact_key)
        .is_some_and(|device| device.node)
}

/// Whether `logged` may speak for a supervisor, as `operator`.
pub(super) fn may_supervise(book: &Book, logged: &Logged, operator: OperatorNo) -> bool {
    is_of_node(book, logged) || is_supervisor(book, operator, logged.fact.stamp().order().time())
}

/// Whether `annul`, by `operator`, may take back `target`: the same device soon after, or a supervisor.
pub(super) fn may_annul(
    book: &Book,
    annul: &Logged,
    target: &Logged,
    operator: OperatorNo,
) -> bool {
    let age = annul
        .fact
        .stamp()
        .order()
        .time()
        .millis_since(target.fact.stamp().order().time());
    let own = annul.fact_key == target.fact_key && (0..=OWN_ANNUL_MS).contains(&age);
    own || may_supervise(book, annul, operator)
}
