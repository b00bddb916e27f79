//! Sales at a door become orders.
//!
//! A sale is a fact: it happened, and is never refused. Its order is made in the
//! transaction that stores the fact, once for each serial. A sale that no lease covers
//! stays a fact and is told to the organizer, for a person to settle.

use std::collections::BTreeMap;

use shared_model::fact::{Fact, Sale};
use shared_model::ids::{DeviceNo, EventId, TierNo};
use shared_model::log::Row;
use shared_model::time::Timestamp;

use super::{Error, Published};
use crate::app::App;
use crate::db::Tx;
use crate::orders::{self, DoorSale};
use crate::outbox::{self, About};
use crate::{devices, tickets, tiers};

/// Makes orders of the sales among `rows`, which `device` wrote; whether there were any.
pub(super) async fn settle(
    tx: &mut Tx,
    app: &App,
    published: &Published,
    device: DeviceNo,
    rows: &[Row],
) -> Result<bool, Error> {
    let mut any = false;
    for row in rows {
        if let Some(Fact::Sale(sale)) = &row.fact {
            any = true;
            settle_one(tx, app, published, device, sale).await?;
        }
    }
    Ok(any)
}

async fn settle_one(
    tx: &mut Tx,
    app: &App,
    published: &Published,
    device: DeviceNo,
    sale: &Sale,
) -> Result<(), Error> {
    let event = &published.event;
    let now = app.now();
    if tickets::find(tx, event.id, sale.serial).await?.is_some() {
        return Ok(());
    }
    let lease = devices::find_lease(tx, event.id, sale.kid).await?;
    let covered = lease.is_some_and(|lease| {
        let block = lease.first_serial..=lease.last_serial;
        lease.device_no == device && block.contains(&sale.serial)
    });
    let tier = tiers::list(tx, event.id).await?;
    let tier = tier.into_iter().find(|tier| tier.tier == sale.tier);
    let (true, Some(tier), true) = (covered, tier, sale.price_minor >= 0) else {
        let about = About {
            organizer: event.organizer,
            event: Some(event.id),
            subject: event.id.0,
        };
        let words =
            serde_json::json!({"device": device.0, "serial": sale.serial.0, "kid": sale.kid.0});
        outbox::append(tx, "sale.unmatched", about, &words, now).await?;
        return Ok(());
    };
    let placed = devices::use_place(tx, event.id, sale.kid, sale.tier).await?
        || free_place(tx, event.id, sale.tier).await?;
    let sold_at = sale.stamp.corrected().clamp(Timestamp(0), now);
    let sale = DoorSale {
        tier,
        serial: sale.serial,
        kid: sale.kid,
        occurrence: sale.occurrence,
        zones: sale.zones,
        price_minor: sale.price_minor,
        cash: sale.cash,
        over: !placed,
        sold_at,
    };
    orders::sold_at_door(tx, event, sale, now, &mut app.rng())
        .await
        .map_err(|error| Error::Sale(Box::new(error)))
}

/// Takes a place that nobody holds, for a sale whose lease holds none any more;
/// whether one was left.
async fn free_place(tx: &mut Tx, event: EventId, tier: TierNo) -> Result<bool, Error> {
    match tiers::reserve(tx, event, &BTreeMap::from([(tier, 1)])).await {
        Ok(()) => Ok(true),
        Err(tiers::Error::SoldOut { .. } | tiers::Error::NoQuota { .. }) => Ok(false),
        Err(error) => Err(Error::Sale(Box::new(error.into()))),
    }
}
