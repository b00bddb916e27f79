//! The tickets that an order's positions should have.

use shared_model::ticket::TicketState;
use shared_model::time::Timestamp;

use super::{Error, Order, Position, State};
use crate::db::Tx;
use crate::tickets::{self, NewTicket};
use crate::tiers::{self, Tier};

/// The tickets of new positions, where `order.state` and the tier ask for one;
/// `tiers` goes along with `positions`, and so does the answer.
pub(super) fn wanted(
    order: &Order,
    positions: &[Position],
    tiers: &[&Tier],
) -> Vec<Option<NewTicket>> {
    let paid = order.state == State::Paid;
    let pending = order.state == State::Pending;
    let each = positions.iter().zip(tiers);
    let tickets = each.map(|(position, tier)| {
        let proven = paid || (pending && tier.offer.valid_while_pending);
        proven.then(|| ticket(order, position, tier))
    });
    tickets.collect()
}

/// Brings the tickets of an order that was paid or ordered just now up to date:
/// those that exist change their state, those that should exist are issued.
/// Whether anything changed.
pub(super) async fn settle(
    tx: &mut Tx,
    order: &Order,
    positions: &[Position],
    now: Timestamp,
) -> Result<bool, Error> {
    let known = tiers::list(tx, order.event).await?;
    let (mut existing, mut missing, mut tiers_of_missing) = (Vec::new(), Vec::new(), Vec::new());
    for position in positions.iter().filter(|position| position.open) {
        let tier = known.iter().find(|tier| tier.tier == position.tier);
        if tickets::find_by_position(tx, position.id).await?.is_some() {
            existing.push(position.id);
        } else if let Some(tier) = tier {
            missing.push(position.clone());
            tiers_of_missing.push(tier);
        }
    }
    if !existing.is_empty() {
        tickets::set_state(tx, order.event, &existing, state_of(order), now).await?;
    }
    let missing = wanted(order, &missing, &tiers_of_missing);
    let missing: Vec<_> = missing.into_iter().flatten().collect();
    tickets::issue(tx, (order.organizer, order.event), &missing).await?;
    Ok(!missing.is_empty() || !existing.is_empty())
}

const fn state_of(order: &Order) -> TicketState {
    match order.state {
        State::Paid => TicketState::Valid,
        State::Held | State::Pending => TicketState::Pending,
        State::Cancelled => TicketState::Cancelled,
        State::Expired => TicketState::Expired,
    }
}

fn ticket(order: &Order, position: &Position, tier: &Tier) -> NewTicket {
    let offer = &tier.offer;
    let name = if position.attendee.is_empty() {
        &order.name
    } else {
        &position.attendee
    };
    NewTicket {
        position: position.id,
        tier: position.tier,
        occurrence: offer.occurrence,
        zones: offer.zones,
        valid_from: offer.valid_from,
        valid_until: offer.valid_until,
        entries: offer.entries,
        group: offer.group_size,
        flags: offer.flags,
        state: state_of(order),
        attention: offer.attention,
        person_name: name.clone(),
        order_code: order.code.clone(),
    }
}
