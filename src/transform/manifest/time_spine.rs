//! Time spines: models with a row for each day (or hour, month, ...), which metrics are joined to.

use serde_json::Value as Json;

use super::{Manifest, Node, ResourceType};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja;

/// The lengths of time that a column may have, shortest first.
const GRANULARITIES: [&str; 11] =
    ["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];

/// The name by which a model of days was a time spine before models could say so.
pub const LEGACY_TIME_SPINE: &str = "metricflow_time_spine";

/// Checks that semantic models have a time spine of days, or of something shorter.
pub(super) fn required(manifest: &Manifest) -> Result<()> {
    let place = |word: &str| GRANULARITIES.iter().position(|known| *known == word);
    let is_fine = |node: &Node| {
        let spine = node.extra.get("time_spine").and_then(|spine| spine["standard_granularity_column"].as_str());
        let column = spine.and_then(|name| node.columns.get(name));
        column.and_then(|column| place(column.granularity.as_deref()?)).is_some_and(|found| Some(found) <= place("day"))
    };
    let is_legacy = |node: &Node| node.resource_type == ResourceType::Model && node.name == LEGACY_TIME_SPINE;
    if manifest.semantic_models.is_empty() || manifest.nodes.values().any(|node| is_fine(node) || is_legacy(node)) {
        return Ok(());
    }
    Err(Error::new(Kind::Project, "there are semantic models, and no time spine of days that they could be joined to").hint(
        "make a model with a row for each day, and describe it with `time_spine: {standard_granularity_column: ...}` \
         and `granularity: day` at that column",
    ))
}

/// Checks the granularities of a node's columns, and that the columns of a time spine are described.
pub(super) fn check(node: &Node) -> Result<()> {
    for column in node.columns.values() {
        let Some(word) = column.granularity.as_deref().filter(|word| !GRANULARITIES.contains(word)) else { continue };
        let message = format!("the column `{}` of `{}` has `granularity: {word}`", column.name, node.name);
        let error = Error::new(Kind::Project, message);
        return Err(match jinja::nearest(word, GRANULARITIES) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("it is one of {}", GRANULARITIES.join(", "))),
        });
    }
    let Some(spine) = node.extra.get("time_spine").filter(|spine| !spine.is_null()) else { return Ok(()) };
    let wrong = |message: String| Error::new(Kind::Project, format!("the time spine `{}` {message}", node.name));
    let Some(standard) = spine["standard_granularity_column"].as_str() else {
        return Err(wrong("does not name its column".to_owned()).hint("say `standard_granularity_column: <column>`"));
    };
    let Some(column) = node.columns.get(standard) else {
        return Err(wrong(format!("names the column `{standard}`, which is not described"))
            .hint(format!("list it under `columns:`, with its `granularity`{}", known(node))));
    };
    if column.granularity.is_none() {
        return Err(wrong(format!("stands on the column `{standard}`, which has no `granularity`"))
            .hint("say how far its values are apart: `granularity: day`"));
    }
    let custom = spine["custom_granularities"].as_array().into_iter().flatten();
    let columns = custom.filter_map(|custom| custom["column_name"].as_str().or(custom["name"].as_str()));
    match columns.into_iter().find(|column| !node.columns.contains_key(*column)) {
        Some(missing) => Err(wrong(format!("has a granularity of the column `{missing}`, which is not described"))
            .hint(format!("list it under `columns:`{}", known(node)))),
        None => Ok(()),
    }
}

fn known(node: &Node) -> String {
    let names: Vec<&str> = node.columns.keys().map(String::as_str).collect();
    if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) }
}

/// A time spine in dbt's shape.
pub(super) fn shape(mut said: Json) -> Json {
    if let Some(spine) = said.as_object_mut() {
        let custom = spine.get("custom_granularities").and_then(Json::as_array).into_iter().flatten();
        let custom =
            custom.map(|custom| serde_json::json!({"name": custom["name"], "column_name": custom["column_name"]}));
        let custom: Json = custom.collect();
        spine.insert("custom_granularities".to_owned(), custom);
    }
    said
}
