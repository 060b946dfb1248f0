//! Loading, as Python sees it: `load_package`, `load_packages`, `pending_packages`, `bring_up`, `restore`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::PyRecordBatchReader;
use serde::Serialize;
use serde_json::{Map, Value};

use super::duckdb::DuckDb;
use super::enter::enter;
use super::error;
use super::plain::{to_map, to_python};
use super::schema::PySchema;
use crate::engine::Engine;
use crate::error::{Error, Kind, Result};
use crate::ingest::load::package::{Package, pending, set_aside};
use crate::ingest::load::together::{Afterwards, load_together};
use crate::ingest::load::{LoadOptions, bring_up, restore};

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(connect, module)?)?;
    module.add_function(wrap_pyfunction!(load_package, module)?)?;
    module.add_function(wrap_pyfunction!(package_rows, module)?)?;
    module.add_function(wrap_pyfunction!(load_packages, module)?)?;
    module.add_function(wrap_pyfunction!(set_package_aside, module)?)?;
    module.add_function(wrap_pyfunction!(pending_packages, module)?)?;
    module.add_function(wrap_pyfunction!(bring_up_tables, module)?)?;
    module.add_function(wrap_pyfunction!(restore_pipeline, module)?)
}

/// `duckdb.connect`, whose refusals (a lock, a missing folder, a file that is no database) come as `GristmillError`.
#[pyfunction]
#[pyo3(signature = (path, read_only = false, settings = None))]
fn connect(
    py: Python<'_>,
    path: &str,
    read_only: bool,
    settings: Option<BTreeMap<String, String>>,
) -> PyResult<Py<PyAny>> {
    let settings: Vec<(String, String)> = settings.unwrap_or_default().into_iter().collect();
    let opened = enter(py, |cancel| DuckDb::open(path, read_only, &settings, cancel))?;
    Ok(opened.into_connection(py))
}

/// Load a package in one transaction through an open `duckdb` connection. Returns what was done, table by table.
#[pyfunction]
fn load_package<'py>(
    py: Python<'py>,
    package_dir: PathBuf,
    connection: Py<PyAny>,
    dataset: &str,
    options: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let reports = load_reports(py, vec![package_dir], connection, dataset, options)?;
    to_python(py, &reports[0], false)
}

/// Load packages of one run in one transaction. Returns what was done, package by package.
#[pyfunction]
fn load_packages<'py>(
    py: Python<'py>,
    package_dirs: Vec<PathBuf>,
    connection: Py<PyAny>,
    dataset: &str,
    options: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let reports = load_reports(py, package_dirs, connection, dataset, options)?;
    to_python(py, &Value::Array(reports), false)
}

fn load_reports(
    py: Python<'_>,
    package_dirs: Vec<PathBuf>,
    connection: Py<PyAny>,
    dataset: &str,
    options: &Bound<'_, PyDict>,
) -> PyResult<Vec<Value>> {
    let options = to_map(options, "load options").map_err(|error| error::to_python(py, &error))?;
    let afterwards = Afterwards { keep: flag(&options, "keep_package"), set_aside: flag(&options, "set_aside") };
    enter(py, |cancel| {
        let mut session = DuckDb::over(connection, cancel).session()?;
        let reports = load_together(&package_dirs, session.as_mut(), dataset, &load_options(&options), afterwards)?;
        reports.iter().map(plain).collect()
    })
}

/// The rows of one table of a package as an Arrow stream, for destinations that are no database; None when none came.
#[pyfunction]
fn package_rows(py: Python<'_>, package_dir: PathBuf, table: &str) -> PyResult<Option<PyRecordBatchReader>> {
    let rows = enter(py, |_| Package::open(&package_dir)?.segments(table, false))?;
    Ok(rows.map(|rows| PyRecordBatchReader::new(Box::new(rows))))
}

/// Set a package aside that cannot be loaded because of another one.
#[pyfunction]
fn set_package_aside(py: Python<'_>, package_dir: PathBuf, reason: &str) -> PyResult<()> {
    enter(py, |_| set_aside(&package_dir, &Error::new(Kind::Data, reason)).map(drop))
}

/// Packages that wait on disk, oldest first.
#[pyfunction]
fn pending_packages(py: Python<'_>, packages_dir: PathBuf) -> PyResult<Bound<'_, PyAny>> {
    let found = enter(py, |_| plain(&pending(&packages_dir)?))?;
    to_python(py, &found, false)
}

/// Make the tables and columns that a schema knows and the dataset lacks, and note the schema; what was made.
#[pyfunction]
#[pyo3(name = "bring_up")]
fn bring_up_tables<'py>(
    py: Python<'py>,
    connection: Py<PyAny>,
    dataset: &str,
    schema: &PySchema,
) -> PyResult<Bound<'py, PyAny>> {
    let schema = schema.bumped();
    let changes = enter(py, |cancel| {
        let engine = DuckDb::over(connection, cancel);
        plain(&bring_up(engine.session()?.as_mut(), dataset, &schema, &LoadOptions::default())?)
    })?;
    to_python(py, &changes, true)
}

/// State and schemas as the destination holds them, or None when it holds none.
#[pyfunction]
#[pyo3(name = "restore")]
fn restore_pipeline<'py>(
    py: Python<'py>,
    connection: Py<PyAny>,
    dataset: &str,
    pipeline_name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let restored =
        enter(py, |cancel| restore(DuckDb::over(connection, cancel).session()?.as_mut(), dataset, pipeline_name))?;
    to_python(py, &restored.unwrap_or(Value::Null), true)
}

fn load_options(options: &Map<String, Value>) -> LoadOptions {
    let mut load = LoadOptions { keep_order: flag(options, "keep_order"), default_memory, ..LoadOptions::default() };
    if let Some(compression) = options.get("row_key_compression") {
        load.ddl.row_key_compression = compression.as_str().map(str::to_owned);
    }
    load
}

// What a fresh database says of itself.
fn default_memory() -> Option<String> {
    let engine = DuckDb::open(":memory:", false, &[], &Arc::default()).ok()?;
    let rows = engine.session().ok()?.query("select current_setting('memory_limit')").ok()?.texts().ok()?;
    rows.into_iter().next()?.into_iter().next()?
}

fn flag(options: &Map<String, Value>, name: &str) -> bool {
    options.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn plain(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::internal(format!("a report cannot be told as JSON: {error}")))
}
