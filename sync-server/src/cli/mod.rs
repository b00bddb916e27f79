//! The commands of `bilten`.

mod accounts;
mod keys;
mod serve;
mod upkeep;

use std::error::Error;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use sync_server::config::{Config, Overrides};

/// What a command may fail with; said once, at the end.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Event ticketing: sells, signs, checks in.
#[derive(Debug, clap::Parser)]
#[command(name = "bilten", version)]
pub struct Arguments {
    #[command(flatten)]
    overrides: Overrides,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Runs the server; migrates its database first.
    Serve {
        /// Address to listen on; port 0 picks a free one, which the log names.
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// Accounts that run events.
    Organizer {
        #[command(subcommand)]
        command: accounts::OrganizerCommand,
    },
    /// Passwords of people.
    Password {
        #[command(subcommand)]
        command: accounts::PasswordCommand,
    },
    /// Writes everything but the master key to a new file; safe beside a running server.
    Backup {
        /// The SQLite file to write.
        file: PathBuf,
    },
    /// Fills an empty database from a backup and begins a new incarnation. Stop the server first.
    Restore {
        /// The file that `backup` wrote.
        file: PathBuf,
    },
    /// Copies everything into an empty PostgreSQL database; the server then goes on there.
    CopyTo {
        /// The database, postgres://….
        url: String,
    },
    /// The master key that seals every other key.
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Brings the database to this program's version and ends.
    Migrate,
}

/// Runs the command.
///
/// # Errors
/// What the command fails with.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut config = Config::load(&arguments.overrides, variables())?;
    for unknown in &config.unknown {
        warn(&format!(
            "{unknown} is no setting of the server and counts for nothing"
        ));
    }
    match arguments.command {
        Command::Serve { listen } => {
            if let Some(listen) = listen {
                config.listen = listen;
            }
            serve::serve(config).await
        }
        Command::Organizer { command } => accounts::organizer(config, command).await,
        Command::Password { command } => accounts::password(config, command).await,
        Command::Backup { file } => upkeep::backup(config, &file).await,
        Command::Restore { file } => upkeep::restore(config, &file).await,
        Command::CopyTo { url } => upkeep::copy_to(config, &url).await,
        Command::Keys { command } => keys::keys(config, command).await,
        Command::Migrate => serve::migrate(config).await,
    }
}

/// The environment, but what is no text: that is another program's.
fn variables() -> impl Iterator<Item = (String, String)> {
    let texts = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(texts)
}

/// Says on standard error what is odd and does no harm.
#[expect(clippy::print_stderr, reason = "the command line talks to a person")]
fn warn(what: &str) {
    eprintln!("bilten: {what}");
}

/// Says on standard error why the command failed.
#[expect(clippy::print_stderr, reason = "the command line talks to a person")]
pub fn complain(error: &(dyn Error + 'static)) {
    eprintln!("bilten: {}", sync_server::problem::chain(error));
}

/// Says a line of the answer on standard output.
#[expect(clippy::print_stdout, reason = "the command line talks to a person")]
pub fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

#[cfg(test)]
#[path = "../../../tests/src/commands.rs"]
mod commands;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser as _;

    use super::*;

    #[test]
    fn every_command_that_a_page_tells_is_one() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let told = commands::told(&docs, "bilten");
        assert!(told.len() > 15, "the pages lost their commands");
        for commands::Told { page, words } in told {
            if let Err(error) = Arguments::try_parse_from(&words) {
                panic!("{}: {}\n{error}", page.display(), words.join(" "));
            }
        }
    }
}
