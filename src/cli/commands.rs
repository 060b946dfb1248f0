//! The commands; what each takes beside the flags that all take stands in `taken`.

use clap::Subcommand;
use serde_json::{Map, Value as Json, json};

use super::args::{Kinds, Selection};
pub use super::taken::{
    Build, Check, Clean, Compile, Copies, Debug, Deps, Freshness, Generate, List, Output, Retry, RowFormat, Run,
    RunOperation, Seed, Serve, Show, Snapshot, Test,
};
use crate::transform::project::mapping;

#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Run pipelines/*.py, then build all models, then write the documents: one run, one summary
    Up(Build),
    /// Build models: create or refresh their tables and views
    Run(Run),
    /// Run data tests on models, sources, seeds and snapshots that exist
    Test(Test),
    /// Load seeds, run models and snapshots, and test each before what depends on it goes on
    Build(Build),
    /// Load CSV files of the seeds folder into tables
    Seed(Seed),
    /// Take snapshots: keep each version of a row and when it was the current one
    Snapshot(Snapshot),
    /// Write the SQL of models and tests, with Jinja resolved, to the target folder
    Compile(Compile),
    /// Read the whole project, check it, and write manifest.json
    Parse,
    /// Find unknown columns, wrong types and bad refs in all models and tests, before anything runs
    Check(Check),
    /// List what a selection names
    #[command(visible_alias = "list")]
    Ls(List),
    /// Write the project's documents
    Docs {
        #[command(subcommand)]
        command: Docs,
    },
    /// Look at the first rows of a node, or of SQL given with --inline, without building it
    Show(Show),
    /// Run a macro by its name
    RunOperation(RunOperation),
    /// Run again what failed or was skipped in the last run
    Retry(Retry),
    /// Make views of what an earlier run left, in place of models, seeds and snapshots
    Clone(Copies),
    /// Ask how old the data of sources is
    Source {
        #[command(subcommand)]
        command: SourceCommand,
    },
    /// Show which project, profile and database would be used, and whether they work
    Debug(Debug),
    /// Bring the packages that packages.yml or dependencies.yml asks for into dbt_packages
    Deps(Deps),
    /// Remove what earlier runs wrote: the folders of `clean-targets`
    Clean(Clean),
}

#[derive(Clone, Debug, Subcommand)]
pub enum Docs {
    /// Write manifest.json, catalog.json and one page that opens without a server
    Generate(Generate),
    /// Show the documents that `docs generate` wrote at http://127.0.0.1:8080
    Serve(Serve),
}

#[derive(Clone, Debug, Subcommand)]
pub enum SourceCommand {
    /// Compare the age of the newest row with `freshness` in the source's config, and write sources.json
    #[command(alias = "snapshot-freshness")]
    Freshness(Freshness),
}

impl Command {
    /// dbt's name of the command, as `flags.WHICH` and the artifacts show it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Up(_) | Self::Build(_) => "build",
            Self::Run(_) => "run",
            Self::Test(_) => "test",
            Self::Seed(_) => "seed",
            Self::Snapshot(_) => "snapshot",
            Self::Compile(_) => "compile",
            Self::Parse => "parse",
            Self::Check(_) => "check",
            Self::Ls(_) => "list",
            Self::Docs { command: Docs::Generate(_) } => "generate",
            Self::Docs { command: Docs::Serve(_) } => "serve",
            Self::Show(_) => "show",
            Self::RunOperation(_) => "run-operation",
            Self::Retry(_) => "retry",
            Self::Clone(_) => "clone",
            Self::Source { command: SourceCommand::Freshness(_) } => "freshness",
            Self::Debug(_) => "debug",
            Self::Clean(_) => "clean",
            Self::Deps(_) => "deps",
        }
    }

    pub fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(&build.selection),
            Self::Run(run) => Some(&run.selection),
            Self::Test(test) => Some(&test.selection),
            Self::Seed(seed) => Some(&seed.selection),
            Self::Snapshot(snapshot) => Some(&snapshot.selection),
            Self::Compile(compile) => Some(&compile.selection),
            Self::Check(check) => Some(&check.selection),
            Self::Ls(list) => Some(&list.selection),
            Self::Docs { command: Docs::Generate(generate) } => Some(&generate.selection),
            Self::Show(show) => Some(&show.selection),
            Self::Clone(clone) => Some(&clone.selection),
            Self::Source { command: SourceCommand::Freshness(freshness) } => Some(&freshness.selection),
            Self::Docs { command: Docs::Serve(_) }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_)
            | Self::Deps(_)
            | Self::RunOperation(_)
            | Self::Retry(_) => None,
        }
    }

    pub(super) fn kinds(&self) -> Option<&Kinds> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(&build.kinds),
            Self::Test(test) => Some(&test.kinds),
            Self::Check(check) => Some(&check.kinds),
            Self::Ls(list) => Some(&list.kinds),
            Self::Clone(clone) => Some(&clone.kinds),
            Self::Run(_)
            | Self::Seed(_)
            | Self::Snapshot(_)
            | Self::Compile(_)
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Retry(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_)
            | Self::Deps(_) => None,
        }
    }

    pub fn full_refresh(&self) -> bool {
        match self {
            Self::Up(build) | Self::Build(build) => build.full_refresh.full_refresh,
            Self::Run(run) => run.full_refresh.full_refresh,
            Self::Seed(seed) => seed.full_refresh.full_refresh,
            Self::Compile(compile) => compile.full_refresh.full_refresh,
            Self::Retry(retry) => retry.full_refresh.full_refresh,
            Self::Show(show) => show.full_refresh.full_refresh,
            Self::Clone(clone) => clone.full_refresh.full_refresh,
            Self::Test(_)
            | Self::Ls(_)
            | Self::Check(_)
            | Self::Snapshot(_)
            | Self::Docs { .. }
            | Self::RunOperation(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_)
            | Self::Deps(_) => false,
        }
    }

    pub fn store_failures(&self) -> bool {
        match self {
            Self::Up(build) | Self::Build(build) => build.store_failures.store_failures,
            Self::Test(test) => test.store_failures.store_failures,
            Self::Run(_)
            | Self::Seed(_)
            | Self::Snapshot(_)
            | Self::Compile(_)
            | Self::Ls(_)
            | Self::Check(_)
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Retry(_)
            | Self::Clone(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_)
            | Self::Deps(_) => false,
        }
    }

    /// Whether models may ask the database while they are compiled.
    pub fn introspects(&self) -> bool {
        match self {
            Self::Compile(compile) => !compile.no_introspect,
            Self::Show(show) => !show.no_introspect,
            _ => true,
        }
    }

    /// Whether ephemeral models stand in front of the SQL that refers to them.
    pub fn injects(&self) -> bool {
        !matches!(self, Self::Compile(compile) if compile.no_inject_ephemeral_ctes)
    }

    /// Whether the first rows of seeds are printed.
    pub fn shows_seeds(&self) -> bool {
        match self {
            // As in dbt, `build` takes the flag and shows none.
            Self::Seed(seed) => seed.show.show,
            _ => false,
        }
    }

    // The commands that take dbt's `--sqlparse`.
    fn formats_sql(&self) -> bool {
        matches!(
            self,
            Self::Up(_)
                | Self::Build(_)
                | Self::Compile(_)
                | Self::Run(_)
                | Self::Seed(_)
                | Self::Show(_)
                | Self::Snapshot(_)
                | Self::Test(_)
                | Self::Docs { .. }
                | Self::Source { .. }
        )
    }

    /// What `flags` in templates and `args` of artifacts say of this command alone.
    pub(super) fn flags(&self) -> Map<String, Json> {
        let mut flags = Map::new();
        flags.insert("INTROSPECT".to_owned(), json!(self.introspects()));
        if self.formats_sql() {
            flags.insert("SQLPARSE".to_owned(), json!({"MAX_GROUPING_DEPTH": null, "MAX_GROUPING_TOKENS": null}));
        }
        if let Self::Compile(compile) = self {
            flags.insert("INLINE".to_owned(), json!(compile.inline));
            flags.insert("OUTPUT".to_owned(), json!(compile.output.name()));
            flags.insert("INJECT_EPHEMERAL_CTES".to_owned(), json!(self.injects()));
        }
        if let Self::Seed(seed) = self {
            flags.insert("SHOW".to_owned(), json!(seed.show.show));
        }
        if let Self::Show(show) = self {
            flags.insert("LIMIT".to_owned(), json!(show.limit));
            flags.insert("INLINE".to_owned(), json!(show.inline));
            flags.insert("OUTPUT".to_owned(), json!(show.output.name()));
        }
        if let Self::RunOperation(operation) = self {
            // What cannot be read is told when the operation is made.
            let args = mapping("--args", &operation.args).ok().filter(|args| !args.is_empty());
            flags.insert("MACRO".to_owned(), json!(operation.name));
            flags.insert("ARGS".to_owned(), json!(args));
        }
        if let Self::Build(build) = self {
            flags.insert("INCLUDE_SAVED_QUERY".to_owned(), json!(build.include_saved_query));
            flags.insert("SHOW".to_owned(), json!(build.show.show));
            flags.insert("EXPORT_SAVED_QUERIES".to_owned(), json!(build.export_saved_queries));
        }
        if let Self::Ls(list) = self {
            flags.insert("OUTPUT_KEYS".to_owned(), json!(list.output_keys));
        }
        flags
    }
}
