//! The rows of a query as templates hold them: what `run_query` and `load_result(...).table` give.
//!
//! It answers what dbt's packages ask of an agate table: `columns`, `rows`, `column_names`, by number and by name.

pub(super) mod drawn;
mod kind;
mod shape;

use std::any::Any;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use self::kind::Kind as ColumnKind;
use super::cells;
use crate::engine::Rows;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value, methods, operators};

#[derive(Debug, Default)]
pub struct Data {
    pub names: Vec<Arc<str>>,
    pub rows: Vec<Arc<[Value]>>,
    // Asked for when a table is drawn; what is made of a table keeps its types.
    kinds: OnceLock<Vec<ColumnKind>>,
}

impl Data {
    pub fn new(names: Vec<Arc<str>>, rows: Vec<Arc<[Value]>>) -> Self {
        Self { names, rows, kinds: OnceLock::new() }
    }

    fn kinds(&self) -> &[ColumnKind] {
        self.kinds.get_or_init(|| {
            let of_column = |place: usize| ColumnKind::of(self.rows.iter().map(|row| &row[place]));
            (0..self.names.len()).map(of_column).collect()
        })
    }
}

/// A whole table.
#[derive(Clone, Debug, Default)]
pub struct Table(pub Arc<Data>);

impl Table {
    pub fn of(rows: &Rows) -> Result<Self> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for field in rows.schema.fields() {
            // A second column of a name gets a number, as agate does.
            let mut name: Arc<str> = Arc::from(field.name().as_str());
            let mut number = 1;
            while names.contains(&name) {
                name = Arc::from(format!("{}_{number}", field.name()));
                number += 1;
            }
            names.push(name);
        }
        let mut values = Vec::with_capacity(rows.count());
        for batch in &rows.batches {
            for row in 0..batch.num_rows() {
                values.push(
                    batch.columns().iter().map(|column| cells::value(column, row)).collect::<Result<Arc<[_]>>>()?,
                );
            }
        }
        Ok(Self(Arc::new(Data::new(names, values))))
    }

    fn rows(&self) -> Value {
        let items = (0..self.0.rows.len()).map(|row| Value::object(Row(Arc::clone(&self.0), row))).collect();
        Value::object(Sequence { keys: None, items })
    }

    fn columns(&self) -> Value {
        let items = (0..self.0.names.len()).map(|column| Value::object(Column(Arc::clone(&self.0), column))).collect();
        Value::object(Sequence { keys: Some(self.0.names.clone()), items })
    }
}

impl Object for Table {
    fn type_name(&self) -> &'static str {
        "Table"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "columns" => self.columns(),
            "rows" => self.rows(),
            "column_names" => Value::Tuple(self.0.names.iter().map(Value::str).collect()),
            "column_types" => Value::tuple(self.0.kinds().iter().copied().map(Value::object)),
            "row_names" => Value::None,
            _ => return None,
        })
    }

    fn item(&self, key: &Value) -> Option<Value> {
        place_of(key, self.0.rows.len()).map(|row| Value::object(Row(Arc::clone(&self.0), row)))
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if drawn::prints(name) { drawn::print(interpreter, self, name, args) } else { shape::call(self, name, args) }
    }

    fn has_method(&self, name: &str) -> bool {
        shape::has(name) || drawn::prints(name)
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some((0..self.0.rows.len()).map(|row| Value::object(Row(Arc::clone(&self.0), row))).collect())
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.rows.len())
    }

    fn is_sequence(&self) -> bool {
        true
    }

    fn display(&self) -> String {
        drawn::structure(self)
    }

    fn repr(&self) -> String {
        "<agate.table.Table object>".to_owned()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn sorted(cells: Vec<Value>) -> Result<Value> {
    let keys = cells.iter().map(shape::last_if_none).collect();
    methods::sorted(cells, keys, false).map(Value::list)
}

fn place_of(key: &Value, length: usize) -> Option<usize> {
    let number = key.as_int()?;
    let place = if number < 0 { number + length as i64 } else { number };
    usize::try_from(place).ok().filter(|place| *place < length)
}

struct Row(Arc<Data>, usize);

impl Row {
    fn cells(&self) -> &[Value] {
        &self.0.rows[self.1]
    }

    fn named(&self, name: &str) -> Option<Value> {
        let place = self.0.names.iter().position(|known| **known == *name)?;
        self.cells().get(place).cloned()
    }
}

impl Object for Row {
    fn type_name(&self) -> &'static str {
        "Row"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.named(name)
    }

    fn item(&self, key: &Value) -> Option<Value> {
        match key.as_str() {
            Some(name) => self.named(name),
            None => self.cells().get(place_of(key, self.cells().len())?).cloned(),
        }
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let pairs = || self.0.names.iter().zip(self.cells());
        Some(match name {
            "values" => Ok(Value::tuple(self.cells().iter().cloned())),
            "keys" => Ok(Value::Tuple(self.0.names.iter().map(Value::str).collect())),
            "items" => Ok(Value::tuple(pairs().map(|(name, cell)| Value::tuple([Value::str(name), cell.clone()])))),
            "dict" => Ok(Value::dict(pairs().map(|(name, cell)| (name, cell.clone())))),
            "get" => args
                .bind(name, ["key"], ["default"])
                .map(|([key], [default])| self.item(&key).or(default).unwrap_or(Value::None)),
            _ => return None,
        })
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "values" | "keys" | "items" | "dict" | "get")
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.cells().to_vec())
    }

    fn keys(&self) -> Option<Vec<Value>> {
        Some(self.0.names.iter().map(Value::str).collect())
    }

    fn length(&self) -> Option<usize> {
        Some(self.cells().len())
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Self>()?.cells();
        let same = |(mine, its): (&Value, &Value)| operators::equal(mine, its);
        Some(self.cells().len() == other.len() && self.cells().iter().zip(other).all(same))
    }

    fn display(&self) -> String {
        shortened("Row", self.cells())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct Column(Arc<Data>, usize);

impl Column {
    fn cells(&self) -> Vec<Value> {
        self.0.rows.iter().map(|row| row[self.1].clone()).collect()
    }
}

impl Object for Column {
    fn type_name(&self) -> &'static str {
        "Column"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "name" => Value::str(&self.0.names[self.1]),
            "index" => Value::Int(self.1 as i64),
            "data_type" => Value::object(self.0.kinds()[self.1]),
            _ => return None,
        })
    }

    fn item(&self, key: &Value) -> Option<Value> {
        let place = place_of(key, self.0.rows.len())?;
        Some(self.0.rows[place][self.1].clone())
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, _: Args) -> Option<Result<Value>> {
        Some(Ok(Value::Tuple(match name {
            "values" => self.cells().into(),
            "values_sorted" => return Some(sorted(self.cells())),
            "values_without_nulls_sorted" => {
                return Some(sorted(self.cells().into_iter().filter(|cell| !cell.is_none()).collect()));
            }
            "values_without_nulls" => self.cells().into_iter().filter(|cell| !cell.is_none()).collect(),
            "values_distinct" => {
                let mut seen = HashSet::new();
                self.cells().into_iter().filter(|cell| seen.insert(cell.repr())).collect()
            }
            _ => return None,
        })))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(
            name,
            "values" | "values_without_nulls" | "values_distinct" | "values_sorted" | "values_without_nulls_sorted"
        )
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.cells())
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.rows.len())
    }

    fn display(&self) -> String {
        shortened("Column", &self.cells())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

// agate's mapped sequence: a list that also knows names.
struct Sequence {
    keys: Option<Vec<Arc<str>>>,
    items: Vec<Value>,
}

impl Object for Sequence {
    fn type_name(&self) -> &'static str {
        "MappedSequence"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.item(&Value::str(name))
    }

    fn item(&self, key: &Value) -> Option<Value> {
        let place = match key.as_str() {
            Some(name) => self.keys.as_ref()?.iter().position(|known| **known == *name)?,
            None => place_of(key, self.items.len())?,
        };
        self.items.get(place).cloned()
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let keys = || self.keys.iter().flatten().map(Value::str);
        Some(match name {
            "values" => Ok(Value::tuple(self.items.iter().cloned())),
            "keys" => Ok(Value::Tuple(keys().collect())),
            "items" => Ok(Value::list(keys().zip(&self.items).map(|(key, item)| Value::tuple([key, item.clone()])))),
            "get" => args
                .bind(name, ["key"], ["default"])
                .map(|([key], [default])| self.item(&key).or(default).unwrap_or(Value::None)),
            _ => return None,
        })
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "values" | "keys" | "items" | "get")
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }

    fn keys(&self) -> Option<Vec<Value>> {
        Some(self.keys.as_ref()?.iter().map(Value::str).collect())
    }

    fn length(&self) -> Option<usize> {
        Some(self.items.len())
    }

    fn display(&self) -> String {
        shortened("MappedSequence", &self.items)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn shortened(name: &str, items: &[Value]) -> String {
    let mut shown: Vec<String> = items.iter().take(5).map(Value::repr).collect();
    if items.len() > shown.len() {
        shown.push("...".to_owned());
    }
    format!("<agate.{name}: ({})>", shown.join(", "))
}
