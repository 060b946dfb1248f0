//! What is left to do of the last run.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Compile, Verb};
use super::project::Project;
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::UniqueId;

/// The last run, as its `run_results.json` tells it.
pub(super) struct Last {
    pub(super) verb: Verb,
    pub(super) full_refresh: bool,
    /// What failed or was skipped.
    pub(super) failed: Vec<UniqueId>,
}

pub(super) fn last(project: &Project) -> Result<Last> {
    let path = project.target_path.join("run_results.json");
    let missing = |message: String| Error::new(Kind::Project, message).hint("run a command first, then retry it");
    let text = std::fs::read_to_string(&path)
        .map_err(|_| missing(format!("there is no earlier run to retry: `{}` is not there", path.display())))?;
    let results: Json =
        serde_json::from_str(&text).map_err(|error| missing(format!("cannot read `{}`: {error}", path.display())))?;
    let args = &results["args"];
    let verb = match args["which"].as_str().unwrap_or_default() {
        "build" => Verb::Build,
        "run" => Verb::Run,
        "test" => Verb::Test,
        "seed" => Verb::Seed,
        "snapshot" => Verb::Snapshot,
        "compile" => Verb::Compile(Compile::default()),
        other => return Err(missing(format!("the last command was `{other}`, which cannot be retried"))),
    };
    let again = |result: &&Json| matches!(result["status"].as_str(), Some("error" | "fail" | "skipped"));
    let entries = results["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failed = entries.iter().filter(again).filter_map(|result| result["unique_id"].as_str());
    Ok(Last {
        verb,
        full_refresh: args["full_refresh"].as_bool().unwrap_or(false),
        failed: failed.filter(|id| !id.starts_with("operation.")).map(Arc::from).collect(),
    })
}
