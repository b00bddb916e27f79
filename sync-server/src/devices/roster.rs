//! The devices of an event, as its book names them.

use shared_model::book::{Interval, RosterDevice};
use shared_model::ids::{DeviceId, DeviceNo, EventId, GateNo, Kid};
use shared_model::time::Timestamp;

use super::store;
use crate::db::{self, Conn};

/// Every device that ever worked for `event`, by number.
///
/// # Errors
/// When the database refuses.
pub async fn roster(conn: &mut Conn, event: EventId) -> Result<Vec<RosterDevice>, db::Error> {
    let duties = store::list_duties(conn, event).await?;
    let leases = store::list_selling(conn, event).await?;
    let gates = store::list_gates(conn, event).await?;
    let mut roster: Vec<RosterDevice> = Vec::new();
    for duty in duties {
        let interval = Interval {
            from: duty.from_at,
            until: duty.until_at,
        };
        match roster.last_mut() {
            Some(last) if last.device == duty.device_no => last.active.push(interval),
            _ => roster.push(RosterDevice {
                device: duty.device_no,
                name: duty.name,
                fact_key: duty.fact_key,
                transport_key: duty.transport_key,
                active: vec![interval],
                node: duty.node,
                sells_under: selling(&leases, duty.device_no),
                gate: standing_at(&gates, duty.device_no),
            }),
        }
    }
    Ok(roster)
}

fn selling(leases: &[(DeviceNo, Kid)], device: DeviceNo) -> Option<Kid> {
    leases
        .iter()
        .rev()
        .find(|(holder, _)| *holder == device)
        .map(|(_, kid)| *kid)
}

fn standing_at(gates: &[(DeviceNo, GateNo)], device: DeviceNo) -> Option<GateNo> {
    let found = gates.iter().find(|(assigned, _)| *assigned == device);
    found.map(|(_, gate)| *gate)
}

/// How a device stands to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It never worked for it.
    Stranger,
    /// It works for it.
    OnDuty,
    /// It did: it may hand in its facts and nothing else.
    Revoked,
}

/// How `device` stands to `event` at `now`.
///
/// # Errors
/// When the database refuses.
pub async fn standing(
    conn: &mut Conn,
    device: DeviceId,
    event: EventId,
    now: Timestamp,
) -> Result<Standing, db::Error> {
    Ok(match store::last_duty(conn, device, event).await? {
        None => Standing::Stranger,
        Some((_, None)) => Standing::OnDuty,
        Some((_, Some(until))) if now < until => Standing::OnDuty,
        Some(_) => Standing::Revoked,
    })
}
