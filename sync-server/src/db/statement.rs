//! Statements: written where they are used, known to the test that prepares them all.

use std::marker::PhantomData;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, Executor as _, Postgres, SqlSafeStr, Sqlite};

use super::value::Bind;
use super::{Conn, Error, FromRow, Inner, Row, Value};

/// A statement and what its rows become.
#[derive(Debug)]
pub struct Statement<R> {
    /// The SQL, with parameters `$1…$n`.
    pub text: &'static str,
    /// How many parameters it has.
    pub parameters: usize,
    #[doc(hidden)]
    pub row: PhantomData<fn() -> R>,
}

/// A statement as the completeness test sees it.
#[derive(Debug)]
pub struct Registered {
    /// The SQL.
    pub text: &'static str,
    /// Where it is written.
    pub place: &'static str,
    /// How many parameters it has.
    pub parameters: usize,
    /// How many columns it answers.
    pub width: usize,
    /// Their names, empty where any will do.
    pub names: &'static [&'static str],
}

inventory::collect!(Registered);

/// A statement: `sql!("…")`, or `sql!("…" => Row)` where it answers rows.
#[macro_export]
macro_rules! sql {
    ($text:expr) => { $crate::sql!($text => ()) };
    ($text:expr => $row:ty) => {{
        static STATEMENT: $crate::db::Statement<$row> = $crate::db::Statement {
            text: $text,
            parameters: $crate::db::parameters($text),
            row: std::marker::PhantomData,
        };
        inventory::submit! {
            $crate::db::Registered {
                text: $text,
                place: concat!(file!(), ":", line!()),
                parameters: $crate::db::parameters($text),
                width: <$row as $crate::db::FromRow>::WIDTH,
                names: <$row as $crate::db::FromRow>::NAMES,
            }
        }
        &STATEMENT
    }};
}

/// The highest `$n` in `text`.
#[must_use]
pub const fn parameters(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut highest) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'$' {
            let mut number = 0;
            at += 1;
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                number = number * 10 + (bytes[at] - b'0') as usize;
                at += 1;
            }
            if number > highest {
                highest = number;
            }
        } else {
            at += 1;
        }
    }
    highest
}

/// A statement with its values, about to run.
#[derive(Debug)]
#[must_use = "a statement does nothing until it runs"]
pub struct Query<'a, R: 'static> {
    conn: &'a mut Conn,
    statement: &'static Statement<R>,
    values: Vec<Value>,
}

impl<'a, R> Query<'a, R> {
    pub(super) fn new(conn: &'a mut Conn, statement: &'static Statement<R>) -> Self {
        Self {
            conn,
            statement,
            values: Vec::with_capacity(statement.parameters),
        }
    }

    /// The value of the next parameter.
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Runs it; how many rows it changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn execute(self) -> Result<u64, Error> {
        self.check()?;
        let Self {
            conn,
            statement,
            values,
        } = self;
        Ok(match &mut conn.0 {
            Inner::SqliteReaders(pool) => pool
                .execute(sqlite(statement.text, values)?)
                .await?
                .rows_affected(),
            Inner::SqliteWriter(turn) => turn
                .connection()?
                .execute(sqlite(statement.text, values)?)
                .await?
                .rows_affected(),
            Inner::PostgresPool(pool) => pool
                .execute(postgres(statement.text, values)?)
                .await?
                .rows_affected(),
            Inner::Postgres(tx) => (&mut **tx)
                .execute(postgres(statement.text, values)?)
                .await?
                .rows_affected(),
        })
    }

    fn check(&self) -> Result<(), Error> {
        if self.values.len() == self.statement.parameters {
            return Ok(());
        }
        Err(Error::Binds {
            text: self.statement.text,
            wanted: self.statement.parameters,
            given: self.values.len(),
        })
    }
}

impl<R: FromRow + 'static> Query<'_, R> {
    /// Runs it; its only row, if there is one.
    ///
    /// # Errors
    /// When the database refuses or a column does not fit.
    pub async fn optional(self) -> Result<Option<R>, Error> {
        self.check()?;
        let Self {
            conn,
            statement,
            values,
        } = self;
        let row = match &mut conn.0 {
            Inner::SqliteReaders(pool) => pool
                .fetch_optional(sqlite(statement.text, values)?)
                .await?
                .map(Row::Sqlite),
            Inner::SqliteWriter(turn) => turn
                .connection()?
                .fetch_optional(sqlite(statement.text, values)?)
                .await?
                .map(Row::Sqlite),
            Inner::PostgresPool(pool) => pool
                .fetch_optional(postgres(statement.text, values)?)
                .await?
                .map(Row::Postgres),
            Inner::Postgres(tx) => (&mut **tx)
                .fetch_optional(postgres(statement.text, values)?)
                .await?
                .map(Row::Postgres),
        };
        row.map(|row| R::from_row(&row)).transpose()
    }

    /// Runs it; its only row.
    ///
    /// # Errors
    /// Also when there is none.
    pub async fn one(self) -> Result<R, Error> {
        self.optional()
            .await?
            .ok_or(Error::Driver(sqlx::Error::RowNotFound))
    }

    /// Runs it; all its rows.
    ///
    /// # Errors
    /// When the database refuses or a column does not fit.
    pub async fn all(self) -> Result<Vec<R>, Error> {
        self.check()?;
        let Self {
            conn,
            statement,
            values,
        } = self;
        match &mut conn.0 {
            Inner::SqliteReaders(pool) => {
                from_sqlite(pool.fetch_all(sqlite(statement.text, values)?).await?)
            }
            Inner::SqliteWriter(turn) => {
                let query = sqlite(statement.text, values)?;
                from_sqlite(turn.connection()?.fetch_all(query).await?)
            }
            Inner::PostgresPool(pool) => {
                from_postgres(pool.fetch_all(postgres(statement.text, values)?).await?)
            }
            Inner::Postgres(tx) => {
                let query = postgres(statement.text, values)?;
                from_postgres((&mut **tx).fetch_all(query).await?)
            }
        }
    }
}

fn from_sqlite<R: FromRow>(rows: Vec<sqlx::sqlite::SqliteRow>) -> Result<Vec<R>, Error> {
    rows.into_iter()
        .map(|row| R::from_row(&Row::Sqlite(row)))
        .collect()
}

fn from_postgres<R: FromRow>(rows: Vec<sqlx::postgres::PgRow>) -> Result<Vec<R>, Error> {
    rows.into_iter()
        .map(|row| R::from_row(&Row::Postgres(row)))
        .collect()
}

type SqliteQuery = sqlx::query::Query<'static, Sqlite, SqliteArguments>;
type PostgresQuery = sqlx::query::Query<'static, Postgres, PgArguments>;

pub(super) fn sqlite(text: impl SqlSafeStr, values: Vec<Value>) -> Result<SqliteQuery, Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::Flag(flag) => arguments.add(flag.map(i64::from)),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(sqlx::query_with(text, arguments))
}

pub(super) fn postgres(text: impl SqlSafeStr, values: Vec<Value>) -> Result<PostgresQuery, Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::Flag(flag) => arguments.add(flag),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(sqlx::query_with(text, arguments))
}
