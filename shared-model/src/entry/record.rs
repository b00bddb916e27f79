//! From a decision to the fact that it leaves behind.

use sha2::{Digest as _, Sha256};

use super::{Knowledge, Override, Presented, Request};
use crate::book::Book;
use crate::fact::{Outcome, Scan, Stamp, Subject};
use crate::foreign::foreign_hash;
use crate::ids::ForeignHash;
use crate::ticket::TicketRecord;
use crate::verdict::{Steps, Verdict};

/// The fact that `verdict` about the code `text` leaves behind; none while something is still to
/// be asked.
///
/// Its writer adds the stamp and the commitment to the answers, which are kept beside the log.
#[must_use]
pub fn record(
    (book, text): (&Book, &str),
    known: &Knowledge,
    request: &Request,
    verdict: &Verdict,
) -> Option<Scan> {
    let outcome = match verdict {
        Verdict::Admit(_) => Outcome::Admitted,
        Verdict::Refuse(refusal) => Outcome::Refused(refusal.reason.number()),
        Verdict::Ask { .. } | Verdict::Confirm { .. } => return None,
    };
    let ticket = verdict.ticket();
    Some(Scan {
        stamp: Stamp::default(),
        subject: match ticket {
            Some(ticket) => ticket.into(),
            None => subject(book, text, &known.presented),
        },
        list: request.list,
        gate: request.gate,
        occurrence: ticket.map(|ticket| ticket.occurrence).unwrap_or_default(),
        direction: request.direction,
        operator: request.operator,
        outcome,
        override_: used_override(verdict, request),
        admitted: people(verdict),
        request: request.id,
        answers: None,
    })
}

/// What a code stands for that led to no ticket.
fn subject(book: &Book, text: &str, presented: &Presented) -> Subject {
    match (presented, &book.foreign_key) {
        (Presented::Token(token), _) => Subject::Ticket {
            serial: token.serial,
            generation: token.generation,
            kid: token.kid,
        },
        (Presented::Foreign(code), Some(key)) => Subject::Foreign(foreign_hash(key, code)),
        _ => {
            let digest = Sha256::digest(text.as_bytes());
            let mut hash = ForeignHash([0; 16]);
            hash.0.copy_from_slice(&digest[..16]);
            Subject::Unreadable(hash)
        }
    }
}

const fn people(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Admit(admission) => admission.people,
        _ => 0,
    }
}

/// The supervisor's decision, where something was passed over because of it.
fn used_override(verdict: &Verdict, request: &Request) -> Option<Override> {
    match verdict {
        Verdict::Admit(admission) if admission.overridden != Steps::NONE => request.override_,
        _ => None,
    }
}

impl Knowledge {
    /// The ticket to show beside `verdict`: the one it is about, or else the first that the code
    /// led to.
    #[must_use]
    pub fn shown(&self, verdict: &Verdict) -> Option<&TicketRecord> {
        let serial = verdict.ticket().map(|ticket| ticket.serial);
        let about = |ticket: &&TicketRecord| Some(ticket.serial) == serial;
        self.tickets.iter().find(about).or(self.tickets.first())
    }
}
