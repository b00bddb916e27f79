//! Step 0: may this device decide, and may this person override.

use super::{Context, Finding, say};
use crate::book::{Interval, Role};
use crate::entry::Key;
use crate::ids::OperatorNo;
use crate::verdict::{Arg, Reason};

/// Whether somebody is on duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::entry) enum Duty {
    /// Yes.
    On,
    /// The clock says no, but it is uncertain and the true time may say yes.
    Unclear,
    /// No.
    Off,
}

/// Whether the device is in the roster for now.
pub(in crate::entry) fn device(context: &Context<'_>) -> Option<Finding> {
    let reason = Reason::DeviceNotAuthorised;
    let own = context.known.device.as_ref();
    let Some(device) = own.and_then(|own| context.book.roster.device_of(own)) else {
        return Some(Finding::refuse(0, reason, say(Key::DeviceUnknown)));
    };
    let explanation = || say(Key::DeviceNotActive).with("device", Arg::Text(device.name.clone()));
    match duty(context, &device.active) {
        Duty::On => None,
        Duty::Unclear => Some(Finding::refuse(0, reason, explanation()).timed()),
        Duty::Off => Some(Finding::refuse(0, reason, explanation())),
    }
}

/// Whether `operator` is a supervisor on duty.
pub(in crate::entry) fn supervisor(context: &Context<'_>, operator: OperatorNo) -> Duty {
    match context.book.roster.operator(operator) {
        Some(person) if person.role == Role::Supervisor && person.active.is_empty() => Duty::On,
        Some(person) if person.role == Role::Supervisor => duty(context, &person.active),
        _ => Duty::Off,
    }
}

/// An uncertain clock proves nothing, but it is later now than when the book was made.
fn duty(context: &Context<'_>, active: &[Interval]) -> Duty {
    if active.iter().any(|one| one.contains(context.now())) {
        return Duty::On;
    }
    let possible = |one: &Interval| one.until.is_none_or(|end| end > context.book.issued_at);
    if context.clock_uncertain() && active.iter().any(possible) {
        return Duty::Unclear;
    }
    Duty::Off
}
