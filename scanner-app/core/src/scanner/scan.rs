//! The way of a code: read, look up, decide, record, answer.

use rand::CryptoRng;
use shared_model::book::{Book, List};
use shared_model::entry::{self, Knowledge, Presented, Request};
use shared_model::fact::{self, Fact, FactId, Outcome, Scan, Subject};
use shared_model::foreign::foreign_hash;
use shared_model::ids::{EventNo, Generation, RequestId};
use shared_model::log::fold::Logged;
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;
use shared_model::verdict::Verdict;

use super::{Reading, Result, Scanner};
use crate::store::{Read, Write};

/// What the doorkeeper is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The wish.
    pub request: RequestId,
    /// The verdict.
    pub verdict: Verdict,
    /// The ticket that the verdict is about, where it is known here.
    pub ticket: Option<TicketRecord>,
    /// The fact that records it; absent while something is still to be asked, and in a trial.
    pub fact: Option<FactId>,
    /// The same wish was answered before; nothing was recorded again.
    pub repeated: bool,
    /// When it was decided, by corrected time.
    pub at: Timestamp,
    /// It was a rehearsal: nothing of it counts.
    pub rehearsal: bool,
}

impl Answered {
    /// With the person's data that the code `text` opens, where it was sealed under it.
    pub(super) fn shown(mut self, text: &str) -> Self {
        if let Some(ticket) = &mut self.ticket
            && ticket.person.is_none()
        {
            ticket.person = ticket.opened_by(text);
        }
        self
    }
}

impl Scanner {
    /// Decides about the code `text` and makes the answer durable before it is returned.
    ///
    /// `wall` is what the device's clock says; `request.now` is set from it. A verdict
    /// that asks for something leaves no trace. It is never a rehearsal, whatever the
    /// request says: those are [`super::Rehearsal`]'s.
    ///
    /// # Errors
    /// The store failed, or the event is not known here: nobody may be let in.
    pub fn scan<R: CryptoRng + ?Sized>(
        &self,
        event: EventNo,
        text: &str,
        request: &Request,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Answered> {
        let presented = self.present(event, text, wall)?;
        let request = &for_real(request);
        self.store
            .write(|tx| {
                let decided = self.decide_in(tx, event, text, presented, request, wall)?;
                self.keep(tx, event, &decided, rng)
            })
            .map(|answered| answered.shown(text))
    }

    /// Decides as [`Scanner::scan`] would and records nothing.
    ///
    /// # Errors
    /// The store failed, or the event is not known here.
    pub fn simulate(
        &self,
        event: EventNo,
        text: &str,
        request: &Request,
        wall: Timestamp,
    ) -> Result<Answered> {
        let presented = self.present(event, text, wall)?;
        let request = &for_real(request);
        self.store.read(|tx| {
            let decided = self.decide_in(tx, event, text, presented, request, wall)?;
            Ok(decided.answered(None).shown(text))
        })
    }

    /// Reads the code before the store is held: checking a signature takes longer than the rest.
    pub(super) fn present(&self, event: EventNo, text: &str, wall: Timestamp) -> Result<Presented> {
        let (book, reading) = self.store.read(|tx| {
            let book = self.book_in(tx, event)?;
            let state = self.event_in(tx, event)?;
            let reading = Reading::under(&tx.account()?, state.hlc, &book, wall);
            Ok::<_, super::Error>((book, reading))
        })?;
        Ok(entry::read(&book, text, reading.now()))
    }

    pub(super) fn decide_in(
        &self,
        tx: &Read<'_>,
        event: EventNo,
        text: &str,
        presented: Presented,
        request: &Request,
        wall: Timestamp,
    ) -> Result<Decided> {
        let book = self.book_in(tx, event)?;
        let state = self.event_in(tx, event)?;
        let account = tx.account()?;
        let reading = Reading::under(&account, state.hlc, &book, wall);
        let list = book.lists.iter().find(|list| list.list == request.list);
        let tickets = tickets(tx, event, (&book, list), &presented)?;
        let History {
            scans,
            min_generation,
        } = history(tx, event, &book, &presented, &tickets)?;
        let known = Knowledge {
            highest_serial: match &presented {
                Presented::Token(token) => tx.highest_serial(event, token.kid)?,
                _ => None,
            },
            presented,
            tickets,
            min_generation,
            history: scans,
            occupancy: match list.and_then(|list| list.zone) {
                Some(zone) => Some(tx.occupancy(event, zone, reading.now())?),
                None => None,
            },
            lease: match list.and_then(|list| list.zone) {
                Some(zone) => self.share_left(tx, event, zone)?,
                None => None,
            },
            clock: reading.clock,
            device: (!account.revoked).then_some(self.fact_public),
            earlier: tx.find_answered(event, request.id)?,
        };
        let request = Request {
            now: reading.now(),
            ..request.clone()
        };
        let verdict = entry::decide(&book, &known, &request);
        Ok(Decided {
            scan: entry::record((&book, text), &known, &request, &verdict),
            verdict,
            known,
            request,
            reading,
        })
    }

    pub(super) fn keep<R: CryptoRng + ?Sized>(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        decided: &Decided,
        rng: &mut R,
    ) -> Result<Answered> {
        let scan = match &decided.scan {
            Some(scan) if decided.known.earlier.is_none() => scan,
            _ => return Ok(decided.answered(None)),
        };
        let request = &decided.request;
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let answers = (!request.answers.is_empty()).then(|| fact::commit(&salt, &request.answers));
        let id = self.record(tx, event, &decided.reading, |stamp| {
            Fact::Scan(Scan {
                stamp,
                answers,
                ..scan.clone()
            })
        })?;
        tx.insert_answered(event, request.id, &decided.verdict, id.seq)?;
        tx.insert_answers(event, id.seq, &request.answers, &salt)?;
        Ok(decided.answered(Some(id)))
    }
}

/// A verdict and all that went into it.
pub(super) struct Decided {
    verdict: Verdict,
    known: Knowledge,
    request: Request,
    reading: Reading,
    /// What it leaves behind.
    scan: Option<Scan>,
}

impl Decided {
    /// What the verdict was made of.
    pub(super) fn input(&self) -> (&Knowledge, &Request) {
        (&self.known, &self.request)
    }

    fn answered(&self, fact: Option<FactId>) -> Answered {
        Answered {
            request: self.request.id,
            verdict: self.verdict.clone(),
            ticket: self.known.shown(&self.verdict).cloned(),
            fact,
            repeated: self.known.earlier.is_some(),
            at: self.reading.now(),
            rehearsal: self.request.rehearsal,
        }
    }
}

fn for_real(request: &Request) -> Request {
    Request {
        rehearsal: false,
        ..request.clone()
    }
}

struct History {
    scans: Vec<entry::PastScan>,
    min_generation: Option<Generation>,
}

/// The tickets that a code leads to: the one that it states, or those that answer to another
/// system's code.
pub(super) fn stated(
    tx: &Read<'_>,
    event: EventNo,
    book: &Book,
    presented: &Presented,
) -> Result<Vec<TicketRecord>> {
    Ok(match (presented, &book.foreign_key) {
        (Presented::Token(token), _) => tx.find_ticket(event, token.serial)?.into_iter().collect(),
        (Presented::Foreign(code), Some(key)) => tx.list_foreign(event, foreign_hash(key, code))?,
        _ => Vec::new(),
    })
}

/// The tickets that a code leads to on `list`, add-ons with them where the list wants those.
pub(super) fn tickets(
    tx: &Read<'_>,
    event: EventNo,
    (book, list): (&Book, Option<&List>),
    presented: &Presented,
) -> Result<Vec<TicketRecord>> {
    let mut tickets = stated(tx, event, book, presented)?;
    if list.is_some_and(|list| list.addon_match) {
        for main in presented.mains(&tickets) {
            tickets.extend(tx.list_addons(event, main)?);
        }
    }
    Ok(tickets)
}

fn history(
    tx: &Read<'_>,
    event: EventNo,
    book: &Book,
    presented: &Presented,
    tickets: &[TicketRecord],
) -> Result<History> {
    let mut history = History {
        scans: Vec::new(),
        min_generation: None,
    };
    for serial in presented.concerned(tickets) {
        let facts = tx.list_about(event, serial)?;
        let record = tickets.iter().find(|ticket| ticket.serial == serial);
        history
            .scans
            .extend(tx.fold_facts(book, serial, record, &facts).scans);
        if Some(serial) == presented.serial() {
            history.min_generation = newest_generation(&facts);
        }
    }
    Ok(history)
}

/// The newest issue of a ticket that got in anywhere: older ones are superseded.
fn newest_generation(facts: &[Logged]) -> Option<Generation> {
    facts
        .iter()
        .filter_map(|logged| match &logged.fact {
            Fact::Scan(scan) if scan.outcome == Outcome::Admitted => match scan.subject {
                Subject::Ticket { generation, .. } => Some(generation),
                _ => None,
            },
            _ => None,
        })
        .max()
}
