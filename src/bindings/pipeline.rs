//! Loading, as Python sees it: `load_package`, `pending_packages`, `restore`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;
use serde_json::{Map, Value};

use super::duckdb::DuckDb;
use super::enter::enter;
use super::error;
use super::plain::{to_map, to_python};
use crate::engine::Engine;
use crate::error::{Error, Kind, Result};
use crate::ingest::load::package::{Package, can_never_load, pending, set_aside};
use crate::ingest::load::{LoadOptions, load, restore};

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(connect, module)?)?;
    module.add_function(wrap_pyfunction!(load_package, module)?)?;
    module.add_function(wrap_pyfunction!(set_package_aside, module)?)?;
    module.add_function(wrap_pyfunction!(pending_packages, module)?)?;
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
    let options = to_map(options, "load options").map_err(|error| error::to_python(py, &error))?;
    let report = enter(py, |cancel| {
        let mut session = DuckDb::over(connection, cancel).session()?;
        let loaded = Package::open(&package_dir).and_then(|package| {
            load(&package, session.as_mut(), dataset, &load_options(&options)).map(|report| (package, report))
        });
        let (package, report) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                if flag(&options, "set_aside") && can_never_load(&error) {
                    set_aside(&package_dir, &error)?;
                }
                return Err(error);
            }
        };
        if !flag(&options, "keep_package") {
            package.discard()?;
        }
        plain(&report)
    })?;
    to_python(py, &report, false)
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
