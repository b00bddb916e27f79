//! One SQL for two databases.
//!
//! Owns the pools, the transactions and the only way to run a statement:
//! `sql!(…)` → `bind` → `one | optional | all | execute`. Statements are written
//! once, in text both databases understand, and a test prepares every one of
//! them on both. What always holds: SQLite has exactly one writer, whose
//! transactions wait in a queue and share commits (`writer`); a commit that
//! returned is on disk. No object mapper, no query builder, no retry.
//!
//! Source: docs/decisions/0050-one-sql.md

mod changes;
mod copy;
mod migrate;
mod row;
mod statement;
#[cfg(test)]
pub(crate) mod tests;
mod value;
mod writer;

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Postgres};

pub use changes::{Change, Changes};
pub use copy::{Copied, copy};
#[cfg(test)]
pub(crate) use migrate::MIGRATIONS;
pub use migrate::{NEWEST, migrate, version};
pub use row::{FromRow, Row};
pub use statement::{Query, Registered, Statement, parameters};
pub use value::{Column, Value};

/// A connection to PostgreSQL that was idle for so long is asked whether it still
/// lives; before each statement, asking would double the trips.
const MAY_BE_GONE: Duration = Duration::from_secs(2);

/// Bytes that a server wants to find free beside its SQLite file: some orders, and the log's index.
const ROOM: usize = 256 << 10;

/// A failed database operation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The driver or the database refused.
    #[error("the database refused")]
    Driver(#[source] sqlx::Error),
    /// The disk is full; what was to be written is not.
    #[error("database or disk is full")]
    Full,
    /// Nothing can be written beside the database.
    #[error("nothing can be written beside the database")]
    Folder(#[source] std::io::Error),
    /// A stored value does not fit the type it is read as: a damaged row.
    #[error("column {column} holds a value that does not fit")]
    Value {
        /// Position in the row.
        column: usize,
    },
    /// A statement was given fewer or more values than it has parameters.
    #[error("the statement takes {wanted} values and got {given}: {text}")]
    Binds {
        /// The statement.
        text: &'static str,
        /// Its parameters.
        wanted: usize,
        /// Values bound.
        given: usize,
    },
    /// An address of something else than PostgreSQL.
    #[error("{0}:// is no address of PostgreSQL: it begins with postgres://")]
    NotPostgres(String),
    /// The commit that this transaction shared with others failed.
    #[error("the shared commit failed")]
    SharedCommit,
    /// A migration failed.
    #[error("migration {version} failed")]
    Migration {
        /// Its number.
        version: i64,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The database was written by a newer program.
    #[error(
        "the database has version {found}, this program knows up to {known}: use the newer program; nothing was changed"
    )]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// A copied table has other rows or other sums of money than its source.
    #[error(
        "the copy of {table} differs: {here:?} rows and sums of money in place of {there:?}; nothing was copied"
    )]
    CopyDiffers {
        /// The table.
        table: String,
        /// Rows and sums in the source.
        there: Vec<i64>,
        /// Rows and sums in the copy.
        here: Vec<i64>,
    },
    /// A migration that was applied has another text in this program.
    #[error("migration {0} was applied with another text")]
    Changed(i64),
}

/// What the databases call a full disk: SQLite (also where its log needs a longer index) and PostgreSQL.
const FULL: [&str; 3] = ["13", "4874", "53100"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(DatabaseError::code);
        match code.as_deref() {
            Some(code) if FULL.contains(&code) => Self::Full,
            _ => Self::Driver(error),
        }
    }
}

/// The database: SQLite in a file, or PostgreSQL.
#[derive(Debug, Clone)]
pub enum Db {
    /// One file, one writer, many readers.
    Sqlite(Sqlite),
    /// A pool of connections.
    Postgres(PgPool),
}

/// SQLite: one writing connection and a pool of readers.
#[derive(Debug, Clone)]
pub struct Sqlite {
    path: PathBuf,
    writer: writer::Writer,
    readers: SqlitePool,
}

#[cfg(test)]
impl Db {
    /// How the database would run `text`; PostgreSQL with these `values`, SQLite whatever they are.
    pub(crate) async fn explain(&self, text: &str, values: &str) -> Result<String, Error> {
        use sqlx::Row as _;
        let lines: Vec<String> = match self {
            Self::Sqlite(sqlite) => {
                let text = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
                let rows = sqlx::raw_sql(text).fetch_all(&sqlite.readers).await?;
                rows.iter().map(|row| row.get("detail")).collect()
            }
            Self::Postgres(pool) => {
                let mut one = pool.acquire().await?;
                for text in [
                    "ANALYZE".to_owned(),
                    "SET plan_cache_mode = force_custom_plan".to_owned(),
                    format!("PREPARE explained AS {text}"),
                ] {
                    sqlx::raw_sql(sqlx::AssertSqlSafe(text))
                        .execute(&mut *one)
                        .await?;
                }
                let text = format!("EXPLAIN EXECUTE explained ({values})");
                let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(text))
                    .fetch_all(&mut *one)
                    .await?;
                one.close().await?;
                rows.iter().map(|row| row.get(0)).collect()
            }
        };
        Ok(lines.join("\n"))
    }
}

impl Db {
    /// Opens the SQLite file at `path`, making it when absent: for its owner alone, as are the
    /// files that SQLite makes beside it.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn sqlite(path: &Path) -> Result<Self, Error> {
        // Where it cannot be made, SQLite says so.
        let _made_now_or_there = private_file(path);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(512)
            .disable_statement_logging();
        let writer = writer::Writer::new(options.connect().await?);
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(0)
            .idle_timeout(Duration::from_secs(60))
            // A file does not hang up: asking before each read would only cost a trip.
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true));
        Ok(Self::Sqlite(Sqlite {
            path: path.to_owned(),
            writer,
            readers,
        }))
    }

    /// Connects to PostgreSQL at `url`.
    ///
    /// # Errors
    /// When the URL is not one or nobody answers.
    pub async fn postgres(url: &str) -> Result<Self, Error> {
        let scheme = url.split_once("://").map_or(url, |(scheme, _)| scheme);
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(Error::NotPostgres(scheme.to_owned()));
        }
        let options: PgConnectOptions = url.parse()?;
        let connecting = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .before_acquire(|connection, met| {
                Box::pin(async move {
                    if met.idle_for > MAY_BE_GONE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(
                options
                    .clone()
                    .statement_cache_capacity(512)
                    .disable_statement_logging(),
            );
        match connecting.await {
            Ok(pool) => Ok(Self::Postgres(pool)),
            Err(sqlx::Error::PoolTimedOut) => Err(refusal(&options).await.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// A place to read outside any transaction; each statement sees the newest commit.
    #[must_use]
    pub fn read(&self) -> Conn {
        Conn(match self {
            Self::Sqlite(sqlite) => Inner::SqliteReaders(sqlite.readers.clone()),
            Self::Postgres(pool) => Inner::PostgresPool(pool.clone()),
        })
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx(Conn(match self {
            Self::Sqlite(sqlite) => Inner::SqliteWriter(sqlite.writer.begin().await?),
            Self::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        })))
    }

    /// Begins a transaction that writes with its `first` statement, in one trip where the database
    /// allows; the statement's only row.
    ///
    /// # Errors
    /// When no connection can be had, the database refuses, or there is no row.
    pub async fn begin_with<R: FromRow>(&self, first: Change<R>) -> Result<(Tx, R), Error> {
        let first = first.trip()?;
        let (begun, row) = match self {
            Self::Sqlite(sqlite) => {
                let (turn, row) = sqlite.writer.begin_with(first).await?;
                (Inner::SqliteWriter(turn), row.map(Row::Sqlite))
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                let row = tx.fetch_optional(first.parts_of_one()?).await?;
                (Inner::Postgres(tx), row.map(Row::Postgres))
            }
        };
        let row = row.ok_or(Error::Driver(sqlx::Error::RowNotFound))?;
        Ok((Tx(Conn(begun)), R::from_row(&row)?))
    }

    /// The name of the database, as people say it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Where the file is, for SQLite.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(sqlite) => Some(&sqlite.path),
            Self::Postgres(_) => None,
        }
    }

    /// Writes a complete copy of the SQLite database to `target`, which must be empty or not
    /// exist; safe beside running writers. `false` for PostgreSQL, whose own tools do this.
    ///
    /// # Errors
    /// When the copy cannot be written.
    pub async fn copy_file(&self, target: &str) -> Result<bool, Error> {
        let Self::Sqlite(sqlite) = self else {
            return Ok(false);
        };
        sqlx::query("VACUUM INTO $1")
            .bind(target)
            .execute(&sqlite.readers)
            .await?;
        Ok(true)
    }

    /// Looks whether there is room to go on writing beside the SQLite file, by writing. It is not
    /// asked of PostgreSQL, whose disk is another machine's matter.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Folder`].
    pub async fn room(&self) -> Result<(), Error> {
        let Some(folder) = self.path().and_then(Path::parent).map(Path::to_owned) else {
            return Ok(());
        };
        let written = tokio::task::spawn_blocking(move || {
            tempfile::tempfile_in(folder)?.write_all(&[0; ROOM])
        });
        match written.await.map_err(std::io::Error::other).flatten() {
            Err(error) if error.kind() == ErrorKind::StorageFull => Err(Error::Full),
            written => written.map_err(Error::Folder),
        }
    }

    /// What SQLite finds wrong with its file; it is not asked of PostgreSQL.
    ///
    /// # Errors
    /// When the file is no database, or so damaged that it cannot even be looked at.
    pub async fn damage(&self) -> Result<Option<String>, Error> {
        let Self::Sqlite(sqlite) = self else {
            return Ok(None);
        };
        let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(&sqlite.readers)
            .await?;
        Ok((found != "ok").then_some(found))
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.readers.close().await;
                sqlite.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Why PostgreSQL, which was tried for a while, cannot be reached.
async fn refusal(options: &PgConnectOptions) -> sqlx::Error {
    match tokio::time::timeout(Duration::from_secs(2), options.connect()).await {
        Ok(Err(error)) => error,
        Ok(Ok(_)) | Err(_) => sqlx::Error::PoolTimedOut,
    }
}

/// Makes an empty file that only its owner may read.
///
/// # Errors
/// When it is there already or cannot be made.
pub fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

/// A place to run statements: the readers, or the inside of a [`Tx`].
#[derive(Debug)]
pub struct Conn(Inner);

#[derive(Debug)]
enum Inner {
    SqliteReaders(SqlitePool),
    SqliteWriter(writer::Turn),
    PostgresPool(PgPool),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Conn {
    /// Starts a statement here.
    pub fn sql<R>(&mut self, statement: &'static Statement<R>) -> Query<'_, R> {
        Query::new(self, statement)
    }
}

/// A transaction. Dropped without [`Tx::commit`], nothing of it happened.
///
/// On SQLite it sees what its neighbours in a shared commit wrote, before that is
/// durable and before the readers see it. An answer that rests on what a
/// transaction read ("it was paid already") therefore commits it too.
#[derive(Debug)]
pub struct Tx(Conn);

impl std::ops::Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Tx {
    /// Makes everything in the transaction durable and visible.
    ///
    /// # Errors
    /// When it could not be written; then nothing of it happened.
    pub async fn commit(self) -> Result<(), Error> {
        self.commit_with(Changes::default()).await
    }

    /// Makes the last `changes` and then everything in the transaction durable and
    /// visible, in one trip where the database allows.
    ///
    /// # Errors
    /// When it could not be written; then nothing of it happened.
    pub async fn commit_with(mut self, changes: Changes) -> Result<(), Error> {
        let (before, last) = changes.before_last();
        before.execute(&mut self).await?;
        match self.0.0 {
            Inner::SqliteWriter(turn) => turn.commit(last).await,
            Inner::Postgres(mut tx) => {
                last.execute(&mut tx).await?;
                Ok(tx.commit().await?)
            }
            Inner::SqliteReaders(_) | Inner::PostgresPool(_) => Ok(()),
        }
    }
}
