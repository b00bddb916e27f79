//! The events this device works for: their books, how far their tickets have
//! come, and under which name the device writes facts of each.

use rusqlite::{OptionalExtension as _, Row, params};
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, Epoch, EventNo, Kid, Serial};
use shared_model::manifest::Position;
use shared_model::sync::Signed;

use super::{Read, Result, Write};

/// How an event stands on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventState {
    /// The event.
    pub event: EventNo,
    /// Its name, as enrolment told it.
    pub name: String,
    /// Number of the book held; 0 for none.
    pub book_number: u64,
    /// How far the tickets have come.
    pub manifest: Position,
    /// Number of the book that the state of all tickets was folded with.
    pub projected_book: u64,
    /// The random part of this device's actor.
    pub epoch: Epoch,
    /// Under which name this device writes.
    pub actor: ActorId,
    /// The highest point of the hybrid clock written or seen.
    pub hlc: Hlc,
    /// The server has said that it does not have the event any more.
    pub gone: bool,
}

/// The book as it was signed, and the root's certificate for the key that did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBook {
    /// As `ticket-crypto` encodes it.
    pub certificate: Vec<u8>,
    /// The book.
    pub book: Signed,
}

impl Read<'_> {
    /// All events of this device, by number.
    pub fn list_events(&self) -> Result<Vec<EventState>> {
        let mut statement = self.0.prepare_cached(&select("ORDER BY event"))?;
        let rows = statement.query_map([], state)?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// How one event stands.
    pub fn find_event(&self, event: EventNo) -> Result<Option<EventState>> {
        let mut statement = self.0.prepare_cached(&select("WHERE event = ?1"))?;
        Ok(statement.query_row([event.0], state).optional()?)
    }

    /// The event's book; absent before the first contact.
    pub fn find_book(&self, event: EventNo) -> Result<Option<SignedBook>> {
        let mut statement = self.0.prepare_cached(
            "SELECT certificate, book, book_signature FROM event
             WHERE event = ?1 AND book IS NOT NULL",
        )?;
        let book = statement
            .query_row([event.0], |row| {
                Ok(SignedBook {
                    certificate: row.get(0)?,
                    book: Signed {
                        bytes: row.get(1)?,
                        signature: row.get(2)?,
                    },
                })
            })
            .optional()?;
        Ok(book)
    }

    /// The highest serial under `kid` that the tickets here cover; absent before any page came.
    ///
    /// While a first download runs it ends at the last serial that came.
    pub fn highest_serial(&self, event: EventNo, kid: Kid) -> Result<Option<Serial>> {
        let mut statement = self.0.prepare_cached(
            "SELECT CASE WHEN event.revision > 0 THEN serial
                         ELSE min(serial, after_serial) END
             FROM highest_serial JOIN event USING (event)
             WHERE event = ?1 AND kid = ?2",
        )?;
        let highest: Option<Option<u32>> = statement
            .query_row(params![event.0, kid.0], |row| row.get(0))
            .optional()?;
        Ok(highest.flatten().map(Serial))
    }
}

impl Write<'_> {
    /// Adds an event, with the actor under which this device will write.
    pub fn insert_event(
        &self,
        event: EventNo,
        name: &str,
        epoch: Epoch,
        actor: ActorId,
    ) -> Result<()> {
        self.0.0.execute(
            "INSERT INTO event (event, name, epoch, actor) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (event) DO NOTHING",
            params![event.0, name, epoch.0, actor.0],
        )?;
        Ok(())
    }

    /// Takes a book in, checked before. One with a number not above the present one is left out.
    pub fn mark_book(
        &self,
        event: EventNo,
        number: u64,
        name: &str,
        book: &SignedBook,
    ) -> Result<bool> {
        let changed = self.0.0.execute(
            "UPDATE event SET book_number = ?2, name = ?3, certificate = ?4, book = ?5, book_signature = ?6
             WHERE event = ?1 AND (book_number < ?2 OR (book IS NULL AND book_number = ?2))",
            params![
                event.0,
                number.cast_signed(),
                name,
                book.certificate,
                book.book.bytes,
                book.book.signature,
            ],
        )?;
        Ok(changed == 1)
    }

    /// Lets go of a book that this program cannot read; one with a lower number is still refused.
    pub fn forget_book(&self, event: EventNo) -> Result<()> {
        self.0.0.execute(
            "UPDATE event SET certificate = NULL, book = NULL, book_signature = NULL
             WHERE event = ?1",
            [event.0],
        )?;
        Ok(())
    }

    /// Notes the event's name, and whether the server still has it.
    pub fn mark_event(&self, event: EventNo, name: &str, gone: bool) -> Result<()> {
        self.0.0.execute(
            "UPDATE event SET name = ?2, gone = ?3 WHERE event = ?1",
            params![event.0, name, gone],
        )?;
        Ok(())
    }

    /// Deletes everything about an event, its facts too.
    pub fn delete_event(&self, event: EventNo) -> Result<()> {
        self.drop_tickets(event)?;
        let tables: Vec<String> = self
            .0
            .0
            .prepare(
                "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND c.name = 'event'",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        for table in tables {
            self.0.0.execute(
                &format!("DELETE FROM \"{table}\" WHERE event = ?1"),
                [event.0],
            )?;
        }
        Ok(())
    }

    /// Notes how far the tickets of an event have come.
    pub fn mark_position(
        &self,
        event: EventNo,
        position: Position,
        highest: &[(Kid, Serial)],
    ) -> Result<()> {
        let connection = self.0.0;
        connection
            .prepare_cached(
                "UPDATE event SET revision = ?2, started_revision = ?3, after_serial = ?4
                 WHERE event = ?1",
            )?
            .execute(params![
                event.0,
                position.since.cast_signed(),
                position.pass.map(u64::cast_signed),
                position.after.map(|serial| serial.0),
            ])?;
        let mut upsert = connection.prepare_cached(
            "INSERT INTO highest_serial (event, kid, serial) VALUES (?1, ?2, ?3)
             ON CONFLICT (event, kid) DO UPDATE SET serial = max(serial, excluded.serial)",
        )?;
        for (kid, serial) in highest {
            upsert.execute(params![event.0, kid.0, serial.0])?;
        }
        Ok(())
    }

    /// Goes on under another name: this store is a copy or an older state of one that wrote on.
    pub fn mark_actor(&self, event: EventNo, epoch: Epoch, actor: ActorId) -> Result<()> {
        self.0.0.execute(
            "UPDATE event SET epoch = ?2, actor = ?3 WHERE event = ?1",
            params![event.0, epoch.0, actor.0],
        )?;
        Ok(())
    }

    /// Raises the hybrid clock; a lower point changes nothing.
    pub fn mark_hlc(&self, event: EventNo, hlc: Hlc) -> Result<()> {
        self.0
            .0
            .prepare_cached("UPDATE event SET hlc = max(hlc, ?2) WHERE event = ?1")?
            .execute(params![event.0, hlc_to_sql(hlc)])?;
        Ok(())
    }
}

fn select(rest: &str) -> String {
    format!(
        "SELECT event, name, CASE WHEN book IS NULL THEN 0 ELSE book_number END, revision,
                started_revision, after_serial, epoch, actor, hlc, projected_book, gone
         FROM event {rest}"
    )
}

fn state(row: &Row<'_>) -> rusqlite::Result<EventState> {
    Ok(EventState {
        event: EventNo(row.get(0)?),
        name: row.get(1)?,
        book_number: row.get::<_, i64>(2)?.cast_unsigned(),
        manifest: Position {
            since: row.get::<_, i64>(3)?.cast_unsigned(),
            pass: row.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
            after: row.get::<_, Option<u32>>(5)?.map(Serial),
        },
        epoch: Epoch(row.get(6)?),
        actor: ActorId(row.get(7)?),
        hlc: Hlc(row.get::<_, i64>(8)?.cast_unsigned()),
        projected_book: row.get::<_, i64>(9)?.cast_unsigned(),
        gone: row.get(10)?,
    })
}

/// SQLite's integers are signed; a point past the year 6429 is kept as the last one before.
pub(super) fn hlc_to_sql(hlc: Hlc) -> i64 {
    i64::try_from(hlc.0).unwrap_or(i64::MAX)
}
