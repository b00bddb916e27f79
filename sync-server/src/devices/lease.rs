//! Leases: blocks of serials that a box-office device sells from without the network.
//!
//! The organizer offers a block, whose places are taken off their quotas at once; the
//! device claims it with a key of its own, which the book then names. A place goes from
//! the lease to its order when the sale is heard of; what was not sold goes back when the
//! lease is ended. The key stays good for the tickets sold. Not here: making orders.

use std::collections::BTreeMap;

use shared_model::book::TicketKey;
use shared_model::ids::{
    DeviceId, DeviceNo, EventId, Kid, OrganizerId, PublicKey, Serial, TierNo, Zones,
};
use shared_model::lease::{self, Claim, LeasedTier, Leases, claim_message};
use shared_model::time::Timestamp;
use ticket_crypto::certificate::{BoxOfficeCertificate, Limits};
use ticket_crypto::keys::VerifyingKey;
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::{Device, Error, Standing, standing, store};
use crate::app::App;
use crate::db::{self, Conn, Tx};
use crate::{events, keys, row, sql, tiers};

/// Most places of one lease.
const MOST: u32 = 20_000;
/// Tickets sold stay good for so long after the event or the lease.
const AFTER_MS: i64 = 7 * 86_400_000;

row! {
    /// A lease.
    #[derive(Debug, Clone)]
    pub struct Lease {
        /// The key number that its tickets name.
        pub kid: Kid,
        /// The device that sells.
        pub device_id: DeviceId,
        /// The device's number.
        pub device_no: DeviceNo,
        /// First serial of the block.
        pub first_serial: Serial,
        /// Last serial of the block.
        pub last_serial: Serial,
        /// Until when the device may sell.
        pub until_at: Timestamp,
        /// The event key's word for the device's key; absent until it is claimed.
        pub certificate: Option<Vec<u8>>,
        /// When what was not sold went back.
        pub ended_at: Option<Timestamp>,
    }
}

/// Offers `places` of the event to a device, until `until`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Lease`], [`Error::Tier`] when there are not enough places.
pub async fn offer_lease(
    app: &App,
    (organizer, event): (OrganizerId, EventId),
    device: DeviceId,
    places: &BTreeMap<TierNo, u32>,
    until: Timestamp,
) -> Result<Lease, Error> {
    let now = app.now();
    let total = places
        .values()
        .fold(0, |sum: u32, count| sum.saturating_add(*count));
    if !(1..=MOST).contains(&total) || places.values().any(|count| *count == 0) || places.len() > 32
    {
        return Err(Error::Lease(
            "a lease has 1 to 20000 places, of at most 32 tiers",
        ));
    }
    if until <= now {
        return Err(Error::Lease("a lease ends in the future"));
    }
    let mut tx = app.db.begin().await?;
    let device = store::find_device(&mut tx, organizer, device).await?;
    let device = device.ok_or(Error::NotFound)?;
    if device.node || standing(&mut tx, device.id, event, now).await? != Standing::OnDuty {
        return Err(Error::NotFound);
    }
    for tier in places.keys() {
        tiers::find(&mut tx, event, *tier).await?;
    }
    tiers::reserve(&mut tx, event, places).await?;
    let (kid, first_serial, last_serial) = events::lease_serials(&mut tx, event, total).await?;
    let lease = Lease {
        kid,
        device_id: device.id,
        device_no: device.device_no,
        first_serial,
        last_serial,
        until_at: until,
        certificate: None,
        ended_at: None,
    };
    insert(&mut tx, (organizer, event), &lease, places).await?;
    tx.commit().await?;
    app.announce(event);
    Ok(lease)
}

/// Gives `device` the oldest lease on offer under its own key, and says which of its leases are open.
/// A key that has a lease gets that one again, should the first answer have been lost.
///
/// # Errors
/// [`Error::Key`], [`Error::Proof`], [`Error::NotFound`] for a device that is not on duty.
pub async fn claim_lease(app: &App, device: &Device, claim: &Claim) -> Result<Leases, Error> {
    let now = app.now();
    let key = check_claim(device, claim)?;
    let mut tx = app.db.begin().await?;
    let event = events::find_by_no(&mut tx, device.organizer_id, claim.event).await?;
    let event = event.ok_or(Error::NotFound)?;
    if standing(&mut tx, device.id, event.id, now).await? != Standing::OnDuty {
        return Err(Error::NotFound);
    }
    let (mut news, mut claimed) = (false, None);
    if let Some(lease) = claimed_with(&mut tx, event.id, device.id, claim.key).await? {
        claimed = Some(tell(&mut tx, &event, &lease).await?);
    } else if let Some(lease) = find_offer(&mut tx, event.id, device.id, now).await? {
        let told = tell(&mut tx, &event, &lease).await?;
        certify(&mut tx, app, &event, &lease, &told, key).await?;
        (news, claimed) = (true, Some(told));
    }
    let open = list_open(&mut tx, event.id, device.id).await?;
    tx.commit().await?;
    if news {
        app.announce(event.id);
    }
    Ok(Leases { claimed, open })
}

fn check_claim(device: &Device, claim: &Claim) -> Result<VerifyingKey, Error> {
    let key = VerifyingKey::from_bytes(&claim.key.0).map_err(|source| Error::Key {
        field: "key",
        source,
    })?;
    let mut proof = [0; signature::LEN];
    hex::decode_to_slice(&claim.proof, &mut proof).map_err(|_| Error::Proof("proof"))?;
    let message = claim_message(device.id, claim.event, &claim.key);
    signature::verify(&key, &Label::PROOF, &message, &proof).map_err(|_| Error::Proof("proof"))?;
    Ok(key)
}

/// What the device is told of a lease: its tiers as they are offered now.
async fn tell(
    conn: &mut Conn,
    event: &events::Event,
    lease: &Lease,
) -> Result<lease::Lease, Error> {
    let mut leased = Vec::new();
    for (tier, places) in held(conn, event.id, lease.kid).await? {
        let offer = tiers::find(conn, event.id, tier).await?.offer;
        leased.push(LeasedTier {
            tier,
            name: offer.name,
            places,
            price_minor: offer.price_minor,
            occurrence: offer.occurrence,
            zones: offer.zones,
            valid_from: offer.valid_from,
            valid_until: offer.valid_until,
            entries: offer.entries,
            group: offer.group_size,
            flags: offer.flags,
        });
    }
    Ok(lease::Lease {
        kid: lease.kid,
        first_serial: lease.first_serial,
        last_serial: lease.last_serial,
        until: lease.until_at,
        currency: event.currency.clone(),
        tiers: leased,
    })
}

/// Certifies `key` for what `told` says, and has the book name it.
async fn certify(
    tx: &mut Tx,
    app: &App,
    event: &events::Event,
    lease: &Lease,
    told: &lease::Lease,
    key: VerifyingKey,
) -> Result<(), Error> {
    let now = app.now();
    let last = event.ends_at.unwrap_or(lease.until_at).max(lease.until_at);
    let not_after = last.plus_millis(AFTER_MS);
    let public_key = PublicKey(key.to_bytes());
    let certificate = BoxOfficeCertificate {
        event: event.event_no,
        kid: lease.kid,
        key,
        first_serial: lease.first_serial,
        last_serial: lease.last_serial,
        limits: limits(&told.tiers),
        not_before_ms: now.as_millis(),
        not_after_ms: not_after.as_millis(),
    };
    let event_key = keys::event_signing_key(tx, &app.master_key, event.id).await?;
    let certificate = certificate
        .issue(&event_key)
        .map_err(|_| Error::Lease("the certificate cannot be made"))?;
    let public = TicketKey {
        kid: lease.kid,
        public_key,
        first_serial: lease.first_serial,
        last_serial: lease.last_serial,
        not_before: Some(now),
        not_after: Some(not_after),
        certificate: Some(certificate.clone()),
    };
    keys::add_box_office_key(tx, (event.organizer, event.id), &public).await?;
    put_certificate(tx, event.id, lease.kid, &certificate).await?;
    Ok(())
}

/// The least that lets tickets of all `tiers` pass.
fn limits(tiers: &[LeasedTier]) -> Limits {
    let unlimited = tiers.iter().any(|tier| tier.entries == 0);
    Limits {
        tiers: tiers.iter().map(|tier| tier.tier).collect(),
        zones: Zones(tiers.iter().fold(0, |zones, tier| zones | tier.zones.0)),
        group: tiers.iter().map(|tier| tier.group).max().unwrap_or(1),
        entries: match unlimited {
            true => 0,
            false => tiers.iter().map(|tier| tier.entries).max().unwrap_or(1),
        },
    }
}

/// Ends a lease: what was not sold goes back to its quotas. Again is no change.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn end_lease(app: &App, event: EventId, kid: Kid) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let ended = tx
        .sql(sql!(
            "UPDATE leases SET ended_at = COALESCE(ended_at, $3) WHERE event_id = $1 AND kid = $2"
        ))
        .bind(event)
        .bind(kid)
        .bind(app.now())
        .execute()
        .await?;
    if ended == 0 {
        return Err(Error::NotFound);
    }
    let unsold = held(&mut tx, event, kid).await?;
    tx.sql(sql!(
        "UPDATE lease_tiers SET held = 0 WHERE event_id = $1 AND kid = $2"
    ))
    .bind(event)
    .bind(kid)
    .execute()
    .await?;
    tiers::release(&mut tx, event, &unsold).await?;
    tx.commit().await?;
    app.announce(event);
    Ok(())
}

/// The leases of an event, by kid.
///
/// # Errors
/// When the database refuses.
pub async fn list_leases(conn: &mut Conn, event: EventId) -> Result<Vec<Lease>, db::Error> {
    conn.sql(sql!("SELECT l.kid, l.device_id, d.device_no, l.first_serial, l.last_serial, l.until_at, l.certificate, l.ended_at FROM leases l JOIN devices d ON d.id = l.device_id WHERE l.event_id = $1 ORDER BY l.kid" => Lease))
        .bind(event)
        .all()
        .await
}

/// The lease under this kid.
///
/// # Errors
/// When the database refuses.
pub async fn find_lease(
    conn: &mut Conn,
    event: EventId,
    kid: Kid,
) -> Result<Option<Lease>, db::Error> {
    conn.sql(sql!("SELECT l.kid, l.device_id, d.device_no, l.first_serial, l.last_serial, l.until_at, l.certificate, l.ended_at FROM leases l JOIN devices d ON d.id = l.device_id WHERE l.event_id = $1 AND l.kid = $2" => Lease))
        .bind(event)
        .bind(kid)
        .optional()
        .await
}

/// Passes one held place of `tier` on to its order; false when the lease holds none.
///
/// # Errors
/// When the database refuses.
pub async fn use_place(
    tx: &mut Tx,
    event: EventId,
    kid: Kid,
    tier: TierNo,
) -> Result<bool, db::Error> {
    let used = tx
        .sql(sql!("UPDATE lease_tiers SET held = held - 1 WHERE event_id = $1 AND kid = $2 AND tier_no = $3 AND held > 0"))
        .bind(event)
        .bind(kid)
        .bind(tier)
        .execute()
        .await?;
    Ok(used > 0)
}

/// Places that a lease still holds.
///
/// # Errors
/// When the database refuses.
pub async fn held(
    conn: &mut Conn,
    event: EventId,
    kid: Kid,
) -> Result<BTreeMap<TierNo, u32>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT tier_no, held FROM lease_tiers WHERE event_id = $1 AND kid = $2 AND held > 0" => (TierNo, u32)))
        .bind(event)
        .bind(kid)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

/// Places of some tiers that leases hold, which count as used in every quota of theirs.
///
/// # Errors
/// When the database refuses.
pub async fn held_units(
    conn: &mut Conn,
    event: EventId,
    tiers: &[TierNo],
) -> Result<u64, db::Error> {
    let rows = conn
        .sql(sql!("SELECT t.tier_no, t.held FROM lease_tiers t JOIN leases l ON l.event_id = t.event_id AND l.kid = t.kid WHERE t.event_id = $1 AND l.ended_at IS NULL" => (TierNo, u64)))
        .bind(event)
        .all()
        .await?;
    let of_tiers = rows.into_iter().filter(|(tier, _)| tiers.contains(tier));
    Ok(of_tiers.map(|(_, held)| held).sum())
}

async fn insert(
    tx: &mut Tx,
    (organizer, event): (OrganizerId, EventId),
    lease: &Lease,
    places: &BTreeMap<TierNo, u32>,
) -> Result<(), db::Error> {
    tx.sql(sql!("INSERT INTO leases (event_id, kid, device_id, first_serial, last_serial, until_at, organizer_id) VALUES ($1, $2, $3, $4, $5, $6, $7)"))
        .bind(event)
        .bind(lease.kid)
        .bind(lease.device_id)
        .bind(lease.first_serial)
        .bind(lease.last_serial)
        .bind(lease.until_at)
        .bind(organizer)
        .execute()
        .await?;
    for (tier, held) in places {
        tx.sql(sql!(
            "INSERT INTO lease_tiers (event_id, kid, tier_no, held, organizer_id) VALUES ($1, $2, $3, $4, $5)"
        ))
        .bind(event)
        .bind(lease.kid)
        .bind(*tier)
        .bind(*held)
        .bind(organizer)
        .execute()
        .await?;
    }
    Ok(())
}

async fn find_offer(
    conn: &mut Conn,
    event: EventId,
    device: DeviceId,
    now: Timestamp,
) -> Result<Option<Lease>, db::Error> {
    conn.sql(sql!("SELECT l.kid, l.device_id, d.device_no, l.first_serial, l.last_serial, l.until_at, l.certificate, l.ended_at FROM leases l JOIN devices d ON d.id = l.device_id WHERE l.event_id = $1 AND l.device_id = $2 AND l.certificate IS NULL AND l.ended_at IS NULL AND l.until_at > $3 ORDER BY l.kid LIMIT 1" => Lease))
        .bind(event)
        .bind(device)
        .bind(now)
        .optional()
        .await
}

/// The lease that `device` claimed with `key`, while it is open.
async fn claimed_with(
    conn: &mut Conn,
    event: EventId,
    device: DeviceId,
    key: PublicKey,
) -> Result<Option<Lease>, Error> {
    let keys = keys::list_ticket_keys(conn, event).await?;
    let Some(known) = keys.iter().find(|known| known.public_key == key) else {
        return Ok(None);
    };
    let lease = find_lease(conn, event, known.kid).await?;
    Ok(lease.filter(|lease| lease.device_id == device && lease.ended_at.is_none()))
}

async fn list_open(
    conn: &mut Conn,
    event: EventId,
    device: DeviceId,
) -> Result<Vec<Kid>, db::Error> {
    let rows = conn
        .sql(sql!("SELECT kid FROM leases WHERE event_id = $1 AND device_id = $2 AND certificate IS NOT NULL AND ended_at IS NULL ORDER BY kid" => (Kid,)))
        .bind(event)
        .bind(device)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(kid,)| kid).collect())
}

async fn put_certificate(
    tx: &mut Tx,
    event: EventId,
    kid: Kid,
    certificate: &[u8],
) -> Result<(), db::Error> {
    tx.sql(sql!(
        "UPDATE leases SET certificate = $3 WHERE event_id = $1 AND kid = $2"
    ))
    .bind(event)
    .bind(kid)
    .bind(certificate)
    .execute()
    .await?;
    Ok(())
}
