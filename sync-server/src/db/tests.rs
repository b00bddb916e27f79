//! Both databases understand every statement, and SQLite's shared commits keep their word.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Column as _, Row as _, SqlSafeStr as _, Statement as _};

use super::migrate::MIGRATIONS;
use tokio::time::timeout;

use super::{Change, Db, Error, NEWEST, Registered, migrate};
use crate::clock::Clock;
use crate::testing::{Backend, TestApp, backends, on_both};

#[tokio::test]
async fn both_databases_prepare_every_statement() {
    on_both(async |test: TestApp| {
        let mut faults = Vec::new();
        let mut seen = 0;
        for statement in inventory::iter::<Registered> {
            seen += 1;
            let described = match &test.app.db {
                Db::Sqlite(sqlite) => describe(&sqlite.readers, statement.text).await,
                Db::Postgres(pool) => describe(pool, statement.text).await,
            };
            match described {
                Ok((parameters, columns)) => {
                    faults.extend(compare(statement, parameters, &columns))
                }
                Err(error) => faults.push(format!("{}: {error}", statement.place)),
            }
        }
        assert!(seen > 5, "statements register themselves");
        assert!(faults.is_empty(), "{}: {faults:#?}", test.app.db.kind());
    })
    .await;
}

/// A statement that asks for a few rows in order may be answered by walking everything that is
/// in that order already: all facts of an event for each scan.
#[tokio::test]
async fn no_statement_walks_all_orders_tickets_or_facts_of_an_event_for_a_few() {
    on_both(async |test: TestApp| {
        let Db::Sqlite(sqlite) = &test.app.db else {
            // Its plans depend on how much is in the tables.
            return;
        };
        let mut walks = Vec::new();
        let few = |statement: &&Registered| {
            statement.text.contains("ORDER BY") && statement.text.contains("LIMIT")
        };
        for statement in inventory::iter::<Registered>.into_iter().filter(few) {
            let explain = format!("EXPLAIN QUERY PLAN {}", statement.text);
            let steps = sqlx::query(AssertSqlSafe(explain)).fetch_all(&sqlite.readers);
            for step in steps.await.expect("a plan") {
                let step: String = sqlx::Row::get(&step, "detail");
                let large = ["orders ", "tickets ", "facts ", "f "];
                let whole = |table: &str| {
                    let search = format!("SEARCH {table}");
                    step.starts_with(&format!("SCAN {table}"))
                        || step.starts_with(&search) && step.ends_with("(event_id=?)")
                };
                if large.into_iter().any(whole) {
                    walks.push(format!("{}: {step}", statement.place));
                }
            }
        }
        assert!(walks.is_empty(), "{walks:#?}");
    })
    .await;
}

async fn describe<'c, E>(
    executor: E,
    text: &'static str,
) -> Result<(usize, Vec<String>), sqlx::Error>
where
    E: sqlx::Executor<'c>,
    for<'a> &'a E: Send,
{
    let statement = executor.prepare(text.into_sql_str()).await?;
    let parameters = match statement.parameters() {
        Some(sqlx::Either::Left(types)) => types.len(),
        Some(sqlx::Either::Right(count)) => count,
        None => 0,
    };
    let columns = statement.columns().iter();
    Ok((
        parameters,
        columns.map(|column| column.name().to_owned()).collect(),
    ))
}

fn compare(statement: &Registered, parameters: usize, columns: &[String]) -> Option<String> {
    let place = statement.place;
    if parameters != statement.parameters {
        return Some(format!(
            "{place}: {parameters} parameters, not {}",
            statement.parameters
        ));
    }
    // A statement whose answer nobody reads may answer what it likes.
    if statement.width != columns.len() && statement.width != 0 {
        return Some(format!(
            "{place}: columns {columns:?}, not {}",
            statement.width
        ));
    }
    let fits = statement.names.is_empty() || statement.names.iter().eq(columns.iter());
    (!fits).then(|| format!("{place}: columns {columns:?}, not {:?}", statement.names))
}

#[tokio::test]
async fn both_databases_tell_a_full_disk_and_go_on_once_there_is_room() {
    on_both(async |test: TestApp| {
        let db = &test.app.db;
        let full = match db {
            Db::Sqlite(sqlite) => {
                let mut turn = sqlite.writer.begin().await.unwrap();
                let fill = "PRAGMA max_page_count = 1; CREATE TABLE filler (bytes BLOB);
                    INSERT INTO filler VALUES (zeroblob(10000000))";
                let connection = turn.connection().unwrap();
                let full = sqlx::raw_sql(fill).execute(connection).await;
                drop(turn);
                let mut turn = sqlite.writer.begin().await.unwrap();
                let more = "PRAGMA max_page_count = 1000000";
                let connection = turn.connection().unwrap();
                sqlx::raw_sql(more).execute(connection).await.unwrap();
                full.map(drop)
            }
            Db::Postgres(pool) => {
                let full = "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$";
                sqlx::raw_sql(full).execute(pool).await.map(drop)
            }
        };
        let full = full.map_err(Error::from);
        assert!(matches!(full, Err(Error::Full)), "{full:?}");
        insert_organizer(db, 9).await.unwrap();
    })
    .await;
}

/// Counts an organizer's events, as a transaction's first statement.
fn count_event(number: u8) -> Change<(i64,)> {
    Change::new(crate::sql!(
        "UPDATE organizers SET next_event_no = next_event_no + 1 WHERE id = $1 RETURNING next_event_no" => (i64,)
    ))
    .bind([number; 16])
}

#[tokio::test]
async fn a_transaction_that_begins_with_a_statement_keeps_its_neighbours_word() {
    on_both(async |test: TestApp| {
        let db = &test.app.db;
        insert_organizer(db, 7).await.unwrap();
        let mut work = Vec::new();
        for at in 0..24 {
            let db = db.clone();
            work.push(tokio::spawn(async move {
                match at % 4 {
                    // Nothing to begin with, dropped before its end, cut off while it begins.
                    0 => assert!(db.begin_with(count_event(8)).await.is_err()),
                    1 => drop(db.begin_with(count_event(7)).await.unwrap()),
                    2 => {
                        let soon = Duration::from_micros(50 * at);
                        let _cut = timeout(soon, db.begin_with(count_event(7))).await;
                    }
                    _ => {
                        let (tx, _) = db.begin_with(count_event(7)).await.unwrap();
                        tx.commit().await.unwrap();
                    }
                }
            }));
        }
        for work in work {
            work.await.unwrap();
        }
        let (tx, (next,)) = db.begin_with(count_event(7)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(next, 1 + 6 + 1, "{}", db.kind());
    })
    .await;
}

async fn insert_organizer(db: &Db, number: u8) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.sql(crate::sql!(
        "INSERT INTO organizers (id, name, next_event_no, created_at) VALUES ($1, $2, 1, 0)"
    ))
    .bind([number; 16])
    .bind("x")
    .execute()
    .await?;
    if number.is_multiple_of(3) {
        return Ok(()); // Dropped: nothing of it may remain.
    }
    tx.commit().await
}

async fn organizers(db: &Db) -> i64 {
    let (count,) = db
        .read()
        .sql(crate::sql!("SELECT COUNT(*) FROM organizers" => (i64,)))
        .one()
        .await
        .unwrap();
    count
}

#[tokio::test]
async fn what_is_dropped_leaves_nothing_and_what_commits_stays() {
    on_both(async |test: TestApp| {
        let db = Arc::new(test.app.db.clone());
        let tasks: Vec<_> = (1..=90)
            .map(|number| {
                let db = db.clone();
                tokio::spawn(async move { insert_organizer(&db, number).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(organizers(&db).await, 60);
    })
    .await;
}

#[tokio::test]
async fn a_failing_transaction_takes_no_neighbour_along() {
    on_both(async |test: TestApp| {
        let db = Arc::new(test.app.db.clone());
        insert_organizer(&db, 1).await.unwrap();
        // Number 1 exists: every second transaction fails on it.
        let tasks: Vec<_> = (0..40u8)
            .map(|at| {
                let db = db.clone();
                let number = if at % 2 == 0 { 1 } else { 100 + at };
                tokio::spawn(async move { insert_organizer(&db, number).await.is_ok() })
            })
            .collect();
        let mut succeeded = 0;
        for task in tasks {
            succeeded += i64::from(task.await.unwrap());
        }
        assert_eq!(succeeded, 20);
        let dropped = (0..40u8).filter(|at| at % 2 == 1 && (100 + at) % 3 == 0);
        let dropped = i64::try_from(dropped.count()).unwrap();
        assert_eq!(organizers(&db).await, 1 + 20 - dropped);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_cut_off_takes_no_neighbour_along() {
    on_both(async |test: TestApp| {
        let mut rng = test.app.rng();
        for _ in 0..20 {
            cut_off_every_second(&test.app.db, &mut rng).await;
        }
    })
    .await;
}

async fn cut_off_every_second(db: &Db, rng: &mut impl rand::Rng) {
    let mut staying = Vec::new();
    let mut leaving = Vec::new();
    let before = organizers(db).await;
    for at in 0..40 {
        let (db, id) = (
            db.clone(),
            uuid::Uuid::from_u128(u128::from(rng.next_u64())),
        );
        let work = tokio::spawn(async move { insert_named(&db, id).await });
        if at % 2 == 0 {
            staying.push(work);
        } else {
            leaving.push(work);
        }
    }
    for work in leaving {
        let pause = u64::from(rng.next_u32() % 400);
        tokio::time::sleep(Duration::from_micros(pause)).await;
        work.abort();
    }
    let stayed = i64::try_from(staying.len()).unwrap();
    for work in staying {
        work.await.unwrap().unwrap();
    }
    let there = organizers(db).await - before;
    assert!(
        (stayed..=2 * stayed).contains(&there),
        "{there} of {stayed} or more"
    );
}

async fn insert_named(db: &Db, id: uuid::Uuid) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.sql(crate::sql!(
        "INSERT INTO organizers (id, name, next_event_no, created_at) VALUES ($1, 'x', 1, 0)"
    ))
    .bind(id)
    .execute()
    .await?;
    tx.commit().await
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_a_newer_database_is_left_alone() {
    on_both(async |test: TestApp| {
        let db = &test.app.db;
        assert_eq!(migrate(db, test.now()).await.unwrap(), Vec::<i64>::new());
        let mut tx = db.begin().await.unwrap();
        tx.sql(crate::sql!(
            "INSERT INTO schema_versions (version, checksum, applied_at) VALUES ($1, $2, 0)"
        ))
        .bind(NEWEST + 1)
        .bind([0; 32])
        .execute()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let refused = migrate(db, test.now()).await;
        assert!(matches!(refused, Err(Error::Newer { found, .. }) if found == NEWEST + 1));
    })
    .await;
}

#[tokio::test]
async fn too_few_values_are_refused_before_the_database_sees_them() {
    on_both(async |test: TestApp| {
        let mut conn = test.app.db.read();
        let query = conn
            .sql(crate::sql!("SELECT version FROM schema_versions WHERE version = $1" => (i64,)));
        assert!(matches!(
            query.all().await,
            Err(Error::Binds {
                wanted: 1,
                given: 0,
                ..
            })
        ));
    })
    .await;
}

#[tokio::test]
async fn two_servers_that_start_together_migrate_once() {
    for backend in backends().await {
        let open = async |backend: &Backend| match backend.url() {
            Some(url) => Db::postgres(url).await.unwrap(),
            None => Db::sqlite(&backend.folder().join("x.sqlite"))
                .await
                .unwrap(),
        };
        let (one, other) = (open(&backend).await, open(&backend).await);
        let now = Clock::manual(crate::testing::BEGIN).now();
        let (one, other) = tokio::join!(migrate(&one, now), migrate(&other, now));
        assert_eq!(one.unwrap().len() + other.unwrap().len(), MIGRATIONS.len());
    }
}

/// Tables whose rows do not name an organizer, and why.
const NOBODYS: &[(&str, &str)] = &[
    ("schema_versions", "the schema itself"),
    ("server", "the database itself"),
    ("organizers", "each row is one"),
    (
        "users",
        "a person may work for several: members says for whom",
    ),
    (
        "attempts",
        "keyed hashes: whose they are is not to be known",
    ),
    ("outbox_sequence", "one counter for all"),
    (
        "outbox_cursors",
        "consumers follow what happens to everybody",
    ),
    (
        "book_parts",
        "the book of an event: read and copied by event alone",
    ),
    ("doors", "the book of an event"),
    (
        "actors",
        "the log of an event: as it came, the same bytes everywhere",
    ),
    ("heads", "the log of an event"),
    ("facts", "the log of an event"),
    ("branch_facts", "the log of an event"),
    ("fork_evidence", "the log of an event"),
    ("node_actors", "the log of an event"),
    ("answers", "beside the log of an event, by its wishes"),
    ("note_orders", "the notes of an event"),
    ("note_letters", "the notes of an event: as they were signed"),
    ("sealing", "one row for the whole database"),
];

/// Every table with its columns.
async fn schema(db: &Db) -> BTreeMap<String, BTreeSet<String>> {
    let rows: Vec<(String, String)> = match db {
        Db::Sqlite(sqlite) => {
            let text = "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
                        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
            sqlx::query_as(text)
                .fetch_all(&sqlite.readers)
                .await
                .unwrap()
        }
        Db::Postgres(pool) => {
            let text = "SELECT table_name::TEXT, column_name::TEXT FROM information_schema.columns WHERE table_schema = 'public'";
            sqlx::query_as(text).fetch_all(pool).await.unwrap()
        }
    };
    let mut tables: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (table, column) in rows {
        tables.entry(table).or_default().insert(column);
    }
    tables
}

#[tokio::test]
async fn every_table_names_its_organizer_or_says_why_not() {
    on_both(async |test: TestApp| {
        let tables = schema(&test.app.db).await;
        assert!(tables.len() > 20);
        let without = tables
            .iter()
            .filter(|(_, columns)| !columns.contains("organizer_id"));
        let without: BTreeSet<_> = without.map(|(table, _)| table.as_str()).collect();
        let said: BTreeSet<_> = NOBODYS.iter().map(|(table, _)| *table).collect();
        assert_eq!(
            without,
            said,
            "{}: give them organizer_id, or a reason here",
            test.app.db.kind()
        );
    })
    .await;
}

/// Rows that name no organizer, or another than their event does: by table, none expected.
pub(crate) async fn strays(db: &Db) -> BTreeMap<String, i64> {
    let mut strays = BTreeMap::new();
    for (table, columns) in schema(db).await {
        if !columns.contains("organizer_id") || !columns.contains("event_id") {
            continue;
        }
        let text = AssertSqlSafe(format!(
            "SELECT COUNT(*), COUNT(CASE WHEN t.organizer_id IS NULL OR e.organizer_id <> t.organizer_id THEN 1 END)
             FROM {table} t LEFT JOIN events e ON e.id = t.event_id"
        ));
        let (all, stray): (i64, i64) = match db {
            Db::Sqlite(sqlite) => {
                let row = sqlx::query(text).fetch_one(&sqlite.readers).await.unwrap();
                (row.get(0), row.get(1))
            }
            Db::Postgres(pool) => {
                let row = sqlx::query(text).fetch_one(pool).await.unwrap();
                (row.get(0), row.get(1))
            }
        };
        assert!(
            all > 0,
            "the story leaves no row in {table}: nothing was looked at"
        );
        if stray > 0 {
            strays.insert(table, stray);
        }
    }
    strays
}
