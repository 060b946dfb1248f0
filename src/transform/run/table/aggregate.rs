//! Numbers of whole tables and new columns, for what a template passes as an aggregation or a computation.
//!
//! Those of agate are out of a template's reach, so that one is whatever has the methods of one: a namespace of macros.

use super::arguments::{items_of, plain, type_of, wrong};
use super::column_type::ColumnType;
use super::groups::Groups;
use super::sequence::Sequence;
use super::{Table, build};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value, methods, operators};

/// What makes one value of a table.
#[derive(Clone)]
pub(super) enum Aggregation {
    Count,
    Given(Value),
}

impl Aggregation {
    fn ask(&self, interpreter: &mut Interpreter<'_>, method: &str, table: &Value) -> Result<Value> {
        match self {
            Self::Given(aggregation) => {
                methods::call(interpreter, aggregation, method, Args::positional([table.clone()]))
            }
            Self::Count if method == "run" => Ok(Value::Int(table.length().unwrap_or_default() as i64)),
            Self::Count => Ok(Value::None),
        }
    }

    pub(super) fn data_type(&self, interpreter: &mut Interpreter<'_>, table: &Value) -> Result<ColumnType> {
        match self {
            Self::Count => Ok(ColumnType::NUMBER),
            Self::Given(_) => type_of(&self.ask(interpreter, "get_aggregate_data_type", table)?),
        }
    }
}

/// Pairs of names and what a template passes for an aggregation or a computation.
fn pairs(asked: &Value) -> Result<Vec<(Value, Value)>> {
    let pair = |pair: &Value| match operators::iterate(pair)?.as_slice() {
        [name, one] => Ok((name.clone(), one.clone())),
        _ => Err(wrong("this takes pairs of a name and what makes its values")),
    };
    operators::iterate(asked)?.iter().map(pair).collect()
}

/// The same, for aggregations.
pub(super) fn aggregations(asked: &Value) -> Result<Vec<(Value, Aggregation)>> {
    Ok(pairs(asked)?.into_iter().map(|(name, one)| (name, Aggregation::Given(one))).collect())
}

/// `table.aggregate(aggregations)`: a dict of several, the value of one.
pub(super) fn aggregate(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([asked], []) = args.bind("aggregate", ["aggregations"], [])?;
    of_table(interpreter, &Value::object(table.clone()), &asked)
}

/// What an aggregation makes of a table, or several.
pub(super) fn of_table(interpreter: &mut Interpreter<'_>, table: &Value, asked: &Value) -> Result<Value> {
    if items_of(asked).is_some() {
        return named(interpreter, table, &aggregations(asked)?);
    }
    let one = Aggregation::Given(asked.clone());
    one.ask(interpreter, "validate", table)?;
    one.ask(interpreter, "run", table)
}

fn named(interpreter: &mut Interpreter<'_>, table: &Value, asked: &[(Value, Aggregation)]) -> Result<Value> {
    for (_, one) in asked {
        one.ask(interpreter, "validate", table)?;
    }
    let values = asked.iter().map(|(name, one)| Ok((name.clone(), one.ask(interpreter, "run", table)?)));
    operators::dict(values.collect::<Result<Vec<_>>>()?)
}

/// What aggregations make of a table, which is a dict, or of groups, which is a table.
pub(super) fn of_any(interpreter: &mut Interpreter<'_>, any: &Value, asked: &[(Value, Aggregation)]) -> Result<Value> {
    match any.downcast::<Sequence<Groups>>() {
        None => named(interpreter, any, asked),
        Some(groups) => of_groups(interpreter, &groups.0, asked).map(Value::object),
    }
}

/// A row of each group.
pub(super) fn of_groups(
    interpreter: &mut Interpreter<'_>,
    groups: &Groups,
    asked: &[(Value, Aggregation)],
) -> Result<Table> {
    let found = Found::of(interpreter, groups, asked)?;
    let depth = found.depth;
    if depth == 1 {
        let name = found.names.first().cloned();
        return build::table(interpreter, found.rows, &found.names, build::Types::Given(found.types), name.as_ref());
    }
    let table = build::table(interpreter, found.rows, &found.names, build::Types::Given(found.types), None)?;
    let names = table.0.rows.iter().map(|row| Value::tuple(row.iter().take(depth).cloned())).collect::<Vec<_>>();
    let rows = table.0.rows.clone();
    table.with_rows(rows, (!names.is_empty()).then(|| names.into()))
}

struct Found {
    names: Vec<Value>,
    types: Vec<ColumnType>,
    rows: Vec<Vec<Value>>,
    // Groups within groups.
    depth: usize,
}

impl Found {
    fn of(interpreter: &mut Interpreter<'_>, groups: &Groups, asked: &[(Value, Aggregation)]) -> Result<Self> {
        if groups.tables.first().is_some_and(|table| table.downcast::<Sequence<Groups>>().is_some()) {
            let mut found: Option<Self> = None;
            for (key, inner) in groups.pairs() {
                let Some(inner) = inner.downcast::<Sequence<Groups>>() else { continue };
                let mut one = Self::of(interpreter, &inner.0, asked)?;
                one.rows.iter_mut().for_each(|row| row.insert(0, key.clone()));
                found = Some(match found {
                    None => one,
                    Some(mut before) => {
                        before.rows.extend(one.rows);
                        before
                    }
                });
            }
            let mut found = found.ok_or_else(|| wrong("there is no group"))?;
            found.names.insert(0, groups.key_name.clone());
            found.types.insert(0, groups.key_type);
            found.depth += 1;
            return Ok(found);
        }
        let mut found =
            Self { names: vec![groups.key_name.clone()], types: vec![groups.key_type], rows: Vec::new(), depth: 1 };
        for (name, one) in asked {
            found.names.push(name.clone());
            found.types.push(one.data_type(interpreter, &Value::object(groups.sample.clone()))?);
        }
        for (_, table) in groups.pairs() {
            for (_, one) in asked {
                one.ask(interpreter, "validate", &table)?;
            }
        }
        for (key, table) in groups.pairs() {
            build::grown(interpreter, asked.len() + 1)?;
            let mut row = vec![key];
            for (_, one) in asked {
                row.push(one.ask(interpreter, "run", &table)?);
            }
            found.rows.push(row);
        }
        Ok(found)
    }
}

/// `table.compute(computations, replace=False)`: the table with more columns.
pub(super) fn compute(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([asked], [replace]) = args.bind("compute", ["computations"], ["replace"])?;
    computed(interpreter, table, &asked, replace.is_some_and(|replace| replace.truth())).map(Value::object)
}

/// The table with columns that are computed of it.
pub(super) fn computed(
    interpreter: &mut Interpreter<'_>,
    table: &Table,
    asked: &Value,
    replace: bool,
) -> Result<Table> {
    let whole = Value::object(table.clone());
    let asked = pairs(asked)?;
    let mut names: Vec<Value> = table.0.names.iter().map(Value::str).collect();
    let mut types = table.0.types().to_vec();
    let mut places = Vec::new();
    for (name, computation) in &asked {
        let mut ask = |method| methods::call(interpreter, computation, method, Args::positional([whole.clone()]));
        let column_type = type_of(&ask("get_computed_data_type")?)?;
        match names.iter().position(|known| operators::equal(known, name)) {
            Some(_) if !replace => {
                return Err(wrong(format!("there is a column `{name}` already"))
                    .hint("`replace=true` puts the new one in its place"));
            }
            Some(place) => {
                types[place] = column_type;
                places.push(place);
            }
            None => {
                places.push(names.len());
                names.push(name.clone());
                types.push(column_type);
            }
        }
        ask("validate")?;
    }
    let mut columns = Vec::new();
    for (_, computation) in &asked {
        let column = methods::call(interpreter, computation, "run", Args::positional([whole.clone()]))?;
        let column = items_of(&column).ok_or_else(|| wrong("a computation gives a list of values"))?;
        column.iter().try_for_each(plain)?;
        columns.push(column);
    }
    let mut rows = Vec::with_capacity(table.0.rows.len());
    for (number, row) in table.0.rows.iter().enumerate() {
        build::grown(interpreter, names.len())?;
        let mut cells = row.to_vec();
        cells.resize(names.len(), Value::None);
        for (place, column) in places.iter().zip(&columns) {
            cells[*place] =
                column.get(number).cloned().ok_or_else(|| wrong("a computation gives a value for each row"))?;
        }
        rows.push(cells.into());
    }
    build::fork(&names, rows, types, table.0.row_names.clone(), Value::list(names.iter().cloned()))
}
