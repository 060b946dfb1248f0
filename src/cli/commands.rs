//! The commands, and what each of them takes beside the flags that all take.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Subcommand, ValueEnum};
use serde_json::{Map, Value as Json, json};

use super::args::{Kinds, Selection};

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
    Snapshot(Plain),
    /// Write the SQL of models and tests, with Jinja resolved, to the target folder
    Compile(Compile),
    /// Read the whole project, check it, and write manifest.json
    Parse,
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
    /// Ask how old the data of sources is
    Source {
        #[command(subcommand)]
        command: SourceCommand,
    },
    /// Show which project, profile and database would be used, and whether they work
    Debug(Debug),
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

#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where to listen
    #[arg(long, value_name = "HOST", env = "DBT_HOST", hide_env = true, default_value = "127.0.0.1")]
    pub host: String,
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Do not open a browser
    #[arg(long, overrides_with = "browser")]
    pub no_browser: bool,
    #[arg(long, hide = true, overrides_with = "no_browser")]
    pub browser: bool,
}

impl Serve {
    /// What Python is asked for, once the page of documents was found.
    pub fn request(&self, written: &[PathBuf]) -> Json {
        json!({
            "command": "serve", "page": written.first(), "host": self.host, "port": self.port,
            "browser": !self.no_browser,
        })
    }
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Clean {
    /// Remove folders outside of the project as well
    #[arg(long, overrides_with = "clean_project_files_only")]
    pub no_clean_project_files_only: bool,
    #[arg(long, hide = true, overrides_with = "no_clean_project_files_only")]
    pub clean_project_files_only: bool,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Debug {
    /// Check the connection only
    #[arg(long)]
    pub connection: bool,
    /// Only print the folder that profiles.yml is looked for in
    #[arg(long)]
    pub config_dir: bool,
}

/// How much of the data models are built from.
#[derive(Clone, Debug, Default, Args)]
pub struct Extent {
    /// Build with no rows of the inputs: only the schema
    #[arg(long, env = "DBT_EMPTY", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue, overrides_with = "no_empty")]
    pub empty: bool,
    #[arg(long, hide = true, overrides_with = "empty")]
    pub no_empty: bool,
    /// Build from a sample of the inputs by their event_time: '3 days', or '{start: 2024-01-01, end: 2024-01-02}'
    #[arg(long, value_name = "WINDOW", env = "DBT_SAMPLE", hide_env = true)]
    pub sample: Option<String>,
    /// Where microbatch models begin, in place of `begin` and `lookback`
    #[arg(long, value_name = "TIME", env = "DBT_EVENT_TIME_START", hide_env = true)]
    pub event_time_start: Option<String>,
    /// Where microbatch models end
    #[arg(long, value_name = "TIME", env = "DBT_EVENT_TIME_END", hide_env = true)]
    pub event_time_end: Option<String>,
    // The bounds of a parser of SQL that is not used here.
    #[arg(long, hide = true, value_name = "YAML")]
    pub sqlparse: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ShowSeeds {
    /// Print the first rows of seeds after they are loaded
    #[arg(long)]
    pub show: bool,
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
    pub extent: Extent,
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
    pub extent: Extent,
    #[command(flatten)]
    pub show: ShowSeeds,
    // Saved queries are known and never run here.
    #[arg(long, hide = true)]
    pub export_saved_queries: bool,
    #[arg(long, hide = true)]
    pub no_export_saved_queries: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Seed {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub show: ShowSeeds,
    #[arg(long, hide = true, value_name = "YAML")]
    pub sqlparse: Option<String>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Compile {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    /// SQL to compile in place of a selection; it may use ref() and source()
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "exclude", "selector"])]
    pub inline: Option<String>,
    /// How compiled SQL is printed
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
    /// Do not ask the database while models are compiled
    #[arg(long, overrides_with = "introspect")]
    pub no_introspect: bool,
    #[arg(long, hide = true, overrides_with = "no_introspect")]
    pub introspect: bool,
    /// Leave references to ephemeral models as they are
    #[arg(long, overrides_with = "inject_ephemeral_ctes")]
    pub no_inject_ephemeral_ctes: bool,
    #[arg(long, hide = true, overrides_with = "no_inject_ephemeral_ctes")]
    pub inject_ephemeral_ctes: bool,
    #[command(flatten)]
    pub extent: Extent,
}

#[derive(Clone, Debug, Default, Args)]
pub struct List {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    /// What to print of each node
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT", default_value = "selector")]
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
    #[arg(long, overrides_with = "compile")]
    pub no_compile: bool,
    #[arg(long, hide = true, overrides_with = "no_compile")]
    pub compile: bool,
    /// Do not ask the database for its relations
    #[arg(long)]
    pub empty_catalog: bool,
    // The page is one file that opens from a disk in any case.
    #[arg(long, hide = true)]
    pub r#static: bool,
}

/// Commands that take a selection and an extent.
#[derive(Clone, Debug, Default, Args)]
pub struct Plain {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub extent: Extent,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Show {
    #[command(flatten)]
    pub selection: Selection,
    /// SQL to show in place of a selection; it may use ref() and source()
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "exclude", "selector"])]
    pub inline: Option<String>,
    /// The same, with no Jinja in it
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "exclude", "selector", "inline"])]
    pub inline_direct: Option<String>,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    /// Do not ask the database while models are compiled
    #[arg(long, overrides_with = "introspect")]
    pub no_introspect: bool,
    #[arg(long, hide = true, overrides_with = "no_introspect")]
    pub introspect: bool,
    /// How many rows to show; -1 is all of them
    #[arg(long, value_name = "COUNT", default_value_t = 5, allow_negative_numbers = true)]
    pub limit: i64,
    /// How rows are printed
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT", default_value = "text")]
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
            Self::Ls(_) => "list",
            Self::Docs { command: Docs::Generate(_) } => "generate",
            Self::Docs { command: Docs::Serve(_) } => "serve",
            Self::Show(_) => "show",
            Self::RunOperation(_) => "run-operation",
            Self::Retry(_) => "retry",
            Self::Source { command: SourceCommand::Freshness(_) } => "freshness",
            Self::Debug(_) => "debug",
            Self::Clean(_) => "clean",
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
            Self::Ls(list) => Some(&list.selection),
            Self::Docs { command: Docs::Generate(generate) } => Some(&generate.selection),
            Self::Show(show) => Some(&show.selection),
            Self::Source { command: SourceCommand::Freshness(freshness) } => Some(&freshness.selection),
            Self::Docs { command: Docs::Serve(_) }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_)
            | Self::RunOperation(_)
            | Self::Retry(_) => None,
        }
    }

    pub(super) fn kinds(&self) -> Option<&Kinds> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(&build.kinds),
            Self::Test(test) => Some(&test.kinds),
            Self::Ls(list) => Some(&list.kinds),
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
            | Self::Clean(_) => None,
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
            Self::Test(_)
            | Self::Ls(_)
            | Self::Snapshot(_)
            | Self::Docs { .. }
            | Self::RunOperation(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_) => false,
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
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Retry(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_) => false,
        }
    }

    fn extent(&self) -> Option<&Extent> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(&build.extent),
            Self::Run(run) => Some(&run.extent),
            Self::Snapshot(snapshot) => Some(&snapshot.extent),
            Self::Compile(compile) => Some(&compile.extent),
            Self::Test(_)
            | Self::Seed(_)
            | Self::Parse
            | Self::Ls(_)
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Retry(_)
            | Self::Source { .. }
            | Self::Debug(_)
            | Self::Clean(_) => None,
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

    /// Whether the first rows of seeds are printed.
    pub fn shows_seeds(&self) -> bool {
        match self {
            Self::Up(build) | Self::Build(build) => build.show.show,
            Self::Seed(seed) => seed.show.show,
            _ => false,
        }
    }

    /// What `flags` in templates and `args` of artifacts say of this command alone.
    pub(super) fn flags(&self) -> Map<String, Json> {
        let mut flags = Map::new();
        if let Some(extent) = self.extent() {
            flags.insert("EMPTY".to_owned(), json!(extent.empty));
            flags.insert("SAMPLE".to_owned(), json!(extent.sample));
            flags.insert("EVENT_TIME_START".to_owned(), json!(extent.event_time_start));
            flags.insert("EVENT_TIME_END".to_owned(), json!(extent.event_time_end));
        }
        flags.insert("INTROSPECT".to_owned(), json!(self.introspects()));
        if let Self::RunOperation(operation) = self {
            flags.insert("MACRO".to_owned(), json!(operation.name));
            flags.insert("ARGS".to_owned(), json!(operation.args));
        }
        if let Self::Ls(list) = self {
            flags.insert("OUTPUT_KEYS".to_owned(), json!(list.output_keys));
        }
        flags
    }
}
