//! Accounts that run events.
//!
//! Owns the organizer, its owner and its root key, all made together. Not here:
//! teams with rights, invoices, branding.

mod routes;
mod store;

use rand::CryptoRng;
use shared_model::ids::{EventNo, OrganizerId, PublicKey, UserId};
use shared_model::time::Timestamp;

use crate::clock::new_id;
use crate::db::{self, Conn, Db, Tx};
use crate::gateway::check;
use crate::identity;
use crate::keys;
use crate::master_key::MasterKey;
use crate::outbox::{self, About};

pub use routes::routes;

/// Why an organizer could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A value that is not acceptable.
    #[error("the {field} {reason}")]
    Invalid {
        /// What it is of.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The owner could not be written down.
    #[error("the owner could not be written down")]
    Owner(#[from] identity::Error),
    /// The root key could not be made.
    #[error("the root key could not be made")]
    Key(#[from] keys::Error),
    /// The store failed.
    #[error("the organizer store failed")]
    Store(#[from] db::Error),
}

/// An organizer just made.
#[derive(Debug)]
pub struct Created {
    /// The organizer.
    pub id: OrganizerId,
    /// Its owner.
    pub owner: UserId,
    /// What its devices will pin.
    pub root_key: PublicKey,
}

/// Makes an organizer with its root key and its owner.
///
/// # Errors
/// When a value is unusable, the address taken, or the store fails.
pub async fn create(
    db: &Db,
    master: &MasterKey,
    (name, email, password): (&str, &str, &str),
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Created, Error> {
    let invalid = |field| move |reason| Error::Invalid { field, reason };
    let name = check::words(name, 200).map_err(invalid("name"))?;
    let email = check::address(email).map_err(invalid("e-mail address"))?;
    let password_hash = identity::hash_password(password, rng).await?;
    let id = OrganizerId(new_id(now, rng));
    let mut tx = db.begin().await?;
    store::insert(&mut tx, id, &name, now).await?;
    let owner = identity::create_owner(&mut tx, id, &email, &password_hash, now, rng).await?;
    let root_key = keys::create_root(&mut tx, master, id, now, rng).await?;
    let about = About {
        organizer: id,
        event: None,
        subject: id.0,
    };
    outbox::append(&mut tx, "organizer.created", about, &(), now).await?;
    tx.commit().await?;
    Ok(Created {
        id,
        owner,
        root_key,
    })
}

/// The organizer's name.
///
/// # Errors
/// When the store fails or there is no such organizer.
pub async fn name(conn: &mut Conn, organizer: OrganizerId) -> Result<String, db::Error> {
    store::name(conn, organizer).await
}

/// Takes the next event number of the organizer.
pub(crate) async fn take_event_no(
    tx: &mut Tx,
    organizer: OrganizerId,
) -> Result<EventNo, db::Error> {
    store::take_event_no(tx, organizer).await
}

/// After a restore: event numbers that may have been given out since the backup
/// are never given out again.
pub(crate) async fn skip_ahead(tx: &mut Tx) -> Result<(), db::Error> {
    store::skip_ahead(tx).await
}
