//! A node in dbt's shape: what `manifest.json` lists and what templates see as `model` and in `graph`.

use serde_json::{Map, Value as Json, json};

use super::compile::Compiled;
use crate::transform::jinja::Value;
use crate::transform::manifest::{Column, DependsOn, Manifest, Node, Ref, ResourceType, Source};

/// What a run adds to a node.
#[derive(Clone, Copy, Default)]
pub struct Ran<'a> {
    pub compiled: Option<&'a Compiled>,
    /// Relative to the project: `target/compiled/shop/models/a.sql`.
    pub compiled_path: Option<&'a str>,
    pub build_path: Option<&'a str>,
    pub primary_key: &'a [String],
    /// `--store-failures`: tests that do not say otherwise keep their rows.
    pub store_failures: bool,
}

/// One node of `manifest.json`.
pub fn node(node: &Node, ran: Ran<'_>) -> Json {
    let mut out = Map::new();
    let mut put = |name: &str, value: Json| {
        out.insert(name.to_owned(), value);
    };
    put("database", json!(node.database));
    put("schema", json!(node.schema));
    put("name", json!(node.name));
    put("resource_type", json!(node.resource_type.name()));
    put("package_name", json!(node.package_name));
    put("path", json!(slashed(&node.path)));
    put("original_file_path", json!(slashed(&node.original_file_path)));
    put("unique_id", json!(&*node.unique_id));
    put("fqn", json!(node.fqn));
    put("alias", json!(node.alias));
    let algorithm = if node.checksum.is_empty() { "none" } else { "sha256" };
    put("checksum", json!({"name": algorithm, "checksum": node.checksum}));
    put("config", Json::Object(node.config.clone()));
    put("tags", json!(node.tags));
    put("description", json!(node.description));
    put("columns", columns(node.columns.values()));
    put("meta", object(&node.meta));
    put("group", json!(node.group));
    put("docs", if node.docs.is_object() { node.docs.clone() } else { json!({"show": true, "node_color": null}) });
    put("patch_path", json!(node.patch_path));
    put("build_path", json!(ran.build_path));
    put("unrendered_config", Json::Object(node.unrendered_config.clone()));
    put("created_at", json!(node.created_at));
    let kept_by_flag = ran.store_failures
        && node.resource_type == ResourceType::Test
        && node.config.get("store_failures").is_none_or(Json::is_null)
        && node.config_str("store_failures_as") != Some("ephemeral");
    let named = relation_name(node).or_else(|| kept_by_flag.then(|| node.relation().quoted()));
    put("relation_name", named.map_or(Json::Null, Json::String));
    put("raw_code", json!(if node.resource_type == ResourceType::Seed { "" } else { &*node.raw_code }));
    put("doc_blocks", json!([]));
    if node.resource_type == ResourceType::Seed {
        put("root_path", json!(slashed(&node.root_path)));
        put("depends_on", json!({"macros": ids(&node.depends_on.macros)}));
        return Json::Object(out);
    }
    put("language", json!(node.language));
    put("refs", node.refs.iter().map(|reference| {
        json!({"name": reference.name, "package": reference.package, "version": reference.version.as_deref().map(|text| if is_target(node, reference) { json!(text) } else { version(text) })})
    }).collect());
    put("sources", node.sources.iter().map(|(source, table)| json!([source, table])).collect());
    put("metrics", json!([]));
    put("functions", json!([]));
    put("depends_on", depends_on_of(node, ran.compiled.is_some()));
    put("compiled_path", json!(ran.compiled_path));
    if let Some(compiled) = ran.compiled {
        put("compiled", json!(true));
        put("compiled_code", json!(&**compiled.sql()));
        put("extra_ctes_injected", json!(true));
        put("extra_ctes", compiled.ctes().map(|(id, sql)| json!({"id": &**id, "sql": sql})).collect());
    }
    let contract = node.config.get("contract").cloned().unwrap_or_else(|| json!({}));
    put(
        "contract",
        json!({
            "enforced": contract.get("enforced").and_then(Json::as_bool).unwrap_or(false),
            "alias_types": contract.get("alias_types").and_then(Json::as_bool).unwrap_or(true),
            "checksum": null,
        }),
    );
    match node.resource_type {
        ResourceType::Model => {
            put(
                "access",
                node.config.get("access").filter(|access| access.is_string()).cloned().unwrap_or(json!("protected")),
            );
            put("constraints", json!([]));
            put("version", Json::Null);
            put("latest_version", Json::Null);
            put("deprecation_date", Json::Null);
            put("primary_key", json!(ran.primary_key));
            put("time_spine", Json::Null);
        }
        ResourceType::Test => put_test(node, &mut put),
        ResourceType::Operation
        | ResourceType::Seed
        | ResourceType::Snapshot
        | ResourceType::Analysis
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::SqlOperation => {}
    }
    out.extend(node.extra.clone());
    Json::Object(out)
}

fn put_test(node: &Node, put: &mut dyn FnMut(&str, Json)) {
    let Some(test) = &node.test else { return };
    let Some(metadata) = &test.metadata else { return };
    put("column_name", json!(test.column_name));
    put("file_key_name", json!(test.file_key_name));
    put("attached_node", json!(test.attached_node.as_deref()));
    put("test_metadata", json!({"name": metadata.name, "kwargs": metadata.kwargs, "namespace": metadata.namespace}));
}

/// The quoted name of the relation that a node makes; none for what makes no relation.
pub fn relation_name(node: &Node) -> Option<String> {
    match node.resource_type {
        ResourceType::Model if node.is_ephemeral() => None,
        ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot => Some(node.relation().quoted()),
        ResourceType::Test
            if node.config_bool("store_failures") == Some(true)
                || matches!(node.config_str("store_failures_as"), Some("table" | "view")) =>
        {
            Some(node.relation().quoted())
        }
        ResourceType::Test
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::SqlOperation => None,
    }
}

/// One source of `manifest.json`.
pub fn source(source: &Source) -> Json {
    let mut out = json!({
        "database": source.database,
        "schema": source.schema,
        "name": source.name,
        "resource_type": "source",
        "package_name": source.package_name,
        "path": slashed(&source.path),
        "original_file_path": slashed(&source.original_file_path),
        "unique_id": &*source.unique_id,
        "fqn": source.fqn,
        "source_name": source.source_name,
        "source_description": source.source_description,
        "loader": source.loader,
        "identifier": source.identifier,
        "quoting": {"database": null, "schema": null, "identifier": null, "column": null},
        "loaded_at_field": null,
        "loaded_at_query": null,
        "freshness": {"warn_after": {"count": null, "period": null}, "error_after": {"count": null, "period": null}, "filter": null},
        "external": null,
        "description": source.description,
        "columns": columns(source.columns.values()),
        "meta": object(&source.meta),
        "source_meta": object(&source.source_meta),
        "tags": source.tags,
        "config": source.config,
        "patch_path": null,
        "unrendered_config": {},
        "relation_name": null,
        "created_at": source.created_at,
        "unrendered_database": null,
        "unrendered_schema": null,
        "doc_blocks": [],
    });
    if let Some(out) = out.as_object_mut() {
        out.extend(source.extra.clone());
        // A place that cannot be made out is told when a node reads it.
        if let Some(place) = super::source_place::source_relation(source).ok().and_then(|relation| relation.external) {
            out.insert("relation_name".to_owned(), json!(place));
        }
    }
    out
}

fn columns<'a>(columns: impl Iterator<Item = &'a Column>) -> Json {
    let shaped = columns.map(|column| {
        let config = if column.config.is_object() {
            column.config.clone()
        } else {
            json!({"meta": object(&column.meta), "tags": column.tags})
        };
        let shape = json!({
            "name": column.name,
            "description": column.description,
            "meta": object(&column.meta),
            "data_type": column.data_type,
            "constraints": column.constraints,
            "quote": column.quote,
            "config": config,
            "tags": column.tags,
            "granularity": null,
            "doc_blocks": [],
        });
        (column.name.clone(), shape)
    });
    Json::Object(shaped.collect())
}

/// `depends_on` with macros and nodes.
pub fn depends_on(depends_on: &DependsOn) -> Json {
    json!({"macros": ids(&depends_on.macros), "nodes": ids(&depends_on.nodes)})
}

fn depends_on_of(node: &Node, is_compiled: bool) -> Json {
    let mut found = node.depends_on.clone();
    let narrows = node.test.as_ref().and_then(|test| test.where_macro.clone());
    found.macros.extend(narrows.filter(|id| is_compiled && !node.depends_on.macros.contains(id)));
    depends_on(&found)
}

/// Unique ids as texts.
pub fn ids(ids: &[crate::transform::manifest::UniqueId]) -> Vec<&str> {
    ids.iter().map(|id| &**id).collect()
}

fn object(value: &Json) -> Json {
    if value.is_object() { value.clone() } else { json!({}) }
}

// A generic test names the version of its target as text, but for the two that dbt makes by a shorter way.
fn is_target(node: &Node, reference: &Ref) -> bool {
    let Some(metadata) = node.test.as_ref().and_then(|test| test.metadata.as_ref()) else { return false };
    let model = metadata.kwargs.get("model").and_then(Json::as_str).unwrap_or_default();
    let version = reference.version.as_deref().unwrap_or_default();
    !matches!(metadata.name.as_str(), "unique" | "not_null")
        && model.contains(&format!("ref('{}', version='{version}')", reference.name))
}

// `v: 2` is a number in dbt's files, `v: beta` a text.
fn version(text: &str) -> Json {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

/// A path as artifacts write it, on every system.
pub fn slashed(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `model` in templates.
pub fn node_value(of: &Node) -> Value {
    Value::from_json(&node(of, Ran::default()))
}

/// `graph` in templates.
pub fn graph(manifest: &Manifest) -> Value {
    let nodes = manifest.nodes.values().map(|of| (&*of.unique_id, node_value(of)));
    let sources = manifest.sources.values().map(|of| (&*of.unique_id, Value::from_json(&source(of))));
    let exposures = manifest.exposures.values().map(|of| {
        (&*of.unique_id, Value::dict([("name", Value::str(&of.name)), ("unique_id", Value::str(&of.unique_id))]))
    });
    let none = || Value::dict::<&str>([]);
    Value::dict([
        ("nodes", Value::dict(nodes)),
        ("sources", Value::dict(sources)),
        ("exposures", Value::dict(exposures)),
        ("metrics", none()),
        ("groups", none()),
        ("semantic_models", none()),
        ("saved_queries", none()),
    ])
}
