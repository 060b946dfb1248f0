//! Statements before and after a node or a whole run.

use std::sync::Arc;

use serde_json::Value as Json;

use super::linker::Linker;
use super::properties_place;
use super::state::NodeState;
use crate::error::{Error, Result};
use crate::transform::jinja::{Interpreter, SourceFile, parse};
use crate::transform::manifest::place_of_setting;

/// One statement of a hook, still a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    pub sql: String,
    /// Whether it belongs to the transaction of what it is hooked to.
    pub transaction: bool,
}

/// The hooks of a config value: a text, a dict, or a list of them. A text may itself be the JSON of a dict, which is what
/// dbt's `before_begin` and `after_commit` give.
///
/// ```
/// # use gristmill::transform::run::hooks::of;
/// let hooks = of(&serde_json::json!(["select 1", {"sql": "vacuum", "transaction": false}]));
/// assert_eq!((hooks[0].transaction, hooks[1].transaction), (true, false));
/// ```
pub fn of(value: &Json) -> Vec<Hook> {
    match value {
        Json::Array(items) => items.iter().flat_map(of).collect(),
        Json::Object(hook) => {
            let sql = hook.get("sql").and_then(Json::as_str).unwrap_or_default();
            let transaction = hook.get("transaction").and_then(Json::as_bool).unwrap_or(true);
            match serde_json::from_str::<Json>(sql.trim()) {
                Ok(inner @ Json::Object(_)) if transaction => of(&inner),
                _ => vec![Hook { sql: sql.to_owned(), transaction }],
            }
        }
        Json::String(text) => of(&serde_json::json!({ "sql": text })),
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    }
}

/// Runs the hooks of one side, `pre-hook` or `post-hook`, that stand inside or outside of the transaction.
pub fn run(state: &Arc<NodeState>, key: &str, inside: bool) -> Result<()> {
    for hook in of(&state.config(key).unwrap_or_default()).iter().filter(|hook| hook.transaction == inside) {
        let sql = render(state, &hook.sql)?;
        if sql.trim().is_empty() {
            continue;
        }
        // Those within open the transaction, behind what their templates ask; those outside run in one that the node's own
        // text opened.
        state.begin_for_statement(inside)?;
        state.execute(&sql).map_err(|error| {
            where_said(state, key, &error).hint(format!("the statement is a {key}: {}", sql.trim()))
        })?;
    }
    Ok(())
}

// A place in the statement says nothing to who wrote the node.
fn where_said(state: &NodeState, key: &str, error: &Error) -> Error {
    let underlined = key.replace('-', "_");
    let places = [underlined.as_str(), key].map(|key| place_of_setting(&state.node, key));
    let in_code = places.into_iter().find(|place| place.line > 0);
    let elsewhere = || {
        let keys = [key, underlined.as_str()];
        let in_properties = keys.iter().find_map(|key| properties_place::said(&state.node, &[key]));
        in_properties.or_else(|| keys.iter().find_map(|key| properties_place::in_project(&state.node, key)))
    };
    error.elsewhere(in_code.or_else(elsewhere).unwrap_or_else(|| state.node.written_at()))
}

/// Whether a node has hooks of one side inside its transaction.
pub fn any_inside(state: &NodeState, key: &str) -> bool {
    of(&state.config(key).unwrap_or_default()).iter().any(|hook| hook.transaction)
}

fn render(state: &Arc<NodeState>, sql: &str) -> Result<String> {
    if !sql.contains("{{") && !sql.contains("{%") && !sql.contains("{#") {
        return Ok(sql.to_owned());
    }
    let template = parse(SourceFile::new(&state.node.original_file_path, sql))?;
    let linker = Linker(Arc::clone(state));
    let rendered =
        Interpreter::new(&linker, state.run.budget()).render(&template).map_err(|error| state.here(error))?;
    Ok(rendered.text)
}
