//! A materialization that is a macro: a project's own, or the built-in one that asks a macro of theirs.
//!
//! The macro does everything, hooks included; what it leaves under the name `main` is the answer of the node.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::compile::Compiled;
use super::linker::Linker;
use super::materialize::Made;
use super::relation::RelationObject;
use super::response::Response;
use super::state::{NodeState, StatementResult};
use super::table::Table;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Key, Value};
use crate::transform::manifest::ResourceType;

/// Builds a model or a snapshot, and wants to be told the relations.
pub(super) fn build(state: &Arc<NodeState>, compiled: &Compiled, callable: &Value) -> Result<Made> {
    let (answer, statement) = run(state, Some(compiled), callable)?;
    note_relations(state, &answer)?;
    Ok(Made { statement, is_new: true, response: Some(response(&answered(state)?)) })
}

/// What an answer says beside its rows, without what is left open.
pub(super) fn response(answer: &StatementResult) -> Map<String, Json> {
    if let Some(response) = answer.response.downcast::<Response>() {
        return response.told();
    }
    let said = answer.response.to_json();
    let entries = said.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    entries.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Runs a macro that may have nothing to do; gives the statement of `main`, if there was one.
pub(super) fn carry_out(state: &Arc<NodeState>, compiled: &Compiled, callable: &Value) -> Result<String> {
    run(state, Some(compiled), callable).map(|(_, statement)| statement)
}

/// Runs the macro of something else, and gives the answer and the statement of `main`.
pub(super) fn ask(
    state: &Arc<NodeState>,
    compiled: Option<&Compiled>,
    callable: &Value,
) -> Result<(StatementResult, String)> {
    let (_, statement) = run(state, compiled, callable)?;
    Ok((answered(state)?, statement))
}

/// The rows of an answer.
pub(super) fn rows(answer: &StatementResult) -> Table {
    answer.table.downcast::<Table>().cloned().unwrap_or_default()
}

/// A text or number of an answer: what a materialization says of itself.
pub(super) fn told(response: &Map<String, Json>, name: &str) -> Option<String> {
    let value = response.get(name).filter(|value| !value.is_null())?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn run(state: &Arc<NodeState>, compiled: Option<&Compiled>, callable: &Value) -> Result<(Value, String)> {
    add_names(state, compiled);
    let linker = Linker(Arc::clone(state));
    let mut interpreter = Interpreter::new(&linker, state.run.budget());
    // As in dbt, the manifest lists what the materialization of these calls.
    let is_listed = state.run.flags.which == "clone"
        || matches!(state.node.resource_type, ResourceType::Test | ResourceType::UnitTest | ResourceType::Function);
    let called = if is_listed {
        interpreter.call_through(callable, Args::default())
    } else {
        interpreter.call(callable, Args::default())
    };
    if is_listed {
        state.note_calls();
    }
    let outcome = called.and_then(|answer| {
        // What a test does not commit by itself is undone, as in dbt.
        match state.node.resource_type {
            ResourceType::Test | ResourceType::UnitTest => state.rollback(),
            _ => state.commit_what_is_left()?,
        }
        Ok(answer)
    });
    state.let_go();
    state.run.cache.forget(&state.node.database, &state.node.schema);
    let statement = state.written.lock().expect("no thread panics while it holds the text").take().unwrap_or_default();
    match outcome {
        Ok(answer) => Ok((answer, statement)),
        Err(error) => {
            state.rollback();
            if !statement.is_empty() {
                state.attempted(&statement);
            }
            let in_statement =
                error.place().is_some_and(|place| place.file.as_os_str() == crate::engine::refusal::STATEMENT);
            Err(match compiled.filter(|_| in_statement) {
                Some(compiled) => compiled.locate(error, &statement, &state.node, &state.compiled_path()),
                None => state.here(without_ours(error)),
            })
        }
    }
}

// A place in a macro of ours tells the author of a model nothing.
fn without_ours(error: Error) -> Error {
    if !error.place().is_some_and(|place| place.file.starts_with("dbt/macros")) {
        return error;
    }
    let plain = Error::new(error.kind(), error.message());
    match error.hint_text() {
        Some(hint) => plain.hint(hint),
        None => plain,
    }
}

// What only materializations see. A batch knows whether it adds to what is there.
fn add_names(state: &NodeState, compiled: Option<&Compiled>) {
    let mut extra = state.extra.lock().expect("no thread panics while it holds the names");
    if let Some(compiled) = compiled {
        extra.insert("compiled_code".to_owned(), Value::str(compiled.sql()));
        extra.insert("sql".to_owned(), Value::str(compiled.sql()));
    }
    if state.batch().is_some_and(|batch| batch.incremental) {
        extra.insert("is_incremental".to_owned(), Value::function("is_incremental", |_, _| Ok(Value::Bool(true))));
        let refresh = Value::function("should_full_refresh", |_, _| Ok(Value::Bool(false)));
        extra.insert("should_full_refresh".to_owned(), refresh);
    }
}

fn answered(state: &NodeState) -> Result<StatementResult> {
    state.load("main")?.ok_or_else(|| {
        let name = state.node.materialized();
        Error::new(Kind::Compilation, format!("the materialization `{name}` ran no statement named `main`"))
            .hint("put the statement that makes the relation into `{% call statement('main') %}`")
    })
}

fn note_relations(state: &NodeState, answer: &Value) -> Result<()> {
    let given = answer.as_dict().and_then(|dict| dict.get(&Key::str("relations")));
    let Some(list) = given.as_ref().and_then(Value::as_list) else {
        return Err(Error::new(
            Kind::Compilation,
            format!("the materialization `{}` did not return its relations", state.node.materialized()),
        )
        .hint("end it with `{{ return({'relations': [target_relation]}) }}`"));
    };
    for relation in list.items() {
        if let Some(relation) = relation.downcast::<RelationObject>() {
            let relation = relation.relation();
            state.run.cache.note(&relation);
            state.run.cache.forget(&relation.database, &relation.schema);
        }
    }
    Ok(())
}
