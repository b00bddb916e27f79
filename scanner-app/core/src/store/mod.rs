//! What a device keeps: tickets, the scan log, and who it is.
//!
//! One encrypted SQLite file per device account and one process at a time.
//! Whatever a write returned `Ok` for survives the loss of power. Writers take
//! turns: the door never waits for more than the one batch that is running.
//!
//! Everything here reads and writes and decides nothing; rules live in
//! `shared-model`. The key to the file is never in the file.

mod account;
mod checkpoint;
mod error;
mod events;
mod facts;
mod migrate;
mod names;
mod notes;
mod projection;
mod sales;
mod shares;
mod tickets;
mod turns;

#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions, TryLockError};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::watch;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use self::account::Account;
use self::checkpoint::{Checkpoints, Written};
pub use self::error::{Error, Result};
pub use self::events::{EventState, SignedBook};
pub use self::names::SHORTEST_SEARCH;
pub use self::notes::KeptLetter;
pub use self::projection::ListCount;
pub use self::sales::{SalesLease, SoldSerial};
pub use self::shares::ZoneShare;
use self::turns::Turns;

/// How often a store that another program has is asked for, and how long it is waited between.
const PATIENCE: u32 = 20;
const EVERY: Duration = Duration::from_millis(50);

/// The 256-bit key of a store.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key(pub [u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// An open store.
///
/// Locked against other processes as long as it lives.
pub struct Store {
    path: PathBuf,
    writer: Turns<Connection>,
    reader: Mutex<Connection>,
    checkpoints: Checkpoints,
    changes: watch::Sender<()>,
    _lock: File,
}

/// Statements see one state of the store.
pub struct Read<'c>(&'c Connection);

/// A read that may also write; everything in it is kept or nothing.
pub struct Write<'c>(Read<'c>);

impl<'c> Deref for Write<'c> {
    type Target = Read<'c>;

    fn deref(&self) -> &Read<'c> {
        &self.0
    }
}

const FILE: &str = "store.db";
const LOCK: &str = "store.lock";

/// Stores are given their keys one at a time: SQLCipher sets itself up with the first, and
/// refuses another that comes meanwhile.
static KEYING: Mutex<()> = Mutex::new(());

impl Store {
    /// Makes a new store in `folder`, which is made too where it is absent.
    pub fn create(folder: &Path, key: &Key) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        if path.exists() {
            return Err(Error::Exists(folder.to_owned()));
        }
        Self::connect(path, key, lock)
    }

    /// Opens the store in `folder` and brings it to this program's format.
    pub fn open(folder: &Path, key: &Key) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(Error::Missing(folder.to_owned()));
        }
        let lock = lock(folder)?;
        Self::connect(path, key, lock)
    }

    /// Whether there is a store in `folder`.
    #[must_use]
    pub fn exists(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    fn connect(path: PathBuf, key: &Key, lock: File) -> Result<Self> {
        let mut writer = connection(&path, key, OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate::migrate(&mut writer)?;
        let reader = connection(&path, key, OpenFlags::empty())?;
        reader.pragma_update(None, "query_only", true)?;
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        let checkpoints = Checkpoints::start(connection(&path, key, OpenFlags::empty())?)?;
        Ok(Self {
            path,
            writer: Turns::new(writer),
            reader: Mutex::new(reader),
            checkpoints,
            changes: watch::Sender::new(()),
            _lock: lock,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells of every write but imports, after it is kept; several in a row may be told as one.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Reads beside all writers; never waits for one.
    pub fn read<T, E: From<Error>>(
        &self,
        turn: impl FnOnce(&Read<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = reader.transaction().map_err(Error::from)?;
        turn(&Read(&transaction))
    }

    /// Writes before all others: for what somebody at the door waits for.
    ///
    /// Durable when it returns `Ok`; an `Err` out of `turn` leaves the store as it was.
    pub fn write<T, E: From<Error>>(
        &self,
        turn: impl FnOnce(&Write<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let answer = self
            .writer
            .at_the_door(|connection| within(connection, turn));
        self.checkpoints.committed(Written::Turn);
        self.changes.send_replace(());
        answer
    }

    /// Writes when nobody at the door does: one batch of an import.
    pub fn write_batch<T, E: From<Error>>(
        &self,
        turn: impl FnOnce(&Write<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let answer = self
            .writer
            .in_background(|connection| within(connection, turn));
        self.checkpoints.committed(Written::Batch);
        self.changes.send_replace(());
        answer
    }

    /// Writes like [`Store::write_batch`] what can be fetched again: it is kept or lost whole, and
    /// in order with everything else, but survives the loss of power only once a later write does.
    pub fn import<T, E: From<Error>>(
        &self,
        turn: impl FnOnce(&Write<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let answer = self.writer.in_background(|connection| {
            let sync = |connection: &Connection, how| {
                connection
                    .pragma_update(None, "synchronous", how)
                    .map_err(Error::from)
            };
            sync(connection, "normal")?;
            let answer = within(connection, turn);
            sync(connection, "full")?;
            answer
        });
        self.checkpoints.committed(Written::Batch);
        answer
    }

    /// Deletes the files in `folder`; without their key they were unreadable already. The store
    /// itself goes last, so that what is cut off can be done again.
    pub fn wipe(folder: &Path) -> Result<()> {
        let _lock = lock(folder)?;
        for name in ["store.db-wal", "store.db-shm", FILE] {
            match std::fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn within<T, E: From<Error>>(
    connection: &mut Connection,
    turn: impl FnOnce(&Write<'_>) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let transaction: Transaction<'_> = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(Error::from)?;
    let answer = turn(&Write(Read(&transaction)))?;
    transaction.commit().map_err(Error::from)?;
    Ok(answer)
}

/// The right to the store in `folder`. A program that was killed a moment ago has it until it is gone.
fn lock(folder: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))?;
    for _ in 0..PATIENCE {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(EVERY),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(Error::InUse(folder.to_owned()))
}

fn connection(path: &Path, key: &Key, flags: OpenFlags) -> Result<Connection> {
    let keying = KEYING.lock().unwrap_or_else(PoisonError::into_inner);
    let connection = Connection::open_with_flags(
        path,
        flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let statement = Zeroizing::new(format!(
        "PRAGMA key = \"x'{}'\"",
        *Zeroizing::new(hex::encode(key.0))
    ));
    connection.execute_batch(&statement)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    // The first read is what tells a wrong key; nothing has been written yet.
    migrate::format(&connection)?;
    drop(keying);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}
