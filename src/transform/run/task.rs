//! One node, from its turn to its result.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::compile::{Compiled, compile};
use super::microbatch::Batch;
use super::response::Response;
use super::results::{NodeResult, Status, Timing};
use super::state::{NodeState, Run};
use super::{by_macro, clone, data_test, files, materialize, microbatch, seed, shape, unit_test};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::manifest::{Node, ResourceType, UniqueId};
use crate::transform::project::Project;

/// Where in the run a node stands, for the lines that tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    pub index: usize,
    pub total: usize,
    pub thread: usize,
}

impl Turn {
    /// The same, with no line that tells of it.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { index: 0, total: 0, ..self }
    }
}

/// Compiles a node and does what its kind does; the result tells how it ended.
pub fn run(run: &Arc<Run>, node: &Arc<Node>, turn: Turn) -> NodeResult {
    let begun = Instant::now();
    let node = unit_test::with_config_of_model(run, node);
    let state = NodeState::new(run, Arc::clone(&node), turn.thread);
    let mut result = NodeResult::new(node.unique_id.clone(), node.resource_type, Status::Success);
    result.thread_id = thread_name(turn.thread);
    result.relation_name = shape::relation_name(&node);
    let outcome = if run.flags.which == "clone" {
        let (cloned, timing) = Timing::of("execute", || clone::clone_node(run, &node, turn, &mut result));
        result.timing = vec![Timing { name: "compile", completed_at: timing.started_at, ..timing }, timing];
        cloned
    } else if microbatch::has_batches(run, &node) {
        microbatch::run_batches(run, &node, turn, &mut result)
    } else {
        work(&state, &mut result)
    };
    if let Err(error) = outcome {
        fail(&state, &mut result, &error);
        // What is compiled of a unit test is told with its verdict, as in dbt.
        if node.resource_type == ResourceType::UnitTest {
            result.compiled_code = None;
        }
        if let Err(error) = keep_written(&state) {
            state.run.sink.tell(Event::Warning { message: error.message().to_owned() });
        }
    }
    state.let_go();
    result.elapsed = begun.elapsed();
    result
}

/// Only compiles a node.
pub fn compile_only(run: &Arc<Run>, node: &Arc<Node>, turn: Turn) -> NodeResult {
    let begun = Instant::now();
    let state = NodeState::new(run, Arc::clone(node), turn.thread);
    let mut result = NodeResult::new(node.unique_id.clone(), node.resource_type, Status::Success);
    result.thread_id = thread_name(turn.thread);
    result.relation_name = shape::relation_name(node);
    run.sink.tell(Event::NodeCompiling);
    if let Err(error) = compiled(&state, &mut result) {
        fail(&state, &mut result, &error);
    } else {
        run.sink.tell(Event::NodeExecuting);
        // There is nothing to do, and how long that took is told all the same, as in dbt.
        result.timing.push(Timing::of("execute", || ()).1);
    }
    state.let_go();
    result.elapsed = begun.elapsed();
    result
}

/// The result of what has nothing to do.
pub fn no_op(id: &UniqueId, kind: ResourceType, thread: usize) -> NodeResult {
    let mut result = NodeResult::new(id.clone(), kind, Status::NoOp);
    result.thread_id = thread_name(thread);
    result.timing = ["compile", "execute"].map(|name| Timing::of(name, || ()).1).to_vec();
    result.message = Some("NO-OP".to_owned());
    result.failures = Some(0);
    result
}

fn fail(state: &NodeState, result: &mut NodeResult, error: &Error) {
    let stopped = error.kind() == Kind::Interrupted;
    let error = state.here(error.clone());
    result.status = if stopped { Status::Skipped } else { Status::Error };
    result.message = Some(if stopped { stopped_because(state) } else { error.to_string() });
    result.error = Some(error);
}

fn stopped_because(state: &NodeState) -> String {
    state.run.check().map_or_else(|why| why.message().to_owned(), |()| "its statement was interrupted".to_owned())
}

fn work(state: &Arc<NodeState>, result: &mut NodeResult) -> Result<()> {
    state.run.sink.tell(Event::NodeCompiling);
    let compiled = compiled(state, result)?;
    state.run.sink.tell(Event::NodeExecuting);
    let (outcome, timing) = Timing::of("execute", || execute(state, compiled.as_deref(), result));
    result.timing.push(timing);
    outcome
}

// Seeds have no SQL of their own.
fn compiled(state: &Arc<NodeState>, result: &mut NodeResult) -> Result<Option<Arc<Compiled>>> {
    let (compiled, timing) = Timing::of("compile", || {
        if state.node.resource_type == ResourceType::Seed {
            return Ok::<_, Error>(None);
        }
        let compiled = match state.node.resource_type {
            ResourceType::UnitTest => unit_test::compile(state)?,
            _ => compile(state)?,
        };
        write_compiled(state, compiled.sql())?;
        Ok(Some(compiled))
    });
    result.timing.push(timing);
    let compiled: Option<Arc<Compiled>> = compiled?;
    result.compiled_code = compiled.as_ref().map(|compiled| Arc::clone(compiled.sql()));
    Ok(compiled)
}

fn execute(state: &Arc<NodeState>, compiled: Option<&Compiled>, result: &mut NodeResult) -> Result<()> {
    let node = &state.node;
    match (node.resource_type, compiled) {
        (ResourceType::Seed, _) => {
            let loaded = seed::load(state)?;
            result.adapter_response = loaded.response;
            result.message = by_macro::told(&result.adapter_response, "_message");
            keep(state, &loaded.statement)
        }
        (ResourceType::Test, Some(compiled)) => {
            let verdict = data_test::run(state, compiled)?;
            result.status = verdict.status;
            result.failures = Some(verdict.failures);
            result.message = verdict.message;
            result.adapter_response = Response::ok().told();
            result.relation_name = verdict.relation_name;
            keep(state, &verdict.statement)
        }
        (ResourceType::UnitTest, Some(compiled)) => {
            let verdict = unit_test::run(state, compiled)?;
            result.status = if verdict.difference.is_some() { Status::Fail } else { Status::Pass };
            result.failures = Some(verdict.difference.is_some().into());
            result.message = verdict.difference;
            result.adapter_response = Response::ok().told();
            keep(state, &verdict.statement)
        }
        (ResourceType::Model | ResourceType::Snapshot | ResourceType::Function, Some(compiled)) => {
            let made = materialize::materialize(state, compiled)?;
            result.adapter_response = made.response.unwrap_or_else(|| Response::ok().told());
            result.message = by_macro::told(&result.adapter_response, "_message");
            keep(state, &made.statement)
        }
        // Analyses are compiled and nothing else; the rest does not come here.
        (_, _) => {
            result.status = Status::NoOp;
            Ok(())
        }
    }
}

/// Writes the statement that ran.
pub(super) fn keep(state: &NodeState, statement: &str) -> Result<()> {
    if state.batch().is_none() {
        state.run.note(&state.node.unique_id, |noted| noted.has_statement = true);
    }
    files::write(&state.run.project.target_path, &run_file(&state.node, state.batch()), statement)
}

/// Writes what `write()` was given, or the statement that failed, if there is one.
pub(super) fn keep_written(state: &NodeState) -> Result<()> {
    let written = state.written.lock().expect("no thread panics while it holds the text").take();
    written.map_or(Ok(()), |statement| keep(state, &statement))
}

/// Whether a node's compiled SQL is written to a file: as in dbt, not that of snapshots, and not a text without a character.
pub fn is_written(node: &Node, sql: &str) -> bool {
    node.resource_type != ResourceType::Snapshot && !sql.is_empty()
}

/// Writes the compiled SQL of a node, or of a batch of it, where dbt does.
pub(super) fn write_compiled(state: &NodeState, sql: &str) -> Result<()> {
    if !is_written(&state.node, sql) {
        return Ok(());
    }
    files::write(&state.run.project.target_path, &compiled_file(&state.node, state.batch()), sql)
}

/// Under the target folder: where a node's compiled SQL is written.
pub fn compiled_file(node: &Node, batch: Option<&Batch>) -> PathBuf {
    Path::new("compiled").join(&node.package_name).join(file(node, batch))
}

/// Under the target folder: where the statement that ran is written.
pub fn run_file(node: &Node, batch: Option<&Batch>) -> PathBuf {
    Path::new("run").join(&node.package_name).join(file(node, batch))
}

// A generic test stands in the folder of its YAML file's name, a batch in that of its model, as in dbt.
fn file(node: &Node, batch: Option<&Batch>) -> PathBuf {
    let original = &node.original_file_path;
    let path = if original.file_name() == node.path.file_name() { original.clone() } else { original.join(&node.path) };
    match batch {
        None => path,
        Some(batch) => {
            let label = batch.size.label(batch.window.start);
            let folder = path.with_extension("");
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            folder.join(format!("{name}_{label}.sql"))
        }
    }
}

/// What dbt calls a worker.
pub fn thread_name(thread: usize) -> String {
    if thread == 0 { "MainThread".to_owned() } else { format!("Thread-{thread} (worker)") }
}

/// Where the compiled SQL of a node, or of a batch of it, stands, as the user would type it.
pub fn compiled_path(project: &Project, node: &Node, batch: Option<&Batch>) -> String {
    under_target(project, &compiled_file(node, batch))
}

/// A path under the target folder as the user would type it.
pub fn under_target(project: &Project, path: &Path) -> String {
    let path = project.target_path.join(path);
    shape::slashed(path.strip_prefix(&project.root).unwrap_or(&path))
}

impl NodeState {
    /// Where the compiled SQL stands, as the user would type it.
    pub fn compiled_path(&self) -> String {
        compiled_path(&self.run.project, &self.node, self.batch())
    }

    /// Where the statement stands that ran, as the user would type it.
    pub fn run_path(&self) -> String {
        under_target(&self.run.project, &run_file(&self.node, self.batch()))
    }
}
