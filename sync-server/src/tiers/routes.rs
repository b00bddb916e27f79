//! Tiers, quotas and the public offer over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared_model::ids::{EventId, OccurrenceNo, TierNo, Zones};
use shared_model::ticket::TicketFlags;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Error, Offer, Quota, Tier};
use crate::app::AppState;
use crate::events;
use crate::gateway::change::{Change, set};
use crate::gateway::check;
use crate::gateway::extract::{Json, Path};
use crate::gateway::time::Instant;
use crate::identity::Organizer;
use crate::problem::{Kind, Problem};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_tier, list_tiers))
        .routes(routes!(change_tier))
        .routes(routes!(create_quota, list_quotas))
        .routes(routes!(change_quota))
        .routes(routes!(show_offer))
}

/// A tier: all fields for a new one; in a change, what is absent stays, and `null`
/// clears what may be absent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TierFields {
    /// Its name, up to 200 characters; needed for a new tier.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Price of one unit in minor units of the event's currency; needed for a new tier.
    #[schema(nullable = false, minimum = 0, maximum = 1_000_000_000_000_i64)]
    #[serde(default, deserialize_with = "set")]
    price_minor: Option<i64>,
    /// The tier it is a variation of.
    #[serde(default)]
    #[schema(value_type = Option<u16>)]
    product: Change<u16>,
    /// Whether it is offered; `true` when absent.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    on_sale: Option<bool>,
    /// First instant of its sale.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    sale_from: Change<Instant>,
    /// First instant after its sale.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    sale_until: Change<Instant>,
    /// Fewest units in an order that has any; 1 when absent.
    #[schema(nullable = false, minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "set")]
    min_per_order: Option<u32>,
    /// Most units in an order; 10 when absent.
    #[schema(nullable = false, minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "set")]
    max_per_order: Option<u32>,
    /// First instant at which its tickets admit.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    valid_from: Change<Instant>,
    /// Last instant at which its tickets admit.
    #[serde(default)]
    #[schema(value_type = Option<Instant>)]
    valid_until: Change<Instant>,
    /// The date of a series it is for; 0 when absent, for none.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    occurrence: Option<u16>,
    /// Zones its tickets open, bit n for zone n; all when absent.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false, value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    zones: Option<u32>,
    /// Entries its tickets allow on lists that count; 0 when absent, for no limit.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    entries: Option<u8>,
    /// How many people a ticket admits; 1 when absent.
    #[schema(nullable = false, minimum = 1)]
    #[serde(default, deserialize_with = "set")]
    group_size: Option<u8>,
    /// May enter again after an exit.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    re_entry: Option<bool>,
    /// Identity is checked.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    id_check: Option<bool>,
    /// For minors.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    minor: Option<bool>,
    /// For somebody who accompanies.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    companion: Option<bool>,
    /// For rehearsals only.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    test: Option<bool>,
    /// Its tickets exist before they are paid.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    valid_while_pending: Option<bool>,
    /// Staff should look at every guest.
    #[serde(default, deserialize_with = "set")]
    #[schema(nullable = false)]
    attention: Option<bool>,
}

/// A tier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tier)]
struct ShownTier {
    /// Its number in the event.
    tier: u16,
    /// Its name.
    name: String,
    /// Price of one unit in minor units of the event's currency.
    price_minor: i64,
    /// The tier it is a variation of.
    product: Option<u16>,
    /// Whether it is offered.
    on_sale: bool,
    /// First instant of its sale.
    sale_from: Option<Instant>,
    /// First instant after its sale.
    sale_until: Option<Instant>,
    /// Fewest units in an order that has any.
    min_per_order: u32,
    /// Most units in an order.
    max_per_order: u32,
    /// First instant at which its tickets admit.
    valid_from: Option<Instant>,
    /// Last instant at which its tickets admit.
    valid_until: Option<Instant>,
    /// The date of a series it is for; 0 for none.
    occurrence: u16,
    /// Zones its tickets open, bit n for zone n.
    #[schema(value_type = i64, minimum = 0, maximum = 4_294_967_295_i64)]
    zones: u32,
    /// Entries its tickets allow; 0 for no limit.
    entries: u8,
    /// How many people a ticket admits.
    group_size: u8,
    /// May enter again after an exit.
    re_entry: bool,
    /// Identity is checked.
    id_check: bool,
    /// For minors.
    minor: bool,
    /// For somebody who accompanies.
    companion: bool,
    /// For rehearsals only.
    test: bool,
    /// Its tickets exist before they are paid.
    valid_while_pending: bool,
    /// Staff should look at every guest.
    attention: bool,
}

impl From<Tier> for ShownTier {
    fn from(Tier { tier, offer }: Tier) -> Self {
        Self {
            tier: tier.0,
            name: offer.name,
            price_minor: offer.price_minor,
            product: offer.product.map(TierNo::get),
            on_sale: offer.on_sale,
            sale_from: offer.sale_from.map(Instant),
            sale_until: offer.sale_until.map(Instant),
            min_per_order: offer.min_per_order,
            max_per_order: offer.max_per_order,
            valid_from: offer.valid_from.map(Instant),
            valid_until: offer.valid_until.map(Instant),
            occurrence: offer.occurrence.0,
            zones: offer.zones.0,
            entries: offer.entries,
            group_size: offer.group_size,
            re_entry: offer.flags.has(TicketFlags::RE_ENTRY),
            id_check: offer.flags.has(TicketFlags::ID_CHECK),
            minor: offer.flags.has(TicketFlags::MINOR),
            companion: offer.flags.has(TicketFlags::COMPANION),
            test: offer.flags.has(TicketFlags::TEST),
            valid_while_pending: offer.valid_while_pending,
            attention: offer.attention,
        }
    }
}

impl TierFields {
    /// What a new tier is before anything is said of it.
    fn blank() -> Offer {
        Offer {
            name: String::new(),
            price_minor: 0,
            product: None,
            on_sale: true,
            sale_from: None,
            sale_until: None,
            min_per_order: 1,
            max_per_order: 10,
            valid_from: None,
            valid_until: None,
            occurrence: OccurrenceNo(0),
            zones: Zones::ALL,
            entries: 0,
            group_size: 1,
            flags: TicketFlags(0),
            valid_while_pending: false,
            attention: false,
        }
    }

    fn flags(&self, before: TicketFlags) -> TicketFlags {
        let said = [
            (TicketFlags::RE_ENTRY, self.re_entry),
            (TicketFlags::ID_CHECK, self.id_check),
            (TicketFlags::MINOR, self.minor),
            (TicketFlags::COMPANION, self.companion),
            (TicketFlags::TEST, self.test),
        ];
        let bits = said
            .into_iter()
            .fold(before.0, |bits, (flag, set)| match set {
                Some(true) => bits | flag,
                Some(false) => bits & !flag,
                None => bits,
            });
        TicketFlags(bits)
    }

    fn over(self, before: Offer) -> Result<Offer, Problem> {
        let flags = self.flags(before.flags);
        let name = self.name.as_deref().unwrap_or(&before.name);
        Ok(Offer {
            name: check::text("/name", name, 200)?,
            price_minor: self.price_minor.unwrap_or(before.price_minor),
            product: self.product.map(TierNo).over(before.product),
            on_sale: self.on_sale.unwrap_or(before.on_sale),
            sale_from: self.sale_from.over(before.sale_from),
            sale_until: self.sale_until.over(before.sale_until),
            min_per_order: self.min_per_order.unwrap_or(before.min_per_order),
            max_per_order: self.max_per_order.unwrap_or(before.max_per_order),
            valid_from: self.valid_from.over(before.valid_from),
            valid_until: self.valid_until.over(before.valid_until),
            occurrence: self.occurrence.map_or(before.occurrence, OccurrenceNo),
            zones: self.zones.map_or(before.zones, Zones),
            entries: self.entries.unwrap_or(before.entries),
            group_size: self.group_size.unwrap_or(before.group_size),
            flags,
            valid_while_pending: self
                .valid_while_pending
                .unwrap_or(before.valid_while_pending),
            attention: self.attention.unwrap_or(before.attention),
        })
    }
}

/// Makes a tier. Nothing of it is sold until a quota covers it.
#[utoipa::path(post, path = "/api/v1/events/{event}/tiers", tag = "tiers", request_body = TierFields,
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 201, description = "Made", body = ShownTier)))]
async fn create_tier(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
    Json(body): Json<TierFields>,
) -> Result<(StatusCode, Json<ShownTier>), Problem> {
    if body.price_minor.is_none() {
        return Err(Problem::invalid("/price_minor", "is needed"));
    }
    let offer = body.over(TierFields::blank())?;
    let tier = super::create(&app.db, organizer.id, EventId(event), offer, app.now()).await?;
    app.announce(EventId(event));
    Ok((StatusCode::CREATED, Json(tier.into())))
}

/// The event's tiers.
#[utoipa::path(get, path = "/api/v1/events/{event}/tiers", tag = "tiers",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "By number", body = Vec<ShownTier>)))]
async fn list_tiers(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
) -> Result<Json<Vec<ShownTier>>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, EventId(event)).await?;
    let tiers = super::list(&mut conn, event.id).await?;
    Ok(Json(tiers.into_iter().map(Into::into).collect()))
}

/// Changes a tier; tickets that exist stay as they were issued.
#[utoipa::path(patch, path = "/api/v1/events/{event}/tiers/{tier}", tag = "tiers", request_body = TierFields,
    params(("event" = Uuid, Path, description = "The event's id"), ("tier" = u16, Path, description = "The tier's number")),
    responses((status = 200, description = "Changed", body = ShownTier)))]
async fn change_tier(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, tier)): Path<(Uuid, u16)>,
    Json(body): Json<TierFields>,
) -> Result<Json<ShownTier>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, EventId(event)).await?;
    let before = super::find(&mut conn, event.id, TierNo(tier)).await?;
    let tier = Tier {
        tier: before.tier,
        offer: body.over(before.offer)?,
    };
    let tier = super::update(&app.db, organizer.id, event.id, tier, app.now()).await?;
    app.announce(event.id);
    Ok(Json(tier.into()))
}

/// A new quota.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewQuota {
    /// Its name, up to 200 characters.
    name: String,
    /// Places; `null` or absent for no limit.
    #[schema(maximum = 4_294_967_295_i64)]
    size: Option<u32>,
    /// Tiers that take from it.
    tiers: Vec<u16>,
}

/// Another size.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuotaChange {
    /// Places; `null` for no limit.
    #[serde(deserialize_with = "Option::deserialize")]
    size: Option<u32>,
}

/// How many of some tiers may be sold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quota)]
struct ShownQuota {
    /// Its id.
    id: Uuid,
    /// Its name.
    name: String,
    /// Places; `null` for no limit.
    size: Option<u64>,
    /// Held, leased and sold.
    used: u64,
    /// Tiers that take from it.
    tiers: Vec<u16>,
}

impl From<Quota> for ShownQuota {
    fn from(quota: Quota) -> Self {
        Self {
            id: quota.id,
            name: quota.name,
            size: quota.size,
            used: quota.used,
            tiers: quota.tiers.into_iter().map(TierNo::get).collect(),
        }
    }
}

/// Makes a quota. What its tiers have sold already counts.
#[utoipa::path(post, path = "/api/v1/events/{event}/quotas", tag = "tiers", request_body = NewQuota,
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 201, description = "Made", body = ShownQuota)))]
async fn create_quota(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
    Json(body): Json<NewQuota>,
) -> Result<(StatusCode, Json<ShownQuota>), Problem> {
    let name = check::text("/name", &body.name, 200)?;
    let tiers = body.tiers.into_iter().map(TierNo).collect();
    let whose = (organizer.id, EventId(event));
    let draft = (name, body.size.map(u64::from), tiers);
    let quota = super::create_quota(&app.db, whose, draft, app.now(), &mut app.rng()).await?;
    Ok((StatusCode::CREATED, Json(quota.into())))
}

/// The event's quotas.
#[utoipa::path(get, path = "/api/v1/events/{event}/quotas", tag = "tiers",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "All of them", body = Vec<ShownQuota>)))]
async fn list_quotas(
    State(app): State<AppState>,
    organizer: Organizer,
    Path(event): Path<Uuid>,
) -> Result<Json<Vec<ShownQuota>>, Problem> {
    let mut conn = app.db.read();
    let event = events::find(&mut conn, organizer.id, EventId(event)).await?;
    let quotas = super::list_quotas(&mut conn, event.id).await?;
    Ok(Json(quotas.into_iter().map(Into::into).collect()))
}

/// Gives a quota another size, not below what is taken.
#[utoipa::path(patch, path = "/api/v1/events/{event}/quotas/{quota}", tag = "tiers", request_body = QuotaChange,
    params(("event" = Uuid, Path, description = "The event's id"), ("quota" = Uuid, Path, description = "The quota's id")),
    responses((status = 200, description = "Changed", body = ShownQuota)))]
async fn change_quota(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, quota)): Path<(Uuid, Uuid)>,
    Json(body): Json<QuotaChange>,
) -> Result<Json<ShownQuota>, Problem> {
    let whose = (organizer.id, EventId(event));
    let quota = super::change_quota(&app.db, whose, quota, body.size.map(u64::from)).await?;
    Ok(Json(quota.into()))
}

/// What anybody can buy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
struct ShownOffer {
    /// The event's id.
    event: Uuid,
    /// The event's name.
    name: String,
    /// Where it is.
    place: String,
    /// Begin.
    starts_at: Option<Instant>,
    /// ISO 4217 currency of the prices.
    currency: String,
    /// Whether anything is sold now.
    on_sale: bool,
    /// The dates of its series; none for an event of one evening.
    dates: Vec<OfferedDate>,
    /// What is sold.
    tiers: Vec<OfferedTier>,
}

/// A date of a series as buyers see it.
#[derive(Debug, Serialize, ToSchema)]
struct OfferedDate {
    /// Its number.
    occurrence: u16,
    /// Its name.
    name: String,
    /// Begin.
    starts_at: Instant,
    /// End.
    ends_at: Option<Instant>,
    /// When doors open.
    admission_at: Option<Instant>,
}

/// A tier as buyers see it.
#[derive(Debug, Serialize, ToSchema)]
struct OfferedTier {
    /// Its number, for orders.
    tier: u16,
    /// Its name.
    name: String,
    /// The date it is for, of `dates`; 0 for none.
    occurrence: u16,
    /// Price of one unit in minor units.
    price_minor: i64,
    /// First instant of its sale.
    sale_from: Option<Instant>,
    /// First instant after its sale.
    sale_until: Option<Instant>,
    /// Fewest units in an order that has any.
    min_per_order: u32,
    /// Most units in an order.
    max_per_order: u32,
    /// Places left; `null` for no limit.
    available: Option<u64>,
}

/// What anybody can buy at an event.
#[utoipa::path(get, path = "/api/v1/shop/{event}", tag = "shop",
    params(("event" = Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "The offer", body = ShownOffer)))]
async fn show_offer(
    State(app): State<AppState>,
    Path(event): Path<Uuid>,
) -> Result<Json<ShownOffer>, Problem> {
    let mut conn = app.db.read();
    let event = events::find_public(&mut conn, EventId(event)).await?;
    let available = super::available(&mut conn, event.id).await?;
    let tiers = super::list(&mut conn, event.id).await?;
    let dates = events::list_dates(&mut conn, event.id).await?;
    let dates = dates.into_iter().map(|date| OfferedDate {
        occurrence: date.occurrence.0,
        name: date.name,
        starts_at: date.starts_at.into(),
        ends_at: date.ends_at.map(Instant),
        admission_at: date.admission_at.map(Instant),
    });
    let offered = tiers.into_iter().filter(|tier| tier.offer.on_sale);
    let tiers = offered.map(|Tier { tier, offer }| OfferedTier {
        tier: tier.0,
        name: offer.name,
        occurrence: offer.occurrence.0,
        price_minor: offer.price_minor,
        sale_from: offer.sale_from.map(Instant),
        sale_until: offer.sale_until.map(Instant),
        min_per_order: offer.min_per_order,
        max_per_order: offer.max_per_order,
        available: available.get(&tier).copied().unwrap_or(Some(0)),
    });
    Ok(Json(ShownOffer {
        event: event.id.0,
        name: event.name,
        place: event.place,
        starts_at: event.starts_at.map(Instant),
        currency: event.currency,
        on_sale: event.state == events::State::OnSale,
        dates: dates.collect(),
        tiers: tiers.collect(),
    }))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown => Self::new(Kind::NotFound),
            Error::Invalid { field, reason } => Self::invalid(&format!("/{field}"), reason),
            Error::SoldOut { tier } => Self::new(Kind::SoldOut).with("tier", tier.0),
            Error::NoQuota { tier } => Self::new(Kind::NotOnSale)
                .detail(error.to_string())
                .with("tier", tier.0),
            Error::InUse { used } => Self::new(Kind::QuotaInUse).with("used", used),
            Error::Store(error) => error.into(),
        }
    }
}
