//! What a node's relation is called: `generate_database_name`, `generate_schema_name`, `generate_alias_name`.
//!
//! When nobody overrides these macros, what the built-in ones say is computed here without a template.

use serde_json::{Value as Json, json};

use super::placeholder::Placeholder;
use super::recorder::Recorder;
use super::{Node, Parsing};
use crate::error::{Error, Place, Result};
use crate::transform::jinja::{Args, Budget, Interpreter, Value};

#[derive(Clone, Copy)]
enum Component {
    Database,
    Schema,
    Alias,
}

impl Component {
    fn macro_name(self) -> &'static str {
        match self {
            Self::Database => "generate_database_name",
            Self::Schema => "generate_schema_name",
            Self::Alias => "generate_alias_name",
        }
    }
}

/// Names the relation of a configured node.
pub(super) fn name(parsing: &Parsing<'_>, node: &mut Node) -> Result<()> {
    let custom = |node: &Node, key: &str| node.config.get(key).and_then(Json::as_str).map(str::to_owned);
    let text = |node: &Node, component: Component, key: &str| generate(parsing, node, component, custom(node, key));
    node.database = text(node, Component::Database, "database")?;
    node.schema = text(node, Component::Schema, "schema")?;
    node.alias = text(node, Component::Alias, "alias")?;
    if let Some(database) = custom(node, "target_database") {
        node.database = database;
    }
    if let Some(schema) = custom(node, "target_schema") {
        node.schema = schema;
    }
    Ok(())
}

fn generate(parsing: &Parsing<'_>, node: &Node, component: Component, custom: Option<String>) -> Result<String> {
    let profile = &parsing.project.profile;
    if !parsing.macros.is_overridden(component.macro_name()) {
        return Ok(match (component, custom) {
            (Component::Database, Some(custom)) => custom.trim().to_owned(),
            (Component::Database, None) => profile.database.clone(),
            (Component::Schema, Some(custom)) => format!("{}_{}", profile.schema, custom.trim()),
            (Component::Schema, None) => profile.schema.clone(),
            (Component::Alias, Some(custom)) => custom.trim().to_owned(),
            (Component::Alias, None) => match node.extra.get("version").filter(|version| !version.is_null()) {
                Some(version) => format!("{}_v{}", node.name, plain(version).replace('.', "_")),
                None => node.name.clone(),
            },
        });
    }
    let Some(callable) = parsing.macros.naming(&node.package_name, component.macro_name()) else {
        return Err(Error::internal(format!("the macro `{}` is missing", component.macro_name())));
    };
    let this = Placeholder::new(&profile.database, &profile.schema, &node.name);
    let recorder = Recorder::new(parsing.scope(&node.package_name), this, Value::None, None);
    let custom = custom.map_or(Value::None, Value::str);
    let args = Args::positional([custom, Value::from_json(&description(node))]);
    let found = Interpreter::new(&recorder, Budget::default())
        .call(&callable, args)
        .map_err(|error| error.at(Place::file(&node.file.path)))?;
    Ok(found.text()?.trim().to_owned())
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

// The node as these macros see it.
pub(super) fn description(node: &Node) -> Json {
    json!({
        "name": node.name,
        "unique_id": node.unique_id.as_ref(),
        "resource_type": node.resource_type.name(),
        "package_name": node.package_name,
        "path": node.path,
        "original_file_path": node.original_file_path,
        "fqn": node.fqn,
        "database": node.database,
        "schema": node.schema,
        "alias": node.alias,
        "config": node.config,
        "tags": node.tags,
        "meta": node.meta,
        "description": node.description,
        "group": node.group,
        "language": node.language,
        "version": node.extra.get("version").cloned().unwrap_or(Json::Null),
        "latest_version": node.extra.get("latest_version").cloned().unwrap_or(Json::Null),
        "access": node.extra.get("access").cloned().unwrap_or(Json::Null),
    })
}
