//! What a relation gets once its rows are there: indexes, grants and comments.

use std::sync::Arc;

use serde_json::Value as Json;

use super::adapter::definitions::index_name;
use super::adapter::{described, kind_name};
use super::state::NodeState;
use crate::engine::catalog::{Relation, RelationKind};
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::manifest::Column;
use crate::transform::project::properties::texts;

/// Whether more than the statement that makes the relation belongs to it.
pub(super) fn is_more(state: &NodeState) -> bool {
    state.config("indexes").is_some_and(|indexes| !indexes.is_null())
        || persists(state, "relation")
        || persists(state, "columns")
}

/// Gives the relation of a node what its configuration says. `is_new` tells whether it was made and not only filled:
/// what was there keeps its indexes.
pub(super) fn finish(state: &Arc<NodeState>, kind: RelationKind, is_new: bool) -> Result<()> {
    let target = state.node.relation();
    if is_new && kind == RelationKind::Table {
        create_indexes(state, &target)?;
    }
    grant(state);
    persist_docs(state, &target, kind)
}

fn create_indexes(state: &Arc<NodeState>, target: &Relation) -> Result<()> {
    let Some(indexes) = state.config("indexes").filter(|indexes| !indexes.is_null()) else { return Ok(()) };
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
        let name = index_name(&target.quoted(), &columns, unique);
        let unique = if unique { "unique " } else { "" };
        state
            .execute(&format!("create {unique}index {} on {} ({columns})", quote(&name), target.quoted()))
            .map_err(|error| state.here(error).hint(format!("the index is on {columns}")))?;
    }
    Ok(())
}

fn grant(state: &NodeState) {
    let grants = state.config("grants").unwrap_or_default();
    if grants.as_object().is_some_and(|grants| !grants.is_empty()) {
        state.run.warn_once("`grants` do nothing on DuckDB, which has no users to grant to");
    }
}

fn persists(state: &NodeState, what: &str) -> bool {
    let wanted = state.config("persist_docs").unwrap_or_default();
    wanted.get(what).and_then(Json::as_bool).unwrap_or(false)
}

fn persist_docs(state: &Arc<NodeState>, target: &Relation, kind: RelationKind) -> Result<()> {
    let node = &state.node;
    if persists(state, "relation") && !node.description.is_empty() {
        let description = literal(&node.description);
        state.execute(&format!("comment on {} {} is {description}", kind_name(kind), target.quoted()))?;
    }
    if persists(state, "columns") && !node.columns.is_empty() {
        let there = described(state, &format!("select * from {}", target.quoted()))?;
        let is_there = |column: &&Column| {
            there.iter().any(|known| match column.quote {
                Some(true) => known.name == column.name,
                _ => known.name.eq_ignore_ascii_case(&column.name),
            })
        };
        let missing: Vec<&str> =
            node.columns.values().filter(|column| !is_there(column)).map(|column| column.name.as_str()).collect();
        if !missing.is_empty() {
            let message =
                format!("{} has no column {}, which its properties describe", target.quoted(), missing.join(", "));
            state.run.sink.tell(Event::Named { name: "JinjaLogWarning", message });
        }
        for column in node.columns.values().filter(|column| there.iter().any(|known| known.name == column.name)) {
            let name = quote(&column.name);
            let description = literal(&column.description);
            state.execute(&format!("comment on column {}.{name} is {description}", target.quoted()))?;
        }
    }
    Ok(())
}
