//! The state of an event, folded in memory from its log and kept up to date.
//!
//! A cache: it can be dropped at any time and is made again from the facts. Whoever
//! uses it first brings it up to the newest fact, so servers that share a database
//! agree. Nothing here is ever written back.

use std::collections::{HashMap, HashSet};

use shared_model::book::Book;
use shared_model::fact::{self, Fact};
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, EventId, Hash, Kid, PublicKey, RequestId, Serial};
use shared_model::log::Flags;
use shared_model::log::fold::{Allowance, Event as Fold, Logged};
use shared_model::ticket::TicketRecord;

use super::author::Own;
use super::capacity::LetIn;
use super::log::Extent;
use crate::db::{self, Conn};
use crate::events::Counters;
use crate::{events, row, sql, tickets};

/// Facts read at once.
const STEP: i64 = 2000;
/// Tickets read at once.
const PAGE: u32 = 2000;
/// New facts past which what tickets allow is read for all of them at once.
const MANY: usize = 200;

/// The state of an event.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// What the facts come to.
    pub(super) fold: Fold,
    /// The latest hybrid time among the facts.
    pub(super) newest: Hlc,
    /// The serial of each ticket key up to which all were given out.
    pub(super) highest: Vec<(Kid, Serial)>,
    /// This server's own log, as it stood after its last commit.
    pub(super) own: Option<Own>,
    /// People that each actor let in.
    pub(super) let_in: LetIn,
    /// Wishes that were answered.
    pub(super) answered: HashSet<RequestId>,
    /// How much of the log is in here.
    extent: Extent,
    revision: u64,
    book: u64,
    allowances: HashMap<Serial, Allowance>,
    scanned: HashSet<Serial>,
}

impl Live {
    /// Brings the state up to the newest fact, ticket and book.
    pub(super) async fn catch_up(
        &mut self,
        conn: &mut Conn,
        event: EventId,
        book: &Book,
    ) -> Result<(), db::Error> {
        self.follow(conn, event, book, None).await
    }

    /// As [`Self::catch_up`], in a turn to write: how much is stored is known then.
    pub(super) async fn catch_up_to(
        &mut self,
        conn: &mut Conn,
        event: EventId,
        book: &Book,
        stored: Extent,
    ) -> Result<(), db::Error> {
        self.follow(conn, event, book, Some(stored)).await
    }

    async fn follow(
        &mut self,
        conn: &mut Conn,
        event: EventId,
        book: &Book,
        stored: Option<Extent>,
    ) -> Result<(), db::Error> {
        // Read before the tickets: what changes meanwhile is seen next time.
        let Counters { revision, issued } = events::counters(conn, event).await?;
        self.highest = tickets::highest(issued);
        let mut fresh = Vec::new();
        while stored.map(|stored| stored.arrivals) != Some(self.extent.arrivals) {
            let rows = arrived(conn, event, self.extent.arrivals).await?;
            let count = rows.len();
            for row in rows {
                self.extent.arrivals = row.arrival;
                fresh.extend(row.logged());
            }
            if i64::try_from(count).is_ok_and(|count| count < STEP) {
                break;
            }
        }
        if stored.map(|stored| stored.branches) != Some(self.extent.branches) {
            let branches = branches(conn, event).await?;
            self.extent.branches = branches.len() as u64;
            fresh.extend(branches.into_iter().filter_map(BranchRow::logged));
        }
        let serials: HashSet<Serial> = fresh.iter().filter_map(Logged::serial).collect();
        let unknown = serials
            .iter()
            .filter(|serial| !self.scanned.contains(*serial));
        let unknown: Vec<Serial> = unknown.copied().collect();
        self.load_allowances(conn, event, &unknown, revision)
            .await?;
        for logged in fresh {
            self.insert(logged);
        }
        if self.book != book.number {
            self.book = book.number;
            self.fold.follow(book);
        }
        self.refold(book);
        Ok(())
    }

    /// Takes one fact in, already stored.
    pub(super) fn insert(&mut self, logged: Logged) {
        self.newest = self.newest.max(logged.fact.stamp().hlc);
        self.let_in.count(logged.actor, logged.seq, &logged.fact);
        match &logged.fact {
            Fact::Scan(scan) => {
                self.answered.insert(scan.request);
            }
            Fact::Sale(sale) => {
                self.answered.insert(sale.request);
            }
            _ => {}
        }
        self.scanned.extend(logged.serial());
        self.fold.insert(logged);
    }

    /// Takes it for granted that what was just stored here is in here.
    pub(super) const fn stored(&mut self, extent: Extent) {
        self.extent = extent;
    }

    /// Notes what a ticket allows.
    pub(super) fn allow(&mut self, record: &TicketRecord) {
        self.allowances.insert(record.serial, record.into());
    }

    /// Folds what was touched.
    pub(super) fn refold(&mut self, book: &Book) {
        let allowances = &self.allowances;
        self.fold
            .fold(book, &|serial| allowances.get(&serial).cloned());
    }

    async fn load_allowances(
        &mut self,
        conn: &mut Conn,
        event: EventId,
        unknown: &[Serial],
        revision: u64,
    ) -> Result<(), db::Error> {
        if unknown.len() > MANY {
            let unknown: HashSet<Serial> = unknown.iter().copied().collect();
            self.allow_changed(conn, event, 0, &unknown).await?;
        } else {
            for ticket in tickets::find_each(conn, event, unknown).await? {
                self.allow(&ticket.record);
            }
        }
        if self.revision != revision {
            // Without scans there is nothing to keep, and their allowances come with them.
            if !self.scanned.is_empty() {
                let scanned = std::mem::take(&mut self.scanned);
                let allowed = self
                    .allow_changed(conn, event, self.revision, &scanned)
                    .await;
                self.scanned = scanned;
                allowed?;
            }
            self.revision = revision;
        }
        Ok(())
    }

    /// Notes what those of `serials` allow that changed after `since`, page by page.
    async fn allow_changed(
        &mut self,
        conn: &mut Conn,
        event: EventId,
        since: u64,
        serials: &HashSet<Serial>,
    ) -> Result<(), db::Error> {
        let mut after = None;
        loop {
            let page = tickets::list_changed(conn, event, since, after, PAGE).await?;
            for ticket in &page {
                let serial = ticket.record.serial;
                if serials.contains(&serial) {
                    self.fold.touch(serial);
                    self.allow(&ticket.record);
                }
            }
            after = page.last().map(|ticket| ticket.record.serial);
            if u32::try_from(page.len()).is_ok_and(|count| count < PAGE) {
                return Ok(());
            }
        }
    }
}

row! {
    #[derive(Debug)]
    struct FactRow {
        actor: ActorId,
        seq: u64,
        link: Hash,
        fact_key: PublicKey,
        flags: u8,
        record: Vec<u8>,
        arrival: u64,
    }
}

impl FactRow {
    /// The fact, where this version can read it and the log says that it is one.
    fn logged(self) -> Option<Logged> {
        let flags = Flags(self.flags);
        if flags.has(Flags::UNREADABLE) {
            return None;
        }
        let fact = fact::decode(&self.record).ok()?.known()?.clone();
        Some(Logged {
            actor: self.actor,
            seq: self.seq,
            link: self.link,
            fact_key: self.fact_key,
            flags,
            fact,
        })
    }
}

async fn arrived(conn: &mut Conn, event: EventId, after: u64) -> Result<Vec<FactRow>, db::Error> {
    conn.sql(sql!("SELECT f.actor, f.seq, f.link, a.fact_key, f.flags, f.record, f.arrival FROM facts f JOIN actors a ON a.event_id = f.event_id AND a.actor = f.actor WHERE f.event_id = $1 AND f.arrival > $2 ORDER BY f.arrival LIMIT $3" => FactRow))
        .bind(event)
        .bind(after)
        .bind(STEP)
        .all()
        .await
}

/// The facts of forked actors beside their logs: few, and taken in once.
async fn branches(conn: &mut Conn, event: EventId) -> Result<Vec<BranchRow>, db::Error> {
    conn.sql(sql!("SELECT b.actor, b.seq, b.link, a.fact_key, b.flags, b.record FROM branch_facts b JOIN actors a ON a.event_id = b.event_id AND a.actor = b.actor WHERE b.event_id = $1" => BranchRow))
        .bind(event)
        .all()
        .await
}

row! {
    #[derive(Debug)]
    struct BranchRow {
        actor: ActorId,
        seq: u64,
        link: Hash,
        fact_key: PublicKey,
        flags: u8,
        record: Vec<u8>,
    }
}

impl BranchRow {
    fn logged(self) -> Option<Logged> {
        let row = FactRow {
            actor: self.actor,
            seq: self.seq,
            link: self.link,
            fact_key: self.fact_key,
            flags: self.flags,
            record: self.record,
            arrival: 0,
        };
        row.logged()
    }
}
