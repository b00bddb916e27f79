//! Migrations: embedded, forward only, applied at start-up.
//!
//! Written once for both databases; the few words that differ are written
//! `{id}`, `{int}`, `{bytes}`, `{text}`, `{flag}`,
//! `{sequence}` and `{strict}`; `{postgres}` begins a statement that is its alone. A database
//! from a newer program is refused and left untouched.

use sha2::{Digest as _, Sha256};
use shared_model::time::Timestamp;
use sqlx::AssertSqlSafe;

use super::{Db, Error, Inner, Tx};
use crate::sql;

/// Number and text of each, in order; never edited once released.
pub(crate) const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_sale.sql")),
    (2, include_str!("../../migrations/0002_door.sql")),
    (3, include_str!("../../migrations/0003_imports.sql")),
    (4, include_str!("../../migrations/0004_leases.sql")),
    (5, include_str!("../../migrations/0005_refunds.sql")),
    (6, include_str!("../../migrations/0006_attempts.sql")),
    (
        7,
        include_str!("../../migrations/0007_organizers_of_rows.sql"),
    ),
    (
        8,
        include_str!("../../migrations/0008_outbox_positions.sql"),
    ),
    (9, include_str!("../../migrations/0009_stops.sql")),
    (10, include_str!("../../migrations/0010_life.sql")),
    (11, include_str!("../../migrations/0011_occurrences.sql")),
    (12, include_str!("../../migrations/0012_notes.sql")),
    (13, include_str!("../../migrations/0013_sealing.sql")),
    (14, include_str!("../../migrations/0014_shares.sql")),
    (15, include_str!("../../migrations/0015_places.sql")),
    (16, include_str!("../../migrations/0016_deleted_events.sql")),
    (17, include_str!("../../migrations/0017_lookups.sql")),
    (18, include_str!("../../migrations/0018_branches.sql")),
];

/// The newest version this program knows.
pub const NEWEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Brings the database to [`NEWEST`]; the versions that were applied now.
///
/// # Errors
/// [`Error::Newer`] for a database from a newer program, [`Error::Changed`] when
/// an applied migration has another text here, [`Error::Migration`] when one fails.
pub async fn migrate(db: &Db, now: Timestamp) -> Result<Vec<i64>, Error> {
    let mut tx = db.begin().await?;
    if let Inner::Postgres(_) = &tx.0.0 {
        // Two servers that start together: the second waits and finds nothing to do.
        run(&mut tx, 0, "SELECT pg_advisory_xact_lock(7165261)").await?;
    }
    run(&mut tx, 0, CREATE_VERSIONS).await?;
    let applied = tx
        .sql(sql!("SELECT version, checksum FROM schema_versions ORDER BY version" => (i64, Vec<u8>)))
        .all()
        .await?;
    if let Some((found, _)) = applied.last().filter(|(version, _)| *version > NEWEST) {
        return Err(Error::Newer {
            found: *found,
            known: NEWEST,
        });
    }
    let mut done = Vec::new();
    for (version, text) in MIGRATIONS {
        let checksum = Sha256::digest(text.as_bytes()).to_vec();
        match applied.iter().find(|(applied, _)| applied == version) {
            Some((_, known)) if *known != checksum => return Err(Error::Changed(*version)),
            Some(_) => {}
            None => {
                apply(&mut tx, *version, text).await?;
                tx.sql(sql!("INSERT INTO schema_versions (version, checksum, applied_at) VALUES ($1, $2, $3)"))
                    .bind(*version)
                    .bind(checksum)
                    .bind(now)
                    .execute()
                    .await?;
                done.push(*version);
            }
        }
    }
    tx.commit().await?;
    Ok(done)
}

/// The version of the database; `None` where it was never migrated.
///
/// # Errors
/// When the database refuses.
pub async fn version(db: &Db) -> Result<Option<i64>, Error> {
    let migrated: bool = match db {
        Db::Sqlite(sqlite) => {
            let known = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'";
            let tables: i64 = sqlx::query_scalar(known).fetch_one(&sqlite.readers).await?;
            tables > 0
        }
        Db::Postgres(pool) => {
            let known = "SELECT to_regclass('schema_versions') IS NOT NULL";
            sqlx::query_scalar(known).fetch_one(pool).await?
        }
    };
    if !migrated {
        return Ok(None);
    }
    let newest = db
        .read()
        .sql(sql!("SELECT version FROM schema_versions ORDER BY version DESC LIMIT 1" => (i64,)))
        .optional()
        .await?;
    Ok(newest.map(|(version,)| version))
}

const CREATE_VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_versions (
    version {int} PRIMARY KEY, checksum {bytes} NOT NULL, applied_at {int} NOT NULL) {strict}";

async fn apply(tx: &mut Tx, version: i64, text: &str) -> Result<(), Error> {
    for statement in text.split(";\n") {
        if !statement.trim().is_empty() {
            run(tx, version, statement).await?;
        }
    }
    Ok(())
}

async fn run(tx: &mut Tx, version: i64, statement: &str) -> Result<(), Error> {
    let source = |source| Error::Migration { version, source };
    match &mut tx.0.0 {
        Inner::SqliteWriter(turn) => {
            let text = AssertSqlSafe(in_dialect(statement, &SQLITE));
            let query = sqlx::raw_sql(text);
            query.execute(turn.connection()?).await.map_err(source)?;
        }
        Inner::Postgres(tx) => {
            let text = AssertSqlSafe(in_dialect(statement, &POSTGRES));
            let query = sqlx::raw_sql(text);
            query.execute(&mut **tx).await.map_err(source)?;
        }
        // A `Tx` is never made over a pool.
        Inner::SqliteReaders(_) | Inner::PostgresPool(_) => {}
    }
    Ok(())
}

type Dialect = [(&'static str, &'static str); 8];

const SQLITE: Dialect = [
    ("{id}", "BLOB"),
    ("{int}", "INTEGER"),
    ("{bytes}", "BLOB"),
    ("{text}", "TEXT"),
    ("{flag}", "INTEGER"),
    ("{sequence}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("{strict}", "STRICT"),
    // SQLite tightens no column later: what is said to PostgreSQL alone is a remark to it.
    ("{postgres}", "-- "),
];

const POSTGRES: Dialect = [
    ("{id}", "BYTEA"),
    ("{int}", "BIGINT"),
    ("{bytes}", "BYTEA"),
    ("{text}", "TEXT"),
    ("{flag}", "BOOLEAN"),
    (
        "{sequence}",
        "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    ),
    ("{strict}", ""),
    ("{postgres}", ""),
];

fn in_dialect(statement: &str, dialect: &Dialect) -> String {
    dialect
        .iter()
        .fold(statement.to_owned(), |text, (word, meaning)| {
            text.replace(word, meaning)
        })
}
