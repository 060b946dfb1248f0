//! A contract while its model is built: columns that are compared before a row is made, and a table of them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::adapter::described;
use super::compile::Compiled;
use super::linker::Linker;
use super::properties_place;
use super::relation::RelationObject;
use super::state::NodeState;
use crate::engine::catalog::DatabaseColumn;
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::jinja::{Interpreter, SourceFile, Value, parse};
use crate::transform::manifest::constraint::{self, Constraint, ConstraintKind};
use crate::transform::manifest::{Column, contract};

/// Whether the model of `state` has a contract to keep.
pub(super) fn is_enforced(state: &NodeState) -> bool {
    contract::is_enforced(&state.node)
}

/// Fails unless the compiled query gives the columns that the contract says, by name and type; their order is free.
pub(super) fn check(state: &NodeState, compiled: &Compiled) -> Result<()> {
    check_query(state, compiled.sql(), &|error, statement| {
        compiled.locate(error, statement, &state.node, &state.compiled_path())
    })
}

/// The same for any query, as macros ask for it. `locate` gives an error of the database its place.
pub(super) fn check_query(state: &NodeState, sql: &str, locate: &dyn Fn(Error, &str) -> Error) -> Result<()> {
    let node = &state.node;
    if node.columns.is_empty() {
        return Err(state.here(
            Error::new(Kind::Contract, format!("`{}` has a contract and no columns", node.name))
                .hint("list every column with its `data_type` in a properties file"),
        ));
    }
    refuse_missing_types(state)?;
    if let Some(header) = state.config("sql_header").and_then(|header| header.as_str().map(str::to_owned)) {
        state.execute(&header)?;
    }
    let statement = format!("select * from (\n{sql}\n) as __dbt_sbq\nwhere false\nlimit 0");
    let asked = format!("select column_name, column_type from (describe {statement})");
    let queried = described(state, &statement).map_err(|error| locate(error, &asked))?;
    let promised = promised(state)?;
    let mismatches = mismatches(&queried, &promised);
    if mismatches.is_empty() {
        return Ok(());
    }
    Err(state.here(
        Error::new(Kind::Contract, format!("the columns of `{}` are not those of its contract", node.name))
            .at(properties_place::said(node, &["contract"]).unwrap_or_else(|| node.written_at()))
            .hint(format!("{}\ncorrect the SQL, or the contract in the properties file", table(&mismatches))),
    ))
}

fn refuse_missing_types(state: &NodeState) -> Result<()> {
    let columns = state.node.columns.values();
    let missing: Vec<String> = columns
        .clone()
        .filter(|column| column.data_type.is_none())
        .map(|column| format!("`{}`", column.name))
        .collect();
    if !missing.is_empty() {
        let message = format!("the contract of `{}` gives no `data_type` to {}", state.node.name, missing.join(", "));
        return Err(
            state.here(Error::new(Kind::Contract, message).hint("every column of a contract needs a `data_type`"))
        );
    }
    let naked: Vec<String> = columns
        .filter(|column| {
            column.data_type.as_deref().is_some_and(|data_type| {
                matches!(data_type.trim().to_lowercase().as_str(), "numeric" | "decimal" | "number")
            })
        })
        .map(|column| format!("`{}`", column.name))
        .collect();
    if !naked.is_empty() {
        let message = format!(
            "the contract of `{}` gives neither precision nor scale to {}: values may be rounded",
            state.node.name,
            naked.join(", ")
        );
        state.run.sink.tell(Event::Warning { message });
    }
    Ok(())
}

// The types of the contract in the database's words, by a query that gives nothing.
fn promised(state: &NodeState) -> Result<Vec<DatabaseColumn>> {
    let columns = state.node.columns.values();
    let casts: Vec<String> =
        columns.map(|column| format!("cast(null as {}) as {}", data_type(state, column), name(column))).collect();
    described(state, &format!("select {}", casts.join(", "))).map_err(|error| {
        let told = Error::new(
            Kind::Contract,
            format!("the contract of `{}` has a type that DuckDB does not know: {}", state.node.name, error.message()),
        );
        let mut unknown =
            state.node.columns.values().filter_map(|column| Some((column.name.as_str(), column.data_type.as_deref()?)));
        let place = unknown
            .find(|(_, data_type)| error.message().contains(&format!(" {data_type} ")))
            .and_then(|(name, data_type)| properties_place::said(&state.node, &[name, data_type]));
        let told = told.hint("correct its `data_type` in the properties file");
        state.here(if let Some(place) = place { told.at(place) } else { told })
    })
}

fn data_type<'c>(state: &NodeState, column: &'c Column) -> &'c str {
    let said = column.data_type.as_deref().unwrap_or_default();
    let aliases = state.config("contract").and_then(|contract| contract.get("alias_types").and_then(Json::as_bool));
    if aliases.unwrap_or(true) && said.eq_ignore_ascii_case("string") { "TEXT" } else { said }
}

fn name(column: &Column) -> String {
    if column.quote == Some(true) { quote(&column.name) } else { column.name.clone() }
}

/// A column that is not as promised: its name, its type in the query and in the contract, and what is wrong.
type Mismatch = [String; 4];

fn mismatches(queried: &[DatabaseColumn], promised: &[DatabaseColumn]) -> Vec<Mismatch> {
    let named = |columns: &[DatabaseColumn], name: &str| columns.iter().find(|column| column.name == name).cloned();
    let row = |name: &str, query: &str, contract: &str, what: &str| [name, query, contract, what].map(str::to_owned);
    let mut found = Vec::new();
    for column in queried {
        match named(promised, &column.name) {
            None => found.push(row(&column.name, &column.data_type, "", "not in the contract")),
            Some(known) if known.data_type != column.data_type => {
                found.push(row(&column.name, &column.data_type, &known.data_type, "another type"));
            }
            Some(_) => {}
        }
    }
    for column in promised.iter().filter(|column| named(queried, &column.name).is_none()) {
        found.push(row(&column.name, "", &column.data_type, "not in the query"));
    }
    // Two columns of a name in the query meet one in the contract.
    if found.is_empty() && queried.len() != promised.len() {
        found.push(row("*", &queried.len().to_string(), &promised.len().to_string(), "another number of columns"));
    }
    found.sort();
    found
}

fn table(mismatches: &[Mismatch]) -> String {
    let heads = ["column", "in the query", "in the contract", "what differs"].map(str::to_owned);
    let rows: Vec<&Mismatch> = std::iter::once(&heads).chain(mismatches).collect();
    let width = |place: usize| rows.iter().map(|row| row[place].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3)];
    let line = |row: &Mismatch| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("| {} |", cells.join(" | "))
    };
    let ruler = format!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
    let mut lines: Vec<String> = rows.iter().map(|row| line(row)).collect();
    lines.insert(1, ruler);
    lines.join("\n")
}

/// A column of a properties file, in the shape of the manifest, as `create table` takes it.
pub(super) fn raw_column(state: &Arc<NodeState>, raw: &Json) -> Result<String> {
    let text = |key: &str| raw.get(key).and_then(Json::as_str).unwrap_or_default();
    let name = if raw.get("quote") == Some(&Json::Bool(true)) { quote(text("name")) } else { text("name").to_owned() };
    let mut line = format!("{name} {}", text("data_type"));
    for said in raw.get("constraints").and_then(Json::as_array).into_iter().flatten() {
        if let Some(words) = of_column(state, &Constraint::read(said, false)?)? {
            line.push(' ');
            line.push_str(&words);
        }
    }
    Ok(line)
}

/// The columns of the contract and its constraints, as `create table` takes them.
pub(super) fn definition(state: &Arc<NodeState>) -> Result<String> {
    let mut parts = Vec::new();
    for column in state.node.columns.values() {
        let mut part = format!("{} {}", name(column), data_type(state, column));
        for constraint in constraint::read_all(&column.constraints, false)? {
            if let Some(words) = of_column(state, &constraint)? {
                part.push(' ');
                part.push_str(&words);
            }
        }
        parts.push(part);
    }
    for constraint in constraint::of_model(&state.node.extra)? {
        parts.extend(of_model(state, &constraint)?);
    }
    Ok(format!("(\n  {}\n)", parts.join(",\n  ")))
}

/// The names of the contract's columns, in its order.
pub(super) fn columns(state: &NodeState) -> String {
    state.node.columns.values().map(name).collect::<Vec<_>>().join(", ")
}

/// Whether the contract declares a key that foreign keys of other tables may name.
pub(super) fn declares_key(state: &NodeState) -> Result<bool> {
    let is_key =
        |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
    for column in state.node.columns.values() {
        if constraint::read_all(&column.constraints, false)?.iter().any(is_key) {
            return Ok(true);
        }
    }
    Ok(constraint::of_model(&state.node.extra)?.iter().any(is_key))
}

fn of_column(state: &Arc<NodeState>, constraint: &Constraint) -> Result<Option<String>> {
    let expression = constraint.expression.as_deref().unwrap_or_default();
    let words = |words: &str| Some(format!("{words} {expression}").trim_end().to_owned());
    Ok(match constraint.kind {
        ConstraintKind::Check if expression.is_empty() => None,
        ConstraintKind::Check => Some(format!("check ({expression})")),
        ConstraintKind::NotNull => words("not null"),
        ConstraintKind::Unique => words("unique"),
        ConstraintKind::PrimaryKey => words("primary key"),
        ConstraintKind::ForeignKey => Some(format!("references {}", referred(state, constraint)?)),
        ConstraintKind::Custom => Some(expression.to_owned()).filter(|words| !words.is_empty()),
    })
}

/// A constraint of a whole table; none for what is no such thing.
pub(super) fn of_model(state: &Arc<NodeState>, constraint: &Constraint) -> Result<Option<String>> {
    let name = constraint.name.as_ref().map(|name| format!("constraint {name} ")).unwrap_or_default();
    let columns = constraint.columns.as_deref().unwrap_or_default().join(", ");
    let expression = constraint.expression.as_deref().unwrap_or_default();
    let key = |words: &str| {
        let gap = if expression.is_empty() { "" } else { " " };
        Some(format!("{name}{words}{gap}{expression} ({columns})"))
    };
    Ok(match constraint.kind {
        ConstraintKind::Check if expression.is_empty() => None,
        ConstraintKind::Check => Some(format!("{name}check ({expression})")),
        ConstraintKind::Unique => key("unique"),
        ConstraintKind::PrimaryKey => key("primary key"),
        ConstraintKind::ForeignKey => {
            Some(format!("{name}foreign key ({columns}) references {}", referred(state, constraint)?))
        }
        ConstraintKind::Custom => Some(format!("{name}{expression}")).filter(|_| !expression.is_empty()),
        // A table has it by column only.
        ConstraintKind::NotNull => None,
    })
}

/// What the foreign keys of a node name: the calls of `ref` and `source` as they are written, and their relations.
pub(super) fn keys(state: &Arc<NodeState>) -> Result<Vec<(String, String)>> {
    let named = contract::targets(&state.node)?.into_iter();
    named.map(|to| target(state, &to).map(|relation| (to, relation.to_string()))).collect()
}

fn target(state: &Arc<NodeState>, to: &str) -> Result<Value> {
    let template = parse(SourceFile::new(&state.node.original_file_path, format!("{{{{ {to} }}}}")))?;
    let linker = Linker(Arc::clone(state));
    Interpreter::new(&linker, state.run.budget()).evaluate(&template).map_err(|error| state.here(error))
}

// The table of a foreign key without its database, which DuckDB does not take there, and its columns.
fn referred(state: &Arc<NodeState>, constraint: &Constraint) -> Result<String> {
    let Some(to) = constraint.to.as_deref().filter(|_| !constraint.to_columns.is_empty()) else {
        return Ok(constraint.expression.clone().unwrap_or_default());
    };
    let value = target(state, to)?;
    let target = match value.downcast::<RelationObject>() {
        Some(relation) => {
            let relation = relation.relation();
            format!("{}.{}", quote(&relation.schema), quote(&relation.identifier))
        }
        None => value.to_string(),
    };
    Ok(format!("{target} ({})", constraint.to_columns.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_a_table() {
        let columns = |columns: &[(&str, &str)]| -> Vec<DatabaseColumn> {
            let column = |(name, data_type): &(&str, &str)| DatabaseColumn {
                name: (*name).to_owned(),
                data_type: (*data_type).to_owned(),
            };
            columns.iter().map(column).collect()
        };
        let queried = columns(&[("b", "VARCHAR"), ("a", "INTEGER"), ("more", "INTEGER")]);
        let promised = columns(&[("a", "INTEGER"), ("b", "BIGINT"), ("less", "DATE")]);
        let shown = table(&mismatches(&queried, &promised));
        assert_eq!(
            shown.lines().collect::<Vec<_>>(),
            [
                "| column | in the query | in the contract | what differs        |",
                "|--------|--------------|-----------------|---------------------|",
                "| b      | VARCHAR      | BIGINT          | another type        |",
                "| less   |              | DATE            | not in the query    |",
                "| more   | INTEGER      |                 | not in the contract |",
            ]
        );
        assert!(mismatches(&queried, &queried).is_empty());
    }
}
