//! Leases: blocks of serials that a box-office device sells from without the network.
//!
//! The organizer offers a block, whose places are taken off their quotas at once; the
//! device claims it with a key of its own, which the book then names. A place goes from
//! the lease to its order when the sale is heard of; what was not sold goes back when the
//! lease is ended. The key stays good for the tickets sold. Not here: making orders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared_model::book::TicketKey;
use shared_model::ids::{
    DeviceId, DeviceNo, EventId, EventNo, Kid, OrganizerId, PublicKey, Serial, TierNo, Zones,
};
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
    Ok(lease)
}

/// What a device sends to claim the lease that it was offered.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The event's number.
    #[schema(value_type = u32)]
    pub event: EventNo,
    /// The key that will sign its tickets, 64 hexadecimal digits.
    #[schema(value_type = String)]
    pub key: PublicKey,
    /// Signature of that key over [`claim_message`], 128 hexadecimal digits.
    pub proof: String,
}

/// What the device may sell under.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Claimed {
    /// The key number that tickets name.
    pub kid: u16,
    /// First serial.
    pub first_serial: u32,
    /// Last serial.
    pub last_serial: u32,
    /// Places of each tier: pairs of tier and count.
    pub places: Vec<(u16, u32)>,
    /// Until when it may sell, milliseconds since 1970.
    pub until_ms: i64,
    /// The event key's certificate, as `ticket-crypto` encodes it, in hexadecimal.
    pub certificate: String,
}

/// The bytes that a box-office key signs when its lease is claimed: device, event, key.
#[must_use]
pub fn claim_message(device: DeviceId, event: EventNo, key: &PublicKey) -> Vec<u8> {
    [
        device.0.as_bytes().as_slice(),
        &event.0.to_be_bytes(),
        &key.0,
    ]
    .concat()
}

/// Gives `device` the newest lease that it was offered, under its own key.
///
/// # Errors
/// [`Error::Key`], [`Error::Proof`], [`Error::NotFound`] without an open offer.
pub async fn claim_lease(app: &App, device: &Device, claim: &Claim) -> Result<Claimed, Error> {
    let now = app.now();
    let key = VerifyingKey::from_bytes(&claim.key.0).map_err(|source| Error::Key {
        field: "key",
        source,
    })?;
    let mut proof = [0; signature::LEN];
    hex::decode_to_slice(&claim.proof, &mut proof).map_err(|_| Error::Proof("proof"))?;
    let message = claim_message(device.id, claim.event, &claim.key);
    signature::verify(&key, &Label::PROOF, &message, &proof).map_err(|_| Error::Proof("proof"))?;

    let mut tx = app.db.begin().await?;
    let event = events::find_by_no(&mut tx, device.organizer_id, claim.event).await?;
    let event = event.ok_or(Error::NotFound)?;
    if standing(&mut tx, device.id, event.id, now).await? != Standing::OnDuty {
        return Err(Error::NotFound);
    }
    let lease = find_offer(&mut tx, event.id, device.id, now).await?;
    let lease = lease.ok_or(Error::NotFound)?;
    let places = held(&mut tx, event.id, lease.kid).await?;
    let mut limits = Limits {
        tiers: Vec::new(),
        zones: Zones(0),
        group: 1,
        entries: 1,
    };
    for tier in places.keys() {
        let offer = tiers::find(&mut tx, event.id, *tier).await?.offer;
        limits.tiers.push(*tier);
        limits.zones.0 |= offer.zones.0;
        limits.group = limits.group.max(offer.group_size);
        let unlimited = offer.entries == 0 || limits.entries == 0;
        limits.entries = if unlimited {
            0
        } else {
            limits.entries.max(offer.entries)
        };
    }
    let last = event.ends_at.unwrap_or(lease.until_at).max(lease.until_at);
    let not_after = last.plus_millis(AFTER_MS);
    let certificate = BoxOfficeCertificate {
        event: event.event_no,
        kid: lease.kid,
        key,
        first_serial: lease.first_serial,
        last_serial: lease.last_serial,
        limits,
        not_before_ms: now.as_millis(),
        not_after_ms: not_after.as_millis(),
    };
    let event_key = keys::event_signing_key(&mut tx, &app.master_key, event.id).await?;
    let certificate = certificate
        .issue(&event_key)
        .map_err(|_| Error::Lease("the certificate cannot be made"))?;
    let public = TicketKey {
        kid: lease.kid,
        public_key: claim.key,
        first_serial: lease.first_serial,
        last_serial: lease.last_serial,
        not_before: Some(now),
        not_after: Some(not_after),
        certificate: Some(certificate.clone()),
    };
    keys::add_box_office_key(&mut tx, (event.organizer, event.id), &public).await?;
    put_certificate(&mut tx, event.id, lease.kid, &certificate).await?;
    tx.commit().await?;
    app.announce(event.id);
    Ok(Claimed {
        kid: lease.kid.0,
        first_serial: lease.first_serial.0,
        last_serial: lease.last_serial.0,
        places: places
            .into_iter()
            .map(|(tier, count)| (tier.0, count))
            .collect(),
        until_ms: lease.until_at.as_millis(),
        certificate: hex::encode(certificate),
    })
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
    conn.sql(sql!("SELECT l.kid, l.device_id, d.device_no, l.first_serial, l.last_serial, l.until_at, l.certificate, l.ended_at FROM leases l JOIN devices d ON d.id = l.device_id WHERE l.event_id = $1 AND l.device_id = $2 AND l.certificate IS NULL AND l.ended_at IS NULL AND l.until_at > $3 ORDER BY l.kid DESC LIMIT 1" => Lease))
        .bind(event)
        .bind(device)
        .bind(now)
        .optional()
        .await
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
