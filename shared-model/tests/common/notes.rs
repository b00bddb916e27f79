//! Shift notes of a replica in memory.

use shared_model::book::Roster;
use shared_model::ids::{Epoch, Hash, Incarnation, OperatorNo};
use shared_model::notes::{
    Author, Countersigned, Document, Edit, Letter, Refused, Text, Writer, commit, open,
};
use shared_model::sync::NotesStatus;
use shared_model::time::Timestamp;

use super::{EVENT, EVENT_KEY, key};

/// Letters in the order in which they were taken, with the server's word where it is known.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    letters: Vec<(Letter, Option<Countersigned>)>,
    pub refused: Vec<(Hash, Refused)>,
}

impl Kept {
    pub fn document(&self) -> Document {
        Document::of(self.letters.iter().map(|(letter, _)| letter)).unwrap()
    }

    /// The texts of the notes.
    pub fn texts(&self) -> Vec<String> {
        let texts = self
            .letters
            .iter()
            .filter_map(|(letter, _)| letter.text.clone());
        texts.map(|text| text.words).collect()
    }

    pub fn write(&mut self, device: u8, operator: OperatorNo, words: &str) -> Letter {
        let text = Text {
            salt: [1; 16],
            words: words.into(),
        };
        let edit = Edit::Note {
            commitment: commit(&text),
            len: words.len() as u16,
        };
        let key = key(device);
        let writer = Writer {
            event: EVENT,
            key: &key,
            epoch: Epoch([device; 16]),
        };
        let author = Author {
            operator,
            supervises: false,
            at: super::NOON,
        };
        let mut document = self.document();
        let letter = writer
            .write(&mut document, author, edit, Some(text))
            .unwrap();
        self.letters.push((letter.clone(), None));
        letter
    }

    pub fn status(&self) -> NotesStatus {
        let have = self.letters.iter().filter(|(_, signed)| signed.is_some());
        NotesStatus {
            have: have.count() as u32,
            pending: self.pending().len() as u32,
        }
    }

    pub fn pending(&self) -> Vec<Letter> {
        let refused = |letter: &Letter| self.refused.iter().any(|(hash, _)| *hash == letter.hash);
        let unsigned = self.letters.iter().filter(|(_, signed)| signed.is_none());
        let unsigned = unsigned.map(|(letter, _)| letter.clone());
        unsigned.filter(|letter| !refused(letter)).collect()
    }

    pub fn after(&self, have: u32) -> (u32, Vec<Countersigned>) {
        let signed = self.letters.iter().filter_map(|(_, signed)| signed.clone());
        let mut signed: Vec<Countersigned> = signed.collect();
        signed.sort_by_key(|signed| signed.no);
        let count = signed.len() as u32;
        let after = signed.into_iter().filter(|signed| signed.no > have);
        (count, after.take(2).collect())
    }

    pub fn save(&mut self, letters: &[Countersigned], of: Option<Incarnation>) -> NotesStatus {
        let event_key = key(EVENT_KEY).verifying_key();
        for signed in letters {
            let next = self.status().have + 1;
            let genuine = of.is_some_and(|of| signed.open(&event_key, EVENT, of).is_ok());
            if signed.no != next || !genuine {
                continue;
            }
            let hash = signed.letter.hash;
            match self.letters.iter_mut().find(|(held, _)| held.hash == hash) {
                Some((_, word)) => *word = Some(signed.clone()),
                None => self
                    .letters
                    .push((signed.letter.clone(), Some(signed.clone()))),
            }
        }
        self.status()
    }

    pub fn admit(
        &mut self,
        roster: &Roster,
        incarnation: Incarnation,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let opened = open(EVENT, roster, letter, now)?;
        let mut document = self.document();
        if document.holds(&letter.hash) {
            return Ok(());
        }
        document.apply(&opened)?;
        let no = self.status().have + 1;
        let signed = Countersigned::seal(&key(EVENT_KEY), EVENT, incarnation, no, letter.clone());
        self.letters.push((letter.clone(), Some(signed)));
        Ok(())
    }

    pub fn refuse(&mut self, hash: &Hash, code: Refused) -> NotesStatus {
        if code.is_final() {
            self.refused.push((*hash, code));
        }
        self.status()
    }

    pub fn forget_order(&mut self) {
        for (_, signed) in &mut self.letters {
            *signed = None;
        }
    }

    /// At a restored server: its letters get the words of its new life.
    pub fn countersign_again(&mut self, incarnation: Incarnation) {
        let key = key(EVENT_KEY);
        for (letter, signed) in &mut self.letters {
            let no = signed.as_ref().map(|signed| signed.no);
            *signed =
                no.map(|no| Countersigned::seal(&key, EVENT, incarnation, no, letter.clone()));
        }
    }

    /// At the server: countersigns what it wrote itself.
    pub fn admit_own(&mut self, letter: &Letter, incarnation: Incarnation) {
        let no = self.status().have + 1;
        let key = key(EVENT_KEY);
        for (held, signed) in self.letters.iter_mut().filter(|(held, _)| held == letter) {
            *signed = Some(Countersigned::seal(
                &key,
                EVENT,
                incarnation,
                no,
                held.clone(),
            ));
        }
    }
}
