//! Functions of the database: what they take and give, as their properties declare it.

use serde_json::{Map, Value as Json, json};

use super::{Node, ResourceType};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja;

const TYPES: [&str; 3] = ["scalar", "aggregate", "table"];
const VOLATILITIES: [&str; 3] = ["deterministic", "stable", "non-deterministic"];

/// What a function returns that no file describes, in dbt's word; the macro that writes its SQL makes of it what it can.
const UNDECLARED: &str = "INVALID_TYPE";

/// The fields of dbt's shape that only functions have.
pub(super) fn declared(described: Option<&Map<String, Json>>) -> Map<String, Json> {
    let said = |key: &str| described.and_then(|fields| fields.get(key)).filter(|value| !value.is_null());
    let arguments = said("arguments").and_then(Json::as_array).into_iter().flatten();
    let argument = |argument: &Json| {
        let of = |key: &str| argument.get(key);
        json!({
            "name": of("name"), "data_type": of("data_type"), "description": of("description"),
            "default_value": of("default_value"),
        })
    };
    let mut fields = Map::from_iter([("arguments".to_owned(), arguments.map(argument).collect())]);
    let of = |key: &str| said("returns").and_then(|returns| returns.get(key)).cloned().unwrap_or_default();
    let returned = if described.is_some() { of("data_type") } else { json!(UNDECLARED) };
    fields.insert("returns".to_owned(), json!({"data_type": returned, "description": of("description")}));
    fields
}

/// Checks what a function declares.
pub(super) fn check(node: &Node) -> Result<()> {
    if node.resource_type != ResourceType::Function {
        return Ok(());
    }
    let wrong = |message: String| Error::new(Kind::Project, format!("the function `{}` {message}", node.name));
    for (key, known) in [("type", TYPES), ("volatility", VOLATILITIES)] {
        let Some(word) = node.config_str(key).filter(|word| !known.contains(word)) else { continue };
        let error = wrong(format!("has `{key}: {word}`"));
        return Err(match jinja::nearest(word, known) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("it is one of {}", known.join(", "))),
        });
    }
    if node.extra.get("returns").is_none_or(|returns| !returns["data_type"].is_string()) {
        return Err(
            wrong("does not say what it returns".to_owned()).hint("say `returns: {data_type: ...}` beside its name")
        );
    }
    let arguments = node.extra.get("arguments").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if let Some(argument) =
        arguments.iter().find(|argument| !argument["name"].is_string() || !argument["data_type"].is_string())
    {
        let name = argument["name"].as_str().unwrap_or("?");
        return Err(wrong(format!("has the argument `{name}` without a name or a `data_type`")));
    }
    let has_default = |argument: &Json| !argument["default_value"].is_null();
    let misplaced = arguments.windows(2).find(|pair| has_default(&pair[0]) && !has_default(&pair[1]));
    match misplaced.and_then(|pair| pair[1]["name"].as_str()) {
        Some(name) => {
            Err(wrong(format!("has the argument `{name}`, which must be given, behind one that has a default"))
                .hint("put arguments with a `default_value` last"))
        }
        None => Ok(()),
    }
}
