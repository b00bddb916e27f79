//! Documents of the server: books, which name everybody, and pages of tickets.

use rand::CryptoRng;
use shared_model::book::Book;
use shared_model::entry::Clock;
use shared_model::ids::PublicKey;
use shared_model::log::ingest;
use shared_model::manifest::{Page, Position};
use shared_model::sync::Signed;
use ticket_crypto::certificate::EventCertificate;
use ticket_crypto::keys::VerifyingKey;
use ticket_crypto::label::Label;

use super::DeviceReplica;
use super::fold::{FIRST_BATCH, IMPORT_BATCH};
use crate::scanner::{Error, Reading, Result};
use crate::store::{Read, SignedBook};

impl<R: CryptoRng> DeviceReplica<'_, R> {
    /// Keeps a page of tickets that is genuine and the next one; says where the download stands then.
    pub(super) fn take_page(&self, page: &Signed) -> Result<Option<Position>> {
        let event = self.event;
        let Some(key) = self.held_event_key()? else {
            return Ok(None);
        };
        let Ok(page) = page.open::<Page>(&key, &Label::PAGE) else {
            return Ok(None);
        };
        let (state, account) = self
            .scanner
            .store()
            .read(|tx| Ok::<_, Error>((self.scanner.event_in(tx, event)?, tx.account()?)))?;
        let older = page.revision < state.manifest.pass.unwrap_or(state.manifest.since);
        if page.event != event || page.incarnation != account.incarnation || older {
            return Ok(None);
        }
        let Some(position) = state.manifest.after_page(&page) else {
            return Ok(None);
        };
        let book = self.scanner.book(event)?;
        self.drop_vanished(&page)?;
        let size = match state.manifest.since {
            0 => FIRST_BATCH,
            _ => IMPORT_BATCH,
        };
        let mut batches = page.rows.chunks(size).peekable();
        while let Some(batch) = batches.next() {
            let last = batches.peek().is_none();
            self.scanner.store().import(|tx| {
                tx.upsert_tickets(event, batch)?;
                tx.project_changed(event, &book, batch)?;
                if last {
                    tx.mark_position(event, position, &page.highest)?;
                }
                Ok::<_, Error>(())
            })?;
        }
        if page.rows.is_empty() {
            self.scanner
                .store()
                .import(|tx| tx.mark_position(event, position, &page.highest))?;
        }
        Ok(Some(position))
    }

    /// Keeps a book that is genuine and newer, and does what follows from it.
    pub(super) fn take_book(&mut self, certificate: &[u8], signed: &Signed) -> Result<()> {
        let event = self.event;
        let Some(book) = self.check_book(certificate, signed)? else {
            tracing::warn!(
                event = event.get(),
                "a book that is not genuine was passed over"
            );
            return Ok(());
        };
        let kept = SignedBook {
            certificate: certificate.to_vec(),
            book: signed.clone(),
        };
        let (newer, resealed) = self.scanner.store().write_batch(|tx| {
            let before = match self.scanner.event_in(tx, event)?.book_number {
                0 => book.search_on_devices,
                _ => self.scanner.book_in(tx, event)?.search_on_devices,
            };
            let newer = tx.mark_book(event, book.number, &book.name, &kept)?;
            let resealed = newer && before != book.search_on_devices;
            if resealed {
                // Every row comes again, with its person as the event has it now.
                tx.mark_position(event, Position::default(), &[])?;
            }
            Ok::<_, Error>((newer, resealed))
        })?;
        if !newer {
            return Ok(());
        }
        if resealed {
            self.scanner.forget_names(event)?;
        }
        let now = self.now()?;
        let own = book.roster.device_of(self.scanner.fact_key());
        if own.is_some_and(|device| ingest::is_revoked(device, now)) {
            self.learn_of_revocation()?;
        }
        self.scanner.fold_again(event)
    }

    /// The root key's word for the key that signs this event's documents.
    fn certificate(&self, tx: &Read<'_>, bytes: &[u8]) -> Result<Option<EventCertificate>> {
        let account = tx.account()?;
        let Ok(root) = VerifyingKey::from_bytes(&account.root_key.0) else {
            return Ok(None);
        };
        let certificate = EventCertificate::open(bytes, &root).ok();
        Ok(certificate.filter(|certificate| certificate.event == self.event))
    }

    /// The certificate of the book that is held.
    fn held_certificate(&self, tx: &Read<'_>) -> Result<Option<EventCertificate>> {
        match tx.find_book(self.event)? {
            Some(book) => self.certificate(tx, &book.certificate),
            None => Ok(None),
        }
    }

    /// The key of the book that is held.
    pub(super) fn held_event_key(&self) -> Result<Option<VerifyingKey>> {
        let held = self.scanner.store().read(|tx| self.held_certificate(tx))?;
        Ok(held.map(|certificate| certificate.key))
    }

    /// The key that a new certificate names: the root signed it, it is not older than the one
    /// held, and it holds now as far as this device knows the time.
    fn offered_event_key(&self, bytes: &[u8]) -> Result<Option<VerifyingKey>> {
        let wall = self.wall();
        self.scanner.store().read(|tx| {
            let held = self.held_certificate(tx)?.map_or(0, |held| held.number);
            let state = self.scanner.event_in(tx, self.event)?;
            let reading = Reading::of(&tx.account()?, state.hlc, i64::MAX, wall);
            let offered = self.certificate(tx, bytes)?.filter(|offered| {
                let now = reading.now().as_millis();
                let timely = reading.clock == Clock::Uncertain || offered.is_valid_at(now);
                timely && offered.number >= held
            });
            Ok(offered.map(|offered| offered.key))
        })
    }

    /// A page of everything names every ticket in its range: what it does not name is no more,
    /// as after the server was put back from a copy.
    fn drop_vanished(&self, page: &Page) -> Result<()> {
        if page.since > 0 {
            return Ok(());
        }
        let named = page.rows.iter().map(|row| row.serial).collect();
        let range = (page.after, page.next_after);
        let gone = self
            .scanner
            .store()
            .import(|tx| tx.delete_vanished(self.event, range, &named))?;
        if gone > 0 {
            tracing::warn!(
                event = self.event.get(),
                gone,
                "tickets vanished at the server"
            );
        }
        Ok(())
    }

    fn check_book(&self, certificate: &[u8], signed: &Signed) -> Result<Option<Book>> {
        let Some(key) = self.offered_event_key(certificate)? else {
            return Ok(None);
        };
        let book: Option<Book> = signed.open(&key, &Label::BOOK).ok();
        let own = PublicKey(key.to_bytes());
        Ok(book.filter(|book| {
            let certified = book.event_key.is_none_or(|named| named == own);
            book.event == self.event && certified && book.validate().is_ok()
        }))
    }
}
