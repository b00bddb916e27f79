//! `sell` and `till`: the box office with no network.

use std::path::Path;

use scanner_core::scanner::{OnOffer, Scanner, SoldTicket, Wish};
use serde_json::{Value, json};
use shared_model::ids::{EventNo, TierNo};
use shared_model::log::fold::FactKey;
use shared_model::money::Money;
use ticket_crypto::qr::{self, Ecc, QrError, Symbol};

use super::{event, fact_name};
use crate::args::{Args, PictureArgs, PictureKind, SellArgs, TillArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

/// Pixels of one module in pictures.
const MODULE_PX: u32 = 8;

pub fn run(args: &Args, command: &SellArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let wish = Wish {
        id: command.request_id.unwrap_or_else(now::request_id),
        tier: tier(&scanner, event, &command.tier)?,
        count: command.count,
        payment: command.paid.into(),
        operator: command.operator,
    };
    let pin = command.pin.as_deref();
    let sold = scanner.sell(event, &wish, pin, now::wall(), &mut now::rng())?;
    for ticket in &sold.tickets {
        let mut document = document(event, ticket);
        document["request"] = json!(wish.id);
        document["repeated"] = json!(sold.repeated);
        tell(ticket, document, &command.pictures, output)?;
    }
    if sold.tickets.len() > 1 {
        output.hint(&format!(
            "together {}",
            money(sold.total_minor, &sold.currency)
        ));
    }
    Ok(0)
}

pub fn till(args: &Args, command: &TillArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let offers = scanner.on_offer(event, now::wall())?;
    let sold = scanner.sold(event, command.limit)?;
    for offer in &offers {
        let text = offer_text(offer);
        output.say(&json!({ "event": event, "on_offer": offer }), &text)?;
    }
    for ticket in &sold {
        tell(ticket, document(event, ticket), &command.pictures, output)?;
    }
    if offers.is_empty() && sold.is_empty() {
        let none = json!({ "event": event, "on_offer": [], "sold": [] });
        output.news(&none, "this device may sell nothing, and sold nothing")?;
    }
    Ok(0)
}

/// The tier that was named, of those that this device may sell or sold.
fn tier(scanner: &Scanner, event: EventNo, named: &str) -> Result<TierNo, Failure> {
    let number: Option<TierNo> = named.parse().ok();
    let book = scanner.book(event)?;
    let mut tiers = book.tiers.iter();
    let found = tiers.find(|tier| Some(tier.tier) == number || tier.name == named);
    found.map(|tier| tier.tier).ok_or_else(|| {
        let names: Vec<String> = book
            .tiers
            .iter()
            .map(|tier| format!("{} ({})", tier.tier, tier.name))
            .collect();
        let names = names.join(", ");
        Failure::Usage(format!("the event has no tier {named:?}: {names}"))
    })
}

fn document(event: EventNo, ticket: &SoldTicket) -> Value {
    let fact = FactKey {
        actor: ticket.fact.actor,
        seq: ticket.fact.seq,
    };
    json!({ "event": event, "sold": ticket, "fact": fact_name(fact) })
}

fn tell(
    ticket: &SoldTicket,
    mut document: Value,
    pictures: &PictureArgs,
    output: &Output,
) -> Result<(), Failure> {
    let mut text = format!(
        "{} no. {}, {}\n{}{}",
        ticket.tier_name,
        ticket.serial,
        money(ticket.price_minor, &ticket.currency),
        screen(&ticket.code)?,
        ticket.code
    );
    if let Some(folder) = &pictures.pictures {
        let path = folder.join(name(ticket, pictures.picture_kind));
        write(&path, &ticket.code, pictures.picture_kind)?;
        text.push_str(&format!("\n{}", path.display()));
        document["picture"] = json!(path);
    }
    output.say(&document, &text)
}

fn name(ticket: &SoldTicket, kind: PictureKind) -> String {
    let kind = match kind {
        PictureKind::Png => "png",
        PictureKind::Svg => "svg",
    };
    format!("ticket-{}-{}.{kind}", ticket.kid, ticket.serial)
}

fn write(path: &Path, code: &str, kind: PictureKind) -> Result<(), Failure> {
    let bytes = match kind {
        PictureKind::Png => qr::png(code, Ecc::M, MODULE_PX).map_err(undrawn)?,
        PictureKind::Svg => qr::svg(code, Ecc::M).map_err(undrawn)?.into_bytes(),
    };
    std::fs::write(path, bytes)
        .map_err(|error| Failure::File(format!("cannot write {}", path.display()), error))
}

/// The code for a terminal, two rows of modules a line.
fn screen(code: &str) -> Result<String, Failure> {
    const QUIET: usize = 2;
    let symbol = Symbol::new(code, Ecc::M).map_err(undrawn)?;
    let side = symbol.side() + 2 * QUIET;
    let dark =
        |x: usize, y: usize| x >= QUIET && y >= QUIET && symbol.is_dark(x - QUIET, y - QUIET);
    let mut text = String::new();
    for y in (0..side).step_by(2) {
        for x in 0..side {
            // Light modules are drawn: terminals are dark more often than not.
            text.push(match (dark(x, y), dark(x, y + 1)) {
                (false, false) => '█',
                (false, true) => '▀',
                (true, false) => '▄',
                (true, true) => ' ',
            });
        }
        text.push('\n');
    }
    Ok(text)
}

fn undrawn(error: QrError) -> Failure {
    Failure::Usage(error.to_string())
}

fn offer_text(offer: &OnOffer) -> String {
    format!(
        "{:>5} left of {} ({}), {}",
        offer.left,
        offer.tier,
        offer.name,
        money(offer.price_minor, &offer.currency)
    )
}

fn money(minor: i64, currency: &str) -> String {
    Money::of_code(minor, currency)
        .map_or_else(|| format!("{minor} {currency}"), |money| money.to_string())
}
