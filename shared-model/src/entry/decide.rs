//! From what is due to the verdict.
//!
//! Every step is looked at; then the override takes away what it names, the
//! uncertain clock turns refusals that depend on time into confirmations, what
//! was confirmed is taken away, and the first refusal left decides. Without one,
//! everything else due is one round of questions and confirmations.

use serde::{Deserialize, Serialize};

use super::choose::{Choice, choose};
use super::history::Standing;
use super::steps::{self, Context, Due, Duty, Finding, Shown, say};
use super::{Key, Knowledge, Request};
use crate::book::Book;
use crate::fact::Direction;
use crate::ids::GateNo;
use crate::ticket::{TicketFlags, TicketRef, TicketState};
use crate::verdict::{
    Admission, Arg, Cause, ConfirmationDue, Explanation, Note, QuestionDue, Reason, Refusal,
    Remark, Steps, Verdict,
};

/// A verdict and how it came about; nothing is recorded of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulation {
    /// The verdict that [`decide`] gives for the same input.
    pub verdict: Verdict,
    /// The ticket that was looked at, where the code led to one.
    pub ticket: Option<TicketRef>,
    /// Every step in its order.
    pub steps: Vec<StepLook>,
}

/// What one step found, before overrides and confirmations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepLook {
    /// The step, 0 to 9.
    pub step: u8,
    /// It was looked at; exits skip some, and without a ticket none after the first can be.
    pub looked: bool,
    /// What was due.
    pub findings: Vec<Finding>,
}

/// Decides whether a ticket may pass now.
///
/// Pure, so gate, server and phone agree. `known` holds the ticket and all known facts about
/// it, in any order, repeats allowed; `request.now` is corrected UTC. A refusal is a
/// [`Verdict`], never an error.
#[must_use]
pub fn decide(book: &Book, known: &Knowledge, request: &Request) -> Verdict {
    simulate(book, known, request).verdict
}

/// Decides as [`decide`] does and tells of every step.
#[must_use]
pub fn simulate(book: &Book, known: &Knowledge, request: &Request) -> Simulation {
    let context = Context::new(book, known, request);
    let device = steps::device(&context);
    let unauthorised = device
        .as_ref()
        .is_some_and(|found| !open_to(&context, found));
    if let (false, Some(earlier)) = (unauthorised, &known.earlier) {
        return repeated(earlier);
    }
    match choose(&context) {
        Ok(choice) => with_ticket(&context, device, choice),
        Err(finding) => without_ticket(&context, device, finding),
    }
}

/// The same answer as before.
fn repeated(earlier: &Verdict) -> Simulation {
    let ticket = match earlier {
        Verdict::Admit(admission) => Some(admission.ticket),
        Verdict::Refuse(refusal) => refusal.ticket,
        Verdict::Ask { .. } | Verdict::Confirm { .. } => None,
    };
    Simulation {
        verdict: earlier.clone(),
        ticket,
        steps: looks(&[], |step| step == 0),
    }
}

fn without_ticket(context: &Context<'_>, device: Option<Finding>, finding: Finding) -> Simulation {
    let found: Vec<Finding> = device.into_iter().chain([finding]).collect();
    let steps = looks(&found, |step| step <= 1);
    let due = Settled::of(context, found);
    let verdict = due.verdict(context, None).unwrap_or_else(|| {
        // A code that leads nowhere is a refusal that nothing settles.
        refusal(Reason::Malformed, say(Key::CodeMalformed), 1, None)
    });
    Simulation {
        verdict,
        ticket: None,
        steps,
    }
}

fn with_ticket(context: &Context<'_>, device: Option<Finding>, choice: Choice<'_>) -> Simulation {
    let Choice { ticket, due } = choice;
    let standing = context.standing(&ticket);
    let mut found: Vec<Finding> = device.into_iter().chain(due).collect();
    let mut notes = Vec::new();
    let entry = context.request.direction == Direction::Entry;
    if entry {
        entry_steps(context, &ticket, &standing, &mut found, &mut notes);
    } else {
        exit_steps(context, &ticket, &standing, &mut found, &mut notes);
    }
    let steps = looks(&found, |step| entry || matches!(step, 0 | 1 | 8));
    let settled = Settled::of(context, found);
    let reference = Some(ticket.reference);
    let verdict = settled
        .verdict(context, reference)
        .unwrap_or_else(|| Verdict::Admit(admit(context, &ticket, &standing, &settled, notes)));
    Simulation {
        verdict,
        ticket: reference,
        steps,
    }
}

/// Steps 2 to 9 of an entry.
fn entry_steps(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
    found: &mut Vec<Finding>,
    notes: &mut Vec<Remark>,
) {
    found.extend(steps::state(context, ticket));
    found.extend(steps::validity(context, ticket));
    found.extend(steps::open(context));
    found.extend(steps::list(context, ticket));
    found.extend(steps::paid(context, ticket));
    found.extend(steps::rule(context, ticket, standing));
    found.extend(steps::questions(context, ticket));
    found.extend(steps::attention(context, ticket));
    found.extend(steps::entries(context, ticket, standing));
    let (full, note) = steps::capacity(context, steps::group_people(context, ticket));
    found.extend(full);
    notes.extend(note);
}

/// Step 8 of an exit; whatever else would be wrong with an entry is noted.
fn exit_steps(
    context: &Context<'_>,
    ticket: &Shown<'_>,
    standing: &Standing<'_>,
    found: &mut Vec<Finding>,
    notes: &mut Vec<Remark>,
) {
    let mut odd: Vec<Explanation> = steps::state(context, ticket)
        .into_iter()
        .chain(steps::list(context, ticket))
        .chain(steps::paid(context, ticket))
        .filter_map(|finding| match finding.due {
            Due::Refuse { explanation, .. } => Some(explanation),
            Due::Confirm(_) | Due::Ask(_) => None,
        })
        .collect();
    if let (false, Some(explanation)) = (
        context.list.non_consuming,
        steps::not_inside(context, standing),
    ) {
        if context.list.refuse_not_inside {
            // Who is inside ends with the automatic exit, so it depends on the time.
            let timed = context.list.auto_exit_minute.is_some();
            let refused = Finding::refuse(8, Reason::NotInside, explanation);
            found.push(refused.timed_if(timed));
        } else {
            odd.push(explanation);
        }
    }
    if !odd.is_empty() {
        let mut explanation = say(Key::NoteOddExit);
        explanation.parts = odd;
        notes.push(Remark {
            note: Note::OddExit,
            explanation,
        });
    }
}

/// Steps 0 to 9 with what each found.
fn looks(found: &[Finding], looked: impl Fn(u8) -> bool) -> Vec<StepLook> {
    let of = |step: u8| found.iter().filter(move |finding| finding.step == step);
    (0..=9)
        .map(|step| StepLook {
            step,
            looked: looked(step),
            findings: of(step).cloned().collect(),
        })
        .collect()
}

/// Whether a person may pass over a refusal, because the clock that it rests on is uncertain.
fn open_to(context: &Context<'_>, finding: &Finding) -> bool {
    finding.timed && context.clock_uncertain()
}

/// What is still due once the override, the clock and the confirmations were applied.
struct Settled {
    refusals: Vec<(u8, Reason, Explanation)>,
    confirm: Vec<(u8, ConfirmationDue)>,
    questions: Vec<(u8, QuestionDue)>,
    overridden: Steps,
    /// What the override passed over.
    in_spite_of: Vec<Explanation>,
    /// An override by somebody who may not.
    without_rights: bool,
    /// Causes that were confirmed and mattered.
    confirmed: Vec<Cause>,
}

impl Settled {
    fn of(context: &Context<'_>, found: Vec<Finding>) -> Self {
        let mut settled = Self {
            refusals: Vec::new(),
            confirm: Vec::new(),
            questions: Vec::new(),
            overridden: Steps::NONE,
            in_spite_of: Vec::new(),
            without_rights: false,
            confirmed: Vec::new(),
        };
        let rights = context
            .request
            .override_
            .map_or(Duty::Off, |by| steps::supervisor(context, by.supervisor));
        for finding in found {
            if settled.overrides(context, rights, &finding) {
                settled.overridden = settled.overridden.with(finding.step);
                settled.in_spite_of.extend(explanations(finding.due));
            } else {
                settled.add(context, finding);
            }
        }
        if settled.overridden != Steps::NONE && rights == Duty::Unclear {
            let on_duty = operator(context, Key::OverrideWithoutRights);
            settled.clock(context, settled.first_overridden(), on_duty);
        }
        settled
    }

    /// Whether the override names the step and its supervisor may.
    fn overrides(&mut self, context: &Context<'_>, rights: Duty, finding: &Finding) -> bool {
        let named = context
            .request
            .override_
            .is_some_and(|by| finding.step >= 2 && by.steps.contains(finding.step));
        self.without_rights |= named && rights == Duty::Off;
        named && rights != Duty::Off
    }

    fn first_overridden(&self) -> u8 {
        self.overridden.iter().next().unwrap_or(2)
    }

    fn add(&mut self, context: &Context<'_>, finding: Finding) {
        let step = finding.step;
        let unclear = open_to(context, &finding);
        match finding.due {
            Due::Refuse { explanation, .. } if unclear => self.clock(context, step, explanation),
            Due::Refuse {
                reason,
                explanation,
            } => self.refusals.push((step, reason, explanation)),
            Due::Confirm(due) => self.confirmation(context, step, due),
            Due::Ask(questions) => self
                .questions
                .extend(questions.into_iter().map(|question| (step, question))),
        }
    }

    /// Asks to confirm what rests on the clock, all of it at once.
    fn clock(&mut self, context: &Context<'_>, step: u8, explanation: Explanation) {
        let cause = Cause::ClockUntrusted;
        let mut due = self.confirm.iter_mut();
        if let Some((_, due)) = due.find(|(_, due)| due.cause == cause) {
            due.explanation.parts.push(explanation);
            return;
        }
        let mut whole = say(Key::ClockUntrusted);
        whole.parts.push(explanation);
        let due = ConfirmationDue {
            cause,
            explanation: whole,
        };
        self.confirmation(context, step, due);
    }

    fn confirmation(&mut self, context: &Context<'_>, step: u8, due: ConfirmationDue) {
        let mut given = context.request.confirmed.iter();
        // How many of a group come in was looked at by its check already.
        if due.cause != Cause::Group && given.any(|given| given.cause == due.cause) {
            self.confirmed.push(due.cause);
        } else {
            self.confirm.push((step, due));
        }
    }

    /// The verdict, unless nothing is due.
    fn verdict(&self, context: &Context<'_>, ticket: Option<TicketRef>) -> Option<Verdict> {
        if let Some((step, reason, explanation)) = self.refusals.first() {
            let mut explanation = explanation.clone();
            if self.without_rights {
                let part = operator(context, Key::OverrideWithoutRights);
                explanation.parts.push(part);
            }
            return Some(refusal(*reason, explanation, *step, ticket));
        }
        let first = [
            self.confirm.first().map(|(step, _)| *step),
            self.questions.first().map(|(step, _)| *step),
        ];
        let step = first.into_iter().flatten().min()?;
        if !context.request.can_ask {
            return Some(refusal(Reason::StaffRequired, self.staff(), step, ticket));
        }
        let confirm = self.confirm.iter().map(|(_, due)| due.clone()).collect();
        if self.questions.is_empty() {
            return Some(Verdict::Confirm { why: confirm });
        }
        let questions = self.questions.iter().map(|(_, due)| due.clone()).collect();
        Some(Verdict::Ask { questions, confirm })
    }

    /// What a person would be needed for.
    fn staff(&self) -> Explanation {
        let mut explanation = say(Key::StaffRequired);
        if !self.questions.is_empty() {
            let count = self.questions.len().try_into().unwrap_or(i64::MAX);
            let questions = say(Key::QuestionsDue).with("count", Arg::Number(count));
            explanation.parts.push(questions);
        }
        let confirm = self.confirm.iter().map(|(_, due)| due.explanation.clone());
        explanation.parts.extend(confirm);
        explanation
    }
}

/// What a finding says.
fn explanations(due: Due) -> Vec<Explanation> {
    match due {
        Due::Refuse { explanation, .. } => vec![explanation],
        Due::Confirm(due) => vec![due.explanation],
        Due::Ask(questions) => {
            let count = questions.len().try_into().unwrap_or(i64::MAX);
            vec![say(Key::QuestionsDue).with("count", Arg::Number(count))]
        }
    }
}

fn refusal(
    reason: Reason,
    explanation: Explanation,
    step: u8,
    ticket: Option<TicketRef>,
) -> Verdict {
    Verdict::Refuse(Refusal {
        reason,
        explanation,
        step,
        ticket,
    })
}

/// `key` about the supervisor who overrides.
fn operator(context: &Context<'_>, key: Key) -> Explanation {
    let number = context.request.override_.map(|by| by.supervisor);
    let number = number.map_or(0, |number| i64::from(number.get()));
    say(key).with("operator", Arg::Number(number))
}

fn admit(
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
