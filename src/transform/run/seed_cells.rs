//! The cells of a seed with `fast: false`, or for templates: read as texts, and given on as dbt's own reader gives them.

use std::path::Path;

use crate::engine::dialect::{literal, quote};

/// What stands in the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Spaces and commas between digits mean nothing.
    Number,
    /// Spaces around it mean nothing.
    Padded,
    Text,
}

/// The query that reads a file. Empty cells and the word `null` are null. `columns` are names and types, if wanted.
pub(super) fn select(path: &Path, delimiter: &str, cells: &[Cell], columns: Option<&[(String, &str)]>) -> String {
    let name = |place: usize| quote(&format!("cell_{place}"));
    let read: Vec<String> =
        (0..cells.len()).map(|place| format!("{}: 'VARCHAR'", literal(&format!("cell_{place}")))).collect();
    let values: Vec<String> = cells
        .iter()
        .enumerate()
        .map(|(place, cell)| {
            let text = name(place);
            let value = match cell {
                Cell::Number => format!("replace(trim({text}), ',', '')"),
                Cell::Padded => format!("trim({text})"),
                Cell::Text => text.clone(),
            };
            let value = format!("case when lower(trim({text})) not in ('', 'null') then {value} end");
            match columns.and_then(|columns| columns.get(place)) {
                Some((name, data_type)) => format!("({value})::{data_type} as {name}"),
                None => value,
            }
        })
        .collect();
    format!(
        "select {} from read_csv({}, auto_detect = false, header = true, delim = {}, quote = '\"', escape = '\"', columns = {{{}}})",
        values.join(", "),
        literal(&path.to_string_lossy()),
        literal(delimiter),
        read.join(", ")
    )
}
