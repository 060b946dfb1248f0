//! What the page knows: dbt's three artifacts, boiled down to what a reader looks at.
//!
//! The artifacts are read leniently: a field that is missing or of another shape is left out of the page, for the
//! page must also open for artifacts of other versions and makers.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::markdown;
use super::outcome::{self, Outcome, Test};

// A text longer than this is cut: it is a generated file that nobody reads in a browser.
const SQL_BYTES_MAX: usize = 200_000;

/// The whole page's data, in the order it is shown.
#[derive(Debug, Default, Serialize)]
pub struct Catalogue {
    pub project: String,
    pub adapter: String,
    pub generated_at: String,
    /// When the results were made, and by which command.
    pub run_at: String,
    pub run_command: String,
    /// The text of the project's `__overview__` doc block, rendered.
    pub overview: String,
    pub nodes: Vec<Node>,
    pub tests: Vec<Test>,
}

#[derive(Debug, Default, Serialize)]
pub struct Node {
    pub id: String,
    pub kind: String,
    pub name: String,
    /// The name with its source's or its version: `amazon_raw.products`, `orders.v2`.
    pub label: String,
    pub package: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Rendered Markdown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Materialization, relation, owner, statistics, ...: what the head of the page lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// Places in [`Catalogue::tests`]; those of columns too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<usize>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub raw: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub compiled: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ephemeral: bool,
}

#[derive(Debug, Default, Serialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub data_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<usize>,
}

/// True for a node that is drawn in the lineage graph.
pub fn is_in_lineage(kind: &str) -> bool {
    matches!(
        kind,
        "source"
            | "seed"
            | "snapshot"
            | "model"
            | "exposure"
            | "analysis"
            | "metric"
            | "semantic_model"
            | "saved_query"
    )
}

pub fn read(manifest: &Json, catalog: &Json, run_results: Option<&Json>) -> Catalogue {
    let results = outcome::by_id(run_results);
    let used = used_macros(manifest);
    let mut nodes: Vec<Node> = sections(manifest)
        .filter(|(id, entry)| is_shown(manifest, &used, id, entry))
        .map(|(id, entry)| node(id, entry, found(catalog, id), results.get(id.as_str()).copied()))
        .collect();
    let places: HashMap<String, usize> =
        nodes.iter().enumerate().map(|(place, node)| (node.id.clone(), place)).collect();
    for (id, entry) in sections(manifest) {
        let Some(&child) = places.get(id) else { continue };
        let read = ["nodes", "macros"].iter().flat_map(|list| strings(&entry["depends_on"][list]));
        for parent in read.filter_map(|id| places.get(&id).copied()) {
            if parent != child && !nodes[child].parents.contains(&parent) {
                nodes[child].parents.push(parent);
                nodes[parent].children.push(child);
            }
        }
    }
    let tests = outcome::tests(manifest, &results, &places);
    for (place, test) in tests.iter().enumerate() {
        for &node in &test.nodes {
            nodes[node].tests.push(place);
            let column = test.column.as_deref().unwrap_or_default();
            if let Some(column) = nodes[node].columns.iter_mut().find(|known| known.name.eq_ignore_ascii_case(column)) {
                column.tests.push(place);
            }
        }
    }
    let project = text(&manifest["metadata"], "project_name");
    Catalogue {
        adapter: text(&manifest["metadata"], "adapter_type"),
        generated_at: [catalog, manifest]
            .map(|made| text(&made["metadata"], "generated_at"))
            .into_iter()
            .find(|at| !at.is_empty())
            .unwrap_or_default(),
        run_at: run_results.map(|made| text(&made["metadata"], "generated_at")).unwrap_or_default(),
        run_command: run_results.map(|made| text(&made["args"], "which")).unwrap_or_default(),
        overview: overview(manifest, &project),
        project,
        nodes,
        tests,
    }
}

/// Every entry that may have a page, in the order of the navigation.
fn sections(manifest: &Json) -> impl Iterator<Item = (&String, &Json)> {
    ["sources", "nodes", "exposures", "metrics", "semantic_models", "saved_queries", "macros"]
        .into_iter()
        .filter_map(|section| manifest[section].as_object())
        .flatten()
        .filter(|(_, entry)| kind(entry).is_some())
}

fn kind(entry: &Json) -> Option<&str> {
    let kind = entry["resource_type"].as_str()?;
    (is_in_lineage(kind) || kind == "macro").then_some(kind)
}

/// The macros that every project has (dbt's own and its adapter's) tell nothing about this one.
/// Those of a package are listed when the project uses them.
fn is_shown(manifest: &Json, used: &HashSet<&str>, id: &str, entry: &Json) -> bool {
    let package = entry["package_name"].as_str().unwrap_or_default();
    let adapter = manifest["metadata"]["adapter_type"].as_str().unwrap_or_default();
    let is_built_in = kind(entry) == Some("macro") && (package == "dbt" || package == format!("dbt_{adapter}"));
    let is_idle = kind(entry) == Some("macro") && manifest["metadata"]["project_name"] != package && !used.contains(id);
    !is_built_in && !is_idle && entry["docs"]["show"].as_bool() != Some(false)
}

/// The macros that the project's nodes and its own macros call.
fn used_macros(manifest: &Json) -> HashSet<&str> {
    let project = &manifest["metadata"]["project_name"];
    let nodes = manifest["nodes"].as_object().into_iter().flat_map(Map::values);
    let macros = manifest["macros"].as_object().into_iter().flat_map(Map::values);
    nodes
        .chain(macros.filter(|entry| entry["package_name"] == *project))
        .filter_map(|entry| entry["depends_on"]["macros"].as_array())
        .flatten()
        .filter_map(Json::as_str)
        .collect()
}

fn found<'a>(catalog: &'a Json, id: &str) -> &'a Json {
    ["nodes", "sources"].iter().find_map(|section| catalog[section].get(id)).unwrap_or(&Json::Null)
}

fn node(id: &str, entry: &Json, found: &Json, result: Option<&Json>) -> Node {
    let kind = kind(entry).unwrap_or_default().to_owned();
    let name = text(entry, "name");
    let label = match (kind.as_str(), &entry["version"]) {
        ("source", _) => format!("{}.{name}", text(entry, "source_name")),
        (_, Json::Number(version)) => format!("{name}.v{version}"),
        (_, Json::String(version)) => format!("{name}.v{version}"),
        _ => name.clone(),
    };
    let raw = if kind == "macro" { text(entry, "macro_sql") } else { text(entry, "raw_code") };
    let compiled = text(entry, "compiled_code");
    let mut description = markdown::render(&text(entry, "description"));
    if kind == "source" {
        description += &markdown::render(&text(entry, "source_description"));
    }
    let url = text(entry, "url");
    Node {
        id: id.to_owned(),
        label,
        package: text(entry, "package_name"),
        path: text(entry, "original_file_path"),
        description,
        tags: strings(&entry["tags"]),
        facts: facts(&kind, entry, found),
        columns: if kind == "macro" { arguments(entry) } else { columns(entry, found) },
        compiled: if compiled.trim() == raw.trim() { String::new() } else { cut(compiled) },
        raw: cut(raw),
        outcome: result.filter(|_| kind != "macro").map(outcome::of_node),
        url: if markdown::is_harmless(&url) { url } else { String::new() },
        ephemeral: entry["config"]["materialized"] == "ephemeral",
        kind,
        name,
        ..Node::default()
    }
}

fn cut(mut sql: String) -> String {
    if sql.len() > SQL_BYTES_MAX {
        let end = (0..=SQL_BYTES_MAX).rev().find(|end| sql.is_char_boundary(*end)).unwrap_or(0);
        sql.truncate(end);
        sql.push_str("\n-- cut here: the rest is too long for this page");
    }
    sql
}

/// The columns as the database has them, then those that are only written about.
fn columns(entry: &Json, found: &Json) -> Vec<Column> {
    let nothing = Map::new();
    let declared = entry["columns"].as_object().unwrap_or(&nothing);
    let mut built: Vec<&Json> =
        found["columns"].as_object().map(|columns| columns.values().collect()).unwrap_or_default();
    built.sort_by_key(|column| column["index"].as_i64().unwrap_or(i64::MAX));

    let mut columns: IndexMap<String, Column> = IndexMap::new();
    for column in built {
        let name = text(column, "name");
        let (data_type, description) = (text(column, "type"), markdown::render(&text(column, "comment")));
        columns.insert(name.to_lowercase(), Column { name, data_type, description, ..Column::default() });
    }
    for (key, column) in declared {
        let name = column["name"].as_str().unwrap_or(key).to_owned();
        let known = columns.entry(name.to_lowercase()).or_insert_with(|| Column { name, ..Column::default() });
        if known.data_type.is_empty() {
            known.data_type = text(column, "data_type");
        }
        if column["description"].as_str().is_some_and(|written| !written.trim().is_empty()) {
            known.description = markdown::render(&text(column, "description"));
        }
        known.tags = strings(&column["tags"]);
    }
    columns.into_values().collect()
}

fn arguments(entry: &Json) -> Vec<Column> {
    let list = entry["arguments"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|argument| Column {
            name: text(argument, "name"),
            data_type: text(argument, "type"),
            description: markdown::render(&text(argument, "description")),
            ..Column::default()
        })
        .collect()
}

fn facts(kind: &str, entry: &Json, found: &Json) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((name.to_owned(), value));
        }
    };
    match kind {
        "model" | "snapshot" | "seed" => add("Materialized", text(&entry["config"], "materialized")),
        "exposure" => add("Type", text(entry, "type")),
        _ => {}
    }
    add("Relation", text(entry, "relation_name"));
    add("Loader", text(entry, "loader"));
    add("Maturity", text(entry, "maturity"));
    add("Language", text(entry, "language").replace("sql", ""));
    let owner: Vec<String> = [found["metadata"]["owner"].as_str(), entry["owner"]["name"].as_str()]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(strings(&entry["owner"]["email"]))
        .chain(entry["owner"]["email"].as_str().map(str::to_owned))
        .collect();
    add("Owner", owner.join(", "));
    add("Group", text(entry, "group"));
    match entry["access"].as_str() {
        Some("protected") | None => {}
        Some(access) => add("Access", access.to_owned()),
    }
    if entry["contract"]["enforced"] == true {
        add("Contract", "enforced".to_owned());
    }
    for stat in found["stats"].as_object().into_iter().flat_map(Map::values).filter(|stat| stat["include"] == true) {
        add(&text(stat, "label"), grouped(&stat["value"]));
    }
    for (key, value) in entry["meta"].as_object().into_iter().flatten() {
        add(key, outcome::shown(value));
    }
    facts
}

/// `1234567` as `1,234,567`; everything that is not a whole number as it is.
fn grouped(value: &Json) -> String {
    let shown = outcome::shown(value);
    let whole = match value {
        Json::Number(number) => {
            number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64))
        }
        _ => None,
    };
    let Some(whole) = whole else { return shown };
    let digits = whole.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The project's own `__overview__` block; dbt's built-in one is about dbt.
fn overview(manifest: &Json, project: &str) -> String {
    let docs = manifest["docs"].as_object();
    let own =
        docs.into_iter().flatten().find(|(_, doc)| doc["name"] == "__overview__" && doc["package_name"] == project);
    own.map(|(_, doc)| markdown::render(&text(doc, "block_contents"))).unwrap_or_default()
}

pub(super) fn text(entry: &Json, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}

pub(super) fn strings(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}
