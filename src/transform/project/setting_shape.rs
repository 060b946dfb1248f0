//! Of what shape a setting of `dbt_project.yml` must be: a list of texts, a mapping, a text. One that is left empty says nothing.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::yaml::{Document, Yaml};
use crate::error::{Error, Kind, Result};

static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    let number = "(0|[1-9][0-9]*)";
    let part = "(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)";
    let behind = format!(r"(-{part}(\.{part})*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?");
    Regex::new(&format!(r"\A{number}\.{number}(\.{number}{behind})?\n?\z")).expect("a fixed pattern")
});

/// The settings of a project file, rendered, and where they stand.
#[derive(Clone, Copy)]
pub(super) struct Settings<'a> {
    pub document: &'a Document,
    pub rendered: &'a Map<String, Json>,
}

impl Settings<'_> {
    fn given(&self, key: &str) -> Option<&Json> {
        self.rendered.get(key).filter(|value| !value.is_null())
    }

    /// A mapping; an empty one when it is not given.
    pub(super) fn mapping(self, key: &str) -> Result<Map<String, Json>> {
        mapping(self.document, self.given(key), key)
    }

    /// A list of texts.
    pub(super) fn texts(self, key: &str, default: &[&str]) -> Result<Vec<String>> {
        match self.given(key) {
            None => Ok(default.iter().map(|&text| text.to_owned()).collect()),
            Some(Json::Array(list)) => {
                let item = |(at, item): (usize, &Json)| {
                    item.as_str().map(str::to_owned).ok_or_else(|| {
                        let written = self.document.root.get(key).and_then(Yaml::as_list).and_then(|list| list.get(at));
                        self.refuse(written, format!("`{key}` lists texts, not {}", kind_of(written)))
                    })
                };
                list.iter().enumerate().map(item).collect()
            }
            Some(_) => Err(wrong_type(self.document, key, "a list")),
        }
    }

    /// The same, where one text may stand for a list of it.
    pub(super) fn text_or_texts(self, key: &str) -> Result<Vec<String>> {
        match self.given(key) {
            Some(Json::String(text)) => Ok(vec![text.clone()]),
            _ => self.texts(key, &[]),
        }
    }

    /// A text.
    pub(super) fn text(self, key: &str, default: &str) -> Result<String> {
        match self.given(key) {
            None => Ok(default.to_owned()),
            Some(Json::String(text)) => Ok(text.clone()),
            Some(_) => Err(wrong_type(self.document, key, "a text")),
        }
    }

    /// What changes nothing here is of dbt's shape all the same.
    pub(super) fn check_idle(self) -> Result<()> {
        self.mapping("analyses")?;
        self.mapping("dbt-cloud")?;
        self.texts("asset-paths", &[])?;
        self.is_of("version", "a version such as `1.0` or `1.0.0`", |value| match value {
            Json::String(text) => VERSION.is_match(text),
            other => other.is_f64(),
        })?;
        self.is_of("config-version", "the number 2", |value| *value == 2)?;
        self.is_of("restrict-access", "true or false", Json::is_boolean)?;
        self.is_of("dispatch", "a list", Json::is_array)?;
        self.is_of("packages", "a list of packages, as in `packages.yml`", |value| {
            value.as_array().is_some_and(|list| list.iter().all(Json::is_object))
        })?;
        self.is_of("require-dbt-version", "a text or a list of texts", |value| {
            value.is_string() || value.as_array().is_some_and(|list| list.iter().all(Json::is_string))
        })?;
        self.is_of("query-comment", "a text, or a mapping of `comment`, `append` and `job-label`", |value| {
            let is_option = |(name, value): (&String, &Json)| match name.as_str() {
                "comment" => value.is_string() || value.is_null(),
                "append" => value.is_boolean() || value.is_null(),
                "job-label" => value.is_boolean(),
                _ => false,
            };
            value.is_string() || value.as_object().is_some_and(|options| options.iter().all(is_option))
        })
    }

    fn is_of(self, key: &str, expected: &str, is_right: impl Fn(&Json) -> bool) -> Result<()> {
        if self.given(key).is_none_or(is_right) {
            return Ok(());
        }
        Err(self.refuse(self.document.root.get(key), format!("`{key}` must be {expected}")))
    }

    /// `quoting`: true or false for the parts of a relation's name.
    pub(super) fn quoting(self) -> Result<Map<String, Json>> {
        let quoting = self.mapping("quoting")?;
        for (part, value) in &quoting {
            let written = self.document.root.get("quoting").and_then(|quoting| quoting.get(part));
            // The last one is of another warehouse, and changes nothing here.
            if !matches!(part.as_str(), "database" | "schema" | "identifier" | "project" | "snowflake_ignore_case") {
                let message = format!("`quoting` has no part `{part}`");
                return Err(self.refuse(written, message).hint("set `database`, `schema` and `identifier`"));
            }
            if !matches!(value, Json::Bool(_) | Json::Null) {
                let message = format!("`{part}` of `quoting` is true or false, not {}", kind_of(written));
                return Err(self.refuse(written, message));
            }
        }
        Ok(quoting)
    }

    fn refuse(self, written: Option<&Yaml>, message: String) -> Error {
        let error = Error::new(Kind::Project, message);
        match written {
            Some(written) => error.at(self.document.place(written.mark)),
            None => error,
        }
    }
}

/// A mapping of the file as it is written or rendered.
pub(super) fn mapping(document: &Document, value: Option<&Json>, key: &str) -> Result<Map<String, Json>> {
    match value {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(map)) => Ok(map.clone()),
        Some(Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => {
            Err(wrong_type(document, key, "a mapping"))
        }
    }
}

fn kind_of(written: Option<&Yaml>) -> &'static str {
    written.map_or("something else", Yaml::kind)
}

fn wrong_type(document: &Document, key: &str, expected: &str) -> Error {
    let value = document.root.get(key);
    let found = value.map_or("nothing", Yaml::kind);
    let error = Error::new(Kind::Project, format!("`{key}` takes {expected}, not {found}"));
    match value {
        Some(value) => error.at(document.place(value.mark)),
        None => error,
    }
}
