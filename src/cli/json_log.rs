//! Events as JSON lines, with the names and fields that orchestrators read from dbt's `--log-format json`.

use serde_json::{Value as Json, json};

use crate::event::Event;
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
        Event::NodeStarted { index, total, unique_id, resource_type, description } => {
            let node = node_info(unique_id, resource_type, description, "started", None);
            let start = format!("{index} of {total} START {description}");
            vec![
                line("NodeStart", "debug", format!("Began running node {unique_id}"), json!({"node_info": node})),
                line(
                    "LogStartLine",
                    "info",
                    start,
                    json!({"index": index, "total": total, "description": description, "node_info": node}),
                ),
            ]
        }
        Event::NodeFinished {
            index,
            total,
            unique_id,
            resource_type,
            description,
            status,
            message,
            elapsed,
            failures,
            ..
        } => {
            let node = node_info(unique_id, resource_type, description, status, Some(chrono::Utc::now()));
            let name = match (status.as_str(), resource_type.as_str()) {
                ("skipped", _) => "SkippingDetails",
                (_, "test") => "LogTestResult",
                (_, "seed") => "LogSeedResult",
                (_, "snapshot") => "LogSnapshotResult",
                (_, "operation") => "LogHookEndLine",
                (_, _) => "LogModelResult",
            };
            let level = if matches!(status.as_str(), "error" | "fail") { "error" } else { "info" };
            let seconds = elapsed.as_secs_f64();
            let data = json!({
                "index": index, "total": total, "description": description, "name": description.trim_start_matches("test "),
                "status": status, "execution_time": seconds, "num_failures": failures.unwrap_or(0), "node_info": node,
            });
            let run_result = json!({"status": status, "message": message, "execution_time": seconds, "num_failures": failures.unwrap_or(0)});
            vec![
                line(name, level, format!("{index} of {total} {} {description}", status.to_uppercase()), data),
                line(
                    "NodeFinished",
                    "debug",
                    format!("Finished running node {unique_id}"),
                    json!({"node_info": node, "run_result": run_result}),
                ),
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

fn node_info(
    unique_id: &str,
    resource_type: &str,
    description: &str,
    status: &str,
    finished: Option<chrono::DateTime<chrono::Utc>>,
) -> Json {
    let materialized = match resource_type {
        "model" => description.split(' ').nth(1).unwrap_or("view"),
        other => other,
    };
    json!({
        "unique_id": unique_id,
        "node_name": unique_id.split('.').nth(2).unwrap_or(unique_id),
        "resource_type": resource_type,
        "materialized": materialized,
        "node_status": status,
        "node_started_at": if finished.is_none() { stamp(chrono::Utc::now()) } else { String::new() },
        "node_finished_at": finished.map_or_else(String::new, stamp),
        "meta": {},
    })
}
