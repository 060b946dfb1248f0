//! Models with versions: one entry of a properties file that describes several models.

use serde_json::{Map, Value as Json};

use super::super::yaml::{Document, Yaml};
use super::{ColumnProperties, NodeProperties, Section, columns, map_of, test, text, texts};
use crate::error::{Error, Kind, Result};

/// Which version of a model an entry describes.
#[derive(Clone, Debug)]
pub struct Version {
    /// As it is written: a number or a text.
    pub number: Json,
    /// The version that a plain ref means.
    pub latest: Json,
    /// The file that holds it, without its extension.
    pub file: String,
}

impl Version {
    /// `2` for version 2, whichever way it is written.
    pub fn text(&self) -> String {
        plain(&self.number)
    }

    pub fn is_latest(&self) -> bool {
        plain(&self.number) == plain(&self.latest)
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// One entry for each version; the entry itself when it has none.
pub(super) fn expand(document: &Document, entry: &Yaml, described: NodeProperties) -> Result<Vec<NodeProperties>> {
    let versions = entry.given("versions").and_then(Yaml::as_list).unwrap_or_default();
    if versions.is_empty() || described.section != Section::Models {
        return Ok(vec![described]);
    }
    let rendered = described.fields.get("versions").and_then(Json::as_array).cloned().unwrap_or_default();
    let numbers: Vec<Json> = rendered.iter().filter_map(|version| version.get("v").cloned()).collect();
    let latest = described.fields.get("latest_version").filter(|latest| !latest.is_null()).cloned();
    let latest = latest.or_else(|| numbers.iter().max_by(|a, b| order(a, b)).cloned()).unwrap_or_default();
    let mut expanded = Vec::new();
    for (version, fields) in versions.iter().zip(&rendered) {
        let Some(number) = fields.get("v").filter(|number| !number.is_null()) else {
            return Err(Error::new(Kind::Project, format!("a version of `{}` has no `v:`", described.name))
                .at(document.place(version.mark))
                .hint("give each version a number: `- v: 1`"));
        };
        let file = match fields.get("defined_in").and_then(Json::as_str) {
            Some(file) => file.to_owned(),
            None => format!("{}_v{}", described.name, plain(number)),
        };
        let mut own = described.clone();
        own.version = Some(Version { number: number.clone(), latest: latest.clone(), file });
        own.config = merged(&own.config, &map_of(document, version, "config", fields.get("config"))?);
        own.columns =
            of_version(&described.columns, fields.get("columns"), columns(document, version, fields.get("columns"))?);
        if version.given("tests").or_else(|| version.given("data_tests")).is_some() {
            own.tests = test::of(document, version)?;
        }
        if let Some(fields) = fields.as_object().filter(|fields| fields.contains_key("description")) {
            own.description = text(fields, "description");
        }
        // When a version is to go is its own affair.
        own.fields.remove("deprecation_date");
        for key in ["constraints", "deprecation_date", "access"] {
            if let Some(value) = fields.get(key) {
                own.fields.insert(key.to_owned(), value.clone());
            }
        }
        expanded.push(own);
    }
    Ok(expanded)
}

// Numbers by size; texts by their letters, after all numbers.
fn order(a: &Json, b: &Json) -> std::cmp::Ordering {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => plain(a).cmp(&plain(b)),
    }
}

fn merged(base: &Map<String, Json>, update: &Map<String, Json>) -> Map<String, Json> {
    let mut out = base.clone();
    for (key, value) in update {
        let joined = match (out.get(key), value) {
            (Some(Json::Object(old)), Json::Object(new)) => Json::Object(merged(old, new)),
            (Some(Json::Array(old)), Json::Array(new)) => Json::Array([new.clone(), old.clone()].concat()),
            _ => value.clone(),
        };
        out.insert(key.clone(), joined);
    }
    out
}

// The model's columns that the version includes and does not exclude, then its own.
fn of_version(base: &[ColumnProperties], rendered: Option<&Json>, own: Vec<ColumnProperties>) -> Vec<ColumnProperties> {
    let list = rendered.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let rule = list.iter().find(|entry| entry.get("include").is_some());
    let included = |name: &String| match rule {
        None => true,
        Some(rule) => {
            let include = rule.get("include");
            let all = matches!(include.and_then(Json::as_str), Some("*" | "all"));
            (all || texts(include).contains(name)) && !texts(rule.get("exclude")).contains(name)
        }
    };
    base.iter().filter(|column| included(&column.name)).cloned().chain(own).collect()
}
