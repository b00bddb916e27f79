//! The event book: put together from what the rooms know, numbered, signed.
//!
//! Whoever needs the book has it put together; where that gives anything new it
//! becomes the next number. So no change can be forgotten, and the number rises
//! exactly when the book says something else.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shared_model::book::{Book, BookError, Gate, List, LiveCode, Roster, TicketKey, Tier};
use shared_model::ids::{EventId, GateNo, PublicKey};
use shared_model::sync::Signed;
use shared_model::time::Timestamp;
use ticket_crypto::keys::SigningKey;
use ticket_crypto::label::Label;

use super::{Error, parts, time_zone};
use crate::app::App;
use crate::db::{Conn, Tx};
use crate::events::{self, Event};
use crate::problem::chain;
use crate::{devices, keys, row, sql, tickets, tiers};

/// A device whose clock is further off than this asks before time-dependent refusals.
const CLOCK_LIMIT_MS: i64 = 120_000;

/// A book as devices get it, and the key that signs for its event.
#[derive(Debug, Clone)]
pub struct Published {
    /// What it says.
    pub book: Book,
    /// The signed bytes.
    pub signed: Signed,
    /// The root's word for the event key.
    pub certificate: Vec<u8>,
    /// The event key.
    pub(crate) key: SigningKey,
    /// Whose book it is.
    pub(crate) event: Event,
}

/// Puts the book together and publishes it if it says anything new.
pub(super) async fn publish(app: &App, event: Event) -> Result<Arc<Published>, Error> {
    let mut conn = app.db.read();
    let stored = find(&mut conn, &event).await?;
    if let Some(stored) = stored {
        let book = assemble(app, &mut conn, &event).await?;
        if stored.book_hash == hash(&book) {
            return read(app, &mut conn, event, stored).await;
        }
    }
    let mut tx = app.db.begin().await?;
    let published = publish_next(app, &mut tx, event).await?;
    tx.commit().await?;
    Ok(published)
}

async fn publish_next(app: &App, tx: &mut Tx, event: Event) -> Result<Arc<Published>, Error> {
    open_door(tx, &event).await?;
    // Taken before the book is put together, so that of two publishers one sees the other's.
    let (number,) = tx
        .sql(sql!("UPDATE doors SET book_number = book_number + 1 WHERE event_id = $1 RETURNING book_number" => (u64,)))
        .bind(event.id)
        .one()
        .await?;
    devices::node(tx, app, &app.config.node, event.organizer, event.id).await?;
    let mut book = assemble(app, tx, &event).await?;
    let hash = hash(&book);
    book.number = number;
    book.issued_at = app.now();
    check(&book)?;
    let key = keys::event_signing_key(tx, &app.master_key, event.id).await?;
    let signed = Signed::seal(&key, &Label::BOOK, &book);
    tx.sql(sql!(
        "UPDATE doors SET book_hash = $2, book = $3, book_signature = $4 WHERE event_id = $1"
    ))
    .bind(event.id)
    .bind(hash)
    .bind(signed.bytes.as_slice())
    .bind(signed.signature.as_slice())
    .execute()
    .await?;
    Ok(Arc::new(Published {
        book,
        signed,
        certificate: keys::event_certificate(tx, event.id).await?,
        key,
        event,
    }))
}

/// Makes the event's door with a list and a gate, if it has none.
pub(super) async fn open_door(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    let made = tx
        .sql(sql!("INSERT INTO doors (event_id, book_number, book_hash, book, book_signature, arrivals) VALUES ($1, 0, $2, $2, $2, 0) ON CONFLICT (event_id) DO NOTHING"))
        .bind(event.id)
        .bind(Vec::new())
        .execute()
        .await?;
    if made > 0 {
        parts::insert_defaults(tx, event.id).await?;
    }
    Ok(())
}

/// Puts the book together inside `tx` and checks it, before a change of it is committed.
pub(super) async fn check_next(app: &App, tx: &mut Tx, event: &Event) -> Result<(), Error> {
    check(&assemble(app, tx, event).await?)
}

fn check(book: &Book) -> Result<(), Error> {
    book.validate().map_err(|errors| {
        let rules = errors
            .iter()
            .all(|error| matches!(error, BookError::Rule { .. }));
        Error::Book {
            faults: errors.iter().map(|error| chain(error)).collect(),
            field: rules.then_some("/rule"),
        }
    })
}

async fn assemble(app: &App, conn: &mut Conn, event: &Event) -> Result<Book, Error> {
    let keys = ticket_keys(conn, event).await?;
    let event_key = match keys.iter().any(|key| key.certificate.is_some()) {
        true => Some(keys::event_public_key(conn, event.id).await?),
        false => None,
    };
    let lists: Vec<List> = parts::list(conn, event.id).await?;
    let live_key = live_key(app, event, &lists);
    let gates: Vec<Gate> = parts::list(conn, event.id).await?;
    let mut devices = devices::roster(conn, event.id).await?;
    for device in &mut devices {
        // A gate may be removed while somebody stands there.
        let known = |gate: &GateNo| gates.iter().any(|known| known.gate == *gate);
        device.gate = device.gate.filter(known);
    }
    let occurrences = events::list_dates(conn, event.id).await?;
    Ok(Book {
        event: event.event_no,
        number: 0,
        issued_at: Timestamp(0),
        name: event.name.clone(),
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        admission_at: event.admission_at,
        offsets: time_zone::offsets(event, &occurrences)?,
        event_key,
        keys: keys.into(),
        roster: Roster {
            devices,
            operators: parts::list(conn, event.id).await?,
        },
        tiers: sold(conn, event).await?,
        occurrences,
        lists,
        gates,
        zones: parts::list(conn, event.id).await?,
        questions: parts::list(conn, event.id).await?,
        foreign_key: tickets::has_foreign(conn, event.id)
            .await?
            .then(|| foreign_key(app, event.id)),
        live_key,
        clock_limit_ms: CLOCK_LIMIT_MS,
        search_on_devices: event.search_on_devices,
    })
}

/// The ticket keys, those of box offices with their certificates.
async fn ticket_keys(conn: &mut Conn, event: &Event) -> Result<Vec<TicketKey>, Error> {
    let mut keys = keys::list_ticket_keys(conn, event.id).await?;
    for lease in devices::list_leases(conn, event.id).await? {
        if let Some(key) = keys.iter_mut().find(|key| key.kid == lease.kid) {
            key.certificate = lease.certificate;
        }
    }
    Ok(keys)
}

async fn sold(conn: &mut Conn, event: &Event) -> Result<Vec<Tier>, Error> {
    let tiers = tiers::list(conn, event.id).await?;
    let shown = tiers.into_iter().map(|tier| Tier {
        tier: tier.tier,
        name: tier.offer.name,
        product: tier.offer.product,
        valid_while_pending: tier.offer.valid_while_pending,
        attention: tier.offer.attention,
    });
    Ok(shown.collect())
}

/// The secret of live codes: gates get it where a list looks at them, and not otherwise.
fn live_key(app: &App, event: &Event, lists: &[List]) -> Option<PublicKey> {
    let wanted = lists.iter().any(|list| list.live_code != LiveCode::Off);
    wanted.then(|| PublicKey(*keys::live_key(&app.master_key, event.id).to_bytes()))
}

/// The key under which the event knows codes of other systems.
pub(super) fn foreign_key(app: &App, event: EventId) -> PublicKey {
    PublicKey(app.master_key.derive("foreign codes", event.0.as_bytes()))
}

/// SHA-256 of what the book says, whatever its number and time.
fn hash(book: &Book) -> Vec<u8> {
    let bytes = postcard::to_allocvec(book).unwrap_or_default();
    Sha256::digest(bytes).to_vec()
}

row! {
    #[derive(Debug)]
    struct Stored {
        book_number: u64,
        book_hash: Vec<u8>,
        book: Vec<u8>,
        book_signature: Vec<u8>,
    }
}

async fn find(conn: &mut Conn, event: &Event) -> Result<Option<Stored>, Error> {
    let stored = conn
        .sql(sql!("SELECT book_number, book_hash, book, book_signature FROM doors WHERE event_id = $1" => Stored))
        .bind(event.id)
        .optional()
        .await?;
    Ok(stored.filter(|stored| stored.book_number > 0))
}

async fn read(
    app: &App,
    conn: &mut Conn,
    event: Event,
    stored: Stored,
) -> Result<Arc<Published>, Error> {
    let book = postcard::from_bytes(&stored.book)
        .map_err(|error| Error::Damaged(event.event_no, error.to_string()))?;
    Ok(Arc::new(Published {
        book,
        signed: Signed {
            bytes: stored.book,
            signature: stored.book_signature,
        },
        certificate: keys::event_certificate(conn, event.id).await?,
        key: keys::event_signing_key(conn, &app.master_key, event.id).await?,
        event,
    }))
}
