//! What a metric must say: names for what goes into it, spans of time that there are, and one of two where one is asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Fault, Layer, is_given, name, parts};
use crate::transform::manifest::semantics::{text, words};

/// Which metric was the first to give a measure another name.
pub(super) type Aliases<'a> = BTreeMap<&'a str, &'a str>;

pub(super) fn faults<'a>(metric: &'a Json, layer: &Layer<'a>, aliases: &mut Aliases<'a>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = name::faults("metric", text(metric, "name")).into_iter().collect();
    faults.extend(of_measures(metric, layer, aliases));
    faults.extend(of_offsets(metric, layer));
    match text(metric, "type") {
        "derived" => faults.extend(of_derived(metric)),
        "cumulative" => faults.extend(of_cumulative(metric, layer)),
        "conversion" => faults.extend(super::conversion::faults(metric, layer)),
        _ => {}
    }
    faults
}

fn parameters(metric: &Json) -> &Json {
    metric.get("type_params").unwrap_or(&Json::Null)
}

// The names of measures and of what they are called here are one room: a query asks for either.
fn of_measures<'a>(metric: &'a Json, layer: &Layer<'a>, aliases: &mut Aliases<'a>) -> Vec<Fault> {
    let own = text(metric, "name");
    let said = |what: String| format!("the metric `{own}` {what}");
    let mut faults = Vec::new();
    let inputs: Vec<&Json> = parts(parameters(metric), "input_measures").collect();
    for (at, input) in inputs.iter().enumerate() {
        let measure = text(input, "name");
        let is_twice = inputs.iter().enumerate().any(|(other, one)| other != at && text(one, "name") == measure);
        let Some(alias) = input.get("alias").and_then(Json::as_str) else {
            if is_twice && is_given(input, "filter") {
                let message = said(format!("stands on the measure `{measure}` with different filters"));
                faults.push(Fault::error(message, "give each filtered one an `alias`, so that they can be told apart"));
            }
            continue;
        };
        faults.extend(name::faults("measure", alias));
        if layer.owners.contains_key(alias) {
            let message = said(format!("calls the measure `{measure}` `{alias}`, which is the name of a measure"));
            faults.push(Fault::error(message, "choose another `alias`"));
        }
        if let Some(first) = aliases.get(alias) {
            let message = said(format!("calls the measure `{measure}` `{alias}`, as `{first}` calls one"));
            let hint = "choose another `alias`; a metric has those of the metrics that it is made of, too";
            faults.push(Fault::error(message, hint));
        }
        aliases.entry(alias).or_insert(own);
    }
    faults
}

fn of_offsets(metric: &Json, layer: &Layer<'_>) -> Vec<Fault> {
    let own = text(metric, "name");
    let mut faults = Vec::new();
    for input in parts(parameters(metric), "metrics") {
        let of = text(input, "name");
        let said = |what: &str| format!("the metric `{own}` {what} for `{of}`");
        if is_given(input, "offset_window") && is_given(input, "offset_to_grain") {
            faults.push(Fault::error(said("sets two offsets"), "keep `offset_window` or `offset_to_grain`"));
        }
        faults.extend(window(input.get("offset_window"), layer, true, &|what| said(&what)));
        let grain = text(input, "offset_to_grain").to_lowercase();
        if !grain.is_empty() && !words::is_granularity(&grain) {
            let message = said(&format!("sets the `offset_to_grain` `{grain}`"));
            faults.push(Fault::error(message, "write `day`, `week`, `month`, `quarter` or `year`"));
        }
    }
    faults
}

fn of_derived(metric: &Json) -> Vec<Fault> {
    let parameters = parameters(metric);
    let own = text(metric, "name");
    let said = |what: &str| format!("the metric `{own}` {what}");
    let inputs: Vec<&Json> = parts(parameters, "metrics").collect();
    let mut faults = Vec::new();
    if inputs.is_empty() {
        faults
            .push(Fault::error(said("is derived from nothing"), "list the metrics it is made of under `type_params`"));
    }
    let names: BTreeSet<&str> = inputs.iter().map(|input| text(input, "name")).collect();
    for alias in inputs.iter().map(|input| text(input, "alias")).filter(|alias| !alias.is_empty()) {
        faults.extend(name::faults("metric", alias));
        if names.contains(alias) {
            let message = said(&format!("gives a metric the alias `{alias}`, which is the name of another of its own"));
            faults.push(Fault::error(message, "choose another `alias`"));
        }
    }
    let written = match parameters.get("expr") {
        Some(Json::String(expression)) => expression.clone(),
        None | Some(Json::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    if written.is_empty() {
        let message = said("is derived without an `expr`; say under `type_params` how it is made of its metrics");
        faults.push(Fault::warning(message));
        return faults;
    }
    for input in inputs {
        let alias = text(input, "alias");
        let name = if alias.is_empty() { text(input, "name") } else { alias };
        if !written.contains(name) {
            let message = said(&format!("is derived from `{name}`, which its `expr` does not name: `{written}`"));
            faults.push(Fault::warning(message));
        }
    }
    faults
}

fn of_cumulative(metric: &Json, layer: &Layer<'_>) -> Vec<Fault> {
    let parameters = parameters(metric);
    let nested = parameters.get("cumulative_type_params").unwrap_or(&Json::Null);
    let said = |what: &str| format!("the metric `{}` {what}", text(metric, "name"));
    let mut faults = Vec::new();
    let outer = parameters.get("window").filter(|window| !window.is_null());
    let inner = nested.get("window").filter(|window| !window.is_null());
    if outer.is_some() && inner.is_some() && outer != inner {
        let hint = "keep the one under `cumulative_type_params`";
        faults.push(Fault::error(said("has two values of `window`"), hint));
    }
    if inner.is_some() && is_given(nested, "grain_to_date") {
        faults.push(Fault::error(said("has both `window` and `grain_to_date`"), "keep one of the two"));
    }
    faults.extend(window(inner, layer, false, &|what| said(&what)));
    let grain = text(nested, "grain_to_date").to_lowercase();
    if !grain.is_empty() && !words::is_granularity(&grain) {
        let message = said(&format!("has the `grain_to_date` `{grain}`"));
        faults.push(Fault::error(message, "write `day`, `week`, `month`, `quarter` or `year`"));
    }
    faults
}

/// What stood beside other parameters before, where the project wants it among those of cumulative metrics.
pub(super) fn of_old_parameters(metric: &Json) -> Option<Fault> {
    let old = ["window", "grain_to_date"].into_iter().find(|key| is_given(parameters(metric), key))?;
    let message = format!("the metric `{}` has `{old}` beside its other parameters", text(metric, "name"));
    Some(Fault::error(
        message,
        "write it under `cumulative_type_params`, as `require_nested_cumulative_type_params` wants it",
    ))
}

/// A span of time whose unit there is not, or that is one of the project's own where it may not be.
pub(super) fn window(
    window: Option<&Json>,
    layer: &Layer<'_>,
    takes_own: bool,
    said: &dyn Fn(String) -> String,
) -> Option<Fault> {
    let window = window.filter(|window| window.is_object())?;
    let unit = text(window, "granularity");
    if words::is_granularity(unit) {
        return None;
    }
    let is_own = |unit: &str| layer.granularities.contains(unit);
    let is_own = is_own(unit) || unit.strip_suffix('s').is_some_and(is_own);
    if is_own && takes_own {
        return None;
    }
    let count = window.get("count").map(ToString::to_string).unwrap_or_default();
    let (what, hint) = if is_own {
        ("a granularity of the project's own", "write it in days, weeks, months, quarters or years")
    } else {
        ("no span of time", "write a number and a span of time: `28 days`")
    };
    Some(Fault::error(said(format!("has the window `{count} {unit}`, whose unit is {what}")), hint))
}
