//! Tickets of positions: as text, picture and paper.

use axum::extract::State as App;
use axum::http::{HeaderName, header};
use serde::Serialize;
use shared_model::ids::{OrderId, PositionId};
use shared_model::ticket::TicketState;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{self as orders, Error};
use crate::app::{App as Server, AppState};
use crate::gateway::extract::{Json, Path};
use crate::gateway::time::Instant;
use crate::identity::{Credentials, Organizer};
use crate::problem::Problem;
use crate::{events, tickets};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reissue_ticket))
        .routes(routes!(show_ticket))
        .routes(routes!(ticket_png))
        .routes(routes!(ticket_svg))
        .routes(routes!(ticket_pdf))
        .routes(routes!(order_pdf))
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
struct ShownTicket {
    /// The text of its QR code.
    code: String,
    /// Its number in the event.
    serial: u32,
    /// Which issue of the serial the code is.
    generation: u8,
    /// The key that signed it.
    kid: u16,
    /// The event's number at the door.
    event_no: u32,
    /// The tier's number.
    tier: u16,
    /// Where its order stands.
    #[schema(value_type = String, example = "valid")]
    state: TicketState,
    /// Who holds it.
    name: String,
    /// First instant at which it admits.
    valid_from: Option<Instant>,
    /// Last instant at which it admits.
    valid_until: Option<Instant>,
}

/// Gives a position a new code; the old ones are refused from then on.
#[utoipa::path(post, path = "/api/v1/positions/{position}/reissue", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "The new ticket", body = ShownTicket)))]
async fn reissue_ticket(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(position): Path<Uuid>,
) -> Result<Json<ShownTicket>, Problem> {
    let caller = Credentials::Organizer(organizer);
    let position = PositionId(position);
    orders::open_position(&app, &caller, position).await?;
    orders::reissue(&app, position).await?;
    Ok(Json(ticket(&app, &caller, position).await?))
}

async fn ticket(
    app: &Server,
    caller: &Credentials,
    position: PositionId,
) -> Result<ShownTicket, Problem> {
    let (order, _) = orders::open_position(app, caller, position).await?;
    let mut conn = app.db.read();
    let event = events::find_any(&mut conn, order.event).await?;
    let ticket = tickets::find_by_position(&mut conn, position).await?;
    let ticket = ticket.ok_or(Error::Ticket(tickets::Error::NoCode))?;
    let which = (event.id, event.event_no);
    let code = tickets::code(&mut conn, &app.master_key, which, &ticket).await;
    let record = ticket.record;
    Ok(ShownTicket {
        code: code.map_err(Error::Ticket)?,
        serial: record.serial.0,
        generation: ticket.generation.0,
        kid: record.kid.0,
        event_no: event.event_no.0,
        tier: record.tier.0,
        state: record.state,
        name: record.person.unwrap_or_default().name,
        valid_from: record.valid_from.map(Instant),
        valid_until: record.valid_until.map(Instant),
    })
}

/// A position's ticket: the text of its code and what it states.
#[utoipa::path(get, path = "/api/v1/positions/{position}/ticket", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "The ticket", body = ShownTicket)))]
async fn show_ticket(
    App(app): App<AppState>,
    caller: Credentials,
    Path(position): Path<Uuid>,
) -> Result<Json<ShownTicket>, Problem> {
    Ok(Json(ticket(&app, &caller, PositionId(position)).await?))
}

/// Pictures of codes are for their holder alone.
pub(super) const PRIVATE: (HeaderName, &str) = (header::CACHE_CONTROL, "private, no-store");

/// A position's code as PNG.
#[utoipa::path(get, path = "/api/v1/positions/{position}/ticket.png", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "The picture", content_type = "image/png", body = Vec<u8>)))]
async fn ticket_png(
    App(app): App<AppState>,
    caller: Credentials,
    Path(position): Path<Uuid>,
) -> Result<([(HeaderName, &'static str); 2], Vec<u8>), Problem> {
    let ticket = ticket(&app, &caller, PositionId(position)).await?;
    let png = tickets::png(&ticket.code).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "image/png"), PRIVATE], png))
}

/// A position's code as SVG.
#[utoipa::path(get, path = "/api/v1/positions/{position}/ticket.svg", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String)))]
async fn ticket_svg(
    App(app): App<AppState>,
    caller: Credentials,
    Path(position): Path<Uuid>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let ticket = ticket(&app, &caller, PositionId(position)).await?;
    let svg = tickets::svg(&ticket.code).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), PRIVATE], svg))
}

/// A position's ticket as PDF.
#[utoipa::path(get, path = "/api/v1/positions/{position}/ticket.pdf", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "One page", content_type = "application/pdf", body = Vec<u8>)))]
async fn ticket_pdf(
    App(app): App<AppState>,
    caller: Credentials,
    Path(position): Path<Uuid>,
) -> Result<([(HeaderName, &'static str); 2], Vec<u8>), Problem> {
    let position = PositionId(position);
    let (order, _) = orders::open_position(&app, &caller, position).await?;
    let pdf = orders::print(&app, &order, Some(position)).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf"), PRIVATE], pdf))
}

/// All tickets of an order as one PDF.
#[utoipa::path(get, path = "/api/v1/orders/{order}/tickets.pdf", tag = "tickets",
    params(("order" = Uuid, Path, description = "The order's id")),
    responses((status = 200, description = "A page for each ticket", content_type = "application/pdf", body = Vec<u8>)))]
async fn order_pdf(
    App(app): App<AppState>,
    caller: Credentials,
    Path(order): Path<Uuid>,
) -> Result<([(HeaderName, &'static str); 2], Vec<u8>), Problem> {
    let (order, _) = orders::open(&app, &caller, OrderId(order)).await?;
    let pdf = orders::print(&app, &order, None).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf"), PRIVATE], pdf))
}
