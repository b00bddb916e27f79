//! A replica in memory, and what tests need to write facts with it.
//!
//! It keeps to the rules that every store has to keep: what is not committed is
//! lost in a crash, a head is kept at the end of each stretch, branches lie beside
//! the log.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "tests: each binary uses its own part, and a broken fixture should stop it"
)]

pub mod network;
pub mod notes;

use std::collections::{BTreeMap, BTreeSet};

use shared_model::book::{Book, EntryMode, Interval, List, Role, Roster, RosterDevice, Zone};
use shared_model::fact::{Direction, Fact, Heartbeat, Outcome, Scan, Subject};
use shared_model::hlc::Hlc;
use shared_model::ids::{
    ActorId, DeviceNo, Epoch, EventNo, GateNo, Generation, Hash, Incarnation, Kid, ListNo,
    OccurrenceNo, OperatorNo, PublicKey, RequestId, Serial, TierNo, Zones,
};
use shared_model::log::fold::Logged;
use shared_model::log::{
    self, Accepted, Author, Held, Manner, Reading, Refused, Row, Tip, evidence_digest, keeps_head,
    stretches,
};
use shared_model::manifest::{Page, Position};
use shared_model::notes::{Countersigned, Letter};
use shared_model::sync::{
    ClockOffset, Facts, NotesStatus, Replica, Sample, Signed, SignedHead, Status, Stored, Time,
    VersionVector,
};
use shared_model::ticket::{TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use ticket_crypto::keys::SigningKey;
use ticket_crypto::label::Label;
use uuid::Uuid;

pub const EVENT: EventNo = EventNo(7);
pub const NOON: Timestamp = Timestamp(1_800_000_000_000);
/// A single-entry list into zone 0.
pub const DOOR: ListNo = ListNo(1);
/// A list with entry after exit into zone 1, which leaves zone 0.
pub const STAGE: ListNo = ListNo(2);
/// The seed of the event key.
pub const EVENT_KEY: u8 = 200;
/// Tickets in one page.
pub const PAGE: usize = 4;
pub const SUPERVISOR: OperatorNo = OperatorNo(1);
pub const STAFF: OperatorNo = OperatorNo(2);

pub fn key(device: u8) -> SigningKey {
    SigningKey::from_seed(&[device; 32])
}

pub fn public(device: u8) -> PublicKey {
    PublicKey(key(device).verifying_key().to_bytes())
}

/// A book whose roster names devices 1 to `devices` and the server node 100.
pub fn book(devices: u8) -> Book {
    let device = |number: u8| RosterDevice {
        device: DeviceNo(number.into()),
        name: format!("device {number}"),
        fact_key: public(number),
        transport_key: public(number),
        active: vec![Interval {
            from: Timestamp(0),
            until: None,
        }],
        node: number == 100,
        sells_under: None,
        gate: None,
    };
    let operator = |operator: OperatorNo, role: Role| shared_model::book::Operator {
        operator,
        name: String::new(),
        role,
        active: Vec::new(),
        pin: None,
    };
    Book {
        event: EVENT,
        number: 1,
        issued_at: NOON,
        name: "test".into(),
        starts_at: None,
        ends_at: None,
        admission_at: None,
        offsets: Vec::new(),
        event_key: None,
        keys: Vec::new().into(),
        roster: Roster {
            devices: (1..=devices).chain([100]).map(device).collect(),
            operators: vec![
                operator(SUPERVISOR, Role::Supervisor),
                operator(STAFF, Role::Staff),
            ],
        },
        tiers: Vec::new(),
        occurrences: Vec::new(),
        lists: vec![
            list(DOOR, EntryMode::Single, 0),
            list(STAGE, EntryMode::AfterExit, 1),
        ],
        gates: Vec::new(),
        zones: vec![
            Zone {
                zone: 0,
                name: "hall".into(),
                capacity: Some(3),
                leaves: Zones::NONE,
            },
            Zone {
                zone: 1,
                name: "stage".into(),
                capacity: None,
                leaves: Zones(1),
            },
        ],
        questions: Vec::new(),
        foreign_key: None,
        live_key: None,
        clock_limit_ms: 60_000,
        search_on_devices: true,
    }
}

fn list(list: ListNo, entries: EntryMode, zone: u8) -> List {
    List {
        list,
        name: String::new(),
        tiers: Vec::new(),
        occurrence: None,
        include_pending: false,
        entries,
        exit_required: false,
        refuse_not_inside: false,
        rule: None,
        auto_exit_minute: None,
        zone: Some(zone),
        non_consuming: false,
        addon_match: false,
        active: None,
        live_code: shared_model::book::LiveCode::Off,
        confirm_attention: false,
    }
}

pub fn reading(wall: Timestamp) -> Reading {
    Reading {
        wall,
        offset_ms: 0,
        uncertain: false,
    }
}

/// A scan of `serial` that let one person pass.
pub fn scan(serial: u32, list: ListNo, direction: Direction, request: u64) -> Scan {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&request.to_be_bytes());
    Scan {
        stamp: Default::default(),
        subject: Subject::Ticket {
            serial: Serial(serial),
            generation: Generation(0),
            kid: Kid(1),
        },
        list,
        gate: GateNo(1),
        occurrence: OccurrenceNo(0),
        direction,
        operator: STAFF,
        outcome: Outcome::Admitted,
        override_: None,
        admitted: 1,
        request: RequestId(id),
        answers: None,
    }
}

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
    fn tip(&self) -> Option<Tip> {
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
    pub notes: notes::Kept,
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
            notes: notes::Kept::default(),
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

    fn keep(&mut self, facts: &Facts, accepted: Accepted) -> Stored {
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
    ) -> Result<Result<(), shared_model::notes::Refused>, Self::Error> {
        let incarnation = self.memory.incarnation.unwrap();
        Ok(self
            .notes
            .admit(&self.book.roster, incarnation, letter, now))
    }

    fn letter_refused(
        &mut self,
        hash: &Hash,
        code: shared_model::notes::Refused,
    ) -> Result<NotesStatus, Self::Error> {
        Ok(self.notes.refuse(hash, code))
    }
}
