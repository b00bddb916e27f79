//! From JSON text to [`Condition`].

use serde_json::Value;

use super::{
    Condition, Listed, MAX_BYTES, MAX_DEPTH, MAX_NODES, Moment, Number, Order, RuleError,
    RuleErrorKind, Test, Word, canonical,
};
use crate::book::local::{Local, Written, parse_clock};

impl Condition {
    /// Reads a rule.
    ///
    /// # Errors
    /// [`RuleError`] for text that is too long, too deep, not JSON, or not a rule.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let top = |kind| RuleError {
            path: "rule".to_owned(),
            kind,
        };
        if text.len() > MAX_BYTES {
            return Err(top(RuleErrorKind::TooLong));
        }
        let rule: Value = serde_json::from_str(text)
            .map_err(|error| top(RuleErrorKind::NotJson(error.to_string())))?;
        let mut parser = Parser {
            path: Vec::new(),
            nodes: 0,
        };
        if rule.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(Self::Constant(true));
        }
        parser.condition(&rule).map_err(|kind| RuleError {
            path: parser.path(),
            kind,
        })
    }
}

/// Where the parser is, and how much it has read.
struct Parser<'a> {
    path: Vec<(&'a str, usize)>,
    nodes: usize,
}

type Parsed<T> = Result<T, RuleErrorKind>;

/// What an operand turned out to be.
enum Operand {
    Integer(i64),
    Text(String),
    Number(Number),
    Word(Word),
}

impl<'a> Parser<'a> {
    /// The path of the error: nothing is popped on the way out of one.
    fn path(&self) -> String {
        let steps: Vec<String> = self
            .path
            .iter()
            .map(|(operator, index)| format!("{operator}[{index}]"))
            .collect();
        if steps.is_empty() {
            "rule".to_owned()
        } else {
            steps.join(".")
        }
    }

    /// Counts one node.
    fn count(&mut self) -> Parsed<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(RuleErrorKind::TooLarge);
        }
        Ok(())
    }

    /// Goes into operand `index` of `operator`.
    fn within<T>(
        &mut self,
        operator: &'a str,
        index: usize,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        self.path.push((operator, index));
        if self.path.len() > MAX_DEPTH {
            return Err(RuleErrorKind::TooDeep);
        }
        let value = read(self)?;
        self.path.pop();
        Ok(value)
    }

    fn condition(&mut self, value: &'a Value) -> Parsed<Condition> {
        self.count()?;
        if let Value::Bool(constant) = value {
            return Ok(Condition::Constant(*constant));
        }
        let (operator, operands) = operation(value)?;
        match operator {
            "and" => Ok(Condition::All(self.conditions(operator, operands)?)),
            "or" => Ok(Condition::Any(self.conditions(operator, operands)?)),
            "!" => {
                let inner = self.truth(operator, operands)?;
                Ok(Condition::Not(Box::new(inner)))
            }
            "!!" => self.truth(operator, operands),
            "==" => self.equal(operator, operands),
            "!=" => match self.equal(operator, operands)? {
                Condition::Test(Test::Numbers {
                    left,
                    right,
                    between,
                    ..
                }) => Ok(Condition::Test(Test::Numbers {
                    order: Order::NotEqual,
                    left,
                    right,
                    between,
                })),
                same => Ok(Condition::Not(Box::new(same))),
            },
            "<" => self.ordered(operator, operands, Order::Less),
            "<=" => self.ordered(operator, operands, Order::LessOrEqual),
            ">" => self.ordered(operator, operands, Order::Greater),
            ">=" => self.ordered(operator, operands, Order::GreaterOrEqual),
            "inList" => self.in_list(operator, operands),
            "isBefore" | "isAfter" => self.before(operator, operands),
            other => Err(RuleErrorKind::Operator(other.to_owned())),
        }
    }

    fn conditions(&mut self, operator: &'a str, operands: &'a [Value]) -> Parsed<Vec<Condition>> {
        operands
            .iter()
            .enumerate()
            .map(|(index, value)| self.within(operator, index, |inner| inner.condition(value)))
            .collect()
    }

    /// The operand of `!` and `!!`: a condition, or a value to test for something.
    fn truth(&mut self, operator: &'a str, operands: &'a [Value]) -> Parsed<Condition> {
        let [value] = operands else {
            return Err(RuleErrorKind::Count(operator.to_owned()));
        };
        self.within(operator, 0, |inner| {
            if !is_value(value) {
                return inner.condition(value);
            }
            Ok(match inner.operand(value)? {
                Operand::Integer(number) => Condition::Constant(number != 0),
                Operand::Text(text) => Condition::Constant(!text.is_empty()),
                Operand::Number(number) => Condition::Test(Test::NotZero(number)),
                Operand::Word(word) => Condition::Test(Test::Present(word)),
            })
        })
    }

    fn equal(&mut self, operator: &'a str, operands: &'a [Value]) -> Parsed<Condition> {
        let [left, right] = operands else {
            return Err(RuleErrorKind::Count(operator.to_owned()));
        };
        let left = self.within(operator, 0, |inner| inner.operand(left))?;
        let right = self.within(operator, 1, |inner| inner.operand(right))?;
        Ok(Condition::Test(match (left, right) {
            (Operand::Number(left), right) => Test::Numbers {
                order: Order::Equal,
                left,
                right: number(right)?,
                between: None,
            },
            (left, Operand::Number(right)) => Test::Numbers {
                order: Order::Equal,
                left: number(left)?,
                right,
                between: None,
            },
            (left, right) => Test::Same {
                left: word(left),
                right: word(right),
            },
        }))
    }

    fn ordered(
        &mut self,
        operator: &'a str,
        operands: &'a [Value],
        order: Order,
    ) -> Parsed<Condition> {
        let most = if matches!(order, Order::Less | Order::LessOrEqual) {
            3
        } else {
            2
        };
        if operands.len() < 2 || operands.len() > most {
            return Err(RuleErrorKind::Count(operator.to_owned()));
        }
        let mut numbers = Vec::with_capacity(3);
        for (index, value) in operands.iter().enumerate() {
            let read = self.within(operator, index, |inner| {
                let operand = inner.operand(value)?;
                number(operand)
            })?;
            numbers.push(read);
        }
        let mut numbers = numbers.into_iter();
        let (Some(left), Some(right)) = (numbers.next(), numbers.next()) else {
            return Err(RuleErrorKind::Count(operator.to_owned()));
        };
        Ok(Condition::Test(Test::Numbers {
            order,
            left,
            right,
            between: numbers.next(),
        }))
    }

    fn in_list(&mut self, operator: &'a str, operands: &'a [Value]) -> Parsed<Condition> {
        let [needle, list] = operands else {
            return Err(RuleErrorKind::Count(operator.to_owned()));
        };
        let needle = self.within(operator, 0, |inner| inner.operand(needle))?;
        let word = word(needle);
        let list = self.within(operator, 1, |inner| inner.list(list))?;
        let misfit = list.iter().any(|listed| {
            let kind = listed.kind.as_ref();
            kind.is_some_and(|kind| *kind != word && !matches!(word, Word::Literal(_)))
        });
        if misfit {
            return Err(RuleErrorKind::Expected(
                "ids of the kind that is looked for",
            ));
        }
        Ok(Condition::Test(Test::OneOf { word, list }))
    }

    fn list(&mut self, value: &'a Value) -> Parsed<Vec<Listed>> {
        let (operator, items) = match value {
            Value::Array(items) => ("list", items.as_slice()),
            _ => operation(value)?,
        };
        if !matches!(operator, "objectList" | "list") {
            return Err(RuleErrorKind::Operator(operator.to_owned()));
        }
        items
            .iter()
            .enumerate()
            .map(|(index, item)| self.within(operator, index, |inner| inner.listed(item)))
            .collect()
    }

    fn listed(&mut self, item: &'a Value) -> Parsed<Listed> {
        self.count()?;
        if item.is_object() {
            let ("lookup", operands) = operation(item)? else {
                return Err(RuleErrorKind::Expected("`lookup` or an id"));
            };
            return lookup(operands);
        }
        Ok(Listed {
            id: literal_id(item)?,
            name: String::new(),
            kind: None,
        })
    }

    fn before(&mut self, operator: &'a str, operands: &'a [Value]) -> Parsed<Condition> {
        let (one, other, tolerance) = match operands {
            [one, other] => (one, other, &Value::Null),
            [one, other, tolerance] => (one, other, tolerance),
            _ => return Err(RuleErrorKind::Count(operator.to_owned())),
        };
        let one = self.within(operator, 0, |inner| inner.moment(one))?;
        let other = self.within(operator, 1, |inner| inner.moment(other))?;
        let tolerance = self.within(operator, 2, |_| minutes(tolerance))?;
        let (earlier, later) = if operator == "isBefore" {
            (one, other)
        } else {
            (other, one)
        };
        Ok(Condition::Test(Test::Before {
            earlier,
            later,
            tolerance,
        }))
    }

    fn moment(&mut self, value: &'a Value) -> Parsed<Moment> {
        self.count()?;
        match operation(value)? {
            ("var", operands) => match variable(operands)? {
                "now" => Ok(Moment::Now),
                _ => Err(RuleErrorKind::Expected("a time")),
            },
            ("buildTime", operands) => build_time(operands),
            _ => Err(RuleErrorKind::Expected("a time")),
        }
    }

    fn operand(&mut self, value: &'a Value) -> Parsed<Operand> {
        self.count()?;
        match value {
            Value::String(text) => return Ok(Operand::Text(text.clone())),
            Value::Number(literal) => return whole(literal).map(Operand::Integer),
            _ => {}
        }
        let (operator, operands) = operation(value)?;
        let build: fn(Moment) -> Number = match operator {
            "var" => return named(variable(operands)?),
            "lookup" => return lookup(operands).map(|listed| Operand::Text(listed.id)),
            "entries_since" => Number::EntriesSince,
            "entries_before" => Number::EntriesBefore,
            "entries_days_since" => Number::EntriesDaysSince,
            "entries_days_before" => Number::EntriesDaysBefore,
            other => return Err(RuleErrorKind::Operator(other.to_owned())),
        };
        let [moment] = operands else {
            return Err(RuleErrorKind::Count(operator.to_owned()));
        };
        let moment = self.within(operator, 0, |inner| inner.moment(moment))?;
        Ok(Operand::Number(build(moment)))
    }
}

/// Whether `value` stands for a number, an id or a word rather than for a condition.
fn is_value(value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Number(_) => true,
        Value::Object(object) => object
            .keys()
            .any(|key| matches!(key.as_str(), "var" | "lookup") || key.starts_with("entries_")),
        _ => false,
    }
}

/// Splits `{"operator": operands}`; one operand may stand without a list.
fn operation(value: &Value) -> Parsed<(&str, &[Value])> {
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
fn variable(operands: &[Value]) -> Parsed<&str> {
    match operands {
        [Value::String(name)] => Ok(name),
        [_] => Err(RuleErrorKind::Expected("the name of a variable")),
        _ => Err(RuleErrorKind::Count("var".to_owned())),
    }
}

/// The variable called `name`, where a number, an id or a word is wanted.
fn named(name: &str) -> Parsed<Operand> {
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
fn lookup(operands: &[Value]) -> Parsed<Listed> {
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

fn literal_id(value: &Value) -> Parsed<String> {
    match value {
        Value::String(text) => Ok(canonical(text)),
        Value::Number(number) => whole(number).map(|number| number.to_string()),
        _ => Err(RuleErrorKind::Expected("an id")),
    }
}

/// `[kind]`, `["custom", text]` or `["customtime", text]`
fn build_time(operands: &[Value]) -> Parsed<Moment> {
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
fn minutes(value: &Value) -> Parsed<u32> {
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

fn whole(number: &serde_json::Number) -> Parsed<i64> {
    number
        .as_i64()
        .ok_or(RuleErrorKind::Expected("a whole number"))
}

/// The operand as a number; text that spells one will do.
fn number(operand: Operand) -> Parsed<Number> {
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
fn word(operand: Operand) -> Word {
    match operand {
        Operand::Integer(number) => Word::Literal(number.to_string()),
        Operand::Text(text) => Word::Literal(canonical(&text)),
        Operand::Number(number) => Word::Number(Box::new(number)),
        Operand::Word(word) => word,
    }
}
