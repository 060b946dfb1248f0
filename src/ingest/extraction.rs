//! One load package in the making: what sources yield goes in, a package comes out, or nothing does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::RecordBatchReader;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use serde_json::{Map, Value};

use super::extract::files::{FileRequest, Rejected};
use super::file_lane::Tables;
use super::json::{self, Lines};
use super::load::package::{Follows, Package, PackageWriter, Refresh};
use super::load::state::add_state_table;
use super::normalize::{Normalizer, Options, RootTable};
use super::page_lane::Page;
use crate::engine::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::schema::Schema;

/// A table's rows are written once so many are gathered, which is what DuckDB's threads like to share.
const ROWS_PER_BATCH: usize = 122_880;

#[derive(Clone, Debug)]
pub struct ExtractionOptions {
    pub normalize: Options,
    /// How many threads flatten a file.
    pub threads: usize,
    /// How many rows of a table are in memory before they are written.
    pub rows_per_batch: usize,
}

impl ExtractionOptions {
    pub fn new(normalize: Options) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { normalize, threads, rows_per_batch: ROWS_PER_BATCH }
    }
}

/// Flattens and writes; nothing is visible before [`commit`](Self::commit).
pub struct Extraction {
    normalizer: Normalizer,
    writer: PackageWriter,
    options: ExtractionOptions,
    // An item that failed may have left half of itself in the tables: then nothing of this package counts.
    failed: bool,
    // The tables that items were meant for.
    given: BTreeSet<RootTable>,
    // How many records of each file could not be read.
    quarantined: BTreeMap<String, usize>,
}

/// What an extraction leaves: the package, and the schema as its rows made it.
pub struct Extracted {
    pub package: Package,
    pub schema: Schema,
    pub warnings: Vec<String>,
}

impl Extraction {
    pub fn new(folder: &Path, load_id: &str, schema: Schema, options: ExtractionOptions) -> Result<Self> {
        let writer = PackageWriter::create(folder, load_id)?;
        Ok(Self {
            normalizer: Normalizer::new(schema, options.normalize.clone()),
            writer,
            options,
            failed: false,
            given: BTreeSet::new(),
            quarantined: BTreeMap::new(),
        })
    }

    /// Flattens into the table that the hints name what `add` adds; returns how many items that were.
    pub fn add(
        &mut self,
        hints: &Map<String, Value>,
        add: impl FnOnce(&mut Normalizer, RootTable) -> Result<u64>,
    ) -> Result<u64> {
        self.guarded(|this| {
            let root = this.normalizer.register(hints)?;
            let count = add(&mut this.normalizer, root)?;
            this.give(root, count);
            this.write_full().map(|()| count)
        })
    }

    /// Takes the batches of an Arrow stream as they are, under dlt's names and types.
    pub fn batches(
        &mut self,
        hints: &Map<String, Value>,
        batches: Box<dyn RecordBatchReader + Send>,
        cancel: &Cancel,
    ) -> Result<u64> {
        self.guarded(|this| {
            let root = this.normalizer.register_arrow(hints, &batches.schema())?;
            let mut rows = 0;
            // A table without rows still has columns, and they are known before the first batch.
            this.normalizer.add_batch(root, &RecordBatch::new_empty(batches.schema()))?;
            this.touch(root);
            for batch in batches {
                cancel.check()?;
                let batch = batch.map_err(stream_error)?;
                rows += batch.num_rows() as u64;
                this.normalizer.add_batch(root, &batch)?;
                this.write_full()?;
            }
            Ok(rows)
        })
    }

    /// Takes rows that come as columns; `None`, and nothing taken, when the table wants them one by one.
    pub fn rows(
        &mut self,
        hints: &Map<String, Value>,
        batches: Box<dyn RecordBatchReader + Send>,
        cancel: &Cancel,
    ) -> Result<Option<u64>> {
        self.guarded(|this| {
            let root = this.normalizer.register(hints)?;
            if !this.normalizer.takes_rows(root, &batches.schema()) {
                return Ok(None);
            }
            let mut rows = 0;
            for batch in batches {
                cancel.check()?;
                let batch = batch.map_err(stream_error)?;
                rows += batch.num_rows() as u64;
                this.normalizer.add_rows(root, &batch)?;
                this.write_full()?;
            }
            this.give(root, rows);
            Ok(Some(rows))
        })
    }

    /// Reads files from bytes to rows; what is broken in them goes into a table of its own where they want that.
    pub fn files(
        &mut self,
        hints: &Map<String, Value>,
        rejected: Option<&Map<String, Value>>,
        files: Vec<FileRequest>,
        cancel: &Cancel,
    ) -> Result<u64> {
        self.guarded(|this| {
            let rejected = rejected.map(|hints| this.normalizer.register(hints)).transpose()?;
            let rows = this.normalizer.register(hints)?;
            let count = super::file_lane::read(this, Tables { rows, rejected }, files, cancel)?;
            this.give(rows, count);
            Ok(count)
        })
    }

    // What could not be read, as rows.
    pub(super) fn set_aside(&mut self, table: Option<RootTable>, rejected: &[Rejected]) -> Result<()> {
        let Some(table) = table else { return Ok(()) };
        for each in rejected {
            let row = serde_json::json!({
                "file": each.file, "line": each.line, "byte": each.byte, "error": each.error, "text": each.text,
            });
            let place = Lines { file: "quarantine".into(), first_line: 1 };
            json::lines(&mut self.normalizer, table, row.to_string().as_bytes(), &place)?;
        }
        if let Some(first) = rejected.first() {
            self.quarantined.entry(first.file.clone()).and_modify(|n| *n += rejected.len()).or_insert(rejected.len());
        }
        Ok(())
    }

    /// Reads the records of a page from bytes to rows.
    pub fn page(&mut self, hints: &Map<String, Value>, page: &Page) -> Result<u64> {
        self.guarded(|this| {
            let root = this.normalizer.register(hints)?;
            let count = super::page_lane::read(this, root, page)?;
            this.give(root, count);
            Ok(count)
        })
    }

    /// Makes the table part of the load even if no row comes.
    pub fn materialize(&mut self, hints: &Map<String, Value>) -> Result<()> {
        self.guarded(|this| {
            let root = this.normalizer.register(hints)?;
            this.normalizer.materialize(root)?;
            this.touch(root);
            Ok(())
        })
    }

    /// Takes hints of a nested table; it is made when its first row comes.
    pub fn announce(&mut self, hints: &Map<String, Value>) -> Result<()> {
        self.guarded(|this| this.normalizer.announce(hints))
    }

    /// Notes what goes from the destination before the rows of this package come.
    pub fn refresh(&mut self, refresh: Refresh) {
        self.writer.refresh(refresh);
    }

    /// Notes the load ids of a run that has several packages: they are loaded in one transaction.
    pub fn together(&mut self, load_ids: Vec<String>) {
        self.writer.together(load_ids);
    }

    /// Notes the state that the destination held when the rows were read.
    pub fn follows(&mut self, follows: Follows) {
        self.writer.follows(follows);
    }

    /// The rows of each table so far, nested ones included.
    pub fn row_counts(&self) -> indexmap::IndexMap<String, u64> {
        self.normalizer.row_counts()
    }

    /// Writes what is left and makes the package visible.
    pub fn commit(mut self, state: Option<&Value>) -> Result<Extracted> {
        if self.failed {
            return Err(Error::new(Kind::Usage, "this package cannot be committed: an item of it failed")
                .hint("abort it, and extract again"));
        }
        self.normalizer.finish()?;
        // What replaces a table, or tells which of its rows are still valid, does so also where a contract left out every row.
        for root in self.given.iter().filter(|root| self.normalizer.went_without(**root)) {
            self.writer.touch(self.normalizer.table_name(*root));
        }
        self.write(1)?;
        let mut warnings = self.normalizer.take_warnings();
        warnings.extend(self.quarantined.iter().map(|(file, count)| {
            format!(
                "{count} broken records of `{file}` are not in their table; they are in the `__quarantine` table beside"
            )
        }));
        let mut schema = self.normalizer.into_schema();
        if state.is_some() {
            add_state_table(&mut schema);
        }
        schema.bump();
        let package = self.writer.commit(&schema.to_stored(), state)?;
        Ok(Extracted { package, schema, warnings })
    }

    /// Leaves no package, and returns what the hints of tables without rows made of the schema.
    pub fn commit_schema(self) -> Schema {
        let mut schema = self.normalizer.into_schema();
        schema.bump();
        self.writer.abort();
        schema
    }

    /// Leaves nothing behind.
    pub fn abort(self) {
        self.writer.abort();
    }

    pub(super) fn normalizer(&mut self) -> &mut Normalizer {
        &mut self.normalizer
    }

    pub(super) fn threads(&self) -> usize {
        self.options.threads.max(1)
    }

    /// Writes the tables that have gathered enough rows.
    pub(super) fn write_full(&mut self) -> Result<()> {
        self.write(self.options.rows_per_batch)
    }

    fn give(&mut self, root: RootTable, items: u64) {
        if items > 0 {
            self.given.insert(root);
        }
    }

    fn touch(&mut self, root: RootTable) {
        self.writer.touch(self.normalizer.table_name(root));
    }

    fn write(&mut self, at_least: usize) -> Result<()> {
        for (table, batch) in self.normalizer.drain(at_least)? {
            self.writer.write(&table, &batch)?;
        }
        Ok(())
    }

    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outcome = work(self);
        self.failed |= outcome.is_err();
        outcome
    }
}

fn stream_error(error: ArrowError) -> Error {
    match error {
        ArrowError::ExternalError(cause) => match cause.downcast::<Error>() {
            Ok(error) => *error,
            Err(other) => Error::new(Kind::Data, format!("the Arrow stream failed: {other}")),
        },
        other => Error::new(Kind::Data, format!("the Arrow stream failed: {other}")),
    }
}
