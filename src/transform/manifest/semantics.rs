//! Semantic models, metrics and saved queries, as dbt's manifest lists them, with what they depend on.
//!
//! Nothing here is run: other programs ask the manifest for it. What names something that is not there is refused.

mod form;
mod inputs;
mod metric;
mod saved_query;
mod semantic_model;
mod soundness;
mod words;

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::properties_file::PropertiesFile;
use super::resolve::Names;
use super::{Manifest, Parsing, UniqueId, merge, time_spine};
use crate::error::{Error, Kind, Result};
use crate::event::Sink;
use crate::transform::jinja;
use crate::transform::project::config::Tree;
use crate::transform::project::properties::{Entry, Properties};
use metric::Unresolved;

/// Adds those of all files to a manifest whose nodes are in place.
pub(super) fn add(
    parsing: &Parsing<'_>,
    manifest: &mut Manifest,
    files: &[PropertiesFile],
    sink: &dyn Sink,
) -> Result<()> {
    check_forms(files)?;
    let names = Names::of(manifest);
    // Which semantic model has a measure.
    let mut measures: IndexMap<String, UniqueId> = IndexMap::new();
    let mut metrics: Vec<Unresolved> = Vec::new();
    let mut semantic_models = IndexMap::new();
    for (file, entry) in entries(files, |file| &file.properties.semantic_models) {
        let Some(model) = semantic_model::read(parsing, manifest, &names, file, entry)? else { continue };
        let id: UniqueId = Arc::from(id_of(file, entry, "semantic_model"));
        for measure in model.get("measures").and_then(Json::as_array).into_iter().flatten() {
            measures.insert(text(measure, "name").to_owned(), Arc::clone(&id));
        }
        metrics.extend(metric::of_measures(parsing, file, entry, &model)?);
        semantic_models.insert(id, Json::Object(model));
    }
    for (file, entry) in entries(files, |file| &file.properties.metrics) {
        metrics.extend(metric::read(parsing, file, entry)?);
    }
    manifest.semantic_models = semantic_models;
    manifest.metrics = metric::resolve(metrics, &measures)?;
    for (file, entry) in entries(files, |file| &file.properties.saved_queries) {
        if let Some(query) = saved_query::read(parsing, file, entry, &manifest.metrics)? {
            manifest.saved_queries.insert(Arc::from(id_of(file, entry, "saved_query")), Json::Object(query));
        }
    }
    check_groups(manifest, files)?;
    let requires_nested = parsing.project.config.flags.get("require_nested_cumulative_type_params");
    soundness::check(manifest, files, requires_nested == Some(&Json::Bool(true)), sink)?;
    time_spine::required(manifest)?;
    resolve_exposures(manifest)
}

// Each entry is whole, whether or not it is disabled.
fn check_forms(files: &[PropertiesFile]) -> Result<()> {
    for file in files {
        let place = |entry: &Entry| file.properties.document.place(entry.mark);
        for entry in &file.properties.semantic_models {
            let what = format!("the semantic model `{}`", entry.name);
            form::check(&entry.fields, form::OF_SEMANTIC_MODEL, &what, &place(entry))?;
        }
        for entry in &file.properties.metrics {
            let what = format!("the metric `{}`", entry.name);
            form::check(&entry.fields, form::OF_METRIC, &what, &place(entry))?;
            metric::check_name(&entry.name).map_err(|error| error.at(place(entry)))?;
        }
        for entry in &file.properties.saved_queries {
            let what = format!("the saved query `{}`", entry.name);
            form::check(&entry.fields, form::OF_SAVED_QUERY, &what, &place(entry))?;
        }
    }
    Ok(())
}

// Every group that is named exists.
fn check_groups(manifest: &Manifest, files: &[PropertiesFile]) -> Result<()> {
    let names: Vec<&str> = manifest.groups.values().map(|group| text(group, "name")).collect();
    for described in manifest.described() {
        let group = described.text("group");
        if group.is_empty() || names.contains(&group) {
            continue;
        }
        let (kind, name) = (described.kind.name().replace('_', " "), described.text("name"));
        let error = Error::new(
            Kind::Project,
            format!("the {kind} `{name}` is in the group `{group}`, which no file describes"),
        );
        let place = files.iter().find(|file| file.original == described.text("original_file_path")).and_then(|file| {
            let Properties { metrics, semantic_models, saved_queries, document, .. } = &file.properties;
            let mut entries = metrics.iter().chain(semantic_models).chain(saved_queries);
            entries.find(|entry| entry.name == name).map(|entry| document.place(entry.mark))
        });
        let error = match place {
            Some(place) => error.at(place),
            None => error,
        };
        return Err(match jinja::nearest(group, names) {
            Some(near) => error.hint(format!("there is a group named `{near}`")),
            None => error.hint(format!("describe it under `groups:`: `- name: {group}`, with an `owner`")),
        });
    }
    Ok(())
}

// The metrics that exposures name.
fn resolve_exposures(manifest: &mut Manifest) -> Result<()> {
    for exposure in manifest.exposures.values_mut() {
        for asked in exposure.extra.get("metrics").and_then(Json::as_array).into_iter().flatten() {
            let name = asked.as_array().and_then(|parts| parts.last()).and_then(Json::as_str).unwrap_or_default();
            let Some(id) = find_metric(&manifest.metrics, &exposure.package_name, name) else {
                return Err(unknown_metric(&format!("the exposure `{}`", exposure.name), name, &manifest.metrics));
            };
            exposure.depends_on.nodes.push(id);
        }
    }
    Ok(())
}

fn entries<'a>(
    files: &'a [PropertiesFile],
    of: impl Fn(&'a PropertiesFile) -> &'a Vec<Entry> + 'a,
) -> impl Iterator<Item = (&'a PropertiesFile, &'a Entry)> {
    files.iter().flat_map(move |file| of(file).iter().map(move |entry| (file, entry)))
}

fn id_of(file: &PropertiesFile, entry: &Entry, kind: &str) -> String {
    format!("{kind}.{}.{}", file.package.name, entry.name)
}

// The metric of that name: the asker's own package first.
fn find_metric(metrics: &IndexMap<UniqueId, Json>, package: &str, name: &str) -> Option<UniqueId> {
    let own = format!("metric.{package}.{name}");
    let found =
        metrics.get_key_value(own.as_str()).or_else(|| metrics.iter().find(|(_, metric)| text(metric, "name") == name));
    found.map(|(id, _)| Arc::clone(id))
}

fn unknown_metric(asker: &str, name: &str, metrics: &IndexMap<UniqueId, Json>) -> Error {
    let error =
        Error::new(Kind::RefNotFound, format!("{asker} asks for the metric `{name}`, which is not in this project"));
    match jinja::nearest(name, metrics.values().map(|metric| text(metric, "name"))) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// What every one of them has.
fn frame(parsing: &Parsing<'_>, file: &PropertiesFile, entry: &Entry, kind: &str) -> Map<String, Json> {
    let mut fqn = vec![file.package.name.clone()];
    fqn.extend(file.folders().map(str::to_owned));
    fqn.push(entry.name.clone());
    Map::from_iter([
        ("name".to_owned(), json!(entry.name)),
        ("resource_type".to_owned(), json!(kind)),
        ("package_name".to_owned(), json!(file.package.name)),
        ("path".to_owned(), json!(file.relative)),
        ("original_file_path".to_owned(), json!(file.original)),
        ("unique_id".to_owned(), json!(id_of(file, entry, kind))),
        ("fqn".to_owned(), json!(fqn)),
        ("created_at".to_owned(), json!(parsing.created_at)),
        ("metadata".to_owned(), Json::Null),
        ("refs".to_owned(), json!([])),
    ])
}

/// The configuration of an entry, over that of the project, over what holds where nothing is said; and what was written.
fn config_of(
    parsing: &Parsing<'_>,
    file: &PropertiesFile,
    entry: &Entry,
    tree: Tree,
    defaults: Json,
) -> (Map<String, Json>, Map<String, Json>) {
    let Json::Object(mut config) = defaults else { return Default::default() };
    let mut fqn = vec![file.package.name.clone()];
    fqn.extend(file.folders().map(str::to_owned));
    fqn.push(entry.name.clone());
    let mut own = entry.fields.get("config").and_then(Json::as_object).cloned().unwrap_or_default();
    for key in ["meta", "group", "enabled"] {
        if let Some(value) = entry.fields.get(key) {
            own.entry(key).or_insert_with(|| value.clone());
        }
    }
    let root = &parsing.project.config;
    let mut layers = merge::tree_layers(&file.package.trees[&tree], &fqn);
    layers.push(own.clone());
    let mut written = Map::new();
    if tree == Tree::Metrics {
        written.extend(merge::tree_layers(&file.package.unrendered[&tree], &fqn).into_iter().flatten());
    }
    written.extend(own);
    if file.package.name != root.name {
        layers.extend(merge::tree_layers(&root.trees[&tree], &fqn));
    }
    for layer in layers {
        for (key, value) in layer {
            match (config.get_mut(&key), value) {
                (Some(Json::Object(there)), Json::Object(more)) => there.extend(more),
                (_, value) => {
                    config.insert(key, value);
                }
            }
        }
    }
    (config, written)
}

fn is_enabled(config: &Map<String, Json>) -> bool {
    config.get("enabled") != Some(&Json::Bool(false))
}

fn text<'a>(value: &'a Json, key: &str) -> &'a str {
    value.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// The fields of a mapping by name, with nulls for those that are not there.
fn picked(value: &Json, keys: &[&str]) -> Map<String, Json> {
    keys.iter().map(|key| ((*key).to_owned(), value.get(*key).cloned().unwrap_or_default())).collect()
}
