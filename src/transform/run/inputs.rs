//! What a run reads in place of all rows of what its models refer to.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::adapter::find;
use super::relation::RelationObject;
use super::results::BatchResults;
use super::state::NodeState;
use super::window::Window;
use crate::engine::catalog::Relation;
use crate::engine::dialect::quote;
use crate::error::Result;
use crate::transform::manifest::{Column, Node, ResourceType, Source, UniqueId};

/// What the command line says about it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// `--empty`: no rows.
    pub empty: bool,
    /// `--sample`: the rows of a window, where an event time is known.
    pub sample: Option<Window>,
    /// `--event-time-start` and `--event-time-end`: which batches microbatch models have.
    pub event_times: Option<Window>,
    /// `--defer`: what is not there is read from where an earlier run left it.
    pub defer: bool,
    /// `--favor-state`: and so is what is not selected, even if it is there.
    pub favor_state: bool,
    /// `--defer-state`: the folder of that run, in place of `--state`.
    pub defer_state: Option<PathBuf>,
    /// What that run left, by node.
    pub deferred: HashMap<UniqueId, Relation>,
    /// `retry`: the batches of the last run, by model, where some failed and some did not.
    pub retried: HashMap<UniqueId, BatchResults>,
    /// `retry`: when the last run began, which decides what its batches were.
    pub retried_at: Option<DateTime<Utc>>,
}

/// Where a node's rows are: in its own relation, or in the one that an earlier run left.
pub(super) fn place_of(state: &NodeState, node: &Node) -> Result<Relation> {
    let (inputs, own) = (&state.run.flags.inputs, node.relation());
    match inputs.deferred.get(&node.unique_id).filter(|_| inputs.defer) {
        Some(left) if inputs.favor_state && !state.run.selected.contains(&node.unique_id) => Ok(left.clone()),
        Some(left) if find(state, &own)?.is_none() => Ok(left.clone()),
        Some(_) | None => Ok(own),
    }
}

/// The relation of a node, cut down to what the run reads of it.
pub(super) fn of_node(state: &NodeState, relation: RelationObject, node: &Node) -> RelationObject {
    let timed = matches!(node.resource_type, ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot);
    let column = node.config_str("event_time").filter(|_| timed).map(|name| column(name, node.columns.values(), None));
    narrowed(state, relation, column)
}

/// The same, of a source.
pub(super) fn of_source(state: &NodeState, relation: RelationObject, source: &Source) -> RelationObject {
    let quotes =
        source.extra.get("quoting").and_then(|quoting| quoting.get("column")).and_then(serde_json::Value::as_bool);
    let name = source.config.get("event_time").and_then(|name| name.as_str());
    narrowed(state, relation, name.map(|name| column(name, source.columns.values(), quotes)))
}

fn narrowed(state: &NodeState, relation: RelationObject, event_time: Option<String>) -> RelationObject {
    let inputs = &state.run.flags.inputs;
    let filters = matches!(state.node.resource_type, ResourceType::Model | ResourceType::Snapshot);
    let window = match (state.batch().map(|batch| batch.window), inputs.sample) {
        (Some(batch), Some(sample)) => Some(batch.within(sample)),
        (batch, sample) => batch.or(sample),
    };
    let filter = event_time.filter(|_| filters).and_then(|column| window.map(|window| window.filter(&column)));
    RelationObject { limit: inputs.empty.then_some(0), filter, ..relation }
}

// A column that its properties quote is quoted.
fn column<'a>(name: &str, mut columns: impl Iterator<Item = &'a Column>, quotes: Option<bool>) -> String {
    let own = columns.find(|column| column.name == name).and_then(|column| column.quote);
    if own.or(quotes) == Some(true) { quote(name) } else { name.to_owned() }
}
