//! The key of each model, as its tests tell it.

use std::collections::{BTreeMap, BTreeSet};

use crate::transform::manifest::{Manifest, ResourceType, UniqueId};

/// A column that is tested both unique and not null is taken for the key; else the unique ones are.
pub fn of_models(manifest: &Manifest) -> BTreeMap<UniqueId, Vec<String>> {
    let mut tested: BTreeMap<&UniqueId, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for node in manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Test) {
        let Some(test) = &node.test else { continue };
        let (Some(metadata), Some(model), Some(column)) = (&test.metadata, &test.attached_node, &test.column_name)
        else {
            continue;
        };
        if metadata.namespace.is_some() {
            continue;
        }
        let (unique, not_null) = tested.entry(model).or_default();
        match metadata.name.as_str() {
            "unique" => drop(unique.insert(column)),
            "not_null" => drop(not_null.insert(column)),
            _ => {}
        }
    }
    tested
        .into_iter()
        .map(|(model, (unique, not_null))| {
            let both: Vec<String> = unique.intersection(&not_null).map(|column| (*column).to_owned()).collect();
            let key = if both.is_empty() { unique.into_iter().map(str::to_owned).collect() } else { both };
            (model.clone(), key)
        })
        .collect()
}
