//! Search of guests by name, seat or order code.
//!
//! An index of three-letter groups, so any part of a word finds it, whatever
//! the accents. It holds no text of its own; rows are read from the tickets.

use rusqlite::params;
use shared_model::ids::EventNo;
use shared_model::ticket::{Person, TicketRecord};

use super::tickets::{first, last};
use super::{Read, Result, Write};

/// Fewest letters that a search needs.
pub const SHORTEST_SEARCH: usize = 3;

impl Read<'_> {
    /// Tickets whose guest's words contain every word of `text`, best first, at most `limit`.
    ///
    /// Words shorter than [`SHORTEST_SEARCH`] are passed over; with no other word nothing is found.
    pub fn search_tickets(
        &self,
        event: EventNo,
        text: &str,
        limit: u32,
    ) -> Result<Vec<TicketRecord>> {
        let Some(query) = query(text) else {
            return Ok(Vec::new());
        };
        self.list(
            "id IN (SELECT rowid FROM ticket_words
                    WHERE ticket_words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 LIMIT ?4)
             ORDER BY id",
            params![query, first(event), last(event), limit],
        )
    }
}

impl Write<'_> {
    /// Brings the index of one ticket up to date; `known` says whether it holds older words.
    pub(super) fn index_words(&self, id: i64, person: Option<&Person>, known: bool) -> Result<()> {
        let connection = self.0.0;
        if known {
            connection
                .prepare_cached("DELETE FROM ticket_words WHERE rowid = ?1")?
                .execute([id])?;
        }
        if let Some(person) = person {
            let words = format!("{}\n{}\n{}", person.name, person.order_code, person.seat);
            connection
                .prepare_cached("INSERT INTO ticket_words (rowid, words) VALUES (?1, ?2)")?
                .execute(params![id, words])?;
        }
        Ok(())
    }
}

/// Each word as a quoted phrase, so that nothing a person types is an operator.
fn query(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split_whitespace()
        .filter(|word| word.chars().count() >= SHORTEST_SEARCH)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}
