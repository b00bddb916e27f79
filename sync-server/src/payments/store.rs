//! All SQL of payments.

use shared_model::ids::{EventId, OrderId, OrganizerId, PaymentId, RefundId};
use shared_model::time::Timestamp;

use super::{Due, Payment, Refund, RefundState, State};
use crate::db::{Column, Conn, Error, Row, Tx, Value};
use crate::{row, sql};

impl Column for State {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        let text = match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
        };
        Value::Text(Some(text.to_owned()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        match String::read(row, column)?.as_str() {
            "pending" => Ok(Self::Pending),
            "confirmed" => Ok(Self::Confirmed),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(Error::Value { column }),
        }
    }
}

row! {
    struct PaymentRow {
        id: PaymentId,
        provider: String,
        state: State,
        amount_minor: i64,
        reference: String,
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    payments: &[(&Due, &Payment)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut insert = tx.sql(sql!(
        "INSERT INTO payments (id, order_id, organizer_id, provider, state, amount_minor, currency, reference, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
    ));
    for (due, payment) in payments {
        insert = insert
            .bind(payment.id)
            .bind(due.order)
            .bind(due.organizer)
            .bind(payment.provider.as_str())
            .bind(payment.state)
            .bind(payment.amount_minor)
            .bind(due.currency.as_str())
            .bind(payment.reference.as_str())
            .bind(now);
    }
    insert.insert_rows().await?;
    Ok(())
}

/// `false` when nothing was pending.
pub(super) async fn confirm(
    tx: &mut Tx,
    order: OrderId,
    reference: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!("UPDATE payments SET state = 'confirmed', reference = $2, changed_at = $3 WHERE order_id = $1 AND state = 'pending'"))
        .bind(order)
        .bind(reference)
        .bind(now)
        .execute()
        .await?;
    Ok(changed > 0)
}

/// A pending payment is a wish to be paid: it follows what the order comes to.
pub(super) async fn lower(
    tx: &mut Tx,
    order: OrderId,
    amount_minor: i64,
    now: Timestamp,
) -> Result<(), Error> {
    tx.sql(sql!("UPDATE payments SET amount_minor = $2, changed_at = $3 WHERE order_id = $1 AND state = 'pending'"))
        .bind(order)
        .bind(amount_minor)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn give_up(tx: &mut Tx, order: OrderId, now: Timestamp) -> Result<(), Error> {
    tx.sql(sql!("UPDATE payments SET state = 'cancelled', changed_at = $2 WHERE order_id = $1 AND state = 'pending'"))
        .bind(order)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn list(conn: &mut Conn, order: OrderId) -> Result<Vec<Payment>, Error> {
    let rows = conn
        .sql(sql!("SELECT id, provider, state, amount_minor, reference FROM payments WHERE order_id = $1 ORDER BY id" => PaymentRow))
        .bind(order)
        .all()
        .await?;
    let payments = rows.into_iter().map(|row| Payment {
        id: row.id,
        provider: row.provider,
        state: row.state,
        amount_minor: row.amount_minor,
        reference: row.reference,
    });
    Ok(payments.collect())
}

impl Column for RefundState {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        let text = match self {
            Self::Due => "due",
            Self::Done => "done",
        };
        Value::Text(Some(text.to_owned()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        match String::read(row, column)?.as_str() {
            "due" => Ok(Self::Due),
            "done" => Ok(Self::Done),
            _ => Err(Error::Value { column }),
        }
    }
}

row! {
    struct RefundRow {
        id: RefundId,
        payment_id: PaymentId,
        order_id: OrderId,
        state: RefundState,
        amount_minor: i64,
        currency: String,
        reference: String,
        created_at: Timestamp,
    }
}

/// The statement that answers the refunds for which `$condition` holds, in the order that it ends with.
macro_rules! refunds_where {
    ($condition:literal) => {
        sql!(concat!(
            "SELECT id, payment_id, order_id, state, amount_minor, currency, reference, created_at
             FROM refunds WHERE ",
            $condition
        ) => RefundRow)
    };
}

impl From<RefundRow> for Refund {
    fn from(row: RefundRow) -> Self {
        Self {
            id: row.id,
            payment: row.payment_id,
            order: row.order_id,
            state: row.state,
            amount_minor: row.amount_minor,
            currency: row.currency,
            reference: row.reference,
            created_at: row.created_at,
        }
    }
}

pub(super) async fn insert_refunds(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    refunds: &[Refund],
) -> Result<(), Error> {
    let mut insert = tx.sql(sql!(
        "INSERT INTO refunds (id, payment_id, order_id, event_id, organizer_id, state, amount_minor, currency, reference, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)"
    ));
    for refund in refunds {
        insert = insert
            .bind(refund.id)
            .bind(refund.payment)
            .bind(refund.order)
            .bind(event)
            .bind(organizer)
            .bind(refund.state)
            .bind(refund.amount_minor)
            .bind(refund.currency.as_str())
            .bind(refund.reference.as_str())
            .bind(refund.created_at);
    }
    insert.insert_rows().await?;
    Ok(())
}

/// `false` when it was done before.
pub(super) async fn mark_refunded(
    tx: &mut Tx,
    refund: RefundId,
    reference: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!("UPDATE refunds SET state = 'done', reference = $2, changed_at = $3 WHERE id = $1 AND state = 'due'"))
        .bind(refund)
        .bind(reference)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// The refund with this id, whosever it is.
///
/// # Errors
/// When the store fails.
pub async fn find_refund(conn: &mut Conn, id: RefundId) -> Result<Option<Refund>, Error> {
    let row = conn
        .sql(refunds_where!("id = $1"))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Refund::from))
}

/// The order's refunds, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list_refunds(conn: &mut Conn, order: OrderId) -> Result<Vec<Refund>, Error> {
    let rows = conn
        .sql(refunds_where!("order_id = $1 ORDER BY id"))
        .bind(order)
        .all()
        .await?;
    Ok(rows.into_iter().map(Refund::from).collect())
}

/// The event's refunds in `state`, or in any, oldest first, after the last of the page before.
///
/// # Errors
/// When the store fails.
pub async fn list_refunds_of_event(
    conn: &mut Conn,
    event: EventId,
    state: Option<RefundState>,
    after: Option<RefundId>,
    limit: u32,
) -> Result<Vec<Refund>, Error> {
    let rows = conn
        .sql(refunds_where!(
            "event_id = $1 AND state = COALESCE($2, state) AND id > $3 ORDER BY id LIMIT $4"
        ))
        .bind(event)
        .bind(state)
        .bind(after.unwrap_or(RefundId(uuid::Uuid::nil())))
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Refund::from).collect())
}
