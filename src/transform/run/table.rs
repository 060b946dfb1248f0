//! The rows of a query as templates hold them: what `run_query` and `load_result(...).table` give.
//!
//! It answers what an agate table answers, one idea to a file: what is asked of rows and columns (`sequence`), tables made of
//! one (`shape`, `join`, `pivot`, `turn`, `merge`, ...), groups of tables (`groups`), and texts (`drawn`, `written`, ...).

mod aggregate;
mod arguments;
mod bars;
mod bins;
mod build;
mod cast;
mod column_type;
pub(super) mod drawn;
mod groups;
mod html;
mod join;
mod locale;
mod merge;
mod outlet;
mod pivot;
mod refused;
mod rename;
mod sequence;
mod shape;
mod turn;
pub(super) mod written;

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use self::column_type::ColumnType;
use self::sequence::{Columns, Row, Rows as RowSequence, Sequence};
use super::cells;
use crate::engine::Rows;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value, limits};

#[derive(Debug, Default)]
pub struct Data {
    pub names: Vec<Arc<str>>,
    pub rows: Vec<Arc<[Value]>>,
    // Asked for when a table is drawn; what is made of a table keeps its types.
    types: OnceLock<Vec<ColumnType>>,
    row_names: Option<Arc<[Value]>>,
    // What `row.keys()` gives, where that is not the names of the columns.
    row_keys: Option<Value>,
}

impl Data {
    pub fn new(names: Vec<Arc<str>>, rows: Vec<Arc<[Value]>>) -> Self {
        Self { names, rows, ..Self::default() }
    }

    fn types(&self) -> &[ColumnType] {
        self.types.get_or_init(|| {
            let of_column = |place: usize| ColumnType::of_query(self.rows.iter().map(|row| &row[place]));
            (0..self.names.len()).map(of_column).collect()
        })
    }

    fn column(&self, place: usize) -> impl Iterator<Item = &Value> {
        self.rows.iter().map(move |row| &row[place])
    }

    // The names of its columns as a tuple.
    fn column_names(&self) -> Value {
        Value::Tuple(self.names.iter().map(Value::str).collect())
    }
}

/// A whole table.
#[derive(Clone, Debug, Default)]
pub struct Table(pub Arc<Data>);

// The second column `a` of a query is `a_2`, the third `a_3`: so dbt names them. Where that is the name of another, agate
// numbers it once more.
fn told_apart<'a>(columns: impl Iterator<Item = &'a str>) -> Result<Vec<Arc<str>>> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let counted = |column: &'a str| {
        let count = counts.entry(column).and_modify(|count| *count += 1).or_insert(1);
        if *count == 1 { Value::str(column) } else { Value::str(format!("{column}_{count}")) }
    };
    let names: Vec<Value> = columns.map(counted).collect();
    build::column_names(&names, names.len())
}

impl Table {
    pub fn of(rows: &Rows) -> Result<Self> {
        let names = told_apart(rows.schema.fields().iter().map(|field| field.name().as_str()))?;
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

    fn made(data: Data) -> Self {
        Self(Arc::new(data))
    }

    /// The same columns with other rows.
    fn with_rows(&self, rows: Vec<Arc<[Value]>>, row_names: Option<Arc<[Value]>>) -> Result<Self> {
        limits::work(rows.len() + self.0.names.len())?;
        Ok(Self::made(Data {
            names: self.0.names.clone(),
            rows,
            types: OnceLock::from(self.0.types().to_vec()),
            row_names,
            row_keys: self.0.row_keys.clone(),
        }))
    }

    fn row(&self, place: usize) -> Value {
        Sequence::value(Row(Arc::clone(&self.0), place))
    }

    fn rows(&self) -> RowSequence {
        RowSequence(Arc::clone(&self.0))
    }
}

type Method = fn(&mut Interpreter<'_>, &Table, Args) -> Result<Value>;

/// What a table can be asked to do.
const METHODS: &[(&str, Method)] = &[
    ("aggregate", aggregate::aggregate),
    ("bar_chart", refused::chart),
    ("bins", bins::bins),
    ("column_chart", refused::chart),
    ("compute", aggregate::compute),
    ("denormalize", turn::denormalize),
    ("distinct", shape::distinct),
    ("exclude", shape::exclude),
    ("find", shape::find),
    ("from_csv", refused::read),
    ("from_fixed", refused::read),
    ("from_json", refused::read),
    ("from_object", build::from_object),
    ("group_by", groups::group_by),
    ("homogenize", merge::homogenize),
    ("join", join::join),
    ("limit", shape::limit),
    ("line_chart", refused::chart),
    ("merge", merge::merge),
    ("normalize", turn::normalize),
    ("order_by", shape::order_by),
    ("pivot", pivot::pivot),
    ("print_bars", bars::print_bars),
    ("print_csv", written::print_csv),
    ("print_html", html::print_html),
    ("print_json", written::print_json),
    ("print_structure", drawn::print_structure),
    ("print_table", drawn::print_table),
    ("rename", rename::rename),
    ("scatterplot", refused::chart),
    ("select", shape::select),
    ("to_csv", written::to_csv),
    ("to_json", written::to_json),
    ("where", shape::filter),
];

fn method(name: &str) -> Option<Method> {
    METHODS.iter().find(|(known, _)| *known == name).map(|(_, method)| *method)
}

impl Object for Table {
    fn type_name(&self) -> &'static str {
        "Table"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "columns" => Sequence::value(Columns(Arc::clone(&self.0))),
            "rows" => Sequence::value(self.rows()),
            "column_names" => self.0.column_names(),
            "column_types" => Value::tuple(self.0.types().iter().copied().map(Value::object)),
            "row_names" => self.0.row_names.as_ref().map_or(Value::None, |names| Value::tuple(names.iter().cloned())),
            _ => return None,
        })
    }

    fn item(&self, key: &Value) -> Option<Value> {
        Sequence(self.rows()).item(key)
    }

    fn sliced(&self, items: Vec<Value>) -> Value {
        Value::tuple(items)
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        method(name).map(|method| method(interpreter, self, args))
    }

    fn members(&self) -> Vec<&str> {
        METHODS.iter().map(|(name, _)| *name).collect()
    }

    fn has_method(&self, name: &str) -> bool {
        method(name).is_some()
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some((0..self.0.rows.len()).map(|row| self.row(row)).collect())
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
