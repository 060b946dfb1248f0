//! A saved query: metrics by dimensions, and the tables that it is exported to.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value as Json, json};

use super::{config_of, find_metric, frame, inputs, is_enabled, picked, text, unknown_metric, words};
use crate::error::Result;
use crate::transform::manifest::properties_file::PropertiesFile;
use crate::transform::manifest::{Parsing, UniqueId};
use crate::transform::project::config::Tree;
use crate::transform::project::properties::{Entry, texts};

/// The saved query of an entry; `None` when it is disabled.
pub(super) fn read(
    parsing: &Parsing<'_>,
    file: &PropertiesFile,
    entry: &Entry,
    metrics: &IndexMap<UniqueId, Json>,
) -> Result<Option<Map<String, Json>>> {
    let defaults = json!({
        "enabled": true, "group": null, "meta": {}, "export_as": null, "schema": null, "cache": {"enabled": false},
    });
    let (config, written) = config_of(parsing, file, entry, Tree::SavedQueries, defaults);
    let mut fields = Json::Object(entry.fields.clone());
    let place = file.properties.document.place(entry.mark);
    words::settle(&mut fields, words::OF_SAVED_QUERY, &format!("the saved query `{}`", entry.name), &place)?;
    if !is_enabled(&config) {
        return Ok(None);
    }
    let asked = fields.get("query_params").cloned().unwrap_or_default();
    let mut depends: IndexSet<UniqueId> = IndexSet::new();
    for name in texts(asked.get("metrics")) {
        let Some(id) = find_metric(metrics, &file.package.name, &name) else {
            let error = unknown_metric(&format!("the saved query `{}`", entry.name), &name, metrics);
            return Err(error.at(place));
        };
        depends.insert(id);
    }
    let depends: Vec<&str> = depends.iter().map(|id| &**id).collect();
    let mut parameters = picked(&asked, &["limit"]);
    for key in ["metrics", "group_by", "order_by"] {
        parameters
            .insert(key.to_owned(), asked.get(key).filter(|value| !value.is_null()).cloned().unwrap_or(json!([])));
    }
    parameters.insert("where".into(), inputs::filter(asked.get("where")));
    let exports = fields.get("exports").and_then(Json::as_array).into_iter().flatten();
    let exports: Vec<Json> = exports.map(|said| export(parsing, &config, said)).collect();
    let mut shape = frame(parsing, file, entry, "saved_query");
    shape.extend(picked(&fields, &["label", "description"]));
    for (key, value) in [
        ("query_params", Json::Object(parameters)),
        ("exports", json!(exports)),
        ("depends_on", json!({"macros": [], "nodes": depends})),
        ("tags", config.get("tags").cloned().unwrap_or(json!([]))),
        ("group", config.get("group").cloned().unwrap_or_default()),
        ("config", Json::Object(config.clone())),
        ("unrendered_config", Json::Object(written)),
    ] {
        shape.insert(key.to_owned(), value);
    }
    Ok(Some(shape))
}

// Where an export goes: what it says, else what the query says, else the target.
fn export(parsing: &Parsing<'_>, query: &Map<String, Json>, said: &Json) -> Json {
    let own = said.get("config").cloned().unwrap_or(json!({}));
    let profile = &parsing.project.profile;
    let of = |key: &str| own.get(key).filter(|value| !value.is_null()).cloned();
    let of_query = |key: &str| query.get(key).filter(|value| !value.is_null()).cloned();
    json!({
        "name": said.get("name"),
        "config": {
            "alias": of("alias").unwrap_or_else(|| json!(text(said, "name"))),
            "database": profile.database,
            "export_as": of("export_as").or_else(|| of_query("export_as")),
            "schema_name": of("schema").or_else(|| of_query("schema")).unwrap_or_else(|| json!(profile.schema)),
        },
        "unrendered_config": own,
    })
}
