//! Reading a table of a package back: its segments one after the other, as one stream with the columns of the widest.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{RecordBatchReader, new_null_array};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;

use crate::error::{Error, Kind, Place, Result};
use crate::schema::stock::ROW_MARK;

const BUFFER_BYTES: usize = 1 << 18;

/// The rows of one table. Bounded: one batch at a time is in memory.
pub struct Segments {
    schema: SchemaRef,
    waiting: VecDeque<PathBuf>,
    current: Option<(PathBuf, StreamReader<BufReader<File>>)>,
}

impl Segments {
    pub(super) fn open(paths: Vec<PathBuf>, with_marks: bool) -> Result<Option<Self>> {
        if paths.is_empty() {
            return Ok(None);
        }
        let mut fields: Vec<Field> = Vec::new();
        // Later segments know more columns; what only an earlier one has keeps its place at the end.
        for path in paths.iter().rev() {
            for field in reader(path)?.schema().fields() {
                match fields.iter_mut().find(|known| known.name() == field.name()) {
                    Some(known) if known.data_type() == field.data_type() => {}
                    Some(known) => {
                        let message = format!(
                            "column `{}` changed its type from {} to {} within one load",
                            field.name(),
                            field.data_type(),
                            known.data_type()
                        );
                        return Err(Error::new(Kind::Data, message)
                            .hint("cast it to one type before the rows, tables or frames are yielded"));
                    }
                    None => fields.push(field.as_ref().clone().with_nullable(true)),
                }
            }
        }
        fields.retain(|field| with_marks || field.name() != ROW_MARK);
        let fields: Vec<Field> = fields.into_iter().map(|field| field.with_nullable(true)).collect();
        Ok(Some(Self { schema: Arc::new(Schema::new(fields)), waiting: paths.into(), current: None }))
    }

    fn step(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.current.is_none() {
                let Some(path) = self.waiting.pop_front() else { return Ok(None) };
                let reader = reader(&path)?;
                self.current = Some((path, reader));
            }
            let Some((path, reader)) = &mut self.current else { return Ok(None) };
            match reader.next() {
                Some(Ok(batch)) => return widen(&batch, &self.schema).map(Some),
                Some(Err(error)) => return Err(unreadable(path, &error)),
                None => self.current = None,
            }
        }
    }
}

impl Iterator for Segments {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl RecordBatchReader for Segments {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

fn reader(path: &PathBuf) -> Result<StreamReader<BufReader<File>>> {
    let file = File::open(path).map_err(|error| Error::io(path, &error))?;
    StreamReader::try_new(BufReader::with_capacity(BUFFER_BYTES, file), None).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &PathBuf, error: &ArrowError) -> Error {
    Error::new(Kind::Io, format!("segment `{}` of a load package cannot be read: {error}", path.display()))
        .at(Place::file(path))
        .hint("delete that package's folder and run again: nothing of it was loaded")
}

// A column that came later is null in the rows that came before it.
fn widen(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) => Arc::clone(column),
            None => new_null_array(field.data_type(), batch.num_rows()),
        })
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|error| Error::internal(format!("a segment cannot be widened: {error}")))
}
