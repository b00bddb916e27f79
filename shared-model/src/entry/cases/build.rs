//! From differences to a book, knowledge and a request.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::CaseError;
use crate::book::local::{Local, Overlap, Written, parse_clock, parse_date};
use crate::book::{Book, UtcOffset};
use crate::entry::{Knowledge, Presented, Request, read};
use crate::foreign::foreign_hash;
use crate::hlc::Hlc;
use crate::time::Timestamp;

const DEFAULTS: &str = include_str!("defaults.json");

/// The day that a time without a date is on.
const DAY: &str = "2026-06-20";

/// Fields that hold an instant, wherever they stand.
const TIMES: [&str; 12] = [
    "issued_at",
    "starts_at",
    "ends_at",
    "admission_at",
    "from",
    "until",
    "not_before",
    "not_after",
    "valid_from",
    "valid_until",
    "now",
    "at",
];

/// Things of the book that have numbers: where they stand, and the field of the number.
const NUMBERED: [(&str, &str); 9] = [
    ("keys", "kid"),
    ("devices", "device"),
    ("operators", "operator"),
    ("tiers", "tier"),
    ("occurrences", "occurrence"),
    ("lists", "list"),
    ("gates", "gate"),
    ("zones", "zone"),
    ("questions", "question"),
];

/// Objects that are replaced whole, because they are variants and not fields.
const WHOLE: [&str; 3] = [".kind", ".entries", ".rule"];

/// Differences that are laid over something only later; `null` says that there is none.
const FREE: [&str; 2] = ["knowledge.ticket", "knowledge.token"];

/// The file's differences from the default, then the case's.
pub(super) struct Layers<'a> {
    pub file: &'a Value,
    pub case: &'a Value,
}

/// A field that is wrong.
pub(super) fn field(path: &str, problem: impl ToString) -> CaseError {
    CaseError::Field {
        path: path.to_owned(),
        problem: problem.to_string(),
    }
}

/// Refuses fields that have no meaning, because a misspelt one would silently do nothing.
pub(super) fn known_fields(value: &Value, known: &[&str], path: &str) -> Result<(), CaseError> {
    let Some(object) = value.as_object() else {
        return Err(field(path, "expected an object"));
    };
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(field(path, format!("unknown field `{key}`"))),
        None => Ok(()),
    }
}

impl Layers<'_> {
    fn part<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        [self.file, self.case]
            .into_iter()
            .filter_map(move |layer| layer.get(name))
    }

    /// The event.
    pub fn book(&self) -> Result<Book, CaseError> {
        let defaults = defaults();
        let mut book = defaults["book"].clone();
        for place in ["", "roster"] {
            complete_numbered(&mut book, place, &defaults)?;
        }
        for patch in self.part("book") {
            merge(&mut book, patch, "book", &defaults)?;
        }
        let offsets = book["offsets"].clone();
        list_numbered(&mut book);
        let clocks = clocks(offsets)?;
        resolve_times(&mut book, &clocks, "book")?;
        typed(book, "book")
    }

    /// What is asked.
    pub fn request(&self, book: &Book) -> Result<Request, CaseError> {
        let defaults = defaults();
        let mut request = defaults["request"].clone();
        for patch in self.part("request") {
            let mut patch = patch.clone();
            spell_out(&mut patch);
            merge(&mut request, &patch, "request", &defaults)?;
        }
        resolve_times(&mut request, book, "request")?;
        typed(request, "request")
    }

    /// What is known.
    pub fn knowledge(&self, book: &Book, request: &Request) -> Result<Knowledge, CaseError> {
        let defaults = defaults();
        let mut known = defaults["knowledge"].clone();
        for patch in self.part("knowledge") {
            merge(&mut known, patch, "knowledge", &defaults)?;
        }
        resolve_times(&mut known["lease"], book, "knowledge.lease")?;
        let mut tickets = Vec::new();
        let single = Some(known["ticket"].clone()).filter(|ticket| !ticket.is_null());
        let several = known["tickets"].as_array().cloned().unwrap_or_default();
        for patch in single.into_iter().chain(several) {
            let mut ticket = defaults["ticket"].clone();
            merge(&mut ticket, &patch, "ticket", &defaults)?;
            resolve_times(&mut ticket, book, "knowledge.ticket")?;
            if ticket["foreign"].is_null() && ticket["addon_of"].is_null() {
                ticket["foreign"] = foreign(&known["foreign"], book);
            }
            tickets.push(ticket);
        }
        let presented = presented(&known, tickets.first(), &defaults, book, request)?;
        let history = history(&known["history"], &tickets, &defaults, book)?;
        typed(
            json!({
                "presented": presented,
                "tickets": tickets,
                "highest_serial": known["highest_serial"],
                "min_generation": known["min_generation"],
                "history": history,
                "occupancy": known["occupancy"],
                "lease": known["lease"],
                "clock": known["clock"],
                "device": device_key(&known["device"], book),
                "earlier": known["earlier"],
            }),
            "knowledge",
        )
    }
}

fn defaults() -> Value {
    serde_json::from_str(DEFAULTS).expect("the defaults are part of the program and tested")
}

fn typed<T: DeserializeOwned>(value: Value, path: &str) -> Result<T, CaseError> {
    serde_json::from_value(value).map_err(|error| field(path, error))
}

/// The token, the foreign code or the text that was presented.
fn presented(
    known: &Value,
    ticket: Option<&Value>,
    defaults: &Value,
    book: &Book,
    request: &Request,
) -> Result<Value, CaseError> {
    let of = |presented: Presented| serde_json::to_value(presented).map_err(CaseError::Json);
    if let Some(text) = known["code"].as_str() {
        return of(read(book, text, request.now));
    }
    if let Some(code) = known["foreign"].as_str() {
        return of(Presented::Foreign(code.to_owned()));
    }
    let mut token = defaults["token"].clone();
    if let Some(ticket) = ticket {
        for shared in [
            "serial",
            "kid",
            "tier",
            "occurrence",
            "zones",
            "entries",
            "group",
            "flags",
        ] {
            token[shared] = ticket[shared].clone();
        }
        token["generation"] = ticket["min_generation"].clone();
    }
    merge(&mut token, &known["token"], "token", defaults)?;
    resolve_times(&mut token, book, "knowledge.token")?;
    Ok(json!({ "token": token }))
}

/// The scans, each with its place in the order of the log.
fn history(
    scans: &Value,
    tickets: &[Value],
    defaults: &Value,
    book: &Book,
) -> Result<Vec<Value>, CaseError> {
    let Some(scans) = scans.as_array() else {
        return Err(field("knowledge.history", "expected a list of scans"));
    };
    let one = |(index, patch): (usize, &Value)| {
        let mut scan = defaults["scan"].clone();
        if let Some(ticket) = tickets.first() {
            scan["serial"] = ticket["serial"].clone();
        }
        scan["seq"] = (index + 1).into();
        merge(&mut scan, patch, "knowledge.history", defaults)?;
        resolve_times(&mut scan, book, "knowledge.history")?;
        let at = scan["at"].as_i64().map(|at| Hlc::at(Timestamp(at)).0);
        let actor = format!("{:032x}", scan["device"].as_u64().unwrap_or(0));
        let Value::Object(mut fields) = scan else {
            return Err(field("knowledge.history", "expected a scan"));
        };
        fields.remove("at");
        fields.insert("hlc".to_owned(), json!(at));
        fields.insert("actor".to_owned(), json!(actor));
        Ok(Value::Object(fields))
    };
    scans.iter().enumerate().map(one).collect()
}

/// The hash of the foreign code that is presented: main tickets have that code unless they say otherwise.
fn foreign(code: &Value, book: &Book) -> Value {
    match (code.as_str(), &book.foreign_key) {
        (Some(code), Some(key)) => json!(foreign_hash(key, code)),
        _ => Value::Null,
    }
}

/// A device is named by its number in the roster, or by its fact key.
fn device_key(device: &Value, book: &Book) -> Value {
    let number = device
        .as_u64()
        .and_then(|number| u16::try_from(number).ok());
    match number {
        Some(number) => match book.roster.device(number.into()) {
            Some(device) => json!(device.fact_key),
            None => json!(key_of(number.into())),
        },
        None => device.clone(),
    }
}

/// The fact key of a device that states none.
fn key_of(number: u64) -> String {
    format!("{number:064x}")
}

/// Short spellings of a request: `"unpaid"` for a confirmation, `{"1": "yes"}` for answers.
fn spell_out(request: &mut Value) {
    if let Some(confirmed) = request.get_mut("confirmed").and_then(Value::as_array_mut) {
        for given in confirmed {
            if given.is_string() {
                *given = json!({ "cause": given.clone(), "count": null });
            }
        }
    }
    if let Some(answers) = request.get_mut("answers")
        && let Some(by_number) = answers.as_object()
    {
        let spelt = by_number.iter().map(|(question, text)| {
            let number = question.parse::<u16>().unwrap_or(u16::MAX);
            json!({ "question": number, "text": text })
        });
        *answers = spelt.collect();
    }
}

/// Lays `patch` over `base`: objects field by field, everything else as a whole.
fn merge(base: &mut Value, patch: &Value, path: &str, defaults: &Value) -> Result<(), CaseError> {
    let whole = WHOLE.iter().any(|end| path.ends_with(end));
    let free = FREE.contains(&path);
    let Some(fields) = base.as_object_mut().filter(|_| !whole) else {
        *base = patch.clone();
        return Ok(());
    };
    let patches = match patch {
        Value::Object(patches) => patches,
        Value::Null if free => {
            *base = Value::Null;
            return Ok(());
        }
        _ => return Err(field(path, "expected an object")),
    };
    for (key, patch) in patches {
        let path = format!("{path}.{key}");
        if free {
            fields.insert(key.clone(), patch.clone());
            continue;
        }
        let Some(value) = fields.get_mut(key) else {
            return Err(field(&path, "unknown field"));
        };
        match numbered_default(&path, defaults) {
            Some(element) => merge_numbered(value, patch, &path, &element, defaults)?,
            None => merge(value, patch, &path, defaults)?,
        }
    }
    Ok(())
}

/// What a numbered thing at `path` is when nothing is said of it.
fn numbered_default(path: &str, defaults: &Value) -> Option<Value> {
    let kind = path
        .strip_prefix("book.roster.")
        .or_else(|| path.strip_prefix("book."))?;
    defaults["numbered"].get(kind).cloned()
}

/// Lays things over things by number; a list replaces all of them, `null` removes one.
fn merge_numbered(
    base: &mut Value,
    patch: &Value,
    path: &str,
    element: &Value,
    defaults: &Value,
) -> Result<(), CaseError> {
    let patches: Vec<(String, &Value)> = match patch {
        Value::Object(by_number) => by_number
            .iter()
            .map(|(number, patch)| (number.clone(), patch))
            .collect(),
        Value::Array(list) => {
            *base = json!({});
            let number = |one: &Value| one[number_field(path)].to_string();
            list.iter().map(|one| (number(one), one)).collect()
        }
        _ => return Err(field(path, "expected things by their numbers")),
    };
    let Some(things) = base.as_object_mut() else {
        return Err(field(path, "expected things by their numbers"));
    };
    for (number, patch) in patches {
        let path = format!("{path}.{number}");
        if patch.is_null() {
            things.remove(&number);
            continue;
        }
        let thing = match things.entry(number.clone()) {
            serde_json::map::Entry::Occupied(old) => old.into_mut(),
            serde_json::map::Entry::Vacant(new) => {
                let new_thing = numbered(element, &number, number_field(&path))
                    .ok_or_else(|| field(&path, "the name is no number"))?;
                new.insert(new_thing)
            }
        };
        merge(thing, patch, &path, defaults)?;
    }
    Ok(())
}

/// The field that holds the number of things at `path`.
fn number_field(path: &str) -> &'static str {
    let kinds = path.split('.');
    kinds
        .filter_map(|part| NUMBERED.iter().find(|(kind, _)| *kind == part))
        .map(|(_, number)| *number)
        .next()
        .unwrap_or("number")
}

/// A thing of that number of which nothing else is said.
fn numbered(element: &Value, number: &str, number_field: &str) -> Option<Value> {
    let number: u64 = number.parse().ok()?;
    let mut thing = element.clone();
    thing[number_field] = number.into();
    if number_field == "device" {
        thing["fact_key"] = key_of(number).into();
        thing["transport_key"] = key_of(number).into();
    }
    Some(thing)
}

/// Completes the default event's own numbered things.
fn complete_numbered(book: &mut Value, place: &str, defaults: &Value) -> Result<(), CaseError> {
    let (part, path) = if place.is_empty() {
        (book, "book".to_owned())
    } else {
        (&mut book[place], format!("book.{place}"))
    };
    for (kind, _) in NUMBERED {
        let path = format!("{path}.{kind}");
        let (Some(things), Some(element)) =
            (part.get(kind).cloned(), numbered_default(&path, defaults))
        else {
            continue;
        };
        part[kind] = json!({});
        merge_numbered(&mut part[kind], &things, &path, &element, defaults)?;
    }
    Ok(())
}

/// Makes lists of things by number, in the order of their numbers.
fn list_numbered(book: &mut Value) {
    let (roster, rest) = NUMBERED.split_at(3);
    for (kind, _) in rest.iter().chain(&roster[..1]) {
        to_list(&mut book[*kind]);
    }
    for (kind, _) in &roster[1..] {
        to_list(&mut book["roster"][*kind]);
    }
}

fn to_list(things: &mut Value) {
    if let Some(by_number) = things.as_object() {
        let mut sorted: Vec<(u64, Value)> = by_number
            .iter()
            .map(|(number, thing)| (number.parse().unwrap_or(u64::MAX), thing.clone()))
            .collect();
        sorted.sort_by_key(|(number, _)| *number);
        *things = sorted.into_iter().map(|(_, thing)| thing).collect();
    }
}

/// A book that has nothing but clocks, to read the times of the real one with.
fn clocks(mut offsets: Value) -> Result<Book, CaseError> {
    resolve_times(&mut offsets, &Book::default(), "book.offsets")?;
    let offsets: Vec<UtcOffset> = typed(offsets, "book.offsets")?;
    Ok(Book {
        offsets,
        ..Book::default()
    })
}

/// Replaces written times by milliseconds, in the fields that hold times.
fn resolve_times(value: &mut Value, book: &Book, path: &str) -> Result<(), CaseError> {
    match value {
        Value::Array(list) => list
            .iter_mut()
            .try_for_each(|one| resolve_times(one, book, path)),
        Value::Object(fields) => resolve_fields(fields, book, path),
        _ => Ok(()),
    }
}

fn resolve_fields(
    fields: &mut Map<String, Value>,
    book: &Book,
    path: &str,
) -> Result<(), CaseError> {
    for (key, value) in fields {
        let path = format!("{path}.{key}");
        if key == "rule" || key == "earlier" {
            continue;
        }
        match value {
            Value::String(text) if TIMES.contains(&key.as_str()) => {
                let at = written(text, book).ok_or_else(|| field(&path, "no time"))?;
                *value = at.as_millis().into();
            }
            _ => resolve_times(value, book, &path)?,
        }
    }
    Ok(())
}

/// A date and time, or a time on the default day; by the event's clocks unless it has an offset.
fn written(text: &str, book: &Book) -> Option<Timestamp> {
    if let Some(written) = Written::parse(text) {
        return Some(written.instant(book, Overlap::First));
    }
    let local = Local(parse_date(DAY)?.0 + parse_clock(text)?);
    Some(book.instant(local, Overlap::First))
}
