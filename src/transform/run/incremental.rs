//! New rows into a table that is there.
//!
//! The new rows are made beside the table, then one transaction brings them in by the model's strategy; when anything
//! fails, the table is as it was.

use std::sync::Arc;

use super::adapter::{described, find, strategy_macro, strategy_of};
use super::compile::Compiled;
use super::contract;
use super::linker::Linker;
use super::materialize::{Made, make, replace};
use super::relation::RelationObject;
use super::state::NodeState;
use crate::engine::catalog::{DatabaseColumn, Relation, RelationKind};
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};
use crate::transform::manifest::column::ColumnObject;
use crate::transform::manifest::place_of_setting;

/// Builds an incremental model: whole the first time and with `--full-refresh`, else by its strategy.
pub(super) fn build(state: &Arc<NodeState>, compiled: &Compiled, made: &mut Made) -> Result<()> {
    let target = state.node.relation();
    let existing = find(state, &target)?;
    match existing {
        Some((relation, RelationKind::Table)) if !state.full_refresh() => add(state, compiled, &relation, made),
        _ => replace(state, compiled, RelationKind::Table, made),
    }
}

fn add(state: &Arc<NodeState>, compiled: &Compiled, target: &Relation, made: &mut Made) -> Result<()> {
    let strategy = strategy_of(state);
    let callable = strategy_macro(state, &strategy)?;
    if contract::is_enforced(state) {
        contract::check(state, compiled)?;
    }
    let staged = Relation::new("", "", format!("{}__dbt_tmp", target.identifier));
    state.begin()?;
    make(state, &staged, "temporary table", compiled, made)?;
    let columns = meet_columns(state, &staged, target)?;
    let arguments = Value::dict([
        ("target_relation", Value::object(RelationObject::new(target, Some("table")))),
        ("temp_relation", Value::object(RelationObject::new(&staged, Some("table")))),
        ("unique_key", config_value(state, "unique_key")),
        (
            "dest_columns",
            Value::list(columns.iter().map(|column| Value::object(ColumnObject::new(&column.name, &column.data_type)))),
        ),
        ("incremental_predicates", predicates(state)),
    ]);
    let linker = Linker(Arc::clone(state));
    let sql = Interpreter::new(&linker, state.run.budget())
        .call(&callable, Args::positional([arguments]))
        .map_err(|error| state.here(error))?
        .to_string();
    state.execute(&sql).map_err(|error| {
        state.attempted(&sql);
        let located = compiled.locate(error, "", &state.node, &state.compiled_path());
        located.hint_also(&format!("the statement of strategy `{strategy}` is in {}", state.run_path()))
    })?;
    made.statement = format!("{}\n{}", made.statement, sql.trim());
    state.execute(&format!("drop table {}", staged.quoted()))?;
    Ok(())
}

fn config_value(state: &NodeState, name: &str) -> Value {
    state.config(name).map_or(Value::None, |value| Value::from_json(&value))
}

fn predicates(state: &NodeState) -> Value {
    match config_value(state, "predicates") {
        given if given.truth() => given,
        _ => config_value(state, "incremental_predicates"),
    }
}

// Brings the columns of the table and of the new rows together, as `on_schema_change` says; gives those to fill.
fn meet_columns(state: &NodeState, staged: &Relation, target: &Relation) -> Result<Vec<DatabaseColumn>> {
    let columns = |relation: &Relation| described(state, &format!("select * from {}", relation.quoted()));
    let there = columns(target)?;
    let policy = state.config("on_schema_change").and_then(|policy| policy.as_str().map(str::to_owned));
    let policy = policy.unwrap_or_else(|| "ignore".to_owned());
    if !matches!(policy.as_str(), "fail" | "append_new_columns" | "sync_all_columns") {
        return Ok(there);
    }
    let new = columns(staged)?;
    let same = |a: &DatabaseColumn, b: &DatabaseColumn| a.name.eq_ignore_ascii_case(&b.name);
    let added: Vec<&DatabaseColumn> =
        new.iter().filter(|column| !there.iter().any(|known| same(known, column))).collect();
    let removed: Vec<&DatabaseColumn> =
        there.iter().filter(|column| !new.iter().any(|known| same(known, column))).collect();
    let retyped: Vec<&DatabaseColumn> = new
        .iter()
        .filter(|column| there.iter().any(|known| same(known, column) && known.data_type != column.data_type))
        .collect();
    let table = target.quoted();
    match policy.as_str() {
        "fail" if !(added.is_empty() && removed.is_empty() && retyped.is_empty()) => {
            return Err(changed(state, &added, &removed, &retyped));
        }
        "append_new_columns" => {
            for column in added {
                state.execute(&format!(
                    "alter table {table} add column {} {}",
                    quote(&column.name),
                    column.data_type
                ))?;
            }
        }
        "sync_all_columns" => {
            for column in added {
                state.execute(&format!(
                    "alter table {table} add column {} {}",
                    quote(&column.name),
                    column.data_type
                ))?;
            }
            for column in removed {
                state.execute(&format!("alter table {table} drop column {}", quote(&column.name)))?;
            }
            for column in retyped {
                retype(state, &table, column)?;
            }
        }
        _ => {}
    }
    Ok(new)
}

// The column moves to the end, as in dbt: models that stand on the table may name columns by their place.
fn retype(state: &NodeState, table: &str, column: &DatabaseColumn) -> Result<()> {
    let (old, new) = (quote(&column.name), quote(&format!("{}__dbt_alter", column.name)));
    for statement in [
        format!("alter table {table} add column {new} {}", column.data_type),
        format!("update {table} set {new} = {old}"),
        format!("alter table {table} drop column {old} cascade"),
        format!("alter table {table} rename column {new} to {old}"),
    ] {
        state.execute(&statement)?;
    }
    Ok(())
}

fn changed(
    state: &NodeState,
    added: &[&DatabaseColumn],
    removed: &[&DatabaseColumn],
    retyped: &[&DatabaseColumn],
) -> Error {
    let named = |what: &str, columns: &[&DatabaseColumn]| {
        let names: Vec<String> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
        (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
    };
    let parts = [named("new:", added), named("gone:", removed), named("of another type:", retyped)];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    Error::new(
        Kind::Contract,
        format!(
            "the columns of `{}` changed and its `on_schema_change` is `fail`; {}",
            state.node.name,
            told.join("; ")
        ),
    )
    .at(place_of_setting(&state.node, "on_schema_change"))
    .hint("run it with `--full-refresh`, or set `on_schema_change` to `append_new_columns` or `sync_all_columns`")
}
