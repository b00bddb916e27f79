//! Shift notes and the shift plan over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared_model::ids::{EventId, GateNo, OperatorNo};
use shared_model::notes::{Edit, EntryId, MAX_TEXT, Planned, Refused, Shift, ShiftChange};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::office::Board;
use super::{Error, office};
use crate::app::{App, AppState};
use crate::checkin::{self, Published};
use crate::events;
use crate::gateway::change::set;
use crate::gateway::extract::{Json, Path};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::{Kind, Problem};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_notes, add_note))
        .routes(routes!(erase_note))
        .routes(routes!(list_shifts, add_shift))
        .routes(routes!(change_shift, cancel_shift))
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Note)]
struct ShownNote {
    /// Its id.
    id: String,
    /// Number of who wrote it; 0 for the organizer's office.
    operator: u16,
    /// Their name, while they are on the roster.
    name: Option<String>,
    /// When.
    at: Instant,
    /// What it says; absent once it was erased.
    text: Option<String>,
}

/// The event's notes, oldest first: those of the office and of every device that delivered.
#[utoipa::path(get, path = "/api/v1/events/{event}/notes", tag = "notes",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "All of them", body = Vec<ShownNote>)))]
async fn list_notes(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Json<Vec<ShownNote>>, Problem> {
    let board = office::read(&app, organizer.id, event).await?;
    let notes = board.document.notes().map_err(Error::Refused)?;
    let shown = notes.into_iter().map(|note| ShownNote {
        id: note.id.to_string(),
        operator: note.operator.0,
        name: board.person_name(note.operator),
        at: note.at.into(),
        text: board.texts.get(&note.id).cloned(),
    });
    Ok(Json(shown.collect()))
}

/// A new note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    /// What it says, at most 1000 bytes. May name people: it can be erased.
    text: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
struct MadeEntry {
    /// Its id.
    id: String,
}

/// Writes a note, which devices show after their next contact.
#[utoipa::path(post, path = "/api/v1/events/{event}/notes", tag = "notes",
    params(("event" = Uuid, Path, description = "The event")), request_body = NoteBody,
    responses((status = 201, description = "Written", body = MadeEntry)))]
async fn add_note(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Json(body): Json<NoteBody>,
) -> Result<(StatusCode, Json<MadeEntry>), Problem> {
    let words = body.text.trim();
    if words.is_empty() || words.len() > MAX_TEXT {
        let limit = format!("has 1 to {MAX_TEXT} bytes");
        return Err(Problem::invalid("text", limit));
    }
    let published = published(&app, organizer, event).await?;
    let (edit, text) = office::note(&app, words);
    let id = office::write(&app, &published, edit, Some(text)).await?;
    let id = id.to_string();
    Ok((StatusCode::CREATED, Json(MadeEntry { id })))
}

/// Erases the text of a note, here and on every device after its next contact. That there was a
/// note, by whom and when, stays.
#[utoipa::path(delete, path = "/api/v1/events/{event}/notes/{entry}", tag = "notes",
    params(("event" = Uuid, Path, description = "The event"), ("entry" = String, Path, description = "The note's id")),
    responses((status = 204, description = "Erased")))]
async fn erase_note(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, entry)): Path<(EventId, String)>,
) -> Result<StatusCode, Problem> {
    let published = published(&app, organizer, event).await?;
    let edit = Edit::Erase(named(&entry)?);
    office::write(&app, &published, edit, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A shift.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Shift)]
struct ShownShift {
    /// Its id.
    id: String,
    /// The gate's number.
    gate: u16,
    /// The gate's name, while there is such a gate.
    gate_name: Option<String>,
    /// Number of who stands there.
    person: u16,
    /// Their name, while they are on the roster.
    person_name: Option<String>,
    /// Begin.
    from: Instant,
    /// End.
    until: Instant,
    /// Two people changed the same thing about it without knowing of each other; changing it again
    /// settles that.
    disputed: bool,
}

/// The shift plan, by begin.
#[utoipa::path(get, path = "/api/v1/events/{event}/shifts", tag = "notes",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "All of them", body = Vec<ShownShift>)))]
async fn list_shifts(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Json<Vec<ShownShift>>, Problem> {
    let board = office::read(&app, organizer.id, event).await?;
    let plan = board.document.plan().map_err(Error::Refused)?;
    let shown = plan.iter().map(|planned| show(&board, planned));
    Ok(Json(shown.collect()))
}

/// A new shift.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShiftBody {
    /// The gate's number.
    gate: u16,
    /// Number of who stands there.
    person: u16,
    /// Begin.
    from: Instant,
    /// End.
    until: Instant,
}

/// Plans a shift.
#[utoipa::path(post, path = "/api/v1/events/{event}/shifts", tag = "notes",
    params(("event" = Uuid, Path, description = "The event")), request_body = ShiftBody,
    responses((status = 201, description = "Planned", body = MadeEntry)))]
async fn add_shift(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Json(body): Json<ShiftBody>,
) -> Result<(StatusCode, Json<MadeEntry>), Problem> {
    let published = published(&app, organizer, event).await?;
    let shift = Shift {
        gate: GateNo(body.gate),
        person: OperatorNo(body.person),
        from: body.from.into(),
        until: body.until.into(),
    };
    if shift.from >= shift.until {
        return Err(Problem::invalid("until", "is after the begin"));
    }
    check(&published, Some(shift.gate), Some(shift.person))?;
    let id = office::write(&app, &published, Edit::Plan(shift), None).await?;
    let id = id.to_string();
    Ok((StatusCode::CREATED, Json(MadeEntry { id })))
}

/// What is to be different about a shift.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShiftChangeBody {
    /// Another gate's number.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    gate: Option<u16>,
    /// Number of somebody else.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    person: Option<u16>,
    /// Another begin.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    from: Option<Instant>,
    /// Another end.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    until: Option<Instant>,
}

/// Changes a shift; what is absent stays.
#[utoipa::path(patch, path = "/api/v1/events/{event}/shifts/{entry}", tag = "notes",
    params(("event" = Uuid, Path, description = "The event"), ("entry" = String, Path, description = "The shift's id")),
    request_body = ShiftChangeBody, responses((status = 204, description = "Changed")))]
async fn change_shift(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, entry)): Path<(EventId, String)>,
    Json(body): Json<ShiftChangeBody>,
) -> Result<StatusCode, Problem> {
    let published = published(&app, organizer, event).await?;
    let change = ShiftChange {
        gate: body.gate.map(GateNo),
        person: body.person.map(OperatorNo),
        from: body.from.map(Into::into),
        until: body.until.map(Into::into),
    };
    let entry = named(&entry)?;
    if change == ShiftChange::default() {
        return Ok(StatusCode::NO_CONTENT);
    }
    check(&published, change.gate, change.person)?;
    office::write(&app, &published, Edit::Replan(entry, change), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a shift out of the plan, for good.
#[utoipa::path(delete, path = "/api/v1/events/{event}/shifts/{entry}", tag = "notes",
    params(("event" = Uuid, Path, description = "The event"), ("entry" = String, Path, description = "The shift's id")),
    responses((status = 204, description = "Taken out")))]
async fn cancel_shift(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, entry)): Path<(EventId, String)>,
) -> Result<StatusCode, Problem> {
    let published = published(&app, organizer, event).await?;
    let edit = Edit::Cancel(named(&entry)?);
    office::write(&app, &published, edit, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn published(
    app: &App,
    organizer: Organizer,
    event: EventId,
) -> Result<std::sync::Arc<Published>, Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    Ok(checkin::book(app, event).await?)
}

fn named(entry: &str) -> Result<EntryId, Problem> {
    entry.parse().map_err(|_| Problem::new(Kind::NotFound))
}

fn check(
    published: &Published,
    gate: Option<GateNo>,
    person: Option<OperatorNo>,
) -> Result<(), Problem> {
    let book = &published.book;
    if gate.is_some_and(|gate| book.gate(gate).is_none()) {
        return Err(Problem::invalid("gate", "is no gate of the event"));
    }
    if person.is_some_and(|person| book.roster.operator(person).is_none()) {
        return Err(Problem::invalid("person", "is nobody on the roster"));
    }
    Ok(())
}

fn show(board: &Board, planned: &Planned) -> ShownShift {
    let shift = planned.shift;
    ShownShift {
        id: planned.id.to_string(),
        gate: shift.gate.0,
        gate_name: board.gate_name(shift.gate),
        person: shift.person.0,
        person_name: board.person_name(shift.person),
        from: shift.from.into(),
        until: shift.until.into(),
        disputed: planned.disputed,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refused) => refusal(refused),
            Error::Event(error) => error.into(),
            Error::Book(error) => error.into(),
            Error::Node(error) => error.into(),
            Error::Store(error) => error.into(),
        }
    }
}

fn refusal(refused: Refused) -> Problem {
    let words = refused.to_string();
    match refused {
        Refused::UnknownEntry => Problem::new(Kind::NotFound),
        Refused::Full => Problem::new(Kind::Conflict).detail(words),
        Refused::Malformed | Refused::TooLarge | Refused::WrongText => {
            Problem::new(Kind::Invalid).detail(words)
        }
        Refused::Broken => Problem::new(Kind::Unavailable).retry_after_secs(1),
        Refused::WrongEvent
        | Refused::UnknownDevice
        | Refused::Revoked
        | Refused::BadSignature
        | Refused::UnknownOperator
        | Refused::NotAllowed
        | Refused::Missing
        | Refused::NotNext
        | Refused::Forked
        | Refused::WrongHash => Problem::internal(Error::Refused(refused)),
    }
}
