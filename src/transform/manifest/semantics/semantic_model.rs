//! A semantic model: a model with its entities, dimensions and measures.

use serde_json::{Map, Value as Json, json};

use super::{config_of, frame, is_enabled, picked, text, words};
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::properties_file::PropertiesFile;
use crate::transform::manifest::resolve::Names;
use crate::transform::manifest::{Manifest, Parsing, Ref};
use crate::transform::project::config::Tree;
use crate::transform::project::properties::Entry;

/// The semantic model of an entry; `None` when it is disabled.
pub(super) fn read(
    parsing: &Parsing<'_>,
    manifest: &Manifest,
    names: &Names,
    file: &PropertiesFile,
    entry: &Entry,
) -> Result<Option<Map<String, Json>>> {
    let defaults = json!({"enabled": true, "group": null, "meta": {}});
    let (config, written) = config_of(parsing, file, entry, Tree::SemanticModels, defaults);
    let place = || file.properties.document.place(entry.mark);
    let mut fields = Json::Object(entry.fields.clone());
    words::settle(&mut fields, words::OF_SEMANTIC_MODEL, &format!("the semantic model `{}`", entry.name), &place())?;
    if !is_enabled(&config) {
        return Ok(None);
    }
    let model = text(&fields, "model");
    // `ref('name')`, or `ref('package', 'name')`.
    let quoted: Vec<&str> = model.split(['\'', '"']).skip(1).step_by(2).collect();
    let (package, name) = match quoted.as_slice() {
        [name] => (None, *name),
        [package, name] => (Some((*package).to_owned()), *name),
        _ => (None, ""),
    };
    let reference = Ref { package, name: name.to_owned(), version: None, version_is_text: false, span: 0..0 };
    let node = names.find_ref(&reference, &file.package.name).and_then(|id| manifest.nodes.get(id));
    let Some(node) = node else {
        let message = format!("the semantic model `{}` is made of `{model}`, which is not in this project", entry.name);
        return Err(Error::new(Kind::RefNotFound, message)
            .at(place())
            .hint("write `model: ref('name')` with the name of a model"));
    };
    let group = config.get("group").and_then(Json::as_str);
    if node.extra.get("access").is_some_and(|access| access == "private") && node.group.as_deref() != group {
        let message = format!(
            "the semantic model `{}` refers to `{}`, which is private to the group `{}`",
            entry.name,
            node.name,
            node.group.as_deref().unwrap_or_default()
        );
        return Err(Error::new(Kind::Compilation, message)
            .at(place())
            .hint("put the semantic model into that group, or make the model `protected`"));
    }
    let mut shape = frame(parsing, file, entry, "semantic_model");
    shape.extend(picked(&fields, &["label", "description", "primary_entity", "model"]));
    let meta = config.get("meta").cloned().unwrap_or_default();
    let of = |key: &str, part: &dyn Fn(&Json) -> Map<String, Json>| -> Json {
        let said = fields.get(key).and_then(Json::as_array).into_iter().flatten();
        let parts = said.map(|said| {
            let mut made = picked(said, &["name", "label", "description", "expr"]);
            made.extend(part(said));
            made.insert("config".into(), json!({"meta": meta_of(&meta, said)}));
            Json::Object(made)
        });
        parts.collect()
    };
    let entities = of("entities", &|said| picked(said, &["type", "role"]));
    let dimensions = of("dimensions", &dimension);
    let measures = of("measures", &measure);
    let defaults = fields.get("defaults").filter(|defaults| !defaults.is_null());
    for (key, value) in [
        ("entities", entities),
        ("dimensions", dimensions),
        ("measures", measures),
        (
            "defaults",
            defaults.map_or(Json::Null, |defaults| json!({"agg_time_dimension": defaults.get("agg_time_dimension")})),
        ),
        (
            "node_relation",
            json!({
                "alias": node.alias,
                "schema_name": node.schema,
                "database": node.database,
                "relation_name": node.relation_name(),
            }),
        ),
        ("refs", json!([{"name": reference.name, "package": reference.package, "version": null}])),
        ("depends_on", json!({"macros": [], "nodes": [&*node.unique_id]})),
        ("group", config.get("group").cloned().unwrap_or_default()),
        ("config", Json::Object(config.clone())),
        ("unrendered_config", Json::Object(written)),
    ] {
        shape.insert(key.to_owned(), value);
    }
    Ok(Some(shape))
}

// What is said of the whole counts for each part.
fn meta_of(whole: &Json, part: &Json) -> Json {
    let mut meta = whole.as_object().cloned().unwrap_or_default();
    meta.extend(part.pointer("/config/meta").and_then(Json::as_object).cloned().unwrap_or_default());
    Json::Object(meta)
}

fn dimension(said: &Json) -> Map<String, Json> {
    let mut made = picked(said, &["type", "metadata"]);
    made.insert("is_partition".into(), said.get("is_partition").cloned().unwrap_or(json!(false)));
    let parameters = said.get("type_params").filter(|parameters| !parameters.is_null());
    let parameters =
        parameters.map_or(Json::Null, |said| Json::Object(picked(said, &["time_granularity", "validity_params"])));
    made.insert("type_params".into(), parameters);
    made
}

fn measure(said: &Json) -> Map<String, Json> {
    let mut made = picked(said, &["agg", "agg_time_dimension"]);
    made.insert("create_metric".into(), json!(false));
    let given = |key: &str| said.get(key).filter(|value| !value.is_null());
    let parameters = given("agg_params").map_or(Json::Null, |said| {
        json!({
            "percentile": said.get("percentile"),
            "use_discrete_percentile": said.get("use_discrete_percentile").cloned().unwrap_or(json!(false)),
            "use_approximate_percentile": said.get("use_approximate_percentile").cloned().unwrap_or(json!(false)),
        })
    });
    made.insert("agg_params".into(), parameters);
    let dimension = given("non_additive_dimension").map_or(Json::Null, |said| {
        json!({
            "name": said.get("name"),
            "window_choice": said.get("window_choice").cloned().unwrap_or(json!("min")),
            "window_groupings": said.get("window_groupings").cloned().unwrap_or(json!([])),
        })
    });
    made.insert("non_additive_dimension".into(), dimension);
    made
}
