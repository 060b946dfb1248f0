//! The cells of a seed with `fast: false`: read as texts, and given to the table as dbt's own reader gives them.

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

/// The statement that reads a file into a table. Empty cells and the word `null` are null.
pub(super) fn insert(table: &str, path: &Path, delimiter: &str, cells: &[Cell]) -> String {
    let name = |place: usize| quote(&format!("cell_{place}"));
    let columns: Vec<String> =
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
            format!("case when lower(trim({text})) not in ('', 'null') then {value} end")
        })
        .collect();
    format!(
        "insert into {table} select {} from read_csv({}, auto_detect = false, header = true, delim = {}, quote = '\"', escape = '\"', columns = {{{}}})",
        values.join(", "),
        literal(&path.to_string_lossy()),
        literal(delimiter),
        columns.join(", ")
    )
}
