//! `_core.Extract`: one load package being written.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use pyo3_arrow::input::AnyRecordBatch;
use serde_json::{Map, Value, json};

use super::enter::{enter, enter_attached};
use super::error::to_python as raise;
use super::files::requests;
use super::http::{PyAnswer, steps};
use super::items::add_items;
use super::plain::{to_map, to_python, to_value};
use super::schema::PySchema;
use crate::engine::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::ingest::extract::files;
use crate::ingest::extraction::{Extraction, ExtractionOptions};
use crate::ingest::load::package::{Follows, Refresh};
use crate::ingest::normalize::Options;
use crate::ingest::page_lane::Page;

#[pyclass(frozen, name = "Extract", module = "gristmill._core")]
pub(crate) struct Extract {
    // Taken out while a call works with it, so that a second thread is refused and never waits with the interpreter lock in hand.
    extraction: Mutex<Option<Extraction>>,
    schema: Py<PySchema>,
}

#[pymethods]
impl Extract {
    #[new]
    fn new(
        py: Python<'_>,
        packages_dir: PathBuf,
        load_id: &str,
        schema: Py<PySchema>,
        options: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let begin = schema.bind(py).borrow().inner.clone();
        let extraction = enter_attached(py, || {
            let options = extraction_options(load_id, &to_map(options, "extract options")?);
            Extraction::new(&packages_dir, load_id, begin, options)
        })?;
        Ok(Self { extraction: Mutex::new(Some(extraction)), schema })
    }

    fn items(&self, py: Python<'_>, table_hints: &Bound<'_, PyDict>, items: &Bound<'_, PyAny>) -> PyResult<bool> {
        enter_attached(py, || {
            let hints = to_map(table_hints, "table hints")?;
            let mut is_let_in = false;
            self.with(|extraction| {
                extraction.add(&hints, |sink, root| {
                    is_let_in = !sink.is_kept_out(root);
                    add_items(sink, root, items)
                })
            })?;
            Ok(is_let_in)
        })
    }

    fn arrow(&self, py: Python<'_>, table_hints: &Bound<'_, PyDict>, table: AnyRecordBatch) -> PyResult<u64> {
        let hints = to_map(table_hints, "table hints").map_err(|error| raise(py, &error))?;
        let batches = table.into_reader()?;
        enter(py, |cancel| self.with(|extraction| extraction.batches(&hints, batches, cancel)))
    }

    fn rows(&self, py: Python<'_>, table_hints: &Bound<'_, PyDict>, columns: AnyRecordBatch) -> PyResult<Option<u64>> {
        let hints = to_map(table_hints, "table hints").map_err(|error| raise(py, &error))?;
        let batches = columns.into_reader()?;
        enter(py, |cancel| self.with(|extraction| extraction.rows(&hints, batches, cancel)))
    }

    #[pyo3(signature = (table_hints, files, rejected_hints = None))]
    fn files(
        &self,
        py: Python<'_>,
        table_hints: &Bound<'_, PyDict>,
        files: &Bound<'_, PyList>,
        rejected_hints: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<u64> {
        let described = to_map(table_hints, "table hints").and_then(|hints| {
            let rejected = rejected_hints.map(|hints| to_map(hints, "table hints")).transpose()?;
            Ok((hints, rejected, requests(files)?))
        });
        let (hints, rejected, files) = described.map_err(|error| raise(py, &error))?;
        enter(py, |cancel| self.with(|extraction| extraction.files(&hints, rejected.as_ref(), files, cancel)))
    }

    #[pyo3(signature = (table_hints, answer, path, origin, constants = None))]
    fn page(
        &self,
        py: Python<'_>,
        table_hints: &Bound<'_, PyDict>,
        answer: &Bound<'_, PyAnswer>,
        path: &Bound<'_, PyAny>,
        origin: String,
        constants: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<u64> {
        let described = to_map(table_hints, "table hints").and_then(|hints| {
            let given = constants.map(|given| to_map(given, "fields of a parent")).transpose()?;
            Ok((hints, files::constants(&given.unwrap_or_default())?))
        });
        let (hints, constants) = described.map_err(|error| raise(py, &error))?;
        let page = Page { body: answer.get().body(), path: steps(path)?, origin, constants };
        enter(py, |_| self.with(|extraction| extraction.page(&hints, &page)))
    }

    fn materialize(&self, py: Python<'_>, table_hints: &Bound<'_, PyDict>) -> PyResult<()> {
        enter_attached(py, || {
            let hints = to_map(table_hints, "table hints")?;
            self.with(|extraction| extraction.materialize(&hints))
        })
    }

    fn announce(&self, py: Python<'_>, table_hints: &Bound<'_, PyDict>) -> PyResult<()> {
        enter_attached(py, || {
            let hints = to_map(table_hints, "table hints")?;
            self.with(|extraction| extraction.announce(&hints))
        })
    }

    fn refresh(&self, py: Python<'_>, drop: Vec<String>, empty: Vec<String>) -> PyResult<()> {
        enter_attached(py, || {
            self.with(|extraction| {
                extraction.refresh(Refresh { drop, empty });
                Ok(())
            })
        })
    }

    fn together(&self, py: Python<'_>, load_ids: Vec<String>) -> PyResult<()> {
        enter_attached(py, || {
            self.with(|extraction| {
                extraction.together(load_ids);
                Ok(())
            })
        })
    }

    fn follows(&self, py: Python<'_>, dataset: String, state: String) -> PyResult<()> {
        enter_attached(py, || {
            self.with(|extraction| {
                extraction.follows(Follows { dataset, state });
                Ok(())
            })
        })
    }

    #[getter]
    fn row_counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = enter_attached(py, || self.with(|extraction| Ok(extraction.row_counts())))?;
        counts.into_pyobject(py)
    }

    #[pyo3(signature = (state = None))]
    fn commit<'py>(&self, py: Python<'py>, state: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        let state =
            state.map(|state| to_value(state, "pipeline state")).transpose().map_err(|error| raise(py, &error))?;
        let (description, schema) = enter(py, |cancel: &Arc<Cancel>| {
            cancel.check()?;
            let extracted = self.take()?.commit(state.as_ref())?;
            Ok((describe(&extracted), extracted.schema))
        })?;
        // Only now: an extraction that failed leaves the schema as it was.
        self.schema.bind(py).borrow_mut().inner = schema;
        to_python(py, &description, false)
    }

    fn commit_schema(&self, py: Python<'_>) -> PyResult<()> {
        let schema = enter(py, |_| Ok(self.take()?.commit_schema()))?;
        self.schema.bind(py).borrow_mut().inner = schema;
        Ok(())
    }

    fn abort(&self, py: Python<'_>) -> PyResult<()> {
        enter(py, |_| {
            // Bound first: removing files takes a while, and the lock is never held while something is done.
            let extraction = self.extraction.lock().expect(UNPOISONED).take();
            if let Some(extraction) = extraction {
                extraction.abort();
            }
            Ok(())
        })
    }
}

const UNPOISONED: &str = "the extraction is never used while the lock is held";

impl Extract {
    fn take(&self) -> Result<Extraction> {
        self.extraction.lock().expect(UNPOISONED).take().ok_or_else(|| {
            Error::new(Kind::Usage, "this extraction is over, or is used by two threads at once")
                .hint("begin a new one for the next load")
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Extraction) -> Result<T>) -> Result<T> {
        let mut extraction = self.take()?;
        let outcome = work(&mut extraction);
        *self.extraction.lock().expect(UNPOISONED) = Some(extraction);
        outcome
    }
}

fn describe(extracted: &crate::ingest::extraction::Extracted) -> Value {
    let package = &extracted.package;
    let tables: Map<String, Value> = package.tables().map(|(name, rows)| (name.to_owned(), rows.into())).collect();
    json!({
        "load_id": package.load_id(),
        "path": package.path().to_string_lossy(),
        "tables": tables,
        "schema_name": extracted.schema.name,
        "schema_version": extracted.schema.version,
        "schema_version_hash": extracted.schema.version_hash,
        "warnings": extracted.warnings,
    })
}

fn extraction_options(load_id: &str, options: &Map<String, Value>) -> ExtractionOptions {
    let flag = |name: &str| options.get(name).and_then(Value::as_bool).unwrap_or(false);
    let number = |name: &str| {
        options.get(name).and_then(Value::as_u64).filter(|number| *number > 0).map(|number| number as usize)
    };
    let normalize = Options {
        lossy_as_dlt: flag("lossy_as_dlt"),
        arrow_load_id: flag("arrow_load_id"),
        arrow_row_id: flag("arrow_row_id"),
        ..Options::new(load_id)
    };
    let mut extraction = ExtractionOptions::new(normalize);
    extraction.threads = number("threads").unwrap_or(extraction.threads);
    extraction.rows_per_batch = number("rows_per_batch").unwrap_or(extraction.rows_per_batch);
    extraction
}
