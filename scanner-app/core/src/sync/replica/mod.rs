//! A device's store as the sync session sees it.
//!
//! Everything that arrives is verified here before it is stored: books and pages
//! by the event key, which the pinned root key vouches for; facts by the one check
//! of the log. Writes are batches beside the door.

mod documents;
mod facts;
mod fold;

use std::collections::BTreeSet;

use rand::CryptoRng;
use shared_model::ids::{ActorId, EventNo, Hash, Incarnation, Serial};
use shared_model::log::{Manner, Refused, evidence_digest};
use shared_model::manifest::Position;
use shared_model::notes::{self, Countersigned, Edit, Letter};
use shared_model::sync::notes::{GIVE_BYTES, HAND_OVER};
use shared_model::sync::{
    ClockOffset, Facts, NotesStatus, Replica, Role, Sample, Signed, Status, Stored, Time,
    VersionVector,
};
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::Wall;
use crate::scanner::{Error, Reading, Result, Scanner};

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
        self.facts_from(from, budget)
    }

    fn evidence(&mut self, actor: ActorId) -> Result<Vec<Facts>> {
        self.evidence_about(actor)
    }

    fn ingest(
        &mut self,
        facts: &Facts,
        manner: Manner,
        now: Timestamp,
    ) -> Result<std::result::Result<Stored, Refused>> {
        self.take_facts(facts, manner, now)
    }

    fn commit(&mut self) -> Result<()> {
        self.fold_behind()
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
        self.take_page(page)
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
        self.take_book(certificate, signed)
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
