//! The rows of a query as templates hold them: what `run_query` and `load_result(...).table` give.
//!
//! It answers what dbt's packages ask of an agate table: `columns`, `rows`, `column_names`, by number and by name.

use std::any::Any;
use std::sync::Arc;

use super::{cells, table_drawn, table_types};
use crate::engine::Rows;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};

#[derive(Debug, Default)]
pub struct Data {
    pub names: Vec<Arc<str>>,
    pub rows: Vec<Arc<[Value]>>,
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
        Ok(Self(Arc::new(Data { names, rows: values })))
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
            "column_types" => table_types::of(&self.0),
            _ => return None,
        })
    }

    fn item(&self, key: &Value) -> Option<Value> {
        place_of(key, self.0.rows.len()).map(|row| Value::object(Row(Arc::clone(&self.0), row)))
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        match name {
            "select" => Some(self.select(args)),
            _ => table_drawn::print(interpreter, self, name, args),
        }
    }

    fn has_method(&self, name: &str) -> bool {
        name == "select" || table_drawn::prints(name)
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some((0..self.0.rows.len()).map(|row| Value::object(Row(Arc::clone(&self.0), row))).collect())
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.rows.len())
    }

    fn display(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![
            line(self.0.names.iter().map(ToString::to_string).collect()),
            line(self.0.names.iter().map(|_| "-".to_owned()).collect()),
        ];
        lines.extend(self.0.rows.iter().take(20).map(|row| {
            line(
                row.iter()
                    .map(|cell| match cell {
                        Value::None => String::new(),
                        other => other.to_string(),
                    })
                    .collect(),
            )
        }));
        lines.join("\n")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Table {
    fn select(&self, args: Args) -> Result<Value> {
        let ([key], []) = args.bind("select", ["key"], [])?;
        let wanted: Vec<String> = match &key {
            Value::List(list) => list.items().iter().map(ToString::to_string).collect(),
            other => vec![other.to_string()],
        };
        let places: Vec<usize> = wanted
            .iter()
            .map(|name| {
                self.0
                    .names
                    .iter()
                    .position(|known| **known == **name)
                    .ok_or_else(|| Error::new(Kind::Compilation, format!("the result has no column `{name}`")))
            })
            .collect::<Result<_>>()?;
        let rows = self.0.rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect();
        let names = places.iter().map(|place| Arc::clone(&self.0.names[*place])).collect();
        Ok(Value::object(Self(Arc::new(Data { names, rows }))))
    }
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
            "items" => Ok(Value::list(pairs().map(|(name, cell)| Value::tuple([Value::str(name), cell.clone()])))),
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

    fn length(&self) -> Option<usize> {
        Some(self.cells().len())
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
            "data_type" => table_types::of_column(&self.0, self.1),
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
            "values_without_nulls" => self.cells().into_iter().filter(|cell| !cell.is_none()).collect(),
            "values_distinct" => {
                let mut distinct: Vec<Value> = Vec::new();
                for cell in self.cells() {
                    if !distinct.iter().any(|known| known.repr() == cell.repr()) {
                        distinct.push(cell);
                    }
                }
                distinct.into()
            }
            _ => return None,
        })))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "values" | "values_without_nulls" | "values_distinct")
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
