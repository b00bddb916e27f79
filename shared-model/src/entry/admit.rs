//! An admission: how many people pass, and what staff should know.

use super::Key;
use super::history::Standing;
use super::settle::{Settled, operator};
use super::steps::{self, Context, Shown, say};
use crate::fact::Direction;
use crate::ids::GateNo;
use crate::ticket::{TicketFlags, TicketState};
use crate::verdict::{Admission, Arg, Cause, Note, Remark, Steps};

/// The admission that nothing stands against any more.
pub(super) fn admit(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
    settled: &Settled,
    found: Vec<Remark>,
) -> Admission {
    let (people, inside) = passing(context, ticket, standing);
    let mut notes = found;
    notes.extend(remarks(context, ticket, settled));
    notes.sort_by_key(|remark| remark.note);
    let group = ticket.people() > 1 && !context.list.non_consuming;
    Admission {
        ticket: ticket.reference,
        people,
        notes,
        attention: steps::wants_attention(context, ticket),
        admitted_of: group.then(|| (inside.try_into().unwrap_or(u8::MAX), ticket.group)),
        overridden: settled.overridden,
    }
}

/// How many people pass, and how many of the ticket are inside afterwards.
fn passing(context: &Context<'_>, ticket: &Shown<'_>, standing: &Standing<'_>) -> (u8, u32) {
    let people = steps::group_people(context, ticket);
    match context.request.direction {
        _ if context.list.non_consuming => (1, standing.inside),
        Direction::Entry => {
            let inside = standing.inside.saturating_add(people.into());
            (people, inside.min(ticket.people()))
        }
        Direction::Exit => {
            let inside: u8 = standing.inside.try_into().unwrap_or(u8::MAX);
            let people = people.min(inside.max(1));
            (people, standing.inside.saturating_sub(people.into()))
        }
    }
}

/// What staff should know beside the verdict.
fn remarks(context: &Context<'_>, ticket: &Shown<'_>, settled: &Settled) -> Vec<Remark> {
    let entry = context.request.direction == Direction::Entry;
    let flag = |flag| entry && ticket.flags.has(flag);
    let gate = context.request.gate;
    let old = gate != GateNo(0) && context.book.gate(gate).is_none()
        || context.book.list(context.request.list).is_none()
        || ticket.tier_in(context.book).is_none()
        || context
            .list
            .zone
            .is_some_and(|zone| context.book.zone(zone).is_none());
    let mut overridden = operator(context, Key::NoteOverridden);
    overridden.parts.clone_from(&settled.in_spite_of);
    let number = context.book.number.try_into().unwrap_or(i64::MAX);
    let tier = Arg::Text(context.tier_name(ticket.tier));
    let live = settled.confirmed.contains(&Cause::LiveCodeStale);
    [
        (ticket.dataless, Note::Dataless, say(Key::NoteDataless)),
        (ticket.unsigned, Note::Unsigned, say(Key::NoteUnsigned)),
        (
            flag(TicketFlags::ID_CHECK),
            Note::IdCheck,
            say(Key::NoteIdCheck),
        ),
        (flag(TicketFlags::MINOR), Note::Minor, say(Key::NoteMinor)),
        (
            flag(TicketFlags::COMPANION),
            Note::Companion,
            say(Key::NoteCompanion),
        ),
        (flag(TicketFlags::TEST), Note::Test, say(Key::NoteTest)),
        (
            entry && ticket.state == TicketState::Pending,
            Note::Unpaid,
            say(Key::NoteUnpaid),
        ),
        (
            settled.overridden != Steps::NONE,
            Note::Overridden,
            overridden,
        ),
        (
            context.clock_uncertain(),
            Note::ClockUntrusted,
            say(Key::NoteClockUntrusted),
        ),
        (
            old,
            Note::BookOld,
            say(Key::NoteBookOld).with("number", Arg::Number(number)),
        ),
        (
            ticket.add_on,
            Note::AddOn,
            say(Key::NoteAddOn).with("tier", tier),
        ),
        (live, Note::LiveCodeStale, say(Key::NoteLiveCode)),
    ]
    .into_iter()
    .filter(|(holds, _, _)| *holds)
    .map(|(_, note, explanation)| Remark { note, explanation })
    .collect()
}
