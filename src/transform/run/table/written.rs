//! A table as CSV and as JSON.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Table;
use super::arguments::{ask, given, is_true, items_of, key_of, wrong};
use super::outlet::Outlet;
use crate::error::Result;
use crate::transform::jinja::json::{Layout, dumps};
use crate::transform::jinja::{Args, Interpreter, Key, Value, limits, operators};

type Options = IndexMap<Arc<str>, Value>;

/// `table.print_csv(**options)`
pub(super) fn print_csv(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([], [], beyond, options) = args.bind_open("print_csv", [], [])?;
    nothing_beyond("print_csv", &beyond)?;
    csv(interpreter, table, Outlet::of(None)?, options)
}

/// `table.to_csv(path, **options)`
pub(super) fn to_csv(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([path], [], beyond, options) = args.bind_open("to_csv", ["path"], [])?;
    nothing_beyond("to_csv", &beyond)?;
    csv(interpreter, table, Outlet::to(&path)?, options)
}

fn nothing_beyond(method: &str, beyond: &[Value]) -> Result<()> {
    if beyond.is_empty() { Ok(()) } else { Err(wrong(format!("`{method}()` takes its options by their names"))) }
}

fn csv(interpreter: &mut Interpreter<'_>, table: &Table, mut outlet: Outlet, options: Options) -> Result<Value> {
    let dialect = Dialect::of(options)?;
    let head = table.0.names.iter().map(Value::str).collect::<Vec<_>>();
    outlet.write(interpreter, &dialect.line(0, &head)?)?;
    let types = table.0.types();
    for (number, row) in table.0.rows.iter().enumerate() {
        limits::work(row.len())?;
        let cells: Vec<Value> = row.iter().zip(types).map(|(cell, column_type)| column_type.in_csv(cell)).collect();
        outlet.write(interpreter, &dialect.line(number + 1, &cells)?)?;
    }
    outlet.end(interpreter)
}

/// When a cell stands in quotes.
#[derive(Clone, Copy, PartialEq)]
enum Quoting {
    Minimal,
    All,
    NotNumeric,
    None,
}

/// How Python's writer of CSV lays out its text.
struct Dialect {
    delimiter: char,
    quote: Option<char>,
    escape: Option<char>,
    double: bool,
    end: Arc<str>,
    quoting: Quoting,
    line_numbers: bool,
}

impl Dialect {
    fn of(options: Options) -> Result<Self> {
        let mut dialect = Self {
            delimiter: ',',
            quote: Some('"'),
            escape: None,
            double: true,
            end: Arc::from("\n"),
            quoting: Quoting::Minimal,
            line_numbers: false,
        };
        match options.get("dialect").and_then(Value::as_str) {
            None | Some("excel") => {}
            Some("excel-tab") => dialect.delimiter = '\t',
            Some("unix") => dialect.quoting = Quoting::All,
            Some(other) => return Err(wrong(format!("there is no dialect `{other}` of CSV"))),
        }
        for (name, value) in &options {
            let sign = || one_sign(name, value);
            match &**name {
                "dialect" | "skipinitialspace" | "strict" => {}
                "delimiter" => dialect.delimiter = sign()?.ok_or_else(|| wrong("`delimiter` takes one sign"))?,
                "quotechar" => dialect.quote = sign()?,
                "escapechar" => dialect.escape = sign()?,
                "doublequote" => dialect.double = value.truth(),
                "lineterminator" => dialect.end = value.text()?,
                "line_numbers" => dialect.line_numbers = value.truth(),
                "quoting" => {
                    dialect.quoting = match value {
                        Value::Int(0) => Quoting::Minimal,
                        Value::Int(1) => Quoting::All,
                        Value::Int(2) => Quoting::NotNumeric,
                        Value::Int(3) => Quoting::None,
                        _ => return Err(wrong("`quoting` takes a number: 0 where needed, 1 all, 2 texts, 3 none")),
                    }
                }
                _ => return Err(wrong(format!("CSV has no option `{name}`"))),
            }
        }
        Ok(dialect)
    }

    fn line(&self, number: usize, cells: &[Value]) -> Result<String> {
        let mut line = String::new();
        if self.line_numbers {
            let number = if number == 0 { Value::str("line_number") } else { Value::Int(number as i64) };
            self.cell(&mut line, &number)?;
        }
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 || self.line_numbers {
                line.push(self.delimiter);
            }
            limits::text(line.len())?;
            self.cell(&mut line, cell)?;
        }
        if line.is_empty() && !cells.is_empty() {
            // A line of one empty cell would be no line.
            match (self.quoting, self.quote) {
                (Quoting::None, _) | (_, None) => return Err(wrong("a line of one empty cell needs quotes")),
                (_, Some(quote)) => line.extend([quote, quote]),
            }
        }
        Ok(line + &self.end)
    }

    fn cell(&self, line: &mut String, cell: &Value) -> Result<()> {
        let text = if cell.is_none() { Arc::from("") } else { cell.text()? };
        let text = if cell.as_str().is_some() { text.replace('\r', "\n") } else { text.to_string() };
        limits::reading(text.len())?;
        let mut quoted = match self.quoting {
            Quoting::All => true,
            Quoting::NotNumeric => !matches!(cell, Value::Int(_)),
            Quoting::Minimal | Quoting::None => false,
        };
        let mut shown = String::with_capacity(text.len());
        for sign in text.chars() {
            let is_special = sign == self.delimiter
                || Some(sign) == self.escape
                || Some(sign) == self.quote
                || self.end.contains(sign);
            let mut escaped = is_special && self.quoting == Quoting::None;
            if is_special && !escaped {
                if Some(sign) == self.quote {
                    if self.double {
                        shown.push(sign);
                    } else {
                        escaped = true;
                    }
                } else if Some(sign) == self.escape {
                    escaped = true;
                }
                quoted |= !escaped;
            }
            if escaped {
                let escape = self.escape.ok_or_else(|| wrong("a cell needs `escapechar`, which is not given"))?;
                shown.push(escape);
            }
            shown.push(sign);
        }
        match self.quote.filter(|_| quoted) {
            Some(quote) => line.extend(std::iter::once(quote).chain(shown.chars()).chain([quote])),
            None => line.push_str(&shown),
        }
        Ok(())
    }
}

fn one_sign(name: &str, value: &Value) -> Result<Option<char>> {
    let mut signs = value.as_str().unwrap_or_default().chars();
    match (value, signs.next(), signs.next()) {
        (Value::None, _, _) => Ok(None),
        (_, Some(sign), None) => Ok(Some(sign)),
        _ => Err(wrong(format!("`{name}` takes one sign"))),
    }
}

/// What `to_json` is asked for.
pub(super) struct JsonOptions {
    pub(super) key: Option<Value>,
    pub(super) newline: bool,
    pub(super) layout: Layout,
}

impl JsonOptions {
    pub(super) fn of(indent: Option<Value>, mut others: Options) -> Result<Self> {
        let key = given(others.shift_remove("key"));
        let newline = is_true(others.shift_remove("newline").as_ref());
        let indent = given(indent);
        if newline && key.is_some() {
            return Err(wrong("`key` and `newline` do not go together"));
        }
        if newline && indent.is_some() {
            return Err(wrong("`newline` and `indent` do not go together"));
        }
        let indent = match indent {
            None => None,
            Some(indent) => {
                let blanks = indent.as_int().ok_or_else(|| wrong("`indent` takes a number of blanks"))?;
                Some(usize::try_from(blanks).unwrap_or(0))
            }
        };
        let mut layout = Layout { indent, unicode: true, sort_keys: false };
        for (name, value) in others {
            match &*name {
                "ensure_ascii" => layout.unicode = !value.truth(),
                "sort_keys" => layout.sort_keys = value.truth(),
                "allow_nan" | "check_circular" | "skipkeys" => {}
                _ => return Err(wrong(format!("JSON has no option `{name}` here"))),
            }
        }
        Ok(Self { key, newline, layout })
    }
}

/// `table.print_json(**options)`
pub(super) fn print_json(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([], [], beyond, mut options) = args.bind_open("print_json", [], [])?;
    nothing_beyond("print_json", &beyond)?;
    let text = json(interpreter, table, &JsonOptions::of(options.shift_remove("indent"), options)?)?;
    let mut outlet = Outlet::of(None)?;
    outlet.write(interpreter, &text)?;
    outlet.end(interpreter)
}

/// `table.to_json(path, key=None, newline=False, indent=None, **options)`
pub(super) fn to_json(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([path], [key, newline, indent], beyond, mut options) =
        args.bind_open("to_json", ["path"], ["key", "newline", "indent"])?;
    nothing_beyond("to_json", &beyond)?;
    options.extend(key.map(|key| (Arc::from("key"), key)));
    options.extend(newline.map(|newline| (Arc::from("newline"), newline)));
    let options = JsonOptions::of(indent, options)?;
    let mut outlet = Outlet::to(&path)?;
    let text = json(interpreter, table, &options)?;
    outlet.write(interpreter, &text)?;
    outlet.end(interpreter)
}

/// The rows of a table as JSON: a list of objects, a line for each, or an object of them.
pub(super) fn json(interpreter: &mut Interpreter<'_>, table: &Table, options: &JsonOptions) -> Result<String> {
    let types = table.0.types();
    let names = match &table.0.row_keys {
        Some(names) => items_of(names).unwrap_or_default(),
        None => table.0.names.iter().map(Value::str).collect(),
    };
    let object = |row: &Arc<[Value]>| {
        limits::work(row.len())?;
        let cells = row.iter().zip(types).map(|(value, column_type)| column_type.in_json(value));
        operators::dict(names.iter().cloned().zip(cells))
    };
    if options.newline {
        let mut text = String::new();
        for row in &table.0.rows {
            text.push_str(&dumps(&object(row)?, options.layout)?);
            text.push('\n');
            limits::text(text.len())?;
        }
        return Ok(text);
    }
    let Some(key) = &options.key else {
        return dumps(&Value::list(table.0.rows.iter().map(object).collect::<Result<Vec<_>>>()?), options.layout);
    };
    let mut rows: IndexMap<Key, Value> = IndexMap::new();
    let place = if key.is_callable() || table.0.rows.is_empty() { None } else { Some(table.0.cell_place(key)?) };
    for (number, row) in table.0.rows.iter().enumerate() {
        let name = match place {
            Some(place) => Value::Str(row[place].text()?),
            None => ask(interpreter, key, table.row(number))?,
        };
        let text = name.to_string();
        if rows.insert(key_of(name)?, object(row)?).is_some() {
            return Err(wrong(format!("`{text}` stands in several rows, so that it cannot be the key of one")));
        }
    }
    dumps(&Value::Dict(crate::transform::jinja::Dict::new(rows)), options.layout)
}

/// Its rows as dicts, whose values are those that JSON has.
pub(in super::super) fn records(table: &Table) -> Value {
    let types = table.0.types();
    let record = |row: &Arc<[Value]>| {
        let cells = row.iter().zip(types).map(|(value, column_type)| column_type.in_json(value));
        Value::dict(table.0.names.iter().zip(cells))
    };
    Value::list(table.0.rows.iter().map(record))
}
