//! A table between bars: what `show` prints, and `print_table()` and its like in templates.

use std::sync::Arc;

use super::arguments::{given, wrong};
use super::column_type::ColumnType;
use super::locale::Signs;
use super::outlet::Outlet;
use super::{Data, Table};
use crate::error::Result;
use crate::transform::jinja::{Args, Decimal, Interpreter, Value, limits};

/// `table.print_table(max_rows=20, max_columns=6, output=..., max_column_width=20, locale=None, max_precision=3)`
pub(super) fn print_table(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let (limits, output) = asked("print_table", args)?;
    Outlet::of(output)?.lines(interpreter, drawn(table, &limits)?)
}

/// `table.print_structure(output=..., max_rows=None)`
pub(super) fn print_structure(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([], [output, rows]) = args.bind("print_structure", [], ["output", "max_rows"])?;
    let rows = limit(rows, usize::MAX)?;
    Outlet::of(output)?.lines(interpreter, structured(table, rows)?)
}

pub(super) const ELLIPSIS: &str = "...";

/// How much of a table is drawn.
pub(in super::super) struct Limits {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// The signs of a name or a cell.
    pub(super) width: Option<i64>,
    /// The digits behind the point.
    pub(super) places: i64,
    /// Whether line breaks become blanks, since one would tear the table.
    pub(super) unbroken: bool,
    pub(super) signs: Signs,
}

impl Limits {
    /// All of it, with at most three digits behind the point.
    pub(in super::super) const ALL: Self =
        Self { rows: usize::MAX, columns: usize::MAX, width: None, places: 3, unbroken: true, signs: Signs::USUAL };

    /// What fits a screen.
    pub(super) const USUAL: Self =
        Self { rows: 20, columns: 6, width: Some(20), places: 3, unbroken: false, signs: Signs::USUAL };
}

/// What `print_table` and `print_html` are asked for, and where it goes.
pub(super) fn asked(method: &str, args: Args) -> Result<(Limits, Option<Value>)> {
    let options = ["max_rows", "max_columns", "output", "max_column_width", "locale", "max_precision"];
    let ([], [rows, columns, output, width, locale, places]) = args.bind(method, [], options)?;
    let signs = given(locale).map_or(Ok(Signs::USUAL), |locale| Signs::of(&locale))?;
    let width = match width {
        None => Limits::USUAL.width,
        Some(Value::None) => None,
        Some(width) => Some(whole(&width)?),
    };
    let places = i64::try_from(limit(places, 3)?).unwrap_or(i64::MAX);
    Ok((Limits { rows: limit(rows, 20)?, columns: limit(columns, 6)?, width, places, unbroken: false, signs }, output))
}

// `none` asks for all; nothing asks for what is usual.
fn limit(asked: Option<Value>, usual: usize) -> Result<usize> {
    match asked {
        None => Ok(usual),
        Some(Value::None) => Ok(usize::MAX),
        Some(asked) => Ok(usize::try_from(whole(&asked)?).unwrap_or(0)),
    }
}

/// A number that is asked for.
pub(super) fn whole(asked: &Value) -> Result<i64> {
    asked.as_int().ok_or_else(|| wrong(format!("this takes a number, not {}", asked.repr())))
}

impl Limits {
    // What a template draws is a text of a template; what a command shows is as long as its rows are.
    fn hold(&self, bytes: usize) -> Result<()> {
        if self.unbroken { Ok(()) } else { limits::text(bytes) }
    }

    /// The text within the width, the end marked by dots.
    pub(super) fn short(&self, text: String) -> String {
        let count = text.chars().count();
        let text = if self.unbroken { text.replace('\n', " ") } else { text };
        let Some(width) = self.width.filter(|width| count as i64 > *width) else { return text };
        // As Python counts: what is below zero counts from the end.
        let kept = width - ELLIPSIS.len() as i64;
        let kept = if kept < 0 { kept.saturating_add(count as i64) } else { kept };
        text.chars().take(usize::try_from(kept).unwrap_or(0)).chain(ELLIPSIS.chars()).collect()
    }
}

/// A table between bars, as agate draws it: texts stand to the left, all else to the right; decimals have as many places as
/// the longest of their column, and commas between the thousands. What is left out is marked by dots.
pub(in super::super) fn drawn(table: &Table, limits: &Limits) -> Result<Vec<String>> {
    let data = &table.0;
    let mut columns = Vec::new();
    for (place, name) in data.names.iter().enumerate().take(limits.columns) {
        let mut cells = vec![limits.short(name.to_string())];
        cells.extend(shown(data, place, limits)?);
        columns.push((data.types()[place].is_text(), cells));
    }
    if data.names.len() > limits.columns {
        let mut cells = vec![limits.short(ELLIPSIS.to_owned()); data.rows.len().min(limits.rows) + 1];
        ELLIPSIS.clone_into(&mut cells[0]);
        columns.push((data.types()[limits.columns].is_text(), cells));
    }
    let widths: Vec<usize> =
        columns.iter().map(|(_, cells)| cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let mut count = data.rows.len().min(limits.rows) + 1;
    if data.rows.len() > limits.rows {
        for (_, cells) in &mut columns {
            cells.push(ELLIPSIS.to_owned());
        }
        count += 1;
    }
    limits.hold(widths.iter().sum::<usize>().saturating_mul(count))?;
    let line = |row: usize| {
        let parts = columns.iter().zip(&widths).map(|((is_text, cells), &width)| {
            let cell = &cells[row];
            if *is_text { format!(" {cell:<width$} ") } else { format!(" {cell:>width$} ") }
        });
        format!("|{}|", parts.collect::<Vec<_>>().join("|"))
    };
    let rule = widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>().join(" | ");
    let mut lines: Vec<String> = (0..count).map(line).collect();
    lines.insert(1, format!("| {rule} |"));
    Ok(lines)
}

/// The cells of a column as they are drawn.
pub(super) fn shown(data: &Data, place: usize, limits: &Limits) -> Result<Vec<String>> {
    let rows = || data.rows.iter().take(limits.rows).map(|row| &row[place]);
    limits::work(data.rows.len().min(limits.rows))?;
    let show = shower(data.types()[place], rows(), limits);
    let mut bytes = 0;
    let one = |cell: &Value| {
        let shown = limits.short(show(cell)?);
        bytes += shown.len();
        limits.hold(bytes)?;
        Ok(shown)
    };
    rows().map(one).collect()
}

type Shower = Box<dyn Fn(&Value) -> Result<String>>;

// How the cells of a column are shown.
fn shower<'a>(column_type: ColumnType, values: impl Iterator<Item = &'a Value>, limits: &Limits) -> Shower {
    let text = |value: &Value| if value.is_none() { String::new() } else { value.to_string() };
    if !column_type.is_number() {
        return Box::new(move |value| Ok(text(value)));
    }
    let places = places_of(values);
    let (signs, places_max) = (limits.signs, limits.places);
    let dots = if places > places_max { "…" } else { "" };
    let places = u32::try_from(places.min(places_max)).unwrap_or(0);
    Box::new(move |value| match value.downcast::<Decimal>() {
        Some(number) if number.extent().is_some() => Ok(signs.written(number, places)? + dots),
        _ => Ok(text(value)),
    })
}

/// How many digits the longest of these numbers has behind the point: no more than a decimal number can have in all.
pub(super) fn places_of<'a>(values: impl Iterator<Item = &'a Value>) -> i64 {
    let extents = values.filter_map(|value| value.downcast::<Decimal>()).filter_map(Decimal::extent);
    let (whole, places) = extents.fold((1, 0), |(whole, places), one| (whole.max(one.0), places.max(one.1)));
    places.min(28 - whole).max(0)
}

/// What a table is as a text: its columns and their types.
pub(super) fn structure(table: &Table) -> String {
    structured(table, usize::MAX).map(|lines| lines.join("\n") + "\n").unwrap_or_default()
}

fn structured(table: &Table, rows_max: usize) -> Result<Vec<String>> {
    let row = |(name, column_type): (&Arc<str>, &ColumnType)| {
        Ok(Arc::from([ColumnType::TEXT.cast(&Value::str(name))?, Value::str(column_type.kind.name())]))
    };
    let rows = table.0.names.iter().zip(table.0.types()).map(row).collect::<Result<_>>()?;
    of_texts(["column", "data_type"], rows, &Limits { rows: rows_max, width: None, ..Limits::USUAL })
}

/// A table of two columns of texts.
pub(super) fn of_texts(names: [&str; 2], rows: Vec<Arc<[Value]>>, limits: &Limits) -> Result<Vec<String>> {
    let types = std::sync::OnceLock::from(vec![ColumnType::TEXT; 2]);
    let names = names.iter().map(|name| Arc::from(*name)).collect();
    drawn(&Table::made(Data { names, rows, types, ..Data::default() }), limits)
}
