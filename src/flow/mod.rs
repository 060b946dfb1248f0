//! One run over both wings: the project's pipelines, then its models, then its documents.
//!
//! Pipelines are ordinary Python scripts; whoever has a Python runs them between [`Up::start`] and [`Up::finish`]. The
//! cli room draws what is told here.

pub mod download;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::dialect::literal;
use crate::engine::{Engine, Session};
use crate::error::{Error, Result};
use crate::event::{Event, Sink};
use crate::transform::project::{Project, load_project};
use crate::transform::run::results::Status;
use crate::transform::run::table::Table;
use crate::transform::{self, Command, Host, Outcome, Verb};

/// A pipeline's script, and what its process environment holds while it runs.
#[derive(Clone, Debug)]
pub struct Script {
    pub path: PathBuf,
    pub environment: Vec<(String, String)>,
    begun: Instant,
}

/// How long a step took, for the summary.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub elapsed: Duration,
}

/// A run on its way.
pub struct Up {
    build: Command,
    pub project: Project,
    scripts: std::vec::IntoIter<PathBuf>,
    pub steps: Vec<Step>,
}

/// Everything that the last screen says.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Relation and rows, by schema and name.
    pub tables: Vec<(String, i64)>,
    pub tests_passed: usize,
    pub tests_warned: usize,
    pub tests_failed: usize,
    pub database: String,
    pub page: Option<PathBuf>,
    pub steps: Vec<Step>,
}

impl Up {
    /// Reads the project and finds its pipelines, in the order of their names.
    pub fn start(build: Command, sink: &dyn Sink) -> Result<Self> {
        let project = load_project(&build.options, sink)?;
        let scripts = scripts(&project.root.join("pipelines"))?;
        Ok(Self { build, project, scripts: scripts.into_iter(), steps: Vec::new() })
    }

    /// The next pipeline to run.
    pub fn next_script(&mut self, sink: &dyn Sink) -> Option<Script> {
        let path = self.scripts.next()?;
        sink.tell(Event::Info { message: format!("Running pipeline {}", shown(&path, &self.project.root)) });
        let profile = &self.project.profile;
        let environment = [
            ("DBT_TARGET", profile.target_name.as_str()),
            ("DBT_PROFILES_DIR", &profile.folder.to_string_lossy()),
            ("DBT_PROJECT_DIR", &self.project.root.to_string_lossy()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Some(Script { path, environment, begun: Instant::now() })
    }

    /// Notes how a pipeline ended. An error ends the run: nothing is built from data that did not arrive.
    pub fn script_ended(&mut self, script: &Script, error: Option<Error>) -> Result<()> {
        let name = shown(&script.path, &self.project.root);
        self.steps.push(Step { name: name.clone(), elapsed: script.begun.elapsed() });
        match error {
            None => Ok(()),
            Some(error) => {
                Err(Error::new(error.kind(), format!("pipeline `{name}` failed, so nothing was built"))
                    .caused_by(error))
            }
        }
    }

    /// Builds the models and writes the documents. The outcome is the build's, whether or not the documents could be written.
    pub fn finish(mut self, host: &Host) -> Result<(Outcome, Summary)> {
        let outcome = self.step("build", Verb::Build, host)?;
        let documents = self.step("docs", Verb::Docs { compile: true, catalog: true }, host)?;
        let summary = self.summary(&outcome, &documents, host)?;
        Ok((outcome, summary))
    }

    fn step(&mut self, name: &str, verb: Verb, host: &Host) -> Result<Outcome> {
        let begun = Instant::now();
        let command = Command { verb, ..self.build.clone() };
        let outcome = transform::invoke(&command, host)?;
        self.steps.push(Step { name: name.to_owned(), elapsed: begun.elapsed() });
        Ok(outcome)
    }

    fn summary(&self, outcome: &Outcome, documents: &Outcome, host: &Host) -> Result<Summary> {
        let count = |status: Status| {
            outcome
                .results
                .iter()
                .filter(|result| result.unique_id.starts_with("test.") && result.status == status)
                .count()
        };
        let engine: Arc<dyn Engine> = (host.open)(&self.project)?;
        let mut session = engine.session()?;
        Ok(Summary {
            tables: row_counts(session.as_mut(), &self.project.profile.database)?,
            tests_passed: count(Status::Pass),
            tests_warned: count(Status::Warn),
            tests_failed: count(Status::Fail) + count(Status::Error),
            database: self.project.profile.path.clone(),
            page: documents
                .written
                .iter()
                .find(|path| path.extension().is_some_and(|ending| ending == "html"))
                .cloned(),
            steps: self.steps.clone(),
        })
    }
}

// Scripts whose names begin with `_` are parts of others.
fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| Error::io(folder, &error))?;
    let mut scripts: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "py"))
        .filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('_')))
        .collect();
    scripts.sort();
    Ok(scripts)
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

// Every table and view of the database with its rows, but for what the loader keeps for itself.
fn row_counts(session: &mut dyn Session, database: &str) -> Result<Vec<(String, i64)>> {
    let relations = session.query(&format!(
        "select table_schema, table_name from system.information_schema.tables \
         where table_catalog = {} and table_schema not in ('information_schema', 'pg_catalog') \
         and not starts_with(table_name, '_dlt_') order by 1, 2",
        literal(database)
    ))?;
    let relations = Table::of(&relations)?;
    let mut counts = Vec::with_capacity(relations.0.rows.len());
    for row in &relations.0.rows {
        let relation = crate::engine::catalog::Relation::new(database, row[0].to_string(), row[1].to_string());
        let rows = Table::of(&session.query(&format!("select count(*) from {}", relation.quoted()))?)?;
        let count = rows.0.rows.first().and_then(|row| row[0].as_int()).unwrap_or(0);
        counts.push((format!("{}.{}", row[0], row[1]), count));
    }
    Ok(counts)
}
