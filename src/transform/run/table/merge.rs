//! Tables with the rows of several, or with rows for values that have none.

use std::sync::{Arc, OnceLock};

use indexmap::{IndexMap, IndexSet};

use super::arguments::{ask, given, items_of, key_of, one_or_more, table_of, wrong};
use super::column_type::ColumnType;
use super::{Data, Table, build, groups};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Key, Value, limits, operators};

/// `table.merge(tables, row_names=None, column_names=None)`: the rows of all, under the columns of all.
pub(super) fn merge(interpreter: &mut Interpreter<'_>, _: &Table, args: Args) -> Result<Value> {
    let ([tables], [row_names, wanted]) = args.bind("merge", ["tables"], ["row_names", "column_names"])?;
    let tables = groups::tables_of(&tables)?;
    let tables = tables.iter().map(table_of).collect::<Result<Vec<_>>>()?;
    let wanted = given(wanted);
    let mut columns: IndexMap<Arc<str>, ColumnType> = IndexMap::new();
    for table in &tables {
        for (name, column_type) in table.0.names.iter().zip(table.0.types()) {
            if let Some(wanted) = &wanted
                && !operators::contains(&Value::str(name), wanted)?
            {
                continue;
            }
            let begun = columns.entry(Arc::clone(name)).or_insert(*column_type);
            if !column_type.fits(*begun) {
                let message =
                    format!("column `{name}` is of type {} and of type {}", begun.kind.name(), column_type.kind.name());
                return Err(wrong(message).hint("cast it to one type in the queries"));
            }
        }
    }
    let names: Vec<Arc<str>> = columns.keys().cloned().collect();
    let mut rows: Vec<Arc<[Value]>> = Vec::new();
    for table in tables {
        limits::work(names.len() * table.0.names.len() / 16)?;
        let is_same = table.0.names == names;
        let places: Vec<Option<usize>> =
            names.iter().map(|name| table.0.names.iter().position(|known| known == name)).collect();
        for row in &table.0.rows {
            build::grown(interpreter, if is_same { 0 } else { names.len() })?;
            let cell = |place: &Option<usize>| place.map_or(Value::None, |place| row[place].clone());
            rows.push(if is_same { Arc::clone(row) } else { places.iter().map(cell).collect() });
        }
    }
    let data =
        Data { names, rows, types: OnceLock::from(columns.into_values().collect::<Vec<_>>()), ..Data::default() };
    build::named_rows(interpreter, data, row_names.as_ref()).map(Value::object)
}

/// `table.homogenize(key, compare_values, default_row=None)`: a row for each of the values that has none.
pub(super) fn homogenize(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([key, values], [default]) = args.bind("homogenize", ["key", "compare_values"], ["default_row"])?;
    let places = one_or_more(&key).iter().map(|name| table.0.place_named(name)).collect::<Result<Vec<_>>>()?;
    let mut values = operators::iterate(&values)?;
    if places.len() == 1 && values.iter().any(|value| items_of(value).is_none()) {
        values = values.into_iter().map(|value| Value::list([value])).collect();
    }
    let mut wanted: IndexSet<Key> = IndexSet::new();
    for value in &values {
        build::grown(interpreter, places.len())?;
        let parts = items_of(value).ok_or_else(|| wrong("this takes a list of values for each row"))?;
        let place = |number: usize| places.get(number).ok_or_else(|| wrong("there are more values than columns"));
        let cast = parts.iter().enumerate().map(|(number, part)| table.0.types()[*place(number)?].cast(part));
        wanted.insert(key_of(Value::tuple(cast.collect::<Result<Vec<_>>>()?))?);
    }
    let mut there: IndexSet<Key> = IndexSet::new();
    for row in &table.0.rows {
        build::grown(interpreter, 0)?;
        there.insert(key_of(Value::tuple(places.iter().map(|place| row[*place].clone())))?);
    }
    let default = default.filter(|default| !default.is_none());
    let mut rows = table.0.rows.clone();
    for difference in wanted.into_iter().filter(|wanted| !there.contains(wanted)) {
        build::grown(interpreter, table.0.names.len())?;
        let cells = match &default {
            Some(function) if function.is_callable() => {
                let row = ask(interpreter, function, difference.into_value())?;
                operators::iterate(&row)?
            }
            default => {
                let empty = || vec![Value::None; table.0.names.len().saturating_sub(places.len())];
                let mut cells = default.as_ref().map_or_else(|| Ok(empty()), operators::iterate)?;
                for (place, part) in places.iter().zip(items_of(difference.value()).unwrap_or_default()) {
                    cells.insert((*place).min(cells.len()), part);
                }
                cells
            }
        };
        if cells.len() > table.0.names.len() {
            return Err(wrong(format!(
                "a row has {} values, and the table {} columns",
                cells.len(),
                table.0.names.len()
            )));
        }
        let mut cast =
            table.0.types().iter().zip(&cells).map(|(to, cell)| to.cast(cell)).collect::<Result<Vec<_>>>()?;
        cast.resize(table.0.names.len(), Value::None);
        rows.push(cast.into());
    }
    Ok(Value::object(table.with_rows(rows, None)?))
}
