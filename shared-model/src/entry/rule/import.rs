//! Taking over a check-in rule of pretix: the same JsonLogic, with other numbers.
//!
//! Operators and variables mean the same there and here; what differs is which product,
//! variation and gate a number names. Either every part has its counterpart and a rule
//! of ours comes out, or everything that has none is named, all at once: a rule that was
//! taken over in part would let in, or keep out, the wrong people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::operands::{literal_id, operation, variable};
use super::{Condition, MAX_BYTES, OPERATORS, RuleError, RuleErrorKind, TIMES, VARIABLES};
use crate::ids::{GateNo, TierNo};

/// Which number there is which number here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdMap {
    /// Products: the tier here, or the one that variations name as their product.
    pub products: BTreeMap<String, TierNo>,
    /// Variations: tiers here.
    pub variations: BTreeMap<String, TierNo>,
    /// Gates.
    pub gates: BTreeMap<String, GateNo>,
}

/// Something in a rule that has no counterpart here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmapped {
    /// Where, such as `and[1].inList[1]`.
    pub path: String,
    /// What.
    pub what: Missing,
}

/// What has no counterpart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Missing {
    /// A product that the map does not name.
    Product(Named),
    /// A variation that the map does not name.
    Variation(Named),
    /// A gate that the map does not name.
    Gate(Named),
    /// An operator that rules here do not have.
    Operator {
        /// Its name.
        operator: String,
    },
    /// A variable, or a kind of id, that rules here do not have.
    Variable {
        /// Its name.
        variable: String,
    },
    /// A kind of time that rules here do not have.
    Time {
        /// Its name.
        time: String,
    },
}

/// An id as the rule has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// What the rule's editor called it; empty when it did not say.
    pub name: String,
}

/// Why a rule is not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Parts of it have no counterpart here: all of them.
    #[error("{} parts of the rule have no counterpart here", .0.len())]
    Unmapped(Vec<Unmapped>),
    /// It is no rule.
    #[error("this is no rule")]
    Rule(#[source] RuleError),
}

/// Takes over `rule`, JSON text of a check-in list's rules in pretix.
///
/// What comes out is a rule here, as text. Whether its ids are the event's own is for the book's
/// validation to say.
///
/// # Errors
/// [`ImportError`].
pub fn import(rule: &str, ids: &IdMap) -> Result<String, ImportError> {
    let top = |kind| {
        let path = "rule".to_owned();
        ImportError::Rule(RuleError { path, kind })
    };
    if rule.len() > MAX_BYTES {
        return Err(top(RuleErrorKind::TooLong));
    }
    let value: Value = serde_json::from_str(rule)
        .map_err(|error| top(RuleErrorKind::NotJson(error.to_string())))?;
    let mut walk = Walk {
        ids,
        path: Vec::new(),
        missing: Vec::new(),
    };
    let ours = walk.value(&value, None).to_string();
    if !walk.missing.is_empty() {
        return Err(ImportError::Unmapped(walk.missing));
    }
    Condition::parse(&ours).map_err(ImportError::Rule)?;
    Ok(ours)
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Product,
    Variation,
    Gate,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "product" => Some(Self::Product),
            "variation" => Some(Self::Variation),
            "gate" => Some(Self::Gate),
            _ => None,
        }
    }

    const fn missing(self, named: Named) -> Missing {
        match self {
            Self::Product => Missing::Product(named),
            Self::Variation => Missing::Variation(named),
            Self::Gate => Missing::Gate(named),
        }
    }
}

struct Walk<'a> {
    ids: &'a IdMap,
    path: Vec<String>,
    missing: Vec<Unmapped>,
}

impl Walk<'_> {
    /// The value with ids of here; plain ids in it are of `kind`.
    fn value(&mut self, value: &Value, kind: Option<Kind>) -> Value {
        match (value, kind) {
            (Value::Object(_), _) => self.operation(value),
            (Value::Array(items), _) => self.items("", items, kind),
            (Value::String(_) | Value::Number(_), Some(kind)) => self.id(value, "", kind),
            _ => value.clone(),
        }
    }

    fn operation(&mut self, value: &Value) -> Value {
        let Ok((operator, operands)) = operation(value) else {
            // An empty rule, or none: the parser says which.
            return value.clone();
        };
        if !OPERATORS.contains(&operator) {
            let operator = operator.to_owned();
            self.lacks(Missing::Operator { operator });
        }
        let operands = match operator {
            "lookup" => self.lookup(operands),
            "var" => self.variable(operands),
            "buildTime" => self.time(operands),
            _ => self.items(operator, operands, compared(operator, operands)),
        };
        Value::Object(Map::from_iter([(operator.to_owned(), operands)]))
    }

    fn items(&mut self, operator: &str, items: &[Value], kind: Option<Kind>) -> Value {
        let items = items.iter().enumerate().map(|(index, item)| {
            self.path.push(format!("{operator}[{index}]"));
            let item = self.value(item, kind);
            self.path.pop();
            item
        });
        Value::Array(items.collect())
    }

    /// `["product", id, name]`
    fn lookup(&mut self, operands: &[Value]) -> Value {
        let [Value::String(kind), id, rest @ ..] = operands else {
            return Value::Array(operands.to_vec());
        };
        let name = rest.first().and_then(Value::as_str).unwrap_or_default();
        let mapped = match Kind::of(kind) {
            Some(known) => self.id(id, name, known),
            None => {
                let variable = kind.clone();
                self.lacks(Missing::Variable { variable });
                id.clone()
            }
        };
        json!([kind, mapped, name])
    }

    fn variable(&mut self, operands: &[Value]) -> Value {
        if let Ok(name) = variable(operands)
            && !VARIABLES.contains(&name)
        {
            let variable = name.to_owned();
            self.lacks(Missing::Variable { variable });
        }
        Value::Array(operands.to_vec())
    }

    fn time(&mut self, operands: &[Value]) -> Value {
        if let Some(Value::String(time)) = operands.first()
            && !TIMES.contains(&time.as_str())
        {
            let time = time.clone();
            self.lacks(Missing::Time { time });
        }
        Value::Array(operands.to_vec())
    }

    fn id(&mut self, value: &Value, name: &str, kind: Kind) -> Value {
        let Ok(id) = literal_id(value) else {
            return value.clone();
        };
        let ours = match kind {
            Kind::Product => self.ids.products.get(&id).map(|tier| tier.get()),
            Kind::Variation => self.ids.variations.get(&id).map(|tier| tier.get()),
            Kind::Gate => self.ids.gates.get(&id).map(|gate| gate.get()),
        };
        match ours {
            Some(number) => json!(number.to_string()),
            None => {
                let name = name.to_owned();
                self.lacks(kind.missing(Named { id, name }));
                value.clone()
            }
        }
    }

    fn lacks(&mut self, what: Missing) {
        let path = match self.path.is_empty() {
            true => "rule".to_owned(),
            false => self.path.join("."),
        };
        self.missing.push(Unmapped { path, what });
    }
}

/// Of which kind plain ids are that `operator` compares with a variable.
fn compared(operator: &str, operands: &[Value]) -> Option<Kind> {
    if !matches!(operator, "==" | "!=" | "inList" | "objectList") {
        return None;
    }
    operands.iter().find_map(|operand| {
        let ("var", name) = operation(operand).ok()? else {
            return None;
        };
        Kind::of(variable(name).ok()?)
    })
}
