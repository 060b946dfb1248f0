//! A table as text: what `show` prints, and `print_table()` and its like in templates.

use std::sync::Arc;

use super::Table;
use super::kind::Kind;
use crate::error::Result;
use crate::transform::jinja::json::{Layout, dumps};
use crate::transform::jinja::{Args, Decimal, Interpreter, Value};

/// The methods of a table that print it; `None` of any other name.
pub(super) fn print(
    interpreter: &mut Interpreter<'_>,
    table: &Table,
    method: &str,
    args: Args,
) -> Option<Result<Value>> {
    let text = match method {
        "print_table" => limits(args).and_then(|limits| drawn(table, &limits)).map(|lines| lines.join("\n")),
        "print_csv" => Ok(comma_separated(table)),
        "print_json" => printed_json(table, args),
        "print_structure" => Ok(structure(table).trim_end().to_owned()),
        _ => return None,
    };
    Some(
        text.and_then(|text| interpreter.call_named("print", Args::positional([Value::str(text)])))
            .map(|_| Value::None),
    )
}

/// Whether [`print`] answers this name.
pub(super) fn prints(method: &str) -> bool {
    matches!(method, "print_table" | "print_csv" | "print_json" | "print_structure")
}

const ELLIPSIS: &str = "...";

/// How much of a table is drawn.
pub(in super::super) struct Limits {
    rows: usize,
    columns: usize,
    /// The signs of a name or a cell.
    width: usize,
    /// The digits behind the point.
    places: i64,
}

impl Limits {
    /// All of it, with at most three digits behind the point.
    pub(in super::super) const ALL: Self = Self { rows: usize::MAX, columns: usize::MAX, width: usize::MAX, places: 3 };
}

fn limits(args: Args) -> Result<Limits> {
    let ([], [rows, columns, _, width, _, places]) = args.bind(
        "print_table",
        [],
        ["max_rows", "max_columns", "output", "max_column_width", "locale", "max_precision"],
    )?;
    // `none` asks for all; nothing asks for what fits a screen.
    let limit = |given: Option<Value>, usual: usize| match given {
        None => usual,
        Some(Value::None) => usize::MAX,
        Some(given) => given.as_int().and_then(|given| usize::try_from(given).ok()).unwrap_or(usual),
    };
    let places = i64::try_from(limit(places, 3)).unwrap_or(i64::MAX);
    Ok(Limits { rows: limit(rows, 20), columns: limit(columns, 6), width: limit(width, 20), places })
}

/// A table between bars, as agate draws it: texts stand to the left, all else to the right; decimals have as many places as
/// the longest of their column, and commas between the thousands. What is left out is marked by dots.
pub(in super::super) fn drawn(table: &Table, limits: &Limits) -> Result<Vec<String>> {
    let data = &table.0;
    let short = |text: String| {
        let kept = || text.chars().take(limits.width.saturating_sub(ELLIPSIS.len())).chain(ELLIPSIS.chars()).collect();
        if text.chars().count() > limits.width { kept() } else { text }
    };
    let mut columns = Vec::new();
    for (place, name) in data.names.iter().enumerate().take(limits.columns) {
        let kind = data.kinds()[place];
        let show = shower(kind, data.rows.iter().take(limits.rows).map(|row| &row[place]), limits.places);
        let mut cells = vec![short(name.to_string())];
        for row in data.rows.iter().take(limits.rows) {
            cells.push(short(show(&row[place])?));
        }
        columns.push((kind == Kind::Text, cells));
    }
    if data.names.len() > limits.columns {
        let count = columns.first().map_or(0, |(_, cells)| cells.len());
        columns.push((data.kinds()[limits.columns] == Kind::Text, vec![ELLIPSIS.to_owned(); count]));
    }
    let widths: Vec<usize> =
        columns.iter().map(|(_, cells)| cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    if data.rows.len() > limits.rows {
        for (_, cells) in &mut columns {
            cells.push(ELLIPSIS.to_owned());
        }
    }
    let line = |row: usize| {
        let parts = columns.iter().zip(&widths).map(|((is_text, cells), &width)| {
            let cell = &cells[row];
            if *is_text { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("| {} |", parts.collect::<Vec<_>>().join(" | "))
    };
    let rule = widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>().join(" | ");
    let count = columns.first().map_or(0, |(_, cells)| cells.len());
    let mut lines: Vec<String> = (0..count).map(line).collect();
    lines.insert(count.min(1), format!("| {rule} |"));
    Ok(lines)
}

type Shower = Box<dyn Fn(&Value) -> Result<String>>;

// How the cells of a column are shown. A line break would tear the table.
fn shower<'a>(kind: Kind, values: impl Iterator<Item = &'a Value>, places_max: i64) -> Shower {
    let text = |value: &Value| if value.is_none() { String::new() } else { value.to_string().replace('\n', " ") };
    if kind != Kind::Number {
        return Box::new(move |value| Ok(text(value)));
    }
    let extents = values.filter_map(|value| value.downcast::<Decimal>()).filter_map(Decimal::extent);
    let (whole, places) = extents.fold((1, 0), |(whole, places), one| (whole.max(one.0), places.max(one.1)));
    // No more than a decimal number can have in all.
    let places = places.min(28 - whole).max(0);
    let dots = if places > places_max { "…" } else { "" };
    let places = u32::try_from(places.min(places_max)).unwrap_or(0);
    Box::new(move |value| match value.downcast::<Decimal>() {
        Some(number) if number.extent().is_some() => Ok(number.grouped(places)? + dots),
        _ => Ok(text(value)),
    })
}

/// `print_structure`, and what a table is as a text: its columns and their types.
pub(super) fn structure(table: &Table) -> String {
    let rows: Vec<(String, &str)> =
        table.0.names.iter().zip(table.0.kinds()).map(|(name, kind)| (name.to_string(), kind.name())).collect();
    let head = ("column".to_owned(), "data_type");
    let all = || std::iter::once(&head).chain(&rows);
    let names = all().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let kinds = all().map(|(_, kind)| kind.len()).max().unwrap_or(0);
    let mut lines: Vec<String> = all().map(|(name, kind)| format!("| {name:<names$} | {kind:<kinds$} |")).collect();
    lines.insert(1, format!("| {} | {} |", "-".repeat(names), "-".repeat(kinds)));
    lines.join("\n") + "\n"
}

fn comma_separated(table: &Table) -> String {
    let cell = |text: String| {
        let needs_quotes = text.contains([',', '"', '\n', '\r']);
        if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    let head = table.0.names.iter().map(|name| cell(name.to_string())).collect::<Vec<_>>().join(",");
    let kinds = table.0.kinds();
    let value = |(value, kind): (&Value, &Kind)| match (value, kind) {
        (Value::None, _) => String::new(),
        (moment, Kind::DateTime) => kind.in_json(moment).to_string(),
        (other, _) => cell(other.to_string()),
    };
    let rows = table.0.rows.iter().map(|row| row.iter().zip(kinds).map(value).collect::<Vec<_>>().join(","));
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

fn printed_json(table: &Table, args: Args) -> Result<String> {
    let ([], [key, newline, indent]) = args.bind("print_json", [], ["key", "newline", "indent"])?;
    let indent = indent.and_then(|indent| indent.as_int()).and_then(|indent| usize::try_from(indent).ok());
    let layout = Layout { indent, unicode: true, ..Layout::default() };
    let kinds = table.0.kinds();
    let names = &table.0.names;
    let object = |row: &Arc<[Value]>| {
        let cells = row.iter().zip(kinds).map(|(value, kind)| kind.in_json(value));
        Value::dict(names.iter().zip(cells))
    };
    if newline.is_some_and(|newline| newline.truth()) {
        let lines = table.0.rows.iter().map(|row| dumps(&object(row), layout)).collect::<Result<Vec<_>>>()?;
        return Ok(lines.join("\n"));
    }
    let Some(key) = key.filter(|key| !key.is_none()) else {
        return dumps(&records(table), layout);
    };
    let place = table.place(&key.to_string())?;
    dumps(&Value::dict(table.0.rows.iter().map(|row| (row[place].to_string(), object(row)))), layout)
}

/// Its rows as dicts, whose values are those that JSON has.
pub(in super::super) fn records(table: &Table) -> Value {
    let kinds = table.0.kinds();
    let names = &table.0.names;
    let record = |row: &Arc<[Value]>| {
        let cells = row.iter().zip(kinds).map(|(value, kind)| kind.in_json(value));
        Value::dict(names.iter().zip(cells))
    };
    Value::list(table.0.rows.iter().map(record))
}
