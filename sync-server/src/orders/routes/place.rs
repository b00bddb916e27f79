//! Carts and orders made.

use axum::extract::State as App;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared_model::ids::{EventId, TierNo};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{self as orders, Actor, Line, Placed, Repeat};
use super::settle::buyer;
use super::shown::{ShownOrder, show, shown};
use crate::app::{App as Server, AppState};
use crate::gateway::check;
use crate::gateway::extract::{Json, Path};
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(hold_cart))
        .routes(routes!(place_order))
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

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The client's key and what it asked for: the parsed request, so that spelling does not matter.
fn repeat(headers: &HeaderMap, body: &NewOrder) -> Result<Option<Repeat>, Problem> {
    let mut keys = headers.get_all(&IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|_| keys.next().is_none());
    let key = key.filter(|key| !key.is_empty() && key.len() <= 200);
    let Some(key) = key else {
        return Err(Problem::invalid(
            "Idempotency-Key",
            "must be one text of 1 to 200 characters of ASCII",
        ));
    };
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
    let held = orders::hold(&app, EventId(event), lines(&body.positions)?).await?;
    answer(&app, held).await
}

/// Places an order in one step. A free one is paid with it; others wait for their
/// payment. A tier in no quota is not sold. With an `Idempotency-Key`, sending the same again answers the same order with 200.
#[utoipa::path(post, path = "/api/v1/events/{event}/orders", tag = "orders", request_body = NewOrder,
    params(("event" = Uuid, Path, description = "The event's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the client, up to 200 characters of ASCII")),
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
    let placed = orders::place(&app, EventId(event), lines, how, repeat).await?;
    answer(&app, placed).await
}

/// The order with its secret, whether it was placed now or before.
async fn answer(app: &Server, placed: Placed) -> Result<(StatusCode, Json<ShownOrder>), Problem> {
    Ok(match placed {
        Placed::Before(id) => (StatusCode::OK, show(app, id, Actor::Buyer).await?),
        Placed::Now(whole) => {
            let secret = orders::secret(&app.master_key, whole.order.id);
            (StatusCode::CREATED, Json(shown(*whole, Some(secret))))
        }
    })
}
