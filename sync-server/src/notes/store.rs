//! All SQL of the notes.

use shared_model::ids::{EventId, Hash};
use shared_model::notes::{EntryId, Letter, Opened, Text};
use shared_model::time::Timestamp;

use crate::db::{Conn, Error, Tx};
use crate::{row, sql};

row! {
    struct LetterRow {
        no: u32,
        change: Vec<u8>,
        hash: Hash,
        signature: Vec<u8>,
        salt: Option<[u8; 16]>,
        words: Option<String>,
    }
}

/// How many letters there are.
pub(super) async fn count(conn: &mut Conn, event: EventId) -> Result<u32, Error> {
    let row = conn
        .sql(sql!("SELECT letters FROM note_orders WHERE event_id = $1" => (u32,)))
        .bind(event)
        .optional()
        .await?;
    Ok(row.map_or(0, |(letters,)| letters))
}

/// Waits for the turn to append; how many letters there are.
pub(super) async fn turn(tx: &mut Tx, event: EventId) -> Result<u32, Error> {
    tx.sql(sql!(
        "INSERT INTO note_orders (event_id, letters) VALUES ($1, 0) ON CONFLICT (event_id) DO NOTHING"
    ))
    .bind(event)
    .execute()
    .await?;
    let (letters,) = tx
        .sql(sql!("UPDATE note_orders SET letters = letters WHERE event_id = $1 RETURNING letters" => (u32,)))
        .bind(event)
        .one()
        .await?;
    Ok(letters)
}

/// The letters after number `after`, in order.
pub(super) async fn list(
    conn: &mut Conn,
    event: EventId,
    after: u32,
) -> Result<Vec<(u32, Letter)>, Error> {
    let rows = conn
        .sql(sql!("SELECT no, change, hash, signature, salt, words FROM note_letters WHERE event_id = $1 AND no > $2 ORDER BY no" => LetterRow))
        .bind(event)
        .bind(after)
        .all()
        .await?;
    let letters = rows.into_iter().map(|row| {
        let text = row.salt.zip(row.words);
        let letter = Letter {
            bytes: row.change,
            hash: row.hash,
            signature: row.signature,
            text: text.map(|(salt, words)| Text { salt, words }),
        };
        (row.no, letter)
    });
    Ok(letters.collect())
}

/// Appends a letter, by whoever has the turn.
pub(super) async fn insert(
    tx: &mut Tx,
    event: EventId,
    letter: &Letter,
    opened: &Opened,
    now: Timestamp,
) -> Result<(), Error> {
    let (no,) = tx
        .sql(sql!("UPDATE note_orders SET letters = letters + 1 WHERE event_id = $1 RETURNING letters" => (u32,)))
        .bind(event)
        .one()
        .await?;
    tx.sql(sql!("INSERT INTO note_letters (event_id, no, writer, seq, change, hash, signature, salt, words, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"))
        .bind(event)
        .bind(no)
        .bind(opened.writer)
        .bind(opened.change.seq)
        .bind(letter.bytes.as_slice())
        .bind(letter.hash)
        .bind(letter.signature.as_slice())
        .bind(letter.text.as_ref().map(|text| text.salt))
        .bind(letter.text.as_ref().map(|text| text.words.clone()))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Forgets the text of a note.
pub(super) async fn erase(tx: &mut Tx, event: EventId, note: EntryId) -> Result<(), Error> {
    tx.sql(sql!("UPDATE note_letters SET salt = NULL, words = NULL WHERE event_id = $1 AND writer = $2 AND seq = $3"))
        .bind(event)
        .bind(note.writer)
        .bind(note.seq)
        .execute()
        .await?;
    Ok(())
}
