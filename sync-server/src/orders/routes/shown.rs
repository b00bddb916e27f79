//! An order as buyers and organizers see it.

use serde::Serialize;
use shared_model::ids::OrderId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::{Actor, State, Whole, secret, whole};
use super::refunds::ShownRefund;
use crate::app::App;
use crate::gateway::extract::Json;
use crate::gateway::time::Instant;
use crate::payments;
use crate::problem::Problem;

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub(super) struct ShownOrder {
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
    /// Money that goes back.
    refunds: Vec<ShownRefund>,
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

pub(super) fn shown(whole: Whole, secret: Option<String>) -> ShownOrder {
    let Whole {
        order,
        positions,
        payments,
        refunds,
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
        refunds: refunds.into_iter().map(Into::into).collect(),
    }
}

pub(super) async fn show(
    app: &App,
    id: OrderId,
    actor: Actor,
) -> Result<Json<ShownOrder>, Problem> {
    let whole = whole(&mut app.db.read(), id).await?;
    let secret = (actor == Actor::Buyer).then(|| secret(&app.master_key, id));
    Ok(Json(shown(whole, secret)))
}
