//! A verdict as the doorkeeper sees it: codes, fields and sentences.

use std::time::Duration;

use shared_model::book::{AnswerKind, Book};
use shared_model::fact::Direction;
use shared_model::sentences::{Sentences, Setting};
use shared_model::ticket::{TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use shared_model::verdict::{
    Admission, Arg, ConfirmationDue, Explanation, QuestionDue, Reason, Refusal, Remark, Verdict,
};

use super::contract::{
    ConfirmDue, Field, FieldValue, Look, Outcome, QuestionView, Shown, TicketView, Told,
};
use crate::scanner::Answered;

/// From this step on a supervisor may let a ticket pass.
const FIRST_OVERRIDABLE: u8 = 2;

/// Words for one event at one moment.
pub(super) struct Words<'a> {
    pub(super) sentences: &'a Sentences,
    pub(super) setting: Setting<'a>,
}

impl<'a> Words<'a> {
    /// Words for `book` at `now`, corrected time.
    pub(super) fn new(sentences: &'a Sentences, book: &'a Book, now: Timestamp) -> Self {
        Self {
            sentences,
            setting: Setting { book, now },
        }
    }

    fn book(&self) -> &'a Book {
        self.setting.book
    }

    /// What the doorkeeper is shown of an answer that took `took`.
    pub(super) fn shown(&self, answered: &Answered, direction: Direction, took: Duration) -> Shown {
        let mut shown = Shown {
            outcome: Outcome::Refuse,
            wish: answered.request.to_string(),
            reason: None,
            todo: String::new(),
            notes: Vec::new(),
            attention: false,
            people: 0,
            admitted_of: None,
            questions: Vec::new(),
            confirm: Vec::new(),
            ticket: answered.ticket.as_ref().map(|ticket| self.ticket(ticket)),
            direction,
            fact: answered.fact.map(Into::into),
            may_override: false,
            overridden: false,
            rehearsal: answered.rehearsal,
            at: answered.at,
            decide_us: micros(took),
        };
        match &answered.verdict {
            Verdict::Admit(admission) => self.admitted(admission, &mut shown),
            Verdict::Refuse(refusal) => self.refused(refusal, &mut shown),
            Verdict::Ask { questions, confirm } => {
                shown.outcome = Outcome::Ask;
                shown.questions = questions.iter().map(|due| self.question(due)).collect();
                shown.confirm = confirm.iter().map(|due| self.confirmation(due)).collect();
            }
            Verdict::Confirm { why } => {
                shown.outcome = Outcome::Confirm;
                shown.confirm = why.iter().map(|due| self.confirmation(due)).collect();
            }
        }
        shown
    }

    fn admitted(&self, admission: &Admission, shown: &mut Shown) {
        shown.outcome = Outcome::Admit;
        shown.people = admission.people.max(1);
        shown.admitted_of = admission.admitted_of;
        shown.attention = admission.attention;
        shown.overridden = admission.overridden != Default::default();
        shown.notes = admission.notes.iter().map(|note| self.note(note)).collect();
    }

    fn refused(&self, refusal: &Refusal, shown: &mut Shown) {
        shown.todo = self.sentences.reason_todo(refusal.reason);
        shown.reason = Some(self.because(refusal.reason, &refusal.explanation));
        shown.may_override = refusal.step >= FIRST_OVERRIDABLE && !shown.rehearsal;
    }

    /// A reason alone.
    pub(super) fn reason(&self, reason: Reason) -> Told {
        told(reason.code(), self.sentences.reason(reason))
    }

    /// A reason and what was compared.
    pub(super) fn because(&self, reason: Reason, explanation: &Explanation) -> Told {
        Told {
            parts: vec![self.explained(explanation)],
            ..self.reason(reason)
        }
    }

    fn note(&self, remark: &Remark) -> Told {
        Told {
            parts: vec![self.explained(&remark.explanation)],
            ..told(remark.note.code(), self.sentences.note(remark.note))
        }
    }

    /// Something that a person has to confirm.
    pub(super) fn confirmation(&self, due: &ConfirmationDue) -> ConfirmDue {
        let explanation = self.explained(&due.explanation);
        ConfirmDue {
            most: left(&due.explanation),
            what: Told {
                parts: vec![explanation],
                ..told(due.cause.code(), self.sentences.cause(due.cause))
            },
            todo: self.sentences.cause_todo(due.cause),
        }
    }

    /// A question that has to be put to the guest.
    pub(super) fn question(&self, due: &QuestionDue) -> QuestionView {
        let question = self.book().question(due.question);
        QuestionView {
            question: due.question,
            text: question.map_or_else(String::new, |question| question.text.clone()),
            required: question.is_some_and(|question| question.required),
            look: question.map_or(Look::Text { longest: 0 }, |question| look(&question.kind)),
            problem: due.problem.as_ref().map(|problem| self.explained(problem)),
        }
    }

    /// An explanation with its sentence.
    pub(super) fn explained(&self, explanation: &Explanation) -> Told {
        Told {
            code: explanation.key.clone(),
            text: self.sentences.sentence(explanation, self.setting),
            fields: explanation.args.iter().map(field).collect(),
            parts: explanation
                .parts
                .iter()
                .map(|part| self.explained(part))
                .collect(),
        }
    }

    /// A ticket as far as it is known here.
    pub(super) fn ticket(&self, ticket: &TicketRecord) -> TicketView {
        let book = self.book();
        let person = ticket.person.clone().unwrap_or_default();
        let tier = book.tier(ticket.tier);
        let occurrence = book.occurrence(ticket.occurrence);
        TicketView {
            serial: ticket.serial,
            tier: tier.map_or_else(String::new, |tier| tier.name.clone()),
            occurrence: occurrence.map_or_else(String::new, |date| date.name.clone()),
            name: person.name,
            seat: person.seat,
            notes: person.notes,
            order_code: person.order_code,
            state: state(ticket.state).to_owned(),
            group: ticket.group.max(1),
            attention: ticket.attention || tier.is_some_and(|tier| tier.attention),
            minor: ticket.flags.has(TicketFlags::MINOR),
            companion: ticket.flags.has(TicketFlags::COMPANION),
        }
    }
}

fn told(code: &str, text: String) -> Told {
    Told {
        code: code.to_owned(),
        text,
        fields: Vec::new(),
        parts: Vec::new(),
    }
}

fn field((name, value): &(String, Arg)) -> Field {
    Field {
        name: name.clone(),
        value: match value.clone() {
            Arg::Number(number) => FieldValue::Number(number),
            Arg::Time(at) => FieldValue::Time(at),
            Arg::Minutes(minutes) => FieldValue::Minutes(minutes),
            Arg::Text(text) => FieldValue::Text(text),
            Arg::Names(names) => FieldValue::Names(names),
            Arg::Weekdays(days) => FieldValue::Weekdays(days),
        },
    }
}

/// How many of a group may come in, where an explanation says so.
fn left(explanation: &Explanation) -> Option<u8> {
    explanation
        .args
        .iter()
        .find_map(|(name, value)| match value {
            Arg::Number(left) if name == "left" => u8::try_from(*left).ok(),
            _ => None,
        })
}

fn look(kind: &AnswerKind) -> Look {
    match kind {
        AnswerKind::Text(longest) => Look::Text { longest: *longest },
        AnswerKind::Number { min, max } => Look::Number {
            min: *min,
            max: *max,
        },
        AnswerKind::YesNo => Look::YesNo,
        AnswerKind::OneOf(choices) => Look::OneOf {
            choices: choices.clone(),
        },
        AnswerKind::SomeOf(choices) => Look::SomeOf {
            choices: choices.clone(),
        },
        AnswerKind::Date => Look::Date,
    }
}

const fn state(state: TicketState) -> &'static str {
    match state {
        TicketState::Valid => "valid",
        TicketState::Pending => "pending",
        TicketState::Unapproved => "unapproved",
        TicketState::Blocked => "blocked",
        TicketState::Cancelled => "cancelled",
        TicketState::Expired => "expired",
        TicketState::Disputed => "disputed",
        TicketState::Revoked => "revoked",
    }
}

/// Whole microseconds, at most what the field holds.
pub(super) fn micros(took: Duration) -> u32 {
    u32::try_from(took.as_micros()).unwrap_or(u32::MAX)
}
