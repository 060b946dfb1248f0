//! What is ready runs: N threads over a queue that a plan fills.
//!
//! Nobody polls and nobody sleeps: a thread that finds nothing ready waits until another one ends. Of what is ready, the
//! node with the longest chain behind it goes first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::transform::graph::plan::Plan;
use crate::transform::manifest::UniqueId;

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
        for thread in 1..=threads.clamp(1, plan.nodes.len().max(1)) {
            std::thread::Builder::new()
                .name(super::task::thread_name(thread))
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, move || lane(thread))
                .expect("the system starts a thread");
        }
    });
}

/// Does the same work on several threads, and waits for all of them.
pub fn side_by_side(threads: usize, work: &(dyn Fn() + Sync)) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, work)
                .expect("the system starts a thread");
        }
    });
}

/// Templates recurse; the depth they may reach is bounded, and this holds it.
const STACK_BYTES: usize = 64 << 20;

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread panics while it holds the queue")
}

struct State {
    // Highest first; among equals, in the order of the selection.
    ready: BinaryHeap<(u32, Reverse<usize>)>,
    waiting: Vec<usize>,
    skipped: BTreeMap<usize, Option<UniqueId>>,
    left: usize,
    stopped: bool,
}

impl State {
    fn new(plan: &Plan) -> Self {
        let ready = (0..plan.nodes.len())
            .filter(|node| plan.waits_for[*node].is_empty())
            .map(|node| (plan.weight[node], Reverse(node)));
        Self {
            ready: ready.collect(),
            waiting: plan.waits_for.iter().map(Vec::len).collect(),
            skipped: BTreeMap::new(),
            left: plan.nodes.len(),
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
            for child in &plan.unblocks[node] {
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
                for child in &plan.unblocks[node] {
                    self.skipped.entry(*child).or_insert_with(|| Some(plan.nodes[node].clone()));
                }
            }
        }
        self.stopped |= outcome == Outcome::Stop;
        for child in &plan.unblocks[node] {
            self.waiting[*child] -= 1;
            if self.waiting[*child] == 0 {
                self.ready.push((plan.weight[*child], Reverse(*child)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::graph::{Graph, plan::plan};

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
        (plan(&Graph::of(&manifest).unwrap(), &selected, tests_block), vec!["a", "b", "c", "d", "on_a", "on_b_and_c"])
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
        assert_eq!(order, ["a", "b", "c", "on_a", "d", "on_b_and_c"]);
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
}
