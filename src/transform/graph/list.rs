//! What `ls` prints of each selected node.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::transform::jinja::Value;
use crate::transform::jinja::json::{Layout, dumps};
use crate::transform::manifest::{Exposure, Manifest, Node, ResourceType, Source, UniqueId};

/// What to print of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The dotted name that selects it.
    Selector,
    Name,
    Path,
    /// A JSON object with these fields, or with dbt's own choice when there are none.
    Json(Vec<String>),
}

const DEFAULT_KEYS: [&str; 13] = [
    "alias",
    "name",
    "package_name",
    "depends_on",
    "tags",
    "config",
    "resource_type",
    "source_name",
    "original_file_path",
    "unique_id",
    "metrics",
    "external",
    "source_meta",
];

/// One line for each node, in the order of their ids.
pub fn lines(selected: &[UniqueId], manifest: &Manifest, form: &Form) -> Vec<String> {
    let sorted: BTreeSet<&UniqueId> = selected.iter().collect();
    sorted.into_iter().filter_map(|id| line(id, manifest, form)).collect()
}

// A version as text.
fn plain(version: &Json) -> String {
    version.as_str().map_or_else(|| version.to_string(), str::to_owned)
}

fn line(id: &str, manifest: &Manifest, form: &Form) -> Option<String> {
    if let Some(node) = manifest.find(id) {
        return Some(match form {
            Form::Selector if node.resource_type == ResourceType::UnitTest => {
                let version = manifest.unit_tests.get(id).and_then(|test| test.shape.get("version"));
                let version =
                    version.filter(|version| !version.is_null()).map(|version| format!("_v{}", plain(version)));
                format!("unit_test:{}.{}{}", node.package_name, node.name, version.unwrap_or_default())
            }
            Form::Selector => node.fqn.join("."),
            Form::Name => node.name.clone(),
            Form::Path => node.original_file_path.to_string_lossy().into_owned(),
            Form::Json(keys) => match manifest.unit_tests.get(id) {
                Some(test) => print(&test.shape, keys),
                None => print(&node_fields(node), keys),
            },
        });
    }
    if let Some(source) = manifest.sources.get(id) {
        return Some(match form {
            Form::Selector => format!("source:{}.{}.{}", source.package_name, source.source_name, source.name),
            Form::Name => format!("{}.{}", source.source_name, source.name),
            Form::Path => source.original_file_path.to_string_lossy().into_owned(),
            Form::Json(keys) => print(&source_fields(source), keys),
        });
    }
    if let Some((kind, fields)) = manifest.described(id) {
        let text = |name: &str| fields[name].as_str().unwrap_or_default();
        return Some(match form {
            Form::Selector => format!("{}:{}.{}", kind.name(), text("package_name"), text("name")),
            Form::Name => text("name").to_owned(),
            Form::Path => text("original_file_path").to_owned(),
            Form::Json(keys) => print(fields.as_object()?, keys),
        });
    }
    let exposure = manifest.exposures.get(id)?;
    Some(match form {
        Form::Selector => format!("exposure:{}.{}", exposure.package_name, exposure.name),
        Form::Name => exposure.name.clone(),
        Form::Path => exposure.original_file_path.to_string_lossy().into_owned(),
        Form::Json(keys) => print(&exposure_fields(exposure), keys),
    })
}

fn print(fields: &Map<String, Json>, keys: &[String]) -> String {
    let wanted: Vec<&str> =
        if keys.is_empty() { DEFAULT_KEYS.to_vec() } else { keys.iter().map(String::as_str).collect() };
    let shown = |key: &&str| {
        // `config.materialized` reaches into a mapping.
        let found = fields.get(*key).cloned().or_else(|| {
            let mut parts = key.split('.');
            let first = fields.get(parts.next()?)?;
            parts.try_fold(first, |value, part| value.get(part)).cloned()
        });
        found.map(|value| ((*key).to_owned(), value))
    };
    let shown = Json::Object(wanted.iter().filter_map(shown).collect());
    dumps(&Value::from_json(&shown), Layout::default()).expect("a document does not hold itself")
}

fn node_fields(node: &Node) -> Map<String, Json> {
    let test = node.test.as_ref();
    let mut fields = node.extra.clone();
    fields.extend(object(json!({
        "name": node.name,
        "resource_type": node.resource_type.name(),
        "package_name": node.package_name,
        "path": node.path,
        "original_file_path": node.original_file_path,
        "unique_id": node.unique_id.as_ref(),
        "fqn": node.fqn,
        "alias": node.alias,
        "database": node.database,
        "schema": node.schema,
        "config": node.config,
        "tags": node.tags,
        "description": node.description,
        "meta": node.meta,
        "group": node.group,
        "patch_path": node.patch_path,
        "depends_on": depends_on(node),
    })));
    if let Some(test) = test {
        fields.insert("column_name".into(), json!(test.column_name));
        fields.insert("attached_node".into(), json!(test.attached_node.as_deref()));
    }
    fields
}

// A seed depends on no node, and says nothing of it.
fn depends_on(node: &Node) -> Json {
    let macros: Vec<&str> = node.depends_on.macros.iter().map(AsRef::as_ref).collect();
    if node.resource_type == ResourceType::Seed {
        return json!({"macros": macros});
    }
    json!({"macros": macros, "nodes": node.depends_on.nodes.iter().map(AsRef::as_ref).collect::<Vec<&str>>()})
}

fn source_fields(source: &Source) -> Map<String, Json> {
    let mut fields = source.extra.clone();
    fields.extend(object(json!({
        "name": source.name,
        "source_name": source.source_name,
        "identifier": source.identifier,
        "resource_type": "source",
        "package_name": source.package_name,
        "path": source.path,
        "original_file_path": source.original_file_path,
        "unique_id": source.unique_id.as_ref(),
        "fqn": source.fqn,
        "database": source.database,
        "schema": source.schema,
        "config": source.config,
        "tags": source.tags,
        "description": source.description,
        "meta": source.meta,
        "source_meta": source.source_meta,
        "loader": source.loader,
    })));
    fields
}

fn exposure_fields(exposure: &Exposure) -> Map<String, Json> {
    let mut fields = exposure.extra.clone();
    fields.extend(object(json!({
        "name": exposure.name,
        "resource_type": "exposure",
        "package_name": exposure.package_name,
        "path": exposure.path,
        "original_file_path": exposure.original_file_path,
        "unique_id": exposure.unique_id.as_ref(),
        "fqn": exposure.fqn,
        "depends_on": {
            "macros": exposure.depends_on.macros.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            "nodes": exposure.depends_on.nodes.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        },
    })));
    fields
}

fn object(value: Json) -> Map<String, Json> {
    if let Json::Object(map) = value { map } else { Map::new() }
}
