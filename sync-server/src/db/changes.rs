//! Changes that go to the database together, in one trip.
//!
//! A trip to a connection's thread, or over a socket, costs more than most
//! statements. What a transaction only has to write down, with nothing to be
//! asked in between, is collected here and sent as one text, best with the
//! commit itself ([`super::Tx::commit_with`]).
//!
//! SQLite runs the statements one after the other; PostgreSQL takes them as the
//! parts of one `WITH`, which all see the rows as they were before. So no two
//! changes of one collection may be about the same row.

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use super::statement::{
    FEW_ROWS, PostgresQuery, SqliteQuery, counted_on, for_rows, pieces, postgres, sqlite,
};
use super::value::Bind;
use super::{Conn, Error, Inner, Statement, Value};

/// A statement that changes rows, with its values; `R` is the row that it answers, if any.
#[derive(Debug)]
pub struct Change<R: 'static = ()> {
    statement: &'static Statement<R>,
    values: Vec<Value>,
}

impl<R> Change<R> {
    /// A change by `statement`.
    #[must_use]
    pub fn new(statement: &'static Statement<R>) -> Self {
        Self {
            statement,
            values: Vec::with_capacity(statement.parameters),
        }
    }

    /// The value of the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// What goes to the database for it alone.
    pub(super) fn trip(self) -> Result<Trip, Error> {
        let (text, values) = self.fitting()?;
        let mut trip = Trip::default();
        trip.add(text, values);
        Ok(trip)
    }

    fn fitting(self) -> Result<(&'static str, Vec<Value>), Error> {
        let (statement, given) = (self.statement, self.values.len());
        if given != statement.parameters {
            return Err(statement.misfit(given));
        }
        Ok((statement.text, self.values))
    }
}

/// Changes about to be made.
#[derive(Debug, Default)]
#[must_use = "nothing is changed until they run"]
pub struct Changes(Vec<Trip>);

/// Statements that go together.
#[derive(Debug, Default)]
pub(super) struct Trip {
    /// The statements, their parameters counted on from one to the next.
    parts: Vec<String>,
    values: Vec<Value>,
    /// So many rows that they go alone: the databases remember each text they saw,
    /// and there should not be many long ones.
    alone: bool,
}

impl Changes {
    /// Adds a change.
    ///
    /// # Errors
    /// When it has fewer or more values than parameters.
    pub fn push(&mut self, change: Change) -> Result<(), Error> {
        let (text, values) = change.fitting()?;
        self.open().add(text, values);
        Ok(())
    }

    /// Adds an `INSERT … VALUES (…)` for as many rows as it was given values for;
    /// none, and nothing is added.
    ///
    /// # Errors
    /// When the values are not those of whole rows, or the statement cannot take many.
    pub fn push_rows(&mut self, change: Change) -> Result<(), Error> {
        let (statement, mut values) = (change.statement, change.values);
        let width = statement.parameters;
        let misfit = statement.misfit(values.len());
        let Some(pieces) = pieces(values.len(), width) else {
            return Err(misfit);
        };
        for rows in pieces {
            let Some(text) = for_rows(statement.text, width, rows) else {
                return Err(misfit);
            };
            let rest = values.split_off(rows * width);
            let piece = std::mem::replace(&mut values, rest);
            if rows > FEW_ROWS {
                let mut trip = Trip::default();
                trip.add(&text, piece);
                trip.alone = true;
                self.0.push(trip);
            } else {
                self.open().add(&text, piece);
            }
        }
        Ok(())
    }

    /// Makes them.
    ///
    /// # Errors
    /// When the database refuses one; some of the others may be made then, so the
    /// transaction has to be given up.
    pub async fn execute(self, conn: &mut Conn) -> Result<(), Error> {
        for trip in self.0 {
            match &mut conn.0 {
                Inner::SqliteReaders(pool) => {
                    pool.execute(trip.one_after_the_other("")?).await?;
                }
                Inner::SqliteWriter(turn) => {
                    let query = trip.one_after_the_other("")?;
                    turn.connection()?.execute(query).await?;
                }
                Inner::PostgresPool(pool) => {
                    pool.execute(trip.parts_of_one()?).await?;
                }
                Inner::Postgres(tx) => trip.execute(tx).await?,
            }
        }
        Ok(())
    }

    /// The trip that the next statement may go with.
    fn open(&mut self) -> &mut Trip {
        let open = self.0.pop_if(|last| !last.alone);
        self.0.push_mut(open.unwrap_or_default())
    }

    /// The trips but the last, and the last where more may go with it.
    pub(super) fn before_last(mut self) -> (Self, Trip) {
        let last = self.0.pop_if(|last| !last.alone);
        (self, last.unwrap_or_default())
    }
}

impl Trip {
    fn add(&mut self, text: &str, values: Vec<Value>) {
        self.parts.push(counted_on(text, self.values.len()));
        self.values.extend(values);
    }

    /// For SQLite: `begin`, which takes no values, and then the statements.
    pub(super) fn after(mut self, begin: &str) -> Result<SqliteQuery, Error> {
        self.parts.insert(0, begin.to_owned());
        sqlite(AssertSqlSafe(self.parts.join("; ")), self.values)
    }

    /// For SQLite: a text of many statements, `last` at its end.
    pub(super) fn one_after_the_other(self, last: &str) -> Result<SqliteQuery, Error> {
        let mut parts = self.parts;
        parts.push(last.to_owned());
        sqlite(AssertSqlSafe(parts.join("; ")), self.values)
    }

    /// Makes them on PostgreSQL.
    pub(super) async fn execute(self, connection: &mut PgConnection) -> Result<(), Error> {
        if !self.parts.is_empty() {
            connection.execute(self.parts_of_one()?).await?;
        }
        Ok(())
    }

    /// For PostgreSQL: one statement of many parts.
    pub(super) fn parts_of_one(self) -> Result<PostgresQuery, Error> {
        let mut parts = self.parts;
        let last = parts.pop().unwrap_or_default();
        let named = parts.iter().enumerate();
        let named: Vec<String> = named
            .map(|(at, part)| format!("change_{at} AS ({part})"))
            .collect();
        let text = if named.is_empty() {
            last
        } else {
            format!("WITH {} {last}", named.join(", "))
        };
        postgres(AssertSqlSafe(text), self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;
    use crate::testing::{TestApp, on_both};

    fn organizers(names: &[&str]) -> Change {
        let insert = Change::new(sql!(
            "INSERT INTO organizers (id, name, next_event_no, created_at) VALUES ($1, $2, 1, 0)"
        ));
        names.iter().fold(insert, |insert, name| {
            let id = uuid::Uuid::from_u128(name.bytes().map(u128::from).sum());
            insert.bind(id).bind(*name)
        })
    }

    fn rename(old: &str, new: &str) -> Change {
        Change::new(sql!("UPDATE organizers SET name = $2 WHERE name = $1"))
            .bind(old)
            .bind(new)
    }

    async fn names(test: &TestApp) -> Vec<String> {
        let mut conn = test.app.db.read();
        let names = conn.sql(sql!("SELECT name FROM organizers ORDER BY name" => (String,)));
        let names = names.all().await.unwrap();
        names.into_iter().map(|(name,)| name).collect()
    }

    #[tokio::test]
    async fn many_changes_are_made_with_the_commit_or_in_a_trip_of_their_own() {
        on_both(async |test: TestApp| {
            let db = &test.app.db;
            let mut changes = Changes::default();
            changes.push_rows(organizers(&["a", "b", "c"])).unwrap();
            changes.push_rows(organizers(&[])).unwrap();
            db.begin()
                .await
                .unwrap()
                .commit_with(changes)
                .await
                .unwrap();
            assert_eq!(names(&test).await, ["a", "b", "c"]);

            let mut tx = db.begin().await.unwrap();
            let mut changes = Changes::default();
            changes.push(rename("a", "x")).unwrap();
            changes.push(rename("b", "y")).unwrap();
            changes.push_rows(organizers(&["d"])).unwrap();
            changes.execute(&mut tx).await.unwrap();
            tx.commit_with(Changes::default()).await.unwrap();
            assert_eq!(names(&test).await, ["c", "d", "x", "y"]);
        })
        .await;
    }

    #[tokio::test]
    async fn changes_that_are_refused_at_the_commit_undo_themselves_and_nobody_else() {
        on_both(async |test: TestApp| {
            let db = &test.app.db;
            let mut work = Vec::new();
            for at in 0..20 {
                let (db, good) = (db.clone(), at % 2 == 0);
                work.push(tokio::spawn(async move {
                    let mut changes = Changes::default();
                    let name = format!("{}", char::from(b'a' + at));
                    changes.push_rows(organizers(&[&name])).unwrap();
                    if !good {
                        changes.push_rows(organizers(&[&name])).unwrap();
                    }
                    let done = db.begin().await.unwrap().commit_with(changes).await;
                    assert_eq!(done.is_ok(), good, "{name}: {done:?}");
                }));
            }
            for work in work {
                work.await.unwrap();
            }
            assert_eq!(names(&test).await.concat(), "acegikmoqs");
            let mut changes = Changes::default();
            changes.push_rows(organizers(&["z"])).unwrap();
            db.begin()
                .await
                .unwrap()
                .commit_with(changes)
                .await
                .unwrap();
            assert_eq!(names(&test).await.len(), 11);
        })
        .await;
    }

    #[test]
    fn values_that_do_not_fit_are_refused_before_the_database_sees_them() {
        let mut changes = Changes::default();
        assert!(changes.push(rename("a", "b").bind("c")).is_err());
        assert!(changes.push_rows(organizers(&["a"]).bind("b")).is_err());
        assert!(changes.0.is_empty());
    }
}
