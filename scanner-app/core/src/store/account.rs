//! Who this device is at its organizer, and how its clock stands.

use rusqlite::OptionalExtension as _;
use shared_model::ids::{DeviceId, DeviceNo, Incarnation, PublicKey};
use shared_model::time::Timestamp;
use uuid::Uuid;

use super::{Error, Read, Result, Write};
use crate::sync::trust::Trust;

/// What the server said at enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Address of the server, without a slash at the end.
    pub server: String,
    /// Whose word counts for it that it is the server.
    pub trust: Trust,
    /// The organizer's name.
    pub organizer: String,
    /// The server's name for this device.
    pub device_id: DeviceId,
    /// Its number in the roster.
    pub device: DeviceNo,
    /// What people call it.
    pub name: String,
    /// Bearer token of requests.
    pub token: String,
    /// The organizer's pinned root key.
    pub root_key: PublicKey,
    /// The life of the server's database that was last heard of.
    pub incarnation: Incarnation,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// The server has said that this device no longer counts.
    pub revoked: bool,
    /// Milliseconds to add to the device's clock; absent before any measurement.
    pub offset_ms: Option<i64>,
    /// When that was measured, by the device's clock.
    pub measured_at: Option<Timestamp>,
}

impl Read<'_> {
    /// The account; absent in a store whose enrolment was not finished.
    pub fn find_account(&self) -> Result<Option<Account>> {
        let row = self
            .0
            .prepare_cached(
                "SELECT server, organizer, device_id, device, name, token, root_key, incarnation,
                        enrolled_at, revoked, offset_ms, measured_at, trust
                 FROM account",
            )?
            .query_row([], |row| {
                let trust: Option<Vec<u8>> = row.get(12)?;
                let account = Account {
                    server: row.get(0)?,
                    trust: Trust::System,
                    organizer: row.get(1)?,
                    device_id: DeviceId(Uuid::from_bytes(row.get(2)?)),
                    device: DeviceNo(row.get(3)?),
                    name: row.get(4)?,
                    token: row.get(5)?,
                    root_key: PublicKey(row.get(6)?),
                    incarnation: Incarnation(Uuid::from_bytes(row.get(7)?)),
                    enrolled_at: Timestamp(row.get(8)?),
                    revoked: row.get(9)?,
                    offset_ms: row.get(10)?,
                    measured_at: row.get::<_, Option<i64>>(11)?.map(Timestamp),
                };
                Ok((account, trust))
            })
            .optional()?;
        let Some((account, trust)) = row else {
            return Ok(None);
        };
        let trust = trust
            .map(|bytes| postcard::from_bytes(&bytes))
            .transpose()?;
        Ok(Some(Account {
            trust: trust.unwrap_or_default(),
            ..account
        }))
    }

    /// The account, which every store has after its enrolment.
    pub fn account(&self) -> Result<Account> {
        self.find_account()?
            .ok_or_else(|| Error::damaged("the store holds no account"))
    }
}

impl Write<'_> {
    /// Writes the account of a new store.
    pub fn insert_account(&self, account: &Account) -> Result<()> {
        self.0.0.execute(
            "INSERT INTO account (id, server, organizer, device_id, device, name, token, root_key,
                                  incarnation, enrolled_at, revoked, offset_ms, measured_at, trust)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            rusqlite::params![
                account.server,
                account.organizer,
                account.device_id.0.as_bytes(),
                account.device.0,
                account.name,
                account.token,
                account.root_key.0,
                account.incarnation.0.as_bytes(),
                account.enrolled_at.0,
                account.revoked,
                account.offset_ms,
                account.measured_at.map(|at| at.0),
                postcard::to_stdvec(&account.trust)?,
            ],
        )?;
        Ok(())
    }

    /// Notes how far the device's clock is off: `offset_ms` is to be added to it.
    pub fn mark_clock(&self, offset_ms: i64, measured_at: Timestamp) -> Result<()> {
        self.0.0.execute(
            "UPDATE account SET offset_ms = ?1, measured_at = ?2",
            [offset_ms, measured_at.0],
        )?;
        Ok(())
    }

    /// Notes that the server has ended this device's enrolment.
    pub fn mark_revoked(&self) -> Result<()> {
        self.0.0.execute("UPDATE account SET revoked = 1", [])?;
        Ok(())
    }

    /// Notes where the server is to be found now, and whose word counts for it.
    pub fn mark_server(&self, server: &str, trust: &Trust) -> Result<()> {
        self.0.0.execute(
            "UPDATE account SET server = ?1, trust = ?2",
            rusqlite::params![server, postcard::to_stdvec(trust)?],
        )?;
        Ok(())
    }

    /// Begins again with a server whose database was restored: everything is
    /// downloaded from zero and sent again. Tickets stay usable meanwhile.
    pub fn mark_incarnation(&self, incarnation: Incarnation) -> Result<()> {
        let connection = self.0.0;
        connection.execute(
            "UPDATE account SET incarnation = ?1",
            [incarnation.0.as_bytes()],
        )?;
        connection.execute(
            "UPDATE event SET revision = 0, started_revision = NULL, after_serial = NULL",
            [],
        )?;
        connection.execute("DELETE FROM acknowledged", [])?;
        connection.execute("UPDATE note_letter SET no = NULL, countersigned = NULL", [])?;
        Ok(())
    }
}
