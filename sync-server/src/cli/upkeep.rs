//! `bilten backup`, `bilten restore` and `bilten copy-to`.

use std::path::Path;

use sync_server::app::{make_folder, open_database, open_existing};
use sync_server::clock::{Clock, Entropy};
use sync_server::config::Config;
use sync_server::db::Db;
use sync_server::upkeep::{self, Backup};

use super::{Failure, say};

/// Writes the backup and says what is not in it.
pub async fn backup(config: Config, file: &Path) -> Result<(), Failure> {
    let now = Clock::System.now();
    let db = open_existing(&config, now).await?;
    let written = upkeep::backup(&db, file, now).await;
    db.close().await;
    written?;
    say(format_args!("wrote {}", file.display()));
    say("the master key is not in it: keep a copy apart (bilten keys export)");
    Ok(())
}

/// Restores and says which incarnation began.
pub async fn restore(config: Config, file: &Path) -> Result<(), Failure> {
    make_folder(&config)?;
    let backup = Backup::open(file, &config.data).await?;
    let db = open_database(&config).await?;
    let mut rng = Entropy::system()?.fork();
    let restored = upkeep::restore(backup, &db, Clock::System.now(), &mut rng).await;
    db.close().await;
    say(format_args!(
        "restored; incarnation {} begins: devices download everything again and send what they have",
        restored?
    ));
    if config.master_key.is_none() && !config.master_key_path().exists() {
        say("the master key is missing: put it back with `bilten keys recover`");
    }
    Ok(())
}

/// Copies and says how many rows went where.
pub async fn copy_to(config: Config, url: &str) -> Result<(), Failure> {
    let now = Clock::System.now();
    let source = open_existing(&config, now).await?;
    let target = Db::postgres(url).await?;
    let copied = upkeep::copy_to(&source, &target, now).await;
    source.close().await;
    target.close().await;
    for copied in copied?.iter().filter(|copied| copied.rows > 0) {
        let sums = copied.money.iter();
        let sums = sums.map(|(column, sum)| format!(", {column} {sum}"));
        let (rows, table) = (copied.rows, &copied.table);
        say(format_args!(
            "{rows:>10}  {table}{}",
            sums.collect::<String>()
        ));
    }
    say(
        "copied; rows and sums of money are the same on both sides; start the server with DATABASE_URL and the same master key",
    );
    Ok(())
}
