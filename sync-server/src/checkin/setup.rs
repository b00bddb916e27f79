//! Setting up the doors over HTTP: lists, gates, zones, questions, operators.
//!
//! The five are handled alike: a JSON object whose fields are those of the book. What is
//! absent gets its default or stays as it was; a field that there is not is refused, and
//! so is anything that would make a book no device accepts.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use shared_model::book::{Gate, List, Operator, Question, Zone};
use shared_model::ids::EventId;
use shared_model::time::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::parts::{self, Part};
use super::{Error, book, described, pin, pretix};
use crate::app::{App, AppState};
use crate::db::Tx;
use crate::events::{self, Event};
use crate::gateway::check;
use crate::gateway::extract::{Json, Path, read_value};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::Problem;

/// Most characters of a name, or of a question.
const LONGEST_TITLE: usize = 200;

/// The set-up's routes.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::show, list::add))
        .routes(routes!(list::change, list::remove))
        .routes(routes!(pretix::take_over_rule))
        .routes(routes!(gate::show, gate::add))
        .routes(routes!(gate::change, gate::remove))
        .routes(routes!(zone::show, zone::add))
        .routes(routes!(zone::change, zone::remove))
        .routes(routes!(question::show, question::add))
        .routes(routes!(question::change, question::remove))
        .routes(routes!(operator::show, operator::add))
        .routes(routes!(operator::change, operator::remove))
}

macro_rules! handlers {
    ($($module:ident: $part:ty, $sent:ty, $shown:ty, $all:literal, $one:literal, $words:literal;)*) => {$(
        mod $module {
            use super::*;

            #[doc = concat!("The event's ", $words, "s, by number.")]
            #[utoipa::path(get, path = $all, tag = "checkin", operation_id = concat!("list_", stringify!($module), "s"),
                params(("event" = Uuid, Path, description = "The event")),
                responses((status = 200, description = "All of them", body = Vec<$shown>)))]
            pub(super) async fn show(
                State(app): State<AppState>,
                organizer: Organizer,
                Path(event): Path<EventId>,
            ) -> Result<Json<Vec<Value>>, Problem> {
                Ok(Json(show_all::<$part>(&app, organizer, event).await?))
            }

            #[doc = concat!("Adds a ", $words, "; what is absent gets its default.")]
            #[utoipa::path(post, path = $all, tag = "checkin", operation_id = concat!("add_", stringify!($module)),
                params(("event" = Uuid, Path, description = "The event")), request_body = $sent,
                responses((status = 201, description = "Added", body = $shown)))]
            pub(super) async fn add(
                State(app): State<AppState>,
                organizer: Organizer,
                Path(event): Path<EventId>,
                Json(body): Json<Map<String, Value>>,
            ) -> Result<(StatusCode, Json<Value>), Problem> {
                let added = add_part::<$part>(&app, organizer, event, body).await?;
                Ok((StatusCode::CREATED, Json(added)))
            }

            #[doc = concat!("Changes a ", $words, "; what is absent stays.")]
            #[utoipa::path(patch, path = $one, tag = "checkin", operation_id = concat!("change_", stringify!($module)),
                params(("event" = Uuid, Path, description = "The event"), ("number" = u16, Path, description = "Its number")),
                request_body = $sent, responses((status = 200, description = "Changed", body = $shown)))]
            pub(super) async fn change(
                State(app): State<AppState>,
                organizer: Organizer,
                Path((event, number)): Path<(EventId, u16)>,
                Json(body): Json<Map<String, Value>>,
            ) -> Result<Json<Value>, Problem> {
                Ok(Json(change_part::<$part>(&app, organizer, (event, number), body).await?))
            }

            #[doc = concat!("Removes a ", $words, "; its number is not given out again.")]
            #[utoipa::path(delete, path = $one, tag = "checkin", operation_id = concat!("remove_", stringify!($module)),
                params(("event" = Uuid, Path, description = "The event"), ("number" = u16, Path, description = "Its number")),
                responses((status = 204, description = "Removed")))]
            pub(super) async fn remove(
                State(app): State<AppState>,
                organizer: Organizer,
                Path((event, number)): Path<(EventId, u16)>,
            ) -> Result<StatusCode, Problem> {
                remove_part::<$part>(&app, organizer, event, number).await?;
                Ok(StatusCode::NO_CONTENT)
            }
        }
    )*};
}
handlers! {
    list: List, described::List, described::List, "/api/v1/events/{event}/lists", "/api/v1/events/{event}/lists/{number}", "check-in list";
    gate: Gate, described::Gate, described::Gate, "/api/v1/events/{event}/gates", "/api/v1/events/{event}/gates/{number}", "gate";
    zone: Zone, described::Zone, described::Zone, "/api/v1/events/{event}/zones", "/api/v1/events/{event}/zones/{number}", "zone";
    question: Question, described::Question, described::Question, "/api/v1/events/{event}/questions", "/api/v1/events/{event}/questions/{number}", "question";
    operator: Operator, described::Operator, described::ShownOperator, "/api/v1/events/{event}/operators", "/api/v1/events/{event}/operators/{number}", "operator";
}

async fn show_all<P: Part>(
    app: &App,
    organizer: Organizer,
    event: EventId,
) -> Result<Vec<Value>, Problem> {
    let mut tx = app.db.begin().await?;
    let event = open(&mut tx, organizer, event).await?;
    let parts = parts::list::<P>(&mut tx, event.id).await?;
    tx.commit().await?;
    parts.iter().map(shown).collect()
}

async fn add_part<P: Part>(
    app: &App,
    organizer: Organizer,
    event: EventId,
    body: Map<String, Value>,
) -> Result<Value, Problem> {
    let body = with_pin::<P>(app, body).await?;
    let mut tx = app.db.begin().await?;
    let event = open(&mut tx, organizer, event).await?;
    let part = merged(&P::new(), titled::<P>(body, true)?)?;
    let part = parts::insert(&mut tx, event.id, part).await?;
    settle(app, tx, &event).await?;
    shown(&part)
}

pub(super) async fn change_part<P: Part>(
    app: &App,
    organizer: Organizer,
    (event, number): (EventId, u16),
    body: Map<String, Value>,
) -> Result<Value, Problem> {
    let body = with_pin::<P>(app, body).await?;
    let mut tx = app.db.begin().await?;
    let event = open(&mut tx, organizer, event).await?;
    let known = parts::find::<P>(&mut tx, event.id, i64::from(number)).await?;
    let part = merged(&known, titled::<P>(body, false)?)?;
    parts::replace(&mut tx, event.id, &part).await?;
    settle(app, tx, &event).await?;
    shown(&part)
}

async fn remove_part<P: Part>(
    app: &App,
    organizer: Organizer,
    event: EventId,
    number: u16,
) -> Result<(), Problem> {
    let mut tx = app.db.begin().await?;
    let event = open(&mut tx, organizer, event).await?;
    parts::remove::<P>(&mut tx, event.id, i64::from(number)).await?;
    settle(app, tx, &event).await
}

async fn open(tx: &mut Tx, organizer: Organizer, event: EventId) -> Result<Event, Problem> {
    let event = events::find(tx, organizer.id, event).await?;
    book::open_door(tx, &event).await?;
    Ok(event)
}

/// Commits, if the book still holds, and tells devices.
async fn settle(app: &App, mut tx: Tx, event: &Event) -> Result<(), Problem> {
    book::check_next(app, &mut tx, event).await?;
    tx.commit().await?;
    app.announce(event.id);
    Ok(())
}

/// The body with a name that people can read; a new part needs one.
fn titled<P: Part>(mut body: Map<String, Value>, new: bool) -> Result<Map<String, Value>, Problem> {
    let field = format!("/{}", P::TITLE);
    match body.get_mut(P::TITLE) {
        Some(Value::String(title)) => *title = check::text(&field, title, LONGEST_TITLE)?,
        None if new => return Err(Problem::invalid(&field, "is needed")),
        // Of another type: what reads the part says so.
        _ => {}
    }
    Ok(body)
}

/// `body` over `known`: every field must be one that the part has, except its number.
fn merged<P: Part>(known: &P, body: Map<String, Value>) -> Result<P, Problem> {
    let Value::Object(mut fields) = serde_json::to_value(known).map_err(Problem::internal)? else {
        return Err(Problem::internal("a part of the book is an object"));
    };
    for (name, value) in body {
        if name == P::NUMBER || !fields.contains_key(&name) {
            return Err(Problem::invalid(&name, "is no field that can be set"));
        }
        fields.insert(name, to_millis(value)?);
    }
    read_value(Value::Object(fields))
}

/// The part as organizers see it: instants as text, no verifier of a PIN.
fn shown(part: &impl Part) -> Result<Value, Problem> {
    let mut value = serde_json::to_value(part).map_err(Problem::internal)?;
    if let Some(pin) = value.get_mut("pin") {
        *pin = Value::Bool(!pin.is_null());
    }
    Ok(to_text(value))
}

/// The body with the digits of a PIN turned into their verifier.
async fn with_pin<P: Part>(
    app: &App,
    mut body: Map<String, Value>,
) -> Result<Map<String, Value>, Problem> {
    if P::KIND != Operator::KIND {
        return Ok(body);
    }
    match body.get_mut("pin") {
        None | Some(Value::Null) => {}
        Some(Value::String(digits)) => *digits = pin::verifier(digits, &mut app.rng()).await?,
        Some(_) => return Err(Error::Pin.into()),
    }
    Ok(body)
}

/// Instants in intervals, RFC 3339 to milliseconds.
fn to_millis(value: Value) -> Result<Value, Problem> {
    Ok(match value {
        Value::Array(items) => {
            Value::Array(items.into_iter().map(to_millis).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let value = match value {
                    Value::String(text) if is_instant(&name) => {
                        let at: Instant = serde_json::from_value(Value::String(text))
                            .map_err(|_| Problem::invalid(&name, "is no RFC 3339 instant"))?;
                        at.0.as_millis().into()
                    }
                    other => other,
                };
                Ok((name, value))
            });
            Value::Object(fields.collect::<Result<_, Problem>>()?)
        }
        other => other,
    })
}

/// Instants in intervals, milliseconds to RFC 3339.
fn to_text(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(to_text).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let at = value.as_i64().filter(|_| is_instant(&name));
                let text = at.and_then(|at| serde_json::to_value(Instant(Timestamp(at))).ok());
                (name, text.unwrap_or_else(|| to_text(value)))
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn is_instant(name: &str) -> bool {
    matches!(name, "from" | "until")
}
