//! All SQL of identity.

use shared_model::ids::{OrganizerId, UserId};
use shared_model::time::Timestamp;

use super::Session;
use crate::db::{Conn, Error, Tx};
use crate::{row, sql};

row! {
    /// A person and the organizer they work for.
    pub(super) struct UserRow {
        pub(super) id: UserId,
        pub(super) password_hash: String,
        pub(super) organizer_id: OrganizerId,
    }
}

/// `false` when the address is taken.
pub(super) async fn insert_user(
    tx: &mut Tx,
    user: UserId,
    email: &str,
    folded: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let inserted = tx
        .sql(sql!(
            "INSERT INTO users (id, email, email_folded, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email_folded) DO NOTHING"
        ))
        .bind(user)
        .bind(email)
        .bind(folded)
        .bind(password_hash)
        .bind(now)
        .execute()
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn insert_owner(
    tx: &mut Tx,
    organizer: OrganizerId,
    user: UserId,
) -> Result<(), Error> {
    tx.sql(sql!(
        "INSERT INTO members (organizer_id, user_id, role) VALUES ($1, $2, 'owner')"
    ))
    .bind(organizer)
    .bind(user)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn find_user(conn: &mut Conn, folded: &str) -> Result<Option<UserRow>, Error> {
    conn.sql(sql!(
        "SELECT users.id, users.password_hash, members.organizer_id
         FROM users JOIN members ON members.user_id = users.id
         WHERE users.email_folded = $1 ORDER BY members.organizer_id LIMIT 1" => UserRow
    ))
    .bind(folded)
    .optional()
    .await
}

pub(super) async fn update_password(
    tx: &mut Tx,
    user: UserId,
    password_hash: &str,
) -> Result<(), Error> {
    tx.sql(sql!("UPDATE users SET password_hash = $2 WHERE id = $1"))
        .bind(user)
        .bind(password_hash)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert_session(
    tx: &mut Tx,
    token_hash: [u8; 32],
    session: Session,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.sql(sql!("INSERT INTO sessions (token_hash, user_id, organizer_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)"))
        .bind(token_hash)
        .bind(session.user)
        .bind(session.organizer)
        .bind(now)
        .bind(expires_at)
        .execute()
        .await?;
    Ok(())
}

/// Whose a token is and until when, while it lasts.
pub(super) async fn find_session(
    conn: &mut Conn,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<(Session, Timestamp)>, Error> {
    let row = conn
        .sql(sql!("SELECT user_id, organizer_id, expires_at FROM sessions WHERE token_hash = $1 AND expires_at > $2" => (UserId, OrganizerId, Timestamp)))
        .bind(token_hash)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|(user, organizer, expires_at)| (Session { user, organizer }, expires_at)))
}

pub(super) async fn delete_session(tx: &mut Tx, token_hash: [u8; 32]) -> Result<(), Error> {
    tx.sql(sql!("DELETE FROM sessions WHERE token_hash = $1"))
        .bind(token_hash)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn delete_sessions_of(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    tx.sql(sql!("DELETE FROM sessions WHERE user_id = $1"))
        .bind(user)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn delete_expired_sessions(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    tx.sql(sql!("DELETE FROM sessions WHERE expires_at <= $1"))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Counts one try, unless more than until `full` would have to be forgiven; then
/// when all of it will be.
pub(super) async fn take_try(
    tx: &mut Tx,
    key: [u8; 32],
    (now, full): (Timestamp, Timestamp),
    each_ms: i64,
) -> Result<Option<Timestamp>, Error> {
    let counted = tx
        .sql(sql!(
            "INSERT INTO attempts (key_hash, forgiven_at) VALUES ($1, $2)
             ON CONFLICT (key_hash) DO UPDATE
             SET forgiven_at = $4 + CASE WHEN attempts.forgiven_at > $3 THEN attempts.forgiven_at ELSE $3 END
             WHERE attempts.forgiven_at <= $5"
        ))
        .bind(key)
        .bind(now.plus_millis(each_ms))
        .bind(now)
        .bind(each_ms)
        .bind(full)
        .execute()
        .await?;
    if counted > 0 {
        return Ok(None);
    }
    let (forgiven,) = tx
        .sql(sql!("SELECT forgiven_at FROM attempts WHERE key_hash = $1" => (Timestamp,)))
        .bind(key)
        .one()
        .await?;
    Ok(Some(forgiven))
}

pub(super) async fn forget_tries(tx: &mut Tx, key: [u8; 32]) -> Result<(), Error> {
    tx.sql(sql!("DELETE FROM attempts WHERE key_hash = $1"))
        .bind(key)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn delete_forgiven(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    tx.sql(sql!("DELETE FROM attempts WHERE forgiven_at <= $1"))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
