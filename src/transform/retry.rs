//! What is left to do of the last run.

use std::sync::Arc;

use serde_json::Value as Json;

use super::Verb;
use super::project::Project;
use super::run::inputs::Inputs;
use super::run::results::BatchResults;
use super::run::window;
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::UniqueId;

/// The last run, as its `run_results.json` tells it.
pub(super) struct Last {
    pub(super) verb: Verb,
    pub(super) full_refresh: bool,
    /// What it read, and which of its batches are left.
    pub(super) inputs: Inputs,
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
        "compile" => Verb::Compile,
        other => return Err(missing(format!("the last command was `{other}`, which cannot be retried"))),
    };
    let again =
        |result: &&Json| matches!(result["status"].as_str(), Some("error" | "fail" | "skipped" | "partial success"));
    let entries = results["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failed = entries.iter().filter(again).filter_map(|result| result["unique_id"].as_str());
    Ok(Last {
        verb,
        full_refresh: args["full_refresh"].as_bool().unwrap_or(false),
        inputs: inputs(&results)?,
        failed: failed.filter(|id| !id.starts_with("operation.")).map(Arc::from).collect(),
    })
}

// Times that count from now count from when the last run began, so that its batches are the same.
fn inputs(results: &Json) -> Result<Inputs> {
    let args = &results["args"];
    let text = |key: &str| args[key].as_str();
    let began = ["invocation_started_at", "generated_at"].iter().find_map(|key| results["metadata"][*key].as_str());
    let began = began.and_then(window::time);
    let batches = |result: &Json| {
        let batches = BatchResults::of(result.get("batch_results").filter(|batches| batches.is_object())?);
        // Where every batch failed, the model is built anew.
        let some = !batches.successful.is_empty() && !batches.failed.is_empty();
        some.then(|| Some((Arc::from(result["unique_id"].as_str()?), batches)))?
    };
    Ok(Inputs {
        empty: args["empty"].as_bool().unwrap_or(false),
        sample: text("sample").map(|text| window::sample(text, began.unwrap_or_else(chrono::Utc::now))).transpose()?,
        event_times: window::event_times(text("event_time_start"), text("event_time_end"))?,
        retried: results["results"].as_array().into_iter().flatten().filter_map(batches).collect(),
        retried_at: began,
        ..Inputs::default()
    })
}
