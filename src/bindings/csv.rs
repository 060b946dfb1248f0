//! `_core.CsvRows`: the records of a CSV file as dicts, for steps that look at them in Python.

use std::sync::Mutex;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::enter::enter;
use super::error::to_python as raise;
use super::plain::to_map;
use crate::ingest::extract::files::FileRequest;
use crate::ingest::extract::files::csv::{Field, RecordBlock, RecordBlocks};

const UNPOISONED: &str = "nothing panics while it reads records";

#[pyclass(frozen, name = "CsvRows", module = "gristmill._core")]
pub(crate) struct CsvRows(Mutex<Option<RecordBlocks>>);

#[pymethods]
impl CsvRows {
    #[new]
    #[pyo3(signature = (file, content = None))]
    fn new(py: Python<'_>, file: &Bound<'_, PyDict>, content: Option<&[u8]>) -> PyResult<Self> {
        let file = to_map(file, "file").map_err(|error| raise(py, &error))?;
        let content = content.map(Into::into);
        let blocks = enter(py, |_| {
            let request = FileRequest { content, ..FileRequest::from_description(&file)? };
            RecordBlocks::open(&request)
        })?;
        Ok(Self(Mutex::new(blocks)))
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let block = enter(py, |_| match self.0.lock().expect(UNPOISONED).as_mut() {
            Some(blocks) => blocks.next_block(),
            None => Ok(None),
        })?;
        block.map(|block| dicts(py, &block)).transpose()
    }
}

fn dicts<'py>(py: Python<'py>, block: &RecordBlock) -> PyResult<Bound<'py, PyList>> {
    let names: Vec<Bound<'py, PyString>> = block.columns.names.iter().map(|name| PyString::intern(py, name)).collect();
    let rows = PyList::empty(py);
    for record in block.records() {
        let row = PyDict::new(py);
        for (index, name) in names.iter().enumerate() {
            match block.columns.field(record, index) {
                Field::Null => row.set_item(name, py.None())?,
                Field::Integer(number) => row.set_item(name, number)?,
                Field::Float(number) => row.set_item(name, number)?,
                Field::Bool(flag) => row.set_item(name, flag)?,
                Field::Text(text) => row.set_item(name, text)?,
            }
        }
        rows.append(row)?;
    }
    Ok(rows)
}
