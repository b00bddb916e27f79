//! From what is due to the verdict.
//!
//! Every step is looked at; then the override takes away what it names, the
//! uncertain clock turns refusals that depend on time into confirmations, what
//! was confirmed is taken away, and the first refusal left decides. Without one,
//! everything else due is one round of questions and confirmations.

use serde::{Deserialize, Serialize};

use super::admit::admit;
use super::choose::{Choice, choose};
use super::history::Standing;
use super::settle::{Settled, open_to, refusal};
use super::steps::{self, Context, Due, Finding, Shown, say};
use super::{Key, Knowledge, Request};
use crate::book::Book;
use crate::fact::Direction;
use crate::ticket::TicketRef;
use crate::verdict::{Explanation, Note, Reason, Remark, Verdict};

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
    Simulation {
        verdict: earlier.clone(),
        ticket: earlier.ticket(),
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
