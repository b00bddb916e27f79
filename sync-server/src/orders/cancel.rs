//! Ending orders and positions: places come back, codes die.

use std::collections::BTreeMap;

use rand::Rng;
use shared_model::ids::{OrderId, PositionId, TierNo};
use shared_model::ticket::TicketState;
use shared_model::time::Timestamp;

use super::checkout::{owed, sum_of_open};
use super::{Actor, Error, Order, Position, State, about, facts, store};
use crate::app::App;
use crate::db::Tx;
use crate::outbox;
use crate::{payments, tickets, tiers};

/// Cancels an order; safe to repeat. A buyer may end what is not paid yet, the
/// organizer everything. What was paid for it becomes due as refunds.
///
/// # Errors
/// [`Error::Forbidden`] for a buyer of a paid order.
pub async fn cancel(app: &App, id: OrderId, actor: Actor) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let order = store::lock(&mut tx, id).await?.ok_or(Error::Unknown)?;
    if !order.state.is_open() {
        return Ok(tx.commit().await?);
    }
    if actor == Actor::Buyer && order.state == State::Paid {
        return Err(Error::Forbidden);
    }
    end(&mut tx, &order, State::Cancelled, now, &mut app.rng()).await?;
    tx.commit().await?;
    app.announce(order.event);
    Ok(())
}

/// Cancels one position of an order; safe to repeat. The last open one takes the
/// order with it.
///
/// # Errors
/// [`Error::Unknown`].
pub async fn cancel_position(app: &App, position: PositionId) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let id = store::order_of(&mut tx, position).await?;
    let id = id.ok_or(Error::Unknown)?;
    let order = store::lock(&mut tx, id).await?.ok_or(Error::Unknown)?;
    let positions = store::list_positions(&mut tx, id).await?;
    let open: Vec<_> = positions.iter().filter(|position| position.open).collect();
    let known = open.iter().find(|known| known.id == position);
    let Some(known) = known.filter(|_| order.state.is_open()) else {
        return Ok(tx.commit().await?);
    };
    if open.len() == 1 {
        end(&mut tx, &order, State::Cancelled, now, &mut app.rng()).await?;
    } else {
        store::close_position(&mut tx, position).await?;
        give_back(&mut tx, &order, (&positions, known), now, &mut app.rng()).await?;
        outbox::append(
            &mut tx,
            "position.cancelled",
            about(&order),
            &facts(&order),
            now,
        )
        .await?;
        let place = units(std::slice::from_ref(known));
        tiers::release(&mut tx, order.event, &place).await?;
        let dead = TicketState::Cancelled;
        tickets::set_state(&mut tx, order.event, &[position], dead, now).await?;
    }
    tx.commit().await?;
    app.announce(order.event);
    Ok(())
}

/// Settles the money of one position: a refund where it was paid, a smaller payment where it was not.
async fn give_back(
    tx: &mut Tx,
    order: &Order,
    (positions, gone): (&[Position], &Position),
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<(), Error> {
    match order.state {
        State::Paid => refund(tx, order, gone.price_minor, now, rng).await,
        State::Pending => {
            let due = owed(order, sum_of_open(positions) - gone.price_minor);
            Ok(payments::lower(tx, &due, now).await?)
        }
        State::Held | State::Cancelled | State::Expired => Ok(()),
    }
}

async fn refund(
    tx: &mut Tx,
    order: &Order,
    amount_minor: i64,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<(), Error> {
    let due = owed(order, amount_minor);
    let amount_minor = payments::refund(tx, order.event, &due, now, rng).await?;
    if amount_minor > 0 {
        let facts = serde_json::json!({
            "code": order.code,
            "amount_minor": amount_minor,
            "currency": order.currency,
        });
        outbox::append(tx, "refund.due", about(order), &facts, now).await?;
    }
    Ok(())
}

/// Ends an open order in the caller's transaction: `false` when another request
/// ended it first.
pub(super) async fn end(
    tx: &mut Tx,
    order: &Order,
    state: State,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<bool, Error> {
    if !store::mark_ended(tx, order.id, order.state, state, now).await? {
        return Ok(false);
    }
    let positions = store::list_positions(tx, order.id).await?;
    let mut with_ticket = Vec::new();
    for position in positions.iter().filter(|position| position.open) {
        if tickets::find_by_position(tx, position.id).await?.is_some() {
            with_ticket.push(position.id);
        }
    }
    store::close_positions(tx, order.id).await?;
    payments::give_up(tx, order.id, now).await?;
    if order.state == State::Paid {
        let all = payments::kept(tx, order.id).await?;
        refund(tx, order, all, now, rng).await?;
    }
    let (kind, ticket_state) = if state == State::Expired {
        ("order.expired", TicketState::Expired)
    } else {
        ("order.cancelled", TicketState::Cancelled)
    };
    outbox::append(tx, kind, about(order), &facts(order), now).await?;
    tiers::release(tx, order.event, &units(&positions)).await?;
    if !with_ticket.is_empty() {
        tickets::set_state(tx, order.event, &with_ticket, ticket_state, now).await?;
    }
    Ok(true)
}

/// Places that the open positions take, of each tier.
pub(super) fn units(positions: &[Position]) -> BTreeMap<TierNo, u32> {
    let mut units = BTreeMap::new();
    for position in positions
        .iter()
        .filter(|position| position.open && position.placed)
    {
        let count: &mut u32 = units.entry(position.tier).or_default();
        *count = count.saturating_add(1);
    }
    units
}
