//! What properties files (`schema.yml`) say, file by file, with the place of each statement.
//!
//! Values are rendered as dbt renders them: not tests and descriptions, which are rendered later by others.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::render;
use super::yaml::{Document, Mark, Yaml};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::Scope;

mod source;
mod test;
mod version;

pub use source::{SourceProperties, TableProperties};
pub use test::{CONFIG_KEYS, TestProperties};
pub use version::Version;

/// One properties file.
#[derive(Clone, Debug)]
pub struct Properties {
    pub document: Arc<Document>,
    pub nodes: Vec<NodeProperties>,
    pub sources: Vec<SourceProperties>,
    pub macros: Vec<Entry>,
    pub exposures: Vec<Entry>,
    pub groups: Vec<Entry>,
    pub unit_tests: Vec<Entry>,
    pub metrics: Vec<Entry>,
    pub semantic_models: Vec<Entry>,
    pub saved_queries: Vec<Entry>,
}

impl Properties {
    /// A line for each key that looks like one dbt knows and is not.
    pub fn mistaken(&self) -> Vec<String> {
        super::known_keys::mistaken(&self.document)
    }
}

/// The sections that describe nodes which stand in files of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    Models,
    Seeds,
    Snapshots,
    Analyses,
    /// Singular tests.
    DataTests,
    Functions,
}

impl Section {
    pub const ALL: [Self; 6] =
        [Self::Models, Self::Seeds, Self::Snapshots, Self::Analyses, Self::DataTests, Self::Functions];

    pub fn key(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::Seeds => "seeds",
            Self::Snapshots => "snapshots",
            Self::Analyses => "analyses",
            Self::DataTests => "data_tests",
            Self::Functions => "functions",
        }
    }
}

/// A named entry whose fields nobody here looks at: a macro, an exposure, a group.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub mark: Mark,
    /// Rendered, but for descriptions.
    pub fields: Map<String, Json>,
}

/// What a file says about a model, seed, snapshot, analysis or singular test.
#[derive(Clone, Debug)]
pub struct NodeProperties {
    pub section: Section,
    pub name: String,
    pub mark: Mark,
    /// Unrendered: it may call `doc()`.
    pub description: String,
    pub columns: Vec<ColumnProperties>,
    pub tests: Vec<TestProperties>,
    /// `config:` and what may stand beside it (`meta`, `docs`, `group`, `access`, `contract`).
    pub config: Map<String, Json>,
    /// All fields as rendered.
    pub fields: Map<String, Json>,
    /// Of a model with versions, which one this is: such an entry is read once for each.
    pub version: Option<Version>,
}

#[derive(Clone, Debug)]
pub struct ColumnProperties {
    pub name: String,
    pub mark: Mark,
    pub description: String,
    pub data_type: Option<String>,
    /// Of a column of time: how far its values are apart, `day` or `month`.
    pub granularity: Option<String>,
    pub quote: Option<bool>,
    pub tags: Vec<String>,
    pub meta: Map<String, Json>,
    pub constraints: Vec<Json>,
    pub tests: Vec<TestProperties>,
    /// What else is said of it: dbt keeps what it does not know.
    pub extra: Map<String, Json>,
}

const OF_COLUMN: [&str; 12] = [
    "config",
    "constraints",
    "data_tests",
    "data_type",
    "description",
    "docs",
    "granularity",
    "meta",
    "name",
    "quote",
    "tags",
    "tests",
];

/// Reads a parsed file.
pub fn read(document: Arc<Document>, scope: &dyn Scope) -> Result<Properties> {
    let root = &document.root;
    let mut properties = Properties {
        document: document.clone(),
        nodes: Vec::new(),
        sources: Vec::new(),
        macros: Vec::new(),
        exposures: Vec::new(),
        groups: Vec::new(),
        unit_tests: Vec::new(),
        metrics: Vec::new(),
        semantic_models: Vec::new(),
        saved_queries: Vec::new(),
    };
    if root.is_null() {
        return Ok(properties);
    }
    if root.as_map().is_none() {
        return Err(Error::new(Kind::Project, format!("a properties file is a mapping, and this is {}", root.kind()))
            .at(document.place(root.mark))
            .hint("begin it with `models:`, `sources:` or another section"));
    }
    for section in Section::ALL {
        for (entry, name) in entries(&document, section.key())? {
            let described = node(&document, entry, name, section, scope)?;
            properties.nodes.extend(version::expand(&document, entry, described)?);
        }
    }
    for (entry, name) in entries(&document, "sources")? {
        properties.sources.push(source::read(&document, entry, name, scope)?);
    }
    for (key, into) in [
        ("macros", &mut properties.macros),
        ("exposures", &mut properties.exposures),
        ("groups", &mut properties.groups),
        ("unit_tests", &mut properties.unit_tests),
        ("metrics", &mut properties.metrics),
        ("semantic_models", &mut properties.semantic_models),
        ("saved_queries", &mut properties.saved_queries),
    ] {
        for (entry, name) in entries(&document, key)? {
            let Json::Object(fields) =
                render::tree(&document, entry, scope, &|path| !is_left_alone(path) && !is_data(path))?
            else {
                continue;
            };
            into.push(Entry { name, mark: entry.mark, fields });
        }
    }
    Ok(properties)
}

// The entries of a section, each with its name.
fn entries<'a>(document: &'a Document, key: &str) -> Result<Vec<(&'a Yaml, String)>> {
    entries_of(document, &document.root, key)
}

// The entries of a list under a key, each with its name.
fn entries_of<'a>(document: &Document, parent: &'a Yaml, key: &str) -> Result<Vec<(&'a Yaml, String)>> {
    let Some(section) = parent.given(key) else { return Ok(Vec::new()) };
    let Some(list) = section.as_list() else {
        return Err(Error::new(Kind::Project, format!("`{key}` takes a list, not {}", section.kind()))
            .at(document.place(section.mark))
            .hint(format!("begin each entry of `{key}` with `- name:`")));
    };
    list.iter().map(|entry| Ok((entry, name_of(document, entry, key)?))).collect()
}

fn name_of(document: &Document, entry: &Yaml, key: &str) -> Result<String> {
    let error = |message: String| Error::new(Kind::Project, message).at(document.place(entry.mark));
    if entry.as_map().is_none() {
        return Err(error(format!("an entry of `{key}` is a mapping, and this is {}", entry.kind()))
            .hint("write it as `- name: ...`"));
    }
    match entry.given("name").map(Yaml::to_json) {
        Some(Json::String(name)) => Ok(name),
        Some(Json::Number(number)) => Ok(number.to_string()),
        Some(Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_)) | None => {
            Err(error(format!("an entry of `{key}` has no name")).hint("add `name:` to it"))
        }
    }
}

// Descriptions and tests are rendered later; hooks are rendered when they run.
fn is_left_alone(path: render::Path<'_>) -> bool {
    let later = |key: &String| matches!(key.as_str(), "tests" | "data_tests" | "description" | "loaded_at_query");
    let at = |index: usize| path.get(index);
    path.first().is_some_and(later)
        || (path.len() == 2 && later(&path[1]))
        || (path.len() == 5 && path[4] == "description")
        || (path.first().is_some_and(|key| key == "columns" || key == "arguments") && at(2).is_some_and(later))
        || (path.first().is_some_and(|key| key == "config")
            && at(1).is_some_and(|key| {
                matches!(key.as_str(), "pre_hook" | "post_hook" | "pre-hook" | "post-hook" | "loaded_at_query")
            }))
}

// Rows of unit tests are no templates; filters of metrics are, and not of this dialect.
fn is_data(path: render::Path<'_>) -> bool {
    path.first().is_some_and(|key| key == "given" || key == "expect")
        || path.iter().any(|key| key == "filter" || key == "where")
}

/// Fields that may stand beside `config:` and belong into it.
const MOVED_TO_CONFIG: [&str; 5] = ["meta", "docs", "group", "contract", "access"];

fn node(
    document: &Document,
    entry: &Yaml,
    name: String,
    section: Section,
    scope: &dyn Scope,
) -> Result<NodeProperties> {
    let Json::Object(fields) = render::tree(document, entry, scope, &|path| !is_left_alone(path))? else {
        unreachable!("an entry is a mapping");
    };
    let mut config = map_of(document, entry, "config", fields.get("config"))?;
    for key in MOVED_TO_CONFIG {
        if let Some(value) = fields.get(key) {
            if config.contains_key(key) {
                let mark = entry.get(key).map_or(entry.mark, |value| value.mark);
                return Err(Error::new(
                    Kind::Project,
                    format!("`{name}` has `{key}` twice: beside `config` and in it"),
                )
                .at(document.place(mark))
                .hint("keep the one under `config:`"));
            }
            config.insert(key.to_owned(), value.clone());
        }
    }
    Ok(NodeProperties {
        section,
        name,
        mark: entry.given("name").map_or(entry.mark, |value| value.mark),
        description: text(&fields, "description"),
        columns: columns(document, entry, fields.get("columns"))?,
        tests: test::of(document, entry)?,
        config,
        fields,
        version: None,
    })
}

/// The columns of an entry; `rendered` is its `columns:` after rendering.
fn columns(document: &Document, entry: &Yaml, rendered: Option<&Json>) -> Result<Vec<ColumnProperties>> {
    let Some(columns) = entry.given("columns") else { return Ok(Vec::new()) };
    let Some(list) = columns.as_list() else {
        return Err(Error::new(Kind::Project, format!("`columns` takes a list, not {}", columns.kind()))
            .at(document.place(columns.mark))
            .hint("begin each column with `- name:`"));
    };
    let rendered = rendered.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let column = |(column, fields): (&Yaml, &Json)| {
        // An entry of versioned models may include the columns of others instead of naming one.
        if column.given("include").is_some() {
            return Ok(None);
        }
        let name = name_of(document, column, "columns")?;
        let fields = fields.as_object().cloned().unwrap_or_default();
        let config = map_of(document, column, "config", fields.get("config"))?;
        let mut tags = texts(fields.get("tags"));
        tags.extend(texts(config.get("tags")));
        tags.sort();
        tags.dedup();
        let mut meta = fields.get("meta").and_then(Json::as_object).cloned().unwrap_or_default();
        meta.extend(config.get("meta").and_then(Json::as_object).cloned().unwrap_or_default());
        Ok(Some(ColumnProperties {
            name,
            mark: column.given("name").map_or(column.mark, |value| value.mark),
            description: text(&fields, "description"),
            data_type: fields.get("data_type").and_then(Json::as_str).map(str::to_owned),
            granularity: fields.get("granularity").and_then(Json::as_str).map(str::to_owned),
            quote: fields.get("quote").and_then(Json::as_bool),
            tags,
            meta,
            constraints: fields.get("constraints").and_then(Json::as_array).cloned().unwrap_or_default(),
            tests: test::of(document, column)?,
            extra: fields.into_iter().filter(|(key, _)| !OF_COLUMN.contains(&key.as_str())).collect(),
        }))
    };
    list.iter().zip(rendered).filter_map(|pair| column(pair).transpose()).collect()
}

fn map_of(document: &Document, entry: &Yaml, key: &str, rendered: Option<&Json>) -> Result<Map<String, Json>> {
    match rendered {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(map)) => Ok(map.clone()),
        Some(Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => {
            let value = entry.get(key).unwrap_or(entry);
            Err(Error::new(Kind::Project, format!("`{key}` takes a mapping, not {}", value.kind()))
                .at(document.place(value.mark)))
        }
    }
}

fn text(fields: &Map<String, Json>, key: &str) -> String {
    match fields.get(key) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A list of texts, or one.
pub fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(text)) => vec![text.clone()],
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_)) | None => Vec::new(),
    }
}
