//! The fold of a whole event, kept up to date fact by fact.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::crowd::Crowd;
use super::reads::Reads;
use super::ticket::{self, Move, Ticket, resolve};
use super::{Allowance, Conflict, ConflictKind, FactKey, Logged, Place};
use crate::book::Book;
use crate::hlc::Hlc;
use crate::ids::{ActorId, Hash, ListNo, PublicKey, Serial};
use crate::log::Flags;
use crate::time::Timestamp;

/// The facts of an event and what they come to.
///
/// [`Event::insert`] takes facts in any order, repeats allowed; [`Event::fold`] brings
/// up to date what they touched. Two events with the same facts, book and
/// allowances are equal in all they answer, however they got there.
#[derive(Debug, Clone, Default)]
pub struct Event {
    tickets: HashMap<Serial, Slot>,
    /// Which ticket a scan, or a fact that annuls one, is about; more than one where an actor forked.
    about: HashMap<FactKey, BTreeSet<Serial>>,
    /// Facts that annul or resolve, by what they speak of.
    speaking: HashMap<FactKey, Vec<Logged>>,
    /// Links of each fact; more than one is a fork.
    links: HashMap<FactKey, Vec<(Hash, Place)>>,
    /// The first forked fact of each actor.
    forks: BTreeMap<ActorId, FactKey>,
    /// Facts about no ticket whose clock ran backwards.
    backwards: BTreeMap<Place, FactKey>,
    heard: BTreeMap<PublicKey, Hlc>,
    moves: BTreeMap<MoveKey, Move>,
    crowd: Crowd,
    /// Tickets about which something is wrong.
    conflicted: BTreeSet<Serial>,
    touched: BTreeSet<Serial>,
    /// What the book said that tickets were folded with.
    reads: Reads,
}

/// Zone, place, ticket and list: auto-exits of several tickets or lists share a place.
type MoveKey = (u8, Place, Serial, ListNo);

#[derive(Debug, Clone, Default)]
struct Slot {
    facts: Vec<Logged>,
    fold: Ticket,
}

impl Event {
    /// Takes a fact in; false when it is here already.
    pub fn insert(&mut self, logged: Logged) -> bool {
        let (key, place) = (logged.key(), logged.place());
        let links = self.links.entry(key).or_default();
        if links.iter().any(|(link, _)| *link == logged.link) {
            return false;
        }
        links.push((logged.link, place));
        if links.len() > 1 {
            let first = self.forks.entry(key.actor).or_insert(key);
            *first = (*first).min(key);
        }
        let heard = self.heard.entry(logged.fact_key).or_default();
        *heard = (*heard).max(place.order);

        if let Some(serial) = logged.serial() {
            self.touched.insert(serial);
            self.about.entry(key).or_default().insert(serial);
            let annuls = self.speaking.get(&key).into_iter().flatten();
            for annul in annuls.filter(|word| word.is_annul()) {
                self.about.entry(annul.key()).or_default().insert(serial);
            }
            self.tickets.entry(serial).or_default().facts.push(logged);
        } else {
            if logged.flags.has(Flags::BACKWARDS) {
                self.backwards.insert(place, key);
            }
            if let Some(target) = logged.target() {
                let serials = self.about.get(&target).cloned().unwrap_or_default();
                self.touched.extend(&serials);
                if logged.is_annul() {
                    self.about.entry(key).or_default().extend(serials);
                }
                self.speaking.entry(target).or_default().push(logged);
            }
        }
        true
    }

    /// Folds the tickets that facts inserted since the last fold touched; how many.
    ///
    /// `allowance` says what a ticket allows, where it is known. Another `book` than the last
    /// time is given to [`Event::follow`] first.
    pub fn fold(&mut self, book: &Book, allowance: &impl Fn(Serial) -> Option<Allowance>) -> usize {
        let touched = std::mem::take(&mut self.touched);
        for serial in &touched {
            let facts = self.facts_about(*serial);
            let fold = ticket::ticket(book, *serial, allowance(*serial).as_ref(), &facts);
            self.replace(*serial, fold);
        }
        touched.len()
    }

    fn replace(&mut self, serial: Serial, fold: Ticket) {
        let Some(slot) = self.tickets.get_mut(&serial) else {
            return;
        };
        for (key, change) in keyed(serial, &slot.fold.moves) {
            self.moves.remove(&key);
            self.crowd.remove(&change);
        }
        for (key, change) in keyed(serial, &fold.moves) {
            self.crowd.add(&change);
            self.moves.insert(key, change);
        }
        if fold.conflicts.is_empty() {
            self.conflicted.remove(&serial);
        } else {
            self.conflicted.insert(serial);
        }
        slot.fold = fold;
    }

    /// Marks a ticket as touched: what it allows has changed.
    pub fn touch(&mut self, serial: Serial) {
        self.touched.insert(serial);
    }

    /// Takes a new book: marks the tickets as touched of which it may make something else.
    pub fn follow(&mut self, book: &Book) {
        let reads = Reads::of(book);
        if let Some(changed) = reads.changed(&self.reads) {
            let touched = self.tickets.keys().filter(|serial| {
                let mut facts = self.facts_of(**serial);
                facts.any(|fact| changed.concerns(fact))
            });
            let touched: Vec<Serial> = touched.copied().collect();
            self.touched.extend(touched);
            self.reads = reads;
        }
    }

    /// What the last fold made of a ticket; absent when no fact is about it.
    #[must_use]
    pub fn ticket(&self, serial: Serial) -> Option<&Ticket> {
        self.tickets.get(&serial).map(|slot| &slot.fold)
    }

    /// The tickets that facts are about, in no order.
    pub fn serials(&self) -> impl Iterator<Item = Serial> {
        self.tickets.keys().copied()
    }

    /// People in `zone` at `now`, auto-exits until then included.
    #[must_use]
    pub fn occupancy(&self, zone: u8, now: Timestamp) -> u32 {
        self.crowd.people(zone, now)
    }

    /// The order time of the newest fact of each fact key, for [`super::watermark()`].
    #[must_use]
    pub const fn heard(&self) -> &BTreeMap<PublicKey, Hlc> {
        &self.heard
    }

    /// Everything that is wrong, in the order of the facts.
    #[must_use]
    pub fn conflicts(&self, book: &Book) -> Vec<Conflict> {
        let conflicted = self.conflicted.iter();
        let tickets = conflicted.filter_map(|serial| self.tickets.get(serial));
        let mut conflicts: Vec<Conflict> = tickets
            .flat_map(|slot| slot.fold.conflicts.iter().cloned())
            .chain(self.forked())
            .chain(self.clocks())
            .chain(self.over_capacity(book))
            .collect();
        conflicts.sort_by_key(Conflict::rank);
        let words = conflicts
            .iter()
            .filter_map(|conflict| self.speaking.get(&conflict.id))
            .flatten()
            .map(|logged| (logged.place(), logged))
            .collect();
        resolve(book, &words, &mut conflicts);
        conflicts
    }

    fn facts_about(&self, serial: Serial) -> Vec<Logged> {
        self.facts_of(serial).cloned().collect()
    }

    /// Its scans, what annuls or resolves them, and what resolves the annulling.
    fn facts_of(&self, serial: Serial) -> impl Iterator<Item = &Logged> {
        let slot = self.tickets.get(&serial);
        let scans = slot.map_or(&[][..], |slot| &slot.facts);
        let words = scans.iter().flat_map(|scan| self.words(scan));
        let annuls = words.clone().filter(|word| word.is_annul());
        let last = annuls.flat_map(|annul| self.words(annul));
        scans.iter().chain(words).chain(last)
    }

    fn words(&self, of: &Logged) -> impl Iterator<Item = &Logged> + Clone {
        self.speaking.get(&of.key()).into_iter().flatten()
    }

    fn forked(&self) -> impl Iterator<Item = Conflict> {
        self.forks.values().filter_map(|key| {
            let place = self.links.get(key)?.iter().map(|(_, place)| *place).max()?;
            Some(actor_conflict(ConflictKind::Fork, *key, place, Some(*key)))
        })
    }

    fn clocks(&self) -> impl Iterator<Item = Conflict> {
        self.backwards
            .iter()
            .map(|(place, key)| actor_conflict(ConflictKind::ClockBackwards, *key, *place, None))
    }

    /// Entries that made a zone hold more than it may.
    fn over_capacity(&self, book: &Book) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for zone in &book.zones {
            let Some(capacity) = zone.capacity else {
                continue;
            };
            let mut inside = 0;
            for ((_, _, serial, _), change) in self.keyed_moves_of(zone.zone) {
                inside += change.people;
                if change.people > 0 && inside > i64::from(capacity) && !change.overridden {
                    conflicts.push(Conflict {
                        serial: Some(*serial),
                        list: Some(change.list),
                        ..actor_conflict(
                            ConflictKind::OverCapacity,
                            change.place.key(),
                            change.place,
                            None,
                        )
                    });
                }
            }
        }
        conflicts
    }

    fn keyed_moves_of(&self, zone: u8) -> impl Iterator<Item = (&MoveKey, &Move)> {
        let first = (zone, Place::FIRST, Serial(0), ListNo(0));
        self.moves
            .range(first..)
            .take_while(move |((of, ..), _)| *of == zone)
    }
}

fn keyed(serial: Serial, moves: &[Move]) -> impl Iterator<Item = (MoveKey, Move)> {
    moves
        .iter()
        .map(move |change| ((change.zone, change.place, serial, change.list), *change))
}

fn actor_conflict(
    kind: ConflictKind,
    id: FactKey,
    place: Place,
    against: Option<FactKey>,
) -> Conflict {
    Conflict {
        id,
        place,
        kind,
        against,
        serial: None,
        list: None,
        resolved: None,
    }
}
