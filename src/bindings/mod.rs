//! The only room that knows Python: the module `gristmill._core`, piece by piece.
//!
//! Nothing is decided here. A function takes Python objects apart, enters the house, and wraps what comes back.

use pyo3::prelude::*;

mod docs;
mod duckdb;
mod enter;
mod error;
mod extract;
mod files;
mod http;
mod items;
mod moments;
mod normalize;
mod objects;
mod outcome;
mod pipeline;
mod plain;
mod runner;
mod schema;
mod unusual;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("DBT_VERSION", crate::transform::project::context::DBT_VERSION)?;
    module.add("GristmillError", module.py().get_type::<error::GristmillError>())?;
    module.add_class::<extract::Extract>()?;
    module.add_class::<files::ObjectStore>()?;
    module.add_class::<files::StoredObject>()?;
    module.add_class::<files::FileRows>()?;
    module.add_function(wrap_pyfunction!(docs::docs_page, module)?)?;
    http::register(module)?;
    module.add_function(wrap_pyfunction!(moments::iso_duration_of, module)?)?;
    schema::register(module)?;
    normalize::register(module)?;
    pipeline::register(module)?;
    runner::add(module)
}
