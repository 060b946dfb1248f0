//! The rows of a load in temporary tables, where the steps of a merge can look at them more than once.

use super::chain::row_key;
use super::ddl::database_type;
use super::disposition::{Arrival, ROWS, Step};
use crate::engine::dialect::quote;
use crate::error::Result;
use crate::schema::Table;
use crate::schema::stock::ROW_MARK;

/// A table of the chain, and the temporary table that its rows wait in.
pub struct Staged<'a> {
    pub table: &'a Table,
    pub name: String,
    /// Its rows carry marks, in the column [`ROW_MARK`].
    pub is_marked: bool,
}

impl<'a> Staged<'a> {
    /// The root first, also when no row came for it, then every nested table that got rows.
    pub fn of(arrival: &Arrival<'a>) -> Vec<Self> {
        let root = arrival.chain.root();
        let with_rows =
            arrival.chain.tables.iter().filter(|table| table.name == root.name || (arrival.rows)(&table.name) > 0);
        with_rows
            .enumerate()
            .map(|(index, table)| Self {
                table,
                name: temporary_name(arrival, &format!("stage_{index}")),
                is_marked: (arrival.is_marked)(&table.name),
            })
            .collect()
    }
}

/// In the temporary schema, so that no reader and no backup ever meets it.
pub fn temporary_name(arrival: &Arrival<'_>, what: &str) -> String {
    format!("temp.{}", quote(&format!("gristmill_{}_{what}", arrival.number)))
}

/// `create temporary table` takes the name alone.
pub fn unqualified(name: &str) -> &str {
    name.trim_start_matches("temp.")
}

/// Makes the temporary tables and puts the rows in. A stage has every column with its final type: a key is compared as what it
/// will be, and a column that no row of this load has is null.
pub fn fill(staged: &[Staged<'_>]) -> Result<Vec<Step>> {
    let mut steps = Vec::with_capacity(staged.len() * 2);
    for Staged { table, name, is_marked } in staged {
        let mut columns = table
            .complete_columns()
            .map(|column| Ok(format!("{} {}", quote(&column.name), database_type(table, column)?)))
            .collect::<Result<Vec<_>>>()?;
        if *is_marked {
            columns.push(format!("{} bigint", quote(ROW_MARK)));
        }
        steps.push(Step::Run(format!("create temporary table {} ({})", unqualified(name), columns.join(", "))));
        let sql = format!("insert into {name} by name select * from {}", quote(ROWS));
        steps.push(Step::Take { table: table.name.clone(), sql, with_marks: *is_marked });
    }
    Ok(steps)
}

/// Rows that left a stage take the rows nested in them along, level by level.
pub fn follow_parents(staged: &[Staged<'_>], root_row_key: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for Staged { table, name, .. } in &staged[1..] {
        let is_parent = |other: &&Staged<'_>| table.parent.as_deref() == Some(other.table.name.as_str());
        let parent_key = table.columns_with("parent_key").next();
        // A nested table that the user fills has no column that leads to its parent, and its rows stand for themselves.
        let (Some(parent), Some(parent_key)) = (staged.iter().find(is_parent), parent_key) else { continue };
        // Lists of several tables may share a name: `a.list` of a root and `list` in the rows of its `a`.
        let others = staged.iter().filter(|other| {
            other.name != parent.name && other.name != *name && table.name.starts_with(other.table.name.as_str())
        });
        let mut orphaned = Vec::new();
        for above in std::iter::once(parent).chain(others) {
            let is_root = above.table.name == staged[0].table.name;
            let row_key = if is_root { root_row_key.to_owned() } else { row_key(above.table)? };
            orphaned.push(format!("{} not in (select {row_key} from {})", quote(parent_key), above.name));
        }
        steps.push(Step::Run(format!("delete from {name} where {}", orphaned.join(" and "))));
    }
    Ok(steps)
}

/// The last steps: nothing of the stages is left.
pub fn drop_all(names: &[String]) -> impl Iterator<Item = Step> {
    names.iter().map(|name| Step::Run(format!("drop table {name}")))
}
