//! Wishes of one event decided and written in one transaction.
//!
//! Reads what is sold once, fills each basket in memory, takes the places of all
//! that fit and writes their rows, many in a statement. What always holds: what is
//! refused to one wish changes nothing for its neighbours.
//!
//! Source: docs/decisions/0092-orders-of-an-event-together.md

use std::collections::BTreeMap;

use rand::Rng;
use shared_model::ids::{EventId, TierNo};
use shared_model::time::Timestamp;

use super::basket::Basket;
use super::checkout::{Buyer, due};
use super::place::{Answers, Placed, Repeat, Wish};
use super::{Error, Order, Position, State, Whole, about, facts, store, tickets_of};
use crate::app::App;
use crate::db::Tx;
use crate::events::{self, Event};
use crate::outbox::{self, Happened};
use crate::payments::{self, Due, Provider};
use crate::tickets;
use crate::tiers::{self, Tier};

/// How long a cart holds its places.
const HOLD_MS: i64 = 10 * 60 * 1000;

/// An order about to be written, and the wish that it answers.
struct Draft<'a> {
    wish: usize,
    order: Order,
    positions: Vec<Position>,
    /// What each position is a unit of.
    tiers: Vec<&'a Tier>,
    wanted: BTreeMap<TierNo, u32>,
    /// Absent for a cart.
    provider: Option<&'static dyn Provider>,
    repeat: Option<Repeat>,
}

/// `None` when another server took a place, a key or a code in between.
pub(super) async fn attempt(
    tx: &mut Tx,
    app: &App,
    id: EventId,
    wishes: &[&Wish],
) -> Result<Option<Answers>, Error> {
    let mut answers = answered_before(tx, id, wishes).await?;
    if answers.iter().all(Option::is_some) {
        return Ok(Some(answers));
    }
    let event = match events::find_public(tx, id).await {
        Err(events::Error::Store(error)) => return Err(error.into()),
        found => found.ok(),
    };
    let Some(event) = event
        .as_ref()
        .filter(|event| event.state == events::State::OnSale)
    else {
        refuse_rest(&mut answers, event.is_some());
        return Ok(Some(answers));
    };
    let known = tiers::list(tx, id).await?;
    let (now, mut rng) = (app.now(), app.rng());
    let mut drafts = Vec::new();
    for (at, wish) in wishes.iter().enumerate() {
        let Some(answer) = answers.get_mut(at).filter(|answer| answer.is_none()) else {
            continue;
        };
        match draft(at, wish, event, &known, now, &mut rng) {
            Ok(draft) => drafts.push(draft),
            Err(refusal) => *answer = Some(Err(refusal)),
        }
    }
    let Some(drafts) = reserve(tx, id, drafts, &mut answers).await? else {
        return Ok(None);
    };
    let Some(sold) = write(tx, event, drafts, now, &mut rng).await? else {
        return Ok(None);
    };
    for (at, whole) in sold {
        if let Some(answer) = answers.get_mut(at) {
            *answer = Some(Ok(Placed::Now(Box::new(whole))));
        }
    }
    Ok(Some(answers))
}

/// Answers to those whose key was used before; the others are still open.
async fn answered_before(tx: &mut Tx, event: EventId, wishes: &[&Wish]) -> Result<Answers, Error> {
    let keys: Vec<_> = wishes.iter().filter_map(|wish| wish.repeat()).collect();
    let keys: Vec<_> = keys.into_iter().map(|repeat| repeat.key_hash).collect();
    let known = store::list_repeats(tx, event, &keys).await?;
    let answer = |wish: &&Wish| {
        let repeat = wish.repeat()?;
        let (_, order, request) = known.iter().find(|(key, ..)| *key == repeat.key_hash)?;
        let same = *request == repeat.request_hash;
        Some(if same {
            Ok(Placed::Before(*order))
        } else {
            Err(Error::KeyReused)
        })
    };
    Ok(wishes.iter().map(answer).collect())
}

fn refuse_rest(answers: &mut Answers, event_is_known: bool) {
    for answer in answers.iter_mut().filter(|answer| answer.is_none()) {
        *answer = Some(Err(if event_is_known {
            Error::NotOnSale {
                tier: None,
                from: None,
            }
        } else {
            Error::UnknownEvent
        }));
    }
}

fn draft<'a>(
    at: usize,
    wish: &Wish,
    event: &Event,
    known: &'a [Tier],
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<Draft<'a>, Error> {
    let basket = Basket::fill(&wish.lines, known, now)?;
    let nobody = Buyer::nobody();
    let (provider, terms) = match &wish.purchase {
        None => (None, (State::Held, &nobody, Some(now.plus_millis(HOLD_MS)))),
        Some(purchase) => {
            let provider = provider_for(purchase.provider.as_deref(), basket.total_minor)?;
            let terms = if provider.confirms_at_once() {
                (State::Paid, &purchase.buyer, None)
            } else {
                let until = Some(pay_until(event, now));
                (State::Pending, &purchase.buyer, until)
            };
            (Some(provider), terms)
        }
    };
    Ok(Draft {
        wish: at,
        order: basket.order(event, terms, now, rng),
        positions: basket.positions(now, rng),
        tiers: basket.units.iter().map(|(tier, _)| *tier).collect(),
        wanted: basket.wanted,
        provider,
        repeat: wish.repeat().copied(),
    })
}

/// Those of `drafts` for which places were left, now taken; the others are refused.
async fn reserve<'a>(
    tx: &mut Tx,
    event: EventId,
    drafts: Vec<Draft<'a>>,
    answers: &mut Answers,
) -> Result<Option<Vec<Draft<'a>>>, Error> {
    let wanted: Vec<_> = drafts.iter().map(|draft| &draft.wanted).collect();
    let Some(taken) = tiers::reserve_each(tx, event, &wanted).await? else {
        return Ok(None);
    };
    let mut kept = Vec::with_capacity(drafts.len());
    for (draft, refused) in drafts.into_iter().zip(taken) {
        match (refused, answers.get_mut(draft.wish)) {
            (Some(refused), Some(answer)) => *answer = Some(Err(refused.into())),
            _ => kept.push(draft),
        }
    }
    Ok(Some(kept))
}

/// Writes the orders with all that belongs to them. `None` when a code or a key was taken.
async fn write(
    tx: &mut Tx,
    event: &Event,
    drafts: Vec<Draft<'_>>,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<Option<Vec<(usize, Whole)>>, Error> {
    let orders: Vec<_> = drafts.iter().map(|draft| &draft.order).collect();
    if !store::insert_orders(tx, &orders).await? {
        return Ok(None);
    }
    store::insert_positions(tx, &positions_of(&drafts)).await?;
    if !store::insert_repeats(tx, repeats_of(&drafts), now).await? {
        return Ok(None);
    }
    let payments = payments::begin_all(tx, &owed_for(&drafts), now, rng).await?;
    outbox::append_all(tx, &happened_to(&drafts), now).await?;

    let mut tickets = Vec::new();
    let mut payments = payments.into_iter();
    let mut whole = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let of_order = tickets_of::wanted(&draft.order, &draft.positions, &draft.tiers);
        let proven = of_order.iter().map(Option::is_some).collect::<Vec<_>>();
        tickets.extend(of_order.into_iter().flatten());
        let payment = draft.provider.and_then(|_| payments.next());
        whole.push((
            draft.wish,
            Whole {
                positions: draft.positions.into_iter().zip(proven).collect(),
                payments: payment.into_iter().collect(),
                refunds: Vec::new(),
                order: draft.order,
            },
        ));
    }
    tickets::issue(tx, (event.organizer, event.id), &tickets).await?;
    Ok(Some(whole))
}

fn positions_of<'a>(drafts: &'a [Draft<'_>]) -> Vec<(&'a Order, &'a Position)> {
    let each = drafts.iter().flat_map(|draft| {
        let of_order = draft.positions.iter();
        of_order.map(|position| (&draft.order, position))
    });
    each.collect()
}

fn repeats_of<'a>(drafts: &'a [Draft<'_>]) -> Vec<(&'a Repeat, &'a Order)> {
    let with_key = drafts.iter().filter_map(|draft| {
        let repeat = draft.repeat.as_ref()?;
        Some((repeat, &draft.order))
    });
    with_key.collect()
}

fn owed_for(drafts: &[Draft<'_>]) -> Vec<(&'static dyn Provider, Due)> {
    let ordered = drafts.iter().filter_map(|draft| {
        let provider = draft.provider?;
        Some((provider, due(&draft.order)))
    });
    ordered.collect()
}

fn happened_to(drafts: &[Draft<'_>]) -> Vec<Happened> {
    let ordered = drafts.iter().filter(|draft| draft.provider.is_some());
    ordered.map(|draft| happened(&draft.order)).collect()
}

/// What followers learn of an order that was placed just now.
pub(super) fn happened(order: &Order) -> Happened {
    let kind = if order.state == State::Paid {
        "order.paid"
    } else {
        "order.placed"
    };
    Happened {
        kind,
        about: about(order),
        facts: facts(order),
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
