//! Shift notes and the shift plan on this device.
//!
//! What is written here shows here at once and goes to the server with the next
//! contact; what others wrote shows once the server has countersigned it. No note is on
//! the way to a verdict.

use std::collections::BTreeMap;

use rand::CryptoRng;
use shared_model::book::{Book, Role};
use shared_model::ids::{Epoch, EventNo, Hash, OperatorNo};
use shared_model::notes::{
    Author, Document, Edit, EntryId, Letter, Note, Planned, Refused, Text, Writer, commit,
};
use shared_model::time::Timestamp;

use super::{Error, Reading, Result, Scanner};
use crate::store::{KeptLetter, Read, Write};

/// A note as it stands on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownNote {
    /// What the document says of it.
    pub note: Note,
    /// Its text; absent once erased.
    pub text: Option<String>,
    /// The server has it, and so will others.
    pub delivered: bool,
}

/// Everything that is noted and planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// Notes, oldest first.
    pub notes: Vec<ShownNote>,
    /// Shifts, by begin.
    pub plan: Vec<Planned>,
    /// Texts that the server did not take, and why: they are on this device only.
    pub refused: Vec<(Option<String>, Refused)>,
}

impl Scanner {
    /// Everything that is noted and planned, as far as it is known here.
    ///
    /// # Errors
    /// The store failed.
    pub fn notes(&self, event: EventNo) -> Result<Notes> {
        let kept = self.store.read(|tx| {
            self.event_in(tx, event)?;
            Ok::<_, Error>(tx.list_letters(event)?)
        })?;
        let document = document(&kept);
        let by_id: BTreeMap<EntryId, &KeptLetter> = kept
            .iter()
            .filter_map(|kept| Some((kept.letter.id().ok()?, kept)))
            .collect();
        let shown = document.notes()?.into_iter().map(|note| {
            let kept = by_id.get(&note.id);
            ShownNote {
                note,
                text: kept.and_then(|kept| words(&kept.letter)),
                delivered: kept.is_some_and(|kept| kept.admitted),
            }
        });
        let refused = kept.iter().filter_map(|kept| {
            let why = kept.refused?;
            Some((words(&kept.letter), why))
        });
        Ok(Notes {
            notes: shown.collect(),
            plan: document.plan()?,
            refused: refused.collect(),
        })
    }

    /// Writes a note in the name of `operator`, who has signed in.
    ///
    /// # Errors
    /// The person is not on the roster, the text is too long, the notes are full, or the store failed.
    pub fn add_note<R: CryptoRng + ?Sized>(
        &self,
        event: EventNo,
        operator: OperatorNo,
        words: &str,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<EntryId> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let text = Text {
            salt,
            words: words.trim().to_owned(),
        };
        let edit = Edit::Note {
            commitment: commit(&text),
            len: u16::try_from(text.words.len()).map_err(|_| Refused::TooLarge)?,
        };
        self.write_edit(event, operator, (edit, Some(text)), wall, rng)
    }

    /// Changes what is noted or planned, in the name of `operator`, who has signed in.
    ///
    /// # Errors
    /// As [`Scanner::add_note`]; also when there is no such entry or the person may not.
    pub fn edit_notes<R: CryptoRng + ?Sized>(
        &self,
        event: EventNo,
        operator: OperatorNo,
        edit: Edit,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<EntryId> {
        self.write_edit(event, operator, (edit, None), wall, rng)
    }

    fn write_edit<R: CryptoRng + ?Sized>(
        &self,
        event: EventNo,
        operator: OperatorNo,
        (edit, text): (Edit, Option<Text>),
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<EntryId> {
        self.store.write_batch(|tx| {
            let book = self.book_in(tx, event)?;
            let state = self.event_in(tx, event)?;
            let account = self.account_at_work(tx)?;
            let at = Reading::under(&account, state.hlc, &book, wall).now();
            let author = author(&book, operator, at)?;
            let mut document = document(&tx.list_letters(event)?);
            let writer = self.note_writer(tx, event, rng)?;
            let letter = writer.write(&mut document, author, edit, text)?;
            self.keep_letter(tx, event, &letter)?;
            Ok(letter.id()?)
        })
    }

    /// Notes that the server will not admit a letter. What this device wrote after it is written
    /// again under a new name, so that one refusal holds up nothing.
    pub(crate) fn note_refused<R: CryptoRng + ?Sized>(
        &self,
        event: EventNo,
        hash: &Hash,
        why: Refused,
        rng: &mut R,
    ) -> Result<()> {
        if !why.is_final() {
            return Ok(());
        }
        self.store.write_batch(|tx| {
            let again = self.written_after(tx, event, hash, why)?;
            for letter in &again {
                tx.delete_letter(event, &letter.hash)?;
            }
            tx.mark_letter_refused(event, hash, why)?;
            tx.put_note_epoch(event, new_epoch(rng))?;
            let book = self.book_in(tx, event)?;
            for letter in &again {
                self.write_again(tx, event, &book, letter, rng)?;
            }
            Ok(())
        })
    }

    fn write_again<R: CryptoRng + ?Sized>(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        book: &Book,
        letter: &Letter,
        rng: &mut R,
    ) -> Result<()> {
        let change = letter.change()?;
        let mut document = document(&tx.list_letters(event)?);
        let writer = self.note_writer(tx, event, rng)?;
        let written = author(book, change.operator, change.at)
            .map_err(|_| Refused::UnknownOperator)
            .and_then(|author| {
                writer.write(&mut document, author, change.edit, letter.text.clone())
            });
        match written {
            Ok(letter) => self.keep_letter(tx, event, &letter),
            Err(why) => {
                tx.insert_letter(event, letter, None)?;
                Ok(tx.mark_letter_refused(event, &letter.hash, why)?)
            }
        }
    }

    fn keep_letter(&self, tx: &Write<'_>, event: EventNo, letter: &Letter) -> Result<()> {
        tx.insert_letter(event, letter, None)?;
        if let Edit::Erase(note) = letter.change()?.edit {
            tx.erase_note(event, note)?;
        }
        Ok(())
    }

    /// What this device wrote after the letter and still waits; what it wrote before was
    /// answered before. The letter too, when a copy of this device used its number: the note is
    /// as good as any.
    fn written_after(
        &self,
        tx: &Read<'_>,
        event: EventNo,
        hash: &Hash,
        why: Refused,
    ) -> Result<Vec<Letter>> {
        let pending = tx.list_pending_letters(event, usize::MAX)?;
        let from = pending.iter().skip_while(|letter| letter.hash != *hash);
        let from = from.filter(|letter| letter.hash != *hash || why == Refused::Forked);
        let own = from.filter(|letter| {
            let change = letter.change();
            change.is_ok_and(|change| change.fact_key == self.fact_public)
        });
        Ok(own.cloned().collect())
    }

    fn note_writer<R: CryptoRng + ?Sized>(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        rng: &mut R,
    ) -> Result<Writer<'_>> {
        let epoch = match tx.note_epoch(event)? {
            Some(epoch) => epoch,
            None => {
                let epoch = new_epoch(rng);
                tx.put_note_epoch(event, epoch)?;
                epoch
            }
        };
        Ok(Writer {
            event,
            key: &self.fact_key,
            epoch,
        })
    }
}

/// The document of what the server admitted or may still admit.
fn document(kept: &[KeptLetter]) -> Document {
    let letters = kept.iter().filter(|kept| kept.refused.is_none());
    Document::of_those_that_fit(letters.map(|kept| &kept.letter))
}

fn author(book: &Book, operator: OperatorNo, at: Timestamp) -> Result<Author> {
    let person = book.roster.operator(operator);
    let person = person.ok_or(Error::UnknownOperator(operator))?;
    Ok(Author {
        operator,
        supervises: person.role == Role::Supervisor,
        at,
    })
}

fn words(letter: &Letter) -> Option<String> {
    Some(letter.text.as_ref()?.words.clone())
}

fn new_epoch<R: CryptoRng + ?Sized>(rng: &mut R) -> Epoch {
    let mut epoch = [0; 16];
    rng.fill_bytes(&mut epoch);
    Epoch(epoch)
}
