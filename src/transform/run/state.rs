//! What a run shares between its threads, and what one node has to itself while it runs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::cache::Cache;
use super::compile::Compiled;
use super::heard::Heard;
use super::inputs::Inputs;
use super::microbatch::Batch;
use super::noted::Noted;
use super::response::Response;
use super::retry;
use super::table::Table;
use super::transaction::Transaction;
use super::unit_test::Given;
use crate::engine::cancel::Cancel;
use crate::engine::statements::are_several;
use crate::engine::{Engine, Rows, Session};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Sink};
use crate::transform::jinja::{Budget, Value};
use crate::transform::manifest::{BUILTIN_PACKAGE, Macros, Manifest, Node, ResourceType, UniqueId};
use crate::transform::project::Project;
use crate::transform::project::context::Invocation;
use crate::transform::project::globals::{Globals, Vars};
use crate::transform::project::warnings::Warnings;

/// Opens the database of a profile; the border to Python gives it.
pub type Open = dyn Fn(&Project) -> Result<Arc<dyn Engine>> + Send + Sync;

/// What the command line decides about a run.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub full_refresh: bool,
    pub store_failures: bool,
    pub fail_fast: bool,
    pub inputs: Inputs,
    pub warnings: Warnings,
    /// Leave ephemeral models out of the SQL that refers to them.
    pub no_ephemeral: bool,
    /// Show rows of the seeds that were loaded.
    pub show: bool,
    /// Templates may not ask the database while they are compiled.
    pub no_introspect: bool,
    /// `build`, `run`, `test`, ...
    pub which: String,
    /// As templates see it in `invocation_args_dict` and artifacts in `args`.
    pub args: Map<String, Json>,
}

/// One invocation, shared by its threads.
pub struct Run {
    pub project: Arc<Project>,
    pub manifest: Arc<Manifest>,
    pub macros: Arc<Macros>,
    pub flags: Flags,
    pub sink: Arc<dyn Sink>,
    pub cancel: Arc<Cancel>,
    pub cache: Cache,
    pub selected: Vec<UniqueId>,
    halted: AtomicBool,
    open: Box<Open>,
    engine: OnceLock<Result<Arc<dyn Engine>>>,
    compiled: Mutex<HashMap<UniqueId, Arc<Compiled>>>,
    graph: OnceLock<Value>,
    keys: OnceLock<BTreeMap<UniqueId, Vec<String>>>,
    globals: Mutex<HashMap<String, Arc<Globals>>>,
    warned: Mutex<HashSet<String>>,
    noted: Mutex<HashMap<UniqueId, Noted>>,
}

/// What a run begins with.
pub struct Start {
    pub project: Arc<Project>,
    pub manifest: Arc<Manifest>,
    pub macros: Arc<Macros>,
    pub flags: Flags,
    pub sink: Arc<dyn Sink>,
    pub cancel: Arc<Cancel>,
    pub selected: Vec<UniqueId>,
    pub open: Box<Open>,
}

impl Run {
    pub fn new(start: Start) -> Arc<Self> {
        let Start { project, manifest, macros, flags, sink, cancel, selected, open } = start;
        Arc::new(Self {
            project,
            manifest,
            macros,
            flags,
            sink,
            cancel,
            selected,
            halted: AtomicBool::new(false),
            open,
            cache: Cache::default(),
            engine: OnceLock::new(),
            compiled: Mutex::default(),
            graph: OnceLock::new(),
            keys: OnceLock::new(),
            globals: Mutex::default(),
            warned: Mutex::default(),
            noted: Mutex::default(),
        })
    }

    /// The database, opened when it is first asked for.
    pub fn engine(&self) -> Result<Arc<dyn Engine>> {
        self.engine.get_or_init(|| (self.open)(&self.project)).clone()
    }

    /// Begins nothing more and stops the statements that run: a node failed, and `--fail-fast` is set.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
        self.cancel.interrupt_running();
    }

    /// Lets statements run again: hooks at the end of a run follow one that was halted too.
    pub fn resume(&self) {
        self.halted.store(false, Ordering::SeqCst);
    }

    /// `Err(Interrupted)` once someone asked to stop, or the run was halted.
    pub fn check(&self) -> Result<()> {
        self.cancel.check()?;
        if self.halted.load(Ordering::SeqCst) {
            return Err(Error::new(Kind::Interrupted, "stopped because another node failed and `--fail-fast` is set"));
        }
        Ok(())
    }

    pub fn remember(&self, id: &UniqueId, compiled: &Arc<Compiled>) {
        lock(&self.compiled).insert(id.clone(), Arc::clone(compiled));
    }

    /// What was compiled so far.
    pub fn compiled(&self, id: &str) -> Option<Arc<Compiled>> {
        lock(&self.compiled).get(id).cloned()
    }

    /// `--quiet`: only what was asked for is printed.
    pub fn is_quiet(&self) -> bool {
        self.project.invocation.flag("QUIET") == Some(Json::Bool(true))
    }

    /// The ephemeral model of this id, if it is one.
    pub fn ephemeral(&self, id: &UniqueId) -> Option<&Node> {
        self.manifest.nodes.get(id).filter(|node| node.is_ephemeral())
    }

    /// Notes something of a node for the manifest.
    pub fn note(&self, id: &UniqueId, what: impl FnOnce(&mut Noted)) {
        what(lock(&self.noted).entry(id.clone()).or_default());
    }

    /// Notes what the built-in materialization of a node calls under these names, where a path of ours does its work.
    pub fn note_built_in_calls(&self, id: &UniqueId, names: &[&str]) {
        let named = |name: &&str| self.macros.unique_id(BUILTIN_PACKAGE, name);
        self.note(id, |noted| noted.calls.extend(names.iter().filter_map(named)));
    }

    /// What was noted of a node so far.
    pub fn noted(&self, id: &UniqueId) -> Noted {
        lock(&self.noted).get(id).cloned().unwrap_or_default()
    }

    /// `graph` in templates: made once, shared and mutable, as packages expect.
    pub fn graph(&self) -> Value {
        self.graph.get_or_init(|| super::seen::graph(self)).clone()
    }

    /// The columns that tests take for the key of a model.
    pub fn primary_key(&self, model: &UniqueId) -> &[String] {
        let keys = self.keys.get_or_init(|| super::primary_key::of_models(&self.manifest));
        keys.get(model).map_or(&[], Vec::as_slice)
    }

    /// What templates of a package share: variables, the environment, flags, the target.
    pub fn globals(&self, package: &str) -> Arc<Globals> {
        let mut globals = lock(&self.globals);
        let made = globals
            .entry(package.to_owned())
            .or_insert_with(|| Arc::new(self.globals_of(package, &self.project.invocation)));
        Arc::clone(made)
    }

    /// The same, as another invocation would have it: with variables of its own.
    pub fn globals_of(&self, package: &str, invocation: &Arc<Invocation>) -> Globals {
        let project = &self.project;
        let config = project.package(package).unwrap_or(&project.config);
        let vars = Arc::new(Vars::new(invocation, &project.config, config));
        Globals::new(Arc::clone(invocation), vars, Arc::clone(&self.sink)).of_project(project.name(), &project.profile)
    }

    /// Whether a template asks for the relations of a schema that were not listed before. A command over nodes lists the
    /// schemas of all of them before it begins.
    pub fn is_listed_first(&self, database: &str, schema: &str) -> bool {
        self.cache.note_listed(database, schema) && !self.was_listed_before(database, schema)
    }

    fn was_listed_before(&self, database: &str, schema: &str) -> bool {
        let is_set = |flag: &str| self.project.invocation.flag(flag) == Some(Json::Bool(true));
        if self.flags.which == "run-operation" || !is_set("POPULATE_CACHE") {
            return false;
        }
        let only_selected = is_set("CACHE_SELECTED_ONLY");
        self.manifest.nodes.values().any(|node| {
            let is_of_kind = match node.resource_type {
                ResourceType::Model => !node.is_ephemeral(),
                ResourceType::Seed | ResourceType::Snapshot => true,
                _ => false,
            };
            is_of_kind
                && node.database.eq_ignore_ascii_case(database)
                && node.schema.eq_ignore_ascii_case(schema)
                && (!only_selected || self.selected.contains(&node.unique_id))
        })
    }

    /// Warns, unless the run did so in these words before.
    pub fn warn_once(&self, message: &str) {
        if lock(&self.warned).insert(message.to_owned()) {
            self.sink.tell(Event::Warning { message: message.to_owned() });
        }
    }

    pub fn budget(&self) -> Budget {
        Budget::default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no thread panics while it holds what a run shares")
}

/// The answer to a statement, under the name that a template gave it.
#[derive(Clone)]
pub struct StatementResult {
    pub response: Value,
    pub table: Value,
}

/// One node while it runs, on one thread.
pub struct NodeState {
    pub run: Arc<Run>,
    pub node: Arc<Node>,
    /// Names that only this node knows: `results` and `schemas` of hooks, `compiled_code` of a materialization.
    pub extra: Mutex<HashMap<String, Value>>,
    /// The ephemeral models that its SQL refers to, in order.
    pub ctes: Mutex<IndexMap<UniqueId, ()>>,
    /// The macros that its own templates call, in order.
    pub called: Mutex<IndexMap<UniqueId, ()>>,
    /// What templates set by `config.set`.
    pub overlay: Mutex<Map<String, Json>>,
    /// What `write()` was given: the SQL of `target/run`.
    pub written: Mutex<Option<String>>,
    pub thread: usize,
    /// What stands in for the inputs of a unit test.
    given: OnceLock<Given>,
    // The batch that it builds, of a model in batches.
    batch: Option<Batch>,
    session: Mutex<Option<Box<dyn Session>>>,
    // `None` is one that was given away.
    results: Mutex<HashMap<String, Option<StatementResult>>>,
    transaction: Mutex<Transaction>,
    asked_for_rows: AtomicBool,
    ran_statements: AtomicBool,
    statements_alone: AtomicUsize,
}

impl NodeState {
    pub fn new(run: &Arc<Run>, node: Arc<Node>, thread: usize) -> Arc<Self> {
        Arc::new(Self::with_batch(run, node, thread, None))
    }

    /// The state of one batch of a model.
    pub fn of_batch(run: &Arc<Run>, node: Arc<Node>, thread: usize, batch: Batch) -> Arc<Self> {
        Arc::new(Self::with_batch(run, node, thread, Some(batch)))
    }

    fn with_batch(run: &Arc<Run>, node: Arc<Node>, thread: usize, batch: Option<Batch>) -> Self {
        Self {
            run: Arc::clone(run),
            node,
            thread,
            extra: Mutex::default(),
            ctes: Mutex::default(),
            called: Mutex::default(),
            overlay: Mutex::default(),
            written: Mutex::default(),
            given: OnceLock::new(),
            batch,
            session: Mutex::default(),
            results: Mutex::default(),
            transaction: Mutex::default(),
            asked_for_rows: AtomicBool::new(false),
            ran_statements: AtomicBool::new(false),
            statements_alone: AtomicUsize::new(0),
        }
    }

    /// The batch that it builds.
    pub fn batch(&self) -> Option<&Batch> {
        self.batch.as_ref()
    }

    /// Whether an incremental model is built whole: its own `full_refresh` wins over the command line.
    pub fn full_refresh(&self) -> bool {
        match &self.batch {
            Some(batch) => !batch.incremental,
            None => {
                self.config("full_refresh").and_then(|refresh| refresh.as_bool()).unwrap_or(self.run.flags.full_refresh)
            }
        }
    }

    /// Puts given rows in the place of the node's inputs, before it is compiled.
    pub(super) fn give(&self, given: Given) {
        // A state serves one turn of one node, which gives once.
        let _ = self.given.set(given);
    }

    /// What stands in for the inputs, while a unit test runs.
    pub(super) fn given(&self) -> Option<&Given> {
        self.given.get()
    }

    /// Gives the node a connection that another one is done with.
    pub(super) fn lend(&self, lent: Option<Box<dyn Session>>) {
        *lock(&self.session) = lent;
    }

    /// Takes the node's connection for another one, unless a template or a transaction may have left something in it.
    pub(super) fn give_back(&self) -> Option<Box<dyn Session>> {
        let clean = !self.in_transaction() && !self.has_run_statements();
        lock(&self.session).take().filter(|_| clean)
    }

    /// Hands the connection to what goes on with it, with all that waits for a commit.
    pub(super) fn hand_on(&self, next: &Self) {
        *lock(&next.session) = lock(&self.session).take();
        next.set_transaction(self.set_transaction(Transaction::None));
        next.ran_statements.store(self.has_run_statements(), Ordering::Relaxed);
    }

    /// Does something with the node's own connection.
    pub fn with_session<T>(&self, work: impl FnOnce(&mut dyn Session) -> Result<T>) -> Result<T> {
        self.run.check()?;
        let mut session = lock(&self.session);
        if session.is_none() {
            *session = Some(Box::new(Heard::new(self.run.engine()?.session()?, Arc::clone(&self.run.sink))));
        }
        work(session.as_deref_mut().expect("the session was just made"))
    }

    /// Does something with the node's own connection, if it has one.
    pub(super) fn with_open_session<T>(&self, work: impl FnOnce(&mut dyn Session) -> Result<T>) -> Option<Result<T>> {
        let mut session = lock(&self.session);
        session.as_mut().map(|session| work(session.as_mut()))
    }

    /// Runs statements. One by itself outside of a transaction is a transaction, so that a conflict has undone all of it.
    pub fn execute(&self, sql: &str) -> Result<Option<u64>> {
        self.ran_statements.store(true, Ordering::Relaxed);
        let once = || self.with_session(|session| session.execute(sql));
        if self.in_transaction() || are_several(sql) { once() } else { retry::on_conflict(once) }
    }

    /// Whether a statement ran that may have left something in the connection.
    pub(super) fn has_run_statements(&self) -> bool {
        self.ran_statements.load(Ordering::Relaxed)
    }

    /// How many statements templates ran so far that no transaction of the node holds.
    pub(super) fn statements_alone(&self) -> usize {
        self.statements_alone.load(Ordering::Relaxed)
    }

    pub(super) fn transaction(&self) -> Transaction {
        *lock(&self.transaction)
    }

    /// Gives what it was before.
    pub(super) fn set_transaction(&self, transaction: Transaction) -> Transaction {
        std::mem::replace(&mut *lock(&self.transaction), transaction)
    }

    /// Notes the macros that the node's own templates called so far.
    pub fn note_calls(&self) {
        let called = lock(&self.called);
        self.run.note(&self.node.unique_id, |noted| noted.calls.extend(called.keys().cloned()));
    }

    /// Keeps the statement that a node ended at, for `target/run`.
    pub fn attempted(&self, statement: &str) {
        *self.written.lock().expect("no thread panics while it holds the text") = Some(statement.to_owned());
    }

    pub fn query(&self, sql: &str) -> Result<Rows> {
        self.with_session(|session| session.query(sql))
    }

    /// Runs a statement that a template asks for; `begin` opens a transaction when none is open.
    pub fn statement(&self, sql: &str, begin: bool, fetch: bool) -> Result<(Value, Value)> {
        if self.run.flags.no_introspect {
            let message = "a template asks the database, which `--no-introspect` forbids";
            return Err(Error::new(Kind::Compilation, message).hint("compile without the flag"));
        }
        self.ran_statements.store(true, Ordering::Relaxed);
        self.begin_for_statement(begin)?;
        if !self.in_transaction() {
            self.statements_alone.fetch_add(1, Ordering::Relaxed);
        }
        if fetch {
            self.asked_for_rows.store(true, Ordering::Relaxed);
            let rows = self.query(sql)?;
            return Ok((response(), Value::object(Table::of(&rows)?)));
        }
        self.execute(sql)?;
        Ok((response(), Value::object(Table::default())))
    }

    /// Whether a template asked for the rows of a query.
    pub fn asked_for_rows(&self) -> bool {
        self.asked_for_rows.load(Ordering::Relaxed)
    }

    /// Forgets the names that templates added: `context` among them holds this state.
    pub fn let_go(&self) {
        lock(&self.extra).clear();
    }

    pub fn store(&self, name: &str, result: StatementResult) {
        lock(&self.results).insert(name.to_owned(), Some(result));
    }

    /// The result of that name. Any but `main` is given once, as dbt does it.
    pub fn load(&self, name: &str) -> Result<Option<StatementResult>> {
        let mut results = lock(&self.results);
        let Some(result) = results.get_mut(name) else { return Ok(None) };
        let given = if name == "main" { result.clone() } else { result.take() };
        given.map(Some).ok_or_else(|| {
            Error::new(Kind::Compilation, format!("the result `{name}` was loaded before, and is given once"))
                .hint("keep it in a variable: {% set result = load_result('..') %}")
        })
    }

    /// A value of the node's config, with what templates set on top.
    pub fn config(&self, name: &str) -> Option<Json> {
        lock(&self.overlay).get(name).cloned().or_else(|| self.node.config.get(name).cloned())
    }

    /// The error with the place of the node, unless a better one is known: where a properties file asks for it, or its file.
    pub fn here(&self, error: Error) -> Error {
        let error = super::compile::where_it_was_asked(error);
        let place = super::compile::location_that_fails(&error, &self.node).unwrap_or_else(|| self.node.written_at());
        let error = error.at(place);
        match super::compile::line_text(&self.node.root_path, error.place()) {
            Some(text) => error.showing(&text),
            None => error,
        }
    }
}

/// What the database said about a statement, as `adapter.execute` gives it: DuckDB says no more than that it went well.
pub fn response() -> Value {
    Value::object(Response::ok())
}
