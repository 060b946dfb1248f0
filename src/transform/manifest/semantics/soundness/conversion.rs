//! What a conversion metric must say: two measures that count, and an entity that both sides have.

use serde_json::Value as Json;

use super::metric::window;
use super::{Fault, Layer, is_given, parts};
use crate::transform::manifest::semantics::text;

pub(super) fn faults(metric: &Json, layer: &Layer<'_>) -> Vec<Fault> {
    let own = text(metric, "name");
    let said = |what: String| format!("the metric `{own}` {what}");
    let parameters = metric.pointer("/type_params/conversion_type_params").unwrap_or(&Json::Null);
    let mut faults = Vec::new();
    let entity = text(parameters, "entity");
    let properties = |key: &'static str| parts(parameters, "constant_properties").map(move |pair| text(pair, key));
    for (side, property) in [("base_measure", "base_property"), ("conversion_measure", "conversion_property")] {
        let input = parameters.get(side).unwrap_or(&Json::Null);
        let name = text(input, "name");
        // A measure that nobody has is refused when the metric is read.
        let Some(model) = layer.owners.get(name) else { continue };
        let of = text(model, "name");
        let has = |key: &str, wanted: &str| parts(model, key).any(|part| text(part, "name") == wanted);
        if !has("entities", entity) {
            let message = said(format!("follows the entity `{entity}`, which the semantic model `{of}` has not"));
            faults.push(Fault::error(message, "name an entity that both of its measures' semantic models have"));
        }
        let measure = parts(model, "measures").find(|measure| text(measure, "name") == name).unwrap_or(&Json::Null);
        let counts = match text(measure, "agg") {
            "count" | "count_distinct" => true,
            "sum" => measure.get("expr").is_some_and(|expr| expr == "1" || *expr == 1),
            _ => false,
        };
        if !counts {
            let message = said(format!("converts by the measure `{name}`, which does not count"));
            faults
                .push(Fault::error(message, "take a measure of `agg: count`, `count_distinct`, or `sum` of `expr: 1`"));
        }
        for property in properties(property).filter(|wanted| !has("entities", wanted) && !has("dimensions", wanted)) {
            let message = said(format!("holds `{property}` constant, which the semantic model `{of}` has not"));
            faults.push(Fault::error(message, "name an entity or a dimension of that semantic model"));
        }
        if side == "conversion_measure" && is_given(input, "filter") {
            let message = format!("filters its conversion measure `{name}`, which queries follow in part only");
            faults.push(Fault::warning(said(message)));
        }
    }
    faults.extend(window(parameters.get("window"), layer, false, &said));
    faults
}
