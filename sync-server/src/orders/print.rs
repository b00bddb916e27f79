//! An order's tickets on paper.

use std::sync::{Arc, PoisonError};

use jiff::tz::TimeZone;
use shared_model::ids::PositionId;
use shared_model::time::Timestamp;

use super::{Error, Order, store};
use crate::app::App;
use crate::events::{self, Event};
use crate::paper::{Press, TicketPage};
use crate::{tickets, tiers};

/// What one page says, owned until it is printed.
struct Sheet {
    above: Vec<String>,
    attendee: String,
    code: String,
    below: Vec<String>,
}

/// One PDF of the order's tickets, or of one of them.
///
/// # Errors
/// [`tickets::Error::NoCode`] within [`Error::Ticket`] where there is nothing to print.
pub async fn print(
    app: &Arc<App>,
    order: &Order,
    only: Option<PositionId>,
) -> Result<Vec<u8>, Error> {
    let mut conn = app.db.read();
    let event = events::find_any(&mut conn, order.event).await?;
    let known = tiers::list(&mut conn, event.id).await?;
    let mut sheets = Vec::new();
    for position in store::list_positions(&mut conn, order.id).await? {
        let wanted = position.open && only.is_none_or(|only| only == position.id);
        let ticket = tickets::find_by_position(&mut conn, position.id).await?;
        let Some(ticket) = ticket.filter(|_| wanted) else {
            continue;
        };
        let which = (event.id, event.event_no);
        let code = tickets::code(&mut conn, &app.master_key, which, &ticket).await?;
        let tier = known.iter().find(|tier| tier.tier == position.tier);
        let tier = tier.map(|tier| tier.offer.name.clone()).unwrap_or_default();
        let lines = [event.place.clone(), when(&event), tier];
        sheets.push(Sheet {
            above: lines.into_iter().filter(|line| !line.is_empty()).collect(),
            attendee: ticket.record.person.unwrap_or_default().name,
            code,
            below: vec![format!("{} / {}", order.code, ticket.record.serial)],
        });
    }
    if sheets.is_empty() {
        return Err(Error::Ticket(tickets::Error::NoCode));
    }
    let app = app.clone();
    let printed = tokio::task::spawn_blocking(move || press(&app, &event.name, &sheets)).await;
    printed.map_err(|error| Error::Paper(error.to_string()))?
}

fn press(app: &App, event: &str, sheets: &[Sheet]) -> Result<Vec<u8>, Error> {
    let pages: Vec<_> = sheets
        .iter()
        .map(|sheet| TicketPage {
            event,
            above: &sheet.above,
            attendee: &sheet.attendee,
            code: &sheet.code,
            below: &sheet.below,
        })
        .collect();
    let mut press = app.press.lock().unwrap_or_else(PoisonError::into_inner);
    let press = press.get_or_insert_with(Press::new);
    press
        .tickets("en", &pages)
        .map_err(|error| Error::Paper(crate::problem::chain(&error)))
}

/// The event's begin as its place reads it; empty where it has none.
fn when(event: &Event) -> String {
    let local = |at: Timestamp| {
        let zone = TimeZone::get(&event.time_zone).ok()?;
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
        Some(at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string())
    };
    event.starts_at.and_then(local).unwrap_or_default()
}
