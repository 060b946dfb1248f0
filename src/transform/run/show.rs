//! The first rows of a node, without building it.

use std::sync::Arc;
use std::time::Instant;

use super::compile::compile;
use super::operation::nameless;
use super::response::Response;
use super::results::{NodeResult, Status, Timing};
use super::state::{NodeState, Run};
use super::table::Table;
use super::table::drawn::{Limits, drawn};
use super::table::written::records;
use super::{asked, shape, task, tell};
use crate::engine::Rows;
use crate::error::{Error, Kind, Result};
use crate::event::{Event, NodeInfo};
use crate::transform::jinja::Value;
use crate::transform::jinja::json::{Layout, dumps};
use crate::transform::manifest::inline;
use crate::transform::manifest::resolve::version_of;
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

/// Refuses to show everything: a selector by its name, or what is left out, names no node to look at.
pub fn names_something(what: &Show, select: &[String]) -> Result<()> {
    if what.inline.is_some() || !select.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::Config, "`show` needs to know what to show")
        .hint("name a node with `--select`, or give SQL with `--inline`"))
}

/// Shows the selected nodes, or the SQL that was given.
///
/// Each is asked for its rows, and those of nodes that the selection names are told. A test or a seed that only comes along
/// is not asked, so that one can look at a model before anything is built.
pub fn show(run: &Arc<Run>, what: &Show, select: &[String]) -> Result<Vec<NodeResult>> {
    let nodes: Vec<Node> = match &what.inline {
        Some(sql) => vec![nameless(run, ResourceType::SqlOperation, inline::NAME, sql)?],
        None => run.selected.iter().filter_map(|id| run.manifest.nodes.get(id)).cloned().collect(),
    };
    tell::concurrency(run, nodes.len());
    let nodes: Vec<Arc<Node>> = nodes.into_iter().map(Arc::new).collect();
    let is_named = |node: &Node| what.inline.is_some() || tell::is_named(select, &node.name);
    let comes_along = |kind| matches!(kind, ResourceType::Test | ResourceType::Seed);
    let is_asked = |node: &Node| is_named(node) || !comes_along(node.resource_type);
    let results = nodes.iter().map(|node| look(run, node, what, is_asked(node))).collect::<Result<Vec<_>>>()?;
    // An error of one node is the command's: then there is nothing to look at.
    if results.iter().all(|result| result.error.is_none()) {
        let (named, others): (Vec<_>, Vec<_>) = nodes.iter().zip(&results).partition(|(node, _)| is_named(node));
        tell::excluded(run, others.iter().map(|(node, _)| node.name.as_str()));
        for (node, result) in named {
            if let Some(table) = &result.shown {
                tell_rows(run, node, table, what)?;
            }
        }
    }
    Ok(results)
}

fn look(run: &Arc<Run>, node: &Arc<Node>, what: &Show, is_asked: bool) -> Result<NodeResult> {
    let begun = Instant::now();
    let turn = task::Turn { index: 1, total: 1, thread: 0 };
    let info = tell::started(run, tell::of_node(node), turn.quiet());
    let state = NodeState::new(run, Arc::clone(node), 0);
    let mut result = NodeResult::new(node.unique_id.clone(), node.resource_type, Status::Success);
    result.thread_id = task::thread_name(0);
    result.relation_name = shape::relation_name(node);
    result.nameless = what.inline.is_some().then(|| Arc::clone(node));
    match rows(&state, what, is_asked, &mut result) {
        Ok(rows) => result.shown = rows.as_ref().map(Table::of).transpose()?,
        Err(error) => {
            let error = state.here(error);
            result.status = Status::Error;
            result.message = Some(error.to_string());
            result.error = Some(error);
        }
    }
    tell::finished(run, info, &result, turn.quiet());
    result.elapsed = begun.elapsed();
    Ok(result)
}

fn rows(state: &Arc<NodeState>, what: &Show, is_asked: bool, result: &mut NodeResult) -> Result<Option<Rows>> {
    let limit = what.limit;
    let limited = |sql: &str| {
        let limit = if limit < 0 { String::new() } else { format!("\nlimit {limit}") };
        format!("select * from (\n{sql}\n) as shown{limit}")
    };
    if state.node.resource_type == ResourceType::Seed {
        let statement = limited(&format!("select * from {}", state.node.relation().quoted()));
        return is_asked.then(|| state.query(&statement)).transpose();
    }
    state.run.sink.tell(Event::NodeCompiling);
    let (compiled, timing) = Timing::of("compile", || compile(state));
    let compiled = compiled?;
    if what.inline.is_none() {
        task::write_compiled(state, compiled.sql())?;
    }
    result.timing.push(timing);
    state.run.sink.tell(Event::NodeExecuting);
    result.compiled_code = Some(match limit {
        0.. => Arc::from(format!("{}\nlimit {limit}", compiled.sql())),
        _ => Arc::clone(compiled.sql()),
    });
    let own = asked::show_sql(state, compiled.sql(), limit)?;
    if own.is_none() {
        state.run.note_built_in_calls(&state.node.unique_id, &["get_limit_subquery_sql"]);
    }
    if let Some(own) = &own {
        result.compiled_code = Some(Arc::from(own.as_str()));
    }
    if let Some(sql) = &result.compiled_code {
        state.run.note(&state.node.unique_id, |noted| noted.shown = Some(Arc::clone(sql)));
    }
    let header = state.config("sql_header").and_then(|header| header.as_str().map(|header| format!("{header}\n")));
    let statement = own.unwrap_or_else(|| format!("{}{}", header.unwrap_or_default(), limited(compiled.sql())));
    let (found, timing) = Timing::of("execute", || is_asked.then(|| state.query(&statement)).transpose());
    result.timing.push(timing);
    result.adapter_response = Response::ok().whole();
    found.map_err(|error| compiled.locate(error, &statement, &state.node, &state.compiled_path()))
}

fn tell_rows(run: &Run, node: &Node, table: &Table, what: &Show) -> Result<()> {
    let mut info = tell::of_node(node);
    if let Some(version) = version_of(node) {
        info.name = format!("{}.v{version}", info.name);
    }
    run.sink.tell(shown(
        info,
        table,
        Form { is_inline: what.inline.is_some(), json: what.json, quiet: run.is_quiet() },
    )?);
    Ok(())
}

/// How rows are told.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) is_inline: bool,
    pub(super) json: bool,
    pub(super) quiet: bool,
}

/// What is told of the rows of a node, or of SQL that stands for one.
pub(super) fn shown(info: NodeInfo, table: &Table, Form { is_inline, json, quiet }: Form) -> Result<Event> {
    let (preview, text) = if json {
        let rows = records(table);
        let shown = ("show", rows.clone());
        let whole = if is_inline { vec![shown] } else { vec![("node", Value::str(&info.name)), shown] };
        let preview = dumps(&rows, Layout { unicode: true, ..Layout::default() })?;
        (preview, dumps(&Value::dict(whole), Layout { indent: Some(2), ..Layout::default() })?)
    } else {
        // The last line of a table is ended, too, so a blank one stands behind it.
        let preview = drawn(table, &Limits::ALL)?.join("\n") + "\n";
        let text = match (quiet, is_inline) {
            (true, _) => preview.clone(),
            (false, true) => format!("Previewing inline node:\n{preview}"),
            (false, false) => format!("Previewing node '{}':\n{preview}", info.name),
        };
        (preview, text)
    };
    Ok(Event::Shown { node: Arc::new(info), text, preview, is_inline, json, quiet })
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
