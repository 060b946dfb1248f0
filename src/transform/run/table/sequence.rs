//! Rows, columns and the sequences of them: lists whose items have names too, which is what agate calls a mapped sequence.

use std::any::Any;
use std::sync::Arc;

use indexmap::IndexSet;

use super::Data;
use super::arguments::{items_of, key_of, missing};
use super::shape::null_or;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Key, Object, Value, limits, methods, operators};

/// A list of values, and names for them.
pub(super) trait Mapped: Send + Sync + 'static {
    fn type_name(&self) -> &'static str;

    fn length(&self) -> usize;

    /// The item at a place below the length.
    fn at(&self, place: usize) -> Value;

    /// The tuple or list of names, or none.
    fn keys(&self) -> Value;

    /// Where a name stands among them: the last one, as in a dict of names that stand twice.
    fn place(&self, name: &Value) -> Result<Option<usize>> {
        match self.keys() {
            Value::Tuple(names) => last_place(&names, name),
            names => last_place(&items_of(&names).unwrap_or_default(), name),
        }
    }

    fn attribute(&self, _name: &str) -> Option<Value> {
        None
    }

    fn has_method(&self, _name: &str) -> bool {
        false
    }

    /// A method of its own, which it said that it has.
    fn call(&self, _interpreter: &mut Interpreter<'_>, name: &str, _args: Args) -> Result<Value> {
        Err(missing(name))
    }

    /// What it is as a text, where that is not the beginning of its items.
    fn text(&self) -> Option<String> {
        None
    }
}

/// Makes an object of what is [`Mapped`].
pub(super) struct Sequence<M>(pub(super) M);

impl<M: Mapped> Sequence<M> {
    pub(super) fn value(mapped: M) -> Value {
        Value::object(Self(mapped))
    }

    fn items(&self) -> Vec<Value> {
        (0..self.0.length()).map(|place| self.0.at(place)).collect()
    }

    // What a key stands for; a number is none of a place.
    fn under(&self, key: &Value) -> Result<Option<Value>> {
        Ok(self.0.place(key)?.filter(|place| *place < self.0.length()).map(|place| self.0.at(place)))
    }

    fn named(&self) -> Result<Vec<(Value, Value)>> {
        let names = items_of(&self.0.keys()).ok_or_else(|| {
            Error::new(Kind::Compilation, format!("the items of this {} have no names", self.0.type_name()))
        })?;
        Ok(names.into_iter().zip(self.items()).collect())
    }

    fn shared(&self, name: &str, args: Args) -> Result<Value> {
        Ok(match name {
            "get" => {
                let ([key], [default]) = args.bind(name, ["key"], ["default"])?;
                Key::new(key.clone())?;
                self.under(&key)?.or(default.filter(Value::truth)).unwrap_or(Value::None)
            }
            "count" => {
                let ([value], []) = args.bind(name, ["value"], [])?;
                Value::Int(
                    self.items().iter().filter(|item| item.is(&value) || operators::equal(item, &value)).count() as i64
                )
            }
            "index" => {
                let ([value], [start, stop]) = args.bind(name, ["value"], ["start", "stop"])?;
                let places = Value::list((0..self.0.length() as i64).map(Value::Int));
                let none = Value::None;
                let within =
                    operators::slice(&places, &start.unwrap_or(Value::Int(0)), stop.as_ref().unwrap_or(&none), &none)?;
                let found = operators::iterate(&within)?.into_iter().find(|place| {
                    let item = usize::try_from(place.as_int().unwrap_or_default()).map(|place| self.0.at(place));
                    item.is_ok_and(|item| item.is(&value) || operators::equal(&item, &value))
                });
                found.ok_or_else(|| Error::new(Kind::Compilation, format!("{} is not in it", value.repr())))?
            }
            _ => {
                args.bind_nothing(name)?;
                match name {
                    "values" => Value::tuple(self.items()),
                    "keys" => self.0.keys(),
                    "items" => Value::tuple(self.named()?.into_iter().map(|(name, item)| Value::tuple([name, item]))),
                    _ => operators::dict(self.named()?)?,
                }
            }
        })
    }
}

fn last_place(names: &[Value], key: &Value) -> Result<Option<usize>> {
    limits::work(names.len() / 16)?;
    Ok(match key {
        Value::Str(wanted) => names.iter().rposition(|name| matches!(name, Value::Str(name) if name == wanted)),
        _ => names.iter().rposition(|name| operators::equal(name, key)),
    })
}

const SHARED: [&str; 7] = ["values", "keys", "items", "get", "dict", "count", "index"];

impl<M: Mapped> Object for Sequence<M> {
    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.0.attribute(name)
    }

    fn item(&self, key: &Value) -> Option<Value> {
        match key {
            Value::Int(place) => {
                let from_start = if *place < 0 { place + self.0.length() as i64 } else { *place };
                usize::try_from(from_start).ok().filter(|place| *place < self.0.length()).map(|place| self.0.at(place))
            }
            key => self.under(key).ok().flatten(),
        }
    }

    fn sliced(&self, items: Vec<Value>) -> Value {
        Value::tuple(items)
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if self.0.has_method(name) {
            return Some(self.0.call(interpreter, name, args));
        }
        self.has_method(name).then(|| self.shared(name, args))
    }

    fn has_method(&self, name: &str) -> bool {
        self.0.has_method(name) || (SHARED.contains(&name) && self.0.attribute(name).is_none())
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.items())
    }

    fn keys(&self) -> Option<Vec<Value>> {
        items_of(&self.0.keys())
    }

    fn is_iterable(&self) -> bool {
        true
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.length())
    }

    fn is_sequence(&self) -> bool {
        true
    }

    fn display(&self) -> String {
        self.0.text().unwrap_or_else(|| {
            let mut shown: Vec<String> = (0..self.0.length().min(5)).map(|place| self.0.at(place).repr()).collect();
            if self.0.length() > shown.len() {
                shown.push("...".to_owned());
            }
            format!("<agate.{}: ({})>", self.0.type_name(), shown.join(", "))
        })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let Some(others) = items_of(other) else { return Some(false) };
        let items = self.items();
        Some(items.len() == others.len() && items.iter().zip(&others).all(|(a, b)| a.is(b) || operators::equal(a, b)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One row.
pub(super) struct Row(pub(super) Arc<Data>, pub(super) usize);

impl Mapped for Row {
    fn type_name(&self) -> &'static str {
        "Row"
    }

    fn length(&self) -> usize {
        self.0.rows[self.1].len()
    }

    fn at(&self, place: usize) -> Value {
        self.0.rows[self.1][place].clone()
    }

    fn keys(&self) -> Value {
        self.0.row_keys.clone().unwrap_or_else(|| self.0.column_names())
    }

    fn place(&self, name: &Value) -> Result<Option<usize>> {
        // A number is no name, though rows are asked by places too.
        Ok(if matches!(name, Value::Int(_)) { None } else { self.0.cell_place(name).ok() })
    }
}

/// `table.rows`.
pub(super) struct Rows(pub(super) Arc<Data>);

impl Mapped for Rows {
    fn type_name(&self) -> &'static str {
        "MappedSequence"
    }

    fn length(&self) -> usize {
        self.0.rows.len()
    }

    fn at(&self, place: usize) -> Value {
        Sequence::value(Row(Arc::clone(&self.0), place))
    }

    fn keys(&self) -> Value {
        row_names(&self.0)
    }
}

/// `table.columns`.
pub(super) struct Columns(pub(super) Arc<Data>);

impl Mapped for Columns {
    fn type_name(&self) -> &'static str {
        "MappedSequence"
    }

    fn length(&self) -> usize {
        self.0.names.len()
    }

    fn at(&self, place: usize) -> Value {
        Sequence::value(Column(Arc::clone(&self.0), place))
    }

    fn keys(&self) -> Value {
        self.0.column_names()
    }

    fn place(&self, name: &Value) -> Result<Option<usize>> {
        Ok(self.0.place_named(name).ok())
    }
}

/// One column, whose items are called as the rows are.
pub(super) struct Column(pub(super) Arc<Data>, pub(super) usize);

impl Mapped for Column {
    fn type_name(&self) -> &'static str {
        "Column"
    }

    fn length(&self) -> usize {
        self.0.rows.len()
    }

    fn at(&self, place: usize) -> Value {
        self.0.rows[place][self.1].clone()
    }

    fn keys(&self) -> Value {
        row_names(&self.0)
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "name" => Value::str(&self.0.names[self.1]),
            "index" => Value::Int(self.1 as i64),
            "data_type" => Value::object(self.0.types()[self.1]),
            _ => return None,
        })
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "values_distinct" | "values_without_nulls" | "values_sorted" | "values_without_nulls_sorted")
    }

    fn call(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Result<Value> {
        args.bind_nothing(name)?;
        let cells = self.0.column(self.1).cloned();
        let some = |cells: &mut dyn Iterator<Item = Value>| cells.filter(|cell| !cell.is_none()).collect::<Vec<_>>();
        match name {
            "values_sorted" => sorted(cells.collect()),
            "values_without_nulls_sorted" => sorted(some(&mut { cells })),
            "values_distinct" => {
                let mut seen = IndexSet::new();
                let mut kept = Vec::new();
                for cell in cells {
                    if seen.insert(key_of(cell.clone())?) {
                        kept.push(cell);
                    }
                }
                Ok(Value::tuple(kept))
            }
            _ => Ok(Value::tuple(some(&mut { cells }))),
        }
    }
}

fn row_names(data: &Data) -> Value {
    data.row_names.as_ref().map_or(Value::None, |names| Value::tuple(names.iter().cloned()))
}

fn sorted(cells: Vec<Value>) -> Result<Value> {
    let keys = cells.iter().map(null_or).collect();
    methods::sorted(cells, keys, false).map(Value::list)
}
