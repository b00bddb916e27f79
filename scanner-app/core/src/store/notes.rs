//! Shift notes: letters as they were signed, with the server's word where it is known.

use rusqlite::{OptionalExtension as _, Row, params};
use shared_model::ids::{Epoch, EventNo, Hash};
use shared_model::notes::{Countersigned, EntryId, Letter, Refused, Text};
use shared_model::sync::NotesStatus;

use super::{Error, Read, Result, Write};

/// A letter on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// The letter.
    pub letter: Letter,
    /// The server admitted it.
    pub admitted: bool,
    /// Why the server will not admit it.
    pub refused: Option<Refused>,
}

const LETTER: &str = "change, hash, signature, salt, words";

impl Read<'_> {
    /// All letters of an event, in the order in which they were taken.
    pub fn list_letters(&self, event: EventNo) -> Result<Vec<KeptLetter>> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {LETTER}, no IS NOT NULL, refused FROM note_letter WHERE event = ?1 ORDER BY id"
        ))?;
        let rows = statement.query_map([event.0], |row| {
            Ok((letter(row)?, row.get(5)?, row.get::<_, Option<Vec<u8>>>(6)?))
        })?;
        rows.map(|row| {
            let (letter, admitted, refused) = row?;
            let refused = refused.map(|code| postcard::from_bytes(&code));
            Ok(KeptLetter {
                letter,
                admitted,
                refused: refused.transpose()?,
            })
        })
        .collect()
    }

    /// How the event's notes stand.
    pub fn notes_status(&self, event: EventNo) -> Result<NotesStatus> {
        let mut statement = self.0.prepare_cached(
            "SELECT count(no), count(*) FILTER (WHERE no IS NULL AND refused IS NULL)
             FROM note_letter WHERE event = ?1",
        )?;
        Ok(statement.query_row([event.0], |row| {
            Ok(NotesStatus {
                have: row.get(0)?,
                pending: row.get(1)?,
            })
        })?)
    }

    /// The first letters that the server has neither admitted nor refused.
    pub fn list_pending_letters(&self, event: EventNo, limit: usize) -> Result<Vec<Letter>> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {LETTER} FROM note_letter
             WHERE event = ?1 AND no IS NULL AND refused IS NULL ORDER BY id LIMIT ?2"
        ))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![event.0, limit], letter)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// Letters after number `have` in the server's order, of some `bytes`.
    pub fn list_countersigned(
        &self,
        event: EventNo,
        have: u32,
        bytes: usize,
    ) -> Result<Vec<Countersigned>> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {LETTER}, no, countersigned FROM note_letter
             WHERE event = ?1 AND no > ?2 ORDER BY no"
        ))?;
        let mut rows = statement.query(params![event.0, have])?;
        let mut found: Vec<Countersigned> = Vec::new();
        let mut size = 0;
        while let Some(row) = rows.next()? {
            let letter = letter(row)?;
            size += letter.bytes.len() + letter.text.as_ref().map_or(0, |text| text.words.len());
            if size > bytes && !found.is_empty() {
                break;
            }
            found.push(Countersigned {
                letter,
                no: row.get(5)?,
                signature: row.get(6)?,
            });
        }
        Ok(found)
    }

    /// The random part of the name under which this device writes; absent before its first note.
    pub fn note_epoch(&self, event: EventNo) -> Result<Option<Epoch>> {
        let mut statement = self
            .0
            .prepare_cached("SELECT epoch FROM note_writer WHERE event = ?1")?;
        let epoch = statement.query_row([event.0], |row| row.get(0));
        Ok(epoch.optional()?.map(Epoch))
    }
}

impl Write<'_> {
    /// Adds a letter, or notes that the server admitted one that is here already.
    pub fn insert_letter(
        &self,
        event: EventNo,
        letter: &Letter,
        admitted: Option<&Countersigned>,
    ) -> Result<()> {
        let id = letter.id().map_err(Error::damaged)?;
        let text = letter.text.as_ref();
        self.0
            .0
            .prepare_cached(
                "INSERT INTO note_letter (event, writer, seq, change, hash, signature, salt, words, no, countersigned)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (event, hash) DO UPDATE
                 SET no = excluded.no, countersigned = excluded.countersigned, refused = NULL
                 WHERE excluded.no IS NOT NULL",
            )?
            .execute(params![
                event.0,
                id.writer.0,
                id.seq,
                letter.bytes,
                letter.hash.0,
                letter.signature,
                text.map(|text| text.salt),
                text.map(|text| text.words.as_str()),
                admitted.map(|admitted| admitted.no),
                admitted.map(|admitted| admitted.signature.as_slice()),
            ])?;
        Ok(())
    }

    /// Notes that the server will not admit a letter.
    pub fn mark_letter_refused(&self, event: EventNo, hash: &Hash, why: Refused) -> Result<()> {
        let why = postcard::to_allocvec(&why)?;
        self.0.0.execute(
            "UPDATE note_letter SET refused = ?3 WHERE event = ?1 AND hash = ?2 AND no IS NULL",
            params![event.0, hash.0, why],
        )?;
        Ok(())
    }

    /// Forgets a letter that nobody else has.
    pub fn delete_letter(&self, event: EventNo, hash: &Hash) -> Result<()> {
        self.0.0.execute(
            "DELETE FROM note_letter WHERE event = ?1 AND hash = ?2 AND no IS NULL",
            params![event.0, hash.0],
        )?;
        Ok(())
    }

    /// Forgets the text of a note.
    pub fn erase_note(&self, event: EventNo, note: EntryId) -> Result<()> {
        self.0.0.execute(
            "UPDATE note_letter SET salt = NULL, words = NULL
             WHERE event = ?1 AND writer = ?2 AND seq = ?3",
            params![event.0, note.writer.0, note.seq],
        )?;
        Ok(())
    }

    /// Writes down under which name this device goes on writing notes.
    pub fn put_note_epoch(&self, event: EventNo, epoch: Epoch) -> Result<()> {
        self.0.0.execute(
            "INSERT INTO note_writer (event, epoch) VALUES (?1, ?2)
             ON CONFLICT (event) DO UPDATE SET epoch = excluded.epoch",
            params![event.0, epoch.0],
        )?;
        Ok(())
    }

    /// Forgets all notes of an event.
    pub fn drop_notes(&self, event: EventNo) -> Result<()> {
        let connection = self.0.0;
        connection.execute("DELETE FROM note_letter WHERE event = ?1", [event.0])?;
        Ok(())
    }
}

fn letter(row: &Row<'_>) -> rusqlite::Result<Letter> {
    let salt: Option<[u8; 16]> = row.get(3)?;
    let words: Option<String> = row.get(4)?;
    Ok(Letter {
        bytes: row.get(0)?,
        hash: Hash(row.get(1)?),
        signature: row.get(2)?,
        text: salt.zip(words).map(|(salt, words)| Text { salt, words }),
    })
}
