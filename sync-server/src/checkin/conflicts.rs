//! Conflicts: facts that could not all have been admitted, for a person to settle.

use serde::Serialize;
use shared_model::fact::Resolution;
use shared_model::log::fold::{Conflict, ConflictKind};
use utoipa::ToSchema;

use super::entries::{self, Entry, View, name};
use super::{Error, Published};
use crate::app::App;

/// A conflict with both its facts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShownConflict {
    /// Its id: that of the later fact.
    id: String,
    /// What is wrong.
    #[schema(value_type = String, example = "double_entry")]
    kind: ConflictKind,
    /// The ticket, where it is about one.
    serial: Option<u32>,
    /// Who the ticket is for, as far as its order says.
    person: Option<String>,
    /// The list, where it is about one.
    list: Option<u16>,
    /// The fact that was first and holds.
    first: Option<Entry>,
    /// The fact that contradicts it.
    later: Option<Entry>,
    /// A device that has not been heard of since may still change this.
    provisional: bool,
    /// What a person found it to be; absent while nobody did.
    #[schema(value_type = Option<String>, example = "innocent_rescan")]
    resolved: Option<Resolution>,
    /// The number of that person.
    resolved_by: Option<u16>,
}

/// Everything that is wrong at the event, in the order of the facts.
pub(super) async fn list(app: &App, published: &Published) -> Result<Vec<ShownConflict>, Error> {
    let mut conn = app.db.read();
    let event = published.event.id;
    let live = app.doors.live(event);
    let mut live = live.lock().await;
    live.catch_up(&mut conn, event, &published.book).await?;
    let conflicts = live.fold.conflicts(&published.book);
    let view = View::new(app, published, &live);
    let watermark = entries::watermark(app, &published.book, &live);
    let mut shown = Vec::with_capacity(conflicts.len());
    for conflict in conflicts {
        let later = entries::find(&mut conn, event, &view, conflict.id).await?;
        let first = match conflict.against {
            Some(id) => entries::find(&mut conn, event, &view, id).await?,
            None => None,
        };
        let person = match conflict.serial {
            Some(serial) => super::manifest::find_ticket(&mut conn, event, serial)
                .await?
                .and_then(|ticket| ticket.person)
                .map(|person| person.name),
            None => None,
        };
        let provisional = !shared_model::log::fold::is_final(&conflict.place, watermark);
        shown.push(show(&conflict, (first, later), person, provisional));
    }
    Ok(shown)
}

fn show(
    conflict: &Conflict,
    (first, later): (Option<Entry>, Option<Entry>),
    person: Option<String>,
    provisional: bool,
) -> ShownConflict {
    ShownConflict {
        id: name(conflict.id.actor, conflict.id.seq),
        kind: conflict.kind,
        serial: conflict.serial.map(|serial| serial.0),
        person,
        list: conflict.list.map(|list| list.0),
        first,
        later,
        provisional,
        resolved: conflict.resolved.map(|resolved| resolved.outcome),
        resolved_by: conflict.resolved.map(|resolved| resolved.operator.0),
    }
}
