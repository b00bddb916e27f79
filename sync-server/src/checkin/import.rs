//! Importing tickets of other systems: their codes admit here from then on.
//!
//! Codes are kept as keyed hashes only. A code that is known already is brought up to
//! date, so sending a file again changes nothing. Everything is checked before anything
//! is written; writing goes in steps, so that sales and doors do not wait for it.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use shared_model::foreign::foreign_hash;
use shared_model::ids::{EventId, Generation, Kid, OrganizerId, PublicKey, Serial, TierNo};
use shared_model::ticket::{Person, TicketRecord, TicketState};
use utoipa::ToSchema;

use super::{Error, book};
use crate::app::App;
use crate::{events, tickets, tiers};

/// Rows written in one transaction.
const STEP: usize = 500;
/// Longest code in characters.
const LONGEST_CODE: usize = 500;
/// Longest of the other cells in characters.
const LONGEST_CELL: usize = 200;

/// Columns that a file has, and those that it may have.
const NEEDED: [&str; 2] = ["code", "tier"];
const KNOWN: [&str; 6] = ["code", "tier", "name", "seat", "notes", "order"];

/// A row of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    code: String,
    tier: u16,
    #[serde(default)]
    name: String,
    #[serde(default)]
    seat: String,
    #[serde(default)]
    notes: String,
    #[serde(default)]
    order: String,
}

/// What became of a file.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Imported {
    /// Tickets that are new here.
    added: u32,
    /// Tickets that were known and are as the file says now.
    updated: u32,
}

/// Imports the tickets of a CSV file into the organizer's event.
///
/// # Errors
/// [`Error::Line`] for the first row that cannot be taken: nothing was written then.
pub(super) async fn import(
    app: &App,
    whose: (OrganizerId, EventId),
    file: &[u8],
) -> Result<Imported, Error> {
    let event = whose.1;
    let offers = tiers::list(&mut app.db.read(), event).await?;
    let offers: BTreeMap<TierNo, tiers::Offer> = offers
        .into_iter()
        .map(|tier| (tier.tier, tier.offer))
        .collect();
    let lines = read(file, &offers)?;
    let key = book::foreign_key(app, event);
    let mut imported = Imported::default();
    for step in lines.chunks(STEP) {
        write(app, whose, &key, &offers, step, &mut imported).await?;
    }
    Ok(imported)
}

fn read(file: &[u8], offers: &BTreeMap<TierNo, tiers::Offer>) -> Result<Vec<Line>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(delimiter(file))
        .from_reader(file);
    let head = reader
        .headers()
        .map_err(|error| Error::Line(1, error.to_string()))?;
    check_head(head)?;
    let mut lines = Vec::new();
    let mut codes = HashSet::new();
    for (at, line) in reader.deserialize::<Line>().enumerate() {
        let bad = |words: &str| Error::Line(at + 2, words.to_owned());
        let line = line.map_err(|error| bad(&error.to_string()))?;
        if line.code.is_empty() || line.code.chars().count() > LONGEST_CODE {
            return Err(bad("the code has 1 to 500 characters"));
        }
        if line.code.starts_with("TK1:") {
            return Err(bad("this is a code of this system"));
        }
        if !codes.insert(line.code.clone()) {
            return Err(bad("the code is in the file twice"));
        }
        if !offers.contains_key(&TierNo(line.tier)) {
            return Err(bad("the event has no such tier"));
        }
        let cells = [&line.name, &line.seat, &line.notes, &line.order];
        if cells.iter().any(|cell| cell.chars().count() > LONGEST_CELL) {
            return Err(bad("a cell has at most 200 characters"));
        }
        lines.push(line);
    }
    if lines.is_empty() {
        return Err(Error::Line(2, "there is no ticket in the file".to_owned()));
    }
    Ok(lines)
}

/// What stands between cells: in the head line, whose cells hold none of these.
fn delimiter(file: &[u8]) -> u8 {
    let head = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let others = [b';', b'\t'];
    let found = others.into_iter().find(|other| head.contains(other));
    found.filter(|_| !head.contains(&b',')).unwrap_or(b',')
}

fn check_head(head: &csv::StringRecord) -> Result<(), Error> {
    let bad = |words: String| Err(Error::Line(1, words));
    if let Some(absent) = NEEDED
        .iter()
        .find(|name| !head.iter().any(|cell| cell == **name))
    {
        return bad(format!("the head line names no column `{absent}`"));
    }
    for (at, cell) in head.iter().enumerate() {
        if !KNOWN.contains(&cell) {
            let known = KNOWN.join(", ");
            return bad(format!("there is no column `{cell}`; there are {known}"));
        }
        if head.iter().take(at).any(|before| before == cell) {
            return bad(format!("the column `{cell}` is there twice"));
        }
    }
    Ok(())
}

async fn write(
    app: &App,
    whose: (OrganizerId, EventId),
    key: &PublicKey,
    offers: &BTreeMap<TierNo, tiers::Offer>,
    lines: &[Line],
    imported: &mut Imported,
) -> Result<(), Error> {
    let event = whose.1;
    let mut tx = app.db.begin().await?;
    let mut known = Vec::with_capacity(lines.len());
    for line in lines {
        let found = tickets::list_foreign(&mut tx, event, foreign_hash(key, &line.code)).await?;
        known.push(found.into_iter().next());
    }
    let added = known.iter().filter(|known| known.is_none()).count();
    let added = u32::try_from(added).unwrap_or(u32::MAX);
    let allotted = events::allot(&mut tx, event, added).await?;
    let mut serials = allotted.serials.into_iter();
    for (line, known) in lines.iter().zip(&known) {
        let Some(offer) = offers.get(&TierNo(line.tier)) else {
            continue;
        };
        let serial = known.as_ref().map(|known| known.record.serial);
        let Some(serial) = serial.or_else(|| serials.next()) else {
            return Err(Error::Full("ticket"));
        };
        let mut record = record(line, offer, key, serial);
        if let Some(known) = known {
            record.state = known.record.state;
            record.stops.clone_from(&known.record.stops);
        }
        tickets::upsert(&mut tx, whose, &record, Generation(0), allotted.revision).await?;
    }
    tx.commit().await?;
    imported.added += added;
    imported.updated += u32::try_from(lines.len()).unwrap_or(u32::MAX) - added;
    app.announce(event);
    Ok(())
}

fn record(line: &Line, offer: &tiers::Offer, key: &PublicKey, serial: Serial) -> TicketRecord {
    TicketRecord {
        serial,
        kid: Kid(0),
        min_generation: Generation(0),
        tier: TierNo(line.tier),
        occurrence: offer.occurrence,
        zones: offer.zones,
        valid_from: offer.valid_from,
        valid_until: offer.valid_until,
        entries: offer.entries,
        group: offer.group_size,
        state: TicketState::Valid,
        flags: offer.flags,
        attention: offer.attention,
        addon_of: None,
        foreign: Some(foreign_hash(key, &line.code)),
        answered: Vec::new(),
        stops: Vec::new(),
        person: Some(Person {
            name: line.name.clone(),
            seat: line.seat.clone(),
            notes: line.notes.clone(),
            order_code: line.order.clone(),
        }),
        sealed: Vec::new(),
    }
}
