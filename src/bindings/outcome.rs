//! What a command came to, as JSON texts: Python makes objects of those that are looked at.

use serde_json::{Value, json};

use crate::transform::run::results::{NodeResult, stamp};
use crate::transform::run::shape;
use crate::transform::run::table::Table;
use crate::transform::{Outcome, artifacts};

/// The texts by their names: `results`, `listing`, `target_path`, `elapsed`, `args`.
pub(super) fn parts(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let results: Vec<Value> = outcome.results.iter().map(|result| of_node(outcome, result)).collect();
    let target = outcome.project.as_ref().map_or_else(String::new, |project| project.target_path.display().to_string());
    vec![
        ("results", Value::from(results).to_string()),
        ("listing", Value::from(outcome.listing.clone()).to_string()),
        ("target_path", target),
        ("elapsed", outcome.elapsed.as_secs_f64().to_string()),
        ("args", Value::from(outcome.args.clone()).to_string()),
    ]
}

// An entry of `run_results.json`, with the node, the rows that were shown and the age of a source.
fn of_node(outcome: &Outcome, result: &NodeResult) -> Value {
    let mut told = result.to_json();
    told["node"] = match (&result.nameless, &outcome.parsed) {
        (Some(node), _) => shape::node(node, shape::Ran::default()),
        (None, Some(parsed)) => artifacts::manifest::resource(&parsed.manifest, &result.unique_id),
        (None, None) => Value::Null,
    };
    if let Some(table) = &result.shown {
        told["shown"] = rows(table);
    }
    if let Some((newest, asked)) = outcome.ages.get(&result.unique_id) {
        told["newest"] = json!([stamp(*newest), stamp(*asked)]);
    }
    told
}

// A value that JSON has no word for is a pair: its type in Python, and its text.
fn rows(table: &Table) -> Value {
    use crate::transform::jinja::Value as Cell;
    let cell = |value: &Cell| match (value, value.type_name()) {
        (Cell::BigInt(_), _) => json!(["int", value.to_string()]),
        (_, kind @ ("decimal.Decimal" | "date" | "datetime")) => json!([kind, value.to_string()]),
        _ => value.to_json(),
    };
    let rows: Vec<Vec<Value>> = table.0.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    json!({"names": table.0.names.iter().map(|name| &**name).collect::<Vec<_>>(), "rows": rows})
}
