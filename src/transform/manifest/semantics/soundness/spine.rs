//! Time spines beside the semantic layer: their own granularities, and whether they are fine enough.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Fault, Layer, name, parts};
use crate::transform::manifest::semantics::{text, words};
use crate::transform::manifest::{Manifest, Node, ResourceType};

/// The models that are time spines, each with what it says of itself.
pub(super) fn spines(manifest: &Manifest) -> impl Iterator<Item = (&Node, &Json)> {
    let models = manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Model);
    models.filter_map(|node| Some((node, node.extra.get("time_spine").filter(|spine| !spine.is_null())?)))
}

/// What is wrong with the granularities of one spine; `seen` are those of the spines before it.
pub(super) fn of_spine<'a>(
    node: &Node,
    spine: &'a Json,
    layer: &Layer<'_>,
    seen: &mut BTreeSet<&'a str>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for own in parts(spine, "custom_granularities").map(|custom| text(custom, "name")) {
        faults.extend(name::faults("granularity", own));
        if let Some(what) = layer.taken.get(own) {
            let message = format!("the time spine `{}` has the granularity `{own}`, which is a {what}", node.name);
            faults.push(Fault::error(message, "rename one of the two"));
        }
        if !seen.insert(own) {
            let message = format!("there are two granularities named `{own}`");
            faults.push(Fault::error(message, "rename one of the two"));
        }
    }
    faults
}

/// What is wrong with all spines together.
pub(super) fn of_all(manifest: &Manifest) -> Vec<Fault> {
    let mut by_granularity: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (node, spine) in spines(manifest) {
        let column = spine.get("standard_granularity_column").and_then(Json::as_str);
        let granularity = column.and_then(|name| node.columns.get(name)?.granularity.as_deref());
        if let Some(length) = granularity.and_then(words::length) {
            by_granularity.entry(length).or_default().push(&node.name);
        }
    }
    let Some((shortest, _)) = by_granularity.first_key_value() else { return Vec::new() };
    let mut faults = Vec::new();
    for names in by_granularity.values().filter(|names| names.len() > 1) {
        let message =
            format!("the time spines `{}` have the same granularity; queries take one", names.join("` and `"));
        faults.push(Fault::warning(message));
    }
    let dimensions = manifest.semantic_models.values().flat_map(|model| parts(model, "dimensions"));
    let said =
        dimensions.filter_map(|dimension| Some((dimension, dimension.pointer("/type_params/time_granularity")?)));
    let lengths = said.filter_map(|(dimension, word)| Some((words::length(word.as_str()?)?, text(dimension, "name"))));
    match lengths.min() {
        None => faults.push(Fault::error(
            "no dimension of any semantic model says its `time_granularity`".to_owned(),
            "say it at a time dimension: `type_params: {time_granularity: day}`",
        )),
        Some((length, dimension)) if length < *shortest => {
            let message =
                format!("the dimension `{dimension}` is finer than every time spine; queries by its span of time fail");
            faults.push(Fault::warning(message));
        }
        Some(_) => {}
    }
    faults
}
