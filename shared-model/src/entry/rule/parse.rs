//! From JSON text to [`Condition`].

use serde_json::Value;

use super::operands::{
    Operand, Parsed, build_time, is_value, literal_id, lookup, minutes, named, number, operation,
    variable, whole, word,
};
use super::{
    Condition, Listed, MAX_BYTES, MAX_DEPTH, MAX_NODES, Moment, Number, Order, RuleError,
    RuleErrorKind, Test, Word,
};

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
