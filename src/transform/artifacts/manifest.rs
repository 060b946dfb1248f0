//! `manifest.json`, version 12: everything that a project defines.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json, json};

use super::metadata;
use crate::transform::graph::selectors_shape::by_name;
use crate::transform::manifest::{Doc, MacroEntry, Manifest, Node, UniqueId, UnitTest};
use crate::transform::project::Project;
use crate::transform::run::compile::Compiled;
use crate::transform::run::primary_key;
use crate::transform::run::shape::{self, Ran, Shape, slashed};
use crate::transform::run::state::Run;
use crate::transform::run::task;

/// The whole document. What a run compiled stands in its nodes.
pub fn document(project: &Project, manifest: &Manifest, run: Option<&Run>) -> Json {
    serde_json::to_value(Document { project, manifest, run }).expect("its keys are texts")
}

/// The same as text. One resource at a time is brought into shape: a large project has a document of many times its size.
pub fn text(project: &Project, manifest: &Manifest, run: Option<&Run>) -> String {
    serde_json::to_string(&Document { project, manifest, run }).expect("its keys are texts")
}

struct Document<'a> {
    project: &'a Project,
    manifest: &'a Manifest,
    run: Option<&'a Run>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { project, manifest, run } = *self;
        let keys = primary_key::of_models(manifest);
        let node = |node| OfNode { project, node, run, keys: &keys };
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("metadata", &of_project(project))?;
        document.serialize_entry("nodes", &Nodes { manifest, shape: node, functions: false })?;
        document.serialize_entry("sources", &Shaped(&manifest.sources, shape::source))?;
        document.serialize_entry("macros", &Shaped(&manifest.macros, of_macro))?;
        document.serialize_entry("docs", &Shaped(&manifest.docs, of_doc))?;
        document.serialize_entry("exposures", &Shaped(&manifest.exposures, shape::exposure))?;
        document.serialize_entry("metrics", &manifest.metrics)?;
        document.serialize_entry("groups", &manifest.groups)?;
        let selectors = by_name(manifest.selectors.as_array().map(Vec::as_slice).unwrap_or_default());
        document.serialize_entry("selectors", &selectors)?;
        document.serialize_entry("disabled", &disabled(manifest))?;
        let edges = Edges::of(manifest);
        document.serialize_entry("parent_map", &edges.parents)?;
        document.serialize_entry("child_map", &edges.children)?;
        document.serialize_entry("group_map", &members_of_groups(manifest))?;
        document.serialize_entry("saved_queries", &manifest.saved_queries)?;
        document.serialize_entry("semantic_models", &manifest.semantic_models)?;
        document.serialize_entry(
            "unit_tests",
            &Shaped(&manifest.unit_tests, |test: &UnitTest| Json::Object(test.shape.clone())),
        )?;
        document.serialize_entry("functions", &Nodes { manifest, shape: node, functions: true })?;
        document.end()
    }
}

/// Resources by unique id, each brought into shape when its turn comes.
struct Shaped<'a, T, F>(&'a IndexMap<UniqueId, T>, F);

impl<'a, T, R: Serialize, F: Fn(&'a T) -> R> Serialize for Shaped<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(id, resource)| (id, (self.1)(resource))))
    }
}

/// The nodes, or the functions among them, which the manifest lists apart.
struct Nodes<'a, F> {
    manifest: &'a Manifest,
    shape: F,
    functions: bool,
}

impl<'a, R: Serialize, F: Fn(&'a Node) -> R> Serialize for Nodes<'a, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nodes = shape::nodes(self.manifest, self.functions);
        serializer.collect_map(nodes.map(|node| (&*node.unique_id, (self.shape)(node))))
    }
}

/// One resource as its entry of the manifest has it; null when nothing has this id.
pub fn resource(manifest: &Manifest, unique_id: &str) -> Json {
    let node = || manifest.nodes.get(unique_id).map(|node| shape::node(node, Ran::default()));
    let source = || manifest.sources.get(unique_id).map(shape::source);
    let of_exposure = || manifest.exposures.get(unique_id).map(shape::exposure);
    let unit_test = || manifest.unit_tests.get(unique_id).map(|test| Json::Object(test.shape.clone()));
    let described = || manifest.find_described(unique_id).map(|found| found.shape.clone());
    node().or_else(described).or_else(source).or_else(of_exposure).or_else(unit_test).unwrap_or(Json::Null)
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

/// A node with what the run made of it.
struct OfNode<'a> {
    project: &'a Project,
    node: &'a Node,
    run: Option<&'a Run>,
    keys: &'a BTreeMap<UniqueId, Vec<String>>,
}

impl Serialize for OfNode<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { project, node, run, keys } = *self;
        let compiled = run.and_then(|run| run.compiled(&node.unique_id));
        let is_written = compiled.as_ref().is_some_and(|compiled| task::is_written(node, compiled.sql()));
        let compiled_path = is_written.then(|| task::compiled_path(project, node, None));
        let noted = run.map(|run| run.noted(&node.unique_id)).unwrap_or_default();
        let build_path = noted.has_statement.then(|| task::under_target(project, &task::run_file(node, None)));
        let ran = Ran {
            compiled: compiled.as_deref() as Option<&Compiled>,
            compiled_path: compiled_path.as_deref(),
            build_path: build_path.as_deref(),
            shown: noted.shown.as_deref(),
            calls: &noted.calls,
            store_failures: run.is_some_and(|run| run.flags.store_failures),
            primary_key: keys.get(&node.unique_id).map_or(&[], Vec::as_slice),
        };
        let with_keys = compiled.as_ref().and_then(|compiled| compiled.with_keys(node));
        let in_turn = noted.place.map(|place| at_place(node, place));
        Shape { node: with_keys.as_ref().or(in_turn.as_ref()).unwrap_or(node), ran }.serialize(serializer)
    }
}

// dbt numbers hooks by file from zero when it parses, and from one over all packages when it runs them.
fn at_place(hook: &Node, place: usize) -> Node {
    let mut hook = hook.clone();
    hook.extra.insert("index".into(), json!(place));
    hook
}

fn of_macro(entry: &MacroEntry) -> Json {
    let meta = if entry.meta.is_object() { entry.meta.clone() } else { json!({}) };
    json!({
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
        "docs": entry.docs,
        "config": {"meta": meta, "docs": entry.docs},
        "patch_path": entry.patch_path,
        "arguments": if entry.arguments.is_array() { entry.arguments.clone() } else { json!([]) },
        "created_at": entry.created_at,
        "supported_languages": entry.supported_languages,
    })
}

fn of_doc(doc: &Doc) -> Json {
    json!({
        "name": doc.name,
        "resource_type": "doc",
        "package_name": doc.package_name,
        "path": slashed(&doc.path),
        "original_file_path": slashed(&doc.original_file_path),
        "unique_id": &*doc.unique_id,
        "block_contents": doc.contents,
    })
}

// Several things of one id may be switched off, as only what is enabled has to be unique.
fn disabled(manifest: &Manifest) -> Map<String, Json> {
    let nodes = manifest
        .disabled
        .iter()
        .map(|(id, nodes)| (id, nodes.iter().map(|node| shape::node(node, Ran::default())).collect::<Json>()));
    let sources = manifest.disabled_sources.iter().map(|(id, found)| (id, found.iter().map(shape::source).collect()));
    let exposures =
        manifest.disabled_exposures.iter().map(|(id, found)| (id, found.iter().map(shape::exposure).collect()));
    let unit_tests = manifest.disabled_unit_tests.iter().map(|(id, found)| (id, Json::Array(found.clone())));
    nodes.chain(sources).chain(exposures).chain(unit_tests).map(|(id, shapes)| (id.to_string(), shapes)).collect()
}

fn members_of_groups(manifest: &Manifest) -> BTreeMap<&str, Vec<&str>> {
    // A group that nothing is in has its entry, too.
    let groups = manifest.groups.values().filter_map(|group| group["name"].as_str());
    let mut members: BTreeMap<&str, Vec<&str>> = groups.map(|name| (name, Vec::new())).collect();
    for node in manifest.nodes.values() {
        if let Some(group) = &node.group {
            members.entry(group).or_default().push(&node.unique_id);
        }
    }
    for described in manifest.described() {
        if let Some(group) = described.shape.get("group").and_then(Json::as_str) {
            members.entry(group).or_default().push(described.id);
        }
    }
    members
}

/// Who stands before and who behind each node, source, exposure and unit test.
struct Edges<'a> {
    parents: IndexMap<&'a UniqueId, Vec<&'a str>>,
    children: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Edges<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        let mut edges = Self { parents: IndexMap::new(), children: BTreeMap::new() };
        for node in manifest.nodes.values() {
            edges.add(&node.unique_id, shape::ids(&node.depends_on.nodes));
        }
        for id in manifest.sources.keys() {
            edges.add(id, Vec::new());
        }
        for exposure in manifest.exposures.values() {
            edges.add(&exposure.unique_id, shape::ids(&exposure.depends_on.nodes));
        }
        for (id, test) in &manifest.unit_tests {
            edges.add(id, shape::ids(&test.node.depends_on.nodes));
        }
        for described in manifest.described() {
            edges.add(described.id, described.parents());
        }
        for ids in edges.parents.values_mut().chain(edges.children.values_mut()) {
            ids.sort_unstable();
        }
        edges
    }

    fn add(&mut self, id: &'a UniqueId, before: Vec<&'a str>) {
        self.children.entry(id).or_default();
        for parent in &before {
            self.children.entry(parent).or_default().push(id);
        }
        self.parents.insert(id, before);
    }
}
