//! Step 8: what the ticket's history on this list leaves.

use super::{Context, Due, Finding, Shown, say};
use crate::book::EntryMode;
use crate::entry::history::Standing;
use crate::entry::{Key, PastScan};
use crate::ticket::TicketFlags;
use crate::verdict::{Arg, Cause, ConfirmationDue, Explanation, Reason};

/// Whether an entry is left, and for a group how many people come in.
pub(in crate::entry) fn entries(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
) -> Option<Finding> {
    if context.list.non_consuming {
        return None;
    }
    match left(context, ticket, standing) {
        Ok(left) => group(context, ticket, left),
        Err(finding) => Some(finding),
    }
}

/// How many people may come in with one more scan, at least one.
pub(in crate::entry) fn left(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
) -> Result<u32, Finding> {
    let group = ticket.people();
    let by_list = by_list(context, standing, group);
    let by_ticket = by_ticket(ticket, standing);
    if by_list == 0 || by_ticket == 0 {
        return Err(used(context, ticket, standing, by_list == 0));
    }
    let left = by_list.min(by_ticket).min(group);
    if !context.list.exit_required {
        return Ok(left);
    }
    match group.saturating_sub(standing.inside) {
        0 => Err(checkout(context, standing)),
        outside => Ok(left.min(outside)),
    }
}

fn by_list(context: &Context<'_>, standing: &Standing<'_>, group: u32) -> u32 {
    let times = |limit: u16| u32::from(limit).saturating_mul(group);
    match context.list.entries {
        EntryMode::Single => group.saturating_sub(standing.let_in),
        EntryMode::Multiple => group,
        EntryMode::AfterExit => group.saturating_sub(standing.inside),
        EntryMode::PerDay(limit) => times(limit).saturating_sub(standing.today),
        EntryMode::Total(limit) => times(limit).saturating_sub(standing.let_in),
    }
}

/// What the ticket itself allows; with re-entry, coming back from outside costs nothing.
fn by_ticket(ticket: &Shown<'_>, standing: &Standing<'_>) -> u32 {
    if ticket.entries == 0 {
        return u32::MAX;
    }
    let allowed = u32::from(ticket.entries).saturating_mul(ticket.people());
    if !ticket.flags.has(TicketFlags::RE_ENTRY) {
        return allowed.saturating_sub(standing.let_in);
    }
    allowed
        .saturating_sub(standing.spent)
        .saturating_add(standing.outside)
}

fn used(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
    by_list: bool,
) -> Finding {
    let Some(last) = standing.entries.last() else {
        let list = Arg::Text(context.list.name.clone());
        let explanation = say(Key::NoEntries).with("list", list);
        return Finding::refuse(8, Reason::AlreadyUsed, explanation);
    };
    let limit = |key, limit: u32| say(key).with("limit", Arg::Number(limit.into()));
    let explanation = match context.list.entries {
        _ if !by_list => limit(Key::UsedUp, ticket.entries.into()),
        EntryMode::Single | EntryMode::Multiple => say(Key::AlreadyUsed),
        EntryMode::AfterExit => say(Key::AlreadyInside),
        EntryMode::PerDay(entries) => limit(Key::UsedToday, entries.into()),
        EntryMode::Total(entries) => limit(Key::UsedUp, entries.into()),
    };
    let timed = match context.list.entries {
        EntryMode::PerDay(_) => true,
        EntryMode::AfterExit => context.list.auto_exit_minute.is_some(),
        _ => !by_list && context.list.auto_exit_minute.is_some(),
    };
    Finding::refuse(8, Reason::AlreadyUsed, place(context, explanation, last)).timed_if(timed)
}

fn checkout(context: &Context<'_>, standing: &Standing<'_>) -> Finding {
    let explanation = say(Key::CheckoutFirst);
    let explanation = match standing.entries.last() {
        Some(last) => place(context, explanation, last),
        None => explanation,
    };
    let timed = context.list.auto_exit_minute.is_some();
    Finding::refuse(8, Reason::CheckoutRequired, explanation).timed_if(timed)
}

/// Where, by which device and when the last entry was.
fn place(context: &Context<'_>, explanation: Explanation, last: &PastScan) -> Explanation {
    let gate = context.book.gate(last.gate);
    let gate = gate.map_or_else(|| last.gate.to_string(), |gate| gate.name.clone());
    let device = last
        .device
        .and_then(|device| context.book.roster.device(device));
    let device = match (device, last.device) {
        (Some(device), _) => device.name.clone(),
        (None, Some(number)) => number.to_string(),
        (None, None) => last.actor.to_string().chars().take(8).collect(),
    };
    let explanation = explanation
        .with("gate", Arg::Text(gate))
        .with("device", Arg::Text(device));
    context.since(explanation, last.hlc.time())
}

fn group(context: &Context<'_>, ticket: &Shown<'_>, left: u32) -> Option<Finding> {
    if ticket.people() == 1 {
        return None;
    }
    let args = |explanation: Explanation| {
        explanation
            .with("left", Arg::Number(left.into()))
            .with("group", Arg::Number(ticket.group.into()))
    };
    let explanation = match group_count(context) {
        Some(count) if (1..=left).contains(&u32::from(count)) => return None,
        Some(count) => args(say(Key::GroupTooMany).with("count", Arg::Number(count.into()))),
        None => args(say(Key::GroupCount)),
    };
    Some(Finding {
        step: 8,
        timed: false,
        due: Due::Confirm(ConfirmationDue {
            cause: Cause::Group,
            explanation,
        }),
    })
}

/// How many of the group come in, as the last confirmation says.
fn group_count(context: &Context<'_>) -> Option<u8> {
    let mut confirmed = context.request.confirmed.iter().rev();
    let last = confirmed.find(|confirmed| confirmed.cause == Cause::Group)?;
    last.count
}

/// How many people pass with this scan: one, or as many of a group as was said and it has.
pub(in crate::entry) fn group_people(context: &Context<'_>, ticket: &Shown<'_>) -> u8 {
    let most = ticket.group.max(1);
    group_count(context).unwrap_or(1).clamp(1, most)
}

/// An exit of a ticket with nobody inside, where the list minds.
pub(in crate::entry) fn not_inside(
    context: &Context<'_>,
    standing: &Standing<'_>,
) -> Option<Explanation> {
    let list = || Arg::Text(context.list.name.clone());
    (standing.inside == 0).then(|| say(Key::NotInside).with("list", list()))
}
