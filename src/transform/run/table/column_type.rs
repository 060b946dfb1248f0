//! The type of a table's column, which is that of all of its values, and what it makes of one.

use std::any::Any;
use std::borrow::Borrow;

use super::cast;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// What the values of a column have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Number,
    TimeDelta,
    Date,
    DateTime,
    Boolean,
    Text,
}

/// A kind, and whose rules read texts: dbt's for what a query gives, else those of its library of tables, which takes more
/// words for nulls and truths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ColumnType {
    pub(super) kind: Kind,
    pub(super) is_dbts: bool,
}

impl ColumnType {
    pub(super) const TEXT: Self = Self::plain(Kind::Text);
    pub(super) const NUMBER: Self = Self::plain(Kind::Number);

    /// The one that the library of tables makes itself.
    pub(super) const fn plain(kind: Kind) -> Self {
        Self { kind, is_dbts: false }
    }

    /// The first type, in the order of dbt's, that all of these values have; of nulls alone it is an integer.
    pub(super) fn of_query<V: Borrow<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self { kind: Kind::of(values), is_dbts: true }
    }

    /// The first type, in the order of the library, that all of these values can be read as.
    pub(super) fn tested<V: Borrow<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        let mut possible = vec![Kind::Boolean, Kind::Number, Kind::TimeDelta, Kind::Date, Kind::DateTime];
        for value in values {
            possible.retain(|kind| Self::plain(*kind).cast(value.borrow()).is_ok());
        }
        Self::plain(possible.first().copied().unwrap_or(Kind::Text))
    }

    /// `data_type.cast(value)`.
    pub(super) fn cast(self, value: &Value) -> Result<Value> {
        cast::cast(self, value)
    }

    /// Whether a column of this type may go on where one of another began.
    pub(super) fn fits(self, begun: Self) -> bool {
        self.kind == begun.kind && (self.kind != Kind::Number || self.is_dbts || !begun.is_dbts)
    }

    /// Whether it is a text, which stands to the left.
    pub(super) fn is_text(self) -> bool {
        self.kind == Kind::Text
    }

    /// Whether it is a decimal number; dbt's integers are none.
    pub(super) fn is_number(self) -> bool {
        self.kind == Kind::Number
    }

    /// What JSON holds in place of a value: numbers as they are, dates and times in ISO 8601.
    pub(super) fn in_json(self, value: &Value) -> Value {
        match (self.kind, value) {
            (_, Value::None) => Value::None,
            (Kind::Number, number) => number.as_float().map_or_else(|| number.clone(), Value::Float),
            (Kind::DateTime, moment) => Value::str(moment.to_string().replacen(' ', "T", 1)),
            (Kind::Date | Kind::Text | Kind::TimeDelta, other) => Value::str(other.to_string()),
            (Kind::Integer | Kind::Boolean, plain) => plain.clone(),
        }
    }

    /// What CSV holds in place of a value.
    pub(super) fn in_csv(self, value: &Value) -> Value {
        match (self.kind, value) {
            (_, Value::None) => Value::None,
            (Kind::DateTime, moment) => self.in_json(moment),
            (_, other) => Value::str(other.to_string()),
        }
    }
}

impl Kind {
    fn of<V: Borrow<Value>>(values: impl IntoIterator<Item = V>) -> Self {
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
            Self::TimeDelta => "TimeDelta",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Boolean => "Boolean",
            Self::Text => "Text",
        }
    }
}

impl Object for ColumnType {
    fn type_name(&self) -> &'static str {
        self.kind.name()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let texts = |texts: &[&str]| Value::list(texts.iter().map(Value::str));
        let tuple = |texts: &[&str]| Value::tuple(texts.iter().map(Value::str));
        Some(match (name, self.kind) {
            ("null_values", _) => texts(cast::nulls(*self)),
            ("true_values", Kind::Boolean) => tuple(cast::truths(*self).0),
            ("false_values", Kind::Boolean) => tuple(cast::truths(*self).1),
            ("cast_nulls", Kind::Text) => Value::Bool(true),
            ("group_symbol", Kind::Number) => Value::str(","),
            ("decimal_symbol", Kind::Number) => Value::str("."),
            ("currency_symbols", Kind::Number) => texts(&cast::CURRENCIES),
            ("date_format", Kind::Date) if self.is_dbts => Value::str("%Y-%m-%d"),
            ("datetime_format", Kind::DateTime) if self.is_dbts => Value::str("%Y-%m-%d %H:%M:%S"),
            ("date_format" | "locale", Kind::Date) => Value::None,
            ("datetime_format" | "locale" | "timezone", Kind::DateTime) => Value::None,
            _ => return None,
        })
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if !self.has_method(name) {
            return None;
        }
        Some(args.bind(name, ["d"], []).and_then(|([value], [])| {
            Ok(match name {
                "csvify" => self.in_csv(&value),
                "jsonify" => self.in_json(&value),
                "test" => Value::Bool(self.cast(&value).is_ok()),
                _ => self.cast(&value)?,
            })
        }))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "jsonify" | "csvify" | "cast" | "test")
    }

    fn display(&self) -> String {
        let name = self.kind.name();
        if self.is_dbts && matches!(self.kind, Kind::Integer | Kind::Number) {
            return format!("<dbt_common.clients.agate_helper.{name} object>");
        }
        let module = match self.kind {
            Kind::DateTime => "date_time",
            Kind::TimeDelta => "time_delta",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Date => "date",
            Kind::Boolean => "boolean",
            Kind::Text => "text",
        };
        format!("<agate.data_types.{module}.{name} object>")
    }

    fn hash(&self) -> Option<u64> {
        Some(std::ptr::from_ref(self).addr() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
