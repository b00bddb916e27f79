//! Events over HTTP.

use axum::extract::State as App;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared_model::book::Occurrence;
use shared_model::ids::{EventId, EventNo, OccurrenceNo};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Date, Draft, Error, Event, State};
use crate::app::AppState;
use crate::gateway::change::{Change, set};
use crate::gateway::check;
use crate::gateway::extract::{Json, Path, Query};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::{Kind, Problem, ProblemDocument};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_event, list_events))
        .routes(routes!(show_event, change_event, delete_event))
        .routes(routes!(list_dates, add_date))
        .routes(routes!(change_date))
}

/// A new event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEvent {
    /// Its name, up to 200 characters.
    name: String,
    /// Where it is, up to 200 characters.
    #[serde(default)]
    place: String,
    /// IANA time zone.
    #[schema(example = "Europe/Belgrade")]
    time_zone: String,
    /// ISO 4217 currency of its prices.
    #[schema(example = "EUR")]
    currency: String,
    /// Where its sale stands; `draft` when absent.
    state: Option<State>,
    /// Begin.
    starts_at: Option<Instant>,
    /// End.
    ends_at: Option<Instant>,
    /// When doors open.
    admission_at: Option<Instant>,
    /// Whether devices hold names to search; `true` when absent.
    search_on_devices: Option<bool>,
}

/// What changes of an event; what is absent stays, and `null` clears a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EventChange {
    /// Its name.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    place: Option<String>,
    /// IANA time zone.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// ISO 4217 currency; fixed after the first order.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    currency: Option<String>,
    /// Where its sale stands.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    state: Option<State>,
    /// Begin.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    starts_at: Change<Instant>,
    /// End.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    ends_at: Change<Instant>,
    /// When doors open.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    admission_at: Change<Instant>,
    /// Whether devices hold names to search.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    search_on_devices: Option<bool>,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct ShownEvent {
    /// Its id.
    id: Uuid,
    /// Its number at the door, in tokens and facts.
    event_no: u32,
    /// Its name.
    name: String,
    /// Where it is.
    place: String,
    /// IANA time zone.
    time_zone: String,
    /// ISO 4217 currency.
    currency: String,
    /// Where its sale stands.
    state: State,
    /// Begin.
    starts_at: Option<Instant>,
    /// End.
    ends_at: Option<Instant>,
    /// When doors open.
    admission_at: Option<Instant>,
    /// Whether devices hold names to search.
    search_on_devices: bool,
}

impl From<Event> for ShownEvent {
    fn from(event: Event) -> Self {
        Self {
            id: event.id.0,
            event_no: event.event_no.0,
            name: event.name,
            place: event.place,
            time_zone: event.time_zone,
            currency: event.currency,
            state: event.state,
            starts_at: event.starts_at.map(Instant),
            ends_at: event.ends_at.map(Instant),
            admission_at: event.admission_at.map(Instant),
            search_on_devices: event.search_on_devices,
        }
    }
}

/// Makes an event, with its keys.
#[utoipa::path(post, path = "/api/v1/events", tag = "events", request_body = NewEvent,
    responses((status = 201, description = "Made", body = ShownEvent)))]
async fn create_event(
    App(app): App<AppState>,
    organizer: Organizer,
    Json(body): Json<NewEvent>,
) -> Result<(StatusCode, Json<ShownEvent>), Problem> {
    let draft = Draft {
        name: check::text("/name", &body.name, 200)?,
        place: check::optional_text("/place", &body.place, 200)?,
        time_zone: body.time_zone,
        currency: body.currency,
        state: body.state.unwrap_or(State::Draft),
        starts_at: body.starts_at.map(Into::into),
        ends_at: body.ends_at.map(Into::into),
        admission_at: body.admission_at.map(Into::into),
        search_on_devices: body.search_on_devices.unwrap_or(true),
    };
    let mut rng = app.rng();
    let made = super::create(
        &app.db,
        &app.master_key,
        organizer.id,
        draft,
        app.now(),
        &mut rng,
    );
    Ok((StatusCode::CREATED, Json(made.await?.into())))
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Only events with a lower number: the last one of the page before.
    before: Option<u32>,
    /// At most so many, up to 200; 50 when absent.
    limit: Option<u32>,
}

/// The organizer's events, newest first.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    responses((status = 200, description = "A page", body = Vec<ShownEvent>)))]
async fn list_events(
    App(app): App<AppState>,
    organizer: Organizer,
    Query(page): Query<Page>,
) -> Result<Json<Vec<ShownEvent>>, Problem> {
    let limit = check::page_size(page.limit);
    let before = page.before.map(EventNo);
    let events = super::list(&mut app.db.read(), organizer.id, before, limit).await?;
    Ok(Json(events.into_iter().map(Into::into).collect()))
}

/// An event.
#[utoipa::path(get, path = "/api/v1/events/{event}", tag = "events",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "The event", body = ShownEvent)))]
async fn show_event(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
) -> Result<Json<ShownEvent>, Problem> {
    let event = super::find(&mut app.db.read(), organizer.id, EventId(event)).await?;
    Ok(Json(event.into()))
}

/// Changes an event.
#[utoipa::path(patch, path = "/api/v1/events/{event}", tag = "events", request_body = EventChange,
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "The event", body = ShownEvent)))]
async fn change_event(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
    Json(body): Json<EventChange>,
) -> Result<Json<ShownEvent>, Problem> {
    let before = super::find(&mut app.db.read(), organizer.id, EventId(event)).await?;
    let draft = Draft {
        name: check::text("/name", &body.name.unwrap_or(before.name), 200)?,
        place: check::optional_text("/place", &body.place.unwrap_or(before.place), 200)?,
        time_zone: body.time_zone.unwrap_or(before.time_zone),
        currency: body.currency.unwrap_or(before.currency),
        state: body.state.unwrap_or(before.state),
        starts_at: body.starts_at.over(before.starts_at),
        ends_at: body.ends_at.over(before.ends_at),
        admission_at: body.admission_at.over(before.admission_at),
        search_on_devices: body.search_on_devices.unwrap_or(before.search_on_devices),
    };
    let event = super::update(&app.db, organizer.id, before.id, draft, app.now()).await?;
    app.announce(event.id);
    Ok(Json(event.into()))
}

/// Deletes a draft of which nothing was sold. Devices that were given it say that it is gone.
#[utoipa::path(delete, path = "/api/v1/events/{event}", tag = "events",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 204, description = "Deleted"),
        (status = 409, description = "On sale or over, or something of it was sold", body = ProblemDocument)))]
async fn delete_event(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let event = EventId(event);
    super::delete(&app.db, organizer.id, event, app.now()).await?;
    app.announce(event);
    Ok(StatusCode::NO_CONTENT)
}

/// A new date of a series.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDate {
    /// Its name, up to 200 characters.
    #[serde(default)]
    #[schema(example = "Saturday")]
    name: String,
    /// Begin.
    starts_at: Instant,
    /// End.
    ends_at: Option<Instant>,
    /// When doors open; the begin stands in where it is absent.
    admission_at: Option<Instant>,
}

/// What changes of a date; what is absent stays, and `null` clears a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DateChange {
    /// Its name.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Begin.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    starts_at: Option<Instant>,
    /// End.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    ends_at: Change<Instant>,
    /// When doors open.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    admission_at: Change<Instant>,
}

/// A date of a series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Occurrence)]
struct ShownDate {
    /// Its number, from 1: what tiers, check-in lists and tickets name.
    occurrence: u16,
    /// Its name.
    name: String,
    /// Begin.
    starts_at: Instant,
    /// End.
    ends_at: Option<Instant>,
    /// When doors open.
    admission_at: Option<Instant>,
}

impl From<Occurrence> for ShownDate {
    fn from(date: Occurrence) -> Self {
        Self {
            occurrence: date.occurrence.0,
            name: date.name,
            starts_at: date.starts_at.into(),
            ends_at: date.ends_at.map(Instant),
            admission_at: date.admission_at.map(Instant),
        }
    }
}

/// The dates of the event's series, by number; none for an event of one evening.
#[utoipa::path(get, path = "/api/v1/events/{event}/occurrences", tag = "events",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "Dates", body = Vec<ShownDate>)))]
async fn list_dates(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
) -> Result<Json<Vec<ShownDate>>, Problem> {
    let mut conn = app.db.read();
    let event = super::find(&mut conn, organizer.id, EventId(event)).await?;
    let dates = super::list_dates(&mut conn, event.id).await?;
    Ok(Json(dates.into_iter().map(Into::into).collect()))
}

/// Adds a date to the event's series.
///
/// A tier with this `occurrence` sells tickets for it, and a check-in list with this `occurrence`
/// refuses those of other dates. Dates are never removed, because tickets name them.
#[utoipa::path(post, path = "/api/v1/events/{event}/occurrences", tag = "events", request_body = NewDate,
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 201, description = "Added", body = ShownDate)))]
async fn add_date(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
    Json(body): Json<NewDate>,
) -> Result<(StatusCode, Json<ShownDate>), Problem> {
    let date = Date {
        name: check::optional_text("/name", &body.name, 200)?,
        starts_at: body.starts_at.into(),
        ends_at: body.ends_at.map(Into::into),
        admission_at: body.admission_at.map(Into::into),
    };
    let event = EventId(event);
    let date = super::add_date(&app.db, (organizer.id, event), date, app.now()).await?;
    app.announce(event);
    Ok((StatusCode::CREATED, Json(date.into())))
}

/// Moves or renames a date; tickets for it stay for it.
#[utoipa::path(patch, path = "/api/v1/events/{event}/occurrences/{number}", tag = "events", request_body = DateChange,
    params(("event" = Uuid, Path, description = "The event's id"), ("number" = u16, Path, description = "The date's number")),
    responses((status = 200, description = "The date", body = ShownDate)))]
async fn change_date(
    App(app): App<AppState>,
    organizer: Organizer,
    Path((event, number)): Path<(Uuid, u16)>,
    Json(body): Json<DateChange>,
) -> Result<Json<ShownDate>, Problem> {
    let (event, number) = (EventId(event), OccurrenceNo(number));
    let mut conn = app.db.read();
    super::find(&mut conn, organizer.id, event).await?;
    let dates = super::list_dates(&mut conn, event).await?;
    let before = dates.into_iter().find(|date| date.occurrence == number);
    let before = before.ok_or(Error::Unknown)?;
    let date = Date {
        name: check::optional_text("/name", &body.name.unwrap_or(before.name), 200)?,
        starts_at: body.starts_at.map_or(before.starts_at, Into::into),
        ends_at: body.ends_at.over(before.ends_at),
        admission_at: body.admission_at.over(before.admission_at),
    };
    let scope = (organizer.id, event);
    let date = super::change_date(&app.db, scope, number, date, app.now()).await?;
    app.announce(event);
    Ok(Json(date.into()))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown => Self::new(Kind::NotFound),
            Error::Invalid { field, reason } => Self::invalid(&format!("/{field}"), reason),
            Error::InUse => Self::new(Kind::Conflict).detail(
                "only a draft of which nothing was sold can be deleted: end the event instead",
            ),
            Error::Key(error) => Self::internal(error),
            Error::Store(error) => error.into(),
        }
    }
}
