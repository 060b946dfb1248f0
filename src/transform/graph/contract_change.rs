//! What became of contracts since an earlier run: kept, changed, or broken for those who read the model.

use serde_json::{Value as Json, json};

use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Sink};
use crate::transform::manifest::{Manifest, Node, ResourceType, contract};

/// How the contract of a model stands to that of an earlier run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ContractChange {
    Same,
    /// In a way that breaks nothing: a contract that began, a column more.
    Changed,
    /// What readers could rely on is gone; one line each.
    Broken(Vec<String>),
}

/// Compares a model's contract with the one in the node of an earlier manifest.
pub(super) fn compare(node: &Node, old: &Json) -> ContractChange {
    let (now, before) = (contract::is_enforced(node), is_enforced(old));
    let same_checksum = || {
        node.extra.get("contract").and_then(|contract| contract.get("checksum")) == old.pointer("/contract/checksum")
    };
    match (before, now) {
        (false, false) => return ContractChange::Same,
        (false, true) => return ContractChange::Changed,
        (true, true) if same_checksum() => return ContractChange::Same,
        (true, _) => {}
    }
    let mut broken = Vec::new();
    if !now {
        broken.push("its contract is not enforced any more".to_owned());
    }
    broken.extend(broken_columns(node, old));
    broken.extend(lost_constraints(node, old));
    if broken.is_empty() { ContractChange::Changed } else { ContractChange::Broken(broken) }
}

/// Tells of broken contracts: a warning where the model has no versions, else an error, since readers of a version rely
/// on it.
pub(super) fn judge(manifest: &Manifest, old: &Json, sink: &dyn Sink) -> Result<()> {
    let Some(before) = old["nodes"].as_object() else { return Ok(()) };
    for (id, old) in before.iter().filter(|(_, old)| old["resource_type"] == "model" && is_enforced(old)) {
        let (broken, place) = match manifest.nodes.get(id.as_str()) {
            Some(node) if node.resource_type == ResourceType::Model => match compare(node, old) {
                ContractChange::Broken(broken) => (broken, Place::file(&node.original_file_path)),
                ContractChange::Same | ContractChange::Changed => continue,
            },
            Some(_) => continue,
            None if is_deprecated(old) => continue,
            None => {
                let gone = if manifest.disabled.contains_key(id.as_str()) { "disabled" } else { "deleted or renamed" };
                let path = old["original_file_path"].as_str().unwrap_or_default();
                (vec![format!("it was {gone}")], Place::file(path))
            }
        };
        let message = format!("the contract of `{id}` was broken: {}", broken.join("; "));
        if old["version"].is_null() {
            sink.tell(Event::Named { name: "UnversionedBreakingChange", message: format!("{place}: {message}") });
            continue;
        }
        return Err(Error::new(Kind::Contract, message)
            .at(place)
            .hint("make a new version of the model, and keep this one as it was until nobody reads it"));
    }
    Ok(())
}

fn is_enforced(old: &Json) -> bool {
    old.pointer("/contract/enforced") == Some(&json!(true))
}

// A model that was announced to go may go.
fn is_deprecated(old: &Json) -> bool {
    let today = chrono::Utc::now().date_naive().to_string();
    old["deprecation_date"].as_str().and_then(|date| date.get(..10)).is_some_and(|date| *date < *today)
}

fn broken_columns(node: &Node, old: &Json) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, before) in old["columns"].as_object().into_iter().flatten() {
        let Some(column) = node.columns.get(name) else {
            broken.push(format!("the column `{name}` is gone"));
            continue;
        };
        let before = before["data_type"].as_str();
        let now = column.data_type.as_deref();
        if plain(before) != plain(now) {
            let shown = |data_type: Option<&str>| data_type.unwrap_or("no type").to_owned();
            broken.push(format!("the column `{name}` was {} and is {}", shown(before), shown(now)));
        }
    }
    broken
}

// Another length or precision breaks nobody.
fn plain(data_type: Option<&str>) -> Option<String> {
    let data_type = data_type.filter(|data_type| !data_type.is_empty())?;
    Some(data_type.split('(').next().unwrap_or(data_type).trim().to_lowercase())
}

fn lost_constraints(node: &Node, old: &Json) -> Vec<String> {
    let materialized = |of: Option<&Json>| of.and_then(Json::as_str).unwrap_or("view").to_owned();
    let before = materialized(old.pointer("/config/materialized"));
    if !contract::holds_constraints(&before) {
        return Vec::new();
    }
    let list = |of: &Json| of.as_array().cloned().unwrap_or_default();
    let shown = |constraint: &Json| {
        let name = constraint["name"].as_str().or(constraint["type"].as_str());
        name.unwrap_or("custom").to_owned()
    };
    // DuckDB holds all kinds but what the user words himself.
    let holds = |constraint: &&Json| constraint["type"] != "custom";
    let mut lost = Vec::new();
    let mut any_of_columns = false;
    for (name, before) in old["columns"].as_object().into_iter().flatten() {
        let before = list(&before["constraints"]);
        any_of_columns |= !before.is_empty();
        let Some(column) = node.columns.get(name) else { continue };
        for constraint in before.iter().filter(holds).filter(|constraint| !column.constraints.contains(constraint)) {
            lost.push(format!("the constraint `{}` of the column `{name}` is gone", shown(constraint)));
        }
    }
    let of_model = list(&old["constraints"]);
    let now = list(node.extra.get("constraints").unwrap_or(&Json::Null));
    for constraint in of_model.iter().filter(holds).filter(|constraint| !now.contains(constraint)) {
        lost.push(format!("the constraint `{}` is gone", shown(constraint)));
    }
    if !contract::holds_constraints(node.materialized()) && (any_of_columns || !of_model.is_empty()) {
        lost.push(format!("it was a {before} and is a {}, which holds no constraints", node.materialized()));
    }
    lost
}
