//! The documentation page for artifacts that are at hand as JSON text.

use pyo3::prelude::*;

use super::enter::enter;
use crate::transform::artifacts::docs;

/// The page for a manifest, a catalog and, when there was a run, its results.
#[pyfunction]
#[pyo3(signature = (manifest_json, catalog_json, run_results_json=None))]
pub(super) fn docs_page(
    py: Python<'_>,
    manifest_json: &str,
    catalog_json: &str,
    run_results_json: Option<&str>,
) -> PyResult<String> {
    enter(py, |_| docs::page_of_texts(manifest_json, catalog_json, run_results_json))
}
