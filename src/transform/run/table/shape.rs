//! Tables made of a table: fewer columns or rows, or another order.

use std::any::Any;
use std::cmp::Ordering;
use std::sync::Arc;

use indexmap::IndexSet;

use super::arguments::{ask, items_of, key_of, one_or_more};
use super::{Table, build};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value, limits, methods, operators};

/// `table.select(key)`
pub(super) fn select(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([key], []) = args.bind("select", ["key"], [])?;
    only(interpreter, table, &key).map(Value::object)
}

/// `table.exclude(key)`; a column that is not there is left out, too.
pub(super) fn exclude(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([key], []) = args.bind("exclude", ["key"], [])?;
    without(interpreter, table, &key).map(Value::object)
}

/// The table without the columns of these names.
pub(super) fn without(interpreter: &mut Interpreter<'_>, table: &Table, key: &Value) -> Result<Table> {
    let left_out = one_or_more(key);
    limits::work(left_out.len() * table.0.names.len() / 16)?;
    let is_kept = |name: &Arc<str>| !left_out.iter().any(|key| key.as_str() == Some(name));
    let kept = table.0.names.iter().filter(|name| is_kept(name)).map(Value::str);
    only(interpreter, table, &Value::tuple(kept))
}

/// The columns of one name, or of several.
pub(super) fn only(interpreter: &mut Interpreter<'_>, table: &Table, key: &Value) -> Result<Table> {
    let names = one_or_more(key);
    let places = names.iter().map(|name| table.0.place_named(name)).collect::<Result<Vec<_>>>()?;
    let mut rows = Vec::with_capacity(table.0.rows.len());
    for row in &table.0.rows {
        build::grown(interpreter, places.len())?;
        rows.push(places.iter().map(|place| row[*place].clone()).collect());
    }
    let types = places.iter().map(|place| table.0.types()[*place]).collect();
    let keys = if matches!(key, Value::Tuple(_)) { key.clone() } else { Value::list(names.iter().cloned()) };
    build::fork(&names, rows, types, table.0.row_names.clone(), keys)
}

impl Table {
    /// The rows that stand at these places, with their names.
    pub(super) fn at(&self, places: &[usize]) -> Result<Self> {
        limits::work(places.len())?;
        let rows = places.iter().map(|place| Arc::clone(&self.0.rows[*place])).collect();
        let names = self.0.row_names.as_ref();
        let names = names.map(|names| places.iter().filter_map(|place| names.get(*place).cloned()).collect());
        self.with_rows(rows, names)
    }
}

/// `table.limit(stop)`, `table.limit(start, stop, step)`
pub(super) fn limit(_: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([], [first, stop, step]) = args.bind("limit", [], ["start_or_stop", "stop", "step"])?;
    let given = [&first, &stop, &step].map(|bound| bound.clone().unwrap_or(Value::None));
    let [first, stop, step] = given;
    let (start, stop, step) =
        if stop.truth() || step.truth() { (first, stop, step) } else { (Value::None, first, Value::None) };
    let places = Value::list((0..table.0.rows.len() as i64).map(Value::Int));
    let kept = operators::iterate(&operators::slice(&places, &start, &stop, &step)?)?;
    let kept: Vec<usize> = kept.iter().filter_map(|place| usize::try_from(place.as_int()?).ok()).collect();
    Ok(Value::object(table.at(&kept)?))
}

/// `table.order_by(key, reverse=False)`: by a column, several, or a function of a row.
pub(super) fn order_by(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([key], [reverse]) = args.bind("order_by", ["key"], ["reverse"])?;
    ordered(interpreter, table, &key, reverse.is_some_and(|reverse| reverse.truth())).map(Value::object)
}

/// The rows in the order of a key.
pub(super) fn ordered(interpreter: &mut Interpreter<'_>, table: &Table, key: &Value, reverse: bool) -> Result<Table> {
    let count = table.0.rows.len();
    if count == 0 {
        return Ok(table.clone());
    }
    limits::work(count)?;
    let keys: Vec<Value> = if key.is_callable() {
        (0..count).map(|row| ask(interpreter, key, table.row(row)).map(|key| null_or(&key))).collect::<Result<_>>()?
    } else if let Some(several) = items_of(key) {
        let places = several.iter().map(|key| table.0.cell_place(key)).collect::<Result<Vec<_>>>()?;
        limits::work(count * places.len())?;
        table.0.rows.iter().map(|row| Value::tuple(places.iter().map(|place| null_or(&row[*place])))).collect()
    } else {
        let place = table.0.cell_place(key)?;
        table.0.column(place).map(null_or).collect()
    };
    let numbers = (0..count as i64).map(Value::Int).collect();
    let sorted = methods::sorted(numbers, keys, reverse)?;
    let places: Vec<usize> = sorted.iter().filter_map(|place| usize::try_from(place.as_int()?).ok()).collect();
    table.at(&places)
}

/// What stands for a value when values are sorted: nulls come last.
pub(super) fn null_or(value: &Value) -> Value {
    if value.is_none() { Value::object(Null) } else { value.clone() }
}

// Greater than each value, and neither above nor below another null: what stands behind it decides nothing.
struct Null;

impl Object for Null {
    fn type_name(&self) -> &'static str {
        "NullOrder"
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(if other.downcast::<Self>().is_some() { Ordering::Equal } else { Ordering::Greater })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `table.distinct(key=None)`: the first row of each value of a column, of all, or of a function.
///
/// Each row counts as new when several columns are named, as in agate.
pub(super) fn distinct(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([], [key]) = args.bind("distinct", [], ["key"])?;
    let key = key.unwrap_or(Value::None);
    let mut seen = IndexSet::new();
    let mut kept = Vec::new();
    let place = match &key {
        Value::None => None,
        key if key.is_callable() || items_of(key).is_some() || table.0.rows.is_empty() => None,
        key => Some(table.0.cell_place(key)?),
    };
    let several = items_of(&key).is_some();
    for (number, row) in table.0.rows.iter().enumerate() {
        let value = match place {
            _ if several => {
                kept.push(number);
                continue;
            }
            Some(place) => row[place].clone(),
            None if key.is_none() => Value::tuple(row.iter().cloned()),
            None => ask(interpreter, &key, table.row(number))?,
        };
        limits::work(row.len())?;
        if seen.insert(key_of(value)?) {
            kept.push(number);
        }
    }
    Ok(Value::object(table.at(&kept)?))
}

/// `table.where(test)`
pub(super) fn filter(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([test], []) = args.bind("where", ["test"], [])?;
    let mut kept = Vec::new();
    for row in 0..table.0.rows.len() {
        if ask(interpreter, &test, table.row(row))?.truth() {
            kept.push(row);
        }
    }
    Ok(Value::object(table.at(&kept)?))
}

/// `table.find(test)`: the first row that passes, or none.
pub(super) fn find(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([test], []) = args.bind("find", ["test"], [])?;
    for row in 0..table.0.rows.len() {
        if ask(interpreter, &test, table.row(row))?.truth() {
            return Ok(table.row(row));
        }
    }
    Ok(Value::None)
}
