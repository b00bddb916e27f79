//! The scan log of each event: records as they were written, never changed.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};
use shared_model::entry::Answer;
use shared_model::fact::{self, Decoded, FactId};
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, EventNo, Hash, PublicKey, RequestId};
use shared_model::log::ingest::{Base, needs};
use shared_model::log::{Accepted, Flags, Held, Row, Tip, keeps_head};
use shared_model::sync::{Facts, Marks, SignedHead, VersionVector};
use shared_model::verdict::Verdict;

use super::events::hlc_to_sql;
use super::{Read, Result, Write};

impl Read<'_> {
    /// The newest fact of an actor; absent when nothing of it is here.
    pub fn find_tip(&self, event: EventNo, actor: ActorId) -> Result<Option<Tip>> {
        let mut statement = self.0.prepare_cached(
            "SELECT actor, seq, link, hlc, fact_key, forked_at FROM tip
             WHERE event = ?1 AND actor = ?2",
        )?;
        let tip = statement
            .query_row(params![event.0, actor.0], tip)
            .optional()?;
        Ok(tip.map(|(_, tip)| tip))
    }

    /// The newest fact of every actor.
    pub fn list_tips(&self, event: EventNo) -> Result<Vec<(ActorId, Tip)>> {
        let mut statement = self.0.prepare_cached(
            "SELECT actor, seq, link, hlc, fact_key, forked_at FROM tip WHERE event = ?1",
        )?;
        let rows = statement.query_map([event.0], tip)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// What is held of each actor, as it is told to others.
    pub fn marks(&self, event: EventNo) -> Result<Marks> {
        let tips = self.list_tips(event)?;
        Ok(tips
            .iter()
            .map(|(actor, tip)| (*actor, tip.mark()))
            .collect())
    }

    /// Last seq of each actor that the server has said to hold durably.
    pub fn acknowledged(&self, event: EventNo) -> Result<VersionVector> {
        let mut statement = self
            .0
            .prepare_cached("SELECT actor, seq FROM acknowledged WHERE event = ?1")?;
        let rows = statement.query_map([event.0], |row| {
            Ok((ActorId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// One fact.
    pub fn find_fact(&self, id: FactId) -> Result<Option<Row>> {
        let rows = self.list_facts(id.event, id.actor, id.seq, 1)?;
        Ok(rows.into_iter().find(|row| row.seq == id.seq))
    }

    /// At most `limit` facts of an actor from seq `from` on, in order.
    pub fn list_facts(
        &self,
        event: EventNo,
        actor: ActorId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<Row>> {
        let mut statement = self.0.prepare_cached(
            "SELECT seq, record, link, hlc, flags FROM fact
             WHERE event = ?1 AND actor = ?2 AND seq >= ?3 ORDER BY seq LIMIT ?4",
        )?;
        let rows =
            statement.query_map(params![event.0, actor.0, from.cast_signed(), limit], row)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// How many facts of the event are here.
    pub fn count_facts(&self, event: EventNo) -> Result<u64> {
        let count: i64 = self
            .0
            .prepare_cached("SELECT count(*) FROM fact WHERE event = ?1")?
            .query_row([event.0], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// The first signed head of another actor at or after `seq`.
    pub fn find_head(
        &self,
        event: EventNo,
        actor: ActorId,
        seq: u64,
    ) -> Result<Option<SignedHead>> {
        let mut statement = self.0.prepare_cached(
            "SELECT head FROM head WHERE event = ?1 AND actor = ?2 AND seq >= ?3
             ORDER BY seq LIMIT 1",
        )?;
        let bytes: Option<Vec<u8>> = statement
            .query_row(params![event.0, actor.0, seq.cast_signed()], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(bytes
            .map(|bytes| postcard::from_bytes(&bytes))
            .transpose()?)
    }

    /// What is held of the actor of `facts`, for the check that they pass.
    pub fn held(&self, event: EventNo, facts: &Facts) -> Result<Held> {
        let (actor, seqs) = needs(facts);
        let (before, last) = (*seqs.start(), *seqs.end());
        let tip = self.find_tip(event, actor)?;
        let mut held = Held {
            tip,
            ..Held::default()
        };
        let count =
            u32::try_from(last.saturating_sub(before).saturating_add(1)).unwrap_or(u32::MAX);
        for row in self.list_facts(event, actor, before.max(1), count)? {
            if row.seq == before {
                held.before.push(base(&row));
            } else if row.seq <= last {
                held.links.push(row.link);
            }
        }
        if tip.is_some_and(|tip| tip.forked_at.is_some()) {
            for row in self.list_branch(event, actor, before, last)? {
                if row.seq == before {
                    held.before.push(base(&row));
                } else {
                    held.branches.insert(row.link);
                }
            }
        }
        Ok(held)
    }

    pub(super) fn list_branch(
        &self,
        event: EventNo,
        actor: ActorId,
        from: u64,
        to: u64,
    ) -> Result<Vec<Row>> {
        let mut statement = self.0.prepare_cached(
            "SELECT seq, record, link, hlc, flags FROM branch
             WHERE event = ?1 AND actor = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq, link",
        )?;
        let rows = statement.query_map(
            params![event.0, actor.0, from.cast_signed(), to.cast_signed()],
            row,
        )?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The frames that prove an actor's fork, in the order of their arrival.
    pub fn list_evidence(&self, event: EventNo, actor: ActorId) -> Result<Vec<Facts>> {
        let mut statement = self.0.prepare_cached(
            "SELECT facts FROM evidence WHERE event = ?1 AND actor = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![event.0, actor.0], |row| row.get(0))?;
        rows.map(|row: rusqlite::Result<Vec<u8>>| Ok(postcard::from_bytes(&row?)?))
            .collect()
    }

    /// Links of every fact of an actor from `seq` on, in the log and beside it.
    pub fn list_links(&self, event: EventNo, actor: ActorId, seq: u64) -> Result<BTreeSet<Hash>> {
        let mut statement = self.0.prepare_cached(
            "SELECT link FROM fact WHERE event = ?1 AND actor = ?2 AND seq >= ?3
             UNION SELECT link FROM branch WHERE event = ?1 AND actor = ?2 AND seq >= ?3",
        )?;
        let rows = statement.query_map(params![event.0, actor.0, seq.cast_signed()], |row| {
            Ok(Hash(row.get(0)?))
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The verdict that a wish got before.
    pub fn find_answered(&self, event: EventNo, request: RequestId) -> Result<Option<Verdict>> {
        let mut statement = self
            .0
            .prepare_cached("SELECT verdict FROM answered WHERE event = ?1 AND request = ?2")?;
        let bytes: Option<Vec<u8>> = statement
            .query_row(params![event.0, request.0], |row| row.get(0))
            .optional()?;
        Ok(bytes
            .map(|bytes| postcard::from_bytes(&bytes))
            .transpose()?)
    }
}

impl Write<'_> {
    /// Adds the next fact of an actor, whose place in the chain the caller has checked.
    pub fn insert_fact(
        &self,
        event: EventNo,
        actor: ActorId,
        row: &Row,
        fact_key: &PublicKey,
    ) -> Result<()> {
        self.insert_row(event, actor, row)?;
        let tip = Tip {
            seq: row.seq,
            base: base(row),
            fact_key: *fact_key,
            forked_at: None,
        };
        self.mark_tip(event, actor, &tip)
    }

    /// Keeps what the check of another side's facts let pass.
    pub fn insert_accepted(
        &self,
        event: EventNo,
        facts: &Facts,
        accepted: &Accepted,
    ) -> Result<()> {
        let actor = facts.actor;
        for row in &accepted.rows {
            self.insert_row(event, actor, row)?;
        }
        self.mark_tip(event, actor, &accepted.tip)?;
        if accepted.tip.seq == facts.head.seq && accepted.tip.base.link == facts.head.hash {
            self.mark_head(event, &facts.head)?;
        }
        if !accepted.branch.is_empty() {
            self.insert_branch(event, facts, &accepted.branch)?;
        }
        Ok(())
    }

    fn insert_row(&self, event: EventNo, actor: ActorId, row: &Row) -> Result<()> {
        self.0
            .0
            .prepare_cached(
                "INSERT INTO fact (event, actor, seq, record, link, hlc, flags)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                event.0,
                actor.0,
                row.seq.cast_signed(),
                row.bytes,
                row.link.0,
                hlc_to_sql(row.hlc),
                row.flags.0,
            ])?;
        self.index_fact(event, actor, row)
    }

    fn mark_tip(&self, event: EventNo, actor: ActorId, tip: &Tip) -> Result<()> {
        self.0
            .0
            .prepare_cached(
                "INSERT OR REPLACE INTO tip (event, actor, seq, link, hlc, fact_key, forked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                event.0,
                actor.0,
                tip.seq.cast_signed(),
                tip.base.link.0,
                hlc_to_sql(tip.base.hlc),
                tip.fact_key.0,
                tip.forked_at.map(u64::cast_signed),
            ])?;
        Ok(())
    }

    /// Keeps a newest head; the one before goes unless it ends a stretch.
    fn mark_head(&self, event: EventNo, head: &SignedHead) -> Result<()> {
        let connection = self.0.0;
        let before: Option<i64> = connection
            .prepare_cached("SELECT max(seq) FROM head WHERE event = ?1 AND actor = ?2")?
            .query_row(params![event.0, head.actor.0], |row| row.get(0))?;
        if let Some(before) = before
            && !keeps_head(before.cast_unsigned())
        {
            connection
                .prepare_cached("DELETE FROM head WHERE event = ?1 AND actor = ?2 AND seq = ?3")?
                .execute(params![event.0, head.actor.0, before])?;
        }
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO head (event, actor, seq, head) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                event.0,
                head.actor.0,
                head.seq.cast_signed(),
                postcard::to_stdvec(head)?
            ])?;
        Ok(())
    }

    fn insert_branch(&self, event: EventNo, facts: &Facts, rows: &[Row]) -> Result<()> {
        let connection = self.0.0;
        for row in rows {
            connection.execute(
                "INSERT INTO branch (event, actor, seq, link, record, hlc, flags)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                params![
                    event.0,
                    facts.actor.0,
                    row.seq.cast_signed(),
                    row.link.0,
                    row.bytes,
                    hlc_to_sql(row.hlc),
                    row.flags.0,
                ],
            )?;
        }
        connection.execute(
            "INSERT INTO evidence (event, actor, facts) VALUES (?1, ?2, ?3)",
            params![event.0, facts.actor.0, postcard::to_stdvec(facts)?],
        )?;
        Ok(())
    }

    /// Notes what the server holds durably of the actors named: this and no more.
    pub fn mark_acknowledged(&self, event: EventNo, vector: &VersionVector) -> Result<()> {
        let mut upsert = self.0.0.prepare_cached(
            "INSERT INTO acknowledged (event, actor, seq) VALUES (?1, ?2, ?3)
             ON CONFLICT (event, actor) DO UPDATE SET seq = excluded.seq",
        )?;
        for (actor, seq) in vector {
            upsert.execute(params![event.0, actor.0, seq.cast_signed()])?;
        }
        Ok(())
    }

    /// Keeps what a guest said beside the fact `seq` of this device, with the salt of its commitment.
    pub fn insert_answers(
        &self,
        event: EventNo,
        seq: u64,
        answers: &[Answer],
        salt: &[u8; 16],
    ) -> Result<()> {
        let mut insert = self.0.0.prepare_cached(
            "INSERT INTO guest_answer (event, seq, place, question, text, salt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for (place, answer) in answers.iter().enumerate() {
            insert.execute(params![
                event.0,
                seq.cast_signed(),
                place as u32,
                answer.question.0,
                answer.text,
                salt
            ])?;
        }
        Ok(())
    }

    /// Keeps the answer to a wish, with the fact that records it.
    pub fn insert_answered(
        &self,
        event: EventNo,
        request: RequestId,
        verdict: &Verdict,
        seq: u64,
    ) -> Result<()> {
        self.0
            .0
            .prepare_cached(
                "INSERT INTO answered (event, request, verdict, seq) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                event.0,
                request.0,
                postcard::to_stdvec(verdict)?,
                seq.cast_signed()
            ])?;
        Ok(())
    }
}

fn tip(row: &rusqlite::Row<'_>) -> rusqlite::Result<(ActorId, Tip)> {
    let tip = Tip {
        seq: row.get::<_, i64>(1)?.cast_unsigned(),
        base: Base {
            link: Hash(row.get(2)?),
            hlc: Hlc(row.get::<_, i64>(3)?.cast_unsigned()),
        },
        fact_key: PublicKey(row.get(4)?),
        forked_at: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
    };
    Ok((ActorId(row.get(0)?), tip))
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let bytes: Vec<u8> = row.get(1)?;
    let fact = match fact::decode(&bytes) {
        Ok(Decoded::Known(fact)) => Some(fact),
        _ => None,
    };
    Ok(Row {
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        bytes,
        link: Hash(row.get(2)?),
        hlc: Hlc(row.get::<_, i64>(3)?.cast_unsigned()),
        fact,
        flags: Flags(row.get(4)?),
    })
}

fn base(row: &Row) -> Base {
    Base {
        link: row.link,
        hlc: row.hlc,
    }
}
