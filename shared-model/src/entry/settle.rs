//! What is still due once the override, the clock and the confirmations were
//! applied, and the verdict that follows from it.

use super::Key;
use super::steps::{self, Context, Due, Duty, Finding, say};
use crate::ticket::TicketRef;
use crate::verdict::{
    Arg, Cause, ConfirmationDue, Explanation, QuestionDue, Reason, Refusal, Steps, Verdict,
};

/// Whether a person may pass over a refusal, because the clock that it rests on is uncertain.
pub(super) fn open_to(context: &Context<'_>, finding: &Finding) -> bool {
    finding.timed && context.clock_uncertain()
}

/// What is still due once the override, the clock and the confirmations were applied.
pub(super) struct Settled {
    refusals: Vec<(u8, Reason, Explanation)>,
    confirm: Vec<(u8, ConfirmationDue)>,
    questions: Vec<(u8, QuestionDue)>,
    pub(super) overridden: Steps,
    /// What the override passed over.
    pub(super) in_spite_of: Vec<Explanation>,
    /// An override by somebody who may not.
    without_rights: bool,
    /// Causes that were confirmed and mattered.
    pub(super) confirmed: Vec<Cause>,
}

impl Settled {
    pub(super) fn of(context: &Context<'_>, found: Vec<Finding>) -> Self {
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
    pub(super) fn verdict(
        &self,
        context: &Context<'_>,
        ticket: Option<TicketRef>,
    ) -> Option<Verdict> {
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

pub(super) fn refusal(
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
pub(super) fn operator(context: &Context<'_>, key: Key) -> Explanation {
    let number = context.request.override_.map(|by| by.supervisor);
    let number = number.map_or(0, |number| i64::from(number.get()));
    say(key).with("operator", Arg::Number(number))
}
