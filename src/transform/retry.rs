//! What is left to do of the last run, and the command that does it: with the flags and the variables of that run.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::project::ProjectOptions;
use super::{Command, Compile, Verb};
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::UniqueId;

/// The last run, as its `run_results.json` tells it.
pub(super) struct Last {
    pub(super) verb: Verb,
    args: Map<String, Json>,
    /// What failed or was skipped.
    pub(super) failed: Vec<UniqueId>,
}

/// Reads what the last run left in `folder`.
pub(super) fn last(folder: &Path) -> Result<Last> {
    let path = folder.join("run_results.json");
    let missing = |message: String| Error::new(Kind::Project, message).hint("run a command first, then retry it");
    let text = std::fs::read_to_string(&path)
        .map_err(|_| missing(format!("there is no earlier run to retry: `{}` is not there", path.display())))?;
    let results: Json =
        serde_json::from_str(&text).map_err(|error| missing(format!("cannot read `{}`: {error}", path.display())))?;
    let args = results["args"].as_object().cloned().unwrap_or_default();
    let text = |name: &str| args.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let verb = match text("which").as_str() {
        "build" => Verb::Build,
        "run" => Verb::Run,
        "test" => Verb::Test,
        "seed" => Verb::Seed,
        "snapshot" => Verb::Snapshot,
        "compile" => Verb::Compile(Compile::default()),
        "generate" => Verb::Docs { compile: true, catalog: true },
        "run-operation" => Verb::Operation { name: text("macro"), arguments: text("args") },
        other => return Err(missing(format!("the last command was `{other}`, which cannot be retried"))),
    };
    let again = |result: &&Json| {
        matches!(result["status"].as_str(), Some("error" | "fail" | "skipped" | "runtime error" | "partial success"))
    };
    let entries = results["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failed = entries.iter().filter(again).filter_map(|result| result["unique_id"].as_str());
    let failed = failed.filter(|id| !id.starts_with("operation.")).map(Arc::from).collect();
    Ok(Last { verb, args, failed })
}

// Where this run reads and writes is its own affair.
const OF_THIS_RUN: [&str; 8] = [
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
        command.flags.empty = this.empty || is("empty");
        self.verb.name().clone_into(&mut command.flags.which);
        command.flags.args = super::invocation_args(&self.verb, flags);
        command
    }
}
