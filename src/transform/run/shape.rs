//! A node in dbt's shape: what `manifest.json` lists and what templates see as `model` and in `graph`.

use std::sync::LazyLock;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json, json};

use super::compile::Compiled;
use crate::transform::manifest::{Column, DependsOn, Exposure, Manifest, Node, Ref, ResourceType, Source, UniqueId};

/// What a run adds to a node.
#[derive(Clone, Copy, Default)]
pub struct Ran<'a> {
    pub compiled: Option<&'a Compiled>,
    /// Relative to the project: `target/compiled/shop/models/a.sql`.
    pub compiled_path: Option<&'a str>,
    pub build_path: Option<&'a str>,
    /// The SQL that `show` made of it.
    pub shown: Option<&'a str>,
    /// The macros that it and its materialization called.
    pub calls: &'a [UniqueId],
    pub primary_key: &'a [String],
    /// `--store-failures`: tests that do not say otherwise keep their rows.
    pub store_failures: bool,
}

/// One node of `manifest.json`.
pub fn node(node: &Node, ran: Ran<'_>) -> Json {
    serde_json::to_value(Shape { node, ran }).expect("its keys are texts")
}

/// A node that is written in dbt's shape, field by field: a large project has many nodes, and no tree is made of each.
pub struct Shape<'a> {
    pub node: &'a Node,
    pub ran: Ran<'a>,
}

impl Serialize for Shape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { node, ran } = *self;
        // A seed has no fields beyond those that it shares with others.
        let is_seed = node.resource_type == ResourceType::Seed;
        let mut fields = Fields {
            out: serializer.serialize_map(None)?,
            extra: (!is_seed).then_some(&node.extra),
            taken: Vec::new(),
        };
        put_common(node, ran, &mut fields)?;
        if is_seed {
            fields.put("root_path", &slashed(&node.root_path))?;
            fields.put("depends_on", &json!({"macros": depends_on_of(node, ran)["macros"]}))?;
        } else {
            put_code(node, ran, &mut fields)?;
            match node.resource_type {
                ResourceType::Model => put_model(node, ran, &mut fields)?,
                ResourceType::Test => put_test(node, &mut fields)?,
                ResourceType::Operation
                | ResourceType::Seed
                | ResourceType::Snapshot
                | ResourceType::Analysis
                | ResourceType::Source
                | ResourceType::Exposure
                | ResourceType::UnitTest
                | ResourceType::Metric
                | ResourceType::SemanticModel
                | ResourceType::SavedQuery
                | ResourceType::Function
                | ResourceType::SqlOperation => {}
            }
        }
        fields.end()
    }
}

/// The fields of a node on their way out. What the node itself has under a name stands in place of what is put there,
/// and the rest of that follows in the end.
struct Fields<'a, M> {
    out: M,
    extra: Option<&'a Map<String, Json>>,
    taken: Vec<&'static str>,
}

impl<M: SerializeMap> Fields<'_, M> {
    fn put<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        match self.extra.and_then(|extra| extra.get(name)) {
            Some(own) => {
                self.taken.push(name);
                self.out.serialize_entry(name, own)
            }
            None => self.out.serialize_entry(name, value),
        }
    }

    fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.extra.into_iter().flatten().filter(|(name, _)| !self.taken.contains(&name.as_str())) {
            self.out.serialize_entry(name, value)?;
        }
        self.out.end()
    }
}

static SHOWN: LazyLock<Json> = LazyLock::new(|| json!({"show": true, "node_color": null}));

fn put_common<M: SerializeMap>(node: &Node, ran: Ran<'_>, fields: &mut Fields<'_, M>) -> Result<(), M::Error> {
    fields.put("database", &node.database)?;
    fields.put("schema", &node.schema)?;
    fields.put("name", &node.name)?;
    fields.put("resource_type", node.resource_type.name())?;
    fields.put("package_name", &node.package_name)?;
    fields.put("path", &slashed(&node.path))?;
    fields.put("original_file_path", &slashed(&node.original_file_path))?;
    fields.put("unique_id", &*node.unique_id)?;
    fields.put("fqn", &node.fqn)?;
    fields.put("alias", &node.alias)?;
    let algorithm = if node.checksum.is_empty() { "none" } else { "sha256" };
    fields.put("checksum", &json!({"name": algorithm, "checksum": node.checksum}))?;
    fields.put("config", &node.config)?;
    fields.put("tags", &node.tags)?;
    fields.put("description", &node.description)?;
    fields.put("columns", &columns(node.columns.values()))?;
    fields.put("meta", object(&node.meta))?;
    fields.put("group", &node.group)?;
    fields.put("docs", if node.docs.is_object() { &node.docs } else { &SHOWN })?;
    fields.put("patch_path", &node.patch_path)?;
    fields.put("build_path", &ran.build_path)?;
    fields.put("unrendered_config", &node.unrendered_config)?;
    fields.put("created_at", &node.created_at)?;
    let kept_by_flag = ran.store_failures
        && node.resource_type == ResourceType::Test
        && node.config.get("store_failures").is_none_or(Json::is_null)
        && node.config_str("store_failures_as") != Some("ephemeral");
    let named = relation_name(node).or_else(|| kept_by_flag.then(|| node.relation_name()));
    fields.put("relation_name", &named)?;
    fields.put("raw_code", if node.resource_type == ResourceType::Seed { "" } else { &*node.raw_code })?;
    fields.put("doc_blocks", &json!([]))
}

// What every node has that is made of code.
fn put_code<M: SerializeMap>(node: &Node, ran: Ran<'_>, fields: &mut Fields<'_, M>) -> Result<(), M::Error> {
    fields.put("language", &node.language)?;
    let version_of = |reference: &Ref| {
        reference.version.as_deref().map(|text| {
            if reference.version_is_text || is_target(node, reference) { json!(text) } else { version(text) }
        })
    };
    let reference = |reference: &Ref| json!({"name": reference.name, "package": reference.package, "version": version_of(reference)});
    fields.put("refs", &node.refs.iter().map(reference).collect::<Vec<Json>>())?;
    fields.put("sources", &node.sources)?;
    fields.put("metrics", &json!([]))?;
    fields.put("functions", &json!([]))?;
    fields.put("depends_on", &depends_on_of(node, ran))?;
    fields.put("compiled_path", &ran.compiled_path)?;
    if let Some(compiled) = ran.compiled {
        fields.put("compiled", &true)?;
        fields.put("compiled_code", ran.shown.unwrap_or(compiled.sql()))?;
        fields.put("extra_ctes_injected", &true)?;
        let cte = |(id, sql): (&UniqueId, String)| json!({"id": &**id, "sql": sql});
        fields.put("extra_ctes", &compiled.ctes().map(cte).collect::<Vec<Json>>())?;
    }
    let contract = |key: &str, default: bool| {
        let contract = node.config.get("contract").and_then(|contract| contract.get(key));
        contract.and_then(Json::as_bool).unwrap_or(default)
    };
    fields.put(
        "contract",
        &json!({
            "enforced": contract("enforced", false),
            "alias_types": contract("alias_types", true),
            "checksum": null,
        }),
    )
}

fn put_model<M: SerializeMap>(node: &Node, ran: Ran<'_>, fields: &mut Fields<'_, M>) -> Result<(), M::Error> {
    fields.put("access", node.config_str("access").unwrap_or("protected"))?;
    fields.put("constraints", &json!([]))?;
    for name in ["version", "latest_version", "deprecation_date"] {
        fields.put(name, &())?;
    }
    fields.put("primary_key", ran.primary_key)?;
    fields.put("time_spine", &())
}

fn put_test<M: SerializeMap>(node: &Node, fields: &mut Fields<'_, M>) -> Result<(), M::Error> {
    let Some(test) = &node.test else { return Ok(()) };
    let Some(metadata) = &test.metadata else { return Ok(()) };
    fields.put("column_name", &test.column_name)?;
    fields.put("file_key_name", &test.file_key_name)?;
    fields.put("attached_node", &test.attached_node.as_deref())?;
    let metadata = json!({"name": metadata.name, "kwargs": metadata.kwargs, "namespace": metadata.namespace});
    fields.put("test_metadata", &metadata)
}

/// The quoted name of the relation that a node makes; none for what makes no relation.
pub fn relation_name(node: &Node) -> Option<String> {
    match node.resource_type {
        ResourceType::Model if node.is_ephemeral() => None,
        ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot => Some(node.relation_name()),
        ResourceType::Test
            if node.config_bool("store_failures") == Some(true)
                || matches!(node.config_str("store_failures_as"), Some("table" | "view")) =>
        {
            Some(node.relation_name())
        }
        ResourceType::Test
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::SqlOperation
        | ResourceType::Function
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery => None,
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

/// One exposure of `manifest.json`.
pub fn exposure(exposure: &Exposure) -> Json {
    let mut out = json!({
        "name": exposure.name,
        "resource_type": "exposure",
        "package_name": exposure.package_name,
        "path": slashed(&exposure.path),
        "original_file_path": slashed(&exposure.original_file_path),
        "unique_id": &*exposure.unique_id,
        "fqn": exposure.fqn,
        "type": null,
        "owner": null,
        "description": "",
        "label": null,
        "maturity": null,
        "meta": {},
        "tags": [],
        "config": {"enabled": true, "tags": [], "meta": {}},
        "unrendered_config": {},
        "url": null,
        "depends_on": depends_on(&exposure.depends_on),
        "refs": [],
        "sources": [],
        "created_at": exposure.created_at,
    });
    if let Some(out) = out.as_object_mut() {
        out.extend(exposure.extra.clone());
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
        let mut shape = json!({
            "name": column.name,
            "description": column.description,
            "meta": object(&column.meta),
            "data_type": column.data_type,
            "constraints": column.constraints,
            "quote": column.quote,
            "config": config,
            "tags": column.tags,
            "granularity": column.granularity,
            "doc_blocks": column.doc_blocks,
        });
        if let Some(shape) = shape.as_object_mut() {
            shape.extend(column.extra.clone());
        }
        (column.name.clone(), shape)
    });
    Json::Object(shaped.collect())
}

/// `depends_on` with macros and nodes.
pub fn depends_on(depends_on: &DependsOn) -> Json {
    json!({"macros": ids(&depends_on.macros), "nodes": ids(&depends_on.nodes)})
}

fn depends_on_of(node: &Node, ran: Ran<'_>) -> Json {
    let mut found = node.depends_on.clone();
    let narrows = node.test.as_ref().and_then(|test| test.where_macro.as_ref());
    for id in narrows.filter(|_| ran.compiled.is_some()).into_iter().chain(ran.calls) {
        if !found.macros.contains(id) {
            found.macros.push(id.clone());
        }
    }
    depends_on(&found)
}

/// Unique ids as texts.
pub fn ids(ids: &[crate::transform::manifest::UniqueId]) -> Vec<&str> {
    ids.iter().map(|id| &**id).collect()
}

fn object(value: &Json) -> &Json {
    static EMPTY: LazyLock<Json> = LazyLock::new(|| json!({}));
    if value.is_object() { value } else { &EMPTY }
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

/// The nodes, or the functions among them, which dbt lists apart.
pub fn nodes(manifest: &Manifest, functions: bool) -> impl Iterator<Item = &Node> {
    manifest.nodes.values().filter(move |node| (node.resource_type == ResourceType::Function) == functions)
}
