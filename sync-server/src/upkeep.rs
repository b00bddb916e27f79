//! Backup, restore and moving to another database.
//!
//! A backup is one SQLite file, whichever database it came from; the master key
//! is not in it and is kept apart (`bilten keys export`). A restored database is
//! a new incarnation: devices download from zero and send everything again, and
//! what gives out numbers skips ahead, so that no number that was given out after
//! the backup is given out twice. A moved one stays the same incarnation. The file
//! of a backup is only ever read: what looks into it and brings it up to date works
//! on a copy.
//!
//! Source: docs/decisions/0055-backup-and-restore.md

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rand::Rng;
use shared_model::ids::Incarnation;
use shared_model::time::Timestamp;
use tempfile::TempDir;

use crate::clock::new_id;
use crate::db::{self, Copied, Db, Tx};
use crate::keys::sealing;
use crate::master_key::MasterKey;
use crate::{checkin, devices, events, keys, organizers, sql};

/// Why upkeep failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file to write exists.
    #[error("{0} exists already; it is not overwritten")]
    Exists(String),
    /// The file cannot be made.
    #[error("{path} cannot be written")]
    Unwritable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The target holds data.
    #[error("the target database is not empty: {0} organizers; nothing was changed")]
    NotEmpty(u64),
    /// There is no such file.
    #[error("{0} does not exist")]
    Missing(String),
    /// The file is something else than a whole backup.
    #[error("{path} is no backup of bilten: {why}; nothing was changed")]
    NoBackup {
        /// The file.
        path: String,
        /// What gives it away.
        why: String,
    },
    /// The file is no database that can be read.
    #[error("nothing was restored: {path} cannot be read as a backup of bilten")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: db::Error,
    },
    /// The file cannot be copied to where it is looked at.
    #[error("{path} cannot be copied to {folder}")]
    Copy {
        /// The file.
        path: String,
        /// The folder.
        folder: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A stored key does not open.
    #[error("a stored key cannot be sealed again; nothing was changed")]
    Key(#[from] keys::Error),
    /// A key of this server as a writer does not open.
    #[error("a key of the server cannot be sealed again; nothing was changed")]
    Node(#[from] devices::Error),
    /// A database refused.
    #[error("a database refused")]
    Db(#[from] db::Error),
}

/// Seals every stored secret for `next` in place of `master`, all or none; how many.
///
/// Secrets that are derived (those of orders, and the key of foreign codes) stay the same.
///
/// # Errors
/// [`Error::Key`] or [`Error::Node`] when `master` is not the key of this database.
pub async fn change_master_key(
    db: &Db,
    master: &MasterKey,
    next: &MasterKey,
    rng: &mut impl Rng,
) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    sealing::hold(&mut tx, master).await?;
    let nodes = devices::reseal(&mut tx, master, next, rng).await?;
    let keys = sealing::reseal(&mut tx, master, next, rng).await?;
    tx.commit().await?;
    Ok(keys + nodes)
}

/// Writes everything in `source` to a new SQLite file that only its owner may read; safe beside a
/// running server.
///
/// # Errors
/// [`Error::Exists`], [`Error::Unwritable`]; what was written of a backup that failed goes.
pub async fn backup(source: &Db, file: &Path, now: Timestamp) -> Result<(), Error> {
    let path = file.display().to_string();
    db::private_file(file).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Error::Exists(path),
        _ => Error::Unwritable { path, source },
    })?;
    let written = write_backup(source, file, now).await;
    if written.is_err() {
        let _the_failure_says_more = std::fs::remove_file(file);
    }
    written
}

async fn write_backup(source: &Db, file: &Path, now: Timestamp) -> Result<(), Error> {
    if source.copy_file(&file.to_string_lossy()).await? {
        return Ok(());
    }
    let target = Db::sqlite(file).await?;
    db::migrate(&target, now).await?;
    copy_into(source, &target).await?;
    target.close().await;
    Ok(())
}

/// A backup that was found whole: a copy of it, which goes when this does.
#[derive(Debug)]
pub struct Backup {
    copy: Db,
    _folder: TempDir,
}

impl Backup {
    /// Copies `file` into `scratch`, a folder with as much room, and looks whether it is a backup.
    ///
    /// What a server that was cut off left beside its file, `-wal`, is part of it.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::NoBackup`], [`Error::Unreadable`], [`Error::Copy`].
    pub async fn open(file: &Path, scratch: &Path) -> Result<Self, Error> {
        if !file.exists() {
            return Err(Error::Missing(file.display().to_string()));
        }
        let (folder, path) = copied(file, scratch).map_err(|source| Error::Copy {
            path: file.display().to_string(),
            folder: scratch.display().to_string(),
            source,
        })?;
        let unreadable = |source| Error::Unreadable {
            path: file.display().to_string(),
            source,
        };
        let copy = Db::sqlite(&path).await.map_err(unreadable)?;
        let fault = fault(&copy).await.map_err(unreadable)?;
        match fault {
            Some(why) => Err(Error::NoBackup {
                path: file.display().to_string(),
                why,
            }),
            None => Ok(Self {
                copy,
                _folder: folder,
            }),
        }
    }
}

fn copied(file: &Path, scratch: &Path) -> std::io::Result<(TempDir, PathBuf)> {
    let folder = tempfile::Builder::new()
        .prefix("restoring-")
        .tempdir_in(scratch)?;
    let path = folder.path().join("backup.sqlite");
    copy_bytes(file, &path)?;
    let log = with_ending(file, "-wal");
    if log.exists() {
        copy_bytes(&log, &with_ending(&path, "-wal"))?;
    }
    Ok((folder, path))
}

/// The bytes alone: the copy of a file that nobody may write can be written.
fn copy_bytes(from: &Path, to: &Path) -> std::io::Result<u64> {
    let mut target = std::fs::File::create_new(to)?;
    std::io::copy(&mut std::fs::File::open(from)?, &mut target)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// What is wrong with a file that should be a backup.
async fn fault(copy: &Db) -> Result<Option<String>, db::Error> {
    if let Some(damage) = copy.damage().await? {
        return Ok(Some(format!("it is damaged: {damage}")));
    }
    if db::version(copy).await?.is_none() {
        return Ok(Some("it is another program's database".to_owned()));
    }
    let (servers,) = copy
        .read()
        .sql(sql!("SELECT COUNT(*) FROM server" => (i64,)))
        .one()
        .await?;
    Ok((servers != 1).then(|| "no server ever ran on it".to_owned()))
}

/// Fills the empty database `target` from a backup and begins a new incarnation.
///
/// # Errors
/// [`Error::NotEmpty`].
pub async fn restore(
    backup: Backup,
    target: &Db,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<Incarnation, Error> {
    let source = &backup.copy;
    // An older backup is brought up first, so that both have the same tables.
    db::migrate(source, now).await?;
    db::migrate(target, now).await?;
    copy_into(source, target).await?;
    source.close().await;
    let incarnation = Incarnation(new_id(now, rng));
    let mut tx = target.begin().await?;
    begin_incarnation(&mut tx, incarnation, now).await?;
    tx.commit().await?;
    Ok(incarnation)
}

/// Copies `source` into the empty database `target`; the incarnation stays.
///
/// # Errors
/// [`Error::NotEmpty`].
pub async fn copy_to(source: &Db, target: &Db, now: Timestamp) -> Result<Vec<Copied>, Error> {
    db::migrate(source, now).await?;
    db::migrate(target, now).await?;
    copy_into(source, target).await
}

async fn copy_into(source: &Db, target: &Db) -> Result<Vec<Copied>, Error> {
    let mut tx = target.begin().await?;
    let (there,) = tx
        .sql(sql!("SELECT COUNT(*) FROM organizers" => (u64,)))
        .one()
        .await?;
    if there > 0 {
        return Err(Error::NotEmpty(there));
    }
    // A server that was started on the empty database left its incarnation.
    tx.sql(sql!("DELETE FROM server")).execute().await?;
    sealing::forget(&mut tx).await?;
    let copied = db::copy(source, &mut tx).await?;
    tx.commit().await?;
    Ok(copied)
}

async fn begin_incarnation(
    tx: &mut Tx,
    incarnation: Incarnation,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.sql(sql!("DELETE FROM server")).execute().await?;
    tx.sql(sql!(
        "INSERT INTO server (one, incarnation, created_at) VALUES (1, $1, $2)"
    ))
    .bind(incarnation)
    .bind(now)
    .execute()
    .await?;
    organizers::skip_ahead(tx).await?;
    events::skip_ahead(tx).await?;
    devices::skip_ahead(tx).await?;
    checkin::skip_ahead(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, StartError};
    use crate::clock::{Clock, Entropy};
    use crate::config::Config;
    use crate::master_key::pending;
    use crate::testing::{Backend, TestApp, backends, on_both, text};
    use serde_json::Value;

    async fn open(backend: &Backend) -> Db {
        match backend.url() {
            Some(url) => Db::postgres(url).await.unwrap(),
            None => Db::sqlite(&backend.folder().join("bilten.sqlite"))
                .await
                .unwrap(),
        }
    }

    /// A server with one sold ticket; the order.
    async fn sold(test: &TestApp) -> Value {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 0, 10).await;
        let path = event.path("/orders");
        test.anyone().post(&path, event.order(1)).await.expect(201)
    }

    fn ticket_path(order: &Value) -> String {
        format!(
            "/api/v1/positions/{}/ticket",
            text(&order["positions"][0]["id"])
        )
    }

    async fn ticket(test: &TestApp, order: &Value) -> Value {
        let buyer = test.bearer(&text(&order["secret"]));
        buyer.get(&ticket_path(order)).await.expect(200)
    }

    /// A server on `backend` with the master key of `test`.
    async fn start(backend: Backend, test: &TestApp) -> TestApp {
        let config = Config {
            master_key: Some(test.app.master_key.to_text().to_string()),
            ..TestApp::config(&backend)
        };
        let clock = Clock::manual(test.now());
        let app = App::start(config, clock, Entropy::seeded(99))
            .await
            .unwrap();
        TestApp::around(app, backend)
    }

    #[tokio::test]
    async fn a_restored_server_knows_its_tickets_and_gives_out_no_number_twice() {
        on_both(async |test: TestApp| {
            let order = sold(&test).await;
            let before = ticket(&test, &order).await;
            let file = test.app.config.data.join("backup.sqlite");
            backup(&test.app.db, &file, test.now()).await.unwrap();
            let again = backup(&test.app.db, &file, test.now()).await;
            assert!(matches!(again, Err(Error::Exists(_))));

            for backend in backends().await {
                let db = open(&backend).await;
                let mut rng = test.app.rng();
                let whole = async || Backup::open(&file, backend.folder()).await.unwrap();
                let incarnation = restore(whole().await, &db, test.now(), &mut rng).await;
                let incarnation = incarnation.unwrap();
                let twice = restore(whole().await, &db, test.now(), &mut rng).await;
                assert!(matches!(twice, Err(Error::NotEmpty(1))));
                db.close().await;
                let restored = start(backend, &test).await;
                assert_eq!(restored.app.incarnation, incarnation);
                assert_ne!(restored.app.incarnation, test.app.incarnation);
                assert_eq!(ticket(&restored, &order).await, before);

                // Sold after the backup by the lost server, and by the restored one.
                let body = serde_json::json!({"positions": [{"tier": 1, "quantity": 1}], "email": "a@b", "name": "A"});
                let path = format!("/api/v1/events/{}/orders", text(&order["event"]));
                let lost = test.anyone().post(&path, body.clone()).await.expect(201);
                let new = restored.anyone().post(&path, body).await.expect(201);
                let lost = ticket(&test, &lost).await;
                let new = ticket(&restored, &new).await;
                assert_ne!(lost["serial"], new["serial"]);
                assert!(new["serial"].as_u64() > Some(8192));
            }
        })
        .await;
    }

    /// Why the file is no backup; its bytes and its folder stay as they were.
    async fn refused(file: &Path) -> String {
        let scratch = tempfile::tempdir().unwrap();
        let files = || std::fs::read_dir(file.parent().unwrap()).unwrap().count();
        let before = (std::fs::read(file).unwrap(), files());
        let opened = Backup::open(file, scratch.path()).await;
        assert_eq!((std::fs::read(file).unwrap(), files()), before);
        let left = std::fs::read_dir(scratch.path()).unwrap().count();
        assert_eq!(left, 0, "the copy is gone");
        match opened {
            Err(error @ (Error::NoBackup { .. } | Error::Unreadable { .. })) => {
                crate::problem::chain(&error)
            }
            other => panic!("{other:?}"),
        }
    }

    /// A server that `file` was restored into.
    async fn restored(file: &Path, test: &TestApp) -> TestApp {
        let backend = backends().await.remove(0);
        let whole = Backup::open(file, backend.folder()).await.unwrap();
        let db = open(&backend).await;
        let mut rng = test.app.rng();
        restore(whole, &db, test.now(), &mut rng).await.unwrap();
        db.close().await;
        start(backend, test).await
    }

    #[tokio::test]
    async fn only_a_whole_backup_is_restored_and_its_file_stays_as_it_was() {
        let test = TestApp::start(backends().await.remove(0)).await;
        let order = sold(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let file = at("backup.sqlite");
        backup(&test.app.db, &file, test.now()).await.unwrap();

        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(at("cut"), &bytes[..bytes.len() / 2]).unwrap();
        let why = refused(&at("cut")).await;
        assert!(
            why.contains("malformed") || why.contains("damaged"),
            "{why}"
        );
        std::fs::write(
            at("letter"),
            "Dear Ana, the keys are under the mat.\n".repeat(99),
        )
        .unwrap();
        let why = refused(&at("letter")).await;
        assert!(why.contains("not a database"), "{why}");
        std::fs::write(at("nothing"), "").unwrap();
        assert!(refused(&at("nothing")).await.contains("another program"));
        let unused = Db::sqlite(&at("unused")).await.unwrap();
        db::migrate(&unused, test.now()).await.unwrap();
        unused.close().await;
        assert!(refused(&at("unused")).await.contains("no server"));

        // Read-only as a stick would be; to the superuser that is only a word, so look at the bytes.
        let mode = |path: &Path, readonly| {
            let mut permissions = std::fs::metadata(path).unwrap().permissions();
            permissions.set_readonly(readonly);
            std::fs::set_permissions(path, permissions).unwrap();
        };
        mode(&file, true);
        mode(folder.path(), true);
        let restored = restored(&file, &test).await;
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
        assert!(!with_ending(&file, "-wal").exists() && !with_ending(&file, "-shm").exists());
        mode(folder.path(), false);
        assert_eq!(ticket(&restored, &order).await, ticket(&test, &order).await);
    }

    #[tokio::test]
    async fn what_a_server_that_was_cut_off_left_beside_its_file_is_restored_with_it() {
        let test = TestApp::start(backends().await.remove(0)).await;
        let order = sold(&test).await;
        let file = test.app.config.database_file();
        assert!(with_ending(&file, "-wal").metadata().unwrap().len() > 0);
        let restored = restored(&file, &test).await;
        assert_eq!(ticket(&restored, &order).await, ticket(&test, &order).await);
    }

    #[tokio::test]
    async fn another_master_key_opens_everything_and_the_one_before_nothing() {
        on_both(async |test: TestApp| {
            let order = sold(&test).await;
            let before = ticket(&test, &order).await;
            let path = test.app.config.master_key_path();

            // Killed before the commit: the next key is of no use and goes.
            let mut rng = test.app.rng();
            MasterKey::generate(&mut rng)
                .write_new(&pending(&path))
                .unwrap();
            let test = test.restart().await;
            assert!(!pending(&path).exists());

            // Killed after the commit, before the files were moved.
            let (master, next) = (test.app.master_key.clone(), MasterKey::generate(&mut rng));
            next.write_new(&pending(&path)).unwrap();
            let db = &test.app.db;
            let count = change_master_key(db, &master, &next, &mut rng)
                .await
                .unwrap();
            assert_eq!(count, 3, "root, event and ticket key");
            let again = change_master_key(db, &master, &next, &mut rng).await;
            assert!(matches!(again, Err(Error::Key(_))), "{again:?}");
            // The running server still has the key of before and seals nothing with it.
            let who = ("Other", "other@example.org", "correct horse");
            let made = organizers::create(db, &master, who, test.now(), &mut rng).await;
            assert!(made.is_err());

            let test = test.restart().await;
            assert_eq!(test.app.master_key.to_text(), next.to_text());
            assert_eq!(
                ticket(&test, &order).await,
                before,
                "the order's secret is the same"
            );
            assert_eq!(test.app.master_key.changes(), 1);
            sold_again(&test, &order).await;

            // And once more, from the second to a third.
            let third = MasterKey::generate(&mut rng);
            third.write_new(&pending(&path)).unwrap();
            let master = &test.app.master_key;
            change_master_key(&test.app.db, master, &third, &mut rng)
                .await
                .unwrap();
            let test = test.restart().await;
            assert_eq!(ticket(&test, &order).await, before);

            // What was moved away opens nothing here, and says so.
            std::fs::remove_file(&path).unwrap();
            next.write_new(&path).unwrap();
            let config = test.app.config.clone();
            let wrong = App::start(config, Clock::manual(test.now()), Entropy::seeded(1)).await;
            assert!(
                matches!(wrong, Err(StartError::MasterKeyWrong)),
                "{wrong:?}"
            );
        })
        .await;
    }

    #[tokio::test]
    async fn a_moved_server_is_the_same_one() {
        on_both(async |test: TestApp| {
            let order = sold(&test).await;
            let before = ticket(&test, &order).await;
            for backend in backends().await {
                let db = open(&backend).await;
                let copied = copy_to(&test.app.db, &db, test.now()).await.unwrap();
                let tickets = copied.iter().find(|copied| copied.table == "tickets");
                assert_eq!(tickets.map(|copied| copied.rows), Some(1));
                db.close().await;
                let moved = start(backend, &test).await;
                assert_eq!(moved.app.incarnation, test.app.incarnation);
                assert_eq!(ticket(&moved, &order).await, before);
                // What the database itself counts goes on.
                sold_again(&moved, &order).await;
            }
        })
        .await;
    }

    async fn sold_again(test: &TestApp, order: &Value) {
        let body = serde_json::json!({"positions": [{"tier": 1, "quantity": 1}], "email": "a@b", "name": "A"});
        let path = format!("/api/v1/events/{}/orders", text(&order["event"]));
        test.anyone().post(&path, body).await.expect(201);
    }
}
