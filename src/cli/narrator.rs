//! Events as entries of the log, with the names, codes and data that programs read from dbt's.
//!
//! One narrator tells a whole command: it knows which node runs on which thread, and keeps what ended for the last lines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::ThreadId;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};

use super::ending;
use super::entry::{Entry, Form, Level};
use super::result_line::{self, fancy};
use crate::event::{Ended, Event, NodeInfo, Timing};
use crate::transform::project::context::DBT_VERSION;
use crate::transform::run::results::stamp;

/// Tells one command.
pub struct Narrator {
    /// How wide a line is padded with dots.
    width: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: HashMap<ThreadId, (Arc<NodeInfo>, &'static str)>,
    ended: Vec<(Arc<NodeInfo>, Arc<Ended>)>,
}

impl Narrator {
    pub fn new(width: usize) -> Self {
        Self { width, state: Mutex::default() }
    }

    /// The entries of one event, in order. To be called on the thread that the event happened on.
    pub fn tell(&self, event: &Event) -> Vec<Entry> {
        match event {
            Event::Version => {
                let message = format!("Running with gristmill={} (dbt={DBT_VERSION})", env!("CARGO_PKG_VERSION"));
                let data = json!({"version": format!("={DBT_VERSION}"), "log_version": 3});
                vec![Entry::new("MainReportVersion", "A001", Level::Info, message, data)]
            }
            Event::Arguments { args } => vec![arguments(args)],
            Event::Adapter { name, version } => {
                let message = format!("Registered adapter: {name}={version}");
                let data = json!({"adapter_name": name, "adapter_version": format!("={version}")});
                vec![Entry::new("AdapterRegistered", "E034", Level::Info, message, data)]
            }
            Event::Started { summary, .. } => {
                let data = json!({"stat_line": summary.strip_prefix("Found ").unwrap_or(summary)});
                vec![Entry::new("FoundStats", "W006", Level::Info, summary, data)]
            }
            Event::Concurrency { threads, target, nodes } => {
                let message = format!("Concurrency: {threads} threads (target='{target}')");
                let data = json!({"num_threads": threads, "target_name": target, "node_count": nodes});
                vec![empty(), Entry::new("ConcurrencyLine", "Q027", Level::Info, message, data), empty()]
            }
            Event::Info { message } if message.is_empty() => vec![empty()],
            Event::Info { message } => vec![note("Note", "Z050", message)],
            Event::Warning { message } => vec![self.warning("ValidationWarning", "I009", message)],
            Event::Named { name, message } => vec![self.warning(name, code(name), message)],
            Event::NoneSelected { criterion, message } => {
                let data = json!({"spec_raw": criterion});
                vec![Entry { data, ..self.warning("NoNodesForSelectionCriteria", "M030", message) }]
            }
            Event::NothingToDo => {
                let message = "Nothing to do. Try checking your model configs and model specification args";
                vec![Entry::new("NothingToDo", "Q035", Level::Warn, message, json!({}))]
            }
            Event::Log { message, info } => vec![self.logged(message, *info)],
            Event::Print { message } => vec![note("PrintEvent", "Z052", message).in_form(Form::Plain)],
            Event::NodeStarted { index, total, node } => self.started(*index, *total, node),
            Event::NodeCompiling => self.step("NodeCompiling", "Q030", "compiling"),
            Event::NodeExecuting => {
                let mut entries = self.wrote_sql();
                entries.extend(self.step("NodeExecuting", "Q031", "executing"));
                entries
            }
            Event::Statement { sql } => vec![self.statement_sent(sql)],
            Event::StatementDone { success, elapsed } => {
                let status = if *success { "OK" } else { "ERROR" };
                let seconds = elapsed.as_secs_f64();
                let message = format!("SQL status: {status} in {seconds:.3} seconds");
                let data = json!({"status": status, "elapsed": seconds});
                vec![self.with_node(Entry::new("SQLQueryStatus", "E017", Level::Debug, message, data))]
            }
            Event::NodeFinished { index, total, node, ended } => self.finished(*index, *total, node, ended),
            Event::Progress { step, name, rows, total } => {
                let of = total.map_or_else(String::new, |total| format!(" of {total}"));
                vec![note("Note", "Z050", &format!("{step} {name}: {rows}{of} rows"))]
            }
            Event::Ran { summary, elapsed } => {
                let execution = ending::duration(*elapsed);
                let seconds = elapsed.as_secs_f64();
                let message = format!("Finished running {summary}{execution} ({seconds:.2}s).");
                let data = json!({"stat_line": summary, "execution": execution, "execution_time": seconds});
                vec![Entry::new("FinishedRunningStats", "E047", Level::Info, message, data)]
            }
            Event::Wrote { kind, path } => {
                let data = json!({"artifact_type": kind, "artifact_path": path});
                let message = format!("Wrote artifact {kind} to {path}");
                vec![Entry::new("ArtifactWritten", "P001", Level::Debug, message, data)]
            }
            Event::Totals { interrupted } => ending::entries(&std::mem::take(&mut self.lock().ended), *interrupted),
            Event::Compiled { node, sql, is_inline, json, quiet } => {
                vec![compiled(node, sql, *is_inline, *json, *quiet)]
            }
            Event::Excluded { name } => {
                let message = format!("Excluded node '{name}' from results");
                vec![Entry { level: Level::Debug, ..note("Note", "Z050", &message) }]
            }
            Event::Shown { node, text, preview, is_inline, json, quiet } => {
                vec![shown(node, text, preview, *is_inline, *json, *quiet)]
            }
            Event::Failed { message } => {
                let text = format!("{}\n{message}", result_line::red("Encountered an error:"));
                vec![
                    Entry::new("MainEncounteredError", "Z002", Level::Error, text, json!({"exc": message}))
                        .in_form(Form::Headed),
                ]
            }
            Event::Finished { command, success, elapsed } => vec![ending::completed(command, *success, *elapsed)],
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it tells of an event")
    }

    // What is said on the thread of a node is said of that node.
    fn here(&self) -> Option<Json> {
        let state = self.lock();
        let (node, status) = state.running.get(&std::thread::current().id())?;
        Some(node_info(node, status, None))
    }

    fn with_node(&self, mut entry: Entry) -> Entry {
        if let (Some(data), Some(node)) = (entry.data.as_object_mut(), self.here()) {
            data.insert("node_info".to_owned(), node);
        }
        entry
    }

    fn statement_sent(&self, sql: &str) -> Entry {
        let running = self.lock().running.get(&std::thread::current().id()).map(|(node, _)| node.unique_id.clone());
        let connection = running.as_deref().unwrap_or("master");
        let message = format!("On {connection}: {sql}");
        let data = json!({"conn_name": connection, "sql": sql});
        self.with_node(Entry::new("SQLQuery", "E016", Level::Debug, message, data).in_form(Form::Headed))
    }

    fn logged(&self, message: &str, info: bool) -> Entry {
        let (name, code, level) =
            if info { ("JinjaLogInfo", "I062", Level::Info) } else { ("JinjaLogDebug", "I063", Level::Debug) };
        self.with_node(Entry::new(name, code, level, message, json!({"msg": message})).in_form(Form::Headed))
    }

    fn warning(&self, name: &'static str, code: &'static str, message: &str) -> Entry {
        let text = format!("{}: {message}", result_line::yellow("[WARNING]"));
        self.with_node(Entry::new(name, code, Level::Warn, text, json!({"msg": message})))
    }

    fn started(&self, index: usize, total: usize, node: &Arc<NodeInfo>) -> Vec<Entry> {
        self.lock().running.insert(std::thread::current().id(), (Arc::clone(node), "started"));
        let told = node_info(node, "started", None);
        if total == 0 {
            return vec![began(node, &told)];
        }
        let text = fancy(&format!("{index} of {total} START {}", node.description), "RUN", "", self.width);
        if node.resource_type == "operation" {
            let data = json!({"statement": statement(node), "index": index, "total": total, "node_info": told});
            return vec![Entry::new("LogHookStartLine", "Q032", Level::Info, text, data)];
        }
        let data = json!({"description": node.description, "index": index, "total": total, "node_info": told.clone()});
        vec![began(node, &told), Entry::new("LogStartLine", "Q011", Level::Info, text, data)]
    }

    fn step(&self, name: &'static str, code: &'static str, status: &'static str) -> Vec<Entry> {
        let node = match self.lock().running.get_mut(&std::thread::current().id()) {
            Some((node, known)) if node.resource_type != "operation" => {
                *known = status;
                Arc::clone(node)
            }
            Some(_) | None => return Vec::new(),
        };
        let message = format!("Began {status} node {}", node.unique_id);
        vec![Entry::new(name, code, Level::Debug, message, json!({"node_info": node_info(&node, status, None)}))]
    }

    fn wrote_sql(&self) -> Vec<Entry> {
        let state = self.lock();
        let Some((node, status)) = state.running.get(&std::thread::current().id()) else { return Vec::new() };
        if node.compiled_path.is_empty() {
            return Vec::new();
        }
        let message = format!("Writing injected SQL for node \"{}\"", node.unique_id);
        let data = json!({"node_info": node_info(node, status, None)});
        vec![Entry::new("WritingInjectedSQLForNode", "Q029", Level::Debug, message, data)]
    }

    fn finished(&self, index: usize, total: usize, node: &Arc<NodeInfo>, ended: &Arc<Ended>) -> Vec<Entry> {
        let was_started = {
            let mut state = self.lock();
            if total > 0 {
                state.ended.push((Arc::clone(node), Arc::clone(ended)));
            }
            state.running.remove(&std::thread::current().id()).is_some()
        };
        let now = Utc::now();
        let started = NodeInfo { started_at: node.started_at.or(Some(now)), ..NodeInfo::clone(node) };
        let told = node_info(&started, &ended.status, Some(now));
        let mut result = result_line::of(index, total, node, ended, self.width);
        if let Some(data) = result.data.as_object_mut() {
            data.insert("node_info".to_owned(), told.clone());
        }
        let mut entries = Vec::with_capacity(4);
        // What is skipped begins and ends at once.
        let is_node = node.resource_type != "operation";
        if is_node && !was_started {
            entries.push(began(node, &node_info(&started, "started", None)));
        }
        if total > 0 {
            entries.push(result);
        }
        let run_result = run_result(ended);
        if is_node {
            let message = format!("Finished running node {}", node.unique_id);
            let data = json!({"node_info": told, "run_result": run_result.clone()});
            entries.push(Entry::new("NodeFinished", "Q025", Level::Debug, message, data));
        }
        if is_node && matches!(ended.status.as_str(), "error" | "fail" | "skipped" | "partial success") {
            entries.push(marked(node, ended, &run_result));
        }
        entries
    }
}

// dbt's codes of the warnings that have a name.
fn code(name: &str) -> &'static str {
    match name {
        "CollectFreshnessReturnSignature" => "D012",
        "DuplicateYAMLKeysDeprecation" => "D024",
        "UnusedResourceConfigPath" => "I051",
        "NoNodeForYamlKey" => "I058",
        "MacroNotFoundForPatch" => "I059",
        "NodeNotFoundOrDisabled" => "I060",
        "SemanticValidationFailure" => "I070",
        "UnversionedBreakingChange" => "I071",
        "SnapshotTimestampWarning" => "Q043",
        _ => "I061",
    }
}

fn compiled(node: &NodeInfo, sql: &str, is_inline: bool, json: bool, quiet: bool) -> Entry {
    let data = json!({
        "node_name": node.name, "compiled": sql, "is_inline": is_inline, "unique_id": node.unique_id, "quiet": quiet,
        "output_format": format_name(json),
    });
    let name = escaped(&node.name);
    let text = match (json, is_inline) {
        (true, true) => format!("{{\n  \"compiled\": {}\n}}", escaped(sql)),
        (true, false) => format!("{{\n  \"node\": {name},\n  \"compiled\": {}\n}}", escaped(sql)),
        (false, _) if quiet => sql.to_owned(),
        (false, true) => format!("Compiled inline node is:\n{sql}"),
        (false, false) => format!("Compiled node '{}' is:\n{sql}", node.name),
    };
    Entry::new("CompiledNode", "Q042", Level::Info, text, data).in_form(Form::Plain)
}

// A text in JSON as Python writes it: without letters beyond ASCII.
fn escaped(text: &str) -> String {
    let plain = Json::from(text).to_string();
    let mut escaped = String::with_capacity(plain.len());
    for letter in plain.chars() {
        if letter.is_ascii() && letter != '\u{7f}' {
            escaped.push(letter);
        } else {
            let units = &mut [0; 2];
            escaped.extend(letter.encode_utf16(units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped
}

fn shown(node: &NodeInfo, text: &str, preview: &str, is_inline: bool, json: bool, quiet: bool) -> Entry {
    let data = json!({
        "node_name": node.name, "preview": preview, "is_inline": is_inline, "unique_id": node.unique_id, "quiet": quiet,
        "output_format": format_name(json),
    });
    Entry::new("ShowNode", "Q041", Level::Info, text, data).in_form(Form::Plain)
}

fn format_name(json: bool) -> &'static str {
    if json { "json" } else { "text" }
}

fn began(node: &NodeInfo, told: &Json) -> Entry {
    let message = format!("Began running node {}", node.unique_id);
    Entry::new("NodeStart", "Q024", Level::Debug, message, json!({"node_info": told}))
}

fn marked(node: &NodeInfo, ended: &Ended, run_result: &Json) -> Entry {
    let why = if ended.message.is_empty() { String::new() } else { format!(" Reason: {}.", ended.message) };
    let message = format!(
        "Marking all children of '{}' to be skipped because of status '{}'. {why}",
        node.unique_id, ended.status
    );
    let data = json!({"unique_id": node.unique_id, "status": ended.status, "run_result": run_result});
    Entry::new("MarkSkippedChildren", "Z033", Level::Debug, message, data)
}

fn arguments(args: &Map<String, Json>) -> Entry {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::Null => "None".to_owned(),
        Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    };
    let told: Map<String, Json> = args.iter().map(|(name, value)| (name.clone(), text(value).into())).collect();
    let message = format!("running with arguments {}", Json::Object(told.clone()));
    Entry::new("MainReportArgs", "A002", Level::Debug, message, json!({"args": told}))
}

/// A line without words.
pub(super) fn empty() -> Entry {
    Entry::new("Formatting", "Z017", Level::Info, "", json!({"msg": ""}))
}

/// An entry whose data is its text and nothing else.
pub(super) fn note(name: &'static str, code: &'static str, message: &str) -> Entry {
    Entry::new(name, code, Level::Info, message, json!({"msg": message}))
}

/// `parity.on-run-start.0` of `hook: parity.on-run-start.0`.
pub(super) fn statement(node: &NodeInfo) -> &str {
    node.description.strip_prefix("hook: ").unwrap_or(&node.description)
}

/// A result as entries of the log show it.
fn run_result(ended: &Ended) -> Json {
    let timing = |timing: &Timing| json!({"name": timing.name, "started_at": stamp(timing.started_at), "completed_at": stamp(timing.completed_at)});
    json!({
        "status": ended.status,
        "message": ended.message,
        "timing_info": ended.timing.iter().map(timing).collect::<Vec<_>>(),
        "thread": ended.thread,
        "execution_time": ended.elapsed.as_secs_f64(),
        "adapter_response": ended.adapter_response,
        "num_failures": ended.failures.unwrap_or(0),
    })
}

/// What every entry about a node says of it.
pub(super) fn node_info(node: &NodeInfo, status: &str, finished: Option<DateTime<Utc>>) -> Json {
    json!({
        "unique_id": node.unique_id,
        "node_name": node.name,
        "node_path": node.path,
        "node_checksum": node.checksum,
        "resource_type": node.resource_type,
        "materialized": node.materialized,
        "node_status": status,
        "node_started_at": node.started_at.map_or_else(String::new, moment),
        "node_finished_at": finished.map_or_else(String::new, moment),
        "node_relation": {
            "database": node.database, "schema": node.schema, "alias": node.alias, "relation_name": node.relation_name,
        },
        "meta": node.meta,
    })
}

// dbt writes the times of nodes without a zone; they are in UTC.
fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}
