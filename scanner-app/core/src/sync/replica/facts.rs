//! Facts: what is handed over, and what is taken in.

use rand::CryptoRng;
use shared_model::ids::{ActorId, Serial};
use shared_model::log::{Flags, Manner, Refused, Row, STRETCH, head, ingest, stretch_end};
use shared_model::sync::{Facts, SignedHead, Stored, VersionVector};
use shared_model::time::Timestamp;

use super::DeviceReplica;
use super::fold::FOLD_BATCH;
use crate::scanner::{Error, Result};
use crate::store::Read;

impl<R: CryptoRng> DeviceReplica<'_, R> {
    /// Facts that the other side lacks, about `budget` bytes of them.
    pub(super) fn facts_from(&self, from: &VersionVector, budget: usize) -> Result<Vec<Facts>> {
        self.scanner.store().read(|tx| {
            let mut batches: Vec<Facts> = Vec::new();
            let mut bytes = 0;
            for (actor, first) in from {
                let mut next = *first;
                while let Some(facts) = self.batch(tx, *actor, next)? {
                    let size: usize = facts.records.iter().map(Vec::len).sum();
                    if !batches.is_empty() && bytes + size > budget {
                        return Ok(batches);
                    }
                    bytes += size;
                    next = facts.head.seq + 1;
                    batches.push(facts);
                }
            }
            Ok(batches)
        })
    }

    /// What proves that an actor's log was forked; nothing where it was not.
    pub(super) fn evidence_about(&self, actor: ActorId) -> Result<Vec<Facts>> {
        let event = self.event;
        self.scanner.store().read(|tx| {
            let Some(at) = tx.find_tip(event, actor)?.and_then(|tip| tip.forked_at) else {
                return Ok(Vec::new());
            };
            let mut next = stretch_end(at) - STRETCH + 1;
            let mut frames = Vec::new();
            while let Some(facts) = self.batch(tx, actor, next)? {
                next = facts.head.seq + 1;
                frames.push(facts);
            }
            frames.extend(tx.list_evidence(event, actor)?);
            Ok(frames)
        })
    }

    /// Checks facts and keeps those that pass.
    pub(super) fn take_facts(
        &mut self,
        facts: &Facts,
        manner: Manner,
        now: Timestamp,
    ) -> Result<std::result::Result<Stored, Refused>> {
        let event = self.event;
        let loaded = self.scanner.store().read(|tx| {
            let book = self.scanner.book_in(tx, event)?;
            Ok::<_, Error>((book, tx.held(event, facts)?))
        });
        let (book, held) = match loaded {
            Ok(loaded) => loaded,
            // Without a book nobody is known: the facts come again after it.
            Err(Error::NoBook(_)) => return Ok(Err(Refused::UnknownDevice)),
            Err(error) => return Err(error),
        };
        let accepted = match ingest(event, &book.roster, &held, facts, now, manner) {
            Ok(accepted) => accepted,
            Err(refused) => {
                tracing::info!(%refused, actor = %facts.actor, "facts were not taken");
                return Ok(Err(refused));
            }
        };
        self.store_accepted(facts, &accepted)?;
        Ok(Ok(Stored {
            have: accepted.tip.seq,
            forked: !accepted.branch.is_empty(),
        }))
    }

    /// Folds the tickets anew that facts were taken in about.
    pub(super) fn fold_behind(&mut self) -> Result<()> {
        if self.behind.is_empty() {
            return Ok(());
        }
        let event = self.event;
        let book = self.scanner.book(event)?;
        let serials: Vec<Serial> = std::mem::take(&mut self.behind).into_iter().collect();
        for batch in serials.chunks(FOLD_BATCH) {
            self.scanner
                .store()
                .write_batch(|tx| tx.project(event, &book, batch.iter().copied()))?;
        }
        self.scanner
            .store()
            .write_batch(|tx| tx.mark_projected(event, book.number))?;
        Ok(())
    }

    /// One batch of an actor's log from `from` on: it ends at a signed head, within a stretch.
    fn batch(&self, tx: &Read<'_>, actor: ActorId, from: u64) -> Result<Option<Facts>> {
        let Some(tip) = tx.find_tip(self.event, actor)? else {
            return Ok(None);
        };
        if from > tip.seq || from == 0 {
            return Ok(None);
        }
        let own = tip.fact_key == *self.scanner.fact_key();
        let signed = match own {
            true => None,
            false => tx.find_head(self.event, actor, from)?,
        };
        let to = match &signed {
            Some(head) => head.seq,
            None if own => tip.seq.min(stretch_end(from)),
            None => return Ok(None),
        };
        let count = u32::try_from(to.saturating_sub(from) + 1).unwrap_or(STRETCH as u32);
        let rows = tx.list_facts(self.event, actor, from, count)?;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        let head = signed.unwrap_or_else(|| self.sign_head(actor, last));
        Ok(Some(Facts {
            event: self.event,
            actor,
            from,
            records: rows.into_iter().map(|row| row.bytes).collect(),
            head,
        }))
    }

    fn sign_head(&self, actor: ActorId, last: &Row) -> SignedHead {
        let key = self.scanner.signing_key();
        head::sign(key, self.event, actor, last.seq, last.link)
    }

    /// Takes in what passed the check; says whether the facts were this device's own, from
    /// before its store was put back.
    fn store_accepted(&mut self, facts: &Facts, accepted: &ingest::Accepted) -> Result<()> {
        let event = self.event;
        let now = self.now()?;
        let touched = self.scanner.store().write_batch(|tx| {
            tx.insert_accepted(event, facts, accepted)?;
            let mut hlc = self.scanner.event_in(tx, event)?.hlc;
            for row in accepted
                .rows
                .iter()
                .filter(|row| !row.flags.has(Flags::UNREADABLE))
            {
                hlc = hlc.observe(row.hlc, now);
            }
            tx.mark_hlc(event, hlc)?;
            tx.mark_projected(event, 0)?;
            Ok::<_, Error>(tx.touched(event, facts.actor, &accepted.rows)?)
        })?;
        self.behind.extend(touched);
        let own = self
            .scanner
            .store()
            .read(|tx| self.scanner.event_in(tx, event))?
            .actor;
        if facts.actor == own && !(accepted.rows.is_empty() && accepted.branch.is_empty()) {
            tracing::warn!(
                event = event.get(),
                "others know more of this device's log than it does; writing on as a new actor"
            );
            self.scanner.renew(event, &mut self.rng)?;
        }
        Ok(())
    }
}
