//! What a relation gets once its rows are there: indexes, grants and comments.

use std::fmt::Write;
use std::sync::Arc;

use md5::{Digest, Md5};
use serde_json::Value as Json;

use super::adapter::{described, kind_name};
use super::linker::Linker;
use super::relation::RelationObject;
use super::shape;
use super::state::NodeState;
use crate::engine::catalog::{Relation, RelationKind};
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};
use crate::transform::project::properties::texts;

/// Whether more than the statement that makes the relation belongs to it.
pub(super) fn is_more(state: &NodeState) -> bool {
    state.config("indexes").is_some_and(|indexes| !indexes.is_null())
        || persists(state, "relation")
        || persists(state, "columns")
        || has_own(state, "apply_grants")
}

/// Gives the relation of a node what its configuration says. `is_new` tells whether it was made and not only filled:
/// what was there keeps its indexes.
pub(super) fn finish(state: &Arc<NodeState>, kind: RelationKind, is_new: bool) -> Result<()> {
    let target = state.node.relation();
    if is_new && kind == RelationKind::Table {
        create_indexes(state, &target)?;
    }
    grant(state, &target, kind)?;
    persist_docs(state, &target, kind)
}

// A project or package that has a macro of this name, or of one of its variants, has it run.
fn has_own(state: &NodeState, name: &str) -> bool {
    let macros = &state.run.macros;
    ["", "duckdb__", "default__"].iter().any(|prefix| macros.is_overridden(&format!("{prefix}{name}")))
}

fn run_own(state: &Arc<NodeState>, name: &str, arguments: Vec<Value>) -> Result<()> {
    let linker = Linker(Arc::clone(state));
    let answer = Interpreter::new(&linker, state.run.budget())
        .call_named(name, Args::positional(arguments))
        .map_err(|error| state.here(error))?;
    // Some such macros give the statement instead of running it.
    let sql = if answer.is_none() { String::new() } else { answer.to_string() };
    if !sql.trim().is_empty() {
        state.execute(&sql).map_err(|error| state.here(error))?;
    }
    Ok(())
}

fn relation_value(target: &Relation, kind: RelationKind) -> Value {
    Value::object(RelationObject::new(target, Some(kind_name(kind))))
}

fn create_indexes(state: &Arc<NodeState>, target: &Relation) -> Result<()> {
    let Some(indexes) = state.config("indexes").filter(|indexes| !indexes.is_null()) else { return Ok(()) };
    if has_own(state, "create_indexes") {
        return run_own(state, "create_indexes", vec![relation_value(target, RelationKind::Table)]);
    }
    for index in indexes.as_array().map(Vec::as_slice).unwrap_or_default() {
        let columns = texts(index.get("columns"));
        if columns.is_empty() {
            let message = format!("an index of `{}` has no columns", state.node.name);
            return Err(
                state.here(Error::new(Kind::Config, message).hint("write it as `{columns: [id], unique: true}`"))
            );
        }
        let unique = index.get("unique") == Some(&Json::Bool(true));
        let columns = columns.join(", ");
        let told = format!("{columns}_{}_{unique}", target.quoted());
        let name = Md5::digest(told.as_bytes()).iter().fold(String::new(), |mut name, byte| {
            // Writing to a text does not fail.
            let _ = write!(name, "{byte:02x}");
            name
        });
        let unique = if unique { "unique " } else { "" };
        state
            .execute(&format!("create {unique}index {} on {} ({columns})", quote(&name), target.quoted()))
            .map_err(|error| state.here(error).hint(format!("the index is on {columns}")))?;
    }
    Ok(())
}

fn grant(state: &Arc<NodeState>, target: &Relation, kind: RelationKind) -> Result<()> {
    let grants = state.config("grants").unwrap_or_default();
    if has_own(state, "apply_grants") {
        let arguments = vec![relation_value(target, kind), Value::from_json(&grants), Value::Bool(true)];
        return run_own(state, "apply_grants", arguments);
    }
    if grants.as_object().is_some_and(|grants| !grants.is_empty()) {
        state.run.warn_once("`grants` do nothing on DuckDB, which has no users to grant to");
    }
    Ok(())
}

fn persists(state: &NodeState, what: &str) -> bool {
    let wanted = state.config("persist_docs").unwrap_or_default();
    wanted.get(what).and_then(Json::as_bool).unwrap_or(false)
}

fn persist_docs(state: &Arc<NodeState>, target: &Relation, kind: RelationKind) -> Result<()> {
    let node = &state.node;
    if has_own(state, "persist_docs") {
        return run_own(state, "persist_docs", vec![relation_value(target, kind), shape::node_value(node)]);
    }
    if persists(state, "relation") && !node.description.is_empty() {
        let description = literal(&node.description);
        state.execute(&format!("comment on {} {} is {description}", kind_name(kind), target.quoted()))?;
    }
    if persists(state, "columns") && !node.columns.is_empty() {
        let there = described(state, &format!("select * from {}", target.quoted()))?;
        for column in node.columns.values().filter(|column| there.iter().any(|known| known.name == column.name)) {
            let name = quote(&column.name);
            let description = literal(&column.description);
            state.execute(&format!("comment on column {}.{name} is {description}", target.quoted()))?;
        }
    }
    Ok(())
}
