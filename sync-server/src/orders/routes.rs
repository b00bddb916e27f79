//! Carts, orders and their tickets over HTTP.

use axum::extract::State as App;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared_model::ids::{EventId, OrderId, PositionId, TierNo};
use shared_model::ticket::TicketState;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Actor, After, Buyer, Error, Line, Order, Placed, Repeat, State, Whole};
use crate::app::{App as Server, AppState};
use crate::events;
use crate::gateway::check;
use crate::gateway::extract::{Json, Path, Query};
use crate::gateway::time::Instant;
use crate::identity::{Credentials, Organizer};
use crate::problem::{Kind, Problem};
use crate::{payments, tickets};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(hold_cart))
        .routes(routes!(place_order, list_orders))
        .routes(routes!(show_order))
        .routes(routes!(check_out))
        .routes(routes!(confirm_payment))
        .routes(routes!(cancel_order))
        .routes(routes!(cancel_position))
        .routes(routes!(reissue_ticket))
        .routes(routes!(show_ticket))
        .routes(routes!(ticket_png))
        .routes(routes!(ticket_svg))
        .routes(routes!(ticket_pdf))
        .routes(routes!(order_pdf))
}

/// Some units of one tier.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPosition {
    /// The tier's number.
    tier: u16,
    /// How many.
    #[schema(minimum = 1, maximum = 100)]
    quantity: u32,
    /// Names of those who will come, at most one for each unit.
    #[serde(default)]
    attendees: Vec<String>,
}

/// A new cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCart {
    /// What to hold, up to 100 units.
    positions: Vec<NewPosition>,
}

/// A new order. Prices come from the tiers.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    /// What to buy, up to 100 units.
    positions: Vec<NewPosition>,
    /// Where tickets are sent.
    email: String,
    /// The buyer's name.
    name: String,
    /// `free` or `manual`; when absent, the one that fits the sum.
    payment: Option<String>,
}

/// Who buys what a cart holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckOut {
    /// Where tickets are sent.
    email: String,
    /// The buyer's name.
    name: String,
    /// `free` or `manual`; when absent, the one that fits the sum.
    payment: Option<String>,
}

/// What the organizer knows of the money.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// For the books, up to 200 characters: a statement line, a receipt's number.
    #[serde(default)]
    reference: String,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
struct ShownOrder {
    /// Its id.
    id: Uuid,
    /// The event's id.
    event: Uuid,
    /// What people say on the telephone.
    code: String,
    /// Where it stands.
    state: State,
    /// The buyer's address; empty for a cart.
    email: String,
    /// The buyer's name; empty for a cart.
    name: String,
    /// ISO 4217.
    currency: String,
    /// The sum, minor units.
    total_minor: i64,
    /// When it was made.
    created_at: Instant,
    /// When it gives its places back, unless paid.
    expires_at: Option<Instant>,
    /// When it was paid.
    paid_at: Option<Instant>,
    /// Lets its holder see and change the order: `Authorization: Bearer …`. Only for the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// What was bought.
    positions: Vec<ShownPosition>,
    /// Attempts to pay.
    payments: Vec<ShownPayment>,
}

/// One unit of a tier within an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Position)]
struct ShownPosition {
    /// Its id.
    id: Uuid,
    /// The tier's number.
    tier: u16,
    /// What it costs, minor units.
    price_minor: i64,
    /// Who will come; empty when not said.
    attendee: String,
    /// Whether it was cancelled.
    cancelled: bool,
    /// Whether it has a ticket to show.
    has_ticket: bool,
}

/// One attempt to move money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
struct ShownPayment {
    /// Its id.
    id: Uuid,
    /// `free` or `manual`.
    provider: String,
    /// Where it stands.
    state: payments::State,
    /// Minor units.
    amount_minor: i64,
    /// What the organizer knows it by.
    reference: String,
}

fn shown(whole: Whole, secret: Option<String>) -> ShownOrder {
    let Whole {
        order,
        positions,
        payments,
    } = whole;
    let positions = positions
        .into_iter()
        .map(|(position, has_ticket)| ShownPosition {
            id: position.id.0,
            tier: position.tier.0,
            price_minor: position.price_minor,
            attendee: position.attendee,
            cancelled: !position.open,
            has_ticket: position.open && has_ticket,
        });
    let payments = payments.into_iter().map(|payment| ShownPayment {
        id: payment.id.0,
        provider: payment.provider,
        state: payment.state,
        amount_minor: payment.amount_minor,
        reference: payment.reference,
    });
    ShownOrder {
        id: order.id.0,
        event: order.event.0,
        code: order.code,
        state: order.state,
        email: order.email,
        name: order.name,
        currency: order.currency,
        total_minor: order.total_minor,
        created_at: order.created_at.into(),
        expires_at: order.expires_at.map(Instant),
        paid_at: order.paid_at.map(Instant),
        secret,
        positions: positions.collect(),
        payments: payments.collect(),
    }
}

async fn show(app: &Server, id: OrderId, actor: Actor) -> Result<Json<ShownOrder>, Problem> {
    let whole = super::whole(&mut app.db.read(), id).await?;
    let secret = (actor == Actor::Buyer).then(|| super::secret(&app.master_key, id));
    Ok(Json(shown(whole, secret)))
}

fn lines(positions: &[NewPosition]) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::with_capacity(positions.len());
    for (at, position) in positions.iter().enumerate() {
        let mut attendees = Vec::with_capacity(position.attendees.len());
        for (n, name) in position.attendees.iter().enumerate() {
            let field = format!("/positions/{at}/attendees/{n}");
            attendees.push(check::optional_text(&field, name, 200)?);
        }
        lines.push(Line {
            tier: TierNo(position.tier),
            quantity: position.quantity,
            attendees,
        });
    }
    Ok(lines)
}

fn buyer(email: &str, name: &str) -> Result<Buyer, Problem> {
    Ok(Buyer {
        email: check::email("/email", email)?,
        name: check::text("/name", name, 200)?,
    })
}

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The client's key and what it asked for: the parsed request, so that spelling does not matter.
fn repeat(headers: &HeaderMap, body: &NewOrder) -> Result<Option<Repeat>, Problem> {
    let Some(key) = headers.get(&IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    if key.is_empty() || key.len() > 200 {
        return Err(Problem::invalid(
            "Idempotency-Key",
            "must have 1 to 200 characters",
        ));
    }
    let request = serde_json::to_vec(body).map_err(Problem::internal)?;
    Ok(Some(Repeat {
        key_hash: Sha256::digest(key.as_bytes()).into(),
        request_hash: Sha256::digest(request).into(),
    }))
}

/// Takes places for ten minutes.
#[utoipa::path(post, path = "/api/v1/events/{event}/carts", tag = "orders", request_body = NewCart,
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 201, description = "Held", body = ShownOrder)))]
async fn hold_cart(
    App(app): App<AppState>,
    Path(event): Path<Uuid>,
    Json(body): Json<NewCart>,
) -> Result<(StatusCode, Json<ShownOrder>), Problem> {
    let held = super::hold(&app, EventId(event), lines(&body.positions)?).await?;
    answer(&app, held).await
}

/// Places an order in one step. A free one is paid with it; others wait for their
/// payment. With an `Idempotency-Key`, sending the same again answers the same order with 200.
#[utoipa::path(post, path = "/api/v1/events/{event}/orders", tag = "orders", request_body = NewOrder,
    params(("event" = Uuid, Path, description = "The event's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the client, up to 200 characters")),
    responses((status = 201, description = "Placed", body = ShownOrder),
        (status = 200, description = "The same request had placed it before", body = ShownOrder)))]
async fn place_order(
    App(app): App<AppState>,
    Path(event): Path<Uuid>,
    headers: HeaderMap,
    Json(body): Json<NewOrder>,
) -> Result<(StatusCode, Json<ShownOrder>), Problem> {
    let lines = lines(&body.positions)?;
    let buyer = buyer(&body.email, &body.name)?;
    let repeat = repeat(&headers, &body)?;
    let how = (buyer, body.payment);
    let placed = super::place(&app, EventId(event), lines, how, repeat).await?;
    answer(&app, placed).await
}

/// The order with its secret, whether it was placed now or before.
async fn answer(
    app: &Server,
    placed: Placed,
) -> Result<(StatusCode, Json<ShownOrder>), Problem> {
    Ok(match placed {
        Placed::Before(id) => (StatusCode::OK, show(app, id, Actor::Buyer).await?),
        Placed::Now(whole) => {
            let secret = super::secret(&app.master_key, whole.order.id);
            (StatusCode::CREATED, Json(shown(*whole, Some(secret))))
        }
    })
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Only older orders than this: the last one of the page before.
    after: Option<Uuid>,
    /// At most so many, up to 200; 50 when absent.
    limit: Option<u32>,
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
struct OrderLine {
    /// Its id.
    id: Uuid,
    /// What people say on the telephone.
    code: String,
    /// Where it stands.
    state: State,
    /// The buyer's address.
    email: String,
    /// The buyer's name.
    name: String,
    /// The sum, minor units.
    total_minor: i64,
    /// When it was made.
    created_at: Instant,
}

impl From<Order> for OrderLine {
    fn from(order: Order) -> Self {
        Self {
            id: order.id.0,
            code: order.code,
            state: order.state,
            email: order.email,
            name: order.name,
            total_minor: order.total_minor,
            created_at: order.created_at.into(),
        }
    }
}

/// The event's orders, newest first.
#[utoipa::path(get, path = "/api/v1/events/{event}/orders", tag = "orders",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "A page", body = Vec<OrderLine>)))]
async fn list_orders(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
    Query(page): Query<Page>,
) -> Result<Json<Vec<OrderLine>>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, EventId(event)).await?;
    let limit = page.limit.unwrap_or(50).clamp(1, 200);
    let orders = super::list(&mut conn, event.id, After(page.after), limit).await?;
    Ok(Json(orders.into_iter().map(Into::into).collect()))
}

/// An order, for its buyer or its organizer.
#[utoipa::path(get, path = "/api/v1/orders/{order}", tag = "orders",
    params(("order" = Uuid, Path, description = "The order's id")),
    responses((status = 200, description = "The order", body = ShownOrder)))]
async fn show_order(
    App(app): App<AppState>,
    caller: Credentials,
    Path(order): Path<Uuid>,
) -> Result<Json<ShownOrder>, Problem> {
    let (order, actor) = super::open(&app, &caller, OrderId(order)).await?;
    show(&app, order.id, actor).await
}

/// Turns a cart into an order; safe to repeat.
#[utoipa::path(post, path = "/api/v1/orders/{order}/checkout", tag = "orders", request_body = CheckOut,
    params(("order" = Uuid, Path, description = "The cart's id")),
    responses((status = 200, description = "Ordered", body = ShownOrder)))]
async fn check_out(
    App(app): App<AppState>,
    caller: Credentials,
    Path(order): Path<Uuid>,
    Json(body): Json<CheckOut>,
) -> Result<Json<ShownOrder>, Problem> {
    let (order, actor) = super::open(&app, &caller, OrderId(order)).await?;
    let buyer = buyer(&body.email, &body.name)?;
    super::check_out(&app, order.id, &buyer, body.payment.as_deref()).await?;
    show(&app, order.id, actor).await
}

/// Writes down that the money is there; safe to repeat.
#[utoipa::path(post, path = "/api/v1/orders/{order}/confirm-payment", tag = "orders", request_body = Confirmation,
    params(("order" = Uuid, Path, description = "The order's id")),
    responses((status = 200, description = "Paid", body = ShownOrder)))]
async fn confirm_payment(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(order): Path<Uuid>,
    Json(body): Json<Confirmation>,
) -> Result<Json<ShownOrder>, Problem> {
    let caller = Credentials::Organizer(organizer);
    let (order, actor) = super::open(&app, &caller, OrderId(order)).await?;
    let reference = check::optional_text("/reference", &body.reference, 200)?;
    super::confirm_payment(&app, order.id, &reference).await?;
    show(&app, order.id, actor).await
}

/// Cancels an order; safe to repeat. Its places come back and its codes die.
#[utoipa::path(post, path = "/api/v1/orders/{order}/cancel", tag = "orders",
    params(("order" = Uuid, Path, description = "The order's id")),
    responses((status = 200, description = "Cancelled", body = ShownOrder)))]
async fn cancel_order(
    App(app): App<AppState>,
    caller: Credentials,
    Path(order): Path<Uuid>,
) -> Result<Json<ShownOrder>, Problem> {
    let (order, actor) = super::open(&app, &caller, OrderId(order)).await?;
    super::cancel(&app, order.id, actor).await?;
    show(&app, order.id, actor).await
}

/// Cancels one position; safe to repeat.
#[utoipa::path(post, path = "/api/v1/positions/{position}/cancel", tag = "orders",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "Cancelled", body = ShownOrder)))]
async fn cancel_position(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(position): Path<Uuid>,
) -> Result<Json<ShownOrder>, Problem> {
    let caller = Credentials::Organizer(organizer);
    let position = PositionId(position);
    let (order, actor) = super::open_position(&app, &caller, position).await?;
    super::cancel_position(&app, position).await?;
    show(&app, order.id, actor).await
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
    super::open_position(&app, &caller, position).await?;
    super::reissue(&app, position).await?;
    Ok(Json(ticket(&app, &caller, position).await?))
}

async fn ticket(
    app: &Server,
    caller: &Credentials,
    position: PositionId,
) -> Result<ShownTicket, Problem> {
    let (order, _) = super::open_position(app, caller, position).await?;
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
const PRIVATE: (HeaderName, &str) = (header::CACHE_CONTROL, "private, no-store");

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
    let (order, _) = super::open_position(&app, &caller, position).await?;
    let pdf = super::print(&app, &order, Some(position)).await?;
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
    let (order, _) = super::open(&app, &caller, OrderId(order)).await?;
    let pdf = super::print(&app, &order, None).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf"), PRIVATE], pdf))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown | Error::UnknownEvent => Self::new(Kind::NotFound),
            Error::Invalid { field, reason } => Self::invalid(&field, reason),
            Error::NotOnSale { tier, from } => {
                let problem = Self::new(Kind::NotOnSale).with("tier", tier.map(TierNo::get));
                let from = from.and_then(|at| serde_json::to_value(Instant(at)).ok());
                problem.with("from", from.unwrap_or_default())
            }
            Error::SoldOut { tier } => Self::new(Kind::SoldOut).with("tier", tier.0),
            Error::HoldExpired => Self::new(Kind::HoldExpired),
            Error::KeyReused => Self::new(Kind::IdempotencyMismatch),
            Error::State { state } => Self::new(Kind::Conflict)
                .detail(format!("the order is {state}"))
                .with("state", state.to_string()),
            Error::Forbidden => Self::new(Kind::Forbidden),
            Error::Ticket(tickets::Error::Unknown) => Self::new(Kind::NotFound),
            Error::Ticket(tickets::Error::NoCode) => {
                Self::new(Kind::Conflict).detail("this position has no ticket to show")
            }
            Error::Ticket(tickets::Error::Store(error)) | Error::Store(error) => error.into(),
            Error::Ticket(error) => Self::internal(error),
            Error::Paper(_) => Self::internal(error),
        }
    }
}
