//! `bilten keys export` and `bilten keys recover`.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use sync_server::app::{StartError, make_folder, master_key, open_existing};
use sync_server::clock::{Clock, Entropy};
use sync_server::config::Config;
use sync_server::db::Db;
use sync_server::master_key::{MasterKey, pending};
use sync_server::{keys as room, upkeep};

use super::{Failure, say};

/// What can be done with the master key.
#[derive(Debug, clap::Subcommand)]
pub enum KeysCommand {
    /// Writes the master key, 64 hexadecimal digits: to a new file of mode 0600, or to standard output.
    Export {
        /// The file to write.
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Reads a master key from standard input, checks that it opens the stored keys, and puts it in its place.
    Recover,
    /// Makes a new master key and seals every stored key with it, all or none. Stop the server first.
    Change {
        /// Where the new key is written, for a master key that comes from the environment.
        #[arg(long)]
        to: Option<PathBuf>,
    },
}

/// Does it.
pub async fn keys(config: Config, command: KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::Export { to } => export(&config, to),
        KeysCommand::Recover => recover(config).await,
        KeysCommand::Change { to } => change(config, to).await,
    }
}

fn export(config: &Config, to: Option<PathBuf>) -> Result<(), Failure> {
    let key = match &config.master_key {
        Some(text) => MasterKey::parse(text)?,
        None => MasterKey::read(&config.master_key_path())?.ok_or_else(|| no_key(config))?,
    };
    match to {
        Some(path) => key.write_new(&path)?,
        None => say(key.to_text().as_str()),
    }
    Ok(())
}

fn no_key(config: &Config) -> Failure {
    if config.database_url.is_none() && !config.database_file().exists() {
        return StartError::NoData(config.place()).into();
    }
    let path = config.master_key_path();
    format!("there is no master key in {}", path.display()).into()
}

async fn recover(config: Config) -> Result<(), Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let key = MasterKey::parse(&line)?;
    let db = open_existing(&config, Clock::System.now()).await?;
    let fits = room::fits(&mut db.read(), &key).await;
    db.close().await;
    if fits? == Some(false) {
        return Err("this key does not open the keys in the database; nothing was changed".into());
    }
    let path = config.master_key_path();
    if path.exists() {
        let path = path.display();
        return Err(format!("there is a master key in {path}: move it away first").into());
    }
    // With PostgreSQL the database outlives the machine that had the folder.
    make_folder(&config)?;
    key.write_new(&path)?;
    say(format_args!("wrote {}", path.display()));
    Ok(())
}

async fn change(config: Config, to: Option<PathBuf>) -> Result<(), Failure> {
    let path = config.master_key_path();
    let next_path = match (&config.master_key, to) {
        (None, None) => pending(&path),
        (Some(_), Some(to)) => to,
        (Some(_), None) => {
            return Err("the master key comes from BILTEN_MASTER_KEY: say with --to where the new one is written".into());
        }
        (None, Some(_)) => {
            return Err(format!(
                "the new key takes its place in {}: leave --to away",
                path.display()
            )
            .into());
        }
    };
    let db = open_existing(&config, Clock::System.now()).await?;
    let mut rng = Entropy::system()?.fork();
    let changed = change_in(&config, &db, &next_path, &mut rng).await;
    db.close().await;
    let (count, changes) = changed?;
    say(format_args!("sealed {count} keys with a new master key"));
    if config.master_key.is_some() {
        let next = next_path.display();
        say(format_args!(
            "it is in {next}: set BILTEN_MASTER_KEY to it before the server starts"
        ));
        return Ok(());
    }
    let before = MasterKey::take_place(&path, changes)?;
    say(format_args!(
        "it is in {}; export it now (bilten keys export)",
        path.display()
    ));
    say(format_args!(
        "backups made until now open with the one before, {}: keep it with them, not here",
        before.display()
    ));
    Ok(())
}

/// Writes the next key first: whatever happens then, one of the two files opens the database.
async fn change_in(
    config: &Config,
    db: &Db,
    next_path: &Path,
    rng: &mut StdRng,
) -> Result<(u64, u64), Failure> {
    let master = master_key(config, db, rng).await?;
    let next = MasterKey::generate(rng);
    next.write_new(next_path)?;
    // Where this fails the next key stays: only the database knows whether it was committed, and
    // the next start asks it.
    let count = upkeep::change_master_key(db, &master, &next, rng).await?;
    Ok((count, master.changes() + 1))
}
