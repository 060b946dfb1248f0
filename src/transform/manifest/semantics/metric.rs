//! A metric: a measure, or what other metrics make.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value as Json, json};

use super::{config_of, find_metric, frame, inputs, is_enabled, picked, text, unknown_metric, words};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::jinja;
use crate::transform::manifest::properties_file::PropertiesFile;
use crate::transform::manifest::{Parsing, UniqueId};
use crate::transform::project::config::Tree;
use crate::transform::project::properties::Entry;

/// What the names of columns may have in every database.
const NAME_LETTERS_MAX: usize = 250;

/// A metric that was read, before what it names is looked up.
pub(super) struct Unresolved {
    shape: Map<String, Json>,
    package: String,
    place: Place,
}

/// The metric of an entry; `None` when it is disabled.
pub(super) fn read(parsing: &Parsing<'_>, file: &PropertiesFile, entry: &Entry) -> Result<Option<Unresolved>> {
    let place = file.properties.document.place(entry.mark);
    let defaults = json!({"enabled": true, "group": null, "meta": {}});
    let (config, written) = config_of(parsing, file, entry, Tree::Metrics, defaults);
    let mut fields = Json::Object(entry.fields.clone());
    words::settle(&mut fields, words::OF_METRIC, &format!("the metric `{}`", entry.name), &place)?;
    let kind = text(&fields, "type");
    let said = fields.get("type_params").unwrap_or(&Json::Null);
    check_windows(&entry.name, kind, said).map_err(|error| error.at(place.clone()))?;
    if !is_enabled(&config) {
        return Ok(None);
    }
    check_parts(&entry.name, kind, said).map_err(|error| error.at(place.clone()))?;
    let mut shape = frame(parsing, file, entry, "metric");
    shape.extend(picked(&fields, &["label", "type", "time_granularity"]));
    for (key, value) in [
        ("description", json!(text(&fields, "description"))),
        ("filter", inputs::filter(fields.get("filter"))),
        ("type_params", parameters(kind, said)),
        ("sources", json!([])),
        ("metrics", json!([])),
        ("tags", fields.get("tags").cloned().unwrap_or(json!([]))),
        ("meta", config.get("meta").cloned().unwrap_or_default()),
        ("group", config.get("group").cloned().unwrap_or_default()),
        ("config", Json::Object(config.clone())),
        ("unrendered_config", Json::Object(written)),
    ] {
        shape.insert(key.to_owned(), value);
    }
    Ok(Some(Unresolved { shape, package: file.package.name.clone(), place }))
}

/// The metrics of a semantic model's measures that say `create_metric: true`.
pub(super) fn of_measures(
    parsing: &Parsing<'_>,
    file: &PropertiesFile,
    entry: &Entry,
    model: &Map<String, Json>,
) -> Result<Vec<Unresolved>> {
    let said = entry.fields.get("measures").and_then(Json::as_array).into_iter().flatten();
    let mut metrics = Vec::new();
    for measure in said.filter(|measure| measure.get("create_metric") == Some(&Json::Bool(true))) {
        let name = text(measure, "name");
        let given = |key: &str| measure.get(key).filter(|value| !value.is_null()).cloned();
        let fields = json!({
            "label": given("label").unwrap_or(json!(name)),
            "type": "simple",
            "type_params": {"measure": name, "expr": given("expr").unwrap_or(json!(name))},
            "description": given("description").unwrap_or_else(|| json!(format!("Metric created from measure {name}"))),
            "config": {"enabled": true, "meta": model.get("config").and_then(|config| config.get("meta"))},
        });
        let Json::Object(fields) = fields else { continue };
        let made = Entry { name: name.to_owned(), mark: entry.mark, fields };
        metrics.extend(read(parsing, file, &made)?);
    }
    Ok(metrics)
}

/// Refuses a name that no database could have for a column.
pub(super) fn check_name(name: &str) -> Result<()> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let fault = if name.chars().count() > NAME_LETTERS_MAX {
        format!("has a name of more than {NAME_LETTERS_MAX} letters")
    } else if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) || !name.chars().all(is_word) {
        "has no fit name".to_owned()
    } else {
        return Ok(());
    };
    let shown: String = name.chars().take(NAME_LETTERS_MAX).collect();
    Err(Error::new(Kind::Project, format!("the metric `{shown}` {fault}"))
        .hint("write letters, digits and underscores, a letter first; a text for people goes into `label`"))
}

// Every window is one, also of a metric that is disabled.
fn check_windows(name: &str, kind: &str, said: &Json) -> Result<()> {
    let inputs = [said.get("numerator"), said.get("denominator")].into_iter().flatten();
    let inputs = inputs.chain(said.get("metrics").and_then(Json::as_array).into_iter().flatten());
    let offsets = inputs.map(|input| ("offset_window", input.get("offset_window")));
    let conversion = said.pointer("/conversion_type_params/window");
    // Of no other metric does anyone look at them.
    let cumulative = said.pointer("/cumulative_type_params/window").filter(|_| kind == "cumulative");
    let windows = [said.get("window"), conversion, cumulative].map(|window| ("window", window));
    for (key, window) in windows.into_iter().chain(offsets) {
        let Some(written) = window.and_then(Json::as_str).filter(|written| !inputs::is_window(written)) else {
            continue;
        };
        let message = format!("the metric `{name}` has the {} `{written}`", key.replace('_', " "));
        let hint = format!("write a number, one space and a span of time: `{key}: 28 days`");
        return Err(Error::new(Kind::Project, message).hint(hint));
    }
    Ok(())
}

// What a metric of its type stands on is there.
fn check_parts(name: &str, kind: &str, said: &Json) -> Result<()> {
    let needed: &[(&str, &str)] = match kind {
        "simple" | "cumulative" => &[("measure", "the name of a measure")],
        "ratio" => &[("numerator", "the name of a metric"), ("denominator", "the name of a metric")],
        "conversion" => &[("conversion_type_params", "a mapping of `base_measure`, `conversion_measure` and `entity`")],
        _ => &[],
    };
    match needed.iter().find(|(key, _)| said.get(*key).is_none_or(Json::is_null)) {
        Some((key, what)) => {
            let message = format!("the metric `{name}` is of the type `{kind}` and has no `{key}`");
            Err(Error::new(Kind::Project, message).hint(format!("add `{key}:` under its `type_params`, with {what}")))
        }
        None => Ok(()),
    }
}

fn parameters(kind: &str, said: &Json) -> Json {
    let mut made = picked(said, &["expr", "grain_to_date", "metric_aggregation_params"]);
    let metrics = said.get("metrics").and_then(Json::as_array).into_iter().flatten();
    let cumulative = said.get("cumulative_type_params").filter(|cumulative| !cumulative.is_null());
    let cumulative = (kind == "cumulative").then(|| {
        let of = |key: &str| cumulative.and_then(|cumulative| cumulative.get(key)).filter(|value| !value.is_null());
        json!({
            "window": inputs::window(of("window").or(said.get("window"))),
            "grain_to_date": of("grain_to_date").or(said.get("grain_to_date")),
            "period_agg": of("period_agg").cloned().unwrap_or(json!("first")),
            "metric": null,
        })
    });
    let conversion = said.get("conversion_type_params").filter(|conversion| !conversion.is_null()).map(|said| {
        let mut made = picked(said, &["entity", "constant_properties"]);
        made.insert("calculation".into(), said.get("calculation").cloned().unwrap_or(json!("conversion_rate")));
        made.insert("base_measure".into(), inputs::measure(said.get("base_measure")));
        made.insert("conversion_measure".into(), inputs::measure(said.get("conversion_measure")));
        made.insert("window".into(), inputs::window(said.get("window")));
        made
    });
    for (key, value) in [
        ("measure", inputs::measure(said.get("measure"))),
        ("numerator", inputs::metric(said.get("numerator"))),
        ("denominator", inputs::metric(said.get("denominator"))),
        ("metrics", metrics.map(|metric| inputs::metric(Some(metric))).collect()),
        ("window", inputs::window(said.get("window"))),
        ("cumulative_type_params", json!(cumulative)),
        ("conversion_type_params", json!(conversion)),
        ("input_measures", json!([])),
    ] {
        made.insert(key.to_owned(), value);
    }
    Json::Object(made)
}

/// The metrics by id, with the measures that they come down to and what they depend on.
pub(super) fn resolve(
    read: Vec<Unresolved>,
    measures: &IndexMap<String, UniqueId>,
) -> Result<IndexMap<UniqueId, Json>> {
    let mut metrics: IndexMap<UniqueId, Json> = IndexMap::new();
    let mut places: Vec<(String, Place)> = Vec::new();
    for Unresolved { shape, package, place } in read {
        let shape = Json::Object(shape);
        let id: UniqueId = Arc::from(text(&shape, "unique_id"));
        if metrics.insert(id, shape.clone()).is_some() {
            let message = format!("there are two metrics named `{}`", text(&shape, "name"));
            return Err(Error::new(Kind::Project, message).at(place).hint("rename one of the two"));
        }
        places.push((package, place));
    }
    let mut resolved = metrics.clone();
    for ((id, shape), (package, place)) in resolved.iter_mut().zip(&places) {
        let mut path = vec![Arc::clone(id)];
        let found =
            came_down_to(&metrics, measures, package, id, &mut path).map_err(|error| error.at(place.clone()))?;
        let mut depends: IndexSet<UniqueId> = IndexSet::new();
        for measure in own_measures(shape) {
            depends.extend(measures.get(text(&measure, "name")).cloned());
        }
        for metric in own_metrics(shape) {
            depends.extend(find_metric(&metrics, package, text(&metric, "name")));
        }
        let depends: Vec<&str> = depends.iter().map(|id| &**id).collect();
        shape["depends_on"] = json!({"macros": [], "nodes": depends});
        shape["type_params"]["input_measures"] = found.into_iter().collect();
    }
    Ok(resolved)
}

// The measures that a metric stands on, through other metrics, each once.
fn came_down_to(
    metrics: &IndexMap<UniqueId, Json>,
    measures: &IndexMap<String, UniqueId>,
    package: &str,
    id: &UniqueId,
    path: &mut Vec<UniqueId>,
) -> Result<Vec<Json>> {
    let shape = &metrics[id];
    let asker = format!("the metric `{}`", text(shape, "name"));
    let mut found: Vec<Json> = Vec::new();
    for measure in own_measures(shape) {
        let name = text(&measure, "name");
        if !measures.contains_key(name) {
            let error = Error::new(
                Kind::RefNotFound,
                format!("{asker} asks for the measure `{name}`, which no semantic model has"),
            );
            return Err(match jinja::nearest(name, measures.keys().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("list it under `measures:` of a semantic model"),
            });
        }
        found.push(measure);
    }
    for metric in own_metrics(shape) {
        let name = text(&metric, "name");
        let Some(before) = find_metric(metrics, package, name) else {
            return Err(unknown_metric(&asker, name, metrics));
        };
        if path.contains(&before) {
            return Err(Error::new(Kind::Project, format!("{asker} is made of itself, by way of `{name}`")));
        }
        path.push(Arc::clone(&before));
        found.extend(came_down_to(metrics, measures, package, &before, path)?);
        path.pop();
    }
    let mut once: Vec<Json> = Vec::with_capacity(found.len());
    for measure in found {
        if !once.contains(&measure) {
            once.push(measure);
        }
    }
    Ok(once)
}

fn own_measures(shape: &Json) -> Vec<Json> {
    let places = ["/measure", "/conversion_type_params/base_measure", "/conversion_type_params/conversion_measure"];
    given(shape, &places)
}

fn own_metrics(shape: &Json) -> Vec<Json> {
    let mut asked = given(shape, &["/numerator", "/denominator", "/cumulative_type_params/metric"]);
    asked.extend(shape.pointer("/type_params/metrics").and_then(Json::as_array).cloned().unwrap_or_default());
    asked
}

fn given(shape: &Json, places: &[&str]) -> Vec<Json> {
    let found = places.iter().filter_map(|place| shape.get("type_params")?.pointer(place));
    found.filter(|value| !value.is_null()).cloned().collect()
}
