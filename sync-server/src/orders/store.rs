//! All SQL of orders.

use shared_model::ids::{EventId, OrderId, OrganizerId, PositionId, TierNo};
use shared_model::time::Timestamp;
use uuid::Uuid;

use super::place::Repeat;
use super::{After, Order, Position, State};
use crate::db::{Column, Conn, Error, Row, Tx, Value};
use crate::{row, sql};

pub(super) const fn name_of(state: State) -> &'static str {
    match state {
        State::Held => "held",
        State::Pending => "pending",
        State::Paid => "paid",
        State::Cancelled => "cancelled",
        State::Expired => "expired",
    }
}

impl Column for State {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::Text(Some(name_of(*self).to_owned()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        let text = String::read(row, column)?;
        [
            Self::Held,
            Self::Pending,
            Self::Paid,
            Self::Cancelled,
            Self::Expired,
        ]
        .into_iter()
        .find(|state| name_of(*state) == text)
        .ok_or(Error::Value { column })
    }
}

row! {
    struct OrderRow {
        id: OrderId,
        event_id: EventId,
        organizer_id: OrganizerId,
        code: String,
        state: State,
        email: String,
        name: String,
        currency: String,
        total_minor: i64,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
        paid_at: Option<Timestamp>,
    }
}

impl From<OrderRow> for Order {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id,
            event: row.event_id,
            organizer: row.organizer_id,
            code: row.code,
            state: row.state,
            email: row.email,
            name: row.name,
            currency: row.currency,
            total_minor: row.total_minor,
            created_at: row.created_at,
            expires_at: row.expires_at,
            paid_at: row.paid_at,
        }
    }
}

/// `false` when a code is taken: then the transaction has to be given up, or
/// the only order got another code.
pub(super) async fn insert_orders(tx: &mut Tx, orders: &[&Order]) -> Result<bool, Error> {
    let mut insert = tx.sql(sql!(
        "INSERT INTO orders (id, event_id, organizer_id, code, state, email, name, currency, total_minor, created_at, expires_at, paid_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (event_id, code) DO NOTHING"
    ));
    for order in orders {
        insert = insert
            .bind(order.id)
            .bind(order.event)
            .bind(order.organizer)
            .bind(order.code.as_str())
            .bind(order.state)
            .bind(order.email.as_str())
            .bind(order.name.as_str())
            .bind(order.currency.as_str())
            .bind(order.total_minor)
            .bind(order.created_at)
            .bind(order.expires_at)
            .bind(order.paid_at);
    }
    Ok(insert.insert_rows().await? == count(orders))
}

/// How many rows a whole insert comes to.
fn count<T>(rows: &[T]) -> u64 {
    u64::try_from(rows.len()).unwrap_or(u64::MAX)
}

pub(super) async fn insert_positions(
    tx: &mut Tx,
    positions: &[(&Order, &Position)],
) -> Result<(), Error> {
    let mut insert = tx.sql(sql!(
        "INSERT INTO positions (id, order_id, event_id, tier_no, price_minor, attendee, state, organizer_id, placed) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8)"
    ));
    for (order, position) in positions {
        insert = insert
            .bind(position.id)
            .bind(order.id)
            .bind(order.event)
            .bind(position.tier)
            .bind(position.price_minor)
            .bind(position.attendee.as_str())
            .bind(order.organizer)
            .bind(position.placed);
    }
    insert.insert_rows().await?;
    Ok(())
}

/// The order with this id, whosever it is.
///
/// # Errors
/// When the store fails.
pub async fn find(conn: &mut Conn, id: OrderId) -> Result<Option<Order>, Error> {
    let row = conn
        .sql(sql!(
            "SELECT id, event_id, organizer_id, code, state, email, name, currency, total_minor, created_at, expires_at, paid_at
             FROM orders WHERE id = $1" => OrderRow
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Order::from))
}

/// The order with this id, which nobody else changes until the commit.
pub(super) async fn lock(tx: &mut Tx, id: OrderId) -> Result<Option<Order>, Error> {
    let row = tx
        .sql(sql!(
            "UPDATE orders SET code = code WHERE id = $1
             RETURNING id, event_id, organizer_id, code, state, email, name, currency, total_minor, created_at, expires_at, paid_at" => OrderRow
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Order::from))
}

/// The event's orders, newest first, after the last of the page before.
///
/// # Errors
/// When the store fails.
pub async fn list(
    conn: &mut Conn,
    event: EventId,
    after: After,
    limit: u32,
) -> Result<Vec<Order>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT id, event_id, organizer_id, code, state, email, name, currency, total_minor, created_at, expires_at, paid_at
             FROM orders WHERE event_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3" => OrderRow
        ))
        .bind(event)
        .bind(after.0.unwrap_or(Uuid::max()))
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Order::from).collect())
}

/// How many orders of each state the event has, and what they come to in minor units.
///
/// # Errors
/// When the store fails.
pub async fn summary(conn: &mut Conn, event: EventId) -> Result<Vec<(State, u64, i64)>, Error> {
    conn.sql(sql!(
        "SELECT state, COUNT(*), CAST(COALESCE(SUM(total_minor), 0) AS BIGINT)
         FROM orders WHERE event_id = $1 GROUP BY state ORDER BY state" => (State, u64, i64)
    ))
    .bind(event)
    .all()
    .await
}

row! {
    struct PositionRow {
        id: PositionId,
        tier_no: TierNo,
        price_minor: i64,
        attendee: String,
        state: String,
        placed: bool,
    }
}

pub(super) async fn list_positions(
    conn: &mut Conn,
    order: OrderId,
) -> Result<Vec<Position>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT id, tier_no, price_minor, attendee, state, placed FROM positions WHERE order_id = $1 ORDER BY id" => PositionRow
        ))
        .bind(order)
        .all()
        .await?;
    let positions = rows.into_iter().map(|row| Position {
        id: row.id,
        tier: row.tier_no,
        price_minor: row.price_minor,
        attendee: row.attendee,
        open: row.state == "open",
        placed: row.placed,
    });
    Ok(positions.collect())
}

/// Open units of some tiers of the event that take places.
///
/// # Errors
/// When the store fails.
pub async fn open_units(conn: &mut Conn, event: EventId, tiers: &[TierNo]) -> Result<u64, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT tier_no, COUNT(*) FROM positions WHERE event_id = $1 AND state = 'open' AND placed GROUP BY tier_no" => (TierNo, u64)
        ))
        .bind(event)
        .all()
        .await?;
    let of_tiers = rows.into_iter().filter(|(tier, _)| tiers.contains(tier));
    Ok(of_tiers.map(|(_, count)| count).sum())
}

pub(super) async fn order_of(
    conn: &mut Conn,
    position: PositionId,
) -> Result<Option<OrderId>, Error> {
    let row = conn
        .sql(sql!("SELECT order_id FROM positions WHERE id = $1" => (OrderId,)))
        .bind(position)
        .optional()
        .await?;
    Ok(row.map(|(order,)| order))
}

/// `false` when a key was used before: the transaction has to be given up.
pub(super) async fn insert_repeats(
    tx: &mut Tx,
    mut repeats: Vec<(&Repeat, &Order)>,
    now: Timestamp,
) -> Result<bool, Error> {
    // In one order for everybody: servers wait for each other's keys, never in a circle.
    repeats.sort_unstable_by_key(|(repeat, _)| repeat.key_hash);
    let mut insert = tx.sql(sql!(
        "INSERT INTO idempotency (event_id, key_hash, request_hash, order_id, created_at, organizer_id) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (event_id, key_hash) DO NOTHING"
    ));
    for (repeat, order) in &repeats {
        insert = insert
            .bind(order.event)
            .bind(repeat.key_hash)
            .bind(repeat.request_hash)
            .bind(order.id)
            .bind(now)
            .bind(order.organizer);
    }
    Ok(insert.insert_rows().await? == count(&repeats))
}

/// A key that was used: its hash, the order it got, the hash of its request.
pub(super) type KnownRepeat = ([u8; 32], OrderId, [u8; 32]);

/// Which of `keys` were used before, and for what.
pub(super) async fn list_repeats(
    conn: &mut Conn,
    event: EventId,
    keys: &[[u8; 32]],
) -> Result<Vec<KnownRepeat>, Error> {
    let mut known = Vec::new();
    for some in keys.chunks(8) {
        let mut query = conn.sql(sql!(
            "SELECT key_hash, order_id, request_hash FROM idempotency
             WHERE event_id = $1 AND key_hash IN ($2, $3, $4, $5, $6, $7, $8, $9)" => ([u8; 32], OrderId, [u8; 32])
        ));
        query = query.bind(event);
        // The last again and again: fewer keys than places.
        let places = some.iter().chain(some.last().into_iter().cycle());
        for key in places.take(8) {
            query = query.bind(*key);
        }
        known.extend(query.all().await?);
    }
    Ok(known)
}

/// `false` when it is no cart any more, or its time ran out.
pub(super) async fn check_out(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!(
            "UPDATE orders SET state = $2, email = $3, name = $4, expires_at = $5, paid_at = $6
             WHERE id = $1 AND state = 'held' AND expires_at > $7"
        ))
        .bind(order.id)
        .bind(order.state)
        .bind(order.email.as_str())
        .bind(order.name.as_str())
        .bind(order.expires_at)
        .bind(order.paid_at)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// `false` when it is not in `before` any more.
pub(super) async fn mark_paid(
    tx: &mut Tx,
    order: OrderId,
    before: State,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!("UPDATE orders SET state = 'paid', paid_at = $3, expires_at = NULL, ended_at = NULL WHERE id = $1 AND state = $2"))
        .bind(order)
        .bind(before)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// `false` when it is not in `before` any more.
pub(super) async fn mark_ended(
    tx: &mut Tx,
    order: OrderId,
    before: State,
    after: State,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!("UPDATE orders SET state = $3, ended_at = $4, expires_at = NULL WHERE id = $1 AND state = $2"))
        .bind(order)
        .bind(before)
        .bind(after)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

pub(super) async fn close_position(tx: &mut Tx, position: PositionId) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE positions SET state = 'cancelled' WHERE id = $1"
    ))
    .bind(position)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn close_positions(tx: &mut Tx, order: OrderId) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE positions SET state = 'cancelled', ended_with_order = TRUE WHERE order_id = $1 AND state = 'open'"
    ))
    .bind(order)
    .execute()
    .await?;
    Ok(())
}

/// Those that ended with the order; what was cancelled alone stays so.
pub(super) async fn reopen_positions(tx: &mut Tx, order: OrderId) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE positions SET state = 'open', ended_with_order = FALSE WHERE order_id = $1 AND ended_with_order = TRUE"
    ))
    .bind(order)
    .execute()
    .await?;
    Ok(())
}

/// Orders whose time ran out, of one event or of all, the oldest first.
pub(super) async fn list_overdue(
    conn: &mut Conn,
    event: Option<EventId>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<OrderId>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT id FROM orders
             WHERE expires_at IS NOT NULL AND expires_at <= $1 AND state IN ('held', 'pending') AND event_id = COALESCE($2, event_id)
             ORDER BY expires_at LIMIT $3" => (OrderId,)
        ))
        .bind(now)
        .bind(event)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
