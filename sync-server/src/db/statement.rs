//! Statements: written where they are used, known to the test that prepares them all.

use std::marker::PhantomData;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Executor as _, Postgres, SqlSafeStr, Sqlite};

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

impl<R> Statement<R> {
    /// It was given so many values, which are too few or too many.
    pub(super) const fn misfit(&self, given: usize) -> Error {
        Error::Binds {
            text: self.text,
            wanted: self.parameters,
            given,
        }
    }
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

/// Most rows of one [`Query::insert_rows`] trip: a power of two.
const MOST_ROWS: usize = 32;
/// Up to so many rows go in one trip whatever their number.
pub(super) const FEW_ROWS: usize = 8;

/// `INSERT … VALUES (…) …` for `rows` rows: the tuple again and again, its
/// parameters counted on. `None` where there is no tuple to repeat.
pub(super) fn for_rows(text: &str, parameters: usize, rows: usize) -> Option<String> {
    let at = text.find("VALUES (")? + "VALUES ".len();
    let (head, rest) = text.split_at(at);
    let (tuple, tail) = rest.split_at(end_of_tuple(rest)?);
    let tuples: Vec<_> = (0..rows)
        .map(|row| counted_on(tuple, row * parameters))
        .collect();
    Some(format!("{head}{}{tail}", tuples.join(", ")))
}

/// How many rows go in each trip where `values` of them are of rows of `width`;
/// `None` where they are not of whole rows.
pub(super) fn pieces(values: usize, width: usize) -> Option<impl Iterator<Item = usize>> {
    let width = width.max(1);
    let mut left = values / width;
    let pieces = std::iter::from_fn(move || {
        // The databases remember each form of a statement: of many rows, powers of two.
        let rows = match left.min(MOST_ROWS) {
            0 => return None,
            few @ ..=FEW_ROWS => few,
            many => 1 << many.ilog2(),
        };
        left -= rows;
        Some(rows)
    });
    values.is_multiple_of(width).then_some(pieces)
}

/// Where the parenthesis that `text` begins with is closed.
fn end_of_tuple(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let closed = text.char_indices().find(|(_, letter)| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    closed.map(|(at, _)| at + 1)
}

/// `text` with `by` added to the number of each parameter.
pub(super) fn counted_on(text: &str, by: usize) -> String {
    let mut parts = text.split('$');
    let mut counted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit());
        let (number, rest) = part.split_at(end.unwrap_or(part.len()));
        let number = number.parse::<usize>().unwrap_or(0) + by;
        counted.push_str(&format!("${number}{rest}"));
    }
    counted
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

    /// Runs an `INSERT … VALUES (…)` for as many rows as values were bound, many
    /// rows in a trip; how many it inserted. None bound, nothing happens.
    ///
    /// # Errors
    /// When the database refuses; some of the rows may be written then, so the
    /// transaction has to be given up.
    pub async fn insert_rows(self) -> Result<u64, Error> {
        let Self {
            conn,
            statement,
            mut values,
        } = self;
        let width = statement.parameters.max(1);
        let misfit = statement.misfit(values.len());
        let Some(pieces) = pieces(values.len(), width) else {
            return Err(misfit);
        };
        let mut inserted = 0;
        for rows in pieces {
            let Some(text) = for_rows(statement.text, statement.parameters, rows) else {
                return Err(misfit);
            };
            let rest = values.split_off(rows * width);
            let text = AssertSqlSafe(text);
            inserted += match &mut conn.0 {
                Inner::SqliteReaders(pool) => {
                    let done = pool.execute(sqlite(text, values)?).await?;
                    done.rows_affected()
                }
                Inner::SqliteWriter(turn) => {
                    let query = sqlite(text, values)?;
                    turn.connection()?.execute(query).await?.rows_affected()
                }
                Inner::PostgresPool(pool) => {
                    let done = pool.execute(postgres(text, values)?).await?;
                    done.rows_affected()
                }
                Inner::Postgres(tx) => {
                    let query = postgres(text, values)?;
                    (&mut **tx).execute(query).await?.rows_affected()
                }
            };
            values = rest;
        }
        Ok(inserted)
    }

    fn check(&self) -> Result<(), Error> {
        if self.values.len() == self.statement.parameters {
            return Ok(());
        }
        Err(self.statement.misfit(self.values.len()))
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

pub(super) type SqliteQuery = sqlx::query::Query<'static, Sqlite, SqliteArguments>;
pub(super) type PostgresQuery = sqlx::query::Query<'static, Postgres, PgArguments>;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tuple_is_repeated_with_its_parameters_counted_on() {
        let text =
            "INSERT INTO t (a, b, c) VALUES ($1, 'open', lower($2), $1) ON CONFLICT DO NOTHING";
        assert_eq!(
            for_rows(text, 2, 2).unwrap(),
            "INSERT INTO t (a, b, c) VALUES ($1, 'open', lower($2), $1), ($3, 'open', lower($4), $3) ON CONFLICT DO NOTHING"
        );
        assert_eq!(for_rows(text, 2, 1).unwrap(), text);
        assert_eq!(for_rows("INSERT INTO t SELECT $1", 1, 2), None);
    }
}
