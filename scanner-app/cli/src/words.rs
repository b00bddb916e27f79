//! Verdicts in the words of the door: the sentences of `shared-model`, and the ticket's own data.

use shared_model::book::Book;
use shared_model::sentences::{Sentences, Setting};
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;
use shared_model::verdict::{ConfirmationDue, Explanation, Verdict};

/// Words for one event at one moment.
pub struct Words<'b> {
    sentences: Sentences,
    setting: Setting<'b>,
}

impl<'b> Words<'b> {
    /// Words for `book` at `now`, corrected time.
    pub fn new(book: &'b Book, now: Timestamp) -> Self {
        Self {
            sentences: Sentences::english(),
            setting: Setting { book, now },
        }
    }

    /// A verdict, the most important line first.
    pub fn verdict(&self, verdict: &Verdict, ticket: Option<&TicketRecord>) -> Vec<String> {
        let mut lines = Vec::new();
        match verdict {
            Verdict::Admit(admission) => {
                lines.push(match admission.people {
                    0 | 1 => "ADMIT".into(),
                    people => format!("ADMIT {people} people"),
                });
                if let Some((inside, all)) = admission.admitted_of {
                    lines.push(format!("{inside} of {all} of the group are in"));
                }
                if admission.attention {
                    lines.push("Look at this guest".into());
                }
                for remark in &admission.notes {
                    let note = self.sentences.note(remark.note);
                    lines.push(self.line(&note, &remark.explanation));
                }
            }
            Verdict::Refuse(refusal) => {
                lines.push(format!("REFUSE {}", self.sentences.reason(refusal.reason)));
                lines.extend(self.explain(&refusal.explanation));
                lines.push(format!("→ {}", self.sentences.reason_todo(refusal.reason)));
            }
            Verdict::Ask { questions, confirm } => {
                lines.push("ASK".into());
                for due in questions {
                    let question = self.setting.book.question(due.question);
                    let text = question.map_or("", |question| question.text.as_str());
                    lines.push(format!("{text} (--answer {}=…)", due.question));
                    lines.extend(due.problem.iter().flat_map(|problem| self.explain(problem)));
                }
                lines.extend(self.confirmations(confirm));
            }
            Verdict::Confirm { why } => {
                lines.push("CONFIRM".into());
                lines.extend(self.confirmations(why));
            }
        }
        lines.extend(self.ticket(ticket));
        lines
    }

    fn confirmations(&self, due: &[ConfirmationDue]) -> Vec<String> {
        due.iter()
            .map(|due| {
                let cause = self.sentences.cause(due.cause);
                let line = self.line(&cause, &due.explanation);
                format!("{line} (--confirm {})", due.cause)
            })
            .collect()
    }

    fn line(&self, head: &str, explanation: &Explanation) -> String {
        let told = self.explain(explanation).join(" ");
        if told.is_empty() || told == head {
            return head.to_owned();
        }
        format!("{head}: {told}")
    }

    fn explain(&self, explanation: &Explanation) -> Vec<String> {
        self.sentences.explain(explanation, self.setting)
    }

    fn ticket(&self, ticket: Option<&TicketRecord>) -> Option<String> {
        let ticket = ticket?;
        let tier = self.setting.book.tier(ticket.tier);
        let person = ticket.person.as_ref();
        let parts = [
            person.map_or("", |person| person.name.as_str()),
            tier.map_or("", |tier| tier.name.as_str()),
            person.map_or("", |person| person.seat.as_str()),
            person.map_or("", |person| person.notes.as_str()),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
