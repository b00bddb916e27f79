//! The tickets of each event, as the server's pages told them.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Row, params};
use shared_model::ids::{
    EventNo, ForeignHash, Generation, Kid, OccurrenceNo, Serial, TierNo, Zones,
};
use shared_model::ticket::{Person, TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;

use super::{Error, Read, Result, Write};

const COLUMNS: &str = "id, kid, min_generation, tier, occurrence, zones, valid_from, valid_until,
    entries, group_size, state, flags, attention, addon_of, foreign_hash, answered, stops, person,
    sealed";

impl Read<'_> {
    /// The ticket with this serial.
    pub fn find_ticket(&self, event: EventNo, serial: Serial) -> Result<Option<TicketRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("SELECT {COLUMNS} FROM ticket WHERE id = ?1"))?;
        statement
            .query_row([id(event, serial)], |row| Ok(ticket(row)))
            .optional()?
            .transpose()
    }

    /// Tickets that answer to another system's code.
    pub fn list_foreign(&self, event: EventNo, hash: ForeignHash) -> Result<Vec<TicketRecord>> {
        self.list(
            "foreign_hash = ?1 AND id BETWEEN ?2 AND ?3",
            params![hash.0, first(event), last(event)],
        )
    }

    /// Add-ons of a main ticket, by serial.
    pub fn list_addons(&self, event: EventNo, main: Serial) -> Result<Vec<TicketRecord>> {
        self.list(
            "addon_of = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id",
            params![main.0, first(event), last(event)],
        )
    }

    /// How many tickets of the event are here.
    pub fn count_tickets(&self, event: EventNo) -> Result<u64> {
        let count: i64 = self
            .0
            .prepare_cached("SELECT count(*) FROM ticket WHERE id BETWEEN ?1 AND ?2")?
            .query_row([first(event), last(event)], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    pub(super) fn list(
        &self,
        condition: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<TicketRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("SELECT {COLUMNS} FROM ticket WHERE {condition}"))?;
        let rows = statement.query_map(params, |row| Ok(ticket(row)))?;
        rows.map(|row| row.map_err(Error::from)?).collect()
    }
}

impl Write<'_> {
    /// Takes tickets in, new or changed; giving the same ones again changes nothing.
    ///
    /// Words are indexed after the last row: a row that replaces another opens a savepoint, at
    /// which the full-text index writes out all it has gathered, so taking turns costs a segment
    /// of the index for every ticket.
    pub fn upsert_tickets(&self, event: EventNo, tickets: &[TicketRecord]) -> Result<()> {
        let connection = self.0.0;
        let mut before = connection.prepare_cached("SELECT person FROM ticket WHERE id = ?1")?;
        let mut upsert = connection.prepare_cached(&format!(
            "INSERT OR REPLACE INTO ticket ({COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                     ?18, ?19)"
        ))?;
        let mut renamed = Vec::new();
        for ticket in tickets {
            let id = id(event, ticket.serial);
            let person = ticket
                .person
                .as_ref()
                .map(postcard::to_stdvec)
                .transpose()?;
            let sealed = (!ticket.sealed.is_empty())
                .then(|| postcard::to_stdvec(&ticket.sealed))
                .transpose()?;
            let answered = (!ticket.answered.is_empty())
                .then(|| postcard::to_stdvec(&ticket.answered))
                .transpose()?;
            let stops = (!ticket.stops.is_empty())
                .then(|| postcard::to_stdvec(&ticket.stops))
                .transpose()?;
            let old: Option<Option<Vec<u8>>> =
                before.query_row([id], |row| row.get(0)).optional()?;
            upsert.execute(params![
                id,
                ticket.kid.0,
                ticket.min_generation.0,
                ticket.tier.0,
                ticket.occurrence.0,
                ticket.zones.0,
                ticket.valid_from.map(|at| at.0),
                ticket.valid_until.map(|at| at.0),
                ticket.entries,
                ticket.group,
                state_number(ticket.state),
                ticket.flags.0,
                ticket.attention,
                ticket.addon_of.map(|serial| serial.0),
                ticket.foreign.map(|hash| hash.0),
                answered,
                stops,
                person,
                sealed,
            ])?;
            if old.as_ref().and_then(Option::as_ref) != person.as_ref() {
                renamed.push((id, ticket.person.as_ref(), old.flatten().is_some()));
            }
        }
        for (id, person, known) in renamed {
            self.index_words(id, person, known)?;
        }
        Ok(())
    }

    /// Deletes the tickets after `after`, up to `to` where there is one, that are not among `named`.
    pub fn delete_vanished(
        &self,
        event: EventNo,
        (after, to): (Option<Serial>, Option<Serial>),
        named: &BTreeSet<Serial>,
    ) -> Result<u64> {
        let connection = self.0.0;
        let from = after.map_or_else(|| first(event), |after| id(event, after) + 1);
        let to = to.map_or_else(|| last(event), |to| id(event, to));
        let held: Vec<i64> = connection
            .prepare_cached("SELECT id FROM ticket WHERE id BETWEEN ?1 AND ?2")?
            .query_map([from, to], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        let vanished = held.into_iter().filter(|id| !named.contains(&serial(*id)));
        let mut count = 0;
        for id in vanished {
            connection
                .prepare_cached("DELETE FROM ticket_words WHERE rowid = ?1")?
                .execute([id])?;
            connection
                .prepare_cached("DELETE FROM ticket WHERE id = ?1")?
                .execute([id])?;
            count += 1;
        }
        Ok(count)
    }

    /// Drops names, sealed or not, of the next `limit` tickets after `after`, which stay; gives
    /// the last of them, none when there were no more.
    pub fn forget_names(
        &self,
        event: EventNo,
        after: Option<Serial>,
        limit: u32,
    ) -> Result<Option<Serial>> {
        let connection = self.0.0;
        let after = after.map_or_else(|| first(event) - 1, |serial| id(event, serial));
        let ids: Vec<i64> = connection
            .prepare_cached(
                "SELECT id FROM ticket WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
            )?
            .query_map(params![after, last(event), limit], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        let mut unindex = connection.prepare_cached("DELETE FROM ticket_words WHERE rowid = ?1")?;
        let mut forget = connection
            .prepare_cached("UPDATE ticket SET person = NULL, sealed = NULL WHERE id = ?1")?;
        for id in &ids {
            unindex.execute([id])?;
            forget.execute([id])?;
        }
        Ok(ids.last().copied().map(serial))
    }

    /// Drops every ticket and name of the event; the scan log stays.
    pub fn drop_tickets(&self, event: EventNo) -> Result<()> {
        let range = [first(event), last(event)];
        let connection = self.0.0;
        connection.execute(
            "DELETE FROM ticket_words WHERE rowid IN
             (SELECT id FROM ticket WHERE person IS NOT NULL AND id BETWEEN ?1 AND ?2)",
            range,
        )?;
        connection.execute("DELETE FROM ticket WHERE id BETWEEN ?1 AND ?2", range)?;
        connection.execute("DELETE FROM highest_serial WHERE event = ?1", [event.0])?;
        connection.execute(
            "UPDATE event SET revision = 0, started_revision = NULL, after_serial = NULL
             WHERE event = ?1",
            [event.0],
        )?;
        Ok(())
    }
}

/// Where the row of a ticket lies. Events above 2^31 wrap to negative ids, still in one range each.
pub(super) fn id(event: EventNo, serial: Serial) -> i64 {
    ((u64::from(event.0) << 32) | u64::from(serial.0)).cast_signed()
}

pub(super) fn first(event: EventNo) -> i64 {
    id(event, Serial(0))
}

pub(super) fn last(event: EventNo) -> i64 {
    id(event, Serial(u32::MAX))
}

/// The serial part of a row's id.
fn serial(id: i64) -> Serial {
    Serial((id.cast_unsigned() & u64::from(u32::MAX)) as u32)
}

fn ticket(row: &Row<'_>) -> Result<TicketRecord> {
    let answered: Option<Vec<u8>> = row.get(15)?;
    let stops: Option<Vec<u8>> = row.get(16)?;
    let person: Option<Vec<u8>> = row.get(17)?;
    let sealed: Option<Vec<u8>> = row.get(18)?;
    Ok(TicketRecord {
        serial: serial(row.get(0)?),
        kid: Kid(row.get(1)?),
        min_generation: Generation(row.get(2)?),
        tier: TierNo(row.get(3)?),
        occurrence: OccurrenceNo(row.get(4)?),
        zones: Zones(row.get(5)?),
        valid_from: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        valid_until: row.get::<_, Option<i64>>(7)?.map(Timestamp),
        entries: row.get(8)?,
        group: row.get(9)?,
        state: state(row.get(10)?)?,
        flags: TicketFlags(row.get(11)?),
        attention: row.get(12)?,
        addon_of: row.get::<_, Option<u32>>(13)?.map(Serial),
        foreign: row.get::<_, Option<[u8; 16]>>(14)?.map(ForeignHash),
        answered: answered
            .map(|bytes| postcard::from_bytes(&bytes))
            .transpose()?
            .unwrap_or_default(),
        stops: stops
            .map(|bytes| postcard::from_bytes(&bytes))
            .transpose()?
            .unwrap_or_default(),
        person: person
            .map(|bytes| postcard::from_bytes::<Person>(&bytes))
            .transpose()?,
        sealed: sealed
            .map(|bytes| postcard::from_bytes(&bytes))
            .transpose()?
            .unwrap_or_default(),
    })
}

const STATES: [TicketState; 8] = [
    TicketState::Valid,
    TicketState::Pending,
    TicketState::Unapproved,
    TicketState::Blocked,
    TicketState::Cancelled,
    TicketState::Expired,
    TicketState::Disputed,
    TicketState::Revoked,
];

fn state_number(state: TicketState) -> u8 {
    match state {
        TicketState::Valid => 0,
        TicketState::Pending => 1,
        TicketState::Unapproved => 2,
        TicketState::Blocked => 3,
        TicketState::Cancelled => 4,
        TicketState::Expired => 5,
        TicketState::Disputed => 6,
        TicketState::Revoked => 7,
    }
}

fn state(number: u8) -> Result<TicketState> {
    STATES
        .get(usize::from(number))
        .copied()
        .ok_or_else(|| Error::damaged(format!("ticket state {number}")))
}
