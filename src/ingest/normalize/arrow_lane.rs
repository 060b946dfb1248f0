//! Arrow tables come as tables: their columns are named and described, their data stays as it is.
//!
//! No dict is flattened here, and dlt's own columns are added only on demand, as dlt's
//! `normalize.parquet_normalizer` settings say.

use super::arrow_exact::{has_unbounded, part, unreadable};
use super::arrow_kinds::{cuts_nanoseconds, describe, like_before, same_values};
use super::block::arrange;
use super::{Flattener, Normalizer, RootTable, error};
use crate::error::{Error, Kind, Result};
use crate::schema::evolve::{Contract, Mode};
use crate::schema::{Column, DataType, Schema, Table, stock};
use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType as ArrowType, Field, Schema as ArrowSchema};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::sync::Arc;

impl Normalizer {
    /// Declares a root table whose rows come as an Arrow table: the order of the columns is the table's own, and columns that
    /// hints alone name stand behind them.
    pub fn register_arrow(&mut self, hints: &Map<String, Value>, arrow: &ArrowSchema) -> Result<RootTable> {
        if let Some(root) = self.registered(hints) {
            return Ok(root);
        }
        let schema = &self.flattener.schema;
        let mut partial = schema.partial_table(hints)?;
        let hinted_types: Vec<String> =
            partial.columns.values().filter(|hint| hint.is_complete()).map(|hint| hint.name.clone()).collect();
        let known = schema.tables.get(&partial.name);
        if known.is_none_or(Table::is_new) || schema.contract_of_declared(&partial)?.columns == Mode::Evolve {
            let is_known =
                |name: &str| known.and_then(|table| table.columns.get(name)).is_some_and(Column::is_complete);
            let mut hinted = std::mem::take(&mut partial.columns);
            for field in arrow.fields().iter().filter(|field| !matches!(field.data_type(), ArrowType::Null)) {
                let name = schema.naming.path(field.name());
                if is_known(&name) {
                    continue;
                }
                let mut column = describe(&partial.name, &name, field)?;
                if let Some(hint) = hinted.shift_remove(&name) {
                    column.merge(&hint);
                }
                partial.columns.insert(name, column);
            }
            let load_id = self.flattener.own_names.load_id.to_string();
            if self.flattener.options.arrow_load_id && !hinted.contains_key(&load_id) && !is_known(&load_id) {
                let column = Column { name: load_id.clone(), ..stock::load_id_column() };
                partial.columns.entry(load_id).or_insert(column);
            }
            partial.columns.extend(hinted);
        }
        let root = self.register_as(hints, partial)?;
        let plan = self.roots[root.0 as usize].plan;
        if let Some(plan) = self.flattener.plans.get(plan as usize) {
            self.flattener.tables[plan.table as usize].hinted_types.extend(hinted_types);
        }
        Ok(root)
    }

    /// Takes a batch of ready columns into a table.
    pub fn add_batch(&mut self, root: RootTable, batch: &RecordBatch) -> Result<()> {
        let root = &self.roots[root.0 as usize];
        if root.is_kept_out {
            return Ok(());
        }
        let table = self.flattener.plans[root.plan as usize].table;
        self.generation += 1;
        self.flattener.add_batch(table, batch)
    }
}

impl Flattener {
    /// Gives a table that nothing came to dlt's own columns.
    pub(super) fn materialize(&mut self, table: u32) -> Result<()> {
        let name = self.tables[table as usize].name.to_string();
        let columns = [self.own_names.load_id.clone(), self.own_names.row_id.clone()];
        let mut partial = empty(&self.schema, &name);
        for column in columns {
            let known = self.schema.tables.get(&name).and_then(|table| table.columns.get(&*column));
            if known.is_none_or(|column| !column.is_complete()) {
                partial.columns.insert(column.to_string(), self.settings.infer_column(&column, DataType::Text, false));
            }
        }
        Arc::make_mut(&mut self.schema).update_table(partial, true)?;
        let schema = self.schema.clone();
        self.tables[table as usize].refresh(&schema)
    }

    fn add_batch(&mut self, table: u32, batch: &RecordBatch) -> Result<()> {
        let name = self.tables[table as usize].name.clone();
        let (batch, columns) = self.described(&name, &self.of_held_types(table, batch)?)?;
        let Some(batch) = self.let_in(table, batch, columns)? else { return Ok(()) };
        let batch = self.with_own_columns(&name, batch)?;
        // What a batch lacks gets the type that another one brings, which need not be the schema's.
        let batch = arrange(&self.schema, &name, &batch, false)?;
        let builder = &mut self.tables[table as usize];
        builder.total += batch.num_rows() as u64;
        let schema = self.schema.clone();
        builder.refresh(&schema)?;
        if batch.num_rows() > 0 {
            self.ready.push((name.to_string(), batch));
        }
        Ok(())
    }

    // What a contract on data types lets in: a column of another type than the table's is refused, or goes, or takes the
    // rows along that have a value in it.
    fn of_held_types(&self, table: u32, batch: &RecordBatch) -> Result<RecordBatch> {
        let builder = &self.tables[table as usize];
        let mut kept = batch.clone();
        let Some(known) = self.schema.tables.get(&*builder.name).filter(|_| builder.contract.data_type != Mode::Evolve)
        else {
            return Ok(kept);
        };
        for field in batch.schema_ref().fields() {
            let name = self.schema.naming.path(field.name());
            let held = known.columns.get(&name).filter(|held| held.is_complete());
            let is_free = builder.hinted_types.contains(&name) || self.schema.is_dlt_name(&name);
            let (Some(held), false, false) = (held, is_free, matches!(field.data_type(), ArrowType::Null)) else {
                continue;
            };
            let brought = describe(&builder.name, &name, field)?;
            if !brought.changes_type_of(held) {
                continue;
            }
            if builder.contract.data_type == Mode::Freeze {
                let type_of = |column: &Column| column.data_type.map_or("", DataType::name);
                let what = format!(
                    "column `{name}` is `{}` and the Arrow column is `{}`, which would be `{}`",
                    type_of(held),
                    field.data_type(),
                    type_of(&brought),
                );
                let refused = error::Refused {
                    what,
                    entity: "data_type",
                    table: &builder.name,
                    column: &name,
                    row: builder.total,
                };
                return Err(error::frozen(&refused, None));
            }
            let and_its_rows = builder.contract.data_type == Mode::DiscardRow;
            kept = without(&builder.name, &kept, field.name(), and_its_rows)?;
        }
        Ok(kept)
    }

    // The batch under the names of the table's columns, and those columns; a column of nulls has no type.
    fn described(&mut self, table: &str, batch: &RecordBatch) -> Result<(RecordBatch, IndexMap<String, Column>)> {
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let mut columns = IndexMap::new();
        let may_vary = self
            .table_by_name
            .get(table)
            .is_none_or(|index| self.tables[*index as usize].contract.data_type == Mode::Evolve);
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let name = self.schema.naming.path(field.name());
            if columns.contains_key(&name) || fields.iter().any(|known: &Field| *known.name() == name) {
                return Err(Error::new(
                    Kind::Data,
                    format!("table `{table}`: two columns of an Arrow table are both named `{name}`"),
                )
                .hint("rename one of them before the table is yielded"));
            }
            if matches!(field.data_type(), ArrowType::Null) {
                if let Some(index) = self.table_by_name.get(table) {
                    self.tables[*index as usize].null_only.insert(name.as_str().into());
                }
                continue;
            }
            let mut column = describe(table, &name, field)?;
            let known = self.schema.tables.get(table).and_then(|table| table.columns.get(&name));
            if let Some(known) = known {
                column.merge(known);
            }
            let parted =
                if self.options.lossy_as_dlt || !may_vary { None } else { part(table, &plain(array)?, &column)? };
            let rest = match &parted {
                Some(parted) => like_before(table, &name, &parted.rest, parted.rest.data_type(), known)?,
                None => like_before(table, &name, array, field.data_type(), known)?,
            };
            if parted.is_none() && cuts_nanoseconds(array, &rest) && !self.options.lossy_as_dlt {
                self.warn(table, &name, "nanoseconds are cut to microseconds, the most that its type holds");
            }
            if !self.options.lossy_as_dlt && has_unbounded(&rest) {
                self.warn(table, &name, "NaN or infinite numbers are kept as they are");
            }
            let exact = parted.filter(|parted| parted.count > 0);
            let rest = self.as_before(table, &name, &rest)?;
            fields.push(Field::new(&name, rest.data_type().clone(), field.is_nullable() || exact.is_some()));
            arrays.push(rest);
            columns.insert(name.clone(), column);
            let Some(parted) = exact else { continue };
            let variant = self.variant_name(&name, parted.data_type);
            let what = format!("values that its type would alter are kept in `{variant}`");
            self.warn_times(table, &name, &what, parted.count as u64);
            let exact = like_before(table, &variant, &parted.exact, parted.exact.data_type(), None)?;
            let exact = self.as_before(table, &variant, &exact)?;
            fields.push(Field::new(&variant, exact.data_type().clone(), true));
            arrays.push(exact);
            let mut beside = self.settings.infer_column(&name, parted.data_type, true);
            beside.name.clone_from(&variant);
            columns.insert(variant, beside);
        }
        Ok((rebuild(table, fields, arrays, batch.num_rows())?, columns))
    }

    // All batches of a load have one Arrow type for a column, that of the first. pandas makes whole numbers of one chunk
    // doubles in the next, where one is missing; such values are the same. What would change by it is refused.
    fn as_before(&mut self, table: &str, column: &str, array: &ArrayRef) -> Result<ArrayRef> {
        let Some(index) = self.table_by_name.get(table) else { return Ok(array.clone()) };
        let types = &mut self.tables[*index as usize].arrow_types;
        let Some(first) = types.get(column) else {
            types.insert(column.into(), array.data_type().clone());
            return Ok(array.clone());
        };
        if first == array.data_type() {
            return Ok(array.clone());
        }
        same_values(array, first).ok_or_else(|| {
            let message = format!(
                "table `{table}`, column `{column}`: a batch holds `{}` where an earlier one of this load held `{first}`",
                array.data_type()
            );
            Error::new(Kind::Data, message).hint("cast the column to one type before the tables or frames are yielded")
        })
    }

    // What a contract lets in of the batch; `None` when that is nothing.
    fn let_in(
        &mut self,
        table: u32,
        mut batch: RecordBatch,
        columns: IndexMap<String, Column>,
    ) -> Result<Option<RecordBatch>> {
        let builder = &self.tables[table as usize];
        let name = builder.name.to_string();
        let known = self.schema.tables.get(&name);
        let is_new = known.is_none_or(Table::is_new);
        // A table takes all columns of the load that makes it, not of its first frame alone.
        let evolves_once = known.and_then(|table| table.normalizer_mark("evolve-columns-once")) == Some(&true.into());
        let contract = if is_new || evolves_once {
            Contract { columns: Mode::Evolve, ..builder.contract }
        } else {
            builder.contract
        };
        if is_new && contract.tables != Mode::Evolve {
            return match contract.tables {
                Mode::Freeze => Err(error::frozen_table(&name, builder.total)),
                Mode::Evolve | Mode::DiscardRow | Mode::DiscardValue => Ok(None),
            };
        }
        let mut partial = empty(&self.schema, &name);
        for (column_name, column) in columns {
            let is_known = known.and_then(|table| table.columns.get(&column_name)).is_some_and(Column::is_complete);
            if is_known || contract.columns == Mode::Evolve || column_name.starts_with("_dlt") || column.is("variant") {
                partial.columns.insert(column_name, column);
                continue;
            }
            if contract.columns == Mode::Freeze {
                return Err(error::frozen(
                    &error::Refused {
                        what: format!("column `{column_name}` is new"),
                        entity: "columns",
                        table: &name,
                        column: &column_name,
                        row: builder.total,
                    },
                    None,
                ));
            }
            batch = without(&name, &batch, &column_name, contract.columns == Mode::DiscardRow)?;
        }
        Arc::make_mut(&mut self.schema).update_table(partial, true)?;
        Ok(Some(batch))
    }

    fn with_own_columns(&mut self, table: &str, batch: RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let mut own: Vec<(Column, ArrayRef)> = Vec::new();
        if self.options.arrow_load_id {
            let values = std::iter::repeat_n(&*self.options.load_id, rows);
            own.push((stock::load_id_column(), Arc::new(StringArray::from_iter_values(values))));
        }
        if self.options.arrow_row_id {
            let ids: Vec<_> = (0..rows).map(|_| self.ids.random()).collect();
            own.push((
                stock::row_id_column(),
                Arc::new(StringArray::from_iter_values(ids.iter().map(super::ids::RowId::text))),
            ));
        }
        let mut fields: Vec<Field> = batch.schema_ref().fields().iter().map(|field| field.as_ref().clone()).collect();
        let mut arrays = batch.columns().to_vec();
        for (mut column, array) in own {
            column.name = self.schema.naming.identifier(&column.name);
            if batch.column_by_name(&column.name).is_some() {
                continue;
            }
            fields.push(Field::new(&column.name, ArrowType::Utf8, false));
            arrays.push(array);
            let mut partial = empty(&self.schema, table);
            partial.columns.insert(column.name.clone(), column);
            Arc::make_mut(&mut self.schema).update_table(partial, true)?;
        }
        rebuild(table, fields, arrays, rows)
    }
}

pub(super) fn empty(schema: &Schema, name: &str) -> Table {
    match schema.tables.get(name) {
        Some(known) => Table {
            name: name.to_owned(),
            parent: known.parent.clone(),
            columns: IndexMap::new(),
            hints: serde_json::Map::new(),
        },
        None => Table::root(name),
    }
}

fn rebuild(table: &str, fields: Vec<Field>, arrays: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options)
        .map_err(|error| Error::new(Kind::Data, format!("an Arrow table for `{table}` is not well-formed: {error}")))
}

// Discarding a row leaves out rows that have a value in the column; the column goes in any case.
fn without(table: &str, batch: &RecordBatch, column: &str, and_its_rows: bool) -> Result<RecordBatch> {
    let mut batch = batch.clone();
    if and_its_rows && let Some(array) = batch.column_by_name(column) {
        let kept: UInt32Array =
            (0..batch.num_rows() as u32).filter(|row| array.is_null(*row as usize)).collect::<Vec<_>>().into();
        batch = take_record_batch(&batch, &kept)
            .map_err(|error| Error::internal(format!("rows of `{table}` cannot be left out: {error}")))?;
    }
    let (fields, arrays): (Vec<_>, Vec<_>) = batch
        .schema_ref()
        .fields()
        .iter()
        .zip(batch.columns())
        .filter(|(field, _)| field.name() != column)
        .map(|(field, array)| (field.as_ref().clone(), array.clone()))
        .unzip();
    rebuild(table, fields, arrays, batch.num_rows())
}

// Texts in the one form that is looked through for values to keep beside.
fn plain(array: &ArrayRef) -> Result<ArrayRef> {
    match array.data_type() {
        ArrowType::LargeUtf8 | ArrowType::Utf8View => cast(array, &ArrowType::Utf8).map_err(|error| unreadable(&error)),
        _ => Ok(array.clone()),
    }
}
