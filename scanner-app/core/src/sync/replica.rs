//! A device's store as the sync session sees it.
//!
//! Everything that arrives is verified here before it is stored: books and pages
//! by the event key, which the pinned root key vouches for; facts by the one check
//! of the log. Writes are batches beside the door.

use std::collections::BTreeSet;

use rand::CryptoRng;
use shared_model::book::Book;
use shared_model::entry::Clock;
use shared_model::ids::{ActorId, EventNo, Hash, Incarnation, PublicKey, Serial};
use shared_model::log::{
    Flags, Manner, Refused, Row, STRETCH, evidence_digest, head, ingest, stretch_end,
};
use shared_model::manifest::{Page, Position};
use shared_model::notes::{self, Countersigned, Edit, Letter};
use shared_model::sync::notes::{GIVE_BYTES, HAND_OVER};
use shared_model::sync::{
    ClockOffset, Facts, NotesStatus, Replica, Role, Sample, Signed, SignedHead, Status, Stored,
    Time, VersionVector,
};
use shared_model::time::Timestamp;
use ticket_crypto::certificate::EventCertificate;
use ticket_crypto::keys::VerifyingKey;
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::Wall;
use crate::scanner::{Error, Reading, Result, Scanner};
use crate::store::{Read, SignedBook};

/// Tickets that one transaction takes in: a scan waits for no more.
const IMPORT_BATCH: usize = 250;
/// Tickets that one transaction folds anew.
const FOLD_BATCH: usize = 50;

/// The store of one event, for one exchange.
pub struct DeviceReplica<'a, R> {
    scanner: &'a Scanner,
    event: EventNo,
    role: Role,
    wall: Wall<'a>,
    rng: R,
    offsets: ClockOffset,
    behind: BTreeSet<Serial>,
    revoked: bool,
}

impl<'a, R: CryptoRng> DeviceReplica<'a, R> {
    /// The store of `event`, towards the server ([`Role::Device`]) or another device ([`Role::Peer`]).
    pub fn new(scanner: &'a Scanner, event: EventNo, role: Role, wall: Wall<'a>, rng: R) -> Self {
        Self {
            scanner,
            event,
            role,
            wall,
            rng,
            offsets: ClockOffset::default(),
            behind: BTreeSet::new(),
            revoked: false,
        }
    }

    /// Towards whom.
    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// What the device's clock says.
    pub(crate) fn wall(&self) -> Timestamp {
        (self.wall)()
    }

    /// Whether it was learnt that this device no longer counts.
    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked
    }

    /// The device's clock was set: what was measured before tells nothing now.
    pub(crate) fn clock_was_set(&mut self) {
        self.offsets.clear();
    }

    /// Drops tickets and names; facts stay until they are delivered.
    pub(crate) fn learn_of_revocation(&mut self) -> Result<()> {
        self.revoked = true;
        self.scanner.store().write_batch(|tx| {
            tx.mark_revoked()?;
            tx.drop_tickets(self.event)?;
            tx.drop_notes(self.event)?;
            Ok::<_, Error>(())
        })?;
        match self.scanner.wipe_rehearsal() {
            // Its tickets have no names, and the book refuses this device there too.
            Err(Error::Store(crate::store::Error::InUse(_))) => Ok(()),
            other => other,
        }
    }

    fn notes_status(&self) -> Result<NotesStatus> {
        let event = self.event;
        self.scanner.store().read(|tx| Ok(tx.notes_status(event)?))
    }

    /// Corrected time.
    fn now(&self) -> Result<Timestamp> {
        self.scanner.store().read(|tx| {
            let state = self.scanner.event_in(tx, self.event)?;
            Ok(Reading::of(&tx.account()?, state.hlc, 0, self.wall()).now())
        })
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
    fn held_event_key(&self) -> Result<Option<VerifyingKey>> {
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

    /// One batch of an actor's log from `from` on: it ends at a signed head, within a stretch.
    fn batch(&self, tx: &Read<'_>, actor: ActorId, from: u64) -> Result<Option<Facts>> {
        let Some(tip) = tx.find_tip(self.event, actor)? else {
            return Ok(None);
        };
        if from > tip.seq || from == 0 {
            return Ok(None);
        }
        let own = tip.fact_key == *self.scanner.fact_key();
        let signed = match own {
            true => None,
            false => tx.find_head(self.event, actor, from)?,
        };
        let to = match &signed {
            Some(head) => head.seq,
            None if own => tip.seq.min(stretch_end(from)),
            None => return Ok(None),
        };
        let count = u32::try_from(to.saturating_sub(from) + 1).unwrap_or(STRETCH as u32);
        let rows = tx.list_facts(self.event, actor, from, count)?;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        let head = signed.unwrap_or_else(|| self.sign_head(actor, last));
        Ok(Some(Facts {
            event: self.event,
            actor,
            from,
            records: rows.into_iter().map(|row| row.bytes).collect(),
            head,
        }))
    }

    fn sign_head(&self, actor: ActorId, last: &Row) -> SignedHead {
        let key = self.scanner.signing_key();
        head::sign(key, self.event, actor, last.seq, last.link)
    }

    /// Takes in what passed the check; says whether the facts were this device's own, from
    /// before its store was put back.
    fn store_accepted(&mut self, facts: &Facts, accepted: &ingest::Accepted) -> Result<()> {
        let event = self.event;
        let now = self.now()?;
        let touched = self.scanner.store().write_batch(|tx| {
            tx.insert_accepted(event, facts, accepted)?;
            let mut hlc = self.scanner.event_in(tx, event)?.hlc;
            for row in accepted
                .rows
                .iter()
                .filter(|row| !row.flags.has(Flags::UNREADABLE))
            {
                hlc = hlc.observe(row.hlc, now);
            }
            tx.mark_hlc(event, hlc)?;
            tx.mark_projected(event, 0)?;
            Ok::<_, Error>(tx.touched(event, facts.actor, &accepted.rows)?)
        })?;
        self.behind.extend(touched);
        let own = self
            .scanner
            .store()
            .read(|tx| self.scanner.event_in(tx, event))?
            .actor;
        if facts.actor == own && !(accepted.rows.is_empty() && accepted.branch.is_empty()) {
            tracing::warn!(
                event = event.get(),
                "others know more of this device's log than it does; writing on as a new actor"
            );
            self.scanner.renew(event, &mut self.rng)?;
        }
        Ok(())
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

impl<R: CryptoRng> Replica for DeviceReplica<'_, R> {
    type Error = Error;

    fn status(&mut self) -> Result<Status> {
        let (event, scanner, wall) = (self.event, self.scanner, self.wall());
        scanner.store().read(|tx| {
            let state = scanner.event_in(tx, event)?;
            let account = tx.account()?;
            let mut forks = std::collections::BTreeMap::new();
            for (actor, tip) in tx.list_tips(event)? {
                if let Some(at) = tip.forked_at {
                    let links = tx.list_links(event, actor, at)?;
                    forks.insert(actor, evidence_digest(&links));
                }
            }
            Ok(Status {
                incarnation: (self.role == Role::Device).then_some(account.incarnation),
                marks: tx.marks(event)?,
                forks,
                acked: tx.acknowledged(event)?,
                manifest: state.manifest,
                book: state.book_number,
                notes: tx.notes_status(event)?,
                clock: Reading::of(&account, state.hlc, 0, wall).now(),
            })
        })
    }

    fn missing(&mut self, from: &VersionVector, budget: usize) -> Result<Vec<Facts>> {
        self.scanner.store().read(|tx| {
            let mut batches: Vec<Facts> = Vec::new();
            let mut bytes = 0;
            for (actor, first) in from {
                let mut next = *first;
                while let Some(facts) = self.batch(tx, *actor, next)? {
                    let size: usize = facts.records.iter().map(Vec::len).sum();
                    if !batches.is_empty() && bytes + size > budget {
                        return Ok(batches);
                    }
                    bytes += size;
                    next = facts.head.seq + 1;
                    batches.push(facts);
                }
            }
            Ok(batches)
        })
    }

    fn evidence(&mut self, actor: ActorId) -> Result<Vec<Facts>> {
        let event = self.event;
        self.scanner.store().read(|tx| {
            let Some(at) = tx.find_tip(event, actor)?.and_then(|tip| tip.forked_at) else {
                return Ok(Vec::new());
            };
            let mut next = stretch_end(at) - STRETCH + 1;
            let mut frames = Vec::new();
            while let Some(facts) = self.batch(tx, actor, next)? {
                next = facts.head.seq + 1;
                frames.push(facts);
            }
            frames.extend(tx.list_evidence(event, actor)?);
            Ok(frames)
        })
    }

    fn ingest(
        &mut self,
        facts: &Facts,
        manner: Manner,
        now: Timestamp,
    ) -> Result<std::result::Result<Stored, Refused>> {
        let event = self.event;
        let loaded = self.scanner.store().read(|tx| {
            let book = self.scanner.book_in(tx, event)?;
            Ok::<_, Error>((book, tx.held(event, facts)?))
        });
        let (book, held) = match loaded {
            Ok(loaded) => loaded,
            // Without a book nobody is known: the facts come again after it.
            Err(Error::NoBook(_)) => return Ok(Err(Refused::UnknownDevice)),
            Err(error) => return Err(error),
        };
        let accepted = match ingest(event, &book.roster, &held, facts, now, manner) {
            Ok(accepted) => accepted,
            Err(refused) => {
                tracing::info!(%refused, actor = %facts.actor, "facts were not taken");
                return Ok(Err(refused));
            }
        };
        self.store_accepted(facts, &accepted)?;
        Ok(Ok(Stored {
            have: accepted.tip.seq,
            forked: !accepted.branch.is_empty(),
        }))
    }

    fn commit(&mut self) -> Result<()> {
        if self.behind.is_empty() {
            return Ok(());
        }
        let event = self.event;
        let book = self.scanner.book(event)?;
        let serials: Vec<Serial> = std::mem::take(&mut self.behind).into_iter().collect();
        for batch in serials.chunks(FOLD_BATCH) {
            self.scanner
                .store()
                .write_batch(|tx| tx.project(event, &book, batch.iter().copied()))?;
        }
        self.scanner
            .store()
            .write_batch(|tx| tx.mark_projected(event, book.number))?;
        Ok(())
    }

    fn acked(&mut self, vector: &VersionVector) -> Result<()> {
        if self.role == Role::Device {
            self.scanner
                .store()
                .write_batch(|tx| tx.mark_acknowledged(self.event, vector))?;
        }
        Ok(())
    }

    fn reset(&mut self, incarnation: Incarnation) -> Result<()> {
        self.scanner
            .store()
            .write_batch(|tx| tx.mark_incarnation(incarnation))?;
        Ok(())
    }

    fn page(
        &mut self,
        _since: u64,
        _after: Option<Serial>,
    ) -> Result<Option<(Signed, Option<Serial>)>> {
        Ok(None)
    }

    fn save_page(&mut self, page: &Signed) -> Result<Option<Position>> {
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
        let mut batches = page.rows.chunks(IMPORT_BATCH).peekable();
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

    fn book(&mut self, have: u64) -> Result<Option<(Vec<u8>, Signed)>> {
        self.scanner.store().read(|tx| {
            let newer = self.scanner.event_in(tx, self.event)?.book_number > have;
            let book = if newer {
                tx.find_book(self.event)?
            } else {
                None
            };
            Ok(book.map(|book| (book.certificate, book.book)))
        })
    }

    fn save_book(&mut self, certificate: &[u8], signed: &Signed) -> Result<()> {
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

    fn tell_time(&mut self, question: &Time) -> Result<Time> {
        let offset = self
            .scanner
            .store()
            .read(|tx| tx.account())?
            .offset_ms
            .unwrap_or_default();
        Ok(Time {
            sent: question.sent,
            received: question.received.plus_millis(offset),
            answered: self.wall().plus_millis(offset),
            signature: Vec::new(),
        })
    }

    fn clock(&mut self, answer: &Time, sample: Sample) -> Result<()> {
        // Another device's time is as good as its own last contact: only the server's counts.
        if self.role != Role::Device {
            return Ok(());
        }
        let Some(key) = self.held_event_key()? else {
            return Ok(());
        };
        let signed = <&[u8; signature::LEN]>::try_from(&answer.signature[..]).is_ok_and(|bytes| {
            signature::verify(&key, &Label::TIME, &answer.message(self.event), bytes).is_ok()
        });
        if !signed {
            return Ok(());
        }
        self.offsets.add(sample);
        if let Some(best) = self.offsets.best() {
            let wall = self.wall();
            self.scanner
                .store()
                .write_batch(|tx| tx.mark_clock(best.offset_ms, wall))?;
        }
        Ok(())
    }

    fn notes(&mut self, have: u32) -> Result<(u32, Vec<Countersigned>)> {
        self.scanner.store().read(|tx| {
            let count = tx.notes_status(self.event)?.have;
            Ok((count, tx.list_countersigned(self.event, have, GIVE_BYTES)?))
        })
    }

    fn save_notes(&mut self, letters: &[Countersigned]) -> Result<NotesStatus> {
        let event = self.event;
        if let Some(key) = self.held_event_key()? {
            self.scanner.store().write_batch(|tx| {
                let incarnation = tx.account()?.incarnation;
                for signed in letters {
                    let next = tx.notes_status(event)?.have + 1;
                    let Ok(opened) = signed.open(&key, event, incarnation) else {
                        tracing::warn!(event = event.get(), "a note that is not genuine");
                        break;
                    };
                    if signed.no == next {
                        tx.insert_letter(event, &signed.letter, Some(signed))?;
                        if let Edit::Erase(note) = opened.change.edit {
                            tx.erase_note(event, note)?;
                        }
                    }
                }
                Ok::<_, Error>(())
            })?;
        }
        self.notes_status()
    }

    fn letters(&mut self) -> Result<Vec<Letter>> {
        let event = self.event;
        self.scanner
            .store()
            .read(|tx| Ok(tx.list_pending_letters(event, HAND_OVER)?))
    }

    fn take_letter(
        &mut self,
        _letter: &Letter,
        _now: Timestamp,
    ) -> Result<std::result::Result<(), notes::Refused>> {
        // Admitting is the server's; a session of a device never asks for it.
        Ok(Err(notes::Refused::Broken))
    }

    fn letter_refused(&mut self, hash: &Hash, code: notes::Refused) -> Result<NotesStatus> {
        self.scanner
            .note_refused(self.event, hash, code, &mut self.rng)?;
        self.notes_status()
    }
}

impl Scanner {
    /// Drops the names of all tickets of an event, in small batches beside the door.
    fn forget_names(&self, event: EventNo) -> Result<()> {
        let mut after = None;
        loop {
            after = self
                .store()
                .write_batch(|tx| tx.forget_names(event, after, IMPORT_BATCH as u32))?;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Folds the state of all tickets of an event anew, in small batches beside the door.
    ///
    /// # Errors
    /// The store failed, or nothing is known of the event.
    pub fn fold_again(&self, event: EventNo) -> Result<()> {
        let book = self.book(event)?;
        let mut after = None;
        loop {
            let last = self
                .store()
                .write_batch(|tx| tx.project_again(event, &book, after, FOLD_BATCH as u32))?;
            if last.is_none() {
                return Ok(());
            }
            after = last;
        }
    }
}
