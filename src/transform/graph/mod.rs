//! How nodes hang together: who waits for whom, who is selected, in what order they run.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::{Error, Kind, Place, Result};
use crate::transform::manifest::{DependsOn, Manifest, ResourceType, UniqueId};

mod contract_change;
pub mod list;
pub mod method;
pub mod plan;
pub mod select;
pub mod selector;
pub mod selectors_shape;
pub mod state;

/// The directed graph over everything that a project defines and that hangs on something else. Nodes are numbered in the manifest's order.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    ids: Vec<UniqueId>,
    kinds: Vec<ResourceType>,
    numbers: FxHashMap<UniqueId, usize>,
    parents: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    // A topological order, parents first.
    order: Vec<usize>,
}

impl Graph {
    /// The graph of a manifest; a circle is an error that names its members.
    pub fn of(manifest: &Manifest) -> Result<Self> {
        let mut graph = Self::default();
        let mut edges: Vec<Vec<&str>> = Vec::new();
        for node in manifest.nodes.values() {
            graph.add(&node.unique_id, node.resource_type);
            edges.push(parents_of(&node.depends_on));
        }
        for id in manifest.sources.keys() {
            graph.add(id, ResourceType::Source);
            edges.push(Vec::new());
        }
        for exposure in manifest.exposures.values() {
            graph.add(&exposure.unique_id, ResourceType::Exposure);
            edges.push(parents_of(&exposure.depends_on));
        }
        for described in manifest.described() {
            graph.add(described.id, described.kind);
            edges.push(described.parents());
        }
        for (id, test) in &manifest.unit_tests {
            graph.add(id, ResourceType::UnitTest);
            edges.push(parents_of(&test.node.depends_on));
        }
        graph.parents = vec![Vec::new(); graph.ids.len()];
        graph.children = vec![Vec::new(); graph.ids.len()];
        for (child, parents) in edges.into_iter().enumerate() {
            for parent in parents.into_iter().filter_map(|id| graph.numbers.get(id).copied()) {
                // A model that names another one twice hangs on it once.
                if !graph.parents[child].contains(&parent) {
                    graph.parents[child].push(parent);
                    graph.children[parent].push(child);
                }
            }
        }
        graph.order = graph.topological().map_err(|circle| cycle_error(manifest, &graph, &circle))?;
        Ok(graph)
    }

    fn add(&mut self, id: &UniqueId, kind: ResourceType) {
        self.numbers.insert(id.clone(), self.ids.len());
        self.ids.push(id.clone());
        self.kinds.push(kind);
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn id(&self, number: usize) -> &UniqueId {
        &self.ids[number]
    }

    pub fn kind(&self, number: usize) -> ResourceType {
        self.kinds[number]
    }

    pub fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    pub fn parents(&self, number: usize) -> &[usize] {
        &self.parents[number]
    }

    pub fn children(&self, number: usize) -> &[usize] {
        &self.children[number]
    }

    /// All numbers, parents before children.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Everything upstream of `from`, at most `depth` steps away, without `from` itself unless it is upstream too.
    pub fn ancestors(&self, from: &NodeSet, depth: Option<usize>) -> NodeSet {
        self.reach(from, depth, &self.parents)
    }

    /// Everything downstream of `from`, at most `depth` steps away.
    pub fn descendants(&self, from: &NodeSet, depth: Option<usize>) -> NodeSet {
        self.reach(from, depth, &self.children)
    }

    fn reach(&self, from: &NodeSet, depth: Option<usize>, edges: &[Vec<usize>]) -> NodeSet {
        let mut found = NodeSet::new(self.len());
        let mut layer: Vec<usize> = from.iter().collect();
        let mut steps = 0;
        while !layer.is_empty() && depth.is_none_or(|depth| steps < depth) {
            layer = layer.iter().flat_map(|&node| &edges[node]).copied().filter(|&next| found.insert(next)).collect();
            steps += 1;
        }
        found
    }

    // Kahn's walk in the manifest's order; what is left over holds a circle.
    fn topological(&self) -> std::result::Result<Vec<usize>, Vec<usize>> {
        let mut waiting: Vec<usize> = self.parents.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..self.len()).filter(|&node| waiting[node] == 0).collect();
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            next += 1;
            for &child in &self.children[node] {
                waiting[child] -= 1;
                if waiting[child] == 0 {
                    order.push(child);
                }
            }
        }
        if order.len() == self.len() {
            return Ok(order);
        }
        // Every node left waits for another one left, so that going up must come back to where it was.
        let start = (0..self.len()).find(|&node| waiting[node] > 0).expect("a node is left over");
        let mut path = vec![start];
        loop {
            let last = *path.last().expect("the path begins with a node");
            let up = self.parents[last].iter().copied().find(|&parent| waiting[parent] > 0).expect("it waits for one");
            if let Some(seen) = path.iter().position(|&node| node == up) {
                return Err(path[seen..].to_vec());
            }
            path.push(up);
        }
    }
}

fn parents_of(depends_on: &DependsOn) -> Vec<&str> {
    depends_on.nodes.iter().map(|id| &**id).collect()
}

fn cycle_error(manifest: &Manifest, graph: &Graph, circle: &[usize]) -> Error {
    let name = |number: usize| manifest.nodes.get(graph.id(number)).map_or("", |node| node.name.as_str());
    // The circle was found child to parent; it reads better from the member that comes first by name.
    let first = (0..circle.len()).min_by_key(|&at| name(circle[at])).expect("a circle has members");
    let members: Vec<usize> = (0..circle.len()).map(|at| circle[(first + at) % circle.len()]).collect();
    let mut names: Vec<String> = members.iter().map(|&member| format!("`{}`", name(member))).collect();
    names.push(names[0].clone());
    let error = Error::new(Kind::Cycle, format!("these refer to each other in a circle: {}", names.join(" -> ")));
    let next = members.get(1).unwrap_or(&members[0]);
    let place = manifest.nodes.get(graph.id(members[0])).map(|node| {
        let target = manifest.nodes.get(graph.id(*next)).map(|node| node.name.as_str());
        match node.refs.iter().find(|reference| Some(reference.name.as_str()) == target && !reference.span.is_empty()) {
            Some(reference) => node.file.place(reference.span.clone()),
            None => Place::file(&node.original_file_path),
        }
    });
    let error = error.hint("remove one of these refs, or move what both need into a model of its own");
    match place {
        Some(place) => error.at(place),
        None => error,
    }
}

/// Children and parents by unique id, in the manifest's order, as `manifest.json` lists them.
pub fn maps(graph: &Graph) -> (BTreeMap<UniqueId, Vec<UniqueId>>, BTreeMap<UniqueId, Vec<UniqueId>>) {
    let map = |edges: &[Vec<usize>]| -> BTreeMap<UniqueId, Vec<UniqueId>> {
        let named = |node: &usize| Arc::clone(&graph.ids[*node]);
        edges.iter().enumerate().map(|(node, ends)| (named(&node), ends.iter().map(named).collect())).collect()
    };
    (map(&graph.parents), map(&graph.children))
}

/// A set of a graph's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSet {
    words: Vec<u64>,
}

impl NodeSet {
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)] }
    }

    pub fn of(len: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::new(len);
        for member in members {
            set.insert(member);
        }
        set
    }

    pub fn contains(&self, member: usize) -> bool {
        self.words.get(member / 64).is_some_and(|word| word & (1 << (member % 64)) != 0)
    }

    /// Adds a member; false when it was there.
    pub fn insert(&mut self, member: usize) -> bool {
        let word = &mut self.words[member / 64];
        let bit = 1 << (member % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            std::iter::successors(Some(word), |rest| Some(rest & (rest.wrapping_sub(1))))
                .take_while(|rest| *rest != 0)
                .map(move |rest| at * 64 + rest.trailing_zeros() as usize)
        })
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub fn union(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours |= theirs);
    }

    pub fn intersect(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours &= theirs);
    }

    pub fn remove_all(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours &= !theirs);
    }
}
