//! A scanner: from a code that was read to a verdict that is durable.
//!
//! Owns the store, the keys and the books of its events. What always holds: a
//! verdict that admits is returned after its fact is on the disk; nothing but the
//! store lies on the way to it, neither network nor key store. Rules are
//! `shared-model`'s; this module gathers what they need and keeps what they say.

mod amend;
mod clock;
mod duties;
mod enrol;
mod error;
mod find;
mod lease;
mod look;
mod notes;
mod open;
mod record;
mod rehearse;
mod scan;
mod sell;
mod shares;
mod sign_in;
mod status;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared_model::book::Book;
use shared_model::ids::{EventNo, PublicKey};
use ticket_crypto::certificate::EventCertificate;
use ticket_crypto::keys::{SigningKey, VerifyingKey};

pub use self::clock::Reading;
pub use self::enrol::{Enrolling, Server};
pub use self::error::{Error, Result};
pub use self::notes::{Notes, ShownNote};
pub use self::rehearse::Rehearsal;
pub use self::scan::Answered;
pub use self::sell::{MOST_AT_ONCE, OnOffer, Payment, Sold, SoldTicket, Wish};
pub use self::sign_in::{sign_in, sign_in_supervisor};
pub use self::status::{ActorStatus, EventStatus, ListStatus, Status};
use crate::keys::{Keeping, KeyStore, Secrets, public};
use crate::store::{Account, EventState, Read, Store};

/// An enrolled device.
pub struct Scanner {
    folder: PathBuf,
    store: Store,
    keys: KeyStore,
    secrets: Mutex<Secrets>,
    fact_key: SigningKey,
    fact_public: PublicKey,
    books: Mutex<BTreeMap<EventNo, Arc<Book>>>,
}

impl Scanner {
    fn new(folder: &Path, store: Store, keys: KeyStore, secrets: Secrets) -> Self {
        let fact_key = secrets.fact_key();
        let fact_public = public(&fact_key);
        Self {
            folder: folder.to_owned(),
            store,
            keys,
            secrets: Mutex::new(secrets),
            fact_key,
            fact_public,
            books: Mutex::default(),
        }
    }

    /// What is kept.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where it is kept.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How well its keys are kept.
    #[must_use]
    pub fn keeping(&self) -> Keeping {
        self.keys.keeping()
    }

    /// The key that its facts are signed with.
    #[must_use]
    pub fn fact_key(&self) -> &PublicKey {
        &self.fact_public
    }

    /// The key that it shows to peers.
    #[must_use]
    pub fn transport_key(&self) -> SigningKey {
        self.secrets().transport_key()
    }

    /// The book of an event.
    ///
    /// # Errors
    /// The device does not work for the event, or has had no contact about it yet.
    pub fn book(&self, event: EventNo) -> Result<Arc<Book>> {
        self.store.read(|tx| self.book_in(tx, event))
    }

    /// The book that `tx` sees; read once and kept.
    pub(crate) fn book_in(&self, tx: &Read<'_>, event: EventNo) -> Result<Arc<Book>> {
        let state = self.event_in(tx, event)?;
        if let Some(book) = hold(&self.books).get(&event)
            && book.number == state.book_number
        {
            return Ok(Arc::clone(book));
        }
        let book = tx.find_book(event)?.ok_or(Error::NoBook(event))?;
        // Its signature was checked before it was stored; another version may have stored it.
        let book = Arc::new(duties::read_book(&book).ok_or(Error::NoBook(event))?);
        hold(&self.books).insert(event, Arc::clone(&book));
        Ok(book)
    }

    pub(crate) fn event_in(&self, tx: &Read<'_>, event: EventNo) -> Result<EventState> {
        tx.find_event(event)?.ok_or(Error::UnknownEvent(event))
    }

    /// The account, where the organizer has not ended it: what is left then is to hand in.
    pub(crate) fn account_at_work(&self, tx: &Read<'_>) -> Result<Account> {
        let account = tx.account()?;
        match account.revoked {
            true => Err(Error::Ended),
            false => Ok(account),
        }
    }

    /// The key that signs the event's documents, by the certificate of the book that is held.
    pub(crate) fn event_key(&self, tx: &Read<'_>, event: EventNo) -> Result<Option<VerifyingKey>> {
        let Some(book) = tx.find_book(event)? else {
            return Ok(None);
        };
        let Ok(root) = VerifyingKey::from_bytes(&tx.account()?.root_key.0) else {
            return Ok(None);
        };
        let certificate = EventCertificate::open(&book.certificate, &root).ok();
        let certificate = certificate.filter(|certificate| certificate.event == event);
        Ok(certificate.map(|certificate| certificate.key))
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.fact_key
    }

    fn secrets(&self) -> MutexGuard<'_, Secrets> {
        hold(&self.secrets)
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
