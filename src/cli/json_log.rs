//! Events as JSON lines, with the names and fields that orchestrators read from dbt's `--log-format json`.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use crate::event::{Event, NodeInfo};
use crate::transform::run::results::stamp;

/// The lines of one event; a finished node gives two, as in dbt.
pub fn lines(event: &Event, invocation_id: &str) -> Vec<Json> {
    let line = |name: &str, level: &str, message: String, data: Json| entry(name, level, &message, data, invocation_id);
    match event {
        Event::Started { summary, .. } => {
            vec![line("FoundStats", "info", summary.clone(), json!({"stat_line": summary}))]
        }
        Event::Info { message } if message.starts_with("Running with ") => {
            vec![line(
                "MainReportVersion",
                "info",
                message.clone(),
                json!({"version": crate::transform::project::context::DBT_VERSION}),
            )]
        }
        Event::Info { message } if message.is_empty() => {
            vec![line("Formatting", "info", String::new(), json!({"msg": ""}))]
        }
        Event::Info { message } => vec![line("Note", "info", message.clone(), json!({"msg": message}))],
        Event::Warning { message } => vec![line("JinjaLogWarning", "warn", message.clone(), json!({"msg": message}))],
        Event::Log { message, info } => {
            let (name, level) = if *info { ("JinjaLogInfo", "info") } else { ("JinjaLogDebug", "debug") };
            vec![line(name, level, message.clone(), json!({"msg": message}))]
        }
        Event::NodeStarted { index, total, node } => {
            let told = node_info(node, "started", None);
            let start = format!("{index} of {total} START {}", node.description);
            let data =
                json!({"index": index, "total": total, "description": node.description, "node_info": told.clone()});
            vec![
                line(
                    "NodeStart",
                    "debug",
                    format!("Began running node {}", node.unique_id),
                    json!({"node_info": told}),
                ),
                line("LogStartLine", "info", start, data),
            ]
        }
        Event::NodeFinished { index, total, node, status, message, elapsed, failures } => {
            let told = node_info(node, status, Some(chrono::Utc::now()));
            let (name, level) = event_of_result(status, &node.resource_type);
            let seconds = elapsed.as_secs_f64();
            let failures = failures.unwrap_or(0);
            let result = json!({
                "status": status, "message": message, "execution_time": seconds, "num_failures": failures,
                "thread": std::thread::current().name().unwrap_or("MainThread"), "timing_info": [], "adapter_response": {},
            });
            let data = json!({
                "index": index, "total": total, "description": node.description, "name": node.name, "status": status,
                "resource_type": node.resource_type, "schema": node.schema, "node_name": node.alias,
                "execution_time": seconds, "num_failures": failures, "node_info": told.clone(),
            });
            let text = match status.as_str() {
                "skipped" => format!("{index} of {total} SKIP {}: {message}", node.description),
                _ => format!("{index} of {total} {} {}", status.to_uppercase(), node.description),
            };
            let ended = format!("Finished running node {}", node.unique_id);
            vec![
                line(name, level, text, data),
                line("NodeFinished", "debug", ended, json!({"node_info": told, "run_result": result})),
            ]
        }
        Event::Progress { step, name, rows, .. } => {
            vec![line(
                "Note",
                "info",
                format!("{step} {name}: {rows} rows"),
                json!({"step": step, "name": name, "rows": rows}),
            )]
        }
        Event::Finished { command, elapsed } => {
            let seconds = elapsed.as_secs_f64();
            let data = json!({"command": command, "success": true, "elapsed": seconds});
            vec![line(
                "CommandCompleted",
                "debug",
                format!("Command `{command}` ended after {seconds:.2} seconds"),
                data,
            )]
        }
    }
}

/// A line that is a message and nothing else.
pub fn message(name: &str, level: &str, text: &str, invocation_id: &str) -> Json {
    entry(name, level, text, json!({"exc": text}), invocation_id)
}

fn entry(name: &str, level: &str, message: &str, data: Json, invocation_id: &str) -> Json {
    json!({
        "data": data,
        "info": {
            "category": "",
            "code": "",
            "extra": {},
            "invocation_id": invocation_id,
            "level": level,
            "msg": message,
            "name": name,
            "pid": std::process::id(),
            "thread": std::thread::current().name().unwrap_or("MainThread"),
            "ts": stamp(chrono::Utc::now()),
        }
    })
}

// dbt's name and level of the event that tells how a node ended.
fn event_of_result(status: &str, resource_type: &str) -> (&'static str, &'static str) {
    let name = match (status, resource_type) {
        ("skipped", _) => "SkippingDetails",
        ("no-op", _) => "LogNodeNoOpResult",
        (_, "test") => "LogTestResult",
        (_, "seed") => "LogSeedResult",
        (_, "snapshot") => "LogSnapshotResult",
        (_, "operation") => "LogHookEndLine",
        (_, "source") => "LogFreshnessResult",
        (_, _) => "LogModelResult",
    };
    let level = match status {
        "error" | "fail" => "error",
        "warn" => "warn",
        _ => "info",
    };
    (name, level)
}

fn node_info(node: &NodeInfo, status: &str, finished: Option<DateTime<Utc>>) -> Json {
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
        "meta": {},
    })
}

// dbt writes the times of nodes without a zone; they are in UTC.
fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}
