//! Lists, gates, zones, questions and operators: the parts of the book that
//! the organizer writes. Each is one numbered JSON document; numbers are never
//! given out twice.

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_model::book::{
    AnswerKind, EntryMode, Gate, List, LiveCode, Operator, Question, Role, Zone,
};
use shared_model::ids::{EventId, GateNo, ListNo, OperatorNo, QuestionNo, Zones};

use super::Error;
use crate::db::{self, Conn, Tx};
use crate::sql;

/// A part of the book with a number of its own.
pub(super) trait Part: Serialize + DeserializeOwned {
    /// Its kind, as stored and said.
    const KIND: &'static str;
    /// The field that holds its number.
    const NUMBER: &'static str;
    /// The field that people know it by.
    const TITLE: &'static str = "name";
    /// The first number given out.
    const FIRST: i64 = 1;
    /// The last.
    const LAST: i64 = u16::MAX as i64;

    /// One with nothing but defaults.
    fn new() -> Self;
    /// Its number.
    fn number(&self) -> i64;
    /// Gives it a number.
    fn set_number(&mut self, number: u16);
}

macro_rules! parts {
    ($($name:ident $kind:literal $field:ident: $number:ident, $title:literal, $new:ident;)*) => {$(
        impl Part for $name {
            const KIND: &'static str = $kind;
            const NUMBER: &'static str = stringify!($field);
            const TITLE: &'static str = $title;

            fn new() -> Self {
                $new()
            }

            fn number(&self) -> i64 {
                i64::from(self.$field.0)
            }

            fn set_number(&mut self, number: u16) {
                self.$field = $number(number);
            }
        }
    )*};
}
parts! {
    List "list" list: ListNo, "name", new_list;
    Gate "gate" gate: GateNo, "name", new_gate;
    Question "question" question: QuestionNo, "text", new_question;
    Operator "operator" operator: OperatorNo, "name", new_operator;
}

impl Part for Zone {
    const KIND: &'static str = "zone";
    const NUMBER: &'static str = "zone";
    const FIRST: i64 = 0;
    const LAST: i64 = 31;

    fn new() -> Self {
        Self {
            zone: 0,
            name: String::new(),
            capacity: None,
            leaves: Zones(0),
        }
    }

    fn number(&self) -> i64 {
        i64::from(self.zone)
    }

    fn set_number(&mut self, number: u16) {
        self.zone = u8::try_from(number).unwrap_or(u8::MAX);
    }
}

/// All parts of a kind, by number.
pub(super) async fn list<P: Part>(conn: &mut Conn, event: EventId) -> Result<Vec<P>, Error> {
    let rows = conn
        .sql(sql!("SELECT number, body FROM book_parts WHERE event_id = $1 AND kind = $2 AND body IS NOT NULL ORDER BY number" => (i64, String)))
        .bind(event)
        .bind(P::KIND)
        .all()
        .await?;
    rows.into_iter()
        .map(|(_, body)| read(&body))
        .collect::<Result<_, _>>()
}

/// The part with this number.
pub(super) async fn find<P: Part>(
    conn: &mut Conn,
    event: EventId,
    number: i64,
) -> Result<P, Error> {
    let (body,) = conn
        .sql(sql!("SELECT body FROM book_parts WHERE event_id = $1 AND kind = $2 AND number = $3 AND body IS NOT NULL" => (String,)))
        .bind(event)
        .bind(P::KIND)
        .bind(number)
        .optional()
        .await?
        .ok_or(Error::NoPart(P::KIND))?;
    read(&body)
}

/// Stores `part` under the next number.
pub(super) async fn insert<P: Part>(tx: &mut Tx, event: EventId, mut part: P) -> Result<P, Error> {
    let (last,) = tx
        .sql(sql!("SELECT COALESCE(MAX(number), -1) FROM book_parts WHERE event_id = $1 AND kind = $2" => (i64,)))
        .bind(event)
        .bind(P::KIND)
        .one()
        .await?;
    let number = (last + 1).max(P::FIRST);
    if number > P::LAST {
        return Err(Error::Full(P::KIND));
    }
    part.set_number(u16::try_from(number).unwrap_or(u16::MAX));
    tx.sql(sql!(
        "INSERT INTO book_parts (event_id, kind, number, body) VALUES ($1, $2, $3, $4)"
    ))
    .bind(event)
    .bind(P::KIND)
    .bind(number)
    .bind(write(&part)?)
    .execute()
    .await?;
    Ok(part)
}

/// Stores `part` in place of the one with its number.
pub(super) async fn replace<P: Part>(tx: &mut Tx, event: EventId, part: &P) -> Result<(), Error> {
    let changed = tx
        .sql(sql!("UPDATE book_parts SET body = $4 WHERE event_id = $1 AND kind = $2 AND number = $3 AND body IS NOT NULL"))
        .bind(event)
        .bind(P::KIND)
        .bind(part.number())
        .bind(write(part)?)
        .execute()
        .await?;
    if changed == 0 {
        return Err(Error::NoPart(P::KIND));
    }
    Ok(())
}

/// Removes the part with this number.
pub(super) async fn remove<P: Part>(tx: &mut Tx, event: EventId, number: i64) -> Result<(), Error> {
    let changed = tx
        .sql(sql!("UPDATE book_parts SET body = NULL WHERE event_id = $1 AND kind = $2 AND number = $3 AND body IS NOT NULL"))
        .bind(event)
        .bind(P::KIND)
        .bind(number)
        .execute()
        .await?;
    if changed == 0 {
        return Err(Error::NoPart(P::KIND));
    }
    Ok(())
}

/// One list and one gate, so that a new event can be scanned at once.
pub(super) async fn insert_defaults(tx: &mut Tx, event: EventId) -> Result<(), Error> {
    let name = "Main entrance".to_owned();
    let list = List {
        name: name.clone(),
        ..new_list()
    };
    insert(tx, event, list).await?;
    let gate = Gate { name, ..new_gate() };
    insert(tx, event, gate).await?;
    Ok(())
}

fn new_gate() -> Gate {
    Gate {
        gate: GateNo(0),
        name: String::new(),
        lists: Vec::new(),
    }
}

fn new_question() -> Question {
    Question {
        question: QuestionNo(0),
        text: String::new(),
        tiers: Vec::new(),
        required: false,
        at_checkin: true,
        kind: AnswerKind::Text(200),
    }
}

fn new_operator() -> Operator {
    Operator {
        operator: OperatorNo(0),
        name: String::new(),
        role: Role::Staff,
        active: Vec::new(),
        pin: None,
    }
}

fn new_list() -> List {
    List {
        list: ListNo(0),
        name: String::new(),
        tiers: Vec::new(),
        occurrence: None,
        include_pending: false,
        entries: EntryMode::Single,
        exit_required: false,
        refuse_not_inside: false,
        rule: None,
        auto_exit_minute: None,
        zone: None,
        non_consuming: false,
        addon_match: false,
        active: None,
        live_code: LiveCode::Off,
        confirm_attention: false,
    }
}

fn read<P: Part>(body: &str) -> Result<P, Error> {
    // What is stored was written by `write`.
    serde_json::from_str(body).map_err(|_| Error::Store(db::Error::Value { column: 0 }))
}

fn write<P: Part>(part: &P) -> Result<String, Error> {
    serde_json::to_string(part).map_err(|_| Error::Store(db::Error::Value { column: 0 }))
}
