//! How old the newest row of each source is, and whether that is too old.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value as Json, json};

use super::compile::line_text;
use super::linker::Linker;
use super::operation::nameless;
use super::response::Response;
use super::results::{NodeResult, Status, Timing, stamp};
use super::source_place::source_relation;
use super::state::{NodeState, Run};
use super::window::iso;
use super::{asked, cells, hooks_before, hooks_behind, schedule, task, tell};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, NodeInfo};
use crate::transform::graph::Graph;
use crate::transform::graph::plan::plan;
use crate::transform::jinja::{Args, Interpreter, SourceFile, Value, parse};
use crate::transform::manifest::{ResourceType, Source, UniqueId};

/// What was found of one source.
#[derive(Clone, Debug)]
pub struct Freshness {
    pub result: NodeResult,
    /// The newest row, and when it was asked for.
    pub newest: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub criteria: Json,
}

impl Freshness {
    /// One entry of `sources.json`.
    pub fn to_json(&self) -> Json {
        let result = &self.result;
        let Some((loaded, asked)) = self.newest else {
            return json!({"unique_id": &*result.unique_id, "error": result.message, "status": "runtime error"});
        };
        let timing: Vec<Json> = result
            .timing
            .iter()
            .map(|timing| {
                json!({"name": timing.name, "started_at": stamp(timing.started_at), "completed_at": stamp(timing.completed_at)})
            })
            .collect();
        json!({
            "unique_id": &*result.unique_id,
            "max_loaded_at": iso(loaded),
            "snapshotted_at": iso(asked),
            "max_loaded_at_time_ago_in_s": age(loaded, asked),
            "status": result.status.name(),
            "criteria": self.criteria,
            "adapter_response": Response::ok().told(),
            "timing": timing,
            "thread_id": result.thread_id,
            "execution_time": result.elapsed.as_secs_f64(),
        })
    }
}

fn age(loaded: DateTime<Utc>, asked: DateTime<Utc>) -> f64 {
    (asked - loaded).num_microseconds().unwrap_or(i64::MAX) as f64 / 1e6
}

/// Whether a source says how fresh it should be.
pub fn is_asked_for(source: &Source) -> bool {
    let criteria = criteria(source);
    limit(&criteria, "warn_after").is_some() || limit(&criteria, "error_after").is_some()
}

/// Asks every selected source that says how fresh it should be.
///
/// The template of a hook that fails ends the command, behind what was found.
pub fn check(run: &Arc<Run>, graph: &Graph) -> Result<(Vec<Freshness>, Option<Error>)> {
    let begun = Instant::now();
    let asked: Vec<UniqueId> =
        run.selected.iter().filter(|id| run.manifest.sources.get(*id).is_some_and(is_asked_for)).cloned().collect();
    let plan = plan(graph, &asked, false);
    tell::concurrency(run, plan.nodes.len());
    let before = hooks_before(run)?;
    let found = std::sync::Mutex::new(Vec::new());
    schedule::execute(&plan, run.project.profile.threads, &|place, _, thread| {
        let Some(source) = run.manifest.sources.get(&plan.nodes[place]) else { return schedule::Outcome::Done };
        let turn = task::Turn { index: place + 1, total: plan.nodes.len(), thread };
        let info = tell::started(run, told(source), turn);
        let freshness = one(run, source, thread);
        tell::finished(run, info, &freshness.result, turn);
        found.lock().expect("no thread panics while it holds the results").push(freshness);
        schedule::Outcome::Done
    });
    let found: Vec<Freshness> = found.into_inner().expect("no thread panics while it holds the results");
    tell::info(run, String::new());
    let results: Vec<NodeResult> = found.iter().map(|found| found.result.clone()).collect();
    let (after, ended_by) = hooks_behind(run, &results);
    tell::ran(run, &results, before.len() + after.len(), begun);
    Ok((found, ended_by))
}

fn told(source: &Source) -> NodeInfo {
    NodeInfo {
        unique_id: source.unique_id.to_string(),
        name: source.name.clone(),
        resource_type: ResourceType::Source.name().to_owned(),
        description: format!("freshness of {}.{}", source.source_name, source.name),
        path: super::shape::slashed(&source.path),
        file: super::shape::slashed(&source.original_file_path),
        database: source.database.clone(),
        schema: source.schema.clone(),
        alias: source.identifier.clone(),
        relation_name: source_relation(source).map_or_else(|_| String::new(), |relation| relation.render()),
        meta: source.extra.get("meta").and_then(Json::as_object).cloned().unwrap_or_default(),
        ..NodeInfo::default()
    }
}

fn one(run: &Arc<Run>, source: &Source, thread: usize) -> Freshness {
    let begun = Instant::now();
    let criteria = criteria(source);
    let mut result = NodeResult::new(source.unique_id.clone(), ResourceType::Source, Status::Pass);
    result.thread_id = task::thread_name(thread);
    run.sink.tell(Event::NodeCompiling);
    run.sink.tell(Event::NodeExecuting);
    let (newest, timing) = Timing::of("execute", || newest(run, source, &criteria));
    result.timing = vec![Timing { name: "compile", completed_at: timing.started_at, ..timing }, timing];
    result.elapsed = begun.elapsed();
    let newest = match newest {
        Ok((loaded, asked)) => {
            result.status = verdict(&criteria, age(loaded, asked));
            if result.status != Status::Pass {
                result.message = Some(format!("the newest row is of {}", stamp(loaded)));
            }
            Some((loaded, asked))
        }
        Err(error) => {
            let error = described(run, source, &error);
            result.status = Status::RuntimeError;
            result.message = Some(error.to_string());
            result.error = Some(error);
            None
        }
    };
    Freshness { result, newest, criteria }
}

// Who described the source is told, whatever statement it was that failed.
fn described(run: &Run, source: &Source, error: &Error) -> Error {
    let mut told = error.elsewhere(source.place.clone());
    if let Some(text) = line_text(&run.project.root, told.place()) {
        told = told.showing(&text);
    }
    let asked = |key: &str| Some(format!("`{key}` is `{}`", source.extra.get(key)?.as_str()?));
    match asked("loaded_at_query").or_else(|| asked("loaded_at_field")) {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

fn verdict(criteria: &Json, age: f64) -> Status {
    let beyond = |which: &str| limit(criteria, which).is_some_and(|limit| age > limit.as_secs_f64());
    if beyond("error_after") {
        Status::Error
    } else if beyond("warn_after") {
        Status::Warn
    } else {
        Status::Pass
    }
}

fn criteria(source: &Source) -> Json {
    let empty = || json!({"count": null, "period": null});
    let given = source.extra.get("freshness").cloned().unwrap_or_default();
    let part = |name: &str| given.get(name).filter(|part| part.is_object()).cloned().unwrap_or_else(empty);
    json!({
        "warn_after": part("warn_after"),
        "error_after": part("error_after"),
        "filter": given.get("filter").cloned().unwrap_or_default(),
    })
}

fn limit(criteria: &Json, which: &str) -> Option<Duration> {
    let limit = criteria.get(which)?;
    let seconds = match limit.get("period")?.as_str()? {
        "minute" => 60,
        "hour" => 3600,
        "day" => 86400,
        _ => return None,
    };
    Some(Duration::from_secs(limit.get("count")?.as_u64()? * seconds))
}

fn newest(run: &Arc<Run>, source: &Source, criteria: &Json) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let state = NodeState::new(run, Arc::new(nameless(run, ResourceType::SqlOperation, &source.name, "")?), 0);
    let text = |name: &str| source.extra.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty());
    let relation = source_relation(source)?;
    let (name, args, query) = match (text("loaded_at_query"), text("loaded_at_field")) {
        (Some(query), _) => {
            let query = rendered(&state, source, query)?;
            let args = [Value::object(relation), Value::str(&query)];
            ("collect_freshness_custom_sql", Args::positional(args), format!("({query})"))
        }
        (None, Some(field)) => {
            let filter = criteria["filter"].as_str();
            let condition = filter.map(|filter| format!(" where {filter}")).unwrap_or_default();
            let query = format!("(select max({field}) from {}{condition})", relation.render());
            let args = [Value::object(relation), Value::str(field), filter.map_or(Value::None, Value::str)];
            ("collect_freshness", Args::positional(args), query)
        }
        (None, None) => {
            return Err(Error::new(
                Kind::Config,
                format!("the source `{}.{}` does not say when its rows were loaded", source.source_name, source.name),
            )
            .hint("set `loaded_at_field`, or `loaded_at_query`, in its config"));
        }
    };
    if let Some((newest, asked)) = asked::freshness(&state, name, args)? {
        return Ok((
            in_utc(&newest).map_or_else(year_one, |newest| newest.max(year_one())),
            in_utc(&asked).unwrap_or_else(Utc::now),
        ));
    }
    // A time without a zone is in UTC, as everywhere in the artifacts.
    state.execute("set timezone = 'UTC'")?;
    let rows = state.query(&format!("select ({query})::timestamptz::timestamp::varchar, now()::timestamp::varchar"))?;
    let batch = rows.batches.iter().find(|batch| batch.num_rows() > 0);
    let cell = |column: usize| batch.map(|batch| cells::formatted(batch.column(column), 0)).transpose();
    let moment = |text: Option<String>| {
        let text = text?;
        NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|time| time.and_utc())
    };
    let asked = moment(cell(1)?).unwrap_or_else(Utc::now);
    // No row at all is as old as can be, which is how dbt sees it.
    Ok((moment(cell(0)?).unwrap_or(DateTime::<Utc>::MIN_UTC).max(year_one()), asked))
}

fn rendered(state: &Arc<NodeState>, source: &Source, query: &str) -> Result<String> {
    let template = parse(SourceFile::new(&source.original_file_path, query))?;
    let linker = Linker(Arc::clone(state));
    let this = Value::object(source_relation(source)?);
    state.extra.lock().expect("no thread panics while it holds the names").insert("this".to_owned(), this);
    Ok(Interpreter::new(&linker, state.run.budget()).render(&template)?.text)
}

// A time of a template: one without a zone is in UTC.
fn in_utc(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.to_string();
    let zoned = DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f%:z").map(|time| time.to_utc());
    let plain = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f").map(|time| time.and_utc());
    let day = || {
        chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc())
    };
    zoned.or_else(|_| plain()).or_else(|_| day()).ok()
}

fn year_one() -> DateTime<Utc> {
    DateTime::from_timestamp(-62_135_596_800, 0).unwrap_or_default()
}
