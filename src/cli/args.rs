//! The command line: one definition that parses, explains and completes it.
//!
//! Commands and flags carry dbt's names, may stand before or after the command where dbt allows both, and read dbt's
//! `DBT_*` variables. A flag is here only when it does what it says.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde_json::{Map, Value as Json, json};

pub use super::commands::{Command, Docs, Output, SourceCommand};
use super::entry::Level;
use super::inputs::Deferral;
use super::pipelines;
pub use super::switches::{Switch, Switches};
use crate::transform::graph::method;
use crate::transform::graph::select::Request;
use crate::transform::graph::selector::Indirect;
use crate::transform::manifest::ResourceType;
use crate::transform::project::{Environment, ProjectOptions, warnings};

/// Raw data to tested, documented tables: load with pipelines, transform with models, test, document.
#[derive(Clone, Debug, Parser)]
#[command(name = "gristmill", version, propagate_version = true, max_term_width = 100, subcommand_required = true)]
pub(super) struct Line {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Any,
}

/// Any command, by who carries it out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Any {
    #[command(flatten)]
    Pipelines(pipelines::Command),
    #[command(flatten)]
    Project(Command),
    /// Print a script that completes commands and flags in your shell
    Completions {
        #[arg(value_enum)]
        shell: Shell,
    },
}

/// What a command over a project was given.
#[derive(Clone, Debug)]
pub struct Arguments {
    pub global: Global,
    pub command: Command,
    /// The words that were given.
    pub line: Vec<String>,
}

/// Flags that any command takes, before or after its name.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// The folder that holds dbt_project.yml [default: the nearest one at or above the working directory]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_PROJECT_DIR", hide_env = true)]
    pub project_dir: Option<PathBuf>,
    /// The folder that holds profiles.yml [default: the working directory, the project, then ~/.dbt]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_PROFILES_DIR", hide_env = true)]
    pub profiles_dir: Option<PathBuf>,
    /// The profile to use in place of the one dbt_project.yml names
    #[arg(long, global = true, value_name = "NAME", env = "DBT_PROFILE", hide_env = true)]
    pub profile: Option<String>,
    /// The target of the profile
    #[arg(short, long, global = true, value_name = "NAME", env = "DBT_TARGET", hide_env = true)]
    pub target: Option<String>,
    /// How many nodes may run at the same time
    #[arg(long, global = true, value_name = "COUNT", env = "DBT_THREADS", hide_env = true, value_parser = threads)]
    pub threads: Option<usize>,
    /// Variables for `var()`, as a YAML mapping: '{start: 2024-01-01}'
    #[arg(long, global = true, value_name = "YAML", env = "DBT_VARS", hide_env = true)]
    pub vars: Option<String>,
    /// Where artifacts are written, relative to the project [default: target]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_TARGET_PATH", hide_env = true)]
    pub target_path: Option<PathBuf>,
    #[command(flatten)]
    pub switches: Switches,
    /// The folder with the artifacts of an earlier run, for state:modified, result:error and --defer
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_STATE", hide_env = true)]
    pub state: Option<PathBuf>,
    #[command(flatten)]
    pub deferral: Deferral,
    /// Which tests come along with the nodes they test
    #[arg(
        long,
        global = true,
        value_enum,
        ignore_case = true,
        value_name = "MODE",
        env = "DBT_INDIRECT_SELECTION",
        hide_env = true,
        default_value = "eager"
    )]
    pub indirect_selection: IndirectSelection,
    /// Which warnings are errors, and which are left out, as YAML: '{error: all, warn: [NothingToDo], silence: []}'
    #[arg(
        long,
        global = true,
        value_name = "YAML",
        env = "DBT_WARN_ERROR_OPTIONS",
        hide_env = true,
        conflicts_with = "warn_error"
    )]
    pub warn_error_options: Option<String>,
    /// How log lines look
    #[arg(
        long,
        global = true,
        value_enum,
        ignore_case = true,
        value_name = "FORMAT",
        env = "DBT_LOG_FORMAT",
        hide_env = true
    )]
    pub log_format: Option<LogFormat>,
    /// How the lines of the log file look [default: as --log-format says, else debug]
    #[arg(
        long,
        global = true,
        value_enum,
        ignore_case = true,
        value_name = "FORMAT",
        env = "DBT_LOG_FORMAT_FILE",
        hide_env = true
    )]
    pub log_format_file: Option<LogFormat>,
    /// What matters less is not printed [default: info]
    #[arg(
        long,
        global = true,
        value_enum,
        ignore_case = true,
        value_name = "LEVEL",
        env = "DBT_LOG_LEVEL",
        hide_env = true
    )]
    pub log_level: Option<LogLevel>,
    /// What matters less is not written to the log file [default: as --log-level says, else debug]
    #[arg(
        long,
        global = true,
        value_enum,
        ignore_case = true,
        value_name = "LEVEL",
        env = "DBT_LOG_LEVEL_FILE",
        hide_env = true
    )]
    pub log_level_file: Option<LogLevel>,
    /// The folder of the log file, dbt.log [default: logs]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_LOG_PATH", hide_env = true)]
    pub log_path: Option<PathBuf>,
    /// How large the log file may become before it makes room; 0 is without end
    #[arg(long, global = true, value_name = "BYTES", env = "DBT_LOG_FILE_MAX_BYTES", hide_env = true, default_value_t = 10 << 20)]
    pub log_file_max_bytes: u64,
    /// How wide lines are padded
    #[arg(
        long,
        global = true,
        value_name = "COLUMNS",
        env = "DBT_PRINTER_WIDTH",
        hide_env = true,
        default_value_t = 80
    )]
    pub printer_width: u16,
    // There is no file of one parse to go on from, and no Python to profile.
    #[arg(long, global = true, hide = true, value_name = "FILE", env = "DBT_PARTIAL_PARSE_FILE_PATH", hide_env = true)]
    pub partial_parse_file_path: Option<PathBuf>,
    #[arg(short = 'r', long, global = true, hide = true, value_name = "FILE")]
    pub record_timing_info: Option<PathBuf>,
    // The bounds of a parser of SQL that is not used here.
    #[arg(long, global = true, hide = true, value_name = "YAML")]
    pub sqlparse: Option<String>,
}

/// Which nodes a command works on.
#[derive(Clone, Debug, Default, Args)]
pub struct Selection {
    /// Nodes to take: names, tag:x, path:x, +upstream, downstream+, @all
    #[arg(short, long = "select", num_args = 1.., value_name = "SELECTOR")]
    pub select: Vec<String>,
    // dbt's older word for the same; `ls` lists nothing but models for it.
    #[arg(short, long, alias = "model", hide = true, num_args = 1.., value_name = "SELECTOR", conflicts_with = "select")]
    pub models: Vec<String>,
    /// Nodes to leave out
    #[arg(long, num_args = 1.., value_name = "SELECTOR")]
    pub exclude: Vec<String>,
    /// A selection that selectors.yml defines
    #[arg(long, value_name = "NAME")]
    pub selector: Option<String>,
}

impl Selection {
    /// What is asked for, by whichever of the two words.
    fn words(&self) -> &[String] {
        if self.models.is_empty() { &self.select } else { &self.models }
    }
}

/// Which kinds of nodes a command works on.
#[derive(Clone, Debug, Default, Args)]
pub struct Kinds {
    /// Take these kinds of nodes only
    #[arg(long, alias = "resource-types", num_args = 1.., value_name = "KIND", value_parser = resource_type, env = "DBT_RESOURCE_TYPES", hide_env = true, value_delimiter = ' ')]
    pub resource_type: Vec<ResourceKind>,
    /// Leave out these kinds of nodes
    #[arg(long, alias = "exclude-resource-types", num_args = 1.., value_name = "KIND", value_parser = resource_type, env = "DBT_EXCLUDE_RESOURCE_TYPES", hide_env = true, value_delimiter = ' ')]
    pub exclude_resource_type: Vec<ResourceKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// The time and the message
    #[value(alias = "default")]
    Text,
    /// The level and the thread as well
    Debug,
    /// One JSON object a line, as orchestrators read it
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
    None,
}

impl LogFormat {
    /// dbt's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Debug => "debug",
            Self::Json => "json",
        }
    }
}

impl LogLevel {
    /// dbt's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::None => "none",
        }
    }

    pub fn threshold(self) -> Option<Level> {
        match self {
            Self::Debug => Some(Level::Debug),
            Self::Info => Some(Level::Info),
            Self::Warn => Some(Level::Warn),
            Self::Error => Some(Level::Error),
            Self::None => None,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IndirectSelection {
    /// Tests with any selected parent
    #[default]
    Eager,
    /// Tests all of whose parents are selected
    Cautious,
    /// Tests whose parents are selected or upstream of them
    Buildable,
    /// No tests but those named
    Empty,
}

/// A kind of node as `--resource-type` names it; `All` and `Default` are dbt's words for no restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    One(ResourceType),
    All,
    Default,
}

fn resource_type(text: &str) -> Result<ResourceKind, String> {
    match text {
        "all" => Ok(ResourceKind::All),
        "default" => Ok(ResourceKind::Default),
        _ => match method::kind_named(text) {
            Some(kind) => Ok(ResourceKind::One(kind)),
            None => Err("it is one of model, seed, snapshot, test, unit_test, analysis, source, exposure, metric, \
                         semantic_model, saved_query, function, default, all"
                .to_owned()),
        },
    }
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "it is a number of at least 1".to_owned())
}

impl Arguments {
    /// What these arguments say about the project to load.
    pub fn project_options(&self, environment: Environment) -> ProjectOptions {
        let global = &self.global;
        ProjectOptions {
            project_dir: global.project_dir.clone(),
            profiles_dir: global.profiles_dir.clone(),
            profile: global.profile.clone(),
            target: global.target.clone(),
            threads: if global.switches.is(Switch::SingleThreaded) { Some(1) } else { global.threads },
            vars: global.vars.clone(),
            target_path: global.target_path.clone(),
            flags: self.flags(),
            environment,
            working_dir: None,
            invocation_id: None,
        }
    }

    /// What these arguments select.
    pub fn request(&self) -> Request {
        let mut request = Request::default();
        if let Some(selection) = self.command.selection() {
            request.select = selection.words().to_vec();
            request.exclude.clone_from(&selection.exclude);
            request.selector.clone_from(&selection.selector);
            request.state.clone_from(&self.global.state);
            request.indirect = match self.global.indirect_selection {
                IndirectSelection::Eager => Indirect::Eager,
                IndirectSelection::Cautious => Indirect::Cautious,
                IndirectSelection::Buildable => Indirect::Buildable,
                IndirectSelection::Empty => Indirect::Empty,
            };
        }
        if let Some(kinds) = self.command.kinds() {
            // A word for "all" lifts the restriction of the others.
            if !kinds.resource_type.iter().any(|kind| matches!(kind, ResourceKind::All | ResourceKind::Default)) {
                request.resource_types = only(&kinds.resource_type);
            }
            request.exclude_resource_types = only(&kinds.exclude_resource_type);
            // Analyses are listed when they are asked for.
            let asks =
                |kind: &ResourceKind| matches!(kind, ResourceKind::All | ResourceKind::One(ResourceType::Analysis));
            if matches!(self.command, Command::Ls(_)) && !kinds.resource_type.iter().any(asks) {
                request.exclude_resource_types.push(ResourceType::Analysis);
            }
        }
        if let Command::Ls(list) = &self.command
            && !list.selection.models.is_empty()
        {
            request.resource_types = vec![ResourceType::Model];
        }
        request
    }

    /// What `flags` answers in templates.
    fn flags(&self) -> Map<String, Json> {
        let global = &self.global;
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let mut flags: Map<String, Json> =
            global.switches.all().map(|(name, value)| (name, Json::Bool(value))).collect();
        let indirect = global.indirect_selection.to_possible_value();
        let format = global.log_format.and_then(|format| format.to_possible_value());
        let entries = [
            ("WHICH", json!(self.command.name())),
            ("FULL_REFRESH", json!(self.command.full_refresh())),
            ("STORE_FAILURES", json!(self.command.store_failures())),
            ("INDIRECT_SELECTION", json!(indirect.as_ref().map(PossibleValue::get_name))),
            ("LOG_FORMAT", json!(format.as_ref().map_or("default", PossibleValue::get_name))),
            ("LOG_PATH", json!(path(&global.log_path))),
            ("PRINTER_WIDTH", json!(global.printer_width)),
            ("PROFILE", json!(global.profile)),
            ("PROFILES_DIR", json!(path(&global.profiles_dir))),
            ("PROJECT_DIR", json!(path(&global.project_dir))),
            ("TARGET", json!(global.target)),
            ("TARGET_PATH", json!(path(&global.target_path))),
            ("THREADS", json!(global.threads)),
            ("STATE", json!(path(&global.state))),
            ("INVOCATION_COMMAND", json!(format!("dbt {}", self.line.join(" ")))),
        ];
        flags.extend(entries.into_iter().map(|(name, value)| (name.to_owned(), value)));
        if let Some(selection) = self.command.selection() {
            let list = |words: &[String]| words.iter().flat_map(|word| word.split_whitespace()).collect::<Json>();
            flags.insert("SELECT".to_owned(), list(selection.words()));
            flags.insert("EXCLUDE".to_owned(), list(&selection.exclude));
            flags.insert("SELECTOR".to_owned(), json!(selection.selector));
        }
        if let Some(kinds) = self.command.kinds() {
            let list = |kinds: &[ResourceKind]| -> Json { only(kinds).iter().map(|kind| kind.name()).collect() };
            flags.insert("RESOURCE_TYPES".to_owned(), list(&kinds.resource_type));
            flags.insert("EXCLUDE_RESOURCE_TYPES".to_owned(), list(&kinds.exclude_resource_type));
        }
        // What is wrong with it is told when the command is made.
        let options = global.warn_error_options.as_deref().and_then(|text| warnings::options(text).ok());
        flags.insert(
            "WARN_ERROR_OPTIONS".to_owned(),
            options.unwrap_or_else(|| json!({"error": [], "warn": [], "silence": []})),
        );
        flags.extend(self.input_flags());
        flags.extend(self.command.flags());
        flags
    }
}

fn only(kinds: &[ResourceKind]) -> Vec<ResourceType> {
    let one = |kind: &ResourceKind| match kind {
        ResourceKind::One(kind) => Some(*kind),
        ResourceKind::All | ResourceKind::Default => None,
    };
    kinds.iter().filter_map(one).collect()
}
