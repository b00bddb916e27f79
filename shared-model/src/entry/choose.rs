//! Step 1, second half: which ticket a code stands for.
//!
//! Usually the one whose serial the token states. A foreign code may fit
//! several, of which the one valid now is meant; and on a list with add-on
//! match a main ticket stands for its add-on.

use super::history::Standing;
use super::steps::{self, Context, Finding, Shown, say};
use super::{Key, LiveState, Presented, TokenFacts};
use crate::fact::Direction;
use crate::foreign::foreign_hash;
use crate::ids::Generation;
use crate::ticket::{TicketRecord, TicketRef, TicketState};
use crate::verdict::{Arg, Reason};

/// The ticket that is decided on, and what its code alone makes due.
pub(super) struct Choice<'a> {
    pub ticket: Shown<'a>,
    pub due: Option<Finding>,
}

/// Finds the ticket, or says why there is none.
pub(super) fn choose<'a>(context: &Context<'a>) -> Result<Choice<'a>, Finding> {
    match &context.known.presented {
        Presented::Refused {
            reason,
            explanation,
        } => Err(Finding::refuse(1, *reason, explanation.clone())),
        Presented::Token(token) => {
            let due = steps::check_token(context.book, token, context.now())?;
            let ticket = of_token(context, token)?;
            let ticket = add_on(context, ticket)?;
            Ok(Choice { ticket, due })
        }
        Presented::Foreign(code) => {
            let ticket = of_foreign(context, code)?;
            let ticket = add_on(context, ticket)?;
            Ok(Choice { ticket, due: None })
        }
    }
}

fn of_token<'a>(context: &Context<'a>, token: &TokenFacts) -> Result<Shown<'a>, Finding> {
    let mut records = context.known.tickets.iter();
    let record = records.find(|record| record.serial == token.serial);
    let missing = context
        .known
        .highest_serial
        .is_some_and(|highest| token.serial <= highest);
    if record.is_none() && missing {
        let serial = Arg::Number(token.serial.get().into());
        let explanation = say(Key::SerialUnknown).with("serial", serial);
        return Err(Finding::refuse(1, Reason::UnknownTicket, explanation));
    }
    let mut shown = match record {
        Some(record) => Shown::of_record(record),
        None => Shown::of_token(token),
    };
    shown.reference.kid = token.kid;
    shown.reference.generation = token.generation;
    shown.valid_from = shown.valid_from.or(Some(token.valid_from));
    shown.valid_until = shown.valid_until.or(Some(token.valid_until));
    shown.flags.0 |= token.flags.0;
    shown.live = Some(token.live);
    let beside = context.known.min_generation.unwrap_or_default();
    shown.min_generation = shown.min_generation.max(beside);
    Ok(shown)
}

/// Of several tickets with one foreign code the one that is valid now, or that is inside.
fn of_foreign<'a>(context: &Context<'a>, code: &str) -> Result<Shown<'a>, Finding> {
    let Some(key) = &context.book.foreign_key else {
        return Err(Finding::refuse(
            1,
            Reason::Malformed,
            say(Key::CodeMalformed),
        ));
    };
    let hash = foreign_hash(key, code);
    let records = context.known.tickets.iter();
    let mut matches: Vec<Shown<'a>> = records
        .filter(|record| record.foreign == Some(hash))
        .map(|record| Shown {
            unsigned: true,
            live: Some(LiveState::Absent),
            ..Shown::of_record(record)
        })
        .collect();
    sort(&mut matches);
    let fitting = match context.request.direction {
        Direction::Entry => fitting(context, &matches),
        Direction::Exit => match inside(context, &matches) {
            some if some.is_empty() => fitting(context, &matches),
            some => some,
        },
    };
    match (fitting.as_slice(), matches.first()) {
        ([one], _) => Ok(one.clone()),
        ([], None) => Err(Finding::refuse(
            1,
            Reason::UnknownTicket,
            say(Key::ForeignUnknown),
        )),
        ([], Some(_)) => Ok(nearest(context, matches)),
        (several, _) => {
            let count = Arg::Number(several.len().try_into().unwrap_or(i64::MAX));
            let explanation = say(Key::ForeignAmbiguous).with("count", count);
            Err(Finding::refuse(1, Reason::Ambiguous, explanation))
        }
    }
}

/// The one whose first refusal comes latest, the lowest serial of several; `matches` is not empty.
fn nearest<'a>(context: &Context<'_>, matches: Vec<Shown<'a>>) -> Shown<'a> {
    let first_refusal = |shown: &Shown<'_>| refusals(context, shown).next().unwrap_or(u8::MAX);
    // Reversed, because the last of several maxima is taken.
    let latest = matches.into_iter().rev().max_by_key(first_refusal);
    latest.expect("the caller found at least one match")
}

/// On a list with add-on match that does not take the ticket itself: its add-on.
fn add_on<'a>(context: &Context<'a>, main: Shown<'a>) -> Result<Shown<'a>, Finding> {
    let itself = !context.list.addon_match || steps::tier_on_list(context, &main);
    if itself || steps::state(context, &main).is_some() {
        return Ok(main);
    }
    let mut add_ons: Vec<Shown<'a>> = context
        .known
        .tickets
        .iter()
        .filter(|record| record.addon_of == Some(main.reference.serial))
        .map(|record| Shown {
            unsigned: main.unsigned,
            add_on: true,
            ..Shown::of_record(record)
        })
        .filter(|shown| steps::tier_on_list(context, shown))
        .collect();
    sort(&mut add_ons);
    let (preferred, one_is_enough) = match context.request.direction {
        Direction::Entry => (unused(context, &add_ons), false),
        Direction::Exit => (inside(context, &add_ons), true),
    };
    match preferred.as_slice() {
        [] => {}
        [one] => return Ok(one.clone()),
        // Who leaves is let go: any one that is inside will do.
        [one, ..] if one_is_enough => return Ok(one.clone()),
        several => {
            let count = Arg::Number(several.len().try_into().unwrap_or(i64::MAX));
            let explanation = say(Key::AddOnAmbiguous).with("count", count);
            return Err(Finding::refuse(1, Reason::Ambiguous, explanation));
        }
    }
    let usable = fitting(context, &add_ons).into_iter().next();
    // Without any add-on on the list the main ticket is refused for its tier.
    Ok(usable
        .or_else(|| add_ons.into_iter().next())
        .unwrap_or(main))
}

fn sort(tickets: &mut [Shown<'_>]) {
    tickets.sort_by_key(|shown| shown.reference.serial);
}

/// Those that steps 2 to 5 do not refuse.
fn fitting<'a>(context: &Context<'_>, tickets: &[Shown<'a>]) -> Vec<Shown<'a>> {
    let fits = |shown: &&Shown<'a>| refusals(context, shown).next().is_none();
    tickets.iter().filter(fits).cloned().collect()
}

/// Those of them that also have an entry left.
fn unused<'a>(context: &Context<'_>, tickets: &[Shown<'a>]) -> Vec<Shown<'a>> {
    let mut fitting = fitting(context, tickets);
    fitting.retain(|shown| {
        let standing = context.standing(shown);
        context.list.non_consuming || steps::left(context, shown, &standing).is_ok()
    });
    fitting
}

/// Those with somebody inside.
fn inside<'a>(context: &Context<'_>, tickets: &[Shown<'a>]) -> Vec<Shown<'a>> {
    let present = |shown: &&Shown<'a>| {
        let standing: Standing<'_> = context.standing(shown);
        standing.inside > 0
    };
    tickets.iter().filter(present).cloned().collect()
}

/// The steps of 2 to 5 at which the ticket itself is refused, in order.
fn refusals<'c>(context: &'c Context<'_>, shown: &'c Shown<'_>) -> impl Iterator<Item = u8> + 'c {
    steps::state(context, shown)
        .into_iter()
        .chain(steps::validity(context, shown))
        .chain(steps::list(context, shown))
        .chain(steps::paid(context, shown))
        .filter(|finding| matches!(finding.due, steps::Due::Refuse { .. }))
        .map(|finding| finding.step)
}

impl<'a> Shown<'a> {
    fn of_record(record: &'a TicketRecord) -> Self {
        Self {
            reference: TicketRef {
                serial: record.serial,
                generation: record.min_generation,
                kid: record.kid,
                occurrence: record.occurrence,
            },
            tier: record.tier,
            zones: record.zones,
            valid_from: record.valid_from,
            valid_until: record.valid_until,
            entries: record.entries,
            group: record.group,
            flags: record.flags,
            state: record.state,
            attention: record.attention,
            min_generation: record.min_generation,
            answered: &record.answered,
            live: None,
            dataless: false,
            unsigned: false,
            add_on: false,
        }
    }

    fn of_token(token: &TokenFacts) -> Self {
        Self {
            reference: TicketRef {
                serial: token.serial,
                generation: token.generation,
                kid: token.kid,
                occurrence: token.occurrence,
            },
            tier: token.tier,
            zones: token.zones,
            valid_from: None,
            valid_until: None,
            entries: token.entries,
            group: token.group,
            flags: token.flags,
            state: TicketState::Valid,
            attention: false,
            min_generation: Generation(0),
            answered: &[],
            live: None,
            dataless: true,
            unsigned: false,
            add_on: false,
        }
    }
}
