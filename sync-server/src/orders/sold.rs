//! An order out of a sale that a device made at a door.

use rand::Rng;
use shared_model::ids::{Kid, OccurrenceNo, OrderId, PositionId, Serial, Zones};
use shared_model::ticket::TicketState;
use shared_model::time::Timestamp;

use super::basket::new_code;
use super::checkout::due;
use super::{Error, Order, Position, State, about, store};
use crate::clock::new_id;
use crate::db::Tx;
use crate::events::Event;
use crate::outbox;
use crate::payments;
use crate::tickets::{self, NewTicket};
use crate::tiers::Tier;

/// One ticket that a device sold.
#[derive(Debug, Clone)]
pub struct DoorSale {
    /// What was sold.
    pub tier: Tier,
    /// The serial, out of the device's lease.
    pub serial: Serial,
    /// The device's ticket key.
    pub kid: Kid,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones it opens.
    pub zones: Zones,
    /// What was paid, minor units, not negative.
    pub price_minor: i64,
    /// In cash; otherwise by card.
    pub cash: bool,
    /// No place was left for it: more are sold than there are.
    pub over: bool,
    /// When.
    pub sold_at: Timestamp,
}

/// Makes the paid order of a sale, whose ticket exists already.
///
/// # Errors
/// When the store fails.
pub async fn sold_at_door(
    tx: &mut Tx,
    event: &Event,
    sale: DoorSale,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<(), Error> {
    let mut order = Order {
        id: OrderId(new_id(now, rng)),
        event: event.id,
        organizer: event.organizer,
        code: new_code(rng),
        state: State::Paid,
        email: String::new(),
        name: String::new(),
        currency: event.currency.clone(),
        total_minor: sale.price_minor,
        created_at: sale.sold_at,
        expires_at: None,
        paid_at: Some(sale.sold_at),
    };
    while !store::insert_orders(tx, &[&order]).await? {
        order.code = new_code(rng);
    }
    let position = Position {
        id: PositionId(new_id(now, rng)),
        tier: sale.tier.tier,
        price_minor: sale.price_minor,
        attendee: String::new(),
        open: true,
        placed: !sale.over,
    };
    store::insert_positions(tx, &[(&order, &position)]).await?;
    let provider = payments::at_the_door(sale.cash);
    payments::begin_all(tx, &[(provider, due(&order))], now, rng).await?;
    let facts = serde_json::json!({"at_door": true, "serial": sale.serial.0, "over": sale.over});
    outbox::append(tx, "order.paid", about(&order), &facts, now).await?;
    let offer = &sale.tier.offer;
    let ticket = NewTicket {
        position: position.id,
        tier: position.tier,
        occurrence: sale.occurrence,
        zones: sale.zones,
        valid_from: offer.valid_from,
        valid_until: offer.valid_until,
        entries: offer.entries,
        group: offer.group_size,
        flags: offer.flags,
        state: TicketState::Valid,
        attention: offer.attention,
        person_name: String::new(),
        order_code: order.code.clone(),
    };
    tickets::adopt(
        tx,
        (event.organizer, event.id),
        (sale.serial, sale.kid),
        &ticket,
    )
    .await?;
    Ok(())
}
