//! The scan log of each event: records as they were written, never changed.

use rusqlite::{OptionalExtension as _, params};
use shared_model::fact::FactId;
use shared_model::ids::{ActorId, EventNo, Hash, RequestId};
use shared_model::sync::{Fork, SignedHead, VersionVector};
use shared_model::verdict::Verdict;

use super::{Read, Result, Write};

/// The end of an actor's chain as it is held here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Seq of the newest fact held.
    pub seq: u64,
    /// Its chain hash.
    pub hash: Hash,
    /// The newest head of the chain that somebody signed.
    pub head: Option<SignedHead>,
    /// Two histories exist under this name: nothing more is taken in from it.
    pub frozen: bool,
}

/// One fact with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who wrote it.
    pub actor: ActorId,
    /// As which of its facts.
    pub seq: u64,
    /// The bytes as written.
    pub record: Vec<u8>,
    /// Chain hash up to and with it.
    pub hash: Hash,
}

impl Read<'_> {
    /// The end of an actor's chain; absent when nothing of it is here.
    pub fn find_chain(&self, event: EventNo, actor: ActorId) -> Result<Option<Chain>> {
        let mut statement = self.0.prepare_cached(
            "SELECT seq, hash, head, frozen FROM chain WHERE event = ?1 AND actor = ?2",
        )?;
        let row = statement
            .query_row(params![event.0, actor.0], |row| {
                Ok((
                    row.get::<_, i64>(0)?.cast_unsigned(),
                    Hash(row.get(1)?),
                    row.get::<_, Option<Vec<u8>>>(2)?,
                    row.get(3)?,
                ))
            })
            .optional()?;
        let Some((seq, hash, head, frozen)) = row else {
            return Ok(None);
        };
        let head = head.map(|bytes| postcard::from_bytes(&bytes)).transpose()?;
        Ok(Some(Chain {
            seq,
            hash,
            head,
            frozen,
        }))
    }

    /// Last seq held of each actor.
    pub fn version_vector(&self, event: EventNo) -> Result<VersionVector> {
        self.vector("chain", event)
    }

    /// Last seq of each actor that the server has said to hold durably.
    pub fn acknowledged(&self, event: EventNo) -> Result<VersionVector> {
        self.vector("acknowledged", event)
    }

    fn vector(&self, table: &str, event: EventNo) -> Result<VersionVector> {
        let mut statement = self
            .0
            .prepare_cached(&format!("SELECT actor, seq FROM {table} WHERE event = ?1"))?;
        let rows = statement.query_map([event.0], |row| {
            Ok((ActorId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// One fact.
    pub fn find_fact(&self, id: FactId) -> Result<Option<Row>> {
        Ok(self
            .list_facts(id.event, id.actor, id.seq, 1)?
            .into_iter()
            .find(|row| row.seq == id.seq))
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
            "SELECT seq, record, hash FROM fact
             WHERE event = ?1 AND actor = ?2 AND seq >= ?3 ORDER BY seq LIMIT ?4",
        )?;
        let rows = statement.query_map(
            params![event.0, actor.0, from.cast_signed(), limit],
            |row| {
                Ok(Row {
                    actor,
                    seq: row.get::<_, i64>(0)?.cast_unsigned(),
                    record: row.get(1)?,
                    hash: Hash(row.get(2)?),
                })
            },
        )?;
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

    /// Proofs that a name was used twice.
    pub fn list_forks(&self, event: EventNo) -> Result<Vec<(ActorId, u64, Fork)>> {
        let mut statement = self.0.prepare_cached(
            "SELECT actor, seq, evidence FROM fork WHERE event = ?1 ORDER BY actor, seq",
        )?;
        let rows = statement.query_map([event.0], |row| {
            Ok((
                ActorId(row.get(0)?),
                row.get::<_, i64>(1)?.cast_unsigned(),
                row.get::<_, Vec<u8>>(2)?,
            ))
        })?;
        rows.map(|row| {
            let (actor, seq, bytes) = row?;
            Ok((actor, seq, postcard::from_bytes(&bytes)?))
        })
        .collect()
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
    /// Adds the next fact of an actor. The caller has checked its place in the chain.
    pub fn insert_fact(&self, event: EventNo, row: &Row) -> Result<()> {
        let connection = self.0.0;
        connection
            .prepare_cached(
                "INSERT INTO fact (event, actor, seq, record, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                event.0,
                row.actor.0,
                row.seq.cast_signed(),
                row.record,
                row.hash.0,
            ])?;
        connection
            .prepare_cached(
                "INSERT INTO chain (event, actor, seq, hash) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (event, actor) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
            )?
            .execute(params![
                event.0,
                row.actor.0,
                row.seq.cast_signed(),
                row.hash.0
            ])?;
        Ok(())
    }

    /// Keeps the newest signed head of an actor whose facts are here.
    pub fn mark_head(&self, event: EventNo, head: &SignedHead) -> Result<()> {
        self.0
            .0
            .prepare_cached("UPDATE chain SET head = ?3 WHERE event = ?1 AND actor = ?2")?
            .execute(params![event.0, head.actor.0, postcard::to_stdvec(head)?])?;
        Ok(())
    }

    /// Keeps the proof of two histories and takes nothing more in from that actor.
    pub fn insert_fork(&self, event: EventNo, actor: ActorId, seq: u64, fork: &Fork) -> Result<()> {
        let connection = self.0.0;
        connection.execute(
            "INSERT INTO fork (event, actor, seq, evidence) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (event, actor, seq) DO NOTHING",
            params![
                event.0,
                actor.0,
                seq.cast_signed(),
                postcard::to_stdvec(fork)?
            ],
        )?;
        connection.execute(
            "UPDATE chain SET frozen = 1 WHERE event = ?1 AND actor = ?2",
            params![event.0, actor.0],
        )?;
        Ok(())
    }

    /// Notes what the server holds durably.
    pub fn mark_acknowledged(&self, event: EventNo, vector: &VersionVector) -> Result<()> {
        let mut upsert = self.0.0.prepare_cached(
            "INSERT INTO acknowledged (event, actor, seq) VALUES (?1, ?2, ?3)
             ON CONFLICT (event, actor) DO UPDATE SET seq = max(seq, excluded.seq)",
        )?;
        for (actor, seq) in vector {
            upsert.execute(params![event.0, actor.0, seq.cast_signed()])?;
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
