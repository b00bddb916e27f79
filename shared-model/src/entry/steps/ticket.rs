//! Steps 2, 3 and 5: what the ticket itself says; and the attention it asks for.

use super::{Context, Due, Finding, Shown, say};
use crate::book::LiveCode;
use crate::entry::{Key, LiveState};
use crate::ids::Generation;
use crate::ticket::{TicketFlags, TicketState};
use crate::verdict::{Arg, Cause, ConfirmationDue, Reason};

/// The lowest good generation of a ticket that was cancelled.
const CANCELLED: Generation = Generation(u8::MAX);

/// Step 2: the state of the order and the issue.
pub(in crate::entry) fn state(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    let refuse = |reason, key| Some(Finding::refuse(2, reason, say(key)));
    let shown = ticket.reference.generation;
    match ticket.state {
        TicketState::Revoked => return refuse(Reason::Revoked, Key::Revoked),
        TicketState::Cancelled => return refuse(Reason::Cancelled, Key::Cancelled),
        TicketState::Expired => return refuse(Reason::Cancelled, Key::PaymentDeadline),
        _ => {}
    }
    if shown < ticket.min_generation && ticket.min_generation == CANCELLED {
        return refuse(Reason::Cancelled, Key::Cancelled);
    }
    if shown < ticket.min_generation {
        let explanation = say(Key::Superseded)
            .with("shown", Arg::Number(shown.get().into()))
            .with("newest", Arg::Number(ticket.min_generation.get().into()));
        return Some(Finding::refuse(2, Reason::Superseded, explanation));
    }
    match ticket.state {
        TicketState::Disputed => refuse(Reason::Disputed, Key::Disputed),
        TicketState::Blocked => refuse(Reason::Blocked, Key::Blocked),
        TicketState::Unapproved => refuse(Reason::Unapproved, Key::Unapproved),
        _ if ticket.flags.has(TicketFlags::TEST) && !context.request.rehearsal => {
            refuse(Reason::Blocked, Key::TestTicket)
        }
        _ => None,
    }
}

/// Step 3: the window, both ends included, then the age of the code.
pub(in crate::entry) fn validity(
    context: &Context<'_>,
    ticket: &Shown<'_>,
) -> impl Iterator<Item = Finding> {
    let now = context.now();
    let early = ticket.valid_from.filter(|from| now < *from).map(|from| {
        let explanation = context.until(say(Key::ValidFrom), from);
        Finding::refuse(3, Reason::NotYetValid, explanation).timed()
    });
    let late = ticket
        .valid_until
        .filter(|until| now > *until)
        .map(|until| {
            let explanation = context.since(say(Key::ValidUntil), until);
            Finding::refuse(3, Reason::Expired, explanation).timed()
        });
    let code = ticket.live.and_then(|live| live_code(context, live));
    [early, late, code].into_iter().flatten()
}

fn live_code(context: &Context<'_>, live: LiveState) -> Option<Finding> {
    let (reason, key) = match live {
        LiveState::Fresh => return None,
        LiveState::Stale => (Reason::LiveCodeStale, Key::LiveStale),
        LiveState::Absent => (Reason::LiveCodeRequired, Key::LiveMissing),
    };
    match context.list.live_code {
        LiveCode::Off => None,
        LiveCode::Prefer => Some(confirm(3, Cause::LiveCodeStale, key)),
        // Where the own clock is uncertain a person decides, whichever of the two it is.
        LiveCode::Require => Some(Finding::refuse(3, reason, say(key)).timed()),
    }
}

/// Step 5: the payment.
pub(in crate::entry) fn paid(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    if ticket.state != TicketState::Pending {
        return None;
    }
    let tier = ticket.tier_in(context.book);
    if tier.is_some_and(|tier| tier.valid_while_pending) {
        return None;
    }
    if context.list.include_pending {
        return Some(confirm(5, Cause::Unpaid, Key::PayableHere));
    }
    Some(Finding::refuse(5, Reason::Unpaid, say(Key::Unpaid)))
}

/// Beside step 7: attention that the list wants confirmed.
pub(in crate::entry) fn attention(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    (context.list.confirm_attention && wants_attention(context, ticket))
        .then(|| confirm(7, Cause::Attention, Key::Attention))
}

/// Whether the ticket or its tier asks for a person's attention.
pub(in crate::entry) fn wants_attention(context: &Context<'_>, ticket: &Shown<'_>) -> bool {
    let tier = ticket.tier_in(context.book);
    ticket.attention || tier.is_some_and(|tier| tier.attention)
}

fn confirm(step: u8, cause: Cause, key: Key) -> Finding {
    Finding {
        step,
        timed: false,
        due: Due::Confirm(ConfirmationDue {
            cause,
            explanation: say(key),
        }),
    }
}
