//! What becomes of an order: shown, checked out, paid, cancelled.

use axum::extract::State as App;
use serde::Deserialize;
use shared_model::ids::{OrderId, PositionId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{self as orders, Buyer};
use super::shown::{ShownOrder, show};
use crate::app::AppState;
use crate::gateway::check;
use crate::gateway::extract::{Json, Path};
use crate::identity::{Credentials, Organizer};
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show_order))
        .routes(routes!(check_out))
        .routes(routes!(confirm_payment))
        .routes(routes!(cancel_order))
        .routes(routes!(cancel_position))
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

pub(super) fn buyer(email: &str, name: &str) -> Result<Buyer, Problem> {
    Ok(Buyer {
        email: check::email("/email", email)?,
        name: check::text("/name", name, 200)?,
    })
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
    let (order, actor) = orders::open(&app, &caller, OrderId(order)).await?;
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
    let (order, actor) = orders::open(&app, &caller, OrderId(order)).await?;
    let buyer = buyer(&body.email, &body.name)?;
    orders::check_out(&app, order.id, &buyer, body.payment.as_deref()).await?;
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
    let (order, actor) = orders::open(&app, &caller, OrderId(order)).await?;
    let reference = check::optional_text("/reference", &body.reference, 200)?;
    orders::confirm_payment(&app, order.id, &reference).await?;
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
    let (order, actor) = orders::open(&app, &caller, OrderId(order)).await?;
    orders::cancel(&app, order.id, actor).await?;
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
    let (order, actor) = orders::open_position(&app, &caller, position).await?;
    orders::cancel_position(&app, position).await?;
    show(&app, order.id, actor).await
}
