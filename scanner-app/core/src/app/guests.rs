//! Finding a guest, and all that is known of a ticket.

use std::collections::BTreeMap;

use shared_model::book::Book;
use shared_model::entry::{Due, PastScan, Simulation};
use shared_model::fact::{Fact, FactId, Outcome, Scan};
use shared_model::ids::{ActorId, EventNo};
use shared_model::verdict::{QuestionDue, Reason};

use super::contract::{Found, HistoryLine, ListStanding, Search, ShowTicket, TicketDetail, Told};
use super::show::Words;
use super::{App, AppError, Result};
use crate::scanner::Scanner;
use crate::store::Read;

/// Guests shown at once.
const MOST: usize = 50;

impl App {
    pub(super) fn search(&self, it: Search) -> Result<Found> {
        let (scanner, event, book) = self.at_event()?;
        self.supervisors_only(&book)?;
        let found = scanner.look_up(event, &it.text, MOST as u32 + 1, self.wall())?;
        let sentences = self.sentences();
        let words = Words::new(&sentences, &book, self.corrected(&scanner)?);
        Ok(Found {
            more: found.len() > MOST,
            tickets: found
                .iter()
                .take(MOST)
                .map(|ticket| words.ticket(ticket))
                .collect(),
        })
    }

    pub(super) fn ticket(&self, it: ShowTicket) -> Result<TicketDetail> {
        let (scanner, event, book) = self.at_event()?;
        self.supervisors_only(&book)?;
        let serial = it.serial;
        let sentences = self.sentences();
        let words = Words::new(&sentences, &book, self.corrected(&scanner)?);
        let place = self.desk().kept.station.clone();
        let wish = self.station_of(&place.ok_or(AppError::NoStation)?);
        let simulation = scanner
            .look(event, serial, &wish, self.wall())?
            .ok_or(AppError::UnknownTicket { serial })?;
        scanner.store().read(|tx| {
            let ticket = tx
                .find_ticket(event, serial)?
                .ok_or(AppError::UnknownTicket { serial })?;
            let folded = tx.fold_ticket(event, &book, serial)?;
            let teller = Teller::new(tx, &scanner, &book, event)?;
            let counts: BTreeMap<(ActorId, u64), &PastScan> = folded
                .scans
                .iter()
                .map(|scan| ((scan.actor, scan.seq), scan))
                .collect();
            let mut history = Vec::new();
            for logged in tx.list_about(event, serial)? {
                let Fact::Scan(scan) = &logged.fact else {
                    continue;
                };
                let id = FactId {
                    event,
                    actor: logged.actor,
                    seq: logged.seq,
                };
                let past = counts.get(&(logged.actor, logged.seq));
                let counts = past.is_some_and(|past| past.counts);
                history.push(teller.line(&words, id, scan, counts));
            }
            history.sort_by_key(|line| (line.at, line.fact.actor, line.fact.seq));
            let lists = folded.lists.iter().map(|(list, state)| ListStanding {
                list: *list,
                name: teller.list(*list),
                inside: state.inside,
                entries: state.entries,
                exits: state.exits,
            });
            Ok(TicketDetail {
                ticket: words.ticket(&ticket),
                valid_from: ticket.valid_from,
                valid_until: ticket.valid_until,
                lists: lists.collect(),
                history,
                why: why(&words, &simulation),
            })
        })
    }
}

/// Every step that would refuse or ask, in order.
fn why(words: &Words<'_>, simulation: &Simulation) -> Vec<Told> {
    let mut told = Vec::new();
    for finding in simulation.steps.iter().flat_map(|step| &step.findings) {
        match &finding.due {
            Due::Refuse {
                reason,
                explanation,
            } => told.push(words.because(*reason, explanation)),
            Due::Confirm(due) => told.push(words.confirmation(due).what),
            Due::Ask(due) => told.extend(due.iter().map(|due| question(words, due))),
        }
    }
    told
}

fn question(words: &Words<'_>, due: &QuestionDue) -> Told {
    let question = words.question(due);
    Told {
        code: "question".to_owned(),
        text: question.text,
        fields: Vec::new(),
        parts: question.problem.into_iter().collect(),
    }
}

/// Names of what facts carry as numbers.
pub(super) struct Teller<'a> {
    book: &'a Book,
    own: ActorId,
    devices: BTreeMap<ActorId, String>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        tx: &Read<'_>,
        scanner: &Scanner,
        book: &'a Book,
        event: EventNo,
    ) -> Result<Self> {
        let own = scanner.event_in(tx, event)?.actor;
        let tips = tx.list_tips(event)?;
        let devices = tips.into_iter().filter_map(|(actor, tip)| {
            let device = book.roster.device_of(&tip.fact_key)?;
            Some((actor, device.name.clone()))
        });
        Ok(Self {
            book,
            own,
            devices: devices.collect(),
        })
    }

    pub(super) fn is_own(&self, actor: ActorId) -> bool {
        actor == self.own
    }

    pub(super) fn device(&self, actor: ActorId) -> String {
        self.devices.get(&actor).cloned().unwrap_or_default()
    }

    pub(super) fn list(&self, list: shared_model::ids::ListNo) -> String {
        let known = self.book.list(list);
        known.map_or_else(String::new, |list| list.name.clone())
    }

    pub(super) fn gate(&self, gate: shared_model::ids::GateNo) -> String {
        let known = self.book.gate(gate);
        known.map_or_else(String::new, |gate| gate.name.clone())
    }

    pub(super) fn operator(&self, operator: shared_model::ids::OperatorNo) -> String {
        let known = self.book.roster.operator(operator);
        known.map_or_else(String::new, |person| person.name.clone())
    }

    fn line(&self, words: &Words<'_>, id: FactId, scan: &Scan, counts: bool) -> HistoryLine {
        let reason = match scan.outcome {
            Outcome::Admitted => None,
            Outcome::Refused(number) => Reason::from_number(number),
        };
        HistoryLine {
            fact: id.into(),
            at: scan.stamp.corrected(),
            list: self.list(scan.list),
            gate: self.gate(scan.gate),
            device: self.device(id.actor),
            own: self.is_own(id.actor),
            operator: self.operator(scan.operator),
            direction: scan.direction,
            counts,
            admitted: scan.admitted,
            reason: reason.map(|reason| words.reason(reason)),
            overridden_by: scan
                .override_
                .map(|override_| self.operator(override_.supervisor)),
        }
    }
}
