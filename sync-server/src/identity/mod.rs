//! People who log in, their passwords and sessions.
//!
//! What always holds: a password is kept only as argon2id, a token only as its
//! SHA-256; a wrong password and an unknown address look and take the same;
//! attempts are limited for each person and each network address, on all servers together. Not here: what a person may do with
//! an organizer's things beyond being a member of its team.
//!
//! Source: docs/decisions/0054-sessions.md

mod at_hand;
mod attempts;
mod credentials;
mod password;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::CryptoRng;
use sha2::{Digest as _, Sha256};
use shared_model::ids::{OrganizerId, UserId};
use shared_model::time::Timestamp;

use crate::app::App;
use crate::clock::new_id;
use crate::db::{self, Db, Tx};

pub use at_hand::{Sessions, TRUSTED};
pub use attempts::{Limit, network, take};
pub use credentials::{Credentials, Organizer};
pub use password::{PasswordError, verifier};
pub use routes::routes;

/// How long a session lasts.
const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// What session tokens begin with.
const PREFIX: &str = "bls_";

/// Why somebody could not log in or be written down.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown address or wrong password.
    #[error("the e-mail address and the password do not belong together")]
    Wrong,
    /// Too many attempts for this address.
    #[error("too many attempts; wait {wait_secs} s")]
    TooMany {
        /// When to try again.
        wait_secs: u64,
    },
    /// The address is taken.
    #[error("somebody has this e-mail address already")]
    EmailTaken,
    /// Nobody has this address.
    #[error("nobody has this e-mail address")]
    Unknown,
    /// The password cannot be used.
    #[error("the password cannot be used")]
    Password(#[from] PasswordError),
    /// The store failed.
    #[error("the identity store failed")]
    Store(#[from] db::Error),
}

/// Who is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub user: UserId,
    /// The organizer they act for.
    pub organizer: OrganizerId,
}

/// A session just begun.
#[derive(Debug)]
pub struct Begun {
    /// Shown once.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who.
    pub session: Session,
}

/// An argon2id verifier of `password`, in PHC form.
///
/// # Errors
/// When the password is too short or too long.
pub async fn hash_password(password: &str, rng: &mut impl CryptoRng) -> Result<String, Error> {
    Ok(password::hash(password.to_owned(), rng).await?)
}

/// Writes down a person as owner of `organizer`.
///
/// # Errors
/// [`Error::EmailTaken`].
pub async fn create_owner(
    tx: &mut Tx,
    organizer: OrganizerId,
    email: &str,
    password_hash: &str,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<UserId, Error> {
    let user = UserId(new_id(now, rng));
    let folded = fold(email);
    if !store::insert_user(tx, user, email, &folded, password_hash, now).await? {
        return Err(Error::EmailTaken);
    }
    store::insert_owner(tx, organizer, user).await?;
    Ok(user)
}

/// Begins a session when the password is right.
///
/// # Errors
/// [`Error::Wrong`], [`Error::TooMany`].
pub async fn log_in(app: &App, from: IpAddr, email: &str, password: &str) -> Result<Begun, Error> {
    let now = app.now();
    let folded = fold(email);
    let network = network(from);
    let tries = [
        (Limit::LogInFrom, network.as_str()),
        (Limit::Person, &folded),
    ];
    take(app, &tries).await?;
    let known = store::find_user(&mut app.db.read(), &folded).await?;
    let hash = known.as_ref().map(|user| user.password_hash.clone());
    let right = password::verify(password.to_owned(), hash).await;
    let user = known.filter(|_| right).ok_or(Error::Wrong)?;
    attempts::forget(app, Limit::Person, &folded).await?;

    let token = new_token(PREFIX, &mut app.rng());
    let session = Session {
        user: user.id,
        organizer: user.organizer_id,
    };
    let expires_at = now.plus_millis(SESSION_MS);
    let mut tx = app.db.begin().await?;
    store::insert_session(&mut tx, hash_token(&token), session, now, expires_at).await?;
    tx.commit().await?;
    Ok(Begun {
        token,
        expires_at,
        session,
    })
}

/// Drops sessions and tries that time has ended, every `pause`, for ever.
pub async fn sweep(app: Arc<App>, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        if let Err(error) = drop_ended(&app).await {
            tracing::error!(cause = crate::problem::chain(&error), "sweep failed");
        }
    }
}

async fn drop_ended(app: &App) -> Result<(), db::Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    store::delete_expired_sessions(&mut tx, now).await?;
    tx.commit().await?;
    attempts::drop_forgiven(app, now).await
}

/// Ends the session of `token`; nothing happens when there is none.
///
/// # Errors
/// When the store fails.
pub async fn log_out(app: &App, token: &str) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::delete_session(&mut tx, hash_token(token)).await?;
    tx.commit().await?;
    app.sessions.forget();
    Ok(())
}

/// Gives a person another password and ends all their sessions: servers that run know it within
/// [`TRUSTED`].
///
/// # Errors
/// [`Error::Unknown`].
pub async fn set_password(db: &Db, email: &str, password_hash: &str) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let user = store::find_user(&mut tx, &fold(email)).await?;
    let user = user.ok_or(Error::Unknown)?;
    store::update_password(&mut tx, user.id, password_hash).await?;
    store::delete_sessions_of(&mut tx, user.id).await?;
    Ok(tx.commit().await?)
}

/// Who `token` belongs to, while it lasts.
async fn find_session(app: &App, token: &str) -> Result<Option<Session>, db::Error> {
    let (token_hash, now) = (hash_token(token), app.now());
    let at_hand = app.sessions.find(&token_hash, now);
    if at_hand.session.is_some() {
        return Ok(at_hand.session);
    }
    let found = store::find_session(&mut app.db.read(), token_hash, now).await?;
    if let Some(lasting) = found {
        app.sessions.keep(at_hand, token_hash, lasting);
    }
    Ok(found.map(|(session, _)| session))
}

/// A new secret of 256 bits: `prefix` and 64 hexadecimal digits.
pub fn new_token(prefix: &str, rng: &mut impl CryptoRng) -> String {
    let mut secret = [0; 32];
    rng.fill_bytes(&mut secret);
    format!("{prefix}{}", hex::encode(secret))
}

/// What is stored in place of a token: 256 random bits need no slow hash.
#[must_use]
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// An address as compared.
fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}
