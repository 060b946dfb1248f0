//! A model that is written in Python: it runs over the node's own connection, and its rows become a table.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::inputs;
use super::linker::{find_ref, find_source};
use super::relation::RelationObject;
use super::source_place::{self, source_relation};
use super::state::{NodeState, response};
use crate::engine::{PythonJob, PythonTask};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};

/// Whether the node is written in Python.
pub(super) fn is_python(state: &NodeState) -> bool {
    state.node.language == "python"
}

/// Runs the model; `create` is the statement that takes its rows, which it names `{rows}`.
pub(super) fn run(state: &Arc<NodeState>, create: &str) -> Result<()> {
    let node = &state.node;
    if !matches!(node.materialized(), "table" | "incremental") {
        return Err(state.here(
            Error::new(
                Kind::Compilation,
                format!("`{}` is written in Python, and a Python model cannot be a {}", node.name, node.materialized()),
            )
            .hint("set `materialized` to `table` or `incremental`"),
        ));
    }
    run_code(state, &node.raw_code, create)
}

/// `submit_python_job(model, code)`: what a materialization in Jinja runs, which takes the rows in its own `materialize`.
pub(super) fn submit(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let ([_model, code], []) = args.bind("submit_python_job", ["parsed_model", "compiled_code"], [])?;
    run_code(state, &code.to_string(), "")?;
    Ok(response())
}

fn run_code(state: &Arc<NodeState>, code: &str, create: &str) -> Result<()> {
    let node = &state.node;
    let this = RelationObject::of_node(&node.relation(), None, node.quoted);
    let mut config = node.config.clone();
    config.extend(state.overlay.lock().expect("no thread panics while it holds a config").clone());
    let description = json!({
        "name": node.name,
        "file": node.original_file_path,
        "code": code,
        "refs": refs(state)?,
        "sources": sources(state)?,
        "config": config,
        "this": {"database": node.database, "schema": node.schema, "identifier": node.alias},
        "this_name": this.render(),
        "is_incremental": is_incremental(state)?,
        "create": create,
        "on_own_cursor": !state.in_transaction(),
    });
    let job = PythonJob { task: PythonTask::Model, description: description.to_string() };
    state.with_session(|session| session.python(&job)).map_err(|error| state.here(error))
}

// The relations by the names that the author writes: `a`, `package.a`, `a.v2`.
fn refs(state: &Arc<NodeState>) -> Result<Map<String, Json>> {
    let mut known = Map::new();
    for reference in &state.node.refs {
        let found = find_ref(state, reference.package.as_deref(), &reference.name, reference.version.as_deref());
        let Some(target) = found else { continue };
        if target.is_ephemeral() {
            return Err(state.here(
                Error::new(
                    Kind::Compilation,
                    format!("`{}` is ephemeral, and a Python model cannot read it", target.name),
                )
                .hint("make it a view or a table"),
            ));
        }
        let relation = RelationObject::of_node(&inputs::place_of(state, target)?, None, target.quoted);
        let version = reference.version.as_ref().map(|version| format!("v{version}"));
        let parts = [reference.package.clone(), Some(reference.name.clone()), version];
        known.insert(parts.into_iter().flatten().collect::<Vec<_>>().join("."), Json::from(relation.render()));
    }
    Ok(known)
}

fn sources(state: &Arc<NodeState>) -> Result<Map<String, Json>> {
    let mut known = Map::new();
    for (source, table) in &state.node.sources {
        let found = find_source(state, source, table)?;
        source_place::load(state, found)?;
        known.insert(format!("{source}.{table}"), Json::from(source_relation(found)?.render()));
    }
    Ok(known)
}

// The macro decides, as for SQL: a project may have its own.
fn is_incremental(state: &Arc<NodeState>) -> Result<bool> {
    let linker = super::linker::Linker(Arc::clone(state));
    let answer = Interpreter::new(&linker, state.run.budget()).call_named("is_incremental", Args::default())?;
    Ok(answer.truth())
}
