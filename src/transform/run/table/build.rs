//! How a table is built of rows: the names of its columns, their types, and cells that are brought to the types.

use std::sync::{Arc, OnceLock};

use indexmap::IndexSet;

use super::arguments::{items_of, plain, row_names, type_of, wrong};
use super::column_type::ColumnType;
use super::{Data, Table};
use crate::error::Result;
use crate::transform::jinja::{Args, Dict, Interpreter, Value, limits, operators};

/// Which types the columns of a table have.
pub(super) enum Types {
    Given(Vec<ColumnType>),
    /// Those of their values, but for columns of these names.
    Tested(Vec<(Value, ColumnType)>),
}

impl Types {
    /// As `column_types=` asks for them.
    pub(super) fn asked(asked: Option<Value>, forced: Vec<(Value, ColumnType)>) -> Result<Self> {
        let mut forced = forced;
        match asked {
            None | Some(Value::None) => {}
            Some(Value::Dict(types)) => {
                for (name, column_type) in types.entries() {
                    forced.push((name, type_of(&column_type)?));
                }
            }
            Some(types) => {
                let known = forced.into_iter().map(|(_, column_type)| Ok(column_type));
                let types = operators::iterate(&types)?;
                return known.chain(types.iter().map(type_of)).collect::<Result<_>>().map(Self::Given);
            }
        }
        Ok(Self::Tested(forced))
    }
}

/// A table of rows, whose cells become what the types of their columns make of them.
pub(super) fn table(
    interpreter: &mut Interpreter<'_>,
    rows: Vec<Vec<Value>>,
    names: &[Value],
    types: Types,
    asked_names: Option<&Value>,
) -> Result<Table> {
    let names = column_names(names, rows.first().map_or(0, Vec::len))?;
    let types = match types {
        Types::Given(types) => types,
        Types::Tested(forced) => {
            let nothing = Value::None;
            let column = |(place, name): (usize, &Arc<str>)| {
                let forced = forced.iter().rfind(|(known, _)| known.as_str() == Some(name)).map(|(_, forced)| *forced);
                forced.unwrap_or_else(|| ColumnType::tested(rows.iter().map(|row| row.get(place).unwrap_or(&nothing))))
            };
            limits::work(rows.len() * names.len())?;
            names.iter().enumerate().map(column).collect()
        }
    };
    same_length(&names, &types)?;
    let mut cast = Vec::with_capacity(rows.len());
    for row in rows {
        if row.len() > names.len() {
            return Err(wrong(format!("a row has {} values, and the table {} columns", row.len(), names.len())));
        }
        grown(interpreter, names.len())?;
        let none = std::iter::repeat(&Value::None);
        cast.push(types.iter().zip(row.iter().chain(none)).map(|(to, cell)| to.cast(cell)).collect::<Result<_>>()?);
    }
    let made = Data { names, rows: cast, types: OnceLock::from(types), ..Data::default() };
    named_rows(interpreter, made, asked_names)
}

/// A table of rows that are what they are.
pub(super) fn fork(
    names: &[Value],
    rows: Vec<Arc<[Value]>>,
    types: Vec<ColumnType>,
    row_names: Option<Arc<[Value]>>,
    row_keys: Value,
) -> Result<Table> {
    names.iter().try_for_each(plain)?;
    let names = column_names(names, rows.first().map_or(0, |row| row.len()))?;
    same_length(&names, &types)?;
    Ok(Table::made(Data { names, rows, types: OnceLock::from(types), row_names, row_keys: Some(row_keys) }))
}

/// The table with names of rows as `row_names=` asks for them.
pub(super) fn named_rows(interpreter: &mut Interpreter<'_>, data: Data, asked: Option<&Value>) -> Result<Table> {
    let table = Table::made(data);
    let Some(names) = row_names(interpreter, asked, &table)? else { return Ok(table) };
    limits::work(table.0.rows.len() + table.0.names.len())?;
    Ok(Table::made(Data { row_keys: table.0.row_keys.clone(), ..copied(&table, Some(names)) }))
}

fn copied(table: &Table, row_names: Option<Arc<[Value]>>) -> Data {
    let Data { names, rows, .. } = &*table.0;
    let types = OnceLock::from(table.0.types().to_vec());
    Data { names: names.clone(), rows: rows.clone(), types, row_names, row_keys: None }
}

/// What a row costs beside its cells, in steps.
const STEPS_OF_A_ROW: usize = 4;

/// Counts a row that is made against what a template may use.
pub(super) fn grown(interpreter: &mut Interpreter<'_>, cells: usize) -> Result<()> {
    limits::work(cells + STEPS_OF_A_ROW)?;
    interpreter.charge((cells + 2) * size_of::<Value>())
}

fn same_length(names: &[Arc<str>], types: &[ColumnType]) -> Result<()> {
    if names.len() == types.len() {
        return Ok(());
    }
    Err(wrong(format!("{} names are given for {} columns", names.len(), types.len())))
}

/// Names of columns as a table has them: letters for what has none, and numbers for those that stand twice.
pub(super) fn column_names(given: &[Value], width: usize) -> Result<Vec<Arc<str>>> {
    if given.is_empty() {
        return Ok((0..width).map(letters).collect());
    }
    limits::items(given.len())?;
    let mut names: IndexSet<Arc<str>> = IndexSet::with_capacity(given.len());
    for (place, name) in given.iter().enumerate() {
        let name = match name {
            Value::Str(name) if !name.is_empty() => Arc::clone(name),
            unnamed if !unnamed.truth() => letters(place),
            other => return Err(wrong(format!("the name of a column is a text, not `{}`", other.type_name()))),
        };
        let name = numbered(name, "_", |name| names.contains(name))?;
        names.insert(name);
    }
    Ok(names.into_iter().collect())
}

/// The name, with the first number behind it that makes it new.
pub(super) fn numbered(name: Arc<str>, separator: &str, is_taken: impl Fn(&str) -> bool) -> Result<Arc<str>> {
    let mut number = 1;
    let mut found = Arc::clone(&name);
    while is_taken(&found) {
        limits::work(STEPS_OF_A_ROW)?;
        number += 1;
        found = Arc::from(format!("{name}{separator}{number}"));
    }
    Ok(found)
}

// a, b, ..., z, aa, bb, ...
fn letters(place: usize) -> Arc<str> {
    let letter = char::from(b'a' + u8::try_from(place % 26).unwrap_or_default());
    Arc::from(letter.to_string().repeat(place / 26 + 1))
}

/// `table.from_object(objects)`: a row of each, a column of each path within them.
pub(super) fn from_object(interpreter: &mut Interpreter<'_>, _: &Table, args: Args) -> Result<Value> {
    let ([objects], [row_names, types]) = args.bind("from_object", ["obj"], ["row_names", "column_types"])?;
    let found = operators::iterate(&objects)?.iter().map(flat).collect::<Result<Vec<_>>>()?;
    let mut names: IndexSet<String> = IndexSet::new();
    for row in &found {
        names.extend(row.lock().keys().map(|key| key.value().to_string()));
    }
    let mut rows = Vec::with_capacity(found.len());
    for row in &found {
        grown(interpreter, names.len())?;
        rows.push(names.iter().map(|name| row.get_str(name).unwrap_or(Value::None)).collect());
    }
    let names: Vec<Value> = names.iter().map(Value::str).collect();
    table(interpreter, rows, &names, Types::asked(types, Vec::new())?, row_names.as_ref()).map(Value::object)
}

fn flat(object: &Value) -> Result<Dict> {
    let found = Dict::default();
    flatten(object, "", &found, 0)?;
    Ok(found)
}

fn flatten(object: &Value, path: &str, into: &Dict, depth: usize) -> Result<()> {
    limits::work(1)?;
    if depth > limits::DEPTH_MAX {
        return Err(limits::too_deep());
    }
    let parts = match object {
        Value::Dict(dict) => dict.entries(),
        Value::List(_) | Value::Tuple(_) => {
            let items = items_of(object).unwrap_or_default();
            items.into_iter().enumerate().map(|(place, item)| (Value::Int(place as i64), item)).collect()
        }
        plain => {
            into.set(path.trim_matches('/'), plain.clone());
            return Ok(());
        }
    };
    for (key, part) in parts {
        limits::text(path.len())?;
        flatten(&part, &format!("{path}{key}/"), into, depth + 1)?;
    }
    Ok(())
}
