//! What is sold, and how much of it.
//!
//! Owns tiers (with price, sales window and what their tickets state) and
//! quotas. What always holds: `used` of a quota is what is held, leased and
//! sold, and never exceeds its size; a tier without a quota is not sold.
//! Not here: who bought what.

mod quotas;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use shared_model::ids::{EventId, OccurrenceNo, OrganizerId, TierNo, Zones};
use shared_model::ticket::TicketFlags;
use shared_model::time::Timestamp;
use ticket_crypto::token::Minute;
use uuid::Uuid;

use crate::clock::new_id;
use crate::db::{self, Conn, Db, Tx};
use crate::events;
use crate::outbox::{self, About};

pub use quotas::{change_quota, create_quota, list_quotas};
pub use routes::routes;

/// The highest price of one unit, in minor units: no sum of an order overflows.
pub const HIGHEST_PRICE: i64 = 1_000_000_000_000;
/// The most units of all tiers in one order.
pub const MOST_PER_ORDER: u32 = 100;

/// Why something could not be offered or reserved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such event, tier or quota, or another organizer's.
    #[error("there is no such event, tier or quota")]
    Unknown,
    /// A field that is not acceptable.
    #[error("{field} {reason}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Fewer places are left than asked for.
    #[error("tier {tier} has not enough places left")]
    SoldOut {
        /// The tier.
        tier: TierNo,
    },
    /// No quota covers the tier.
    #[error("tier {tier} is in no quota: nothing of it is sold until one covers it")]
    NoQuota {
        /// The tier.
        tier: TierNo,
    },
    /// More is taken from the quota than its new size.
    #[error("{used} places are taken from this quota")]
    InUse {
        /// How many.
        used: u64,
    },
    /// The store failed.
    #[error("the tier store failed")]
    Store(#[from] db::Error),
}

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Its number in the event.
    pub tier: TierNo,
    /// What it says.
    pub offer: Offer,
}

/// What an organizer says of a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// Price of one unit in minor units of the event's currency.
    pub price_minor: i64,
    /// The tier it is a variation of.
    pub product: Option<TierNo>,
    /// Whether it is offered at all.
    pub on_sale: bool,
    /// First instant of its sale.
    pub sale_from: Option<Timestamp>,
    /// First instant after its sale.
    pub sale_until: Option<Timestamp>,
    /// Fewest units in an order that has any.
    pub min_per_order: u32,
    /// Most units in an order.
    pub max_per_order: u32,
    /// First instant at which its tickets admit.
    pub valid_from: Option<Timestamp>,
    /// Last instant at which its tickets admit.
    pub valid_until: Option<Timestamp>,
    /// The date of a series it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones its tickets open.
    pub zones: Zones,
    /// Entries its tickets allow on lists that count; 0 for no limit.
    pub entries: u8,
    /// How many people a ticket admits.
    pub group_size: u8,
    /// Attributes printed on its tickets.
    pub flags: TicketFlags,
    /// Its tickets exist before they are paid.
    pub valid_while_pending: bool,
    /// Staff should look at every guest.
    pub attention: bool,
}

/// How many of some tiers may be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Places; absent for no limit.
    pub size: Option<u64>,
    /// Held, leased and sold.
    pub used: u64,
    /// Tiers that take from it.
    pub tiers: Vec<TierNo>,
}

/// Makes a tier.
///
/// # Errors
/// [`Error::Unknown`] for another's event, [`Error::Invalid`].
pub async fn create(
    db: &Db,
    organizer: OrganizerId,
    event: EventId,
    offer: Offer,
    now: Timestamp,
) -> Result<Tier, Error> {
    offer.check()?;
    let mut tx = db.begin().await?;
    own(&mut tx, organizer, event).await?;
    check_product(&mut tx, event, offer.product).await?;
    check_date(&mut tx, event, offer.occurrence).await?;
    let tier = events::take_tier_no(&mut tx, event).await?;
    let tier = Tier { tier, offer };
    store::insert(&mut tx, organizer, event, &tier, now).await?;
    changed(&mut tx, organizer, event, "tier.created", &tier, now).await?;
    tx.commit().await?;
    Ok(tier)
}

/// Changes a tier; tickets that exist stay as they were issued.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Invalid`].
pub async fn update(
    db: &Db,
    organizer: OrganizerId,
    event: EventId,
    tier: Tier,
    now: Timestamp,
) -> Result<Tier, Error> {
    tier.offer.check()?;
    let mut tx = db.begin().await?;
    own(&mut tx, organizer, event).await?;
    check_product(&mut tx, event, tier.offer.product).await?;
    check_date(&mut tx, event, tier.offer.occurrence).await?;
    store::update(&mut tx, event, &tier).await?;
    changed(&mut tx, organizer, event, "tier.changed", &tier, now).await?;
    tx.commit().await?;
    Ok(tier)
}

/// The event's tiers, by number.
///
/// # Errors
/// When the store fails.
pub async fn list(conn: &mut Conn, event: EventId) -> Result<Vec<Tier>, db::Error> {
    store::list(conn, event).await
}

/// One tier of the event.
///
/// # Errors
/// [`Error::Unknown`].
pub async fn find(conn: &mut Conn, event: EventId, tier: TierNo) -> Result<Tier, Error> {
    let tiers = store::list(conn, event).await?;
    let found = tiers.into_iter().find(|known| known.tier == tier);
    found.ok_or(Error::Unknown)
}

/// Takes places for `wanted` units of each tier: all, or none and an error.
///
/// Locks the quotas until the commit, in one order for everybody; comes late in
/// a transaction, after everything that can fail for another reason.
///
/// # Errors
/// [`Error::SoldOut`], [`Error::NoQuota`].
pub async fn reserve(
    tx: &mut Tx,
    event: EventId,
    wanted: &BTreeMap<TierNo, u32>,
) -> Result<(), Error> {
    let uses = store::list_uses(tx, event).await?;
    without_quota(&uses, wanted)?;
    let mut taken = Vec::new();
    for (quota, count) in by_quota(&uses, wanted) {
        if !store::take(tx, quota, count).await? {
            for (quota, count) in taken {
                store::give_back(tx, quota, count).await?;
            }
            return Err(Error::SoldOut {
                tier: tier_of(&uses, quota, wanted),
            });
        }
        taken.push((quota, count));
    }
    Ok(())
}

/// Takes places for each of `wishes`, in their order, where all of them are left:
/// absent where they were, otherwise [`Error::SoldOut`] or [`Error::NoQuota`]. `None` when another
/// server took places in between: then the transaction has to be given up.
///
/// Locks the quotas until the commit, in one order for everybody.
///
/// # Errors
/// When the store fails.
pub async fn reserve_each(
    tx: &mut Tx,
    event: EventId,
    wishes: &[&BTreeMap<TierNo, u32>],
) -> Result<Option<Vec<Option<Error>>>, db::Error> {
    let uses = store::list_uses(tx, event).await?;
    let mut taken = BTreeMap::new();
    let refused = wishes
        .iter()
        .map(|wanted| fit(&uses, wanted, &mut taken).err());
    let refused: Vec<_> = refused.collect();
    for (quota, count) in taken {
        if !store::take(tx, quota, count).await? {
            return Ok(None);
        }
    }
    Ok(Some(refused))
}

/// Adds what `wanted` takes to `taken`, if every quota has room for both.
fn fit(
    uses: &[Use],
    wanted: &BTreeMap<TierNo, u32>,
    taken: &mut BTreeMap<Uuid, u32>,
) -> Result<(), Error> {
    without_quota(uses, wanted)?;
    let mut sums = Vec::new();
    for (quota, count) in by_quota(uses, wanted) {
        let sum = taken.get(&quota).unwrap_or(&0).saturating_add(count);
        let of_quota = uses.iter().find(|place| place.quota == quota);
        let size = of_quota.and_then(|place| Some((place.size?, place.used)));
        if size.is_some_and(|(size, used)| used + u64::from(sum) > size) {
            let tier = tier_of(uses, quota, wanted);
            return Err(Error::SoldOut { tier });
        }
        sums.push((quota, sum));
    }
    taken.extend(sums);
    Ok(())
}

/// Gives back places of units that are not wanted any more.
///
/// # Errors
/// When the store fails.
pub async fn release(
    tx: &mut Tx,
    event: EventId,
    unwanted: &BTreeMap<TierNo, u32>,
) -> Result<(), db::Error> {
    let uses = store::list_uses(tx, event).await?;
    for (quota, count) in by_quota(&uses, unwanted) {
        store::give_back(tx, quota, count).await?;
    }
    Ok(())
}

/// Units of each tier that are left; absent for no limit. A tier without a quota has 0.
///
/// # Errors
/// When the store fails.
pub async fn available(
    conn: &mut Conn,
    event: EventId,
) -> Result<BTreeMap<TierNo, Option<u64>>, db::Error> {
    let mut left = BTreeMap::new();
    for place in store::list_uses(conn, event).await? {
        let here = place.size.map(|size| size.saturating_sub(place.used));
        let least = left.entry(place.tier).or_insert(here);
        *least = match (*least, here) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    Ok(left)
}

/// A tier's use of a quota.
#[derive(Debug)]
pub(crate) struct Use {
    quota: Uuid,
    tier: TierNo,
    size: Option<u64>,
    used: u64,
}

/// Units that each quota loses, by quota id: the order in which they are locked.
fn by_quota(uses: &[Use], wanted: &BTreeMap<TierNo, u32>) -> BTreeMap<Uuid, u32> {
    let mut counts = BTreeMap::new();
    for place in uses {
        if let Some(count) = wanted.get(&place.tier) {
            let sum: &mut u32 = counts.entry(place.quota).or_default();
            *sum = sum.saturating_add(*count);
        }
    }
    counts
}

fn without_quota(uses: &[Use], wanted: &BTreeMap<TierNo, u32>) -> Result<(), Error> {
    let covered = |tier: &TierNo| uses.iter().any(|place| place.tier == *tier);
    match wanted.keys().find(|tier| !covered(tier)) {
        Some(tier) => Err(Error::NoQuota { tier: *tier }),
        None => Ok(()),
    }
}

fn tier_of(uses: &[Use], quota: Uuid, wanted: &BTreeMap<TierNo, u32>) -> TierNo {
    uses.iter()
        .find(|place| place.quota == quota && wanted.contains_key(&place.tier))
        .map_or(TierNo(0), |place| place.tier)
}

impl Offer {
    fn check(&self) -> Result<(), Error> {
        let after = |from: Option<Timestamp>, until: Option<Timestamp>| {
            from.zip(until).is_none_or(|(from, until)| from < until)
        };
        let checks = [
            (
                (0..=HIGHEST_PRICE).contains(&self.price_minor),
                "price_minor",
                "must be 0 to 1000000000000",
            ),
            (
                (1..=MOST_PER_ORDER).contains(&self.min_per_order),
                "min_per_order",
                "must be 1 to 100",
            ),
            (
                (self.min_per_order..=MOST_PER_ORDER).contains(&self.max_per_order),
                "max_per_order",
                "must be min_per_order to 100",
            ),
            (
                after(self.sale_from, self.sale_until),
                "sale_until",
                "must be after sale_from",
            ),
            (
                after(self.valid_from, self.valid_until),
                "valid_until",
                "must be after valid_from",
            ),
            (
                [self.valid_from, self.valid_until]
                    .iter()
                    .flatten()
                    .all(|at| printable(*at)),
                "valid_until",
                "must lie in the years 2020 to 2051, as valid_from",
            ),
            (self.group_size >= 1, "group_size", "must be at least 1"),
        ];
        match checks.into_iter().find(|(holds, _, _)| !holds) {
            Some((_, field, reason)) => Err(Error::Invalid { field, reason }),
            None => Ok(()),
        }
    }
}

/// Whether a token can state this instant.
fn printable(at: Timestamp) -> bool {
    (Minute::MIN.to_unix_ms()..=Minute::MAX.to_unix_ms()).contains(&at.as_millis())
}

async fn check_product(tx: &mut Tx, event: EventId, product: Option<TierNo>) -> Result<(), Error> {
    let Some(product) = product else {
        return Ok(());
    };
    find(tx, event, product)
        .await
        .map(drop)
        .map_err(|error| match error {
            Error::Unknown => Error::Invalid {
                field: "product",
                reason: "is no tier of this event",
            },
            other => other,
        })
}

/// Whether the date that an offer names is one of the event's.
async fn check_date(tx: &mut Tx, event: EventId, date: OccurrenceNo) -> Result<(), Error> {
    let dates = events::list_dates(tx, event).await?;
    if date == OccurrenceNo(0) || dates.iter().any(|known| known.occurrence == date) {
        return Ok(());
    }
    Err(Error::Invalid {
        field: "occurrence",
        reason: "is no date of this event",
    })
}

pub(crate) async fn own(
    tx: &mut Tx,
    organizer: OrganizerId,
    event: EventId,
) -> Result<events::Event, Error> {
    events::find(tx, organizer, event)
        .await
        .map_err(|error| match error {
            events::Error::Store(error) => Error::Store(error),
            _ => Error::Unknown,
        })
}

async fn changed(
    tx: &mut Tx,
    organizer: OrganizerId,
    event: EventId,
    kind: &'static str,
    tier: &Tier,
    now: Timestamp,
) -> Result<(), Error> {
    let about = About {
        organizer,
        event: Some(event),
        subject: event.0,
    };
    outbox::append(
        tx,
        kind,
        about,
        &serde_json::json!({ "tier": tier.tier }),
        now,
    )
    .await?;
    events::bump(tx, event).await?;
    Ok(())
}

/// A new quota's id.
fn quota_id(now: Timestamp, rng: &mut impl rand::Rng) -> Uuid {
    new_id(now, rng)
}
