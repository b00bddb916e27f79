//! What is done to all tickets of an event, in small batches beside the door.

use shared_model::ids::EventNo;

use crate::scanner::{Result, Scanner};

/// Tickets that one transaction takes in: a scan waits for no more.
pub(super) const IMPORT_BATCH: usize = 250;
/// As many while an event's tickets come for the first time, when few stand at its door.
pub(super) const FIRST_BATCH: usize = 1000;
/// Tickets that one transaction folds anew.
pub(super) const FOLD_BATCH: usize = 50;

impl Scanner {
    /// Drops the names of all tickets of an event, in small batches beside the door.
    pub(super) fn forget_names(&self, event: EventNo) -> Result<()> {
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
