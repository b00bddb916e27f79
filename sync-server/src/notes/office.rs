//! The organizer as a writer: this server's key signs, operator 0 is the office.

use rand::Rng as _;
use shared_model::ids::{EventId, GateNo, OperatorNo, OrganizerId};
use shared_model::notes::{Author, Document, Edit, EntryId, Text, Writer, commit, open};

use super::{Error, keep, store};
use crate::app::App;
use crate::checkin::{self, Published};
use crate::{devices, events};

/// What the organizer sees: the document, and the texts of its notes.
pub(super) struct Board {
    pub(super) published: std::sync::Arc<Published>,
    pub(super) document: Document,
    pub(super) texts: std::collections::HashMap<EntryId, String>,
}

impl Board {
    /// What people call a gate.
    pub(super) fn gate_name(&self, gate: GateNo) -> Option<String> {
        let gate = self.published.book.gate(gate)?;
        Some(gate.name.clone())
    }

    /// What people call somebody on duty.
    pub(super) fn person_name(&self, person: OperatorNo) -> Option<String> {
        let person = self.published.book.roster.operator(person)?;
        Some(person.name.clone())
    }
}

/// Reads everything.
pub(super) async fn read(
    app: &App,
    organizer: OrganizerId,
    event: EventId,
) -> Result<Board, Error> {
    let event = events::find(&mut app.db.read(), organizer, event).await?;
    let published = checkin::book(app, event).await?;
    let letters = store::list(&mut app.db.read(), published.event.id, 0).await?;
    let letters = letters.iter().map(|(_, letter)| letter);
    let document = Document::of(letters.clone())?;
    let texts = letters.filter_map(|letter| {
        let text = letter.text.as_ref()?;
        Some((letter.id().ok()?, text.words.clone()))
    });
    Ok(Board {
        texts: texts.collect(),
        document,
        published,
    })
}

/// Writes `edit` in the organizer's name; the entry that the change made, or would have.
pub(super) async fn write(
    app: &App,
    published: &Published,
    edit: Edit,
    text: Option<Text>,
) -> Result<EntryId, Error> {
    let event = &published.event;
    let desk = app.notes.of(event.id);
    let mut desk = desk.lock().await;
    let mut tx = app.db.begin().await?;
    let mut document = desk.take(&mut tx, event.id).await?;
    let node = devices::node(&mut tx, app, &app.config.node, event.organizer, event.id).await?;
    let writer = Writer {
        event: published.book.event,
        key: &node.fact_key,
        epoch: checkin::epoch(&mut tx, app, event.id).await?,
    };
    let author = Author {
        operator: OperatorNo(0),
        supervises: true,
        at: app.now(),
    };
    // A refused change leaves the document as it was.
    let letter = match writer.write(&mut document, author, edit, text) {
        Ok(letter) => letter,
        Err(refused) => {
            desk.put_back(document);
            return Err(refused.into());
        }
    };
    let opened = open(
        published.book.event,
        &published.book.roster,
        &letter,
        app.now(),
    )?;
    keep(app, &mut tx, event.id, &letter, &opened).await?;
    tx.commit().await?;
    desk.put_back(document);
    app.announce_facts(event.id);
    Ok(opened.change.id())
}

/// The words of a new note with what hides them behind their commitment, and the edit.
pub(super) fn note(app: &App, words: &str) -> (Edit, Text) {
    let mut salt = [0; 16];
    app.rng().fill_bytes(&mut salt);
    let text = Text {
        salt,
        words: words.to_owned(),
    };
    let edit = Edit::Note {
        commitment: commit(&text),
        len: u16::try_from(words.len()).unwrap_or(u16::MAX),
    };
    (edit, text)
}
