//! Tables under the values of a column, as `table.group_by(key)` makes them: what agate calls a table set.

use indexmap::IndexMap;

use super::aggregate;
use super::arguments::{ask, is_true, items_of, key_of, plain, table_of, type_of, wrong};
use super::build::{self, Types};
use super::column_type::ColumnType;
use super::drawn::{self, Limits};
use super::outlet::Outlet;
use super::sequence::{Mapped, Sequence};
use super::written::{self, JsonOptions};
use super::{Table, refused};
use crate::error::Result;
use crate::transform::jinja::json::{dumps, loads};
use crate::transform::jinja::{Args, Interpreter, Key, Value, limits, methods};

/// Tables, or groups again, with a name for each.
pub(super) struct Groups {
    pub(super) tables: Vec<Value>,
    pub(super) keys: Vec<Value>,
    pub(super) key_name: Value,
    pub(super) key_type: ColumnType,
    /// The first table, whose columns all have.
    pub(super) sample: Table,
    // Groups within groups.
    depth: usize,
}

/// How deep groups may be nested.
const DEPTH_MAX: usize = 20;

impl Groups {
    fn new(tables: Vec<Value>, keys: Vec<Value>, key_name: Value, key_type: ColumnType) -> Result<Self> {
        plain(&key_name)?;
        let nested = |table: &Value| match table.downcast::<Sequence<Self>>() {
            Some(groups) => Ok(groups.0.depth),
            None => table_of(table).map(|_| 0),
        };
        let depths = tables.iter().map(nested).collect::<Result<Vec<_>>>()?;
        let depth = 1 + depths.into_iter().max().unwrap_or(0);
        if depth > DEPTH_MAX {
            return Err(wrong(format!("groups are nested deeper than {DEPTH_MAX} levels")));
        }
        let sample = match tables.first() {
            Some(first) => match first.downcast::<Sequence<Self>>() {
                Some(groups) => groups.0.sample.clone(),
                None => table_of(first)?.clone(),
            },
            None => return Err(wrong("there is no group")),
        };
        Ok(Self { tables, keys, key_name, key_type, sample, depth })
    }

    /// Names and tables.
    pub(super) fn pairs(&self) -> Vec<(Value, Value)> {
        self.keys.iter().cloned().zip(self.tables.iter().cloned()).collect()
    }

    // The same groups with other tables.
    fn with(&self, tables: Vec<Value>, keys: Vec<Value>) -> Result<Value> {
        Self::new(tables, keys, self.key_name.clone(), self.key_type).map(Sequence::value)
    }

    // What a method makes of each table.
    fn each(&self, interpreter: &mut Interpreter<'_>, method: &str, args: &Args) -> Result<Value> {
        let mut made = Vec::new();
        for (_, table) in self.pairs() {
            made.push(methods::call(interpreter, &table, method, args.clone())?);
        }
        self.with(made, self.keys.clone())
    }
}

/// `table.group_by(key, key_name=None, key_type=None)`: by a column, or a function of a row.
pub(super) fn group_by(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([key], [key_name, key_type]) = args.bind("group_by", ["key"], ["key_name", "key_type"])?;
    let is_function = key.is_callable();
    let place = if is_function { None } else { Some(table.0.place(&key)?) };
    let asked_type = key_type.filter(Value::truth).map(|asked| type_of(&asked)).transpose()?;
    let key_type = asked_type.unwrap_or_else(|| place.map_or(ColumnType::TEXT, |place| table.0.types()[place]));
    let usual = || Value::str(place.map_or("group", |place| &*table.0.names[place]));
    let key_name = key_name.filter(Value::truth).unwrap_or_else(usual);
    let mut found: IndexMap<Key, Vec<usize>> = IndexMap::new();
    for (number, row) in table.0.rows.iter().enumerate() {
        let value = match place {
            Some(place) => row[place].clone(),
            None => ask(interpreter, &key, table.row(number))?,
        };
        limits::work(1)?;
        found.entry(key_of(key_type.cast(&value)?)?).or_default().push(number);
    }
    let of_rows = |places: &[usize]| {
        let rows = places.iter().map(|place| table.0.rows[*place].clone()).collect();
        // The names of rows stay those of the whole table, as in agate.
        table.with_rows(rows, table.0.row_names.clone()).map(Value::object)
    };
    interpreter.charge(table.0.rows.len() * size_of::<Value>())?;
    let mut tables = Vec::with_capacity(found.len());
    for places in found.values() {
        build::grown(interpreter, table.0.names.len())?;
        tables.push(of_rows(places)?);
    }
    if tables.is_empty() {
        tables.push(of_rows(&[])?);
    }
    let keys = found.into_keys().map(Key::into_value).collect();
    Groups::new(tables, keys, key_name, key_type).map(Sequence::value)
}

/// What is done to each table.
const OF_EACH: [&str; 14] = [
    "bins",
    "compute",
    "denormalize",
    "distinct",
    "exclude",
    "find",
    "homogenize",
    "join",
    "limit",
    "normalize",
    "order_by",
    "pivot",
    "select",
    "where",
];

impl Mapped for Groups {
    fn type_name(&self) -> &'static str {
        "TableSet"
    }

    fn length(&self) -> usize {
        self.tables.len()
    }

    fn at(&self, place: usize) -> Value {
        self.tables[place].clone()
    }

    fn keys(&self) -> Value {
        Value::tuple(self.keys.iter().cloned())
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "key_name" => self.key_name.clone(),
            "key_type" => Value::object(self.key_type),
            "column_names" => self.sample.0.column_names(),
            "column_types" => Value::tuple(self.sample.0.types().iter().copied().map(Value::object)),
            _ => return None,
        })
    }

    fn has_method(&self, name: &str) -> bool {
        OF_EACH.contains(&name)
            || matches!(name, "group_by" | "aggregate" | "having" | "merge" | "print_structure" | "to_csv" | "to_json")
            || matches!(name, "from_csv" | "from_json" | "bar_chart" | "column_chart" | "line_chart" | "scatterplot")
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Result<Value> {
        match name {
            "aggregate" => {
                let ([asked], []) = args.bind(name, ["aggregations"], [])?;
                let asked = aggregate::aggregations(&asked)?;
                aggregate::of_groups(interpreter, self, &asked).map(Value::object)
            }
            "having" => self.having(interpreter, args),
            "merge" => self.merged(interpreter, args),
            "print_structure" => {
                let ([], [rows, output]) = args.bind(name, [], ["max_rows", "output"])?;
                let most = rows.map_or(Ok(20), |rows| drawn::whole(&rows))?;
                let lines = self.structure(usize::try_from(most).unwrap_or(0))?;
                Outlet::of(output)?.lines(interpreter, lines)
            }
            "to_csv" => Err(refused::writes()),
            "to_json" => self.to_json(interpreter, args),
            "from_csv" | "from_json" => refused::read(interpreter, &self.sample, args),
            "bar_chart" | "column_chart" | "line_chart" | "scatterplot" => {
                refused::chart(interpreter, &self.sample, args)
            }
            _ => self.each(interpreter, name, &args),
        }
    }

    fn text(&self) -> Option<String> {
        Some(self.structure(20).map(|lines| lines.join("\n") + "\n").unwrap_or_default())
    }
}

impl Groups {
    fn having(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
        let ([aggregations, test], []) = args.bind("having", ["aggregations", "test"], [])?;
        let (mut tables, mut keys) = (Vec::new(), Vec::new());
        for (key, table) in self.pairs() {
            let found = aggregate::of_table(interpreter, &table, &aggregations)?;
            if ask(interpreter, &test, found)?.truth() {
                tables.push(table);
                keys.push(key);
            }
        }
        self.with(tables, keys)
    }

    // One table again, with the name of the group in front.
    fn merged(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
        let ([], [groups, name, group_type]) = args.bind("merge", [], ["groups", "group_name", "group_type"])?;
        let groups = match groups {
            None | Some(Value::None) => None,
            Some(Value::List(groups)) if groups.len() == self.tables.len() => Some(groups.items()),
            Some(_) => return Err(wrong("`groups` takes a list with a name for each group")),
        };
        let name = name.filter(Value::truth).unwrap_or_else(|| self.key_name.clone());
        let group_type = group_type.filter(Value::truth).map_or(Ok(self.key_type), |asked| type_of(&asked))?;
        let names: Vec<Value> = std::iter::once(name).chain(self.sample.0.names.iter().map(Value::str)).collect();
        let types = std::iter::once(group_type).chain(self.sample.0.types().iter().copied()).collect();
        let mut rows = Vec::new();
        for (number, (key, table)) in self.pairs().into_iter().enumerate() {
            let table = table_of(&table)?;
            let key = groups.as_ref().map_or(key, |groups| groups[number].clone());
            for row in &table.0.rows {
                build::grown(interpreter, names.len())?;
                rows.push(std::iter::once(key.clone()).chain(row.iter().cloned()).collect());
            }
        }
        build::table(interpreter, rows, &names, Types::Given(types), None).map(Value::object)
    }

    fn structure(&self, most: usize) -> Result<Vec<String>> {
        let mut rows = Vec::new();
        for (key, table) in self.pairs().into_iter().take(most) {
            let count = table_of(&table)?.0.rows.len();
            let cells = [key, Value::Int(count as i64)].map(|cell| ColumnType::TEXT.cast(&cell));
            rows.push(cells.into_iter().collect::<Result<_>>()?);
        }
        drawn::of_texts(["table", "rows"], rows, &Limits { width: None, ..Limits::USUAL })
    }

    // A file for each group, or one document with all.
    fn to_json(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
        let ([path], [nested, indent], _, others) = args.bind_open("to_json", ["path"], ["nested", "indent"])?;
        if !is_true(nested.as_ref()) {
            return Err(refused::writes());
        }
        let mut outlet = Outlet::to(&path)?;
        let options = JsonOptions::of(indent, others)?;
        let inner =
            JsonOptions { layout: crate::transform::jinja::json::Layout { indent: None, ..options.layout }, ..options };
        let mut found = Vec::new();
        for (key, table) in self.pairs() {
            let text = written::json(interpreter, table_of(&table)?, &inner)?;
            found.push((key, loads(text.trim_end()).ok_or_else(|| wrong("lines of JSON are no document"))?));
        }
        let whole = crate::transform::jinja::operators::dict(found)?;
        outlet.write(interpreter, &dumps(&whole, options.layout)?)?;
        outlet.end(interpreter)
    }
}

/// The items of what may be groups of tables.
pub(super) fn tables_of(value: &Value) -> Result<Vec<Value>> {
    items_of(value).map_or_else(|| crate::transform::jinja::operators::iterate(value), Ok)
}
