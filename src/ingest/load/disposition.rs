//! How rows that arrive meet rows that are there: the steps for one chain of tables.
//!
//! A disposition is decided per chain, never per row, and its steps run inside the one transaction of the load. Nobody else
//! sees the tables between two steps, so `replace` may delete before it inserts: a reader has the old rows until the commit.

use chrono::{DateTime, Utc};

use super::chain::{Chain, Dataset, Disposition, column_list};
use super::{merge, scd2, upsert};
use crate::engine::dialect::quote;
use crate::error::Result;
use crate::schema::{MergeStrategy, Table};

/// The name under which the rows of a package are visible to the statement that takes them.
pub const ROWS: &str = "gristmill_rows";

/// One step of a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A statement by itself.
    Run(String),
    /// A statement that reads the package's rows of `table` under the name [`ROWS`], with their marks where it knows what to
    /// do with them.
    Take { table: String, sql: String, with_marks: bool },
}

impl Step {
    pub fn sql(&self) -> &str {
        match self {
            Self::Run(sql) | Self::Take { sql, .. } => sql,
        }
    }
}

/// What is known of the chain before its steps are made.
pub struct Arrival<'a> {
    pub dataset: &'a Dataset,
    pub chain: &'a Chain<'a>,
    /// How many rows the package has for a table.
    pub rows: &'a dyn Fn(&str) -> u64,
    /// Whether a table was created by this load: it holds nothing that could be in the way.
    pub is_new: &'a dyn Fn(&str) -> bool,
    /// Whether rows of a table carry marks, which tell apart those that share an id.
    pub is_marked: &'a dyn Fn(&str) -> bool,
    /// Makes the names of temporary tables unique within the session.
    pub number: usize,
    /// When the load was made: from then on its versions of rows are the valid ones.
    pub made_at: DateTime<Utc>,
}

/// The steps that bring the chain's rows into its tables.
pub fn steps(arrival: &Arrival<'_>) -> Result<Vec<Step>> {
    match arrival.chain.disposition {
        Disposition::Skip => Ok(Vec::new()),
        Disposition::Append => Ok(take_all(arrival)),
        Disposition::Replace => Ok(replace(arrival)),
        Disposition::Merge(MergeStrategy::DeleteInsert) => merge::delete_insert(arrival),
        Disposition::Merge(MergeStrategy::Upsert) => upsert::upsert(arrival, upsert::Absent::Stay),
        Disposition::Merge(MergeStrategy::Cdc) => upsert::upsert(arrival, upsert::Absent::Go),
        Disposition::Merge(MergeStrategy::InsertOnly) => upsert::insert_only(arrival),
        Disposition::Merge(MergeStrategy::Scd2) => scd2::scd2(arrival),
    }
}

/// Every row of the package goes straight into its table, without a stop in between.
pub fn take_all(arrival: &Arrival<'_>) -> Vec<Step> {
    let with_rows = arrival.chain.tables.iter().filter(|table| (arrival.rows)(&table.name) > 0);
    with_rows.map(|table| take(arrival.dataset, table)).collect()
}

// Nested tables that got no row this time hold rows of roots that are gone: they are emptied too.
fn replace(arrival: &Arrival<'_>) -> Vec<Step> {
    let there = arrival.chain.tables.iter().filter(|table| !(arrival.is_new)(&table.name));
    let mut steps: Vec<Step> =
        there.map(|table| Step::Run(format!("delete from {}", arrival.dataset.relation(&table.name)))).collect();
    steps.extend(take_all(arrival));
    steps
}

fn take(dataset: &Dataset, table: &Table) -> Step {
    let sql = format!("insert into {} by name select * from {}", dataset.relation(&table.name), quote(ROWS));
    Step::Take { table: table.name.clone(), sql, with_marks: false }
}

/// `insert into t ("a", "b") select "a", "b" from <source>`.
pub fn insert_from(dataset: &Dataset, table: &Table, source: &str) -> String {
    let columns = column_list(table);
    format!("insert into {} ({columns}) select {columns} from {source}", dataset.relation(&table.name))
}
