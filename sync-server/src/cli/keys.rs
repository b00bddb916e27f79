//! `bilten keys export` and `bilten keys recover`.

use std::io::BufRead as _;
use std::path::PathBuf;

use sync_server::app::open_database;
use sync_server::clock::Clock;
use sync_server::config::Config;
use sync_server::master_key::MasterKey;
use sync_server::{db, keys as room};

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
}

/// Does it.
pub async fn keys(config: Config, command: KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::Export { to } => export(&config, to),
        KeysCommand::Recover => recover(config).await,
    }
}

fn export(config: &Config, to: Option<PathBuf>) -> Result<(), Failure> {
    let key = match &config.master_key {
        Some(text) => MasterKey::parse(text)?,
        None => MasterKey::read(&config.master_key_path())?
            .ok_or("there is no master key yet: the first start makes one")?,
    };
    match to {
        Some(path) => key.write_new(&path)?,
        None => say(key.to_text().as_str()),
    }
    Ok(())
}

async fn recover(config: Config) -> Result<(), Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let key = MasterKey::parse(&line)?;
    let db = open_database(&config).await?;
    db::migrate(&db, Clock::System.now()).await?;
    let fits = room::fits(&mut db.read(), &key).await;
    db.close().await;
    if fits? == Some(false) {
        return Err("this key does not open the keys in the database; nothing was changed".into());
    }
    key.write_new(&config.master_key_path())?;
    say(format_args!("wrote {}", config.master_key_path().display()));
    Ok(())
}
