//! A source and its tables as a properties file describes them.

use serde_json::{Map, Value as Json};

use super::super::render;
use super::super::yaml::{Document, Mark, Yaml};
use super::{ColumnProperties, TestProperties, columns, entries_of, map_of, test, text};
use crate::error::Result;
use crate::transform::jinja::Scope;

#[derive(Clone, Debug)]
pub struct SourceProperties {
    pub name: String,
    pub mark: Mark,
    pub description: String,
    /// All fields of the source, rendered, without its tables.
    pub fields: Map<String, Json>,
    pub config: Map<String, Json>,
    /// `schema` and `database` as they are written.
    pub unrendered_schema: Option<Json>,
    pub unrendered_database: Option<Json>,
    pub tables: Vec<TableProperties>,
}

#[derive(Clone, Debug)]
pub struct TableProperties {
    pub name: String,
    pub mark: Mark,
    pub description: String,
    pub fields: Map<String, Json>,
    pub config: Map<String, Json>,
    pub columns: Vec<ColumnProperties>,
    pub tests: Vec<TestProperties>,
}

pub(super) fn read(document: &Document, entry: &Yaml, name: String, scope: &dyn Scope) -> Result<SourceProperties> {
    let Json::Object(mut fields) = render::tree(document, entry, scope, &rendered_here)? else {
        unreachable!("an entry is a mapping");
    };
    let rendered = fields.remove("tables");
    let rendered = rendered.as_ref().and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut tables = Vec::new();
    for ((table, name), fields) in entries_of(document, entry, "tables")?.into_iter().zip(rendered) {
        let fields = fields.as_object().cloned().unwrap_or_default();
        tables.push(TableProperties {
            name,
            mark: table.given("name").map_or(table.mark, |value| value.mark),
            description: text(&fields, "description"),
            config: map_of(document, table, "config", fields.get("config"))?,
            columns: columns(document, table, fields.get("columns"))?,
            tests: test::of(document, table)?,
            fields,
        });
    }
    Ok(SourceProperties {
        name,
        mark: entry.given("name").map_or(entry.mark, |value| value.mark),
        description: text(&fields, "description"),
        config: map_of(document, entry, "config", fields.get("config"))?,
        unrendered_schema: entry.given("schema").map(Yaml::to_json),
        unrendered_database: entry.given("database").map(Yaml::to_json),
        fields,
        tables,
    })
}

fn rendered_here(path: render::Path<'_>) -> bool {
    let later = |key: Option<&String>| {
        key.is_some_and(|key| matches!(key.as_str(), "tests" | "data_tests" | "description" | "loaded_at_query"))
    };
    let below = |depth: usize| {
        let key = path.get(depth).map(String::as_str);
        // In a config only the query waits: `this` is not known before the source is asked.
        let waits = path.get(depth + 1).is_some_and(|key| key == "loaded_at_query");
        later(path.get(depth))
            || (key == Some("columns") && later(path.get(depth + 2)))
            || (key == Some("config") && waits)
    };
    match path.first().map(String::as_str) {
        Some("tables") => !below(2),
        Some(_) => !below(0),
        None => true,
    }
}
