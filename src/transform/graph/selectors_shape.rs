//! The selectors of `selectors.yml` as the manifest has them: by name, each part spelt out.

use serde_json::{Map, Value as Json, json};

use super::selector::{self, Part};

/// The list of the file as a mapping of names. A selector that names another one has the definition of that.
///
/// ```
/// use gristmill::transform::graph::selectors_shape::by_name;
/// let file = serde_json::json!([{"name": "daily", "definition": "tag:daily+"}]);
/// let daily = by_name(file.as_array().unwrap())["daily"].clone();
/// assert_eq!(daily["definition"], serde_json::json!({"method": "tag", "value": "daily", "children": true}));
/// ```
pub fn by_name(selectors: &[Json]) -> Map<String, Json> {
    let mut named = Map::new();
    for entry in selectors.iter().filter_map(Json::as_object) {
        let Some(name) = entry.get("name").and_then(Json::as_str) else { continue };
        let definition = definition(&entry["definition"], &named);
        let mut entry = entry.clone();
        entry.insert("definition".to_owned(), definition);
        named.insert(name.to_owned(), Json::Object(entry));
    }
    named
}

fn definition(said: &Json, named: &Map<String, Json>) -> Json {
    let map = match said {
        Json::String(text) => return selector::part_of(text).map_or_else(|_| said.clone(), |part| spelt_out(&part)),
        Json::Object(map) => map,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => return said.clone(),
    };
    let all = |list: &Json| match list {
        Json::Array(list) => list.iter().map(|one| definition(one, named)).collect(),
        other => other.clone(),
    };
    for key in ["union", "intersection", "exclude"] {
        if let Some(list) = map.get(key) {
            return json!({key: all(list)});
        }
    }
    if map.get("method").and_then(Json::as_str) == Some("selector") {
        let other = map.get("value").and_then(Json::as_str).and_then(|name| named.get(name));
        return other.map_or_else(|| said.clone(), |other| other["definition"].clone());
    }
    match map.iter().next() {
        Some((method, value)) if map.len() == 1 => json!({"method": method, "value": value}),
        _ => said.clone(),
    }
}

fn spelt_out(part: &Part) -> Json {
    let method = std::iter::once(part.method.name()).chain(part.arguments.iter().map(String::as_str));
    let mut shape = Map::from_iter([
        ("method".to_owned(), json!(method.collect::<Vec<_>>().join("."))),
        ("value".to_owned(), json!(part.value)),
    ]);
    if part.childrens_parents {
        shape.insert("childrens_parents".to_owned(), json!(true));
    }
    for (key, steps) in [("parents", part.parents), ("children", part.children)] {
        if let Some(depth) = steps {
            shape.insert(key.to_owned(), json!(true));
            // How many steps is text here, as in dbt.
            shape.extend(depth.map(|depth| (format!("{key}_depth"), json!(depth.to_string()))));
        }
    }
    Json::Object(shape)
}
