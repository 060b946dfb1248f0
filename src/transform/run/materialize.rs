//! How a model becomes a relation.
//!
//! Views, tables and incremental models take the path in this file, unless the project or a package has a macro of its
//! own for the materialization or for something that it asks: then macros do the work (`stand_ins`). Whatever happens,
//! readers see the old relation or the new one whole.

use std::sync::Arc;

use super::adapter::{self, find};
use super::compile::Compiled;
use super::state::NodeState;
use super::{by_macro, contract, finish, foreign_key, hooks, incremental, python_model, retry, snapshot, stand_ins};
use crate::engine::catalog::{Relation, RelationKind};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Value, nearest};
use crate::transform::manifest::{BUILTIN_PACKAGE, DISPATCH_PREFIXES, place_of_setting};

/// What a materialization did: the statement that made the rows, for `target/run`.
#[derive(Debug, Default)]
pub struct Made {
    pub statement: String,
    /// Whether the relation was made, and not only filled.
    pub is_new: bool,
    /// What a macro told of itself.
    pub response: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Builds the relation of a compiled model.
pub fn materialize(state: &Arc<NodeState>, compiled: &Compiled) -> Result<Made> {
    let name = state.node.materialized().to_owned();
    if let Some(found) = stand_ins::macro_of(state, &name) {
        return by_macro::build(state, compiled, &found);
    }
    match name.as_str() {
        "view" => native(state, |state, made| replace(state, compiled, RelationKind::View, made)),
        "table" => native(state, |state, made| replace(state, compiled, RelationKind::Table, made)),
        "incremental" => native(state, |state, made| incremental::build(state, compiled, made)),
        "snapshot" => native(state, |state, made| snapshot::take(state, compiled, made)),
        other => match built_in(state, other) {
            Some(found) => by_macro::build(state, compiled, &found),
            None => Err(unknown(state, other)),
        },
    }
}

fn unknown(state: &NodeState, name: &str) -> Error {
    const KNOWN: [&str; 6] = ["view", "table", "incremental", "external", "table_function", "ephemeral"];
    let error = Error::new(Kind::Compilation, format!("there is no materialization `{name}`"))
        .at(place_of_setting(&state.node, "materialized"));
    match nearest(name, KNOWN) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => {
            error.hint(format!("choose `{}`, or define `{{% materialization {name}, default %}}`", KNOWN.join("`, `")))
        }
    }
}

// A materialization that is a macro of ours: what it does is made of macros that projects override one by one.
fn built_in(state: &NodeState, name: &str) -> Option<Value> {
    let find =
        |adapter: &&str| state.run.macros.of_package(BUILTIN_PACKAGE, &format!("materialization_{name}_{adapter}"));
    DISPATCH_PREFIXES.iter().find_map(find)
}

// The frame of a native path: hooks around it, one transaction when there is more than one statement.
fn native(state: &Arc<NodeState>, work: impl Fn(&Arc<NodeState>, &mut Made) -> Result<()>) -> Result<Made> {
    state.ask_for_relations(&state.node.database, &state.node.schema)?;
    hooks::run(state, "pre-hook", false)?;
    let made = transaction(state, || {
        let mut made = Made::default();
        hooks::run(state, "pre-hook", true)?;
        if hooks::any_inside(state, "post-hook") || finish::is_more(state) {
            state.begin_for_statement(true)?;
        } else if !python_model::is_python(state) {
            state.begin_behind_statements()?;
        }
        work(state, &mut made)?;
        // It ran, whatever comes after it.
        state.attempted(&made.statement);
        finish::finish(state, kind_made(state), made.is_new)?;
        hooks::run(state, "post-hook", true)?;
        Ok(made)
    })?;
    hooks::run(state, "post-hook", false)?;
    Ok(made)
}

fn kind_made(state: &NodeState) -> RelationKind {
    if state.node.materialized() == "view" { RelationKind::View } else { RelationKind::Table }
}

/// Does the work and commits it; whatever fails is undone. After a conflict with another node it is done again, unless
/// templates ran something before it in the same transaction, which is undone too, or in it outside of any, which is not.
pub(super) fn transaction<T>(state: &Arc<NodeState>, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let goes_on = state.in_transaction();
    let alone = state.statements_alone();
    let mut attempt = || {
        let done = work().and_then(|done| state.commit().map(|()| done));
        if done.is_err() {
            state.rollback();
            state.run.cache.forget(&state.node.database, &state.node.schema);
        }
        done
    };
    retry::on_conflict_while(|| !goes_on && state.statements_alone() == alone, &mut attempt)
}

/// Puts a new table or view in the place of whatever has its name.
pub(super) fn replace(state: &Arc<NodeState>, compiled: &Compiled, kind: RelationKind, made: &mut Made) -> Result<()> {
    let target = state.node.relation();
    let promised = contract::is_enforced(state);
    if promised {
        contract::check(state, compiled)?;
    }
    let existing = find(state, &target)?;
    if promised && kind == RelationKind::Table {
        return replace_by_definition(state, compiled, existing, made);
    }
    let other = existing.filter(|(_, existing)| *existing != kind);
    if let Some((relation, existing)) = &other {
        // `create or replace` does not turn a view into a table: both steps become one by the transaction.
        state.begin()?;
        state.execute(&format!("drop {} if exists {}", adapter::kind_name(*existing), relation.quoted()))?;
        state.run.cache.remove(relation);
    }
    make(state, &target, adapter::kind_name(kind), compiled, made)?;
    made.is_new = true;
    state.run.cache.put(&target, kind);
    Ok(())
}

/// Makes a `table`, a `view` or a `temporary table` of a node's SQL, or of what its Python gives.
pub(super) fn make(
    state: &Arc<NodeState>,
    target: &Relation,
    kind: &str,
    compiled: &Compiled,
    made: &mut Made,
) -> Result<()> {
    if python_model::is_python(state) {
        let create = format!("create or replace {kind} {} as select * from {{rows}}", target.quoted());
        made.statement = format!("{}\n\n# {create}\n", compiled.sql());
        state.attempted(&made.statement);
        return python_model::run(state, &create);
    }
    made.statement = create(state, target, kind, compiled);
    run_compiled(state, compiled, &made.statement).map(drop)
}

// A table whose columns and constraints are those of its contract: made empty, then filled.
fn replace_by_definition(
    state: &Arc<NodeState>,
    compiled: &Compiled,
    existing: Option<(Relation, RelationKind)>,
    made: &mut Made,
) -> Result<()> {
    let target = state.node.relation();
    let header = state.config("sql_header").and_then(|header| header.as_str().map(str::to_owned));
    let create = format!("create table {} {};", target.quoted(), contract::definition(state)?);
    let names = contract::columns(state);
    let insert = format!(
        "insert into {} ({names}) (
select {names} from (
{}
) as model_subq
);",
        target.quoted(),
        compiled.sql()
    );
    state.begin()?;
    let mut aside = foreign_key::SetAside::default();
    if let Some((relation, existing)) = &existing {
        if *existing == RelationKind::Table && contract::declares_key(state)? {
            aside = foreign_key::set_aside(state, relation)?;
        }
        state.execute(&format!("drop {} if exists {}", adapter::kind_name(*existing), relation.quoted()))?;
        state.run.cache.remove(relation);
    }
    if let Some(header) = &header {
        state.execute(header)?;
    }
    run_compiled(state, compiled, &create)?;
    run_compiled(state, compiled, &insert)?;
    foreign_key::put_back(state, &aside)?;
    made.statement = format!("{}{create}\n{insert}", header.map(|header| format!("{header}\n")).unwrap_or_default());
    made.is_new = true;
    state.run.cache.put(&target, RelationKind::Table);
    Ok(())
}

// The statement that makes a `table`, a `view` or a `temporary table` of a node's SQL.
fn create(state: &NodeState, target: &Relation, kind: &str, compiled: &Compiled) -> String {
    let header = state.config("sql_header").and_then(|header| header.as_str().map(|header| format!("{header}\n")));
    format!("{}create or replace {kind} {} as (\n{}\n);", header.unwrap_or_default(), target.quoted(), compiled.sql())
}

/// Runs a statement around a node's SQL; an error of the database points into the author's file.
pub(super) fn run_compiled(state: &NodeState, compiled: &Compiled, statement: &str) -> Result<Option<u64>> {
    state.execute(statement).map_err(|error| {
        state.attempted(statement);
        compiled.locate(error, statement, &state.node, &state.compiled_path())
    })
}
