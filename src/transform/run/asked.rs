//! What dbt asks of macros outside of any node: to make schemas, to show rows, to look how fresh a source is, to read the
//! catalog. A project's or a package's own version is asked; where there is none, a path in Rust answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::linker::Linker;
use super::operation::nameless;
use super::relation::RelationObject;
use super::state::{NodeState, Run};
use super::table::Table;
use crate::engine::catalog::Relation;
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
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

/// Makes the schemas that are not there, by `list_schemas` and `create_schema` of the project; `false` when it has neither.
pub(super) fn create_schemas(run: &Arc<Run>, wanted: &[(String, String)]) -> Result<bool> {
    if !any_own(run, &["create_schema", "list_schemas"]) {
        return Ok(false);
    }
    let state = nobody(run, "create_schema")?;
    let mut there: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (database, _) in wanted {
        if !there.contains_key(database.as_str()) {
            there.insert(database, schemas(&state, database)?.iter().map(|schema| schema.to_lowercase()).collect());
        }
    }
    let is_missing =
        |(database, schema): &&(String, String)| !there[database.as_str()].contains(&schema.to_lowercase());
    for (database, schema) in wanted.iter().filter(is_missing).collect::<BTreeSet<_>>() {
        let relation = Relation::new(database, schema, "");
        match run.macros.for_adapter("create_schema") {
            Some(callable) => {
                ask(
                    &state,
                    &callable,
                    Args::positional([Value::object(RelationObject::of_node(
                        &relation,
                        None,
                        run.project.config.quoted(),
                    ))]),
                )?;
            }
            None => {
                state.execute(&format!(
                    "create schema if not exists {}",
                    Relation::new(database, "", schema).quoted()
                ))?;
            }
        }
    }
    state.commit_what_is_left()?;
    state.let_go();
    Ok(true)
}

// The schemas of a database, by the project's own macro where there is one.
fn schemas(state: &Arc<NodeState>, database: &str) -> Result<Vec<String>> {
    if let Some(callable) = state.run.macros.for_adapter("list_schemas") {
        // The name comes in quotes, as dbt gives it.
        let answer = ask(state, &callable, Args::positional([Value::str(quote(database))]))?;
        return first_column(&answer, "list_schemas");
    }
    let rows = state.query(&schemas_of(database))?;
    first_column(&Value::object(Table::of(&rows)?), "list_schemas")
}

/// The statement that lists the schemas of a database.
pub(super) fn schemas_of(database: &str) -> String {
    format!(
        "select schema_name from system.information_schema.schemata where lower(catalog_name) = lower({})",
        literal(database)
    )
}

/// The first cell of each row that a macro of the project answers.
pub(super) fn first_column(answer: &Value, name: &str) -> Result<Vec<String>> {
    let Some(table) = answer.downcast::<Table>() else {
        return Err(Error::new(Kind::Compilation, format!("`{name}` of the project returned no table"))
            .hint("end it with `{{ return(run_query(...)) }}`"));
    };
    Ok(table.0.rows.iter().filter_map(|row| row.first()).map(ToString::to_string).collect())
}

/// The schema in which a database tells what it holds, as the macros take it.
pub(super) fn information_schema(database: &str) -> Value {
    Value::object(RelationObject::new(&Relation::new(database, "INFORMATION_SCHEMA", ""), None))
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
    let linker = Linker(Arc::clone(state));
    let args = Args::positional([Value::str(sql), header, limit]);
    // What this one calls is listed among the macros of the node, and not this one, as in dbt.
    let made = Interpreter::new(&linker, state.run.budget()).call_through(&callable, args)?;
    state.note_calls();
    Ok(Some(made.to_string()))
}

/// How fresh a source is, by `collect_freshness` of the project or its like for queries: the time of its newest row and
/// the time of asking, as the database gives them.
pub(super) fn freshness(state: &Arc<NodeState>, name: &'static str, args: Args) -> Result<Option<(Value, Value)>> {
    let Some(callable) = state.run.macros.for_adapter(name) else { return Ok(None) };
    let answer = ask(state, &callable, args)?;
    let whole = answer.as_dict().and_then(|dict| dict.get_str("table"));
    if whole.is_none() && name == "collect_freshness" && answer.downcast::<Table>().is_some() {
        let message =
            format!("`{name}` of the project returned a table; return all of the result: `load_result('{name}')`");
        let warning = "CollectFreshnessReturnSignature";
        if state.run.flags.warnings.is_error(warning) {
            return Err(Error::new(Kind::Compilation, message));
        }
        state.run.sink.tell(Event::Named { name: warning, message });
    }
    let table = whole.unwrap_or(answer);
    let row = table.downcast::<Table>().and_then(|table| table.0.rows.first().cloned());
    let [newest, asked, ..] = row.as_deref().unwrap_or_default() else {
        let message = format!("`{name}` of the project returned no row with the newest time and the time of asking");
        return Err(Error::new(Kind::Compilation, message)
            .hint(format!("end it with `{{{{ return(load_result('{name}')) }}}}`")));
    };
    Ok(Some((newest.clone(), asked.clone())))
}

/// The catalog of one database by the project's own macro: `get_catalog_relations`, which gets the relations, or
/// `get_catalog`, which gets their schemas.
pub fn catalog(run: &Arc<Run>, database: &str, relations: &[Relation], by_relations: bool) -> Result<Option<Table>> {
    let name = if by_relations { "get_catalog_relations" } else { "get_catalog" };
    let Some(callable) = run.macros.for_adapter(name) else { return Ok(None) };
    let of = if by_relations {
        let quoted = run.project.config.quoted();
        Value::list(relations.iter().map(|relation| Value::object(RelationObject::of_node(relation, None, quoted))))
    } else {
        let schemas: BTreeSet<String> = relations.iter().map(|relation| relation.schema.to_lowercase()).collect();
        Value::list(schemas.iter().map(Value::str))
    };
    let state = nobody(run, name)?;
    let answer = ask(&state, &callable, Args::positional([information_schema(database), of]))?;
    state.let_go();
    let Some(table) = answer.downcast::<Table>() else {
        return Err(Error::new(Kind::Compilation, format!("`{name}` of the project returned no table"))
            .hint("end it with `{{ return(run_query(...)) }}`"));
    };
    Ok(Some(table.clone()))
}
