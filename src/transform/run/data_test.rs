//! Whether data is as it should be: a query that finds what is wrong, counted and judged.

use std::sync::Arc;

use super::cells;
use super::compile::Compiled;
use super::linker::Linker;
use super::results::Status;
use super::state::NodeState;
use super::{adapter, materialize::run_compiled};
use crate::engine::catalog::RelationKind;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};

/// What a test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub failures: i64,
    pub message: Option<String>,
    /// The statement that was run, for `target/run`.
    pub statement: String,
    /// The relation that keeps the rows, when they are kept.
    pub relation_name: Option<String>,
}

/// Runs a compiled test.
pub fn run(state: &Arc<NodeState>, compiled: &Compiled) -> Result<Verdict> {
    let mut main = limited(state, compiled);
    let mut relation_name = None;
    if stores_failures(state) {
        let relation = store(state, compiled, &main)?;
        main = format!("select * from {relation}");
        relation_name = Some(relation);
    }
    let statement = wrapped(state, &main)?;
    let rows = state
        .query(&statement)
        .map_err(|error| compiled.locate(error, &statement, &state.node, &state.compiled_path()))?;
    let answer = rows.batches.iter().find(|batch| batch.num_rows() > 0).ok_or_else(|| no_answer(state))?;
    let failures = cells::integer_at(answer.column(0), 0)?.ok_or_else(|| no_answer(state))?;
    let yes = |column: usize| Ok::<bool, Error>(cells::value(answer.column(column), 0)?.truth());
    let (should_warn, should_error) = (yes(1)?, yes(2)?);
    let (status, message) = judge(state, failures, should_warn, should_error);
    let failures = if status == Status::Pass { 0 } else { failures };
    Ok(Verdict { status, failures, message, statement, relation_name })
}

fn judge(state: &NodeState, failures: i64, should_warn: bool, should_error: bool) -> (Status, Option<String>) {
    let severity =
        state.config("severity").map_or_else(|| "error".to_owned(), |severity| plain(&severity).to_lowercase());
    let told = |verb: &str, condition: &str| {
        let plural = if failures == 1 { "" } else { "s" };
        Some(format!("Got {failures} result{plural}, configured to {verb} if {condition}"))
    };
    let (warn_if, error_if) = (condition(state, "warn_if"), condition(state, "error_if"));
    if severity == "error" && should_error {
        (Status::Fail, told("fail", &error_if))
    } else if should_warn {
        let status = if state.run.flags.warnings.is_error("LogTestResult") { Status::Fail } else { Status::Warn };
        (status, told(if status == Status::Fail { "fail" } else { "warn" }, &warn_if))
    } else {
        // What stays under the thresholds counts as no failure, as in dbt.
        (Status::Pass, None)
    }
}

fn condition(state: &NodeState, name: &str) -> String {
    state.config(name).filter(|value| !value.is_null()).map_or_else(|| "!= 0".to_owned(), |value| plain(&value))
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The statement that a test runs, when it keeps no rows.
pub(super) fn statement(state: &Arc<NodeState>, compiled: &Compiled) -> Result<String> {
    wrapped(state, &limited(state, compiled))
}

fn limited(state: &NodeState, compiled: &Compiled) -> String {
    let main = compiled.sql();
    match state.config("limit").filter(|limit| !limit.is_null()) {
        Some(limit) => format!("select * from (\n{main}\n) as model_limit_subq\nlimit {}", plain(&limit)),
        None => main.to_string(),
    }
}

// A project that overrides `get_test_sql` has its macro asked.
fn wrapped(state: &Arc<NodeState>, main: &str) -> Result<String> {
    let fail_calc = state
        .config("fail_calc")
        .filter(|calc| !calc.is_null())
        .map_or_else(|| "count(*)".to_owned(), |calc| plain(&calc));
    let (warn_if, error_if) = (condition(state, "warn_if"), condition(state, "error_if"));
    let macros = &state.run.macros;
    if ["get_test_sql", "duckdb__get_test_sql", "default__get_test_sql"].iter().any(|name| macros.is_overridden(name)) {
        let linker = Linker(Arc::clone(state));
        let arguments =
            Args::positional([main, &fail_calc, &warn_if, &error_if].map(Value::str)).with("limit", Value::None);
        return Ok(Interpreter::new(&linker, state.run.budget())
            .call_named("get_test_sql", arguments)
            .map_err(|error| state.here(error))?
            .to_string());
    }
    Ok(format!(
        "select\n  {fail_calc} as failures,\n  {fail_calc} {warn_if} as should_warn,\n  {fail_calc} {error_if} as should_error\nfrom (\n{main}\n) dbt_internal_test"
    ))
}

/// Whether the rows that a test finds are kept in a relation.
pub fn stores_failures(state: &NodeState) -> bool {
    let kept_as = state.config("store_failures_as").and_then(|kept| kept.as_str().map(str::to_owned));
    match kept_as.as_deref() {
        Some("table" | "view") => true,
        Some(_) => false,
        None => {
            state.config("store_failures").and_then(|store| store.as_bool()).unwrap_or(state.run.flags.store_failures)
        }
    }
}

fn store(state: &NodeState, compiled: &Compiled, main: &str) -> Result<String> {
    let view = state.config("store_failures_as").is_some_and(|kept| kept.as_str() == Some("view"));
    let kind = if view { RelationKind::View } else { RelationKind::Table };
    let target = state.node.relation();
    if let Some((relation, existing)) = adapter::find(state, &target)?.filter(|(_, existing)| *existing != kind) {
        state.execute(&format!("drop {} if exists {}", adapter::kind_name(existing), relation.quoted()))?;
    }
    let statement = format!("create or replace {} {} as (\n{main}\n);", adapter::kind_name(kind), target.quoted());
    run_compiled(state, compiled, &statement)?;
    state.run.cache.put(&target, kind);
    Ok(target.quoted())
}

fn no_answer(state: &NodeState) -> Error {
    Error::new(Kind::Data, format!("test `{}` gave no count of failures", state.node.name))
        .hint("its `fail_calc` must give one number, also for no rows: wrap it in `coalesce(..., 0)`")
}
