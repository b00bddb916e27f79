//! What this device may sell with no network, and what it sold.
//!
//! A serial is sold in the transaction that stores its fact; the table's key is what keeps
//! it from being sold again.

use rusqlite::{OptionalExtension as _, Row, params};
use shared_model::fact::FactId;
use shared_model::ids::{ActorId, EventNo, Kid, RequestId, Serial, TierNo};
use shared_model::lease::Lease;

use super::{Error, Read, Result, Write};

/// A lease that this device claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesLease {
    /// What its key is made with, beside the device's secrets.
    pub nonce: [u8; 16],
    /// As whom this device sells from it.
    pub actor: ActorId,
    /// What the server said of it.
    pub lease: Lease,
}

/// One serial that was sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldSerial {
    /// The key number that its ticket names.
    pub kid: Kid,
    /// The serial.
    pub serial: Serial,
    /// What was sold.
    pub tier: TierNo,
    /// The fact that says so.
    pub fact: FactId,
}

impl Read<'_> {
    /// Leases that were claimed and not ended, the oldest first.
    pub fn list_sales_leases(&self, event: EventNo) -> Result<Vec<SalesLease>> {
        let mut statement = self.0.prepare_cached(
            "SELECT nonce, actor, lease FROM sales_lease
             WHERE event = ?1 AND open AND lease IS NOT NULL ORDER BY kid",
        )?;
        let rows = statement.query_map([event.0], |row| Ok(sales_lease(row)))?;
        rows.map(|row| row.map_err(Error::from)?).collect()
    }

    /// The lease under this key number, ended or not.
    pub fn find_sales_lease(&self, event: EventNo, kid: Kid) -> Result<Option<SalesLease>> {
        let mut statement = self.0.prepare_cached(
            "SELECT nonce, actor, lease FROM sales_lease WHERE event = ?1 AND kid = ?2",
        )?;
        statement
            .query_row(params![event.0, kid.0], |row| Ok(sales_lease(row)))
            .optional()?
            .transpose()
    }

    /// The claim of this actor that no answer came to, if there is one.
    pub fn find_sales_claim(&self, event: EventNo, actor: ActorId) -> Result<Option<[u8; 16]>> {
        let mut statement = self.0.prepare_cached(
            "SELECT nonce FROM sales_lease WHERE event = ?1 AND actor = ?2 AND kid IS NULL",
        )?;
        let found = statement.query_row(params![event.0, actor.0], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// The highest serial that was sold under this key number.
    pub fn last_sold(&self, event: EventNo, kid: Kid) -> Result<Option<Serial>> {
        let last: Option<u32> = self
            .0
            .prepare_cached("SELECT max(serial) FROM sold WHERE event = ?1 AND kid = ?2")?
            .query_row(params![event.0, kid.0], |row| row.get(0))?;
        Ok(last.map(Serial))
    }

    /// How many tickets of a tier were sold under this key number.
    pub fn count_sold(&self, event: EventNo, kid: Kid, tier: TierNo) -> Result<u32> {
        Ok(self
            .0
            .prepare_cached(
                "SELECT count(*) FROM sold WHERE event = ?1 AND kid = ?2 AND tier = ?3",
            )?
            .query_row(params![event.0, kid.0, tier.0], |row| row.get(0))?)
    }

    /// What a wish was sold before, by key number and serial.
    pub fn list_sold_for(&self, event: EventNo, request: RequestId) -> Result<Vec<SoldSerial>> {
        let mut statement = self.0.prepare_cached(
            "SELECT kid, serial, tier, actor, seq FROM sold
             WHERE event = ?1 AND request = ?2 ORDER BY kid, serial",
        )?;
        let rows = statement.query_map(params![event.0, request.0], |row| sold(event, row))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The newest sales, the newest first.
    pub fn list_sold(&self, event: EventNo, limit: u32) -> Result<Vec<SoldSerial>> {
        let mut statement = self.0.prepare_cached(
            "SELECT kid, serial, tier, actor, seq FROM sold
             WHERE event = ?1 ORDER BY kid DESC, serial DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![event.0, limit], |row| sold(event, row))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Notes that a lease is being claimed with the key that `nonce` makes.
    pub fn insert_sales_claim(
        &self,
        event: EventNo,
        actor: ActorId,
        nonce: [u8; 16],
    ) -> Result<()> {
        self.0.0.execute(
            "INSERT INTO sales_lease (event, nonce, actor) VALUES (?1, ?2, ?3)",
            params![event.0, nonce, actor.0],
        )?;
        Ok(())
    }

    /// Notes what the server gave to the claim made with `nonce`.
    pub fn mark_claimed(&self, event: EventNo, nonce: [u8; 16], lease: &Lease) -> Result<()> {
        self.0.0.execute(
            "UPDATE sales_lease SET kid = ?3, lease = ?4 WHERE event = ?1 AND nonce = ?2",
            params![event.0, nonce, lease.kid.0, postcard::to_stdvec(lease)?],
        )?;
        Ok(())
    }

    /// Notes which leases are open; nothing is sold from the others any more.
    pub fn mark_open(&self, event: EventNo, open: &[Kid]) -> Result<()> {
        let connection = self.0.0;
        connection.execute(
            "UPDATE sales_lease SET open = 0 WHERE event = ?1 AND kid IS NOT NULL",
            [event.0],
        )?;
        let mut mark = connection
            .prepare_cached("UPDATE sales_lease SET open = 1 WHERE event = ?1 AND kid = ?2")?;
        for kid in open {
            mark.execute(params![event.0, kid.0])?;
        }
        Ok(())
    }

    /// Notes a sale; a serial that was sold before is refused.
    pub fn insert_sold(&self, sold: &SoldSerial, request: RequestId) -> Result<()> {
        self.0
            .0
            .prepare_cached(
                "INSERT INTO sold (event, kid, serial, tier, actor, seq, request)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                sold.fact.event.0,
                sold.kid.0,
                sold.serial.0,
                sold.tier.0,
                sold.fact.actor.0,
                sold.fact.seq.cast_signed(),
                request.0
            ])?;
        Ok(())
    }
}

fn sales_lease(row: &Row<'_>) -> Result<SalesLease> {
    let lease: Vec<u8> = row.get(2)?;
    Ok(SalesLease {
        nonce: row.get(0)?,
        actor: ActorId(row.get(1)?),
        lease: postcard::from_bytes(&lease)?,
    })
}

fn sold(event: EventNo, row: &Row<'_>) -> rusqlite::Result<SoldSerial> {
    Ok(SoldSerial {
        kid: Kid(row.get(0)?),
        serial: Serial(row.get(1)?),
        tier: TierNo(row.get(2)?),
        fact: FactId {
            event,
            actor: ActorId(row.get(3)?),
            seq: row.get::<_, i64>(4)?.cast_unsigned(),
        },
    })
}
