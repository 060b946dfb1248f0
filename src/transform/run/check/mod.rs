//! `gristmill check`: every node bound against the columns of its inputs, before anything runs.
//!
//! Nodes are walked parents first over a database in memory that holds an empty table for each relation. DuckDB's own
//! binder judges: what it refuses here it would refuse in the run. No row of the user's is read, nothing is written but
//! compiled SQL. Where the columns of an input are not known, or known in part, a refusal may be no fault of the SQL; then
//! the node is said to be unjudged, with the reason, and is no finding.

mod bind;
mod scratch;
mod sources;
pub mod told;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use regex::Regex;
use rustc_hash::FxHashMap;

use super::compile::Compiled;
use super::results::{NodeResult, Status};
use super::schedule::{self, Outcome};
use super::state::{NodeState, Open, Run};
use super::{cache, compile, microbatch, unit_test};
use crate::engine::catalog::Relation;
use crate::engine::dialect::quote;
use crate::engine::{Engine, Session};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::transform::graph::plan::plan;
use crate::transform::graph::{Graph, NodeSet};
use crate::transform::manifest::{Manifest, Node, ResourceType, Source, UniqueId};
use crate::transform::project::Project;
use bind::Refusal;

/// How well the columns of a relation are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// There may be more of them, or others.
    Open,
    /// All names are known, and not all types.
    Names,
    Whole,
}

/// How a node came out of the check.
#[derive(Clone, Debug)]
pub enum Verdict {
    Bound,
    /// What is wrong with it.
    Found(Vec<Error>),
    /// Why nothing can be said.
    Unjudged(String),
}

impl Verdict {
    pub fn findings(&self) -> &[Error] {
        match self {
            Self::Found(errors) => errors,
            Self::Bound | Self::Unjudged(_) => &[],
        }
    }

    /// As callers in this process see it.
    pub fn result(&self, id: UniqueId, manifest: &Manifest) -> NodeResult {
        let kind = manifest.find(&id).map_or(ResourceType::Model, |node| node.resource_type);
        let (status, message) = match self {
            Self::Bound => (Status::Success, None),
            Self::Unjudged(why) => (Status::Skipped, Some(why.clone())),
            Self::Found(errors) => {
                let screens: Vec<String> = errors.iter().map(ToString::to_string).collect();
                (Status::Error, Some(screens.join("\n\n")))
            }
        };
        NodeResult { message, error: self.findings().first().cloned(), ..NodeResult::new(id, kind, status) }
    }
}

/// The selected nodes with their verdicts, parents first.
pub type Checked = Vec<(UniqueId, Verdict)>;

/// Opens the empty database for the nodes of `manifest`.
pub fn scratch(open: &Open, project: &Project, manifest: &Manifest) -> Result<Arc<dyn Engine>> {
    let mut databases: BTreeSet<String> = manifest.nodes.values().map(|node| node.database.clone()).collect();
    databases.extend(manifest.sources.values().map(|source| source.database.clone()));
    databases.insert(project.profile.database.clone());
    databases.extend(project.profile.attached().map(|(name, _)| name));
    databases.remove("");
    scratch::open(open, project, &databases.into_iter().collect::<Vec<_>>())
}

/// Checks what `run` selected. Its engine is a scratch; `open` opens the real database, for the names in it.
pub fn check(run: &Arc<Run>, graph: &Graph, open: &Open) -> Result<Checked> {
    let chosen = NodeSet::of(graph.len(), run.selected.iter().filter_map(|id| graph.number(id)));
    let mut needed: Vec<usize> = graph.ancestors(&chosen, None).iter().chain(chosen.iter()).collect();
    needed.sort_unstable();
    needed.dedup();
    let needed: Vec<UniqueId> = needed.into_iter().map(|number| graph.id(number).clone()).collect();
    let walk = Walk {
        run: Arc::clone(run),
        known: Mutex::default(),
        verdicts: Mutex::default(),
        idle: Mutex::default(),
        tests: Mutex::default(),
    };
    furnish(&walk, &needed, open)?;
    let plan = plan(graph, &needed, false);
    schedule::execute(&plan, run.project.profile.threads, &|index, _, thread| {
        match run.manifest.find(&plan.nodes[index]) {
            Some(node) if !run.cancel.is_asked() => walk.visit(node, thread),
            Some(_) | None => {}
        }
        Outcome::Done
    });
    walk.judge_tests(walk.some_tests(1));
    let mut verdicts = walk.verdicts.into_inner().expect("no thread panics while it holds the verdicts");
    let selected: BTreeSet<&UniqueId> = run.selected.iter().collect();
    let ordered = plan.nodes.iter().filter(|id| selected.contains(id));
    Ok(ordered.filter_map(|id| Some((id.clone(), verdicts.remove(id)?))).collect())
}

// Puts schemas, tables that exist, macros and source tables into the scratch.
fn furnish(walk: &Walk, needed: &[UniqueId], open: &Open) -> Result<()> {
    let (run, manifest) = (&walk.run, &walk.run.manifest);
    let mut session = run.engine()?.session()?;
    let nodes = manifest.nodes.values().map(|node| (node.database.clone(), node.schema.clone()));
    let of_sources = manifest.sources.values().map(|source| (source.database.clone(), source.schema.clone()));
    cache::create_schemas(session.as_mut(), nodes.chain(of_sources))?;
    let catalog = real_catalog(run, session.as_mut(), open);
    let made = sources::made(manifest.nodes.values().map(Node::relation));
    for (name, (relation, columns)) in catalog.iter().flatten().filter(|(name, _)| !made.contains(*name)) {
        // A column of a type that only the database has: what stands on the table is unjudged.
        let schema = format!("{}.{}", quote(&relation.database), quote(&relation.schema));
        let put = session
            .execute(&format!("create schema if not exists {schema}"))
            .and_then(|_| scratch::put(session.as_mut(), relation, columns));
        if put.is_ok() {
            walk.know_table(name);
        }
    }
    hooks_that_define(run, session.as_mut());
    let loaded = sources::loaded(&run.project.invocation.environment);
    for source in needed.iter().filter_map(|id| manifest.sources.get(id)) {
        let relation = Relation::new(&source.database, &source.schema, &source.identifier);
        let known = if super::source_place::source_relation(source)?.external.is_some() {
            // DuckDB reads the columns of a file from the file.
            Ok(Trust::Whole)
        } else if walk.knows_table(&sources::name_of(&relation)) {
            Ok(Trust::Whole)
        } else {
            let stored = loaded.get(&(source.schema.to_lowercase(), source.identifier.to_lowercase()));
            let columns = stored.map(|columns| (columns.clone(), Trust::Whole)).or_else(|| sources::declared(source));
            match columns {
                Some((columns, trust)) => scratch::put(session.as_mut(), &relation, &columns)
                    .map(|()| trust)
                    .map_err(|error| format!("its declared columns are not usable: {}", error.message())),
                None => Err(unknown_source(source, catalog.is_some())),
            }
        };
        walk.know(&source.unique_id, known);
    }
    Ok(())
}

fn unknown_source(source: &Source, looked: bool) -> String {
    let name = format!("{}.{}", source.source_name, source.name);
    let looked = if looked { "the database has no such table" } else { "there is no database to ask" };
    format!("nobody knows the columns of the source `{name}`: {looked}, no pipeline loaded it, and none are declared")
}

// What stands in the real database; `None` when it is not there or cannot be read.
fn real_catalog(run: &Run, scratch: &mut dyn Session, open: &Open) -> Option<sources::Catalog> {
    let read = |engine: Arc<dyn Engine>| -> Result<(sources::Catalog, Vec<String>)> {
        let mut session = engine.session()?;
        Ok((sources::catalog(session.as_mut())?, sources::macros(session.as_mut())?))
    };
    match scratch::real(open, &run.project)?.and_then(read) {
        Ok((catalog, macros)) => {
            for statement in macros {
                // One that does not bind here is missed only by who calls it.
                let _ = scratch.execute(&statement);
            }
            Some(catalog)
        }
        Err(error) => {
            let message = format!("the check goes on without the database: {}", error.message());
            run.sink.tell(Event::Warning { message });
            None
        }
    }
}

static DEFINES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?is)^\s*create\s+(or\s+replace\s+)?(temp\s+|temporary\s+)?(macro|function|type|schema|sequence)\s";
    Regex::new(pattern).expect("the pattern is valid")
});

// Macros and types that `on-run-start` makes are there when models run. Other hooks may touch data, and are left alone.
fn hooks_that_define(run: &Arc<Run>, session: &mut dyn Session) {
    let starts = |node: &&Node| {
        node.resource_type == ResourceType::Operation && node.tags.iter().any(|tag| tag == "on-run-start")
    };
    for node in run.manifest.nodes.values().filter(starts) {
        let state = NodeState::new(run, Arc::new(node.clone()), 0);
        let Ok(compiled) = compile::compile(&state) else { continue };
        if DEFINES.is_match(compiled.sql()) {
            let _ = session.execute(compiled.sql());
        }
    }
}

// What is shared while nodes are walked.
struct Walk {
    run: Arc<Run>,
    // How well the columns of a node are known, or why they are not.
    known: Mutex<Known>,
    verdicts: Mutex<FxHashMap<UniqueId, Verdict>>,
    // Connections that nodes are done with: binding is so quick that opening one costs as much.
    idle: Mutex<Vec<Box<dyn Session>>>,
    // Tests that wait for others: nothing stands on them, and binding many in one query costs less than half.
    tests: Mutex<Vec<Test>>,
}

/// How many tests are bound in one query.
const TESTS_A_QUERY: usize = 32;

// A test that is compiled and not bound yet.
struct Test {
    state: Arc<NodeState>,
    compiled: Arc<Compiled>,
    inputs: Trust,
}

#[derive(Default)]
struct Known {
    nodes: FxHashMap<UniqueId, Result<Trust, String>>,
    tables: std::collections::HashSet<sources::Name>,
}

impl Walk {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("no thread panics while it holds what is known")
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Box<dyn Session>>> {
        self.idle.lock().expect("no thread panics while it holds the connections")
    }

    fn tests(&self) -> MutexGuard<'_, Vec<Test>> {
        self.tests.lock().expect("no thread panics while it holds the tests")
    }

    fn know(&self, id: &UniqueId, known: Result<Trust, String>) {
        self.lock().nodes.insert(id.clone(), known);
    }

    fn know_table(&self, name: &sources::Name) {
        self.lock().tables.insert(name.clone());
    }

    fn knows_table(&self, name: &sources::Name) -> bool {
        self.lock().tables.contains(name)
    }

    fn visit(&self, node: &Node, thread: usize) {
        let node = unit_test::with_config_of_model(&self.run, &Arc::new(node.clone()));
        let state = self.state(&node, thread);
        let inputs = self.inputs(&node).map_err(Refusal::Unjudged);
        if let (ResourceType::Test, Ok(inputs)) = (node.resource_type, &inputs) {
            match self.with_session(&state, || bind::compiled_test(&state)) {
                Ok(compiled) => {
                    self.tests().push(Test { state, compiled, inputs: *inputs });
                    self.judge_tests(self.some_tests(TESTS_A_QUERY));
                }
                Err(refusal) => self.judge(&state, Err(refusal)),
            }
            return;
        }
        let outcome = inputs.and_then(|inputs| self.with_session(&state, || bind::bind(&state, inputs)));
        self.judge(&state, outcome);
    }

    // A model of batches is checked as its first one.
    fn state(&self, node: &Arc<Node>, thread: usize) -> Arc<NodeState> {
        let has_batches = node.resource_type == ResourceType::Model && microbatch::has_batches(&self.run, node);
        match microbatch::first_batch(&self.run, node).filter(|_| has_batches) {
            Some(batch) => NodeState::of_batch(&self.run, Arc::clone(node), thread, batch),
            None => NodeState::new(&self.run, Arc::clone(node), thread),
        }
    }

    // Lends the node a connection while it does something. What its templates began is over then.
    fn with_session<T>(&self, state: &NodeState, work: impl FnOnce() -> T) -> T {
        state.lend(self.idle().pop());
        let outcome = work();
        if state.commit().is_err() {
            state.rollback();
        }
        self.idle().extend(state.give_back());
        outcome
    }

    // The tests that wait, once there are so many.
    fn some_tests(&self, least: usize) -> Vec<Test> {
        let mut tests = self.tests();
        if tests.len() >= least { std::mem::take(&mut *tests) } else { Vec::new() }
    }

    fn judge_tests(&self, tests: Vec<Test>) {
        let Some(Test { state: first, .. }) = tests.first() else { return };
        let together = tests.iter().map(|test| (&*test.state, &*test.compiled));
        let fine = tests.len() > 1 && self.with_session(first, || bind::all_bind(together, first));
        for Test { state, compiled, inputs } in &tests {
            let alone = || self.with_session(state, || bind::test(state, compiled, *inputs));
            self.judge(state, if fine { Ok(*inputs) } else { alone() });
        }
    }

    // Keeps how a node came out.
    fn judge(&self, state: &NodeState, outcome: Result<Trust, Refusal>) {
        let node = &state.node;
        let (known, verdict) = match outcome {
            Ok(trust) => (Ok(trust), Verdict::Bound),
            Err(Refusal::Found(errors)) => {
                let errors = errors.into_iter().map(|error| state.here(error)).collect();
                (Err(format!("`{}` does not bind", node.name)), Verdict::Found(errors))
            }
            Err(Refusal::Unjudged(why)) => {
                (Err(format!("the columns of `{}` are not known", node.name)), Verdict::Unjudged(why))
            }
        };
        self.know(&node.unique_id, known);
        let mut verdicts = self.verdicts.lock().expect("no thread panics while it holds the verdicts");
        verdicts.insert(node.unique_id.clone(), verdict);
    }

    // As well as the least known of the inputs.
    fn inputs(&self, node: &Node) -> Result<Trust, String> {
        let known = self.lock();
        let own = |id: &&UniqueId| **id != node.unique_id;
        let parents = node.depends_on.nodes.iter().filter(own).filter_map(|id| known.nodes.get(id));
        parents.cloned().try_fold(Trust::Whole, |least, one| one.map(|one| least.min(one)))
    }
}
