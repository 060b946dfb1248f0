//! The first rows of a node, without building it.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::compile::compile;
use super::operation::nameless;
use super::response::Response;
use super::results::{NodeResult, Status, Timing};
use super::state::{NodeState, Run};
use super::table::Table;
use super::table::drawn::{Limits, drawn, objects};
use super::{asked, shape, task, tell};
use crate::engine::Rows;
use crate::error::Result;
use crate::event::{Event, NodeInfo};
use crate::transform::manifest::{Node, ResourceType};

/// What to show, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// SQL from the command line in place of a selection.
    pub inline: Option<String>,
    /// How many rows; a negative number is all of them.
    pub limit: i64,
    pub json: bool,
}

pub(super) const INLINE: &str = "inline_query";

/// Shows the selected nodes, or the SQL that was given.
///
/// Tests come along with a node that is selected by its name; they are compiled, and their rows are not shown.
pub fn show(run: &Arc<Run>, what: &Show, select: &[String]) -> Result<Vec<NodeResult>> {
    let nodes: Vec<Node> = match &what.inline {
        Some(sql) => vec![nameless(run, ResourceType::SqlOperation, INLINE, sql)?],
        None => run.selected.iter().filter_map(|id| run.manifest.nodes.get(id)).cloned().collect(),
    };
    let named = |node: &Node| select.iter().flat_map(|one| one.split_whitespace()).any(|one| one == node.name);
    let any_named = nodes.iter().any(named);
    let mut results = Vec::new();
    tell::concurrency(run, nodes.len());
    for node in nodes {
        let begun = Instant::now();
        let turn = task::Turn { index: 1, total: 1, thread: 0 };
        let info = tell::started(run, tell::of_node(&node), turn.quiet());
        if any_named && !named(&node) {
            let mut result = task::compile_only(run, &Arc::new(node), turn);
            if result.error.is_none() {
                result.adapter_response = Response::ok().whole();
            }
            tell::finished(run, info, &result, turn.quiet());
            results.push(result);
            continue;
        }
        let state = NodeState::new(run, Arc::new(node), 0);
        let mut result = NodeResult::new(state.node.unique_id.clone(), state.node.resource_type, Status::Success);
        result.thread_id = task::thread_name(0);
        result.relation_name = shape::relation_name(&state.node);
        result.nameless = what.inline.is_some().then(|| Arc::clone(&state.node));
        match rows(&state, what.limit, &mut result) {
            Ok(rows) => {
                tell::finished(run, Arc::clone(&info), &result, turn.quiet());
                let table = Table::of(&rows)?;
                tell_rows(&state, info, &table, what)?;
                result.shown = Some(table);
            }
            Err(error) => {
                let error = state.here(error);
                result.status = Status::Error;
                result.message = Some(error.to_string());
                result.error = Some(error);
                tell::finished(run, info, &result, turn.quiet());
            }
        }
        result.elapsed = begun.elapsed();
        results.push(result);
    }
    Ok(results)
}

fn rows(state: &Arc<NodeState>, limit: i64, result: &mut NodeResult) -> Result<Rows> {
    let limited = |sql: &str| {
        let limit = if limit < 0 { String::new() } else { format!("\nlimit {limit}") };
        format!("select * from (\n{sql}\n) as shown{limit}")
    };
    if state.node.resource_type == ResourceType::Seed {
        return state.query(&limited(&format!("select * from {}", state.node.relation().quoted())));
    }
    state.run.sink.tell(Event::NodeCompiling);
    let (compiled, timing) = Timing::of("compile", || compile(state));
    let compiled = compiled?;
    result.timing.push(timing);
    state.run.sink.tell(Event::NodeExecuting);
    result.compiled_code = Some(match limit {
        0.. => Arc::from(format!("{}\nlimit {limit}", compiled.sql())),
        _ => Arc::clone(compiled.sql()),
    });
    let own = asked::show_sql(state, compiled.sql(), limit)?;
    if let Some(own) = &own {
        result.compiled_code = Some(Arc::from(own.as_str()));
    }
    if let Some(sql) = &result.compiled_code {
        state.run.note(&state.node.unique_id, |noted| noted.shown = Some(Arc::clone(sql)));
    }
    let header = state.config("sql_header").and_then(|header| header.as_str().map(|header| format!("{header}\n")));
    let statement = own.unwrap_or_else(|| format!("{}{}", header.unwrap_or_default(), limited(compiled.sql())));
    let (found, timing) = Timing::of("execute", || state.query(&statement));
    result.timing.push(timing);
    result.adapter_response = Response::ok().whole();
    found.map_err(|error| compiled.locate(error, &statement, &state.node, &state.compiled_path()))
}

fn tell_rows(state: &NodeState, info: Arc<NodeInfo>, table: &Table, what: &Show) -> Result<()> {
    let shown = objects(table);
    let rows = shown.to_string();
    let is_inline = what.inline.is_some();
    let quiet = state.run.is_quiet();
    let under = |head: String| {
        let head = (!quiet).then_some(head);
        drawn(table, &Limits::ALL).map(|lines| head.into_iter().chain(lines).collect())
    };
    let lines = match (what.json, is_inline) {
        (true, true) => vec![format!("{:#}", json!({"show": shown}))],
        (true, false) => vec![format!("{:#}", json!({"node": info.name, "show": shown}))],
        (false, true) => under("Previewing inline node:".to_owned())?,
        (false, false) => under(format!("Previewing node '{}':", info.name))?,
    };
    state.run.sink.tell(Event::Shown { node: info, lines, rows, is_inline, json: what.json, quiet });
    Ok(())
}

/// Shows some rows of each seed that was loaded, as dbt's `--show` does.
pub fn show_seeds(run: &Arc<Run>, results: &[NodeResult]) -> Result<()> {
    let is_seed = |result: &&NodeResult| result.resource_type == ResourceType::Seed;
    for result in results.iter().filter(is_seed).filter(|result| result.status == Status::Success) {
        let Some(node) = run.manifest.nodes.get(&result.unique_id) else { continue };
        let state = NodeState::new(run, Arc::new(node.clone()), 0);
        let rows = state.query(&format!("select * from {} using sample 10 rows", node.relation().quoted()))?;
        let head = format!("Random sample of table: {}.{}", node.schema, node.alias);
        let rule = "-".repeat(head.chars().count());
        for line in [String::new(), head, rule] {
            tell::info(run, line);
        }
        run.sink.tell(Event::Print { message: drawn(&Table::of(&rows)?, &Limits::ALL)?.join("\n") });
        tell::info(run, String::new());
    }
    Ok(())
}
