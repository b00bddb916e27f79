//! Taking a scan back, and settling a conflict: facts that speak of other facts.

use shared_model::fact::{Annul, Fact, FactId, Heartbeat, Resolution, Resolve};
use shared_model::ids::{EventNo, OperatorNo};
use shared_model::log::fold::{Conflict, FactKey};
use shared_model::time::Timestamp;

use super::{Error, Reading, Result, Scanner};
use crate::store::Write;

impl Scanner {
    /// Takes a scan back: it no longer counts, here and wherever this becomes known.
    ///
    /// # Errors
    /// There is no such scan, or neither this device (within 15 minutes of its own scan)
    /// nor `operator` (as a supervisor) may. Nothing is recorded then.
    pub fn undo(
        &self,
        event: EventNo,
        scan: FactKey,
        operator: OperatorNo,
        wall: Timestamp,
    ) -> Result<FactId> {
        self.store.write(|tx| {
            self.account_at_work(tx)?;
            if !self.counts(tx, event, scan)? {
                return Err(Error::UnknownFact);
            }
            let reading = self.reading_in(tx, event, wall)?;
            let id = self.record(tx, event, &reading, |stamp| {
                Fact::Annul(Annul {
                    stamp,
                    actor: scan.actor,
                    seq: scan.seq,
                    operator,
                })
            })?;
            // The rules say whether it took; a refused one leaves no trace.
            if self.counts(tx, event, scan)? {
                return Err(Error::MayNotUndo);
            }
            Ok(id)
        })
    }

    /// The newest scan of this device that let somebody pass and still counts, if any.
    ///
    /// # Errors
    /// The store failed.
    pub fn last_admitted(&self, event: EventNo) -> Result<Option<FactKey>> {
        const BATCH: u64 = 100;
        self.store.write(|tx| {
            let actor = self.event_in(tx, event)?.actor;
            let mut end = tx.find_tip(event, actor)?.map_or(0, |tip| tip.seq);
            while end > 0 {
                let from = end.saturating_sub(BATCH - 1).max(1);
                let rows = tx.list_facts(event, actor, from, BATCH as u32)?;
                for row in rows.iter().rev().filter(|row| row.seq <= end) {
                    let key = FactKey {
                        actor,
                        seq: row.seq,
                    };
                    if matches!(row.fact, Some(Fact::Scan(_))) && self.counts(tx, event, key)? {
                        return Ok(Some(key));
                    }
                }
                end = from - 1;
            }
            Ok(None)
        })
    }

    /// Everything that is wrong at the event as far as is known here, in the order of the facts.
    ///
    /// # Errors
    /// The store failed, or nothing is known of the event.
    pub fn conflicts(&self, event: EventNo) -> Result<Vec<Conflict>> {
        self.store.read(|tx| {
            let book = self.book_in(tx, event)?;
            Ok(tx.fold_event(event, &book)?.conflicts(&book))
        })
    }

    /// Says what the conflict named by its later fact turned out to be.
    ///
    /// # Errors
    /// There is no such conflict, or `operator` is no supervisor on duty. Nothing is recorded then.
    pub fn resolve(
        &self,
        event: EventNo,
        conflict: FactKey,
        outcome: Resolution,
        operator: OperatorNo,
        wall: Timestamp,
    ) -> Result<FactId> {
        self.store.write(|tx| {
            self.account_at_work(tx)?;
            let reading = self.reading_in(tx, event, wall)?;
            let id = self.record(tx, event, &reading, |stamp| {
                Fact::Resolve(Resolve {
                    stamp,
                    actor: conflict.actor,
                    seq: conflict.seq,
                    outcome,
                    operator,
                })
            })?;
            let book = self.book_in(tx, event)?;
            let settled = tx
                .fold_event(event, &book)?
                .conflicts(&book)
                .iter()
                .any(|known| {
                    known.id == conflict
                        && known
                            .resolved
                            .is_some_and(|by| by.by.seq == id.seq && by.by.actor == id.actor)
                });
            if settled {
                Ok(id)
            } else {
                Err(Error::MayNotResolve)
            }
        })
    }

    /// Adds a sign of life to the log when the last own fact is older than `every_ms`: others
    /// then know how far they have heard of this device. Nothing is written before the book is here.
    ///
    /// # Errors
    /// The store failed.
    pub fn show_life(&self, event: EventNo, every_ms: i64, wall: Timestamp) -> Result<()> {
        self.store.write_batch(|tx| {
            let state = self.event_in(tx, event)?;
            if state.book_number == 0 {
                return Ok(());
            }
            let reading = self.reading_in(tx, event, wall)?;
            let last = tx.find_tip(event, state.actor)?.map(|tip| tip.base.hlc);
            if last.is_some_and(|last| reading.now().millis_since(last.time()) < every_ms) {
                return Ok(());
            }
            self.record(tx, event, &reading, |stamp| {
                Fact::Heartbeat(Heartbeat { stamp })
            })?;
            Ok(())
        })
    }

    fn reading_in(&self, tx: &Write<'_>, event: EventNo, wall: Timestamp) -> Result<Reading> {
        let book = self.book_in(tx, event)?;
        let state = self.event_in(tx, event)?;
        Ok(Reading::under(&tx.account()?, state.hlc, &book, wall))
    }

    /// Whether a fact is a scan that let somebody pass and was not taken back.
    fn counts(&self, tx: &Write<'_>, event: EventNo, key: FactKey) -> Result<bool> {
        let FactKey { actor, seq } = key;
        let Some(row) = tx.find_fact(FactId { event, actor, seq })? else {
            return Ok(false);
        };
        let Some(Fact::Scan(scan)) = &row.fact else {
            return Ok(false);
        };
        let shared_model::fact::Subject::Ticket { serial, .. } = scan.subject else {
            return Ok(false);
        };
        let book = self.book_in(tx, event)?;
        let ticket = tx.fold_ticket(event, &book, serial)?;
        Ok(ticket
            .scans
            .iter()
            .any(|scan| scan.actor == actor && scan.seq == seq && scan.counts))
    }
}
