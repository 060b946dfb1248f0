//! How what a template hands to a table is read: sequences, keys of columns, functions of rows.

use std::sync::Arc;

use super::column_type::ColumnType;
use super::groups::Groups;
use super::sequence::{Column, Columns, Row, Rows, Sequence};
use super::{Data, Table};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::modules::datetime::{Date, Span};
use crate::transform::jinja::{Args, Decimal, Interpreter, Key, Moment, Value, limits, methods, operators};

/// The items of what Python calls a sequence, which a text is not here.
pub(super) fn items_of(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) => Some(list.items()),
        Value::Tuple(items) => Some(items.to_vec()),
        Value::Object(object) => {
            let is_ours = value.downcast::<Sequence<Row>>().is_some()
                || value.downcast::<Sequence<Column>>().is_some()
                || value.downcast::<Sequence<Rows>>().is_some()
                || value.downcast::<Sequence<Columns>>().is_some()
                || value.downcast::<Sequence<Groups>>().is_some()
                || object.type_name() == "range";
            if is_ours { object.iterate() } else { None }
        }
        _ => None,
    }
}

/// The items of a sequence, or the value alone.
pub(super) fn one_or_more(value: &Value) -> Vec<Value> {
    items_of(value).unwrap_or_else(|| vec![value.clone()])
}

pub(super) fn missing(name: &str) -> Error {
    Error::new(Kind::Compilation, format!("the result has no column `{name}`"))
}

pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(Kind::Compilation, message)
}

/// What was given, unless it is none.
pub(super) fn given(value: Option<Value>) -> Option<Value> {
    value.filter(|value| !value.is_none())
}

pub(super) fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(Value::truth)
}

/// Calls a function with one value.
pub(super) fn ask(interpreter: &mut Interpreter<'_>, function: &Value, value: Value) -> Result<Value> {
    methods::invoke(interpreter, function, Args::positional([value]))
}

/// A value as a key, its texts counted as they are read.
pub(super) fn key_of(value: Value) -> Result<Key> {
    let read = |value: &Value| value.as_str().map_or(Ok(()), |text| limits::reading(text.len()));
    match &value {
        Value::Tuple(parts) => parts.iter().try_for_each(read)?,
        one => read(one)?,
    }
    Key::new(value)
}

/// Refuses what holds other values: a table within a table could be nested without end.
pub(super) fn plain(value: &Value) -> Result<()> {
    let is_plain = match value {
        Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Str(_) => true,
        Value::Bytes(_) => true,
        Value::Object(_) => {
            value.downcast::<Decimal>().is_some()
                || value.downcast::<Date>().is_some()
                || value.downcast::<Moment>().is_some()
                || value.downcast::<Span>().is_some()
        }
        Value::Undefined(_) | Value::Tuple(_) | Value::List(_) | Value::Dict(_) | Value::Set(_) => false,
    };
    if is_plain {
        Ok(())
    } else {
        Err(wrong(format!("a table holds plain values, and a `{}` is none", value.type_name())))
    }
}

/// The table that a value is.
pub(super) fn table_of(value: &Value) -> Result<&Table> {
    value.downcast::<Table>().ok_or_else(|| wrong(format!("this takes a table, not `{}`", value.type_name())))
}

/// The type of a column that a value is.
pub(super) fn type_of(value: &Value) -> Result<ColumnType> {
    let found = value.downcast::<ColumnType>().copied();
    found.ok_or_else(|| wrong(format!("this takes the type of a column, not `{}`", value.type_name())))
}

impl Data {
    /// Where the column stands that has this name.
    pub(super) fn place_named(&self, name: &Value) -> Result<usize> {
        limits::work(self.names.len() / 16)?;
        let place = name.as_str().and_then(|name| self.names.iter().position(|known| **known == *name));
        place.ok_or_else(|| missing(&name.to_string()))
    }

    /// Where the column stands that `columns[key]` gives: by its name or its number.
    pub(super) fn place(&self, key: &Value) -> Result<usize> {
        match key {
            Value::Int(place) => placed(*place, self.names.len()).ok_or_else(|| missing(&key.to_string())),
            key => self.place_named(key),
        }
    }

    /// Where the cell stands that `row[key]` gives.
    pub(super) fn cell_place(&self, key: &Value) -> Result<usize> {
        match (key, &self.row_keys) {
            (Value::Int(_), _) | (_, None) => self.place(key),
            (key, Some(names)) => {
                let names = items_of(names).unwrap_or_default();
                names.iter().rposition(|name| operators::equal(name, key)).ok_or_else(|| missing(&key.to_string()))
            }
        }
    }
}

fn placed(place: i64, length: usize) -> Option<usize> {
    let from_start = if place < 0 { place + length as i64 } else { place };
    usize::try_from(from_start).ok().filter(|place| *place < length)
}

/// The names of rows as `row_names=` asks for them: by a column, by a function of the row, or one by one.
pub(super) fn row_names(
    interpreter: &mut Interpreter<'_>,
    asked: Option<&Value>,
    table: &Table,
) -> Result<Option<Arc<[Value]>>> {
    let Some(asked) = asked.filter(|asked| asked.truth()) else { return Ok(None) };
    let names = if asked.as_str().is_some() {
        if table.0.rows.is_empty() {
            Vec::new()
        } else {
            let place = table.0.cell_place(asked)?;
            table.0.column(place).cloned().collect()
        }
    } else if let Some(names) = items_of(asked) {
        names
    } else if asked.is_callable() {
        (0..table.0.rows.len()).map(|row| ask(interpreter, asked, table.row(row))).collect::<Result<_>>()?
    } else {
        return Err(wrong("`row_names` takes the name of a column, a function of a row, or a list of names"));
    };
    if names.iter().any(|name| matches!(name, Value::Int(_) | Value::BigInt(_))) {
        return Err(wrong("integers cannot be names of rows").hint("a decimal number or a text can be one"));
    }
    names.iter().try_for_each(|name| match name {
        Value::Tuple(parts) => parts.iter().try_for_each(plain),
        name => plain(name),
    })?;
    Ok(Some(names.into()))
}
