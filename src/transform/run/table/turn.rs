//! Tables turned round: columns become rows (`normalize`), or rows columns (`denormalize`).

use indexmap::{IndexMap, IndexSet};

use super::Table;
use super::arguments::{given, items_of, key_of, one_or_more, wrong};
use super::build::{self, Types};
use super::column_type::ColumnType;
use crate::error::Result;
use crate::transform::jinja::{Args, Decimal, Interpreter, Key, Value};

/// `table.normalize(key, properties, property_column='property', value_column='value', column_types=None)`
pub(super) fn normalize(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let options = ["property_column", "value_column", "column_types"];
    let ([key, properties], [property, value, types]) = args.bind("normalize", ["key", "properties"], options)?;
    let keys = list_of(&key)?;
    let properties = one_or_more(&properties);
    let mut names = keys.clone();
    names.push(property.unwrap_or_else(|| Value::str("property")));
    names.push(value.unwrap_or_else(|| Value::str("value")));
    let mut rows = Vec::new();
    let places = |keys: &[Value]| keys.iter().map(|key| table.0.cell_place(key)).collect::<Result<Vec<_>>>();
    let (left, right) =
        if table.0.rows.is_empty() { Default::default() } else { (places(&keys)?, places(&properties)?) };
    for row in &table.0.rows {
        for (place, property) in right.iter().zip(&properties) {
            build::grown(interpreter, names.len())?;
            let mut cells: Vec<Value> = left.iter().map(|place| row[*place].clone()).collect();
            cells.extend([property.clone(), row[*place].clone()]);
            rows.push(cells);
        }
    }
    let types = Types::asked(types, types_of(table, &keys)?)?;
    build::table(interpreter, rows, &names, types, None).map(Value::object)
}

/// `table.denormalize(key=None, property_column='property', value_column='value', default_value=..., column_types=None)`
pub(super) fn denormalize(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let options = ["key", "property_column", "value_column", "default_value", "column_types"];
    let ([], [key, property, value, default, types]) = args.bind("denormalize", [], options)?;
    let asked = Wide {
        key: key.unwrap_or(Value::None),
        property: property.unwrap_or_else(|| Value::str("property")),
        value: value.unwrap_or_else(|| Value::str("value")),
        default,
        types,
    };
    wide(interpreter, table, asked).map(Value::object)
}

/// What `denormalize` is asked for.
pub(super) struct Wide {
    pub(super) key: Value,
    pub(super) property: Value,
    pub(super) value: Value,
    pub(super) default: Option<Value>,
    pub(super) types: Option<Value>,
}

/// A row for each key, and a column for each property.
pub(super) fn wide(interpreter: &mut Interpreter<'_>, table: &Table, asked: Wide) -> Result<Table> {
    let keys = match given(Some(asked.key)) {
        None => Vec::new(),
        Some(key) => list_of(&key)?,
    };
    let value_place = table.0.place(&asked.value)?;
    let (mut fields, mut found): (IndexSet<Name>, IndexMap<Key, IndexMap<usize, Value>>) = Default::default();
    if !table.0.rows.is_empty() {
        let places = keys.iter().map(|key| table.0.cell_place(key)).collect::<Result<Vec<_>>>()?;
        let property = table.0.cell_place(&asked.property)?;
        for row in &table.0.rows {
            build::grown(interpreter, places.len())?;
            let key = key_of(Value::tuple(places.iter().map(|place| row[*place].clone())))?;
            let (field, _) = fields.insert_full(row[property].text()?);
            found.entry(key).or_default().insert(field, row[value_place].clone());
        }
    }
    let default = asked.default.unwrap_or_else(|| {
        let is_number = table.0.types()[value_place].is_number();
        if is_number { Value::object(Decimal::scaled(0, 0)) } else { Value::None }
    });
    let names: Vec<Value> = keys.iter().cloned().chain(fields.iter().map(Value::str)).collect();
    let (mut rows, mut row_names) = (Vec::new(), Vec::new());
    for (key, values) in &found {
        build::grown(interpreter, names.len())?;
        let parts = items_of(key.value()).unwrap_or_default();
        let cell = |field: usize| values.get(&field).cloned().unwrap_or_else(|| default.clone());
        rows.push(parts.iter().cloned().chain((0..fields.len()).map(cell)).collect());
        row_names.push(if let [one] = parts.as_slice() { one.clone() } else { key.value().clone() });
    }
    let types = Types::asked(asked.types, types_of(table, &keys)?)?;
    build::table(interpreter, rows, &names, types, Some(&Value::list(row_names)))
}

type Name = std::sync::Arc<str>;

// Keys that names are added to: one, or a list of them.
fn list_of(key: &Value) -> Result<Vec<Value>> {
    match (key, items_of(key)) {
        (Value::List(_), Some(keys)) => Ok(keys),
        (_, None) => Ok(vec![key.clone()]),
        (other, Some(_)) => Err(wrong(format!("`key` takes a name or a list of names, not a `{}`", other.type_name()))),
    }
}

fn types_of(table: &Table, keys: &[Value]) -> Result<Vec<(Value, ColumnType)>> {
    keys.iter().map(|key| Ok((key.clone(), table.0.types()[table.0.place_named(key)?]))).collect()
}
