//! A store in memory, as devices and server keep theirs.
//!
//! It keeps to the rules that every store has to keep: what is not committed is
//! lost in a crash, a head is kept at the end of each stretch, branches lie beside
//! the log.

use std::collections::{BTreeMap, BTreeSet};

use shared_model::book::Book;
use shared_model::fact::{Fact, Heartbeat, Scan};
use shared_model::hlc::Hlc;
use shared_model::ids::{
    ActorId, Epoch, Generation, Hash, Incarnation, Kid, OccurrenceNo, PublicKey, Serial, TierNo,
    Zones,
};
use shared_model::log::fold::Logged;
use shared_model::log::{self, Accepted, Author, Held, Row, Tip, keeps_head, stretches};
use shared_model::manifest::Position;
use shared_model::sync::{ClockOffset, Facts, Signed, SignedHead, Stored, VersionVector};
use shared_model::ticket::{TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;
use uuid::Uuid;

use super::event::{EVENT, EVENT_KEY, key, reading};

/// What a replica keeps of one actor.
#[derive(Debug, Clone)]
pub struct ActorLog {
    pub fact_key: PublicKey,
    pub rows: Vec<Row>,
    pub heads: BTreeMap<u64, SignedHead>,
    pub forked_at: Option<u64>,
    pub branches: BTreeMap<(u64, Hash), Row>,
    pub evidence: Vec<Facts>,
}

impl ActorLog {
    pub(super) fn tip(&self) -> Option<Tip> {
        self.rows.last().map(|row| Tip {
            seq: row.seq,
            base: base(row),
            fact_key: self.fact_key,
            forked_at: self.forked_at,
        })
    }

    fn batches(&self, actor: ActorId, from: u64) -> Vec<Facts> {
        stretches(from, self.rows.len() as u64)
            .map(|run| Facts {
                event: EVENT,
                actor,
                from: *run.start(),
                records: run
                    .clone()
                    .map(|seq| self.rows[seq as usize - 1].bytes.clone())
                    .collect(),
                head: self.heads[run.end()].clone(),
            })
            .collect()
    }

    pub fn links_from_fork(&self) -> Vec<Hash> {
        let Some(at) = self.forked_at else {
            return Vec::new();
        };
        let log = self.rows.iter().filter(|row| row.seq >= at);
        log.chain(self.branches.values())
            .map(|row| row.link)
            .collect()
    }
}

fn base(row: &Row) -> log::ingest::Base {
    log::ingest::Base {
        link: row.link,
        hlc: row.hlc,
    }
}

/// What a crash leaves.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    pub actors: BTreeMap<ActorId, ActorLog>,
    pub acked: VersionVector,
    pub incarnation: Option<Incarnation>,
    /// At the server, with the revision of the last change.
    pub tickets: BTreeMap<Serial, (u64, TicketRecord)>,
    /// At the server, `since` is the newest revision.
    pub position: Position,
    /// The book's number and its sealed form.
    pub sealed_book: (u64, Option<Signed>),
}

/// A replica in memory.
#[derive(Debug, Clone)]
pub struct Store {
    pub device: u8,
    pub book: Book,
    pub disk: Disk,
    pub memory: Disk,
    pub author: Author,
    pub clock: ClockOffset,
    pub notes: super::notes::Kept,
    seen: Hlc,
    epochs: u8,
}

impl Store {
    pub fn new(device: u8, book: &Book, epoch: u8, now: Timestamp) -> Self {
        let (author, row) = open(device, epoch, Hlc::default(), now);
        let mut store = Self {
            device,
            book: book.clone(),
            disk: Disk::default(),
            memory: Disk::default(),
            author,
            clock: ClockOffset::default(),
            notes: super::notes::Kept::default(),
            seen: Hlc::default(),
            epochs: epoch,
        };
        store.keep_own(row);
        store
    }

    pub fn server(book: &Book, now: Timestamp) -> Self {
        let mut store = Self::new(100, book, 0, now);
        store.memory.incarnation = Some(Incarnation(Uuid::from_u128(1)));
        store.disk = store.memory.clone();
        store
    }

    /// Begins a new actor, as a new or restored store does.
    pub fn new_epoch(&mut self, epoch: u8, now: Timestamp) {
        self.epochs = epoch;
        let (author, row) = open(self.device, epoch, self.latest(), now);
        self.author = author;
        self.keep_own(row);
    }

    /// Writes a fact durably and gives its seq.
    pub fn append(
        &mut self,
        now: Timestamp,
        make: impl FnOnce(shared_model::fact::Stamp) -> Fact,
    ) -> u64 {
        self.author.observe(self.latest(), reading(now));
        let stamp = self.author.stamp(reading(now));
        let row = self.author.append(make(stamp)).unwrap();
        let seq = row.seq;
        self.keep_own(row);
        seq
    }

    pub fn heartbeat(&mut self, now: Timestamp) -> u64 {
        self.append(now, |stamp| Fact::Heartbeat(Heartbeat { stamp }))
    }

    pub fn scan(&mut self, now: Timestamp, scan: Scan) -> u64 {
        self.append(now, |stamp| Fact::Scan(Scan { stamp, ..scan }))
    }

    /// At the server: a ticket is new or has changed.
    pub fn change_ticket(&mut self, serial: Serial, generation: Generation) {
        for disk in [&mut self.memory, &mut self.disk] {
            disk.position.since += 1;
            let record = TicketRecord {
                serial,
                kid: Kid(1),
                min_generation: generation,
                tier: TierNo(1),
                occurrence: OccurrenceNo(0),
                zones: Zones::ALL,
                valid_from: None,
                valid_until: None,
                entries: 0,
                group: 1,
                state: TicketState::Valid,
                flags: TicketFlags(0),
                attention: false,
                addon_of: None,
                foreign: None,
                answered: Vec::new(),
                stops: Vec::new(),
                person: None,
                sealed: Vec::new(),
            };
            disk.tickets.insert(serial, (disk.position.since, record));
        }
    }

    /// At the server: the book has a new number.
    pub fn issue_book(&mut self, number: u64) {
        self.book.number = number;
        let sealed = Signed::seal(&key(EVENT_KEY), &Label::BOOK, &self.book);
        for disk in [&mut self.memory, &mut self.disk] {
            disk.sealed_book = (number, Some(sealed.clone()));
        }
    }

    pub fn records(&self) -> Vec<&TicketRecord> {
        self.memory
            .tickets
            .values()
            .map(|(_, record)| record)
            .collect()
    }

    pub fn crash(&mut self) {
        self.memory = self.disk.clone();
        let log = &self.memory.actors[&self.author.actor()];
        let tip = log.tip().unwrap();
        self.author = Author::resume(
            EVENT,
            key(self.device),
            self.author.actor(),
            tip,
            self.latest(),
        );
    }

    pub fn is_overtaken(&self) -> bool {
        let log = &self.memory.actors[&self.author.actor()];
        log.tip().is_some_and(|tip| self.author.is_overtaken(&tip))
    }

    /// Every fact held, as (actor, seq, link).
    pub fn set(&self) -> BTreeSet<(ActorId, u64, Hash)> {
        self.memory
            .actors
            .iter()
            .flat_map(|(actor, log)| {
                let rows = log.rows.iter().chain(log.branches.values());
                rows.map(|row| (*actor, row.seq, row.link))
            })
            .collect()
    }

    pub fn logged(&self) -> Vec<Logged> {
        self.memory
            .actors
            .iter()
            .flat_map(|(actor, log)| {
                let rows = log.rows.iter().chain(log.branches.values());
                rows.filter_map(|row| Logged::new(*actor, log.fact_key, row))
            })
            .collect()
    }

    pub fn batches(&self, actor: ActorId, from: u64) -> Vec<Facts> {
        self.memory.actors[&actor].batches(actor, from)
    }

    pub fn held(&self, facts: &Facts) -> Held {
        let Some(log) = self.memory.actors.get(&facts.actor) else {
            return Held::default();
        };
        let (_, seqs) = log::ingest::needs(facts);
        let before = *seqs.start();
        let on_log = log.rows.iter().filter(|row| row.seq == before);
        let beside = log.branches.values().filter(|row| row.seq == before);
        Held {
            tip: log.tip(),
            before: on_log.chain(beside).map(base).collect(),
            links: log
                .rows
                .iter()
                .filter(|row| row.seq > before && seqs.contains(&row.seq))
                .map(|row| row.link)
                .collect(),
            branches: log
                .branches
                .values()
                .filter(|row| seqs.contains(&row.seq))
                .map(|row| row.link)
                .collect(),
        }
    }

    fn latest(&self) -> Hlc {
        self.seen
    }

    fn keep_own(&mut self, row: Row) {
        let head = self.author.head();
        self.seen = self.seen.max(row.hlc);
        for disk in [&mut self.memory, &mut self.disk] {
            let log = entry(disk, self.author.actor(), head.fact_key);
            log.rows.push(row.clone());
            keep_head(log, head.clone());
        }
    }

    pub(super) fn keep(&mut self, facts: &Facts, accepted: Accepted) -> Stored {
        let rows = accepted.rows.iter().chain(&accepted.branch);
        let sane = rows.filter(|row| !row.flags.has(log::Flags::AHEAD));
        self.seen = sane.map(|row| row.hlc).fold(self.seen, Hlc::max);
        let log = entry(&mut self.memory, facts.actor, facts.head.fact_key);
        log.forked_at = accepted.tip.forked_at;
        let forked = !accepted.branch.is_empty();
        if !accepted.rows.is_empty() {
            log.rows.extend(accepted.rows);
            keep_head(log, facts.head.clone());
        }
        if forked {
            log.evidence.push(facts.clone());
            let rows = accepted.branch.into_iter();
            log.branches
                .extend(rows.map(|row| ((row.seq, row.link), row)));
        }
        Stored {
            have: accepted.tip.seq,
            forked,
        }
    }
}

fn open(device: u8, epoch: u8, seen: Hlc, now: Timestamp) -> (Author, Row) {
    Author::open(EVENT, key(device), Epoch([epoch; 16]), seen, reading(now))
}

fn entry(disk: &mut Disk, actor: ActorId, fact_key: PublicKey) -> &mut ActorLog {
    disk.actors.entry(actor).or_insert_with(|| ActorLog {
        fact_key,
        rows: Vec::new(),
        heads: BTreeMap::new(),
        forked_at: None,
        branches: BTreeMap::new(),
        evidence: Vec::new(),
    })
}

fn keep_head(log: &mut ActorLog, head: SignedHead) {
    log.heads.retain(|seq, _| keeps_head(*seq));
    log.heads.insert(head.seq, head);
}
