//! Verdicts in the words of the door, English.

use shared_model::book::Book;
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;
use shared_model::verdict::{Arg, Explanation, Verdict};

/// Words for one event at one moment.
pub struct Words<'b> {
    book: &'b Book,
    now: Timestamp,
}

impl<'b> Words<'b> {
    /// Words for `book` at `now`, corrected time.
    pub fn new(book: &'b Book, now: Timestamp) -> Self {
        Self { book, now }
    }

    /// A verdict, the most important line first.
    pub fn verdict(&self, verdict: &Verdict, ticket: Option<&TicketRecord>) -> Vec<String> {
        let mut lines = Vec::new();
        match verdict {
            Verdict::Admit(admission) => {
                let people = match admission.people {
                    0 | 1 => String::new(),
                    people => format!(" {people} people"),
                };
                lines.push(format!("ADMIT{people}"));
                if let Some((inside, all)) = admission.admitted_of {
                    lines.push(format!("{inside} of {all} of the group"));
                }
                if admission.attention {
                    lines.push("look at this guest".into());
                }
                for remark in &admission.notes {
                    lines.push(format!(
                        "{}: {}",
                        remark.note,
                        self.explain(&remark.explanation)
                    ));
                }
            }
            Verdict::Refuse(refusal) => {
                lines.push(format!("REFUSE {}", refusal.reason));
                lines.push(self.explain(&refusal.explanation));
            }
            Verdict::Ask { questions, confirm } => {
                lines.push("ASK".into());
                for due in questions {
                    let question = self.book.question(due.question);
                    let text = question.map_or("", |question| question.text.as_str());
                    lines.push(format!("question {}: {text}", due.question));
                }
                lines.extend(confirm.iter().map(|due| format!("confirm {}", due.cause)));
            }
            Verdict::Confirm { why } => {
                lines.push("CONFIRM".into());
                lines.extend(
                    why.iter()
                        .map(|due| format!("{}: {}", due.cause, self.explain(&due.explanation))),
                );
            }
        }
        lines.extend(self.ticket(ticket));
        lines
    }

    fn ticket(&self, ticket: Option<&TicketRecord>) -> Option<String> {
        let ticket = ticket?;
        let tier = self
            .book
            .tier(ticket.tier)
            .map_or("", |tier| tier.name.as_str());
        let person = ticket.person.as_ref();
        let name = person.map_or("", |person| person.name.as_str());
        let seat = person.map_or("", |person| person.seat.as_str());
        let parts: Vec<&str> = [name, tier, seat]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn explain(&self, explanation: &Explanation) -> String {
        let args: Vec<String> = explanation
            .args
            .iter()
            .map(|(name, arg)| format!("{name} {}", self.arg(arg)))
            .collect();
        let mut text = explanation.key.clone();
        if !args.is_empty() {
            text = format!("{text} ({})", args.join(", "));
        }
        for part in &explanation.parts {
            text.push_str("; ");
            text.push_str(&self.explain(part));
        }
        text
    }

    fn arg(&self, arg: &Arg) -> String {
        let _ = self.now;
        format!("{arg:?}")
    }
}
