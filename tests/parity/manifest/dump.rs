//! Prints what gristmill makes of a project, for the comparison with dbt: `dump <project folder>`.

use std::path::PathBuf;

use gristmill::event::Silent;
use gristmill::transform::manifest::{Manifest, parse_project};
use gristmill::transform::project::{ProjectOptions, load_project};
use serde_json::{Map, Value as Json, json};

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool that prints")]
fn main() -> std::process::ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: dump <project folder>");
        return std::process::ExitCode::from(2);
    };
    let options = ProjectOptions { project_dir: Some(PathBuf::from(folder)), ..ProjectOptions::default() };
    let parsed = load_project(&options, &Silent).and_then(|project| parse_project(&project, &Silent));
    match parsed {
        Ok(parsed) => {
            println!("{}", described(&parsed.manifest));
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn described(manifest: &Manifest) -> Json {
    let mut all = Map::new();
    for node in manifest.nodes.values() {
        let test = node.test.as_ref();
        let metadata = test.and_then(|test| test.metadata.as_ref());
        let mut described = json!({
            "name": node.name, "path": node.path, "original_file_path": node.original_file_path, "fqn": node.fqn,
            "alias": node.alias, "database": node.database, "schema": node.schema, "raw_code": node.raw_code.as_ref(),
            "checksum": node.checksum, "config": node.config, "unrendered_config": node.unrendered_config,
            "tags": node.tags, "description": node.description, "meta": node.meta, "docs": node.docs,
            "group": node.group, "patch_path": node.patch_path,
            "refs": node.refs.iter().map(|found| json!({"name": found.name, "package": found.package, "version": found.version})).collect::<Vec<_>>(),
            "sources": node.sources,
            "depends_on": {
                "nodes": node.depends_on.nodes.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
                "macros": node.depends_on.macros.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            },
            "columns": node.columns.values().map(|column| (column.name.clone(), json!({
                "description": column.description, "data_type": column.data_type, "tags": column.tags,
                "meta": column.meta, "quote": column.quote,
            }))).collect::<Map<String, Json>>(),
        });
        if let Some(metadata) = metadata {
            described["test_metadata"] =
                json!({"name": metadata.name, "namespace": metadata.namespace, "kwargs": metadata.kwargs});
            described["column_name"] = json!(test.and_then(|test| test.column_name.as_ref()));
            described["attached_node"] = json!(test.and_then(|test| test.attached_node.as_deref()));
            described["file_key_name"] = json!(test.and_then(|test| test.file_key_name.as_ref()));
        }
        for key in ["access", "version", "latest_version"] {
            if let Some(value) = node.extra.get(key) {
                described[key] = value.clone();
            }
        }
        all.insert(node.unique_id.to_string(), described);
    }
    for source in manifest.sources.values() {
        let mut described = json!({
            "name": source.name, "path": source.path, "original_file_path": source.original_file_path,
            "fqn": source.fqn, "database": source.database, "schema": source.schema, "identifier": source.identifier,
            "config": source.config, "tags": source.tags, "description": source.description, "meta": source.meta,
            "source_meta": source.source_meta, "source_description": source.source_description,
            "loader": source.loader,
        });
        for key in ["freshness", "loaded_at_field", "quoting", "relation_name", "unrendered_config"] {
            described[key] = source.extra.get(key).cloned().unwrap_or_default();
        }
        all.insert(source.unique_id.to_string(), described);
    }
    for exposure in manifest.exposures.values() {
        let mut described = Json::Object(exposure.extra.clone());
        described["fqn"] = json!(exposure.fqn);
        described["path"] = json!(exposure.path);
        described["depends_on"] = json!({
            "nodes": exposure.depends_on.nodes.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            "macros": [],
        });
        all.insert(exposure.unique_id.to_string(), described);
    }
    for (id, test) in &manifest.unit_tests {
        let mut described = test.shape.clone();
        // dbt's checksum is of Python's print of its own objects.
        described.retain(|key, _| !matches!(key.as_str(), "checksum" | "created_at"));
        all.insert(id.to_string(), Json::Object(described));
    }
    for (id, found) in manifest.metrics.iter().chain(&manifest.semantic_models).chain(&manifest.saved_queries) {
        let kept =
            ["name", "resource_type", "package_name", "path", "original_file_path", "unique_id", "fqn", "depends_on"];
        let kept = kept.into_iter().map(|key| (key.to_owned(), found[key].clone()));
        all.insert(id.to_string(), Json::Object(kept.collect()));
    }
    let disabled = manifest.disabled.keys().chain(manifest.disabled_unit_tests.keys());
    let disabled = disabled.chain(manifest.disabled_sources.keys());
    let disabled: Vec<&str> = disabled.chain(manifest.disabled_exposures.keys()).map(AsRef::as_ref).collect();
    json!({"resources": all, "disabled": disabled})
}
