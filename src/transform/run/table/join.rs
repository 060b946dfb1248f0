//! `table.join(right)`: the rows of two tables side by side.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::arguments::{ask, given, is_true, items_of, key_of, table_of, wrong};
use super::{Table, build};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Key, Value, limits, operators};

/// What is asked of a join.
struct Asked {
    inner: bool,
    full: bool,
    must_match: bool,
    columns: Option<Value>,
}

/// The values that rows meet by.
struct Keys {
    values: Vec<Key>,
    // Those of several columns are there once: what reads them a second time finds none, as in agate.
    once: bool,
}

/// `table.join(right_table, left_key=None, right_key=None, inner=False, full_outer=False, require_match=False, columns=None)`
pub(super) fn join(interpreter: &mut Interpreter<'_>, left: &Table, args: Args) -> Result<Value> {
    let options = ["left_key", "right_key", "inner", "full_outer", "require_match", "columns"];
    let ([right], [left_key, right_key, inner, full, must_match, columns]) =
        args.bind("join", ["right_table"], options)?;
    let [inner, full, must_match] = [inner, full, must_match].map(|flag| is_true(flag.as_ref()));
    if inner && full {
        return Err(wrong("a join is `inner` or `full_outer`, not both"));
    }
    let asked = Asked { inner, full, must_match, columns: given(columns) };
    let right = table_of(&right)?;
    let left_key = given(left_key);
    let right_key = given(right_key).or_else(|| left_key.clone()).filter(|_| left_key.is_some());
    let left_keys = keys(interpreter, left, left_key.as_ref())?;
    let right_keys = keys(interpreter, right, right_key.as_ref())?;
    let met_by = match &right_key {
        Some(key) if !key.is_callable() => columns_of(right, key)?,
        _ => Vec::new(),
    };
    joined(interpreter, left, right, &asked, [&left_keys, &right_keys], &met_by).map(Value::object)
}

fn keys(interpreter: &mut Interpreter<'_>, table: &Table, key: Option<&Value>) -> Result<Keys> {
    let data = &table.0;
    limits::work(data.rows.len())?;
    let values: Vec<Value> = match key {
        None => (0..data.rows.len() as i64).map(Value::Int).collect(),
        Some(key) if key.is_callable() => {
            (0..data.rows.len()).map(|row| ask(interpreter, key, table.row(row))).collect::<Result<_>>()?
        }
        Some(key) => match items_of(key) {
            Some(several) => {
                let places = several.iter().map(|key| data.place(key)).collect::<Result<Vec<_>>>()?;
                let tuple = |row: &Arc<[Value]>| Value::tuple(places.iter().map(|place| row[*place].clone()));
                let values = data.rows.iter().map(tuple).map(key_of).collect::<Result<_>>()?;
                return Ok(Keys { values, once: true });
            }
            None => data.column(data.place(key)?).cloned().collect(),
        },
    };
    Ok(Keys { values: values.into_iter().map(key_of).collect::<Result<_>>()?, once: false })
}

// Where the columns stand that rows meet by, which are not shown twice. The first column with the same values counts.
fn columns_of(table: &Table, key: &Value) -> Result<Vec<usize>> {
    if let Some(several) = items_of(key) {
        return several.iter().map(|name| table.0.place_named(name)).collect();
    }
    let place = table.0.place(key)?;
    let is_same = |other: &usize| {
        let mut pairs = table.0.rows.iter().map(|row| (&row[*other], &row[place]));
        pairs.all(|(one, other)| operators::equal(one, other))
    };
    limits::work(table.0.rows.len() * place)?;
    Ok(vec![(0..place).find(is_same).unwrap_or(place)])
}

fn joined(
    interpreter: &mut Interpreter<'_>,
    left: &Table,
    right: &Table,
    asked: &Asked,
    [left_keys, right_keys]: [&Keys; 2],
    met_by: &[usize],
) -> Result<Table> {
    let mut names: Vec<Value> = left.0.names.iter().map(Value::str).collect();
    let mut types = left.0.types().to_vec();
    // The places of the right table that are shown.
    let mut shown = Vec::new();
    for (place, name) in right.0.names.iter().enumerate() {
        let is_shown = match &asked.columns {
            _ if asked.full => true,
            None => !met_by.contains(&place),
            Some(columns) => operators::contains(&Value::str(name), columns)?,
        };
        if is_shown {
            let is_taken = left.0.names.contains(name);
            names.push(if is_taken { Value::str(format!("{name}2")) } else { Value::str(name) });
            types.push(right.0.types()[place]);
            shown.push(place);
        }
    }
    let mut found: IndexMap<&Key, Vec<usize>> = IndexMap::new();
    for (number, key) in right_keys.values.iter().enumerate() {
        found.entry(key).or_default().push(number);
    }
    let nothing = Vec::new();
    let mut rows: Vec<Arc<[Value]>> = Vec::new();
    let mut row_names = Vec::new();
    for (number, key) in left_keys.values.iter().enumerate() {
        let matches = found.get(key).unwrap_or(&nothing);
        if matches.is_empty() && asked.must_match {
            return Err(wrong(format!("no row of the right table has the key `{}`", key.value())));
        }
        let mut beside: Vec<Option<usize>> = matches.iter().map(|other| Some(*other)).collect();
        if beside.is_empty() && !asked.inner {
            beside.push(None);
        }
        for other in beside {
            build::grown(interpreter, names.len())?;
            let cell = |place: &usize| other.map_or(Value::None, |other| right.0.rows[other][*place].clone());
            rows.push(left.0.rows[number].iter().cloned().chain(shown.iter().map(cell)).collect());
            row_names.extend(left.0.row_names.as_ref().and_then(|names| names.get(number).cloned()));
        }
    }
    if asked.full && !right_keys.once {
        let known: IndexSet<&Key> = if left_keys.once { IndexSet::new() } else { left_keys.values.iter().collect() };
        for (key, row) in right_keys.values.iter().zip(&right.0.rows) {
            if !known.contains(key) {
                build::grown(interpreter, names.len())?;
                let empty = std::iter::repeat_n(Value::None, left.0.names.len());
                rows.push(empty.chain(row.iter().cloned()).collect());
            }
        }
    }
    let row_names = match &left.0.row_names {
        Some(names) if asked.full => Some(Arc::clone(names)),
        Some(_) => Some(row_names.into()),
        None => None,
    };
    build::fork(&names, rows, types, row_names, Value::list(names.iter().cloned()))
}
