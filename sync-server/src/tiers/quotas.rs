//! Making and changing quotas.

use rand::Rng;
use shared_model::ids::{EventId, OrganizerId, TierNo};
use shared_model::time::Timestamp;
use uuid::Uuid;

use super::{Error, Quota, own, store};
use crate::db::{self, Conn, Db};
use crate::{devices, orders};

/// Makes a quota for `tiers` of the event.
///
/// # Errors
/// [`Error::Unknown`] for another's event, [`Error::Invalid`] for a tier it does not have.
pub async fn create_quota(
    db: &Db,
    (organizer, event): (OrganizerId, EventId),
    (name, size, tiers): (String, Option<u64>, Vec<TierNo>),
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<Quota, Error> {
    let mut tx = db.begin().await?;
    own(&mut tx, organizer, event).await?;
    let known = store::list(&mut tx, event).await?;
    let strange = tiers
        .iter()
        .any(|tier| !known.iter().any(|known| known.tier == *tier));
    let mut tiers = tiers;
    tiers.sort_unstable();
    tiers.dedup();
    if strange || tiers.is_empty() {
        return Err(Error::Invalid {
            field: "tiers",
            reason: "must be tiers of this event, one or more",
        });
    }
    // What was sold or leased before it came under this quota counts here too.
    let leased = devices::held_units(&mut tx, event, &tiers).await?;
    let used = orders::open_units(&mut tx, event, &tiers).await? + leased;
    if size.is_some_and(|size| used > size) {
        return Err(Error::InUse { used });
    }
    let quota = Quota {
        id: super::quota_id(now, rng),
        name,
        size,
        used,
        tiers,
    };
    store::insert_quota(&mut tx, organizer, event, &quota).await?;
    tx.commit().await?;
    Ok(quota)
}

/// Gives a quota another size.
///
/// # Errors
/// [`Error::Unknown`], [`Error::InUse`] when more is taken already.
pub async fn change_quota(
    db: &Db,
    (organizer, event): (OrganizerId, EventId),
    quota: Uuid,
    size: Option<u64>,
) -> Result<Quota, Error> {
    let mut tx = db.begin().await?;
    own(&mut tx, organizer, event).await?;
    let quotas = store::list_quotas(&mut tx, event).await?;
    let known = quotas.into_iter().find(|known| known.id == quota);
    let known = known.ok_or(Error::Unknown)?;
    if !store::resize(&mut tx, quota, size).await? {
        let used = store::used(&mut tx, quota).await?;
        return Err(Error::InUse { used });
    }
    tx.commit().await?;
    Ok(Quota { size, ..known })
}

/// The event's quotas.
///
/// # Errors
/// When the store fails.
pub async fn list_quotas(conn: &mut Conn, event: EventId) -> Result<Vec<Quota>, db::Error> {
    store::list_quotas(conn, event).await
}
