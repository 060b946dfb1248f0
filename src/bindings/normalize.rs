//! `_core.Normalizer`: items in, Arrow batches and a schema out, without a package or a database.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::PyRecordBatch;
use pyo3_arrow::input::AnyRecordBatch;
use serde_json::Value;

use super::enter::enter_attached;
use super::items::add_items;
use super::plain::to_map;
use super::schema::PySchema;
use crate::error::{Error, Kind, Result};
use crate::ingest::json::{self, Lines};
use crate::ingest::normalize::{Normalizer, Options, RootTable};

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyNormalizer>()
}

/// Flattens items into tables, in memory: for destinations of one's own and for looking at what a source yields.
#[pyclass(name = "Normalizer", module = "gristmill._core")]
pub(crate) struct PyNormalizer {
    inner: Normalizer,
}

#[pymethods]
impl PyNormalizer {
    #[new]
    #[pyo3(signature = (schema, load_id, options = None))]
    fn new(py: Python<'_>, schema: &PySchema, load_id: &str, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        enter_attached(py, || {
            let options = options_of(load_id, options)?;
            Ok(Self { inner: Normalizer::new(schema.inner.clone(), options) })
        })
    }

    /// Flatten Python items into the table named in the hints; returns how many there were.
    fn items(&mut self, py: Python<'_>, table_hints: &Bound<'_, PyDict>, items: &Bound<'_, PyAny>) -> PyResult<u64> {
        enter_attached(py, || {
            let root = self.register(table_hints)?;
            add_items(&mut self.inner, root, items)
        })
    }

    /// Flatten JSON lines; `file` and `first_line` are named in errors.
    #[pyo3(signature = (table_hints, data, file = None, first_line = 1))]
    fn json_lines(
        &mut self,
        py: Python<'_>,
        table_hints: &Bound<'_, PyDict>,
        data: &[u8],
        file: Option<PathBuf>,
        first_line: u64,
    ) -> PyResult<u64> {
        enter_attached(py, || {
            let root = self.register(table_hints)?;
            let place = Lines { file: file.unwrap_or_else(|| "<bytes>".into()), first_line };
            json::lines(&mut self.inner, root, data, &place)
        })
    }

    /// Take anything with `__arrow_c_stream__` or `__arrow_c_array__`; returns the rows taken.
    fn arrow(&mut self, py: Python<'_>, table_hints: &Bound<'_, PyDict>, table: AnyRecordBatch) -> PyResult<usize> {
        let reader = table.into_reader()?;
        enter_attached(py, || {
            let root = self.register(table_hints)?;
            let mut rows = 0;
            for batch in reader {
                let batch =
                    batch.map_err(|error| Error::new(Kind::Data, format!("an Arrow table cannot be read: {error}")))?;
                rows += batch.num_rows();
                self.inner.add_batch(root, &batch)?;
            }
            Ok(rows)
        })
    }

    /// Make the table exist even if no row comes.
    fn materialize(&mut self, py: Python<'_>, table_hints: &Bound<'_, PyDict>) -> PyResult<()> {
        enter_attached(py, || {
            let root = self.register(table_hints)?;
            self.inner.materialize(root)
        })
    }

    /// The batches of tables with at least so many rows; 0 takes all.
    #[pyo3(signature = (at_least = 0))]
    fn drain(&mut self, py: Python<'_>, at_least: usize) -> PyResult<Vec<(String, PyRecordBatch)>> {
        let batches = enter_attached(py, || self.inner.drain(at_least))?;
        Ok(batches.into_iter().map(|(table, batch)| (table, PyRecordBatch::new(batch))).collect())
    }

    /// After the last item: mark what has seen data.
    fn finish(&mut self, py: Python<'_>) -> PyResult<()> {
        enter_attached(py, || self.inner.finish())
    }

    /// What was kept in an unusual way, once.
    fn take_warnings(&mut self) -> Vec<String> {
        self.inner.take_warnings()
    }

    #[getter]
    fn schema(&self) -> PySchema {
        PySchema { inner: self.inner.schema().clone() }
    }

    #[getter]
    fn row_counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for (table, rows) in self.inner.row_counts() {
            counts.set_item(table, rows)?;
        }
        Ok(counts)
    }
}

impl PyNormalizer {
    fn register(&mut self, hints: &Bound<'_, PyDict>) -> Result<RootTable> {
        self.inner.register(&to_map(hints, "table")?)
    }
}

/// The options of a load as Python gives them: `lossy` (`"dlt"`), `add_dlt_load_id`, `add_dlt_id`.
pub(crate) fn options_of(load_id: &str, given: Option<&Bound<'_, PyDict>>) -> Result<Options> {
    let given = given.map(|given| to_map(given, "options")).transpose()?.unwrap_or_default();
    let flag = |name: &str| given.get(name).and_then(Value::as_bool).unwrap_or(false);
    let mut options = Options::new(load_id);
    options.lossy_as_dlt = given.get("lossy").and_then(Value::as_str) == Some("dlt");
    options.arrow_load_id = flag("add_dlt_load_id");
    options.arrow_row_id = flag("add_dlt_id");
    Ok(options)
}
