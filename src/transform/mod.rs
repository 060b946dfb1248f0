//! The second wing: a project of models, from files to tested tables and documents.
//!
//! [`invoke`] is a whole command on one page.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use crate::engine::Engine;
use crate::engine::cancel::Cancel;
use crate::engine::catalog::Relation;
use crate::error::{Error, Result};
use crate::event::{Event, Sink};

pub mod artifacts;
mod clean;
mod debug;
pub mod deps;
pub mod graph;
pub mod jinja;
mod judge;
pub mod manifest;
pub mod project;
mod retry;
pub mod run;
mod verb;
mod written;

use graph::Graph;
use graph::list::lines;
use graph::select::{Request, select};
use graph::state::State;
use judge::Judge;
use manifest::parse::{ParsedProject, parse_project_again};
use manifest::{Macros, Manifest, Node, ResourceType, UniqueId, inline};
use project::{Project, ProjectOptions, load_project};
use run::check::{self, told};
use run::direct;
use run::files;
use run::freshness;
use run::operation::run_macro;
use run::results::NodeResult;
use run::show::{Show, names_something, show, show_seeds};
use run::state::{Flags, Run, Start};
pub use verb::{Compile, Debug, Verb};
use written::{document, documents, write_json, write_manifest};

/// One command, with everything that the command line or a caller decided.
#[derive(Clone, Debug)]
pub struct Command {
    pub verb: Verb,
    pub options: ProjectOptions,
    pub request: Request,
    pub flags: Flags,
    pub write_json: bool,
}

/// Opens the database of a project's profile.
pub type Open = Arc<dyn Fn(&Project) -> Result<Arc<dyn Engine>> + Send + Sync>;

/// What the world outside gives to a command.
#[derive(Clone)]
pub struct Host {
    pub open: Open,
    pub sink: Arc<dyn Sink>,
    pub cancel: Arc<Cancel>,
    /// For packages that are elsewhere.
    pub fetch: Arc<dyn deps::Fetch>,
    /// What an earlier command parsed, in place of parsing again: files are then as they were.
    pub parsed: Option<Parsed>,
}

/// What a parse found, for commands that follow.
#[derive(Clone)]
pub struct Parsed {
    pub manifest: Arc<Manifest>,
    macros: Arc<Macros>,
}

/// How a command ended, for callers in this process.
pub struct Outcome {
    /// None of a command that reads no profile.
    pub project: Option<Arc<Project>>,
    pub parsed: Option<Parsed>,
    pub results: Vec<NodeResult>,
    /// How old each source was, and when that was asked.
    pub ages: HashMap<UniqueId, (DateTime<Utc>, DateTime<Utc>)>,
    /// dbt's record of the arguments.
    pub args: Map<String, Json>,
    /// What `check` found, and how many steps of `debug` failed.
    pub findings: usize,
    /// What `ls` prints, a line each.
    pub listing: Vec<String>,
    /// Files that the command wrote for people to open.
    pub written: Vec<PathBuf>,
    /// Whether `manifest.json` is that of this command.
    pub has_manifest: bool,
    pub elapsed: Duration,
}

impl Outcome {
    pub fn success(&self) -> bool {
        self.findings == 0 && !self.results.iter().any(|result| result.status.is_failure())
    }

    /// 0 when all is well, 1 when a node failed.
    pub fn exit_code(&self) -> i32 {
        i32::from(!self.success())
    }
}

/// The version of dbt-duckdb whose behaviour this is.
const ADAPTER_VERSION: &str = "1.11.1";

/// Reads the project, parses it, selects, runs, writes the artifacts.
///
/// An error means that the command could not start; a node that fails is a result.
pub fn invoke(command: &Command, host: &Host) -> Result<Outcome> {
    let begun = Instant::now();
    let judge = Arc::new(Judge::new(Arc::clone(&host.sink), command.flags.warnings.clone()));
    let host = &Host { sink: Arc::clone(&judge) as Arc<dyn Sink>, ..host.clone() };
    host.sink.tell(Event::Version);
    host.sink.tell(Event::Arguments { args: command.flags.args.clone() });
    let mut outcome = Outcome {
        project: None,
        parsed: None,
        results: Vec::new(),
        ages: HashMap::new(),
        args: Map::new(),
        findings: 0,
        listing: Vec::new(),
        written: Vec::new(),
        has_manifest: false,
        elapsed: Duration::ZERO,
    };
    match &command.verb {
        Verb::Deps(ask) => deps::run(&command.options, ask, &*host.fetch, &*host.sink)?,
        Verb::Debug(ask) => debug::run(&command.options, *ask, host, &mut outcome)?,
        Verb::Retry => {
            let (last, again) = retry::again(command, &load_project(&command.options, &*host.sink)?)?;
            on_project(&again, Some(&last), host, &judge, &mut outcome)?;
        }
        _ => on_project(command, None, host, &judge, &mut outcome)?,
    }
    outcome.elapsed = begun.elapsed();
    Ok(outcome)
}

fn on_project(
    command: &Command,
    last: Option<&retry::Last>,
    host: &Host,
    judge: &Judge,
    outcome: &mut Outcome,
) -> Result<()> {
    let project = Arc::new(load_project(&command.options, &*host.sink)?);
    outcome.project = Some(Arc::clone(&project));
    match &command.verb {
        Verb::Clean { outside } => clean::run(&project, *outside, host),
        Verb::Serve => {
            outcome.written = vec![documents(&project)?];
            Ok(())
        }
        Verb::Direct(what) => {
            host.sink.tell(Event::Adapter { name: "duckdb", version: ADAPTER_VERSION });
            judge.check()?;
            let quiet = project.invocation.flag("QUIET") == Some(Json::Bool(true));
            direct::show(what, &*(host.open)(&project)?, &host.sink, quiet)
        }
        _ => {
            host.sink.tell(Event::Adapter { name: "duckdb", version: ADAPTER_VERSION });
            judge.check()?;
            let ended = on_manifest(command, last, host, judge, &project, outcome);
            // A circle, or a selection that means nothing, is easier to mend with the manifest at hand.
            if let (Err(_), Some(parsed), false) = (&ended, &outcome.parsed, outcome.has_manifest) {
                write_manifest(command, host, &project, &parsed.manifest, None)?;
            }
            host.sink.tell(Event::Totals { interrupted: host.cancel.is_asked() });
            ended.and_then(|()| judge.check())
        }
    }
}

fn on_manifest(
    command: &Command,
    last: Option<&retry::Last>,
    host: &Host,
    judge: &Judge,
    project: &Arc<Project>,
    outcome: &mut Outcome,
) -> Result<()> {
    let begun = Instant::now();
    let parsed = match (parsed(host, project), &command.verb) {
        (Err(error), Verb::Check(form)) => {
            unread(&error, *form, outcome);
            return Ok(());
        }
        (parsed, _) => parsed?,
    };
    judge.check()?;
    let Parsed { manifest, macros } = outcome.parsed.insert(parsed).clone();
    if let Verb::Show(what) = &command.verb {
        names_something(what, &command.request.select)?;
    }
    if let Some(sql) = command.verb.inline() {
        inline::check(sql, project, &manifest, &macros, &host.sink)?;
    }
    if command.verb != Verb::Parse {
        host.sink.tell(Event::Started { command: command.verb.name().to_owned(), summary: found(&manifest) });
    }
    let graph = match (Graph::of(&manifest), &command.verb) {
        (Ok(graph), _) => graph,
        (Err(error), Verb::Check(form)) => {
            unread(&error, *form, outcome);
            return Ok(());
        }
        (Err(error), _) => return Err(error),
    };
    let verb = last.map_or(&command.verb, |last| &last.verb);
    let mut flags = command.flags.clone();
    flags.args.insert("vars".to_owned(), Json::Object(project.vars.clone()));
    if flags.inputs.defer || *verb == Verb::Clone {
        flags.inputs.deferred = deferred(command)?;
    }
    let mut selected: Vec<_> = if let Some(last) = last {
        last.failed.iter().filter(|id| graph.number(id).is_some()).cloned().collect()
    } else {
        let works_on = |kind| verb.works_on(kind);
        let request = Request { target_path: Some(project.target_path.clone()), ..command.request.clone() };
        select(&request, &graph, &manifest, &project.config.selectors, &works_on, &*host.sink)?
    };
    if !verb.sees_empty() {
        selected.retain(|id| !manifest.nodes.get(id).is_some_and(Node::is_empty));
    }
    judge.check()?;
    if let Verb::List(form) = &command.verb {
        outcome.listing = lines(&selected, &manifest, form, &|id| artifacts::manifest::resource(&manifest, id));
        outcome.has_manifest = true;
        return write_manifest(command, host, project, &manifest, None);
    }
    let nothing = selected.is_empty();
    let open = Arc::clone(&host.open);
    let run = Run::new(Start {
        project: Arc::clone(project),
        manifest: Arc::clone(&manifest),
        macros,
        flags,
        sink: Arc::clone(&host.sink),
        cancel: Arc::clone(&host.cancel),
        selected,
        open: match verb {
            Verb::Check(_) => Box::new(scratch_opener(open, Arc::clone(&manifest))),
            _ => Box::new(move |project| open(project)),
        },
    });
    if let Verb::Check(form) = verb {
        return check_all(&run, &graph, host, *form, outcome);
    }
    let mut ended_by = None;
    match verb {
        Verb::Build | Verb::Run | Verb::Test | Verb::Seed | Verb::Snapshot | Verb::Clone if nothing => {
            host.sink.tell(Event::NothingToDo);
        }
        Verb::Compile(Compile { inline: None, .. })
        | Verb::Show(Show { inline: None, .. })
        | Verb::Docs { compile: true, .. }
            if nothing =>
        {
            host.sink.tell(Event::NothingToDo);
        }
        Verb::Build | Verb::Run | Verb::Test | Verb::Seed | Verb::Snapshot => {
            (outcome.results, ended_by) = run::execute(&run, &graph, *verb == Verb::Build)?;
            if run.flags.show {
                show_seeds(&run, &outcome.results)?;
            }
        }
        Verb::Clone => outcome.results = run::clone_all(&run)?,
        Verb::Compile(Compile { inline: Some(sql), json }) => {
            outcome.results = vec![run::compile_inline(&run, sql, *json)?];
        }
        Verb::Compile(Compile { inline: None, json }) => {
            outcome.results = run::compile_all(&run, &graph, !command.request.select.is_empty());
            run::tell_compiled(&run, &outcome.results, &command.request.select, *json);
        }
        Verb::Docs { compile: true, .. } => outcome.results = run::compile_all(&run, &graph, false),
        Verb::Show(what) => outcome.results = show(&run, what, &command.request.select)?,
        Verb::Operation { name, arguments } => {
            outcome.results = vec![run_macro(&run, name, &project::mapping("--args", arguments)?)?];
        }
        Verb::Freshness { output } => {
            let found = if nothing {
                host.sink.tell(Event::NothingToDo);
                Vec::new()
            } else {
                let (found, ended) = freshness::check(&run, &graph)?;
                ended_by = ended;
                found
            };
            let document = artifacts::sources::document(project, &found, begun.elapsed());
            let newest = |found: &freshness::Freshness| Some((found.result.unique_id.clone(), found.newest?));
            outcome.ages = found.iter().filter_map(newest).collect();
            outcome.results = found.into_iter().map(|found| found.result).collect();
            match output {
                Some(path) => files::write(&project.root, path, &document.to_string())?,
                None => write_json(host, project, "sources.json", "FreshnessExecutionResultArtifact", &document)?,
            }
        }
        Verb::Parse
        | Verb::Docs { compile: false, .. }
        | Verb::List(_)
        | Verb::Retry
        | Verb::Serve
        | Verb::Debug(_)
        | Verb::Direct(_)
        | Verb::Clean { .. }
        | Verb::Check(_)
        | Verb::Deps(_) => {}
    }
    outcome.args.clone_from(&run.flags.args);
    if matches!(verb, Verb::Compile(_) | Verb::Docs { .. } | Verb::Show(_)) {
        // What asks for SQL or for rows has nothing to give when one is missing: an error of the command, as in dbt.
        let failed = outcome.results.iter().filter_map(|result| result.error.clone());
        if let Some(error) = Error::several(failed) {
            return Err(error);
        }
    }
    outcome.has_manifest = true;
    write_manifest(command, host, project, &manifest, Some(&run))?;
    let runs = !matches!(verb, Verb::Parse | Verb::Docs { .. } | Verb::Freshness { .. });
    if command.write_json && runs {
        let results = artifacts::run_results::document(project, &outcome.results, &run.flags.args, begun.elapsed());
        write_json(host, project, "run_results.json", "RunExecutionResult", &results)?;
    }
    if let Verb::Docs { compile, catalog } = *verb {
        outcome.written = document(host, project, &manifest, &run, compile, catalog)?;
    }
    ended_by.map_or_else(|| host.cancel.check(), Err)
}

fn parsed(host: &Host, project: &Project) -> Result<Parsed> {
    if let Some(parsed) = &host.parsed {
        return Ok(parsed.clone());
    }
    let ParsedProject { manifest, macros } = parse_project_again(project, &*host.sink)?;
    Ok(Parsed { manifest: Arc::new(manifest), macros })
}

// Where an earlier run left what this one does not build.
fn deferred(command: &Command) -> Result<HashMap<UniqueId, Relation>> {
    let Some(folder) = command.flags.inputs.defer_state.as_ref().or(command.request.state.as_ref()) else {
        let what = if command.verb == Verb::Clone { "`clone`" } else { "`--defer`" };
        return Err(Error::new(crate::Kind::Config, format!("{what} needs the artifacts of an earlier run"))
            .hint("name their folder with `--state` or `--defer-state`"));
    };
    Ok(State::read(folder, None)?.relations())
}

type Opener = dyn Fn(&Project) -> Result<Arc<dyn Engine>> + Send + Sync;

fn scratch_opener(open: Open, manifest: Arc<Manifest>) -> impl Fn(&Project) -> Result<Arc<dyn Engine>> + Send + Sync {
    move |project| check::scratch(&*open as &Opener, project, &manifest)
}

// A project that cannot be read whole is what a check is asked to find.
fn unread(error: &Error, form: told::Form, outcome: &mut Outcome) {
    outcome.findings = error.all().len();
    outcome.listing = told::lines(&Vec::new(), &error.all(), None, form);
}

fn check_all(run: &Arc<Run>, graph: &Graph, host: &Host, form: told::Form, outcome: &mut Outcome) -> Result<()> {
    let checked = check::check(run, graph, &*host.open)?;
    host.cancel.check()?;
    outcome.findings = checked.iter().map(|(_, verdict)| verdict.findings().len()).sum();
    outcome.listing = told::lines(&checked, &[], Some(&run.manifest), form);
    outcome.results = checked.into_iter().map(|(id, verdict)| verdict.result(id, &run.manifest)).collect();
    Ok(())
}

// `Found 4 models, 12 data tests, 1 seed, 2 sources, 180 macros`
fn found(manifest: &Manifest) -> String {
    // Kinds of nodes in the order in which the first of each comes, then what stands beside them.
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    let nodes = manifest.nodes.values().filter(|node| node.resource_type != ResourceType::Function);
    // Tests of what is disabled stay among the nodes.
    for node in nodes.filter(|node| node.config_bool("enabled") != Some(false)) {
        let kind = match node.resource_type {
            ResourceType::Test => "data test",
            kind => kind.name(),
        };
        *counts.entry(kind).or_default() += 1;
    }
    counts.extend([
        ("source", manifest.sources.len()),
        ("exposure", manifest.exposures.len()),
        ("metric", manifest.metrics.len()),
        ("macro", manifest.macros.len()),
        ("group", manifest.groups.len()),
        ("semantic model", manifest.semantic_models.len()),
        ("saved query", manifest.saved_queries.len()),
        ("unit test", manifest.unit_tests.len()),
    ]);
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| match (name, count) {
            // As dbt counts them.
            ("data test", 1) => "1 test".to_owned(),
            (_, 1) => format!("1 {name}"),
            ("analysis", count) => format!("{count} analyses"),
            ("saved query", count) => format!("{count} saved queries"),
            (_, count) => format!("{count} {name}s"),
        })
        .collect();
    format!("Found {}", if told.is_empty() { "nothing".to_owned() } else { told.join(", ") })
}

fn info(host: &Host, message: String) {
    host.sink.tell(Event::Info { message });
}

// Flags that are not listed while they are off, as in dbt.
const LEFT_OUT: [&str; 8] = [
    "debug",
    "fail_fast",
    "full_refresh",
    "log_cache_events",
    "single_threaded",
    "store_failures",
    "use_experimental_parser",
    "warn_error",
];

// An operation lists its flags as they are, and nothing of where things are.
const LEFT_OUT_OF_OPERATIONS: [&str; 1] = ["warn_error"];
const OF_NODES: [&str; 4] = ["warn_error_options", "project_dir", "profiles_dir", "log_path"];

/// The flags of a run as artifacts and templates list them.
pub fn invocation_args(command: &Verb, flags: &Map<String, Json>) -> Map<String, Json> {
    let is_operation = matches!(command, Verb::Operation { .. });
    let told = |(name, value): (&String, &Json)| {
        let name = name.to_lowercase();
        let left_out: &[&str] = if is_operation { &LEFT_OUT_OF_OPERATIONS } else { &LEFT_OUT };
        let silent = value.is_null()
            || (*value == Json::Bool(false) && left_out.contains(&name.as_str()))
            || (is_operation && OF_NODES.contains(&name.as_str()));
        (!silent).then(|| (name, value.clone()))
    };
    let mut args: Map<String, Json> = flags.iter().filter_map(told).collect();
    args.insert("which".to_owned(), Json::String(command.name().to_owned()));
    args
}

/// Whether any of the results is an error that a person should read whole.
pub fn errors(results: &[NodeResult]) -> impl Iterator<Item = &NodeResult> {
    results.iter().filter(|result| result.status.is_failure())
}
