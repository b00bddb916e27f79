//! Steps 4 and 6: what the list takes, and its rule.

use super::{Context, Finding, Shown, say, takes};
use crate::entry::Key;
use crate::entry::history::Standing;
use crate::entry::rule::{self, Facts};
use crate::ids::OccurrenceNo;
use crate::verdict::{Arg, Reason};

/// Step 4, first part: the list is known, for this gate and open.
pub(in crate::entry) fn open(context: &Context<'_>) -> Option<Finding> {
    let refuse = |explanation| Finding::refuse(4, Reason::ListInactive, explanation);
    let request = context.request;
    let Some(list) = context.book.list(request.list) else {
        let number = Arg::Number(request.list.get().into());
        return Some(refuse(say(Key::ListUnknown).with("list", number)));
    };
    let name = || Arg::Text(list.name.clone());
    if let Some(gate) = context.book.gate(request.gate)
        && !gate.lists.is_empty()
        && !gate.lists.contains(&list.list)
    {
        let explanation = say(Key::ListNotHere).with("list", name());
        let here = Arg::Text(gate.name.clone());
        return Some(refuse(explanation.with("gate", here)));
    }
    let active = list.active?;
    if context.now() < active.from {
        let explanation = say(Key::ListFrom).with("list", name());
        return Some(refuse(context.until(explanation, active.from)).timed());
    }
    let until = active.until.filter(|until| context.now() >= *until)?;
    let explanation = say(Key::ListUntil).with("list", name());
    Some(refuse(context.since(explanation, until)).timed())
}

/// Step 4, second part: tier, date and zone of the ticket.
pub(in crate::entry) fn list(
    context: &Context<'_>,
    ticket: &Shown<'_>,
) -> impl Iterator<Item = Finding> {
    [
        tier(context, ticket),
        date(context, ticket),
        zone(context, ticket),
    ]
    .into_iter()
    .flatten()
}

/// Whether the list takes a tier that the book knows.
pub(in crate::entry) fn tier_on_list(context: &Context<'_>, ticket: &Shown<'_>) -> bool {
    tier(context, ticket).is_none()
}

fn tier(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    let refuse = |explanation| Some(Finding::refuse(4, Reason::WrongTier, explanation));
    if context.book.tier(ticket.tier).is_none() {
        let number = Arg::Number(ticket.tier.get().into());
        return refuse(say(Key::TierUnknown).with("tier", number));
    }
    if takes(&context.list.tiers, ticket.tier, context.book) {
        return None;
    }
    let key = if context.list.addon_match {
        Key::NoAddOn
    } else {
        Key::TierNotOnList
    };
    let taken = context.list.tiers.iter();
    let names = taken.map(|tier| context.tier_name(*tier)).collect();
    refuse(
        say(key)
            .with("tier", Arg::Text(context.tier_name(ticket.tier)))
            .with("list", Arg::Text(context.list.name.clone()))
            .with("names", Arg::Names(names)),
    )
}

fn date(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    let wanted = context.list.occurrence?;
    let shown = ticket.reference.occurrence;
    if shown == wanted {
        return None;
    }
    let name = |date: OccurrenceNo| {
        let known = context.book.occurrence(date);
        Arg::Text(known.map_or_else(|| date.to_string(), |date| date.name.clone()))
    };
    let explanation = if shown == OccurrenceNo(0) {
        say(Key::NoDate)
    } else {
        say(Key::OtherDate).with("date", name(shown))
    };
    let explanation = explanation.with("wanted", name(wanted));
    Some(Finding::refuse(4, Reason::WrongDate, explanation))
}

fn zone(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    let zone = context.list.zone?;
    if ticket.zones.contains(zone) {
        return None;
    }
    let known = context.book.zone(zone);
    let name = known.map_or_else(|| zone.to_string(), |zone| zone.name.clone());
    let explanation = say(Key::ZoneClosed).with("zone", Arg::Text(name));
    Some(Finding::refuse(4, Reason::WrongZone, explanation))
}

/// Step 6: the rule of the list.
pub(in crate::entry) fn rule(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
) -> Option<Finding> {
    let rule = context.list.rule.as_ref()?;
    let list = || Arg::Text(context.list.name.clone());
    let condition = match rule.condition() {
        Ok(condition) => condition,
        Err(problem) => {
            let explanation = say(Key::RuleUnreadable)
                .with("list", list())
                .with("problem", Arg::Text(problem.to_string()));
            return Some(Finding::refuse(6, Reason::Rule, explanation));
        }
    };
    let facts = facts(context, ticket, standing);
    if facts.holds(condition, true, false) {
        return None;
    }
    let mut explanation = say(Key::Rule).with("list", list());
    explanation.parts = rule::miss(&facts, condition, true).explanations();
    let timed = facts.holds(condition, true, true);
    Some(Finding::refuse(6, Reason::Rule, explanation).timed_if(timed))
}

fn facts<'f>(
    context: &'f Context<'_>,
    ticket: &Shown<'_>,
    standing: &'f Standing<'_>,
) -> Facts<'f> {
    let tier = ticket.tier_in(context.book);
    Facts {
        book: context.book,
        now: context.now(),
        tier: ticket.tier,
        product: tier.and_then(|tier| tier.product).unwrap_or(ticket.tier),
        gate: context.request.gate,
        occurrence: context.book.occurrence(ticket.reference.occurrence),
        entries: &standing.times,
        present: standing.inside > 0,
        present_ends: context.list.auto_exit_minute.is_some(),
    }
}
