//! The store as a session sees it.

use shared_model::book::Book;
use shared_model::ids::{ActorId, Hash, Incarnation, Serial};
use shared_model::log::{self, Manner, Refused, evidence_digest};
use shared_model::manifest::{Page, Position};
use shared_model::notes::{self, Countersigned, Letter};
use shared_model::sync::{
    Facts, NotesStatus, Replica, Sample, Signed, Status, Stored, Time, VersionVector,
};
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;

use super::event::{EVENT, EVENT_KEY, NOON, PAGE, key};
use super::store::Store;

impl Replica for Store {
    type Error = std::convert::Infallible;

    fn status(&mut self) -> Result<Status, Self::Error> {
        let logs = self.memory.actors.iter();
        Ok(Status {
            incarnation: self.memory.incarnation,
            marks: logs
                .clone()
                .filter_map(|(actor, log)| Some((*actor, log.tip()?.mark())))
                .collect(),
            forks: logs
                .filter(|(_, log)| log.forked_at.is_some())
                .map(|(actor, log)| (*actor, evidence_digest(&log.links_from_fork())))
                .collect(),
            acked: self.memory.acked.clone(),
            manifest: self.memory.position,
            book: self.memory.sealed_book.0,
            notes: self.notes.status(),
            clock: NOON,
        })
    }

    fn missing(&mut self, from: &VersionVector, budget: usize) -> Result<Vec<Facts>, Self::Error> {
        let mut bytes = 0;
        let mut found = Vec::new();
        for (actor, first) in from {
            for facts in self.batches(*actor, *first) {
                if bytes > 0 && bytes >= budget {
                    return Ok(found);
                }
                bytes += facts.records.iter().map(Vec::len).sum::<usize>();
                found.push(facts);
            }
        }
        Ok(found)
    }

    fn evidence(&mut self, actor: ActorId) -> Result<Vec<Facts>, Self::Error> {
        let mut evidence = self.batches(actor, 1);
        evidence.extend(self.memory.actors[&actor].evidence.iter().cloned());
        Ok(evidence)
    }

    fn ingest(
        &mut self,
        facts: &Facts,
        manner: Manner,
        now: Timestamp,
    ) -> Result<Result<Stored, Refused>, Self::Error> {
        let held = self.held(facts);
        let accepted = log::ingest(EVENT, &self.book.roster, &held, facts, now, manner);
        Ok(accepted.map(|accepted| self.keep(facts, accepted)))
    }

    fn commit(&mut self) -> Result<(), Self::Error> {
        self.disk = self.memory.clone();
        Ok(())
    }

    fn acked(&mut self, vector: &VersionVector) -> Result<(), Self::Error> {
        self.memory.acked.extend(vector);
        self.disk.acked.extend(vector);
        Ok(())
    }

    fn reset(&mut self, incarnation: Incarnation) -> Result<(), Self::Error> {
        for disk in [&mut self.memory, &mut self.disk] {
            disk.incarnation = Some(incarnation);
            disk.acked.clear();
            disk.position = Position::default();
            disk.tickets.clear();
        }
        self.notes.forget_order();
        Ok(())
    }

    fn page(
        &mut self,
        since: u64,
        after: Option<Serial>,
    ) -> Result<Option<(Signed, Option<Serial>)>, Self::Error> {
        if self.device != 100 {
            return Ok(None);
        }
        let changed = self
            .memory
            .tickets
            .iter()
            .filter(|(serial, (revision, _))| {
                *revision > since && after.is_none_or(|after| **serial > after)
            });
        let mut rows: Vec<TicketRecord> = changed
            .map(|(_, (_, record))| record.clone())
            .take(PAGE + 1)
            .collect();
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next_after = rows.last().filter(|_| more).map(|row| row.serial);
        let page = Page {
            event: EVENT,
            incarnation: self.memory.incarnation.unwrap(),
            since,
            after,
            revision: self.memory.position.since,
            rows,
            next_after,
            highest: Vec::new(),
        };
        Ok(Some((
            Signed::seal(&key(EVENT_KEY), &Label::PAGE, &page),
            next_after,
        )))
    }

    fn save_page(&mut self, page: &Signed) -> Result<Option<Position>, Self::Error> {
        let event_key = key(EVENT_KEY).verifying_key();
        let Ok(page) = page.open::<Page>(&event_key, &Label::PAGE) else {
            return Ok(None);
        };
        if Some(page.incarnation) != self.memory.incarnation {
            return Ok(None);
        }
        let Some(position) = self.memory.position.after_page(&page) else {
            return Ok(None);
        };
        for disk in [&mut self.memory, &mut self.disk] {
            let rows = page.rows.iter().map(|row| (row.serial, (0, row.clone())));
            disk.tickets.extend(rows);
            disk.position = position;
        }
        Ok(Some(position))
    }

    fn book(&mut self, have: u64) -> Result<Option<(Vec<u8>, Signed)>, Self::Error> {
        let (number, sealed) = &self.memory.sealed_book;
        let newer = sealed.clone().filter(|_| *number > have);
        Ok(newer.map(|sealed| (Vec::new(), sealed)))
    }

    fn save_book(&mut self, _: &[u8], sealed: &Signed) -> Result<(), Self::Error> {
        let event_key = key(EVENT_KEY).verifying_key();
        if let Ok(book) = sealed.open::<Book>(&event_key, &Label::BOOK)
            && book.number > self.memory.sealed_book.0
        {
            for disk in [&mut self.memory, &mut self.disk] {
                disk.sealed_book = (book.number, Some(sealed.clone()));
            }
            self.book = book;
        }
        Ok(())
    }

    fn tell_time(&mut self, question: &Time) -> Result<Time, Self::Error> {
        Ok(Time {
            answered: question.received,
            ..question.clone()
        })
    }

    fn clock(&mut self, _: &Time, sample: Sample) -> Result<(), Self::Error> {
        self.clock.add(sample);
        Ok(())
    }

    fn notes(&mut self, have: u32) -> Result<(u32, Vec<Countersigned>), Self::Error> {
        Ok(self.notes.after(have))
    }

    fn save_notes(&mut self, letters: &[Countersigned]) -> Result<NotesStatus, Self::Error> {
        let incarnation = self.memory.incarnation;
        Ok(self.notes.save(letters, incarnation))
    }

    fn letters(&mut self) -> Result<Vec<Letter>, Self::Error> {
        Ok(self.notes.pending())
    }

    fn take_letter(
        &mut self,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<Result<(), notes::Refused>, Self::Error> {
        let incarnation = self.memory.incarnation.unwrap();
        Ok(self
            .notes
            .admit(&self.book.roster, incarnation, letter, now))
    }

    fn letter_refused(
        &mut self,
        hash: &Hash,
        code: notes::Refused,
    ) -> Result<NotesStatus, Self::Error> {
        Ok(self.notes.refuse(hash, code))
    }
}
