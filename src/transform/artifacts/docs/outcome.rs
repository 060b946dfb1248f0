//! What the last run said: of each node, and of each test.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::catalogue::{strings, text};

#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    pub status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    pub seconds: f64,
}

#[derive(Debug, Default, Serialize)]
pub struct Test {
    pub id: String,
    /// What is asked, in short: `unique`, `accepted_values: a, b`; a singular test's name.
    pub label: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Places in the page's nodes.
    pub nodes: Vec<usize>,
    /// `pass`, `fail`, `warn`, `error`, `skipped`, or nothing when the last run did not run it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<i64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// `warn` when a failure is only a warning.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub severity: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sql: String,
}

pub(super) fn by_id(run_results: Option<&Json>) -> HashMap<&str, &Json> {
    let results = run_results.and_then(|made| made["results"].as_array());
    results.into_iter().flatten().filter_map(|result| Some((result["unique_id"].as_str()?, result))).collect()
}

pub(super) fn of_node(result: &Json) -> Outcome {
    Outcome {
        status: text(result, "status"),
        message: text(result, "message"),
        seconds: result["execution_time"].as_f64().unwrap_or_default(),
    }
}

/// All data tests and unit tests, each with the nodes it is about.
pub(super) fn tests(manifest: &Json, results: &HashMap<&str, &Json>, places: &HashMap<String, usize>) -> Vec<Test> {
    ["nodes", "unit_tests"]
        .into_iter()
        .filter_map(|section| manifest[section].as_object())
        .flatten()
        .filter(|(_, entry)| matches!(entry["resource_type"].as_str(), Some("test" | "unit_test")))
        .map(|(id, entry)| test(id, entry, results.get(id.as_str()).copied(), places))
        .collect()
}

fn test(id: &str, entry: &Json, result: Option<&Json>, places: &HashMap<String, usize>) -> Test {
    // A generic test is about the node it is written under; others are about all that they read.
    let about = match entry["attached_node"].as_str() {
        Some(node) => vec![node.to_owned()],
        None => strings(&entry["depends_on"]["nodes"]),
    };
    // `compile` and `docs generate` also leave results, which say nothing about the data.
    let status = result.map(|result| text(result, "status")).filter(|status| status != "success").unwrap_or_default();
    let sql = [text(entry, "compiled_code"), text(entry, "raw_code")]
        .into_iter()
        .find(|sql| !sql.is_empty())
        .unwrap_or_default();
    Test {
        id: id.to_owned(),
        label: label(entry),
        name: text(entry, "name"),
        column: entry["column_name"].as_str().map(str::to_owned),
        nodes: about.iter().filter_map(|node| places.get(node).copied()).collect(),
        failures: result.and_then(|result| result["failures"].as_i64()).filter(|_| !status.is_empty()),
        message: result.filter(|_| !status.is_empty()).map(|result| text(result, "message")).unwrap_or_default(),
        status,
        severity: if entry["config"]["severity"].as_str().is_some_and(|word| word.eq_ignore_ascii_case("warn")) {
            "warn".to_owned()
        } else {
            String::new()
        },
        path: text(entry, "original_file_path"),
        sql,
    }
}

fn label(entry: &Json) -> String {
    let metadata = &entry["test_metadata"];
    let Some(name) = metadata["name"].as_str() else { return text(entry, "name") };
    let full = match metadata["namespace"].as_str() {
        Some(namespace) => format!("{namespace}.{name}"),
        None => name.to_owned(),
    };
    if let ("relationships", Some(to), Some(field)) =
        (name, metadata["kwargs"]["to"].as_str(), metadata["kwargs"]["field"].as_str())
    {
        return format!("{full}: {}.{field}", target(to));
    }
    let nothing = Map::new();
    let arguments: Vec<(&String, &Json)> = metadata["kwargs"]
        .as_object()
        .unwrap_or(&nothing)
        .iter()
        .filter(|(key, value)| !matches!(key.as_str(), "model" | "column_name") && !value.is_null())
        .collect();
    match arguments.as_slice() {
        [] => full,
        [(_, value)] => format!("{full}: {}", shown(value)),
        several => {
            let listed: Vec<String> = several.iter().map(|(key, value)| format!("{key} {}", shown(value))).collect();
            format!("{full}: {}", listed.join(", "))
        }
    }
}

/// `ref('orders')` as `orders`, `source('raw', 'orders')` as `raw.orders`.
fn target(call: &str) -> String {
    let names: Vec<&str> = call.split(['\'', '"']).skip(1).step_by(2).collect();
    if names.is_empty() { call.to_owned() } else { names.join(".") }
}

/// A JSON value as a person would write it in a line.
pub(super) fn shown(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        Json::Bool(_) | Json::Number(_) | Json::Object(_) => value.to_string(),
    }
}
