//! Whether data is as it should be: a query that finds what is wrong, counted and judged.

use std::sync::Arc;

use super::cells;
use super::compile::Compiled;
use super::results::Status;
use super::state::NodeState;
use super::{adapter, by_macro, materialize::run_compiled, stand_ins};
use crate::engine::catalog::{Relation, RelationKind};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::Value;

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
    if let Some(callable) = stand_ins::macro_of(state, "test") {
        return asked(state, compiled, &callable);
    }
    state.run.note_built_in_calls(&state.node.unique_id, &["get_limit_subquery_sql", "should_store_failures"]);
    let mut main = limited(state, compiled);
    let mut relation_name = None;
    check_form(state)?;
    state.run.note_built_in_calls(&state.node.unique_id, &["statement"]);
    state.begin_behind_statements()?;
    if stores_failures(state) {
        let kept = store(state, compiled, &main)?;
        main = format!("select * from {}", kept.quoted());
        relation_name = Some(state.node.relation_name());
    }
    let statement = wrapped(state, &main);
    let rows = state.query(&statement).map_err(|error| {
        state.attempted(&statement);
        compiled.locate(error, &statement, &state.node, &state.compiled_path())
    })?;
    let answer = rows.batches.iter().find(|batch| batch.num_rows() > 0).ok_or_else(|| no_answer(state))?;
    let failures = cells::integer_at(answer.column(0), 0)?.ok_or_else(|| no_answer(state))?;
    let yes = |column: usize| Ok::<bool, Error>(cells::value(answer.column(column), 0)?.truth());
    Ok(verdict(state, failures, (yes(1)?, yes(2)?), statement, relation_name))
}

// A materialization of tests: its answer has one row, with the three columns in any order.
fn asked(state: &Arc<NodeState>, compiled: &Compiled, callable: &Value) -> Result<Verdict> {
    let (answer, statement) = by_macro::ask(state, Some(compiled), callable)?;
    let table = by_macro::rows(&answer);
    let wrong = || {
        let message = format!("the materialization of the test `{}` does not answer in one row", state.node.name);
        Error::new(Kind::Data, message)
            .hint("its `main` gives the columns `failures`, `should_warn` and `should_error`")
    };
    let [row] = table.0.rows.as_slice() else { return Err(wrong()) };
    let cell = |name: &str| {
        let place = table.0.names.iter().position(|known| known.eq_ignore_ascii_case(name));
        place.and_then(|place| row.get(place)).cloned().ok_or_else(wrong)
    };
    let failures = cell("failures")?;
    let failures = match failures.as_int() {
        Some(failures) => failures,
        // A sum is a decimal.
        None => failures.to_string().parse::<f64>().map(|number| number as i64).map_err(|_| no_answer(state))?,
    };
    let judged = (yes(&cell("should_warn")?), yes(&cell("should_error")?));
    let kept = stores_failures(state).then(|| state.node.relation_name());
    Ok(verdict(state, failures, judged, statement, kept))
}

// dbt takes texts and numbers too.
fn yes(value: &Value) -> bool {
    value.as_str().map_or_else(|| value.truth(), |text| text.eq_ignore_ascii_case("true"))
}

fn verdict(
    state: &NodeState,
    failures: i64,
    (should_warn, should_error): (bool, bool),
    statement: String,
    relation_name: Option<String>,
) -> Verdict {
    let (status, message) = judge(state, failures, should_warn, should_error);
    let failures = if status == Status::Pass { 0 } else { failures };
    Verdict { status, failures, message, statement, relation_name }
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
pub(super) fn statement(state: &NodeState, compiled: &Compiled) -> String {
    wrapped(state, &limited(state, compiled))
}

/// A query that binds when [`statement`] does: what only counts the rows in the usual way is left out.
pub(super) fn bound(state: &NodeState, compiled: &Compiled) -> String {
    let usual = |name: &str, usual: &str| state.config(name).is_none_or(|value| value.is_null() || value == usual);
    if usual("fail_calc", "count(*)") && usual("warn_if", "!= 0") && usual("error_if", "!= 0") {
        return limited(state, compiled);
    }
    statement(state, compiled)
}

fn limited(state: &NodeState, compiled: &Compiled) -> String {
    let main = compiled.sql();
    match state.config("limit").filter(|limit| !limit.is_null()) {
        Some(limit) => format!("select * from (\n{main}\n) as model_limit_subq\nlimit {}", plain(&limit)),
        None => main.to_string(),
    }
}

fn wrapped(state: &NodeState, main: &str) -> String {
    let fail_calc = state
        .config("fail_calc")
        .filter(|calc| !calc.is_null())
        .map_or_else(|| "count(*)".to_owned(), |calc| plain(&calc));
    let (warn_if, error_if) = (condition(state, "warn_if"), condition(state, "error_if"));
    format!(
        "select\n  {fail_calc} as failures,\n  {fail_calc} {warn_if} as should_warn,\n  {fail_calc} {error_if} as should_error\nfrom (\n{main}\n) dbt_internal_test"
    )
}

fn check_form(state: &NodeState) -> Result<()> {
    let form = state.config("store_failures_as").and_then(|form| form.as_str().map(str::to_owned));
    match form.as_deref() {
        None | Some("table" | "view" | "ephemeral") => Ok(()),
        Some(other) => {
            let message = format!("`store_failures_as` of `{}` is `{other}`", state.node.name);
            Err(state.here(Error::new(Kind::Config, message).hint("it is `table`, `view` or `ephemeral`")))
        }
    }
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

fn store(state: &NodeState, compiled: &Compiled, main: &str) -> Result<Relation> {
    let view = state.config("store_failures_as").is_some_and(|kept| kept.as_str() == Some("view"));
    let kind = if view { RelationKind::View } else { RelationKind::Table };
    let target = state.node.relation();
    if let Some((relation, existing)) = adapter::find(state, &target)?.filter(|(_, existing)| *existing != kind) {
        state.execute(&format!("drop {} if exists {}", adapter::kind_name(existing), relation.quoted()))?;
    }
    let statement = format!("create or replace {} {} as (\n{main}\n);", adapter::kind_name(kind), target.quoted());
    run_compiled(state, compiled, &statement)?;
    // What the test's own text opened would undo them.
    state.commit()?;
    state.run.cache.put(&target, kind);
    Ok(target)
}

fn no_answer(state: &NodeState) -> Error {
    Error::new(Kind::Data, format!("test `{}` gave no count of failures", state.node.name))
        .hint("its `fail_calc` must give one number, also for no rows: wrap it in `coalesce(..., 0)`")
}
