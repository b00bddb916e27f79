//! Devices over HTTP: enrolment, the organizer's view of them, and how a device is known.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use shared_model::enrol::{Duties, Enrol, Enrolled, Invitation};
use shared_model::ids::{DeviceId, EventId, Hash, Kid, TierNo};
use shared_model::lease::{Claim, Leases};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::store::AtEvent;
use super::{CODE_MINUTES, Code, Device, Error, Lease, Scope, described};
use crate::app::{App, AppState};
use crate::gateway::extract::{ClientAddress, Json, Path, bearer};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::{Kind, Problem};
use crate::{events, serve};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(enrol_device))
        .routes(routes!(make_code))
        .routes(routes!(list_devices))
        .routes(routes!(put_on_duty))
        .routes(routes!(show_duties))
        .routes(routes!(rename_device))
        .routes(routes!(revoke_device))
        .routes(routes!(offer_lease))
        .routes(routes!(list_leases))
        .routes(routes!(end_lease))
        .routes(routes!(claim_lease))
}

/// What a new enrolment code should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCode {
    /// Minutes that it lives, 1 to 1440; 15 when absent.
    minutes: Option<u16>,
    /// The invitation names this server's certificate, and the device believes that one and no
    /// other: for a server that no authority vouches for. No when absent.
    certificate: Option<bool>,
}

/// A one-time enrolment code.
#[derive(Debug, Serialize, ToSchema)]
struct ShownCode {
    /// To speak of it without saying it.
    id: Uuid,
    /// What the device is told; shown once.
    #[schema(example = "7K3M-Q0ZT-94AB")]
    code: String,
    /// Last instant at which it enrols.
    expires_at: Instant,
    /// Address that the device is told beside it.
    server: String,
    /// All of it in one text, to be shown as a QR code.
    #[schema(example = "bilten:enrol/7K3M-Q0ZT-94AB/https://tickets.example.org")]
    invitation: String,
}

/// Makes a one-time code that enrols one device for the event.
#[utoipa::path(post, path = "/api/v1/events/{event}/enrolment-codes", tag = "devices",
    params(("event" = Uuid, Path, description = "The event")), request_body = NewCode,
    responses((status = 201, description = "Made", body = ShownCode)))]
async fn make_code(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Json(body): Json<NewCode>,
) -> Result<(StatusCode, Json<ShownCode>), Problem> {
    let minutes = body.minutes.unwrap_or(CODE_MINUTES);
    if !(1..=1440).contains(&minutes) {
        return Err(Problem::invalid("/minutes", "must be 1 to 1440"));
    }
    let certificate = match body.certificate {
        Some(true) => Some(own_certificate(&app)?),
        Some(false) | None => None,
    };
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    let scope = Scope {
        organizer: organizer.id,
        event: event.id,
    };
    let code = Code::make(&app, scope, minutes).await?;
    let invitation = Invitation {
        code: code.text.clone(),
        certificate,
        server: app.config.public_url(),
    };
    let shown = ShownCode {
        id: code.id,
        code: code.text,
        expires_at: code.expires_at.into(),
        invitation: invitation.to_string(),
        server: invitation.server,
    };
    Ok((StatusCode::CREATED, Json(shown)))
}

/// The fingerprint of the certificate that this server shows.
fn own_certificate(app: &App) -> Result<Hash, Problem> {
    let path = app.config.tls_certificate.as_ref().ok_or_else(|| {
        Problem::invalid("/certificate", "this server has no certificate of its own")
    })?;
    serve::fingerprint(path).map_err(Problem::internal)
}

/// A device at an event.
#[derive(Debug, Serialize, ToSchema)]
struct ShownDevice {
    /// The server's name for it.
    id: Uuid,
    /// Its number in the event book and in conflicts.
    device: u16,
    /// What people call it.
    name: String,
    /// A server rather than a scanner.
    node: bool,
    /// Begin of its newest duty.
    enrolled_at: Instant,
    /// When it was revoked, if it was.
    revoked_at: Option<Instant>,
    /// When it was last heard of, to the minute.
    last_seen_at: Option<Instant>,
    /// The gate where it stands.
    gate: Option<u16>,
}

impl From<AtEvent> for ShownDevice {
    fn from(device: AtEvent) -> Self {
        Self {
            id: device.id.0,
            device: device.device_no.0,
            name: device.name,
            node: device.node,
            enrolled_at: device.from_at.into(),
            revoked_at: device.until_at.map(Instant),
            last_seen_at: device.last_seen_at.map(Instant),
            gate: device.gate_no.map(|gate| gate.0),
        }
    }
}

/// The event's devices, revoked ones too, by number.
#[utoipa::path(get, path = "/api/v1/events/{event}/devices", tag = "devices",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "Devices", body = Vec<ShownDevice>)))]
async fn list_devices(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Json<Vec<ShownDevice>>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, event).await?;
    let devices = super::list_devices(&mut conn, event.id).await?;
    Ok(Json(devices.into_iter().map(Into::into).collect()))
}

/// A device that is to work for the event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OnDuty {
    /// The device, enrolled for another event of the organizer before.
    device: Uuid,
}

/// Lets a device work for this event too; it learns so by itself.
#[utoipa::path(post, path = "/api/v1/events/{event}/devices", tag = "devices",
    params(("event" = Uuid, Path, description = "The event")), request_body = OnDuty,
    responses((status = 204, description = "It works for the event")))]
async fn put_on_duty(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
    Json(body): Json<OnDuty>,
) -> Result<StatusCode, Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    super::put_on_duty(&app, organizer.id, event.id, DeviceId(body.device)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the calling device is told of itself: its name and the events that it works for.
#[utoipa::path(get, path = "/device/v1/duties", tag = "devices",
    responses((status = 200, description = "Its duties", body = described::Duties)))]
async fn show_duties(
    State(app): State<AppState>,
    Calling(device): Calling,
) -> Result<Json<Duties>, Problem> {
    Ok(Json(super::duties(&app, &device).await?))
}

/// What changes of a device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeviceChange {
    /// What people call it, 1 to 80 characters.
    name: String,
}

/// Gives a device another name.
#[utoipa::path(patch, path = "/api/v1/devices/{device}", tag = "devices",
    params(("device" = Uuid, Path, description = "The device")), request_body = DeviceChange,
    responses((status = 204, description = "Changed")))]
async fn rename_device(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(device): Path<DeviceId>,
    Json(body): Json<DeviceChange>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.begin().await?;
    super::rename(&mut tx, organizer.id, device, &body.name).await?;
    let events = super::on_duty(&mut tx, device).await?;
    tx.commit().await?;
    events.into_iter().for_each(|event| app.announce(event));
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a device at every event.
///
/// It may hand in the facts it holds and nothing else; facts it signed before stay valid. To be used
/// again it has to enrol again. A server that is gone for good is revoked too; the one that is asked is not.
#[utoipa::path(post, path = "/api/v1/devices/{device}/revoke", tag = "devices",
    params(("device" = Uuid, Path, description = "The device")),
    responses((status = 204, description = "Revoked")))]
async fn revoke_device(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(device): Path<DeviceId>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.begin().await?;
    let found = super::find_device(&mut tx, organizer.id, device).await?;
    // A server that is gone for good would keep everything provisional.
    let own = |device: &Device| device.node && device.name == app.config.node;
    let device = found.filter(|device| !own(device)).ok_or(Error::NotFound)?;
    let events = super::revoke(&mut tx, device.id, app.now()).await?;
    tx.commit().await?;
    events.into_iter().for_each(|event| app.announce(event));
    Ok(StatusCode::NO_CONTENT)
}

/// Enrols a device that holds a one-time code.
///
/// `fact_proof` and `transport_proof` are signatures of the two keys over the code and both keys.
/// The answer holds the token of all later requests, shown once.
#[utoipa::path(post, path = "/device/v1/enrol", tag = "devices", request_body = described::Enrol,
    responses((status = 200, description = "The device is enrolled", body = described::Enrolled)))]
async fn enrol_device(
    State(app): State<AppState>,
    ClientAddress(from): ClientAddress,
    Json(enrol): Json<Enrol>,
) -> Result<Json<Enrolled>, Problem> {
    let (event, enrolled) = super::enrol(&app, from, &enrol).await?;
    app.announce(event);
    Ok(Json(enrolled))
}

/// Places of one tier.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Places {
    /// The tier's number.
    tier: u16,
    /// How many.
    places: u32,
}

/// What a device may sell without the network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLease {
    /// Places of each tier.
    tiers: Vec<Places>,
    /// Until when it may sell.
    until: Instant,
}

/// A block of serials that a device sells from.
#[derive(Debug, Serialize, ToSchema)]
struct ShownLease {
    /// The key number that its tickets name.
    kid: u16,
    /// The device that sells.
    device: Uuid,
    /// First serial.
    first_serial: u32,
    /// Last serial.
    last_serial: u32,
    /// Until when the device may sell.
    until: Instant,
    /// The device has its key certified.
    claimed: bool,
    /// When what was not sold went back.
    ended_at: Option<Instant>,
}

impl From<Lease> for ShownLease {
    fn from(lease: Lease) -> Self {
        Self {
            kid: lease.kid.0,
            device: lease.device_id.0,
            first_serial: lease.first_serial.0,
            last_serial: lease.last_serial.0,
            until: lease.until_at.into(),
            claimed: lease.certificate.is_some(),
            ended_at: lease.ended_at.map(Instant),
        }
    }
}

/// Offers a device places to sell without the network; they are taken off their quotas at once.
#[utoipa::path(post, path = "/api/v1/events/{event}/devices/{device}/leases", tag = "devices",
    params(("event" = Uuid, Path, description = "The event"), ("device" = Uuid, Path, description = "The device")),
    request_body = NewLease, responses((status = 201, description = "Offered", body = ShownLease)))]
async fn offer_lease(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, device)): Path<(EventId, DeviceId)>,
    Json(body): Json<NewLease>,
) -> Result<(StatusCode, Json<ShownLease>), Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    let places: BTreeMap<TierNo, u32> = body
        .tiers
        .iter()
        .map(|tier| (TierNo(tier.tier), tier.places))
        .collect();
    if places.len() != body.tiers.len() {
        return Err(Problem::invalid("/tiers", "names a tier twice"));
    }
    let scope = (organizer.id, event.id);
    let lease = super::offer_lease(&app, scope, device, &places, body.until.into()).await?;
    Ok((StatusCode::CREATED, Json(lease.into())))
}

/// The event's leases.
#[utoipa::path(get, path = "/api/v1/events/{event}/leases", tag = "devices",
    params(("event" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "Leases by kid", body = Vec<ShownLease>)))]
async fn list_leases(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<EventId>,
) -> Result<Json<Vec<ShownLease>>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, event).await?;
    let leases = super::list_leases(&mut conn, event.id).await?;
    Ok(Json(leases.into_iter().map(Into::into).collect()))
}

/// Ends a lease: what was not sold goes back to its quotas. Sales heard of later still become orders.
#[utoipa::path(post, path = "/api/v1/events/{event}/leases/{kid}/end", tag = "devices",
    params(("event" = Uuid, Path, description = "The event"), ("kid" = u16, Path, description = "The lease")),
    responses((status = 204, description = "Ended")))]
async fn end_lease(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, kid)): Path<(EventId, u16)>,
) -> Result<StatusCode, Problem> {
    let event = events::find(&mut app.db.read(), organizer.id, event).await?;
    super::end_lease(&app, event.id, Kid(kid)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Claims the oldest lease that the calling device was offered, under a key of its own, and lists its open ones.
///
/// `proof` is the signature of that key, under the label for proofs, over the device's id (16 bytes),
/// the event's number (u32, big-endian) and the key (32 bytes).
#[utoipa::path(post, path = "/device/v1/leases", tag = "devices", request_body = described::LeaseClaim,
    responses((status = 200, description = "The lease that the key has, if any, and the open ones", body = described::Leases)))]
async fn claim_lease(
    State(app): State<AppState>,
    Calling(device): Calling,
    Json(claim): Json<Claim>,
) -> Result<Json<Leases>, Problem> {
    Ok(Json(super::claim_lease(&app, &device, &claim).await?))
}

/// The device that calls, revoked or not: its standing is asked for each event.
#[derive(Debug)]
pub struct Calling(pub Device);

impl FromRequestParts<AppState> for Calling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
        let device = super::authenticate(&mut app.db.read(), token).await?;
        device
            .map(Self)
            .ok_or_else(|| Problem::new(Kind::Unauthenticated))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let words = error.to_string();
        match error {
            Error::Code => Self::new(Kind::Gone).detail(words).with("field", "/code"),
            Error::Key { field, .. } => Self::invalid(&format!("/{field}"), words),
            Error::Proof(field) => Self::invalid(&format!("/{field}"), words),
            Error::SameKey => Self::invalid("/transport_key", words),
            Error::KeyTaken => Self::new(Kind::Conflict).detail(words),
            Error::Name => Self::invalid("/name", words),
            Error::NotFound => Self::new(Kind::NotFound),
            Error::TooMany => Self::new(Kind::Conflict).detail(words),
            Error::Lease(_) => Self::new(Kind::Invalid).detail(words),
            Error::Tier(error) => error.into(),
            Error::Event(error) => error.into(),
            Error::Tries(error) => error.into(),
            Error::Sealed(_) | Error::Root(_) => Self::internal(error),
            Error::Store(error) => error.into(),
        }
    }
}
