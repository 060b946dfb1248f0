//! `clone`: views of what an earlier run left, in the place of models, seeds and snapshots.

use std::sync::Arc;

use super::adapter::find;
use super::compile::fresh;
use super::relation::RelationObject;
use super::response::Response;
use super::results::NodeResult;
use super::state::{NodeState, Run};
use super::task::{self, Turn};
use super::tell::info;
use super::{by_macro, materialize, stand_ins};
use crate::error::Result;
use crate::transform::jinja::{LazyTemplate, SourceFile, Value, parse};
use crate::transform::manifest::{Node, ResourceType};

/// Makes the view of one node; what has no counterpart in the state, or is there already, stays as it is.
pub(super) fn clone_node(run: &Arc<Run>, node: &Node, turn: Turn, result: &mut NodeResult) -> Result<()> {
    result.message = Some("No-op".to_owned());
    let Some(source) = run.flags.inputs.deferred.get(&node.unique_id) else {
        info(run, format!("No relation found in state manifest for {}", node.unique_id));
        return Ok(());
    };
    let state = NodeState::new(run, Arc::new(view_of(node, &source.quoted())?), turn.thread);
    if let Some(callable) = stand_ins::macro_of(&state, "clone") {
        let source = RelationObject::new(source, None);
        let mut extra = state.extra.lock().expect("no thread panics while it holds the names");
        extra.insert("defer_relation".to_owned(), Value::object(source));
        drop(extra);
        let compiled = fresh(&state)?;
        let statement = by_macro::carry_out(&state, &compiled, &callable)?;
        if !statement.is_empty() {
            result.message = Some("OK".to_owned());
            result.adapter_response = Response::ok().told();
        }
        return task::keep(&state, &statement);
    }
    run.note_built_in_calls(&node.unique_id, &["load_cached_relation"]);
    let existing = find(&state, &node.relation())?;
    if let Some((relation, _)) = existing.filter(|_| !run.flags.full_refresh) {
        info(run, format!("Relation {} already exists", relation.quoted()));
        return Ok(());
    }
    if *source == node.relation() {
        info(run, format!("{} is the relation of the state itself", source.quoted()));
        return Ok(());
    }
    run.note_built_in_calls(&node.unique_id, &["can_clone_table", "materialization_view_default"]);
    let compiled = fresh(&state)?;
    let made = materialize::materialize(&state, &compiled)?;
    task::keep(&state, &made.statement)?;
    result.message = Some("OK".to_owned());
    result.adapter_response = Response::ok().told();
    Ok(())
}

// The node as a view. Its hooks stay: the view takes its place.
fn view_of(node: &Node, source: &str) -> Result<Node> {
    let sql: Arc<str> = Arc::from(format!("select * from {source}"));
    let mut view = node.clone();
    view.resource_type = ResourceType::Model;
    "sql".clone_into(&mut view.language);
    view.file = SourceFile::new(&node.original_file_path, &*sql);
    view.template = Some(LazyTemplate::now(parse(Arc::clone(&view.file))?));
    view.raw_code = sql;
    view.config.insert("materialized".to_owned(), "view".into());
    Ok(view)
}
