//! `run_results.json`, version 6: how each node of one command ended.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::metadata;
use crate::transform::project::Project;
use crate::transform::run::results::NodeResult;

/// The whole document.
pub fn document(project: &Project, results: &[NodeResult], args: &Map<String, Json>, elapsed: Duration) -> Json {
    json!({
        "metadata": metadata(project, "run-results/v6"),
        "results": results.iter().map(NodeResult::to_json).collect::<Vec<_>>(),
        "elapsed_time": elapsed.as_secs_f64(),
        "args": args,
    })
}
