//! Refunds that were carried out.

use shared_model::ids::RefundId;

use super::{Actor, Error, Order, about, open};
use crate::app::App;
use crate::identity::Credentials;
use crate::outbox;
use crate::payments::{self, Refund};

/// The refund with its order, if the caller may see them.
///
/// # Errors
/// [`Error::Unknown`] also where it is somebody else's.
pub async fn open_refund(
    app: &App,
    caller: &Credentials,
    id: RefundId,
) -> Result<(Refund, Order, Actor), Error> {
    let refund = payments::find_refund(&mut app.db.read(), id).await?;
    let refund = refund.ok_or(Error::Unknown)?;
    let (order, actor) = open(app, caller, refund.order).await?;
    Ok((refund, order, actor))
}

/// Writes down that the money of a refund went; safe to repeat, and the first
/// reference stays.
///
/// # Errors
/// When the store fails.
pub async fn mark_refunded(
    app: &App,
    order: &Order,
    refund: RefundId,
    reference: &str,
) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    if payments::mark_refunded(&mut tx, refund, reference, now).await? {
        let facts = serde_json::json!({ "code": order.code, "refund": refund });
        outbox::append(&mut tx, "refund.done", about(order), &facts, now).await?;
    }
    Ok(tx.commit().await?)
}
