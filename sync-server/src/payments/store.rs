//! All SQL of payments.

use shared_model::ids::{OrderId, PaymentId};
use shared_model::time::Timestamp;

use super::{Due, Payment, State};
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

pub(super) async fn insert<'a>(
    tx: &mut Tx,
    payments: impl IntoIterator<Item = (&'a Due, &'a Payment)>,
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
