//! `table.print_html()`: a table as HTML, whose texts are put out as they are.

use super::Table;
use super::drawn::{ELLIPSIS, asked, shown};
use super::outlet::Outlet;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value};

/// `table.print_html(max_rows=20, max_columns=6, output=..., max_column_width=20, locale=None, max_precision=3)`
pub(super) fn print_html(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let (limits, output) = asked("print_html", args)?;
    let data = &table.0;
    let is_cut = data.names.len() > limits.columns;
    let mut names: Vec<String> = data.names.iter().take(limits.columns).map(ToString::to_string).collect();
    names.extend(is_cut.then(|| ELLIPSIS.to_owned()));
    let mut columns = Vec::new();
    for place in 0..data.names.len().min(limits.columns) {
        columns.push(shown(data, place, &limits)?);
    }
    let count = data.rows.len().min(limits.rows);
    if is_cut {
        columns.push(vec![limits.short(ELLIPSIS.to_owned()); count]);
    }
    let mut lines: Vec<String> = ["<table>", "<thead>", "<tr>"].map(str::to_owned).to_vec();
    lines.extend(names.iter().map(|name| format!("<th>{name}</th>")));
    lines.extend(["</tr>", "</thead>", "<tbody>"].map(str::to_owned));
    let cell = |place: usize, text: &str| {
        let side = if data.types()[place].is_text() { "left" } else { "right" };
        format!("<td style=\"text-align: {side};\">{text}</td>")
    };
    for row in 0..count {
        lines.push("<tr>".to_owned());
        lines.extend(columns.iter().enumerate().map(|(place, cells)| cell(place, &cells[row])));
        lines.push("</tr>".to_owned());
    }
    if data.rows.len() > limits.rows {
        lines.push("<tr>".to_owned());
        lines.extend((0..names.len()).map(|place| cell(place, ELLIPSIS)));
        lines.push("</tr>".to_owned());
    }
    lines.extend(["</tbody>", "</table>"].map(str::to_owned));
    Outlet::of(output)?.lines(interpreter, lines)
}
