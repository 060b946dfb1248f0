//! What a measure must say: what it sums up, how, and over which time.

use serde_json::Value as Json;

use super::semantic_model::{dimension, is_time};
use super::{Fault, is_given, parts};
use crate::transform::manifest::semantics::text;

pub(super) fn faults(model: &Json, measure: &Json) -> Vec<Fault> {
    let (name, of) = (text(measure, "name"), text(model, "name"));
    let said = |what: &str| format!("the measure `{name}` of the semantic model `{of}` {what}");
    let own = text(measure, "agg_time_dimension");
    let whole = model.pointer("/defaults/agg_time_dimension").and_then(Json::as_str).unwrap_or_default();
    let time = if own.is_empty() { whole } else { own };
    let mut faults = Vec::new();
    if time.is_empty() {
        let hint = "name a dimension of the type `time`, or set one under `defaults`";
        faults.push(Fault::error(said("has no `agg_time_dimension`"), hint));
    } else if !is_time(model, time) {
        let message = said(&format!("is summed up over `{time}`, which is no time dimension of that model"));
        faults.push(Fault::error(message, "name a dimension of the type `time`"));
    }
    faults.extend(of_counting(measure, &said));
    faults.extend(of_percentile(measure, &said));
    faults.extend(of_non_additive(model, measure, time, &said));
    faults
}

fn of_counting(measure: &Json, said: &dyn Fn(&str) -> String) -> Option<Fault> {
    if text(measure, "agg") != "count" {
        return None;
    }
    if !is_given(measure, "expr") {
        return Some(Fault::error(said("counts nothing"), "set `expr`: `expr: 1` counts all rows"));
    }
    text(measure, "expr").to_lowercase().starts_with("distinct ").then(|| {
        let message = said("counts distinct values by its `expr`, so its parts could not be added up");
        Fault::error(message, "set `agg: count_distinct`, and leave `distinct` out of `expr`")
    })
}

fn of_percentile(measure: &Json, said: &dyn Fn(&str) -> String) -> Vec<Fault> {
    let parameters = measure.get("agg_params").unwrap_or(&Json::Null);
    let percentile = parameters.get("percentile").and_then(Json::as_f64);
    let is_set = |key: &str| parameters.get(key) == Some(&Json::Bool(true));
    let mut faults = Vec::new();
    match text(measure, "agg") {
        "percentile" => {
            if percentile.is_none_or(|percentile| percentile <= 0.0 || percentile >= 1.0) {
                let hint = "set `percentile` under `agg_params` to a number between 0 and 1";
                faults.push(Fault::error(said("does not say which percentile"), hint));
            }
        }
        "median" => {
            if percentile.is_some_and(|percentile| (percentile - 0.5).abs() > f64::EPSILON) {
                let hint = "leave `percentile` out, or take `agg: percentile`";
                faults.push(Fault::error(said("is a median of another percentile than 0.5"), hint));
            }
            if is_set("use_discrete_percentile") {
                let hint = "leave it out, or take `agg: percentile`";
                faults.push(Fault::error(said("is a median that sets `use_discrete_percentile`"), hint));
            }
        }
        other => {
            let mut idle: Vec<&str> =
                percentile.filter(|number| *number != 0.0).map(|_| "percentile").into_iter().collect();
            idle.extend(
                ["use_discrete_percentile", "use_approximate_percentile"].into_iter().filter(|key| is_set(key)),
            );
            if !idle.is_empty() {
                let message = said(&format!("is a `{other}`, to which `{}` means nothing", idle.join("` and `")));
                faults.push(Fault::error(message, "leave it out of `agg_params`, or take `agg: percentile`"));
            }
        }
    }
    faults
}

// What may be added up over everything but one time, as a balance.
fn of_non_additive(model: &Json, measure: &Json, time: &str, said: &dyn Fn(&str) -> String) -> Vec<Fault> {
    let Some(additive) = measure.get("non_additive_dimension").filter(|said| !said.is_null()) else { return vec![] };
    let name = text(additive, "name");
    let mut faults = Vec::new();
    match dimension(model, name) {
        None => {
            let message = said(&format!("names `{name}` as its `non_additive_dimension`, which that model has not"));
            faults.push(Fault::error(message, "name one of its dimensions"));
        }
        Some(found) => {
            if text(found, "type") != "time" {
                let message = said(&format!("has the `non_additive_dimension` `{name}`, which is no time"));
                faults.push(Fault::error(message, "name a dimension of the type `time`"));
            }
            let granularity = |dimension: &Json| {
                dimension.pointer("/type_params/time_granularity").and_then(Json::as_str).map(str::to_owned)
            };
            let of_time = dimension(model, time).and_then(granularity);
            if let (Some(own), Some(other)) = (granularity(found), of_time)
                && own != other
            {
                let message = said(&format!(
                    "has the `non_additive_dimension` `{name}` by {own}, and is summed up over `{time}` by {other}"
                ));
                faults.push(Fault::error(message, "name one of the same granularity"));
            }
        }
    }
    let choice = text(additive, "window_choice");
    if !matches!(choice, "min" | "max") {
        let message = said(&format!("has the `window_choice` `{choice}`"));
        faults.push(Fault::error(message, "it is `min` or `max`"));
    }
    let is_entity = |wanted: &str| parts(model, "entities").any(|entity| text(entity, "name") == wanted);
    let groups = parts(additive, "window_groupings").filter_map(Json::as_str);
    for group in groups.filter(|group| !is_entity(group)) {
        let message = said(&format!("has `{group}` under `window_groupings`, which is no entity of that model"));
        faults.push(Fault::error(message, "list entities of that model"));
    }
    faults
}
