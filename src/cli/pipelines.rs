//! The commands over pipelines and scripts: defined here, so that help and completions know them, and carried out in Python.
//!
//! Names and arguments are dlt's. What the parser found crosses the border as one JSON object, whose keys are the fields
//! below; `gristmill.commands` answers for each command by its name.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::Value as Json;

#[derive(Clone, Debug, Subcommand, Serialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Make a working project in the current folder: pipeline script, configuration, models, tests
    Init(Init),
    /// Run a Python script that says `import dlt`, unchanged, on gristmill
    Exec(Exec),
    /// Inspect a pipeline: state, trace, schema, packages that wait; drop tables and reset state
    Pipeline(Pipeline),
    /// Check a schema file and print it, in this or another format
    Schema(SchemaFile),
}

/// How a command talks to the person at the terminal.
#[derive(Clone, Copy, Debug, Default, Args, Serialize)]
#[group(skip)]
pub struct Talk {
    /// Tell more; -vv tells most
    #[arg(short, long = "verbose", global = true, action = ArgAction::Count)]
    pub verbosity: u8,
    /// Never ask: take each question's default, and fail where there is none [default when there is no terminal]
    #[arg(long, global = true)]
    pub non_interactive: bool,
    /// Answer each confirmation with yes
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Show the whole traceback of an error
    #[arg(long, global = true)]
    pub debug: bool,
}

#[derive(Clone, Debug, Args, Serialize)]
pub struct Init {
    /// Where data comes from: rest_api, sql_database, filesystem or amazon
    #[arg(required_unless_present_any = ["list_sources", "list_destinations"])]
    pub source: Option<String>,
    /// Where data goes
    #[arg(default_value = "duckdb")]
    pub destination: String,
    /// List the sources that a project can be made for
    #[arg(short, long)]
    pub list_sources: bool,
    /// List the destinations
    #[arg(long)]
    pub list_destinations: bool,
    #[command(flatten)]
    #[serde(flatten)]
    pub talk: Talk,
}

#[derive(Clone, Debug, Args, Serialize)]
pub struct Exec {
    /// The script and its arguments; or `-m`, a module and its arguments
    #[arg(required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true, value_name = "SCRIPT [ARGS]")]
    pub argv: Vec<String>,
}

#[derive(Clone, Debug, Args, Serialize)]
#[command(args_conflicts_with_subcommands = false, arg_required_else_help = true)]
pub struct Pipeline {
    /// The pipeline's name
    #[arg(value_name = "PIPELINE")]
    pub pipeline_name: Option<String>,
    /// List the pipelines that ran on this machine, the latest first
    #[arg(short, long)]
    pub list_pipelines: bool,
    /// The folder that holds pipelines' working directories
    #[arg(long, global = true, value_name = "FOLDER")]
    pub pipelines_dir: Option<PathBuf>,
    #[command(flatten)]
    #[serde(flatten)]
    pub talk: Talk,
    #[command(subcommand)]
    pub operation: Option<Operation>,
}

#[derive(Clone, Debug, Subcommand, Serialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
pub enum Operation {
    /// Show the state, the schemas and what waits; -v tells of sources' state and tables
    Info,
    /// Show the loaded tables with their rows and columns, and where the page of documents is
    Show,
    /// Show the steps of the last run, how long they took and what failed
    Trace,
    /// Print the default schema
    Schema(Printed),
    /// Show packages that could not be loaded, and why
    FailedJobs,
    /// Forget the local state, schemas and waiting packages, and take them from the destination
    Sync(Place),
    /// Drop the tables of resources and reset their state
    Drop(Drop),
    /// Throw away packages that wait to be loaded (an older name of abort-packages)
    DropPendingPackages,
    /// Throw away packages that wait to be loaded, and go back to the state that the destination holds
    AbortPackages,
    /// Show a package, or act on it
    LoadPackage(LoadPackage),
}

/// Where a pipeline without a working directory is looked for.
#[derive(Clone, Debug, Default, Args, Serialize)]
pub struct Place {
    /// The destination to restore from when there is no local state
    #[arg(long)]
    pub destination: Option<String>,
    /// The dataset to restore from when there is no local state
    #[arg(long, value_name = "NAME")]
    pub dataset_name: Option<String>,
}

#[derive(Clone, Debug, Args, Serialize)]
pub struct Drop {
    /// Resources to drop: names, or patterns such as `re:^repo`
    pub resources: Vec<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub place: Place,
    /// Drop all resources of the schema
    #[arg(long)]
    pub drop_all: bool,
    /// Keys or JSON paths of the source's state to reset
    #[arg(long, num_args = 0.., value_name = "PATH")]
    pub state_paths: Vec<String>,
    /// The schema to drop from [default: the pipeline's default schema]
    #[arg(long = "schema", value_name = "NAME")]
    pub schema_name: Option<String>,
    /// Reset the state and keep the tables
    #[arg(long)]
    pub state_only: bool,
}

#[derive(Clone, Debug, Args, Serialize)]
pub struct LoadPackage {
    /// The package's load id [default: the latest]
    #[arg(value_name = "LOAD_ID")]
    pub load_id: Option<String>,
    /// What to do with it
    #[arg(value_enum, default_value = "info")]
    pub action: PackageAction,
    /// Part of a job's name, for `job`; a job's id, for `fail-job`
    pub job: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackageAction {
    /// Its state, and each table's job
    Info,
    /// How many rows of it the destination holds
    RowCounts,
    /// Throw away this package and all newer ones
    Abort,
    /// The jobs whose name contains a text, with their errors
    Job,
    /// Fail one job by hand
    FailJob,
}

#[derive(Clone, Debug, Args, Serialize)]
pub struct SchemaFile {
    /// A schema in JSON or YAML
    pub file: PathBuf,
    #[command(flatten)]
    #[serde(flatten)]
    pub printed: Printed,
    #[command(flatten)]
    #[serde(flatten)]
    pub talk: Talk,
}

/// How a schema is printed.
#[derive(Clone, Copy, Debug, Args, Serialize)]
pub struct Printed {
    /// The format
    #[arg(long, value_enum, default_value = "yaml")]
    pub format: SchemaFormat,
    /// Leave out hints that have their default value; this is always so
    #[arg(long, default_value_t = true)]
    pub remove_defaults: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemaFormat {
    Json,
    Yaml,
    Dbml,
    Dot,
    Mermaid,
}

impl Command {
    /// What Python carries out: the command's name under `command`, and its arguments.
    pub fn request(&self) -> Json {
        serde_json::to_value(self).expect("arguments are texts, numbers and paths, whose names are texts")
    }
}

/// dlt takes the flags of [`Talk`] before the command too; they are moved behind the command's name.
pub(super) fn talk_last(argv: &[String]) -> Vec<String> {
    let is_talk = |word: &String| {
        matches!(word.as_str(), "--verbose" | "--non-interactive" | "-y" | "--yes" | "--debug")
            || (word.starts_with("-v") && word[1..].bytes().all(|letter| letter == b'v'))
    };
    let talk = argv.iter().take_while(|word| is_talk(word)).count();
    match argv.get(talk).map(String::as_str) {
        Some("init" | "pipeline" | "schema") => {
            let mut moved = vec![argv[talk].clone()];
            moved.extend_from_slice(&argv[..talk]);
            moved.extend_from_slice(&argv[talk + 1..]);
            moved
        }
        Some(_) | None => argv.to_vec(),
    }
}
