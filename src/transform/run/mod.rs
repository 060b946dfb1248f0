//! From a selected graph to tables, tests and their results.

pub mod adapter;
pub mod asked;
pub mod blame;
mod by_macro;
pub mod cache;
mod cells;
pub mod check;
mod clone;
pub mod compile;
pub mod config;
pub mod connect;
mod contract;
pub mod cte;
pub mod data_test;
pub mod direct;
mod external;
pub mod files;
mod finish;
mod foreign_key;
pub mod freshness;
mod heard;
pub mod hooks;
pub mod incremental;
pub mod inputs;
pub mod linker;
pub mod materialize;
pub mod microbatch;
mod noted;
pub mod operation;
pub mod placeholders;
pub mod primary_key;
mod properties_place;
mod python_model;
pub mod relation;
mod response;
pub mod results;
mod retry;
#[cfg(test)]
pub(crate) mod sample;
pub mod schedule;
mod secrets;
pub mod seed;
mod seed_cells;
mod seen;
pub mod shape;
pub mod show;
mod snapshot;
mod snapshot_strategy;
pub mod source_place;
pub mod stand_ins;
pub mod state;
mod suggest;
pub mod table;
pub mod task;
mod tell;
mod transaction;
mod unit_test;
mod unit_test_diff;
pub mod window;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::graph::plan::{Plan, plan};
use crate::transform::graph::{Graph, NodeSet};
use crate::transform::jinja::Value;
use crate::transform::manifest::{Node, ResourceType, UniqueId, inline};
use results::{NodeResult, Status, Timing};
use schedule::{Outcome, Step};
use state::{NodeState, Run};
use task::Turn;
use tell::info;

/// Runs everything that is selected: schemas, hooks before, nodes, hooks after. What failed is in the results.
///
/// The template of a hook that fails ends the command, as in dbt; a statement that fails is the hook's own error. What one
/// behind the nodes says stands beside their results, which are to be kept.
pub fn execute(run: &Arc<Run>, graph: &Graph, tests_block: bool) -> Result<(Vec<NodeResult>, Option<Error>)> {
    let begun = Instant::now();
    let asked = NodeSet::of(graph.len(), run.selected.iter().filter_map(|id| graph.number(id)));
    // `build` takes a unit test along with its model, and never by itself.
    let is_alone = |id: &UniqueId| {
        let test = graph.number(id).filter(|&node| tests_block && graph.kind(node) == ResourceType::UnitTest);
        test.is_some_and(|test| !graph.parents(test).iter().any(|&model| asked.contains(model)))
    };
    let selected: Vec<_> = run.selected.iter().filter(|id| !is_alone(id)).cloned().collect();
    let plan = plan(graph, &selected, tests_block);
    make_schemas(run, &plan.nodes)?;
    tell::concurrency(run, counted(run, &plan));
    let mut results = hooks_before(run)?;
    let before = results.len();
    let nodes = run_nodes(run, &plan);
    run.resume();
    info(run, String::new());
    let (after, ended_by) = hooks_behind(run, &nodes);
    tell::ran(run, &nodes, before + after.len(), begun);
    results.extend(nodes);
    results.extend(after);
    Ok((results, ended_by))
}

/// Compiles everything that is selected, and runs nothing but the queries that templates ask for.
///
/// An ephemeral model is a part of others; it has a result of its own only when `tells_ephemeral`.
pub fn compile_all(run: &Arc<Run>, graph: &Graph, tells_ephemeral: bool) -> Vec<NodeResult> {
    let plan = plan(graph, &run.selected, false);
    tell::concurrency(run, plan.nodes.len());
    let results = Mutex::new(Vec::new());
    schedule::execute(&plan, run.project.profile.threads, &|index, _, thread| {
        let Some(node) = run.manifest.nodes.get(&plan.nodes[index]) else { return Outcome::Done };
        let turn = Turn { index: index + 1, total: plan.nodes.len(), thread };
        let info = tell::started(run, tell::of_node(node), turn.quiet());
        let result = task::compile_only(run, &Arc::new(node.clone()), turn);
        tell::finished(run, info, &result, turn.quiet());
        if tells_ephemeral || !node.is_ephemeral() {
            results.lock().expect("no thread panics while it holds the results").push(result);
        }
        Outcome::Done
    });
    results.into_inner().expect("no thread panics while it holds the results")
}

/// Compiles SQL that stands in no file, and shows it.
pub fn compile_inline(run: &Arc<Run>, sql: &str, json: bool) -> Result<NodeResult> {
    let node = operation::nameless(run, ResourceType::SqlOperation, inline::NAME, sql)?;
    tell::concurrency(run, 1);
    let info = Arc::new(tell::of_node(&node));
    let turn = Turn { index: 1, total: 1, thread: 0 };
    let node = Arc::new(node);
    let mut result = task::compile_only(run, &node, turn);
    result.nameless = Some(node);
    refused(&result)?;
    match &result.compiled_code {
        Some(sql) => run.sink.tell(Event::Compiled {
            node: info,
            sql: sql.to_string(),
            is_inline: true,
            json,
            quiet: run.is_quiet(),
        }),
        None => tell::finished(run, info, &result, turn.quiet()),
    }
    Ok(result)
}

// SQL of the command line that refers to what is not there cannot be read, as in dbt; it is no node that failed.
fn refused(result: &NodeResult) -> Result<()> {
    match &result.error {
        Some(error) if matches!(error.kind(), Kind::RefNotFound | Kind::SourceNotFound) => Err(error.clone()),
        _ => Ok(()),
    }
}

/// Shows the SQL of nodes that were named: whoever compiles a node by its name wants to read it.
///
/// What has no SQL, as a seed, is shown as an empty text.
pub fn tell_compiled(run: &Run, results: &[NodeResult], select: &[String], json: bool) {
    if select.is_empty() || results.iter().any(|result| result.error.is_some()) {
        return;
    }
    let nodes = results.iter().filter_map(|result| Some((run.manifest.nodes.get(&result.unique_id)?, result)));
    let (named, others): (Vec<_>, Vec<_>) = nodes.partition(|(node, _)| tell::is_named(select, &node.name));
    tell::excluded(run, others.iter().map(|(node, _)| node.name.as_str()));
    for (node, result) in named {
        let node = Arc::new(tell::of_node(node));
        let sql = result.compiled_code.as_deref().unwrap_or_default().to_owned();
        run.sink.tell(Event::Compiled { node, sql, is_inline: false, json, quiet: run.is_quiet() });
    }
}

/// Clones everything that is selected, each by itself: a view needs nothing of the others.
pub fn clone_all(run: &Arc<Run>) -> Result<Vec<NodeResult>> {
    let relational = |id: &&UniqueId| run.manifest.nodes.get(*id).is_some_and(|node| !node.is_ephemeral());
    let nodes: Vec<_> = run.selected.iter().filter(relational).cloned().collect();
    tell::concurrency(run, nodes.len());
    make_schemas(run, &nodes)?;
    let none = vec![Vec::new(); nodes.len()];
    let plan = Plan { waits_for: none.clone(), unblocks: none, weight: vec![0; nodes.len()], nodes };
    Ok(run_nodes(run, &plan))
}

// How many of the nodes are told of: an ephemeral model is a part of others.
fn counted(run: &Run, plan: &Plan) -> usize {
    plan.nodes.iter().filter(|id| run.ephemeral(id).is_none()).count()
}

fn run_nodes(run: &Arc<Run>, plan: &Plan) -> Vec<NodeResult> {
    let results: Mutex<Vec<NodeResult>> = Mutex::default();
    let begun = std::sync::atomic::AtomicUsize::new(0);
    let total = counted(run, plan);
    schedule::execute(plan, run.project.profile.threads, &|place, step, thread| {
        if let Some(node) = run.ephemeral(&plan.nodes[place]) {
            // It is compiled in its turn and not told of. What is wrong with it is told by the first that stands on it.
            if matches!(step, Step::Run) && run.check().is_ok() {
                let _ = compile::part(run, node, thread);
            }
            return Outcome::Done;
        }
        let index = 1 + begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let turn = Turn { index, total, thread };
        let result = run_one(run, &plan.nodes[place], step, turn);
        let outcome = match result.status {
            status if status.is_failure() && run.flags.fail_fast => {
                run.halt();
                Outcome::Stop
            }
            status if status.is_failure() => Outcome::Failed,
            _ => Outcome::Done,
        };
        results.lock().expect("no thread panics while it holds the results").push(result);
        outcome
    });
    results.into_inner().expect("no thread panics while it holds the results")
}

fn run_one(run: &Arc<Run>, id: &UniqueId, step: Step, turn: Turn) -> NodeResult {
    let Some(node) = run.manifest.find(id) else {
        // An exposure or a saved query: nothing is done for it, and it counts.
        let described = run.manifest.find_described(id);
        let kind = described.map_or(ResourceType::Exposure, |described| described.kind);
        let exposure = || run.manifest.exposures.get(id).map(tell::of_exposure).unwrap_or_default();
        let info = described.map_or_else(exposure, tell::of_described);
        let result = match step {
            Step::Run => task::no_op(id, kind, turn.thread),
            Step::Skip(_) => skipped(run, id, kind, step, turn.thread),
        };
        tell::finished(run, Arc::new(info), &result, turn);
        return result;
    };
    let info = tell::of_node(node);
    let (info, result) = match step {
        Step::Run if run.check().is_ok() => {
            let info = tell::started(run, info, turn);
            (info, task::run(run, &Arc::new(node.clone()), turn))
        }
        Step::Run | Step::Skip(_) => {
            let mut result = skipped(run, id, node.resource_type, step, turn.thread);
            result.relation_name = shape::relation_name(node);
            (Arc::new(info), result)
        }
    };
    tell::finished(run, info, &result, turn);
    result
}

fn skipped(run: &Run, id: &UniqueId, kind: ResourceType, step: Step, thread: usize) -> NodeResult {
    let mut result = NodeResult::new(id.clone(), kind, Status::Skipped);
    result.thread_id = task::thread_name(thread);
    result.message = Some(match step {
        Step::Skip(Some(cause)) => {
            let name = run.manifest.find(&cause).map_or(&*cause, |node| node.name.as_str());
            format!("`{name}` failed")
        }
        Step::Skip(None) | Step::Run if run.cancel.is_asked() => "the run was stopped".to_owned(),
        Step::Skip(None) | Step::Run => "another node failed and `--fail-fast` is set".to_owned(),
    });
    result
}

fn make_schemas(run: &Arc<Run>, nodes: &[UniqueId]) -> Result<()> {
    let wanted: Vec<(String, String)> = nodes
        .iter()
        .filter_map(|id| run.manifest.nodes.get(id))
        .filter(|node| match node.resource_type {
            ResourceType::Model => !node.is_ephemeral(),
            ResourceType::Seed | ResourceType::Snapshot | ResourceType::Function => true,
            ResourceType::Test => data_test::stores_failures(&NodeState::new(run, Arc::new((*node).clone()), 0)),
            _ => false,
        })
        .map(|node| (node.database.clone(), node.schema.clone()))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    if asked::create_schemas(run, &wanted)? {
        return Ok(());
    }
    let mut session = run.engine()?.session()?;
    cache::create_schemas(session.as_mut(), wanted)
}

/// The hooks of `on-run-start`. A template that fails ends the command.
fn hooks_before(run: &Arc<Run>) -> Result<Vec<NodeResult>> {
    let (done, ended_by) = run_hooks(run, "on-run-start", &[]);
    ended_by.map_or(Ok(done), Err)
}

/// The hooks of `on-run-end`, and what ended the command among them, if anything did. A run that is stopped has none.
fn hooks_behind(run: &Arc<Run>, nodes: &[NodeResult]) -> (Vec<NodeResult>, Option<Error>) {
    if run.cancel.is_asked() { (Vec::new(), None) } else { run_hooks(run, "on-run-end", nodes) }
}

// Hooks of the whole run, one after the other on this thread, up to the first whose template fails.
fn run_hooks(run: &Arc<Run>, side: &str, results: &[NodeResult]) -> (Vec<NodeResult>, Option<Error>) {
    let mut hooks: Vec<&Node> = run
        .manifest
        .nodes
        .values()
        .filter(|node| node.resource_type == ResourceType::Operation && node.tags.iter().any(|tag| tag == side))
        .collect();
    // The root project first, then packages by name, each in its own order; a number sorts as a number.
    hooks.sort_by_key(|node| {
        let number = node.name.rsplit('-').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
        (node.package_name != run.project.name(), node.package_name.clone(), number)
    });
    let total = hooks.len();
    let mut done = Vec::with_capacity(total);
    // They share one connection, as in dbt: what one leaves in it or does not commit, the next one finds.
    let mut before: Option<Arc<NodeState>> = None;
    for (place, node) in hooks.into_iter().enumerate() {
        if let Err(stopped) = run.cancel.check() {
            return (done, Some(stopped));
        }
        let turn = Turn { index: place + 1, total, thread: 0 };
        let about = tell::of_hook(node, side, place);
        run.note(&node.unique_id, |noted| noted.place = Some(turn.index));
        // What stands behind a hook that failed is not run.
        if done.iter().any(|result: &NodeResult| result.status == Status::Error) {
            let mut result = NodeResult::new(node.unique_id.clone(), node.resource_type, Status::Skipped);
            result.message = Some(format!("{} skipped", tell::name_of_hook(&about)));
            result.failures = Some(1);
            tell::finished(run, Arc::new(about), &result, turn);
            done.push(result);
            continue;
        }
        let begun = Instant::now();
        let state = hook_state(run, node, results);
        if let Some(before) = before.replace(Arc::clone(&state)) {
            before.hand_on(&state);
        }
        let (compiled, compiling) = Timing::of("compile", || compile::compile(&state));
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(error) => return (done, Some(error)),
        };
        let info = tell::started(run, about, turn);
        let mut result = run_hook(&state, &compiled, compiling);
        result.elapsed = begun.elapsed();
        let name = tell::name_of_hook(&info);
        result.message = Some(match &result.error {
            None => format!("{name} passed"),
            Some(error) => format!("{name} failed, error:\n {error}"),
        });
        tell::finished(run, info, &result, turn);
        done.push(result);
    }
    if total > 0 {
        info(run, String::new());
    }
    (done, None)
}

// A hook, with what its template may know of the nodes that ran.
fn hook_state(run: &Arc<Run>, node: &Node, results: &[NodeResult]) -> Arc<NodeState> {
    let state = NodeState::new(run, Arc::new(node.clone()), 0);
    {
        let mut extra = state.extra.lock().expect("no thread panics while it holds the names");
        let schemas: BTreeSet<(String, String)> = results
            .iter()
            .filter(|result| result.status == Status::Success)
            .filter_map(|result| run.manifest.nodes.get(&result.unique_id))
            .filter(|node| {
                matches!(node.resource_type, ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot)
            })
            .map(|node| (node.database.clone(), node.schema.clone()))
            .collect();
        extra.insert("results".to_owned(), Value::list(results.iter().map(|result| seen::result(run, result))));
        extra.insert("schemas".to_owned(), Value::list(schemas.iter().map(|(_, schema)| Value::str(schema))));
        extra.insert(
            "database_schemas".to_owned(),
            Value::list(
                schemas.iter().map(|(database, schema)| Value::tuple([Value::str(database), Value::str(schema)])),
            ),
        );
    }
    state
}

fn run_hook(state: &NodeState, compiled: &compile::Compiled, compiling: Timing) -> NodeResult {
    let node = &state.node;
    let mut result = NodeResult::new(node.unique_id.clone(), node.resource_type, Status::Success);
    result.failures = Some(0);
    let (outcome, executing) = Timing::of("execute", || {
        result.compiled_code = Some(Arc::clone(compiled.sql()));
        task::write_compiled(state, compiled.sql())?;
        if compiled.sql().trim().is_empty() {
            return Ok(());
        }
        state
            .begin_for_statement(false)
            .and_then(|()| state.execute(compiled.sql()))
            .map(drop)
            .map_err(|error| compiled.locate(error, compiled.sql(), node, &state.compiled_path()))
    });
    result.timing = vec![compiling, executing];
    let outcome = outcome.and(task::keep_written(state));
    if let Err(error) = outcome {
        result.status = Status::Error;
        result.failures = Some(1);
        result.error = Some(error);
    }
    result
}
