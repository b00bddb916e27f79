//! Rehearsal: the same decisions on a log of its own, of which nothing counts.
//!
//! Owns a second store beside the real one. What always holds: a rehearsal writes to that
//! store only, and nothing else reads it: exchanges, exports and the state of the event
//! know the real one alone. A supervisor begins it; it ends with the value that stands for
//! it, so a device that restarts is back at the real door. What a decision needs (book,
//! clock, the tickets that answer to a code) is carried over before each one, without names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::CryptoRng;
use shared_model::entry::{Presented, Request};
use shared_model::ids::{EventNo, Kid, OperatorNo, Serial};
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;

use super::scan::tickets;
use super::{Answered, Error, Reading, Result, Scanner, sign_in_supervisor};
use crate::store::{self, Account, EventState, ListCount, SignedBook, Store, Write};

const FOLDER: &str = "rehearsal";

/// A rehearsal that is going on.
pub struct Rehearsal {
    scanner: Arc<Scanner>,
    event: EventNo,
    store: Store,
}

impl Scanner {
    /// Begins a rehearsal of `event`, or goes on with the one that was begun before.
    ///
    /// # Errors
    /// `supervisor` is no supervisor on duty, another rehearsal is running on this device,
    /// or the store failed.
    pub fn rehearse<R: CryptoRng + ?Sized>(
        self: &Arc<Self>,
        event: EventNo,
        (supervisor, pin): (OperatorNo, Option<&str>),
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Rehearsal> {
        let (book, reading) = self.store.read(|tx| {
            let book = self.book_in(tx, event)?;
            let state = self.event_in(tx, event)?;
            let reading = Reading::under(&self.account_at_work(tx)?, state.hlc, &book, wall);
            Ok::<_, Error>((book, reading))
        })?;
        sign_in_supervisor(&book, supervisor, pin, reading.now())?;
        let store = open(&folder(&self.folder), &self.secrets().store_key())?;
        store.write(|log| self.take_on(log, event, &book.name, rng))?;
        Ok(Rehearsal {
            scanner: Arc::clone(self),
            event,
            store,
        })
    }

    /// Deletes everything that was ever rehearsed on this device.
    ///
    /// # Errors
    /// A rehearsal is running, or the files could not be deleted.
    pub fn wipe_rehearsal(&self) -> Result<()> {
        wipe(&self.folder)
    }
}

impl Rehearsal {
    /// Decides about the code `text` as [`Scanner::scan`] would with only what was rehearsed
    /// behind it; test tickets count.
    ///
    /// # Errors
    /// A store failed.
    pub fn scan<R: CryptoRng + ?Sized>(
        &self,
        text: &str,
        request: &Request,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Answered> {
        let request = Request {
            rehearsal: true,
            ..request.clone()
        };
        let scanner = &self.scanner;
        let presented = scanner.present(self.event, text, wall)?;
        let carried = self.carry(&presented, &request)?;
        let mut answered = self.store.write(|log| {
            carried.store(log)?;
            let decided = scanner.decide_in(log, self.event, text, presented, &request, wall)?;
            scanner.keep(log, self.event, &decided, rng)
        })?;
        let serial = answered.ticket.map(|ticket| ticket.serial);
        let mut named = carried.tickets.into_iter();
        answered.ticket = named.find(|one| Some(one.serial) == serial);
        Ok(answered.shown(text))
    }

    /// How many tickets stood where at the end of what was rehearsed.
    ///
    /// # Errors
    /// The store failed.
    pub fn counts(&self) -> Result<Vec<ListCount>> {
        Ok(self.store.read(|log| log.list_counts(self.event))?)
    }

    /// Ends the rehearsal and deletes everything that was rehearsed on this device.
    ///
    /// # Errors
    /// The files could not be deleted.
    pub fn wipe(self) -> Result<()> {
        let Self { scanner, store, .. } = self;
        drop(store);
        scanner.wipe_rehearsal()
    }

    fn carry(&self, presented: &Presented, request: &Request) -> Result<Carried> {
        let event = self.event;
        self.scanner.store.read(|tx| {
            let book = self.scanner.book_in(tx, event)?;
            let highest = match presented {
                Presented::Token(token) => tx
                    .highest_serial(event, token.kid)?
                    .map(|serial| (token.kid, serial)),
                _ => None,
            };
            Ok(Carried {
                account: tx.account()?,
                state: self.scanner.event_in(tx, event)?,
                book: tx.find_book(event)?.ok_or(Error::NoBook(event))?,
                highest,
                tickets: tickets(tx, event, (&book, book.list(request.list)), presented)?,
            })
        })
    }
}

/// What a decision needs of the real store.
struct Carried {
    account: Account,
    state: EventState,
    book: SignedBook,
    highest: Option<(Kid, Serial)>,
    tickets: Vec<TicketRecord>,
}

impl Carried {
    fn store(&self, log: &Write<'_>) -> store::Result<()> {
        let state = &self.state;
        if log.find_account()?.is_none() {
            // Nothing here ever speaks to the server.
            log.insert_account(&Account {
                token: String::new(),
                ..self.account.clone()
            })?;
        }
        if let (Some(offset), Some(at)) = (self.account.offset_ms, self.account.measured_at) {
            log.mark_clock(offset, at)?;
        }
        log.mark_book(state.event, state.book_number, &state.name, &self.book)?;
        log.mark_position(state.event, state.manifest, self.highest.as_slice())?;
        let nameless: Vec<TicketRecord> = self.tickets.iter().map(without_name).collect();
        log.upsert_tickets(state.event, &nameless)
    }
}

fn without_name(ticket: &TicketRecord) -> TicketRecord {
    TicketRecord {
        person: None,
        sealed: Vec::new(),
        ..ticket.clone()
    }
}

/// Deletes what was rehearsed in the scanner's `home`, if anything was.
pub(super) fn wipe(home: &Path) -> Result<()> {
    let folder = folder(home);
    if Store::exists(&folder) {
        Store::wipe(&folder)?;
    }
    Ok(())
}

fn folder(home: &Path) -> PathBuf {
    home.join(FOLDER)
}

fn open(folder: &Path, key: &store::Key) -> Result<Store> {
    if !Store::exists(folder) {
        return Ok(Store::create(folder, key)?);
    }
    match Store::open(folder, key) {
        // Left by an earlier enrolment of this device: nobody can read it any more.
        Err(store::Error::WrongKey) => {
            Store::wipe(folder)?;
            Ok(Store::create(folder, key)?)
        }
        opened => Ok(opened?),
    }
}
