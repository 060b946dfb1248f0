//! Tables made of a table: fewer columns or rows, other names, another order.

use std::sync::{Arc, OnceLock};

use indexmap::IndexSet;

use super::kind::Kind as ColumnKind;
use super::{Data, Table};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Key, Value, methods, operators};

/// The methods of a table that give another one; `None` of any other name.
pub(super) fn call(table: &Table, name: &str, args: Args) -> Option<Result<Value>> {
    let made = match name {
        "select" => args.bind(name, ["key"], []).and_then(|([key], [])| Ok(table.only(&table.places(&key)?))),
        "exclude" => args.bind(name, ["key"], []).and_then(|([key], [])| {
            let left_out = table.places(&key)?;
            let kept: Vec<usize> = (0..table.0.names.len()).filter(|place| !left_out.contains(place)).collect();
            Ok(table.only(&kept))
        }),
        "rename" => renamed(table, args),
        "limit" => limited(table, args),
        "order_by" => ordered(table, args),
        "distinct" => distinct(table, args),
        _ => return None,
    };
    Some(made.map(Value::object))
}

/// Whether [`call`] answers this name.
pub(super) fn has(name: &str) -> bool {
    matches!(name, "select" | "exclude" | "rename" | "limit" | "order_by" | "distinct")
}

impl Table {
    /// Where the column of this name stands.
    pub(super) fn place(&self, name: &str) -> Result<usize> {
        let place = self.0.names.iter().position(|known| **known == *name);
        place.ok_or_else(|| Error::new(Kind::Compilation, format!("the result has no column `{name}`")))
    }

    // Of one name or several.
    fn places(&self, names: &Value) -> Result<Vec<usize>> {
        match names {
            Value::List(list) => list.items().iter().map(|name| self.place(&name.to_string())).collect(),
            Value::Tuple(items) => items.iter().map(|name| self.place(&name.to_string())).collect(),
            name => Ok(vec![self.place(&name.to_string())?]),
        }
    }

    fn only(&self, places: &[usize]) -> Self {
        let rows = self.0.rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect();
        let names = places.iter().map(|place| Arc::clone(&self.0.names[*place])).collect();
        Self::typed(names, rows, places.iter().map(|place| self.0.kinds()[*place]).collect())
    }

    // The rows of these numbers.
    fn at(&self, places: &[Value]) -> Self {
        let row = |place: &Value| self.0.rows.get(usize::try_from(place.as_int()?).ok()?).cloned();
        self.with_rows(places.iter().filter_map(row).collect())
    }

    fn with_rows(&self, rows: Vec<Arc<[Value]>>) -> Self {
        Self::typed(self.0.names.clone(), rows, self.0.kinds().to_vec())
    }

    fn typed(names: Vec<Arc<str>>, rows: Vec<Arc<[Value]>>, kinds: Vec<ColumnKind>) -> Self {
        Self(Arc::new(Data { names, rows, kinds: OnceLock::from(kinds) }))
    }
}

fn renamed(table: &Table, args: Args) -> Result<Table> {
    let ([], [names]) = args.bind("rename", [], ["column_names"])?;
    let old = &table.0.names;
    let names: Vec<Arc<str>> = match &names {
        None | Some(Value::None) => old.clone(),
        Some(Value::Dict(new)) => {
            let new = new.snapshot();
            let name =
                |old: &Arc<str>| new.get(&**old).map_or_else(|| Arc::clone(old), |new| Arc::from(new.to_string()));
            old.iter().map(name).collect()
        }
        Some(new) => operators::iterate(new)?.iter().map(|name| Arc::from(name.to_string())).collect(),
    };
    if names.len() != old.len() {
        let message = format!("`rename` got {} names for {} columns", names.len(), old.len());
        return Err(Error::new(Kind::Compilation, message));
    }
    Ok(Table::typed(names, table.0.rows.clone(), table.0.kinds().to_vec()))
}

fn limited(table: &Table, args: Args) -> Result<Table> {
    let ([first], [stop, step]) = args.bind("limit", ["start_or_stop"], ["stop", "step"])?;
    let rows = Value::list((0..table.0.rows.len() as i64).map(Value::Int));
    let (start, stop) = match stop {
        None | Some(Value::None) => (Value::None, first),
        Some(stop) => (first, stop),
    };
    let kept = operators::slice(&rows, &start, &stop, &step.unwrap_or(Value::None))?;
    Ok(table.at(&operators::iterate(&kept)?))
}

fn ordered(table: &Table, args: Args) -> Result<Table> {
    let ([key], [reverse]) = args.bind("order_by", ["key"], ["reverse"])?;
    let places = table.places(&key)?;
    let keys = table.0.rows.iter().map(|row| Value::tuple(places.iter().map(|place| last_if_none(&row[*place]))));
    let numbers = (0..table.0.rows.len() as i64).map(Value::Int).collect();
    let sorted = methods::sorted(numbers, keys.collect(), reverse.is_some_and(|reverse| reverse.truth()))?;
    Ok(table.at(&sorted))
}

// A null comes after all values.
pub(super) fn last_if_none(value: &Value) -> Value {
    Value::tuple([Value::Bool(value.is_none()), if value.is_none() { Value::Int(0) } else { value.clone() }])
}

fn distinct(table: &Table, args: Args) -> Result<Table> {
    let ([], [key]) = args.bind("distinct", [], ["key"])?;
    let places = match key {
        None | Some(Value::None) => (0..table.0.names.len()).collect(),
        Some(key) => table.places(&key)?,
    };
    let mut seen = IndexSet::new();
    let mut rows = Vec::new();
    for row in &table.0.rows {
        let key = Key::new(Value::tuple(places.iter().map(|place| row[*place].clone())))?;
        if seen.insert(key) {
            rows.push(Arc::clone(row));
        }
    }
    Ok(table.with_rows(rows))
}
