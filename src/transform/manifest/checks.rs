//! What is wrong with a configuration that could be merged: values that no resource can have, words that mean nothing.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use super::properties_file::PropertiesFile;
use super::{Manifest, Node, ResourceType, merge};
use crate::error::{Error, Kind, Place, Result, line_start};
use crate::event::{Event, Sink};
use crate::transform::jinja;
use crate::transform::project::config::{PackageConfig, Tree};
use crate::transform::project::known_keys;
use crate::transform::project::yaml::{Document, Mark};

const ON_SCHEMA_CHANGE: [&str; 4] = ["ignore", "fail", "append_new_columns", "sync_all_columns"];

type Fits = fn(&Json) -> bool;

// Settings that dbt takes in one type only: what they take, in words and as a test.
const TYPES: &[(&str, &str, Fits)] = &[
    ("materialized", "the name of a materialization", Json::is_string),
    ("alias", "a text", is_text_or_nothing),
    ("schema", "a text", is_text_or_nothing),
    ("database", "a text", is_text_or_nothing),
    ("incremental_strategy", "the name of a strategy", is_text_or_nothing),
    ("tags", "a text or a list of texts", are_texts),
    ("full_refresh", "true or false, without quotes", |value| value.is_null() || value.is_boolean()),
    ("meta", "a mapping", is_mapping_or_nothing),
    ("persist_docs", "a mapping, as `{relation: true, columns: true}`", is_mapping_or_nothing),
    ("column_types", "a mapping of columns to types", is_mapping_or_nothing),
];

fn is_text_or_nothing(value: &Json) -> bool {
    value.is_null() || value.is_string()
}

fn is_mapping_or_nothing(value: &Json) -> bool {
    value.is_null() || value.is_object()
}

fn are_texts(value: &Json) -> bool {
    value.is_string() || value.as_array().is_some_and(|items| items.iter().all(Json::is_string))
}

/// Checks the values of a node's configuration that have a type or a fixed set.
pub(super) fn values(node: &Node, said: Option<(&Path, &str, u32)>) -> Result<()> {
    let config = &node.config;
    let wrong = |key: &str, value: &Json, hint: String| {
        let message =
            format!("{} `{}` has `{key}: {}`", node.resource_type.name(), node.name, super::resolve::plain(value));
        Err(Error::new(Kind::Project, message).at(place(node, said, key)).hint(hint))
    };
    if let Some(value) = config.get("enabled").filter(|value| !value.is_boolean()) {
        return wrong("enabled", value, "write true or false, without quotes".to_owned());
    }
    for (key, expected, fits) in TYPES {
        if let Some(value) = config.get(*key).filter(|value| !fits(value)) {
            return wrong(key, value, format!("it takes {expected}"));
        }
    }
    let one_of = |key: &str, known: &[&str]| match config.get(key) {
        None | Some(Json::Null) => Ok(()),
        Some(value) => match value.as_str() {
            Some(text) if known.contains(&text.to_lowercase().as_str()) => Ok(()),
            Some(text) => wrong(key, value, suggestion(text, known)),
            None => wrong(key, value, format!("it is one of {}", known.join(", "))),
        },
    };
    match node.resource_type {
        ResourceType::Model => {
            one_of("access", &["private", "protected", "public"])?;
            if let Some(access) = config.get("access").filter(|access| *access == "public" && node.is_ephemeral()) {
                return wrong("access", access, "an ephemeral model has no relation that others could read".to_owned());
            }
        }
        ResourceType::Test => one_of("severity", &["error", "warn"])?,
        ResourceType::Seed
        | ResourceType::Snapshot
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::SqlOperation
        | ResourceType::Function
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery => {}
    }
    Ok(())
}

fn suggestion(text: &str, known: &[&str]) -> String {
    match jinja::nearest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", known.join(", ")),
    }
}

// Where a key is said: in the code, else in the properties file at or below the entry, else in no known place.
pub(super) fn place(node: &Node, said: Option<(&Path, &str, u32)>, key: &str) -> Place {
    let found = in_files_of(node, said, key).or_else(|| near_what_made_it(node, key));
    found.unwrap_or_else(|| node.file.made_of.clone().unwrap_or_else(|| Place::file(&node.file.path)))
}

/// Where a node's own code says a setting; its file, when it is said elsewhere.
pub fn place_of_setting(node: &Node, key: &str) -> Place {
    place(node, None, key)
}

fn in_project_file(project: &PackageConfig, key: &str) -> Option<Place> {
    let document = &project.document;
    word(&document.text, 0, key).map(|span| Place::of_span(&document.path, &document.text, span))
}

fn in_files_of(node: &Node, said: Option<(&Path, &str, u32)>, key: &str) -> Option<Place> {
    let in_code = || word(&node.file.text, 0, key).map(|span| node.file.place(span));
    let in_properties = || {
        let (path, text, line) = said?;
        word(text, line_start(text, line), key).map(|span| Place::of_span(path, text, span))
    };
    let found = if node.resource_type == ResourceType::Test { None } else { in_code() };
    found.or_else(in_properties)
}

// Of a snapshot that stands in a properties file alone, below the line that its SQL is made of.
fn near_what_made_it(node: &Node, key: &str) -> Option<Place> {
    let made_of = node.file.made_of.as_ref()?;
    let text = std::fs::read_to_string(node.root_path.join(&made_of.file)).ok()?;
    let start = line_start(&text, made_of.line);
    let end = text[start..].find("- name:").map_or(text.len(), |at| start + at);
    word(&text[..end], start, key).map(|span| Place::of_span(&made_of.file, &text, span))
}

/// Where a properties file says the value of a key, in the line of the key at or below a mark.
pub(super) fn place_of_value(document: &Document, mark: Mark, key: &str, value: &str) -> Option<Place> {
    let text = &document.text;
    let key = word(text, line_start(text, mark.line), key)?;
    let line = text[key.end..].lines().next().unwrap_or_default();
    let span = line.find(value).map_or(key.clone(), |at| key.end + at..key.end + at + value.len());
    Some(Place::of_span(&document.path, text, span))
}

// The key with a `:` or a `=` behind it.
fn word(text: &str, from: usize, key: &str) -> Option<std::ops::Range<usize>> {
    let rest = text.get(from..)?;
    rest.match_indices(key)
        .find(|(at, _)| {
            let before = rest[..*at].chars().next_back();
            let after = rest[at + key.len()..].trim_start();
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_') && after.starts_with([':', '='])
        })
        .map(|(at, _)| from + at..from + at + key.len())
}

/// Checks that every group that is named exists.
pub(super) fn groups(manifest: &Manifest, files: &[PropertiesFile]) -> Result<()> {
    let names: Vec<&str> = manifest.groups.values().filter_map(|group| group["name"].as_str()).collect();
    for node in manifest.nodes.values() {
        let Some(group) = node.group.as_deref().filter(|group| !names.contains(group)) else { continue };
        let said = node.patch_path.as_deref().and_then(|path| said_in(files, path, &node.name));
        let message =
            format!("{} `{}` is in the group `{group}`, which no file describes", node.resource_type.name(), node.name);
        let hint = match jinja::nearest(group, names.iter().copied()) {
            Some(near) => format!("there is a group named `{near}`"),
            None => format!("describe it under `groups:` in a properties file: `- name: {group}`, with an `owner`"),
        };
        return Err(Error::new(Kind::Project, message).at(place(node, said, "group")).hint(hint));
    }
    Ok(())
}

fn said_in<'f>(files: &'f [PropertiesFile], patch_path: &str, name: &str) -> Option<(&'f Path, &'f str, u32)> {
    let file = files.iter().find(|file| file.id() == patch_path)?;
    let entry = file.properties.nodes.iter().find(|entry| entry.name == name)?;
    let document = &file.properties.document;
    Some((&document.path, &document.text, entry.mark.line))
}

/// Warns of settings that look like known ones, and of folders under `models:` and its like that hold nothing.
pub(super) fn warn(manifest: &Manifest, project: &PackageConfig, files: &[PropertiesFile], sink: &dyn Sink) {
    let mut told = FxHashSet::default();
    let mut known: FxHashMap<ResourceType, serde_json::Map<String, Json>> = FxHashMap::default();
    for node in manifest.nodes.values() {
        if let Some(word) = node.config_str("on_schema_change").filter(|word| !ON_SCHEMA_CHANGE.contains(word)) {
            let (place, hint) = (place(node, None, "on_schema_change"), suggestion(word, &ON_SCHEMA_CHANGE));
            let message = format!("{place}: `on_schema_change: {word}` means nothing and is taken as `ignore`; {hint}");
            sink.tell(Event::Warning { message });
        }
        let defaults = known.entry(node.resource_type).or_insert_with(|| merge::defaults(node.resource_type));
        for key in node.config.keys().filter(|key| !defaults.contains_key(*key)) {
            if let Some(near) = known_keys::near(key, defaults.keys().map(String::as_str)) {
                let said = node.patch_path.as_deref().and_then(|path| said_in(files, path, &node.name));
                let place = in_files_of(node, said, key).or_else(|| in_project_file(project, key));
                let place = place.unwrap_or_else(|| Place::file(&node.file.path));
                let message = format!("{place}: the setting `{key}` means nothing; did you mean `{near}`?");
                // One line of dbt_project.yml configures many nodes.
                if told.insert(message.clone()) {
                    sink.tell(Event::Warning { message });
                }
            }
        }
    }
    for (tree, kind) in [
        (Tree::Models, ResourceType::Model),
        (Tree::Seeds, ResourceType::Seed),
        (Tree::Snapshots, ResourceType::Snapshot),
    ] {
        let all = manifest.nodes.values().chain(manifest.disabled.values().flatten());
        let fqns: Vec<&[String]> = all.filter(|node| node.resource_type == kind).map(|node| &*node.fqn).collect();
        unused(&project.trees[&tree], &mut Vec::new(), &fqns, &mut |path| {
            let shown = path.join(".");
            let message =
                format!("dbt_project.yml: `{}.{shown}` configures nothing: there is no such folder", tree.key());
            sink.tell(Event::Named { name: "UnusedResourceConfigPath", message });
        });
    }
}

// The uppermost folders of a tree that no resource stands in.
fn unused<'t>(
    level: &'t serde_json::Map<String, Json>,
    path: &mut Vec<&'t str>,
    fqns: &[&[String]],
    tell: &mut dyn FnMut(&[&str]),
) {
    for (name, inner) in level {
        let Json::Object(inner) = inner else { continue };
        if name.starts_with('+') {
            continue;
        }
        path.push(name);
        let used = fqns.iter().any(|fqn| fqn.len() >= path.len() && fqn.iter().zip(path.iter()).all(|(a, b)| a == b));
        if used {
            unused(inner, path, fqns, tell);
        } else {
            tell(path);
        }
        path.pop();
    }
}
