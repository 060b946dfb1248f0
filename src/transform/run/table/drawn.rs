//! A table as text: what `show` prints, and `print_table()` and its like in templates.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::table::{Data, Table};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value};

/// The methods of a table that print it; `None` of any other name.
pub(super) fn print(
    interpreter: &mut Interpreter<'_>,
    table: &Table,
    method: &str,
    args: Args,
) -> Option<Result<Value>> {
    let text = match method {
        "print_table" => extract(table, args).map(|table| drawn(&table).join("\n")),
        "print_csv" => Ok(comma_separated(table)),
        "print_json" => Ok(objects(table).to_string()),
        _ => return None,
    };
    Some(
        text.and_then(|text| interpreter.call_named("print", Args::positional([Value::str(text)])))
            .map(|_| Value::None),
    )
}

/// Whether [`print`] answers this name.
pub(super) fn prints(method: &str) -> bool {
    matches!(method, "print_table" | "print_csv" | "print_json")
}

const ELLIPSIS: &str = "...";

// The first rows, columns and letters, as many as are asked for; what was left out is marked by dots.
fn extract(table: &Table, args: Args) -> Result<Table> {
    let ([], [rows, columns, _, width, _, _]) = args.bind(
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
    let (rows, columns, width) = (limit(rows, 20), limit(columns, 6), limit(width, 20));
    let data = &table.0;
    let short = |text: &str| {
        let kept = || text.chars().take(width.saturating_sub(ELLIPSIS.len())).chain(ELLIPSIS.chars()).collect();
        if text.chars().count() > width { kept() } else { text.to_owned() }
    };
    let mut names: Vec<Arc<str>> = data.names.iter().take(columns).map(|name| Arc::from(short(name))).collect();
    let is_wide = data.names.len() > columns;
    names.extend(is_wide.then(|| Arc::from(ELLIPSIS)));
    let shortened = |cell: &Value| match cell {
        Value::None | Value::Int(_) => cell.clone(),
        other => {
            let text = other.to_string();
            if text.chars().count() > width { Value::str(short(&text)) } else { other.clone() }
        }
    };
    let row = |row: &Arc<[Value]>| {
        let dots = is_wide.then(|| Value::str(ELLIPSIS));
        row.iter().take(columns).map(shortened).chain(dots).collect::<Arc<[Value]>>()
    };
    let mut shown: Vec<Arc<[Value]>> = data.rows.iter().take(rows).map(row).collect();
    if data.rows.len() > rows {
        shown.push(names.iter().map(|_| Value::str(ELLIPSIS)).collect());
    }
    Ok(Table(Arc::new(Data { names, rows: shown })))
}

fn comma_separated(table: &Table) -> String {
    let cell = |text: String| {
        let needs_quotes = text.contains([',', '"', '\n', '\r']);
        if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    let value = |value: &Value| cell(if value.is_none() { String::new() } else { value.to_string() });
    let head = table.0.names.iter().map(|name| cell(name.to_string())).collect::<Vec<_>>().join(",");
    let rows = table.0.rows.iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(","));
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

/// Its rows as objects of JSON.
pub(super) fn objects(table: &Table) -> Json {
    let row = |row: &Arc<[Value]>| {
        let cells = table.0.names.iter().zip(row.iter());
        Json::Object(cells.map(|(name, value)| (name.to_string(), plain(value))).collect::<Map<_, _>>())
    };
    Json::Array(table.0.rows.iter().map(row).collect())
}

// Decimals are numbers here, as in dbt: this is for people and for programs that draw.
fn plain(value: &Value) -> Json {
    let number = (value.type_name() == "Decimal").then(|| value.to_string().parse::<f64>().ok()).flatten();
    number.map_or_else(|| value.to_json(), Json::from)
}

/// A table between bars; numbers stand to the right.
pub(super) fn drawn(table: &Table) -> Vec<String> {
    let data = &table.0;
    let cells: Vec<Vec<(String, bool)>> = data
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|value| {
                    let text = if value.is_none() { String::new() } else { value.to_string().replace('\n', " ") };
                    let number = text.parse::<f64>().is_ok();
                    (text, number)
                })
                .collect()
        })
        .collect();
    let width = |column: usize| {
        let longest = cells.iter().map(|row| row[column].0.chars().count()).max().unwrap_or(0);
        longest.max(data.names[column].chars().count())
    };
    let widths: Vec<usize> = (0..data.names.len()).map(width).collect();
    let bar = |parts: Vec<String>| format!("| {} |", parts.join(" | "));
    let head = data.names.iter().zip(&widths).map(|(name, &width)| format!("{name:<width$}")).collect();
    let rule = widths.iter().map(|&width| "-".repeat(width)).collect();
    let body = cells.iter().map(|row| {
        let parts = row.iter().zip(&widths);
        bar(parts
            .map(|((text, number), &width)| if *number { format!("{text:>width$}") } else { format!("{text:<width$}") })
            .collect())
    });
    [bar(head), bar(rule)].into_iter().chain(body).collect()
}
