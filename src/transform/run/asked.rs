//! What dbt asks of macros outside of any node: to make schemas, to show rows, to look how fresh a source is, to read the
//! catalog. A project's or a package's own version is asked; where there is none, a path in Rust answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::linker::Linker;
use super::operation::nameless;
use super::relation::RelationObject;
use super::state::{NodeState, Run};
use super::table::Table;
use crate::engine::catalog::Relation;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};
use crate::transform::manifest::{BUILTIN_PACKAGE, ResourceType};

/// Whether one of these macros is not the built-in one.
fn any_own(run: &Run, names: &[&str]) -> bool {
    names.iter().any(|name| run.macros.for_adapter(name).is_some())
}

/// A state for macros that belong to no node.
pub(super) fn nobody(run: &Arc<Run>, what: &str) -> Result<Arc<NodeState>> {
    Ok(NodeState::new(run, Arc::new(nameless(run, ResourceType::Operation, what, "")?), 0))
}

fn ask(state: &Arc<NodeState>, callable: &Value, args: Args) -> Result<Value> {
    let linker = Linker(Arc::clone(state));
    Interpreter::new(&linker, state.run.budget()).call(callable, args)
}

/// Makes schemas by `create_schema` of the project; `false` when it has none.
pub(super) fn create_schemas(run: &Arc<Run>, wanted: &[(String, String)]) -> Result<bool> {
    let Some(callable) = run.macros.for_adapter("create_schema") else { return Ok(false) };
    let state = nobody(run, "create_schema")?;
    for (database, schema) in wanted.iter().collect::<BTreeSet<_>>() {
        let relation = RelationObject::new(&Relation::new(database, schema, ""), None);
        ask(&state, &callable, Args::positional([Value::object(relation)]))?;
    }
    state.commit()?;
    state.let_go();
    Ok(true)
}

const SHOW: &[&str] = &["get_show_sql", "get_limit_sql", "get_limit_subquery_sql"];

/// The statement that shows `sql`, where a macro of the project makes it.
pub(super) fn show_sql(state: &Arc<NodeState>, sql: &str, limit: i64) -> Result<Option<String>> {
    let run = &state.run;
    if !any_own(run, SHOW) {
        return Ok(None);
    }
    let callable = run.macros.for_adapter(SHOW[0]).or_else(|| run.macros.of_package(BUILTIN_PACKAGE, SHOW[0]));
    let Some(callable) = callable else { return Ok(None) };
    let header = state.config("sql_header").map_or(Value::None, |header| Value::from_json(&header));
    let limit = if limit < 0 { Value::None } else { Value::Int(limit) };
    ask(state, &callable, Args::positional([Value::str(sql), header, limit])).map(|made| Some(made.to_string()))
}

/// How fresh a source is, by `collect_freshness` of the project or its like for queries: the time of its newest row and
/// the time of asking, as the database gives them.
pub(super) fn freshness(state: &Arc<NodeState>, name: &'static str, args: Args) -> Result<Option<(Value, Value)>> {
    let Some(callable) = state.run.macros.for_adapter(name) else { return Ok(None) };
    let answer = ask(state, &callable, args)?;
    let table = answer.as_dict().and_then(|dict| dict.get_str("table")).unwrap_or(answer);
    let row = table.downcast::<Table>().and_then(|table| table.0.rows.first().cloned());
    let [newest, asked, ..] = row.as_deref().unwrap_or_default() else {
        let message = format!("`{name}` of the project returned no row with the newest time and the time of asking");
        return Err(Error::new(Kind::Compilation, message)
            .hint(format!("end it with `{{{{ return(load_result('{name}')) }}}}`")));
    };
    Ok(Some((newest.clone(), asked.clone())))
}

/// The catalog by `get_catalog_relations` of the project, for the relations of one database.
pub fn catalog(run: &Arc<Run>, database: &str, relations: &[Relation]) -> Result<Option<Table>> {
    let Some(callable) = run.macros.for_adapter("get_catalog_relations") else { return Ok(None) };
    let state = nobody(run, "get_catalog_relations")?;
    let schema = RelationObject::new(&Relation::new(database, "INFORMATION_SCHEMA", ""), None);
    let asked = relations.iter().map(|relation| Value::object(RelationObject::new(relation, None)));
    let answer = ask(&state, &callable, Args::positional([Value::object(schema), Value::list(asked)]))?;
    state.let_go();
    let Some(table) = answer.downcast::<Table>() else {
        return Err(Error::new(Kind::Compilation, "`get_catalog_relations` of the project returned no table")
            .hint("end it with `{{ return(run_query(...)) }}`"));
    };
    Ok(Some(table.clone()))
}
