//! Metrics, semantic models and saved queries: kept in dbt's shapes, with dbt's ids and what they depend on.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::properties_file::PropertiesFile;
use super::resolve::Names;
use super::{Manifest, Parsing, Ref, UniqueId, semantic_shapes};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::project::properties::Entry;

/// Adds those of all files to a manifest whose nodes are in place.
pub(super) fn add(parsing: &Parsing<'_>, manifest: &mut Manifest, files: &[PropertiesFile]) -> Result<()> {
    let names = Names::of(manifest);
    let mut measures: IndexMap<String, String> = IndexMap::new();
    for file in files {
        for entry in &file.properties.semantic_models {
            let mut shape = shape(parsing, file, entry, "semantic_model");
            let id = id_of(file, entry, "semantic_model");
            for measure in entry.fields.get("measures").and_then(Json::as_array).into_iter().flatten() {
                if let Some(name) = measure.get("name").and_then(Json::as_str) {
                    measures.insert(name.to_owned(), id.clone());
                }
            }
            let model = entry.fields.get("model").and_then(Json::as_str).unwrap_or_default();
            let name = model.split(['\'', '"']).rev().nth(1).unwrap_or_default();
            let reference = Ref { package: None, name: name.to_owned(), version: None, span: 0..0 };
            let Some(found) = names.find_ref(&reference, &file.package.name) else {
                let message =
                    format!("the semantic model `{}` is made of `{model}`, which is not in this project", entry.name);
                return Err(Error::new(Kind::RefNotFound, message)
                    .at(file.properties.document.place(entry.mark))
                    .hint("write `model: ref('name')` with the name of a model"));
            };
            shape.insert("depends_on".into(), json!({"macros": [], "nodes": [&**found]}));
            if let Some(model) = manifest.nodes.get(found) {
                semantic_shapes::semantic_model(&mut shape, model);
            }
            manifest.semantic_models.insert(Arc::from(id), Json::Object(shape));
        }
    }
    let entries = || files.iter().flat_map(|file| file.properties.metrics.iter().map(move |entry| (file, entry)));
    let ids: IndexMap<&str, String> =
        entries().map(|(file, entry)| (entry.name.as_str(), id_of(file, entry, "metric"))).collect();
    let mut shapes: IndexMap<String, Map<String, Json>> = IndexMap::new();
    for (file, entry) in entries() {
        let mut asked = Vec::new();
        let parameters = entry.fields.get("type_params");
        mentioned(parameters.unwrap_or(&Json::Null), "", &mut |key, name| {
            let found = if key == "measure" || key == "measures" { measures.get(name) } else { ids.get(name) };
            if let Some(id) = found.filter(|id| !asked.contains(*id)) {
                asked.push(id.clone());
            }
        });
        let mut shape = shape(parsing, file, entry, "metric");
        shape.insert("depends_on".into(), json!({"macros": [], "nodes": asked}));
        semantic_shapes::metric(&mut shape);
        shapes.insert(entry.name.clone(), shape);
    }
    let mut inputs = semantic_shapes::input_measures(&shapes);
    for (name, mut shape) in shapes {
        let measures = inputs.swap_remove(&name).unwrap_or_default();
        if let Some(Json::Object(parameters)) = shape.get_mut("type_params") {
            parameters.insert("input_measures".to_owned(), Json::from(measures));
        }
        manifest.metrics.insert(Arc::from(ids[name.as_str()].as_str()), Json::Object(shape));
    }
    for exposure in manifest.exposures.values_mut() {
        let named = exposure.extra.get("metrics").and_then(Json::as_array).into_iter().flatten();
        for name in named.filter_map(|name| name[0].as_str()) {
            let Some(id) = ids.get(name) else {
                let message =
                    format!("the exposure `{}` depends on the metric `{name}`, which is not there", exposure.name);
                return Err(Error::new(Kind::RefNotFound, message).at(Place::file(&exposure.original_file_path)));
            };
            exposure.depends_on.nodes.push(Arc::from(id.as_str()));
        }
    }
    for (file, entry) in
        files.iter().flat_map(|file| file.properties.saved_queries.iter().map(move |entry| (file, entry)))
    {
        let wanted = entry.fields.get("query_params").and_then(|query| query.get("metrics")).and_then(Json::as_array);
        let asked: Vec<&String> =
            wanted.into_iter().flatten().filter_map(Json::as_str).filter_map(|name| ids.get(name)).collect();
        let mut shape = shape(parsing, file, entry, "saved_query");
        shape.insert("depends_on".into(), json!({"macros": [], "nodes": asked}));
        let profile = &parsing.project.profile;
        semantic_shapes::saved_query(&mut shape, &profile.database, &profile.schema);
        manifest
            .saved_queries
            .insert(Arc::<str>::from(id_of(file, entry, "saved_query")) as UniqueId, Json::Object(shape));
    }
    Ok(())
}

fn id_of(file: &PropertiesFile, entry: &Entry, kind: &str) -> String {
    format!("{kind}.{}.{}", file.package.name, entry.name)
}

fn shape(parsing: &Parsing<'_>, file: &PropertiesFile, entry: &Entry, kind: &str) -> Map<String, Json> {
    let mut fqn = vec![file.package.name.clone()];
    fqn.extend(file.folders().map(str::to_owned));
    fqn.push(entry.name.clone());
    let mut shape = Map::from_iter([
        ("name".to_owned(), json!(entry.name)),
        ("resource_type".to_owned(), json!(kind)),
        ("package_name".to_owned(), json!(file.package.name)),
        ("path".to_owned(), json!(file.relative)),
        ("original_file_path".to_owned(), json!(file.original)),
        ("unique_id".to_owned(), json!(id_of(file, entry, kind))),
        ("fqn".to_owned(), json!(fqn)),
        ("created_at".to_owned(), json!(parsing.created_at)),
    ]);
    shape.extend(entry.fields.clone());
    shape
}

// Every name that the parameters of a metric mention, with the key that it stands under.
fn mentioned(value: &Json, key: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Json::String(name) => found(key, name),
        Json::Array(list) => list.iter().for_each(|item| mentioned(item, key, found)),
        Json::Object(map) => {
            for (inner, value) in map {
                let key = if inner == "name" { key } else { inner };
                mentioned(value, key, found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
