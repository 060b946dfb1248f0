//! `sources.json`, version 3: how old the data of each source was.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::metadata;
use crate::transform::project::Project;
use crate::transform::run::freshness::Freshness;

/// The whole document.
pub fn document(project: &Project, found: &[Freshness], elapsed: Duration) -> Json {
    json!({
        "metadata": metadata(project, "sources/v3"),
        "results": found.iter().map(Freshness::to_json).collect::<Vec<_>>(),
        "elapsed_time": elapsed.as_secs_f64(),
    })
}
