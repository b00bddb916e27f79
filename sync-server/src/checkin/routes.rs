//! Check-in over HTTP.

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared_model::book::Book;
use shared_model::capacity::{Ask, SignedShares};
use shared_model::entry::{Answer, Confirmed, Override, Request};
use shared_model::fact::{Direction, Resolution};
use shared_model::ids::{DeviceId, EventId, GateNo, ListNo, OperatorNo, RequestId};
use shared_model::sync::codec::{self, FrameError, MAX_MESSAGE, MEDIA_TYPE};
use shared_model::time::Timestamp;
use shared_model::verdict::Verdict;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::conflicts::ShownConflict;
use super::entries::Entries;
use super::import::Imported;
use super::redeem::{Done, Redeem, Wish};
use super::{
    Error, Published, capacity, conflicts, described, doors, entries, frames, import, redeem,
    setup, socket,
};
use crate::app::{App, AppState};
use crate::devices::{self, Calling};
use crate::events;
use crate::gateway::extract::{Bytes, Csv, Json, Path, Query};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::{Kind, Problem};

/// Largest body of frames or of an imported file, in bytes.
const MAX_BODY: usize = MAX_MESSAGE;

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(import_tickets))
        .routes(routes!(exchange_frames))
        .routes(routes!(renew_shares))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .routes(routes!(open_socket))
        .merge(setup::routes())
        .routes(routes!(redeem_code))
        .routes(routes!(simulate_code))
        .routes(routes!(list_conflicts))
        .routes(routes!(resolve_conflict))
        .routes(routes!(list_entries))
        .routes(routes!(export_entries))
        .routes(routes!(show_occupancy))
        .routes(routes!(assign_gate))
}

/// Opens a lasting link on which frames go both ways.
///
/// Each binary message is a run of frames; the first begins with a hello. The server says by itself
/// what is new. A revoked device is told so and cut off.
#[utoipa::path(get, path = "/device/v1/socket", tag = "devices",
    responses((status = 101, description = "The link is open")))]
async fn open_socket(
    State(app): State<AppState>,
    Calling(device): Calling,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade =
        upgrade.map_err(|error| Problem::new(Kind::Malformed).detail(error.to_string()))?;
    Ok(upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(move |socket| socket::serve(app, device, socket)))
}

/// A code at a gate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RedeemBody {
    /// The code as read.
    code: String,
    /// Made once for each wish: the same id gets the same answer. 16 bytes in hexadecimal; a UUID will do.
    #[schema(example = "0190b8f2-6a3e-7cc1-8d5e-2f6b3c4d5e6f")]
    request_id: String,
    /// The check-in list; 1 when absent.
    list: Option<u16>,
    /// The gate; 0 for none. When absent 1, or none where the event has no gate 1.
    gate: Option<u16>,
    /// `entry` or `exit`; `entry` when absent.
    #[serde(default)]
    #[schema(value_type = String)]
    direction: Direction,
    /// Who stands there; 0 or absent for nobody.
    #[serde(default)]
    operator: u16,
    /// Answers to questions.
    #[serde(default)]
    #[schema(value_type = Vec<described::GivenAnswer>)]
    answers: Vec<Answer>,
    /// What staff confirmed.
    #[serde(default)]
    #[schema(value_type = Vec<described::GivenConfirmation>)]
    confirmed: Vec<Confirmed>,
    /// A supervisor's decision.
    #[serde(default, rename = "override")]
    #[schema(value_type = Option<described::Overriding>)]
    override_: Option<Override>,
    /// Somebody is there to ask; otherwise what has to be asked is refused with `staff_required`.
    #[serde(default)]
    can_ask: bool,
    /// Test tickets count.
    #[serde(default)]
    rehearsal: bool,
}

impl RedeemBody {
    fn wish(self, book: &Book, now: Timestamp) -> Result<Redeem, Problem> {
        let gate = self.gate_of(book)?;
        let operator = OperatorNo(self.operator);
        if operator.0 != 0 && book.roster.operator(operator).is_none() {
            return Err(Problem::invalid("/operator", "is nobody on the roster"));
        }
        let id: String = self.request_id.chars().filter(|c| *c != '-').collect();
        let id: RequestId = id
            .parse()
            .map_err(|_| Problem::invalid("/request_id", "has 32 hexadecimal digits"))?;
        if self.code.len() > 4096 {
            return Err(Problem::invalid("/code", "has at most 4096 bytes"));
        }
        Ok(Redeem {
            text: self.code,
            read: None,
            request: Request {
                id,
                list: ListNo(self.list.unwrap_or(1)),
                gate,
                direction: self.direction,
                operator,
                answers: self.answers,
                confirmed: self.confirmed,
                override_: self.override_,
                can_ask: self.can_ask,
                rehearsal: self.rehearsal,
                now,
            },
        })
    }
}

impl RedeemBody {
    fn gate_of(&self, book: &Book) -> Result<GateNo, Problem> {
        let known = |gate: &GateNo| gate.0 == 0 || book.gate(*gate).is_some();
        match self.gate.map(GateNo) {
            None => Ok(Some(GateNo(1)).filter(known).unwrap_or(GateNo(0))),
            Some(gate) if known(&gate) => Ok(gate),
            Some(_) => Err(Problem::invalid("/gate", "is no gate of the event")),
        }
    }
}

/// The answer to a code.
#[derive(Debug, Serialize, ToSchema)]
struct Redeemed {
    /// `admit`, `refuse`, `ask` or `confirm`.
    outcome: &'static str,
    /// The stable code of a refusal.
    reason: Option<&'static str>,
    /// The whole verdict: what was noted, what is asked, what would change it.
    #[schema(value_type = Option<described::verdict::Verdict>)]
    verdict: Option<Verdict>,
    /// The ticket's serial, where the code led to one.
    serial: Option<u32>,
    /// The ticket's tier.
    tier: Option<u16>,
    /// Who the ticket is for.
    person: Option<String>,
    /// This wish was answered before, and this is that answer.
    repeated: bool,
    /// The fact that was written; absent while something has to be asked first.
    fact: Option<String>,
    /// When it was decided.
    at: Instant,
}

impl From<Done> for Redeemed {
    fn from(done: Done) -> Self {
        let (outcome, reason) = match &done.verdict {
            Some(Verdict::Admit(_)) => ("admit", None),
            Some(Verdict::Refuse(refusal)) => ("refuse", Some(refusal.reason.code())),
            Some(Verdict::Ask { .. }) => ("ask", None),
            Some(Verdict::Confirm { .. }) => ("confirm", None),
            None => ("resolved", None),
        };
        let ticket = done.ticket.as_ref();
        Self {
            outcome,
            reason,
            serial: ticket.map(|ticket| ticket.serial.0),
            tier: ticket.map(|ticket| ticket.tier.0),
            person: done
                .ticket
                .and_then(|ticket| ticket.person)
                .map(|person| person.name),
            verdict: done.verdict,
            repeated: done.repeated,
            fact: done.fact.map(|fact| entries::name(fact.actor, fact.seq)),
            at: done.at.into(),
        }
    }
}

/// Redeems a code: decides, and writes what was decided, in one transaction.
///
/// For turnstiles and integrations that are always online. A refusal is an answer, with status 200.
#[utoipa::path(post, path = "/api/v1/events/{event}/redeem", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")), request_body = RedeemBody,
    responses((status = 200, description = "Answered", body = Redeemed)))]
async fn redeem_code(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Json(body): Json<RedeemBody>,
) -> Result<Json<Redeemed>, Problem> {
    let published = doors::book_of(&app, organizer.id, event).await?;
    let wish = Wish::Redeem(Box::new(body.wish(&published.book, app.now())?));
    let done = redeem::perform(&app, published.event.clone(), wish).await?;
    Ok(Json(done.into()))
}

/// Says what redeeming a code would answer, and writes nothing.
#[utoipa::path(post, path = "/api/v1/events/{event}/simulate", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")), request_body = RedeemBody,
    responses((status = 200, description = "What would be answered", body = Redeemed)))]
async fn simulate_code(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Json(body): Json<RedeemBody>,
) -> Result<Json<Redeemed>, Problem> {
    let published = doors::book_of(&app, organizer.id, event).await?;
    let wish = body.wish(&published.book, app.now())?;
    let done = redeem::simulate(&app, published.event.clone(), &wish).await?;
    Ok(Json(done.into()))
}

/// Imports tickets of another system, whose codes then admit here.
///
/// The file is CSV in UTF-8 of at most 4 MiB, with commas, semicolons or tabs between its cells and a
/// head line: `code`, `tier` (its number), and where wanted `name`, `seat`, `notes`, `order`. A code
/// that is known is brought up to date. The first row that cannot be taken refuses the file.
#[utoipa::path(post, path = "/api/v1/events/{event}/imports", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "Imported", body = Imported)))]
async fn import_tickets(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Csv(file): Csv,
) -> Result<Json<Imported>, Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    Ok(Json(
        import::import(&app, (event.organizer, event.id), &file).await?,
    ))
}

/// Facts that could not all have been admitted, with both devices, gates and times.
#[utoipa::path(get, path = "/api/v1/events/{event}/conflicts", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "Conflicts in the order of their facts", body = Vec<ShownConflict>)))]
async fn list_conflicts(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Json<Vec<ShownConflict>>, Problem> {
    let published = published(&app, organizer, event).await?;
    Ok(Json(conflicts::list(&app, &published).await?))
}

/// What a conflict turned out to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveBody {
    /// `innocent_rescan`, `shared_ticket`, `screenshot_fraud` or `staff_error`.
    #[schema(value_type = String)]
    outcome: Resolution,
    /// The supervisor who says so.
    operator: u16,
}

/// Settles a conflict, by a fact that devices hear of too.
#[utoipa::path(post, path = "/api/v1/events/{event}/conflicts/{conflict}/resolve", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event"), ("conflict" = String, Path, description = "The conflict's id")),
    request_body = ResolveBody, responses((status = 204, description = "Settled")))]
async fn resolve_conflict(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, conflict)): Path<(EventId, String)>,
    Json(body): Json<ResolveBody>,
) -> Result<StatusCode, Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    let conflict = entries::parse(&conflict).ok_or(Error::NoPart("conflict"))?;
    let wish = Wish::Resolve {
        conflict,
        outcome: body.outcome,
        operator: OperatorNo(body.operator),
    };
    redeem::perform(&app, event, wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which part of the entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct EntryPage {
    /// Only what arrived after this: `next` of the page before.
    after: Option<u64>,
    /// At most so many, up to 1000; 200 when absent.
    limit: Option<u32>,
}

/// Scans in the order in which they arrived here.
#[utoipa::path(get, path = "/api/v1/events/{event}/entries", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "A page", body = Entries)))]
async fn list_entries(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Query(wanted): Query<EntryPage>,
) -> Result<Json<Entries>, Problem> {
    let limit = wanted.limit.unwrap_or(200).clamp(1, 1000);
    let published = published(&app, organizer, event).await?;
    let after = wanted.after.unwrap_or(0);
    Ok(Json(entries::page(&app, &published, after, limit).await?))
}

/// All scans as CSV (RFC 4180), in the order in which they arrived here.
#[utoipa::path(get, path = "/api/v1/events/{event}/entries.csv", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "CSV", body = String, content_type = "text/csv")))]
async fn export_entries(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Response, Problem> {
    let published = published(&app, organizer, event).await?;
    let mut text = entries::CSV_HEAD.to_owned();
    let mut after = Some(0);
    while let Some(from) = after {
        let page = entries::page(&app, &published, from, 5000).await?;
        entries::csv(&page.entries, &mut text);
        after = page.next;
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"entries.csv\"",
        ),
    ];
    Ok((headers, text).into_response())
}

/// How many people are where.
#[derive(Debug, Serialize, ToSchema)]
struct Occupancy {
    /// Zones with their people.
    zones: Vec<ZoneOccupancy>,
    /// Lists with what happened on them.
    lists: Vec<ListOccupancy>,
}

/// A zone and its people.
#[derive(Debug, Serialize, ToSchema)]
struct ZoneOccupancy {
    /// The zone's number.
    zone: u8,
    /// Its name.
    name: String,
    /// People in it now.
    people: u32,
    /// People it holds; absent for no limit.
    capacity: Option<u32>,
}

/// A list and what happened on it.
#[derive(Debug, Serialize, ToSchema)]
struct ListOccupancy {
    /// The list's number.
    list: u16,
    /// Its name.
    name: String,
    /// Tickets that got in at least once.
    tickets: u32,
    /// People let in, each time anew.
    people: u32,
    /// People inside now.
    inside: u32,
}

/// How many people are in each zone and on each list.
#[utoipa::path(get, path = "/api/v1/events/{event}/occupancy", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "Now", body = Occupancy)))]
async fn show_occupancy(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Json<Occupancy>, Problem> {
    let published = published(&app, organizer, event).await?;
    let (book, now) = (&published.book, app.now());
    let live = app.doors.live(event);
    let mut live = live.lock().await;
    live.catch_up(&mut app.db.read(), event, book).await?;
    let zones = book.zones.iter().map(|zone| ZoneOccupancy {
        zone: zone.zone,
        name: zone.name.clone(),
        people: live.fold.occupancy(zone.zone, now),
        capacity: zone.capacity,
    });
    let zones = zones.collect();
    let lists = book.lists.iter().map(|list| {
        let serials = live.fold.serials();
        let folded = serials.filter_map(|serial| live.fold.ticket(serial));
        let states = folded.filter_map(|ticket| ticket.lists.get(&list.list));
        let mut sum = ListOccupancy {
            list: list.list.0,
            name: list.name.clone(),
            tickets: 0,
            people: 0,
            inside: 0,
        };
        for state in states {
            let gone = state.leaves_at.is_some_and(|at| at <= now);
            sum.tickets += u32::from(state.entries > 0);
            sum.people = sum.people.saturating_add(state.people);
            sum.inside = sum
                .inside
                .saturating_add(if gone { 0 } else { state.inside });
        }
        sum
    });
    let lists = lists.collect();
    Ok(Json(Occupancy { zones, lists }))
}

/// Where a device stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GateBody {
    /// The gate's number; `null` for nowhere in particular.
    gate: Option<u16>,
}

/// Says at which gate a device is to stand. The device learns it with the next book, which a connected
/// one gets at once; staff may pick another gate there.
#[utoipa::path(put, path = "/api/v1/events/{event}/devices/{device}/gate", tag = "devices",
    params(("event" = Uuid, Path, description = "The event"), ("device" = Uuid, Path, description = "The device")),
    request_body = GateBody, responses((status = 204, description = "Noted")))]
async fn assign_gate(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, device)): Path<(EventId, DeviceId)>,
    Json(body): Json<GateBody>,
) -> Result<StatusCode, Problem> {
    let published = published(&app, organizer, event).await?;
    let gate = body.gate.map(GateNo);
    if let Some(gate) = gate
        && !published.book.gates.iter().any(|known| known.gate == gate)
    {
        return Err(Problem::invalid("/gate", "is no gate of the event"));
    }
    let mut tx = app.db.begin().await?;
    let device = devices::find_device(&mut tx, organizer.id, device).await?;
    let device = device.ok_or(devices::Error::NotFound)?;
    devices::assign_gate(&mut tx, device.id, event, gate).await?;
    tx.commit().await?;
    app.announce(event);
    Ok(StatusCode::NO_CONTENT)
}

async fn published(
    app: &App,
    organizer: Organizer,
    event: EventId,
) -> Result<Arc<Published>, Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    Ok(doors::book(app, event).await?)
}

/// Exchanges frames: what the device has to say about one event, and what it lacks.
///
/// The body and the answer are runs of frames, described in `docs/formats/frames.md`. The first is a
/// hello. Refusals of single frames are frames in the answer; the request itself fails only when the
/// caller is unknown or the body is no frames.
#[utoipa::path(post, path = "/device/v1/frames", tag = "devices",
    request_body(content = Vec<u8>, content_type = "application/vnd.bilten.frames"),
    responses((status = 200, description = "Frames", body = Vec<u8>, content_type = "application/vnd.bilten.frames")))]
async fn exchange_frames(
    State(app): State<AppState>,
    Calling(device): Calling,
    Bytes(body): Bytes,
) -> Result<Response, Problem> {
    let frames = codec::decode_all(&body)?;
    let answers = frames::answer(&app, &device, frames).await?;
    let bytes = codec::encode_all(&answers).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], bytes).into_response())
}

/// Renews the calling device's shares of zones with a limit.
///
/// The answer is signed by the event key under the label for leases: `docs/formats/frames.md`.
#[utoipa::path(post, path = "/device/v1/shares", tag = "devices", request_body = described::ShareAsk,
    responses((status = 200, description = "The shares, signed", body = described::SignedShares)))]
async fn renew_shares(
    State(app): State<AppState>,
    Calling(device): Calling,
    Json(ask): Json<Ask>,
) -> Result<Json<SignedShares>, Problem> {
    Ok(Json(capacity::share(&app, &device, ask).await?))
}

impl From<FrameError> for Problem {
    fn from(error: FrameError) -> Self {
        let kind = match error {
            FrameError::TooLarge | FrameError::TooMany => Kind::TooLarge,
            FrameError::Truncated
            | FrameError::Flags(_)
            | FrameError::Compression
            | FrameError::Malformed => Kind::Malformed,
        };
        Self::new(kind).detail(error.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let words = error.to_string();
        match error {
            Error::NoEvent | Error::NoPart(_) => Self::new(Kind::NotFound),
            Error::Book { faults, field } => {
                let problem = Self::new(Kind::Invalid)
                    .detail(words)
                    .with("faults", faults);
                match field {
                    Some(field) => problem.with("field", field),
                    None => problem,
                }
            }
            Error::Pin => Self::invalid("pin", words),
            Error::Line(line, _) => Self::new(Kind::Invalid).detail(words).with("line", line),
            Error::NotStored => Self::new(Kind::Unavailable).retry_after_secs(1),
            Error::Full(_) => Self::new(Kind::Conflict).detail(words),
            Error::TimeZone(_)
            | Error::Damaged(..)
            | Error::Key(_)
            | Error::Sale(_)
            | Error::Note(_) => Self::internal(error),
            Error::Device(error) => error.into(),
            Error::Store(error) => error.into(),
        }
    }
}
