//! What somebody wants to buy, held against what is sold: pure.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};
use shared_model::ids::{OrderId, PositionId, TierNo};
use shared_model::time::Timestamp;

use super::checkout::Buyer;
use super::{Error, Order, Position, State};
use crate::clock::new_id;
use crate::events::Event;
use crate::tiers::{MOST_PER_ORDER, Tier};

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

/// A basket that may be bought now, if places are left.
pub(super) struct Basket<'a> {
    /// One entry for each unit, with the name of who will come.
    pub(super) units: Vec<(&'a Tier, String)>,
    pub(super) wanted: BTreeMap<TierNo, u32>,
    pub(super) total_minor: i64,
}

impl<'a> Basket<'a> {
    /// Fills a basket from `lines` with tiers of the event.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::NotOnSale`].
    pub(super) fn fill(lines: &[Line], known: &'a [Tier], now: Timestamp) -> Result<Self, Error> {
        let mut basket = Self {
            units: Vec::new(),
            wanted: BTreeMap::new(),
            total_minor: 0,
        };
        for (at, line) in lines.iter().enumerate() {
            basket.add(at, line, known, now)?;
        }
        if basket.units.is_empty() {
            return Err(invalid("/positions".to_owned(), "must not be empty"));
        }
        basket.within_limits(known)?;
        Ok(basket)
    }

    fn add(
        &mut self,
        at: usize,
        line: &Line,
        known: &'a [Tier],
        now: Timestamp,
    ) -> Result<(), Error> {
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
        let wanted = self.wanted.entry(line.tier).or_default();
        *wanted = wanted.saturating_add(line.quantity);
        let names = line.attendees.iter().cloned();
        let names = names.chain(std::iter::repeat(String::new()));
        for (name, _) in names.zip(0..line.quantity) {
            let sum = self.total_minor.checked_add(tier.offer.price_minor);
            self.total_minor =
                sum.ok_or_else(|| invalid(field("quantity"), "makes the sum too large"))?;
            self.units.push((tier, name));
        }
        if self.units.len() > usize::try_from(MOST_PER_ORDER).unwrap_or(usize::MAX) {
            return Err(invalid("/positions".to_owned(), "are more than 100 units"));
        }
        Ok(())
    }

    fn within_limits(&self, known: &[Tier]) -> Result<(), Error> {
        for (number, count) in &self.wanted {
            let tier = known.iter().find(|tier| tier.tier == *number);
            let (least, most) = tier.map_or((0, 0), |tier| {
                (tier.offer.min_per_order, tier.offer.max_per_order)
            });
            if !(least..=most).contains(count) {
                let reason = format!("need {least} to {most} units of tier {number}");
                return Err(invalid("/positions".to_owned(), &reason));
            }
        }
        Ok(())
    }

    /// The order that the basket becomes.
    pub(super) fn order(
        &self,
        event: &Event,
        (state, buyer, expires_at): (State, &Buyer, Option<Timestamp>),
        now: Timestamp,
        rng: &mut impl Rng,
    ) -> Order {
        Order {
            id: OrderId(new_id(now, rng)),
            event: event.id,
            organizer: event.organizer,
            code: new_code(rng),
            state,
            email: buyer.email.clone(),
            name: buyer.name.clone(),
            currency: event.currency.clone(),
            total_minor: self.total_minor,
            created_at: now,
            expires_at,
            paid_at: (state == State::Paid).then_some(now),
        }
    }

    /// One position for each unit.
    pub(super) fn positions(&self, now: Timestamp, rng: &mut impl Rng) -> Vec<Position> {
        // Ids of one millisecond fall in any order; positions are read by id, so they get theirs in order.
        let mut ids: Vec<_> = self.units.iter().map(|_| new_id(now, rng)).collect();
        ids.sort_unstable();
        let units = self.units.iter().zip(ids);
        let positions = units.map(|((tier, attendee), id)| Position {
            id: PositionId(id),
            tier: tier.tier,
            price_minor: tier.offer.price_minor,
            attendee: attendee.clone(),
            open: true,
            placed: true,
        });
        positions.collect()
    }
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

fn invalid(field: String, reason: &str) -> Error {
    Error::Invalid {
        field,
        reason: reason.to_owned(),
    }
}

pub(super) fn new_code(rng: &mut impl Rng) -> String {
    (0..CODE_LEN)
        .filter_map(|_| ALPHABET.get(rng.random_range(0..ALPHABET.len())))
        .map(|letter| char::from(*letter))
        .collect()
}
