//! Sources: tables that exist before the project runs.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::assemble::column;
use super::configure::{Said, configure};
use super::properties_file::PropertiesFile;
use super::source_checks::{QUOTED, check};
use super::{Parsing, ResourceType, Source};
use crate::engine::catalog::Relation;
use crate::error::Result;
use crate::transform::project::properties::{SourceProperties, TableProperties, texts};

/// The node of one table of a source.
pub(super) fn node(
    parsing: &Parsing<'_>,
    file: &PropertiesFile,
    source: &SourceProperties,
    table: &TableProperties,
) -> Result<Source> {
    let package = &file.package;
    let mut fqn = vec![package.name.clone()];
    fqn.extend(file.folders().map(str::to_owned));
    fqn.extend([source.name.clone(), table.name.clone()]);

    let mut said = source.config.clone();
    said.extend(table.config.clone());
    check(source, table).map_err(|(mark, error)| error.at(file.properties.document.place(mark)))?;
    let freshness = freshness(source, table);
    match freshness {
        Some(freshness) if is_set(&freshness) => said.insert("freshness".into(), freshness),
        Some(_) => said.remove("freshness"),
        None => said.insert("freshness".into(), Json::Null),
    };
    for key in ["loaded_at_field", "loaded_at_query"] {
        said.insert(key.into(), loaded_at(source, table, key));
    }
    let source_meta = union(&source.fields, &source.config);
    let mut meta = source_meta.clone();
    meta.extend(union(&table.fields, &table.config));
    said.insert("meta".into(), Json::Object(meta));
    said.insert("tags".into(), json!(tags(source, table)));

    let place = || file.properties.document.place(table.mark);
    let said = Said { properties: Some(&said), ..Said::default() };
    let (config, unrendered_config) =
        configure(parsing, package, ResourceType::Source, &fqn, said).map_err(|error| error.at(place()))?;

    let text = |key: &str| source.fields.get(key).and_then(Json::as_str).map(str::to_owned);
    let database = text("database").unwrap_or_else(|| parsing.project.profile.database.clone());
    let schema = text("schema").unwrap_or_else(|| source.name.clone());
    let identifier = table.fields.get("identifier").and_then(Json::as_str).unwrap_or(&table.name).to_owned();
    let quoting = quoting(source, table);
    let quoted = quoted(parsing, &quoting);
    let extra = json!({
        "quoting": quoting,
        "loaded_at_field": config["loaded_at_field"],
        "loaded_at_query": config["loaded_at_query"],
        "freshness": config["freshness"],
        "external": table.fields.get("external").map(external),
        "patch_path": null,
        "unrendered_config": unrendered_config,
        "unrendered_database": source.unrendered_database,
        "unrendered_schema": source.unrendered_schema,
        "relation_name": Relation::new(&database, &schema, &identifier).named(quoted),
    });
    Ok(Source {
        unique_id: Arc::from(format!("source.{}.{}.{}", package.name, source.name, table.name)),
        source_name: source.name.clone(),
        name: table.name.clone(),
        identifier,
        quoted,
        package_name: package.name.clone(),
        path: PathBuf::from(&file.original),
        original_file_path: PathBuf::from(&file.original),
        fqn,
        database,
        schema,
        description: table.description.clone(),
        source_description: source.description.clone(),
        loader: text("loader").unwrap_or_default(),
        tags: texts(config.get("tags")),
        meta: config.get("meta").cloned().unwrap_or_default(),
        source_meta: Json::Object(source_meta),
        columns: table.columns.iter().map(|found| (found.name.clone(), column(found))).collect(),
        config,
        extra: if let Json::Object(extra) = extra { extra } else { Map::new() },
        place: file.properties.document.mark_of(table.mark),
        created_at: parsing.created_at,
    })
}

/// What is to be said of a table whose age is to be watched, where nothing says how old it is.
pub(super) fn ageless(source: &Source) -> Option<String> {
    let is_given = |key: &str| source.extra.get(key).and_then(Json::as_str).is_some_and(|text| !text.is_empty());
    let is_watched = source.extra.get("freshness").is_some_and(is_set);
    (is_watched && !is_given("loaded_at_field") && !is_given("loaded_at_query")).then(|| {
        let (name, table) = (&source.source_name, &source.name);
        format!(
            "{}: the freshness of the source `{name}.{table}` cannot be found out without `loaded_at_field`",
            source.place
        )
    })
}

/// The tags that the tests of a table have from it and its source: those beside `config`, as in dbt.
pub(super) fn test_tags(source: &SourceProperties, table: &TableProperties) -> Vec<String> {
    [&source.fields, &table.fields].into_iter().flat_map(|place| texts(place.get("tags"))).collect()
}

// All tags of a table: its own, and its source's.
fn tags(source: &SourceProperties, table: &TableProperties) -> Vec<String> {
    let places = [&source.fields, &source.config, &table.fields, &table.config];
    let mut tags: Vec<String> = places.into_iter().flat_map(|place| texts(place.get("tags"))).collect();
    tags.sort();
    tags.dedup();
    tags
}

fn union(fields: &Map<String, Json>, config: &Map<String, Json>) -> Map<String, Json> {
    let mut meta = fields.get("meta").and_then(Json::as_object).cloned().unwrap_or_default();
    meta.extend(config.get("meta").and_then(Json::as_object).cloned().unwrap_or_default());
    meta
}

fn quoting(source: &SourceProperties, table: &TableProperties) -> Json {
    let mut quoting = Map::new();
    for key in QUOTED {
        let said = |fields: &Map<String, Json>| fields.get("quoting").and_then(|quoting| quoting.get(key)).cloned();
        quoting.insert(key.into(), said(&table.fields).or_else(|| said(&source.fields)).unwrap_or(Json::Null));
    }
    Json::Object(quoting)
}

// Which of database, schema and identifier are quoted: each, unless the table, its source or the project says no.
fn quoted(parsing: &Parsing<'_>, said: &Json) -> [bool; 3] {
    let [database, schema, identifier] = parsing.project.config.quoted();
    let own = |key: &str| said.get(key).and_then(Json::as_bool);
    [own("database").unwrap_or(database), own("schema").unwrap_or(schema), own("identifier").unwrap_or(identifier)]
}

// What `external` leaves open is there as a null.
fn external(said: &Json) -> Json {
    let Some(said) = said.as_object() else { return said.clone() };
    let known = ["location", "file_format", "row_format", "tbl_properties", "partitions"];
    let known = known.map(|key| (key.to_owned(), said.get(key).cloned().unwrap_or_default()));
    Json::Object(known.into_iter().chain(said.clone()).collect())
}

// The table's own word wins; a null there takes the source's away.
fn loaded_at(source: &SourceProperties, table: &TableProperties, key: &str) -> Json {
    let said = |fields: &Map<String, Json>, config: &Map<String, Json>| {
        let value = config.get(key).filter(|value| !value.is_null()).or_else(|| fields.get(key));
        value.cloned()
    };
    said(&table.fields, &table.config).or_else(|| said(&source.fields, &source.config)).unwrap_or(Json::Null)
}

fn empty_threshold() -> Json {
    json!({"warn_after": {"count": null, "period": null}, "error_after": {"count": null, "period": null}, "filter": null})
}

// Four places may set thresholds; each is laid onto the one before, and a null takes all before it away.
fn freshness(source: &SourceProperties, table: &TableProperties) -> Option<Json> {
    let places = [&source.fields, &source.config, &table.fields, &table.config];
    let mut current: Option<Json> = None;
    for (index, place) in places.into_iter().enumerate() {
        let said = match place.get("freshness") {
            None => Some(empty_threshold()),
            Some(Json::Null) => None,
            Some(given) => Some(laid(&empty_threshold(), given)),
        };
        current = match (current, said) {
            (None, said) if index == 0 => said,
            (Some(base), Some(said)) => Some(laid(&base, &said)),
            (None, Some(said)) if is_set(&said) => Some(said),
            (None | Some(_), _) => None,
        };
    }
    current
}

fn laid(base: &Json, update: &Json) -> Json {
    let (Json::Object(base), Json::Object(update)) = (base, update) else { return update.clone() };
    let mut out = base.clone();
    for (key, value) in update {
        match (out.get(key), value) {
            (Some(old @ Json::Object(_)), Json::Object(_)) => {
                let joined = laid(old, value);
                out.insert(key.clone(), joined);
            }
            // A threshold that is set to nothing is off; a field of one that says nothing keeps what was said before.
            (_, Json::Null) if !matches!(key.as_str(), "warn_after" | "error_after") => {}
            _ => {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    Json::Object(out)
}

fn is_set(freshness: &Json) -> bool {
    ["warn_after", "error_after"]
        .iter()
        .any(|key| freshness.get(key).and_then(|after| after.get("count")).is_some_and(|count| !count.is_null()))
}
