//! What the known facts say of one ticket on one list.
//!
//! Depends on the set of facts only: neither their order nor repeats matter.
//! People are counted, not scans, so a group may come and go in parts. No more
//! are inside than the ticket admits, also after a double entry. At the list's
//! automatic exit everybody inside is out.

use super::PastScan;
use crate::book::{Book, List};
use crate::fact::Direction;
use crate::ids::Serial;
use crate::time::Timestamp;

/// How a ticket stands on a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing<'a> {
    /// Counted entries, in the order of the log.
    pub entries: Vec<&'a PastScan>,
    /// When they were, in the same order.
    pub times: Vec<Timestamp>,
    /// People let in so far.
    pub let_in: u32,
    /// People let in on the local day of `now`.
    pub today: u32,
    /// People inside now.
    pub inside: u32,
    /// People let in who had not been in and gone out before.
    pub spent: u32,
    /// People who went out and did not come back.
    pub outside: u32,
    /// The last counted scan of either direction.
    pub last: Option<&'a PastScan>,
}

impl<'a> Standing<'a> {
    /// Folds all scans on `list` of the ticket `serial`, which admits `group` people, up to now.
    pub fn of(
        book: &Book,
        list: &List,
        (serial, group): (Serial, u32),
        history: &'a [PastScan],
        now: Timestamp,
    ) -> Self {
        let mut scans: Vec<&PastScan> = history
            .iter()
            .filter(|scan| scan.serial == serial && scan.list == list.list && scan.counts)
            .collect();
        scans.sort_by_key(|scan| order(scan));
        scans.dedup();
        let today = book.local(now).day();
        let mut standing = Self::default();
        for scan in scans {
            let at = scan.hlc.time();
            standing.end_stay(book, list, at);
            standing.add(scan, group, at, book.local(at).day() == today);
        }
        standing.end_stay(book, list, now);
        standing
    }

    fn add(&mut self, scan: &'a PastScan, group: u32, at: Timestamp, today: bool) {
        // A fact that let somebody pass let one pass at least.
        let people = u32::from(scan.admitted.max(1));
        self.last = Some(scan);
        match scan.direction {
            Direction::Entry => {
                self.entries.push(scan);
                self.times.push(at);
                self.let_in = self.let_in.saturating_add(people);
                if today {
                    self.today = self.today.saturating_add(people);
                }
                let back = people.min(self.outside);
                self.outside -= back;
                self.spent = self.spent.saturating_add(people - back);
                self.inside = self.inside.saturating_add(people).min(group);
            }
            Direction::Exit => {
                self.leave(people);
            }
        }
    }

    /// Lets everybody out if the automatic exit came between the last scan and `now`.
    fn end_stay(&mut self, book: &Book, list: &List, now: Timestamp) {
        let (Some(minute), Some(last)) = (list.auto_exit_minute, self.last) else {
            return;
        };
        if book.next_minute_of_day(last.hlc.time(), minute) <= now {
            self.leave(self.inside);
        }
    }

    fn leave(&mut self, people: u32) {
        let gone = people.min(self.inside);
        self.inside -= gone;
        self.outside = self.outside.saturating_add(gone);
    }
}

/// The order of the log, completed by every other field so that it never depends on the input's.
fn order(scan: &PastScan) -> impl Ord + use<> {
    (
        (scan.hlc, scan.actor, scan.seq),
        (scan.direction == Direction::Exit, scan.admitted),
        (scan.gate, scan.operator, scan.device),
    )
}
