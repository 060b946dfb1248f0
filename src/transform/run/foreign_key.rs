//! Tables that refer to a table which is built again.
//!
//! DuckDB neither drops nor replaces a table that a foreign key names, and cannot drop the key alone. A table that this
//! run builds again anyway is set aside as a plain one until its turn comes; with any other, the model fails.

use super::state::NodeState;
use super::table::Table;
use crate::engine::catalog::Relation;
use crate::engine::dialect::literal;
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::Node;

/// What was set aside: tables by their own names and by the names under which their rows wait.
#[derive(Debug, Default)]
pub(super) struct SetAside(Vec<(Relation, Relation)>);

impl SetAside {
    /// Each table, and the one that keeps its rows meanwhile.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Relation, &Relation)> {
        self.0.iter().map(|(own, waiting)| (own, waiting))
    }
}

/// A table with a foreign key, and the table that the key names.
struct Key {
    table: String,
    refers_to: String,
}

/// Sets aside all tables that refer to `target`, directly or through others. A transaction must be open.
pub(super) fn set_aside(state: &NodeState, target: &Relation) -> Result<SetAside> {
    let keys = keys(state, target)?;
    let mut waiting: Vec<&str> = Vec::new();
    let mut reached = vec![target.identifier.as_str()];
    while let Some(name) = reached.pop() {
        for key in keys.iter().filter(|key| key.refers_to.eq_ignore_ascii_case(name)) {
            // A table that is met again is dropped before what was met in between.
            waiting.retain(|known| !known.eq_ignore_ascii_case(&key.table));
            waiting.push(&key.table);
            reached.push(&key.table);
        }
    }
    let mut aside = Vec::new();
    for table in waiting.iter().rev() {
        check(state, target, table, &keys)?;
        let relation = Relation::new(&target.database, &target.schema, *table);
        let kept = Relation::new(&target.database, &target.schema, format!("{table}__dbt_fk_backup"));
        state.execute(&format!("create or replace table {} as from {}", kept.quoted(), relation.quoted()))?;
        state.execute(&format!("drop table {}", relation.quoted()))?;
        aside.push((relation, kept));
    }
    Ok(SetAside(aside))
}

/// Puts the rows back under the names of their tables, without the keys: the run builds those tables again.
pub(super) fn put_back(state: &NodeState, aside: &SetAside) -> Result<()> {
    for (relation, kept) in aside.0.iter().rev() {
        let name = crate::engine::dialect::quote(&relation.identifier);
        state.execute(&format!("alter table {} rename to {name}", kept.quoted()))?;
    }
    Ok(())
}

fn keys(state: &NodeState, target: &Relation) -> Result<Vec<Key>> {
    let rows = state.query(&format!(
        "select table_name, referenced_table from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and lower(database_name) = lower({}) and lower(schema_name) = lower({}) and lower(table_name) <> lower(referenced_table)",
        literal(&target.database),
        literal(&target.schema)
    ))?;
    let table = Table::of(&rows)?;
    let key = |row: &std::sync::Arc<[crate::transform::jinja::Value]>| {
        Some(Key { table: row.first()?.to_string(), refers_to: row.get(1)?.to_string() })
    };
    Ok(table.0.rows.iter().filter_map(key).collect())
}

// A table may be dropped when this run builds it again, after what its key names.
fn check(state: &NodeState, target: &Relation, table: &str, keys: &[Key]) -> Result<()> {
    let wrong = |why: String, hint: String| {
        let message =
            format!("{} cannot be built again: the foreign key of `{table}` names it, and {why}", target.quoted());
        Err(state.here(Error::new(Kind::Database, message).hint(hint)))
    };
    let made = |name: &str| state.run.manifest.nodes.values().find(|node| is_made_by(node, target, name));
    let Some(node) = made(table) else {
        return wrong("no model makes that table".to_owned(), format!("drop `{table}` by hand, or its foreign key"));
    };
    if !state.run.selected.contains(&node.unique_id) {
        let hint = format!("select it too: `--select {}+`", state.node.name);
        return wrong(format!("the model `{}` is not selected", node.name), hint);
    }
    let is_downstream = keys
        .iter()
        .filter(|key| key.table.eq_ignore_ascii_case(table))
        .filter_map(|key| made(&key.refers_to))
        .any(|parent| node.depends_on.nodes.contains(&parent.unique_id));
    if !is_downstream {
        return wrong(
            format!("the model `{}` does not depend on what its key names", node.name),
            "name it in the constraint by `to: ref(...)`".to_owned(),
        );
    }
    let refreshed = node.config_bool("full_refresh").unwrap_or(state.run.flags.full_refresh);
    match node.materialized() {
        "table" => Ok(()),
        "incremental" if refreshed => Ok(()),
        other => wrong(
            format!("the model `{}` is {other} and would lose its rows", node.name),
            "run both with `--full-refresh`".to_owned(),
        ),
    }
}

fn is_made_by(node: &Node, target: &Relation, table: &str) -> bool {
    let relation = node.relation();
    crate::transform::manifest::resolve::is_refable(node.resource_type)
        && relation.database.eq_ignore_ascii_case(&target.database)
        && relation.schema.eq_ignore_ascii_case(&target.schema)
        && relation.identifier.eq_ignore_ascii_case(table)
}
