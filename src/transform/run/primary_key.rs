//! The key of each model, as its constraints or its tests tell it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::transform::manifest::{Manifest, Node, ResourceType, UniqueId};

#[derive(Default)]
struct Tested<'a> {
    unique: BTreeSet<&'a str>,
    once_unique: BTreeSet<&'a str>,
    not_null: BTreeSet<&'a str>,
}

/// What a constraint says counts before what tests say. A column that is tested both unique and not null is taken for the
/// key; else the unique ones are. Tests that are disabled tell it too, where no other does.
pub fn of_models(manifest: &Manifest) -> BTreeMap<UniqueId, Vec<String>> {
    let mut tested: BTreeMap<&UniqueId, Tested<'_>> = BTreeMap::new();
    let disabled = manifest.disabled.values().flatten();
    for node in manifest.nodes.values().chain(disabled).filter(|node| node.resource_type == ResourceType::Test) {
        let Some(test) = &node.test else { continue };
        let (Some(metadata), Some(model)) = (&test.metadata, &test.attached_node) else { continue };
        let combined = metadata.kwargs.get("combination_of_columns").and_then(Json::as_array);
        let columns: Vec<&str> = match metadata.kwargs.get("column_name").and_then(Json::as_str) {
            Some(column) => vec![column],
            None => combined.into_iter().flatten().filter_map(Json::as_str).collect(),
        };
        let of_model = tested.entry(model).or_default();
        match metadata.name.as_str() {
            "unique" | "unique_combination_of_columns" if node.config_bool("enabled") == Some(false) => {
                of_model.once_unique.extend(columns);
            }
            "unique" | "unique_combination_of_columns" => of_model.unique.extend(columns),
            "not_null" => of_model.not_null.extend(columns),
            _ => {}
        }
    }
    let of_tests = tested.into_iter().map(|(model, Tested { unique, once_unique, not_null })| {
        let is_unique = |column: &&str| unique.contains(column) || once_unique.contains(column);
        let both: BTreeSet<&str> = not_null.into_iter().filter(is_unique).collect();
        let key = [both, unique, once_unique].into_iter().find(|columns| !columns.is_empty()).unwrap_or_default();
        (model.clone(), key.into_iter().map(str::to_owned).collect())
    });
    let models = manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Model);
    let constrained = models.filter_map(|node| Some((node.unique_id.clone(), constrained(node)?)));
    of_tests.chain(constrained).collect()
}

fn constrained(node: &Node) -> Option<Vec<String>> {
    let is_key = |constraint: &&Json| constraint["type"] == "primary_key";
    let of_model = node.extra.get("constraints").and_then(Json::as_array).into_iter().flatten().find(is_key);
    if let Some(constraint) = of_model {
        let columns = constraint["columns"].as_array().into_iter().flatten();
        return Some(columns.filter_map(Json::as_str).map(str::to_owned).collect());
    }
    let of_column =
        |column: &&crate::transform::manifest::Column| column.constraints.iter().any(|constraint| is_key(&constraint));
    node.columns.values().find(of_column).map(|column| vec![column.name.clone()])
}
