//! `manifest.json`, version 12: everything that a project defines.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::metadata;
use crate::transform::manifest::{Manifest, Node, ResourceType, UniqueId};
use crate::transform::project::Project;
use crate::transform::run::compile::Compiled;
use crate::transform::run::shape::{self, Ran, slashed};
use crate::transform::run::state::Run;
use crate::transform::run::task;

/// The whole document. What a run compiled stands in its nodes.
pub fn document(project: &Project, manifest: &Manifest, run: Option<&Run>) -> Json {
    let keys = primary_keys(manifest);
    let (parents, children) = edges(manifest);
    let nodes: Map<String, Json> =
        manifest.nodes.values().map(|node| (node.unique_id.to_string(), of_node(project, node, run, &keys))).collect();
    let sources: Map<String, Json> =
        manifest.sources.values().map(|source| (source.unique_id.to_string(), shape::source(source))).collect();
    let groups: Map<String, Json> = manifest.groups.iter().map(|(id, group)| (id.to_string(), group.clone())).collect();
    let disabled: Map<String, Json> = manifest
        .disabled
        .iter()
        .map(|(id, nodes)| (id.to_string(), nodes.iter().map(|node| shape::node(node, Ran::default())).collect()))
        .chain(manifest.disabled_sources.iter().map(|(id, source)| (id.to_string(), json!([shape::source(source)]))))
        .collect();
    json!({
        "metadata": of_project(project),
        "nodes": nodes,
        "sources": sources,
        "macros": macros(manifest),
        "docs": docs(manifest),
        "exposures": exposures(manifest),
        "metrics": {},
        "groups": groups,
        "selectors": if manifest.selectors.is_object() { manifest.selectors.clone() } else { json!({}) },
        "disabled": disabled,
        "parent_map": parents,
        "child_map": children,
        "group_map": members_of_groups(manifest),
        "saved_queries": {},
        "semantic_models": {},
        "unit_tests": {},
        "functions": {},
    })
}

fn of_project(project: &Project) -> Map<String, Json> {
    let mut metadata = metadata(project, "manifest/v12");
    metadata.insert("project_name".into(), json!(project.name()));
    metadata.insert("project_id".into(), json!(md5(project.name())));
    metadata.insert("user_id".into(), Json::Null);
    metadata.insert("send_anonymous_usage_stats".into(), json!(false));
    metadata.insert("adapter_type".into(), json!("duckdb"));
    metadata.insert("quoting".into(), json!({"database": true, "schema": true, "identifier": true, "column": null}));
    metadata.insert("run_started_at".into(), json!(project.invocation.started_at_text().replacen(' ', "T", 1)));
    metadata
}

fn md5(text: &str) -> String {
    use md5::{Digest, Md5};
    format!("{:032x}", u128::from_be_bytes(Md5::digest(text.as_bytes()).into()))
}

fn of_node(project: &Project, node: &Node, run: Option<&Run>, keys: &BTreeMap<UniqueId, Vec<String>>) -> Json {
    let compiled = run.and_then(|run| run.compiled(&node.unique_id));
    let under_target = |path: std::path::PathBuf| {
        let path = project.target_path.join(path);
        slashed(path.strip_prefix(&project.root).unwrap_or(&path))
    };
    let written =
        |path: std::path::PathBuf| Some(path).filter(|path| project.target_path.join(path).is_file()).map(under_target);
    let compiled_path = compiled.as_ref().map(|_| under_target(task::compiled_file(node)));
    let build_path = run.and_then(|_| written(task::run_file(node)));
    shape::node(
        node,
        Ran {
            compiled: compiled.as_deref() as Option<&Compiled>,
            compiled_path: compiled_path.as_deref(),
            build_path: build_path.as_deref(),
            store_failures: run.is_some_and(|run| run.flags.store_failures),
            primary_key: keys.get(&node.unique_id).map_or(&[], Vec::as_slice),
        },
    )
}

// A column that is tested both unique and not null is taken for the key; else the unique ones are.
fn primary_keys(manifest: &Manifest) -> BTreeMap<UniqueId, Vec<String>> {
    let mut tested: BTreeMap<&UniqueId, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for node in manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Test) {
        let Some(test) = &node.test else { continue };
        let (Some(metadata), Some(model), Some(column)) = (&test.metadata, &test.attached_node, &test.column_name)
        else {
            continue;
        };
        if metadata.namespace.is_some() {
            continue;
        }
        let (unique, not_null) = tested.entry(model).or_default();
        match metadata.name.as_str() {
            "unique" => drop(unique.insert(column)),
            "not_null" => drop(not_null.insert(column)),
            _ => {}
        }
    }
    tested
        .into_iter()
        .map(|(model, (unique, not_null))| {
            let both: Vec<String> = unique.intersection(&not_null).map(|column| (*column).to_owned()).collect();
            let key = if both.is_empty() { unique.into_iter().map(str::to_owned).collect() } else { both };
            (model.clone(), key)
        })
        .collect()
}

fn macros(manifest: &Manifest) -> Map<String, Json> {
    let shaped = manifest.macros.values().map(|entry| {
        let meta = if entry.meta.is_object() { entry.meta.clone() } else { json!({}) };
        let shape = json!({
            "name": entry.name,
            "resource_type": "macro",
            "package_name": entry.package_name,
            "path": slashed(&entry.path),
            "original_file_path": slashed(&entry.original_file_path),
            "unique_id": &*entry.unique_id,
            "macro_sql": &*entry.macro_sql,
            "depends_on": {"macros": shape::ids(&entry.depends_on_macros)},
            "description": entry.description,
            "meta": meta,
            "docs": {"show": true, "node_color": null},
            "config": {"meta": meta, "docs": {"show": true, "node_color": null}},
            "patch_path": entry.patch_path,
            "arguments": if entry.arguments.is_array() { entry.arguments.clone() } else { json!([]) },
            "created_at": entry.created_at,
            "supported_languages": entry.supported_languages,
        });
        (entry.unique_id.to_string(), shape)
    });
    shaped.collect()
}

fn docs(manifest: &Manifest) -> Map<String, Json> {
    let shaped = manifest.docs.values().map(|doc| {
        let shape = json!({
            "name": doc.name,
            "resource_type": "doc",
            "package_name": doc.package_name,
            "path": slashed(&doc.path),
            "original_file_path": slashed(&doc.original_file_path),
            "unique_id": &*doc.unique_id,
            "block_contents": doc.contents,
        });
        (doc.unique_id.to_string(), shape)
    });
    shaped.collect()
}

fn exposures(manifest: &Manifest) -> Map<String, Json> {
    let shaped = manifest.exposures.values().map(|exposure| {
        let mut shape = json!({
            "name": exposure.name,
            "resource_type": "exposure",
            "package_name": exposure.package_name,
            "path": slashed(&exposure.path),
            "original_file_path": slashed(&exposure.original_file_path),
            "unique_id": &*exposure.unique_id,
            "fqn": exposure.fqn,
            "description": "",
            "label": null,
            "maturity": null,
            "meta": {},
            "tags": [],
            "config": {"enabled": true, "tags": [], "meta": {}},
            "unrendered_config": {},
            "url": null,
            "depends_on": shape::depends_on(&exposure.depends_on),
            "refs": [],
            "sources": [],
            "metrics": [],
            "created_at": exposure.created_at,
        });
        if let Some(shape) = shape.as_object_mut() {
            shape.extend(exposure.extra.clone());
        }
        (exposure.unique_id.to_string(), shape)
    });
    shaped.collect()
}

fn members_of_groups(manifest: &Manifest) -> BTreeMap<&str, Vec<&str>> {
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in manifest.nodes.values() {
        if let Some(group) = &node.group {
            members.entry(group).or_default().push(&node.unique_id);
        }
    }
    members
}

// Who stands before and who behind each node, source and exposure.
fn edges(manifest: &Manifest) -> (Map<String, Json>, Map<String, Json>) {
    let members = manifest
        .nodes
        .values()
        .map(|node| (&node.unique_id, node.depends_on.nodes.as_slice()))
        .chain(manifest.sources.keys().map(|id| (id, &[][..])))
        .chain(manifest.exposures.values().map(|exposure| (&exposure.unique_id, exposure.depends_on.nodes.as_slice())));
    let mut children: BTreeMap<&UniqueId, Vec<&str>> = BTreeMap::new();
    let mut parents = Map::new();
    for (id, before) in members {
        children.entry(id).or_default();
        for parent in before {
            children.entry(parent).or_default().push(id);
        }
        parents.insert(id.to_string(), json!(shape::ids(before)));
    }
    let children = children.into_iter().map(|(id, behind)| (id.to_string(), json!(behind))).collect();
    (parents, children)
}
