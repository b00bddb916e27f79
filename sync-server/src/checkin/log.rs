//! The log of facts, as the database keeps it.
//!
//! `shared_model::log::ingest` decides what may be stored; this room of the database
//! loads what it asks for and writes what it says. Rows are only ever added. Whoever
//! appends holds the event's row in `doors` until the commit, so facts of one event
//! are appended in turn and `arrival` has no gaps.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use shared_model::fact::Fact;
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, DeviceNo, EventId, EventNo, Hash, PublicKey};
use shared_model::log::ingest::{Base, needs};
use shared_model::log::{
    Accepted, Held, Row, STRETCH, Tip, evidence_digest, keeps_head, stretch_end,
};
use shared_model::sync::{Facts, Mark, Marks, SignedHead, VersionVector};
use shared_model::time::Timestamp;

use crate::db::{self, Change, Changes, Conn, Db, Tx};
use crate::{row, sql};

/// How much of an event's log was ever stored. Equal ones mean that nothing is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extent {
    /// The arrival of the newest fact.
    pub(super) arrivals: u64,
    /// Facts beside forked logs.
    pub(super) branches: u64,
}

/// The turn to append to an event's log, until the transaction ends.
#[derive(Debug)]
pub(super) struct Turn {
    event: EventId,
    extent: Extent,
    /// What the database says of it as long as this turn lasts.
    written: Extent,
}

/// A fact that arrived, about to be stored.
#[derive(Debug)]
pub(super) struct Entry {
    row: Row,
    /// The verdict, where it was decided here.
    answer: Option<Vec<u8>>,
    arrival: u64,
}

impl Turn {
    /// Gives `row` its arrival.
    pub(super) fn enter(&mut self, row: Row, answer: Option<Vec<u8>>) -> Entry {
        self.extent.arrivals += 1;
        Entry {
            row,
            answer,
            arrival: self.extent.arrivals,
        }
    }

    /// How much is stored, with what entered in this turn.
    pub(super) const fn extent(&self) -> Extent {
        self.extent
    }
}

/// Waits for the turn to append, and begins the transaction that it lasts for. Where `expected` facts arrive in it, as foreseen, [`end`] has
/// nothing left to write.
pub(super) async fn turn(db: &Db, event: EventId, expected: u64) -> Result<(Tx, Turn), db::Error> {
    let turn = Change::new(
        sql!("UPDATE doors SET arrivals = arrivals + $2 WHERE event_id = $1 RETURNING arrivals, branches" => (u64, u64)),
    );
    let (tx, (arrivals, branches)) = db.begin_with(turn.bind(event).bind(expected)).await?;
    let written = Extent { arrivals, branches };
    let extent = Extent {
        arrivals: arrivals.saturating_sub(expected),
        branches,
    };
    let turn = Turn {
        event,
        extent,
        written,
    };
    Ok((tx, turn))
}

row! {
    #[derive(Debug)]
    struct ActorRow {
        device_no: DeviceNo,
        fact_key: PublicKey,
        seq: u64,
        link: Hash,
        hlc: i64,
        forked_at: Option<u64>,
    }
}

/// The newest fact of an actor, and the device that writes it.
pub(super) async fn tip(
    conn: &mut Conn,
    event: EventId,
    actor: ActorId,
) -> Result<Option<(DeviceNo, Tip)>, db::Error> {
    let row = conn
        .sql(sql!("SELECT device_no, fact_key, seq, link, hlc, forked_at FROM actors WHERE event_id = $1 AND actor = $2" => ActorRow))
        .bind(event)
        .bind(actor)
        .optional()
        .await?;
    Ok(row.map(|row| {
        let tip = Tip {
            seq: row.seq,
            base: Base {
                link: row.link,
                hlc: time(row.hlc),
            },
            fact_key: row.fact_key,
            forked_at: row.forked_at,
        };
        (row.device_no, tip)
    }))
}

/// What is held of the actor that `facts` are of.
pub(super) async fn held(tx: &mut Tx, event: EventId, facts: &Facts) -> Result<Held, db::Error> {
    let (actor, seqs) = needs(facts);
    let Some((_, tip)) = tip(tx, event, actor).await? else {
        return Ok(Held::default());
    };
    let (before, last) = (*seqs.start(), *seqs.end());
    let rows = tx
        .sql(sql!("SELECT seq, link, hlc FROM facts WHERE event_id = $1 AND actor = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq" => (u64, Hash, i64)))
        .bind(event)
        .bind(actor)
        .bind(before)
        .bind(last)
        .all()
        .await?;
    let branches = match tip.forked_at {
        None => Vec::new(),
        Some(_) => branch_links(tx, event, actor, before, last).await?,
    };
    let bases = rows
        .iter()
        .chain(&branches)
        .filter(|(seq, ..)| *seq == before)
        .map(|(_, link, hlc)| Base {
            link: *link,
            hlc: time(*hlc),
        })
        .collect();
    let on = |rows: &[(u64, Hash, i64)]| -> Vec<Hash> {
        rows.iter()
            .filter(|(seq, ..)| *seq >= facts.from)
            .map(|(_, link, _)| *link)
            .collect()
    };
    Ok(Held {
        tip: Some(tip),
        before: bases,
        links: on(&rows),
        branches: on(&branches).into_iter().collect::<BTreeSet<_>>(),
    })
}

async fn branch_links(
    conn: &mut Conn,
    event: EventId,
    actor: ActorId,
    first: u64,
    last: u64,
) -> Result<Vec<(u64, Hash, i64)>, db::Error> {
    conn.sql(sql!("SELECT seq, link, hlc FROM branch_facts WHERE event_id = $1 AND actor = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq, received_at, link" => (u64, Hash, i64)))
        .bind(event)
        .bind(actor)
        .bind(first)
        .bind(last)
        .all()
        .await
}

/// Stores what [`shared_model::log::ingest()`] accepted of `facts`.
pub(super) async fn store(
    tx: &mut Tx,
    turn: &mut Turn,
    (facts, held): (&Facts, &Held),
    accepted: &Accepted,
    now: Timestamp,
) -> Result<(), db::Error> {
    let actor = facts.actor;
    let newest = held.tip.map_or(0, |tip| tip.seq);
    let rows = accepted.rows.iter();
    let entries: Vec<_> = rows.map(|row| turn.enter(row.clone(), None)).collect();
    let mut changes = Changes::default();
    insert(&mut changes, turn.event, actor, &entries, now)?;
    if !accepted.branch.is_empty() {
        for row in &accepted.branch {
            turn.extent.branches += insert_branch(tx, turn.event, actor, row, now).await?;
        }
        insert_evidence(tx, turn.event, facts, now).await?;
    }
    changes.push(put_tip(turn.event, actor, accepted.device, &accepted.tip))?;
    if !accepted.rows.is_empty() {
        put_head(&mut changes, turn.event, &facts.head, newest)?;
    }
    end(&mut changes, turn)?;
    changes.execute(tx).await
}

/// Writes down how much is stored.
pub(super) fn end(changes: &mut Changes, turn: &Turn) -> Result<(), db::Error> {
    if turn.extent == turn.written {
        return Ok(());
    }
    let Extent { arrivals, branches } = turn.extent;
    let extent = sql!("UPDATE doors SET arrivals = $2, branches = $3 WHERE event_id = $1");
    changes.push(
        Change::new(extent)
            .bind(turn.event)
            .bind(arrivals)
            .bind(branches),
    )
}

/// Adds facts to their actor's log.
pub(super) fn insert(
    changes: &mut Changes,
    event: EventId,
    actor: ActorId,
    entries: &[Entry],
    now: Timestamp,
) -> Result<(), db::Error> {
    let mut insert = Change::new(sql!(
        "INSERT INTO facts (event_id, actor, seq, record, link, hlc, flags, kind, serial, request, target_actor, target_seq, answer, arrival, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    ));
    for Entry {
        row,
        answer,
        arrival,
    } in entries
    {
        let about = About::of(row);
        insert = insert
            .bind(event)
            .bind(actor)
            .bind(row.seq)
            .bind(row.bytes.as_slice())
            .bind(row.link)
            .bind(bits(row.hlc))
            .bind(row.flags.0)
            .bind(row.bytes.get(1).copied().unwrap_or(0))
            .bind(about.serial)
            .bind(about.request)
            .bind(about.target.map(|(actor, _)| actor))
            .bind(about.target.map(|(_, seq)| seq))
            .bind(answer.clone())
            .bind(*arrival)
            .bind(now);
    }
    changes.push_rows(insert)
}

/// What a fact can be found by.
#[derive(Debug, Default)]
struct About {
    serial: Option<u32>,
    request: Option<[u8; 16]>,
    target: Option<(ActorId, u64)>,
}

impl About {
    fn of(row: &Row) -> Self {
        use shared_model::fact::Subject;
        match &row.fact {
            Some(Fact::Scan(scan)) => Self {
                serial: match scan.subject {
                    Subject::Ticket { serial, .. } => Some(serial.0),
                    Subject::Foreign(_) | Subject::Unreadable(_) => None,
                },
                request: Some(scan.request.0),
                target: None,
            },
            Some(Fact::Sale(sale)) => Self {
                serial: Some(sale.serial.0),
                request: Some(sale.request.0),
                target: None,
            },
            Some(Fact::Annul(annul)) => Self::speaking_of(annul.actor, annul.seq),
            Some(Fact::Resolve(resolve)) => Self::speaking_of(resolve.actor, resolve.seq),
            Some(Fact::Open(_) | Fact::Heartbeat(_)) | None => Self::default(),
        }
    }

    fn speaking_of(actor: ActorId, seq: u64) -> Self {
        Self {
            // A seq past all that can be stored names no fact.
            target: i64::try_from(seq).is_ok().then_some((actor, seq)),
            ..Self::default()
        }
    }
}

/// How many were new: 1 or 0.
async fn insert_branch(
    tx: &mut Tx,
    event: EventId,
    actor: ActorId,
    row: &Row,
    now: Timestamp,
) -> Result<u64, db::Error> {
    tx.sql(sql!("INSERT INTO branch_facts (event_id, actor, link, seq, record, hlc, flags, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (event_id, actor, link) DO NOTHING"))
        .bind(event)
        .bind(actor)
        .bind(row.link)
        .bind(row.seq)
        .bind(row.bytes.as_slice())
        .bind(bits(row.hlc))
        .bind(row.flags.0)
        .bind(now)
        .execute()
        .await
}

async fn insert_evidence(
    tx: &mut Tx,
    event: EventId,
    facts: &Facts,
    now: Timestamp,
) -> Result<(), db::Error> {
    let frame = postcard::to_allocvec(facts).map_err(|_| db::Error::Value { column: 3 })?;
    tx.sql(sql!("INSERT INTO fork_evidence (event_id, actor, hash, frame, received_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (event_id, actor, hash) DO NOTHING"))
        .bind(event)
        .bind(facts.actor)
        .bind(Sha256::digest(&frame).to_vec())
        .bind(frame)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Writes down the newest fact of an actor.
pub(super) fn put_tip(event: EventId, actor: ActorId, device: DeviceNo, tip: &Tip) -> Change {
    Change::new(sql!("INSERT INTO actors (event_id, actor, device_no, fact_key, seq, link, hlc, forked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (event_id, actor) DO UPDATE SET seq = $5, link = $6, hlc = $7, forked_at = $8"))
        .bind(event)
        .bind(actor)
        .bind(device)
        .bind(tip.fact_key)
        .bind(tip.seq)
        .bind(tip.base.link)
        .bind(bits(tip.base.hlc))
        .bind(tip.forked_at)
}

/// Keeps a signed head; `newest` is the seq of the one kept last, 0 for none, whose place it
/// takes unless that one ends a stretch.
pub(super) fn put_head(
    changes: &mut Changes,
    event: EventId,
    head: &SignedHead,
    newest: u64,
) -> Result<(), db::Error> {
    if newest > 0 && newest < head.seq && !keeps_head(newest) {
        let replaced = sql!("DELETE FROM heads WHERE event_id = $1 AND actor = $2 AND seq = $3");
        changes.push(
            Change::new(replaced)
                .bind(event)
                .bind(head.actor)
                .bind(newest),
        )?;
    }
    changes.push(
        Change::new(sql!("INSERT INTO heads (event_id, actor, seq, link, fact_key, signature) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_id, actor, seq) DO NOTHING"))
            .bind(event)
            .bind(head.actor)
            .bind(head.seq)
            .bind(head.hash)
            .bind(head.fact_key)
            .bind(head.signature.as_slice()),
    )
}

row! {
    #[derive(Debug)]
    struct MarkRow {
        actor: ActorId,
        seq: u64,
        link: Hash,
    }
}

/// What is held of each actor.
pub(super) async fn marks(conn: &mut Conn, event: EventId) -> Result<Marks, db::Error> {
    let rows = conn
        .sql(sql!("SELECT actor, seq, link FROM actors WHERE event_id = $1" => MarkRow))
        .bind(event)
        .all()
        .await?;
    let marks = rows
        .into_iter()
        .map(|row| (row.actor, Mark::new(row.seq, &row.link)));
    Ok(marks.collect())
}

row! {
    #[derive(Debug)]
    struct HeadRow {
        seq: u64,
        link: Hash,
        fact_key: PublicKey,
        signature: Vec<u8>,
    }
}

/// Facts from each seq that `lacking` names on, in batches, at most about `budget` bytes.
pub(super) async fn missing(
    conn: &mut Conn,
    (event, number): (EventId, EventNo),
    lacking: &VersionVector,
    budget: usize,
) -> Result<Vec<Facts>, db::Error> {
    let mut batches = Vec::new();
    let mut bytes = 0;
    for (actor, from) in lacking {
        let mut from = *from;
        while bytes < budget {
            let Some(batch) = batch(conn, (event, number), *actor, from).await? else {
                break;
            };
            bytes += 200
                + batch
                    .records
                    .iter()
                    .map(|record| record.len() + 2)
                    .sum::<usize>();
            from = batch.head.seq + 1;
            batches.push(batch);
        }
    }
    Ok(batches)
}

/// The facts of `actor` from `from` to the end of its stretch or of its log.
async fn batch(
    conn: &mut Conn,
    (event, number): (EventId, EventNo),
    actor: ActorId,
    from: u64,
) -> Result<Option<Facts>, db::Error> {
    let head = conn
        .sql(sql!("SELECT seq, link, fact_key, signature FROM heads WHERE event_id = $1 AND actor = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq DESC LIMIT 1" => HeadRow))
        .bind(event)
        .bind(actor)
        .bind(from)
        .bind(stretch_end(from))
        .optional()
        .await?;
    let Some(head) = head else {
        return Ok(None);
    };
    let records = conn
        .sql(sql!("SELECT record FROM facts WHERE event_id = $1 AND actor = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq" => (Vec<u8>,)))
        .bind(event)
        .bind(actor)
        .bind(from)
        .bind(head.seq)
        .all()
        .await?;
    Ok(Some(Facts {
        event: number,
        actor,
        from,
        records: records.into_iter().map(|(record,)| record).collect(),
        head: SignedHead {
            actor,
            seq: head.seq,
            hash: head.link,
            fact_key: head.fact_key,
            signature: head.signature,
        },
    }))
}

/// A digest of all that is held of each forked actor.
pub(super) async fn forks(
    conn: &mut Conn,
    event: EventId,
) -> Result<BTreeMap<ActorId, u64>, db::Error> {
    let forked = conn
        .sql(sql!("SELECT actor, forked_at FROM actors WHERE event_id = $1 AND forked_at IS NOT NULL" => (ActorId, u64)))
        .bind(event)
        .all()
        .await?;
    let mut digests = BTreeMap::new();
    for (actor, at) in forked {
        let links = conn
            .sql(sql!("SELECT link FROM facts WHERE event_id = $1 AND actor = $2 AND seq >= $3 UNION ALL SELECT link FROM branch_facts WHERE event_id = $1 AND actor = $2" => (Hash,)))
            .bind(event)
            .bind(actor)
            .bind(at)
            .all()
            .await?;
        let links: Vec<Hash> = links.into_iter().map(|(link,)| link).collect();
        digests.insert(actor, evidence_digest(&links));
    }
    Ok(digests)
}

/// All that is held of a forked actor: its log from the stretch of the fork on, and its branches.
pub(super) async fn evidence(
    conn: &mut Conn,
    (event, number): (EventId, EventNo),
    actor: ActorId,
) -> Result<Vec<Facts>, db::Error> {
    let Some((_, tip)) = tip(conn, event, actor).await? else {
        return Ok(Vec::new());
    };
    let forked_at = tip.forked_at.unwrap_or(1);
    let begin = stretch_end(forked_at).saturating_sub(STRETCH) + 1;
    let log = VersionVector::from([(actor, begin)]);
    let mut batches = missing(conn, (event, number), &log, usize::MAX).await?;
    let frames = conn
        .sql(sql!("SELECT frame FROM fork_evidence WHERE event_id = $1 AND actor = $2 ORDER BY received_at, hash" => (Vec<u8>,)))
        .bind(event)
        .bind(actor)
        .all()
        .await?;
    for (frame,) in frames {
        let facts = postcard::from_bytes(&frame).map_err(|_| db::Error::Value { column: 0 })?;
        batches.push(facts);
    }
    Ok(batches)
}

/// A hybrid time as its column holds it: the same bits.
const fn bits(hlc: Hlc) -> i64 {
    hlc.0.cast_signed()
}

/// The hybrid time of a column.
const fn time(bits: i64) -> Hlc {
    Hlc(bits.cast_unsigned())
}
