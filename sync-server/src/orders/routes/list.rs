//! An event's orders.

use axum::extract::State as App;
use serde::{Deserialize, Serialize};
use shared_model::ids::EventId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{self as orders, After, Order, State};
use crate::app::AppState;
use crate::events;
use crate::gateway::check;
use crate::gateway::extract::{Json, Path, Query};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_orders))
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
    let limit = check::page_size(page.limit);
    let orders = orders::list(&mut conn, event.id, After(page.after), limit).await?;
    Ok(Json(orders.into_iter().map(Into::into).collect()))
}
