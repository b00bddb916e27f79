//! Placing: from a basket to a cart or an order.
//!
//! Everything that can be refused without a lock is refused first, from the
//! readers; the transaction then writes and takes the scarce rows last.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};
use shared_model::ids::{EventId, OrderId, PositionId, TierNo};
use shared_model::time::Timestamp;

use super::checkout::{Buyer, begin_payment};
use super::{Error, Order, State, Whole, about, expire, facts, store};
use crate::app::App;
use crate::clock::new_id;
use crate::db::{Conn, Tx};
use crate::events::{self, Event};
use crate::outbox;
use crate::payments::{self, Provider};
use crate::tiers::{self, MOST_PER_ORDER, Tier};

/// How long a cart holds its places.
const HOLD_MS: i64 = 10 * 60 * 1000;
/// Letters of order codes: none that is mistaken for another.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ3789";
/// Letters in a code.
const CODE_LEN: usize = 7;

/// Some units of one tier.
#[derive(Debug, Clone)]
pub struct Line {
    /// The tier.
    pub tier: TierNo,
    /// How many, at least one.
    pub quantity: u32,
    /// Names of those who will come, at most one for each unit.
    pub attendees: Vec<String>,
}

/// A request that may come twice.
#[derive(Debug, Clone, Copy)]
pub struct Repeat {
    /// SHA-256 of the key the client chose.
    pub key_hash: [u8; 32],
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
}

/// An order that was placed.
#[derive(Debug)]
pub enum Placed {
    /// By this request; read back from nowhere, so that a rush costs no second look.
    Now(Box<Whole>),
    /// By the same request, before.
    Before(OrderId),
}

/// A basket that may be bought now.
pub(super) struct Basket {
    event: Event,
    units: Vec<(Tier, String)>,
    wanted: BTreeMap<TierNo, u32>,
    pub(super) total_minor: i64,
}

/// Takes places for a while, for a buyer not known yet.
///
/// # Errors
/// [`Error::SoldOut`], [`Error::NotOnSale`], [`Error::Invalid`].
pub async fn hold(app: &App, event: EventId, lines: &[Line]) -> Result<OrderId, Error> {
    let now = app.now();
    let basket = basket(app, event, lines, now).await?;
    let mut rng = app.rng();
    let mut tx = app.db.begin().await?;
    let until = now.plus_millis(HOLD_MS);
    let order = basket.order(State::Held, &Buyer::nobody(), Some(until), now, &mut rng);
    let (order, _) = write(&mut tx, &basket, order, now, &mut rng).await?;
    tiers::reserve(&mut tx, event, &basket.wanted).await?;
    tx.commit().await?;
    Ok(order.id)
}

/// Places an order in one step; a free one is paid with it.
///
/// # Errors
/// As for [`hold`]; also [`Error::KeyReused`].
pub async fn place(
    app: &App,
    event: EventId,
    lines: &[Line],
    (buyer, provider): (&Buyer, Option<&str>),
    repeat: Option<Repeat>,
) -> Result<Placed, Error> {
    if let Some(repeat) = &repeat
        && let Some(placed) = placed_before(&mut app.db.read(), event, repeat).await?
    {
        return Ok(placed);
    }
    let now = app.now();
    let basket = basket(app, event, lines, now).await?;
    let provider = provider_for(provider, basket.total_minor)?;
    let mut rng = app.rng();
    let mut tx = app.db.begin().await?;
    let pays_later = !provider.confirms_at_once();
    let state = if pays_later {
        State::Pending
    } else {
        State::Paid
    };
    let until = pays_later.then(|| pay_until(&basket.event, now));
    let order = basket.order(state, buyer, until, now, &mut rng);
    let (order, positions) = write(&mut tx, &basket, order, now, &mut rng).await?;
    if let Some(repeat) = &repeat
        && !store::insert_repeat(&mut tx, event, repeat, order.id, now).await?
    {
        // Another request with this key was faster.
        drop(tx);
        let mut tx = app.db.begin().await?;
        let placed = placed_before(&mut tx, event, repeat).await?;
        tx.commit().await?;
        return placed.ok_or(Error::KeyReused);
    }
    let payment = begin_payment(&mut tx, provider, &order, now, &mut rng).await?;
    let kind = if pays_later {
        "order.placed"
    } else {
        "order.paid"
    };
    outbox::append(&mut tx, kind, about(&order), &facts(&order), now).await?;
    tiers::reserve(&mut tx, event, &basket.wanted).await?;
    let tiers: Vec<_> = basket.units.iter().map(|(tier, _)| tier).collect();
    let proven = super::tickets_of::issue(&mut tx, &order, &positions, &tiers).await?;
    tx.commit().await?;
    if proven.contains(&true) {
        app.announce(event);
    }
    Ok(Placed::Now(Box::new(Whole {
        order,
        positions: positions.into_iter().zip(proven).collect(),
        payments: vec![payment],
    })))
}

async fn placed_before(
    conn: &mut Conn,
    event: EventId,
    repeat: &Repeat,
) -> Result<Option<Placed>, Error> {
    match store::find_repeat(conn, event, repeat.key_hash).await? {
        None => Ok(None),
        Some((order, hash)) if hash == repeat.request_hash => Ok(Some(Placed::Before(order))),
        Some(_) => Err(Error::KeyReused),
    }
}

pub(super) fn provider_for(
    name: Option<&str>,
    total_minor: i64,
) -> Result<&'static dyn Provider, Error> {
    payments::provider(name, total_minor).ok_or_else(|| Error::Invalid {
        field: "/payment".to_owned(),
        reason: "is no way to pay this amount".to_owned(),
    })
}

/// Until when a pending order may be paid: a week, but not past the begin.
pub(super) fn pay_until(event: &Event, now: Timestamp) -> Timestamp {
    let week = now.plus_millis(7 * 24 * 60 * 60 * 1000);
    let begin = event.starts_at.filter(|begin| *begin > now);
    begin.map_or(week, |begin| begin.min(week))
}

/// Checks what can be checked without a lock.
async fn basket(
    app: &App,
    event: EventId,
    lines: &[Line],
    now: Timestamp,
) -> Result<Basket, Error> {
    let mut conn = app.db.read();
    let event = events::find_public(&mut conn, event).await?;
    if event.state != events::State::OnSale {
        return Err(Error::NotOnSale {
            tier: None,
            from: None,
        });
    }
    let known = tiers::list(&mut conn, event.id).await?;
    let basket = fill(event, lines, &known, now)?;
    let glance = tiers::glance(&mut conn, basket.event.id, &basket.wanted).await;
    if let Err(tiers::Error::SoldOut { .. }) = glance {
        // Overdue carts may stand in the way until the next sweep.
        if expire::expire_overdue(app, Some(basket.event.id)).await? == 0 {
            glance?;
        } else {
            tiers::glance(&mut conn, basket.event.id, &basket.wanted).await?;
        }
    } else {
        glance?;
    }
    Ok(basket)
}

fn fill(event: Event, lines: &[Line], known: &[Tier], now: Timestamp) -> Result<Basket, Error> {
    let mut basket = Basket {
        event,
        units: Vec::new(),
        wanted: BTreeMap::new(),
        total_minor: 0,
    };
    let invalid = |field: String, reason: &str| Error::Invalid {
        field,
        reason: reason.to_owned(),
    };
    for (at, line) in lines.iter().enumerate() {
        let field = |name: &str| format!("/positions/{at}/{name}");
        let tier = known.iter().find(|tier| tier.tier == line.tier);
        let tier = tier.ok_or_else(|| invalid(field("tier"), "is no tier of this event"))?;
        if line.quantity == 0 || line.quantity > MOST_PER_ORDER {
            return Err(invalid(field("quantity"), "must be 1 to 100"));
        }
        if line.attendees.len() > usize::try_from(line.quantity).unwrap_or(usize::MAX) {
            return Err(invalid(field("attendees"), "are more than the quantity"));
        }
        on_sale(tier, now)?;
        let wanted = basket.wanted.entry(line.tier).or_default();
        *wanted = wanted.saturating_add(line.quantity);
        let names = line
            .attendees
            .iter()
            .cloned()
            .chain(std::iter::repeat(String::new()));
        for (name, _) in names.zip(0..line.quantity) {
            let sum = basket.total_minor.checked_add(tier.offer.price_minor);
            basket.total_minor =
                sum.ok_or_else(|| invalid(field("quantity"), "makes the sum too large"))?;
            basket.units.push((tier.clone(), name));
        }
        if basket.units.len() > usize::try_from(MOST_PER_ORDER).unwrap_or(usize::MAX) {
            return Err(invalid("/positions".to_owned(), "are more than 100 units"));
        }
    }
    if basket.units.is_empty() {
        return Err(invalid("/positions".to_owned(), "must not be empty"));
    }
    for (number, count) in &basket.wanted {
        let tier = known.iter().find(|tier| tier.tier == *number);
        let (least, most) = tier.map_or((0, 0), |tier| {
            (tier.offer.min_per_order, tier.offer.max_per_order)
        });
        if !(least..=most).contains(count) {
            let reason = format!("need {least} to {most} units of tier {number}");
            return Err(invalid("/positions".to_owned(), &reason));
        }
    }
    Ok(basket)
}

fn on_sale(tier: &Tier, now: Timestamp) -> Result<(), Error> {
    let offer = &tier.offer;
    let begun = offer.sale_from.is_none_or(|from| from <= now);
    let over = offer.sale_until.is_some_and(|until| until <= now);
    if offer.on_sale && begun && !over {
        return Ok(());
    }
    Err(Error::NotOnSale {
        tier: Some(tier.tier),
        from: offer.sale_from.filter(|from| *from > now),
    })
}

impl Basket {
    fn order(
        &self,
        state: State,
        buyer: &Buyer,
        expires_at: Option<Timestamp>,
        now: Timestamp,
        rng: &mut impl Rng,
    ) -> Order {
        Order {
            id: OrderId(new_id(now, rng)),
            event: self.event.id,
            organizer: self.event.organizer,
            code: new_code(rng),
            state,
            email: buyer.email.clone(),
            name: buyer.name.clone(),
            currency: self.event.currency.clone(),
            total_minor: self.total_minor,
            created_at: now,
            expires_at,
            paid_at: (state == State::Paid).then_some(now),
        }
    }
}

/// Writes the order and its positions, under another code if the first is taken.
async fn write(
    tx: &mut Tx,
    basket: &Basket,
    mut order: Order,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<(Order, Vec<super::Position>), Error> {
    while !store::insert(tx, &order).await? {
        order.code = new_code(rng);
    }
    // Ids of one millisecond fall in any order; positions are read by id, so they get theirs in order.
    let mut ids: Vec<_> = basket.units.iter().map(|_| new_id(now, rng)).collect();
    ids.sort_unstable();
    let mut positions = Vec::with_capacity(ids.len());
    for ((tier, attendee), id) in basket.units.iter().zip(ids) {
        let position = super::Position {
            id: PositionId(id),
            tier: tier.tier,
            price_minor: tier.offer.price_minor,
            attendee: attendee.clone(),
            open: true,
        };
        store::insert_position(tx, &order, &position).await?;
        positions.push(position);
    }
    Ok((order, positions))
}

pub(super) fn new_code(rng: &mut impl Rng) -> String {
    (0..CODE_LEN)
        .filter_map(|_| ALPHABET.get(rng.random_range(0..ALPHABET.len())))
        .map(|letter| char::from(*letter))
        .collect()
}
