//! `_core.Schema`: a schema that Python holds.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::Value;

use super::enter::enter_attached;
use super::error;
use super::plain::{to_map, to_python};
use crate::schema::Schema;
use crate::schema::naming::{self, Naming};

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PySchema>()?;
    module.add_function(wrap_pyfunction!(register_naming, module)?)
}

/// Make a naming convention of the user's own known: a function from key to name.
#[pyfunction]
fn register_naming(reference: &str, separator: &str, name: Py<PyAny>) {
    naming::custom::register(reference, separator, move |identifier| {
        Python::attach(|py| {
            let named = name.call1(py, (identifier,)).and_then(|named| named.extract::<String>(py));
            named.unwrap_or_else(|failed| {
                // Naming cannot fail: a key that the function does not take keeps its own name, and Python tells why.
                failed.write_unraisable(py, None);
                identifier.to_owned()
            })
        })
    });
}

/// A dlt schema, owned by Rust: tables, columns, hints, version and hash.
#[pyclass(name = "Schema", module = "gristmill._core")]
pub(crate) struct PySchema {
    pub(crate) inner: Schema,
}

#[pymethods]
impl PySchema {
    #[new]
    #[pyo3(signature = (name, naming = "snake_case"))]
    fn new(py: Python<'_>, name: &str, naming: &str) -> PyResult<Self> {
        enter_attached(py, || Ok(Self { inner: Schema::new(name, naming)? }))
    }

    /// Read dlt's stored form (the JSON in `_dlt_version.schema`).
    #[staticmethod]
    fn from_dict(py: Python<'_>, stored: &Bound<'_, PyDict>) -> PyResult<Self> {
        enter_attached(py, || Ok(Self { inner: Schema::from_stored(&Value::Object(to_map(stored, "schema")?))? }))
    }

    /// dlt's stored form, with `version`, `version_hash` and `previous_hashes` up to date.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.bumped().to_stored(), false)
    }

    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }

    /// Merge a partial table (dlt's `TTableSchema`). Returns what was applied, under normalized names.
    fn update_table<'py>(&mut self, py: Python<'py>, partial: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let applied = enter_attached(py, || {
            let table = self.inner.partial_table(&to_map(partial, "table")?)?;
            let stored = table.stored();
            self.inner.update_table(table, true)?;
            Ok(stored)
        })?;
        to_python(py, &applied, false)
    }

    /// Recompute the content hash; a changed one raises the version. Returns (version, version_hash).
    fn bump(&mut self) -> (i64, String) {
        self.inner.bump()
    }

    #[pyo3(signature = (table, depth))]
    fn set_max_nesting(&mut self, table: Option<&str>, depth: Option<i64>) {
        self.inner.set_max_nesting(table, depth);
    }

    fn normalize_identifier(&self, identifier: &str) -> String {
        self.naming().identifier(identifier)
    }

    fn normalize_table_identifier(&self, identifier: &str) -> String {
        self.naming().path(identifier)
    }

    fn normalize_path(&self, path: &str) -> String {
        self.naming().path(path)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn version(&self) -> i64 {
        self.bumped().version.unwrap_or(1)
    }

    #[getter]
    fn version_hash(&self) -> String {
        self.inner.content_hash()
    }

    fn __repr__(&self) -> String {
        let tables: Vec<&str> = self.inner.tables.keys().map(String::as_str).collect();
        format!("Schema(name='{}', tables={tables:?})", self.inner.name)
    }

    fn __getnewargs__(&self) -> (String,) {
        (self.inner.name.clone(),)
    }

    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.inner.to_stored(), false)
    }

    fn __setstate__(&mut self, py: Python<'_>, stored: &Bound<'_, PyDict>) -> PyResult<()> {
        let restored = to_map(stored, "schema").and_then(|stored| Schema::from_stored(&Value::Object(stored)));
        self.inner = restored.map_err(|error| error::to_python(py, &error))?;
        Ok(())
    }
}

impl PySchema {
    fn naming(&self) -> Naming {
        self.inner.naming
    }

    pub(crate) fn bumped(&self) -> Schema {
        let mut schema = self.inner.clone();
        schema.bump();
        schema
    }
}
