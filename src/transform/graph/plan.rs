//! In what order the selected nodes run, and which wait for which.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Graph, NodeSet};
use crate::transform::manifest::{ResourceType, UniqueId};

/// The selected nodes as a graph of their own, ready for a scheduler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In topological order.
    pub nodes: Vec<UniqueId>,
    /// By index into `nodes`: which must be done first.
    pub waits_for: Vec<Vec<usize>>,
    /// By index: which wait for it.
    pub unblocks: Vec<Vec<usize>>,
    /// By index: how many nodes the longest chain from here has. The ready node with the most goes first.
    pub weight: Vec<u32>,
}

impl Plan {
    /// Nodes that can run side by side, wave after wave.
    pub fn levels(&self) -> Vec<Vec<usize>> {
        let mut level = vec![0; self.nodes.len()];
        let mut levels: Vec<Vec<usize>> = Vec::new();
        for node in 0..self.nodes.len() {
            level[node] = self.waits_for[node].iter().map(|&parent| level[parent] + 1).max().unwrap_or(0);
            if levels.len() <= level[node] {
                levels.resize_with(level[node] + 1, Vec::new);
            }
            levels[level[node]].push(node);
        }
        levels
    }
}

/// Plans the selected nodes. With `tests_block`, what is downstream of a tested node waits for its tests too, as
/// `build` does it.
pub fn plan(graph: &Graph, selected: &[UniqueId], tests_block: bool) -> Plan {
    let chosen = NodeSet::of(graph.len(), selected.iter().filter_map(|id| graph.number(id)));
    let mut through: Vec<Vec<usize>> = (0..graph.len()).map(|node| graph.parents(node).to_vec()).collect();
    if tests_block {
        add_test_edges(graph, &chosen, &mut through);
    }
    let mut parents = nearest_selected(graph, &chosen, &through);
    put_unit_tests_first(graph, &chosen, &mut parents);
    let order = order(graph, &chosen, &parents);
    let mut place = vec![usize::MAX; graph.len()];
    for (index, &node) in order.iter().enumerate() {
        place[node] = index;
    }
    let waits_for: Vec<Vec<usize>> =
        order.iter().map(|&node| parents[node].iter().map(|&parent| place[parent]).collect()).collect();
    let mut unblocks: Vec<Vec<usize>> = vec![Vec::new(); order.len()];
    for (node, before) in waits_for.iter().enumerate() {
        for &parent in before {
            unblocks[parent].push(node);
        }
    }
    let mut weight = vec![1; order.len()];
    for node in (0..order.len()).rev() {
        weight[node] = 1 + unblocks[node].iter().map(|&child: &usize| weight[child]).max().unwrap_or(0);
    }
    Plan { nodes: order.iter().map(|&node| Arc::clone(graph.id(node))).collect(), waits_for, unblocks, weight }
}

// A node waits for the nearest selected nodes above it, through whatever is not selected in between.
fn nearest_selected(graph: &Graph, chosen: &NodeSet, through: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
    let all = NodeSet::of(graph.len(), 0..graph.len());
    for node in order(graph, &all, through) {
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        for &parent in &through[node] {
            let through =
                if chosen.contains(parent) { std::slice::from_ref(&parent) } else { above[parent].as_slice() };
            found.extend(through.iter().copied().filter(|&ancestor| seen.insert(ancestor)));
        }
        above[node] = found;
    }
    above
}

// A unit test needs what its model needs, and the model waits for it: given rows stand in for the model's inputs, whose
// columns must be known.
fn put_unit_tests_first(graph: &Graph, chosen: &NodeSet, parents: &mut [Vec<usize>]) {
    for test in chosen.iter().filter(|&node| graph.kind(node) == ResourceType::UnitTest) {
        for &model in graph.parents(test).iter().filter(|&&model| chosen.contains(model)) {
            let inputs: Vec<usize> =
                parents[model].iter().copied().filter(|&input| graph.kind(input) != ResourceType::UnitTest).collect();
            parents[test] = inputs;
            parents[model].push(test);
        }
    }
}

// A test holds back each node that is downstream of everything it tests, selected or not: what lies below waits as well.
// Its direct children would do for a test of one node; a test of several holds back what lies below all of them.
fn add_test_edges(graph: &Graph, chosen: &NodeSet, parents: &mut [Vec<usize>]) {
    let runs = |node: usize| is_held_back(graph, node);
    for test in chosen.iter().filter(|&node| graph.kind(node) == ResourceType::Test) {
        let tested = graph.parents(test);
        let Some((&first, others)) = tested.split_first() else { continue };
        let mut below = graph.descendants(&NodeSet::of(graph.len(), [first]), None);
        for &other in others {
            below.intersect(&graph.descendants(&NodeSet::of(graph.len(), [other]), None));
        }
        // Only the topmost of them need the edge: the rest wait for those.
        for node in below.iter().filter(|&node| runs(node)) {
            let covered = parents[node].iter().any(|&parent| below.contains(parent) && runs(parent));
            if !covered && !parents[node].contains(&test) {
                parents[node].push(test);
            }
        }
    }
}

// What a test above holds back. There is nothing to do for an exposure or a saved query, and nothing can go wrong.
fn is_held_back(graph: &Graph, node: usize) -> bool {
    match graph.kind(node) {
        ResourceType::Model
        | ResourceType::Seed
        | ResourceType::Snapshot
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::SqlOperation => true,
        ResourceType::Test
        | ResourceType::UnitTest
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::Function
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery => false,
    }
}

fn order(graph: &Graph, chosen: &NodeSet, parents: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting = vec![0; graph.len()];
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
    for node in chosen.iter() {
        waiting[node] = parents[node].len();
        for &parent in &parents[node] {
            children[parent].push(node);
        }
    }
    let mut order: Vec<usize> =
        graph.order().iter().copied().filter(|&node| chosen.contains(node) && waiting[node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for &child in &children[node] {
            waiting[child] -= 1;
            if waiting[child] == 0 {
                order.push(child);
            }
        }
    }
    order
}
