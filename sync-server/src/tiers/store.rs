//! All SQL of tiers and quotas.

use shared_model::ids::{EventId, OccurrenceNo, OrganizerId, TierNo, Zones};
use shared_model::ticket::TicketFlags;
use shared_model::time::Timestamp;
use uuid::Uuid;

use super::{Offer, Quota, Tier, Use};
use crate::db::{Conn, Error, Tx};
use crate::{row, sql};

row! {
    struct TierRow {
        tier_no: TierNo,
        name: String,
        price_minor: i64,
        product_no: Option<TierNo>,
        on_sale: bool,
        sale_from: Option<Timestamp>,
        sale_until: Option<Timestamp>,
        min_per_order: u32,
        max_per_order: u32,
        valid_from: Option<Timestamp>,
        valid_until: Option<Timestamp>,
        occurrence: OccurrenceNo,
        zones: Zones,
        entries: u8,
        group_size: u8,
        flags: u8,
        valid_while_pending: bool,
        attention: bool,
    }
}

impl From<TierRow> for Tier {
    fn from(row: TierRow) -> Self {
        Self {
            tier: row.tier_no,
            offer: Offer {
                name: row.name,
                price_minor: row.price_minor,
                product: row.product_no,
                on_sale: row.on_sale,
                sale_from: row.sale_from,
                sale_until: row.sale_until,
                min_per_order: row.min_per_order,
                max_per_order: row.max_per_order,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
                occurrence: row.occurrence,
                zones: row.zones,
                entries: row.entries,
                group_size: row.group_size,
                flags: TicketFlags(row.flags),
                valid_while_pending: row.valid_while_pending,
                attention: row.attention,
            },
        }
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    organizer: OrganizerId,
    event: EventId,
    tier: &Tier,
    now: Timestamp,
) -> Result<(), Error> {
    let offer = &tier.offer;
    tx.sql(sql!(
        "INSERT INTO tiers (event_id, tier_no, organizer_id, name, price_minor, product_no, on_sale, sale_from, sale_until, min_per_order, max_per_order,
            valid_from, valid_until, occurrence, zones, entries, group_size, flags, valid_while_pending, attention, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
    ))
    .bind(event)
    .bind(tier.tier)
    .bind(organizer)
    .bind(offer.name.as_str())
    .bind(offer.price_minor)
    .bind(offer.product)
    .bind(offer.on_sale)
    .bind(offer.sale_from)
    .bind(offer.sale_until)
    .bind(offer.min_per_order)
    .bind(offer.max_per_order)
    .bind(offer.valid_from)
    .bind(offer.valid_until)
    .bind(offer.occurrence)
    .bind(offer.zones)
    .bind(offer.entries)
    .bind(offer.group_size)
    .bind(offer.flags.0)
    .bind(offer.valid_while_pending)
    .bind(offer.attention)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn update(tx: &mut Tx, event: EventId, tier: &Tier) -> Result<(), Error> {
    let offer = &tier.offer;
    tx.sql(sql!(
        "UPDATE tiers SET name = $3, price_minor = $4, product_no = $5, on_sale = $6, sale_from = $7, sale_until = $8, min_per_order = $9, max_per_order = $10,
            valid_from = $11, valid_until = $12, occurrence = $13, zones = $14, entries = $15, group_size = $16, flags = $17, valid_while_pending = $18, attention = $19
         WHERE event_id = $1 AND tier_no = $2"
    ))
    .bind(event)
    .bind(tier.tier)
    .bind(offer.name.as_str())
    .bind(offer.price_minor)
    .bind(offer.product)
    .bind(offer.on_sale)
    .bind(offer.sale_from)
    .bind(offer.sale_until)
    .bind(offer.min_per_order)
    .bind(offer.max_per_order)
    .bind(offer.valid_from)
    .bind(offer.valid_until)
    .bind(offer.occurrence)
    .bind(offer.zones)
    .bind(offer.entries)
    .bind(offer.group_size)
    .bind(offer.flags.0)
    .bind(offer.valid_while_pending)
    .bind(offer.attention)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn list(conn: &mut Conn, event: EventId) -> Result<Vec<Tier>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT tier_no, name, price_minor, product_no, on_sale, sale_from, sale_until, min_per_order, max_per_order,
                valid_from, valid_until, occurrence, zones, entries, group_size, flags, valid_while_pending, attention
             FROM tiers WHERE event_id = $1 ORDER BY tier_no" => TierRow
        ))
        .bind(event)
        .all()
        .await?;
    Ok(rows.into_iter().map(Tier::from).collect())
}

pub(super) async fn insert_quota(
    tx: &mut Tx,
    organizer: OrganizerId,
    event: EventId,
    quota: &Quota,
) -> Result<(), Error> {
    tx.sql(sql!("INSERT INTO quotas (id, event_id, organizer_id, name, size, used) VALUES ($1, $2, $3, $4, $5, $6)"))
        .bind(quota.id)
        .bind(event)
        .bind(organizer)
        .bind(quota.name.as_str())
        .bind(quota.size)
        .bind(quota.used)
        .execute()
        .await?;
    for tier in &quota.tiers {
        tx.sql(sql!(
            "INSERT INTO quota_tiers (event_id, tier_no, quota_id, organizer_id) VALUES ($1, $2, $3, $4)"
        ))
        .bind(event)
        .bind(*tier)
        .bind(quota.id)
        .bind(organizer)
        .execute()
        .await?;
    }
    Ok(())
}

pub(super) async fn used(conn: &mut Conn, quota: Uuid) -> Result<u64, Error> {
    let (used,) = conn
        .sql(sql!("SELECT used FROM quotas WHERE id = $1" => (u64,)))
        .bind(quota)
        .one()
        .await?;
    Ok(used)
}

/// `false` when more is taken than the new size.
pub(super) async fn resize(tx: &mut Tx, quota: Uuid, size: Option<u64>) -> Result<bool, Error> {
    let changed = tx
        .sql(sql!(
            "UPDATE quotas SET size = $2 WHERE id = $1 AND used <= $3"
        ))
        .bind(quota)
        .bind(size)
        .bind(size.unwrap_or(u64::MAX))
        .execute()
        .await?;
    Ok(changed == 1)
}

row! {
    struct QuotaRow {
        id: Uuid,
        name: String,
        size: Option<u64>,
        used: u64,
    }
}

pub(super) async fn list_quotas(conn: &mut Conn, event: EventId) -> Result<Vec<Quota>, Error> {
    let rows = conn
        .sql(sql!("SELECT id, name, size, used FROM quotas WHERE event_id = $1 ORDER BY id" => QuotaRow))
        .bind(event)
        .all()
        .await?;
    let uses = list_uses(conn, event).await?;
    let tiers_of = |quota| {
        let of_quota = uses.iter().filter(move |place| place.quota == quota);
        of_quota.map(|place| place.tier).collect()
    };
    let quotas = rows.into_iter().map(|row| Quota {
        tiers: tiers_of(row.id),
        id: row.id,
        name: row.name,
        size: row.size,
        used: row.used,
    });
    Ok(quotas.collect())
}

/// Which tier takes from which quota, and how full that is.
pub(super) async fn list_uses(conn: &mut Conn, event: EventId) -> Result<Vec<Use>, Error> {
    let rows = conn
        .sql(sql!(
            "SELECT quotas.id, quota_tiers.tier_no, quotas.size, quotas.used
             FROM quota_tiers JOIN quotas ON quotas.id = quota_tiers.quota_id
             WHERE quota_tiers.event_id = $1 ORDER BY quotas.id, quota_tiers.tier_no" => (Uuid, TierNo, Option<u64>, u64)
        ))
        .bind(event)
        .all()
        .await?;
    let uses = rows.into_iter().map(|(quota, tier, size, used)| Use {
        quota,
        tier,
        size,
        used,
    });
    Ok(uses.collect())
}

/// `false` when not enough is left; locks the quota until the commit.
pub(super) async fn take(tx: &mut Tx, quota: Uuid, count: u32) -> Result<bool, Error> {
    let taken = tx
        .sql(sql!("UPDATE quotas SET used = used + $2 WHERE id = $1 AND (size IS NULL OR used + $2 <= size)"))
        .bind(quota)
        .bind(count)
        .execute()
        .await?;
    Ok(taken == 1)
}

pub(super) async fn give_back(tx: &mut Tx, quota: Uuid, count: u32) -> Result<(), Error> {
    tx.sql(sql!("UPDATE quotas SET used = used - $2 WHERE id = $1"))
        .bind(quota)
        .bind(count)
        .execute()
        .await?;
    Ok(())
}
