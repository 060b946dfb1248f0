//! The whole shape of metrics, semantic models and saved queries: what is not written has dbt's default.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::Node;

type Fields = Map<String, Json>;

/// What stands in every entry, beside its names and its place.
pub(super) fn common(shape: &mut Fields, config: Json) {
    let written = shape.remove("config").filter(Json::is_object).unwrap_or_else(|| json!({}));
    let mut all = config;
    lay(&mut all, &written);
    // The old places of two settings.
    for key in ["meta", "group"] {
        if let (Some(said), Some(all)) = (shape.get(key), all.as_object_mut())
            && written.get(key).is_none()
        {
            all.insert(key.to_owned(), said.clone());
        }
    }
    for key in ["group", "meta"] {
        shape.insert(key.to_owned(), all[key].clone());
    }
    shape.insert("config".to_owned(), all);
    shape.insert("unrendered_config".to_owned(), written);
    defaults(shape, json!({"metadata": null, "refs": []}));
}

/// A metric, but for `input_measures`.
pub(super) fn metric(shape: &mut Fields) {
    common(shape, json!({"enabled": true, "group": null, "meta": {}}));
    defaults(
        shape,
        json!({"description": "", "label": "", "time_granularity": null, "sources": [], "metrics": [], "tags": []}),
    );
    filters(shape, "filter");
    let mut parameters = taken(shape, "type_params");
    let empty = json!({
        "measure": null, "input_measures": [], "numerator": null, "denominator": null, "expr": null, "window": null,
        "grain_to_date": null, "metrics": [], "conversion_type_params": null, "cumulative_type_params": null,
        "metric_aggregation_params": null,
    });
    defaults(&mut parameters, empty);
    each(&mut parameters, "measure", measure);
    for key in ["numerator", "denominator", "metrics"] {
        each(&mut parameters, key, metric_input);
    }
    each(&mut parameters, "window", window);
    each(&mut parameters, "cumulative_type_params", |cumulative| {
        let mut fields = named(cumulative);
        defaults(&mut fields, json!({"window": null, "grain_to_date": null, "period_agg": "first", "metric": null}));
        each(&mut fields, "window", window);
        each(&mut fields, "metric", metric_input);
        Json::Object(fields)
    });
    each(&mut parameters, "conversion_type_params", |conversion| {
        let mut fields = named(conversion);
        defaults(&mut fields, json!({"calculation": "conversion_rate", "window": null, "constant_properties": null}));
        each(&mut fields, "base_measure", measure);
        each(&mut fields, "conversion_measure", measure);
        each(&mut fields, "window", window);
        Json::Object(fields)
    });
    shape.insert("type_params".to_owned(), Json::Object(parameters));
}

/// The measures that each metric comes to, through the metrics that it is made of.
pub(super) fn input_measures(metrics: &IndexMap<String, Fields>) -> IndexMap<String, Vec<Json>> {
    metrics.iter().map(|(name, _)| (name.clone(), measures_of(name, metrics, 0))).collect()
}

fn measures_of(name: &str, metrics: &IndexMap<String, Fields>, depth: usize) -> Vec<Json> {
    let Some(parameters) = metrics.get(name).and_then(|shape| shape.get("type_params")) else { return Vec::new() };
    // Metrics that stand on one another in a circle come to an end.
    if depth > metrics.len() {
        return Vec::new();
    }
    let conversion = &parameters["conversion_type_params"];
    let own = [&parameters["measure"], &conversion["base_measure"], &conversion["conversion_measure"]];
    let mut found: Vec<Json> = own.into_iter().filter(|measure| measure.is_object()).cloned().collect();
    let inputs =
        [&parameters["numerator"], &parameters["denominator"], &parameters["cumulative_type_params"]["metric"]];
    let others = inputs.into_iter().chain(parameters["metrics"].as_array().into_iter().flatten());
    for other in others.filter_map(|input| input["name"].as_str()) {
        let new = measures_of(other, metrics, depth + 1).into_iter().filter(|one| !found.contains(one));
        let new: Vec<Json> = new.collect();
        found.extend(new);
    }
    found
}

/// A semantic model of `model`.
pub(super) fn semantic_model(shape: &mut Fields, model: &Node) {
    common(shape, json!({"enabled": true, "group": null, "meta": {}}));
    // What a semantic model says of itself stands in its configuration alone.
    shape.remove("meta");
    let relation = json!({
        "alias": model.alias, "schema_name": model.schema, "database": model.database,
        "relation_name": model.relation().quoted(),
    });
    let reference = json!([{"name": model.name, "package": null, "version": model.extra.get("version")}]);
    shape.insert("node_relation".to_owned(), relation);
    shape.insert("refs".to_owned(), reference);
    let empty = json!({
        "description": null, "label": null, "defaults": null, "entities": [], "measures": [], "dimensions": [],
        "primary_entity": null,
    });
    defaults(shape, empty);
    each(shape, "entities", |entity| element(entity, json!({"role": null, "expr": null})));
    each(shape, "dimensions", |dimension| {
        let more = json!({"is_partition": false, "type_params": null, "expr": null, "metadata": null});
        let mut dimension = named(&element(dimension, more));
        each(&mut dimension, "type_params", |parameters| {
            let mut fields = named(parameters);
            defaults(&mut fields, json!({"validity_params": null}));
            Json::Object(fields)
        });
        Json::Object(dimension)
    });
    each(shape, "measures", |measure| {
        let more = json!({
            "expr": null, "create_metric": false, "agg_params": null, "non_additive_dimension": null,
            "agg_time_dimension": null,
        });
        element(measure, more)
    });
}

fn element(written: &Json, more: Json) -> Json {
    let mut fields = named(written);
    defaults(&mut fields, more);
    defaults(&mut fields, json!({"description": null, "label": null, "config": {"meta": {}}}));
    each(&mut fields, "config", |config| {
        let mut fields = named(config);
        defaults(&mut fields, json!({"meta": {}}));
        Json::Object(fields)
    });
    Json::Object(fields)
}

/// A saved query of a project whose database is `database` and whose schema is `schema`.
pub(super) fn saved_query(shape: &mut Fields, database: &str, schema: &str) {
    let config = json!({
        "enabled": true, "group": null, "meta": {}, "export_as": null, "schema": null, "cache": {"enabled": false},
    });
    common(shape, config);
    shape.remove("meta");
    defaults(shape, json!({"description": null, "label": null, "tags": [], "exports": []}));
    let mut query = taken(shape, "query_params");
    defaults(&mut query, json!({"metrics": [], "group_by": [], "where": null, "order_by": [], "limit": null}));
    filters(&mut query, "where");
    shape.insert("query_params".to_owned(), Json::Object(query));
    each(shape, "exports", |export| {
        let mut fields = named(export);
        let written = taken(&mut fields, "config");
        let said = |key: &str| written.get(key).filter(|value| !value.is_null());
        let config = json!({
            "export_as": written.get("export_as"),
            "schema_name": said("schema").or(said("schema_name")).cloned().unwrap_or_else(|| json!(schema)),
            "alias": said("alias").or(fields.get("name")),
            "database": said("database").cloned().unwrap_or_else(|| json!(database)),
        });
        fields.insert("config".to_owned(), config);
        fields.insert("unrendered_config".to_owned(), Json::Object(written));
        Json::Object(fields)
    });
}

fn measure(written: &Json) -> Json {
    let mut fields = named(written);
    defaults(&mut fields, json!({"filter": null, "alias": null, "join_to_timespine": false, "fill_nulls_with": null}));
    filters(&mut fields, "filter");
    Json::Object(fields)
}

fn metric_input(written: &Json) -> Json {
    let mut fields = named(written);
    defaults(&mut fields, json!({"filter": null, "alias": null, "offset_window": null, "offset_to_grain": null}));
    filters(&mut fields, "filter");
    each(&mut fields, "offset_window", window);
    Json::Object(fields)
}

// `7 days` is `{count: 7, granularity: day}`.
fn window(written: &Json) -> Json {
    let Some((count, unit)) = written.as_str().and_then(|text| text.trim().split_once(' ')) else {
        return written.clone();
    };
    let Ok(count) = count.parse::<i64>() else { return written.clone() };
    let unit = unit.trim().to_lowercase();
    json!({"count": count, "granularity": unit.strip_suffix('s').unwrap_or(&unit)})
}

// One filter, or several that all hold.
fn filters(fields: &mut Fields, key: &str) {
    let Some(written) = fields.get(key) else {
        fields.insert(key.to_owned(), Json::Null);
        return;
    };
    let texts: Vec<&Json> = match written {
        Json::String(_) => vec![written],
        Json::Array(list) => list.iter().collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => return,
    };
    let all: Vec<Json> = texts.into_iter().map(|text| json!({"where_sql_template": text})).collect();
    fields.insert(key.to_owned(), json!({"where_filters": all}));
}

// What is written as a name alone is an entry of that name.
fn named(written: &Json) -> Fields {
    match written {
        Json::Object(fields) => fields.clone(),
        Json::String(name) => Map::from_iter([("name".to_owned(), json!(name))]),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => Map::new(),
    }
}

// Changes the value of a key, or each of its list; what is not there stays away.
fn each(fields: &mut Fields, key: &str, change: impl Fn(&Json) -> Json) {
    match fields.get_mut(key) {
        Some(Json::Array(list)) => list.iter_mut().for_each(|entry| *entry = change(entry)),
        None | Some(Json::Null) => {}
        Some(value) => *value = change(value),
    }
}

fn taken(fields: &mut Fields, key: &str) -> Fields {
    fields.remove(key).map(|value| named(&value)).unwrap_or_default()
}

fn defaults(fields: &mut Fields, all: Json) {
    if let Json::Object(all) = all {
        for (key, value) in all {
            fields.entry(key).or_insert(value);
        }
    }
}

fn lay(under: &mut Json, over: &Json) {
    if let (Some(under), Some(over)) = (under.as_object_mut(), over.as_object()) {
        under.extend(over.clone());
    }
}
