//! `semantic_manifest.json`: semantic models, metrics, saved queries and time spines, as MetricFlow reads them.

use serde_json::{Map, Value as Json, json};

use crate::transform::manifest::{LEGACY_TIME_SPINE, Manifest, Node};

const DIMENSION: &[&str] =
    &["name", "description", "type", "is_partition", "type_params", "expr", "metadata", "label", "config"];
const ENTITY: &[&str] = &["name", "description", "type", "role", "expr", "metadata", "label", "config"];
const MEASURE: &[&str] = &[
    "name",
    "agg",
    "description",
    "create_metric",
    "expr",
    "agg_params",
    "metadata",
    "non_additive_dimension",
    "agg_time_dimension",
    "label",
    "config",
];
const PARAMETERS: &[&str] = &[
    "measure",
    "numerator",
    "denominator",
    "expr",
    "window",
    "grain_to_date",
    "metrics",
    "conversion_type_params",
    "input_measures",
];

/// The whole document.
pub fn document(manifest: &Manifest) -> Json {
    json!({
        "semantic_models": manifest.semantic_models.values().map(semantic_model).collect::<Json>(),
        "metrics": manifest.metrics.values().map(metric).collect::<Json>(),
        "project_configuration": {
            "time_spine_table_configurations": legacy(manifest),
            "metadata": null,
            // Of the library whose form this is.
            "dsi_package_version": {"major_version": "0", "minor_version": "9", "patch_version": "0"},
            "time_spines": manifest.nodes.values().filter_map(time_spine).collect::<Json>(),
        },
        "saved_queries": manifest.saved_queries.values().map(saved_query).collect::<Json>(),
    })
}

fn picked(from: &Json, keys: &[&str]) -> Map<String, Json> {
    keys.iter().map(|key| ((*key).to_owned(), from[*key].clone())).collect()
}

fn semantic_model(model: &Json) -> Json {
    let parts = |key: &str, fields: &[&str]| -> Json {
        model[key].as_array().into_iter().flatten().map(|part| Json::Object(picked(part, fields))).collect()
    };
    let mut out = picked(model, &["name", "defaults", "description", "node_relation", "primary_entity", "label"]);
    out.insert("entities".to_owned(), parts("entities", ENTITY));
    out.insert("measures".to_owned(), parts("measures", MEASURE));
    out.insert("dimensions".to_owned(), parts("dimensions", DIMENSION));
    out.insert("metadata".to_owned(), Json::Null);
    out.insert("config".to_owned(), meta(model));
    Json::Object(out)
}

fn metric(metric: &Json) -> Json {
    let mut parameters = picked(&metric["type_params"], PARAMETERS);
    let cumulative = Some(&metric["type_params"]["cumulative_type_params"]).filter(|cumulative| !cumulative.is_null());
    let cumulative = cumulative.map(|cumulative| picked(cumulative, &["window", "grain_to_date", "period_agg"]));
    parameters.insert("cumulative_type_params".to_owned(), json!(cumulative));
    let mut out = picked(metric, &["name", "description", "type", "filter", "label", "time_granularity"]);
    out.insert("type_params".to_owned(), Json::Object(parameters));
    out.insert("metadata".to_owned(), Json::Null);
    out.insert("config".to_owned(), meta(metric));
    Json::Object(out)
}

fn saved_query(query: &Json) -> Json {
    let exports = query["exports"].as_array().into_iter().flatten().map(|export| {
        let config = picked(&export["config"], &["export_as", "schema_name", "alias"]);
        json!({"name": export["name"], "config": config})
    });
    let mut out = picked(query, &["name", "query_params", "description", "label", "tags"]);
    out.insert("metadata".to_owned(), Json::Null);
    out.insert("exports".to_owned(), exports.collect());
    Json::Object(out)
}

fn meta(of: &Json) -> Json {
    json!({"meta": of["config"]["meta"]})
}

fn time_spine(node: &Node) -> Option<Json> {
    let spine = node.extra.get("time_spine").filter(|spine| !spine.is_null())?;
    let column = node.columns.get(spine["standard_granularity_column"].as_str()?)?;
    Some(json!({
        "node_relation": {
            "alias": node.alias,
            "schema_name": node.schema,
            "database": node.database,
            "relation_name": node.relation_name(),
        },
        "primary_column": {"name": column.name, "time_granularity": column.granularity},
        "custom_granularities": spine["custom_granularities"],
    }))
}

// A model of that name is a time spine of days, whether or not it says so.
fn legacy(manifest: &Manifest) -> Vec<Json> {
    let is_one =
        |node: &&Node| node.name == LEGACY_TIME_SPINE && node.extra.get("time_spine").is_some_and(Json::is_null);
    let found = manifest.nodes.values().find(is_one).filter(|_| !manifest.semantic_models.is_empty());
    let table = |node: &Node| json!({"location": node.relation_name(), "column_name": "date_day", "grain": "day"});
    found.map(table).into_iter().collect()
}
