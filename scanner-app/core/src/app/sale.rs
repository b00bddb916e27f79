//! The box office: what may be sold here, and selling it.

use ticket_crypto::qr::{self, Ecc};

use super::contract::{OnSale, Paid, Sell, Sold, SoldHere, SoldTicket, TierOnSale};
use super::{App, AppError, Changed, Result};
use crate::scanner::{Payment, SoldTicket as Sale, Wish};

/// Most tickets that are shown again.
const SOLD_SHOWN: u32 = 50;

impl App {
    pub(super) fn on_sale(&self) -> Result<OnSale> {
        let (scanner, event, _) = self.at_event()?;
        let offer = scanner.on_offer(event, self.wall())?;
        let tiers = offer.into_iter().map(|offer| TierOnSale {
            tier: offer.tier,
            name: offer.name,
            price_minor: offer.price_minor,
            currency: offer.currency,
            left: offer.left,
            until: offer.until,
        });
        Ok(OnSale {
            tiers: tiers.collect(),
        })
    }

    /// The newest tickets that this device sold, to show them again.
    pub(super) fn list_sold(&self) -> Result<SoldHere> {
        let (scanner, event, _) = self.at_event()?;
        let tickets = scanner.sold(event, SOLD_SHOWN)?;
        Ok(SoldHere {
            tickets: tickets.into_iter().map(ticket).collect::<Result<_>>()?,
        })
    }

    pub(super) fn sell(&self, it: Sell) -> Result<Sold> {
        self.for_real()?;
        let (scanner, event, _) = self.at_event()?;
        let operator = self.desk().operator;
        if operator.0 != 0 {
            // The PIN is checked here for its tries; the till checks it for its own sake.
            self.check_pin(&scanner, operator, &it.pin, it.paid == Paid::Gift)?;
        }
        let wish = Wish {
            id: it.wish.parse().map_err(|_| AppError::MalformedRequest)?,
            tier: it.tier,
            count: it.count,
            payment: match it.paid {
                Paid::Cash => Payment::Cash,
                Paid::Card => Payment::Card,
                Paid::Gift => Payment::Gift,
            },
            operator,
        };
        let sold = scanner.sell(event, &wish, Some(&it.pin), self.wall(), &mut self.rng())?;
        self.changed(Changed::Log);
        self.wake.notify_one();
        Ok(Sold {
            total_minor: sold.total_minor,
            currency: sold.currency,
            repeated: sold.repeated,
            tickets: sold
                .tickets
                .into_iter()
                .map(ticket)
                .collect::<Result<_>>()?,
        })
    }
}

fn ticket(sold: Sale) -> Result<SoldTicket> {
    Ok(SoldTicket {
        currency: sold.currency,
        serial: sold.serial,
        tier: sold.tier_name,
        price_minor: sold.price_minor,
        // A token always fits a symbol.
        svg: qr::svg(&sold.code, Ecc::M).map_err(|_| AppError::StoreFailed)?,
        code: sold.code,
    })
}
