//! Copying a whole database into another, of either kind.
//!
//! The tables are those that the migrations make, in the order in which they
//! make them, so that what is referred to is there first. The source is read in
//! one snapshot, the target written in one transaction: it holds everything or
//! nothing. Statements are built here from names of the schema alone, never
//! from anything that a person typed.

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Executor as _, Row as _, TypeInfo as _,
    ValueRef as _,
};

use super::migrate::MIGRATIONS;
use super::{Db, Error, Inner, Tx, Value};

/// Most values in one statement: SQLite takes 32,766, PostgreSQL 65,535.
const MOST_VALUES: usize = 16_000;
/// Most rows in one statement.
const MOST_ROWS: usize = 200;

/// A copied table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// The sum of each of its columns of money, in minor units of whatever currency.
    pub money: Vec<(String, i64)>,
}

/// Every table of the schema, in an order in which rows can be written.
pub(super) fn tables() -> Vec<String> {
    let statements = MIGRATIONS.iter().flat_map(|(_, text)| text.split(";\n"));
    let named = statements.filter_map(|statement| {
        let rest = statement.split_once("CREATE TABLE ")?.1;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        rest.get(..end)
    });
    named.map(str::to_owned).collect()
}

/// Copies every row of `source` into `tx`, whose tables must be empty.
///
/// # Errors
/// When either database refuses.
pub async fn copy(source: &Db, tx: &mut Tx) -> Result<Vec<Copied>, Error> {
    match source {
        Db::Sqlite(sqlite) => {
            let mut connection = sqlite.readers.acquire().await?;
            let mut snapshot = connection.begin().await?;
            copy_all(&mut Source::Sqlite(&mut snapshot), tx).await
        }
        Db::Postgres(pool) => {
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            let mut snapshot = pool.begin_with(begin).await?;
            copy_all(&mut Source::Postgres(&mut snapshot), tx).await
        }
    }
}

enum Source<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

async fn copy_all(source: &mut Source<'_>, tx: &mut Tx) -> Result<Vec<Copied>, Error> {
    let mut copied = Vec::new();
    for table in tables() {
        copied.push(copy_compared(source, tx, table).await?);
    }
    go_on_counting(tx).await?;
    Ok(copied)
}

/// Copies a table, then has both databases count its rows and add up its money.
async fn copy_compared(
    source: &mut Source<'_>,
    tx: &mut Tx,
    table: String,
) -> Result<Copied, Error> {
    let columns = columns(tx, &table).await?;
    copy_table(source, tx, &table, &columns).await?;
    let money = columns.iter().map(|column| column.name.as_str());
    let money: Vec<&str> = money.filter(|name| name.ends_with("_minor")).collect();
    let sums = money
        .iter()
        .map(|name| format!(", CAST(COALESCE(SUM({name}), 0) AS BIGINT)"));
    let text = format!("SELECT COUNT(*){} FROM {table}", sums.collect::<String>());
    let width = money.len() + 1;
    let there = source.numbers(&text, width).await?;
    let here = tx_numbers(tx, &text, width).await?;
    let (Some((rows, sums)), true) = (here.split_first(), here == there) else {
        return Err(Error::CopyDiffers { table, there, here });
    };
    let named = money
        .into_iter()
        .map(str::to_owned)
        .zip(sums.iter().copied());
    Ok(Copied {
        rows: u64::try_from(*rows).unwrap_or_default(),
        money: named.collect(),
        table,
    })
}

impl Source<'_> {
    async fn numbers(&mut self, text: &str, width: usize) -> Result<Vec<i64>, Error> {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Sqlite(connection) => {
                let row = connection.fetch_one(text).await?;
                numbers_of(width, |at| row.try_get(at))
            }
            Self::Postgres(connection) => {
                let row = connection.fetch_one(text).await?;
                numbers_of(width, |at| row.try_get(at))
            }
        }
    }
}

async fn tx_numbers(tx: &mut Tx, text: &str, width: usize) -> Result<Vec<i64>, Error> {
    let text = AssertSqlSafe(text.to_owned());
    match &mut tx.0.0 {
        Inner::SqliteWriter(turn) => {
            let row = turn.connection()?.fetch_one(text).await?;
            numbers_of(width, |at| row.try_get(at))
        }
        Inner::Postgres(tx) => {
            let row = (&mut **tx).fetch_one(text).await?;
            numbers_of(width, |at| row.try_get(at))
        }
        Inner::SqliteReaders(_) | Inner::PostgresPool(_) => Ok(Vec::new()),
    }
}

fn numbers_of(
    width: usize,
    read: impl Fn(usize) -> Result<i64, sqlx::Error>,
) -> Result<Vec<i64>, Error> {
    (0..width).map(|at| Ok(read(at)?)).collect()
}

async fn copy_table(
    source: &mut Source<'_>,
    tx: &mut Tx,
    table: &str,
    columns: &[TargetColumn],
) -> Result<(), Error> {
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let select = format!("SELECT {} FROM {table}", names.join(", "));
    let insert = format!("INSERT INTO {table} ({}) VALUES ", names.join(", "));
    let per_statement = (MOST_VALUES / columns.len().max(1)).clamp(1, MOST_ROWS);
    let mut target = Batch {
        tx,
        insert,
        width: columns.len(),
        per_statement,
        values: Vec::new(),
    };
    match source {
        Source::Sqlite(connection) => {
            let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut **connection);
            while let Some(row) = rows.try_next().await? {
                target.push(from_sqlite(&row, columns)?).await?;
            }
        }
        Source::Postgres(connection) => {
            let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut **connection);
            while let Some(row) = rows.try_next().await? {
                target.push(from_postgres(&row, columns)?).await?;
            }
        }
    }
    target.flush().await
}

/// A column of the target.
struct TargetColumn {
    name: String,
    /// How its values are written there.
    shape: Value,
}

async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<TargetColumn>, Error> {
    let text = AssertSqlSafe(format!("SELECT * FROM {table} LIMIT 0"));
    let named: Vec<(String, String)> = match &mut tx.0.0 {
        Inner::SqliteWriter(turn) => {
            let statement = turn
                .connection()?
                .prepare(sqlx::SqlSafeStr::into_sql_str(text))
                .await?;
            let columns = sqlx::Statement::columns(&statement).iter();
            columns
                .map(|c| (c.name().to_owned(), c.type_info().name().to_owned()))
                .collect()
        }
        Inner::Postgres(tx) => {
            let statement = (&mut **tx)
                .prepare(sqlx::SqlSafeStr::into_sql_str(text))
                .await?;
            let columns = sqlx::Statement::columns(&statement).iter();
            columns
                .map(|c| (c.name().to_owned(), c.type_info().name().to_owned()))
                .collect()
        }
        Inner::SqliteReaders(_) | Inner::PostgresPool(_) => Vec::new(),
    };
    let columns = named.into_iter().map(|(name, kind)| TargetColumn {
        name,
        shape: match kind.as_str() {
            "INTEGER" | "INT8" => Value::Int(None),
            "BOOL" | "BOOLEAN" => Value::Flag(None),
            "BLOB" | "BYTEA" => Value::Bytes(None),
            _ => Value::Text(None),
        },
    });
    Ok(columns.collect())
}

fn from_sqlite(row: &SqliteRow, columns: &[TargetColumn]) -> Result<Vec<Value>, Error> {
    let read = |(at, column): (usize, &TargetColumn)| {
        if row.try_get_raw(at)?.is_null() {
            return Ok(column.shape.clone());
        }
        Ok(match column.shape {
            Value::Int(_) => Value::Int(row.try_get(at)?),
            Value::Text(_) => Value::Text(row.try_get(at)?),
            Value::Bytes(_) => Value::Bytes(row.try_get(at)?),
            Value::Flag(_) => Value::Flag(Some(row.try_get::<i64, _>(at)? != 0)),
        })
    };
    columns.iter().enumerate().map(read).collect()
}

fn from_postgres(row: &PgRow, columns: &[TargetColumn]) -> Result<Vec<Value>, Error> {
    let read = |(at, column): (usize, &TargetColumn)| {
        if row.try_get_raw(at)?.is_null() {
            return Ok(column.shape.clone());
        }
        // A flag becomes a number on SQLite, whose columns know no flags.
        let is_flag = row
            .columns()
            .get(at)
            .is_some_and(|c| c.type_info().name() == "BOOL");
        Ok(match column.shape {
            Value::Int(_) if is_flag => Value::Int(Some(i64::from(row.try_get::<bool, _>(at)?))),
            Value::Int(_) => Value::Int(row.try_get(at)?),
            Value::Text(_) => Value::Text(row.try_get(at)?),
            Value::Bytes(_) => Value::Bytes(row.try_get(at)?),
            Value::Flag(_) => Value::Flag(row.try_get(at)?),
        })
    };
    columns.iter().enumerate().map(read).collect()
}

/// Rows on their way into one table.
struct Batch<'a> {
    tx: &'a mut Tx,
    insert: String,
    width: usize,
    per_statement: usize,
    values: Vec<Value>,
}

impl Batch<'_> {
    async fn push(&mut self, row: Vec<Value>) -> Result<(), Error> {
        self.values.extend(row);
        if self.values.len() >= self.per_statement * self.width {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Error> {
        if self.values.is_empty() {
            return Ok(());
        }
        let values = std::mem::take(&mut self.values);
        let places: Vec<_> = (1..=values.len()).map(|n| format!("${n}")).collect();
        let tuples = places
            .chunks(self.width)
            .map(|row| format!("({})", row.join(", ")));
        let text = format!("{}{}", self.insert, tuples.collect::<Vec<_>>().join(", "));
        let text = AssertSqlSafe(text);
        match &mut self.tx.0.0 {
            Inner::SqliteWriter(turn) => {
                let query = super::statement::sqlite(text, values)?.persistent(false);
                turn.connection()?.execute(query).await?;
            }
            Inner::Postgres(tx) => {
                let query = super::statement::postgres(text, values)?.persistent(false);
                (&mut **tx).execute(query).await?;
            }
            Inner::SqliteReaders(_) | Inner::PostgresPool(_) => {}
        }
        Ok(())
    }
}

/// PostgreSQL's own counters go on after the highest number copied.
async fn go_on_counting(tx: &mut Tx) -> Result<(), Error> {
    let Inner::Postgres(tx) = &mut tx.0.0 else {
        return Ok(());
    };
    for table in counted() {
        let text = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE((SELECT MAX(id) FROM {table}), 0) + 1, FALSE)"
        );
        (&mut **tx)
            .execute(sqlx::query(AssertSqlSafe(text)))
            .await?;
    }
    Ok(())
}

/// Tables whose `id` the database counts.
fn counted() -> Vec<String> {
    let statements = MIGRATIONS.iter().flat_map(|(_, text)| text.split(";\n"));
    let counted = statements.filter(|statement| statement.contains("id {sequence}"));
    let named = counted.filter_map(|statement| {
        let rest = statement.split_once("CREATE TABLE ")?.1;
        rest.split_whitespace().next()
    });
    named.map(str::to_owned).collect()
}
