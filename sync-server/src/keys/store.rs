//! All SQL of the keys.

use shared_model::book::TicketKey;
use shared_model::ids::{EventId, Kid, OrganizerId, PublicKey, Serial};
use shared_model::time::Timestamp;

use crate::db::{Conn, Error, Tx};
use crate::{row, sql};

row! {
    /// A root key.
    pub(super) struct RootRow {
        pub(super) public_key: PublicKey,
        pub(super) sealed: Vec<u8>,
    }
}

row! {
    /// An event key.
    pub(super) struct EventKeyRow {
        pub(super) public_key: PublicKey,
        pub(super) sealed: Vec<u8>,
        pub(super) certificate: Vec<u8>,
    }
}

row! {
    struct TicketKeyRow {
        kid: Kid,
        public_key: PublicKey,
        first_serial: Serial,
        last_serial: Serial,
        not_before: Option<Timestamp>,
        not_after: Option<Timestamp>,
    }
}

pub(super) async fn insert_root(
    tx: &mut Tx,
    organizer: OrganizerId,
    public: PublicKey,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.sql(sql!("INSERT INTO root_keys (organizer_id, public_key, sealed, created_at) VALUES ($1, $2, $3, $4)"))
        .bind(organizer)
        .bind(public)
        .bind(sealed)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn find_root(
    conn: &mut Conn,
    organizer: OrganizerId,
) -> Result<Option<RootRow>, Error> {
    conn.sql(sql!("SELECT public_key, sealed FROM root_keys WHERE organizer_id = $1" => RootRow))
        .bind(organizer)
        .optional()
        .await
}

pub(super) async fn insert_event_key(
    tx: &mut Tx,
    organizer: OrganizerId,
    event: EventId,
    key: EventKeyRow,
    now: Timestamp,
) -> Result<(), Error> {
    tx.sql(sql!("INSERT INTO event_keys (event_id, organizer_id, public_key, sealed, certificate, created_at) VALUES ($1, $2, $3, $4, $5, $6)"))
        .bind(event)
        .bind(organizer)
        .bind(key.public_key)
        .bind(key.sealed)
        .bind(key.certificate)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn find_event_key(
    conn: &mut Conn,
    event: EventId,
) -> Result<Option<EventKeyRow>, Error> {
    conn.sql(sql!("SELECT public_key, sealed, certificate FROM event_keys WHERE event_id = $1" => EventKeyRow))
        .bind(event)
        .optional()
        .await
}

pub(super) async fn insert_ticket_key(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    key: &TicketKey,
    sealed: Option<Vec<u8>>,
) -> Result<(), Error> {
    tx.sql(sql!(
        "INSERT INTO ticket_keys (event_id, kid, public_key, sealed, first_serial, last_serial, not_before, not_after, organizer_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    ))
    .bind(event)
    .bind(key.kid)
    .bind(key.public_key)
    .bind(sealed)
    .bind(key.first_serial)
    .bind(key.last_serial)
    .bind(key.not_before)
    .bind(key.not_after)
    .bind(organizer)
    .execute()
    .await?;
    Ok(())
}

/// The sealed private half, absent where a box office holds it.
pub(super) async fn find_ticket_key(
    conn: &mut Conn,
    event: EventId,
    kid: Kid,
) -> Result<Option<Vec<u8>>, Error> {
    let row = conn
        .sql(sql!("SELECT sealed FROM ticket_keys WHERE event_id = $1 AND kid = $2" => (Option<Vec<u8>>,)))
        .bind(event)
        .bind(kid)
        .optional()
        .await?;
    Ok(row.and_then(|(sealed,)| sealed))
}

pub(super) async fn list_ticket_keys(
    conn: &mut Conn,
    event: EventId,
) -> Result<Vec<TicketKey>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT kid, public_key, first_serial, last_serial, not_before, not_after
             FROM ticket_keys WHERE event_id = $1 ORDER BY kid" => TicketKeyRow
        ))
        .bind(event)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TicketKey {
            kid: row.kid,
            public_key: row.public_key,
            first_serial: row.first_serial,
            last_serial: row.last_serial,
            not_before: row.not_before,
            not_after: row.not_after,
            certificate: None,
        })
        .collect())
}

pub(super) async fn list_roots(conn: &mut Conn) -> Result<Vec<(OrganizerId, Vec<u8>)>, Error> {
    conn.sql(sql!("SELECT organizer_id, sealed FROM root_keys" => (OrganizerId, Vec<u8>)))
        .all()
        .await
}

pub(super) async fn list_event_keys(conn: &mut Conn) -> Result<Vec<(EventId, Vec<u8>)>, Error> {
    conn.sql(sql!("SELECT event_id, sealed FROM event_keys" => (EventId, Vec<u8>)))
        .all()
        .await
}

pub(super) async fn list_own_ticket_keys(
    conn: &mut Conn,
) -> Result<Vec<(EventId, Kid, Vec<u8>)>, Error> {
    conn.sql(sql!("SELECT event_id, kid, sealed FROM ticket_keys WHERE sealed IS NOT NULL" => (EventId, Kid, Vec<u8>)))
        .all()
        .await
}

pub(super) async fn replace_root(
    tx: &mut Tx,
    organizer: OrganizerId,
    sealed: Vec<u8>,
) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE root_keys SET sealed = $2 WHERE organizer_id = $1"
    ))
    .bind(organizer)
    .bind(sealed)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn replace_event_key(
    tx: &mut Tx,
    event: EventId,
    sealed: Vec<u8>,
) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE event_keys SET sealed = $2 WHERE event_id = $1"
    ))
    .bind(event)
    .bind(sealed)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn replace_ticket_key(
    tx: &mut Tx,
    (event, kid): (EventId, Kid),
    sealed: Vec<u8>,
) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE ticket_keys SET sealed = $3 WHERE event_id = $1 AND kid = $2"
    ))
    .bind(event)
    .bind(kid)
    .bind(sealed)
    .execute()
    .await?;
    Ok(())
}

/// How often the master key was changed, and the sealed derivation; none before any key was made.
pub(super) async fn find_sealing(conn: &mut Conn) -> Result<Option<(u64, Option<Vec<u8>>)>, Error> {
    conn.sql(sql!("SELECT changes, derivation FROM sealing" => (u64, Option<Vec<u8>>)))
        .optional()
        .await
}

/// Waits for everybody else who seals; how often the master key was changed.
pub(super) async fn lock_sealing(tx: &mut Tx) -> Result<u64, Error> {
    tx.sql(sql!(
        "INSERT INTO sealing (one, changes) VALUES (1, 0) ON CONFLICT (one) DO NOTHING"
    ))
    .execute()
    .await?;
    let (changes,) = tx
        .sql(sql!("UPDATE sealing SET changes = changes RETURNING changes" => (u64,)))
        .one()
        .await?;
    Ok(changes)
}

pub(super) async fn delete_sealing(tx: &mut Tx) -> Result<(), Error> {
    tx.sql(sql!("DELETE FROM sealing")).execute().await?;
    Ok(())
}

pub(super) async fn count_change(tx: &mut Tx, derivation: Vec<u8>) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE sealing SET changes = changes + 1, derivation = $1"
    ))
    .bind(derivation)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn find_any_root(
    conn: &mut Conn,
) -> Result<Option<(OrganizerId, Vec<u8>)>, Error> {
    conn.sql(sql!("SELECT organizer_id, sealed FROM root_keys ORDER BY organizer_id LIMIT 1" => (OrganizerId, Vec<u8>)))
        .optional()
        .await
}
