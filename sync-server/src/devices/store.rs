//! All SQL about devices.

use shared_model::ids::{
    DeviceId, DeviceNo, EventId, EventNo, GateNo, Kid, OrganizerId, PublicKey,
};
use shared_model::time::Timestamp;

use super::code::{Code, Used};
use super::{Device, Error, Scope};
use crate::app::App;
use crate::db::{self, Conn, Tx};
use crate::identity::hash_token;
use crate::{row, sql};

/// The statement that answers the devices for which `$condition` holds.
macro_rules! devices_where {
    ($condition:literal) => {
        sql!(concat!(
            "SELECT id, organizer_id, device_no, name, node, fact_key, transport_key, created_at, last_seen_at
             FROM devices WHERE ",
            $condition
        ) => Device)
    };
}

pub(super) async fn insert_code(
    tx: &mut Tx,
    code: &Code,
    hash: [u8; 32],
    scope: Scope,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.sql(sql!("INSERT INTO enrolment_codes (id, organizer_id, event_id, code_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"))
        .bind(code.id)
        .bind(scope.organizer)
        .bind(scope.event)
        .bind(hash)
        .bind(now)
        .bind(code.expires_at)
        .execute()
        .await?;
    Ok(())
}

/// Marks the code as used; of two at once, one gets it.
pub(super) async fn use_code(
    tx: &mut Tx,
    hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<Used>, db::Error> {
    let used = tx
        .sql(sql!("UPDATE enrolment_codes SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND expires_at >= $2 RETURNING organizer_id, event_id" => (OrganizerId, EventId)))
        .bind(hash)
        .bind(now)
        .optional()
        .await?;
    Ok(used.map(|(organizer, event)| Used { organizer, event }))
}

pub(super) async fn find_by_fact_key(
    conn: &mut Conn,
    organizer: OrganizerId,
    key: PublicKey,
) -> Result<Option<Device>, db::Error> {
    conn.sql(devices_where!("organizer_id = $1 AND fact_key = $2"))
        .bind(organizer)
        .bind(key)
        .optional()
        .await
}

/// A number that no device of the organizer had.
pub(super) async fn next_number(tx: &mut Tx, organizer: OrganizerId) -> Result<DeviceNo, Error> {
    tx.sql(sql!("INSERT INTO device_counters (organizer_id, next_device_no) VALUES ($1, 1) ON CONFLICT (organizer_id) DO NOTHING"))
        .bind(organizer)
        .execute()
        .await?;
    let (next,) = tx
        .sql(sql!("UPDATE device_counters SET next_device_no = next_device_no + 1 WHERE organizer_id = $1 RETURNING next_device_no" => (i64,)))
        .bind(organizer)
        .one()
        .await?;
    u16::try_from(next - 1)
        .map(DeviceNo)
        .map_err(|_| Error::TooMany)
}

pub(super) async fn insert_device(
    tx: &mut Tx,
    device: &Device,
    token: Option<[u8; 32]>,
) -> Result<(), db::Error> {
    tx.sql(sql!("INSERT INTO devices (id, organizer_id, device_no, name, node, fact_key, transport_key, token_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"))
        .bind(device.id)
        .bind(device.organizer_id)
        .bind(device.device_no)
        .bind(device.name.as_str())
        .bind(device.node)
        .bind(device.fact_key)
        .bind(device.transport_key)
        .bind(token)
        .bind(device.created_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn renew_device(
    tx: &mut Tx,
    id: DeviceId,
    name: &str,
    token: [u8; 32],
) -> Result<(), db::Error> {
    tx.sql(sql!(
        "UPDATE devices SET name = $2, token_hash = $3 WHERE id = $1"
    ))
    .bind(id)
    .bind(name)
    .bind(token)
    .execute()
    .await?;
    Ok(())
}

/// The device is on duty from `now`, if it is not already.
pub(super) async fn begin_duty(
    tx: &mut Tx,
    device: DeviceId,
    event: EventId,
    now: Timestamp,
) -> Result<(), db::Error> {
    if let Some((_, None)) = last_duty(tx, device, event).await? {
        return Ok(());
    }
    // A duty that ended in this very millisecond goes on.
    tx.sql(sql!("INSERT INTO device_duties (device_id, event_id, from_at, organizer_id) SELECT id, $2, $3, organizer_id FROM devices WHERE id = $1 ON CONFLICT (device_id, event_id, from_at) DO UPDATE SET until_at = NULL"))
        .bind(device)
        .bind(event)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn last_duty(
    conn: &mut Conn,
    device: DeviceId,
    event: EventId,
) -> Result<Option<(Timestamp, Option<Timestamp>)>, db::Error> {
    conn.sql(sql!("SELECT from_at, until_at FROM device_duties WHERE device_id = $1 AND event_id = $2 ORDER BY from_at DESC LIMIT 1" => (Timestamp, Option<Timestamp>)))
        .bind(device)
        .bind(event)
        .optional()
        .await
}

pub(super) async fn events_of(
    conn: &mut Conn,
    device: DeviceId,
    now: Timestamp,
) -> Result<Vec<(EventNo, String)>, db::Error> {
    conn.sql(sql!("SELECT DISTINCT e.event_no, e.name FROM device_duties d JOIN events e ON e.id = d.event_id AND e.deleted_at IS NULL WHERE d.device_id = $1 AND (d.until_at IS NULL OR d.until_at > $2) ORDER BY e.event_no" => (EventNo, String)))
        .bind(device)
        .bind(now)
        .all()
        .await
}

row! {
    /// A stretch of duty and whose it is.
    #[derive(Debug)]
    pub(super) struct Duty {
        pub(super) device_no: DeviceNo,
        pub(super) name: String,
        pub(super) node: bool,
        pub(super) fact_key: PublicKey,
        pub(super) transport_key: PublicKey,
        pub(super) from_at: Timestamp,
        pub(super) until_at: Option<Timestamp>,
    }
}

pub(super) async fn list_duties(conn: &mut Conn, event: EventId) -> Result<Vec<Duty>, db::Error> {
    conn.sql(sql!("SELECT d.device_no, d.name, d.node, d.fact_key, d.transport_key, u.from_at, u.until_at FROM device_duties u JOIN devices d ON d.id = u.device_id WHERE u.event_id = $1 ORDER BY d.device_no, u.from_at" => Duty))
        .bind(event)
        .all()
        .await
}

pub(super) async fn list_selling(
    conn: &mut Conn,
    event: EventId,
) -> Result<Vec<(DeviceNo, Kid)>, db::Error> {
    conn.sql(sql!("SELECT d.device_no, l.kid FROM leases l JOIN devices d ON d.id = l.device_id WHERE l.event_id = $1 AND l.ended_at IS NULL ORDER BY l.kid" => (DeviceNo, Kid)))
        .bind(event)
        .all()
        .await
}

/// Where devices are meant to stand.
pub(super) async fn list_gates(
    conn: &mut Conn,
    event: EventId,
) -> Result<Vec<(DeviceNo, GateNo)>, db::Error> {
    conn.sql(sql!("SELECT d.device_no, g.gate_no FROM device_gates g JOIN devices d ON d.id = g.device_id WHERE g.event_id = $1 ORDER BY d.device_no" => (DeviceNo, GateNo)))
        .bind(event)
        .all()
        .await
}

pub(super) async fn find_node(
    conn: &mut Conn,
    organizer: OrganizerId,
    node: &str,
) -> Result<Option<(DeviceId, DeviceNo, Vec<u8>)>, db::Error> {
    conn.sql(sql!("SELECT d.id, d.device_no, n.sealed FROM node_keys n JOIN devices d ON d.id = n.device_id WHERE n.organizer_id = $1 AND n.node = $2" => (DeviceId, DeviceNo, Vec<u8>)))
        .bind(organizer)
        .bind(node)
        .optional()
        .await
}

pub(super) async fn list_node_keys(
    conn: &mut Conn,
) -> Result<Vec<(OrganizerId, String, Vec<u8>)>, db::Error> {
    conn.sql(
        sql!("SELECT organizer_id, node, sealed FROM node_keys" => (OrganizerId, String, Vec<u8>)),
    )
    .all()
    .await
}

pub(super) async fn replace_node_key(
    tx: &mut Tx,
    organizer: OrganizerId,
    node: &str,
    sealed: Vec<u8>,
) -> Result<(), db::Error> {
    tx.sql(sql!(
        "UPDATE node_keys SET sealed = $3 WHERE organizer_id = $1 AND node = $2"
    ))
    .bind(organizer)
    .bind(node)
    .bind(sealed)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn insert_node(
    tx: &mut Tx,
    organizer: OrganizerId,
    node: &str,
    device: DeviceId,
    sealed: Vec<u8>,
) -> Result<(), db::Error> {
    tx.sql(sql!(
        "INSERT INTO node_keys (organizer_id, node, device_id, sealed) VALUES ($1, $2, $3, $4)"
    ))
    .bind(organizer)
    .bind(node)
    .bind(device)
    .bind(sealed)
    .execute()
    .await?;
    Ok(())
}

/// The device whose bearer token this is, revoked or not.
///
/// # Errors
/// When the database refuses.
pub async fn authenticate(conn: &mut Conn, token: &str) -> Result<Option<Device>, db::Error> {
    conn.sql(devices_where!("token_hash = $1"))
        .bind(hash_token(token))
        .optional()
        .await
}

/// Notes that the device was heard of, once a minute.
///
/// # Errors
/// When the database refuses.
pub async fn note_seen(app: &App, device: &Device) -> Result<(), db::Error> {
    let now = app.now();
    if device
        .last_seen_at
        .is_some_and(|seen| now.millis_since(seen) < 60_000)
    {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    tx.sql(sql!("UPDATE devices SET last_seen_at = $2 WHERE id = $1"))
        .bind(device.id)
        .bind(now)
        .execute()
        .await?;
    tx.commit().await
}

/// A device of the organizer.
///
/// # Errors
/// When the database refuses.
pub async fn find_device(
    conn: &mut Conn,
    organizer: OrganizerId,
    device: DeviceId,
) -> Result<Option<Device>, db::Error> {
    conn.sql(devices_where!("organizer_id = $1 AND id = $2"))
        .bind(organizer)
        .bind(device)
        .optional()
        .await
}

row! {
    /// A device at an event.
    #[derive(Debug, Clone)]
    pub struct AtEvent {
        /// The server's name for it.
        pub id: DeviceId,
        /// Its number in rosters.
        pub device_no: DeviceNo,
        /// What people call it.
        pub name: String,
        /// A server rather than a scanner.
        pub node: bool,
        /// Key that its facts are signed with.
        pub fact_key: PublicKey,
        /// When it was last heard of.
        pub last_seen_at: Option<Timestamp>,
        /// Begin of its newest duty.
        pub from_at: Timestamp,
        /// End of it, if it has one.
        pub until_at: Option<Timestamp>,
        /// Where it stands.
        pub gate_no: Option<GateNo>,
    }
}

/// The devices of an event, revoked ones too, by number.
///
/// # Errors
/// When the database refuses.
pub async fn list_devices(conn: &mut Conn, event: EventId) -> Result<Vec<AtEvent>, db::Error> {
    conn.sql(sql!("SELECT d.id, d.device_no, d.name, d.node, d.fact_key, d.last_seen_at, u.from_at, u.until_at, g.gate_no FROM device_duties u JOIN devices d ON d.id = u.device_id LEFT JOIN device_gates g ON g.device_id = u.device_id AND g.event_id = u.event_id WHERE u.event_id = $1 AND u.from_at = (SELECT MAX(n.from_at) FROM device_duties n WHERE n.device_id = u.device_id AND n.event_id = u.event_id) ORDER BY d.device_no" => AtEvent))
        .bind(event)
        .all()
        .await
}

/// The events that a device ever worked for.
///
/// # Errors
/// When the database refuses.
pub async fn on_duty(conn: &mut Conn, device: DeviceId) -> Result<Vec<EventId>, db::Error> {
    let events = conn
        .sql(sql!("SELECT DISTINCT event_id FROM device_duties WHERE device_id = $1" => (EventId,)))
        .bind(device)
        .all()
        .await?;
    Ok(events.into_iter().map(|(event,)| event).collect())
}

/// Gives the device another name.
///
/// # Errors
/// [`Error::Name`], [`Error::NotFound`], [`Error::Store`].
pub async fn rename(
    tx: &mut Tx,
    organizer: OrganizerId,
    device: DeviceId,
    name: &str,
) -> Result<(), Error> {
    let name = super::clean_name(name)?;
    let changed = tx
        .sql(sql!(
            "UPDATE devices SET name = $3 WHERE organizer_id = $1 AND id = $2 AND node = FALSE"
        ))
        .bind(organizer)
        .bind(device)
        .bind(name)
        .execute()
        .await?;
    if changed == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Notes where the device stands; `None` for nowhere in particular.
///
/// # Errors
/// When the database refuses.
pub async fn assign_gate(
    tx: &mut Tx,
    device: DeviceId,
    event: EventId,
    gate: Option<GateNo>,
) -> Result<(), db::Error> {
    match gate {
        Some(gate) => {
            tx.sql(sql!("INSERT INTO device_gates (device_id, event_id, gate_no, organizer_id) SELECT id, $2, $3, organizer_id FROM devices WHERE id = $1 ON CONFLICT (device_id, event_id) DO UPDATE SET gate_no = $3"))
                .bind(device)
                .bind(event)
                .bind(gate)
                .execute()
                .await?
        }
        None => {
            tx.sql(sql!("DELETE FROM device_gates WHERE device_id = $1 AND event_id = $2"))
                .bind(device)
                .bind(event)
                .execute()
                .await?
        }
    };
    Ok(())
}

/// Ends the device's duty at every event; those it was on duty for. Again is no change.
///
/// # Errors
/// When the database refuses.
pub async fn revoke(
    tx: &mut Tx,
    device: DeviceId,
    now: Timestamp,
) -> Result<Vec<EventId>, db::Error> {
    let ended = tx
        .sql(sql!("UPDATE device_duties SET until_at = CASE WHEN from_at < $2 THEN $2 ELSE from_at + 1 END WHERE device_id = $1 AND until_at IS NULL RETURNING event_id" => (EventId,)))
        .bind(device)
        .bind(now)
        .all()
        .await?;
    Ok(ended.into_iter().map(|(event,)| event).collect())
}
