//! What a SQL engine is, as far as the rest of the house needs to know.
//!
//! Both wings speak to the database through [`Engine`] and [`Session`] only. The one real implementor calls the
//! user's own `duckdb` Python module (`src/bindings/duckdb.rs`); tests have one that records what it is asked.
//! Rows cross as Arrow batches, never one by one.

use std::sync::Arc;

use arrow::array::{Array, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use self::catalog::DatabaseColumn;
use crate::error::{Error, Kind, Result};

pub mod again;
pub mod cancel;
pub mod catalog;
pub mod dialect;
pub mod refusal;
pub mod statements;

/// A database that is open. Threads share it and take a session each.
pub trait Engine: Send + Sync {
    /// A connection of its own over the same database (DuckDB: a cursor).
    fn session(&self) -> Result<Box<dyn Session>>;

    /// What the user calls it: the path of the file, or `:memory:`.
    fn location(&self) -> String;
}

/// One connection: statements run one after the other, in one transaction at a time.
pub trait Session: Send {
    /// Runs one or more statements whose rows nobody wants. Returns the affected row count when the engine tells one.
    fn execute(&mut self, sql: &str) -> Result<Option<u64>>;

    /// Runs one query and takes all of its rows.
    fn query(&mut self, sql: &str) -> Result<Rows>;

    /// The columns that a query would give, found by binding it. Nothing runs.
    fn describe(&mut self, sql: &str) -> Result<Vec<DatabaseColumn>> {
        described_by_query(self, sql)
    }

    /// Makes `batches` visible as the relation `name` for one statement, runs that statement, forgets the name.
    /// The statement is usually `insert into t by name select * from <name>`. Returns the affected row count.
    fn ingest(&mut self, name: &str, batches: Box<dyn RecordBatchReader + Send>, sql: &str) -> Result<Option<u64>>;

    /// Has Python do something over this connection. Only an engine that lives beside Python can.
    fn python(&mut self, _job: &PythonJob) -> Result<()> {
        Err(Error::new(Kind::Config, "this engine runs no Python"))
    }

    /// A handle that stops the running statement from another thread.
    fn interrupter(&self) -> Arc<dyn Interrupt>;
}

/// Work for Python, described in JSON.
#[derive(Clone, Debug)]
pub struct PythonJob {
    pub task: PythonTask,
    pub description: String,
}

/// What Python is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PythonTask {
    /// Run a model, and the statement that takes its rows: the fields of `Job` in `gristmill/python_model.py`.
    Model,
    /// Make a source of what its plugin reads: `load` in `gristmill/environment.py`.
    Load,
    /// Hand an external model to its plugin: `store` in `gristmill/environment.py`.
    Store,
}

/// Stops what a session runs; safe to call when it runs nothing.
pub trait Interrupt: Send + Sync {
    fn interrupt(&self);
}

/// The rows of a query: a schema, always, and batches, perhaps none.
#[derive(Clone, Debug)]
pub struct Rows {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
}

impl Rows {
    pub fn count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Every value as text, null as None: for the few rows that steer a run, never for a table's worth of them.
    pub fn texts(&self) -> Result<Vec<Vec<Option<String>>>> {
        let options = FormatOptions::default();
        let unshown =
            |error: &ArrowError| Error::internal(format!("a value of a query cannot be shown as text: {error}"));
        let mut rows = Vec::with_capacity(self.count());
        for batch in &self.batches {
            let columns = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).map_err(|error| unshown(&error)))
                .collect::<Result<Vec<_>>>()?;
            for row in 0..batch.num_rows() {
                let text = |(column, formatter): (usize, &ArrayFormatter<'_>)| {
                    let array = batch.column(column);
                    if array.is_null(row) { Ok(None) } else { formatter.value(row).try_to_string().map(Some) }
                };
                let texts = columns.iter().enumerate().map(text).collect::<std::result::Result<Vec<_>, _>>();
                rows.push(texts.map_err(|error| unshown(&error))?);
            }
        }
        Ok(rows)
    }
}

/// The columns of a query by the statement `describe`, which tells where the query is wrong.
pub fn described_by_query<S: Session + ?Sized>(session: &mut S, sql: &str) -> Result<Vec<DatabaseColumn>> {
    let rows = session.query(&format!("select column_name, column_type from (describe {sql})"))?.texts()?;
    let column = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter().flatten();
        Some(DatabaseColumn { name: cells.next()?, data_type: cells.next()? })
    };
    Ok(rows.into_iter().filter_map(column).collect())
}

/// Runs `work` between `begin` and `commit`; any error rolls back and is returned as it was.
pub fn transaction<T>(session: &mut dyn Session, work: impl FnOnce(&mut dyn Session) -> Result<T>) -> Result<T> {
    session.execute("begin transaction")?;
    match work(session) {
        Ok(value) => {
            session.execute("commit")?;
            Ok(value)
        }
        Err(error) => {
            // The first error tells what went wrong; a failing rollback (connection gone) adds nothing to it.
            let _ = session.execute("rollback");
            Err(error)
        }
    }
}
