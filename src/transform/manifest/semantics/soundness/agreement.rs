//! What must hold across semantic models and metrics: a name means one thing, and a label belongs to one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::semantic_model::{PARTS, primary_entity};
use super::{Fault, parts};
use crate::transform::manifest::semantics::text;

/// What was seen of the semantic models that came before.
#[derive(Default)]
pub(super) struct Seen<'a> {
    names: BTreeSet<&'a str>,
    labels: BTreeMap<&'a str, &'a str>,
    measures: BTreeMap<&'a str, &'a str>,
    // What a name stands for, and where it was first.
    kinds: BTreeMap<&'a str, (&'static str, &'a str)>,
    dimensions: BTreeMap<&'a str, (&'a str, bool, &'a str)>,
    pairs: BTreeMap<(&'a str, &'a str), &'a str>,
    entity_labels: BTreeMap<&'a str, (&'a str, &'a str)>,
}

/// Where a semantic model says something else than one before it.
pub(super) fn of_semantic_model<'a>(model: &'a Json, seen: &mut Seen<'a>) -> Vec<Fault> {
    let name = text(model, "name");
    let said = |what: &str| format!("the semantic model `{name}` {what}");
    let mut faults = Vec::new();
    if !seen.names.insert(name) {
        faults.push(Fault::error(format!("there are two semantic models named `{name}`"), "rename one of the two"));
    }
    faults.extend(label_of(model, name, "semantic model", &mut seen.labels));
    for (key, what) in PARTS {
        let mut labels = BTreeMap::new();
        for part in parts(model, key) {
            let own = text(part, "name");
            let (kind, first) = *seen.kinds.entry(own).or_insert((what, name));
            // Within one semantic model it is told as a name that stands twice.
            if kind != what && first != name {
                let message = said(&format!("has the {what} `{own}`, and `{first}` has the {kind} `{own}`"));
                faults.push(Fault::error(message, "rename one of the two"));
            }
            faults.extend(label_of(part, own, what, &mut labels));
        }
    }
    for measure in parts(model, "measures") {
        let own = text(measure, "name");
        let first = *seen.measures.entry(own).or_insert(name);
        if first != name {
            let message = format!("the measure `{own}` is in several semantic models, in `{first}` and in `{name}`");
            faults.push(Fault::error(message, "a metric names a measure alone: rename one of them"));
        }
    }
    let primary = primary_entity(model);
    for dimension in parts(model, "dimensions") {
        let (own, kind) = (text(dimension, "name"), text(dimension, "type"));
        let is_partition = dimension.get("is_partition") == Some(&Json::Bool(true));
        let (first_kind, first_partition, first) = *seen.dimensions.entry(own).or_insert((kind, is_partition, name));
        if kind != first_kind {
            let message = said(&format!("has the dimension `{own}` as {kind}, which is {first_kind} in `{first}`"));
            faults.push(Fault::error(message, "give both the same `type`, or rename one of them"));
        }
        if is_partition != first_partition {
            let message = said(&format!("and `{first}` disagree on `is_partition` of the dimension `{own}`"));
            faults.push(Fault::error(message, "say the same in both, or rename one of them"));
        }
        let Some(primary) = primary else { continue };
        let first = *seen.pairs.entry((primary, own)).or_insert(name);
        if first != name {
            let message = said(&format!("has `{primary}` as its primary entity and a dimension `{own}`, as `{first}`"));
            faults.push(Fault::error(message, "rename the dimension in one of the two: queries ask for both together"));
        }
    }
    for entity in parts(model, "entities") {
        let (own, Some(label)) = (text(entity, "name"), entity.get("label").and_then(Json::as_str)) else { continue };
        let (first_label, first) = *seen.entity_labels.entry(own).or_insert((label, name));
        if label != first_label {
            let message =
                said(&format!("labels the entity `{own}` `{label}`, and `{first}` labels it `{first_label}`"));
            faults.push(Fault::error(message, "write the same label in both, or in one only"));
        }
    }
    faults
}

/// A name or a label of a metric that another has already.
pub(super) fn of_metric<'a>(
    metric: &'a Json,
    names: &mut BTreeSet<&'a str>,
    labels: &mut BTreeMap<&'a str, &'a str>,
) -> Vec<Fault> {
    let name = text(metric, "name");
    let mut faults: Vec<Fault> = label_of(metric, name, "metric", labels).into_iter().collect();
    if !names.insert(name) {
        faults.push(Fault::error(format!("there are two metrics named `{name}`"), "rename one of the two"));
    }
    faults
}

fn label_of<'a>(of: &'a Json, name: &'a str, what: &str, seen: &mut BTreeMap<&'a str, &'a str>) -> Option<Fault> {
    let label = of.get("label").and_then(Json::as_str)?;
    let Some(first) = seen.get(label) else {
        seen.insert(label, name);
        return None;
    };
    let message = format!("the {what}s `{first}` and `{name}` have the same label, `{label}`");
    Some(Fault::error(message, "write another label for one of the two"))
}
