//! Money that goes back.
//!
//! What always holds: the refunds of a payment never come to more than it; a
//! refund is due until somebody says that the money went, and never deleted.
//! Callers hold the order's row, so that two refunds of one order do not pass each other.

use rand::Rng;
use shared_model::ids::{EventId, OrderId, PaymentId, RefundId};
use shared_model::time::Timestamp;

use super::{Due, State, store};
use crate::clock::new_id;
use crate::db::{self, Conn, Tx};

pub use super::store::{find_refund, list_refunds, list_refunds_of_event};

/// Where a refund stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = RefundState)]
pub enum RefundState {
    /// Somebody has to send the money.
    Due,
    /// It was sent.
    Done,
}

/// Money that goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The payment it is taken from.
    pub payment: PaymentId,
    /// The order.
    pub order: OrderId,
    /// Where it stands.
    pub state: RefundState,
    /// Minor units, more than 0.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// What the organizer knows it by.
    pub reference: String,
    /// When it became due.
    pub created_at: Timestamp,
}

/// Makes refunds of up to `due.amount_minor` out of what was paid for the order and
/// not given back yet; how much they come to. The newest payment gives first.
///
/// # Errors
/// When the store fails.
pub async fn refund(
    tx: &mut Tx,
    event: EventId,
    due: &Due,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<i64, db::Error> {
    let payments = store::list(tx, due.order).await?;
    let earlier = list_refunds(tx, due.order).await?;
    let mut wanted = due.amount_minor;
    let mut refunds = Vec::new();
    let confirmed = payments.iter().rev();
    for payment in confirmed.filter(|payment| payment.state == State::Confirmed) {
        let of_payment = earlier.iter().filter(|refund| refund.payment == payment.id);
        let given: i64 = of_payment.map(|refund| refund.amount_minor).sum();
        let amount_minor = wanted.min(payment.amount_minor - given);
        if amount_minor <= 0 {
            continue;
        }
        wanted -= amount_minor;
        refunds.push(Refund {
            id: RefundId(new_id(now, rng)),
            payment: payment.id,
            order: due.order,
            state: RefundState::Due,
            amount_minor,
            currency: due.currency.clone(),
            reference: String::new(),
            created_at: now,
        });
    }
    store::insert_refunds(tx, (due.organizer, event), &refunds).await?;
    Ok(due.amount_minor - wanted)
}

/// Writes down that the money of a refund went; the first reference stays. `false`
/// when that was written down before.
///
/// # Errors
/// When the store fails.
pub async fn mark_refunded(
    tx: &mut Tx,
    refund: RefundId,
    reference: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    store::mark_refunded(tx, refund, reference, now).await
}

/// What was paid for an order and not given back.
///
/// # Errors
/// When the store fails.
pub async fn kept(conn: &mut Conn, order: OrderId) -> Result<i64, db::Error> {
    let payments = store::list(conn, order).await?;
    let confirmed = payments
        .iter()
        .filter(|payment| payment.state == State::Confirmed);
    let paid: i64 = confirmed.map(|payment| payment.amount_minor).sum();
    let refunds = list_refunds(conn, order).await?;
    let given: i64 = refunds.iter().map(|refund| refund.amount_minor).sum();
    Ok(paid - given)
}
