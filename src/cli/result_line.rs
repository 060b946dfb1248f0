//! The line that tells how one node ended, in dbt's rhythm: `3 of 12 OK created sql table model main.a .... [OK in 0.01s]`.

use serde_json::{Value as Json, json};

use super::entry::{Entry, Level};
use super::narrator::statement;
use crate::event::{Ended, NodeInfo};

/// The entry of a node's end; whoever tells it adds the `node_info`.
pub(super) fn of(index: usize, total: usize, node: &NodeInfo, ended: &Ended, width: usize) -> Entry {
    let Said { name, code, words, told, data } = said(node, ended);
    let time =
        if ended.status == "skipped" { String::new() } else { format!(" in {:.2}s", ended.elapsed.as_secs_f64()) };
    let level = match (name, ended.status.as_str()) {
        ("LogHookEndLine" | "SkippingDetails" | "LogNodeNoOpResult", _) => Level::Info,
        (_, "error" | "fail" | "runtime error") => Level::Error,
        (_, "warn") => Level::Warn,
        (_, _) => Level::Info,
    };
    let mut data = data;
    if let Some(data) = data.as_object_mut() {
        data.insert("index".to_owned(), json!(index));
        // dbt's tests count models.
        data.insert(if name == "LogTestResult" { "num_models" } else { "total" }.to_owned(), json!(total));
        if name != "SkippingDetails" {
            data.insert("execution_time".to_owned(), json!(ended.elapsed.as_secs_f64()));
        }
    }
    Entry::new(name, code, level, fancy(&format!("{index} of {total} {words}"), &told, &time, width), data)
}

struct Said {
    name: &'static str,
    code: &'static str,
    words: String,
    /// What stands in the brackets.
    told: String,
    data: Json,
}

fn said(node: &NodeInfo, ended: &Ended) -> Said {
    let Ended { status, message, .. } = ended;
    let description = node.description.as_str();
    match (status.as_str(), node.resource_type.as_str()) {
        ("skipped", "operation") => hook(node, status, "SKIP", yellow("SKIP")),
        ("skipped", kind) => {
            let words = match kind {
                "model" | "snapshot" | "seed" => format!("SKIP relation {}.{}", node.schema, node.alias),
                _ => format!("SKIP {kind} {}", node.name),
            };
            // dbt leaves the reader to search for the reason.
            let words = if message.is_empty() { words } else { format!("{words}: {message}") };
            let data = json!({"resource_type": kind, "schema": node.schema, "node_name": node.name});
            Said { name: "SkippingDetails", code: "Q034", words, told: yellow("SKIP"), data }
        }
        ("error", "operation") => hook(node, status, "ERROR", red("ERROR")),
        (_, "operation") => hook(node, status, "OK", green("OK")),
        ("no-op", _) => Said {
            name: "LogNodeNoOpResult",
            code: "Q019",
            words: format!("NO-OP {description}"),
            told: yellow("NO-OP"),
            data: json!({"description": description, "status": status}),
        },
        (_, "test" | "unit_test") => test(node, ended),
        (_, "source") => source(node, status),
        (_, "seed") => {
            let (words, told) = made(ended, "loading", "loaded");
            let told_message = if status == "error" { "" } else { message.as_str() };
            Said {
                name: "LogSeedResult",
                code: "Q016",
                words: format!("{words} {description}"),
                told,
                data: json!({
                    "status": status, "result_message": told_message, "schema": node.schema, "relation": node.alias,
                }),
            }
        }
        (_, "snapshot") => {
            let (words, told) = made(ended, "snapshotting", "snapshotted");
            let told_message = if status == "error" { "" } else { message.as_str() };
            Said {
                name: "LogSnapshotResult",
                code: "Q015",
                words: format!("{words} {}", description.trim_start_matches("snapshot ")),
                told,
                data: json!({
                    "description": description, "status": status, "result_message": told_message, "cfg": {},
                }),
            }
        }
        (_, _) => {
            let (words, told) = made(ended, "creating", "created");
            let shown = if status == "success" { message } else { status };
            Said {
                name: "LogModelResult",
                code: "Q012",
                words: format!("{words} {description}"),
                told,
                data: json!({"description": description, "status": shown}),
            }
        }
    }
}

fn made(ended: &Ended, doing: &str, done: &str) -> (String, String) {
    match ended.status.as_str() {
        "error" => (format!("ERROR {doing}"), red("ERROR")),
        "partial success" => (format!("PARTIALLY {done}"), yellow(&ended.message.to_uppercase())),
        _ => (format!("OK {done}"), green(&ended.message)),
    }
}

fn hook(node: &NodeInfo, status: &str, word: &str, told: String) -> Said {
    let data = json!({"statement": statement(node), "status": status});
    Said { name: "LogHookEndLine", code: "Q033", words: format!("{word} {}", node.description), told, data }
}

fn test(node: &NodeInfo, ended: &Ended) -> Said {
    let count = ended.failures.unwrap_or(0);
    let name = node.description.strip_prefix("test ").unwrap_or(&node.description);
    let name = name.strip_prefix("unit_test ").unwrap_or(name);
    let (words, told) = match ended.status.as_str() {
        "error" => ("ERROR".to_owned(), red("ERROR")),
        "pass" => ("PASS".to_owned(), green("PASS")),
        "warn" => (format!("WARN {count}"), yellow(&format!("WARN {count}"))),
        _ => (format!("FAIL {count}"), red(&format!("FAIL {count}"))),
    };
    let data = json!({
        "name": node.name, "status": ended.status, "num_failures": count, "attached_node": node.attached_node,
    });
    Said { name: "LogTestResult", code: "Q007", words: format!("{words} {name}"), told, data }
}

fn source(node: &NodeInfo, status: &str) -> Said {
    let (words, told) = match status {
        "runtime error" => ("ERROR", red("ERROR")),
        "error" => ("ERROR STALE", red("ERROR STALE")),
        "warn" => ("WARN", yellow("WARN")),
        _ => ("PASS", green("PASS")),
    };
    let of = node.description.strip_prefix("freshness of ").unwrap_or(&node.description);
    let (source, table) = of.split_once('.').unwrap_or(("", of));
    let data = json!({"status": status, "source_name": source, "table_name": table});
    Said { name: "LogFreshnessResult", code: "Q018", words: format!("{words} {}", node.description), told, data }
}

/// `1 of 12 START sql table model main.a ........ [RUN]`
pub(super) fn fancy(text: &str, status: &str, time: &str, width: usize) -> String {
    let mut line = format!("{text} ");
    let dots = width.saturating_sub(line.chars().count());
    line.extend(std::iter::repeat_n('.', dots));
    format!("{line} [{status}{time}]")
}

pub(super) fn red(text: &str) -> String {
    format!("\x1b[31m{text}\x1b[0m")
}

pub(super) fn green(text: &str) -> String {
    format!("\x1b[32m{text}\x1b[0m")
}

pub(super) fn yellow(text: &str) -> String {
    format!("\x1b[33m{text}\x1b[0m")
}
