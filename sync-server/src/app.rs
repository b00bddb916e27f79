//! What every request can reach.

use std::path::Path;
use std::sync::{Arc, Mutex};

use metrics_exporter_prometheus::PrometheusHandle;
use rand::rngs::StdRng;
use shared_model::ids::{EventId, Incarnation};
use shared_model::time::Timestamp;
use tokio::sync::broadcast;

use crate::checkin::Doors;
use crate::clock::{Clock, Entropy, new_id};
use crate::config::Config;
use crate::db::{self, Db};
use crate::identity::Sessions;
use crate::keys;
use crate::master_key::{self, MasterKey};
use crate::notes::Desks;
use crate::orders::Tills;
use crate::paper::Press;
use crate::sql;

/// The running server, shared by all requests.
pub type AppState = Arc<App>;

/// What every request can reach.
#[derive(Debug)]
pub struct App {
    /// The database, migrated.
    pub db: Db,
    /// Where the present comes from.
    pub clock: Clock,
    /// Where randomness comes from.
    pub entropy: Entropy,
    /// Settings as read at start-up.
    pub config: Config,
    /// Opens the keys in the database.
    pub master_key: MasterKey,
    /// The life of this database.
    pub incarnation: Incarnation,
    /// Sessions that were looked up a moment ago.
    pub sessions: Sessions,
    /// The books at hand of each event.
    pub doors: Doors,
    /// Orders of each event that wait to be written.
    pub tills: Tills,
    /// The shift notes at hand of each event.
    pub notes: Desks,
    /// Tells connected devices, after the commit, that an event has a new revision or book.
    pub changes: broadcast::Sender<EventId>,
    /// Prints tickets; made when the first is asked for, because its fonts take memory.
    pub press: Mutex<Option<Press>>,
    /// The numbers of `/metrics`; absent where nobody installed a recorder.
    pub metrics: Option<PrometheusHandle>,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be used")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Nothing of a server is there.
    #[error(
        "there is no server's data in {0}: `bilten serve` or `bilten organizer create` begins one"
    )]
    NoData(String),
    /// The database cannot be opened or migrated.
    #[error("the database cannot be used")]
    Db(#[from] db::Error),
    /// The master key cannot be read or made.
    #[error("the master key cannot be used")]
    MasterKey(#[from] master_key::Error),
    /// There are keys in the database, and the master key is gone.
    #[error(
        "the database holds sealed keys but {0} is missing: put it back, or run `bilten keys recover`"
    )]
    MasterKeyLost(String),
    /// The master key is another one than seals the database.
    #[error(
        "the master key does not open the keys in the database: it is another database's, or was changed since; put the right one back, or run `bilten keys recover`"
    )]
    MasterKeyWrong,
    /// The keys in the database cannot be used.
    #[error("the keys in the database cannot be used")]
    Keys(#[from] keys::Error),
    /// The operating system has no randomness.
    #[error("the operating system gives no randomness")]
    Entropy(#[from] rand::rngs::SysError),
}

impl App {
    /// Opens the database that `config` names, migrates it and reads the master key,
    /// making both when this is the first start.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: Config, clock: Clock, entropy: Entropy) -> Result<Self, StartError> {
        let db = open_database(&config).await?;
        let now = clock.now();
        db::migrate(&db, now).await?;
        let mut rng = entropy.fork();
        let incarnation = incarnation(&db, now, &mut rng).await?;
        let master_key = master_key(&config, &db, &mut rng).await?;
        Ok(Self {
            db,
            clock,
            entropy,
            config,
            master_key,
            incarnation,
            sessions: Sessions::default(),
            doors: Doors::default(),
            tills: Tills::default(),
            notes: Desks::default(),
            changes: broadcast::channel(1024).0,
            press: Mutex::new(None),
            metrics: None,
        })
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A generator for one request.
    #[must_use]
    pub fn rng(&self) -> StdRng {
        self.entropy.fork()
    }

    /// Tells connected devices, after the commit, that facts of `event` arrived.
    pub fn announce_facts(&self, event: EventId) {
        let _nobody_listens = self.changes.send(event);
    }

    /// Tells connected devices that `event` changed; nobody listening is fine.
    pub fn announce(&self, event: EventId) {
        self.doors.forget(event);
        let _nobody_listens = self.changes.send(event);
    }
}

/// Makes the data folder that `config` names, where it is absent: for its owner alone.
///
/// # Errors
/// [`StartError::Folder`].
pub fn make_folder(config: &Config) -> Result<(), StartError> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        folder.mode(0o700);
    }
    folder
        .create(&config.data)
        .map_err(|source| StartError::Folder {
            path: config.data.display().to_string(),
            source,
        })
}

/// Opens the database that `config` names, without migrating it.
///
/// # Errors
/// When the folder cannot be made or the database not be opened.
pub async fn open_database(config: &Config) -> Result<Db, StartError> {
    make_folder(config)?;
    Ok(match &config.database_url {
        Some(url) => Db::postgres(url).await?,
        None => Db::sqlite(&config.database_file()).await?,
    })
}

/// Opens the database that `config` names, which a server made, and brings it to this
/// program's version. Nothing is made where there is none.
///
/// # Errors
/// [`StartError::NoData`]; when the database cannot be opened or migrated.
pub async fn open_existing(config: &Config, now: Timestamp) -> Result<Db, StartError> {
    let db = match &config.database_url {
        Some(url) => Db::postgres(url).await?,
        None if config.database_file().exists() => Db::sqlite(&config.database_file()).await?,
        None => return Err(StartError::NoData(config.place())),
    };
    if db::version(&db).await?.is_none() {
        db.close().await;
        return Err(StartError::NoData(config.place()));
    }
    db::migrate(&db, now).await?;
    Ok(db)
}

async fn incarnation(db: &Db, now: Timestamp, rng: &mut StdRng) -> Result<Incarnation, db::Error> {
    let mut tx = db.begin().await?;
    tx.sql(sql!("INSERT INTO server (one, incarnation, created_at) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING"))
        .bind(new_id(now, rng))
        .bind(now)
        .execute()
        .await?;
    let (incarnation,) = tx
        .sql(sql!("SELECT incarnation FROM server" => (Incarnation,)))
        .one()
        .await?;
    tx.commit().await?;
    Ok(incarnation)
}

/// The master key of the database, made where there is nothing to open yet.
///
/// # Errors
/// When it is missing or another one.
pub async fn master_key(
    config: &Config,
    db: &Db,
    rng: &mut StdRng,
) -> Result<MasterKey, StartError> {
    let key = match &config.master_key {
        Some(text) => MasterKey::parse(text)?,
        None => kept_master_key(config, db, rng).await?,
    };
    if keys::fits(&mut db.read(), &key).await? == Some(false) {
        return Err(StartError::MasterKeyWrong);
    }
    Ok(keys::sealing::known(&mut db.read(), key).await?)
}

async fn kept_master_key(
    config: &Config,
    db: &Db,
    rng: &mut StdRng,
) -> Result<MasterKey, StartError> {
    let path = config.master_key_path();
    finish_change(&path, db).await?;
    if let Some(key) = MasterKey::read(&path)? {
        return Ok(key);
    }
    let (sealed,) = db
        .read()
        .sql(sql!("SELECT COUNT(*) FROM root_keys" => (i64,)))
        .one()
        .await?;
    if sealed > 0 {
        return Err(StartError::MasterKeyLost(path.display().to_string()));
    }
    let key = MasterKey::generate(rng);
    key.write_new(&path)?;
    Ok(key)
}

/// Ends a change of the master key that was cut off: the next key takes its place if the database
/// is sealed with it already, and is thrown away if not.
async fn finish_change(path: &Path, db: &Db) -> Result<(), StartError> {
    let pending = master_key::pending(path);
    let Some(next) = MasterKey::read(&pending)? else {
        return Ok(());
    };
    if keys::fits(&mut db.read(), &next).await? == Some(true) {
        let next = keys::sealing::known(&mut db.read(), next).await?;
        MasterKey::take_place(path, next.changes())?;
        return Ok(());
    }
    std::fs::remove_file(&pending).map_err(|source| {
        let path = pending.display().to_string();
        StartError::MasterKey(master_key::Error::File { path, source })
    })
}
