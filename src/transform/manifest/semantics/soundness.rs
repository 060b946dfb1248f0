//! What a semantic layer must hold so that a program can ask it for metrics: names, entities, times and measures.
//!
//! dbt checks a project that has both metrics and semantic models, and no other; all that is wrong is told at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use super::{entries, id_of, text, words};
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::Manifest;
use crate::transform::manifest::properties_file::PropertiesFile;
use crate::transform::project::properties::Entry;

static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[a-z][a-z0-9_]*[a-z0-9]$").expect("a fixed pattern"));

/// What is wrong, and what to do about it.
type Fault = (String, &'static str);

/// Refuses a semantic layer that no program could use.
pub(super) fn check(manifest: &Manifest, files: &[PropertiesFile]) -> Result<()> {
    if manifest.metrics.is_empty() || manifest.semantic_models.is_empty() {
        return Ok(());
    }
    let mut errors = Vec::new();
    let mut tell = |(file, entry): (&PropertiesFile, &Entry), faults: Vec<Fault>| {
        let place = || file.properties.document.place(entry.mark);
        errors.extend(
            faults.into_iter().map(|(message, hint)| Error::new(Kind::Project, message).at(place()).hint(hint)),
        );
    };
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, entry) in entries(files, |file| &file.properties.semantic_models) {
        let Some(model) = manifest.semantic_models.get(id_of(file, entry, "semantic_model").as_str()) else { continue };
        tell((file, entry), of_semantic_model(model));
        for measure in parts(model, "measures") {
            let models = owners.entry(text(measure, "name")).or_default();
            models.insert(&entry.name);
            if models.len() == 2 {
                let message = format!("the measure `{}` is in several semantic models", text(measure, "name"));
                tell((file, entry), vec![(message, "a metric names a measure alone: rename one of them")]);
            }
        }
    }
    for (file, entry) in entries(files, |file| &file.properties.metrics) {
        let Some(metric) = manifest.metrics.get(id_of(file, entry, "metric").as_str()) else { continue };
        let mut faults: Vec<Fault> = of_name("metric", &entry.name).into_iter().collect();
        faults.extend(of_metric(metric));
        tell((file, entry), faults);
    }
    for (file, entry) in entries(files, |file| &file.properties.saved_queries) {
        tell((file, entry), of_name("saved query", &entry.name).into_iter().collect());
    }
    match Error::several(errors) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn parts<'a>(of: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> {
    of.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn is_given(of: &Json, key: &str) -> bool {
    of.get(key).is_some_and(|value| !value.is_null())
}

fn of_name(what: &str, name: &str) -> Option<Fault> {
    if !NAME.is_match(name) || name.contains("__") {
        let hint =
            "write two or more small letters, digits and single underscores, a letter first and no underscore last";
        return Some((format!("`{name}` cannot be the name of a {what}"), hint));
    }
    if words::is_granularity(name) {
        return Some((format!("`{name}` cannot be the name of a {what}: it is one of a span of time"), "rename it"));
    }
    if matches!(name, "metric_time" | "mf_internal_uuid") {
        return Some((
            format!("`{name}` cannot be the name of a {what}: queries have it for a column of theirs"),
            "rename it",
        ));
    }
    None
}

fn of_semantic_model(model: &Json) -> Vec<Fault> {
    let name = text(model, "name");
    let mut faults: Vec<Fault> = of_name("semantic model", name).into_iter().collect();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, what) in [("measures", "measure"), ("entities", "entity"), ("dimensions", "dimension")] {
        for part in parts(model, key) {
            let own = text(part, "name");
            faults.extend(of_name(what, own));
            if let Some(other) = seen.insert(own, what) {
                let message =
                    format!("the semantic model `{name}` has the name `{own}` twice, for a {other} and a {what}");
                faults.push((message, "rename one of the two"));
            }
        }
    }
    let primary: Vec<&str> = parts(model, "entities")
        .filter(|entity| text(entity, "type") == "primary")
        .map(|entity| text(entity, "name"))
        .collect();
    let is_said = is_given(model, "primary_entity");
    let primary_fault = match primary.as_slice() {
        [] if !is_said && parts(model, "dimensions").next().is_some() => Some((
            "has dimensions and no primary entity",
            "give an entity the `type: primary`, or set `primary_entity`",
        )),
        [_] if is_said => Some(("has a primary entity and sets `primary_entity`", "leave one of the two out")),
        [_, _, ..] => Some(("has several primary entities", "keep one, and make the others `unique`")),
        _ => None,
    };
    faults.extend(primary_fault.map(|(what, hint)| (format!("the semantic model `{name}` {what}"), hint)));
    faults.extend(parts(model, "measures").flat_map(|measure| of_measure(model, measure)));
    faults
}

fn of_measure(model: &Json, measure: &Json) -> Vec<Fault> {
    let (name, of) = (text(measure, "name"), text(model, "name"));
    let said = |what: &str| format!("the measure `{name}` of the semantic model `{of}` {what}");
    let dimension = |wanted: &str| parts(model, "dimensions").find(|dimension| text(dimension, "name") == wanted);
    let is_time = |wanted: &str| dimension(wanted).is_some_and(|dimension| text(dimension, "type") == "time");
    let own = text(measure, "agg_time_dimension");
    let whole = model.pointer("/defaults/agg_time_dimension").and_then(Json::as_str).unwrap_or_default();
    let time = if own.is_empty() { whole } else { own };
    let mut faults = Vec::new();
    if time.is_empty() {
        faults.push((
            said("has no `agg_time_dimension`"),
            "name a dimension of the type `time`, or set one under `defaults`",
        ));
    } else if !is_time(time) {
        let message = said(&format!("is summed up over `{time}`, which is no time dimension of that model"));
        faults.push((message, "name a dimension of the type `time`"));
    }
    let additive = measure.pointer("/non_additive_dimension/name").and_then(Json::as_str);
    if let Some(missing) = additive.filter(|name| dimension(name).is_none()) {
        let message = said(&format!("names `{missing}` as its `non_additive_dimension`, which that model has not"));
        faults.push((message, "name one of its dimensions"));
    }
    let percentile = measure.pointer("/agg_params/percentile").and_then(Json::as_f64);
    match text(measure, "agg") {
        "count" if !is_given(measure, "expr") => {
            faults.push((said("counts nothing"), "set `expr`: `expr: 1` counts all rows"));
        }
        "percentile" if percentile.is_none_or(|percentile| percentile <= 0.0 || percentile >= 1.0) => {
            let hint = "set `percentile` under `agg_params` to a number between 0 and 1";
            faults.push((said("does not say which percentile"), hint));
        }
        _ => {}
    }
    faults
}

fn of_metric(metric: &Json) -> Vec<Fault> {
    let name = text(metric, "name");
    let parameters = metric.get("type_params").unwrap_or(&Json::Null);
    let said = |what: &str| format!("the metric `{name}` {what}");
    let mut faults = Vec::new();
    match text(metric, "type") {
        "derived" => {
            if parts(parameters, "metrics").next().is_none() {
                faults.push((said("is derived from nothing"), "list the metrics it is made of under `type_params`"));
            }
            if !is_given(parameters, "expr") {
                faults.push((
                    said("is derived without an `expr`"),
                    "say under `type_params` how it is made of its metrics",
                ));
            }
            for input in parts(parameters, "metrics") {
                if is_given(input, "offset_window") && is_given(input, "offset_to_grain") {
                    let message = said(&format!("sets two offsets for `{}`", text(input, "name")));
                    faults.push((message, "keep `offset_window` or `offset_to_grain`"));
                }
            }
        }
        "cumulative" => {
            let nested = parameters.get("cumulative_type_params").unwrap_or(&Json::Null);
            let has = |key: &str| is_given(parameters, key) || is_given(nested, key);
            if has("window") && has("grain_to_date") {
                faults.push((said("has both `window` and `grain_to_date`"), "keep one of the two"));
            }
        }
        _ => {}
    }
    faults
}
