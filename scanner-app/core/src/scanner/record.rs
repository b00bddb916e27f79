//! Writing this device's own facts: chained, in order, within the caller's transaction.

use shared_model::capacity;
use shared_model::fact::{Fact, FactId, Open, Stamp};
use shared_model::ids::EventNo;
use shared_model::log::{Flags, MAX_SEQ, Row, chain};

use super::{Error, Reading, Result, Scanner};
use crate::store::Write;

impl Scanner {
    /// Adds the fact that `make` gives to this device's log of `event`, opening the log first
    /// where it is empty. The state of tickets is brought up to date where the book is known.
    pub(crate) fn record(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        reading: &Reading,
        make: impl Fn(Stamp) -> Fact,
    ) -> Result<FactId> {
        let state = self.event_in(tx, event)?;
        let tip = tx.find_tip(event, state.actor)?;
        let mut last = tip.map(|tip| (tip.seq, tip.base.link));
        let mut hlc = state.hlc.max(tip.map_or(state.hlc, |tip| tip.base.hlc));
        let open = |stamp| {
            Fact::Open(Open {
                stamp,
                fact_key: self.fact_public,
                epoch: state.epoch,
            })
        };
        let mut rows = Vec::with_capacity(2);
        let opening: Option<&dyn Fn(Stamp) -> Fact> = match last {
            None => Some(&open),
            Some(_) => None,
        };
        let make: &dyn Fn(Stamp) -> Fact = &make;
        for make in opening.into_iter().chain([make]) {
            let stamp = reading.stamp(hlc);
            let fact = make(stamp);
            let bytes = fact.to_bytes();
            let seq = last.map_or(1, |(seq, _)| seq + 1);
            if seq > MAX_SEQ {
                return Err(Error::LogFull(event));
            }
            let link = chain::link(state.actor, seq, last.map(|(_, link)| link), &bytes);
            hlc = stamp.hlc;
            last = Some((seq, link));
            rows.push(Row {
                seq,
                bytes,
                link,
                hlc,
                flags: if stamp.order() < hlc {
                    Flags::CLAMPED
                } else {
                    Flags::default()
                },
                fact: Some(fact),
            });
        }
        for row in &rows {
            tx.insert_fact(event, state.actor, row, &self.fact_public)?;
            if let Some(let_in) = row.fact.as_ref().and_then(capacity::let_in) {
                tx.add_let_in(event, state.actor, let_in)?;
            }
        }
        tx.mark_hlc(event, hlc)?;
        if state.book_number > 0 {
            let book = self.book_in(tx, event)?;
            let touched = tx.touched(event, state.actor, &rows)?;
            tx.project(event, &book, touched)?;
        }
        Ok(FactId {
            event,
            actor: state.actor,
            seq: last.map_or(0, |(seq, _)| seq),
        })
    }
}
