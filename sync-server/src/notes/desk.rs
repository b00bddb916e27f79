//! The documents that this process keeps at hand, each made of the letters in the database.
//!
//! A cache: whoever uses one first brings it up to the newest letter, and a change that
//! was not committed is not kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shared_model::ids::EventId;
use shared_model::notes::Document;

use super::{Error, store};
use crate::db::Tx;

/// The documents at hand, by event.
#[derive(Debug, Default)]
pub struct Desks(Mutex<HashMap<EventId, Arc<tokio::sync::Mutex<Desk>>>>);

/// The document of one event; whoever holds it writes.
#[derive(Debug, Default)]
pub(super) struct Desk(Option<Document>);

impl Desks {
    /// The desk of an event: lock it before a transaction begins.
    pub(super) fn of(&self, event: EventId) -> Arc<tokio::sync::Mutex<Desk>> {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(desks.entry(event).or_default())
    }
}

impl Desk {
    /// Takes the turn to write, and the document with every letter in it. To be put back once
    /// the transaction is committed.
    pub(super) async fn take(&mut self, tx: &mut Tx, event: EventId) -> Result<Document, Error> {
        let count = store::turn(tx, event).await?;
        let mut document = self.0.take().unwrap_or_default();
        let held = u32::try_from(document.len()).unwrap_or(u32::MAX);
        if held > count {
            // Another database was put in place of the one that this document was made of.
            document = Document::default();
        }
        let held = u32::try_from(document.len()).unwrap_or(u32::MAX);
        let missing = store::list(tx, event, held).await?;
        document.extend(missing.iter().map(|(_, letter)| letter))?;
        Ok(document)
    }

    /// Keeps the document for the next one.
    pub(super) fn put_back(&mut self, document: Document) {
        self.0 = Some(document);
    }
}
