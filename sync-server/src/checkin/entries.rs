//! What happened at the doors, as people and spreadsheets want it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use shared_model::book::Book;
use shared_model::fact::{self, Direction, Fact, Outcome, Scan, Subject};
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, DeviceNo, EventId};
use shared_model::log::fold::{self, FactKey};
use shared_model::verdict::Reason;
use utoipa::ToSchema;

use super::live::Live;
use super::{Error, Published};
use crate::app::App;
use crate::db::{self, Conn};
use crate::gateway::time::Instant;
use crate::{row, sql};

/// One scan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Entry {
    /// Its id: who wrote it and as which of its facts.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015-12")]
    pub(super) id: String,
    /// Its place in the order of arrival here: what `after` takes.
    arrival: u64,
    /// When it happened, by the corrected clock of the device.
    at: Instant,
    /// The device's number.
    pub(super) device: Option<u16>,
    /// The device's name.
    device_name: Option<String>,
    /// The gate's number.
    gate: u16,
    /// The gate's name.
    gate_name: Option<String>,
    /// The list's number.
    list: u16,
    /// The list's name.
    list_name: Option<String>,
    /// The operator's number; 0 for nobody.
    operator: u16,
    /// The operator's name.
    operator_name: Option<String>,
    /// `entry` or `exit`.
    direction: &'static str,
    /// The ticket, where the code led to one.
    serial: Option<u32>,
    /// `admitted` or `refused`.
    outcome: &'static str,
    /// Why it was refused.
    reason: Option<&'static str>,
    /// People let pass.
    people: u8,
    /// It let somebody pass and was not annulled.
    counts: bool,
    /// A supervisor let it pass.
    overridden: bool,
    /// A device that has not been heard of since may still add something before it.
    provisional: bool,
}

/// A page of scans, in the order in which they arrived here.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entries {
    /// The scans.
    pub(super) entries: Vec<Entry>,
    /// What `after` takes for the next page; absent at the end.
    pub(super) next: Option<u64>,
}

row! {
    #[derive(Debug)]
    struct ScanRow {
        actor: ActorId,
        seq: u64,
        device_no: DeviceNo,
        record: Vec<u8>,
        arrival: u64,
    }
}

/// Byte that says of a record that it is a scan.
const SCAN_KIND: i64 = 2;

/// A page of scans after arrival `after`.
pub(super) async fn page(
    app: &App,
    published: &Published,
    after: u64,
    limit: u32,
) -> Result<Entries, Error> {
    let mut conn = app.db.read();
    let event = published.event.id;
    let live = app.doors.live(event);
    let mut live = live.lock().await;
    live.catch_up(&mut conn, event, &published.book).await?;
    let rows = conn
        .sql(sql!("SELECT f.actor, f.seq, a.device_no, f.record, f.arrival FROM facts f JOIN actors a ON a.event_id = f.event_id AND a.actor = f.actor WHERE f.event_id = $1 AND f.arrival > $2 AND f.kind = $3 ORDER BY f.arrival LIMIT $4" => ScanRow))
        .bind(event)
        .bind(after)
        .bind(SCAN_KIND)
        .bind(limit)
        .all()
        .await?;
    let next = rows
        .last()
        .filter(|_| u32::try_from(rows.len()).is_ok_and(|count| count == limit))
        .map(|row| row.arrival);
    let view = View::new(app, published, &live);
    let entries = rows.into_iter().filter_map(|row| view.entry(row)).collect();
    Ok(Entries { entries, next })
}

/// The scan with this id.
pub(super) async fn find(
    conn: &mut Conn,
    event: EventId,
    view: &View<'_>,
    id: FactKey,
) -> Result<Option<Entry>, db::Error> {
    let row = conn
        .sql(sql!("SELECT f.actor, f.seq, a.device_no, f.record, f.arrival FROM facts f JOIN actors a ON a.event_id = f.event_id AND a.actor = f.actor WHERE f.event_id = $1 AND f.actor = $2 AND f.seq = $3" => ScanRow))
        .bind(event)
        .bind(id.actor)
        .bind(id.seq)
        .optional()
        .await?;
    Ok(row.and_then(|row| view.entry(row)))
}

/// What turns numbers into names, and says what counts.
pub(super) struct View<'a> {
    book: &'a Book,
    live: &'a Live,
    watermark: Option<Hlc>,
    devices: HashMap<DeviceNo, &'a str>,
}

impl<'a> View<'a> {
    pub(super) fn new(app: &App, published: &'a Published, live: &'a Live) -> Self {
        let book = &published.book;
        Self {
            book,
            live,
            watermark: watermark(app, book, live),
            devices: book
                .roster
                .devices
                .iter()
                .map(|device| (device.device, device.name.as_str()))
                .collect(),
        }
    }

    fn entry(&self, row: ScanRow) -> Option<Entry> {
        let decoded = fact::decode(&row.record).ok()?;
        let Fact::Scan(scan) = decoded.known()? else {
            return None;
        };
        Some(self.show(&row, scan))
    }

    fn show(&self, row: &ScanRow, scan: &Scan) -> Entry {
        let book = self.book;
        let gate = book.gates.iter().find(|gate| gate.gate == scan.gate);
        let list = book.lists.iter().find(|list| list.list == scan.list);
        let people = book.roster.operators.iter();
        let operator = people
            .clone()
            .find(|person| person.operator == scan.operator);
        let serial = match scan.subject {
            Subject::Ticket { serial, .. } => Some(serial),
            Subject::Foreign(_) | Subject::Unreadable(_) => None,
        };
        let folded = serial.and_then(|serial| self.live.fold.ticket(serial));
        let past = folded.and_then(|ticket| {
            let mut scans = ticket.scans.iter();
            scans.find(|past| past.actor == row.actor && past.seq == row.seq)
        });
        let (outcome, reason) = match scan.outcome {
            Outcome::Admitted => ("admitted", None),
            Outcome::Refused(number) => ("refused", Reason::from_number(number).map(Reason::code)),
        };
        Entry {
            id: name(row.actor, row.seq),
            arrival: row.arrival,
            at: scan.stamp.corrected().into(),
            device: Some(row.device_no.0),
            device_name: self
                .devices
                .get(&row.device_no)
                .map(|name| (*name).to_owned()),
            gate: scan.gate.0,
            gate_name: gate.map(|gate| gate.name.clone()),
            list: scan.list.0,
            list_name: list.map(|list| list.name.clone()),
            operator: scan.operator.0,
            operator_name: operator.map(|person| person.name.clone()),
            direction: match scan.direction {
                Direction::Entry => "entry",
                Direction::Exit => "exit",
            },
            serial: serial.map(|serial| serial.0),
            outcome,
            reason,
            people: scan.admitted,
            counts: past.is_some_and(|past| past.counts),
            overridden: scan.override_.is_some(),
            provisional: self.watermark.is_none_or(|mark| scan.stamp.order() >= mark),
        }
    }
}

/// Up to where nothing can be added any more. This server has heard of itself; of other
/// servers it hears by what they write.
pub(super) fn watermark(app: &App, book: &Book, live: &Live) -> Option<Hlc> {
    let now = app.now();
    let mut heard: BTreeMap<_, _> = live.fold.heard().clone();
    let mut devices = book.roster.devices.iter();
    if let Some(own) = devices.find(|device| device.node && device.name == app.config.node) {
        heard.insert(own.fact_key, Hlc::at(now));
    }
    fold::watermark(&book.roster, &heard, now)
}

/// A fact's id in one word.
pub(super) fn name(actor: ActorId, seq: u64) -> String {
    format!("{actor}-{seq}")
}

/// The fact that a word names.
pub(super) fn parse(name: &str) -> Option<FactKey> {
    let (actor, seq) = name.split_once('-')?;
    Some(FactKey {
        actor: actor.parse().ok()?,
        seq: seq.parse().ok()?,
    })
}

/// The entries as lines of CSV, without the head line.
pub(super) fn csv(entries: &[Entry], text: &mut String) {
    for entry in entries {
        let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let at = serde_json::to_value(entry.at).ok();
        let at = at.as_ref().and_then(|at| at.as_str()).unwrap_or_default();
        let cells = [
            entry.id.clone(),
            at.to_owned(),
            number(entry.device.map(u32::from)),
            word(&entry.device_name),
            entry.gate.to_string(),
            word(&entry.gate_name),
            entry.list.to_string(),
            word(&entry.list_name),
            word(&entry.operator_name),
            entry.direction.to_owned(),
            number(entry.serial),
            entry.outcome.to_owned(),
            entry.reason.unwrap_or_default().to_owned(),
            entry.people.to_string(),
            entry.counts.to_string(),
            entry.provisional.to_string(),
        ];
        text.push_str(&shared_model::csv::line(
            &cells.each_ref().map(String::as_str),
        ));
    }
}

/// The head line of [`csv`].
pub(super) const CSV_HEAD: &str = "id,at,device,device_name,gate,gate_name,list,list_name,operator_name,direction,serial,outcome,reason,people,counts,provisional\r\n";
