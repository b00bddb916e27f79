//! The night in numbers: the door now, the heads inside.
//!
//! Scans are counted from the log, each once: [`Tally`] remembers how far it has
//! read. Who is inside is the fold's word, not this module's.

use std::collections::{BTreeMap, VecDeque};

use shared_model::book::Book;
use shared_model::fact::{Direction, Fact, Outcome, Scan};
use shared_model::ids::{ActorId, EventNo};
use shared_model::time::Timestamp;
use shared_model::verdict::Reason;

use super::contract::{Counted, DoorStats, HeadCount, ListStats, Refusals, ZoneCount};
use super::show::Words;
use super::{App, Result, hold};
use crate::scanner::Scanner;
use crate::store::Read;

/// "Lately" in the stats.
const QUARTER_MS: i64 = 15 * 60 * 1000;
/// A device that was not heard of for longer is missing from a head count.
const HEARD_MS: i64 = 2 * 60 * 1000;
const BATCH: u32 = 1000;

/// The log of one event, counted so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    read: BTreeMap<ActorId, u64>,
    own: Counted,
    all: Counted,
    refusals: BTreeMap<u8, u32>,
    /// When this device let how many in, of the last quarter.
    lately: VecDeque<(Timestamp, u8)>,
}

impl Tally {
    /// Counts what came since the last time.
    fn catch_up(&mut self, tx: &Read<'_>, event: EventNo, own: ActorId) -> Result<()> {
        for (actor, tip) in tx.list_tips(event)? {
            loop {
                let from = self.read.get(&actor).copied().unwrap_or_default() + 1;
                if from > tip.seq {
                    break;
                }
                let rows = tx.list_facts(event, actor, from, BATCH)?;
                let Some(last) = rows.last() else { break };
                self.read.insert(actor, last.seq);
                for fact in rows.iter().filter_map(|row| row.fact.as_ref()) {
                    self.count(fact, actor == own);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, fact: &Fact, own: bool) {
        add(&mut self.all, fact);
        if !own {
            return;
        }
        add(&mut self.own, fact);
        let Fact::Scan(scan) = fact else { return };
        match scan.outcome {
            Outcome::Refused(reason) => *self.refusals.entry(reason).or_default() += 1,
            Outcome::Admitted if scan.direction == Direction::Entry => {
                self.lately
                    .push_back((scan.stamp.corrected(), scan.admitted));
            }
            Outcome::Admitted => {}
        }
    }

    fn last_quarter(&mut self, now: Timestamp) -> u32 {
        let old = |(at, _): &(Timestamp, u8)| now.millis_since(*at) > QUARTER_MS;
        while self.lately.front().is_some_and(old) {
            self.lately.pop_front();
        }
        self.lately
            .iter()
            .map(|(_, people)| u32::from(*people))
            .sum()
    }
}

fn add(counted: &mut Counted, fact: &Fact) {
    match fact {
        Fact::Annul(_) => counted.undone += 1,
        Fact::Scan(scan) => add_scan(counted, scan),
        _ => {}
    }
}

fn add_scan(counted: &mut Counted, scan: &Scan) {
    counted.overridden += u32::from(scan.override_.is_some());
    match (scan.outcome, scan.direction) {
        (Outcome::Refused(_), _) => counted.refused += 1,
        (Outcome::Admitted, Direction::Exit) => counted.exits += 1,
        (Outcome::Admitted, Direction::Entry) => {
            counted.entries += 1;
            counted.people += u32::from(scan.admitted);
        }
    }
}

impl App {
    pub(super) fn door_stats(&self) -> Result<DoorStats> {
        let (scanner, event, book) = self.at_event()?;
        let at = self.corrected(&scanner)?;
        let sentences = self.sentences();
        let words = Words::new(&sentences, &book, at);
        let mut tally = hold(&self.tally);
        scanner.store().read(|tx| {
            let own = scanner.event_in(tx, event)?.actor;
            tally.catch_up(tx, event, own)?;
            let mut refusals: Vec<Refusals> = tally
                .refusals
                .iter()
                .filter_map(|(number, count)| {
                    Some(Refusals {
                        reason: words.reason(Reason::from_number(*number)?),
                        count: *count,
                    })
                })
                .collect();
            refusals.sort_by_key(|refusals| std::cmp::Reverse(refusals.count));
            Ok(DoorStats {
                at,
                lists: list_stats(tx, &book, event)?,
                own: tally.own,
                all: tally.all,
                last_quarter: tally.last_quarter(at),
                tickets: tx.count_tickets(event)?,
                refusals,
            })
        })
    }

    pub(super) fn head_count(&self) -> Result<HeadCount> {
        let (scanner, event, book) = self.at_event()?;
        let at = self.corrected(&scanner)?;
        scanner.store().read(|tx| {
            let zones = book.zones.iter().map(|zone| {
                Ok(ZoneCount {
                    zone: zone.zone,
                    name: zone.name.clone(),
                    people: tx.occupancy(event, zone.zone, at)?,
                    capacity: zone.capacity,
                })
            });
            let missing = missing(tx, &scanner, &book, event, at)?;
            Ok(HeadCount {
                at,
                zones: zones.collect::<Result<_>>()?,
                lists: list_stats(tx, &book, event)?,
                complete: missing.is_empty(),
                missing,
            })
        })
    }
}

fn list_stats(tx: &Read<'_>, book: &Book, event: EventNo) -> Result<Vec<ListStats>> {
    let counts = tx.list_counts(event)?;
    let lists = book.lists.iter().map(|list| {
        let known = counts.iter().find(|count| count.list == list.list);
        let count = known.copied().unwrap_or_default();
        ListStats {
            list: list.list,
            name: list.name.clone(),
            tickets: count.tickets,
            people: count.people,
            inside: count.inside,
        }
    });
    Ok(lists.collect())
}

/// Names of the scanners on duty that were not heard of lately.
fn missing(
    tx: &Read<'_>,
    scanner: &Scanner,
    book: &Book,
    event: EventNo,
    at: Timestamp,
) -> Result<Vec<String>> {
    let tips = tx.list_tips(event)?;
    let heard = |key| {
        tips.iter()
            .any(|(_, tip)| tip.fact_key == key && at.millis_since(tip.base.hlc.time()) <= HEARD_MS)
    };
    let devices = book.roster.devices.iter().filter(|device| {
        let on_duty = device.active.iter().any(|duty| duty.contains(at));
        let own = device.fact_key == *scanner.fact_key();
        on_duty && !own && !device.node && !heard(device.fact_key)
    });
    Ok(devices.map(|device| device.name.clone()).collect())
}
