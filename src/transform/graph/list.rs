//! What `ls` prints of each selected node.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::transform::jinja::Value;
use crate::transform::jinja::json::{Layout, dumps};
use crate::transform::manifest::{Manifest, ResourceType, UniqueId};

/// What to print of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The dotted name that selects it.
    Selector,
    Name,
    Path,
    /// A JSON object with these fields, or with dbt's own choice when there are none.
    Json(Vec<String>),
}

const DEFAULT_KEYS: [&str; 10] = [
    "alias",
    "name",
    "package_name",
    "depends_on",
    "tags",
    "config",
    "resource_type",
    "source_name",
    "original_file_path",
    "unique_id",
];

/// One line for each node, in the order of their ids; `shape` gives a resource as the manifest lists it.
pub fn lines(selected: &[UniqueId], manifest: &Manifest, form: &Form, shape: &dyn Fn(&str) -> Json) -> Vec<String> {
    let sorted: BTreeSet<&UniqueId> = selected.iter().collect();
    sorted.into_iter().filter_map(|id| line(id, manifest, form, shape)).collect()
}

// A version as text.
fn plain(version: &Json) -> String {
    version.as_str().map_or_else(|| version.to_string(), str::to_owned)
}

fn line(id: &str, manifest: &Manifest, form: &Form, shape: &dyn Fn(&str) -> Json) -> Option<String> {
    if let Some(node) = manifest.find(id) {
        return Some(match form {
            Form::Selector if node.resource_type == ResourceType::UnitTest => {
                let version = manifest.unit_tests.get(id).and_then(|test| test.shape.get("version"));
                let version =
                    version.filter(|version| !version.is_null()).map(|version| format!("_v{}", plain(version)));
                format!("unit_test:{}.{}{}", node.package_name, node.name, version.unwrap_or_default())
            }
            Form::Selector => node.fqn.join("."),
            Form::Name => {
                let version = node.extra.get("version").filter(|version| !version.is_null());
                version.map_or_else(|| node.name.clone(), |version| format!("{}.v{}", node.name, plain(version)))
            }
            Form::Path => node.original_file_path.to_string_lossy().into_owned(),
            Form::Json(keys) => print(&shape(id), keys),
        });
    }
    if let Some(source) = manifest.sources.get(id) {
        return Some(match form {
            Form::Selector => format!("source:{}.{}.{}", source.package_name, source.source_name, source.name),
            Form::Name => format!("{}.{}", source.source_name, source.name),
            Form::Path => source.original_file_path.to_string_lossy().into_owned(),
            Form::Json(keys) => print(&shape(id), keys),
        });
    }
    if let Some(described) = manifest.find_described(id) {
        return Some(match form {
            Form::Selector => {
                format!("{}:{}.{}", described.kind.name(), described.text("package_name"), described.text("name"))
            }
            Form::Name => described.text("name").to_owned(),
            Form::Path => described.text("original_file_path").to_owned(),
            Form::Json(keys) => print(&shape(id), keys),
        });
    }
    let exposure = manifest.exposures.get(id)?;
    Some(match form {
        Form::Selector => format!("exposure:{}.{}", exposure.package_name, exposure.name),
        Form::Name => exposure.name.clone(),
        Form::Path => exposure.original_file_path.to_string_lossy().into_owned(),
        Form::Json(keys) => print(&shape(id), keys),
    })
}

fn print(shape: &Json, keys: &[String]) -> String {
    let Some(fields) = shape.as_object() else { return String::new() };
    let shown: Map<String, Json> = if keys.is_empty() {
        let wanted = fields.iter().filter(|(key, _)| DEFAULT_KEYS.contains(&key.as_str()));
        wanted.map(|(key, value)| (key.clone(), value.clone())).collect()
    } else {
        // `config.materialized` reaches into a mapping, and is left out where there is nothing.
        let reach = |key: &str| key.split('.').try_fold(shape, |value, part| value.get(part)).cloned();
        let found = |key: &String| {
            let found = reach(key).filter(|value| !key.contains('.') || !value.is_null());
            found.map(|value| (key.clone(), value))
        };
        keys.iter().filter_map(found).collect()
    };
    dumps(&Value::from_json(&Json::Object(shown)), Layout::default()).expect("a document does not hold itself")
}
