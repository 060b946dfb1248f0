//! Contracts while a project is read: what is refused before anything runs, and the fingerprint that tells a change.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::constraint::{self, Constraint, ConstraintKind};
use super::nodes::hex;
use super::{Node, ResourceType};
use crate::error::{Error, Kind, Result};

/// Whether the columns of a node must be those that its contract says.
pub fn is_enforced(node: &Node) -> bool {
    node.config.get("contract").and_then(|contract| contract.get("enforced")) == Some(&json!(true))
}

/// Whether a relation of this materialization refuses rows that break a constraint.
pub fn holds_constraints(materialized: &str) -> bool {
    matches!(materialized, "table" | "incremental")
}

/// Brings the constraints of a node into dbt's shape, and refuses a contract that cannot be kept. `described` tells
/// whether a properties file speaks of the node.
pub(super) fn settle(node: &mut Node, described: bool) -> Result<()> {
    let enforced = is_enforced(node);
    for column in node.columns.values_mut() {
        let constraints = constraint::read_all(&column.constraints, false)
            .map_err(|error| named(error, &format!("column `{}`", column.name)))?;
        column.constraints = constraints.iter().map(Constraint::to_json).collect();
    }
    if node.resource_type != ResourceType::Model {
        return Ok(());
    }
    let constraints = constraint::of_model(&node.extra).map_err(|error| named(error, &format!("`{}`", node.name)))?;
    node.extra.insert("constraints".into(), constraints.iter().map(Constraint::to_json).collect());
    if enforced {
        refuse_schema_change(node)?;
    }
    if !described {
        return Ok(());
    }
    if enforced {
        refuse_without_columns(node)?;
    }
    refuse_second_key(node, &constraints)?;
    if enforced {
        let checksum = checksum(node, &constraints)?;
        if let Some(contract) = node.extra.get_mut("contract").and_then(Json::as_object_mut) {
            contract.insert("checksum".into(), json!(checksum));
        }
    }
    Ok(())
}

/// The calls of `ref` and `source` that the foreign keys of a node hold.
pub fn targets(node: &Node) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    if node.resource_type == ResourceType::Model {
        let of_columns = node.columns.values().map(|column| constraint::read_all(&column.constraints, false));
        for constraints in std::iter::once(constraint::of_model(&node.extra)).chain(of_columns) {
            let keys = constraints?.into_iter().filter(|constraint| constraint.kind == ConstraintKind::ForeignKey);
            targets.extend(keys.filter_map(|constraint| constraint.to));
        }
    }
    Ok(targets)
}

fn named(error: Error, what: &str) -> Error {
    let named = Error::new(error.kind(), format!("{what}: {}", error.message()));
    match error.hint_text() {
        Some(hint) => named.hint(hint),
        None => named,
    }
}

fn refuse_without_columns(node: &Node) -> Result<()> {
    if node.columns.is_empty() {
        return Err(Error::new(Kind::Contract, format!("`{}` has a contract and no columns", node.name))
            .hint("list every column with its `data_type`, or take `contract: {enforced: true}` away"));
    }
    if node.language != "sql" {
        return Err(Error::new(
            Kind::Contract,
            format!("`{}` has a contract and is written in {}", node.name, node.language),
        )
        .hint("contracts are for models in SQL: take `contract: {enforced: true}` away"));
    }
    Ok(())
}

fn refuse_schema_change(node: &Node) -> Result<()> {
    let policy = node.config_str("on_schema_change").unwrap_or("ignore");
    if node.materialized() == "incremental" && !matches!(policy, "append_new_columns" | "fail") {
        return Err(Error::new(
            Kind::Contract,
            format!("`{}` is incremental, has a contract, and its `on_schema_change` is `{policy}`", node.name),
        )
        .hint("set `on_schema_change` to `append_new_columns` or `fail`"));
    }
    Ok(())
}

fn refuse_second_key(node: &Node, constraints: &[Constraint]) -> Result<()> {
    let is_key = |constraint: &Json| constraint["type"] == ConstraintKind::PrimaryKey.name();
    let keys: Vec<String> = node
        .columns
        .values()
        .flat_map(|column| {
            column.constraints.iter().filter(|found| is_key(found)).map(|_| format!("`{}`", column.name))
        })
        .collect();
    let of_model = constraints.iter().any(|found| found.kind == ConstraintKind::PrimaryKey);
    let wrong = |message: String, hint: &str| Err(Error::new(Kind::Contract, message).hint(hint));
    if keys.len() > 1 {
        return wrong(
            format!("`{}` has a primary key on each of {}", node.name, keys.join(", ")),
            "a key of several columns is a constraint of the model: `{type: primary_key, columns: [...]}`",
        );
    }
    if of_model && !keys.is_empty() {
        return wrong(
            format!("`{}` has a primary key of its own and another on its column {}", node.name, keys.join(", ")),
            "keep one of the two",
        );
    }
    Ok(())
}

// dbt's: names, types and constraints by the columns' names, and the model's own where they are enforced.
fn checksum(node: &Node, constraints: &[Constraint]) -> Result<String> {
    let mut columns: Vec<_> = node.columns.values().collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = String::new();
    for column in columns {
        let data_type = column.data_type.as_deref().unwrap_or("None");
        let of_column = constraint::read_all(&column.constraints, false)?;
        text.push_str(&["|", &column.name, data_type, &constraint::printed(&of_column)].concat());
    }
    if holds_constraints(node.materialized()) {
        text.push_str(node.materialized());
        text.push_str(&constraint::printed(constraints));
    }
    Ok(hex(&Sha256::digest(text.as_bytes())))
}
