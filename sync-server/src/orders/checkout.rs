//! From a cart to an order, and from an order to a paid one.

use shared_model::ids::OrderId;

use super::batch::{happened, pay_until, provider_for};
use super::{Error, Order, Position, State, about, facts, store, tickets_of};
use crate::app::App;
use crate::events;
use crate::outbox;
use crate::payments::{self, Due};
use crate::{tickets, tiers};

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Where tickets are sent.
    pub email: String,
    /// Name as given.
    pub name: String,
}

impl Buyer {
    pub(super) const fn nobody() -> Self {
        Self {
            email: String::new(),
            name: String::new(),
        }
    }
}

/// Turns a cart into an order; safe to repeat.
///
/// # Errors
/// [`Error::HoldExpired`], [`Error::State`] for a cancelled one.
pub async fn check_out(
    app: &App,
    id: OrderId,
    buyer: &Buyer,
    provider: Option<&str>,
) -> Result<(), Error> {
    let now = app.now();
    let mut rng = app.rng();
    let mut tx = app.db.begin().await?;
    let cart = store::lock(&mut tx, id).await?.ok_or(Error::Unknown)?;
    let positions = store::list_positions(&mut tx, id).await?;
    let total_minor = match cart.state {
        State::Held => sum_of_open(&positions),
        _ => cart.total_minor,
    };
    let provider = provider_for(provider, total_minor)?;
    let event = events::find_any(&mut tx, cart.event).await?;
    let pays_later = !provider.confirms_at_once();
    let order = Order {
        state: if pays_later {
            State::Pending
        } else {
            State::Paid
        },
        email: buyer.email.clone(),
        name: buyer.name.clone(),
        expires_at: pays_later.then(|| pay_until(&event, now)),
        paid_at: (!pays_later).then_some(now),
        ..cart
    };
    if !store::check_out(&mut tx, &order, now).await? {
        let cart = store::find(&mut tx, id).await?.ok_or(Error::Unknown)?;
        return match cart.state {
            State::Pending | State::Paid if cart.email == buyer.email => Ok(tx.commit().await?),
            State::Held | State::Expired => Err(Error::HoldExpired),
            state => Err(Error::State { state }),
        };
    }
    payments::begin_all(
        &mut tx,
        &[(provider, owed(&order, total_minor))],
        now,
        &mut rng,
    )
    .await?;
    outbox::append_all(&mut tx, &[happened(&order)], now).await?;
    let changed = tickets_of::settle(&mut tx, &order, &positions, now).await?;
    tx.commit().await?;
    if changed {
        app.announce(order.event);
    }
    Ok(())
}

/// Writes down that the money of a pending order is there; safe to repeat. An
/// order whose time ran out gets its places again if they are still free.
///
/// # Errors
/// [`Error::State`] for a cart or a cancelled order, [`Error::SoldOut`].
pub async fn confirm_payment(app: &App, id: OrderId, reference: &str) -> Result<(), Error> {
    let now = app.now();
    let mut rng = app.rng();
    let mut tx = app.db.begin().await?;
    let before = store::lock(&mut tx, id).await?.ok_or(Error::Unknown)?;
    if before.state == State::Paid {
        return Ok(tx.commit().await?);
    }
    let late = before.state == State::Expired && !before.email.is_empty();
    if !late && before.state != State::Pending {
        return Err(Error::State {
            state: before.state,
        });
    }
    if !store::mark_paid(&mut tx, id, before.state, now).await? {
        // Another request changed it between the two statements.
        return Err(Error::State {
            state: before.state,
        });
    }
    let order = Order {
        state: State::Paid,
        expires_at: None,
        paid_at: Some(now),
        ..before
    };
    if late {
        store::reopen_positions(&mut tx, id).await?;
    }
    let positions = store::list_positions(&mut tx, id).await?;
    let due = owed(&order, sum_of_open(&positions));
    payments::confirm(&mut tx, &due, reference, now, &mut rng).await?;
    outbox::append(&mut tx, "order.paid", about(&order), &facts(&order), now).await?;
    if late {
        for position in positions.iter().filter(|position| position.open) {
            tickets::detach(&mut tx, position.id).await?;
        }
        tiers::reserve(&mut tx, order.event, &super::cancel::units(&positions)).await?;
    }
    tickets_of::settle(&mut tx, &order, &positions, now).await?;
    tx.commit().await?;
    app.announce(order.event);
    Ok(())
}

/// What the positions come to that were not cancelled.
pub(super) fn sum_of_open(positions: &[Position]) -> i64 {
    let open = positions.iter().filter(|position| position.open);
    open.map(|position| position.price_minor).sum()
}

/// What the buyer of a whole order owes for it.
pub(super) fn due(order: &Order) -> Due {
    owed(order, order.total_minor)
}

/// Some money between the buyer of `order` and its organizer.
pub(super) fn owed(order: &Order, amount_minor: i64) -> Due {
    Due {
        order: order.id,
        organizer: order.organizer,
        amount_minor,
        currency: order.currency.clone(),
    }
}
