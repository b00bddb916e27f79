//! Refunds: what is due, and that it went.

use axum::extract::State as App;
use serde::{Deserialize, Serialize};
use shared_model::ids::{EventId, RefundId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super as orders;
use crate::app::AppState;
use crate::events;
use crate::gateway::check;
use crate::gateway::extract::{Json, Path, Query};
use crate::gateway::time::Instant;
use crate::identity::{Credentials, Organizer};
use crate::payments::{self, Refund, RefundState};
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_refunds))
        .routes(routes!(show_refund))
        .routes(routes!(finish_refund))
}

/// Money that goes back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(super) struct ShownRefund {
    /// Its id.
    id: Uuid,
    /// The order it is for.
    order: Uuid,
    /// The payment it is taken from.
    payment: Uuid,
    /// Where it stands.
    state: RefundState,
    /// Minor units.
    amount_minor: i64,
    /// ISO 4217.
    currency: String,
    /// What the organizer knows it by.
    reference: String,
    /// When it became due.
    created_at: Instant,
}

impl From<Refund> for ShownRefund {
    fn from(refund: Refund) -> Self {
        Self {
            id: refund.id.0,
            order: refund.order.0,
            payment: refund.payment.0,
            state: refund.state,
            amount_minor: refund.amount_minor,
            currency: refund.currency,
            reference: refund.reference,
            created_at: refund.created_at.into(),
        }
    }
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Only those that stand so.
    state: Option<RefundState>,
    /// Only younger refunds than this: the last one of the page before.
    after: Option<Uuid>,
    /// At most so many, up to 200; 50 when absent.
    limit: Option<u32>,
}

/// The event's refunds, oldest first: with `state=due`, what is to be sent.
#[utoipa::path(get, path = "/api/v1/events/{event}/refunds", tag = "orders",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "A page", body = Vec<ShownRefund>)))]
async fn list_refunds(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
    Query(page): Query<Page>,
) -> Result<Json<Vec<ShownRefund>>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, EventId(event)).await?;
    let limit = check::page_size(page.limit);
    let after = page.after.map(RefundId);
    let refunds =
        payments::list_refunds_of_event(&mut conn, event.id, page.state, after, limit).await?;
    Ok(Json(refunds.into_iter().map(Into::into).collect()))
}

/// A refund, for its buyer or its organizer.
#[utoipa::path(get, path = "/api/v1/refunds/{refund}", tag = "orders",
    params(("refund" = Uuid, Path, description = "The refund's id")),
    responses((status = 200, description = "The refund", body = ShownRefund)))]
async fn show_refund(
    App(app): App<AppState>,
    caller: Credentials,
    Path(refund): Path<Uuid>,
) -> Result<Json<ShownRefund>, Problem> {
    let (refund, ..) = orders::open_refund(&app, &caller, RefundId(refund)).await?;
    Ok(Json(refund.into()))
}

/// What the organizer knows of the money.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// For the books, up to 200 characters: a statement line, a receipt's number.
    #[serde(default)]
    reference: String,
}

/// Writes down that the money went; safe to repeat, and the first reference stays.
#[utoipa::path(post, path = "/api/v1/refunds/{refund}/done", tag = "orders", request_body = Sent,
    params(("refund" = Uuid, Path, description = "The refund's id")),
    responses((status = 200, description = "Done", body = ShownRefund)))]
async fn finish_refund(
    App(app): App<AppState>,
    organizer: Organizer,
    Path(refund): Path<Uuid>,
    Json(body): Json<Sent>,
) -> Result<Json<ShownRefund>, Problem> {
    let caller = Credentials::Organizer(organizer);
    let id = RefundId(refund);
    let (_, order, _) = orders::open_refund(&app, &caller, id).await?;
    let reference = check::optional_text("/reference", &body.reference, 200)?;
    orders::mark_refunded(&app, &order, id, &reference).await?;
    let (refund, ..) = orders::open_refund(&app, &caller, id).await?;
    Ok(Json(refund.into()))
}
