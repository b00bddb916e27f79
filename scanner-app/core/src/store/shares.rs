//! This device's shares of zones with a limit, and what it spent of them.

use rusqlite::{OptionalExtension as _, params};
use shared_model::capacity::{Share, Shares};
use shared_model::ids::{ActorId, EventNo, ListNo};
use shared_model::time::Timestamp;

use super::{Read, Result, Write};

/// A share as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneShare {
    /// Who may use it.
    pub actor: ActorId,
    /// How much.
    pub share: Share,
    /// When it was given.
    pub given_at: Timestamp,
    /// Until when it may be used.
    pub until: Timestamp,
}

impl Read<'_> {
    /// The share of a zone that the server gave last.
    pub fn find_share(&self, event: EventNo, zone: u8) -> Result<Option<ZoneShare>> {
        let mut statement = self.0.prepare_cached(
            "SELECT actor, total, given, given_at, until FROM zone_share
             WHERE event = ?1 AND zone = ?2",
        )?;
        let found = statement.query_row(params![event.0, zone], |row| {
            Ok(ZoneShare {
                actor: ActorId(row.get(0)?),
                share: Share {
                    zone,
                    total: row.get::<_, i64>(1)?.cast_unsigned(),
                    given: row.get::<_, i64>(2)?.cast_unsigned(),
                },
                given_at: Timestamp(row.get(3)?),
                until: Timestamp(row.get(4)?),
            })
        });
        Ok(found.optional()?)
    }

    /// People that `actor` let in on a list.
    pub fn count_let_in(&self, event: EventNo, actor: ActorId, list: ListNo) -> Result<u64> {
        let people: Option<i64> = self
            .0
            .prepare_cached(
                "SELECT people FROM let_in WHERE event = ?1 AND actor = ?2 AND list = ?3",
            )?
            .query_row(params![event.0, actor.0, list.0], |row| row.get(0))
            .optional()?;
        Ok(people.unwrap_or_default().cast_unsigned())
    }
}

impl Write<'_> {
    /// Counts people that `actor` let in on a list.
    pub fn add_let_in(
        &self,
        event: EventNo,
        actor: ActorId,
        (list, people): (ListNo, u64),
    ) -> Result<()> {
        self.0
            .0
            .prepare_cached(
                "INSERT INTO let_in (event, actor, list, people) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET people = people + excluded.people",
            )?
            .execute(params![event.0, actor.0, list.0, people.cast_signed()])?;
        Ok(())
    }

    /// Keeps the shares that the server gave, checked before; older ones than those held are left out.
    pub fn mark_shares(&self, shares: &Shares) -> Result<()> {
        let mut upsert = self.0.0.prepare_cached(
            "INSERT INTO zone_share (event, zone, actor, total, given, given_at, until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (event, zone) DO UPDATE SET actor = excluded.actor,
                 total = excluded.total, given = excluded.given,
                 given_at = excluded.given_at, until = excluded.until
             WHERE excluded.given_at >= given_at",
        )?;
        for share in &shares.zones {
            upsert.execute(params![
                shares.event.0,
                share.zone,
                shares.actor.0,
                share.total.cast_signed(),
                share.given.cast_signed(),
                shares.given_at.0,
                shares.until.0,
            ])?;
        }
        Ok(())
    }
}
