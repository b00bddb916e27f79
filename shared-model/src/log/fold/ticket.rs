//! The fold of one ticket: its history, who is inside, and what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::allowance::{Used, exceeds};
use super::rights::{device_no, is_enrolled, may_annul, may_supervise};
use super::{Allowance, Conflict, ConflictKind, FactKey, Logged, Place, Resolved};
use crate::book::Book;
use crate::entry::PastScan;
use crate::fact::{Direction, Fact, Outcome, Scan, Subject};
use crate::hlc::Hlc;
use crate::ids::{ListNo, PublicKey, RequestId, Serial, Zones};
use crate::log::Flags;
use crate::time::Timestamp;

/// The folded state of one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticket {
    /// Its state on each list on which it was scanned.
    pub lists: BTreeMap<ListNo, ListState>,
    /// Its scans on all lists, in order: what [`crate::entry::Knowledge::history`] holds.
    pub scans: Vec<PastScan>,
    /// What its scans did to the zones, in order.
    pub moves: Vec<Move>,
    /// What is wrong, in order. Zones over capacity are no one ticket's: see [`super::Event`].
    pub conflicts: Vec<Conflict>,
}

/// Where a ticket stands on one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListState {
    /// People inside.
    pub inside: u32,
    /// Scans that let somebody in.
    pub entries: u32,
    /// People they let in.
    pub people: u32,
    /// Scans that let somebody out.
    pub exits: u32,
    /// The first entry: it holds the ticket.
    pub first_entry: Option<Place>,
    /// The last entry.
    pub last_entry: Option<Place>,
    /// When those inside count as gone, where the list has an auto-exit.
    pub leaves_at: Option<Timestamp>,
}

/// A change of the number of people in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The scan that made it.
    pub place: Place,
    /// The list of the scan.
    pub list: ListNo,
    /// The zone, 0 to 31.
    pub zone: u8,
    /// People more (positive) or less.
    pub people: i64,
    /// A supervisor let them pass over the zone's capacity.
    pub overridden: bool,
}

/// The step of the order of checks that looks at the history.
const HISTORY_STEP: u8 = 8;
/// The step that looks at the zone's capacity.
const CAPACITY_STEP: u8 = 9;
/// The steps that look at whether the ticket was stopped.
const STOP_STEP: u8 = 2;

/// Folds the facts about ticket `serial`: its scans, the facts that annul or resolve
/// them, and the facts that resolve what those did.
///
/// Facts come in any order, repeats allowed; facts about other tickets are passed
/// over. Without an `allowance` (a ticket that is not known here) the ticket counts as
/// one for as many people as the largest of its scans let in.
#[must_use]
pub fn ticket(
    book: &Book,
    serial: Serial,
    allowance: Option<&Allowance>,
    facts: &[Logged],
) -> Ticket {
    let ordered: BTreeMap<Place, &Logged> = facts.iter().map(|fact| (fact.place(), fact)).collect();
    let guess = Allowance {
        group: largest_scan(serial, ordered.values()),
        ..Allowance::default()
    };
    let mut fold = Fold {
        book,
        serial,
        allowance: allowance.unwrap_or(&guess),
        annulled: BTreeSet::new(),
        answered: BTreeSet::new(),
        spent: BTreeMap::new(),
        outside: BTreeMap::new(),
        days: BTreeMap::new(),
        zones: BTreeMap::new(),
        out: Ticket::default(),
    };
    fold.annul(&ordered);
    for (place, logged) in &ordered {
        if let Fact::Scan(scan) = &logged.fact
            && logged.serial() == Some(serial)
        {
            fold.auto_exit(place.order.time());
            fold.scan(place, logged, scan);
        }
    }
    fold.foresee_auto_exit();
    fold.out.conflicts.sort_by_key(Conflict::rank);
    resolve(book, &ordered, &mut fold.out.conflicts);
    fold.out
}

/// Writes what people found conflicts to be into `conflicts`; of several words the last holds.
pub(super) fn resolve(book: &Book, ordered: &BTreeMap<Place, &Logged>, conflicts: &mut [Conflict]) {
    let mut words = BTreeMap::new();
    for logged in ordered.values() {
        if let Fact::Resolve(resolve) = &logged.fact
            && let Some(target) = logged.target()
            && may_supervise(book, logged, resolve.operator)
        {
            let resolved = Resolved {
                outcome: resolve.outcome,
                operator: resolve.operator,
                by: logged.key(),
            };
            words.insert(target, resolved);
        }
    }
    for conflict in conflicts {
        conflict.resolved = words.get(&conflict.id).copied();
    }
}

fn largest_scan<'a>(serial: Serial, facts: impl Iterator<Item = &'a &'a Logged>) -> u8 {
    facts
        .filter(|logged| logged.serial() == Some(serial))
        .filter_map(|logged| match &logged.fact {
            Fact::Scan(scan) => Some(scan.admitted),
            _ => None,
        })
        .max()
        .unwrap_or_default()
}

struct Fold<'a> {
    book: &'a Book,
    serial: Serial,
    allowance: &'a Allowance,
    /// Facts taken back by somebody who may.
    annulled: BTreeSet<FactKey>,
    /// Wishes answered already, by device: one written again is the same entry.
    answered: BTreeSet<(PublicKey, RequestId)>,
    /// People that entries were spent on, by list.
    spent: BTreeMap<ListNo, u32>,
    /// People who went out and did not come back, by list.
    outside: BTreeMap<ListNo, u32>,
    /// People let in on a local day, by list.
    days: BTreeMap<(ListNo, i64), u32>,
    /// People of this ticket in each zone.
    zones: BTreeMap<u8, u32>,
    out: Ticket,
}

impl Fold<'_> {
    fn annul(&mut self, ordered: &BTreeMap<Place, &Logged>) {
        let own = ordered
            .values()
            .filter(|logged| logged.serial() == Some(self.serial));
        let mut scans: BTreeMap<FactKey, &Logged> = BTreeMap::new();
        for scan in own {
            scans.entry(scan.key()).or_insert(scan);
        }
        for annul in ordered.values() {
            let Fact::Annul(fact) = &annul.fact else {
                continue;
            };
            let target = annul.target().and_then(|target| scans.get(&target));
            let Some(target) = target else { continue };
            if may_annul(self.book, annul, target, fact.operator) {
                self.annulled.insert(target.key());
            } else {
                self.conflict(
                    ConflictKind::AnnulWithoutRights,
                    annul,
                    Some(target.key()),
                    None,
                );
            }
        }
    }

    fn scan(&mut self, place: &Place, logged: &Logged, scan: &Scan) {
        let passed = scan.outcome == Outcome::Admitted && scan.admitted > 0;
        let again = passed && !self.answered.insert((logged.fact_key, scan.request));
        let counts = passed && !again && !self.annulled.contains(&logged.key());
        if counts {
            self.judge(logged, scan);
            match scan.direction {
                Direction::Entry => self.enter(place, logged, scan),
                Direction::Exit => self.leave(place, scan),
            }
        } else {
            self.out.lists.entry(scan.list).or_default();
        }
        if logged.flags.has(Flags::BACKWARDS) {
            self.conflict(ConflictKind::ClockBackwards, logged, None, Some(scan.list));
        }
        self.out.scans.push(PastScan {
            serial: self.serial,
            list: scan.list,
            hlc: place.order,
            actor: logged.actor,
            seq: logged.seq,
            device: device_no(self.book, &logged.fact_key),
            direction: scan.direction,
            counts,
            admitted: scan.admitted,
            gate: scan.gate,
            operator: scan.operator,
        });
    }

    /// Looks at a scan that let somebody pass, whichever way.
    fn judge(&mut self, logged: &Logged, scan: &Scan) {
        if !is_enrolled(self.book, logged) {
            self.conflict(
                ConflictKind::DeviceNotEnrolled,
                logged,
                None,
                Some(scan.list),
            );
        }
        if let Some(by) = scan.override_
            && !may_supervise(self.book, logged, by.supervisor)
        {
            self.conflict(
                ConflictKind::OverrideWithoutRights,
                logged,
                None,
                Some(scan.list),
            );
        }
        if scan.direction == Direction::Entry
            && let Subject::Ticket { generation, .. } = scan.subject
            && self
                .allowance
                .is_stopped(generation, logged.fact.stamp().order().time())
            && !self.overrides(logged, scan, STOP_STEP)
        {
            self.conflict(ConflictKind::AfterRevocation, logged, None, Some(scan.list));
        }
    }

    fn enter(&mut self, place: &Place, logged: &Logged, scan: &Scan) {
        let people = u32::from(scan.admitted);
        let list = self.book.list(scan.list);
        let state = self.out.lists.get(&scan.list).copied().unwrap_or_default();
        let used = self.used(scan.list, place, &state);
        if list.is_some_and(|list| exceeds(list, self.allowance, used, people))
            && !self.overrides(logged, scan, HISTORY_STEP)
        {
            let holder = state.first_entry.map(|place| place.key());
            self.conflict(ConflictKind::DoubleEntry, logged, holder, Some(scan.list));
        }

        let back = people.min(used.outside);
        *self.outside.entry(scan.list).or_default() -= back;
        let spent = self.spent.entry(scan.list).or_default();
        *spent = spent.saturating_add(people - back);
        let day = self.day(scan.list, place);
        let today = self.days.entry(day).or_default();
        *today = today.saturating_add(people);
        let state = self.out.lists.entry(scan.list).or_default();
        state.inside = state
            .inside
            .saturating_add(people)
            .min(self.allowance.people());
        state.entries += 1;
        state.people = state.people.saturating_add(people);
        state.first_entry.get_or_insert(*place);
        state.last_entry = Some(*place);
        state.leaves_at = list
            .and_then(|list| list.auto_exit_minute)
            .map(|minute| self.book.next_minute_of_day(place.order.time(), minute));
        let overridden = self.overrides(logged, scan, CAPACITY_STEP);
        if let Some(zone) = list.and_then(|list| list.zone) {
            self.move_to(place, scan.list, zone, people, overridden);
        }
    }

    fn leave(&mut self, place: &Place, scan: &Scan) {
        let people = u32::from(scan.admitted);
        let state = self.out.lists.entry(scan.list).or_default();
        let gone = people.min(state.inside);
        state.inside -= gone;
        state.exits += 1;
        *self.outside.entry(scan.list).or_default() += gone;
        self.leave_zone_of(scan.list, place, people);
    }

    /// Lets out those whose list's auto-exit has come by `now`.
    fn auto_exit(&mut self, now: Timestamp) {
        for (list, at) in self.due() {
            if at > now {
                continue;
            }
            if let Some(state) = self.out.lists.get_mut(&list) {
                let people = std::mem::take(&mut state.inside);
                *self.outside.entry(list).or_default() += people;
                self.leave_zone_of(list, &auto_place(at), people);
            }
        }
    }

    /// Notes when those still inside will be out, without taking them out of their lists.
    fn foresee_auto_exit(&mut self) {
        for (list, at) in self.due() {
            let people = self.out.lists.get(&list).map_or(0, |state| state.inside);
            self.leave_zone_of(list, &auto_place(at), people);
        }
    }

    /// Lists with people inside, and when they count as gone, soonest first.
    fn due(&self) -> Vec<(ListNo, Timestamp)> {
        let mut due: Vec<_> = self
            .out
            .lists
            .iter()
            .filter(|(_, state)| state.inside > 0)
            .filter_map(|(list, state)| Some((*list, state.leaves_at?)))
            .collect();
        due.sort_by_key(|(list, at)| (*at, *list));
        due
    }

    fn leave_zone_of(&mut self, list: ListNo, place: &Place, people: u32) {
        if let Some(zone) = self.book.list(list).and_then(|list| list.zone) {
            self.take_from(place, list, zone, people);
        }
    }

    fn used(&self, list: ListNo, place: &Place, state: &ListState) -> Used {
        let today = self.days.get(&self.day(list, place));
        Used {
            admitted: state.people,
            admitted_today: today.copied().unwrap_or_default(),
            spent: self.spent.get(&list).copied().unwrap_or_default(),
            outside: self.outside.get(&list).copied().unwrap_or_default(),
            inside: state.inside,
        }
    }

    fn day(&self, list: ListNo, place: &Place) -> (ListNo, i64) {
        (list, self.book.local(place.order.time()).day())
    }

    /// Entering a zone leaves those that the book says, as far as the ticket's people are there.
    fn move_to(&mut self, place: &Place, list: ListNo, zone: u8, people: u32, overridden: bool) {
        let leaves = self.book.zone(zone).map_or(Zones::NONE, |area| area.leaves);
        for other in (0..32).filter(|other| *other != zone && leaves.contains(*other)) {
            self.take_from(place, list, other, people);
        }
        let inside = self.zones.entry(zone).or_default();
        let more = people.min(self.allowance.people().saturating_sub(*inside));
        *inside += more;
        if more > 0 {
            self.out.moves.push(Move {
                place: *place,
                list,
                zone,
                people: i64::from(more),
                overridden,
            });
        }
    }

    fn take_from(&mut self, place: &Place, list: ListNo, zone: u8, people: u32) {
        let inside = self.zones.entry(zone).or_default();
        let fewer = people.min(*inside);
        *inside -= fewer;
        if fewer > 0 {
            self.out.moves.push(Move {
                place: *place,
                list,
                zone,
                people: -i64::from(fewer),
                overridden: false,
            });
        }
    }

    fn overrides(&self, logged: &Logged, scan: &Scan, step: u8) -> bool {
        scan.override_.is_some_and(|by| {
            by.steps.contains(step) && may_supervise(self.book, logged, by.supervisor)
        })
    }

    fn conflict(
        &mut self,
        kind: ConflictKind,
        logged: &Logged,
        against: Option<FactKey>,
        list: Option<ListNo>,
    ) {
        self.out.conflicts.push(Conflict {
            id: logged.key(),
            place: logged.place(),
            kind,
            against,
            serial: Some(self.serial),
            list,
            resolved: None,
        });
    }
}

/// The place of an auto-exit: before every fact of its millisecond.
fn auto_place(at: Timestamp) -> Place {
    Place {
        order: Hlc::at(at),
        ..Place::FIRST
    }
}
