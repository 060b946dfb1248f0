//! What a snapshot's configuration must hold, asked before anything runs.

use serde_json::Value as Json;

use super::{Node, ResourceType};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::project::properties::texts;

/// Refuses a snapshot that could not be taken: without strategy or key, or with settings that its strategy lacks.
pub(super) fn check(node: &Node) -> Result<()> {
    if node.resource_type != ResourceType::Snapshot || node.config_bool("enabled") == Some(false) {
        return Ok(());
    }
    let wrong = |what: &str, hint: &str| {
        let error = Error::new(Kind::Config, format!("the snapshot `{}` {what}", node.name)).hint(hint);
        Err(match in_block(node) {
            Some(place) => error.at(place),
            None => error,
        })
    };
    let given = |key: &str| node.config.get(key).filter(|value| is_given(value));
    if given("unique_key").is_none() {
        return wrong(
            "does not set `unique_key`",
            "name the column or the columns that identify a row: `unique_key: id`",
        );
    }
    match node.config_str("strategy").unwrap_or_default() {
        "" => {
            return wrong("does not set `strategy`", "set `strategy: timestamp` or `strategy: check`");
        }
        "timestamp" if given("updated_at").is_none() => {
            return wrong(
                "uses the strategy `timestamp` and does not set `updated_at`",
                "name the column that tells when a row changed: `updated_at: modified_at`",
            );
        }
        "timestamp" if given("check_cols").is_some() => {
            return wrong(
                "uses the strategy `timestamp` and sets `check_cols`",
                "take `check_cols` away, or set `strategy: check`",
            );
        }
        "check" => match node.config.get("check_cols") {
            Some(Json::String(all)) if all == "all" => {}
            Some(list @ Json::Array(_)) if !texts(Some(list)).is_empty() => {}
            Some(Json::String(text)) if !text.is_empty() => {
                return wrong(
                    &format!("has `check_cols: {text}`"),
                    &format!("write a list of columns, `check_cols: [{text}]`, or `check_cols: all`"),
                );
            }
            _ => {
                return wrong(
                    "uses the strategy `check` and does not set `check_cols`",
                    "list the columns to compare, or write `check_cols: all`",
                );
            }
        },
        // Another strategy is a macro's, which knows what it needs.
        _ => {}
    }
    if node.materialized() != "snapshot" {
        return wrong(
            &format!("has `materialized: {}`", node.materialized()),
            "take `materialized` away: a snapshot is always one",
        );
    }
    Ok(())
}

// The name behind `{% snapshot`; in the YAML form there is none.
fn in_block(node: &Node) -> Option<Place> {
    let opening = format!("snapshot {}", node.name);
    let text = &node.file.text;
    let ends = |at: &usize| !text[at + opening.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let found = text.match_indices(&opening).map(|(at, _)| at).find(ends)?;
    Some(node.file.place(found + "snapshot ".len()..found + opening.len()))
}

// What Python holds for true.
fn is_given(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(list) => !list.is_empty(),
        Json::Bool(true) | Json::Number(_) | Json::Object(_) => true,
    }
}
