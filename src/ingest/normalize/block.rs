//! Files by several threads: optimistic in parallel, committed in order.
//!
//! A block is flattened against a snapshot of the schema. Blocks are absorbed in the order of the file.
//! A block adds columns of its own; when an earlier block decided otherwise meanwhile, the lines are
//! flattened again, so that the outcome is that of one thread.

use super::table::TableBuilder;
use super::{Flattener, Normalizer, Root, RootTable, Sink, column};
use crate::error::{Error, Result};
use crate::ingest::item::Item;
use crate::schema::evolve::Contract;
use crate::schema::stock::ROW_MARK;
use crate::schema::types::Shape;
use crate::schema::{Column, Schema, Table};
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{Field, Schema as ArrowSchema};
use std::sync::Arc;

/// A part of a file's items, flattened away from the others.
pub struct BlockNormalizer {
    flattener: Flattener,
    roots: Arc<[Root]>,
    plans: Vec<Option<u32>>,
    generation: u64,
}

/// What became of a block.
#[expect(clippy::large_enum_variant, reason = "there is one for each block of a file, and it is taken apart at once")]
pub enum Absorbed {
    Done,
    /// An earlier block decided otherwise: flatten the same lines into this one.
    Again(BlockNormalizer),
}

impl BlockNormalizer {
    pub fn add<I: Item>(&mut self, root: RootTable, item: &I) -> Result<()> {
        let root_table = &self.roots[root.0 as usize];
        if root_table.is_kept_out {
            return Ok(());
        }
        let plan = if let Some(plan) = self.plans[root.0 as usize] {
            plan
        } else {
            let plan = self.flattener.root_plan(&root_table.table)?;
            self.plans[root.0 as usize] = Some(plan);
            plan
        };
        self.flattener.add(plan, item)
    }
}

impl Sink for BlockNormalizer {
    fn add<I: Item>(&mut self, root: RootTable, item: &I) -> Result<()> {
        Self::add(self, root, item)
    }
}

impl Normalizer {
    /// A block that knows the schema as it is now, with nothing in it: it may go to another thread.
    ///
    /// The thread that owns the normalizer forks for each block of a file, workers flatten, and the owner absorbs the blocks
    /// in the order of the file.
    pub fn fork(&self) -> BlockNormalizer {
        let of = &self.flattener;
        BlockNormalizer {
            flattener: Flattener::new(of.schema.clone(), of.settings.clone(), of.options.clone()),
            roots: self.roots.as_slice().into(),
            plans: vec![None; self.roots.len()],
            generation: self.generation,
        }
    }

    /// Whether the schema changed since the block was forked: then an error of it is not final. Flatten the lines again into
    /// a new fork, and report only what fails there too.
    pub fn is_stale(&self, block: &BlockNormalizer) -> bool {
        block.generation != self.generation
    }

    /// Takes over a block's rows and columns; call it in the order of the file.
    pub fn absorb(&mut self, mut block: BlockNormalizer) -> Result<Absorbed> {
        if self.is_stale(&block) && self.disagrees(&block)? {
            return Ok(Absorbed::Again(self.fork()));
        }
        for (name, partial) in std::mem::take(&mut block.flattener.made) {
            let news = self.unknown_part(partial);
            if !news.columns.is_empty() {
                Arc::make_mut(&mut self.flattener.schema).update_table(news.clone(), true)?;
                self.flattener.made.push((name, news));
                self.generation += 1;
            }
        }
        for (name, batch) in block.flattener.drain(0)? {
            let batch = align(&self.flattener.schema, &name, &batch)?;
            self.flattener.ready.push((name, batch));
        }
        for table in block.flattener.tables.into_iter().filter(|table| table.total > 0 || !table.null_only.is_empty()) {
            self.count(table)?;
        }
        for (warning, times) in block.flattener.warnings {
            *self.flattener.warnings.entry(warning).or_insert(0) += times;
        }
        Ok(Absorbed::Done)
    }

    fn disagrees(&self, block: &BlockNormalizer) -> Result<bool> {
        let schema = &self.flattener.schema;
        for (name, partial) in &block.flattener.made {
            let Some(known) = schema.tables.get(&**name) else { continue };
            let differs = |column: &Column| {
                known.columns.get(&column.name).is_some_and(|known| {
                    known.is_complete() && (Shape::of(known) != Shape::of(column) || known.nullable != column.nullable)
                })
            };
            if known.parent != partial.parent
                || partial.columns.values().any(differs)
                || schema.contract(name)? != Contract::EVOLVE
            {
                return Ok(true);
            }
        }
        // Rows that a contract left out might be let in by now, and the other way round.
        Ok(block.flattener.tables.iter().any(|table| table.contract != Contract::EVOLVE))
    }

    fn unknown_part(&self, mut partial: Table) -> Table {
        if let Some(known) = self.flattener.schema.tables.get(&partial.name) {
            partial.columns.retain(|name, _| known.columns.get(name).is_none_or(|column| !column.is_complete()));
            partial.hints.clear();
        }
        partial
    }

    fn count(&mut self, of_block: TableBuilder) -> Result<()> {
        let index = if let Some(index) = self.flattener.table_by_name.get(&of_block.name) {
            *index
        } else {
            let table = TableBuilder::new(
                of_block.name.clone(),
                of_block.parent.clone(),
                of_block.path.clone(),
                &self.flattener.schema,
            )?;
            self.flattener.add_table(table)
        };
        let table = &mut self.flattener.tables[index as usize];
        table.total += of_block.total;
        table.null_only.extend(of_block.null_only);
        let schema = self.flattener.schema.clone();
        self.flattener.tables[index as usize].refresh(&schema)
    }
}

/// The batch with the schema's columns, in the schema's order.
pub(super) fn align(schema: &Schema, table: &str, batch: &RecordBatch) -> Result<RecordBatch> {
    arrange(schema, table, batch, true)
}

/// The batch in the order of the schema's columns; `fill` adds those that it has not, as nulls of the schema's type.
pub(super) fn arrange(schema: &Schema, table: &str, batch: &RecordBatch, fill: bool) -> Result<RecordBatch> {
    let Some(known) = schema.tables.get(table) else { return Ok(batch.clone()) };
    let mark = batch.column_by_name(ROW_MARK);
    let is_aligned = known.complete_columns().map(|c| c.name.as_str()).chain(mark.map(|_| ROW_MARK)).eq(batch
        .schema_ref()
        .fields()
        .iter()
        .map(|f| f.name().as_str()));
    if is_aligned {
        return Ok(batch.clone());
    }
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for known in known.complete_columns() {
        let Some(shape) = Shape::of(known) else { continue };
        let array = match batch.column_by_name(&known.name) {
            Some(array) => array.clone(),
            None if !fill => continue,
            None => new_null_array(&column::arrow_type(shape), batch.num_rows()),
        };
        fields.push(Field::new(&known.name, array.data_type().clone(), known.nullable || array.null_count() > 0));
        arrays.push(array);
    }
    if let Some(mark) = mark {
        fields.push(Field::new(ROW_MARK, mark.data_type().clone(), true));
        arrays.push(mark.clone());
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options)
        .map_err(|error| Error::internal(format!("the rows of `{table}` make no batch: {error}")))
}
