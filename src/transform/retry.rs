//! What is left to do of the last run, and the command that does it: with the flags and the variables of that run.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::project::{Project, ProjectOptions};
use super::run::inputs::Inputs;
use super::run::results::BatchResults;
use super::run::window;
use super::{Command, Compile, Verb};
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::UniqueId;

/// The last run, as its `run_results.json` tells it.
pub(super) struct Last {
    pub(super) verb: Verb,
    args: Map<String, Json>,
    /// What it read, and which of its batches are left.
    inputs: Inputs,
    /// What failed or was skipped.
    pub(super) failed: Vec<UniqueId>,
}

/// The last run of this project, and the command that does again what is left of it.
pub(super) fn again(command: &Command, project: &Project) -> Result<(Last, Command)> {
    let folder = command.request.state.as_ref().map_or(project.target_path.clone(), |state| project.root.join(state));
    let last = last(&folder)?;
    let again = last.command(command);
    Ok((last, again))
}

// What the last run left in `folder`.
fn last(folder: &Path) -> Result<Last> {
    let path = folder.join("run_results.json");
    let missing = |message: String| Error::new(Kind::Project, message).hint("run a command first, then retry it");
    let text = std::fs::read_to_string(&path)
        .map_err(|_| missing(format!("there is no earlier run to retry: `{}` is not there", path.display())))?;
    let results: Json =
        serde_json::from_str(&text).map_err(|error| missing(format!("cannot read `{}`: {error}", path.display())))?;
    if !results["results"].is_array() || !results["args"]["which"].is_string() {
        return Err(missing(format!("`{}` tells of no run", path.display())));
    }
    let args = results["args"].as_object().cloned().unwrap_or_default();
    let text = |name: &str| args.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let verb = match text("which").as_str() {
        "build" => Verb::Build,
        "run" => Verb::Run,
        "test" => Verb::Test,
        "seed" => Verb::Seed,
        "snapshot" => Verb::Snapshot,
        "clone" => Verb::Clone,
        "compile" => Verb::Compile(Compile::default()),
        "generate" => Verb::Docs { compile: true, catalog: true },
        "run-operation" => {
            Verb::Operation { name: text("macro"), arguments: args.get("args").map_or_else(String::new, as_given) }
        }
        other => return Err(missing(format!("the last command was `{other}`, which cannot be retried"))),
    };
    let again = |result: &&Json| {
        matches!(result["status"].as_str(), Some("error" | "fail" | "skipped" | "runtime error" | "partial success"))
    };
    let entries = results["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failed = entries.iter().filter(again).filter_map(|result| result["unique_id"].as_str());
    let failed = failed.filter(|id| !id.starts_with("operation.")).map(Arc::from).collect();
    Ok(Last { verb, inputs: inputs(&results)?, args, failed })
}

// As it stood on the command line: what is no text is an object.
fn as_given(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

// Where this run reads and writes is its own affair.
const OF_THIS_RUN: [&str; 9] = [
    "warn_error_options",
    "log_path",
    "profiles_dir",
    "project_dir",
    "defer_state",
    "state",
    "target_path",
    "warn_error",
    "invocation_command",
];

impl Last {
    /// The command of the last run, with what this line says of its own.
    pub(super) fn command(&self, now: &Command) -> Command {
        let mut command = now.clone();
        let text = |name: &str| self.args.get(name).and_then(Json::as_str).map(str::to_owned);
        let is = |name: &str| self.args.get(name).and_then(Json::as_bool).unwrap_or(false);
        let ProjectOptions { vars, target, profile, threads, flags, .. } = &mut command.options;
        let told = self.args.get("vars").filter(|vars| vars.as_object().is_some_and(|vars| !vars.is_empty()));
        *vars = vars.take().or_else(|| told.map(Json::to_string));
        *target = target.take().or_else(|| text("target"));
        *profile = profile.take().or_else(|| text("profile"));
        let told = self.args.get("threads").and_then(Json::as_u64);
        *threads = threads.or(told.map(|threads| threads as usize));
        for (name, value) in self.args.iter().filter(|(name, _)| !OF_THIS_RUN.contains(&name.as_str())) {
            flags.insert(name.to_uppercase(), value.clone());
        }
        let this = &now.flags;
        let full_refresh = this.full_refresh || is("full_refresh");
        flags.insert("FULL_REFRESH".to_owned(), Json::Bool(full_refresh));
        command.flags.full_refresh = full_refresh;
        command.flags.store_failures = this.store_failures || is("store_failures");
        command.flags.fail_fast = this.fail_fast || is("fail_fast");
        // What it read is read again; what is deferred to is said anew.
        let Inputs { defer, favor_state, defer_state, .. } = this.inputs.clone();
        command.flags.inputs = Inputs { defer, favor_state, defer_state, ..self.inputs.clone() };
        self.verb.name().clone_into(&mut command.flags.which);
        command.flags.args = super::invocation_args(&self.verb, flags);
        command
    }
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
    let sample = Some(&args["sample"]).filter(|given| given.is_string() || given.is_object()).map(as_given);
    Ok(Inputs {
        empty: args["empty"].as_bool().unwrap_or(false),
        sample: sample.map(|text| window::sample(&text, began.unwrap_or_else(chrono::Utc::now))).transpose()?,
        event_times: window::event_times(text("event_time_start"), text("event_time_end"))?,
        retried: results["results"].as_array().into_iter().flatten().filter_map(batches).collect(),
        retried_at: began,
        ..Inputs::default()
    })
}
