//! The commands, and what each of them takes beside the flags that all take.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Subcommand, ValueEnum};

use super::args::{Kinds, Selection};
use super::inputs::{Empty, Times};
use crate::transform::deps::{Added, Ask, From};

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
    Debug,
    /// Bring the packages that packages.yml or dependencies.yml asks for into dbt_packages
    Deps(Deps),
    /// Remove what earlier runs wrote: the folders of `clean-targets`
    Clean,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Docs {
    /// Write manifest.json, catalog.json and one page that opens without a server
    Generate(Generate),
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FullRefresh {
    /// Rebuild incremental models and seeds from nothing
    #[arg(short, long, env = "DBT_FULL_REFRESH", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub full_refresh: bool,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct StoreFailures {
    /// Keep the rows that fail a test in a table
    #[arg(long, env = "DBT_STORE_FAILURES", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub store_failures: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Run {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub empty: Empty,
    #[command(flatten)]
    pub times: Times,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Test {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    #[command(flatten)]
    pub store_failures: StoreFailures,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Build {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub store_failures: StoreFailures,
    #[command(flatten)]
    pub empty: Empty,
    #[command(flatten)]
    pub times: Times,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Seed {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Compile {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub empty: Empty,
}

#[derive(Clone, Debug, Default, Args)]
pub struct List {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    /// What to print of each node
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "selector")]
    pub output: Output,
    /// Which fields `--output json` prints
    #[arg(long, num_args = 1.., value_name = "FIELD", value_delimiter = ' ')]
    pub output_keys: Vec<String>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Generate {
    #[command(flatten)]
    pub selection: Selection,
    /// Do not render models before the page is written
    #[arg(long)]
    pub no_compile: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Snapshot {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub empty: Empty,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Check {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    /// How findings are printed; `json` is one object
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Show {
    #[command(flatten)]
    pub selection: Selection,
    /// SQL to show in place of a selection; it may use ref() and source()
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "exclude", "selector"])]
    pub inline: Option<String>,
    /// How many rows to show; -1 is all of them
    #[arg(long, value_name = "COUNT", default_value_t = 5, allow_negative_numbers = true)]
    pub limit: i64,
    /// How rows are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Debug, Args)]
pub struct RunOperation {
    /// The macro: a name, or `package.name`
    #[arg(value_name = "MACRO")]
    pub name: String,
    /// The macro's arguments, as a YAML mapping: '{name: value}'
    #[arg(long, value_name = "YAML", default_value = "{}")]
    pub args: String,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Retry {
    #[command(flatten)]
    pub full_refresh: FullRefresh,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Deps {
    /// Resolve versions again, also when package-lock.yml is up to date
    #[arg(long)]
    pub upgrade: bool,
    /// Write package-lock.yml and install nothing
    #[arg(long)]
    pub lock: bool,
    /// Write one more package into packages.yml first
    #[arg(long, value_name = "NAME@VERSION")]
    pub add_package: Option<String>,
    /// Where the added package comes from
    #[arg(long, value_enum, value_name = "SOURCE", default_value = "hub")]
    pub source: PackageSource,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PackageSource {
    #[default]
    Hub,
    Git,
    Local,
}

impl Deps {
    /// What these arguments ask for.
    pub(super) fn ask(&self, version_check: bool) -> Ask {
        let from = match self.source {
            PackageSource::Hub => From::Hub,
            PackageSource::Git => From::Git,
            PackageSource::Local => From::Local,
        };
        let add = self.add_package.as_ref().map(|given| {
            // An address of a repository has an `@` of its own before the last slash.
            let split = given.rsplit_once('@').filter(|(_, version)| !version.contains(['/', ':']));
            let (name, version) =
                split.map_or((given.as_str(), None), |(name, version)| (name, Some(version.to_owned())));
            Added { name: name.to_owned(), version, from }
        });
        Ask { upgrade: self.upgrade, lock_only: self.lock, add, version_check }
    }
}

#[derive(Clone, Debug, Default, Args)]
pub struct Copies {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
}

#[derive(Clone, Debug, Subcommand)]
pub enum SourceCommand {
    /// Compare the age of the newest row with `freshness` in the source's config, and write sources.json
    Freshness(Freshness),
}

#[derive(Clone, Debug, Default, Args)]
pub struct Freshness {
    #[command(flatten)]
    pub selection: Selection,
    /// The file to write [default: sources.json in the target folder]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// The dotted name that selects the node
    #[default]
    Selector,
    Name,
    Path,
    /// One JSON object a line
    Json,
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
            Self::Show(_) => "show",
            Self::RunOperation(_) => "run-operation",
            Self::Retry(_) => "retry",
            Self::Clone(_) => "clone",
            Self::Source { command: SourceCommand::Freshness(_) } => "freshness",
            Self::Debug => "debug",
            Self::Clean => "clean",
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
            Self::Parse | Self::Debug | Self::Clean | Self::Deps(_) | Self::RunOperation(_) | Self::Retry(_) => None,
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
            | Self::Debug
            | Self::Clean
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
            Self::Clone(clone) => clone.full_refresh.full_refresh,
            Self::Test(_)
            | Self::Ls(_)
            | Self::Check(_)
            | Self::Snapshot(_)
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug
            | Self::Clean
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
            | Self::Debug
            | Self::Clean
            | Self::Deps(_) => false,
        }
    }
}
