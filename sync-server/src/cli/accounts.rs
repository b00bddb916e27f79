//! `bilten organizer create` and `bilten password reset`.

use std::io::BufRead as _;

use sync_server::app::{App, open_existing};
use sync_server::clock::{Clock, Entropy};
use sync_server::config::Config;
use sync_server::{identity, organizers};

use super::{Failure, say};

/// What can be done with organizers.
#[derive(Debug, clap::Subcommand)]
pub enum OrganizerCommand {
    /// Makes an organizer with its root key and an owner who can log in.
    Create {
        /// The organizer's name.
        #[arg(long)]
        name: String,
        /// The owner's e-mail address.
        #[arg(long)]
        email: String,
        /// The owner's password; read from standard input when absent. Also BILTEN_PASSWORD.
        #[arg(long)]
        password: Option<String>,
    },
}

/// What can be done with passwords.
#[derive(Debug, clap::Subcommand)]
pub enum PasswordCommand {
    /// Gives a person another password and ends their sessions.
    Reset {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// The new password; read from standard input when absent. Also BILTEN_PASSWORD.
        #[arg(long)]
        password: Option<String>,
    },
}

/// Does it and says one line of JSON.
pub async fn organizer(config: Config, command: OrganizerCommand) -> Result<(), Failure> {
    let OrganizerCommand::Create {
        name,
        email,
        password,
    } = command;
    let password = given_or_typed(password)?;
    let app = App::start(config, Clock::System, Entropy::system()?).await?;
    let who = (name.as_str(), email.as_str(), password.as_str());
    let made = organizers::create(&app.db, &app.master_key, who, app.now(), &mut app.rng()).await;
    app.db.close().await;
    let made = made?;
    say(serde_json::json!({
        "organizer": made.id.to_string(),
        "owner": made.owner.to_string(),
        "root_key": made.root_key.to_string(),
    }));
    Ok(())
}

/// Does it and says so.
pub async fn password(config: Config, command: PasswordCommand) -> Result<(), Failure> {
    let PasswordCommand::Reset { email, password } = command;
    let password = given_or_typed(password)?;
    let db = open_existing(&config, Clock::System.now()).await?;
    let hash = identity::hash_password(&password, &mut Entropy::system()?.fork()).await?;
    let reset = identity::set_password(&db, &email, &hash).await;
    db.close().await;
    reset?;
    // A server that runs beside this may still have one at hand.
    tokio::time::sleep(identity::TRUSTED).await;
    say("password changed; every session of this person has ended");
    Ok(())
}

fn given_or_typed(password: Option<String>) -> Result<String, Failure> {
    let said = std::env::var("BILTEN_PASSWORD").ok();
    let said = said.filter(|said| !said.is_empty());
    if let Some(password) = password.or(said) {
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
