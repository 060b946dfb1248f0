//! A model that is built batch by batch, each a window of its event time.
//!
//! The first batch runs by itself, because it may make the table, and the last one too, because the hooks behind the
//! model run with it; those between may run side by side. A batch that fails leaves the others their rows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

use chrono::{DateTime, Utc};
use regex::Regex;
use serde_json::{Value as Json, json};

use super::adapter::find;
use super::compile::compile;
use super::materialize;
use super::results::{BatchResults, NodeResult, Status, Timing};
use super::state::{NodeState, Run};
use super::task::{self, Turn};
use super::tell::info;
use super::window::{BatchSize, Window};
use crate::engine::catalog::RelationKind;
use crate::error::{Error, Result};
use crate::transform::manifest::{Node, microbatch};

/// The batch that a state stands for.
#[derive(Clone, Debug)]
pub struct Batch {
    pub size: BatchSize,
    pub window: Window,
    /// Its rows join those that are there; else it makes the table.
    pub incremental: bool,
}

impl Batch {
    /// `model.batch.id`: `20240131`.
    pub fn id(&self) -> String {
        self.size.label(self.window.start).replace('-', "")
    }
}

/// Whether a model is built in batches.
pub(super) fn has_batches(run: &Run, node: &Node) -> bool {
    microbatch::has_batches(node, &run.macros, &run.project.config.flags)
}

/// Builds all batches of a model, and says of each how it ended.
pub(super) fn run_batches(run: &Arc<Run>, node: &Arc<Node>, turn: Turn, result: &mut NodeResult) -> Result<()> {
    let (work, timing) = Timing::of("compile", || Work::of(run, node, turn));
    result.timing.push(timing);
    let work = work?;
    let (ended, timing) = Timing::of("execute", || work.all());
    result.timing.push(timing);
    let mut results = BatchResults::default();
    let mut error = None;
    for (batch, outcome) in ended {
        match outcome {
            Ok(()) => results.successful.push(batch),
            Err(raised) => {
                results.failed.push(batch);
                error = error.or(raised);
            }
        }
    }
    let (well, badly) = (results.successful.len(), results.failed.len());
    results.successful.extend(work.successful_before);
    (result.status, result.message) = match (well, badly) {
        (_, 0) => (Status::Success, Some("SUCCESS".to_owned())),
        (0, _) => (Status::Error, error.as_ref().map(ToString::to_string)),
        (_, _) => {
            let told = error.as_ref().map(|error| format!("\n{error}")).unwrap_or_default();
            (Status::PartialSuccess, Some(format!("PARTIAL SUCCESS ({well}/{}){told}", well + badly)))
        }
    };
    result.failures = Some(0);
    result.error = error;
    result.batches = Some(results);
    Ok(())
}

// A batch that was skipped has no error of its own.
type Ended = std::result::Result<(), Option<Error>>;

struct Work<'a> {
    run: &'a Arc<Run>,
    node: &'a Arc<Node>,
    turn: Turn,
    size: BatchSize,
    batches: Vec<Window>,
    incremental: bool,
    side_by_side: bool,
    successful_before: Vec<Window>,
}

impl<'a> Work<'a> {
    fn of(run: &'a Arc<Run>, node: &'a Arc<Node>, turn: Turn) -> Result<Self> {
        let state = NodeState::new(run, Arc::clone(node), turn.thread);
        let existing = find(&state, &node.relation())?;
        let refresh = node.config_bool("full_refresh").unwrap_or(run.flags.full_refresh);
        let incremental = matches!(existing, Some((_, RelationKind::Table))) && !refresh;
        let size = node.config_str("batch_size").and_then(BatchSize::named);
        let size = size.ok_or_else(|| Error::internal("a microbatch model was parsed without its batch size"))?;
        let retried = run.flags.inputs.retried.get(&node.unique_id).cloned();
        let (batches, successful_before) = match retried {
            Some(BatchResults { failed, successful }) => (failed, successful),
            None => (planned(run, node, size, incremental), Vec::new()),
        };
        let asked = node.config_bool("concurrent_batches");
        let side_by_side = existing.is_some() && asked.unwrap_or_else(|| !reads_itself(node));
        Ok(Self { run, node, turn, size, batches, incremental, side_by_side, successful_before })
    }

    fn all(&self) -> Vec<(Window, Ended)> {
        let total = self.batches.len();
        let first = self.one(0, self.incremental);
        let skips = first.is_err();
        let mut ended = vec![(self.batches[0], first)];
        if total > 2 {
            ended.extend(self.between(skips));
        }
        if total > 1 {
            let last = if skips { self.skipped(total - 1) } else { self.one(total - 1, true) };
            ended.push((self.batches[total - 1], last));
        }
        ended
    }

    // All but the first and the last batch.
    fn between(&self, skips: bool) -> Vec<(Window, Ended)> {
        let places = 1..self.batches.len() - 1;
        if skips {
            return places.map(|place| (self.batches[place], self.skipped(place))).collect();
        }
        let threads = if self.side_by_side { self.run.project.profile.threads.min(places.len()) } else { 1 };
        let (next, ended) = (AtomicUsize::new(1), Mutex::new(Vec::new()));
        let lane = || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place >= self.batches.len() - 1 {
                    return;
                }
                let outcome = self.one(place, true);
                ended.lock().expect("no thread panics while it holds the batches").push((self.batches[place], outcome));
            }
        };
        if threads < 2 {
            lane();
        } else {
            super::schedule::side_by_side(threads, &lane);
        }
        let mut ended = ended.into_inner().expect("no thread panics while it holds the batches");
        ended.sort_by_key(|(batch, _)| *batch);
        ended
    }

    fn one(&self, place: usize, incremental: bool) -> Ended {
        let (run, window) = (self.run, self.batches[place]);
        let begun = Instant::now();
        self.tell(place, "START", "RUN");
        let batch = Batch { size: self.size, window, incremental };
        let state = NodeState::of_batch(run, self.with_hooks(place), self.turn.thread, batch);
        match build(&state) {
            Ok(()) => {
                self.tell(place, "OK created", &format!("OK in {:.2}s", begun.elapsed().as_secs_f64()));
                Ok(())
            }
            Err(error) => {
                self.tell(place, "ERROR creating", &format!("ERROR in {:.2}s", begun.elapsed().as_secs_f64()));
                Err(Some(state.here(error)))
            }
        }
    }

    fn skipped(&self, place: usize) -> Ended {
        self.tell(place, "SKIP", "SKIP");
        Err(None)
    }

    // The hooks in front of the model belong to its first batch, those behind it to its last one.
    fn with_hooks(&self, place: usize) -> Arc<Node> {
        let mut node = (**self.node).clone();
        if place > 0 {
            node.config.insert("pre-hook".to_owned(), json!([]));
        }
        if place + 1 < self.batches.len() {
            node.config.insert("post-hook".to_owned(), json!([]));
        }
        Arc::new(node)
    }

    fn tell(&self, place: usize, what: &str, how: &str) {
        let label = self.size.label(self.batches[place].start);
        let Node { schema, alias, .. } = &**self.node;
        let line = format!("Batch {} of {} {what} batch {label} of {schema}.{alias} ", place + 1, self.batches.len());
        info(self.run, format!("{line:.<80} [{how}]"));
    }
}

fn build(state: &Arc<NodeState>) -> Result<()> {
    let compiled = compile(state)?;
    task::write_compiled(state, compiled.sql())?;
    match materialize::materialize(state, &compiled) {
        Ok(made) => task::keep(state, &made.statement),
        Err(error) => task::keep_written(state).and(Err(error)),
    }
}

/// The first batch of a model, as a build without a table would make it.
pub(super) fn first_batch(run: &Run, node: &Node) -> Option<Batch> {
    let size = BatchSize::named(node.config_str("batch_size")?)?;
    let window = *planned(run, node, size, false).first()?;
    Some(Batch { size, window, incremental: false })
}

fn planned(run: &Run, node: &Node, size: BatchSize, incremental: bool) -> Vec<Window> {
    let inputs = &run.flags.inputs;
    let asked = inputs.sample.or(inputs.event_times);
    let now = inputs.retried_at.unwrap_or(run.project.invocation.started_at);
    let end = size.ceiling(asked.map_or(now, |window| window.end));
    let lookback = node.config.get("lookback").and_then(Json::as_u64).unwrap_or(1);
    let lookback = u32::try_from(lookback).unwrap_or(u32::MAX);
    let start = match asked {
        Some(window) => window.start,
        None if incremental => size.previous(end, lookback.saturating_add(1)),
        None => begin(node).unwrap_or(end),
    };
    size.batches(start, end)
}

fn begin(node: &Node) -> Option<DateTime<Utc>> {
    super::window::time(node.config_str("begin")?)
}

// Batches of a model that reads what is there wait for each other.
fn reads_itself(node: &Node) -> bool {
    static THIS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bthis\b").expect("the pattern is valid"));
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}").expect("the pattern is valid"));
    // What stands outside of tags is SQL, where the word is nothing.
    TAG.find_iter(&node.raw_code).any(|tag| THIS.is_match(tag.as_str()))
}
