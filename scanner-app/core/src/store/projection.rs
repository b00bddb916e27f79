//! State of tickets and zones, folded from the facts by `shared-model`.
//!
//! Everything here is a cache: it can be dropped and made again, and a test
//! compares. Only the tickets that a fact touches are folded anew.

use std::collections::BTreeSet;

use rusqlite::params;
use shared_model::book::Book;
use shared_model::fact::FactId;
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, EventNo, ListNo, PublicKey, Serial};
use shared_model::log::Row;
use shared_model::log::fold::{self, Allowance, FactKey, Logged, Ticket};
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;

use super::events::hlc_to_sql;
use super::{Read, Result, Write};

/// What a fact speaks of does not depend on whose key signs it.
const NO_KEY: PublicKey = PublicKey([0; 32]);

/// How many tickets stand where on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListCount {
    /// The list.
    pub list: ListNo,
    /// Tickets that entered at least once.
    pub tickets: u64,
    /// People let in, each time anew.
    pub people: u64,
    /// People inside, automatic exits left aside.
    pub inside: u64,
}

impl Read<'_> {
    /// Every fact about a ticket: its scans, and what annuls or resolves them.
    pub fn list_about(&self, event: EventNo, serial: Serial) -> Result<Vec<Logged>> {
        let mut facts = Vec::new();
        for key in self.scans_of(event, serial)? {
            facts.extend(self.find_logged(event, key)?);
            for speaking in self.speaking_of(event, key)? {
                facts.extend(self.find_logged(event, speaking)?);
            }
        }
        Ok(facts)
    }

    /// What the facts known here make of a ticket.
    pub fn fold_ticket(&self, event: EventNo, book: &Book, serial: Serial) -> Result<Ticket> {
        let facts = self.list_about(event, serial)?;
        let record = self.find_ticket(event, serial)?;
        Ok(self.fold_facts(book, serial, record.as_ref(), &facts))
    }

    /// What `facts` make of a ticket.
    #[must_use]
    pub fn fold_facts(
        &self,
        book: &Book,
        serial: Serial,
        record: Option<&TicketRecord>,
        facts: &[Logged],
    ) -> Ticket {
        if facts.is_empty() {
            return Ticket::default();
        }
        let allowance = record.map(Allowance::from);
        fold::ticket(book, serial, allowance.as_ref(), facts)
    }

    /// People in a zone at `now`, as far as is known here.
    pub fn occupancy(&self, event: EventNo, zone: u8, now: Timestamp) -> Result<u32> {
        let mut statement = self.0.prepare_cached(
            "SELECT coalesce((SELECT people FROM zone_total WHERE event = ?1 AND zone = ?2), 0)
                  - coalesce((SELECT sum(people) FROM zone_move
                              WHERE event = ?1 AND zone = ?2 AND hlc > ?3), 0)",
        )?;
        let people: i64 = statement.query_row(
            params![event.0, zone, hlc_to_sql(Hlc::last_of(now))],
            |row| row.get(0),
        )?;
        Ok(u32::try_from(people).unwrap_or_default())
    }

    /// How many tickets stand where, by list.
    pub fn list_counts(&self, event: EventNo) -> Result<Vec<ListCount>> {
        let mut statement = self.0.prepare_cached(
            "SELECT list, sum(entries > 0), sum(people), sum(inside) FROM ticket_list
             WHERE event = ?1 GROUP BY list ORDER BY list",
        )?;
        let rows = statement.query_map([event.0], |row| {
            Ok(ListCount {
                list: ListNo(row.get(0)?),
                tickets: row.get::<_, i64>(1)?.cast_unsigned(),
                people: row.get::<_, i64>(2)?.cast_unsigned(),
                inside: row.get::<_, i64>(3)?.cast_unsigned(),
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// How many conflicts about tickets nobody has settled yet.
    pub fn count_open_conflicts(&self, event: EventNo) -> Result<u64> {
        let count: i64 = self
            .0
            .prepare_cached("SELECT coalesce(sum(open), 0) FROM ticket_conflict WHERE event = ?1")?
            .query_row([event.0], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// The whole log, folded: for what concerns more than one ticket.
    pub fn fold_event(&self, event: EventNo, book: &Book) -> Result<fold::Event> {
        const BATCH: u32 = 1000;
        let mut folded = fold::Event::default();
        for (actor, tip) in self.list_tips(event)? {
            let mut from = 1;
            while from <= tip.seq {
                let rows = self.list_facts(event, actor, from, BATCH)?;
                let Some(last) = rows.last() else { break };
                from = last.seq + 1;
                for row in &rows {
                    Logged::new(actor, tip.fact_key, row).map(|logged| folded.insert(logged));
                }
            }
            if let Some(at) = tip.forked_at {
                for row in &self.list_branch(event, actor, at, u64::from(u32::MAX))? {
                    Logged::new(actor, tip.fact_key, row).map(|logged| folded.insert(logged));
                }
            }
        }
        let mut allowances = std::collections::HashMap::new();
        for serial in folded.serials().collect::<Vec<_>>() {
            if let Some(record) = self.find_ticket(event, serial)? {
                allowances.insert(serial, Allowance::from(&record));
            }
        }
        folded.fold(book, &|serial| allowances.get(&serial).cloned());
        Ok(folded)
    }

    fn find_logged(&self, event: EventNo, key: FactKey) -> Result<Option<Logged>> {
        let FactKey { actor, seq } = key;
        let Some(tip) = self.find_tip(event, actor)? else {
            return Ok(None);
        };
        let row = self.find_fact(FactId { event, actor, seq })?;
        Ok(row.and_then(|row| Logged::new(actor, tip.fact_key, &row)))
    }

    fn scans_of(&self, event: EventNo, serial: Serial) -> Result<Vec<FactKey>> {
        let mut statement = self
            .0
            .prepare_cached("SELECT actor, seq FROM about WHERE event = ?1 AND serial = ?2")?;
        let rows = statement.query_map([event.0, serial.0], key)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    fn speaking_of(&self, event: EventNo, target: FactKey) -> Result<Vec<FactKey>> {
        let mut statement = self.0.prepare_cached(
            "SELECT actor, seq FROM speaking
             WHERE event = ?1 AND target_actor = ?2 AND target_seq = ?3",
        )?;
        let target = params![event.0, target.actor.0, target.seq.cast_signed()];
        let rows = statement.query_map(target, key)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    fn serial_of(&self, event: EventNo, key: FactKey) -> Result<Option<Serial>> {
        let logged = self.find_logged(event, key)?;
        Ok(logged.and_then(|logged| logged.serial()))
    }
}

impl Write<'_> {
    /// Notes which ticket or fact a fact speaks of; part of storing it.
    pub(super) fn index_fact(&self, event: EventNo, actor: ActorId, row: &Row) -> Result<()> {
        let seq = row.seq.cast_signed();
        let Some(logged) = Logged::new(actor, NO_KEY, row) else {
            return Ok(());
        };
        if let Some(serial) = logged.serial() {
            self.0
                .0
                .prepare_cached(
                    "INSERT OR IGNORE INTO about (event, serial, actor, seq)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![event.0, serial.0, actor.0, seq])?;
        }
        if let Some(target) = logged.target() {
            self.0
                .0
                .prepare_cached(
                    "INSERT OR IGNORE INTO speaking (event, target_actor, target_seq, actor, seq)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    event.0,
                    target.actor.0,
                    target.seq.cast_signed(),
                    actor.0,
                    seq
                ])?;
        }
        Ok(())
    }

    /// The tickets that `rows` of `actor` speak of.
    pub fn touched(
        &self,
        event: EventNo,
        actor: ActorId,
        rows: &[Row],
    ) -> Result<BTreeSet<Serial>> {
        let mut touched = BTreeSet::new();
        for row in rows {
            if let Some(logged) = Logged::new(actor, NO_KEY, row) {
                touched.extend(logged.serial());
                if let Some(target) = logged.target() {
                    touched.extend(self.serial_of(event, target)?);
                }
            }
        }
        Ok(touched)
    }

    /// Brings the state of tickets up to date.
    pub fn project(
        &self,
        event: EventNo,
        book: &Book,
        serials: impl IntoIterator<Item = Serial>,
    ) -> Result<()> {
        for serial in serials {
            let ticket = self.fold_ticket(event, book, serial)?;
            self.mark_ticket(event, serial, &ticket)?;
        }
        Ok(())
    }

    /// Folds those of `tickets` anew that were scanned: what they allow may have changed.
    pub fn project_changed(
        &self,
        event: EventNo,
        book: &Book,
        tickets: &[TicketRecord],
    ) -> Result<()> {
        let serials: BTreeSet<u32> = tickets.iter().map(|ticket| ticket.serial.0).collect();
        let (Some(first), Some(last)) = (serials.first(), serials.last()) else {
            return Ok(());
        };
        let scanned: Vec<u32> = self
            .0
            .0
            .prepare_cached(
                "SELECT DISTINCT serial FROM about WHERE event = ?1 AND serial BETWEEN ?2 AND ?3",
            )?
            .query_map([event.0, *first, *last], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        let changed = scanned.iter().filter(|serial| serials.contains(serial));
        self.project(event, book, changed.copied().map(Serial))
    }

    /// Notes with which book the state of all tickets was folded; 0 while it is behind.
    pub fn mark_projected(&self, event: EventNo, book_number: u64) -> Result<()> {
        self.0
            .0
            .prepare_cached("UPDATE event SET projected_book = ?2 WHERE event = ?1")?
            .execute(params![event.0, book_number.cast_signed()])?;
        Ok(())
    }

    /// Folds the next `limit` tickets after `after` anew, as after a change of the book.
    /// Gives the last of them; none when there were no more.
    pub fn project_again(
        &self,
        event: EventNo,
        book: &Book,
        after: Option<Serial>,
        limit: u32,
    ) -> Result<Option<Serial>> {
        let after = after.map_or(-1, |serial| i64::from(serial.0));
        let serials: Vec<u32> = self
            .0
            .0
            .prepare_cached(
                "SELECT DISTINCT serial FROM about WHERE event = ?1 AND serial > ?2
                 ORDER BY serial LIMIT ?3",
            )?
            .query_map(params![event.0, after, limit], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        self.project(event, book, serials.iter().copied().map(Serial))?;
        if serials.is_empty() {
            self.mark_projected(event, book.number)?;
        }
        Ok(serials.last().copied().map(Serial))
    }

    /// Drops the whole projection of an event and indexes its facts again;
    /// [`Write::project_again`] does the rest.
    pub fn forget_projection(&self, event: EventNo) -> Result<()> {
        const BATCH: u32 = 1000;
        for table in [
            "about",
            "speaking",
            "ticket_list",
            "ticket_conflict",
            "ticket_move",
            "zone_move",
            "zone_total",
        ] {
            self.0
                .0
                .execute(&format!("DELETE FROM {table} WHERE event = ?1"), [event.0])?;
        }
        for (actor, tip) in self.list_tips(event)? {
            let mut from = 1;
            while from <= tip.seq {
                let rows = self.list_facts(event, actor, from, BATCH)?;
                let Some(last) = rows.last() else { break };
                from = last.seq + 1;
                for row in &rows {
                    self.index_fact(event, actor, row)?;
                }
            }
        }
        Ok(())
    }

    fn mark_ticket(&self, event: EventNo, serial: Serial, ticket: &Ticket) -> Result<()> {
        let connection = self.0.0;
        let of = [event.0, serial.0];
        connection
            .prepare_cached("DELETE FROM ticket_list WHERE event = ?1 AND serial = ?2")?
            .execute(of)?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO ticket_list (event, serial, list, inside, entries, people, exits)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for (list, state) in &ticket.lists {
            insert.execute(params![
                event.0,
                serial.0,
                list.0,
                state.inside,
                state.entries,
                state.people,
                state.exits
            ])?;
        }
        let open = ticket
            .conflicts
            .iter()
            .filter(|conflict| conflict.resolved.is_none())
            .count();
        if open > 0 {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO ticket_conflict (event, serial, open)
                     VALUES (?1, ?2, ?3)",
                )?
                .execute([event.0, serial.0, open as u32])?;
        } else {
            connection
                .prepare_cached("DELETE FROM ticket_conflict WHERE event = ?1 AND serial = ?2")?
                .execute(of)?;
        }
        self.mark_moves(event, serial, ticket)
    }

    fn mark_moves(&self, event: EventNo, serial: Serial, ticket: &Ticket) -> Result<()> {
        let connection = self.0.0;
        let of = [event.0, serial.0];
        let before: Vec<(u8, i64, i64)> = connection
            .prepare_cached(
                "SELECT zone, hlc, people FROM ticket_move WHERE event = ?1 AND serial = ?2",
            )?
            .query_map(of, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<std::result::Result<_, _>>()?;
        if before.is_empty() && ticket.moves.is_empty() {
            return Ok(());
        }
        for (zone, hlc, people) in before {
            self.add_to_zone(event, zone, hlc, -people)?;
        }
        connection
            .prepare_cached("DELETE FROM ticket_move WHERE event = ?1 AND serial = ?2")?
            .execute(of)?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO ticket_move (event, serial, zone, hlc, people)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET people = people + excluded.people",
        )?;
        for change in &ticket.moves {
            let hlc = hlc_to_sql(change.place.order);
            insert.execute(params![event.0, serial.0, change.zone, hlc, change.people])?;
            self.add_to_zone(event, change.zone, hlc, change.people)?;
        }
        Ok(())
    }

    fn add_to_zone(&self, event: EventNo, zone: u8, hlc: i64, people: i64) -> Result<()> {
        let connection = self.0.0;
        connection
            .prepare_cached(
                "INSERT INTO zone_move (event, zone, hlc, people) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET people = people + excluded.people",
            )?
            .execute(params![event.0, zone, hlc, people])?;
        connection
            .prepare_cached(
                "DELETE FROM zone_move WHERE event = ?1 AND zone = ?2 AND hlc = ?3 AND people = 0",
            )?
            .execute(params![event.0, zone, hlc])?;
        connection
            .prepare_cached(
                "INSERT INTO zone_total (event, zone, people) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET people = people + excluded.people",
            )?
            .execute(params![event.0, zone, people])?;
        Ok(())
    }
}

fn key(row: &rusqlite::Row<'_>) -> rusqlite::Result<FactKey> {
    Ok(FactKey {
        actor: ActorId(row.get(0)?),
        seq: row.get::<_, i64>(1)?.cast_unsigned(),
    })
}
