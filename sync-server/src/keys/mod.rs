//! The organizer's root keys, the event keys and the ticket keys.
//!
//! Owns every private key of the server. What always holds: a private key is in
//! the database only sealed by the master key, for its own purpose and owner;
//! one key has one purpose. Not here: what is signed, and the keys of devices.
//!
//! Source: docs/decisions/0052-key-sealing.md

pub mod sealing;
pub mod serials;
mod store;

use rand::CryptoRng;
use shared_model::book::TicketKey;
use shared_model::ids::{EventId, EventNo, Kid, OrganizerId, PublicKey, Serial};
use shared_model::time::Timestamp;
use ticket_crypto::certificate::CertificateError;
pub use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::{EventCertificate, SigningKey};

use crate::db::{self, Conn, Tx};
use crate::master_key::{self, MasterKey};

/// The server's own ticket key of every event.
pub const SERVER_KID: Kid = Kid(1);
/// Last serial of the server's own key; box offices lease blocks above it.
pub const LAST_OWN_SERIAL: Serial = Serial(0x7fff_ffff);

/// Why a key could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key store failed.
    #[error("the key store failed")]
    Store(#[from] db::Error),
    /// The master key does not open a stored key.
    #[error("a stored key cannot be opened")]
    Sealed(#[from] master_key::Error),
    /// An opened key has the wrong length.
    #[error("a stored key is damaged")]
    Damaged,
    /// There is no such key.
    #[error("there is no such key here")]
    Missing,
    /// A certificate could not be made.
    #[error("the certificate could not be made")]
    Certificate(#[from] CertificateError),
}

/// Makes the root key of a new organizer; its public half.
///
/// # Errors
/// When it cannot be stored.
pub async fn create_root(
    tx: &mut Tx,
    master: &MasterKey,
    organizer: OrganizerId,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<PublicKey, Error> {
    sealing::hold(tx, master).await?;
    let key = SigningKey::generate(rng);
    let public = public_half(&key);
    let sealed = master.seal(&root_purpose(organizer), &*key.to_seed(), rng);
    store::insert_root(tx, organizer, public, sealed, now).await?;
    Ok(public)
}

/// Makes the event key, certified by the root, and the event's first ticket key.
///
/// # Errors
/// When the root key cannot be opened or the keys not be stored.
pub async fn create_for_event(
    tx: &mut Tx,
    master: &MasterKey,
    (organizer, event, number): (OrganizerId, EventId, EventNo),
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<(), Error> {
    sealing::hold(tx, master).await?;
    let sealed = store::find_root(tx, organizer)
        .await?
        .ok_or(Error::Missing)?;
    let root = open(master, &root_purpose(organizer), &sealed.sealed)?;
    let key = SigningKey::generate(rng);
    let certificate = EventCertificate {
        event: number,
        number: 1,
        key: key.verifying_key(),
        not_before_ms: 0,
        not_after_ms: i64::MAX,
    }
    .issue(&root)?;
    let sealed = master.seal(&event_purpose(event), &*key.to_seed(), rng);
    let row = store::EventKeyRow {
        public_key: public_half(&key),
        sealed,
        certificate,
    };
    store::insert_event_key(tx, organizer, event, row, now).await?;

    let key = SigningKey::generate(rng);
    let sealed = master.seal(&ticket_purpose(event, SERVER_KID), &*key.to_seed(), rng);
    let public = TicketKey {
        kid: SERVER_KID,
        public_key: public_half(&key),
        first_serial: Serial(1),
        last_serial: LAST_OWN_SERIAL,
        not_before: None,
        not_after: None,
        certificate: None,
    };
    Ok(store::insert_ticket_key(tx, (organizer, event), &public, Some(sealed)).await?)
}

/// The public half of the organizer's root key: what devices pin.
///
/// # Errors
/// [`Error::Missing`] for an unknown organizer.
pub async fn root_public_key(conn: &mut Conn, organizer: OrganizerId) -> Result<PublicKey, Error> {
    let row = store::find_root(conn, organizer).await?;
    row.map(|row| row.public_key).ok_or(Error::Missing)
}

/// The event's secret of live codes, which gates share where a list asks for such codes.
#[must_use]
pub fn live_key(master: &MasterKey, event: EventId) -> EventLiveKey {
    EventLiveKey::from_bytes(&master.derive("live codes", event.0.as_bytes()))
}

/// The key that signs the event's book, pages and times.
///
/// # Errors
/// [`Error::Missing`] for an unknown event; also when the key does not open.
pub async fn event_signing_key(
    conn: &mut Conn,
    master: &MasterKey,
    event: EventId,
) -> Result<SigningKey, Error> {
    let row = store::find_event_key(conn, event).await?;
    open(
        master,
        &event_purpose(event),
        &row.ok_or(Error::Missing)?.sealed,
    )
}

/// The public half of the event key.
///
/// # Errors
/// [`Error::Missing`] for an unknown event.
pub async fn event_public_key(conn: &mut Conn, event: EventId) -> Result<PublicKey, Error> {
    let row = store::find_event_key(conn, event).await?;
    row.map(|row| row.public_key).ok_or(Error::Missing)
}

/// The root's certificate for the event key, as `ticket-crypto` encodes it.
///
/// # Errors
/// [`Error::Missing`] for an unknown event.
pub async fn event_certificate(conn: &mut Conn, event: EventId) -> Result<Vec<u8>, Error> {
    let row = store::find_event_key(conn, event).await?;
    row.map(|row| row.certificate).ok_or(Error::Missing)
}

/// The key that signs tickets under `kid`.
///
/// # Errors
/// [`Error::Missing`] where the server has no such private key: unknown, or a box office's.
pub async fn ticket_signing_key(
    conn: &mut Conn,
    master: &MasterKey,
    event: EventId,
    kid: Kid,
) -> Result<SigningKey, Error> {
    let sealed = store::find_ticket_key(conn, event, kid).await?;
    open(
        master,
        &ticket_purpose(event, kid),
        &sealed.ok_or(Error::Missing)?,
    )
}

/// Every ticket key of the event, box offices' included, by kid; certificates are the leases'.
///
/// # Errors
/// When the key store fails.
pub async fn list_ticket_keys(
    conn: &mut Conn,
    event: EventId,
) -> Result<Vec<TicketKey>, db::Error> {
    store::list_ticket_keys(conn, event).await
}

/// Writes down the key of a box-office device, whose private half stays there.
///
/// # Errors
/// When the key store fails.
pub async fn add_box_office_key(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    key: &TicketKey,
) -> Result<(), db::Error> {
    store::insert_ticket_key(tx, (organizer, event), key, None).await
}

/// Whether `master` opens the keys stored here; `None` when there are none yet.
///
/// # Errors
/// When the key store fails.
pub async fn fits(conn: &mut Conn, master: &MasterKey) -> Result<Option<bool>, db::Error> {
    let any = store::find_any_root(conn).await?;
    Ok(any.map(|(organizer, sealed)| master.open(&root_purpose(organizer), &sealed).is_ok()))
}

fn public_half(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

fn open(master: &MasterKey, purpose: &str, sealed: &[u8]) -> Result<SigningKey, Error> {
    let opened = master.open(purpose, sealed)?;
    let seed = opened.as_slice().try_into().map_err(|_| Error::Damaged)?;
    Ok(SigningKey::from_seed(seed))
}

fn root_purpose(organizer: OrganizerId) -> String {
    format!("root key {organizer}")
}

fn event_purpose(event: EventId) -> String {
    format!("event key {event}")
}

fn ticket_purpose(event: EventId, kid: Kid) -> String {
    format!("ticket key {event} {kid}")
}
