//! What runs when: a plan of who waits for whom, and N threads over a queue of what is ready.
//!
//! Nobody polls and nobody sleeps: a thread that finds nothing ready waits until another one ends. Of what is ready, the
//! node with the longest chain behind it goes first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::transform::manifest::{Manifest, ResourceType, UniqueId};

/// Who waits for whom among the nodes that run. Indexes are places in `nodes`.
#[derive(Debug, Default)]
pub struct Plan {
    pub nodes: Vec<UniqueId>,
    children: Vec<Vec<usize>>,
    parents: Vec<usize>,
    // The length of the longest chain that waits behind each node.
    height: Vec<usize>,
}

impl Plan {
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// The plan for `selected`. Ephemeral models never run; what stands behind them waits for what stands before them.
///
/// With `tests_block` (the `build` command) a node also waits for the tests of what it is built from: for every test whose
/// tested nodes all stand before it.
pub fn plan(manifest: &Manifest, selected: &[UniqueId], tests_block: bool) -> Plan {
    let mut graph = edges(manifest);
    if tests_block {
        block_by_tests(manifest, &mut graph);
    }
    let nodes: Vec<UniqueId> = selected
        .iter()
        .filter(|id| manifest.nodes.get(*id).is_none_or(|node| !node.is_ephemeral()))
        .cloned()
        .collect();
    let index: HashMap<&UniqueId, usize> = nodes.iter().enumerate().map(|(index, id)| (id, index)).collect();
    let children: Vec<Vec<usize>> = nodes.iter().map(|id| next_selected(&graph, id, &index)).collect();
    let mut parents = vec![0; nodes.len()];
    for child in children.iter().flatten() {
        parents[*child] += 1;
    }
    let height = heights(&children, &parents);
    Plan { nodes, children, parents, height }
}

type Graph = HashMap<UniqueId, Vec<UniqueId>>;

fn edges(manifest: &Manifest) -> Graph {
    let mut graph = Graph::new();
    for node in manifest.nodes.values() {
        for parent in &node.depends_on.nodes {
            graph.entry(parent.clone()).or_default().push(node.unique_id.clone());
        }
    }
    graph
}

// An edge from a test to the first nodes that stand behind all that it tests; the rest waits for those.
fn block_by_tests(manifest: &Manifest, graph: &mut Graph) {
    let is_test = |id: &UniqueId| manifest.nodes.get(id).is_some_and(|node| node.resource_type == ResourceType::Test);
    let mut descendants: HashMap<&UniqueId, HashSet<&UniqueId>> = HashMap::new();
    let mut added: Vec<(UniqueId, UniqueId)> = Vec::new();
    for test in manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Test) {
        for tested in &test.depends_on.nodes {
            descendants.entry(tested).or_insert_with(|| behind(graph, tested, &is_test, manifest));
        }
        let Some((first, rest)) = test.depends_on.nodes.split_first() else { continue };
        let common: HashSet<&UniqueId> = descendants[first]
            .iter()
            .filter(|id| rest.iter().all(|tested| descendants[tested].contains(*id)))
            .copied()
            .collect();
        for id in &common {
            let node = &manifest.nodes[*id];
            if !node.depends_on.nodes.iter().any(|parent| common.contains(parent)) {
                added.push((test.unique_id.clone(), node.unique_id.clone()));
            }
        }
    }
    for (test, node) in added {
        graph.entry(test).or_default().push(node);
    }
}

fn behind<'a>(
    graph: &Graph,
    start: &UniqueId,
    is_test: &dyn Fn(&UniqueId) -> bool,
    manifest: &'a Manifest,
) -> HashSet<&'a UniqueId> {
    let mut seen = HashSet::new();
    let mut queue: VecDeque<&UniqueId> = VecDeque::from([start]);
    while let Some(id) = queue.pop_front() {
        for child in graph.get(id).into_iter().flatten() {
            if let Some((known, _)) = manifest.nodes.get_key_value(child)
                && !is_test(child)
                && seen.insert(known)
            {
                queue.push_back(known);
            }
        }
    }
    seen
}

// The nearest selected nodes behind `id`, through all that does not run.
fn next_selected(graph: &Graph, id: &UniqueId, index: &HashMap<&UniqueId, usize>) -> Vec<usize> {
    let mut found = BTreeSet::new();
    let mut seen: HashSet<&UniqueId> = HashSet::new();
    let mut queue: VecDeque<&UniqueId> = VecDeque::from([id]);
    while let Some(current) = queue.pop_front() {
        for child in graph.get(current).into_iter().flatten() {
            match index.get(child) {
                Some(place) => {
                    found.insert(*place);
                }
                None => {
                    if seen.insert(child) {
                        queue.push_back(child);
                    }
                }
            }
        }
    }
    found.into_iter().collect()
}

fn heights(children: &[Vec<usize>], parents: &[usize]) -> Vec<usize> {
    let mut waiting = parents.to_vec();
    let mut order: Vec<usize> = (0..children.len()).filter(|node| waiting[*node] == 0).collect();
    let mut next = 0;
    while let Some(node) = order.get(next).copied() {
        next += 1;
        for child in &children[node] {
            waiting[*child] -= 1;
            if waiting[*child] == 0 {
                order.push(*child);
            }
        }
    }
    let mut height = vec![0; children.len()];
    for node in order.into_iter().rev() {
        height[node] = children[node].iter().map(|child| height[*child] + 1).max().unwrap_or(0);
    }
    height
}

/// How a node ended, as far as the rest of the plan must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// What waits behind it is skipped.
    Failed,
    /// What waits behind it is skipped, and nothing else is begun.
    Stop,
}

/// One step that a thread of the schedule is told to do.
#[derive(Clone, Debug)]
pub enum Step {
    Run,
    /// The first node before this one that failed or was skipped; `None` when the whole run stopped.
    Skip(Option<UniqueId>),
}

/// Does each node of the plan once, on `threads` threads; returns when all have been run or skipped.
///
/// `work` gets the place of the node in the plan, what to do, and the number of the thread (from 1). What is skipped is
/// told in order on the thread that learnt of it.
pub fn execute(plan: &Plan, threads: usize, work: &(dyn Fn(usize, Step, usize) -> Outcome + Sync)) {
    let state = Mutex::new(State::new(plan));
    let changed = Condvar::new();
    let lane = |thread: usize| {
        let mut guard = lock(&state);
        loop {
            if guard.left == 0 {
                return;
            }
            let Some((node, step)) = guard.next(plan) else {
                guard = changed.wait(guard).expect("no thread panics while it holds the queue");
                continue;
            };
            drop(guard);
            let outcome = work(node, step, thread);
            guard = lock(&state);
            guard.finished(plan, node, outcome);
            changed.notify_all();
        }
    };
    let lane = &lane;
    std::thread::scope(|scope| {
        for thread in 1..=threads.clamp(1, plan.len().max(1)) {
            std::thread::Builder::new()
                .name(format!("gristmill-{thread}"))
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, move || lane(thread))
                .expect("the system starts a thread");
        }
    });
}

/// Templates recurse; the depth they may reach is bounded, and this holds it.
const STACK_BYTES: usize = 64 << 20;

fn lock<'a>(state: &'a Mutex<State>) -> MutexGuard<'a, State> {
    state.lock().expect("no thread panics while it holds the queue")
}

struct State {
    // Highest first; among equals, in the order of the selection.
    ready: BinaryHeap<(usize, Reverse<usize>)>,
    waiting: Vec<usize>,
    skipped: BTreeMap<usize, Option<UniqueId>>,
    left: usize,
    stopped: bool,
}

impl State {
    fn new(plan: &Plan) -> Self {
        let ready = (0..plan.len()).filter(|node| plan.parents[*node] == 0).map(|node| (plan.height[node], Reverse(node)));
        Self {
            ready: ready.collect(),
            waiting: plan.parents.clone(),
            skipped: BTreeMap::new(),
            left: plan.len(),
            stopped: false,
        }
    }

    fn next(&mut self, plan: &Plan) -> Option<(usize, Step)> {
        let (_, Reverse(node)) = self.ready.pop()?;
        let step = match self.skipped.remove(&node) {
            Some(cause) => Step::Skip(cause),
            None if self.stopped => Step::Skip(None),
            None => Step::Run,
        };
        // A skipped node passes its own cause on; a node that ran is its children's cause when it fails.
        if let Step::Skip(cause) = &step {
            for child in &plan.children[node] {
                self.skipped.entry(*child).or_insert_with(|| cause.clone());
            }
        }
        Some((node, step))
    }

    fn finished(&mut self, plan: &Plan, node: usize, outcome: Outcome) {
        self.left -= 1;
        match outcome {
            Outcome::Done => {}
            Outcome::Failed | Outcome::Stop => {
                for child in &plan.children[node] {
                    self.skipped.entry(*child).or_insert_with(|| Some(plan.nodes[node].clone()));
                }
            }
        }
        self.stopped |= outcome == Outcome::Stop;
        for child in &plan.children[node] {
            self.waiting[*child] -= 1;
            if self.waiting[*child] == 0 {
                self.ready.push((plan.height[*child], Reverse(*child)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diamond(tests_block: bool) -> (Plan, Vec<&'static str>) {
        let manifest = crate::transform::run::sample::manifest(&[
            ("model.p.a", &[]),
            ("model.p.b", &["model.p.a"]),
            ("model.p.c", &["model.p.a"]),
            ("model.p.d", &["model.p.b", "model.p.c"]),
            ("test.p.on_a", &["model.p.a"]),
            ("test.p.on_b_and_c", &["model.p.b", "model.p.c"]),
        ]);
        let selected: Vec<UniqueId> = manifest.nodes.keys().cloned().collect();
        (plan(&manifest, &selected, tests_block), vec!["a", "b", "c", "d", "on_a", "on_b_and_c"])
    }

    fn run(plan: &Plan, threads: usize, failing: &str) -> Vec<String> {
        let log = Mutex::new(Vec::new());
        execute(plan, threads, &|node, step, _| {
            let name = plan.nodes[node].rsplit('.').next().unwrap().to_owned();
            let (line, outcome) = match step {
                Step::Run if name == failing => (format!("{name} failed"), Outcome::Failed),
                Step::Run => (name, Outcome::Done),
                Step::Skip(cause) => (format!("{name} skipped: {}", cause.as_deref().unwrap_or("stop")), Outcome::Done),
            };
            log.lock().unwrap().push(line);
            outcome
        });
        log.into_inner().unwrap()
    }

    #[test]
    fn run_follows_the_edges_and_prefers_the_longest_chain() {
        let (plan, names) = diamond(false);
        let order = run(&plan, 1, "");
        assert_eq!(order, ["a", "b", "c", "d", "on_a", "on_b_and_c"]);
        assert_eq!(order.len(), names.len());
    }

    #[test]
    fn build_waits_for_the_tests_of_what_stands_before() {
        let (plan, _) = diamond(true);
        assert_eq!(run(&plan, 1, ""), ["a", "on_a", "b", "c", "on_b_and_c", "d"]);
    }

    #[test]
    fn a_failed_test_skips_what_is_built_from_the_tested() {
        let (plan, _) = diamond(true);
        assert_eq!(
            run(&plan, 1, "on_a"),
            [
                "a",
                "on_a failed",
                "b skipped: test.p.on_a",
                "c skipped: test.p.on_a",
                "on_b_and_c skipped: test.p.on_a",
                "d skipped: test.p.on_a"
            ]
        );
    }

    #[test]
    fn every_node_ends_once_on_many_threads() {
        let (plan, _) = diamond(true);
        for _ in 0..50 {
            let mut order = run(&plan, 4, "");
            order.sort();
            assert_eq!(order, ["a", "b", "c", "d", "on_a", "on_b_and_c"]);
        }
    }

    #[test]
    fn a_stop_skips_all_that_has_not_begun() {
        let (plan, _) = diamond(false);
        let log = Mutex::new(Vec::new());
        execute(&plan, 1, &|node, step, _| {
            log.lock().unwrap().push(matches!(step, Step::Run));
            if node == 0 { Outcome::Stop } else { Outcome::Done }
        });
        assert_eq!(log.into_inner().unwrap(), [true, false, false, false, false, false]);
    }

    #[test]
    fn ephemeral_models_do_not_run_but_keep_the_order() {
        let mut manifest = crate::transform::run::sample::manifest(&[
            ("model.p.a", &[]),
            ("model.p.e", &["model.p.a"]),
            ("model.p.z", &["model.p.e"]),
        ]);
        manifest.nodes["model.p.e"].config.insert("materialized".into(), "ephemeral".into());
        let selected: Vec<UniqueId> = ["model.p.z", "model.p.e", "model.p.a"].map(UniqueId::from).to_vec();
        assert_eq!(run(&plan(&manifest, &selected, false), 2, ""), ["a", "z"]);
    }
}
