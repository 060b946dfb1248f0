//! Rows that come as columns: what a page of dicts would become, without the dicts.
//!
//! Unlike an Arrow table that a user yields, which keeps types of its own and gets dlt's columns only on demand, such a
//! batch has the types that the schema declares, and each of its rows an id.

use super::arrow_lane::empty;
use super::block::align;
use super::column::arrow_type;
use super::table::IdKind;
use super::{Flattener, Normalizer, RootTable, ids};
use crate::error::{Error, Kind, Result};
use crate::schema::evolve::Contract;
use crate::schema::types::Shape;
use crate::schema::{Column, DataType};
use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType as ArrowType, Field, Schema as ArrowSchema};
use std::sync::Arc;

impl Normalizer {
    /// Whether rows of this table may come as these columns: all are declared (or of a type that every item would tell alike),
    /// nothing is left out by a contract, and the ids of rows are not made of their values.
    pub fn takes_rows(&self, root: RootTable, columns: &ArrowSchema) -> bool {
        let root = &self.roots[root.0 as usize];
        let flattener = &self.flattener;
        let builder = &flattener.tables[flattener.plans[root.plan as usize].table as usize];
        let declared = |field: &Arc<Field>| {
            let name = flattener.schema.naming.path(field.name());
            let known = flattener.schema.tables.get(&*root.table).and_then(|table| table.columns.get(&name));
            let is_left_out = flattener.settings.filters.leave_out(flattener.schema.naming, &builder.path, &name);
            !is_left_out && (known.is_some_and(Column::is_complete) || told_by_values(field.data_type()).is_some())
        };
        !root.is_kept_out
            && builder.id_kind == IdKind::Random
            && builder.contract == Contract::EVOLVE
            && columns.fields().iter().all(declared)
    }

    /// Takes rows for a table that [`takes_rows`](Self::takes_rows) them.
    pub fn add_rows(&mut self, root: RootTable, batch: &RecordBatch) -> Result<()> {
        let root = &self.roots[root.0 as usize];
        let table = self.flattener.plans[root.plan as usize].table;
        self.generation += 1;
        self.flattener.add_rows(table, batch)
    }
}

impl Flattener {
    fn add_rows(&mut self, table: u32, batch: &RecordBatch) -> Result<()> {
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok(());
        }
        let name = self.tables[table as usize].name.clone();
        self.make_known(table, &name, batch)?;
        let before = self.tables[table as usize].total;
        let mut fields = Vec::with_capacity(batch.num_columns() + 2);
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns() + 2);
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let column_name = self.schema.naming.path(field.name());
            let known = self.schema.tables.get(&*name).and_then(|table| table.columns.get(&column_name));
            // A column that held nothing but nulls so far is not in the table yet.
            let (Some(known), Some(shape)) = (known, known.and_then(Shape::of)) else { continue };
            let array = as_declared(&name, known, shape, array, before)?;
            fields.push(Field::new(&column_name, array.data_type().clone(), known.nullable));
            arrays.push(array);
        }
        for (own, array) in self.own_arrays(rows) {
            fields.push(Field::new(own.as_ref(), array.data_type().clone(), false));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options)
            .map_err(|error| Error::new(Kind::Data, format!("rows for `{name}` are not well-formed: {error}")))?;
        let batch = align(&self.schema, &name, &batch)?;
        self.tables[table as usize].total += rows as u64;
        self.ready.push((name.to_string(), batch));
        Ok(())
    }

    // Columns that no hint types stand where rows that came one by one would have put them.
    fn make_known(&mut self, table: u32, name: &str, batch: &RecordBatch) -> Result<()> {
        let mut news: Vec<(usize, Column)> = Vec::new();
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let column_name = self.schema.naming.path(field.name());
            let known = self.schema.tables.get(name).and_then(|table| table.columns.get(&column_name));
            if known.is_some_and(Column::is_complete) {
                continue;
            }
            match (told_by_values(array.data_type()), (0..array.len()).find(|row| array.is_valid(*row))) {
                (Some(data_type), Some(row)) => {
                    let mut column = self.settings.infer_column(&column_name, data_type, false);
                    if let Some(known) = known {
                        column.merge(known);
                    }
                    column.data_type = Some(data_type);
                    news.push((row, column));
                }
                (_, None) => {
                    self.tables[table as usize].null_only.insert(column_name.into());
                }
                (None, Some(_)) => {
                    return Err(Error::internal(format!("column `{column_name}` of `{name}` is not declared")));
                }
            }
        }
        news.sort_by_key(|(row, _)| *row);
        let later = news.split_off(news.partition_point(|(row, _)| *row == 0));
        self.add_known(name, news)?;
        self.materialize(table)?;
        self.add_known(name, later)?;
        let schema = self.schema.clone();
        self.tables[table as usize].refresh(&schema)
    }

    fn add_known(&mut self, name: &str, columns: Vec<(usize, Column)>) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        let mut partial = empty(&self.schema, name);
        partial.columns.extend(columns.into_iter().map(|(_, column)| (column.name.clone(), column)));
        Arc::make_mut(&mut self.schema).update_table(partial, true)
    }

    fn own_arrays(&mut self, rows: usize) -> [(Arc<str>, ArrayRef); 2] {
        let load_id: StringArray = std::iter::repeat_n(Some(&*self.load_id), rows).collect();
        let made: Vec<ids::RowId> = (0..rows).map(|_| self.ids.random()).collect();
        let ids = StringArray::from_iter_values(made.iter().map(ids::RowId::text));
        [(self.own_names.load_id.clone(), Arc::new(load_id)), (self.own_names.row_id.clone(), Arc::new(ids))]
    }
}

// The type that each value of such a column tells, whatever the value is.
fn told_by_values(arrow: &ArrowType) -> Option<DataType> {
    (*arrow == ArrowType::Float64).then_some(DataType::Double)
}

// No value is changed: what does not fit the declared type is an error that names its row.
fn as_declared(table: &str, column: &Column, shape: Shape, array: &ArrayRef, before: u64) -> Result<ArrayRef> {
    if !column.nullable
        && array.null_count() > 0
        && let Some(row) = (0..array.len()).find(|row| array.is_null(*row))
    {
        let row = before + row as u64 + 1;
        return Err(Error::new(
            Kind::Data,
            format!(
                "table `{table}`, column `{}`, row {row}: there is no value, and the column requires one",
                column.name
            ),
        )
        .hint("let the column be empty (`nullable`), or leave such rows out"));
    }
    let wanted = arrow_type(shape);
    if *array.data_type() == wanted {
        return Ok(array.clone());
    }
    let exact = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, &wanted, &exact).map_err(|error| {
        Error::new(
            Kind::Data,
            format!(
                "table `{table}`, column `{}`, in the rows after row {before}: a value does not fit the type `{}`: {error}",
                column.name,
                column.data_type.map_or("unknown", DataType::name),
            ),
        )
    })
}
