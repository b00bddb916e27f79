//! The parts of a rule that hold no conditions: values, ids and times.

use serde_json::Value;

use super::{Listed, Moment, Number, RuleErrorKind, Word, canonical};
use crate::book::local::{Local, Written, parse_clock};

pub(super) type Parsed<T> = Result<T, RuleErrorKind>;

/// What an operand turned out to be.
pub(super) enum Operand {
    Integer(i64),
    Text(String),
    Number(Number),
    Word(Word),
}

/// Whether `value` stands for a number, an id or a word rather than for a condition.
pub(super) fn is_value(value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Number(_) => true,
        Value::Object(object) => object
            .keys()
            .any(|key| matches!(key.as_str(), "var" | "lookup") || key.starts_with("entries_")),
        _ => false,
    }
}

/// Splits `{"operator": operands}`; one operand may stand without a list.
pub(super) fn operation(value: &Value) -> Parsed<(&str, &[Value])> {
    let object = value.as_object().ok_or(RuleErrorKind::NotOneOperator)?;
    let mut entries = object.iter();
    let (Some((operator, operands)), None) = (entries.next(), entries.next()) else {
        return Err(RuleErrorKind::NotOneOperator);
    };
    let operands = match operands {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    Ok((operator, operands))
}

/// The name in `{"var": name}`.
pub(super) fn variable(operands: &[Value]) -> Parsed<&str> {
    match operands {
        [Value::String(name)] => Ok(name),
        [_] => Err(RuleErrorKind::Expected("the name of a variable")),
        _ => Err(RuleErrorKind::Count("var".to_owned())),
    }
}

/// The variable called `name`, where a number, an id or a word is wanted.
pub(super) fn named(name: &str) -> Parsed<Operand> {
    Ok(match name {
        "product" => Operand::Word(Word::Product),
        "variation" => Operand::Word(Word::Variation),
        "gate" => Operand::Word(Word::Gate),
        "entry_status" => Operand::Word(Word::EntryStatus),
        "now_isoweekday" => Operand::Number(Number::Weekday),
        "entries_number" => Operand::Number(Number::Entries),
        "entries_today" => Operand::Number(Number::EntriesToday),
        "entries_days" => Operand::Number(Number::EntriesDays),
        "minutes_since_last_entry" => Operand::Number(Number::MinutesSinceLast),
        "minutes_since_first_entry" => Operand::Number(Number::MinutesSinceFirst),
        "now" => return Err(RuleErrorKind::Expected("something else than a time")),
        other => return Err(RuleErrorKind::Variable(other.to_owned())),
    })
}

/// `["product", id, name]`
pub(super) fn lookup(operands: &[Value]) -> Parsed<Listed> {
    let (kind, id, name) = match operands {
        [Value::String(kind), id] => (kind, id, ""),
        [Value::String(kind), id, Value::String(name)] => (kind, id, name.as_str()),
        [_, _] | [_, _, _] => return Err(RuleErrorKind::Expected("the kind of an id as text")),
        _ => return Err(RuleErrorKind::Count("lookup".to_owned())),
    };
    let kind = match kind.as_str() {
        "product" => Word::Product,
        "variation" => Word::Variation,
        "gate" => Word::Gate,
        other => return Err(RuleErrorKind::Variable(other.to_owned())),
    };
    Ok(Listed {
        id: literal_id(id)?,
        name: name.to_owned(),
        kind: Some(kind),
    })
}

pub(super) fn literal_id(value: &Value) -> Parsed<String> {
    match value {
        Value::String(text) => Ok(canonical(text)),
        Value::Number(number) => whole(number).map(|number| number.to_string()),
        _ => Err(RuleErrorKind::Expected("an id")),
    }
}

/// `[kind]`, `["custom", text]` or `["customtime", text]`
pub(super) fn build_time(operands: &[Value]) -> Parsed<Moment> {
    let (kind, text) = match operands {
        [Value::String(kind)] => (kind.as_str(), None),
        [Value::String(kind), Value::String(text)] => (kind.as_str(), Some(text.as_str())),
        // What an editor leaves behind for kinds that need no text.
        [Value::String(kind), Value::Null] => (kind.as_str(), None),
        [_] | [_, _] => return Err(RuleErrorKind::Expected("a kind of time and its text")),
        _ => return Err(RuleErrorKind::Count("buildTime".to_owned())),
    };
    match (kind, text) {
        ("custom", Some(text)) => Written::parse(text)
            .map(Moment::Custom)
            .ok_or(RuleErrorKind::Expected("a date and time")),
        ("customtime", Some(text)) => parse_clock(text)
            .map(|millis| Moment::CustomTime(Local(millis)))
            .ok_or(RuleErrorKind::Expected("a time of day")),
        ("custom" | "customtime", None) => Err(RuleErrorKind::Expected("the text of the time")),
        ("date_from", _) => Ok(Moment::From),
        ("date_to", _) => Ok(Moment::To),
        ("date_admission", _) => Ok(Moment::Admission),
        (other, _) => Err(RuleErrorKind::Time(other.to_owned())),
    }
}

/// The tolerance: whole minutes from 0; nothing given means 0.
pub(super) fn minutes(value: &Value) -> Parsed<u32> {
    let minutes = match value {
        Value::Null => Some(0),
        Value::Number(number) => whole(number).ok(),
        Value::String(text) if text.is_empty() => Some(0),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    minutes
        .and_then(|minutes| u32::try_from(minutes).ok())
        .ok_or(RuleErrorKind::Expected("whole minutes, not negative"))
}

pub(super) fn whole(number: &serde_json::Number) -> Parsed<i64> {
    number
        .as_i64()
        .ok_or(RuleErrorKind::Expected("a whole number"))
}

/// The operand as a number; text that spells one will do.
pub(super) fn number(operand: Operand) -> Parsed<Number> {
    match operand {
        Operand::Integer(number) => Ok(Number::Literal(number)),
        Operand::Number(number) => Ok(number),
        Operand::Text(text) => match text.trim().parse() {
            Ok(number) => Ok(Number::Literal(number)),
            Err(_) => Err(RuleErrorKind::Expected("a number")),
        },
        Operand::Word(_) => Err(RuleErrorKind::Expected("a number")),
    }
}

/// The operand as an id or word.
pub(super) fn word(operand: Operand) -> Word {
    match operand {
        Operand::Integer(number) => Word::Literal(number.to_string()),
        Operand::Text(text) => Word::Literal(canonical(&text)),
        Operand::Number(number) => Word::Number(Box::new(number)),
        Operand::Word(word) => word,
    }
}
