//! The type of a table's column, which is that of all of its values, and what it makes of one.

use std::any::Any;
use std::borrow::Borrow;

use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// What the values of a column have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Number,
    Date,
    DateTime,
    Boolean,
    Text,
}

impl Kind {
    /// The first type, in the order of dbt's, that all of these values have; of nulls alone it is an integer.
    pub(super) fn of<V: Borrow<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        let mut found = None;
        for value in values {
            let one = match value.borrow() {
                Value::None => continue,
                Value::Int(_) | Value::BigInt(_) => Self::Integer,
                Value::Bool(_) => Self::Boolean,
                Value::Object(object) => match object.type_name() {
                    "date" => Self::Date,
                    "datetime" => Self::DateTime,
                    _ if object.as_float().is_some() => Self::Number,
                    _ => return Self::Text,
                },
                Value::Float(_) => Self::Number,
                _ => return Self::Text,
            };
            found = Some(match (found, one) {
                (None, one) => one,
                (Some(before), one) if before == one => one,
                (Some(Self::Integer), Self::Number) | (Some(Self::Number), Self::Integer) => Self::Number,
                (Some(Self::Date), Self::DateTime) | (Some(Self::DateTime), Self::Date) => Self::DateTime,
                _ => return Self::Text,
            });
        }
        found.unwrap_or(Self::Integer)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Integer => "Integer",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Boolean => "Boolean",
            Self::Text => "Text",
        }
    }

    /// What JSON holds in place of a value: numbers as they are, dates and times in ISO 8601.
    pub(super) fn in_json(self, value: &Value) -> Value {
        match (self, value) {
            (_, Value::None) => Value::None,
            (Self::Number, number) => number.as_float().map_or_else(|| number.clone(), Value::Float),
            (Self::DateTime, moment) => Value::str(moment.to_string().replacen(' ', "T", 1)),
            (Self::Date | Self::Text, other) => Value::str(other.to_string()),
            (Self::Integer | Self::Boolean, plain) => plain.clone(),
        }
    }
}

impl Object for Kind {
    fn type_name(&self) -> &'static str {
        self.name()
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if !self.has_method(name) {
            return None;
        }
        Some(args.bind(name, ["value"], []).map(|([value], [])| match (name, self) {
            ("csvify", Self::Number) => value,
            _ => self.in_json(&value),
        }))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "jsonify" | "csvify")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
