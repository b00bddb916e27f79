//! The box office with no network: a serial of the lease, a signed code, a fact.
//!
//! What always holds: a serial is sold once, in the transaction that stores its fact; the
//! code is shown only after that is on the disk and the keys remember how far this device
//! has written, so that a store put back from a copy is noticed and sells nothing twice. The
//! same wish gets the same tickets again, as after a crash between selling and showing.

use rand::CryptoRng;
use serde::Serialize;
use shared_model::book::Book;
use shared_model::entry::{self, Presented};
use shared_model::fact::{Fact, FactId, Sale};
use shared_model::ids::{EventNo, Kid, OperatorNo, RequestId, Serial, TierNo};
use shared_model::lease::{Lease, LeasedTier};
use shared_model::time::Timestamp;

use super::{Error, Reading, Result, Scanner, sign_in, sign_in_supervisor};
use crate::store::{Read, SalesLease, SoldSerial, Write};

/// Most tickets of one wish.
pub const MOST_AT_ONCE: u16 = 50;

/// What a guest wants at the box office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Made once for this wish; a repeat gets the same tickets.
    pub id: RequestId,
    /// The tier.
    pub tier: TierNo,
    /// How many tickets, 1 to [`MOST_AT_ONCE`].
    pub count: u16,
    /// How it is paid.
    pub payment: Payment,
    /// Who sells; 0 for nobody.
    pub operator: OperatorNo,
}

/// How a ticket is paid at the box office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payment {
    /// In cash.
    Cash,
    /// By card, on a terminal that this program does not know.
    Card,
    /// It is given out; only supervisors may.
    Gift,
}

/// What was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sold {
    /// The tickets, each with its code.
    pub tickets: Vec<SoldTicket>,
    /// What they cost together, in minor units.
    pub total_minor: i64,
    /// ISO 4217 currency.
    pub currency: String,
    /// The same wish was sold before; nothing was sold again.
    pub repeated: bool,
}

/// One ticket that was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SoldTicket {
    /// Its serial.
    pub serial: Serial,
    /// The key number that it names.
    pub kid: Kid,
    /// What it is.
    pub tier: TierNo,
    /// What that is called.
    pub tier_name: String,
    /// What was paid, in minor units.
    pub price_minor: i64,
    /// ISO 4217 currency.
    pub currency: String,
    /// The text of its QR code.
    pub code: String,
    /// The fact that records it.
    #[serde(skip)]
    pub fact: FactId,
}

/// What may still be sold of a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnOffer {
    /// The key number that its tickets will name.
    pub kid: Kid,
    /// The tier.
    pub tier: TierNo,
    /// Its name.
    pub name: String,
    /// Price of one in minor units.
    pub price_minor: i64,
    /// ISO 4217 currency.
    pub currency: String,
    /// How many are left.
    pub left: u32,
    /// Until when.
    pub until: Timestamp,
}

impl Scanner {
    /// What this device may sell now, by lease and tier.
    ///
    /// # Errors
    /// The store failed, or nothing is known of the event.
    pub fn on_offer(&self, event: EventNo, wall: Timestamp) -> Result<Vec<OnOffer>> {
        self.store.read(|tx| {
            let till = self.till(tx, event, wall)?;
            let mut offer = Vec::new();
            for SalesLease { lease, .. } in &till.leases {
                for tier in &lease.tiers {
                    offer.push(OnOffer {
                        kid: lease.kid,
                        tier: tier.tier,
                        name: tier.name.clone(),
                        price_minor: tier.price_minor,
                        currency: lease.currency.clone(),
                        left: left(tx, event, lease, tier)?,
                        until: lease.until,
                    });
                }
            }
            Ok(offer)
        })
    }

    /// Sells or gives out tickets; they are durable, and will not be sold again, when it returns.
    ///
    /// # Errors
    /// There is no lease with so many places of the tier, the person may not, or store or keys
    /// failed: nothing was sold then, or the same wish brings what was.
    pub fn sell<R: CryptoRng + ?Sized>(
        &self,
        event: EventNo,
        wish: &Wish,
        pin: Option<&str>,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Sold> {
        // Checking a PIN takes longer than everything else, so nobody at the door waits for it.
        let till = self.store.read(|tx| self.till(tx, event, wall))?;
        till.admit_person(wish, pin)?;
        let sold = self.store.write(|tx| {
            let till = self.till(tx, event, wall)?;
            let before = tx.list_sold_for(event, wish.id)?;
            let repeated = !before.is_empty();
            let serials = match repeated {
                true => before,
                false => self.take(tx, event, &till, wish)?,
            };
            let tickets = self.show(tx, event, &serials)?;
            Ok::<_, Error>(Sold {
                total_minor: tickets.iter().map(|ticket| ticket.price_minor).sum(),
                currency: tickets
                    .first()
                    .map_or_else(String::new, |ticket| ticket.currency.clone()),
                tickets,
                repeated,
            })
        })?;
        self.remember(rng)?;
        Ok(sold)
    }

    /// The newest tickets that this device sold, to show or print again.
    ///
    /// # Errors
    /// The store failed.
    pub fn sold(&self, event: EventNo, limit: u32) -> Result<Vec<SoldTicket>> {
        self.store.read(|tx| {
            let serials = tx.list_sold(event, limit)?;
            self.show(tx, event, &serials)
        })
    }

    fn till(&self, tx: &Read<'_>, event: EventNo, wall: Timestamp) -> Result<Till> {
        let book = self.book_in(tx, event)?;
        let (state, account) = (self.event_in(tx, event)?, self.account_at_work(tx)?);
        let reading = Reading::under(&account, state.hlc, &book, wall);
        let on_duty = book
            .roster
            .device_of(&self.fact_public)
            .is_some_and(|own| own.active.iter().any(|duty| duty.contains(reading.now())));
        let mut leases = tx.list_sales_leases(event)?;
        leases.retain(|held| {
            on_duty && held.actor == state.actor && reading.now() <= held.lease.until
        });
        Ok(Till {
            book,
            reading,
            leases,
        })
    }

    /// Takes serials for a new wish and records their sale.
    fn take(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        till: &Till,
        wish: &Wish,
    ) -> Result<Vec<SoldSerial>> {
        if !(1..=MOST_AT_ONCE).contains(&wish.count) {
            return Err(Error::Count(MOST_AT_ONCE));
        }
        (0..wish.count)
            .map(|_| self.take_one(tx, event, till, wish))
            .collect()
    }

    fn take_one(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        till: &Till,
        wish: &Wish,
    ) -> Result<SoldSerial> {
        let (held, tier, serial) = till.next(tx, event, wish.tier)?;
        let lease = &held.lease;
        self.check_genuine(event, held, tier, serial, till)?;
        let fact = self.record(tx, event, &till.reading, |stamp| {
            Fact::Sale(Sale {
                stamp,
                serial,
                kid: lease.kid,
                tier: tier.tier,
                occurrence: tier.occurrence,
                zones: tier.zones,
                price_minor: match wish.payment {
                    Payment::Gift => 0,
                    Payment::Cash | Payment::Card => tier.price_minor,
                },
                cash: wish.payment != Payment::Card,
                operator: wish.operator,
                request: wish.id,
            })
        })?;
        let sold = SoldSerial {
            kid: lease.kid,
            serial,
            tier: tier.tier,
            fact,
        };
        tx.insert_sold(&sold, wish.id)?;
        Ok(sold)
    }

    /// Sells nothing that this device's own book would refuse for its key.
    fn check_genuine(
        &self,
        event: EventNo,
        held: &SalesLease,
        tier: &LeasedTier,
        serial: Serial,
        till: &Till,
    ) -> Result<()> {
        let code = self.code(event, held, tier, serial)?;
        match entry::read(&till.book, &code, till.reading.now()) {
            Presented::Token(_) => Ok(()),
            _ => Err(Error::LeaseNotInBook),
        }
    }

    fn show(
        &self,
        tx: &Read<'_>,
        event: EventNo,
        serials: &[SoldSerial],
    ) -> Result<Vec<SoldTicket>> {
        let damaged = || crate::store::Error::damaged("a sale without its lease or fact");
        let mut tickets = Vec::with_capacity(serials.len());
        for sold in serials {
            let held = tx.find_sales_lease(event, sold.kid)?.ok_or_else(damaged)?;
            let tier = held.lease.tier(sold.tier).ok_or_else(damaged)?;
            let row = tx.find_fact(sold.fact)?.ok_or_else(damaged)?;
            let Some(Fact::Sale(sale)) = row.fact else {
                return Err(damaged().into());
            };
            tickets.push(SoldTicket {
                serial: sold.serial,
                kid: sold.kid,
                tier: sold.tier,
                tier_name: tier.name.clone(),
                price_minor: sale.price_minor,
                currency: held.lease.currency.clone(),
                code: self.code(event, &held, tier, sold.serial)?,
                fact: sold.fact,
            });
        }
        Ok(tickets)
    }

    /// The text of a ticket; the same serial gives the same text.
    fn code(
        &self,
        event: EventNo,
        held: &SalesLease,
        tier: &LeasedTier,
        serial: Serial,
    ) -> Result<String> {
        let key = self.secrets().box_office_key(event, &held.nonce);
        let body = held.lease.body(event, serial, tier);
        let token = body.sign(&key).map_err(|_| Error::LeaseNotInBook)?;
        Ok(token.text())
    }
}

/// What a sale goes by.
struct Till {
    book: std::sync::Arc<Book>,
    reading: Reading,
    leases: Vec<SalesLease>,
}

impl Till {
    fn admit_person(&self, wish: &Wish, pin: Option<&str>) -> Result<()> {
        let now = self.reading.now();
        match (wish.payment, wish.operator) {
            (Payment::Gift, operator) => sign_in_supervisor(&self.book, operator, pin, now)?,
            (_, OperatorNo(0)) => return Ok(()),
            (_, operator) => sign_in(&self.book, operator, pin, now)?,
        };
        Ok(())
    }

    /// The next serial for a ticket of `tier`.
    fn next(
        &self,
        tx: &Read<'_>,
        event: EventNo,
        tier: TierNo,
    ) -> Result<(&SalesLease, &LeasedTier, Serial)> {
        for held in &self.leases {
            let lease = &held.lease;
            let Some(leased) = lease.tier(tier) else {
                continue;
            };
            if left(tx, event, lease, leased)? == 0 {
                continue;
            }
            let last = tx.last_sold(event, lease.kid)?;
            let next = last.map_or(Some(lease.first_serial), |last| {
                last.0.checked_add(1).map(Serial)
            });
            if let Some(serial) = next.filter(|serial| *serial <= lease.last_serial) {
                return Ok((held, leased, serial));
            }
        }
        Err(Error::NothingToSell(tier))
    }
}

fn left(tx: &Read<'_>, event: EventNo, lease: &Lease, tier: &LeasedTier) -> Result<u32> {
    let sold = tx.count_sold(event, lease.kid, tier.tier)?;
    Ok(tier.places.saturating_sub(sold))
}
