//! What a run says of its nodes while they begin and end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value as Json;

use super::results::NodeResult;
use super::state::Run;
use super::task::{self, Turn};
use super::{microbatch, shape};
use crate::event::{Ended, Event, NodeInfo};
use crate::transform::manifest::{Described, Exposure, Node, ResourceType};

/// What is said of a node: a model, a test, a hook.
pub(super) fn of_node(node: &Node) -> NodeInfo {
    NodeInfo {
        unique_id: node.unique_id.to_string(),
        name: node.name.clone(),
        resource_type: node.resource_type.name().to_owned(),
        materialized: node.config_str("materialized").unwrap_or_default().to_owned(),
        description: describe(node),
        path: shape::slashed(&node.path),
        file: shape::slashed(&node.original_file_path),
        checksum: node.checksum.clone(),
        database: node.database.clone(),
        schema: node.schema.clone(),
        alias: node.alias.clone(),
        relation_name: shape::relation_name(node).unwrap_or_default(),
        started_at: None,
        meta: node.config.get("meta").and_then(Json::as_object).cloned().unwrap_or_default(),
        attached_node: node.test.as_ref().and_then(|test| test.attached_node.as_deref()).unwrap_or_default().to_owned(),
        compiled_path: String::new(),
    }
}

/// Whether a selection names a node, so that its SQL or its rows are told: as in dbt, where its name is a part of the first
/// word. Whoever names a node wants to look at it, and at nothing that only comes along.
pub(super) fn is_named(select: &[String], name: &str) -> bool {
    let first = select.first().and_then(|first| first.split(' ').next());
    first.is_some_and(|first| first.contains(name))
}

/// Says which nodes are not told of, since nobody named them.
pub(super) fn excluded<'a>(run: &Run, names: impl Iterator<Item = &'a str>) {
    for name in names {
        run.sink.tell(Event::Excluded { name: name.to_owned() });
    }
}

/// What is said of a hook of the run, which is called by its place among all that run on its side.
pub(super) fn of_hook(node: &Node, side: &str, place: usize) -> NodeInfo {
    NodeInfo { description: format!("hook: {}.{side}.{place}", node.package_name), ..of_node(node) }
}

/// What a hook is called by.
pub(super) fn name_of_hook(about: &NodeInfo) -> &str {
    about.description.trim_start_matches("hook: ")
}

/// What is said of an exposure: there is nothing to do for it, and it counts.
pub(super) fn of_exposure(exposure: &Exposure) -> NodeInfo {
    NodeInfo {
        unique_id: exposure.unique_id.to_string(),
        name: exposure.name.clone(),
        resource_type: ResourceType::Exposure.name().to_owned(),
        description: format!("exposure {}", exposure.name),
        path: shape::slashed(&exposure.path),
        file: shape::slashed(&exposure.original_file_path),
        ..NodeInfo::default()
    }
}

/// The same of a saved query.
pub(super) fn of_described(described: Described<'_>) -> NodeInfo {
    NodeInfo {
        unique_id: described.id.to_string(),
        name: described.text("name").to_owned(),
        resource_type: described.kind.name().to_owned(),
        description: format!("{} {}", described.kind.name().replace('_', " "), described.text("name")),
        path: described.text("path").to_owned(),
        file: described.text("original_file_path").to_owned(),
        ..NodeInfo::default()
    }
}

/// How a node is called in the lines of a run: `sql table model main.orders`.
fn describe(node: &Node) -> String {
    match node.resource_type {
        ResourceType::Model => {
            format!("{} {} model {}.{}", node.language, node.materialized(), node.schema, node.alias)
        }
        ResourceType::Function => format!("function {}.{}", node.schema, node.alias),
        ResourceType::Seed => format!("seed file {}.{}", node.schema, node.alias),
        ResourceType::Snapshot => format!("snapshot {}.{}", node.schema, node.alias),
        ResourceType::Test => format!("test {}", node.name),
        ResourceType::Operation => {
            let side = node.tags.first().map_or("hook", String::as_str);
            format!("hook: {}.{side}.{}", node.package_name, node.name.rsplit('-').next().unwrap_or("0"))
        }
        ResourceType::Analysis
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::SqlOperation => {
            format!("{} {}", node.resource_type.name(), node.name)
        }
        ResourceType::UnitTest => {
            let model = node.fqn.iter().rev().nth(1).map_or("", String::as_str);
            format!("unit_test {model}::{}", node.name)
        }
    }
}

/// A line of text.
pub(super) fn info(run: &Run, message: String) {
    run.sink.tell(Event::Info { message });
}

/// How many nodes run at the same time.
pub(super) fn concurrency(run: &Run, nodes: usize) {
    let profile = &run.project.profile;
    run.sink.tell(Event::Concurrency { threads: profile.threads, target: profile.target_name.clone(), nodes });
}

/// A node's turn has come; its information carries the time from here on.
pub(super) fn started(run: &Run, node: NodeInfo, turn: Turn) -> Arc<NodeInfo> {
    let compiles = |kind: &&Node| {
        !matches!(kind.resource_type, ResourceType::Seed | ResourceType::Operation | ResourceType::Snapshot)
    };
    let found = run.manifest.find(&Arc::from(node.unique_id.as_str())).filter(compiles);
    let compiled_path = found.map(|found| task::compiled_path(&run.project, found, None)).unwrap_or_default();
    let in_batches = found.filter(|node| microbatch::has_batches(run, node));
    let description = in_batches
        .map_or(node.description, |node| format!("{} microbatch model {}.{}", node.language, node.schema, node.alias));
    let node = Arc::new(NodeInfo { started_at: Some(chrono::Utc::now()), compiled_path, description, ..node });
    run.sink.tell(Event::NodeStarted { index: turn.index, total: turn.total, node: Arc::clone(&node) });
    node
}

pub(super) fn finished(run: &Run, node: Arc<NodeInfo>, result: &NodeResult, turn: Turn) {
    let ended = Ended {
        status: result.status.name().to_owned(),
        message: result.message.clone().unwrap_or_default(),
        elapsed: result.elapsed,
        failures: result.failures,
        kept_in: result.relation_name.clone().filter(|_| result.resource_type == ResourceType::Test),
        thread: result.thread_id.clone(),
        adapter_response: result.adapter_response.clone(),
        timing: result.timing.clone(),
    };
    run.sink.tell(Event::NodeFinished { index: turn.index, total: turn.total, node, ended: Arc::new(ended) });
}

/// Everything has ended: nodes and hooks.
pub(super) fn ran(run: &Run, nodes: &[NodeResult], hooks: usize, begun: Instant) {
    run.sink.tell(Event::Ran { summary: counted(run, nodes, hooks), elapsed: begun.elapsed() });
}

// `2 project hooks, 1 seed, 3 view models`
fn counted(run: &Run, nodes: &[NodeResult], hooks: usize) -> String {
    // By dbt's name of the kind, which is not always the word that is shown.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for result in nodes {
        let kind = match run.manifest.nodes.get(&result.unique_id) {
            Some(node) if node.resource_type == ResourceType::Model => format!("{} model", node.materialized()),
            Some(_) | None => result.resource_type.name().to_owned(),
        };
        *counts.entry(kind).or_default() += 1;
    }
    if hooks > 0 {
        counts.insert("project hook".to_owned(), hooks);
    }
    let told = |(kind, count): (&String, &usize)| {
        // One is a `test`, several are `data tests`: dbt counts them so.
        let word = if kind == "test" && *count != 1 { "data test".to_owned() } else { kind.replace('_', " ") };
        match word.strip_suffix('y').filter(|_| *count != 1) {
            Some(stem) => format!("{count} {stem}ies"),
            None => format!("{count} {word}{}", plural(*count)),
        }
    };
    counts.iter().map(told).collect::<Vec<_>>().join(", ")
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
